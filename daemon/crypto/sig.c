// SPDX-License-Identifier: GPL-2.0-or-later
/* sig.c - signatures, whatever their kind. */
#include "crypto/sig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crypto/gmp_wipe.h"
#include "crypto/sig_priv.h"

void sig_tbs_init(struct sig_tbs *t, enum hash_id hash, const struct span *part,
		  size_t parts)
{
	size_t n = 0, i;

	t->heap = NULL;
	if (hash_size(hash)) {
		hash_parts(hash, part, parts, t->digest);
		t->v = span_of(t->digest, hash_size(hash));
		return;
	}
	for (i = 0; i < parts; i++)
		n += part[i].n;
	t->heap = mem_new(n + 1);
	t->v = span_of(t->heap, n);
	for (n = 0; parts--; part++) {
		if (part->n)
			memcpy(t->heap + n, part->p, part->n);
		n += part->n;
	}
}

void sig_tbs_fini(struct sig_tbs *t)
{
	free(t->heap);
	t->heap = NULL;
}

static const char *pad_name(enum sig_pad pad)
{
	switch (pad) {
	case SIG_PAD_PKCS1:
		return "-PKCS1";
	case SIG_PAD_PSS:
		return "-PSS";
	case SIG_PAD_NONE:
	case SIG_PAD_RAW:
	case SIG_PAD_DER:
		break;
	}
	return "";
}

const char *sig_scheme_text(struct sig_scheme s, char text[48])
{
	bool hashed = s.hash != HASH_IDENTITY;

	snprintf(text, 48, "%s%s%s%s", pubkey_type_name(s.type),
		 pad_name(s.pad), hashed ? " with " : "",
		 hashed ? hash_name(s.hash) : "");
	return text;
}

/* Why not, by type, hash and padding. */
static const char
	*disabled[PUBKEY_ED448 + 1][HASH_IDENTITY + 1][SIG_PAD_DER + 1];

static const char **slot(struct sig_scheme s)
{
	return s.hash <= HASH_IDENTITY ? &disabled[s.type][s.hash][s.pad] :
					 NULL;
}

void sig_disable(struct sig_scheme s, const char *why)
{
	if (slot(s))
		*slot(s) = why;
}

static size_t refuse(const char **why, const char *text)
{
	*why = text;
	return 0;
}

/* The hash of a scheme, and what there is to sign, fit. */
static bool fits(struct sig_scheme s, struct span tbs)
{
	return s.type == PUBKEY_RSA || s.type == PUBKEY_ECDSA ?
		       hash_size(s.hash) && tbs.n == hash_size(s.hash) :
		       s.hash == HASH_IDENTITY;
}

size_t sig_make(const struct pkey *key, struct sig_scheme s, struct span tbs,
		uint8_t sig[SIG_MAX], const char **why)
{
	const struct pubkey *pub = pkey_public(key);

	gmp_wipe_init();
	if (slot(s) && *slot(s))
		return refuse(why, *slot(s));
	if (pub->type != s.type || !fits(s, tbs))
		return refuse(why,
			      "the key is of another type than the signature");
	switch (s.type) {
	case PUBKEY_RSA:
		if (pub->bits < SIG_RSA_BITS_MIN)
			return refuse(why, "the RSA key has too few bits");
		return sig_rsa_make(key, s, tbs, sig, why);
	case PUBKEY_ECDSA:
		return sig_ecdsa_make(key, s, tbs, sig, why);
	case PUBKEY_ED25519:
	case PUBKEY_ED448:
		return sig_eddsa_make(key, tbs, sig);
	}
	return refuse(why, "the key is of an unknown type");
}

bool sig_check(const struct pubkey *key, struct sig_scheme s, struct span tbs,
	       struct span sig)
{
	if (key->type != s.type || !fits(s, tbs) || (slot(s) && *slot(s)))
		return false;
	switch (s.type) {
	case PUBKEY_RSA:
		return key->bits >= SIG_RSA_BITS_MIN &&
		       sig_rsa_check(key, s, tbs, sig);
	case PUBKEY_ECDSA:
		return sig_ecdsa_check(key, s, tbs, sig);
	case PUBKEY_ED25519:
	case PUBKEY_ED448:
		return sig_eddsa_check(key, tbs, sig);
	}
	return false;
}
