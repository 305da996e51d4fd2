// SPDX-License-Identifier: GPL-2.0-or-later
/* auth.c - what both sides sign, the ways to sign it, and whether the peer did. */
#include "ike2/auth.h"

#include <string.h>

#include "base/rd.h"
#include "base/secret.h"
#include "base/wr.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

void auth_octets(struct auth_octets *o, const struct auth_input *in)
{
	prf_parts(in->prf, in->sk_p, &in->id, 1, o->maced_id);
	o->part[0] = in->message;
	o->part[1] = in->nonce;
	o->part[2] = span_of(o->maced_id, prf_size(in->prf));
	o->part[3] = in->intermediate;
	o->n = 4;
}

/* RFC 7296 2.15: AUTH = prf(prf(secret, "Key Pad for IKEv2"), octets) */
void auth_psk(uint16_t prf, struct span psk, const struct auth_octets *o,
	      uint8_t *out)
{
	const struct span pad = span_text("Key Pad for IKEv2");
	uint8_t key[PRF_MAX];

	prf_parts(prf, psk, &pad, 1, key);
	prf_parts(prf, span_of(key, prf_size(prf)), o->part, o->n, out);
	secret_wipe(key, sizeof(key));
}

/* AlgorithmIdentifiers -------------------------------------------------------------------------- */

/*
 * RFC 7427 A: each is compared as a whole and never parsed. The first of a scheme is the one that we send;
 * some implementations leave out the NULL parameters of the hashes within PSS (RFC 4055 2.1 wants both
 * accepted), or write the default trailer field.
 */
/* clang-format off */
#define RSA_OID(last) 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, last
#define SHA2_OID(last) 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last
#define ECDSA_OID(last) 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, last
#define NULL_DER 0x05, 0x00
#define SALT(n) 0xa2, 0x03, 0x02, 0x01, n
#define TRAILER 0xa3, 0x03, 0x02, 0x01, 0x01

#define PKCS1(last) 0x30, 0x0d, RSA_OID(last), NULL_DER
#define PKCS1_BARE(last) 0x30, 0x0b, RSA_OID(last)
#define ECDSA(last) 0x30, 0x0a, ECDSA_OID(last)
/* hash and MGF1 of the same hash, with NULLs; more octets follow */
#define PSS(more, hash) 0x30, 0x3c + (more), RSA_OID(0x0a), 0x30, 0x2f + (more), \
	0xa0, 0x0f, 0x30, 0x0d, SHA2_OID(hash), NULL_DER, \
	0xa1, 0x1c, 0x30, 0x1a, RSA_OID(0x08), 0x30, 0x0d, SHA2_OID(hash), NULL_DER
#define PSS_BARE(more, hash) 0x30, 0x38 + (more), RSA_OID(0x0a), 0x30, 0x2b + (more), \
	0xa0, 0x0d, 0x30, 0x0b, SHA2_OID(hash), \
	0xa1, 0x1a, 0x30, 0x18, RSA_OID(0x08), 0x30, 0x0b, SHA2_OID(hash)

