/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lookup.h - the addresses of many names at once, as the C library finds them, within a time. For tools: it waits. */
#ifndef NET_LOOKUP_H
#define NET_LOOKUP_H

#include <stddef.h>

#include "base/addr.h"

#define LOOKUP_ADDRS 8 /* of a name */

struct lookup {
	const char *name;
	struct addr addr[LOOKUP_ADDRS];
	size_t n;
	const char *why; /* NULL, or why there is none: a fixed text */
};

/*
 * Ask for all n names. After so many milliseconds what has not been answered has no addresses, and says so in why. Names
 * that never are answered cost a process that ends with the time, and nothing of this one.
 */
void lookup_all(struct lookup *v, size_t n, int ms);

#endif /* NET_LOOKUP_H */
