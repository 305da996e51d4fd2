// SPDX-License-Identifier: GPL-2.0-or-later
/* hash.c - hash functions of Nettle. */
#include "crypto/hash.h"

#include <nettle/md5.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <stdlib.h>

static const struct {
	const struct nettle_hash *nettle; /* NULL: no digest */
	const char *name;
} rows[] = {
	[HASH_NONE] = { NULL, "none" },
	[HASH_SHA1] = { &nettle_sha1, "SHA1" },
	[HASH_SHA2_256] = { &nettle_sha256, "SHA2-256" },
	[HASH_SHA2_384] = { &nettle_sha384, "SHA2-384" },
	[HASH_SHA2_512] = { &nettle_sha512, "SHA2-512" },
	[HASH_IDENTITY] = { NULL, "identity" },
	[HASH_MD5] = { &nettle_md5, "MD5" },
};

/* SHA-384 is SHA-512 of Nettle with another beginning */
_Static_assert(sizeof(struct sha512_ctx) <= sizeof(((struct hash *)0)->state),
	       "struct hash has no room for Nettle's");
_Static_assert(SHA512_DIGEST_SIZE <= HASH_MAX, "HASH_MAX");

static const struct nettle_hash *of(enum hash_id id)
{
	return (size_t)id < sizeof(rows) / sizeof(rows[0]) ? rows[id].nettle :
							     NULL;
}

size_t hash_size(enum hash_id id)
{
	return of(id) ? of(id)->digest_size : 0;
}

const char *hash_name(enum hash_id id)
{
	return (size_t)id < sizeof(rows) / sizeof(rows[0]) && rows[id].name ?
		       rows[id].name :
		       "unknown";
}

void hash_init(struct hash *h, enum hash_id id)
{
	if (!of(id))
		abort(); /* a bug of the caller: peers choose among rows */
	h->id = id;
	of(id)->init(h->state);
}

void hash_update(struct hash *h, struct span v)
{
	if (v.n)
		of(h->id)->update(h->state, v.n, v.p);
}

void hash_final(struct hash *h, uint8_t *digest)
{
	of(h->id)->digest(h->state, of(h->id)->digest_size, digest);
}

void hash_parts(enum hash_id id, const struct span *part, size_t parts,
		uint8_t *digest)
{
	struct hash h;

	hash_init(&h, id);
	while (parts--)
		hash_update(&h, *part++);
	hash_final(&h, digest);
}
