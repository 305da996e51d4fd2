// SPDX-License-Identifier: GPL-2.0-or-later
/* offer.c - offers made: from the configuration, or of the defaults; for the use that is made of them. */
#include "ike/proposal.h"

#include <string.h>

#include "conf/conf.h"
#include "crypto/alg.h"
#include "ike/payload.h"

/* What is offered where the configuration says nothing, best first; peers.md: stock peers accept it. */
struct wish {
	uint8_t type;
	uint16_t id, keybits;
};

enum {
	GCM16 = 20,
	CBC = 12,
	CHACHA20 = 28,
	SHA2_256_128 = 12,
	SHA2_384_192 = 13,
	SHA2_512_256 = 14,
	PRF_SHA2_256 = 5,
	PRF_SHA2_384 = 6,
	PRF_SHA2_512 = 7,
};

#define ENCR(id, bits)                  \
	{                               \
		ALG_TYPE_ENCR, id, bits \
	}
#define PRF(id)                     \
	{                           \
		ALG_TYPE_PRF, id, 0 \
	}
#define INTEG(id)                     \
	{                             \
		ALG_TYPE_INTEG, id, 0 \
	}
#define KE(id)                     \
	{                          \
		ALG_TYPE_KE, id, 0 \
	}
#define END             \
	{               \
		0, 0, 0 \
	}

static const struct wish prfs[] = { PRF(PRF_SHA2_512), PRF(PRF_SHA2_256),
				    PRF(PRF_SHA2_384), END };
static const struct wish integs[] = { INTEG(SHA2_256_128), INTEG(SHA2_512_256),
				      INTEG(SHA2_384_192), END };
/* x25519, ECP-256, ECP-384, MODP-2048, 3072, 4096 */
static const struct wish groups[] = { KE(31), KE(19), KE(20), KE(14),
				      KE(15), KE(16), END };
static const struct wish gcm[] = { ENCR(GCM16, 256), ENCR(GCM16, 128), END };
static const struct wish cbc[] = { ENCR(CBC, 256), ENCR(CBC, 128), END };
static const struct wish chacha[] = { ENCR(CHACHA20, 0), END };

void offer_init(struct offer *o)
{
	o->nproposals = 0;
	o->ntransforms = 0;
}

bool offer_add(struct offer *o, uint8_t proto, const void *spi, uint8_t spi_len)
{
	struct proposal *p = &o->p[o->nproposals];

	if (o->nproposals == OFFER_PROPOSALS || spi_len > sizeof(p->spi))
		return false;
	memset(p, 0, sizeof(*p));
	p->num = (uint8_t)(o->nproposals + 1);
	p->proto = proto;
	p->spi_len = spi_len;
	if (spi_len)
		memcpy(p->spi, spi, spi_len);
	p->first = o->ntransforms;
	o->nproposals++;
	return true;
}

bool offer_add_transform(struct offer *o, uint8_t type, uint16_t id,
			 uint16_t keybits)
{
	if (!o->nproposals || o->ntransforms == OFFER_TRANSFORMS ||
	    o->p[o->nproposals - 1].n == UINT8_MAX)
		return false;
	o->t[o->ntransforms++] = (struct transform){ .type = type,
						     .id = id,
						     .keybits = keybits };
	o->p[o->nproposals - 1].n++;
	return true;
}

bool offer_set_spi(struct offer *o, const void *spi, uint8_t spi_len)
{
	unsigned int i;

	if (spi_len != 0 && spi_len != 4 && spi_len != 8)
		return false;
	for (i = 0; i < o->nproposals; i++) {
		memset(o->p[i].spi, 0, sizeof(o->p[i].spi));
		if (spi_len)
			memcpy(o->p[i].spi, spi, spi_len);
		o->p[i].spi_len = spi_len;
	}
	return true;
}

/* From the configuration ------------------------------------------------------------------------ */

struct maker {
	const struct offer_conf *conf;
	struct offer *o;
	const char *culprit; /* the last that could not be used */
};

static bool usable(struct maker *m, uint8_t type, uint16_t id)
{
	const struct alg *alg = alg_find(type, id);
	bool child = m->conf->proto != IKE_PROTO_IKE &&
		     (type == ALG_TYPE_ENCR || type == ALG_TYPE_INTEG);
	bool good = alg && (!alg->legacy || m->conf->legacy) &&
		    (child ? alg->nfi != 0 : alg_usable(type, id, NULL));

	if (!good && !m->culprit)
		m->culprit = alg ? alg->name : "unknown";
	return good;
}

