// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/secret.c daemon/base/secret_heap.c daemon/base/mem.c daemon/base/datum.c daemon/base/rd.c
 * daemon/base/wr.c daemon/base/reason.c daemon/crypto/
 */
/* crypto_dh.c - both sides of each group agree; each weak public value is refused (RFC 6989, RFC 8031). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <gmp.h>
#include <string.h>

#include "base/secret.h"
#include "crypto/dh.h"
#include "crypto/prf.h"

static const uint16_t groups[] = { 2, 5, 14, 15, 16, 17, 18, 19, 20, 21, 31, 32 };
#define COUNT (sizeof(groups) / sizeof(groups[0]))

static void test_agree(void **state)
{
	const char *detail;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT; i++) {
		struct dh *a = dh_new(groups[i]), *b = dh_new(groups[i]);

		assert_non_null(a);
		assert_int_equal(dh_group(a), groups[i]);
		assert_int_equal(dh_public(a).n, dh_size(groups[i]));
		assert_false(span_equal(dh_public(a), dh_public(b)));
		assert_int_equal(dh_shared(a).n, 0);
		assert_int_equal(dh_agree(a, dh_public(b), &detail), R_NONE);
		assert_int_equal(dh_agree(b, dh_public(a), &detail), R_NONE);
		assert_true(dh_shared(a).n >= 32);
		assert_true(span_equal(dh_shared(a), dh_shared(b)));
		assert_int_equal(dh_agree(a, dh_public(b), &detail), R_INTERNAL); /* once only */
		dh_free(a);
		dh_free(b);
	}
	assert_null(dh_new(0));
	assert_null(dh_new(22)); /* RFC 8247 2.4 */
	assert_null(dh_new(999));
	assert_int_equal(dh_size(999), 0);
	dh_free(NULL);
	assert_int_equal(secret_in_use(), 0);
}

static void refused(struct dh *dh, const uint8_t *p, size_t n)
{
	const char *detail = NULL;

	assert_int_equal(dh_agree(dh, span_of(p, n), &detail), R_WEAK_PUBLIC);
	assert_non_null(detail);
	assert_int_equal(dh_shared(dh).n, 0);
}

/* The lengths around the right one, and all octets alike: 0, and beyond the field. */
static void test_refused(void **state)
{
	static uint8_t v[DH_MAX + 1];
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT; i++) {
		struct dh *dh = dh_new(groups[i]);

		n = dh_size(groups[i]);
		memcpy(v, dh_public(dh).p, n);
		refused(dh, v, n - 1);
		refused(dh, v, n + 1);
		refused(dh, v, 0);
		memset(v, 0, n);
		refused(dh, v, n);
		memset(v, 0xff, n);
		if (groups[i] < 31) /* there it is another number */
			refused(dh, v, n);
		dh_free(dh);
	}
}

/* The prime of group 2 as RFC 2409 6.2 prints it. */
static const char prime[] =
	"ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd"
	"ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
	"ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff";

/* RFC 6989 2.1: 0, 1, p - 1, p and p + 1 are refused, 2 and p - 2 are not. */
static void test_modp_bounds(void **state)
{
	static const struct {
		int add; /* to p */
		unsigned long small; /* instead of p */
		enum reason want;
	} cases[] = {
		{ 0, 1, R_WEAK_PUBLIC },  { -1, 0, R_WEAK_PUBLIC }, { 0, 0, R_WEAK_PUBLIC },
		{ 1, 0, R_WEAK_PUBLIC },  { 0, 2, R_NONE },	     { -2, 0, R_NONE },
	};
	uint8_t v[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dh *dh = dh_new(2);
		const char *detail;
		size_t n;
		mpz_t y;

		mpz_init_set_str(y, prime, 16);
		if (cases[i].small)
			mpz_set_ui(y, cases[i].small);
		else if (cases[i].add < 0)
			mpz_sub_ui(y, y, (unsigned long)-cases[i].add);
		else
			mpz_add_ui(y, y, (unsigned long)cases[i].add);
		memset(v, 0, sizeof(v));
		n = (mpz_sizeinbase(y, 2) + 7) / 8;
		mpz_export(v + sizeof(v) - n, &n, 1, 1, 1, 0, y);
		assert_int_equal(dh_agree(dh, span_of(v, sizeof(v)), &detail), cases[i].want);
		mpz_clear(y);
		dh_free(dh);
	}
}

/* One coordinate changed: not on the curve any more. */
static void test_off_curve(void **state)
{
	size_t i, at;

	(void)state;
	for (i = 7; i < 10; i++) {
		struct dh *dh = dh_new(groups[i]), *peer = dh_new(groups[i]);
		uint8_t v[132];
		size_t n = dh_size(groups[i]);

		for (at = 0; at < n; at += 5) {
			memcpy(v, dh_public(peer).p, n);
			v[at] ^= 1;
			refused(dh, v, n);
		}
		dh_free(dh);
		dh_free(peer);
	}
}

/* Points of small order of Curve25519 (RFC 7748 6.1, 7): 0, 1, p - 1, p, p + 1 and two of order 8. */
static void test_small_order(void **state)
{
	static const char *const points[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
		"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	};
	uint8_t v[56];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		struct dh *dh = dh_new(31);

		assert_int_equal(secret_from_hex(points[i], v, 32), 32);
		refused(dh, v, 32);
		dh_free(dh);
	}
	for (i = 0; i < 2; i++) {
		struct dh *dh = dh_new(32);

		memset(v, 0, sizeof(v));
		v[0] = (uint8_t)i;
		refused(dh, v, 56);
		dh_free(dh);
	}
}

/* RFC 7296 2.13: no more than 255 blocks, and any number of parts is one seed. */
static void test_prf_plus(void **state)
{
	static uint8_t a[255 * 32 + 1], b[255 * 32];
	const struct span whole = span_text("one seed in three parts");
	const struct span parts[] = { span_of(whole.p, 3), span_of(NULL, 0), span_of(whole.p + 3, whole.n - 3) };
	struct prf p;

	(void)state;
	prf_init(&p, 5, span_text("key"));
	assert_false(prf_plus(&p, &whole, 1, a, sizeof(a)));
	assert_true(prf_plus(&p, &whole, 1, a, sizeof(b)));
	assert_true(prf_plus(&p, parts, 3, b, sizeof(b)));
	assert_memory_equal(a, b, sizeof(b));
	assert_true(prf_plus(&p, parts, 3, b, 33)); /* the front of the same */
	assert_memory_equal(a, b, sizeof(b));
	prf_fini(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agree),	  cmocka_unit_test(test_refused),
		cmocka_unit_test(test_modp_bounds), cmocka_unit_test(test_off_curve),
		cmocka_unit_test(test_small_order), cmocka_unit_test(test_prf_plus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
