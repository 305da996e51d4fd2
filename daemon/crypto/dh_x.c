// SPDX-License-Identifier: GPL-2.0-or-later
/* dh_x.c - Curve25519 and Curve448, RFC 8031. */
#include <nettle/curve25519.h>
#include <nettle/curve448.h>

#include "crypto/dh_priv.h"
#include "crypto/rand.h"

static void make_x25519(const struct dh_group *g, uint8_t *secret,
			uint8_t *public)
{
	rand_octets(secret, g->secret);
	curve25519_mul_g(public, secret);
}

static void make_x448(const struct dh_group *g, uint8_t *secret,
		      uint8_t *public)
{
	rand_octets(secret, g->secret);
	curve448_mul_g(public, secret);
}

/* RFC 8031 2.3: a peer whose value has a small order makes it zero. In constant time. */
static const char *judge(const uint8_t *shared, size_t n)
{
	uint8_t any = 0;

	while (n--)
		any |= shared[n];
	return any ? NULL : "it makes the shared secret zero";
}

static const char *agree_x25519(const struct dh_group *g, const uint8_t *secret,
				const uint8_t *peer, uint8_t *shared)
{
	curve25519_mul(shared, secret, peer);
	return judge(shared, g->shared);
}

static const char *agree_x448(const struct dh_group *g, const uint8_t *secret,
			      const uint8_t *peer, uint8_t *shared)
{
	curve448_mul(shared, secret, peer);
	return judge(shared, g->shared);
}

static const struct dh_group groups[] = {
	{ 31, 255, CURVE25519_SIZE, CURVE25519_SIZE, CURVE25519_SIZE,
	  make_x25519, agree_x25519 },
	{ 32, 448, CURVE448_SIZE, CURVE448_SIZE, CURVE448_SIZE, make_x448,
	  agree_x448 },
};

const struct dh_group *dh_x_find(uint16_t id)
{
	return id == 31 ? &groups[0] : id == 32 ? &groups[1] : NULL;
}
