// SPDX-License-Identifier: GPL-2.0-or-later
/* manual_sa.c - algorithms, SPIs and keys of a manual connection as SAs. */
#include "conn/manual_priv.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "nlp.h"

/* Algorithms ---------------------------------------------------------------------------------- */

/* clang-format off */
static const struct { uint32_t flags; uint8_t icv; } encs[256] = {
#define NFI_ENC(id, value, name, kernel, module, keys, salt, iv, block, icv, flags) [value] = { flags, icv },
#include "algs.def"
#undef NFI_ENC
};
static const uint32_t auths[256] = {
#define NFI_AUTH(id, value, name, kernel, module, keylen, icv, flags) [value] = flags,
#include "algs.def"
#undef NFI_AUTH
};
/* clang-format on */

static bool is_legacy(const struct conf_alg *alg)
{
	return alg &&
	       (alg->kind == ALG_ENC ? encs[alg->nfi].flags : auths[alg->nfi]) &
		       NFI_ALG_LEGACY;
}

/* The nonce is a number that the sender counts: under one key it must never come twice. */
static bool counts(const struct conf_alg *alg)
{
	return alg && encs[alg->nfi].flags & (NFI_ALG_AEAD | NFI_ALG_CTR);
}

/* Exactly one algorithm of a kind may stand there: *alg, or NULL for none. */
static int pick(const struct maker *mk, const struct conf_value *v,
		enum conf_alg_kind kind, const struct conf_alg **alg)
{
	const struct conf_proposal *p = &v->u.props->v[0];
	size_t i;

	*alg = NULL;
	for (i = 0; i < p->n; i++) {
		if (p->v[i].kind != kind)
			continue;
		if (*alg)
			return manual_fail(
				mk, v,
				"'%s' offers a choice, manual keys need one algorithm",
				v->text);
		*alg = &p->v[i];
		if (!p->v[i].nfi)
			return manual_fail(mk, v, "%s is for IKE only",
					   p->v[i].name);
	}
	return 0;
}

static int pick_esp(struct maker *mk, const struct conf_value *v)
{
	int err = pick(mk, v, ALG_ENC, &mk->enc);

	if (!err)
		err = pick(mk, v, ALG_AUTH, &mk->auth);
	if (err)
		return err;
	if (!mk->enc)
		return manual_fail(
			mk, v,
			"esp= names no encryption; to authenticate only: ah=, or esp=null-sha2_256");
	/* CMP-22: AH around it would do, but no peer of today wants that */
	if (!mk->auth && !encs[mk->enc->nfi].icv)
		return manual_fail(
			mk, v,
			"esp=%s encrypts without authentication; use esp=%s-sha2_256 and espauthkey=",
			v->text, v->text);
	return 0;
}

static int pick_algs(struct maker *mk)
{
	const struct conf_value *esp = manual_said(mk, KW_ESP, SIDE_NONE),
				*ah = manual_said(mk, KW_AH, SIDE_NONE);
	int err = 0;

	if (!esp && !ah)
		return manual_fail(mk, NULL, "neither esp= nor ah=");
	if ((esp && esp->u.props->n != 1) || (ah && ah->u.props->n != 1))
		return manual_fail(mk, esp ? esp : ah,
				   "manual keys need one proposal, not a list");
	if (esp)
		err = pick_esp(mk, esp);
	if (!err && ah)
		err = pick(mk, ah, ALG_AUTH, &mk->ah);
	if (!err && ah && !mk->ah)
		return manual_fail(
			mk, ah,
			"ah= names no authentication, as in ah=hmac-sha1-96");
	return err;
}

/* SAs ----------------------------------------------------------------------------------------- */

/*
 * MAN-01, 02, 07, 11: SPI of the SA towards a side. With spibase the SAs of a direction count by twos, in the order
 * tun, esp, ah of those that are there, from 0 to the right and from 1 to the left.
 */
