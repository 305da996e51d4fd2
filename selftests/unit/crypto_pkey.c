// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/secret.c daemon/base/secret_heap.c daemon/base/mem.c daemon/base/datum.c
 * daemon/crypto/rand.c daemon/crypto/gmp_wipe.c daemon/crypto/pubkey.c daemon/crypto/pkey.c
 * daemon/crypto/pkey_file.c daemon/crypto/pkey_new.c daemon/crypto/pkey_ssh.c
 */
/* crypto_pkey.c - public keys as DNS has them, private keys made, read, exported and wiped; openssl as a witness. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/datum.h"
#include "base/secret.h"
#include "crypto/pkey.h"
#include "crypto/rand.h"
#include "memory.h"

static void test_public_text(void **state)
{
	static const struct {
		const char *text;
		int result;
		unsigned int bits;
	} cases[] = {
		{ "0x0103c5", 0, 8 }, /* e = 3, m = 0xc5 */
		{ "0sAQPF", 0, 8 },
		{ "0x03010001c00001", 0, 24 },
		{ "0x010303", 0, 2 },
		{ "", -EINVAL, 0 },
		{ "0x", -EINVAL, 0 },
		{ "0x01", -EINVAL, 0 }, /* no exponent */
		{ "0x0103", -EINVAL, 0 }, /* no modulus */
		{ "0x030100", -EINVAL, 0 },
		{ "0x00000103c5", -EINVAL, 0 }, /* long form of a short length */
		{ "0x000000c5", -EINVAL, 0 },
		{ "0x0101c5", -EINVAL, 0 }, /* e = 1 */
		{ "0x0102c5", -EINVAL, 0 }, /* e even */
		{ "0x0100c5", -EINVAL, 0 }, /* e = 0 */
		{ "0x020003c5c5", -EINVAL, 0 }, /* zeros before e */
		{ "0x010300c5", -EINVAL, 0 }, /* zeros before m */
		{ "0x0103c4", -EINVAL, 0 }, /* m even */
		{ "0x03010001c5", -EINVAL, 0 }, /* e longer than m */
		{ "0x01", -EINVAL, 0 },
		{ "AQPF", -EINVAL, 0 },
		{ "0sAQP", -EINVAL, 0 },
		{ "%dns", -EINVAL, 0 },
	};
	struct pubkey key;
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		why = NULL;
		assert_int_equal(pubkey_from_text(&key, cases[i].text, &why), cases[i].result);
		assert_true(!cases[i].result == !why);
		if (!cases[i].result)
			assert_int_equal(key.bits, cases[i].bits);
	}
}

/* RFC 3110 2: exponents of more than 255 octets have three octets of length. */
static void test_long_exponent(void **state)
{
	static uint8_t e[600], m[700];
	struct pubkey key, back;
	struct pubkey_number pe, pm;
	const char *why;
	size_t n;

	(void)state;
	memset(e, 0xff, sizeof(e));
	memset(m, 0xfd, sizeof(m));
	for (n = 250; n < 260; n++) {
		assert_int_equal(pubkey_from_rsa(&key, (struct pubkey_number){ e, n },
						 (struct pubkey_number){ m, sizeof(m) }, &why), 0);
		assert_int_equal(key.n, n + sizeof(m) + (n > 255 ? 3 : 1));
		assert_int_equal(pubkey_from_dns(&back, key.b, key.n, &why), 0);
		assert_true(pubkey_equal(&key, &back));
		pubkey_rsa_numbers(&back, &pe, &pm);
		assert_int_equal(pe.n, n);
		assert_memory_equal(pm.p, m, sizeof(m));
	}
	assert_int_equal(pubkey_from_rsa(&key, (struct pubkey_number){ e, 513 },
					 (struct pubkey_number){ m, sizeof(m) }, &why), -EINVAL);
	key.b[key.n - 1] ^= 2;
	assert_false(pubkey_equal(&key, &back));
}

