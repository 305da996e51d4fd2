// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/secret.c daemon/base/secret_heap.c daemon/base/mem.c daemon/base/datum.c daemon/base/rd.c
 * daemon/base/wr.c daemon/base/reason.c daemon/crypto/ daemon/ike2/auth.c
 */
/* ike2_auth.c - AUTH payloads: each method made and checked, each octet turned, each wrong thing with its reason. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "crypto/pkey.h"
#include "ike2/auth.h"

static struct pkey *keys[8];
enum { RSA2048, RSA1024, P256, P384, P521, ED25519_KEY, ED448_KEY, RSA768, KEYS };

static uint8_t nonce[32], sk_p[32];
static struct auth_octets octets;

static int set_up(void **state)
{
	const char *why;
	struct auth_input in;
	size_t i;

	(void)state;
	for (i = 0; i < 32; i++) {
		nonce[i] = (uint8_t)(64 + i);
		sk_p[i] = (uint8_t)i;
	}
	keys[RSA2048] = pkey_generate(PUBKEY_RSA, 2048, 65537, &why);
	keys[RSA1024] = pkey_generate(PUBKEY_RSA, 1024, 65537, &why);
	keys[RSA768] = pkey_generate(PUBKEY_RSA, 768, 65537, &why);
	keys[P256] = pkey_generate(PUBKEY_ECDSA, 256, 0, &why);
	keys[P384] = pkey_generate(PUBKEY_ECDSA, 384, 0, &why);
	keys[P521] = pkey_generate(PUBKEY_ECDSA, 521, 0, &why);
	keys[ED25519_KEY] = pkey_generate(PUBKEY_ED25519, 256, 0, &why);
	keys[ED448_KEY] = pkey_generate(PUBKEY_ED448, 456, 0, &why);
	in = (struct auth_input){ span_text("the first message"), span_of(nonce, 32),
				  span_of("\2\0\0\0west.example", 16), 5, span_of(sk_p, 32), { NULL, 0 } };
	auth_octets(&octets, &in);
	return 0;
}

static int tear_down(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < KEYS; i++)
		pkey_free(keys[i]);
	return secret_in_use() ? -1 : 0;
}

/* Computed by Python's hmac. */
static void test_psk(void **state)
{
	struct auth_claim claim = { AUTH_PSK, { NULL, 0 }, AUTH_HASHES };
	uint8_t want[32], got[PRF_MAX];
	size_t i;

	(void)state;
	secret_from_hex("4d09dabc52f0c2c86b1050974b6fd3290234d143534c1c4be88d48a1b5e1c86c", want, 32);
	auth_psk(5, span_text("secret"), &octets, got);
	assert_memory_equal(got, want, 32);
	claim.data = span_of(want, 32);
	assert_int_equal(auth_check_psk(&claim, span_of(got, 32)), R_NONE);
	for (i = 0; i < 32; i++) {
		want[i] ^= 0x80;
		assert_int_equal(auth_check_psk(&claim, span_of(got, 32)), R_WRONG_SECRET);
		want[i] ^= 0x80;
		claim.data.n = i;
		assert_int_equal(auth_check_psk(&claim, span_of(got, 32)), R_WRONG_SECRET);
		claim.data.n = 32;
	}
	claim.method = AUTH_SIGNATURE;
	assert_int_equal(auth_check_psk(&claim, span_of(got, 32)), R_WRONG_METHOD);
	auth_psk(5, span_text("Secret"), &octets, got);
	assert_memory_not_equal(got, want, 32);
}

/* AUTH data as a peer with this key would send it. */
static size_t prove(const struct pkey *key, const struct auth_sign *how, uint8_t *data, size_t room)
{
	uint8_t sig[SIG_MAX];
	struct sig_tbs tbs;
	const char *why = NULL;
	size_t n;

	sig_tbs_init(&tbs, how->scheme.hash, octets.part, octets.n);
	n = sig_make(key, how->scheme, tbs.v, sig, &why);
	sig_tbs_fini(&tbs);
	if (!n)
		print_error("%s\n", why);
	assert_true(n > 0);
	return auth_write(how, span_of(sig, n), data, room);
}

