// SPDX-License-Identifier: GPL-2.0-or-later
/* vectors.c - each algorithm computes what its document says, or is not used. */
#include "crypto/vectors.h"

#include <string.h>

#include "base/secret.h"
#include "crypto/aead.h"
#include "crypto/alg.h"
#include "crypto/dh_priv.h"
#include "crypto/gmp_wipe.h"
#include "crypto/hash.h"
#include "crypto/prf.h"
#include "crypto/sig.h"

#define OCTETS_MAX 2100
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FAILED "it fails its test vector"

/* Octets out of hexadecimal. */
struct octets {
	size_t n;
	uint8_t b[OCTETS_MAX];
};

static struct span octets(struct octets *o, const char *hex)
{
	int n = *hex ? secret_from_hex(hex, o->b, sizeof(o->b)) : 0;

	o->n = n > 0 ? (size_t)n : 0;
	return span_of(o->b, o->n);
}

static bool equal(const void *p, size_t n, const char *hex)
{
	struct octets want;

	return span_equal(octets(&want, hex), span_of(p, n));
}

/* Who wants to know. */
struct run {
	void (*failed)(void *arg, const char *name, const char *source);
	void *arg;
	size_t failures;
};

static void fail(struct run *run, const char *name, const char *source)
{
	run->failures++;
	if (run->failed)
		run->failed(run->arg, name, source);
}

static void fail_alg(struct run *run, enum alg_type type, uint16_t id,
		     const char *source)
{
	const struct alg *a = alg_find(type, id);

	alg_disable(type, id, FAILED);
	fail(run, a ? a->name : "an unknown algorithm", source);
}

/* PRFs ---------------------------------------------------------------------------------------- */

static void run_prfs(struct run *run)
{
	/* clang-format off */
	static const struct { uint16_t prf; const char *key, *message, *out, *source; } v[] = {
#define PRF_VECTOR(...) { __VA_ARGS__ },
#include "crypto/vectors.def"
#undef PRF_VECTOR
	};
	/* clang-format on */
	struct octets key, message;
	uint8_t out[PRF_MAX];

	for (size_t i = 0; i < COUNT(v); i++) {
		struct span part = octets(&message, v[i].message);

		prf_parts(v[i].prf, octets(&key, v[i].key), &part, 1, out);
		if (!equal(out, prf_size(v[i].prf), v[i].out))
			fail_alg(run, ALG_TYPE_PRF, v[i].prf, v[i].source);
	}
}

/* Ciphers ------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct aead_vector {
	uint16_t encr, bits, integ;
	const char *key, *integ_key, *iv, *aad, *plain, *sealed, *source;
} aeads[] = {
#define AEAD_VECTOR(...) { __VA_ARGS__ },
#include "crypto/vectors.def"
#undef AEAD_VECTOR
};
/* clang-format on */

static bool aead_good(const struct aead_vector *v, const struct aead_key *k)
{
	uint8_t b[AEAD_IV_MAX + OCTETS_MAX + AEAD_ICV_MAX];
	uint8_t *text = b + k->suite.iv;
	struct octets aad, plain, iv;
	struct span a = octets(&aad, v->aad), p = octets(&plain, v->plain);

	memcpy(b, octets(&iv, v->iv).p, k->suite.iv);
	memcpy(text, p.p, p.n);
	aead_seal(k, a, text, p.n);
	return iv.n == k->suite.iv &&
	       equal(text, p.n + k->suite.icv, v->sealed) &&
	       aead_open(k, a, text, p.n) && !memcmp(text, p.p, p.n);
}

static void run_aeads(struct run *run)
{
	for (size_t i = 0; i < COUNT(aeads); i++) {
		const struct aead_vector *v = &aeads[i];
		struct octets key = { 0 }, integ = { 0 };
		struct aead_key k = { .sent = 0 };
		const char *why;

		if (!aead_suite(&k.suite, v->encr, v->bits, v->integ, &why))
			continue; /* disabled already */
		octets(&key, v->key);
		octets(&integ, v->integ_key);
		memcpy(k.encr, key.b, sizeof(k.encr));
		memcpy(k.integ, integ.b, sizeof(k.integ));
		if (key.n == k.suite.encr_key && integ.n == k.suite.integ_key &&
		    aead_good(v, &k))
			continue;
		/* a cipher has rows of its own; an integrity algorithm is its PRF, judged before */
		fail_alg(run, ALG_TYPE_ENCR, v->encr, v->source);
	}
}