static void test_too_long(void **state)
{
	static uint8_t m[PUBKEY_RSA_BITS_MAX / 8 + 1];
	static const uint8_t e[] = { 0, 3 };
	struct pubkey key;
	const char *why = NULL;

	(void)state;
	memset(m, 0xff, sizeof(m));
	assert_int_equal(pubkey_from_rsa(&key, (struct pubkey_number){ e, 2 },
					 (struct pubkey_number){ m, sizeof(m) }, &why), -EINVAL);
	assert_non_null(strstr(why, "20000"));
	assert_int_equal(pubkey_from_rsa(&key, (struct pubkey_number){ e, 2 },
					 (struct pubkey_number){ m, sizeof(m) - 1 }, &why), 0);
	assert_int_equal(key.bits, PUBKEY_RSA_BITS_MAX);
}

static void test_id(void **state)
{
	char id[PUBKEY_KEYID];
	struct pubkey key;
	const char *why;

	(void)state;
	assert_int_equal(pubkey_from_text(&key, "0sAQOgH7hjNpSKAXdnZnafOB9XnZnaevFl", &why), 0);
	assert_string_equal(pubkey_id(&key, id), "AQOgH7hjN");
	assert_int_equal(pubkey_from_text(&key, "0sAQPF", &why), 0);
	assert_string_equal(pubkey_id(&key, id), "AQPF");
}

/* Private keys -------------------------------------------------------------------------------- */

static const char *tool(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "/usr/bin/%s", name);
	return access(path, X_OK) ? NULL : path;
}

/* What a command makes of an input; the length of its output. */
static size_t filter(const char *command, const char *in, size_t n, char *out, size_t room)
{
	char dir[] = "/tmp/pkey.XXXXXX", line[512], from[64], to[64];
	size_t got;
	FILE *f;

	assert_non_null(mkdtemp(dir));
	snprintf(from, sizeof(from), "%s/in", dir);
	snprintf(to, sizeof(to), "%s/out", dir);
	f = fopen(from, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(in, 1, n, f), n);
	fclose(f);
	snprintf(line, sizeof(line), "cd %s && %s 2>err", dir, command);
	assert_int_equal(system(line), 0); /* NOLINT(cert-env33-c): fixed commands */
	f = fopen(to, "re");
	assert_non_null(f);
	got = fread(out, 1, room - 1, f);
	out[got] = '\0';
	fclose(f);
	snprintf(line, sizeof(line), "rm -r %s", dir);
	assert_int_equal(system(line), 0); /* NOLINT(cert-env33-c) */
	return got;
}

static void test_generate(void **state)
{
	static const struct {
		enum pubkey_type type;
		unsigned int bits, exponent;
		size_t n; /* octets in DNS form */
	} cases[] = {
		{ PUBKEY_RSA, 1024, 3, 130 },	{ PUBKEY_RSA, 1024, 65537, 132 },
		{ PUBKEY_RSA, 1040, 17, 132 },	{ PUBKEY_ECDSA, 256, 0, 64 },
		{ PUBKEY_ECDSA, 384, 0, 96 },	{ PUBKEY_ECDSA, 521, 0, 132 },
		{ PUBKEY_ED25519, 256, 0, 32 }, { PUBKEY_ED448, 456, 0, 57 },
	};
	const char *why = NULL;
	uint8_t print[2][32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pkey *key = pkey_generate(cases[i].type, cases[i].bits, cases[i].exponent, &why);
		struct pkey *again;
		char *pem;

		assert_non_null(key);
		assert_int_equal(pkey_public(key)->type, cases[i].type);
		assert_int_equal(pkey_public(key)->bits, cases[i].bits);
		assert_int_equal(pkey_public(key)->n, cases[i].n);
		pem = pkey_to_pem(key, NULL);
		again = pkey_read(pem, strlen(pem), NULL, &why);
		assert_non_null(again);
		assert_true(pubkey_equal(pkey_public(key), pkey_public(again)));
		pubkey_fingerprint(pkey_public(key), print[0]);
		pubkey_fingerprint(pkey_public(again), print[1]);
		assert_memory_equal(print[0], print[1], 32);
		secret_free(pem);
		pkey_free(key);
		pkey_free(again);
	}
	assert_null(pkey_generate(PUBKEY_RSA, 1024, 4, &why)); /* an even exponent */
	pkey_free(NULL);
	assert_int_equal(secret_in_use(), 0);
}

