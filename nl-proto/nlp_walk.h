/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nlp_walk.h - a walk over attributes that notices malformed ones; private to nlp*.c. */
#ifndef NLP_WALK_H
#define NLP_WALK_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Walk the attributes of n octets at p; *a is NULL at first. False at the end; *bad: not
 * well-formed.
 */
static inline bool nlp_walk(const void *p, size_t n, const struct nlattr **a, bool *bad)
{
	const char *end = (const char *)p + n;
	const char *at = *a ? (const char *)mnl_attr_next(*a) : p;

	if (at >= end)
		return false;
	*a = (const void *)at;
	*bad = !mnl_attr_ok(*a, (int)(end - at));
	return !*bad;
}

#define nlp_for_each_attr(p, n, a, bad) for (a = NULL, bad = false; nlp_walk(p, n, &(a), &(bad));)

#endif /* NLP_WALK_H */