/* Key exchange -------------------------------------------------------------------------------- */

static const struct dh_group *group(uint16_t id)
{
	const struct dh_group *g = dh_x_find(id);

	g = g ? g : dh_ec_find(id);
	return g ? g : dh_modp_find(id);
}

static void run_dh(struct run *run)
{
	/* clang-format off */
	static const struct { uint16_t group; const char *secret, *peer, *shared, *source; } v[] = {
#define DH_VECTOR(...) { __VA_ARGS__ },
#include "crypto/vectors.def"
#undef DH_VECTOR
	};
	/* clang-format on */
	struct octets secret, peer;
	uint8_t shared[OCTETS_MAX];

	for (size_t i = 0; i < COUNT(v); i++) {
		const struct dh_group *g = group(v[i].group);

		if (octets(&secret, v[i].secret).n != g->secret ||
		    octets(&peer, v[i].peer).n != g->public ||
		    g->agree(g, secret.b, peer.b, shared) ||
		    !equal(shared, g->shared, v[i].shared))
			fail_alg(run, ALG_TYPE_KE, v[i].group, v[i].source);
	}
}

/* The peer's value is 3: long ones need not be written down. */
static void run_modp(struct run *run)
{
	/* clang-format off */
	static const struct { uint16_t group; const char *x; size_t n; const char *hash, *source; } v[] = {
#define MODP_VECTOR(...) { __VA_ARGS__ },
#include "crypto/vectors.def"
#undef MODP_VECTOR
	};
	/* clang-format on */
	uint8_t peer[OCTETS_MAX], shared[OCTETS_MAX], digest[HASH_MAX];
	struct octets x;

	for (size_t i = 0; i < COUNT(v); i++) {
		const struct dh_group *g = group(v[i].group);
		struct span all = span_of(shared, v[i].n);

		memset(peer, 0, sizeof(peer));
		peer[v[i].n - 1] = 3;
		if (g->public != v[i].n || octets(&x, v[i].x).n != g->secret ||
		    g->agree(g, x.b, peer, shared)) {
			fail_alg(run, ALG_TYPE_KE, v[i].group, v[i].source);
			continue;
		}
		hash_parts(HASH_SHA2_256, &all, 1, digest);
		if (!equal(digest, 32, v[i].hash))
			fail_alg(run, ALG_TYPE_KE, v[i].group, v[i].source);
	}
}

/* Signatures ---------------------------------------------------------------------------------- */

static void run_sigs(struct run *run)
{
	/* clang-format off */
	static const struct {
		enum pubkey_type type;
		unsigned int bits;
		const char *key;
		struct sig_scheme scheme;
		const char *message, *sig, *source;
	} v[] = {
#define SIG_VECTOR(type, bits, key, hash, pad, message, sig, source) { PUBKEY_##type, bits, key, \
		{ PUBKEY_##type, HASH_##hash, SIG_PAD_##pad }, message, sig, source },
#include "crypto/vectors.def"
#undef SIG_VECTOR
	};
	/* clang-format on */
	struct octets key, message, sig;
	struct sig_tbs tbs;
	struct pubkey pub;
	char text[48];

	for (size_t i = 0; i < COUNT(v); i++) {
		struct span part = octets(&message, v[i].message);
		bool good;

		pub.type = v[i].type;
		pub.bits = v[i].bits;
		pub.n = octets(&key, v[i].key).n;
		memcpy(pub.b, key.b, pub.n);
		sig_tbs_init(&tbs, v[i].scheme.hash, &part, 1);
		good = sig_check(&pub, v[i].scheme, tbs.v,
				 octets(&sig, v[i].sig));
		sig.b[sig.n - 1] ^= 1;
		good = good && !sig_check(&pub, v[i].scheme, tbs.v,
					  span_of(sig.b, sig.n));
		sig_tbs_fini(&tbs);
		if (good)
			continue;
		sig_disable(v[i].scheme, FAILED);
		fail(run, sig_scheme_text(v[i].scheme, text), v[i].source);
	}
}

size_t vectors_run(void (*failed)(void *arg, const char *name,
				  const char *source),
		   void *arg)
{
	struct run run = { failed, arg, 0 };

	gmp_wipe_init();
	run_prfs(&run);
	run_aeads(&run);
	run_dh(&run);
	run_modp(&run);
	run_sigs(&run);
	return run.failures;
}
