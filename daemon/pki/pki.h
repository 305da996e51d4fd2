/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pki.h - whom we believe: CAs and CRLs; and whether a certificate of a peer is to be believed. */
#ifndef PKI_PKI_H
#define PKI_PKI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "base/span.h"
#include "pki/x509.h"

#define PKI_CHAIN_MAX \
	8 /* certificates from the peer's to the one that is believed */
#define PKI_SENT_MAX 16 /* certificates of a peer that are looked at */

/* CAs and CRLs. They are shared by connections and replaced as a whole when files change. */
struct pki;

struct pki *pki_new(void);
void pki_free(struct pki *pki);
/* Each adds all that a file holds. Returns how many it took, or -EINVAL with a fixed text in *why. */
int pki_add_cas(struct pki *pki, struct span octets, const char **why);
int pki_add_crls(struct pki *pki, struct span octets, const char **why);

size_t pki_cas(const struct pki *pki);
const struct x509 *pki_ca(const struct pki *pki, size_t i);
/*
 * The hashes of our CAs for CERTREQ, 20 octets each; ca is the DN (DER) of the only one that is wanted, or
 * empty. Returns the octets written, as many whole ones as fit.
 */
size_t pki_certreq(const struct pki *pki, struct span ca, uint8_t *to,
		   size_t room);
/* Whether a CERTREQ (hashes) names an issuer of c, as far as we know them. */
bool pki_wanted(const struct pki *pki, const struct x509 *c,
		struct span hashes);

enum pki_crl_policy {
	PKI_CRL_IF_THERE,
	PKI_CRL_STRICT,
	PKI_CRL_NO
}; /* strictcrlpolicy=no, yes; no CRLs at all */

/* What a certificate is judged by. Zero and NULL are right for what does not matter. */
struct pki_check {
	int64_t now; /* seconds since 1970 */
	const struct x509 *const *
		sent; /* the other certificates that the peer sent, in any order */
	size_t nsent;
	struct span ca; /* rightca=: DN (DER) that has to be in the chain */
	enum pki_crl_policy crl;
	const struct x509_id *id; /* has to be in the certificate */
};

/* The answer: R_NONE, or R_CERT_* with what and which. */
struct pki_verdict {
	enum reason reason;
	const char *detail; /* a fixed text: "was revoked" */
	const struct x509 *
		culprit; /* among c, what was sent and our CAs; NULL: the end of the chain is missing */
};
struct pki_verdict pki_judge(const struct pki *pki, const struct x509 *c,
			     const struct pki_check *check);

#endif /* PKI_PKI_H */
