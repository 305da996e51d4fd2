// SPDX-License-Identifier: GPL-2.0-or-later
/* wr.c - writes octets; see wr.h. */
#include "base/wr.h"

struct wr wr_to(void *buf, size_t room)
{
	return (struct wr){ .p = buf, .room = room };
}

uint8_t *wr_room(struct wr *w, size_t n)
{
	uint8_t *p;

	if (w->failed || n > w->room - w->n) {
		w->failed = true;
		return NULL;
	}
	p = w->p + w->n;
	w->n += n;
	return p;
}

static void store(uint8_t *p, uint64_t v, size_t octets)
{
	while (octets--) {
		p[octets] = (uint8_t)v;
		v >>= 8;
	}
}

static void number(struct wr *w, uint64_t v, size_t octets)
{
	uint8_t *p = wr_room(w, octets);

	if (p)
		store(p, v, octets);
}

void wr_u8(struct wr *w, uint8_t v)
{
	number(w, v, 1);
}

void wr_u16(struct wr *w, uint16_t v)
{
	number(w, v, 2);
}

void wr_u32(struct wr *w, uint32_t v)
{
	number(w, v, 4);
}

void wr_u64(struct wr *w, uint64_t v)
{
	number(w, v, 8);
}

void wr_copy(struct wr *w, const void *p, size_t n)
{
	uint8_t *to = n ? wr_room(w, n) : NULL;

	if (to)
		memcpy(to, p, n);
}

void wr_span(struct wr *w, struct span s)
{
	wr_copy(w, s.p, s.n);
}

void wr_zeros(struct wr *w, size_t n)
{
	uint8_t *to = n ? wr_room(w, n) : NULL;

	if (to)
		memset(to, 0, n);
}

size_t wr_mark16(struct wr *w)
{
	size_t at = w->n;

	wr_u16(w, 0);
	return at;
}

/* Whether octets at..at+n were written; otherwise it fails. */
static bool written(struct wr *w, size_t at, size_t n)
{
	if (w->failed || at > w->n || n > w->n - at)
		w->failed = true;
	return !w->failed;
}

void wr_close16(struct wr *w, size_t mark, size_t from)
{
	if (!written(w, mark, 2) || !written(w, from, 0))
		return;
	if (w->n - from > UINT16_MAX)
		wr_fail(w);
	else
		store(w->p + mark, w->n - from, 2);
}

void wr_put8(struct wr *w, size_t at, uint8_t v)
{
	if (written(w, at, 1))
		store(w->p + at, v, 1);
}

void wr_put32(struct wr *w, size_t at, uint32_t v)
{
	if (written(w, at, 4))
		store(w->p + at, v, 4);
}

void wr_fail(struct wr *w)
{
	w->failed = true;
}

struct span wr_done(const struct wr *w)
{
	return w->failed ? span_of(NULL, 0) : span_of(w->p, w->n);
}
