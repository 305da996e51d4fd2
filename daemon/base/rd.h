/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rd.h - reads octets from front to back, numbers in network order. A read beyond the end fails, and
 * failure stays: whatever is read afterwards is zero or empty. So a parser is a list of reads and one
 * rd_done at its end.
 */
#ifndef BASE_RD_H
#define BASE_RD_H

#include "base/span.h"

struct rd {
	struct span left; /* not read yet */
	bool failed;
};

struct rd rd_of(struct span s);

uint8_t rd_u8(struct rd *r);
uint16_t rd_u16(struct rd *r);
uint32_t rd_u32(struct rd *r);
uint64_t rd_u64(struct rd *r);
/* n octets, which stay where they are. */
struct span rd_span(struct rd *r, size_t n);
/* n octets into to, which is zeroed on failure. */
void rd_copy(struct rd *r, void *to, size_t n);
void rd_skip(struct rd *r, size_t n);
/* A reader of the next n octets alone. It begins failed if they are not there; its own failures are its own. */
struct rd rd_sub(struct rd *r, size_t n);
/* All that is left. */
struct span rd_rest(struct rd *r);

/* What was read makes no sense: fail from here on. */
void rd_fail(struct rd *r);
size_t rd_left(const struct rd *r);
/* Nothing failed. */
bool rd_ok(const struct rd *r);
/* Nothing failed and nothing is left. */
bool rd_done(const struct rd *r);

#endif /* BASE_RD_H */