static int find_spi(const struct maker *mk, enum conf_side to, bool ah,
		    uint32_t *spi)
{
	const struct conf_value *own =
		manual_said(mk, ah ? KW_AHSPI : KW_ESPSPI, to);
	const struct conf_value *one = manual_said(mk, KW_SPI, SIDE_NONE),
				*base = manual_said(mk, KW_SPIBASE, SIDE_NONE);
	uint32_t before = (mk->type == W_TYPE_TUNNEL) + (ah && mk->enc);

	if (own)
		*spi = (uint32_t)own->u.n;
	else if (one)
		*spi = (uint32_t)one->u.n;
	else if (base)
		*spi = (uint32_t)base->u.n + 2 * before + (to == SIDE_LEFT);
	else
		return manual_fail(
			mk, NULL,
			"no manual keys: spi= or spibase= is missing");
	return 0;
}

/* The key for packets to a side. */
static int find_key(const struct maker *mk, enum conf_kw each,
		    enum conf_kw both, enum conf_side to, struct nfi_key *key)
{
	const struct conf_value *v = manual_said(mk, each, to);

	if (!v)
		v = manual_said(mk, both, SIDE_NONE);
	if (!v || !v->u.key || !v->u.key->len)
		return manual_fail(mk, v, "no key for packets to %s",
				   manual_side(to));
	if (v->u.key->len > sizeof(key->b))
		return manual_fail(mk, v, "the key is longer than %zu octets",
				   sizeof(key->b));
	key->len = (uint16_t)v->u.key->len;
	memcpy(key->b, v->u.key->b, v->u.key->len);
	return 0;
}

/* What ESP and AH have in common. */
static struct nfi_sa_msg *start_sa(struct maker *mk, enum conf_side to,
				   uint8_t proto)
{
	static const uint16_t set[] = { NFI_SA_DIR,   NFI_SA_PROTO,
					NFI_SA_SADDR, NFI_SA_DADDR,
					NFI_SA_SPI,   NFI_SA_REQID,
					NFI_SA_MODE,  NFI_SA_OWNER,
					NFI_SA_NAME };
	struct nfi_sa_msg *sa = &mk->m->sas[mk->m->nsas++];
	bool inner =
		proto == IPPROTO_ESP ||
		!mk->enc; /* AH around ESP has no header of its own to make */
	size_t i;

	for (i = 0; i < sizeof(set) / sizeof(set[0]); i++)
		nlp_mark(sa, set[i]);
	sa->dir = to == mk->me ? NFI_DIR_IN : NFI_DIR_OUT;
	sa->proto = proto;
	sa->saddr = mk->host[manual_opposite(to)];
	sa->daddr = mk->host[to];
	sa->reqid = mk->m->reqid;
	sa->mode = inner && mk->type == W_TYPE_TUNNEL ? NFI_MODE_TUNNEL :
							NFI_MODE_TRANSPORT;
	sa->owner = mk->m->owner;
	manual_name(mk, sa->name);
	/* SET-20 */
	if (sa->dir == NFI_DIR_OUT && sa->mode == NFI_MODE_TUNNEL &&
	    conf_setup_get(mk->c, KW_HIDETOS)->u.n) {
		sa->flags |= NFI_SAF_FIXED_DSCP;
		nlp_mark(sa, NFI_SA_FLAGS);
	}
	return sa;
}

static void allow_legacy(struct nfi_sa_msg *sa, const struct conf_alg *a,
			 const struct conf_alg *b)
{
	if (!is_legacy(a) && !is_legacy(b))
		return;
	sa->flags |= NFI_SAF_LEGACY;
	nlp_mark(sa, NFI_SA_FLAGS);
}

/* MAN-06, MAN-10: 0 is no check. */
static void set_replay(const struct maker *mk, struct nfi_sa_msg *sa,
		       enum conf_kw kw)
{
	if (sa->dir != NFI_DIR_IN)
		return;
	sa->replay = (uint32_t)conf_get(mk->conn, kw, SIDE_NONE)->u.n;
	nlp_mark(sa, NFI_SA_REPLAY);
}

