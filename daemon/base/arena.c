// SPDX-License-Identifier: GPL-2.0-or-later
/* arena.c - memory that is given back all at once. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

#define CHUNK_MIN ((size_t)16 << 10)
#define CHUNK_MAX ((size_t)1 << 20)
#define ALIGN 8

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, room;
	uint64_t b[]; /* for the alignment */
};

static void no_memory(size_t n)
{
	fprintf(stderr, "no memory for %zu octets\n", n);
	abort();
}

static void *allocate(size_t n)
{
	void *p = n < SIZE_MAX / 2 ? malloc(n) : NULL;

	if (!p)
		no_memory(n);
	return p;
}

static struct arena_chunk *add_chunk(struct arena *a, size_t n)
{
	/* chunks double, so that a small arena is small and a large one has few */
	size_t room = a->chunks ? a->chunks->room * 2 : CHUNK_MIN;
	struct arena_chunk *c;

	if (room > CHUNK_MAX)
		room = CHUNK_MAX;
	if (room < n)
		room = n;
	c = allocate(sizeof(*c) + room);
	c->next = a->chunks;
	c->used = 0;
	c->room = room;
	a->chunks = c;
	return c;
}

void *arena_alloc(struct arena *a, size_t n)
{
	size_t want = (n + ALIGN - 1) / ALIGN * ALIGN;
	struct arena_chunk *c = a->chunks;
	char *p;

	if (want < n)
		no_memory(n);
	if (!c || c->room - c->used < want)
		c = add_chunk(a, want);
	p = (char *)c->b + c->used;
	c->used += want;
	a->used += want;
	memset(p, 0, want);
	return p;
}

char *arena_text(struct arena *a, const char *text, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	if (n)
		memcpy(p, text, n);
	return p;
}

char *arena_print(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void arena_wipe(struct arena *a)
{
	struct arena_chunk *c, *next;

	for (c = a->chunks; c; c = next) {
		next = c->next;
		secret_wipe(c->b, c->used);
		free(c);
	}
	a->chunks = NULL;
	a->used = 0;
}

void *arena_grow(void *array, size_t *room, size_t n, size_t size)
{
	void *p;

	if (n < *room)
		return array;
	*room = *room ? *room * 2 : 16;
	p = *room < SIZE_MAX / 2 / size ? realloc(array, *room * size) : NULL;
	if (!p)
		no_memory(*room * size);
	return p;
}
