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
