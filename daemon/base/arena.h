/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arena.h - memory that is given back all at once, and arrays that grow. Without memory the program ends. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* newest first */
	size_t used; /* octets given out */
};

/* n zeroed octets, aligned for any object, until arena_wipe. */
void *arena_alloc(struct arena *a, size_t n);
/* A copy of n octets, with a terminating zero. */
char *arena_text(struct arena *a, const char *text, size_t n);
/* printf into the arena. */
char *arena_print(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Overwrite and free everything; the arena is empty and may be used again. */
void arena_wipe(struct arena *a);

/* Room in a heap array of *room elements of the given size for one more than n; returns the array. */
void *arena_grow(void *array, size_t *room, size_t n, size_t size);

#endif /* BASE_ARENA_H */
