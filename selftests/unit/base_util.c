// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/secret.c daemon/base/addr.c daemon/base/suggest.c daemon/base/arena.c daemon/base/hash.c */
/* base_util.c - keys as text, addresses as text, nearest words, hashes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/arena.h"
#include "base/hash.h"
#include "base/secret.h"
#include "base/suggest.h"

static void test_hex(void **state)
{
	static const struct {
		const char *text;
		size_t max;
		int result;
	} cases[] = {
		{ "0x00ff", 4, 2 },	    { "00FF", 4, 2 },
		{ "0X0a:0b_0c", 4, 3 },	    { "", 4, 0 },
		{ "0x", 4, 0 },		    { "0xabc", 4, -EINVAL },
		{ "0xzz", 4, -EINVAL },	    { "0x00 11", 4, -EINVAL },
		{ "00:", 4, -EINVAL },	    { ":00", 4, -EINVAL },
		{ "0::0", 4, -EINVAL },	    { "00::11", 4, -EINVAL },
		{ "0x0011223344", 4, -E2BIG }, { "x", 4, -EINVAL },
		{ "0x0x00", 4, -EINVAL },   { "-1", 4, -EINVAL },
		{ "a", 4, -EINVAL },	    { "00", 0, -E2BIG },
	};
	uint8_t out[8];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(out, 0xaa, sizeof(out));
		assert_int_equal(secret_from_hex(cases[i].text, out, cases[i].max), cases[i].result);
		assert_int_equal(out[cases[i].max], 0xaa);
	}
	assert_int_equal(secret_from_hex("0x12zz", out, 4), -EINVAL);
	assert_int_equal(out[0], 0); /* wiped */
	assert_int_equal(secret_from_hex("c0DE", out, 4), 2);
	assert_int_equal(out[0], 0xc0);
	assert_int_equal(out[1], 0xde);
}

static void test_base64(void **state)
{
	static const struct {
		const char *text;
		int result;
		const char *bytes;
	} cases[] = {
		{ "", 0, "" },		  { "Zg==", 1, "f" },	   { "Zg", 1, "f" },
		{ "Zm8=", 2, "fo" },	  { "Zm9v", 3, "foo" },	   { "Zm9vYg==", 4, "foob" },
		{ "+/+/", 3, "\xfb\xff\xbf" }, { "Z", -EINVAL, "" },	   { "Zm9vY", -EINVAL, "" },
		{ "Zg=", -EINVAL, "" },	  { "Zg===", -EINVAL, "" }, { "=", -EINVAL, "" },
		{ "Zh==", -EINVAL, "" },  { "Zm 9v", -EINVAL, "" }, { "Zm9v!", -EINVAL, "" },
		{ "Zg==x", -EINVAL, "" }, { "Zm9vYmFy", -E2BIG, "" }, { "Zm9v====", -EINVAL, "" },
	};
	uint8_t out[8];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(out, 0xaa, sizeof(out));
		assert_int_equal(secret_from_base64(cases[i].text, out, 4), cases[i].result);
		if (cases[i].result > 0)
			assert_memory_equal(out, cases[i].bytes, (size_t)cases[i].result);
		assert_int_equal(out[4], 0xaa);
		if (cases[i].result < 0)
			assert_int_equal(out[0], 0); /* wiped */
	}
}

static void test_arena(void **state)
{
	struct arena a = { 0 };
	size_t room = 0, i;
	int *v = NULL;

	(void)state;
	for (i = 0; i < 3000; i++) {
		char *p = arena_alloc(&a, i);

		assert_int_equal((uintptr_t)p % 8, 0);
		if (i)
			assert_int_equal(p[i - 1], 0);
		memset(p, 0x55, i);
	}
	assert_string_equal(arena_text(&a, "abcdef", 3), "abc");
	assert_string_equal(arena_print(&a, "%d-%s", 7, "x"), "7-x");
	assert_int_equal(*(char *)arena_alloc(&a, (size_t)5 << 20), 0); /* more than a chunk */
	assert_true(a.used > 3000 * 2999 / 2);
	arena_wipe(&a);
	assert_null(a.chunks);
	arena_wipe(&a);
	for (i = 0; i < 100; i++) {
		v = arena_grow(v, &room, i, sizeof(*v));
		assert_true(room > i);
		v[i] = (int)i;
	}
	assert_int_equal(v[99], 99);
	free(v);
}

static int line_of(const char *text, size_t len, char *buf, size_t n, int *second)
{
	int fd[2];
	int first;

	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], text, len), (ssize_t)len);
	close(fd[1]);
	first = secret_read_line(fd[0], buf, n);
	if (second) {
		char rest[32];

		*second = secret_read_line(fd[0], rest, sizeof(rest));
	}
	close(fd[0]);
	return first;
}

