/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sig.h - signatures. What is signed is a digest, or for EdDSA a whole message; signing may be done in another
 * process, and its answer come later (struct sig_job).
 */
#ifndef CRYPTO_SIG_H
#define CRYPTO_SIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "crypto/hash.h"
#include "crypto/pkey.h"
#include "crypto/pubkey.h"

#define SIG_MAX 2560 /* octets of any signature: RSA of 20000 bits */

enum sig_pad {
	SIG_PAD_NONE,
	SIG_PAD_PKCS1,
	SIG_PAD_PSS,
	SIG_PAD_RAW,
	SIG_PAD_DER
};

/* One way to sign. For ECDSA, RAW is r and s side by side (RFC 4754), DER their ASN.1 (RFC 7427). */
struct sig_scheme {
	enum pubkey_type type;
	enum hash_id hash; /* HASH_IDENTITY for EdDSA */
	enum sig_pad pad;
};

/* What is to be signed: the digest of some octets, or the octets themselves. */
struct sig_tbs {
	struct span v; /* digest, or heap */
	uint8_t digest[HASH_MAX];
	uint8_t *heap;
};

void sig_tbs_init(struct sig_tbs *t, enum hash_id hash, const struct span *part,
		  size_t parts);
void sig_tbs_fini(struct sig_tbs *t);

const char *sig_scheme_text(struct sig_scheme s,
			    char text[48]); /* "RSA-PSS with SHA2-256" */

/*
 * Sign. Returns the octets written to sig, or 0 with a fixed text in *why: the key is of another
 * type, or too short for the hash. The salt of PSS has the length of the hash.
 */
size_t sig_make(const struct pkey *key, struct sig_scheme s, struct span tbs,
		uint8_t sig[SIG_MAX], const char **why);
/* Whether sig is that of tbs. Everything wrong in any way is false. */
bool sig_check(const struct pubkey *key, struct sig_scheme s, struct span tbs,
	       struct span sig);

/*
 * From now on neither made nor believed: keys of this type under this hash and padding. why has to stay. For
 * vectors.c and the impairments; undone by why NULL.
 */
void sig_disable(struct sig_scheme s, const char *why);

/* RSA keys of fewer bits are never used or believed (RFC 8247 3.1, NIST SP 800-131A). */
#define SIG_RSA_BITS_MIN 1024
/* The octets of a public key as SubjectPublicKeyInfo (RFC 5280 4.1), as CERT encodings 11 and 15 want it. */
int sig_pubkey_from_spki(struct pubkey *key, struct span der, const char **why);

/* The seam ------------------------------------------------------------------------------------ */

enum sig_answer { SIG_DONE, SIG_LATER, SIG_FAILED };

/*
 * Something to be done with a long-term secret; the engine has none. Owned by who asks, until
 * done() was called, or the keeper said SIG_DONE or SIG_FAILED at once (then done is not called).
 */
struct sig_job {
	enum { SIG_JOB_SIGN, SIG_JOB_PSK } what;
	/* SIGN: the private key that belongs to key signs tbs */
	const struct pubkey *key;
	struct sig_scheme scheme;
	/* PSK: prf(prf(PSK of the two ids, "Key Pad for IKEv2"), octets) for both octets to be authenticated */
	uint16_t prf;
	const char *my_id, *peer_id; /* as in ipsec.secrets */
	struct span tbs, tbs_peer; /* PSK: my octets, and the peer's */
	/* the answer */
	uint8_t out[SIG_MAX], out_peer[HASH_MAX];
	size_t n; /* octets of out (and of out_peer) */
	const char *why; /* SIG_FAILED: a text that stays */
	enum sig_answer answer;
	void (*done)(struct sig_job *job);
	void *arg;
};

/* Who keeps the secrets: this process, or the companion behind a socket. */
struct sig_keeper {
	enum sig_answer (*ask)(struct sig_keeper *keeper, struct sig_job *job);
	void (*forget)(struct sig_keeper *keeper,
		       struct sig_job *job); /* done() will not be called */
};

#endif /* CRYPTO_SIG_H */
