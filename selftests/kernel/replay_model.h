/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay_model.h - the plainest possible anti-replay window: the set of all numbers that were
 * accepted. What kernel/replay.c does is compared with it.
 */
#ifndef REPLAY_MODEL_H
#define REPLAY_MODEL_H

#include <stdlib.h>
#include <string.h>
#include "replay.h"

#define MODEL_SLOTS (1U << 17)
#define MODEL_MAX (MODEL_SLOTS / 2) /* numbers that fit before it must start anew */

struct model {
	u64 top, floor; /* numbers up to floor count as seen */
	u32 window, count;
	u64 slots[MODEL_SLOTS]; /* 0: free */
};

static inline u64 *model_slot(struct model *m, u64 seq)
{
	u64 i = seq * 0x9e3779b97f4a7c15ULL >> 47;

	while (m->slots[i] && m->slots[i] != seq)
		i = (i + 1) % MODEL_SLOTS;
	return &m->slots[i];
}

static inline void model_init(struct model *m, u32 window, u64 top)
{
	memset(m, 0, sizeof(*m));
	m->window = window;
	m->top = m->floor = top;
}

static inline bool model_ok(struct model *m, u64 seq)
{
	if (!m->window)
		return true;
	if (!seq || seq <= m->floor || *model_slot(m, seq))
		return false;
	return seq > m->top || m->top - seq < m->window;
}

static inline bool model_take(struct model *m, u64 seq)
{
	if (!model_ok(m, seq))
		return false;
	if (m->window) {
		*model_slot(m, seq) = seq;
		m->count++;
	}
	if (seq > m->top)
		m->top = seq;
	return true;
}

/* The letter of RFC 4303 A2.2, with the high half of the top at least 1. */
static inline u64 model_infer(u64 top, u32 window, u32 low)
{
	u32 th = top >> 32, tl = (u32)top;

	if (tl >= window - 1)
		return (u64)(low >= tl - window + 1 ? th : th + 1) << 32 | low;
	return (u64)(low >= (u32)(tl - window + 1) ? th - 1 : th) << 32 | low;
}

static inline void replay_new(struct nfi_replay *r, u32 window, u64 top)
{
	memset(r, 0, sizeof(*r));
	r->window = window;
	r->words = nfi_replay_words(window);
	/* exactly as long as needed, and dirty, for the sanitizers and for what init forgets */
	r->ring = malloc(r->words * sizeof(*r->ring) + 1);
	if (!r->ring)
		abort();
	memset(r->ring, 0xa5, r->words * sizeof(*r->ring));
	nfi_replay_init(r, top);
}

static inline void replay_free(struct nfi_replay *r)
{
	free(r->ring);
	r->ring = NULL;
}

#endif /* REPLAY_MODEL_H */
