// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/log.c daemon/base/text.c daemon/base/reason.c daemon/base/addr.c daemon/base/clock.c */
/* base_log.c - log lines with their fields, text of peers made harmless, limits; the table of reasons. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static struct log_rec last;
static char text[LOG_TEXT_MAX];
static unsigned int lines;

static void capture(void *arg, const struct log_rec *rec)
{
	(void)arg;
	lines++;
	last = *rec;
	snprintf(text, sizeof(text), "%s", rec->text);
	last.text = text;
}

static struct log_about west(void)
{
	struct log_about a = { .conn = "west",
			       .instance = 2,
			       .port = 4500,
			       .spi_i = 0x0102,
			       .spi_r = 0xff,
			       .spi = 0xc0ffee };

	a.peer.len = 4;
	memcpy(a.peer.b, "\xc0\x00\x02\x01", 4);
	return a;
}

static void test_text(void **state)
{
	struct log_about a = west();
	char line[LOG_LINE_MAX];

	(void)state;
	log_notice(&a, R_NO_PROPOSAL, "%s is %d", "this", 7);
	assert_string_equal(log_text(&last, line, sizeof(line)),
			    "west[2] 192.0.2.1:4500: this is 7 [no-proposal]");
	a.instance = 0;
	a.port = 0;
	log_info(&a, R_NONE, "x");
	assert_string_equal(log_text(&last, line, sizeof(line)),
			    "west 192.0.2.1: x");
	a.conn = NULL;
	a.port = 500;
	a.peer.len = 16;
	memset(a.peer.b, 0, 16);
	a.peer.b[15] = 1;
	log_info(&a, R_NONE, "x");
	assert_string_equal(log_text(&last, line, sizeof(line)),
			    "[::1]:500: x");
	log_info(NULL, R_NONE, "x");
	assert_string_equal(log_text(&last, line, sizeof(line)), "x");
	assert_string_equal(log_text(&last, line, 1),
			    ""); /* cut, not overrun */
}

static void test_json(void **state)
{
	struct log_about a = west();
	char line[LOG_LINE_MAX];
	json_t *o;

	(void)state;
	a.conn = "we\"st\\";
	log_warn(&a, R_WRONG_ID, "a \"quote\", \\, \xc3\xa9, \x01\n\xff");
	o = json_loads(log_json(&last, line, sizeof(line)), 0, NULL);
	assert_non_null(o);
	assert_string_equal(json_string_value(json_object_get(o, "conn")),
			    "we\"st\\");
	assert_string_equal(json_string_value(json_object_get(o, "level")),
			    "warning");
	assert_string_equal(json_string_value(json_object_get(o, "peer")),
			    "192.0.2.1");
	assert_int_equal(json_integer_value(json_object_get(o, "port")), 4500);
	assert_int_equal(json_integer_value(json_object_get(o, "instance")), 2);
	assert_string_equal(json_string_value(json_object_get(o, "ike_spi")),
			    "0000000000000102_00000000000000ff");
	assert_string_equal(json_string_value(json_object_get(o, "spi")),
			    "00c0ffee");
	assert_string_equal(json_string_value(json_object_get(o, "reason")),
			    "wrong-id");
	assert_string_equal(json_string_value(json_object_get(o, "text")),
			    "a \"quote\", \\, \xc3\xa9, \\x01\\x0a\\xff");
	assert_true(json_real_value(json_object_get(o, "time")) > 1e9);
	json_decref(o);
	log_info(NULL, R_NONE, "plain");
	o = json_loads(log_json(&last, line, sizeof(line)), 0, NULL);
	assert_int_equal(json_object_size(o), 3); /* time, level, text */
	json_decref(o);
}