static void set_auth(struct nfi_sa_msg *sa, const struct conf_alg *alg)
{
	sa->auth_alg = alg->nfi;
	nlp_mark(sa, NFI_SA_AUTH_ALG);
	nlp_mark(sa, NFI_SA_AUTH_KEY);
}

static int make_esp(struct maker *mk, enum conf_side to)
{
	struct nfi_sa_msg *sa = start_sa(mk, to, IPPROTO_ESP);
	uint32_t spi = 0;
	int err = find_spi(mk, to, false, &spi);

	sa->spi = htonl(spi);
	sa->enc_alg = mk->enc->nfi;
	nlp_mark(sa, NFI_SA_ENC_ALG);
	if (!err && mk->enc->nfi != NFI_ENC_NULL) {
		nlp_mark(sa, NFI_SA_ENC_KEY);
		err = find_key(mk, KW_ESPENCKEY_SIDE, KW_ESPENCKEY, to,
			       &sa->enc_key);
	}
	if (!err && mk->auth) {
		set_auth(sa, mk->auth);
		err = find_key(mk, KW_ESPAUTHKEY_SIDE, KW_ESPAUTHKEY, to,
			       &sa->auth_key);
	}
	allow_legacy(sa, mk->enc, mk->auth);
	set_replay(mk, sa, KW_ESPREPLAY);
	return err;
}

static int make_ah(struct maker *mk, enum conf_side to)
{
	struct nfi_sa_msg *sa = start_sa(mk, to, IPPROTO_AH);
	uint32_t spi = 0;
	int err = find_spi(mk, to, true, &spi);

	sa->spi = htonl(spi);
	set_auth(sa, mk->ah);
	if (!err)
		err = find_key(mk, KW_AHKEY_SIDE, KW_AHKEY, to, &sa->auth_key);
	allow_legacy(sa, mk->ah, NULL);
	set_replay(mk, sa, KW_AHREPLAY);
	return err;
}

static int make_direction(struct maker *mk, enum conf_side to)
{
	int err = mk->enc ? make_esp(mk, to) : 0;

	return !err && mk->ah ? make_ah(mk, to) : err;
}

static bool same_key(const struct nfi_sa_msg *a, const struct nfi_sa_msg *b)
{
	return a->enc_key.len == b->enc_key.len &&
	       !memcmp(a->enc_key.b, b->enc_key.b, a->enc_key.len);
}

static char *next_warning(struct maker *mk)
{
	return mk->m->warnings[mk->m->nwarnings++];
}

static void warn(struct maker *mk)
{
	const struct conf_alg *algs[] = { mk->enc, mk->auth, mk->ah };
	const char *name = conf_conn_name(mk->conn);
	char list[120] = "";
	size_t i;

	for (i = 0; i < 3; i++)
		if (is_legacy(algs[i]))
			snprintf(list + strlen(list),
				 sizeof(list) - strlen(list), "%s%s",
				 list[0] ? ", " : "", algs[i]->name);
	if (list[0])
		snprintf(
			next_warning(mk), sizeof(mk->m->warnings[0]),
			"conn '%.64s': legacy algorithms: %s; use aes-gcm-16 if the peer can",
			name, list);
	if (mk->m->nsas > 1 && counts(mk->enc) &&
	    same_key(&mk->m->sas[0], &mk->m->sas[mk->m->nsas / 2]))
		snprintf(
			next_warning(mk), sizeof(mk->m->warnings[0]),
			"conn '%.64s': one key for both directions of %s: equal nonces would give it away; use leftespenckey= and rightespenckey=",
			name, mk->enc->name);
}

int manual_sas(struct maker *mk)
{
	int err = pick_algs(mk);

	/* MAN-12: what leads to the peer comes first */
	if (!err)
		err = make_direction(mk, mk->peer);
	if (!err)
		err = make_direction(mk, mk->me);
	if (!err)
		warn(mk);
	return err;
}
