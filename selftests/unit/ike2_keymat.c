// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/secret.c daemon/base/secret_heap.c daemon/base/mem.c daemon/base/datum.c daemon/base/rd.c
 * daemon/base/wr.c daemon/base/reason.c daemon/crypto/ daemon/ike2/keymat.c
 */
/* ike2_keymat.c - keys of RFC 7296 2.13 to 2.18, against values that Python's hmac computed from the same formulas. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/secret.h"
#include "crypto/alg.h"
#include "ike2/keymat.h"
#include "memory.h"

static uint8_t ni[32], nr[32], shared[32];
static struct keymat_seed seed;

static int set_up(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 32; i++) {
		ni[i] = (uint8_t)(i + 1);
		nr[i] = (uint8_t)(i + 64);
		shared[i] = (uint8_t)(i + 0xc0);
	}
	seed = (struct keymat_seed){ span_of(ni, 32), span_of(nr, 32), span_of(shared, 32), { 0 }, { 0 } };
	for (i = 0; i < 8; i++) {
		seed.spi_i[i] = (uint8_t)(0xa0 + i);
		seed.spi_r[i] = (uint8_t)(0xb0 + i);
	}
	return 0;
}

static void assert_hex(const uint8_t *p, const char *hex)
{
	uint8_t b[256];
	int n = secret_from_hex(hex, b, sizeof(b));

	assert_true(n > 0);
	assert_memory_equal(p, b, (size_t)n);
}

static const struct keymat_suite gcm = { 20, 256, 5, 0 };

static void test_ike(void **state)
{
	const char *why = NULL;
	struct keymat *k = keymat_new(&gcm, &seed, &why);

	(void)state;
	assert_non_null(k);
	assert_int_equal(keymat_d(k).n, 32);
	assert_hex(keymat_d(k).p, "6cd3965046c4aacd30015b86b00d00cc2f43c87fe4ee955209a6baaf19f95274");
	assert_hex(keymat_sender(k, true)->encr,
		   "cbb995853442d5daced8de066a8627fc16125116510ce98cf827db47eaaa8d9870b13079");
	assert_hex(keymat_sender(k, false)->encr,
		   "571c17b2f6a362c39e61367524a6b664e94c988b5bca68e5e515b41f2f3eab396474d7c4");
	assert_hex(keymat_p(k, true).p, "5554d2cdcb16a4be6f06d1eac1161d6bc355a3f4e9fc9208e14d245a85f487fa");
	assert_hex(keymat_p(k, false).p, "b7d679dfb6a5e546a1618482f01ae1fbfd61448aef10e7196d1c1a241777b99e");
	keymat_free(k);
	assert_int_equal(secret_in_use(), 0);
}

static void test_ike_with_integ(void **state)
{
	const struct keymat_suite cbc = { 12, 128, 7, 2 };
	const char *why = NULL;
	struct keymat *k = keymat_new(&cbc, &seed, &why);

	(void)state;
	assert_non_null(k);
	assert_int_equal(keymat_d(k).n, 64);
	assert_hex(keymat_d(k).p, "8442a31e3e43e9fef59baefea1615ff66372372a3fb6611a16eebbd160cf6519"
				  "ce5d2cc9cfc82b8f143cdc6e9e76e3a5c99ad8488913e4412815c38c99567da8");
	assert_hex(keymat_sender(k, true)->integ, "b97cbf650f34cacf3a6fee0bfb69f5cbd556443d");
	assert_hex(keymat_sender(k, false)->integ, "c378831ab4f9d2ca26e989b6f11628077353803b");
	assert_hex(keymat_sender(k, true)->encr, "fb35b0e6b4c9175387cd29acaa2d32bc");
	assert_hex(keymat_sender(k, false)->encr, "ae152c2b3b174caddfe1d1ff2b9271ec");
	keymat_free(k);
}

/* SKEYSEED by the old PRF, the rest by the new one. */
static void test_rekey(void **state)
{
	const struct keymat_suite cbc = { 12, 128, 2, 2 };
	const char *why = NULL;
	struct keymat *k = keymat_new(&gcm, &seed, &why), *new = keymat_rekey(k, &cbc, &seed, &why);

	(void)state;
	assert_non_null(new);
	assert_int_equal(keymat_d(new).n, 20);
	assert_hex(keymat_d(new).p, "5ac30791c944e5acec73712ded2c2f3addf036cb");
	assert_hex(keymat_p(new, false).p, "7703659d490911d33e7df8f0c592a1db41501a2c");
	keymat_free(k);
	keymat_free(new);
}

