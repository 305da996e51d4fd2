// SPDX-License-Identifier: GPL-2.0-or-later
/* request.c - from the words of a command to a request for the kernel. */
#include "request.h"

#include <errno.h>
#include <string.h>

#include "algs.h"
#include "base/secret.h"
#include "ctl.h"
#include "opts.h"

#define SPI_LEAST 0x1000 /* below are conventional manual SPIs */

/* All words up to the end are options of the set. */
static int parse_options(struct words *w, enum nlp_set set, unsigned int use, void *obj)
{
	int got;

	while (words_peek(w)) {
		got = opts_parse(w, set, use, obj);
		if (got < 0)
			return got;
		if (got == 0)
			return opts_refuse(w, set, use);
	}
	return 0;
}

/* The first of the attributes that is not there is complained about. */
static int need(struct words *w, enum nlp_set set, const void *obj, const uint16_t *attrs)
{
	const struct opt *o, *other;

	for (; *attrs; attrs++) {
		if (nlp_has(obj, *attrs))
			continue;
		o = opts_find(set, *attrs);
		if (o->kind != OPT_VALUE)
			return words_fail(w, w->n, "'%s' is missing: expected %s", o->word,
					  o->expect);
		other = o[1].set == set && o[1].attr == *attrs ? o + 1 : o;
		if (other[1].attr == *attrs && other[1].set == set)
			return words_fail(w, w->n, "an action is missing: protect, trap, hold, pass, drop or reject");
		return words_fail(w, w->n, "'%s' or '%s' is missing", o->word, other->word);
	}
	return 0;
}

/* SAs ----------------------------------------------------------------------------------------- */

static int check_legacy(struct words *w, const struct nfi_sa_msg *sa)
{
	const struct alg *enc = algs_by_value(true, sa->enc_alg);
	const struct alg *auth = algs_by_value(false, sa->auth_alg);
	const struct alg *old = NULL;

	if (enc && enc->flags & NFI_ALG_LEGACY)
		old = enc;
	if (auth && auth->flags & NFI_ALG_LEGACY)
		old = auth;
	if (!old || sa->flags & NFI_SAF_LEGACY)
		return 0;
	return words_fail(w, w->n, "%s is a legacy algorithm: add the word 'legacy' if the peer can do no better",
			  old->name);
}

static int check_algs(struct words *w, const struct nfi_sa_msg *sa)
{
	bool has_enc = nlp_has(sa, NFI_SA_ENC_ALG);
	bool has_auth = nlp_has(sa, NFI_SA_AUTH_ALG);
	const struct alg *enc = algs_by_value(true, sa->enc_alg);

	if (sa->proto == 51 && has_enc)
		return words_fail(w, w->n, "AH does not encrypt: leave 'enc' out");
	if (sa->proto == 51 && !has_auth)
		return words_fail(w, w->n, "'auth' is missing: AH needs an authentication algorithm");
	if (sa->proto == 50 && !has_enc)
		return words_fail(w, w->n, "'enc' is missing: ESP needs an encryption algorithm ('enc null' for none)");
	if (enc && enc->flags & NFI_ALG_AEAD && has_auth)
		return words_fail(w, w->n, "%s authenticates by itself: leave 'auth' out",
				  enc->name);
	if (enc && !(enc->flags & NFI_ALG_AEAD) && !has_auth)
		return words_fail(w, w->n, "'auth' is missing: %s does not authenticate",
				  enc->name);
	return check_legacy(w, sa);
}

static int check_pair(struct words *w, const struct nfi_addr *a, const struct nfi_addr *b)
{
	if (a->len && b->len && a->len != b->len)
		return words_fail(w, w->n, "'src' and 'dst' are of different address families");
	return 0;
}

static int check_limits(struct words *w, const struct nfi_sa_msg *sa)
{
	const struct {
		const char *name;
		uint64_t soft, hard;
	} pairs[] = {
		{ "bytes", sa->soft_bytes, sa->hard_bytes },
		{ "packets", sa->soft_packets, sa->hard_packets },
		{ "add", sa->soft_add, sa->hard_add },
		{ "use", sa->soft_use, sa->hard_use },
	};
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i].hard && pairs[i].soft > pairs[i].hard)
			return words_fail(w, w->n, "'soft-%s' is beyond 'hard-%s'",
					  pairs[i].name, pairs[i].name);
	return 0;
}

