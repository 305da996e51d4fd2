/* SPDX-License-Identifier: GPL-2.0-or-later */
/* span.h - a view of octets that belong to somebody else; what is kept longer is copied. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const uint8_t *p; /* may be NULL when n is 0 */
	size_t n;
};

static inline struct span span_of(const void *p, size_t n)
{
	return (struct span){ p, n };
}

/* The text without its zero. */
static inline struct span span_text(const char *text)
{
	return span_of(text, strlen(text));
}

/* Not for secrets: see secret_equal. */
static inline bool span_equal(struct span a, struct span b)
{
	return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

#endif /* BASE_SPAN_H */
