// SPDX-License-Identifier: GPL-2.0-or-later
/* sig_rsa.c - RSA, PKCS#1 v1.5 and PSS (RFC 8017 8). Private operations are blinded and verified by Nettle. */
#include <nettle/bignum.h>
#include <nettle/rsa.h>
#include <string.h>

#include "base/secret.h"
#include "crypto/rand.h"
#include "crypto/sig_priv.h"

#define DIGEST_INFO_MAX (19 + HASH_MAX)

/* RFC 8017 9.2, note 1: what stands before the digest. It is compared as a whole, never parsed. */
static const struct digest_head {
	enum hash_id hash;
	uint8_t n, b[19];
} heads[] = {
	{ HASH_SHA1,
	  15,
	  { 0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a,
	    0x05, 0x00, 0x04, 0x14 } },
	{ HASH_SHA2_256,
	  19,
	  { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
	    0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 } },
	{ HASH_SHA2_384,
	  19,
	  { 0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
	    0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30 } },
	{ HASH_SHA2_512,
	  19,
	  { 0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
	    0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40 } },
};

/* Returns its octets; 0: no such hash. */
static size_t digest_info(uint8_t to[DIGEST_INFO_MAX], enum hash_id hash,
			  struct span digest)
{
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (heads[i].hash != hash)
			continue;
		memcpy(to, heads[i].b, heads[i].n);
		memcpy(to + heads[i].n, digest.p, digest.n);
		return heads[i].n + digest.n;
	}
	return 0;
}

static void random_octets(void *arg, size_t n, uint8_t *to)
{
	(void)arg;
	rand_octets(to, n);
}

static void set(mpz_t z, struct pubkey_number v)
{
	nettle_mpz_set_str_256_u(z, v.n, v.p);
}

static bool public_init(struct rsa_public_key *key, const struct pubkey *from)
{
	struct pubkey_number e, m;

	rsa_public_key_init(key);
	pubkey_rsa_numbers(from, &e, &m);
	set(key->e, e);
	set(key->n, m);
	return rsa_public_key_prepare(key);
}

static bool private_init(struct rsa_private_key *key, const struct pkey *from)
{
	const struct pubkey_number *part = pkey_numbers(from)->part;

	rsa_private_key_init(key);
	set(key->d, part[PKEY_PRIVATE_EXPONENT]);
	set(key->p, part[PKEY_PRIME1]);
	set(key->q, part[PKEY_PRIME2]);
	set(key->a, part[PKEY_EXPONENT1]);
	set(key->b, part[PKEY_EXPONENT2]);
	set(key->c, part[PKEY_COEFFICIENT]);
	return rsa_private_key_prepare(key);
}

/* The two halves of a key, and what comes of them. */
struct job {
	struct rsa_public_key pub;
	struct rsa_private_key priv;
	mpz_t s;
};

static bool make_pkcs1(struct job *j, enum hash_id hash, struct span digest)
{
	uint8_t info[DIGEST_INFO_MAX];
	size_t n = digest_info(info, hash, digest);

	return n && rsa_pkcs1_sign_tr(&j->pub, &j->priv, NULL, random_octets, n,
				      info, j->s);
}

/* RFC 7427 4: the salt is as long as the digest. */
static bool make_pss(struct job *j, enum hash_id hash, struct span digest)
{
	uint8_t salt[HASH_MAX];

	rand_octets(salt, digest.n);
	switch (hash) {
	case HASH_SHA2_256:
		return rsa_pss_sha256_sign_digest_tr(&j->pub, &j->priv, NULL,
						     random_octets, digest.n,
						     salt, digest.p, j->s);
	case HASH_SHA2_384:
		return rsa_pss_sha384_sign_digest_tr(&j->pub, &j->priv, NULL,
						     random_octets, digest.n,
						     salt, digest.p, j->s);
	case HASH_SHA2_512:
		return rsa_pss_sha512_sign_digest_tr(&j->pub, &j->priv, NULL,
						     random_octets, digest.n,
						     salt, digest.p, j->s);
	case HASH_NONE:
	case HASH_SHA1:
	case HASH_IDENTITY:
	case HASH_MD5:
		break;
	}
	return false;
}

size_t sig_rsa_make(const struct pkey *key, struct sig_scheme s,
		    struct span tbs, uint8_t *sig, const char **why)
{
	struct job j;
	size_t n = 0;
	bool good;

	mpz_init(j.s);
	good = public_init(&j.pub, pkey_public(key));
	good = private_init(&j.priv, key) && good && j.pub.size <= SIG_MAX;
	if (good)
		good = s.pad == SIG_PAD_PSS ? make_pss(&j, s.hash, tbs) :
					      make_pkcs1(&j, s.hash, tbs);
	if (good) {
		n = j.pub.size;
		nettle_mpz_get_str_256(n, sig, j.s);
	} else {
		*why = "the RSA key cannot make this signature: it is too short for the hash, or wrong";
	}
	rsa_private_key_clear(&j.priv);
	rsa_public_key_clear(&j.pub);
	mpz_clear(j.s);
	return n;
}

static bool check_pkcs1(const struct rsa_public_key *key, enum hash_id hash,
			struct span digest, const mpz_t s)
{
	uint8_t info[DIGEST_INFO_MAX];
	size_t n = digest_info(info, hash, digest);

	return n && rsa_pkcs1_verify(key, n, info, s);
}

static bool check_pss(const struct rsa_public_key *key, enum hash_id hash,
		      struct span digest, const mpz_t s)
{
	switch (hash) {
	case HASH_SHA2_256:
		return rsa_pss_sha256_verify_digest(key, digest.n, digest.p, s);
	case HASH_SHA2_384:
		return rsa_pss_sha384_verify_digest(key, digest.n, digest.p, s);
	case HASH_SHA2_512:
		return rsa_pss_sha512_verify_digest(key, digest.n, digest.p, s);
	case HASH_NONE:
	case HASH_SHA1:
	case HASH_IDENTITY:
	case HASH_MD5:
		break;
	}
	return false;
}

bool sig_rsa_check(const struct pubkey *key, struct sig_scheme s,
		   struct span tbs, struct span sig)
{
	struct rsa_public_key pub;
	bool good;
	mpz_t z;

	good = public_init(&pub, key) && sig.n == pub.size;
	if (good) {
		nettle_mpz_init_set_str_256_u(z, sig.n, sig.p);
		good = s.pad == SIG_PAD_PSS ? check_pss(&pub, s.hash, tbs, z) :
					      check_pkcs1(&pub, s.hash, tbs, z);
		mpz_clear(z);
	}
	rsa_public_key_clear(&pub);
	return good;
}
