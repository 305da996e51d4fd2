/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pkey.h - private keys. */
#ifndef CRYPTO_PKEY_H
#define CRYPTO_PKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/pubkey.h"

/* The numbers of an RSA key, in the order and under the names of FreeS/WAN. */
enum pkey_part {
	PKEY_MODULUS,
	PKEY_PUBLIC_EXPONENT,
	PKEY_PRIVATE_EXPONENT,
	PKEY_PRIME1,
	PKEY_PRIME2,
	PKEY_EXPONENT1,
	PKEY_EXPONENT2,
	PKEY_COEFFICIENT,
	PKEY_PARTS
};
extern const char *const pkey_part_names[PKEY_PARTS];

/* The numbers of a key; borrowed. Keys other than RSA have three: the private one, x and y (or none). */
struct pkey_numbers {
	struct pubkey_number part[PKEY_PARTS];
};

/* A private key and the public one that belongs to it, in memory of secret_alloc(). */
struct pkey;

/*
 * Each of these returns a new key, or NULL with the reason in why: a fixed text, or one that is good until
 * the next call, and never contains anything of the key.
 */

/* Copies the numbers. Those that do not belong together are refused. */
struct pkey *pkey_from_rsa(const struct pkey_numbers *rsa, const char **why);
/* From two odd primes, in either order, and the public exponent; the other numbers are computed. */
struct pkey *pkey_from_primes(struct pubkey_number p, struct pubkey_number q,
			      struct pubkey_number e, const char **why);
/* bits: of the modulus, or 256, 384, 521 for ECDSA. exponent: for RSA only, odd, from 3. */
struct pkey *pkey_generate(enum pubkey_type type, unsigned int bits,
			   unsigned int exponent, const char **why);
/*
 * From the octets of a file, in PEM or DER: PKCS#1, PKCS#8, SEC 1, and OpenSSH's, unless that is encrypted;
 * with pkcs12 the key of a PKCS#12 file. password NULL: it is not encrypted. Decodes in a child process, so that nothing of the key stays
 * in the memory of libraries, and nothing in the file can harm this process; waits for it, ten
 * seconds at most.
 */
struct pkey *pkey_read(const void *p, size_t n, const char *password,
		       const char **why);
struct pkey *pkey_read_pkcs12(const void *p, size_t n, const char *password,
			      const char **why);

/* Whether the octets of a file, of a key or whatever else, are PEM rather than DER. */
bool pkey_is_pem(const void *p, size_t n);

/* NULL is nothing to free. */
void pkey_free(struct pkey *key);

const struct pubkey *pkey_public(const struct pkey *key);
const struct pkey_numbers *pkey_numbers(const struct pkey *key);

/*
 * PKCS#8 in PEM, with a password encrypted (PBES2, AES-256); the caller gives it to secret_free(). Leaves
 * copies in freed memory: for programs that end soon after.
 */
char *pkey_to_pem(const struct pkey *key, const char *password);
/* A public key in PEM; free() it. */
char *pubkey_to_pem(const struct pubkey *key);
/* SHA-256 of its SubjectPublicKeyInfo. */
void pubkey_fingerprint(const struct pubkey *key, uint8_t digest[32]);

#endif /* CRYPTO_PKEY_H */
