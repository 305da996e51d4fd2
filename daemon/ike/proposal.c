// SPDX-License-Identifier: GPL-2.0-or-later
/* proposal.c - what both ends want of two offers; the order is explained in proposal.h. */
#include "ike/proposal.h"

#include <string.h>

#include "crypto/alg.h"

#define TYPES ALG_TYPE_ESN /* 1 to this; proposals with others are not ours */

/* A proposal with the transforms of its offer. */
struct view {
	const struct proposal *p;
	const struct transform *t;
};

static struct view view(const struct offer *o, const struct proposal *p)
{
	return (struct view){ p, &o->t[p->first] };
}

static bool has_type(struct view v, uint8_t type)
{
	unsigned int i;

	for (i = 0; i < v.p->n; i++)
		if (v.t[i].type == type)
			return true;
	return false;
}

/* A cipher with one size should come without its length, and does not always. */
static bool same(const struct transform *a, const struct transform *b)
{
	const struct alg *alg;

	if (a->odd || b->odd || a->type != b->type || a->id != b->id)
		return false;
	if (a->keybits == b->keybits)
		return true;
	alg = a->type == ALG_TYPE_ENCR ? alg_find(ALG_TYPE_ENCR, a->id) : NULL;
	return alg && !alg->variable && (!a->keybits || !b->keybits);
}

/* No transform of a type is as good as its number 0: no integrity of its own, no group, no ESN. */
static bool has(struct view v, const struct transform *t)
{
	unsigned int i;

	for (i = 0; i < v.p->n; i++)
		if (same(&v.t[i], t))
			return true;
	return !t->id && t->type != ALG_TYPE_ENCR && !has_type(v, t->type);
}

static bool has_unknown_type(struct view v)
{
	unsigned int i;

	for (i = 0; i < v.p->n; i++)
		if (!v.t[i].type || v.t[i].type > TYPES)
			return true;
	return false;
}

/* The first of ours that they have, too. False: there is none. */
static bool common(struct view ours, struct view theirs, uint8_t type,
		   struct transform *found)
{
	struct transform none = { .type = type };
	unsigned int i;

	*found = none;
	for (i = 0; i < ours.p->n; i++) {
		if (ours.t[i].type != type || !has(theirs, &ours.t[i]))
			continue;
		*found = ours.t[i];
		return true;
	}
	return !has_type(ours, type) &&
	       (type == ALG_TYPE_ENCR ? !has_type(theirs, type) :
					has(theirs, &none));
}

static void set(struct choice *c, const struct transform *t)
{
	switch (t->type) {
	case ALG_TYPE_ENCR:
		c->encr = t->id;
		c->keybits = t->keybits;
		break;
	case ALG_TYPE_PRF:
		c->prf = t->id;
		break;
	case ALG_TYPE_INTEG:
		c->integ = t->id;
		break;
	case ALG_TYPE_KE:
		c->ke = t->id;
		break;
	case ALG_TYPE_ESN:
		c->esn = t->id == ALG_ESN_YES;
		break;
	default: /* excluded by has_unknown_type */
		break;
	}
}

static struct choice begin(const struct proposal *p)
{
	struct choice c = { .num = p->num,
			    .proto = p->proto,
			    .spi_len = p->spi_len };

	memcpy(c.spi, p->spi, sizeof(c.spi));
	return c;
}

/* The group that came is taken if both have it; without one, none is, if both have that. */
static bool choose_group(struct view ours, struct view theirs, uint16_t group,
			 struct transform *found)
{
	struct transform came = { .type = ALG_TYPE_KE, .id = group };

	if (has(ours, &came) && has(theirs, &came)) {
		*found = came;
		return true;
	}
	return common(ours, theirs, ALG_TYPE_KE, found);
}

static bool match(struct view ours, struct view theirs, uint16_t group,
		  struct choice *c)
{
	struct transform t;
	unsigned int type;

	if (ours.p->proto != theirs.p->proto || has_unknown_type(theirs))
		return false;
	*c = begin(theirs.p);
	for (type = 1; type <= TYPES; type++) {
		if (type == ALG_TYPE_KE ?
			    !choose_group(ours, theirs, group, &t) :
			    !common(ours, theirs, type, &t))
			return false;
		set(c, &t);
	}
	return true;
}

enum reason proposal_choose(const struct offer *theirs,
			    const struct offer *ours, uint16_t group,
			    struct choice *c)
{
	unsigned int i, k;

	for (i = 0; i < ours->nproposals; i++)
		for (k = 0; k < theirs->nproposals; k++)
			if (match(view(ours, &ours->p[i]),
				  view(theirs, &theirs->p[k]), group, c))
				return c->ke && c->ke != group ? R_GROUP :
								 R_NONE;
	memset(c, 0, sizeof(*c));
	return R_NO_PROPOSAL;
}

unsigned int proposal_differing(const struct offer *theirs, unsigned int k,
				const struct offer *ours, unsigned int i)
{
	struct transform t;
	unsigned int bits = 0;
	unsigned int type;

	for (type = 1; type <= TYPES; type++)
		if (!common(view(ours, &ours->p[i]),
			    view(theirs, &theirs->p[k]), type, &t))
			bits |= 1U << type;
	return bits;
}

/* Exactly one of each type that was sent, and nothing that was not. */
static bool is_choice_of(struct view reply, struct view sent, struct choice *c)
{
	bool seen[TYPES + 1] = { false };
	struct transform none = { .id = 0 };
	unsigned int i;

	if (reply.p->proto != sent.p->proto || has_unknown_type(reply))
		return false;
	*c = begin(reply.p);
	for (i = 0; i < reply.p->n; i++) {
		if (seen[reply.t[i].type] || !has(sent, &reply.t[i]))
			return false;
		seen[reply.t[i].type] = true;
		set(c, &reply.t[i]);
	}
	for (i = 1; i <= TYPES; i++) {
		none.type = (uint8_t)i;
		if (!seen[i] && has_type(sent, none.type) &&
		    (i == ALG_TYPE_ENCR || !has(sent, &none)))
			return false;
	}
	return true;
}

enum reason proposal_accept(const struct offer *sent, const struct offer *reply,
			    struct choice *c)
{
	unsigned int i;

	if (reply->nproposals == 1)
		for (i = 0; i < sent->nproposals; i++)
			if (sent->p[i].num == reply->p[0].num &&
			    is_choice_of(view(reply, &reply->p[0]),
					 view(sent, &sent->p[i]), c))
				return R_NONE;
	memset(c, 0, sizeof(*c));
	return R_BAD_CHOICE;
}

void proposal_answer(const struct choice *c, const void *spi, uint8_t spi_len,
		     struct offer *o)
{
	bool ike = c->proto == 1;

	offer_init(o);
	offer_add(o, c->proto, spi, spi_len);
	o->p[0].num = c->num;
	if (c->encr)
		offer_add_transform(o, ALG_TYPE_ENCR, c->encr, c->keybits);
	if (c->prf)
		offer_add_transform(o, ALG_TYPE_PRF, c->prf, 0);
	if (c->integ)
		offer_add_transform(o, ALG_TYPE_INTEG, c->integ, 0);
	if (c->ke)
		offer_add_transform(o, ALG_TYPE_KE, c->ke, 0);
	if (!ike)
		offer_add_transform(o, ALG_TYPE_ESN,
				    c->esn ? ALG_ESN_YES : ALG_ESN_NO, 0);
}

bool proposal_may_switch(const struct offer *sent, uint16_t sent_group,
			 uint16_t asked_group)
{
	return asked_group && asked_group != sent_group &&
	       offer_has_group(sent, asked_group);
}
