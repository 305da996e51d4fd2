/* SPDX-License-Identifier: GPL-2.0-or-later */
/* certs.h - X.509 in IKE_AUTH: whether the peer's certificate is to be believed, and which CAs we believe. */
#ifndef IKE2_CERTS_H
#define IKE2_CERTS_H

#include "ike/exch.h"
#include "ike2/auth.h"

#define CERTS_X509 4 /* encoding of CERT and CERTREQ payloads, RFC 7296 3.6 */

struct id;
struct msg_wr;

/* The first certificate has to name the identity, lead to a CA of the connection, and verify the claim. */
struct outcome certs_check(struct ike_sa *sa, const struct id *id, const struct ike_msg *msg,
			   const struct auth_claim *claim, const struct auth_octets *o);
/* The CERTREQ payload that names our CAs. */
void certs_put_request(struct ike_sa *sa, struct msg_wr *w);

#endif /* IKE2_CERTS_H */
