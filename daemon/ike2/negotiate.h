/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * negotiate.h - a CHILD_SA: what is offered, chosen and made of it, in IKE_AUTH and CREATE_CHILD_SA alike.
 * Nothing is changed before all of it fits; then the child is made, installed and owned by the IKE_SA.
 */
#ifndef IKE2_NEGOTIATE_H
#define IKE2_NEGOTIATE_H

#include <stdbool.h>

#include "ike/exch.h"
#include "ike/proposal.h"
#include "ike/ts.h"

struct child;
struct ike_conn;
struct ike_sa;
struct msg_wr;
struct nego;

/* What both sides put into a negotiation. */
struct negotiation {
	const struct ike_conn *conn;
	enum offer_use use;
	struct span ni, nr; /* nonces */
	struct nego *nego; /* initiator: ours; responder: NULL */
	const struct child *old; /* that is renewed, or NULL */
};

/* SPI and, where the offer has a group, key exchange of a negotiation that we begin. R_NONE, R_NO_SPI, R_ALG_UNUSABLE. */
enum reason negotiate_prepare(struct ike_sa *sa, struct nego *n, enum offer_use use, const struct child *old);
/* The payloads of the request: SA, [N, KE], TSi, TSr, notifications; with first, N and KE are left out. */
void negotiate_offer(struct ike_sa *sa, const struct nego *n, enum offer_use use, struct msg_wr *w);

/*
 * Responder: choose, make, install, and write SA, [Nr, KE], TSi, TSr, notifications. V_OK and *made; otherwise
 * nothing was made and V_REFUSE says what to tell (INVALID_KE_PAYLOAD is in w already).
 */
struct outcome negotiate_answer(struct ike_sa *sa, const struct negotiation *n, const struct ike_msg *msg,
				struct msg_wr *w, struct child **made);
/* Initiator: the answer of the peer. V_OK and *made, or V_REFUSE. */
struct outcome negotiate_accept(struct ike_sa *sa, const struct negotiation *n, const struct ike_msg *msg,
				struct child **made);

/* The same for the connection of n or, if its selectors do not fit, for one that shares its IKE_SA. */
struct outcome negotiate_for_any(struct ike_sa *sa, const struct negotiation *n, const struct ike_msg *msg,
				 struct msg_wr *w, struct child **made);
/* The peer made a child that we refuse: it is told to delete it. */
void negotiate_disown(struct ike_sa *sa, const struct nego *n);
/* Refused because of several selectors: ask for one pair after the other. false: that is not the reason. */
bool negotiate_retry_pairs(struct ike_sa *sa, const struct nego *n, enum reason reason);

/* The selectors of both sides of a connection, as they are for this IKE_SA. */
void negotiate_selectors(const struct ike_sa *sa, const struct ike_conn *conn, struct ts_list *local,
			 struct ts_list *peer);
/*
 * The peer takes one pair of selectors at a time: ask for all pairs that no child has. Returns how many that
 * are.
 */
size_t negotiate_pairs(struct ike_sa *sa, const struct ike_conn *conn);

/* The lower of two nonces, as far as collisions need it (RFC 7296 2.8.1). */
void negotiate_low(struct span a, struct span b, uint8_t low[32]);

#endif /* IKE2_NEGOTIATE_H */
