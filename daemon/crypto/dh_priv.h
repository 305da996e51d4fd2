/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dh_priv.h - what dh.c and the kinds of groups, dh_*.c, know of each other. */
#ifndef CRYPTO_DH_PRIV_H
#define CRYPTO_DH_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A group; NULL detail from agree is success. */
struct dh_group {
	uint16_t id; /* transform ID */
	unsigned int bits; /* of the field */
	uint16_t secret, public, shared; /* octets */
	/* draw a private value, and compute the public one */
	void (*make)(const struct dh_group *g, uint8_t *secret,
		     uint8_t *public);
	/* check the peer's public value, and compute the shared secret; what is wrong, or NULL */
	const char *(*agree)(const struct dh_group *g, const uint8_t *secret,
			     const uint8_t *peer, uint8_t *shared);
};

/* NULL: none of this kind. */
const struct dh_group *dh_modp_find(uint16_t id);
const struct dh_group *dh_ec_find(uint16_t id);
const struct dh_group *dh_x_find(uint16_t id);

#endif /* CRYPTO_DH_PRIV_H */