/* SEC-10: the eight numbers make the key again; any of them changed, or absent, does not. */
static void test_numbers(void **state)
{
	const char *why = NULL;
	struct pkey *key = pkey_generate(PUBKEY_RSA, 1024, 65537, &why), *again;
	struct pkey_numbers rsa = *pkey_numbers(key), bad;
	size_t i;

	(void)state;
	again = pkey_from_rsa(&rsa, &why);
	assert_non_null(again);
	assert_true(pubkey_equal(pkey_public(key), pkey_public(again)));
	pkey_free(again);
	for (i = 0; i < PKEY_PARTS; i++) {
		uint8_t changed[200];

		bad = rsa;
		memcpy(changed, rsa.part[i].p, rsa.part[i].n);
		changed[rsa.part[i].n / 2] ^= 0x10;
		bad.part[i].p = changed;
		why = NULL;
		assert_null(pkey_from_rsa(&bad, &why));
		assert_non_null(why);
		bad.part[i].n = 0;
		assert_null(pkey_from_rsa(&bad, &why));
	}
	bad = rsa;
	bad.part[PKEY_PRIME1] = rsa.part[PKEY_PRIME2];
	bad.part[PKEY_PRIME2] = rsa.part[PKEY_PRIME1];
	assert_null(pkey_from_rsa(&bad, &why));
	pkey_free(key);
}

static void test_not_keys(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "not a private key" },
		{ "hello", "not a private key" },
		{ "\x30\x03\x02\x01\x00", "not a private key" },
		{ "-----BEGIN PRIVATE KEY-----\n", "not a private key" },
		{ "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n", "not a private key" },
		{ "-----BEGIN RSA PRIVATE KEY-----\n!\n-----END RSA PRIVATE KEY-----\n", "not a private key" },
		{ "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "certificate" },
		{ "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n", "public key" },
		{ "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n", "cut or broken" },
		{ "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n", "cut or broken" },
		{ "-----BEGIN OPENSSH PRIVATE KEY-----\n!\n-----END OPENSSH PRIVATE KEY-----\n", "cut or broken" },
		/* no cipher, one key, and a length that is longer than the file */
		{ "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB//////8=\n"
		  "-----END OPENSSH PRIVATE KEY-----\n", "cut or broken" },
	};
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		why = NULL;
		assert_null(pkey_read(cases[i].text, strlen(cases[i].text), NULL, &why));
		assert_non_null(why);
		assert_non_null(strstr(why, cases[i].why));
		assert_null(pkey_read(cases[i].text, strlen(cases[i].text), "password", &why));
		assert_null(pkey_read_pkcs12(cases[i].text, strlen(cases[i].text), "password", &why));
	}
}