static void test_choose(void **state)
{
	static const struct {
		size_t key;
		unsigned int hashes;
		bool pss;
		enum auth_method method; /* 0: no way */
		struct sig_scheme scheme;
	} cases[] = {
		{ RSA2048, AUTH_HASHES, true, AUTH_SIGNATURE, { PUBKEY_RSA, HASH_SHA2_256, SIG_PAD_PSS } },
		{ RSA2048, AUTH_HASHES, false, AUTH_SIGNATURE, { PUBKEY_RSA, HASH_SHA2_256, SIG_PAD_PKCS1 } },
		{ RSA2048, AUTH_HASH(HASH_SHA2_512), true, AUTH_SIGNATURE, { PUBKEY_RSA, HASH_SHA2_512, SIG_PAD_PSS } },
		{ RSA2048, AUTH_HASH(HASH_SHA1), true, AUTH_RSA, { PUBKEY_RSA, HASH_SHA1, SIG_PAD_PKCS1 } },
		{ RSA2048, 0, true, AUTH_RSA, { PUBKEY_RSA, HASH_SHA1, SIG_PAD_PKCS1 } },
		{ P256, AUTH_HASHES, true, AUTH_SIGNATURE, { PUBKEY_ECDSA, HASH_SHA2_256, SIG_PAD_DER } },
		{ P384, AUTH_HASHES, true, AUTH_SIGNATURE, { PUBKEY_ECDSA, HASH_SHA2_384, SIG_PAD_DER } },
		{ P521, AUTH_HASHES, true, AUTH_SIGNATURE, { PUBKEY_ECDSA, HASH_SHA2_512, SIG_PAD_DER } },
		{ P521, AUTH_HASH(HASH_SHA2_256), true, AUTH_SIGNATURE, { PUBKEY_ECDSA, HASH_SHA2_256, SIG_PAD_DER } },
		{ P256, 0, true, AUTH_ECDSA_256, { PUBKEY_ECDSA, HASH_SHA2_256, SIG_PAD_RAW } },
		{ P384, 0, true, AUTH_ECDSA_384, { PUBKEY_ECDSA, HASH_SHA2_384, SIG_PAD_RAW } },
		{ P521, 0, true, AUTH_ECDSA_521, { PUBKEY_ECDSA, HASH_SHA2_512, SIG_PAD_RAW } },
		{ ED25519_KEY, AUTH_HASHES, true, AUTH_SIGNATURE, { PUBKEY_ED25519, HASH_IDENTITY, SIG_PAD_NONE } },
		{ ED25519_KEY, AUTH_HASH(HASH_SHA2_256), true, 0, { 0 } },
		{ ED448_KEY, 0, true, 0, { 0 } },
	};
	struct auth_sign how;
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		why = NULL;
		assert_int_equal(auth_choose(pkey_public(keys[cases[i].key]), cases[i].hashes, cases[i].pss, &how, &why),
				 cases[i].method != 0);
		if (!cases[i].method) {
			assert_non_null(why);
			continue;
		}
		assert_int_equal(how.method, cases[i].method);
		assert_int_equal(how.scheme.hash, cases[i].scheme.hash);
		assert_int_equal(how.scheme.pad, cases[i].scheme.pad);
	}
}

