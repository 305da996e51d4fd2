// SPDX-License-Identifier: GPL-2.0-or-later
/* x509.c - one certificate, taken apart by GnuTLS. */
#include "pki/x509.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/addr.h"
#include "base/mem.h"
#include "crypto/pkey.h"
#include "crypto/sig.h"
#include "pki/dn.h"
#include "pki/x509_priv.h"

/* A peer may send any key, and whoever checks a signature by it works for the peer. */
#define RSA_BITS_MAX 8192
#define RSA_EXPONENT_MAX 8 /* octets */
#define NAME_TEXT 1024
#define SAN_MAX 256 /* names that are looked at */
#define SAN_OCTETS 512 /* of one */
#define DAY INT64_C(86400) /* seconds */

struct x509 {
	gnutls_x509_crt_t crt;
	gnutls_datum_t der, subject, issuer; /* of GnuTLS */
	bool usable;
	struct pubkey key;
	char subject_text[NAME_TEXT], issuer_text[NAME_TEXT];
};

enum {
	ID_IPV4 = 1,
	ID_FQDN = 2,
	ID_RFC822 = 3,
	ID_IPV6 = 5,
	ID_DN = 9,
	ID_KEYID = 11,
};

static struct span span_of_datum(gnutls_datum_t d)
{
	return span_of(d.data, d.size);
}

/* Loading ------------------------------------------------------------------------------------- */

static bool is_bearable(const struct pubkey *key)
{
	struct pubkey_number e, m;

	if (key->type != PUBKEY_RSA)
		return true;
	pubkey_rsa_numbers(key, &e, &m);
	return key->bits <= RSA_BITS_MAX && e.n <= RSA_EXPONENT_MAX;
}

static bool take_key(struct x509 *c)
{
	gnutls_datum_t spki = { NULL, 0 };
	const char *why;
	gnutls_pubkey_t x;
	bool good;

	if (gnutls_pubkey_init(&x) < 0)
		return false;
	good = gnutls_pubkey_import_x509(x, c->crt, 0) == 0 &&
	       gnutls_pubkey_export2(x, GNUTLS_X509_FMT_DER, &spki) == 0 &&
	       !sig_pubkey_from_spki(&c->key, span_of_datum(spki), &why) &&
	       is_bearable(&c->key);
	gnutls_free(spki.data);
	gnutls_pubkey_deinit(x);
	return good;
}

/* Takes over crt. */
static struct x509 *from_crt(gnutls_x509_crt_t crt, const char **why)
{
	struct x509 *c = mem_new(sizeof(*c));

	c->crt = crt;
	if (gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &c->der) < 0 ||
	    gnutls_x509_crt_get_raw_dn(crt, &c->subject) < 0 ||
	    gnutls_x509_crt_get_raw_issuer_dn(crt, &c->issuer) < 0 ||
	    c->der.size > X509_DER_MAX) {
		*why = "the certificate is malformed or too long";
		x509_free(c);
		return NULL;
	}
	if (!dn_to_text(x509_subject_der(c), c->subject_text, NAME_TEXT))
		snprintf(c->subject_text, NAME_TEXT, "(no name)");
	if (!dn_to_text(x509_issuer_der(c), c->issuer_text, NAME_TEXT))
		snprintf(c->issuer_text, NAME_TEXT, "(no name)");
	c->usable = take_key(c);
	return c;
}

struct x509 *x509_from_der(struct span der, const char **why)
{
	gnutls_datum_t d = { (unsigned char *)(uintptr_t)der.p,
			     (unsigned int)der.n };
	gnutls_x509_crt_t crt;

	*why = "it is no X.509 certificate";
	if (!der.n || der.n > X509_DER_MAX || gnutls_x509_crt_init(&crt) < 0)
		return NULL;
	if (gnutls_x509_crt_import(crt, &d, GNUTLS_X509_FMT_DER) == 0)
		return from_crt(crt, why);
	gnutls_x509_crt_deinit(crt);
	return NULL;
}

size_t x509_list_from_file(struct span octets, struct x509 **list, size_t room,
			   const char **why)
{
	gnutls_datum_t d = { (unsigned char *)(uintptr_t)octets.p,
			     (unsigned int)octets.n };
	bool pem = pkey_is_pem(octets.p, octets.n);
	gnutls_x509_crt_t *crts = NULL;
	unsigned int n = 0, i;
	size_t got = 0;

	*why = "it is no X.509 certificate in PEM or DER";
	if (!octets.n || octets.n > X509_FILE_MAX)
		return 0;
	if (!pem) {
		list[0] = room ? x509_from_der(octets, why) : NULL;
		return list[0] ? 1 : 0;
	}
	if (gnutls_x509_crt_list_import2(&crts, &n, &d, GNUTLS_X509_FMT_PEM,
					 0) < 0)
		return 0;
	for (i = 0; i < n; i++) {
		struct x509 *c = got < room ? from_crt(crts[i], why) : NULL;

		if (got == room)
			gnutls_x509_crt_deinit(crts[i]);
		else if (c)
			list[got++] = c;
	}
	gnutls_free(crts);
	return got;
}

struct x509 *x509_from_file(struct span octets, const char **why)
{
	struct x509 *c = NULL;

	return x509_list_from_file(octets, &c, 1, why) ? c : NULL;
}

