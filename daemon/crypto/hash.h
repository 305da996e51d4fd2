/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hash.h - hash functions. */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define HASH_MAX 64 /* octets of the longest digest */

/* The numbers are those of RFC 7427 4 and RFC 8420, where there is one. */
enum hash_id {
	HASH_NONE,
	HASH_SHA1 = 1,
	HASH_SHA2_256 = 2,
	HASH_SHA2_384 = 3,
	HASH_SHA2_512 = 4,
	HASH_IDENTITY = 5, /* no hash: the message itself, for EdDSA */
	HASH_MD5 = 16,
};

/* A computation under way. On the stack; may be copied with =. */
struct hash {
	enum hash_id id;
	uint64_t state[28]; /* of Nettle */
};

size_t
hash_size(enum hash_id id); /* octets of a digest; 0 for none and identity */
const char *hash_name(enum hash_id id); /* "SHA2-256" */

/* id has a digest. */
void hash_init(struct hash *h, enum hash_id id);
void hash_update(struct hash *h, struct span v);
/* digest has room for hash_size() octets. Begins anew. */
void hash_final(struct hash *h, uint8_t *digest);

/* The digest of all parts, one after the other. */
void hash_parts(enum hash_id id, const struct span *part, size_t parts,
		uint8_t *digest);

#endif /* CRYPTO_HASH_H */