static int check_sa_key(struct words *w, const struct nfi_sa_msg *sa)
{
	static const uint16_t key[] = { NFI_SA_DADDR, NFI_SA_SPI, NFI_SA_PROTO, 0 };

	if (nlp_has(sa, NFI_SA_ID))
		return 0;
	if (!nlp_has(sa, NFI_SA_DADDR) && !nlp_has(sa, NFI_SA_SPI))
		return words_fail(w, w->n, "expected 'id N', or 'dst ADDR spi SPI esp|ah'");
	return need(w, NLP_SA, sa, key);
}

static int check_sa(struct words *w, unsigned int use, struct nfi_sa_msg *sa)
{
	static const uint16_t add[] = { NFI_SA_DIR, NFI_SA_PROTO, NFI_SA_SADDR, NFI_SA_DADDR,
					NFI_SA_SPI, NFI_SA_REQID, NFI_SA_MODE, 0 };
	static const uint16_t alloc[] = { NFI_SA_PROTO, NFI_SA_DADDR, 0 };
	int err = check_pair(w, &sa->saddr, &sa->daddr);

	if (err)
		return err;
	switch (use) {
	case USE_ADD:
		err = need(w, NLP_SA, sa, add);
		if (!err)
			err = check_algs(w, sa);
		return err ? err : check_limits(w, sa);
	case USE_SET:
		sa->has &= ~(1ULL << NFI_SA_ENCAP); /* only its ports can change */
		err = check_sa_key(w, sa);
		return err ? err : check_limits(w, sa);
	case USE_KEY:
		return check_sa_key(w, sa);
	case USE_ALLOC:
		if (!nlp_has(sa, NFI_SA_SPI_MIN)) {
			sa->spi_min = SPI_LEAST;
			nlp_mark(sa, NFI_SA_SPI_MIN);
		}
		if (!nlp_has(sa, NFI_SA_SPI_MAX)) {
			sa->spi_max = UINT32_MAX;
			nlp_mark(sa, NFI_SA_SPI_MAX);
		}
		if (sa->spi_min > sa->spi_max)
			return words_fail(w, w->n, "'min' is above 'max'");
		return need(w, NLP_SA, sa, alloc);
	default: /* filters */
		return 0;
	}
}

/* Policies ------------------------------------------------------------------------------------ */

static int check_tmpl(struct words *w, const struct nfi_sp_msg *sp)
{
	static const uint16_t tmpl[] = { NFI_TMPL_REQID, NFI_TMPL_MODE, 0 };
	const struct nfi_tmpl_msg *last = &sp->tmpl[sp->ntmpl - 1];
	int err = need(w, NLP_TMPL, last, tmpl);

	return err ? err : check_pair(w, &last->saddr, &last->daddr);
}

/* From the first esp or ah after the action to the end. */
static int parse_tmpls(struct words *w, struct nfi_sp_msg *sp)
{
	const char *word;
	int got;

	while ((word = words_peek(w))) {
		bool begins = !strcmp(word, "esp") || !strcmp(word, "ah");

		if (begins && sp->ntmpl == NFI_TMPL_MAX)
			return words_fail(w, w->at, "more than %d templates", NFI_TMPL_MAX);
		if (begins && sp->ntmpl && check_tmpl(w, sp))
			return -EINVAL;
		if (begins)
			sp->ntmpl++;
		else if (!sp->ntmpl)
			return words_fail(w, w->at, "expected 'esp' or 'ah': templates follow the action, selectors stand before it");
		got = opts_parse(w, NLP_TMPL, USE_ADD, &sp->tmpl[sp->ntmpl - 1]);
		if (got < 0)
			return got;
		if (got == 0)
			return opts_refuse(w, NLP_TMPL, USE_ADD);
	}
	return sp->ntmpl ? check_tmpl(w, sp) : 0;
}

static int parse_policy(struct words *w, struct nfi_sp_msg *sp)
{
	int got;

	while (words_peek(w) && !nlp_has(sp, NFI_SP_ACTION)) {
		got = opts_parse(w, NLP_SP, USE_ADD, sp);
		if (got < 0)
			return got;
		if (got == 0)
			return opts_refuse(w, NLP_SP, USE_ADD);
	}
	switch (sp->action) {
	case NFI_ACT_PROTECT:
	case NFI_ACT_TRAP:
	case NFI_ACT_HOLD:
		if (!words_peek(w))
			return words_fail(w, w->n, "a template is missing after '%s', as in: esp reqid 1 mode tunnel",
					  w->w[w->at - 1].text);
		return parse_tmpls(w, sp);
	case 0:
		return 0;
	default:
		if (words_peek(w))
			return words_fail(w, w->at, "nothing may follow '%s'; options stand before it",
					  w->w[w->at - 1].text);
		return 0;
	}
}

