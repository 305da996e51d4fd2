// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/ike/ts.c daemon/ike/ts_text.c daemon/base/text.c daemon/base/addr.c */
/* ike_ts.c - traffic selectors: sets, prefixes, narrowing by RFC 7296 2.9, texts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "ike/ts.h"

static char buf[1024];

/* "10.0.1.0/24", "10.0.0.1-10.0.0.9", with "[proto/min-max]" in numbers. */
static struct ts ts_of(const char *text)
{
	char first[64], last[64] = "";
	unsigned int plen = 999, proto = 0, min = 0, max = 65535;
	struct ts ts = { .len = 0 };
	const char *p = strchr(text, '[');
	size_t n = p ? (size_t)(p - text) : strlen(text),
	       head = strcspn(text, "/-[");

	if (p && sscanf(p, "[%u/%u-%u]", &proto, &min, &max) == 2)
		max = min;
	snprintf(first, sizeof(first), "%.*s", (int)head, text);
	if (head < n && text[head] == '-')
		snprintf(last, sizeof(last), "%.*s", (int)(n - head - 1),
			 text + head + 1);
	else if (head < n)
		plen = (unsigned int)atoi(text + head + 1);
	ts.len = (uint8_t)addr_parse(first, ts.first);
	if (last[0])
		assert_int_equal(addr_parse(last, ts.last), ts.len);
	else
		ts = ts_prefix(ts.first, ts.len,
			       plen == 999 ? ts.len * 8U : plen);
	ts.proto = (uint8_t)proto;
	ts.port_min = (uint16_t)min;
	ts.port_max = (uint16_t)max;
	return ts;
}

/* "a, b, c"; "" is empty. */
static struct ts_list list_of(const char *text)
{
	struct ts_list l = { .n = 0 };
	char copy[512], *save = NULL, *one;

	snprintf(copy, sizeof(copy), "%s", text);
	for (one = strtok_r(copy, ", ", &save); one;
	     one = strtok_r(NULL, ", ", &save)) {
		struct ts ts = ts_of(one);

		assert_true(ts_list_add(&l, &ts));
	}
	return l;
}

static void test_text(void **state)
{
	static const char *const same[] = { "10.0.1.0/24",
					    "10.0.0.1-10.0.0.9",
					    "192.0.2.1",
					    "0.0.0.0/0",
					    "::/0",
					    "2001:db8::/32",
					    "2001:db8::1-2001:db8::7",
					    "10.0.0.1-10.0.0.2" };
	static const struct {
		const char *from, *to;
	} cases[] = {
		{ "10.0.1.0/24[6]", "10.0.1.0/24[tcp]" },
		{ "10.0.1.0/24[6/80]", "10.0.1.0/24[tcp/80]" },
		{ "10.0.1.0/24[17/10-20]", "10.0.1.0/24[udp/10-20]" },
		{ "::1[58/34304-34559]", "::1[icmp6/134]" },
		{ "10.0.0.1[1/769]", "10.0.0.1[icmp/3.1]" },
		{ "10.0.0.1[0/5]", "10.0.0.1[any/5]" },
		{ "10.0.0.1[99]", "10.0.0.1[99]" },
		{ "10.0.0.1[6/65535-0]", "10.0.0.1[tcp/opaque]" },
		{ "10.0.0.0-10.0.0.255", "10.0.0.0/24" },
	};
	struct ts_list l;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct ts ts = ts_of(same[i]);

		assert_true(ts_valid(&ts));
		assert_string_equal(ts_text(&ts, buf, sizeof(buf)), same[i]);
	}
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ts ts = ts_of(cases[i].from);

		assert_string_equal(ts_text(&ts, buf, sizeof(buf)),
				    cases[i].to);
	}
	l = list_of("10.0.1.0/24, ::1");
	assert_string_equal(ts_list_text(&l, buf, sizeof(buf)),
			    "10.0.1.0/24, ::1");
	assert_string_equal(ts_list_text(&l, buf, 5), "10.0");
	l.n = 0;
	assert_string_equal(ts_list_text(&l, buf, sizeof(buf)), "nothing");
}

static void test_valid(void **state)
{
	static const char *const bad[] = { "10.0.0.2-10.0.0.1",
					   "10.0.0.1[6/20-10]", "::2-::1",
					   "10.0.0.1[6/65535-1]" };
	struct ts ts;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ts = ts_of(bad[i]);
		assert_false(ts_valid(&ts));
	}
	ts.len = 5;
	assert_false(ts_valid(&ts));
	ts.len = 0;
	assert_false(ts_valid(&ts));
}

