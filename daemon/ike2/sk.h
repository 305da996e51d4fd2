/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sk.h - the Encrypted payload (RFC 7296 3.14, RFC 5282) and Encrypted Fragments (RFC 7383). */
#ifndef IKE2_SK_H
#define IKE2_SK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "base/span.h"
#include "crypto/aead.h"

struct msg_wr;

/* What is to be sealed: payloads in clear, or one fragment of them. */
struct sk_part {
	struct span plain; /* the inner payloads */
	uint8_t first; /* type of the first of them; in fragments after the first it is 0 */
	uint16_t number,
		total; /* of the fragment, from 1; 0 0: an Encrypted payload */
};

/* Octets of an Encrypted payload, or of a fragment, with n octets of plain: its header and all. */
size_t sk_size(const struct aead_suite *s, size_t n, bool fragment);
/* The most octets of plain in a fragment, when the payload may have size octets; 0: too few for any. */
size_t sk_fragment_room(const struct aead_suite *s, size_t size);

/*
 * Complete a message: w holds the header and whatever goes in clear; the part is copied behind that and
 * sealed, all lengths are set. plain may lie anywhere, also where it is going to be. Returns the octets of
 * the whole message, empty with p NULL when they do not fit.
 */
struct span sk_seal(struct aead_key *k, struct msg_wr *w,
		    const struct sk_part *part);

/*
 * Check and decrypt in place. data and n are those of sk.data or skf.data of msg_decode(): IV, text
 * and ICV; aad is all before that (msg.aad). R_NONE, and plain is the part of data that holds inner payloads.
 * Otherwise R_INTEGRITY: too short or the ICV is wrong, and data is unchanged; R_MALFORMED: authenticated,
 * but the pad length is beyond the text.
 */
enum reason sk_open(const struct aead_key *k, struct span aad, uint8_t *data,
		    size_t n, struct span *plain);

#endif /* IKE2_SK_H */