#define BLOB_MAX 72
#define BLOB(type, hash, pad, ...) \
	{ { PUBKEY_##type, HASH_##hash, SIG_PAD_##pad }, \
	  sizeof((uint8_t[]){ __VA_ARGS__ }), { __VA_ARGS__ } }

static const struct blob {
	struct sig_scheme scheme;
	uint8_t n, b[BLOB_MAX];
} blobs[] = {
	BLOB(RSA, SHA2_256, PSS, PSS(5, 0x01), SALT(32)),
	BLOB(RSA, SHA2_384, PSS, PSS(5, 0x02), SALT(48)),
	BLOB(RSA, SHA2_512, PSS, PSS(5, 0x03), SALT(64)),
	BLOB(RSA, SHA2_256, PSS, PSS(10, 0x01), SALT(32), TRAILER),
	BLOB(RSA, SHA2_384, PSS, PSS(10, 0x02), SALT(48), TRAILER),
	BLOB(RSA, SHA2_512, PSS, PSS(10, 0x03), SALT(64), TRAILER),
	BLOB(RSA, SHA2_256, PSS, PSS_BARE(5, 0x01), SALT(32)),
	BLOB(RSA, SHA2_384, PSS, PSS_BARE(5, 0x02), SALT(48)),
	BLOB(RSA, SHA2_512, PSS, PSS_BARE(5, 0x03), SALT(64)),
	BLOB(RSA, SHA2_256, PSS, PSS_BARE(10, 0x01), SALT(32), TRAILER),
	BLOB(RSA, SHA2_384, PSS, PSS_BARE(10, 0x02), SALT(48), TRAILER),
	BLOB(RSA, SHA2_512, PSS, PSS_BARE(10, 0x03), SALT(64), TRAILER),
	BLOB(RSA, SHA1, PKCS1, PKCS1(0x05)),
	BLOB(RSA, SHA2_256, PKCS1, PKCS1(0x0b)),
	BLOB(RSA, SHA2_384, PKCS1, PKCS1(0x0c)),
	BLOB(RSA, SHA2_512, PKCS1, PKCS1(0x0d)),
	BLOB(RSA, SHA2_256, PKCS1, PKCS1_BARE(0x0b)),
	BLOB(RSA, SHA2_384, PKCS1, PKCS1_BARE(0x0c)),
	BLOB(RSA, SHA2_512, PKCS1, PKCS1_BARE(0x0d)),
	BLOB(ECDSA, SHA2_256, DER, ECDSA(0x02)),
	BLOB(ECDSA, SHA2_384, DER, ECDSA(0x03)),
	BLOB(ECDSA, SHA2_512, DER, ECDSA(0x04)),
	BLOB(ED25519, IDENTITY, NONE, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70),
	BLOB(ED448, IDENTITY, NONE, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x71),
};
/* clang-format on */

static bool same(struct sig_scheme a, struct sig_scheme b)
{
	return a.type == b.type && a.hash == b.hash && a.pad == b.pad;
}

static const struct blob *blob_of(struct sig_scheme scheme)
{
	size_t i;

	for (i = 0; i < COUNT(blobs); i++)
		if (same(blobs[i].scheme, scheme))
			return &blobs[i];
	return NULL;
}

static const struct blob *blob_find(struct span der)
{
	size_t i;

	for (i = 0; i < COUNT(blobs); i++)
		if (span_equal(span_of(blobs[i].b, blobs[i].n), der))
			return &blobs[i];
	return NULL;
}

/* The older methods: the curve, where there is one, and the hash are fixed. */
static const struct old {
	enum auth_method method;
	unsigned int bits;
	struct sig_scheme scheme;
} olds[] = {
	{ AUTH_RSA, 0, { PUBKEY_RSA, HASH_SHA1, SIG_PAD_PKCS1 } },
	{ AUTH_ECDSA_256, 256, { PUBKEY_ECDSA, HASH_SHA2_256, SIG_PAD_RAW } },
	{ AUTH_ECDSA_384, 384, { PUBKEY_ECDSA, HASH_SHA2_384, SIG_PAD_RAW } },
	{ AUTH_ECDSA_521, 521, { PUBKEY_ECDSA, HASH_SHA2_512, SIG_PAD_RAW } },
};

static const struct old *old_of(uint8_t method)
{
	size_t i;

	for (i = 0; i < COUNT(olds); i++)
		if (olds[i].method == method)
			return &olds[i];
	return NULL;
}

/* Choosing ------------------------------------------------------------------------------------ */

/*
 * The hash to sign with: of the strength of an ECDSA key, otherwise SHA2-256 first, for which
 * there is always room; none that the peer has not announced.
 */
static enum hash_id choose_hash(const struct pubkey *key, unsigned int hashes)
{
	static const enum hash_id down[] = { HASH_SHA2_512, HASH_SHA2_384,
					     HASH_SHA2_256 };
	static const enum hash_id up[] = { HASH_SHA2_256, HASH_SHA2_384,
					   HASH_SHA2_512 };
	const enum hash_id *order =
		key->type == PUBKEY_ECDSA && key->bits == 521 ? down : up;
	enum hash_id fit = key->type == PUBKEY_ECDSA && key->bits == 384 ?
				   HASH_SHA2_384 :
				   order[0];
	size_t i;

	if (hashes & AUTH_HASH(fit))
		return fit;
	for (i = 0; i < COUNT(up); i++)
		if (hashes & AUTH_HASH(order[i]))
			return order[i];
	return HASH_NONE;
}

static bool choose_old(const struct pubkey *key, struct auth_sign *how)
{
	size_t i;

	for (i = 0; i < COUNT(olds); i++) {
		if (olds[i].scheme.type != key->type ||
		    (olds[i].bits && olds[i].bits != key->bits))
			continue;
		how->method = olds[i].method;
		how->scheme = olds[i].scheme;
		return true;
	}
	return false;
}

bool auth_choose(const struct pubkey *key, unsigned int hashes, bool pss,
		 struct auth_sign *how, const char **why)
{
	bool eddsa = key->type == PUBKEY_ED25519 || key->type == PUBKEY_ED448;
	enum hash_id hash = eddsa ? HASH_IDENTITY : choose_hash(key, hashes);

	if (hash == HASH_NONE || !(hashes & AUTH_HASH(hash))) {
		*why = "the peer announced no hash that fits the key (RFC 7427, RFC 8420)";
		return choose_old(key, how);
	}
	how->method = AUTH_SIGNATURE;
	how->scheme = (struct sig_scheme){ key->type, hash,
					   eddsa ? SIG_PAD_NONE :
					   key->type == PUBKEY_ECDSA ?
						   SIG_PAD_DER :
					   pss ? SIG_PAD_PSS :
						 SIG_PAD_PKCS1 };
	return true;
}

size_t auth_write(const struct auth_sign *how, struct span sig, uint8_t *out,
		  size_t room)
{
	const struct blob *blob = blob_of(how->scheme);
	struct wr w = wr_to(out, room);

	if (how->method == AUTH_SIGNATURE) {
		if (!blob)
			return 0;
		wr_u8(&w, blob->n);
		wr_copy(&w, blob->b, blob->n);
	}
	wr_span(&w, sig);
	return wr_done(&w).n;
}

/* Checking ------------------------------------------------------------------------------------ */

/* What a claim says of itself. */
static enum reason read_claim(const struct auth_claim *claim,
			      struct auth_sign *how, struct span *sig)
{
	const struct old *old = old_of(claim->method);
	struct rd r = rd_of(claim->data);
	const struct blob *blob;

	how->method = (enum auth_method)claim->method;
	if (old) {
		how->scheme = old->scheme;
		*sig = claim->data;
		return R_NONE;
	}
	if (claim->method != AUTH_SIGNATURE)
		return R_WRONG_METHOD;
	blob = blob_find(rd_span(&r, rd_u8(&r)));
	*sig = rd_rest(&r);
	if (!rd_ok(&r) || !sig->n)
		return R_MALFORMED;
	if (!blob)
		return R_SIGNATURE_HASH;
	how->scheme = blob->scheme;
	return claim->hashes & AUTH_HASH(blob->scheme.hash) ? R_NONE :
							      R_SIGNATURE_HASH;
}

bool auth_key_type(const struct auth_claim *claim, enum pubkey_type *type,
		   enum reason *why)
{
	struct auth_sign how;
	struct span sig;

	*why = read_claim(claim, &how, &sig);
	if (*why != R_NONE)
		return false;
	*type = how.scheme.type;
	return true;
}

static bool verify(const struct pubkey *key, struct sig_scheme scheme,
		   const struct auth_octets *o, struct span sig)
{
	struct sig_tbs tbs;
	bool good;

	sig_tbs_init(&tbs, scheme.hash, o->part, o->n);
	good = sig_check(key, scheme, tbs.v, sig);
	sig_tbs_fini(&tbs);
	return good;
}

/*
 * RFC 7296 3.8 wants SHA-1 with method 1, yet some sign with SHA2; PKCS#1 names the hash in what
 * is signed, so that nothing is lost by trying each.
 */
static enum reason verify_rsa(const struct pubkey *key, struct auth_sign *how,
			      const struct auth_claim *claim,
			      const struct auth_octets *o)
{
	static const enum hash_id tries[] = { HASH_SHA1, HASH_SHA2_256,
					      HASH_SHA2_384, HASH_SHA2_512 };
	size_t i;

	for (i = 0; i < COUNT(tries); i++) {
		how->scheme.hash = tries[i];
		if (verify(key, how->scheme, o, claim->data))
			return claim->hashes & AUTH_HASH(tries[i]) ?
				       R_NONE :
				       R_SIGNATURE_HASH;
	}
	return R_WRONG_SIGNATURE;
}

enum reason auth_check(const struct pubkey *key, const struct auth_claim *claim,
		       const struct auth_octets *o, struct auth_sign *how)
{
	const struct old *old = old_of(claim->method);
	struct auth_sign is;
	struct span sig;
	enum reason why = read_claim(claim, &is, &sig);

	if (why != R_NONE)
		return why;
	if (is.scheme.type != key->type ||
	    (old && old->bits && old->bits != key->bits))
		return R_WRONG_METHOD;
	if (key->type == PUBKEY_RSA && key->bits < SIG_RSA_BITS_MIN)
		return R_KEY_SHORT;
	if (claim->method == AUTH_RSA)
		why = verify_rsa(key, &is, claim, o);
	else
		why = verify(key, is.scheme, o, sig) ? R_NONE :
						       R_WRONG_SIGNATURE;
	if (why == R_NONE && how)
		*how = is;
	return why;
}

enum reason auth_check_psk(const struct auth_claim *claim, struct span expected)
{
	if (claim->method != AUTH_PSK)
		return R_WRONG_METHOD;
	return claim->data.n == expected.n &&
			       secret_equal(claim->data.p, expected.p,
					    expected.n) ?
		       R_NONE :
		       R_WRONG_SECRET;
}