static void test_line(void **state)
{
	char buf[8];
	int second;

	(void)state;
	assert_int_equal(line_of(" ab \r\ncd", 8, buf, 8, &second), 2);
	assert_string_equal(buf, "ab");
	assert_int_equal(second, 2);
	assert_int_equal(line_of("", 0, buf, 8, NULL), -ENODATA);
	assert_int_equal(line_of("\n", 1, buf, 8, NULL), 0);
	assert_int_equal(line_of("abcdefgh", 8, buf, 8, NULL), -E2BIG);
	assert_int_equal(buf[0], 0);
	assert_int_equal(line_of("abcdefg", 7, buf, 8, NULL), -E2BIG);
	assert_int_equal(line_of("abcdef", 6, buf, 8, NULL), 6);
	assert_int_equal(line_of("a\0b\n", 4, buf, 8, NULL), -EINVAL);
	assert_int_equal(secret_read_line(-1, buf, 8), -EBADF);
	secret_wipe(NULL, 0);
}

static void test_addr(void **state)
{
	static const char *const bad[] = { "", "10.0.0", "10.0.0.256", "10.0.0.1/24", "::g", "1:2:3",
					   "10.0.0.1 ", "any" };
	static const char *const good[] = { "10.0.0.1", "0.0.0.0", "::", "2001:db8::1" };
	uint8_t b[16];
	char text[ADDR_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(addr_parse(bad[i], b), -EINVAL);
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		int n = addr_parse(good[i], b);

		assert_true(n == 4 || n == 16);
		assert_string_equal(addr_print(b, (size_t)n, text), good[i]);
	}
	assert_string_equal(addr_print(b, 0, text), "any");
	assert_string_equal(addr_print(b, 5, text), "any");
}

static void test_prefix(void **state)
{
	const uint8_t net[4] = { 10, 0, 128, 0 };

	(void)state;
	assert_true(addr_is_prefix(net, 4, 32));
	assert_true(addr_is_prefix(net, 4, 17));
	assert_false(addr_is_prefix(net, 4, 16));
	assert_false(addr_is_prefix(net, 4, 0));
	assert_false(addr_is_prefix(net, 4, 33));
}

static const char *nearest(const char *word)
{
	static const char *const valid[] = { "spi", "src", "dst", "reqid", "mode", "soft-bytes", "enc" };
	struct suggest s;
	size_t i;

	suggest_begin(&s, word);
	for (i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
		suggest_offer(&s, valid[i]);
	return s.best;
}

static void test_suggest(void **state)
{
	char long_word[100];

	(void)state;
	assert_int_equal(suggest_distance("spi", "sip"), 1); /* swap */
	assert_int_equal(suggest_distance("spi", "SPI"), 0);
	assert_int_equal(suggest_distance("", "abc"), 3);
	assert_int_equal(suggest_distance("kitten", "sitting"), 3);
	assert_string_equal(nearest("spj"), "spi");
	assert_string_equal(nearest("rqeid"), "reqid");
	assert_string_equal(nearest("softbytes"), "soft-bytes");
	assert_string_equal(nearest("mod"), "mode");
	assert_null(nearest("zzzzzz"));
	assert_null(nearest("x"));
	assert_null(nearest(""));
	assert_null(nearest("10.0.0.1"));
	memset(long_word, 'a', sizeof(long_word) - 1);
	long_word[sizeof(long_word) - 1] = '\0';
	assert_null(nearest(long_word));
}

/* The values that the authors of FNV give. */
static void test_hash(void **state)
{
	static const struct {
		const char *text;
		uint64_t hash;
	} cases[] = {
		{ "", 0xcbf29ce484222325 }, { "a", 0xaf63dc4c8601ec8c },
		{ "b", 0xaf63df4c8601f1a5 }, { "foobar", 0x85944171f73967e8 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(hash_text(cases[i].text), cases[i].hash);
	assert_int_equal(hash_add(hash_add(HASH_START, "foo", 3), "bar", 3), hash_text("foobar"));
	/* octets above 127 are no negative numbers */
	assert_int_equal(hash_text("\xff"), (HASH_START ^ 0xff) * 0x100000001b3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_hex),    cmocka_unit_test(test_line),
		cmocka_unit_test(test_addr),   cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_suggest), cmocka_unit_test(test_base64),
		cmocka_unit_test(test_arena),
	};

	return cmocka_run_group_tests_name("base_util", tests, NULL, NULL);
}