/* No octets of a peer end a line, colour a terminal or turn the writing direction. */
static void test_clean(void **state)
{
	static const struct {
		const char *from, *to;
	} cases[] = {
		{ "a\nb", "a\\x0ab" },
		{ "\x1b[31m", "\\x1b[31m" },
		{ "\x7f", "\\x7f" },
		{ "\xc2\x9b"
		  "31m",
		  "\\xc2\\x9b31m" },
		{ "\xc0\x8a", "\\xc0\\x8a" },
		{ "\xe2\x80\xae"
		  "x",
		  "\\xe2\\x80\\xaex" },
		{ "\xe2\x80\xa8", "\\xe2\\x80\\xa8" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
		{ "\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80" },
		{ "\xc3", "\\xc3" },
		{ "\xf0\x9f\x94\x92", "\xf0\x9f\x94\x92" },
		{ "\xe2\x82\xac", "\xe2\x82\xac" },
	};
	char big[3000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		log_info(NULL, R_NONE, "%s", cases[i].from);
		assert_string_equal(text, cases[i].to);
	}
	memset(big, '\n', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	log_info(NULL, R_NONE, "%s", big);
	assert_true(strlen(text) < LOG_TEXT_MAX);
	assert_string_equal(text + strlen(text) - 3, "...");
	memset(big, 'a', sizeof(big) - 1);
	log_info(NULL, R_NONE, "%s", big);
	assert_true(strlen(text) < LOG_TEXT_MAX);
	assert_string_equal(text + strlen(text) - 3, "...");
}

static void test_levels(void **state)
{
	struct log_about a = west();
	unsigned int before = lines;

	(void)state;
	log_debug(&a, "no");
	assert_int_equal(lines, before);
	a.debug = true;
	log_debug(&a, "yes");
	assert_int_equal(lines, before + 1);
	log_threshold(LOG_LVL_ERROR);
	assert_false(log_wanted(NULL, LOG_LVL_WARN));
	log_warn(NULL, R_NONE, "no");
	assert_int_equal(lines, before + 1);
	log_error(NULL, R_NONE, "yes");
	assert_int_equal(lines, before + 2);
	log_threshold(LOG_LVL_INFO);
}

static void test_sinks(void **state)
{
	unsigned int before = lines;
	char *out = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&out, &n);

	(void)state;
	assert_true(log_add(log_to_syslog, f));
	assert_true(log_add(log_to_text, f));
	assert_true(log_add(log_to_json, f));
	assert_false(log_add(capture, f)); /* LOG_SINKS are there */
	log_error(NULL, R_NONE, "boom");
	log_del(log_to_syslog, f);
	log_del(log_to_text, f);
	log_del(log_to_json, f);
	log_error(NULL, R_NONE, "not there");
	fclose(f);
	assert_int_equal(lines, before + 2);
	assert_int_equal(strncmp(out, "<3>boom\n", 8), 0);
	assert_non_null(strstr(out, "Z error: boom\n"));
	assert_non_null(strstr(out, "\"text\":\"boom\"}\n"));
	assert_null(strstr(out, "not there"));
	free(out);
}

static void test_rate(void **state)
{
	struct log_rate rate = { 0 };
	uint32_t missed = 99;
	unsigned int i, said = 0;

	(void)state;
	for (i = 0; i < 1000; i++)
		said += log_rate_ok(&rate, 5000, &missed);
	assert_int_equal(said, 20);
	assert_int_equal(missed, 0);
	assert_false(log_rate_ok(&rate, 7999, &missed));
	assert_true(log_rate_ok(&rate, 8000, &missed));
	assert_int_equal(missed, 981);
	assert_false(log_rate_ok(&rate, 8000, &missed));
	assert_true(log_rate_ok(&rate, 1000000, &missed));
	assert_int_equal(missed, 1);
	for (i = 0, said = 0; i < 1000; i++)
		said += log_rate_ok(&rate, 1000000, &missed);
	assert_int_equal(said, 19); /* it is no fuller than full */
}

static void test_reasons(void **state)
{
	unsigned int r, k;

	(void)state;
	for (r = R_NONE; r < R_COUNT; r++) {
		const struct reason_row *row = reason_row((enum reason)r);

		assert_int_equal(reason_find(row->name), r);
		assert_int_equal(strspn(row->name,
					"abcdefghijklmnopqrstuvwxyz-"),
				 strlen(row->name));
		assert_true(strlen(row->text) > 8 &&
			    row->text[strlen(row->text) - 1] != '.');
		assert_true(row->severity != REASON_FATAL ||
			    row->cure[0]); /* somebody has to know what to do */
		assert_true(!row->cure[0] ||
			    row->cure[strlen(row->cure) - 1] == '.');
		for (k = r + 1; k < R_COUNT; k++)
			assert_string_not_equal(row->text,
						reason_text((enum reason)k));
	}
	assert_int_equal(reason_find("no such reason"), R_COUNT);
	assert_int_equal(reason_find(""), R_COUNT);
	assert_string_equal(reason_name(R_COUNT), "none");
	assert_string_equal(reason_name((enum reason)4711), "none");
	assert_int_equal(reason_row(R_TIMEOUT)->rc, 31); /* RC-31, ACC-24 */
	assert_int_equal(reason_row(R_UNORIENTED)->rc, 22); /* RC-22, ACC-05 */
	assert_int_equal(reason_row(R_PEER_UNKNOWN)->rc,
			 29); /* RC-29, ACC-37 */
}

static int begin(void **state)
{
	(void)state;
	return log_add(capture, NULL) ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),	cmocka_unit_test(test_json),
		cmocka_unit_test(test_clean),	cmocka_unit_test(test_levels),
		cmocka_unit_test(test_sinks),	cmocka_unit_test(test_rate),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
