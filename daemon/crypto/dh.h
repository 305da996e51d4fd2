/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dh.h - key exchange methods: MODP, ECP and Curve25519/448 groups. Each public value of a peer is checked here. */
#ifndef CRYPTO_DH_H
#define CRYPTO_DH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "base/span.h"

#define DH_MAX 1024 /* octets of the longest public value: MODP-8192 */

/* One side of one key exchange, in memory of secret_alloc(). */
struct dh;

/*
 * A new private value, and the public one that belongs to it. NULL: the group is not known or not
 * usable (alg_usable says why).
 */
struct dh *dh_new(uint16_t group);
/* NULL is nothing to free. Wipes. */
void dh_free(struct dh *dh);

uint16_t dh_group(const struct dh *dh);
/* The octets of a KE payload: as long as the group wants it; good until dh_free(). */
struct span dh_public(const struct dh *dh);
/* Octets of a public value of the group; 0: unknown. */
size_t dh_size(uint16_t group);

/*
 * Compute the shared secret. Once only: a private value is never used twice (RFC 7296 2.12). R_NONE, or
 * R_WEAK_PUBLIC with what RFC 6989 2 or RFC 8031 find wrong, a fixed text, in *detail (not NULL).
 */
enum reason dh_agree(struct dh *dh, struct span peer, const char **detail);
/* g^ir, with the zeros at its front (RFC 7296 2.14); empty before dh_agree() said R_NONE. */
struct span dh_shared(const struct dh *dh);

#endif /* CRYPTO_DH_H */
