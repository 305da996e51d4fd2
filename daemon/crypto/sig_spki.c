// SPDX-License-Identifier: GPL-2.0-or-later
/* sig_spki.c - public keys out of SubjectPublicKeyInfo, by GnuTLS. */
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <errno.h>
#include <string.h>

#include "crypto/pkey_priv.h"
#include "crypto/sig.h"

#define SPKI_MAX (PUBKEY_MAX + 64)

static int refuse(const char **why, const char *text)
{
	*why = text;
	return -EINVAL;
}

static int from_rsa(struct pubkey *key, gnutls_pubkey_t x, const char **why)
{
	gnutls_datum_t m = { NULL, 0 }, e = { NULL, 0 };
	int err = -EINVAL;

	*why = "its RSA numbers cannot be read";
	if (gnutls_pubkey_export_rsa_raw(x, &m, &e) == 0)
		err = pubkey_from_rsa(key,
				      (struct pubkey_number){ e.data, e.size },
				      (struct pubkey_number){ m.data, m.size },
				      why);
	gnutls_free(m.data);
	gnutls_free(e.data);
	return err;
}

/* v as the last of n octets. */
static bool right(uint8_t *to, gnutls_datum_t v, size_t n)
{
	for (; v.size > n && !*v.data; v.size--)
		v.data++;
	if (v.size > n)
		return false;
	memset(to, 0, n - v.size);
	memcpy(to + n - v.size, v.data, v.size);
	return true;
}

static unsigned int bits_of(gnutls_ecc_curve_t curve)
{
	return curve == GNUTLS_ECC_CURVE_SECP256R1 ? 256 :
	       curve == GNUTLS_ECC_CURVE_SECP384R1 ? 384 :
	       curve == GNUTLS_ECC_CURVE_SECP521R1 ? 521 :
						     0;
}

static int from_ecdsa(struct pubkey *key, gnutls_pubkey_t x, const char **why)
{
	gnutls_datum_t px = { NULL, 0 }, py = { NULL, 0 };
	gnutls_ecc_curve_t curve;
	int err = refuse(why, "it is not on P-256, P-384 or P-521");
	size_t n;

	if (gnutls_pubkey_export_ecc_raw(x, &curve, &px, &py) == 0 &&
	    bits_of(curve)) {
		key->type = PUBKEY_ECDSA;
		key->bits = bits_of(curve);
		n = pkey_coordinate(key->bits);
		key->n = 2 * n;
		if (right(key->b, px, n) && right(key->b + n, py, n))
			err = 0;
	}
	gnutls_free(px.data);
	gnutls_free(py.data);
	return err;
}

static int from_eddsa(struct pubkey *key, gnutls_pubkey_t x, const char **why)
{
	gnutls_datum_t px = { NULL, 0 };
	gnutls_ecc_curve_t curve;
	int err = refuse(why, "its EdDSA point cannot be read");

	if (gnutls_pubkey_export_ecc_raw(x, &curve, &px, NULL) == 0) {
		key->type = curve == GNUTLS_ECC_CURVE_ED448 ? PUBKEY_ED448 :
							      PUBKEY_ED25519;
		key->bits = key->type == PUBKEY_ED448 ? 456 : 256;
		key->n = px.size;
		err = px.size == (key->type == PUBKEY_ED448 ? 57 : 32) ?
			      0 :
			      -EINVAL;
		if (!err)
			memcpy(key->b, px.data, px.size);
	}
	gnutls_free(px.data);
	return err;
}

int sig_pubkey_from_spki(struct pubkey *key, struct span der, const char **why)
{
	gnutls_datum_t d = { (unsigned char *)(uintptr_t)der.p,
			     (unsigned int)der.n };
	gnutls_pubkey_t x;
	int err;

	if (der.n > SPKI_MAX)
		return refuse(why, "it is longer than any key");
	if (gnutls_pubkey_init(&x) < 0)
		return refuse(why, "there is no memory for it");
	if (gnutls_pubkey_import(x, &d, GNUTLS_X509_FMT_DER) < 0) {
		gnutls_pubkey_deinit(x);
		return refuse(why, "it is no SubjectPublicKeyInfo");
	}
	switch (gnutls_pubkey_get_pk_algorithm(x, NULL)) {
	case GNUTLS_PK_RSA:
	case GNUTLS_PK_RSA_PSS:
		err = from_rsa(key, x, why);
		break;
	case GNUTLS_PK_ECDSA:
		err = from_ecdsa(key, x, why);
		break;
	case GNUTLS_PK_EDDSA_ED25519:
	case GNUTLS_PK_EDDSA_ED448:
		err = from_eddsa(key, x, why);
		break;
	default:
		err = refuse(why, "it is neither RSA, ECDSA nor EdDSA");
		break;
	}
	gnutls_pubkey_deinit(x);
	return err;
}
