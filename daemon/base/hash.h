/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hash.h - FNV-1a, 64 bits: tables, and changes seen without a comparison. Not against those who choose the octets to
 * collide: what a peer sends, it is not for.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START 0xcbf29ce484222325ULL

/* The hash of what had this hash, and n octets more; HASH_START: of nothing. */
uint64_t hash_add(uint64_t hash, const void *p, size_t n);
/* Of a text without its zero. The values are kept by others (owners of SAs): they never change. */
uint64_t hash_text(const char *text);

#endif /* BASE_HASH_H */
