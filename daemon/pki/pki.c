// SPDX-License-Identifier: GPL-2.0-or-later
/* pki.c - CAs and CRLs from files, and what CERTREQ says of them. */
#include "pki/pki.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crypto/pkey.h"
#include "pki/dn.h"
#include "pki/pki_priv.h"
#include "pki/x509_priv.h"

#define PER_FILE 1024 /* CAs or CRLs in one file */
#define KEYID 20 /* SHA-1, RFC 7296 3.7 */

struct pki *pki_new(void)
{
	return mem_new(sizeof(struct pki));
}

void pki_free(struct pki *pki)
{
	size_t i;

	if (!pki)
		return;
	for (i = 0; i < pki->ncas; i++)
		x509_free(pki->cas[i]);
	for (i = 0; i < pki->ncrls; i++) {
		gnutls_x509_crl_deinit(pki->crls[i].crl);
		gnutls_free(pki->crls[i].issuer.data);
	}
	free(pki->cas);
	free(pki->crls);
	free(pki);
}

static bool has_ca(const struct pki *pki, const struct x509 *c)
{
	size_t i;

	for (i = 0; i < pki->ncas; i++)
		if (span_equal(x509_der(pki->cas[i]), x509_der(c)))
			return true;
	return false;
}

/* Takes over c. */
static bool add_ca(struct pki *pki, struct x509 *c)
{
	if (!x509_is_ca(c) || has_ca(pki, c)) {
		x509_free(c);
		return false;
	}
	pki->cas = mem_grow(pki->cas, pki->ncas, &pki->ca_room, sizeof(void *));
	pki->cas[pki->ncas++] = c;
	return true;
}

int pki_add_cas(struct pki *pki, struct span octets, const char **why)
{
	struct x509 **list = mem_new(PER_FILE * sizeof(void *));
	size_t n = x509_list_from_file(octets, list, PER_FILE, why), i;
	int added = 0, known = 0;

	for (i = 0; i < n; i++) {
		known += has_ca(pki, list[i]);
		added += add_ca(pki, list[i]);
	}
	free(list);
	if (n && !added && !known)
		*why = "none of its certificates is that of a CA (basicConstraints)";
	return added || known ? added : -EINVAL;
}

static bool add_crl(struct pki *pki, gnutls_x509_crl_t crl)
{
	struct pki_crl row = { .crl = crl };

	if (gnutls_x509_crl_get_raw_issuer_dn(crl, &row.issuer) < 0) {
		gnutls_x509_crl_deinit(crl);
		return false;
	}
	pki->crls = mem_grow(pki->crls, pki->ncrls, &pki->crl_room,
			     sizeof(pki->crls[0]));
	pki->crls[pki->ncrls++] = row;
	return true;
}

int pki_add_crls(struct pki *pki, struct span octets, const char **why)
{
	gnutls_datum_t d = { (unsigned char *)(uintptr_t)octets.p,
			     (unsigned int)octets.n };
	bool pem = pkey_is_pem(octets.p, octets.n);
	gnutls_x509_crl_t *crls = NULL;
	unsigned int n = 0, i;
	int added = 0;

	*why = "it is no CRL in PEM or DER";
	if (!octets.n || octets.n > X509_FILE_MAX ||
	    gnutls_x509_crl_list_import2(
		    &crls, &n, &d,
		    pem ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER, 0) < 0)
		return -EINVAL;
	for (i = 0; i < n; i++)
		added += add_crl(pki, crls[i]);
	gnutls_free(crls);
	return added ? added : -EINVAL;
}

size_t pki_cas(const struct pki *pki)
{
	return pki->ncas;
}

const struct x509 *pki_ca(const struct pki *pki, size_t i)
{
	return i < pki->ncas ? pki->cas[i] : NULL;
}

size_t pki_certreq(const struct pki *pki, struct span ca, uint8_t *to,
		   size_t room)
{
	size_t n = 0, i;

	for (i = 0; i < pki->ncas && room - n >= KEYID; i++) {
		if (ca.n && !dn_equal(ca, x509_subject_der(pki->cas[i])))
			continue;
		x509_keyid(pki->cas[i], to + n);
		n += KEYID;
	}
	return n;
}

static bool names(struct span hashes, const struct x509 *ca)
{
	uint8_t id[KEYID];
	size_t at;

	x509_keyid(ca, id);
	for (at = 0; at + KEYID <= hashes.n; at += KEYID)
		if (!memcmp(hashes.p + at, id, KEYID))
			return true;
	return false;
}

bool pki_wanted(const struct pki *pki, const struct x509 *c, struct span hashes)
{
	size_t depth, i;

	for (depth = 0; c && depth < PKI_CHAIN_MAX; depth++) {
		const struct x509 *issuer = NULL;

		for (i = 0; i < pki->ncas && !issuer; i++)
			if (pki->cas[i] != c &&
			    gnutls_x509_crt_check_issuer(x509_crt(c),
							 x509_crt(pki->cas[i])))
				issuer = pki->cas[i];
		if (issuer && names(hashes, issuer))
			return true;
		c = issuer;
	}
	return false;
}
