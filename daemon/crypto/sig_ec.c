// SPDX-License-Identifier: GPL-2.0-or-later
/* sig_ec.c - ECDSA (RFC 4754, RFC 7427) by Nettle, and EdDSA (RFC 8032, RFC 8420). */
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <nettle/bignum.h>
#include <nettle/dsa.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/eddsa.h>
#include <string.h>

#include "crypto/pkey_priv.h"
#include "crypto/rand.h"
#include "crypto/sig_priv.h"

static const struct ecc_curve *curve(unsigned int bits)
{
	return bits == 521 ? nettle_get_secp_521r1() :
	       bits == 384 ? nettle_get_secp_384r1() :
			     nettle_get_secp_256r1();
}

static void random_octets(void *arg, size_t n, uint8_t *to)
{
	(void)arg;
	rand_octets(to, n);
}

/* The two forms of a signature ------------------------------------------------------------------ */

/* RFC 3279 2.2.3. GnuTLS writes the DER. */
static size_t put_der(const uint8_t *r, const uint8_t *s, size_t n, uint8_t *to)
{
	gnutls_datum_t dr = { (unsigned char *)(uintptr_t)r, (unsigned int)n };
	gnutls_datum_t ds = { (unsigned char *)(uintptr_t)s, (unsigned int)n };
	gnutls_datum_t der = { NULL, 0 };
	size_t size = 0;

	if (gnutls_encode_rs_value(&der, &dr, &ds) == 0 &&
	    der.size <= SIG_MAX) {
		memcpy(to, der.data, der.size);
		size = der.size;
	}
	gnutls_free(der.data);
	return size;
}

static bool get_der(struct dsa_signature *sig, struct span der)
{
	gnutls_datum_t d = { (unsigned char *)(uintptr_t)der.p,
			     (unsigned int)der.n };
	gnutls_datum_t r = { NULL, 0 }, s = { NULL, 0 };
	bool good = der.n && der.n <= SIG_MAX &&
		    gnutls_decode_rs_value(&d, &r, &s) == 0;

	if (good) {
		nettle_mpz_set_str_256_u(sig->r, r.size, r.data);
		nettle_mpz_set_str_256_u(sig->s, s.size, s.data);
	}
	gnutls_free(r.data);
	gnutls_free(s.data);
	return good;
}

static bool get_raw(struct dsa_signature *sig, struct span raw, size_t n)
{
	if (raw.n != 2 * n)
		return false;
	nettle_mpz_set_str_256_u(sig->r, n, raw.p);
	nettle_mpz_set_str_256_u(sig->s, n, raw.p + n);
	return true;
}

/* ECDSA --------------------------------------------------------------------------------------- */

size_t sig_ecdsa_make(const struct pkey *key, struct sig_scheme s,
		      struct span tbs, uint8_t *sig, const char **why)
{
	const struct pubkey *pub = pkey_public(key);
	struct pubkey_number secret = pkey_numbers(key)->part[0];
	size_t n = pkey_coordinate(pub->bits), size = 0;
	uint8_t r[66], t[66];
	struct ecc_scalar scalar;
	struct dsa_signature rs;
	mpz_t z;

	ecc_scalar_init(&scalar, curve(pub->bits));
	dsa_signature_init(&rs);
	nettle_mpz_init_set_str_256_u(z, secret.n, secret.p);
	*why = "the ECDSA key is wrong";
	if (ecc_scalar_set(&scalar, z)) {
		ecdsa_sign(&scalar, NULL, random_octets, tbs.n, tbs.p, &rs);
		nettle_mpz_get_str_256(n, r, rs.r);
		nettle_mpz_get_str_256(n, t, rs.s);
		size = s.pad == SIG_PAD_DER ? put_der(r, t, n, sig) : 2 * n;
		if (s.pad != SIG_PAD_DER) {
			memcpy(sig, r, n);
			memcpy(sig + n, t, n);
		}
	}
	mpz_clear(z);
	dsa_signature_clear(&rs);
	ecc_scalar_clear(&scalar);
	return size;
}

bool sig_ecdsa_check(const struct pubkey *key, struct sig_scheme s,
		     struct span tbs, struct span sig)
{
	size_t n = pkey_coordinate(key->bits);
	struct dsa_signature rs;
	struct ecc_point point;
	bool good;
	mpz_t x, y;

	if (!n || key->n != 2 * n)
		return false;
	ecc_point_init(&point, curve(key->bits));
	dsa_signature_init(&rs);
	nettle_mpz_init_set_str_256_u(x, n, key->b);
	nettle_mpz_init_set_str_256_u(y, n, key->b + n);
	good = ecc_point_set(&point, x, y) &&
	       (s.pad == SIG_PAD_DER ? get_der(&rs, sig) :
				       get_raw(&rs, sig, n)) &&
	       ecdsa_verify(&point, tbs.n, tbs.p, &rs);
	mpz_clears(x, y, NULL);
	dsa_signature_clear(&rs);
	ecc_point_clear(&point);
	return good;
}

/* EdDSA --------------------------------------------------------------------------------------- */

size_t sig_eddsa_make(const struct pkey *key, struct span tbs, uint8_t *sig)
{
	const struct pubkey *pub = pkey_public(key);
	const uint8_t *seed = pkey_numbers(key)->part[0].p;

	if (pub->type == PUBKEY_ED25519) {
		ed25519_sha512_sign(pub->b, seed, tbs.n, tbs.p, sig);
		return ED25519_SIGNATURE_SIZE;
	}
	ed448_shake256_sign(pub->b, seed, tbs.n, tbs.p, sig);
	return ED448_SIGNATURE_SIZE;
}

bool sig_eddsa_check(const struct pubkey *key, struct span tbs, struct span sig)
{
	if (key->type == PUBKEY_ED25519)
		return key->n == ED25519_KEY_SIZE &&
		       sig.n == ED25519_SIGNATURE_SIZE &&
		       ed25519_sha512_verify(key->b, tbs.n, tbs.p, sig.p);
	/* RFC 8032 5.2.7: S is below L; Nettle 3.8 does not look at its last octet */
	return key->n == ED448_KEY_SIZE && sig.n == ED448_SIGNATURE_SIZE &&
	       !sig.p[ED448_SIGNATURE_SIZE - 1] &&
	       ed448_shake256_verify(key->b, tbs.n, tbs.p, sig.p);
}