/* Every key by every way that is chosen for any set of hashes; then each octet turned, and cut anywhere. */
static void test_round(void **state)
{
	static const unsigned int hashes[] = { 0, AUTH_HASHES, AUTH_HASH(HASH_SHA2_384), AUTH_HASH(HASH_SHA2_512) };
	uint8_t data[SIG_MAX + 100];
	size_t i, h, at, pss;

	(void)state;
	for (i = 0; i < KEYS - 1; i++) {
		for (h = 0; h < 8; h++) {
			const struct pubkey *pub = pkey_public(keys[i]);
			struct auth_claim claim = { .hashes = AUTH_HASHES | AUTH_HASH(HASH_SHA1) };
			struct auth_sign how, was;
			const char *why;
			size_t step;

			pss = h & 1;
			if (i == RSA1024 && hashes[h / 2] == AUTH_HASH(HASH_SHA2_512))
				continue; /* no room for PSS */
			if (!auth_choose(pub, hashes[h / 2], pss, &how, &why))
				continue;
			claim.method = how.method;
			claim.data = span_of(data, prove(keys[i], &how, data, sizeof(data)));
			assert_int_equal(auth_check(pub, &claim, &octets, &was), R_NONE);
			assert_int_equal(was.scheme.hash, how.scheme.hash);
			assert_int_equal(was.scheme.pad, how.scheme.pad);
			step = i == ED448_KEY ? 5 : i >= P256 && i <= P521 ? 7 : 1; /* they are slow under sanitizers */
			for (at = 0; at < claim.data.n; at += step) {
				data[at] ^= (uint8_t)(1 << (at % 8));
				if (auth_check(pub, &claim, &octets, NULL) == R_NONE)
					fail_msg("key %zu, way %zu, octet %zu", i, h, at);
				data[at] ^= (uint8_t)(1 << (at % 8));
			}
			for (at = 0; at < claim.data.n; at += step) {
				struct auth_claim cut = claim;

				cut.data.n = at;
				assert_int_not_equal(auth_check(pub, &cut, &octets, NULL), R_NONE);
			}
		}
	}
}

/* A signature of somebody else, of other octets, by a key of another type. */
static void test_reasons(void **state)
{
	const struct pubkey *rsa = pkey_public(keys[RSA2048]), *p256 = pkey_public(keys[P256]);
	struct auth_sign pss = { AUTH_SIGNATURE, { PUBKEY_RSA, HASH_SHA2_256, SIG_PAD_PSS } };
	struct auth_sign sha1 = { AUTH_SIGNATURE, { PUBKEY_RSA, HASH_SHA1, SIG_PAD_PKCS1 } };
	struct auth_sign old = { AUTH_RSA, { PUBKEY_RSA, HASH_SHA1, SIG_PAD_PKCS1 } };
	struct auth_sign ec = { AUTH_ECDSA_256, { PUBKEY_ECDSA, HASH_SHA2_256, SIG_PAD_RAW } };
	struct auth_claim claim = { AUTH_SIGNATURE, { NULL, 0 }, AUTH_HASHES };
	uint8_t data[SIG_MAX + 100];
	struct auth_octets others = octets;
	enum pubkey_type type;
	enum reason why;

	(void)state;
	claim.data = span_of(data, prove(keys[RSA2048], &pss, data, sizeof(data)));
	assert_int_equal(auth_check(rsa, &claim, &octets, NULL), R_NONE);
	assert_int_equal(auth_check(pkey_public(keys[RSA1024]), &claim, &octets, NULL), R_WRONG_SIGNATURE);
	assert_int_equal(auth_check(p256, &claim, &octets, NULL), R_WRONG_METHOD);
	assert_int_equal(auth_check(pkey_public(keys[RSA768]), &claim, &octets, NULL), R_KEY_SHORT);
	others.part[1].n--;
	assert_int_equal(auth_check(rsa, &claim, &others, NULL), R_WRONG_SIGNATURE);
	assert_true(auth_key_type(&claim, &type, &why));
	assert_int_equal(type, PUBKEY_RSA);
	claim.hashes = AUTH_HASH(HASH_SHA2_512);
	assert_int_equal(auth_check(rsa, &claim, &octets, NULL), R_SIGNATURE_HASH);
	claim.hashes = AUTH_HASHES;
	data[3]++; /* no AlgorithmIdentifier of ours any more */
	assert_int_equal(auth_check(rsa, &claim, &octets, NULL), R_SIGNATURE_HASH);
	assert_false(auth_key_type(&claim, &type, &why));
	assert_int_equal(why, R_SIGNATURE_HASH);
	data[0] = 255;
	claim.data.n = 100;
	assert_int_equal(auth_check(rsa, &claim, &octets, NULL), R_MALFORMED);
	claim.data.n = 0;
	assert_int_equal(auth_check(rsa, &claim, &octets, NULL), R_MALFORMED);
	claim.method = 77;
	assert_int_equal(auth_check(rsa, &claim, &octets, NULL), R_WRONG_METHOD);
	claim.method = AUTH_PSK; /* never a signature */
	assert_int_equal(auth_check(rsa, &claim, &octets, NULL), R_WRONG_METHOD);

	/* SHA-1 only where it is allowed, by either method (RFC 8247 3.1) */
	claim = (struct auth_claim){ AUTH_SIGNATURE, span_of(data, prove(keys[RSA2048], &sha1, data, sizeof(data))), AUTH_HASHES };
	assert_int_equal(auth_check(rsa, &claim, &octets, NULL), R_SIGNATURE_HASH);
	claim = (struct auth_claim){ AUTH_RSA, span_of(data, prove(keys[RSA2048], &old, data, sizeof(data))), AUTH_HASHES };
	assert_int_equal(auth_check(rsa, &claim, &octets, NULL), R_SIGNATURE_HASH);
	claim.hashes |= AUTH_HASH(HASH_SHA1);
	assert_int_equal(auth_check(rsa, &claim, &octets, NULL), R_NONE);
	old.scheme.hash = HASH_SHA2_384; /* some peers do so */
	claim = (struct auth_claim){ AUTH_RSA, span_of(data, prove(keys[RSA2048], &old, data, sizeof(data))), AUTH_HASHES };
	assert_int_equal(auth_check(rsa, &claim, &octets, NULL), R_NONE);

	/* method 9 is P-256 and nothing else */
	claim = (struct auth_claim){ AUTH_ECDSA_256, span_of(data, prove(keys[P256], &ec, data, sizeof(data))), AUTH_HASHES };
	assert_int_equal(auth_check(p256, &claim, &octets, NULL), R_NONE);
	assert_int_equal(auth_check(pkey_public(keys[P384]), &claim, &octets, NULL), R_WRONG_METHOD);
	claim.method = AUTH_ECDSA_384;
	assert_int_equal(auth_check(p256, &claim, &octets, NULL), R_WRONG_METHOD);
	memset(data, 0, claim.data.n); /* r = s = 0 */
	claim.method = AUTH_ECDSA_256;
	assert_int_equal(auth_check(p256, &claim, &octets, NULL), R_WRONG_SIGNATURE);
}