static void test_intersect(void **state)
{
	static const struct {
		const char *a, *b, *both; /* NULL: nothing */
	} cases[] = {
		{ "10.0.0.0/16", "10.0.1.0/24", "10.0.1.0/24" },
		{ "10.0.0.1-10.0.0.9", "10.0.0.5-10.0.0.20",
		  "10.0.0.5-10.0.0.9" },
		{ "10.0.0.0/24", "10.0.1.0/24", NULL },
		{ "10.0.0.0/24", "::/0", NULL },
		{ "::/0", "2001:db8::/32", "2001:db8::/32" },
		{ "10.0.0.0/24[6]", "10.0.0.0/24", "10.0.0.0/24[tcp]" },
		{ "10.0.0.0/24[6]", "10.0.0.0/24[17]", NULL },
		{ "10.0.0.0/24[6/1-100]", "10.0.0.0/24[6/80-200]",
		  "10.0.0.0/24[tcp/80-100]" },
		{ "10.0.0.0/24[6/1-100]", "10.0.0.0/24[6/101-200]", NULL },
		{ "10.0.0.0/24[6/65535-0]", "10.0.0.0/24[6]",
		  "10.0.0.0/24[tcp/opaque]" },
		{ "10.0.0.0/24[6/65535-0]", "10.0.0.0/24[6/1-65535]", NULL },
		{ "10.0.0.0/24[6/65535-0]", "10.0.0.0/24[6/65535-0]",
		  "10.0.0.0/24[tcp/opaque]" },
		{ "0.0.0.0/0", "255.255.255.255", "255.255.255.255" },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (k = 0; k < 2; k++) { /* either way round */
			struct ts a = ts_of(k ? cases[i].b : cases[i].a),
				  b = ts_of(k ? cases[i].a : cases[i].b), both;

			assert_int_equal(ts_intersect(&a, &b, &both),
					 cases[i].both != NULL);
			if (!cases[i].both)
				continue;
			assert_string_equal(ts_text(&both, buf, sizeof(buf)),
					    cases[i].both);
			assert_true(ts_covers(&a, &both) &&
				    ts_covers(&b, &both));
			assert_int_equal(ts_covers(&a, &b),
					 ts_equal(&both, &b));
		}
	}
}

static void test_split(void **state)
{
	static const struct {
		const char *range, *want;
		size_t n;
	} cases[] = {
		{ "10.0.1.0/24", "10.0.1.0/24", 1 },
		{ "0.0.0.0/0", "0.0.0.0/0", 1 },
		{ "::/0", "::/0", 1 },
		{ "10.0.0.1-10.0.0.9",
		  "10.0.0.1, 10.0.0.2/31, 10.0.0.4/30, 10.0.0.8/31", 4 },
		{ "0.0.0.1-255.255.255.254",
		  "0.0.0.1, 0.0.0.2/31, 0.0.0.4/30, 0.0.0.8/29", 62 },
		{ "255.255.255.254-255.255.255.255", "255.255.255.254/31", 1 },
		{ "::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
		  "::1, ::2/127, ::4/126, ::8/125", 254 },
		{ "10.0.0.255-10.0.1.0[6/80]",
		  "10.0.0.255[tcp/80], 10.0.1.0[tcp/80]", 2 },
	};
	struct ts parts[254];
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ts_list l = { .n = 0 };
		struct ts ts = ts_of(cases[i].range);
		unsigned int plen;

		assert_int_equal(ts_split(&ts, parts, 4), cases[i].n);
		for (k = 0; k < cases[i].n && k < 4; k++)
			assert_true(ts_list_add(&l, &parts[k]));
		assert_string_equal(ts_list_text(&l, buf, sizeof(buf)),
				    cases[i].want);
		assert_int_equal(ts_split(&ts, parts, 254), cases[i].n);
		for (k = 0; k < cases[i].n; k++)
			assert_true(ts_is_prefix(&parts[k], &plen) &&
				    ts_covers(&ts, &parts[k]));
		assert_memory_equal(parts[0].first, ts.first, 16);
		assert_memory_equal(parts[cases[i].n - 1].last, ts.last, 16);
	}
}

