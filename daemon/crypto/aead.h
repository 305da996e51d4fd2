/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * aead.h - the ciphers of IKE, all in one form: a cipher with an integrity algorithm beside it is one more AEAD.
 * Nothing asks "AEAD or not?" but this.
 */
#ifndef CRYPTO_AEAD_H
#define CRYPTO_AEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define AEAD_ENCR_MAX 36 /* octets of key and salt */
#define AEAD_INTEG_MAX 64
#define AEAD_IV_MAX 16
#define AEAD_ICV_MAX 32
#define AEAD_BLOCK_MAX 16

struct aead_kind;

/* A negotiated cipher and its sizes. Plain data; may be copied. */
struct aead_suite {
	const struct aead_kind *kind;
	uint16_t integ; /* transform ID; 0 when the cipher authenticates */
	uint8_t encr_key,
		integ_key; /* octets of SK_e (with its salt) and SK_a (or 0) */
	uint8_t iv, block, icv; /* octets */
};

/*
 * The keys of one direction. Belongs in memory of secret_alloc(). What Nettle derives from a key is made
 * anew for each message: AES-GCM's tables would cost 4 KiB in each direction of each SA.
 */
struct aead_key {
	struct aead_suite suite;
	uint64_t sent; /* messages sealed: the next counter IV */
	uint8_t encr[AEAD_ENCR_MAX], integ[AEAD_INTEG_MAX];
};

/*
 * From the transforms that were chosen; keybits 0 when the cipher has one size. Returns false, with a
 * fixed text in *why, when they do not fit together or cannot be used.
 */
bool aead_suite(struct aead_suite *s, uint16_t encr, unsigned int keybits,
		uint16_t integ, const char **why);

/* Write s->iv octets, which no message under this key had or will have; unpredictable where that matters. */
void aead_next_iv(struct aead_key *k, uint8_t *iv);

/*
 * Encrypt n octets, a multiple of the block, at text in place, and write the ICV behind them. The IV
 * stands before text: the s->iv octets at text - s->iv.
 */
void aead_seal(const struct aead_key *k, struct span aad, uint8_t *text,
	       size_t n);
/*
 * Check the ICV behind the n octets at text and decrypt them in place. Returns false, with text
 * unchanged, if it is wrong or n is not a multiple of the block.
 */
bool aead_open(const struct aead_key *k, struct span aad, uint8_t *text,
	       size_t n);

#endif /* CRYPTO_AEAD_H */
