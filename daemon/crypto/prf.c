// SPDX-License-Identifier: GPL-2.0-or-later
/* prf.c - HMAC (RFC 2104), AES-XCBC (RFC 3566, 4434) and AES-CMAC (RFC 4493, 4615). */
#include "crypto/prf.h"

#include <nettle/aes.h>
#include <nettle/cmac.h>
#include <nettle/hmac.h>
#include <nettle/memxor.h>
#include <nettle/nettle-meta.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

#define BLOCK 16 /* of AES */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Contexts ------------------------------------------------------------------------------------ */

struct hmac_state {
	union {
		struct sha512_ctx sha512;
		struct sha256_ctx sha256;
		struct sha1_ctx sha1;
		struct md5_ctx md5;
	} outer, inner, now;
};

struct xcbc_state {
	struct aes128_ctx k1;
	uint8_t k2[BLOCK], k3[BLOCK], mac[BLOCK], block[BLOCK];
	size_t n; /* octets in block; a full one waits, for it may be the last */
};

struct prf_kind {
	uint16_t prf, integ; /* transform IDs */
	uint8_t size, key; /* octets of output; of the only key, 0: any */
	void (*init)(void *state, const struct prf_kind *kind,
		     const uint8_t *key, size_t n);
	void (*update)(void *state, const struct prf_kind *kind, struct span v);
	void (*final)(void *state, const struct prf_kind *kind, size_t n,
		      uint8_t *out);
	const struct nettle_hash *hash;
};

_Static_assert(sizeof(struct hmac_state) <= sizeof(((struct prf *)0)->state),
	       "HMAC");
_Static_assert(sizeof(struct xcbc_state) <= sizeof(((struct prf *)0)->state),
	       "XCBC");
_Static_assert(sizeof(struct cmac_aes128_ctx) <=
		       sizeof(((struct prf *)0)->state),
	       "CMAC");

/* HMAC ---------------------------------------------------------------------------------------- */

static void by_hash_init(void *state, const struct prf_kind *kind,
			 const uint8_t *key, size_t n)
{
	struct hmac_state *s = state;

	nettle_hmac_set_key(&s->outer, &s->inner, &s->now, kind->hash, n, key);
}

static void by_hash_update(void *state, const struct prf_kind *kind,
			   struct span v)
{
	struct hmac_state *s = state;

	nettle_hmac_update(&s->now, kind->hash, v.n, v.p);
}

static void by_hash_final(void *state, const struct prf_kind *kind, size_t n,
			  uint8_t *out)
{
	struct hmac_state *s = state;

	nettle_hmac_digest(&s->outer, &s->inner, &s->now, kind->hash, n, out);
}

/* AES-XCBC ------------------------------------------------------------------------------------ */

/* RFC 3566 4: three keys, each a block of equal octets, encrypted. */
static void by_xcbc_init(void *state, const struct prf_kind *kind,
			 const uint8_t *key, size_t n)
{
	struct xcbc_state *s = state;
	struct aes128_ctx k;
	uint8_t k1[BLOCK];

	(void)kind;
	(void)n;
	aes128_set_encrypt_key(&k, key);
	memset(k1, 1, BLOCK);
	aes128_encrypt(&k, BLOCK, k1, k1);
	memset(s->k2, 2, BLOCK);
	aes128_encrypt(&k, BLOCK, s->k2, s->k2);
	memset(s->k3, 3, BLOCK);
	aes128_encrypt(&k, BLOCK, s->k3, s->k3);
	aes128_set_encrypt_key(&s->k1, k1);
	memset(s->mac, 0, BLOCK);
	s->n = 0;
	secret_wipe(&k, sizeof(k));
	secret_wipe(k1, sizeof(k1));
}

static void xcbc_block(struct xcbc_state *s)
{
	memxor(s->mac, s->block, BLOCK);
	aes128_encrypt(&s->k1, BLOCK, s->mac, s->mac);
	s->n = 0;
}

static void by_xcbc_update(void *state, const struct prf_kind *kind,
			   struct span v)
{
	struct xcbc_state *s = state;

	(void)kind;
	while (v.n) {
		size_t take = BLOCK - s->n < v.n ? BLOCK - s->n : v.n;

		if (!take) {
			xcbc_block(s);
			continue;
		}
		memcpy(s->block + s->n, v.p, take);
		s->n += take;
		v.p += take;
		v.n -= take;
	}
}

static void by_xcbc_final(void *state, const struct prf_kind *kind, size_t n,
			  uint8_t *out)
{
	struct xcbc_state *s = state;

	(void)kind;
	if (s->n == BLOCK) {
		memxor(s->block, s->k2, BLOCK);
	} else {
		memset(s->block + s->n, 0, BLOCK - s->n);
		s->block[s->n] = 0x80;
		memxor(s->block, s->k3, BLOCK);
	}
	xcbc_block(s);
	memcpy(out, s->mac, n);
	memset(s->mac, 0, BLOCK);
}

/* AES-CMAC ------------------------------------------------------------------------------------ */

