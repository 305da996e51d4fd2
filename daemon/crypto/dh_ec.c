// SPDX-License-Identifier: GPL-2.0-or-later
/* dh_ec.c - ECP groups, RFC 5903: the values are x and y side by side, the secret is an x. */
#include <gmp.h>
#include <nettle/bignum.h>
#include <nettle/ecc.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>

#include "crypto/dh_priv.h"
#include "crypto/rand.h"

static const struct ecc_curve *curve(const struct dh_group *g)
{
	return g->bits == 521 ? nettle_get_secp_521r1() :
	       g->bits == 384 ? nettle_get_secp_384r1() :
				nettle_get_secp_256r1();
}

static void random_octets(void *arg, size_t n, uint8_t *to)
{
	(void)arg;
	rand_octets(to, n);
}

static void make(const struct dh_group *g, uint8_t *secret, uint8_t *public)
{
	struct ecc_scalar scalar;
	struct ecc_point point;
	mpz_t x, y;

	ecc_scalar_init(&scalar, curve(g));
	ecc_point_init(&point, curve(g));
	mpz_inits(x, y, NULL);
	ecdsa_generate_keypair(&point, &scalar, NULL, random_octets);
	ecc_scalar_get(&scalar, x);
	nettle_mpz_get_str_256(g->secret, secret, x);
	ecc_point_get(&point, x, y);
	nettle_mpz_get_str_256(g->shared, public, x);
	nettle_mpz_get_str_256(g->shared, public + g->shared, y);
	mpz_clears(x, y, NULL);
	ecc_point_clear(&point);
	ecc_scalar_clear(&scalar);
}

/* ecc_point_set makes the checks of RFC 6989 2.3: both within the field, and the point on the curve. */
static const char *agree(const struct dh_group *g, const uint8_t *secret,
			 const uint8_t *peer, uint8_t *shared)
{
	struct ecc_scalar scalar;
	struct ecc_point point;
	bool good;
	mpz_t x, y;

	ecc_scalar_init(&scalar, curve(g));
	ecc_point_init(&point, curve(g));
	nettle_mpz_init_set_str_256_u(x, g->shared, peer);
	nettle_mpz_init_set_str_256_u(y, g->shared, peer + g->shared);
	good = ecc_point_set(&point, x, y);
	if (good) {
		nettle_mpz_set_str_256_u(x, g->secret, secret);
		good = ecc_scalar_set(&scalar, x);
	}
	if (good) {
		ecc_point_mul(&point, &scalar, &point);
		ecc_point_get(&point, x, y);
		nettle_mpz_get_str_256(g->shared, shared, x);
	}
	mpz_clears(x, y, NULL);
	ecc_point_clear(&point);
	ecc_scalar_clear(&scalar);
	return good ? NULL : "it is no point of the curve";
}

static const struct dh_group groups[] = {
	{ 19, 256, 32, 64, 32, make, agree },
	{ 20, 384, 48, 96, 48, make, agree },
	{ 21, 521, 66, 132, 66, make, agree },
};

const struct dh_group *dh_ec_find(uint16_t id)
{
	return id >= 19 && id <= 21 ? &groups[id - 19] : NULL;
}
