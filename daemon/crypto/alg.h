/* SPDX-License-Identifier: GPL-2.0-or-later */
/* alg.h - the algorithms of IKE and ESP: facts from algs.def and nl-proto/algs.def, and what can be used now. */
#ifndef CRYPTO_ALG_H
#define CRYPTO_ALG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Transform types, RFC 7296 3.3.2. */
enum alg_type {
	ALG_TYPE_ENCR = 1,
	ALG_TYPE_PRF = 2,
	ALG_TYPE_INTEG = 3,
	ALG_TYPE_KE = 4,
	ALG_TYPE_ESN = 5,
};

/* Transform IDs that code has to name; all the others are in algs.def. */
enum {
	ALG_ENCR_NULL = 11,
	ALG_INTEG_NONE = 0,
	ALG_KE_NONE = 0,
	ALG_ESN_NO = 0,
	ALG_ESN_YES = 1,
};

/* One algorithm. What does not concern its type is 0. */
struct alg {
	enum alg_type type;
	uint16_t id; /* transform ID of IKEv2 */
	uint8_t nfi; /* ENCR, INTEG: value of nl-proto/algs.def; 0: the kernel does not have it */
	uint8_t keys; /* ENCR: NFI_K128 | ... */
	bool aead; /* ENCR: authenticates, INTEG has to be none */
	bool variable; /* ENCR: the Key Length attribute has to be there (RFC 7296 3.3.5) */
	bool legacy; /* only where old ones are allowed: 3DES, MD5, groups 2 and 5 */
	bool ike; /* this daemon can use it in IKE */
	uint8_t salt, iv, block, icv; /* octets; icv of ENCR: an AEAD's */
	uint8_t key; /* octets: of INTEG; of ENCR that has one size only, without salt */
	const char *name; /* "aes-gcm-16" */
};

/* NULL: unknown. */
const struct alg *alg_find(enum alg_type type, uint16_t id);
/* All of a type, in the order of algs.def: i counts from 0; NULL: no more. */
const struct alg *alg_at(enum alg_type type, size_t i);

/*
 * The octets of key and salt that a cipher takes, together. keybits is the Key Length attribute; 0
 * stands for the only size. 0: there is no such size.
 */
size_t alg_encr_key(const struct alg *encr, unsigned int keybits);

/*
 * Whether IKE may use it: it is implemented and was not disabled. Otherwise false and the reason,
 * a fixed text, in *why, as in "its test vector failed"; why may be NULL.
 */
bool alg_usable(enum alg_type type, uint16_t id, const char **why);
/* From now on it is not usable; why has to stay. For vectors.c and the impairments. */
void alg_disable(enum alg_type type, uint16_t id, const char *why);

#endif /* CRYPTO_ALG_H */