/* RFC 7427 A: what is sent, in octets of the document. */
static void test_blobs(void **state)
{
	static const struct {
		struct sig_scheme scheme;
		const char *hex;
	} cases[] = {
		{ { PUBKEY_RSA, HASH_SHA2_256, SIG_PAD_PKCS1 }, "300d06092a864886f70d01010b0500" },
		{ { PUBKEY_RSA, HASH_SHA2_384, SIG_PAD_PKCS1 }, "300d06092a864886f70d01010c0500" },
		{ { PUBKEY_RSA, HASH_SHA2_512, SIG_PAD_PKCS1 }, "300d06092a864886f70d01010d0500" },
		{ { PUBKEY_ECDSA, HASH_SHA2_256, SIG_PAD_DER }, "300a06082a8648ce3d040302" },
		{ { PUBKEY_ECDSA, HASH_SHA2_384, SIG_PAD_DER }, "300a06082a8648ce3d040303" },
		{ { PUBKEY_ECDSA, HASH_SHA2_512, SIG_PAD_DER }, "300a06082a8648ce3d040304" },
		{ { PUBKEY_RSA, HASH_SHA2_256, SIG_PAD_PSS },
		  "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108"
		  "300d06096086480165030402010500a203020120" },
		{ { PUBKEY_ED25519, HASH_IDENTITY, SIG_PAD_NONE }, "300506032b6570" },
		{ { PUBKEY_ED448, HASH_IDENTITY, SIG_PAD_NONE }, "300506032b6571" },
	};
	uint8_t data[200], want[100];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct auth_sign how = { AUTH_SIGNATURE, cases[i].scheme };

		n = (size_t)secret_from_hex(cases[i].hex, want, sizeof(want));
		assert_int_equal(auth_write(&how, span_text("sig"), data, sizeof(data)), 1 + n + 3);
		assert_int_equal(data[0], n);
		assert_memory_equal(data + 1, want, n);
		assert_int_equal(auth_write(&how, span_text("sig"), data, n + 3), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_psk),	cmocka_unit_test(test_choose), cmocka_unit_test(test_round),
		cmocka_unit_test(test_reasons), cmocka_unit_test(test_blobs),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