/* A cipher of several sizes that was named without one stands for the strong and the usual one. */
static void add(struct maker *m, uint8_t type, uint16_t id, uint16_t keybits)
{
	const struct alg *alg = alg_find(type, id);

	if (!usable(m, type, id))
		return;
	if (type == ALG_TYPE_ENCR && alg->variable && !keybits) {
		offer_add_transform(m->o, type, id, 256);
		offer_add_transform(m->o, type, id, 128);
		return;
	}
	offer_add_transform(m->o, type, id,
			    type == ALG_TYPE_ENCR && alg->variable ? keybits :
								     0);
}

static void add_wishes(struct maker *m, const struct wish *w)
{
	for (; w->type; w++)
		add(m, w->type, w->id, w->keybits);
}

static bool has(const struct offer *o, const struct proposal *p, uint8_t type)
{
	unsigned int i;

	for (i = 0; i < p->n; i++)
		if (o->t[p->first + i].type == type)
			return true;
	return false;
}

static bool is_aead(const struct offer *o, const struct proposal *p)
{
	unsigned int i;

	for (i = 0; i < p->n; i++) {
		const struct transform *t = &o->t[p->first + i];
		const struct alg *alg = t->type == ALG_TYPE_ENCR ?
						alg_find(ALG_TYPE_ENCR, t->id) :
						NULL;

		if (alg && alg->aead)
			return true;
	}
	return false;
}

static void add_esn(struct maker *m)
{
	if (m->conf->esn != ESN_WANT_NO)
		offer_add_transform(m->o, ALG_TYPE_ESN, ALG_ESN_YES, 0);
	if (m->conf->esn != ESN_WANT_YES)
		offer_add_transform(m->o, ALG_TYPE_ESN, ALG_ESN_NO, 0);
}

/* What was asked for by name, and none of it can be used: the proposal is nothing. */
struct asked {
	bool prf, integ, ke, esn;
};

/* What the proposal does not name. */
static void complete(struct maker *m, const struct asked *asked, bool aead)
{
	bool ike = m->conf->proto == IKE_PROTO_IKE;

	if (!asked->integ && !aead)
		add_wishes(m, integs);
	if (!asked->prf && ike)
		add_wishes(m, prfs);
	if (!asked->ke && (ike || m->conf->pfs))
		add_wishes(m, groups);
	if (!asked->ke && !ike &&
	    m->conf->pfs) /* as good without: some peers never do it unless told to */
		offer_add_transform(m->o, ALG_TYPE_KE, ALG_KE_NONE, 0);
	if (!asked->esn && !ike)
		add_esn(m);
}

/* Whether all is there that an SA needs. */
static bool whole(struct maker *m, const struct proposal *p,
		  const struct asked *asked, bool aead)
{
	bool ike = m->conf->proto == IKE_PROTO_IKE,
	     ah = m->conf->proto == IKE_PROTO_AH;

	if (!ah && !has(m->o, p, ALG_TYPE_ENCR))
		return false;
	if (!aead && !has(m->o, p, ALG_TYPE_INTEG))
		return false;
	if (ike && !has(m->o, p, ALG_TYPE_PRF))
		return false;
	return (!ike && !asked->ke) || has(m->o, p, ALG_TYPE_KE);
}

/* Complete the proposal that was begun; one that cannot be used is taken back. */
static void finish(struct maker *m, const struct asked *asked)
{
	struct proposal *p = &m->o->p[m->o->nproposals - 1];
	bool aead = is_aead(m->o, p);

	complete(m, asked, aead);
	if (whole(m, p, asked, aead))
		return;
	m->o->ntransforms = p->first;
	m->o->nproposals--;
}

static uint8_t type_of(enum conf_alg_kind kind)
{
	switch (kind) {
	case ALG_ENC:
		return ALG_TYPE_ENCR;
	case ALG_AUTH:
		return ALG_TYPE_INTEG;
	case ALG_PRF:
		return ALG_TYPE_PRF;
	case ALG_DH:
		return ALG_TYPE_KE;
	case ALG_ESN:
		return ALG_TYPE_ESN;
	case ALG_ADDKE1: /* RFC 9370: not done, see further_ke() */
		return 0;
	}
	return 0;
}

