// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gmp_wipe.c - GMP with memory that is wiped. Nettle and GnuTLS compute with GMP and leave interim values,
 * among them primes, in what it frees.
 */
#include "crypto/gmp_wipe.h"

#include <gmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"

/* malloc, because numbers that GMP had before belong to it and may come back here to be freed */
static void *take(size_t n)
{
	void *p = malloc(n);

	if (!p)
		mem_exhausted(n);
	return p;
}

static void give(void *p, size_t n)
{
	secret_wipe(p, n);
	free(p);
}

static void *resize(void *p, size_t old, size_t n)
{
	void *to = take(n);

	memcpy(to, p, old < n ? old : n);
	give(p, old);
	return to;
}

void gmp_wipe_init(void)
{
	static bool done;

	if (!done)
		mp_set_memory_functions(take, resize, give);
	done = true;
}
