/* SPDX-License-Identifier: GPL-2.0-or-later */
/* auth.h - the AUTH payload of IKEv2: RFC 7296 2.15, RFC 4754, RFC 7427, RFC 8420. */
#ifndef IKE2_AUTH_H
#define IKE2_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "base/span.h"
#include "crypto/prf.h"
#include "crypto/sig.h"

/* Authentication methods, RFC 7296 3.8 and IANA. */
enum auth_method {
	AUTH_RSA = 1, /* PKCS#1 v1.5, as a rule with SHA-1 */
	AUTH_PSK = 2,
	AUTH_ECDSA_256 =
		9, /* RFC 4754: the curve and the hash are fixed, r and s side by side */
	AUTH_ECDSA_384 = 10,
	AUTH_ECDSA_521 = 11,
	AUTH_NULL = 13, /* RFC 7619 */
	AUTH_SIGNATURE = 14, /* RFC 7427 */
};

/* One bit for each hash of SIGNATURE_HASH_ALGORITHMS. */
#define AUTH_HASH(id) (1U << (id))
/* What we announce: SHA2-256, 384, 512 and identity. */
#define AUTH_HASHES                                            \
	(AUTH_HASH(HASH_SHA2_256) | AUTH_HASH(HASH_SHA2_384) | \
	 AUTH_HASH(HASH_SHA2_512) | AUTH_HASH(HASH_IDENTITY))

/* What one side authenticates. Borrowed. */
struct auth_input {
	struct span
		message; /* its IKE_SA_INIT message (the last one it sent), from the IKE header on, without the non-ESP marker */
	struct span nonce; /* the nonce of the other side */
	struct span
		id; /* its ID payload without the generic header: type, three zeros, data */
	uint16_t prf;
	struct span sk_p; /* keymat_p() of that side */
	struct span intermediate; /* IntAuth of RFC 9242, or empty */
};

/* The same as a list of octets, to be signed or put through the PRF. Borrows from the input. */
struct auth_octets {
	struct span part[4];
	size_t n;
	uint8_t maced_id[PRF_MAX];
};
void auth_octets(struct auth_octets *o, const struct auth_input *in);

/* AUTH data of a pre-shared key; out has room for prf_size(). Also for EAP, with the MSK. */
void auth_psk(uint16_t prf, struct span psk, const struct auth_octets *o,
	      uint8_t *out);

/* How a side signs. */
struct auth_sign {
	enum auth_method method;
	struct sig_scheme scheme;
};

/*
 * How to sign with a key: hashes is what the peer has announced, a set of AUTH_HASH(), 0 when it
 * announced none: then the older methods are left. pss: whether RSA signs PSS (method 14). Returns false,
 * with a fixed text in *why, when there is no way.
 */
bool auth_choose(const struct pubkey *key, unsigned int hashes, bool pss,
		 struct auth_sign *how, const char **why);

/* The data of the AUTH payload around a signature. Returns its octets; 0: out is too small. */
size_t auth_write(const struct auth_sign *how, struct span sig, uint8_t *out,
		  size_t room);

/* An AUTH payload of the peer. */
struct auth_claim {
	uint8_t method;
	struct span data;
	unsigned int
		hashes; /* that are allowed: AUTH_HASHES, and SHA1 when sha1 signatures are */
};

/*
 * Check a signature with a key of the peer. R_NONE: good, and how says what it was, unless NULL.
 * R_MALFORMED; R_WRONG_METHOD: an unknown one, or not that of such a key; R_SIGNATURE_HASH: an algorithm that
 * we do not know or did not allow; R_KEY_SHORT; R_WRONG_SIGNATURE.
 */
enum reason auth_check(const struct pubkey *key, const struct auth_claim *claim,
		       const struct auth_octets *o, struct auth_sign *how);
/* The type of key that a claim of a signature needs. False: R_WRONG_METHOD or R_SIGNATURE_HASH, in *why. */
bool auth_key_type(const struct auth_claim *claim, enum pubkey_type *type,
		   enum reason *why);
/* Compare with what auth_psk() gave for the octets of the peer. R_NONE, R_WRONG_METHOD, R_WRONG_SECRET. */
enum reason auth_check_psk(const struct auth_claim *claim,
			   struct span expected);

#endif /* IKE2_AUTH_H */
