// SPDX-License-Identifier: GPL-2.0-or-later
/* offer_text.c - offers for people, in the spelling of ike= and esp=; what to say when nothing is in common. */
#include "ike/proposal.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "crypto/alg.h"
#include "ike/payload.h"

#define TYPES ALG_TYPE_ESN

/* The short names of integrity, sha256, are the first aliases. */
/* clang-format off */
static const struct { const char *spelling, *name; } aliases[] = {
#define NFI_ALIAS(spelling, name) { spelling, name },
#include "nl-proto/algs.def"
#undef NFI_ALIAS
};
/* clang-format on */

const char *transform_name(uint8_t type, uint16_t id)
{
	const struct alg *alg;

	if (type == ALG_TYPE_ESN)
		return id == ALG_ESN_YES ? "esn" :
		       id == ALG_ESN_NO	 ? "noesn" :
					   "unknown";
	alg = type && type < ALG_TYPE_ESN ? alg_find((enum alg_type)type, id) :
					    NULL;
	return alg ? alg->name : id ? "unknown" : "none";
}

static const char *short_name(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (!strcmp(aliases[i].name, name))
			return aliases[i].spelling;
	return name;
}

/* "aes-gcm-16" of 256 bits is aes256gcm16, "aes-cbc" aes256: the dashes would part algorithms. */
static void encr_text(const char *name, unsigned int keybits, char *to,
		      size_t room)
{
	const char *mode = strncmp(name, "aes-", 4) ? NULL : name + 4;
	char bits[12] = "";

	to[0] = '\0';
	if (keybits)
		snprintf(bits, sizeof(bits), mode ? "%u" : "-%u", keybits);
	if (!mode) {
		text_append(to, room,
			    !strcmp(name, "3des-cbc") ? "3des" : name);
		text_append(to, room, bits);
		return;
	}
	text_append(to, room, "aes");
	text_append(to, room, bits);
	for (mode = !strcmp(mode, "cbc") ? "" : mode; *mode; mode++)
		if (*mode != '-')
			text_append(to, room, (char[]){ *mode, '\0' });
}

static void transform_text(const struct transform *t, char *to, size_t room)
{
	const char *name = transform_name(t->type, t->id);

	if (!strcmp(name, "unknown"))
		snprintf(to, room, "type %u id %u", t->type, t->id);
	else if (t->type == ALG_TYPE_ENCR)
		encr_text(name, t->keybits, to, room);
	else if (t->type == ALG_TYPE_KE && !t->id)
		snprintf(to, room, "modpnone");
	else
		snprintf(to, room, "%s",
			 t->type == ALG_TYPE_INTEG ? short_name(name) : name);
}

/* All of a type, "aes256gcm16, aes128gcm16"; "none" for no transform. */
static void type_text(const struct offer *o, const struct proposal *p,
		      uint8_t type, char *to, size_t room)
{
	char one[64];
	unsigned int i, n = 0;

	to[0] = '\0';
	for (i = 0; i < p->n; i++) {
		const struct transform *t = &o->t[p->first + i];

		if (t->type != type)
			continue;
		transform_text(t, one, sizeof(one));
		text_append(to, room, n++ ? ", " : "");
		text_append(to, room, one);
	}
	if (!n)
		text_append(to, room, "none");
}

static void proposal_text(const struct offer *o, const struct proposal *p,
			  char *buf, size_t n)
{
	char one[64];
	unsigned int i;

	for (i = 0; i < p->n; i++) {
		transform_text(&o->t[p->first + i], one, sizeof(one));
		text_append(buf, n, i ? "-" : "");
		text_append(buf, n, one);
	}
}

const char *offer_text(const struct offer *o, char *buf, size_t n)
{
	unsigned int i;

	if (n)
		buf[0] = '\0';
	for (i = 0; i < o->nproposals; i++) {
		text_append(buf, n, i ? ", " : "");
		proposal_text(o, &o->p[i], buf, n);
	}
	return buf;
}

const char *choice_text(const struct choice *c, char *buf, size_t n)
{
	struct offer o;

	if (n)
		buf[0] = '\0';
	proposal_answer(c, NULL, 0, &o);
	if (!c->esn && o.ntransforms &&
	    o.t[o.ntransforms - 1].type == ALG_TYPE_ESN) {
		o.ntransforms--; /* goes without saying */
		o.p[0].n--;
	}
	proposal_text(&o, &o.p[0], buf, n);
	return buf;
}

/* The difference -------------------------------------------------------------------------------- */

static const char *type_name(uint8_t type)
{
	static const char *const names[TYPES + 1] = {
		"",	     "encryption", "PRF",
		"integrity", "group",	   "sequence numbers"
	};

	return type <= TYPES ? names[type] : "";
}