void x509_free(struct x509 *c)
{
	if (!c)
		return;
	gnutls_free(c->der.data);
	gnutls_free(c->subject.data);
	gnutls_free(c->issuer.data);
	gnutls_x509_crt_deinit(c->crt);
	free(c);
}

/* What it says -------------------------------------------------------------------------------- */

gnutls_x509_crt_t x509_crt(const struct x509 *c)
{
	return c->crt;
}

struct span x509_der(const struct x509 *c)
{
	return span_of_datum(c->der);
}

const struct pubkey *x509_key(const struct x509 *c)
{
	return c->usable ? &c->key : NULL;
}

const char *x509_subject(const struct x509 *c)
{
	return c->subject_text;
}

const char *x509_issuer(const struct x509 *c)
{
	return c->issuer_text;
}

struct span x509_subject_der(const struct x509 *c)
{
	return span_of_datum(c->subject);
}

struct span x509_issuer_der(const struct x509 *c)
{
	return span_of_datum(c->issuer);
}

int64_t x509_not_before(const struct x509 *c)
{
	return gnutls_x509_crt_get_activation_time(c->crt);
}

int64_t x509_not_after(const struct x509 *c)
{
	return gnutls_x509_crt_get_expiration_time(c->crt);
}

bool x509_is_ca(const struct x509 *c)
{
	return gnutls_x509_crt_get_ca_status(c->crt, NULL) > 0;
}

void x509_keyid(const struct x509 *c, uint8_t id[20])
{
	size_t n = 20;

	memset(id, 0, 20);
	gnutls_x509_crt_get_key_id(c->crt, GNUTLS_KEYID_USE_SHA1, id, &n);
}

int x509_days_left(const struct x509 *c, int64_t now)
{
	int64_t left = x509_not_after(c) - now;

	if (left < 0)
		left -= DAY - 1; /* a second too late is a day */
	left /= DAY;
	return left > 1000000  ? 1000000 :
	       left < -1000000 ? -1000000 :
				 (int)left;
}

/* Identities ---------------------------------------------------------------------------------- */

struct san {
	unsigned int type; /* GNUTLS_SAN_* */
	size_t n;
	uint8_t b[SAN_OCTETS];
};

/* The i-th subjectAltName; one that is too long is empty. False: no more. */
static bool san_at(const struct x509 *c, unsigned int i, struct san *san)
{
	int err;

	san->n = sizeof(san->b);
	err = gnutls_x509_crt_get_subject_alt_name2(c->crt, i, san->b, &san->n,
						    &san->type, NULL);
	if (err == GNUTLS_E_SHORT_MEMORY_BUFFER)
		san->n = 0;
	return i < SAN_MAX && err != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE &&
	       (err >= 0 || err == GNUTLS_E_SHORT_MEMORY_BUFFER);
}

static bool same_name(const struct san *san, struct span name)
{
	return name.n && san->n == name.n &&
	       !strncasecmp((const char *)san->b, (const char *)name.p,
			    name.n) &&
	       !memchr(name.p, 0, name.n);
}

static bool san_is(const struct san *san, const struct x509_id *id)
{
	switch (id->type) {
	case ID_FQDN:
		return san->type == GNUTLS_SAN_DNSNAME &&
		       same_name(san, id->data);
	case ID_RFC822:
		return san->type == GNUTLS_SAN_RFC822NAME &&
		       same_name(san, id->data);
	case ID_IPV4:
	case ID_IPV6:
		return san->type == GNUTLS_SAN_IPADDRESS &&
		       id->data.n == (id->type == ID_IPV4 ? 4U : 16U) &&
		       span_equal(span_of(san->b, san->n), id->data);
	default:
		return false;
	}
}

static bool has_keyid(const struct x509 *c, struct span data)
{
	uint8_t id[64];
	size_t n = sizeof(id);

	return gnutls_x509_crt_get_subject_key_id(c->crt, id, &n, NULL) == 0 &&
	       n && span_equal(span_of(id, n), data);
}

bool x509_has_id(const struct x509 *c, const struct x509_id *id)
{
	struct san san;
	unsigned int i;

	if (id->type == ID_DN)
		return dn_equal(id->data, x509_subject_der(c));
	if (id->type == ID_KEYID)
		return has_keyid(c, id->data);
	for (i = 0; san_at(c, i, &san); i++)
		if (san_is(&san, id))
			return true;
	return false;
}

static void print_san(FILE *out, const struct san *san)
{
	char text[ADDR_TEXT];
	size_t i;

	if (san->type == GNUTLS_SAN_IPADDRESS &&
	    (san->n == 4 || san->n == 16)) {
		fprintf(out, "; %s", addr_print(san->b, san->n, text));
		return;
	}
	if (san->type != GNUTLS_SAN_DNSNAME &&
	    san->type != GNUTLS_SAN_RFC822NAME)
		return;
	fputs("; ", out);
	for (i = 0; i < san->n; i++)
		fputc(san->b[i] > ' ' && san->b[i] < 127 ? san->b[i] : '?',
		      out);
}

const char *x509_ids_text(const struct x509 *c, char *text, size_t n)
{
	FILE *out = n > 1 ? fmemopen(text, n - 1, "w") : NULL;
	struct san san;
	unsigned int i;

	if (n)
		memset(text, 0, n);
	if (!out)
		return text;
	fputs(c->subject_text, out);
	for (i = 0; san_at(c, i, &san); i++)
		print_san(out, &san);
	fclose(out);
	return text;
}