static void test_narrow(void **state)
{
	static const struct {
		const char *asked, *ours, *want;
		enum reason reason;
		bool narrowed;
	} cases[] = {
		{ "10.0.1.0/24", "10.0.1.0/24", "10.0.1.0/24", R_NONE, false },
		{ "10.0.0.0/16", "10.0.1.0/24", "10.0.1.0/24", R_NONE, true },
		{ "10.0.1.0/24", "10.0.0.0/16", "10.0.1.0/24", R_NONE, false },
		{ "0.0.0.0/0", "10.0.1.0/24, 10.0.3.0/24",
		  "10.0.1.0/24, 10.0.3.0/24", R_NONE, true },
		{ "10.0.1.0/24, 10.0.2.0/24", "10.0.2.0/24", "10.0.2.0/24",
		  R_NONE, true },
		{ "10.0.3.0/24", "10.0.1.0/24", "nothing", R_NO_SELECTOR,
		  false },
		{ "::/0", "10.0.1.0/24", "nothing", R_NO_SELECTOR, false },
		{ "10.0.1.0/24[17]", "10.0.1.0/24[6]", "nothing", R_NO_SELECTOR,
		  false },
		{ "10.0.1.0/24[6/443]", "10.0.1.0/24", "10.0.1.0/24[tcp/443]",
		  R_NONE, false },
		/* the packet that made the peer ask comes first and is covered by what follows */
		{ "10.0.1.7[6/80], 10.0.1.0/24", "10.0.1.0/24", "10.0.1.0/24",
		  R_NONE, false },
		{ "10.0.1.7[6/80], 10.0.0.0/16", "10.0.1.0/24", "10.0.1.0/24",
		  R_NONE, true },
		{ "10.0.9.7[6/80], 10.0.0.0/16", "10.0.1.0/24", "10.0.1.0/24",
		  R_TS_FIRST, true },
		/* a first host that nothing covers is a selector like the others */
		{ "10.0.9.7, 10.0.1.0/24", "10.0.1.0/24", "10.0.1.0/24", R_NONE,
		  true },
		{ "10.0.9.7", "10.0.1.0/24", "nothing", R_NO_SELECTOR, false },
		{ "10.0.1.0/24, 10.0.1.0/25, 10.0.1.0/24", "10.0.0.0/8",
		  "10.0.1.0/24", R_NONE, false },
		{ "10.0.1.0/25, 10.0.1.0/24", "10.0.0.0/8", "10.0.1.0/24",
		  R_NONE, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ts_list asked = list_of(cases[i].asked),
			       ours = list_of(cases[i].ours), out;
		bool narrowed;

		if (ts_narrow(&asked, &ours, &out, &narrowed) !=
		    cases[i].reason)
			fail_msg("%s of %s", cases[i].asked, cases[i].ours);
		assert_int_equal(narrowed, cases[i].narrowed);
		assert_string_equal(ts_list_text(&out, buf, sizeof(buf)),
				    cases[i].want);
	}
}

/* 64 by 64 have more in common than there is room for: less is agreed on, never more. */
static void test_narrow_full(void **state)
{
	struct ts_list asked = { .n = 0 }, ours = { .n = 0 }, out;
	bool narrowed;
	unsigned int i;

	(void)state;
	for (i = 0; i < TS_MAX; i++) {
		struct ts ts = ts_of("10.0.0.0/16[6]");

		ts.first[3] = (uint8_t)(i * 2);
		ts.last[3] = (uint8_t)(i * 2 + 1);
		ts.last[2] = 0;
		assert_true(ts_list_add(&asked, &ts));
		ts = ts_of("10.0.0.0/16[6]");
		ts.port_min = (uint16_t)(i * 2);
		ts.port_max = (uint16_t)(i * 2 + 1);
		assert_true(ts_list_add(&ours, &ts));
	}
	assert_false(ts_list_add(&ours, &ours.v[0]));
	assert_int_equal(ts_narrow(&asked, &ours, &out, &narrowed), R_NONE);
	assert_true(narrowed);
	assert_int_equal(out.n, TS_MAX);
}

static void test_accept(void **state)
{
	static const struct {
		const char *sent, *answer;
		enum reason reason;
		bool narrowed;
	} cases[] = {
		{ "10.0.1.0/24", "10.0.1.0/24", R_NONE, false },
		{ "10.0.1.0/24, 10.0.2.0/24", "10.0.2.0/24, 10.0.1.0/24",
		  R_NONE, false },
		{ "10.0.1.0/24, 10.0.2.0/24", "10.0.1.0/24", R_NONE, true },
		{ "10.0.1.0/24", "10.0.1.0/25", R_NONE, true },
		{ "10.0.1.0/24", "10.0.0.0/16", R_TS_BAD_ANSWER, false },
		{ "10.0.1.0/24", "10.0.1.0/24, 10.0.2.0/24", R_TS_BAD_ANSWER,
		  false },
		{ "10.0.1.0/24[6]", "10.0.1.0/24", R_TS_BAD_ANSWER, false },
		{ "10.0.1.0/24", "::/0", R_TS_BAD_ANSWER, false },
		{ "10.0.1.0/24", "", R_TS_BAD_ANSWER, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ts_list sent = list_of(cases[i].sent),
			       answer = list_of(cases[i].answer);
		bool narrowed;

		assert_int_equal(ts_accept(&sent, &answer, &narrowed),
				 cases[i].reason);
		if (cases[i].reason == R_NONE)
			assert_int_equal(narrowed, cases[i].narrowed);
	}
}

static void test_from_conf(void **state)
{
	struct conf_range r = { .len = 4,
				.first = { 10, 0, 1, 0 },
				.last = { 10, 0, 1, 255 },
				.port_max = 65535 };
	struct ts ts;

	(void)state;
	assert_true(ts_from_range(&r, &ts));
	assert_string_equal(ts_text(&ts, buf, sizeof(buf)), "10.0.1.0/24");
	r.proto = 1; /* echo requests: conf has the type alone */
	r.port_min = r.port_max = 8;
	assert_true(ts_from_range(&r, &ts));
	assert_string_equal(ts_text(&ts, buf, sizeof(buf)),
			    "10.0.1.0/24[icmp/8]");
	r.port_min = r.port_max = 0; /* echo replies, not any */
	assert_true(ts_from_range(&r, &ts));
	assert_string_equal(ts_text(&ts, buf, sizeof(buf)),
			    "10.0.1.0/24[icmp/0]");
	ts = ts_of("10.0.0.0/8");
	r.proto = 17;
	r.port_min = r.port_max = 1701;
	ts_set_upper(&ts, &r);
	assert_string_equal(ts_text(&ts, buf, sizeof(buf)),
			    "10.0.0.0/8[udp/1701]");
	r.not = true;
	assert_false(ts_from_range(&r, &ts));
	r.not = false;
	r.len = 0;
	assert_false(ts_from_range(&r, &ts));
	r.len = 4;
	r.word = 1;
	assert_false(ts_from_range(&r, &ts));
	r.word = 0;
	r.first[0] = 11; /* first beyond last */
	assert_false(ts_from_range(&r, &ts));
}

static void test_upper(void **state)
{
	static const struct {
		const char *from, *to;
		bool ok;
		struct ts_upper want;
	} cases[] = {
		{ "10.0.0.1", "10.0.0.2", true, { 0, 0, 65535, 0, 65535 } },
		{ "10.0.0.1[6]",
		  "10.0.0.2[6/80]",
		  true,
		  { 6, 0, 65535, 80, 80 } },
		{ "10.0.0.1[17/1701]",
		  "10.0.0.2",
		  true,
		  { 17, 1701, 1701, 0, 65535 } },
		{ "10.0.0.1[6]", "10.0.0.2[17]", false, { 0, 0, 0, 0, 0 } },
		{ "10.0.0.1[1/2048-2303]",
		  "10.0.0.2[1/2048-2303]",
		  true,
		  { 1, 8, 8, 0, 65535 } },
		{ "10.0.0.1[1/769]", "10.0.0.2[1]", true, { 1, 3, 3, 1, 1 } },
		{ "10.0.0.1[1/769-1025]",
		  "10.0.0.2[1]",
		  false,
		  { 0, 0, 0, 0, 0 } },
		{ "10.0.0.1[1/2048-2303]",
		  "10.0.0.2[1/0-255]",
		  false,
		  { 0, 0, 0, 0, 0 } },
		{ "10.0.0.1[6/65535-0]",
		  "10.0.0.2[6]",
		  false,
		  { 0, 0, 0, 0, 0 } },
	};
	struct ts_upper u;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ts a = ts_of(cases[i].from), b = ts_of(cases[i].to);

		assert_int_equal(ts_to_upper(&a, &b, &u), cases[i].ok);
		if (!cases[i].ok)
			continue;
		assert_int_equal(u.proto, cases[i].want.proto);
		assert_int_equal(u.sport_min, cases[i].want.sport_min);
		assert_int_equal(u.sport_max, cases[i].want.sport_max);
		assert_int_equal(u.dport_min, cases[i].want.dport_min);
		assert_int_equal(u.dport_max, cases[i].want.dport_max);
	}
}

static void test_pairs(void **state)
{
	struct ts_list a = list_of("10.0.1.0/24, ::1, 10.0.2.0/24"),
		       b = list_of("10.1.0.0/16, 2001:db8::/32");
	struct addr from = { 4, { 10, 0, 0, 1 } }, to = { 4, { 192, 0, 2, 1 } };
	struct ts l, p;
	char other[128];
	size_t i;
	static const char *const want[] = { "10.0.1.0/24=10.1.0.0/16",
					    "::1=2001:db8::/32",
					    "10.0.2.0/24=10.1.0.0/16" };

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_true(ts_pair(&a, &b, i, &l, &p));
		snprintf(buf, sizeof(buf),
			 "%s=", ts_text(&l, other, sizeof(other)));
		strcat(buf, ts_text(&p, other, sizeof(other)));
		assert_string_equal(buf, want[i]);
	}
	assert_false(ts_pair(&a, &b, 3, &l, &p));
	b.n = 0;
	assert_false(ts_pair(&a, &b, 0, &l, &p));
	a = list_of("10.0.0.1[17/1701], 10.0.0.0/31, 10.0.0.1");
	assert_int_equal(ts_replace(&a, &from, &to), 2);
	assert_string_equal(ts_list_text(&a, buf, sizeof(buf)),
			    "192.0.2.1[udp/1701], 10.0.0.0/31, 192.0.2.1");
	l = ts_packet(&to, 6, 80);
	assert_string_equal(ts_text(&l, buf, sizeof(buf)), "192.0.2.1[tcp/80]");
	l = ts_packet(&to, 47, 80); /* GRE has no ports */
	assert_string_equal(ts_text(&l, buf, sizeof(buf)), "192.0.2.1[gre]");
}

