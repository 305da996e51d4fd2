/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keymat.h - the keys of IKE SAs and child SAs, RFC 7296 2.13 to 2.18. */
#ifndef IKE2_KEYMAT_H
#define IKE2_KEYMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "crypto/aead.h"
#include "crypto/prf.h"

/* What an IKE SA has agreed on: transform IDs. keybits is the Key Length attribute, or 0. */
struct keymat_suite {
	uint16_t encr, keybits, prf, integ;
};

/* The keys of an IKE SA; in memory of secret_alloc(). i: the initiator sends, r: the responder does. */
struct keymat {
	uint16_t prf;
	uint8_t n; /* octets of d, pi and pr */
	uint8_t d[PRF_MAX], pi[PRF_MAX], pr[PRF_MAX];
	struct aead_key i, r;
};

/* What goes into them. Borrowed. */
struct keymat_seed {
	struct span ni, nr; /* nonces, without their payload header */
	struct span
		shared; /* g^ir; empty: a child without a key exchange of its own */
	uint8_t spi_i[8], spi_r[8]; /* of the (new) IKE SA */
};

/* New keys, or NULL with a fixed text in *why: the suite cannot be used. */
struct keymat *keymat_new(const struct keymat_suite *suite,
			  const struct keymat_seed *seed, const char **why);
/* The same for an IKE SA that replaces old, RFC 7296 2.18: by the PRF and the SK_d of old. */
struct keymat *keymat_rekey(const struct keymat *old,
			    const struct keymat_suite *suite,
			    const struct keymat_seed *seed, const char **why);
void keymat_free(struct keymat *k); /* NULL is nothing to free; wipes */

/* SK_d; SK_pi and SK_pr, with which the initiator's and the responder's ID are authenticated. */
struct span keymat_d(const struct keymat *k);
struct span keymat_p(const struct keymat *k, bool initiator);
/* The keys of what the initiator, or the responder, sends. */
struct aead_key *keymat_sender(struct keymat *k, bool initiator);

/* A child's keys of one direction, as the kernel takes them: encr is key and salt in one. Wipe it. */
struct keymat_sa {
	uint8_t encr[AEAD_ENCR_MAX], integ[AEAD_INTEG_MAX];
	uint8_t encr_n, integ_n;
};

/* What the child has agreed on: transform IDs; encr 0 for AH, integ 0 with an AEAD. */
struct keymat_child {
	uint16_t encr, keybits, integ;
};

/*
 * The keys of a child: i for the SA from the initiator of the exchange that made it to the
 * responder, r for the other. Returns false with a fixed text in *why if the suite is unknown.
 */
bool keymat_child(const struct keymat *k, const struct keymat_child *suite,
		  const struct keymat_seed *seed, struct keymat_sa sa[2],
		  const char **why);
enum { KEYMAT_I, KEYMAT_R }; /* indices of sa */

#endif /* IKE2_KEYMAT_H */
