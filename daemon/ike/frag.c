// SPDX-License-Identifier: GPL-2.0-or-later
/* frag.c - a message that comes in parts: bounded in number and octets, one message at a time. */
#include "ike/frag.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"

struct frag_set {
	uint32_t id;
	bool response;
	uint8_t first;
	uint16_t total, have;
	size_t octets;
	struct {
		uint8_t *p; /* NULL: not here yet */
		size_t n;
	} part[FRAG_MAX];
};

void frag_free(struct frag_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < FRAG_MAX; i++) {
		if (set->part[i].p)
			secret_wipe(set->part[i].p, set->part[i].n);
		free(set->part[i].p);
	}
	free(set);
}

/* Whether the parts that are here belong to another message, or to one cut in fewer pieces (7383 2.6). */
static bool is_older(const struct frag_set *set, const struct frag_part *part)
{
	return set->id != part->id || set->response != part->response || set->total < part->total;
}

enum frag_result frag_add(struct frag_set **set, const struct frag_part *part)
{
	struct frag_set *s = *set;
	size_t i = part->number - 1U;

	if (!part->number || part->number > part->total || part->total > FRAG_MAX || !part->plain.n)
		return FRAG_BAD;
	if (s && is_older(s, part)) {
		frag_free(s);
		s = NULL;
	}
	if (!s) {
		s = mem_new(sizeof(*s));
		s->id = part->id;
		s->response = part->response;
		s->total = part->total;
	}
	*set = s;
	if (part->total < s->total)
		return FRAG_BAD;
	if (s->part[i].p)
		return FRAG_MORE;
	if (s->octets + part->plain.n > FRAG_OCTETS)
		return FRAG_BAD;
	s->part[i].p = mem_new(part->plain.n);
	memcpy(s->part[i].p, part->plain.p, part->plain.n);
	s->part[i].n = part->plain.n;
	s->octets += part->plain.n;
	if (part->number == 1)
		s->first = part->first;
	return ++s->have == s->total ? FRAG_WHOLE : FRAG_MORE;
}

size_t frag_take(struct frag_set **set, uint8_t *to, uint8_t *first)
{
	struct frag_set *s = *set;
	size_t n = 0;

	for (size_t i = 0; i < s->total; i++) {
		memcpy(to + n, s->part[i].p, s->part[i].n);
		n += s->part[i].n;
	}
	*first = s->first;
	frag_free(s);
	*set = NULL;
	return n;
}
