// SPDX-License-Identifier: GPL-2.0-or-later
/* rd.c - reads octets; see rd.h. */
#include "base/rd.h"

struct rd rd_of(struct span s)
{
	return (struct rd){ .left = s };
}

/* The next n octets, or NULL and failed. n may be 0. */
static const uint8_t *take(struct rd *r, size_t n)
{
	const uint8_t *p = r->left.p;

	if (r->failed || n > r->left.n) {
		rd_fail(r);
		return NULL;
	}
	if (n)
		r->left.p += n;
	r->left.n -= n;
	return p;
}

static uint64_t number(struct rd *r, size_t octets)
{
	const uint8_t *p = take(r, octets);
	uint64_t v = 0;
	size_t i;

	for (i = 0; p && i < octets; i++)
		v = v << 8 | p[i];
	return v;
}

uint8_t rd_u8(struct rd *r)
{
	return (uint8_t)number(r, 1);
}

uint16_t rd_u16(struct rd *r)
{
	return (uint16_t)number(r, 2);
}

uint32_t rd_u32(struct rd *r)
{
	return (uint32_t)number(r, 4);
}

uint64_t rd_u64(struct rd *r)
{
	return number(r, 8);
}

struct span rd_span(struct rd *r, size_t n)
{
	const uint8_t *p = take(r, n);

	return r->failed ? span_of(NULL, 0) : span_of(p, n);
}

void rd_copy(struct rd *r, void *to, size_t n)
{
	const uint8_t *p = take(r, n);

	if (!n)
		return;
	if (p)
		memcpy(to, p, n);
	else
		memset(to, 0, n);
}

void rd_skip(struct rd *r, size_t n)
{
	take(r, n);
}

struct rd rd_sub(struct rd *r, size_t n)
{
	const uint8_t *p = take(r, n);

	return (struct rd){ .left = r->failed ? span_of(NULL, 0) :
						span_of(p, n),
			    .failed = r->failed };
}

struct span rd_rest(struct rd *r)
{
	return rd_span(r, r->left.n);
}

void rd_fail(struct rd *r)
{
	r->failed = true;
	r->left = span_of(NULL, 0);
}

size_t rd_left(const struct rd *r)
{
	return r->left.n;
}

bool rd_ok(const struct rd *r)
{
	return !r->failed;
}

bool rd_done(const struct rd *r)
{
	return !r->failed && !r->left.n;
}
