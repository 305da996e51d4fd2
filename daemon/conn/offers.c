// SPDX-License-Identifier: GPL-2.0-or-later
/* offers.c - shared proposals: 10 000 connections with one esp= need one offer. */
#include "conn/offers.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct shared {
	struct table_node node;
	unsigned int users;
	struct offer offer;
};

static uint64_t hash_of(const struct offer *o)
{
	return table_hash(span_of(o, sizeof(*o)));
}

static struct shared *find(const struct offers *o, const struct offer *offer)
{
	struct table_node *node;

	for (node = table_first(&o->table, hash_of(offer)); node;
	     node = table_next(node)) {
		struct shared *s = node->owner;

		/* all octets of an offer are set, those between its members too */
		/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
		if (!memcmp(&s->offer, offer, sizeof(*offer)))
			return s;
	}
	return NULL;
}

const struct offer *offers_get(struct offers *o, const struct offer *offer)
{
	struct shared *s = find(o, offer);

	if (!s) {
		s = mem_new(sizeof(*s));
		memcpy(&s->offer, offer, sizeof(s->offer));
		table_add(&o->table, &s->node, hash_of(offer), s);
	}
	s->users++;
	return &s->offer;
}

void offers_put(struct offers *o, const struct offer *offer)
{
	struct shared *s = offer ? find(o, offer) : NULL;

	if (!s || --s->users)
		return;
	table_del(&o->table, &s->node);
	free(s);
}

void offers_fini(struct offers *o)
{
	table_fini(&o->table);
}
