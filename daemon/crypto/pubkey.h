/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pubkey.h - public keys in the form of DNS records, which is that of leftrsasigkey= too. */
#ifndef CRYPTO_PUBKEY_H
#define CRYPTO_PUBKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PUBKEY_RSA_BITS_MAX 20000 /* of a modulus, as rsasigkey has it */
#define PUBKEY_MAX 3072 /* octets of any key in DNS form */
#define PUBKEY_KEYID 10 /* nine digits of base64 and a zero */

enum pubkey_type { PUBKEY_RSA, PUBKEY_ECDSA, PUBKEY_ED25519, PUBKEY_ED448 };

/* RSA: RFC 3110 (exponent and modulus); ECDSA: RFC 6605 (x and y); EdDSA: RFC 8080. */
struct pubkey {
	enum pubkey_type type;
	unsigned int bits;
	size_t n;
	uint8_t b[PUBKEY_MAX];
};

/* A number within a key, the highest octet first. */
struct pubkey_number {
	const uint8_t *p;
	size_t n;
};

/*
 * An RSA key from its two numbers; leading zeros are left out. Returns 0, or -EINVAL with the reason in
 * why: no number, an exponent that is even or 1, a modulus that is even or too long.
 */
int pubkey_from_rsa(struct pubkey *key, struct pubkey_number e,
		    struct pubkey_number m, const char **why);
/* The same from the octets of RFC 2537 and 3110. Only the shortest form of each number is right. */
int pubkey_from_dns(struct pubkey *key, const uint8_t *p, size_t n,
		    const char **why);
/* From text: 0x, 0s or 0t; the value of leftrsasigkey=. */
int pubkey_from_text(struct pubkey *key, const char *text, const char **why);

/* The two numbers, within the key. It has to be RSA. */
void pubkey_rsa_numbers(const struct pubkey *key, struct pubkey_number *e,
			struct pubkey_number *m);

/* What FreeS/WAN calls the key id: the first nine digits of the key in base64. Returns id. */
const char *pubkey_id(const struct pubkey *key, char id[PUBKEY_KEYID]);

bool pubkey_equal(const struct pubkey *a, const struct pubkey *b);
const char *pubkey_type_name(enum pubkey_type type); /* "RSA" */

#endif /* CRYPTO_PUBKEY_H */
