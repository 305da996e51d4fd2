// SPDX-License-Identifier: GPL-2.0-or-later
/* pkey_new.c - private keys are made, by Nettle. */
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/eddsa.h>
#include <nettle/rsa.h>

#include "base/secret.h"
#include "crypto/gmp_wipe.h"
#include "crypto/pkey.h"
#include "crypto/pkey_priv.h"
#include "crypto/rand.h"

static void random_octets(void *arg, size_t n, uint8_t *to)
{
	(void)arg;
	rand_octets(to, n);
}

/* A key of count numbers, copied out of GMP. */
static struct pkey *from_gmp(enum pubkey_type type, unsigned int bits,
			     const mpz_srcptr *z, size_t count,
			     const char **why)
{
	struct pkey_numbers numbers = { { { NULL, 0 } } };
	size_t room = 0, i;
	uint8_t *block, *to;
	struct pkey *key;

	for (i = 0; i < count; i++)
		room += (mpz_sizeinbase(z[i], 2) + 7) / 8;
	block = to = secret_alloc(room);
	for (i = 0; i < count; i++) {
		size_t n = 0;

		mpz_export(to, &n, 1, 1, 1, 0, z[i]);
		numbers.part[i] = (struct pubkey_number){ to, n };
		to += n;
	}
	key = type == PUBKEY_RSA ? pkey_from_rsa(&numbers, why) :
				   pkey_from_numbers(type, bits, &numbers, why);
	secret_free(block);
	return key;
}

static bool take_prime(mpz_t z, struct pubkey_number v)
{
	if (v.n > PUBKEY_RSA_BITS_MAX / 8)
		return false;
	mpz_import(z, v.n, 1, 1, 1, 0, v.p);
	return mpz_odd_p(z) && mpz_cmp_ui(z, 1) > 0;
}

/* z has the primes, the larger one first, and the public exponent. Whether that is a key. */
static bool complete_rsa(mpz_t z[PKEY_PARTS])
{
	bool good;
	mpz_t p1, q1;

	mpz_inits(p1, q1, NULL);
	mpz_sub_ui(p1, z[PKEY_PRIME1], 1);
	mpz_sub_ui(q1, z[PKEY_PRIME2], 1);
	mpz_mul(z[PKEY_MODULUS], z[PKEY_PRIME1], z[PKEY_PRIME2]);
	mpz_lcm(z[PKEY_EXPONENT1], p1, q1); /* for a moment */
	good = mpz_cmp_ui(z[PKEY_PUBLIC_EXPONENT], 1) > 0 &&
	       mpz_invert(z[PKEY_PRIVATE_EXPONENT], z[PKEY_PUBLIC_EXPONENT],
			  z[PKEY_EXPONENT1]) &&
	       mpz_invert(z[PKEY_COEFFICIENT], z[PKEY_PRIME2], z[PKEY_PRIME1]);
	mpz_mod(z[PKEY_EXPONENT1], z[PKEY_PRIVATE_EXPONENT], p1);
	mpz_mod(z[PKEY_EXPONENT2], z[PKEY_PRIVATE_EXPONENT], q1);
	mpz_clears(p1, q1, NULL);
	return good;
}

struct pkey *pkey_from_primes(struct pubkey_number p, struct pubkey_number q,
			      struct pubkey_number e, const char **why)
{
	struct pkey *key = NULL;
	mpz_srcptr parts[PKEY_PARTS];
	mpz_t z[PKEY_PARTS];
	size_t i;

	gmp_wipe_init();
	for (i = 0; i < PKEY_PARTS; i++) {
		mpz_init(z[i]);
		parts[i] = z[i];
	}
	*why = "its numbers make no key";
	if (take_prime(z[PKEY_PRIME1], p) && take_prime(z[PKEY_PRIME2], q) &&
	    take_prime(z[PKEY_PUBLIC_EXPONENT], e)) {
		if (mpz_cmp(z[PKEY_PRIME1], z[PKEY_PRIME2]) < 0)
			mpz_swap(z[PKEY_PRIME1], z[PKEY_PRIME2]);
		if (complete_rsa(z))
			key = from_gmp(PUBKEY_RSA, 0, parts, PKEY_PARTS, why);
	}
	for (i = 0; i < PKEY_PARTS; i++)
		mpz_clear(z[i]);
	return key;
}

static struct pkey *make_rsa(unsigned int bits, unsigned int exponent,
			     const char **why)
{
	struct rsa_public_key pub;
	struct rsa_private_key priv;
	struct pkey *key = NULL;

	rsa_public_key_init(&pub);
	rsa_private_key_init(&priv);
	mpz_set_ui(pub.e, exponent);
	if (rsa_generate_keypair(&pub, &priv, NULL, random_octets, NULL, NULL,
				 bits, 0)) {
		const mpz_srcptr z[PKEY_PARTS] = { pub.n,  pub.e,  priv.d,
						   priv.p, priv.q, priv.a,
						   priv.b, priv.c };

		key = from_gmp(PUBKEY_RSA, 0, z, PKEY_PARTS, why);
	} else {
		*why = "no RSA key of this size and exponent can be made";
	}
	rsa_private_key_clear(&priv);
	rsa_public_key_clear(&pub);
	return key;
}

static struct pkey *make_ecdsa(unsigned int bits, const char **why)
{
	const struct ecc_curve *curve = bits == 521 ? nettle_get_secp_521r1() :
					bits == 384 ? nettle_get_secp_384r1() :
						      nettle_get_secp_256r1();
	struct ecc_point point;
	struct ecc_scalar scalar;
	struct pkey *key;
	mpz_t k, x, y;

	mpz_inits(k, x, y, NULL);
	ecc_point_init(&point, curve);
	ecc_scalar_init(&scalar, curve);
	ecdsa_generate_keypair(&point, &scalar, NULL, random_octets);
	ecc_scalar_get(&scalar, k);
	ecc_point_get(&point, x, y);
	key = from_gmp(PUBKEY_ECDSA, bits, (const mpz_srcptr[]){ k, x, y }, 3,
		       why);
	ecc_scalar_clear(&scalar);
	ecc_point_clear(&point);
	mpz_clears(k, x, y, NULL);
	return key;
}

static struct pkey *make_eddsa(enum pubkey_type type, const char **why)
{
	bool small = type == PUBKEY_ED25519;
	size_t n = small ? ED25519_KEY_SIZE : ED448_KEY_SIZE;
	uint8_t pub[ED448_KEY_SIZE];
	uint8_t *seed = secret_alloc(n);
	struct pkey_numbers numbers = { .part = { { seed, n }, { pub, n } } };
	struct pkey *key;

	rand_octets(seed, n);
	if (small)
		ed25519_sha512_public_key(pub, seed);
	else
		ed448_shake256_public_key(pub, seed);
	key = pkey_from_numbers(type, small ? 256 : 456, &numbers, why);
	secret_free(seed);
	return key;
}

struct pkey *pkey_generate(enum pubkey_type type, unsigned int bits,
			   unsigned int exponent, const char **why)
{
	gmp_wipe_init();
	switch (type) {
	case PUBKEY_RSA:
		return make_rsa(bits, exponent, why);
	case PUBKEY_ECDSA:
		return make_ecdsa(bits, why);
	case PUBKEY_ED25519:
	case PUBKEY_ED448:
		return make_eddsa(type, why);
	}
	return NULL;
}
