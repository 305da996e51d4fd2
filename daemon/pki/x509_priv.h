/* SPDX-License-Identifier: GPL-2.0-or-later */
/* x509_priv.h - certificates as GnuTLS has them; for pki.c and chain.c. */
#ifndef PKI_X509_PRIV_H
#define PKI_X509_PRIV_H

#include <gnutls/x509.h>

#include "pki/x509.h"

gnutls_x509_crt_t x509_crt(const struct x509 *c);
/* All of a file in PEM, or the one in DER; at most room. Returns how many; 0 with *why. */
size_t x509_list_from_file(struct span octets, struct x509 **list, size_t room,
			   const char **why);

#endif /* PKI_X509_PRIV_H */