/* Who asked for further key exchanges is not given less: such a proposal is left out. */
static bool further_ke(const struct conf_proposal *from)
{
	size_t i;

	for (i = 0; i < from->n; i++)
		if (from->v[i].kind >= ALG_ADDKE1 && from->v[i].id)
			return true;
	return false;
}

static void add_configured(struct maker *m, const struct conf_proposal *from)
{
	bool ike = m->conf->proto == IKE_PROTO_IKE;
	struct asked asked = { .prf = false };
	size_t i;

	if (further_ke(from) || !offer_add(m->o, m->conf->proto, NULL, 0))
		return;
	for (i = 0; i < from->n; i++) {
		const struct conf_alg *a = &from->v[i];

		if (a->kind >= ALG_ADDKE1)
			continue;
		if (a->kind == ALG_DH && !ike && !m->conf->pfs)
			continue;
		asked.integ |= a->kind == ALG_AUTH;
		asked.prf |= a->kind == ALG_PRF;
		asked.ke |= a->kind == ALG_DH;
		asked.esn |= a->kind == ALG_ESN;
		if (a->kind == ALG_ESN || (a->kind == ALG_DH && !a->id))
			offer_add_transform(m->o, type_of(a->kind), a->id, 0);
		else
			add(m, type_of(a->kind), a->id, a->keybits);
	}
	finish(m, &asked);
}

static void add_default(struct maker *m, const struct wish *encr,
			const struct wish *integ)
{
	struct asked asked = { .integ = integ != NULL };

	if (!offer_add(m->o, m->conf->proto, NULL, 0))
		return;
	if (encr)
		add_wishes(m, encr);
	if (integ)
		add_wishes(m, integ);
	finish(m, &asked);
}

enum reason offer_from_conf(const struct offer_conf *conf, struct offer *o,
			    const char **culprit)
{
	struct maker m = { .conf = conf, .o = o };
	size_t i;

	offer_init(o);
	if (conf->props) {
		for (i = 0; i < conf->props->n; i++)
			add_configured(&m, &conf->props->v[i]);
	} else if (conf->proto == IKE_PROTO_AH) {
		add_default(&m, NULL, integs);
	} else {
		add_default(&m, gcm, NULL);
		add_default(&m, cbc, integs);
		add_default(&m, chacha, NULL);
	}
	*culprit = m.culprit ? m.culprit : "";
	return o->nproposals ? R_NONE : R_ALG_UNUSABLE;
}

/* Use ------------------------------------------------------------------------------------------- */

void offer_for(const struct offer *all, enum offer_use use, struct offer *o)
{
	unsigned int i, k;

	offer_init(o);
	for (i = 0; i < all->nproposals; i++) {
		const struct proposal *p = &all->p[i];

		offer_add(o, p->proto, p->spi, p->spi_len);
		for (k = 0; k < p->n; k++) {
			const struct transform *t = &all->t[p->first + k];

			if (use != OFFER_FIRST || t->type != ALG_TYPE_KE)
				offer_add_transform(o, t->type, t->id,
						    t->keybits);
		}
	}
}

void offer_prefer_group(struct offer *o, uint16_t group)
{
	unsigned int i, k, at;

	for (i = 0; i < o->nproposals; i++) {
		struct transform *t = &o->t[o->p[i].first], first;

		for (k = 0, at = o->p[i].n; k < o->p[i].n; k++) {
			if (t[k].type != ALG_TYPE_KE)
				continue;
			at = at < k ? at : k; /* the first of all */
			if (t[k].id != group)
				continue;
			first = t[k];
			memmove(&t[at + 1], &t[at], (k - at) * sizeof(*t));
			t[at] = first;
			break;
		}
	}
}

uint16_t offer_group(const struct offer *o)
{
	unsigned int i;

	for (i = 0; i < o->ntransforms; i++)
		if (o->t[i].type == ALG_TYPE_KE && o->t[i].id)
			return o->t[i].id;
	return 0;
}

bool offer_has_group(const struct offer *o, uint16_t group)
{
	unsigned int i;

	for (i = 0; i < o->ntransforms; i++)
		if (o->t[i].type == ALG_TYPE_KE && o->t[i].id == group)
			return true;
	return false;
}