/* Each form of a file, made by openssl, and the wrong passphrases for it. */
static void test_openssl_files(void **state)
{
	static const struct {
		const char *command, *password;
		enum pubkey_type type;
		bool pkcs12;
	} cases[] = {
		{ "openssl genrsa -traditional -out out 2048", NULL, PUBKEY_RSA, false },
		{ "openssl genrsa -out out 2048", NULL, PUBKEY_RSA, false },
		{ "openssl genrsa 2048 | openssl rsa -outform DER -out out", NULL, PUBKEY_RSA, false },
		{ "openssl genrsa -traditional -aes128 -passout pass:sesame -out out 2048", "sesame", PUBKEY_RSA, false },
		{ "openssl genrsa 2048 | openssl pkcs8 -topk8 -v2 aes256 -passout pass:sesame -out out", "sesame", PUBKEY_RSA, false },
		{ "openssl genrsa 2048 | openssl pkcs8 -topk8 -v2 aes256 -passout pass:sesame -outform DER -out out", "sesame", PUBKEY_RSA, false },
		{ "openssl ecparam -name prime256v1 -genkey -noout -out out", NULL, PUBKEY_ECDSA, false },
		{ "openssl ecparam -name secp521r1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out out", NULL, PUBKEY_ECDSA, false },
		{ "openssl genpkey -algorithm ed25519 -out out", NULL, PUBKEY_ED25519, false },
		{ "openssl genpkey -algorithm ed448 -outform DER -out out", NULL, PUBKEY_ED448, false },
		{ "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -subj /CN=x -keyout k -out c && "
		  "openssl pkcs12 -export -inkey k -in c -passout pass:sesame -out out", "sesame", PUBKEY_ECDSA, true },
	};
	static char file[16384];
	const char *why;
	size_t i, n;

	(void)state;
	if (!tool("openssl")) {
		print_message("# SKIP no openssl\n");
		skip();
	}
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pkey *(*read)(const void *, size_t, const char *, const char **) = pkey_read;
		struct pkey *key;

		if (cases[i].pkcs12)
			read = pkey_read_pkcs12;
		n = filter(cases[i].command, "", 0, file, sizeof(file));
		why = NULL;
		key = read(file, n, cases[i].password, &why);
		assert_string_equal(why ? why : "", "");
		assert_non_null(key);
		assert_int_equal(pkey_public(key)->type, cases[i].type);
		pkey_free(key);
		if (!cases[i].password)
			continue;
		assert_null(read(file, n, "wrong", &why));
		assert_null(read(file, n, "", &why));
		assert_null(read(file, n, NULL, &why));
		if (file[0] == '-' || cases[i].pkcs12)
			assert_non_null(strstr(why, "no passphrase"));
	}
}

/* What ssh-keygen makes, and behind it the public key in another form; cut anywhere it is no key. */
static void test_openssh_files(void **state)
{
	static const struct {
		const char *options;
		enum pubkey_type type;
	} cases[] = {
		{ "-t rsa -b 2048", PUBKEY_RSA },    { "-t rsa -b 3072", PUBKEY_RSA },
		{ "-t ecdsa -b 256", PUBKEY_ECDSA }, { "-t ecdsa -b 384", PUBKEY_ECDSA },
		{ "-t ecdsa -b 521", PUBKEY_ECDSA }, { "-t ed25519", PUBKEY_ED25519 },
	};
	static char file[16384];
	char command[256];
	const char *why;
	size_t i, n, cut;

	(void)state;
	if (!tool("ssh-keygen")) {
		print_message("# SKIP no ssh-keygen\n");
		skip();
	}
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pkey *key;
		char *ours, *theirs;

		/* of Ed25519 there is no other form */
		snprintf(command, sizeof(command),
			 "ssh-keygen -q %s -N '' -C x -f k && cp k out && { ssh-keygen -e -m PKCS8 -f k.pub >> out || true; }",
			 cases[i].options);
		n = filter(command, "", 0, file, sizeof(file));
		theirs = strstr(file, "-----BEGIN PUBLIC KEY");
		why = NULL;
		key = pkey_read(file, n, NULL, &why);
		assert_string_equal(why ? why : "", "");
		assert_non_null(key);
		assert_int_equal(pkey_public(key)->type, cases[i].type);
		ours = pubkey_to_pem(pkey_public(key));
		if (cases[i].type != PUBKEY_ED25519)
			assert_string_equal(ours, theirs);
		free(ours);
		pkey_free(key);
		n = theirs ? (size_t)(theirs - file) : n;
		for (cut = 0; cut + 10 < n; cut += 201)
			assert_null(pkey_read(file, cut, NULL, &why));
	}
	n = filter("ssh-keygen -q -t ed25519 -a 1 -N sesame -f k && cp k out", "", 0, file, sizeof(file));
	assert_null(pkey_read(file, n, "sesame", &why));
	assert_non_null(strstr(why, "ssh-keygen -p"));
}

