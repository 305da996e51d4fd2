/* SPDX-License-Identifier: GPL-2.0-or-later */
/* x509.h - a certificate: its key, its names, its times. By GnuTLS. */
#ifndef PKI_X509_H
#define PKI_X509_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "crypto/pubkey.h"

#define X509_DER_MAX 32768 /* octets of one certificate */
#define X509_FILE_MAX (4 << 20) /* octets of a file, which may hold many */

struct x509;

/* Each returns NULL with the reason, a fixed text, in *why. From a peer DER; from a file PEM or DER, the first in it. */
struct x509 *x509_from_der(struct span der, const char **why);
struct x509 *x509_from_file(struct span octets, const char **why);
void x509_free(struct x509 *c); /* NULL is nothing to free */

struct span x509_der(const struct x509 *c);
/* NULL when it has a key that IKE cannot use. */
const struct pubkey *x509_key(const struct x509 *c);
const char *
x509_subject(const struct x509 *c); /* DN as text: "C=DE, O=Example, CN=west" */
const char *x509_issuer(const struct x509 *c);
struct span x509_subject_der(const struct x509 *c); /* for an ID of type 9 */
struct span x509_issuer_der(const struct x509 *c);
int64_t x509_not_before(const struct x509 *c); /* seconds since 1970 */
int64_t x509_not_after(const struct x509 *c);
bool x509_is_ca(const struct x509 *c);
/* SHA-1 of its SubjectPublicKeyInfo, which names a CA in CERTREQ (RFC 7296 3.7). */
void x509_keyid(const struct x509 *c, uint8_t id[20]);

/* Days until it expires, seen at now (seconds since 1970); negative: it has. Warnings begin at X509_WARN_DAYS. */
#define X509_WARN_DAYS 30
int x509_days_left(const struct x509 *c, int64_t now);

/* An identity. type is that of an ID payload: 1 IPv4, 2 FQDN, 3 e-mail, 5 IPv6, 9 DN, 11 key id. */
struct x509_id {
	uint8_t type;
	struct span
		data; /* text without zero, octets of an address, DER of a DN */
};
/* Whether the certificate names it: the subject for a DN, a subjectAltName for the others. */
bool x509_has_id(const struct x509 *c, const struct x509_id *id);
/* The names it has, for messages: "C=DE, CN=west; west.example; 192.0.2.1"; cut to fit. Returns text. */
const char *x509_ids_text(const struct x509 *c, char *text, size_t n);

#endif /* PKI_X509_H */
