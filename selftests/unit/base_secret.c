// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/secret.c daemon/base/secret_heap.c daemon/base/mem.c daemon/base/datum.c */
/* base_secret.c - memory for secrets is wiped; octets as 0x, 0s, 0t text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/datum.h"
#include "base/mem.h"
#include "base/secret.h"
#include "memory.h"

static uint8_t pattern[24]; /* masked */

static void make_pattern(void)
{
	size_t i;

	for (i = 0; i < sizeof(pattern); i++)
		pattern[i] = (uint8_t)(i * 37 + 11) ^ MEMORY_MASK;
}

static void put_pattern(uint8_t *p)
{
	size_t i;

	for (i = 0; i < sizeof(pattern); i++)
		p[i] = pattern[i] ^ MEMORY_MASK;
}

static void test_wiped(void **state)
{
	static const size_t sizes[] = { 24, 100, 4000, 16360, 16384, 100000 };
	uint8_t *p;
	size_t i;

	(void)state;
	make_pattern();
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		p = secret_alloc(sizes[i]);
		put_pattern(p + sizes[i] - sizeof(pattern));
		assert_int_equal(memory_count(pattern, sizeof(pattern)), 1);
		assert_int_equal(secret_in_use(), sizes[i]);
		secret_free(p);
		assert_int_equal(memory_count(pattern, sizeof(pattern)), 0);
		assert_int_equal(secret_in_use(), 0);
	}
	/* the search sees what free() leaves behind: the proof that it can find */
	p = malloc(sizeof(pattern) + 64);
	put_pattern(p + 40);
	assert_int_equal(memory_count(pattern, sizeof(pattern)), 1);
	secret_wipe(p, sizeof(pattern) + 64);
	free(p);
}

static void test_many(void **state)
{
	enum { N = 3000 };
	static uint8_t *p[N];
	size_t i, k;

	(void)state;
	secret_free(NULL);
	for (k = 0; k < 3; k++) {
		for (i = 0; i < N; i++) {
			size_t n = (i * 7919 + k) % 700 + 1;

			p[i] = secret_alloc(n);
			assert_int_equal((uintptr_t)p[i] % 16, 0);
			assert_int_equal(p[i][0] | p[i][n - 1], 0); /* zeroed, used before or not */
			memset(p[i], (int)i, n);
		}
		for (i = 0; i < N; i++)
			assert_int_equal(p[i][0], (uint8_t)i); /* none overlaps */
		for (i = 0; i < N; i++)
			secret_free(p[(i * 1009) % N]);
		assert_int_equal(secret_in_use(), 0);
	}
	assert_true(secret_equal("abc", "abd", 2));
	assert_false(secret_equal("abc", "abd", 3));
}

static void test_datum(void **state)
{
	static const struct {
		const char *text;
		size_t max;
		int result;
		const char *octets;
	} cases[] = {
		{ "0x616263", 8, 3, "abc" },
		{ "0X61_62", 8, 2, "ab" },
		{ "0sYWJj", 8, 3, "abc" },
		{ "0SYWI=", 8, 2, "ab" },
		{ "0sYQ==", 8, 1, "a" },
		{ "0ta b", 8, 3, "a b" },
		{ "0t", 8, 0, "" },
		{ "0s", 8, 0, "" },
		{ "", 8, -EINVAL, NULL },
		{ "0", 8, -EINVAL, NULL },
		{ "abc", 8, -EINVAL, NULL },
		{ "616263", 8, -EINVAL, NULL },
		{ "0b01", 8, -EINVAL, NULL },
		{ "0x0x61", 8, -EINVAL, NULL },
		{ "0x616", 8, -EINVAL, NULL },
		{ "0xzz", 8, -EINVAL, NULL },
		{ "0sYWJ", 8, -EINVAL, NULL }, /* no full group */
		{ "0sYWI", 8, -EINVAL, NULL },
		{ "0sYR==", 8, -EINVAL, NULL }, /* bits beyond the octets */
		{ "0sYWJ=", 8, -EINVAL, NULL },
		{ "0sY===", 8, -EINVAL, NULL },
		{ "0s====", 8, -EINVAL, NULL },
		{ "0sYQ==YQ==", 8, -EINVAL, NULL }, /* padding inside */
		{ "0sYW=j", 8, -EINVAL, NULL },
		{ "0sYW J", 8, -EINVAL, NULL },
		{ "0sYW-_", 8, -EINVAL, NULL }, /* another alphabet */
		{ "0sYWJj", 2, -E2BIG, NULL },
		{ "0tabc", 2, -E2BIG, NULL },
		{ "0x616263", 2, -E2BIG, NULL },
	};
	uint8_t out[9];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(out, 0xaa, sizeof(out));
		assert_int_equal(datum_decode(cases[i].text, out, cases[i].max), cases[i].result);
		assert_int_equal(out[cases[i].max], 0xaa);
		if (cases[i].octets)
			assert_memory_equal(out, cases[i].octets, (size_t)cases[i].result);
	}
	assert_false(datum_prefix("0"));
	assert_false(datum_prefix(""));
	assert_true(datum_prefix("0T"));
}

static void test_base64(void **state)
{
	uint8_t in[64], back[64];
	char text[DATUM_BASE64(64)];
	size_t n, i;

	(void)state;
	for (i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 151 + 3);
	for (n = 0; n <= sizeof(in); n++) {
		datum_to_base64(in, n, text);
		assert_int_equal(strlen(text) + 1, DATUM_BASE64(n));
		assert_int_equal(datum_from_base64(text, back, sizeof(back)), (int)n);
		assert_memory_equal(in, back, n);
	}
	assert_string_equal(datum_to_base64((const uint8_t *)"\xff\xff\xfe", 3, text), "///+");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wiped),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_datum),
		cmocka_unit_test(test_base64),
	};

	return cmocka_run_group_tests_name("base_secret", tests, NULL, NULL);
}
