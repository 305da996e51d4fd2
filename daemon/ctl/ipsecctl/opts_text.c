// SPDX-License-Identifier: GPL-2.0-or-later
/* opts_text.c - options printed again as words that opts_parse reads. */
#include "opts.h"

#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "algs.h"
#include "base/addr.h"

static const char *text_number(const struct opt *o, uint64_t v, char buf[OPT_TEXT])
{
	char name[IF_NAMESIZE];

	if (o->kind == OPT_HEX || o->kind == OPT_MARK)
		snprintf(buf, OPT_TEXT, "0x%0*" PRIx64, o->arg ? 8 : 1, v);
	else if (o->kind == OPT_DEV && if_indextoname((unsigned int)v, name))
		snprintf(buf, OPT_TEXT, "%s", name);
	else
		snprintf(buf, OPT_TEXT, "%" PRIu64, v);
	return buf;
}

static const char *text_name(const char *name, uint64_t v, char buf[OPT_TEXT])
{
	if (name)
		snprintf(buf, OPT_TEXT, "%s", name);
	else
		snprintf(buf, OPT_TEXT, "%" PRIu64, v);
	return buf;
}

static const char *text_alg(const struct opt *o, uint64_t v, char buf[OPT_TEXT])
{
	const struct alg *alg = algs_by_value(o->kind == OPT_ENC, (uint16_t)v);

	return text_name(alg ? alg->name : NULL, v, buf);
}

static const char *text_addr(const struct opt *o, const struct nlp_row *row,
			     const void *obj, char buf[OPT_TEXT])
{
	const struct nfi_addr *addr = (const void *)((const char *)obj + row->offset);
	size_t n;

	addr_print(addr->b, addr->len, buf);
	if (o->kind != OPT_PREFIX || !addr->len)
		return buf;
	n = strlen(buf);
	row = nlp_row_find(o->set, (uint16_t)(o->attr + 1));
	snprintf(buf + n, OPT_TEXT - n, "/%u", (unsigned int)nlp_row_get(row, obj));
	return buf;
}

static const char *text_range(const struct opt *o, uint64_t v, const void *obj,
			      char buf[OPT_TEXT])
{
	const struct nlp_row *row = nlp_row_find(o->set, (uint16_t)(o->attr + 1));
	uint64_t to = nlp_row_get(row, obj);

	if (!nlp_has(obj, row->attr) || to == v)
		snprintf(buf, OPT_TEXT, "%" PRIu64, v);
	else
		snprintf(buf, OPT_TEXT, "%" PRIu64 "-%" PRIu64, v, to);
	return buf;
}

/* A text as one word of a file: in quotes, without what quotes cannot hold. */
static const char *text_quoted(const char *s, char buf[OPT_TEXT])
{
	size_t n = 0;

	buf[n++] = '"';
	for (; *s && n < OPT_TEXT - 2; s++)
		buf[n++] = *s == '"' || (unsigned char)*s < ' ' ? '?' : *s;
	buf[n++] = '"';
	buf[n] = '\0';
	return buf;
}

static const char *drop_name(uint64_t reason)
{
	switch (reason) {
/* clang-format off */
#define NFI_DROP(id, value, name, text) case value: return name;
#include "drops.def"
#undef NFI_DROP
	/* clang-format on */
	default:
		return NULL;
	}
}

const char *opts_text(const struct opt *o, const void *obj, char buf[OPT_TEXT])
{
	const struct nlp_row *row = nlp_row_find(o->set, o->attr);
	uint64_t v = nlp_row_get(row, obj);

	switch (o->kind) {
	case OPT_ADDR:
	case OPT_PREFIX:
		return text_addr(o, row, obj, buf);
	case OPT_STR:
		return text_quoted((const char *)obj + row->offset, buf);
	case OPT_ENUM:
	case OPT_VALUE:
	case OPT_PROTO:
		return text_name(opts_name(o->set, o->attr, v), v, buf);
	case OPT_BOOL:
		return text_name(v ? "on" : "off", v, buf);
	case OPT_ENC:
	case OPT_AUTH:
		return text_alg(o, v, buf);
	case OPT_REASON:
		return text_name(drop_name(v), v, buf);
	case OPT_ENCAP:
		if (v != NFI_ENCAP_UDP)
			return text_name(v ? NULL : "none", v, buf);
		row = nlp_row_find(NLP_SA, NFI_SA_ENCAP_SPORT);
		snprintf(buf, OPT_TEXT, "udp %" PRIu64, nlp_row_get(row, obj));
		row = nlp_row_find(NLP_SA, NFI_SA_ENCAP_DPORT);
		snprintf(buf + strlen(buf), OPT_TEXT - strlen(buf), " %" PRIu64,
			 nlp_row_get(row, obj));
		return buf;
	case OPT_PORTS:
	case OPT_ICMP:
		return text_range(o, v, obj, buf);
	case OPT_MARK:
		text_number(o, v, buf);
		row = nlp_row_find(o->set, (uint16_t)(o->attr + 1));
		snprintf(buf + strlen(buf), OPT_TEXT - strlen(buf), "/0x%" PRIx64,
			 nlp_row_get(row, obj));
		return buf;
	case OPT_NUM:
	case OPT_HEX:
	case OPT_BYTES:
	case OPT_COUNT:
	case OPT_TIME:
	case OPT_STAMP:
	case OPT_FLAG:
	case OPT_DSCP:
	case OPT_DEV:
	case OPT_KINDS:
		break;
	}
	return text_number(o, v, buf);
}

