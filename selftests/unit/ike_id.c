// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/ike/id.c daemon/ike/id_text.c daemon/base/addr.c daemon/base/secret.c */
/* ike_id.c - identities in the forms of leftid=, as octets, compared with and without wildcards. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf/conf.h"
#include "ike/id.h"

static char buf[ID_TEXT];

static struct id id_of(const char *text)
{
	const char *why = NULL;
	struct id id;

	if (!id_from_text(text, &id, &why))
		fail_msg("%s: %s", text, why);
	return id;
}

/* VAL-: the forms of ipsec.conf(5). */
static void test_text(void **state)
{
	static const struct {
		const char *text;
		uint8_t type;
		const char *octets; /* NULL: not compared */
		const char *back;
	} cases[] = {
		{ "192.0.2.1", ID_T_IPV4, "\xc0\x00\x02\x01", "192.0.2.1" },
		{ "2001:db8::1", ID_T_IPV6, NULL, "2001:db8::1" },
		{ "@west.example.org", ID_T_FQDN, "west.example.org",
		  "@west.example.org" },
		{ "west.example.org", ID_T_FQDN, "west.example.org",
		  "@west.example.org" },
		{ "fred@example.org", ID_T_RFC822, "fred@example.org",
		  "fred@example.org" },
		{ "@@fred@example.org", ID_T_RFC822, "fred@example.org",
		  "fred@example.org" },
		{ "@@fred", ID_T_RFC822, "fred", "@@fred" },
		{ "@#0a0bFF", ID_T_KEYID, "\x0a\x0b\xff", "@#0a0bff" },
		{ "@192.0.2.1", ID_T_FQDN, "192.0.2.1",
		  "@192.0.2.1" }, /* the @ says that it is no address */
		{ "%any", ID_T_ANY, "", "%any" },
		{ "%null", ID_T_NULL, "", "%null" },
		{ "@a b\\\x01", ID_T_FQDN, "a b\\\x01", "@a\\x20b\\x5c\\x01" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct id id = id_of(cases[i].text);

		assert_int_equal(id.type, cases[i].type);
		if (cases[i].octets)
			assert_true(span_equal(id_octets(&id),
					       span_text(cases[i].octets)) ||
				    cases[i].type == ID_T_IPV4);
		assert_string_equal(id_text(&id, buf, sizeof(buf)),
				    cases[i].back);
	}
}

static void test_bad_text(void **state)
{
	static const char *const bad[] = {
		"", "@", "@@", "@#", "@#xyz", "@#abc", "C=DE, CN=west"
	};
	char longer[ID_MAX + 10];
	const char *why = NULL;
	struct id id;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(id_from_text(bad[i], &id, &why));
		assert_int_equal(id.type, ID_T_NONE);
		assert_true(strlen(why) > 10);
		why = NULL;
	}
	memset(longer, 'a', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	assert_false(id_from_text(longer, &id, &why));
}

static void test_octets(void **state)
{
	uint8_t big[ID_MAX + 1];
	struct id id;

	(void)state;
	memset(big, 'x', sizeof(big));
	assert_false(id_from_octets(ID_T_IPV4, span_of(big, 3), &id));
	assert_false(id_from_octets(ID_T_IPV4, span_of(big, 16), &id));
	assert_false(id_from_octets(ID_T_IPV6, span_of(big, 4), &id));
	assert_false(id_from_octets(ID_T_FQDN, span_of(big, 0), &id));
	assert_false(id_from_octets(ID_T_FQDN, span_of("west\0.evil", 10),
				    &id)); /* not west */
	assert_false(id_from_octets(ID_T_RFC822, span_of("a@b\0", 4), &id));
	assert_false(id_from_octets(ID_T_KEYID, span_of(big, ID_MAX + 1), &id));
	assert_false(id_from_octets(ID_T_NONE, span_of(big, 1), &id));
	assert_false(id_from_octets(ID_T_ANY, span_of(big, 1),
				    &id)); /* nobody is everybody */
	assert_false(id_from_octets(99, span_of(big, 0), &id));
	assert_int_equal(id.type, ID_T_NONE);
	assert_true(id_from_octets(ID_T_KEYID, span_of(big, ID_MAX), &id));
	assert_int_equal(id_octets(&id).n, ID_MAX);
	assert_int_equal(strlen(id_text(&id, buf, sizeof(buf))),
			 2 + 2 * ID_MAX);
	assert_true(id_from_octets(99, span_of("\x01\x02", 2), &id));
	assert_string_equal(id_text(&id, buf, sizeof(buf)), "type 99 0102");
	assert_true(id_from_octets(ID_T_NULL, span_of(NULL, 0), &id));
	assert_true(id_from_octets(ID_T_DN, span_of("\x30\x00", 2), &id));
	assert_string_equal(id_text(&id, buf, sizeof(buf)), "DN 3000");
	assert_string_equal(id_text(&id, buf, 4), "DN ");
}

static void test_match(void **state)
{
	static const struct {
		const char *want, *is;
		unsigned int score;
	} cases[] = {
		{ "@west.example.org", "@west.example.org", 4 },
		{ "@west.example.org", "@WEST.Example.org", 4 },
		{ "@west.example.org", "@east.example.org", 0 },
		{ "@west.example.org", "west@example.org", 0 },
		{ "@192.0.2.1", "192.0.2.1", 0 },
		{ "192.0.2.1", "192.0.2.1", 4 },
		{ "192.0.2.1", "192.0.2.2", 0 },
		{ "fred@example.org", "fred@EXAMPLE.org", 4 },
		{ "fred@example.org", "Fred@example.org",
		  0 }, /* who is who is the host's business */
		{ "@*.example.org", "@west.example.org", 2 },
		{ "@*.example.org", "@a.b.example.org", 2 },
		{ "@*.example.org", "@example.org", 0 },
		{ "@*.example.org", "@.example.org", 0 },
		{ "@*.example.org", "@westexample.org", 0 },
		{ "@*.example.org", "@west.example.org.evil", 0 },
		{ "@*.example.org", "x@west.example.org", 0 },
		{ "*@example.org", "fred@example.org", 2 },
		{ "*@example.org", "fred@sub.example.org", 0 },
		{ "*@example.org", "@fred.example.org", 0 },
		{ "@*", "@west", 0 },
		{ "@west.example.org", "@*.example.org",
		  0 }, /* a peer cannot be a wildcard */
		{ "%any", "@west", 1 },
		{ "%any", "192.0.2.1", 1 },
		{ "%any", "%null", 1 },
		{ "%any", "%any", 0 },
		{ "@west", "%any", 0 },
		{ "@#0102", "@#0102", 4 },
		{ "@#0102", "@#01", 0 },
	};
	struct id none = { .type = ID_T_NONE }, any = id_of("%any");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct id want = id_of(cases[i].want), is = id_of(cases[i].is);

		if (id_match(&want, &is) != cases[i].score)
			fail_msg("%s, %s", cases[i].want, cases[i].is);
		assert_int_equal(id_equal(&want, &is),
				 cases[i].score == 4 ||
					 !strcmp(cases[i].want, cases[i].is));
	}
	assert_int_equal(id_match(&any, &none), 0);
}