/* ACC-86: one bit. */
static void test_difference(void **state)
{
	static const struct {
		const char *asked, *ours, *want;
	} cases[] = {
		{ "10.0.1.0/24", "10.0.1.0/24", "" },
		{ "10.0.3.0/24", "10.0.2.0/24",
		  "peer asks for 10.0.3.0/24, ours is leftsubnet=10.0.2.0/24: they differ in bit 24; make both ends the same" },
		{ "10.0.0.0/16", "10.0.0.0/24",
		  "peer asks for 10.0.0.0/16, ours is leftsubnet=10.0.0.0/24: the length of the prefix differs, /16 and /24; "
		  "make both ends the same" },
		{ "::/0", "10.0.0.0/24",
		  "peer asks for ::/0, ours is leftsubnet=10.0.0.0/24: one is IPv4, the other IPv6; make both ends the same" },
		{ "10.0.0.0/24[6]", "10.0.0.0/24",
		  "peer asks for 10.0.0.0/24[tcp], ours is leftsubnet=10.0.0.0/24: the protocols or ports differ; make both "
		  "ends the same" },
		{ "10.0.0.0/24, 10.0.1.0/24", "10.0.0.0/24",
		  "peer asks for 10.0.0.0/24, 10.0.1.0/24, ours is leftsubnet=10.0.0.0/24; make both ends the same" },
	};
	struct ts_list near = list_of("10.0.2.0/24"),
		       far = list_of("192.168.0.0/16"), a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ts_list ours = list_of(cases[i].ours);

		a = list_of(cases[i].asked);
		assert_string_equal(ts_difference(&a, &ours, "leftsubnet", buf,
						  sizeof(buf)),
				    cases[i].want);
	}
	a = list_of("10.0.3.0/24");
	assert_true(ts_nearness(&a, &near) > ts_nearness(&a, &far));
	assert_true(ts_nearness(&a, &a) > ts_nearness(&a, &near));
	a.n = 0;
	assert_int_equal(ts_nearness(&a, &near), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_intersect),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_narrow_full),
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_from_conf),
		cmocka_unit_test(test_upper),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