static void test_child(void **state)
{
	const struct keymat_child esp = { 20, 128, 0 }, cbc = { 12, 256, 12 }, ah = { 0, 0, 12 };
	const struct keymat_child null = { ALG_ENCR_NULL, 0, 12 };
	struct keymat_seed own = seed;
	struct keymat_sa sa[2];
	const char *why = NULL;
	struct keymat *k = keymat_new(&gcm, &seed, &why);

	(void)state;
	own.shared = span_of(NULL, 0);
	assert_true(keymat_child(k, &esp, &own, sa, &why));
	assert_int_equal(sa[KEYMAT_I].encr_n, 20);
	assert_int_equal(sa[KEYMAT_I].integ_n, 0);
	assert_hex(sa[KEYMAT_I].encr, "285b5d428542e66c54ebdc99fa82527eb1410476");
	assert_hex(sa[KEYMAT_R].encr, "f8af6ae62a1a8296979087635f337b71d3fdbfc8");
	assert_true(keymat_child(k, &cbc, &seed, sa, &why)); /* with a key exchange of its own */
	assert_hex(sa[KEYMAT_I].encr, "61acca4eef62aa606014c1532113c3f728693fd13e125f4ef6d5e81a8dadc88d");
	assert_hex(sa[KEYMAT_I].integ, "aabbc3b7f63f6d3e04ef83be83d07ca7fde1753a102b9cf7df53cbadae85c612");
	assert_hex(sa[KEYMAT_R].encr, "e65814e5e0933439896f9b09bdd15a8608a1fb78829aa2daa840e4d0bc44cdd2");
	assert_hex(sa[KEYMAT_R].integ, "92de45591c54b213edc9be19487e118e18b391469756b3fd463b979a9631484e");
	assert_true(keymat_child(k, &ah, &own, sa, &why));
	assert_int_equal(sa[0].encr_n, 0);
	assert_int_equal(sa[0].integ_n, 32);
	assert_true(keymat_child(k, &null, &own, sa, &why));
	assert_int_equal(sa[0].encr_n, 0);
	keymat_free(k);
}

static void test_refused(void **state)
{
	static const struct keymat_suite suites[] = {
		{ 20, 256, 5, 12 }, /* an AEAD with an integrity algorithm */
		{ 12, 256, 5, 0 }, /* the other way round */
		{ 20, 0, 5, 0 },   { 20, 160, 5, 0 }, { 12, 256, 5, 99 }, { 99, 0, 5, 0 },
		{ 20, 256, 99, 0 }, { 11, 0, 5, 12 }, /* IKE is always encrypted */
		{ 14, 128, 5, 0 }, /* AES-CCM: only ESP has it here */
	};
	static const struct keymat_child children[] = {
		{ 0, 0, 0 }, { 20, 0, 0 }, { 20, 100, 0 }, { 99, 128, 0 }, { 12, 128, 99 },
	};
	struct keymat_seed s = seed;
	static uint8_t longer[257];
	struct keymat_sa sa[2];
	struct keymat *k;
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		why = NULL;
		assert_null(keymat_new(&suites[i], &seed, &why));
		assert_non_null(why);
	}
	s.ni = span_of(longer, sizeof(longer));
	assert_null(keymat_new(&gcm, &s, &why));
	k = keymat_new(&gcm, &seed, &why);
	for (i = 0; i < sizeof(children) / sizeof(children[0]); i++) {
		why = NULL;
		assert_false(keymat_child(k, &children[i], &seed, sa, &why));
		assert_non_null(why);
	}
	keymat_free(k);
	assert_int_equal(secret_in_use(), 0);
}

/* RFC 7296 2.14: of each nonce the first 8 octets make the key of a PRF with a fixed key. */
static void test_fixed_key(void **state)
{
	const struct keymat_suite cmac = { 20, 128, 8, 0 };
	const char *why = NULL;
	struct keymat *a, *b;
	struct keymat_seed other = seed;
	uint8_t changed[32];

	(void)state;
	a = keymat_new(&cmac, &seed, &why);
	assert_non_null(a);
	assert_int_equal(keymat_d(a).n, 16);
	memcpy(changed, ni, 32);
	changed[7] ^= 1;
	other.ni = span_of(changed, 32);
	b = keymat_new(&cmac, &other, &why);
	assert_memory_not_equal(keymat_d(a).p, keymat_d(b).p, 16);
	keymat_free(a);
	keymat_free(b);
}

/* What was freed is nowhere any more. */
static void test_wiped(void **state)
{
	const char *why = NULL;
	struct keymat *k = keymat_new(&gcm, &seed, &why);
	uint8_t masked[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(masked); i++)
		masked[i] = k->d[i] ^ MEMORY_MASK;
	assert_true(memory_count(masked, sizeof(masked)) > 0);
	keymat_free(k);
	assert_int_equal(memory_count(masked, sizeof(masked)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ike),	cmocka_unit_test(test_ike_with_integ),
		cmocka_unit_test(test_rekey),	cmocka_unit_test(test_child),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_fixed_key),
		cmocka_unit_test(test_wiped),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