/* A stand-in for pki/dn.c: the text itself, "CN=*" is any. */
static size_t dn_from_text(const char *text, uint8_t *der, size_t room,
			   const char **why)
{
	size_t n = strlen(text);

	*why = "expected attributes";
	if (n < 4 || n > room)
		return 0;
	memcpy(der, text, n);
	return n;
}

static bool dn_to_text(struct span der, char *text, size_t n)
{
	if (der.n < 4 || der.n >= n)
		return false;
	memcpy(text, der.p, der.n);
	text[der.n] = '\0';
	return true;
}

static bool dn_matches(struct span pattern, struct span dn)
{
	return span_equal(pattern, span_text("CN=*")) ||
	       span_equal(pattern, dn);
}

static void test_dn(void **state)
{
	static const struct id_dn dn = { dn_from_text, dn_to_text, dn_matches };
	struct id any, west;
	const char *why = NULL;

	(void)state;
	id_use_dn(&dn);
	any = id_of("CN=*");
	west = id_of("CN=west");
	assert_int_equal(any.type, ID_T_DN);
	assert_string_equal(id_text(&west, buf, sizeof(buf)), "CN=west");
	assert_int_equal(id_match(&any, &west), 2);
	assert_int_equal(id_match(&west, &any), 0);
	assert_int_equal(id_match(&west, &west), 4);
	assert_false(id_equal(&any, &west));
	assert_false(id_from_text("C=", &west, &why));
	assert_string_equal(why, "expected attributes");
	id_use_dn(NULL);
}

static void test_from_conf(void **state)
{
	struct addr own = { 4, { 192, 0, 2, 1 } }, none = { .len = 0 };
	struct conf_id c = { .kind = ID_FQDN, .text = "west" };
	const char *why = NULL;
	struct id id;

	(void)state;
	assert_true(id_from_conf(&c, &own, &id, &why));
	assert_string_equal(id_text(&id, buf, sizeof(buf)), "@west");
	c = (struct conf_id){ .kind = ID_ADDR,
			      .b = (const uint8_t *)"\x0a\x00\x00\x01",
			      .len = 4 };
	assert_true(id_from_conf(&c, &own, &id, &why));
	assert_string_equal(id_text(&id, buf, sizeof(buf)), "10.0.0.1");
	c = (struct conf_id){ .kind = ID_KEYID,
			      .b = (const uint8_t *)"\x0a",
			      .len = 1 };
	assert_true(id_from_conf(&c, &own, &id, &why));
	assert_string_equal(id_text(&id, buf, sizeof(buf)), "@#0a");
	c.kind = ID_ANY;
	assert_true(id_from_conf(&c, &own, &id, &why));
	assert_int_equal(id.type, ID_T_ANY);
	assert_true(id_from_conf(NULL, &own, &id,
				 &why)); /* AUT-: without leftid, the address */
	assert_string_equal(id_text(&id, buf, sizeof(buf)), "192.0.2.1");
	assert_false(id_from_conf(NULL, &none, &id, &why));
	assert_int_equal(id.type, ID_T_NONE);
	c.kind = ID_FROMCERT;
	assert_false(id_from_conf(&c, &own, &id, &why));
	c = (struct conf_id){ .kind = ID_DN, .text = "CN=west" };
	assert_false(id_from_conf(&c, &own, &id, &why)); /* nobody said how */
	c = (struct conf_id){ .kind = ID_USER, .text = "" };
	assert_false(id_from_conf(&c, &own, &id, &why));
	c = (struct conf_id){ .kind = ID_ADDR, .b = own.b, .len = 3 };
	assert_false(id_from_conf(&c, &own, &id, &why));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),   cmocka_unit_test(test_bad_text),
		cmocka_unit_test(test_octets), cmocka_unit_test(test_match),
		cmocka_unit_test(test_dn),     cmocka_unit_test(test_from_conf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
