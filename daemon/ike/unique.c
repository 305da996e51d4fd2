// SPDX-License-Identifier: GPL-2.0-or-later
/* unique.c - several IKE_SAs with one peer. RFC 7296 2.4. */
#include "ike/unique.h"

#include <string.h>

#include "ike/id.h"
#include "ike/output.h"
#include "ike/sa.h"

static bool same_local(const struct ike_conn *a, const struct ike_conn *b)
{
	if (!a->local.id || !b->local.id)
		return a->local.id == b->local.id;
	return id_equal(a->local.id, b->local.id);
}

/* An established one between the same two identities. */
static bool is_rival(const struct ike_sa *sa, const struct ike_sa *other, const struct id *id)
{
	return other != sa && other->state == SA_ESTABLISHED && other->peer_id && id_equal(other->peer_id, id) &&
	       same_local(sa->conn, other->conn);
}

bool unique_others(const struct ike_sa *sa, const struct id *id)
{
	struct ike_sa *other, *next;

	if (!id || id->type == ID_T_ANY)
		return true;
	HASH_ITER(hh, sa->ike->sas, other, next)
		if (is_rival(sa, other, id))
			return true;
	return false;
}

bool unique_may(const struct ike_sa *sa)
{
	return sa->conn->unique != IKE_UNIQUE_KEEP || !unique_others(sa, sa->peer_id);
}

/* Both ends began at the same moment: each sees both, and the one with the lower SPI goes, by who began it. */
static bool crossed(const struct ike_sa *sa, const struct ike_sa *other)
{
	return sa->initiator != other->initiator && other->since >= sa->since;
}

static void settle(struct ike_sa *sa, struct ike_sa *other)
{
	struct ike_sa *loser = sa->about.spi_i < other->about.spi_i ? sa : other;

	if (loser == other && loser->initiator)
		output_delete(loser, R_REPLACED);
	else if (loser->initiator)
		loser->lost = true; /* it is not established yet; then it goes */
}

void unique_established(struct ike_sa *sa, bool initial)
{
	bool replace = sa->conn->unique == IKE_UNIQUE_YES || sa->conn->unique == IKE_UNIQUE_REPLACE;
	struct ike_sa *other, *next;

	HASH_ITER(hh, sa->ike->sas, other, next) {
		if (!is_rival(sa, other, sa->peer_id))
			continue;
		if (crossed(sa, other)) {
			if (replace)
				settle(sa, other);
		} else if (initial && !sa->initiator) {
			/* the peer has forgotten it: nobody is there to be told */
			sa_end(other, R_REPLACED, true);
		} else if (replace && !sa->initiator) {
			output_delete(other, R_REPLACED);
		}
	}
}