static bool any_range(const struct opt *o, const void *obj)
{
	const struct nlp_row *from = nlp_row_find(o->set, o->attr);
	const struct nlp_row *to = nlp_row_find(o->set, (uint16_t)(o->attr + 1));
	uint64_t max = nlp_row_get(to, obj);
	bool icmp = o->kind == OPT_ICMP;

	return nlp_row_get(from, obj) == 0 && nlp_has(obj, to->attr) &&
	       (max == 65535 || (icmp && max == 255));
}

static bool is_icmp(const void *obj)
{
	const struct nfi_sp_msg *sp = obj;

	return sp->proto == 1 || sp->proto == 58;
}

/* Whether an option says more than leaving it out would. */
static bool worth(const struct opt *o, const void *obj)
{
	const struct nlp_row *row = nlp_row_find(o->set, o->attr);
	uint64_t v = nlp_row_get(row, obj);

	if (!nlp_has(obj, o->attr) || !(o->use & USE_ADD))
		return false;
	switch (o->kind) {
	case OPT_VALUE:
		return v == o->arg;
	case OPT_FLAG:
		return v & o->arg;
	case OPT_PORTS:
		return !is_icmp(obj) && !any_range(o, obj);
	case OPT_ICMP:
		return is_icmp(obj) && !any_range(o, obj);
	case OPT_MARK:
		return nlp_row_get(nlp_row_find(o->set, (uint16_t)(o->attr + 1)), obj);
	case OPT_ADDR:
	case OPT_PREFIX:
		return ((const struct nfi_addr *)(const void *)((const char *)obj + row->offset))->len;
	case OPT_STR:
		return ((const char *)obj)[row->offset];
	default:
		if (o->set == NLP_SP && o->attr == NFI_SP_PRIO)
			return v != NFI_PRIO_AUTO;
		return v || (o->set == NLP_SA && o->attr == NFI_SA_REPLAY);
	}
}

static void print_key(FILE *f, const struct nfi_key *key, bool secrets)
{
	unsigned int i;

	if (!secrets || !key->len) {
		fputs(" key hidden", f);
		return;
	}
	fputs(" key 0x", f);
	for (i = 0; i < key->len; i++)
		fprintf(f, "%02x", key->b[i]);
}

static void print_alg_key(FILE *f, const struct opt *o, const struct nfi_sa_msg *sa,
			  bool secrets)
{
	bool enc = o->kind == OPT_ENC;
	const struct alg *alg = algs_by_value(enc, enc ? sa->enc_alg : sa->auth_alg);

	if (!alg || !algs_key_fits(alg, enc, 0))
		print_key(f, enc ? &sa->enc_key : &sa->auth_key, secrets);
}

void opts_print(FILE *f, enum nlp_set set, const void *obj, bool secrets)
{
	const struct opt *o;
	char buf[OPT_TEXT];

	for (o = opts; o->word; o++) {
		if (o->set != set || !worth(o, obj))
			continue;
		fprintf(f, " %s", o->word);
		if (o->kind != OPT_VALUE && o->kind != OPT_FLAG)
			fprintf(f, " %s", opts_text(o, obj, buf));
		if (o->kind == OPT_ENC || o->kind == OPT_AUTH)
			print_alg_key(f, o, obj, secrets);
	}
}

void opts_line_sa(FILE *f, const struct nfi_sa_msg *sa, bool secrets)
{
	fputs("sa add", f);
	opts_print(f, NLP_SA, sa, secrets);
	fputc('\n', f);
}

void opts_line_sp(FILE *f, const struct nfi_sp_msg *sp)
{
	unsigned int i;

	fputs("policy add", f);
	opts_print(f, NLP_SP, sp, false);
	for (i = 0; i < sp->ntmpl; i++)
		opts_print(f, NLP_TMPL, &sp->tmpl[i], false);
	fputc('\n', f);
}