static bool has_ports(uint8_t proto)
{
	return proto == 6 || proto == 17 || proto == 33 || proto == 132 || proto == 136;
}

static int check_upper(struct words *w, const struct nfi_sp_msg *sp)
{
	bool icmp = sp->proto == 1 || sp->proto == 58;

	if (!nlp_has(sp, NFI_SP_SPORT_MIN) && !nlp_has(sp, NFI_SP_DPORT_MIN))
		return 0;
	if (!icmp && !has_ports(sp->proto))
		return words_fail(w, w->n, "ports and ICMP types need a 'proto' that has them");
	if (icmp && (sp->sport_max > 255 || sp->dport_max > 255))
		return words_fail(w, w->n, "an ICMP type or code is at most 255");
	if (icmp && !nlp_has(sp, NFI_SP_SPORT_MIN))
		return words_fail(w, w->n, "'code' needs an 'icmp-type'");
	return 0;
}

/* One side given: the other is the whole of that family. */
static void fill_side(struct nfi_sp_msg *sp)
{
	bool src = nlp_has(sp, NFI_SP_SRC), dst = nlp_has(sp, NFI_SP_DST);

	if (src == dst)
		return;
	if (src) {
		sp->dst.len = sp->src.len;
		nlp_mark(sp, NFI_SP_DST);
		nlp_mark(sp, NFI_SP_DST_LEN);
	} else {
		sp->src.len = sp->dst.len;
		nlp_mark(sp, NFI_SP_SRC);
		nlp_mark(sp, NFI_SP_SRC_LEN);
	}
}

static int check_policy(struct words *w, unsigned int use, struct nfi_sp_msg *sp)
{
	static const uint16_t add[] = { NFI_SP_DIR, NFI_SP_ACTION, 0 };
	static const uint16_t key[] = { NFI_SP_DIR, 0 };
	int err = check_pair(w, &sp->src, &sp->dst);

	if (err || (use != USE_ADD && use != USE_KEY))
		return err;
	if (!nlp_has(sp, NFI_SP_ID))
		err = need(w, NLP_SP, sp, use == USE_ADD ? add : key);
	if (err)
		return err;
	if (nlp_has(sp, NFI_SP_ID))
		return 0;
	fill_side(sp);
	if (!sp->src.len)
		return words_fail(w, w->n, "'src' or 'dst' is missing; 0.0.0.0/0 or ::/0 is the whole of a family");
	return check_upper(w, sp);
}

/* Requests ------------------------------------------------------------------------------------ */

static int check_ns(struct words *w, const struct nfi_ns_msg *ns)
{
	return ns->has ? 0 : words_fail(w, w->n, "expected a setting and its value, as in: default drop");
}

int request_parse(struct request *r, const struct cmd *cmd, struct words *w)
{
	int err;

	memset(r, 0, sizeof(*r));
	r->req.cmd = cmd->nl;
	r->req.flags = cmd->nlflags;
	switch (cmd->set) {
	case NLP_SA:
		r->req.sa = &r->sa;
		err = parse_options(w, NLP_SA, cmd->use, &r->sa);
		return err ? err : check_sa(w, cmd->use, &r->sa);
	case NLP_SP:
		r->req.sp = &r->sp;
		if (cmd->use == USE_ADD)
			err = parse_policy(w, &r->sp);
		else
			err = parse_options(w, NLP_SP, cmd->use, &r->sp);
		return err ? err : check_policy(w, cmd->use, &r->sp);
	case NLP_NS:
		if (cmd->use == USE_SET)
			r->req.ns = &r->ns;
		err = parse_options(w, NLP_NS, cmd->use, &r->ns);
		return err || cmd->use != USE_SET ? err : check_ns(w, &r->ns);
	case NLP_NONE:
	case NLP_TMPL:
	case NLP_EV:
	case NLP_STAT:
	case NLP_ALG:
	case NLP_INFO:
	case NLP_SETS:
		break;
	}
	if (words_peek(w))
		return words_fail(w, w->at, "nothing is expected here");
	return 0;
}

void request_fini(struct request *r)
{
	secret_wipe(r, sizeof(*r));
}
