// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/rd.c daemon/base/wr.c */
/* base_octets.c - reading and writing octets: what fails stays failed, and nothing is touched beyond the end. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/rd.h"
#include "base/wr.h"

static const uint8_t count[] = { 1, 2,	3,  4,	5,  6,	7, 8,
				 9, 10, 11, 12, 13, 14, 15 };

static void test_numbers(void **state)
{
	struct rd r = rd_of(span_of(count, sizeof(count)));

	(void)state;
	assert_int_equal(rd_u8(&r), 0x01);
	assert_int_equal(rd_u16(&r), 0x0203);
	assert_int_equal(rd_u32(&r), 0x04050607);
	assert_true(rd_u64(&r) == UINT64_C(0x08090a0b0c0d0e0f));
	assert_true(rd_done(&r));
	assert_int_equal(rd_u8(&r), 0);
	assert_false(rd_done(&r));
	assert_false(rd_ok(&r));
}

/* Every read, of every length that is too much by one. */
static void test_short(void **state)
{
	uint8_t to[8];
	size_t n;

	(void)state;
	for (n = 0; n < 8; n++) {
		uint8_t *exact =
			malloc(n ? n : 1); /* ASan sees a read beyond it */
		struct rd r;
		struct span s;

		memset(exact, 0xff, n ? n : 1);
		r = rd_of(span_of(exact, n));
		assert_true(rd_u64(&r) == 0);
		assert_false(rd_ok(&r));
		assert_int_equal(rd_left(&r), 0);
		assert_int_equal(
			rd_u8(&r),
			0); /* failure stays, though octets were there */
		r = rd_of(span_of(exact, n));
		s = rd_span(&r, n + 1);
		assert_null(s.p);
		assert_int_equal(s.n, 0);
		assert_false(rd_done(&r));
		r = rd_of(span_of(exact, n));
		memset(to, 0xaa, sizeof(to));
		rd_copy(&r, to, n + 1);
		assert_int_equal(to[0], 0);
		assert_int_equal(to[n], 0);
		assert_false(rd_ok(&r));
		r = rd_of(span_of(exact, n));
		rd_skip(&r, SIZE_MAX);
		assert_false(rd_ok(&r));
		if (n < 4) {
			r = rd_of(span_of(exact, n));
			assert_int_equal(rd_u32(&r), 0);
			assert_false(rd_ok(&r));
		}
		free(exact);
	}
}

static void test_sub(void **state)
{
	struct rd r = rd_of(span_of(count, sizeof(count))), s;

	(void)state;
	s = rd_sub(&r, 4);
	assert_int_equal(rd_left(&s), 4);
	assert_int_equal(rd_u32(&s), 0x01020304);
	assert_true(rd_done(&s));
	assert_int_equal(rd_u8(&s), 0); /* not 5 */
	assert_false(rd_ok(&s));
	assert_true(rd_ok(&r)); /* a child's failure is its own */
	assert_int_equal(rd_u8(&r), 5);
	s = rd_sub(&r, 11);
	assert_false(rd_ok(&s));
	assert_false(rd_ok(&r));
	s = rd_sub(&r, 0);
	assert_false(rd_done(&s)); /* born of a failure */
}

static void test_rest(void **state)
{
	struct rd r = rd_of(span_of(count, sizeof(count)));
	struct span s;

	(void)state;
	rd_skip(&r, 14);
	s = rd_rest(&r);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.p[0], 15);
	assert_true(rd_done(&r));
	s = rd_rest(&r);
	assert_int_equal(s.n, 0);
	assert_true(rd_done(&r));
	rd_fail(&r);
	assert_false(rd_done(&r));
	r = rd_of(span_of(NULL, 0));
	assert_true(rd_done(&r));
	s = rd_span(&r, 0);
	assert_int_equal(s.n, 0);
	assert_true(rd_done(&r));
}

static void test_write(void **state)
{
	uint8_t buf[16];
	struct wr w = wr_to(buf, 15);
	struct span s;

	(void)state;
	memset(buf, 0xaa, sizeof(buf));
	wr_u8(&w, 0x01);
	wr_u16(&w, 0x0203);
	wr_u32(&w, 0x04050607);
	wr_u64(&w, UINT64_C(0x08090a0b0c0d0e0f));
	s = wr_done(&w);
	assert_true(span_equal(s, span_of(count, sizeof(count))));
	wr_u8(&w, 1);
	assert_int_equal(buf[15], 0xaa);
	s = wr_done(&w);
	assert_null(s.p);
	assert_int_equal(s.n, 0);
}

/* Whatever does not fit leaves the buffer alone and fails, and so does all that comes after it. */
static void test_full(void **state)
{
	uint8_t buf[4];
	struct wr w;

	(void)state;
	memset(buf, 0xaa, sizeof(buf));
	w = wr_to(buf, 3);
	wr_u32(&w, 1);
	wr_u8(&w, 1);
	assert_true(w.failed);
	assert_int_equal(buf[0], 0xaa);
	w = wr_to(buf, 3);
	wr_copy(&w, count, SIZE_MAX);
	assert_true(w.failed);
	w = wr_to(buf, 3);
	wr_zeros(&w, 4);
	assert_true(w.failed);
	assert_int_equal(buf[0], 0xaa);
	w = wr_to(buf, 3);
	assert_null(wr_room(&w, 4));
	assert_true(w.failed);
	w = wr_to(NULL, 0);
	wr_copy(&w, NULL, 0);
	wr_zeros(&w, 0);
	assert_false(w.failed);
	wr_fail(&w);
	assert_true(w.failed);
}

static void test_lengths(void **state)
{
	static const uint8_t want[] = { 7, 0, 6, 0xbb, 9, 9, 1, 2, 3, 4 };
	uint8_t buf[16];
	struct wr w = wr_to(buf, sizeof(buf));
	struct span s;
	size_t mark;

	(void)state;
	wr_u8(&w, 7);
	mark = wr_mark16(&w);
	wr_u8(&w, 0xaa);
	wr_u16(&w, 0x0909);
	wr_close16(&w, mark, 0);
	wr_put8(&w, 3, 0xbb);
	wr_u32(&w, 0);
	wr_put32(&w, 6, 0x01020304);
	s = wr_done(&w);
	assert_true(span_equal(s, span_of(want, sizeof(want))));
	wr_put32(&w, 7, 0); /* one octet of it is not written yet */
	assert_true(w.failed);
	w = wr_to(buf, sizeof(buf));
	wr_put8(&w, 0, 1);
	assert_true(w.failed);
	w = wr_to(buf, sizeof(buf));
	wr_close16(&w, 0, 0);
	assert_true(w.failed);
	w = wr_to(buf, sizeof(buf));
	mark = wr_mark16(&w);
	wr_close16(&w, mark, 3); /* from what is not written */
	assert_true(w.failed);
}

static void test_too_long(void **state)
{
	uint8_t *big = malloc(70000);
	struct wr w = wr_to(big, 70000);
	size_t mark = wr_mark16(&w);

	(void)state;
	wr_zeros(&w, 65535);
	wr_close16(&w, mark, mark + 2);
	assert_false(w.failed);
	assert_int_equal(big[0], 0xff);
	assert_int_equal(big[1], 0xff);
	wr_u8(&w, 0);
	wr_close16(&w, mark, mark + 2);
	assert_true(w.failed);
	free(big);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_short),
		cmocka_unit_test(test_sub),	cmocka_unit_test(test_rest),
		cmocka_unit_test(test_write),	cmocka_unit_test(test_full),
		cmocka_unit_test(test_lengths), cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
