// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * crypto.c - CPU time of what ipsecd computes for one tunnel, in milliseconds per operation. Run by the script
 * beside it; figures are of this processor, and of the process only.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "crypto/aead.h"
#include "crypto/alg.h"
#include "crypto/dh.h"
#include "crypto/gmp_wipe.h"
#include "crypto/prf.h"
#include "crypto/sig.h"

#define SECONDS 0.3 /* of each operation */

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void measure(const char *name, void (*once)(void *arg), void *arg)
{
	double begin = cpu_now(), now;
	unsigned int n = 0;

	do {
		once(arg);
		n++;
		now = cpu_now();
	} while (now - begin < SECONDS);
	printf("%-48s %9.4f ms\n", name, (now - begin) * 1000 / n);
}

/* Key exchange: a public value, and a shared secret; both sides do each once. */
struct exchange {
	uint16_t group;
	struct dh *peer;
};

static void exchange_once(void *arg)
{
	struct exchange *x = arg;
	struct dh *dh = dh_new(x->group);
	const char *detail;

	if (dh_agree(dh, dh_public(x->peer), &detail) != R_NONE)
		printf("group %u: %s\n", x->group, detail);
	dh_free(dh);
}

static void measure_groups(void)
{
	const struct alg *a;
	char name[64];
	size_t i;

	for (i = 0; (a = alg_at(ALG_TYPE_KE, i)); i++) {
		struct exchange x = { a->id, dh_new(a->id) };

		if (!x.peer)
			continue;
		snprintf(name, sizeof(name), "%s, one side", a->name);
		measure(name, exchange_once, &x);
		dh_free(x.peer);
	}
}

struct signing {
	const struct pkey *key;
	struct sig_scheme scheme;
	struct sig_tbs tbs;
	uint8_t sig[SIG_MAX];
	size_t n;
};

static void sign_once(void *arg)
{
	struct signing *s = arg;
	const char *why;

	s->n = sig_make(s->key, s->scheme, s->tbs.v, s->sig, &why);
}

static void check_once(void *arg)
{
	struct signing *s = arg;

	if (!sig_check(pkey_public(s->key), s->scheme, s->tbs.v, span_of(s->sig, s->n)))
		printf("a signature does not verify\n");
}

static void measure_signatures(void)
{
	static const struct {
		unsigned int bits;
		struct sig_scheme scheme;
	} rows[] = {
		{ 2048, { PUBKEY_RSA, HASH_SHA2_256, SIG_PAD_PSS } },
		{ 3072, { PUBKEY_RSA, HASH_SHA2_256, SIG_PAD_PSS } },
		{ 256, { PUBKEY_ECDSA, HASH_SHA2_256, SIG_PAD_DER } },
		{ 384, { PUBKEY_ECDSA, HASH_SHA2_384, SIG_PAD_DER } },
		{ 521, { PUBKEY_ECDSA, HASH_SHA2_512, SIG_PAD_DER } },
		{ 256, { PUBKEY_ED25519, HASH_IDENTITY, SIG_PAD_NONE } },
		{ 456, { PUBKEY_ED448, HASH_IDENTITY, SIG_PAD_NONE } },
	};
	const struct span octets = span_text("the octets of an IKE_SA_INIT message, a nonce and an identity");
	char text[48], name[64];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *why;
		struct pkey *key = pkey_generate(rows[i].scheme.type, rows[i].bits, 65537, &why);
		struct signing s = { .key = key, .scheme = rows[i].scheme };

		sig_tbs_init(&s.tbs, s.scheme.hash, &octets, 1);
		sig_scheme_text(s.scheme, text);
		snprintf(name, sizeof(name), "%s %u, sign", text, rows[i].bits);
		measure(name, sign_once, &s);
		snprintf(name, sizeof(name), "%s %u, verify", text, rows[i].bits);
		measure(name, check_once, &s);
		sig_tbs_fini(&s.tbs);
		pkey_free(key);
	}
}

/* An IKE_AUTH message of 400 octets, sealed and opened. */
struct sealing {
	struct aead_key key;
	uint8_t b[600];
};

static void seal_once(void *arg)
{
	struct sealing *s = arg;
	uint8_t *text = s->b + 32 + s->key.suite.iv;

	aead_next_iv(&s->key, s->b + 32);
	aead_seal(&s->key, span_of(s->b, 32), text, 400);
	if (!aead_open(&s->key, span_of(s->b, 32), text, 400))
		printf("what was sealed does not open\n");
}

static void measure_ciphers(void)
{
	static const struct {
		uint16_t encr, bits, integ;
	} rows[] = { { 20, 256, 0 }, { 28, 0, 0 }, { 12, 256, 12 }, { 13, 256, 12 }, { 3, 0, 2 } };
	char name[64];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sealing s = { .key = { .sent = 0 } };
		const char *why;

		if (!aead_suite(&s.key.suite, rows[i].encr, rows[i].bits, rows[i].integ, &why))
			continue;
		snprintf(name, sizeof(name), "%s, 400 octets sealed and opened", alg_find(ALG_TYPE_ENCR, rows[i].encr)->name);
		measure(name, seal_once, &s);
	}
}

/* The seven keys of an IKE SA. */
static void derive_once(void *arg)
{
	const struct span seed = span_of(arg, 80);
	uint8_t out[3 * 32 + 72];
	struct prf p;

	prf_init(&p, 5, span_of(arg, 32));
	prf_plus(&p, &seed, 1, out, sizeof(out));
	prf_fini(&p);
}

int main(void)
{
	uint8_t seed[80] = { 1 };

	gmp_wipe_init();
	measure_groups();
	measure_signatures();
	measure_ciphers();
	measure("prf+ with HMAC-SHA2-256, 168 octets", derive_once, seed);
	return 0;
}
