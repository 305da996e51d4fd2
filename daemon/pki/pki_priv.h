/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pki_priv.h - what chain.c sees of CAs and CRLs. */
#ifndef PKI_PKI_PRIV_H
#define PKI_PKI_PRIV_H

#include <gnutls/x509.h>

#include "pki/pki.h"

struct pki_crl {
	gnutls_x509_crl_t crl;
	gnutls_datum_t issuer; /* DN */
};

struct pki {
	size_t ncas, ncrls, ca_room, crl_room;
	struct x509 **cas;
	struct pki_crl *crls;
};

#endif /* PKI_PKI_PRIV_H */
