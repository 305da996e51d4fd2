// SPDX-License-Identifier: GPL-2.0-or-later
/* pkey.c - private keys as numbers, in one block of memory that is wiped. */
#include "crypto/pkey.h"

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "crypto/gmp_wipe.h"
#include "crypto/pkey_priv.h"

const char *const pkey_part_names[PKEY_PARTS] = {
	[PKEY_MODULUS] = "Modulus",
	[PKEY_PUBLIC_EXPONENT] = "PublicExponent",
	[PKEY_PRIVATE_EXPONENT] = "PrivateExponent",
	[PKEY_PRIME1] = "Prime1",
	[PKEY_PRIME2] = "Prime2",
	[PKEY_EXPONENT1] = "Exponent1",
	[PKEY_EXPONENT2] = "Exponent2",
	[PKEY_COEFFICIENT] = "Coefficient",
};

struct pkey {
	struct pubkey pub;
	struct pkey_numbers numbers; /* within block */
	uint8_t *block;
};

size_t pkey_coordinate(unsigned int bits)
{
	return bits == 256 || bits == 384 || bits == 521 ? (bits + 7) / 8 : 0;
}

/* v as the last of n octets, zeros before it. */
static void right(uint8_t *to, struct pubkey_number v, size_t n)
{
	for (; v.n > n; v.n--)
		v.p++;
	memset(to, 0, n - v.n);
	memcpy(to + n - v.n, v.p, v.n);
}

static int make_public(struct pkey *key, unsigned int bits, const char **why)
{
	const struct pubkey_number *part = key->numbers.part;
	struct pubkey *pub = &key->pub;
	size_t n;

	switch (pub->type) {
	case PUBKEY_RSA:
		return pubkey_from_rsa(pub, part[PKEY_PUBLIC_EXPONENT],
				       part[PKEY_MODULUS], why);
	case PUBKEY_ECDSA:
		n = pkey_coordinate(bits);
		right(pub->b, part[1], n);
		right(pub->b + n, part[2], n);
		pub->n = 2 * n;
		break;
	case PUBKEY_ED25519:
	case PUBKEY_ED448:
		pub->n = part[1].n;
		memcpy(pub->b, part[1].p, pub->n);
		break;
	}
	pub->bits = bits;
	return 0;
}

struct pkey *pkey_from_numbers(enum pubkey_type type, unsigned int bits,
			       const struct pkey_numbers *numbers,
			       const char **why)
{
	struct pkey *key = mem_new(sizeof(*key));
	size_t sum = 0, i;
	uint8_t *to;

	for (i = 0; i < PKEY_PARTS; i++)
		sum += numbers->part[i].n;
	to = key->block = secret_alloc(sum);
	for (i = 0; i < PKEY_PARTS; i++) {
		struct pubkey_number v = numbers->part[i];

		for (; type == PUBKEY_RSA && v.n && !*v.p; v.n--)
			v.p++;
		key->numbers.part[i] = (struct pubkey_number){ to, v.n };
		if (v.n)
			memcpy(to, v.p, v.n);
		to += v.n;
	}
	key->pub.type = type;
	if (!make_public(key, bits, why))
		return key;
	pkey_free(key);
	return NULL;
}

void pkey_free(struct pkey *key)
{
	if (!key)
		return;
	secret_free(key->block);
	free(key);
}

const struct pubkey *pkey_public(const struct pkey *key)
{
	return &key->pub;
}

const struct pkey_numbers *pkey_numbers(const struct pkey *key)
{
	return &key->numbers;
}

/* Numbers that belong together ------------------------------------------------------------------ */

/* Whether e inverts d, and ed is d, modulo prime - 1. */
static bool exponents_fit(mpz_t z[PKEY_PARTS], enum pkey_part prime,
			  enum pkey_part ed)
{
	bool fit;
	mpz_t order, v;

	mpz_inits(order, v, NULL);
	mpz_sub_ui(order, z[prime], 1);
	fit = mpz_cmp_ui(order, 1) > 0;
	if (fit) {
		mpz_mod(v, z[PKEY_PRIVATE_EXPONENT], order);
		fit = !mpz_cmp(v, z[ed]);
		mpz_mul(v, v, z[PKEY_PUBLIC_EXPONENT]);
		mpz_mod(v, v, order);
		fit = fit && !mpz_cmp_ui(v, 1);
	}
	mpz_clears(order, v, NULL);
	return fit;
}

static bool product_fits(mpz_t z[PKEY_PARTS])
{
	bool fit;
	mpz_t v;

	mpz_init(v);
	mpz_mul(v, z[PKEY_PRIME1], z[PKEY_PRIME2]);
	fit = !mpz_cmp(v, z[PKEY_MODULUS]);
	mpz_mul(v, z[PKEY_COEFFICIENT], z[PKEY_PRIME2]);
	if (mpz_cmp_ui(z[PKEY_PRIME1], 1) > 0)
		mpz_mod(v, v, z[PKEY_PRIME1]);
	fit = fit && !mpz_cmp_ui(v, 1) &&
	      mpz_cmp(z[PKEY_COEFFICIENT], z[PKEY_PRIME1]) < 0;
	mpz_clear(v);
	return fit;
}

/* Not whether the primes are prime: who can write the file can write another key. */
static bool fit_together(const struct pkey_numbers *rsa)
{
	mpz_t z[PKEY_PARTS];
	bool fit;
	size_t i;

	gmp_wipe_init();
	for (i = 0; i < PKEY_PARTS; i++) {
		mpz_init(z[i]);
		mpz_import(z[i], rsa->part[i].n, 1, 1, 1, 0, rsa->part[i].p);
	}
	fit = product_fits(z) &&
	      exponents_fit(z, PKEY_PRIME1, PKEY_EXPONENT1) &&
	      exponents_fit(z, PKEY_PRIME2, PKEY_EXPONENT2);
	for (i = 0; i < PKEY_PARTS; i++)
		mpz_clear(z[i]);
	return fit;
}

struct pkey *pkey_from_rsa(const struct pkey_numbers *rsa, const char **why)
{
	struct pkey *key = pkey_from_numbers(PUBKEY_RSA, 0, rsa, why);

	/* after the limits of the public key, which bound what there is to compute */
	if (!key || fit_together(&key->numbers))
		return key;
	pkey_free(key);
	*why = "its numbers do not belong together";
	return NULL;
}