static const char *keyword(uint8_t proto)
{
	return proto == IKE_PROTO_IKE ? "ike" :
	       proto == IKE_PROTO_AH  ? "ah" :
					"esp";
}

static bool wanted(const struct offer *o, const struct proposal *p,
		   const struct transform *t)
{
	const struct alg *alg = alg_find((enum alg_type)t->type, t->id);
	bool child = p->proto != IKE_PROTO_IKE &&
		     (t->type == ALG_TYPE_ENCR || t->type == ALG_TYPE_INTEG);
	unsigned int i;

	if (t->odd || !alg ||
	    (child ? !alg->nfi :
		     !alg_usable((enum alg_type)t->type, t->id, NULL)))
		return false;
	for (i = p->first; &o->t[i] != t; i++)
		if (o->t[i].type == t->type && wanted(o, p, &o->t[i]))
			return false; /* one before it will do */
	return true;
}

/* No ESN is nothing to write about, and of a type that may be left out neither. */
static bool superfluous(const struct offer *o, const struct proposal *p,
			uint8_t type)
{
	unsigned int i;

	for (i = 0; i < p->n; i++)
		if (o->t[p->first + i].type == type && !o->t[p->first + i].id)
			return true;
	return type == ALG_TYPE_ESN;
}

/* What to write here to accept a proposal of the peer: the first usable of each type, "" if there is none. */
static void line_for(const struct offer *theirs, const struct proposal *q,
		     char *line, size_t room)
{
	unsigned int i, types = 0, needed = 0;
	char one[64];

	line[0] = '\0';
	for (i = 0; i < q->n; i++) {
		const struct transform *t = &theirs->t[q->first + i];

		if (!t->type || t->type > TYPES)
			return;
		if (!superfluous(theirs, q, t->type))
			needed |= 1U << t->type;
	}
	for (i = 0; i < q->n; i++) {
		const struct transform *t = &theirs->t[q->first + i];

		if (!(needed & 1U << t->type) || !wanted(theirs, q, t))
			continue;
		transform_text(t, one, sizeof(one));
		text_append(line, room, types ? "-" : "");
		text_append(line, room, one);
		types |= 1U << t->type;
	}
	if (types != needed)
		line[0] = '\0';
}

static unsigned int bits(unsigned int v)
{
	unsigned int n = 0;

	for (; v; v &= v - 1)
		n++;
	return n;
}

/* Two proposals, and the types that keep them apart. */
struct near {
	const struct offer *theirs, *ours;
	const struct proposal *q, *p;
	unsigned int types;
};

static void add_types(const struct near *near, char *buf, size_t n)
{
	char list[512];
	unsigned int type;

	for (type = 1; type <= TYPES; type++) {
		if (!(near->types & 1U << type))
			continue;
		text_append(buf, n, buf[0] ? "; peer offers " : "peer offers ");
		text_append(buf, n, type_name(type));
		text_append(buf, n, " ");
		type_text(near->theirs, near->q, type, list, sizeof(list));
		text_append(buf, n, list);
		text_append(buf, n, ", we accept ");
		type_text(near->ours, near->p, type, list, sizeof(list));
		text_append(buf, n, list);
	}
}

/* The first two proposals of one protocol that differ in the fewest types; q NULL: there are none. */
static struct near nearest(const struct offer *theirs, const struct offer *ours)
{
	struct near best = { .theirs = theirs, .ours = ours };
	unsigned int i, k, types;

	for (i = 0; i < ours->nproposals; i++) {
		for (k = 0; k < theirs->nproposals; k++) {
			if (ours->p[i].proto != theirs->p[k].proto)
				continue;
			types = proposal_differing(theirs, k, ours, i);
			if (best.q && bits(types) >= bits(best.types))
				continue;
			best.types = types;
			best.p = &ours->p[i];
			best.q = &theirs->p[k];
		}
	}
	return best;
}

const char *offer_difference(const struct offer *theirs,
			     const struct offer *ours, char *buf, size_t n)
{
	struct near near = nearest(theirs, ours);
	char line[256];

	if (n)
		buf[0] = '\0';
	if (!near.q) {
		text_append(
			buf, n,
			"the peer offers another protocol: one end has ah=, the other esp=");
		return buf;
	}
	add_types(&near, buf, n);
	if (!near.types) /* all types fit one by one */
		text_append(
			buf, n,
			"peer offers transforms of a kind that is not known here");
	line_for(theirs, near.q, line, sizeof(line));
	if (!line[0])
		return buf;
	text_append(buf, n, "; add ");
	text_append(buf, n, keyword(near.q->proto));
	text_append(buf, n, "=");
	text_append(buf, n, line);
	return buf;
}
