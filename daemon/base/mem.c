// SPDX-License-Identifier: GPL-2.0-or-later
/* mem.c - memory, or the end of the program. */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mem_exhausted(size_t n)
{
	fprintf(stderr, "no memory for %zu octets\n", n);
	abort();
}

void *mem_new(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (!p)
		mem_exhausted(n);
	return p;
}

char *mem_text(const char *text, size_t n)
{
	char *copy = mem_new(n + 1);

	memcpy(copy, text, n);
	return copy;
}

void *mem_grow(void *p, size_t n, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 16;

	if (n < *room)
		return p;
	if (more > SIZE_MAX / 2 / size)
		mem_exhausted(SIZE_MAX);
	p = realloc(p, more * size);
	if (!p)
		mem_exhausted(more * size);
	*room = more;
	return p;
}
