// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay.c - anti-replay window as a ring of words (RFC 6479) and ESN inference (RFC 4303 A2).
 * Pure: compiled into the module and, with NFI_USERSPACE, into its tests.
 */
#include "replay.h"
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/string.h>

#define WORD_BITS 64

/*
 * A window that does not begin at a word touches one word more than it fills. Reaching into a word
 * of the ring clears it, so that word must not hold numbers still inside the window.
 */
u32 nfi_replay_words(u32 window)
{
	return window ? roundup_pow_of_two(DIV_ROUND_UP(window, WORD_BITS) + 1) : 0;
}

static u64 *word_of(const struct nfi_replay *r, u64 seq)
{
	return &r->ring[seq / WORD_BITS & (r->words - 1)];
}

void nfi_replay_init(struct nfi_replay *r, u64 top)
{
	r->top = top;
	if (!r->words)
		return;
	memset(r->ring, top ? 0xff : 0, r->words * sizeof(*r->ring));
	if (top)
		*word_of(r, top) = ~0ULL >> (WORD_BITS - 1 - top % WORD_BITS);
}

/*
 * Appendix A2.2 has two cases, for a window inside one subspace of 2^32 numbers and for one that
 * spans two. Both say: the only number with this low half in the 2^32 numbers from the left
 * edge of the window on. There is nothing left of 0. Behind 2^64 - 1 the sum starts again
 * at 0, left of the window. Without a window it is the number nearest to the highest one.
 */
u64 nfi_replay_infer(const struct nfi_replay *r, u32 low)
{
	u64 behind = r->window ? r->window - 1 : 1U << 31;
	u64 top = READ_ONCE(r->top);
	u64 edge = top > behind ? top - behind : 0;

	return edge + (u32)(low - (u32)edge);
}

bool nfi_replay_ok(const struct nfi_replay *r, u64 seq)
{
	u64 top = READ_ONCE(r->top);

	if (!r->words)
		return true;
	if (seq > top)
		return true;
	if (!seq || top - seq >= r->window)
		return false;
	return !(READ_ONCE(*word_of(r, seq)) >> seq % WORD_BITS & 1);
}

/* Clear the words between the old and the new top; a jump over the whole ring clears each once. */
static void advance(struct nfi_replay *r, u64 seq)
{
	u64 from = r->top / WORD_BITS;
	u64 n = seq / WORD_BITS - from;
	u64 i;

	if (n > r->words)
		n = r->words;
	for (i = 1; i <= n; i++)
		WRITE_ONCE(r->ring[(from + i) & (r->words - 1)], 0);
	WRITE_ONCE(r->top, seq);
}

bool nfi_replay_take(struct nfi_replay *r, u64 seq)
{
	if (!r->words) {
		if (seq > r->top)
			WRITE_ONCE(r->top, seq);
		return true;
	}
	if (!nfi_replay_ok(r, seq))
		return false;
	if (seq > r->top)
		advance(r, seq);
	WRITE_ONCE(*word_of(r, seq), *word_of(r, seq) | BIT_ULL(seq % WORD_BITS));
	return true;
}
