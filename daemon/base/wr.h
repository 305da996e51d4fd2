/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wr.h - writes octets into a buffer of the caller, numbers in network order. What does not fit is not
 * written, and failure stays; wr_done says so at the end.
 */
#ifndef BASE_WR_H
#define BASE_WR_H

#include "base/span.h"

struct wr {
	uint8_t *p;
	size_t room, n; /* octets there are, octets written */
	bool failed;
};

struct wr wr_to(void *buf, size_t room);

void wr_u8(struct wr *w, uint8_t v);
void wr_u16(struct wr *w, uint16_t v);
void wr_u32(struct wr *w, uint32_t v);
void wr_u64(struct wr *w, uint64_t v);
void wr_copy(struct wr *w, const void *p, size_t n);
void wr_span(struct wr *w, struct span s);
void wr_zeros(struct wr *w, size_t n);
/* Room for n octets that the caller fills in; NULL if there is none. */
uint8_t *wr_room(struct wr *w, size_t n);

/*
 * Lengths that are known later: mark16 leaves two octets, close16 puts into them the octets written since
 * offset from, which is the mark + 2 for a length of what follows, and less when it counts a header, too.
 * More than 65535 fails.
 */
size_t wr_mark16(struct wr *w);
void wr_close16(struct wr *w, size_t mark, size_t from);
/* Change an octet, or four, that were written already. */
void wr_put8(struct wr *w, size_t at, uint8_t v);
void wr_put32(struct wr *w, size_t at, uint32_t v);

void wr_fail(struct wr *w);
/* What was written; empty with p NULL after a failure. */
struct span wr_done(const struct wr *w);

#endif /* BASE_WR_H */
