/* SPDX-License-Identifier: GPL-2.0-or-later */
/* identity.h - who we are and who the peer is, in IKE_AUTH: ID, CERT, CERTREQ and AUTH payloads. */
#ifndef IKE2_IDENTITY_H
#define IKE2_IDENTITY_H

#include "ike/exch.h"
#include "ike/id.h"
#include "ike/msg.h"
#include "ike2/proof.h"

struct identity {
	struct id id;
	struct pl_auth auth; /* borrows from octets, or from the proof */
	uint8_t octets[SIG_MAX + 128];
};

/* Our identity and its proof. V_OK, V_SUSPEND, or V_FATAL: no secret, no key. */
struct outcome identity_mine(struct ike_sa *sa, struct identity *me);
/* Does the AUTH payload prove the identity of the peer? V_OK, V_SUSPEND, V_FATAL. */
struct outcome identity_check(struct ike_sa *sa, const struct id *id, const struct ike_msg *msg);
/* It is another than the connection says. */
struct outcome identity_wrong(const struct ike_sa *sa, const struct id *id);
void identity_keep(struct ike_sa *sa, const struct id *id);

void identity_put_certs(struct ike_sa *sa, struct msg_wr *w);
void identity_put_certreq(struct ike_sa *sa, struct msg_wr *w);
void identity_see_certreq(struct ike_sa *sa, const struct ike_msg *msg);

#endif /* IKE2_IDENTITY_H */
