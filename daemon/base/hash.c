// SPDX-License-Identifier: GPL-2.0-or-later
/* hash.c - FNV-1a, 64 bits. */
#include "base/hash.h"

#include <string.h>

uint64_t hash_add(uint64_t hash, const void *p, size_t n)
{
	const uint8_t *b = p;

	while (n--)
		hash = (hash ^ *b++) * 0x100000001b3;
	return hash;
}

uint64_t hash_text(const char *text)
{
	return hash_add(HASH_START, text, strlen(text));
}
