/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proof.h - proofs that need a long-term secret are asked for, and their answer may come later. */
#ifndef IKE2_PROOF_H
#define IKE2_PROOF_H

#include <stdbool.h>

#include "base/reason.h"
#include "base/span.h"
#include "ike2/auth.h"

struct id;
struct ike_sa;

enum proof_of { PROOF_MINE, PROOF_PEER };

/* What to prove. Borrowed. */
struct proof_ask {
	enum proof_of of;
	const struct id *local, *peer;
	const struct auth_octets *octets;
	const struct auth_sign *how; /* PROOF_MINE by signature; NULL: PSK */
	const struct pubkey *key;
};

/*
 * The octets that the keys companion made: asks once, whatever how often this is called. R_NONE and *done:
 * there they are, good until proof_free. R_NONE and not *done: suspend. Otherwise: no secret, no key.
 */
enum reason proof_get(struct ike_sa *sa, const struct proof_ask *ask, struct span *proof, bool *done);

/* Whether the connection of this IKE_SA was found by identities already; from now on it is. */
bool proof_matched(struct ike_sa *sa);
void proof_set_matched(struct ike_sa *sa);

void proof_free(struct ike_sa *sa);

#endif /* IKE2_PROOF_H */