static void by_cmac_init(void *state, const struct prf_kind *kind,
			 const uint8_t *key, size_t n)
{
	(void)kind;
	(void)n;
	cmac_aes128_set_key(state, key);
}

static void by_cmac_update(void *state, const struct prf_kind *kind,
			   struct span v)
{
	(void)kind;
	cmac_aes128_update(state, v.n, v.p);
}

static void by_cmac_final(void *state, const struct prf_kind *kind, size_t n,
			  uint8_t *out)
{
	(void)kind;
	cmac_aes128_digest(state, n, out);
}

/* All ----------------------------------------------------------------------------------------- */

#define HMAC by_hash_init, by_hash_update, by_hash_final

static const struct prf_kind kinds[] = {
	{ 1, 1, MD5_DIGEST_SIZE, 0, HMAC, &nettle_md5 },
	{ 2, 2, SHA1_DIGEST_SIZE, 0, HMAC, &nettle_sha1 },
	{ 4, 5, BLOCK, BLOCK, by_xcbc_init, by_xcbc_update, by_xcbc_final,
	  NULL },
	{ 5, 12, SHA256_DIGEST_SIZE, 0, HMAC, &nettle_sha256 },
	{ 6, 13, SHA384_DIGEST_SIZE, 0, HMAC, &nettle_sha384 },
	{ 7, 14, SHA512_DIGEST_SIZE, 0, HMAC, &nettle_sha512 },
	{ 8, 8, BLOCK, BLOCK, by_cmac_init, by_cmac_update, by_cmac_final,
	  NULL },
};

static const struct prf_kind *find(uint16_t prf)
{
	size_t i;

	for (i = 0; i < COUNT(kinds); i++)
		if (kinds[i].prf == prf)
			return &kinds[i];
	return NULL;
}

size_t prf_size(uint16_t prf)
{
	const struct prf_kind *kind = find(prf);

	return kind ? kind->size : 0;
}

size_t prf_nonce_take(uint16_t prf)
{
	const struct prf_kind *kind = find(prf);

	return kind ? kind->key / 2U : 0;
}

static void init(struct prf *p, const struct prf_kind *kind, struct span key)
{
	if (!kind)
		abort(); /* a bug of the caller: peers choose among rows */
	p->kind = kind;
	kind->init(p->state, kind, key.p, key.n);
}

/* RFC 4434 2, RFC 4615 3: a shorter key is filled up with zeros (XCBC), a longer one is hashed by itself. */
static void init_fixed(struct prf *p, const struct prf_kind *kind,
		       struct span key)
{
	uint8_t fit[BLOCK] = { 0 };
	bool filled = kind->init == by_xcbc_init && key.n < BLOCK;

	if (filled && key.n)
		memcpy(fit, key.p, key.n);
	if (!filled && key.n != BLOCK) {
		init(p, kind, span_of(fit, BLOCK));
		prf_update(p, key);
		prf_final(p, fit, BLOCK);
	}
	init(p, kind, key.n == BLOCK ? key : span_of(fit, BLOCK));
	secret_wipe(fit, sizeof(fit));
}

void prf_init(struct prf *p, uint16_t prf, struct span key)
{
	const struct prf_kind *kind = find(prf);

	if (kind && kind->key)
		init_fixed(p, kind, key);
	else
		init(p, kind, key);
}

void prf_init_integ(struct prf *p, uint16_t integ, struct span key)
{
	const struct prf_kind *kind = NULL;
	size_t i;

	for (i = 0; i < COUNT(kinds); i++)
		if (kinds[i].integ == integ)
			kind = &kinds[i];
	init(p, kind, key);
}

void prf_update(struct prf *p, struct span v)
{
	if (v.n)
		p->kind->update(p->state, p->kind, v);
}

void prf_final(struct prf *p, uint8_t *out, size_t n)
{
	p->kind->final(p->state, p->kind, n, out);
}

void prf_fini(struct prf *p)
{
	secret_wipe(p, sizeof(*p));
}

void prf_parts(uint16_t prf, struct span key, const struct span *part,
	       size_t parts, uint8_t *out)
{
	struct prf p;

	prf_init(&p, prf, key);
	while (parts--)
		prf_update(&p, *part++);
	prf_final(&p, out, p.kind->size);
	prf_fini(&p);
}

/* T1 = prf(K, S | 01), T2 = prf(K, T1 | S | 02), ... */
bool prf_plus(struct prf *keyed, const struct span *seed, size_t parts,
	      uint8_t *out, size_t n)
{
	size_t size = keyed->kind->size, i;
	uint8_t t[PRF_MAX], count = 1;

	if (n > PRF_PLUS_MAX * size)
		return false;
	for (; n; count++) {
		size_t take = n < size ? n : size;

		if (count > 1)
			prf_update(keyed, span_of(t, size));
		for (i = 0; i < parts; i++)
			prf_update(keyed, seed[i]);
		prf_update(keyed, span_of(&count, 1));
		prf_final(keyed, t, size);
		memcpy(out, t, take);
		out += take;
		n -= take;
	}
	secret_wipe(t, sizeof(t));
	return true;
}
