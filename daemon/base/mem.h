/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mem.h - memory that is not secret; without memory the program ends with a message. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_new(size_t n); /* zeroed; free() it */
char *mem_text(const char *text,
	       size_t n); /* a copy of n octets, and a zero; free() it */

/*
 * Room in array p for one more than n elements of size octets: doubles *room when it is full.
 * Returns the array, which may have moved. New elements are not cleared.
 */
void *mem_grow(void *p, size_t n, size_t *room, size_t size);

/* Say that there is no memory, and abort. */
void mem_exhausted(size_t n) __attribute__((noreturn));

#endif /* BASE_MEM_H */
