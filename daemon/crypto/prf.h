/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prf.h - pseudo-random functions and integrity algorithms: HMAC, AES-XCBC, AES-CMAC, under one key. */
#ifndef CRYPTO_PRF_H
#define CRYPTO_PRF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define PRF_MAX \
	64 /* octets of the longest output, and of the longest SK_d, SK_p, SK_a */
#define PRF_PLUS_MAX 255 /* blocks that prf+ can give, RFC 7296 2.13 */

struct prf_kind;

/* A keyed function. On the stack or in its owner; may be copied with =; ends with prf_fini(). */
struct prf {
	const struct prf_kind *kind;
	uint64_t state[82]; /* of Nettle */
};

/* Octets of output, which also are those of SK_d, SK_pi and SK_pr. 0: unknown transform ID. */
size_t prf_size(uint16_t prf);
/*
 * Octets of nonces that key it: for XCBC and CMAC, whose keys are of 16 octets, RFC 7296 2.14 takes only the
 * first 8 of each nonce. Returns 0 when the whole nonces are taken.
 */
size_t prf_nonce_take(uint16_t prf);

/* Key it. Any length of key is right (RFC 4434 2, RFC 4615 3). The transform ID has to be known. */
void prf_init(struct prf *p, uint16_t prf, struct span key);
/* An integrity algorithm; the key has the length of alg.h. */
void prf_init_integ(struct prf *p, uint16_t integ, struct span key);
void prf_update(struct prf *p, struct span v);
/* Write n octets, at most prf_size(); begins anew under the same key. */
void prf_final(struct prf *p, uint8_t *out, size_t n);
void prf_fini(struct prf *p); /* wipes */

/* prf(key, all parts one after the other); out has room for prf_size(). */
void prf_parts(uint16_t prf, struct span key, const struct span *part,
	       size_t parts, uint8_t *out);

/*
 * prf+(key, seed), RFC 7296 2.13: n octets at out; the seed is all parts, one after the other. Returns false, and
 * has written nothing, for more than 255 blocks.
 */
bool prf_plus(struct prf *keyed, const struct span *seed, size_t parts,
	      uint8_t *out, size_t n);

#endif /* CRYPTO_PRF_H */
