/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay.h - anti-replay window (RFC 4303 3.4.3, RFC 6479) and ESN inference; pure.
 */
#ifndef NFI_REPLAY_H
#define NFI_REPLAY_H

#include <linux/types.h>

/* A ring of 64-bit words, one word longer than the window. The caller locks. */
struct nfi_replay {
	u64 top; /* highest number accepted */
	u32 window; /* packets; 0: no check */
	u32 words; /* power of two; 0 with window 0 */
	u64 *ring; /* owned by the SA, kvfree */
};

/* nfi_replay_words - size of the ring in 64-bit words for a window */
u32 nfi_replay_words(u32 window);

/*
 * nfi_replay_init - start behind the number top; window, words and ring are set
 * Numbers up to and with top count as seen, so that a takeover never accepts one twice.
 */
void nfi_replay_init(struct nfi_replay *r, u64 top);

/* nfi_replay_infer - full sequence number of a packet from its low half (RFC 4303 A2.2) */
u64 nfi_replay_infer(const struct nfi_replay *r, u32 low);

/* nfi_replay_ok - would this number be accepted now? Changes nothing. 0 never is when windowed. */
bool nfi_replay_ok(const struct nfi_replay *r, u64 seq);

/* nfi_replay_take - test and set; false: seen already or left of the window */
bool nfi_replay_take(struct nfi_replay *r, u64 seq);

#endif /* NFI_REPLAY_H */