/* openssl finds nothing wrong with what we make, and the same public key. */
static void test_openssl_checks(void **state)
{
	static const enum pubkey_type types[] = { PUBKEY_RSA, PUBKEY_ECDSA, PUBKEY_ED25519 };
	static char out[16384];
	const char *why;
	size_t i;

	(void)state;
	if (!tool("openssl")) {
		print_message("# SKIP no openssl\n");
		skip();
	}
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct pkey *key = pkey_generate(types[i], types[i] == PUBKEY_RSA ? 2048 : 256, 3, &why);
		char *pem = pkey_to_pem(key, NULL), *pub = pubkey_to_pem(pkey_public(key));

		filter("openssl pkey -in in -check -noout >out", pem, strlen(pem), out, sizeof(out));
		assert_non_null(strstr(out, "valid"));
		filter("openssl pkey -in in -pubout -out out", pem, strlen(pem), out, sizeof(out));
		assert_string_equal(out, pub);
		secret_free(pem);
		free(pub);
		pkey_free(key);
	}
}

/* Wiping -------------------------------------------------------------------------------------- */

static uint8_t forward[32], backward[32]; /* of a prime, masked; GMP keeps it backwards */

static void remember(struct pubkey_number prime)
{
	size_t i;

	for (i = 0; i < sizeof(forward); i++) {
		forward[i] = prime.p[i + 8] ^ MEMORY_MASK;
		backward[sizeof(forward) - 1 - i] = prime.p[i + 8] ^ MEMORY_MASK;
	}
}

static void test_wiped(void **state)
{
	const char *why;
	struct pkey *key = pkey_generate(PUBKEY_RSA, 2048, 65537, &why), *again;

	(void)state;
	remember(pkey_numbers(key)->part[PKEY_PRIME1]);
	assert_int_equal(memory_count(forward, sizeof(forward)), 1); /* here, and nowhere else */
	assert_int_equal(memory_count(backward, sizeof(backward)), 0);
	again = pkey_from_rsa(pkey_numbers(key), &why);
	assert_int_equal(memory_count(forward, sizeof(forward)), 2);
	pkey_free(key);
	pkey_free(again);
	assert_int_equal(memory_count(forward, sizeof(forward)), 0);
	assert_int_equal(memory_count(backward, sizeof(backward)), 0);
	assert_int_equal(secret_in_use(), 0);
}

/* A key of a file is not in the memory of this process but where it is kept. */
static void test_wiped_file(void **state)
{
	static char file[16384];
	const char *why;
	struct pkey *key;
	size_t n;

	(void)state;
	if (!tool("openssl")) {
		print_message("# SKIP no openssl\n");
		skip();
	}
	n = filter("openssl genrsa -out out 2048", "", 0, file, sizeof(file));
	key = pkey_read(file, n, NULL, &why);
	assert_non_null(key);
	secret_wipe(file, n);
	remember(pkey_numbers(key)->part[PKEY_PRIME1]);
	assert_int_equal(memory_count(forward, sizeof(forward)), 1);
	assert_int_equal(memory_count(backward, sizeof(backward)), 0);
	pkey_free(key);
	assert_int_equal(memory_count(forward, sizeof(forward)), 0);
	assert_int_equal(memory_count(backward, sizeof(backward)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_public_text),   cmocka_unit_test(test_long_exponent),
		cmocka_unit_test(test_too_long),      cmocka_unit_test(test_id),
		cmocka_unit_test(test_generate),      cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_not_keys),      cmocka_unit_test(test_openssl_files),
		cmocka_unit_test(test_openssh_files),
		cmocka_unit_test(test_openssl_checks), cmocka_unit_test(test_wiped),
		cmocka_unit_test(test_wiped_file),
	};

	return cmocka_run_group_tests_name("crypto_pkey", tests, NULL, NULL);
}
