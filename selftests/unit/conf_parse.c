// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ conf/ */
/* conf_parse.c - the syntax of ipsec.conf: what it becomes, and where errors are said to be. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/conf.h"
#include "conf/diag.h"
#include "folder.h"

#define ENDS "\tleft=10.0.0.1\n\tright=11.0.0.1\n" /* what a conn needs */

enum { PLAIN, STRICT, LENIENT };

static struct conf *parse(const char *text, int mode)
{
	struct conf_opts o = { .strict = mode == STRICT, .lenient = mode == LENIENT };

	return conf_parse(text, strlen(text), "f", &o);
}

/* The first complaint of the severity as "line:col: text". */
static const char *first(const struct conf *c, enum conf_severity severity)
{
	static char buf[600];
	size_t i;

	for (i = 0; i < conf_diags(c); i++) {
		const struct conf_diag *d = conf_diag_at(c, i);

		if (d->severity != severity)
			continue;
		snprintf(buf, sizeof(buf), "%u:%u: %s", d->pos.line, d->pos.col, d->text);
		return buf;
	}
	return "";
}

/* Whether there is an error that begins so. */
static bool has(const struct conf *c, const char *error)
{
	char buf[600];
	size_t i;

	for (i = 0; i < conf_diags(c); i++) {
		const struct conf_diag *d = conf_diag_at(c, i);

		snprintf(buf, sizeof(buf), "%u:%u: %s", d->pos.line, d->pos.col, d->text);
		if (d->severity == CONF_ERROR && !strncmp(buf, error, strlen(error)))
			return true;
	}
	return false;
}

/* Each must be complained about at this place and with this text. */
static const struct {
	const char *id;
	int mode;
	const char *text, *error;
} refused[] = {
	{ "SYN-01", PLAIN, "conn a b\n", "1:8: a section begins" },
	{ "SYN-01", PLAIN, "conn\n", "1:5: a section begins" },
	{ "SYN-01", PLAIN, "\nconn   \n", "2:8: a section begins" },
	{ "SYN-01", STRICT, "conn a b\n", "1:8: a section begins" },
	{ "SYN-02", PLAIN, "policy x\n", "1:1: section type 'policy' not recognized" },
	{ "SYN-02", PLAIN, "con x\n", "1:1: section type 'con'" },
	{ "SYN-02", PLAIN, "config default\n", "1:8: config has only one section" },
	{ "SYN-02", PLAIN, "config setup extra\n", "1:14: a section begins" },
	{ "SYN-03", PLAIN, "conn 1a\n", "1:6: invalid section name" },
	{ "SYN-03", PLAIN, "conn a/b\n", "1:6: invalid section name" },
	{ "SYN-03", PLAIN, "conn -a\n", "1:6: invalid section name" },
	{ "SYN-03", PLAIN, "conn _a\n", "1:6: invalid section name" },
	{ "SYN-03", PLAIN, "conn %any\n", "1:6: invalid section name" },
	{ "SYN-03", PLAIN, "conn a=b\n", "1:6: invalid section name" },
	{ "SYN-04", PLAIN, "conn a\n" ENDS "\tauto\n", "4:2: syntax error or illegal parameter name" },
	{ "SYN-04", PLAIN, "conn a\n" ENDS "\tauto add\n", "4:2: syntax error" },
	{ "SYN-04", PLAIN, "conn a\n" ENDS "\t=add\n", "4:2: syntax error" },
	{ "SYN-04", PLAIN, "conn a\n" ENDS "\t9auto=add\n", "4:2: syntax error" },
	{ "SYN-04", PLAIN, "conn a\n" ENDS "\tau+to=add\n", "4:2: syntax error" },
	{ "SYN-04", PLAIN, "conn a\n" ENDS "auto=add\n", "4:1: a parameter at the left margin" },
	{ "SYN-04", PLAIN, "conn a\n" ENDS "  conn b\n", "4:3: syntax error" },
	{ "SYN-05", PLAIN, "\tauto=add\n", "1:2: parameter is not within a section" },
	{ "SYN-05", PLAIN, "version 2\n  left=1.2.3.4\n", "2:3: parameter is not within a section" },
	{ "SYN-06", STRICT, "conn a\n\tleft=10.0.0.1\n\n\tright=11.0.0.1\n", "4:2: parameter is not within" },
	{ "SYN-06", STRICT, "conn a\n\tleft=10.0.0.1\n#c\n\tright=11.0.0.1\n", "4:2: parameter is not within" },
	{ "SYN-07", STRICT, "conn a\n" ENDS "\tleftupdown=\"a #b\"\n", "4:13: mismatched quotes" },
	{ "SYN-08", PLAIN, "conn a\n" ENDS "\tleftupdown=a b\n", "4:14: white space in a value" },
	{ "SYN-08", STRICT, "conn a\n" ENDS "\tleftupdown=a b\n", "4:14: white space in a value" },
	{ "SYN-08", PLAIN, "conn a\n" ENDS "\tleftupdown=\"a b\n", "4:13: mismatched quotes" },
	{ "SYN-08", PLAIN, "conn a\n" ENDS "\tleftupdown=a\"b\n", "4:14: mismatched quotes" },
	{ "SYN-08", PLAIN, "conn a\n" ENDS "\tleftupdown=\"a\"b\n", "4:16: text after the closing quote" },
	{ "SYN-08", PLAIN, "conn a\n" ENDS "\tleftupdown=\"a\" b\n", "4:17: text after the closing quote" },
	{ "SYN-08", STRICT, "conn a\n" ENDS "\tleftupdown=\"a\\\"b\"\n", "4:17: text after the closing quote" },
	{ "SYN-08", PLAIN, "conn a\n" ENDS "\tleftsubnet=10.0.0.0/8 10.1.0.0/16\n", "4:23: white space" },
	{ "SYN-09", STRICT, "conn a\n" ENDS "\tleftupdown=a\\\n\tb\n", "5:2: syntax error" },
	{ "SYN-11", PLAIN, "conn a\n" ENDS "\tleft=10.0.0.2\n", "4:2: duplicated parameter 'left'" },
	{ "SYN-11", PLAIN, "conn a\n" ENDS "\tkeylife=1h\n\tlifetime=1h\n", "5:2: duplicated parameter 'salifetime'" },
	{ "SYN-11", PLAIN, "conn %default\n\tauto=add\nconn %default\n\tauto=start\n", "4:2: duplicated parameter 'auto'" },
	{ "SYN-11", PLAIN, "config setup\n\tuniqueids=yes\n\tuniqueids=yes\n", "3:2: duplicated parameter" },
	{ "SYN-12", PLAIN, "conn a\n" ENDS "conn b\n" ENDS "conn a\n" ENDS, "7:6: duplicate section 'a'" },
	{ "SYN-12", PLAIN, "config setup\nconfig setup\n", "2:8: duplicate section 'setup'" },
	{ "SYN-13", PLAIN, "conn a\n" ENDS "\tleftsubent=10.0.0.0/8\n", "4:2: unknown parameter 'leftsubent'" },
	{ "SYN-13", PLAIN, "conn a\n" ENDS "\tinterfaces=%defaultroute\n", "4:2: 'interfaces' has no place here" },
	{ "SYN-13", PLAIN, "config setup\n\tauto=add\n", "2:2: 'auto' has no place here" },
	{ "SYN-13", STRICT, "conn a\n" ENDS "\tAuto=add\n", "4:2: unknown parameter 'Auto'" },
	{ "SYN-13", PLAIN, "conn a\n" ENDS "\tleftauto=add\n", "4:2: unknown parameter 'leftauto'" },
	{ "SYN-14", PLAIN, "conn a\n" ENDS "\txcomment=add\n", "4:2: unknown parameter" },
	{ "SYN-16", PLAIN, "conn a\n" ENDS "\tleftupdown=a\001b\n", "4:13: unprintable character" },
	{ "SYN-16", PLAIN, "conn a\n" ENDS "\tleftupdown=a\177b\n", "4:13: unprintable character" },
	{ "SYN-16", PLAIN, "conn a\n" ENDS "\tleftupdown=a\302\205b\n", "4:13: unprintable character" },
	{ "SYN-16", PLAIN, "conn a\n" ENDS "\tleftupdown=a\377b\n", "4:13: unprintable character" },
	{ "SYN-16", PLAIN, "conn a\n" ENDS "\tleftupdown=a\300\200b\n", "4:13: unprintable character" },
	{ "SYN-16", PLAIN, "conn a\n" ENDS "\tleftupdown=\"a\001b\"\n", "4:13: unprintable character" },
	{ "SYN-16", PLAIN, "conn a\n" ENDS "\tleftupdown=a\rb\n", "4:13: unprintable character" },
	{ "SYN-17", PLAIN, "conn %default\n\talso=a\nconn a\n" ENDS, "2:7: also= may not stand" },
	{ "SYN-19", PLAIN, "conn a\n" ENDS "\talso=b\n", "4:7: did not find conn section 'b'" },
	{ "SYN-19", PLAIN, "conn a\n" ENDS "\talso=%default\n", "4:7: did not find conn section" },
	{ "SYN-19", PLAIN, "conn a\n" ENDS "\talso=a\n", "4:7: also= comes back to its section: a -> a" },
	{ "SYN-19", STRICT, "conn b\n\tauto=add\nconn a\n" ENDS "\talso=b\n", "6:7: section 'b' must come later" },
	{ "SYN-19", STRICT, "conn a\n" ENDS "\talso=b\n\talso=b\nconn b\n\tauto=add\n", "5:7: section 'b' requested more" },
	{ "SYN-21", PLAIN, "conn a\n" ENDS "\tauto=maybe\n", "4:7: expected ignore, add" },
	{ "SYN-22", PLAIN, "include a b\n", "1:10: expected one file name" },
	{ "SYN-22", PLAIN, "include\n", "1:8: expected one file name" },
	{ "SYN-22", PLAIN, "include x.conf\n", "1:9: no folder is known" },
	{ "SYN-22", PLAIN, "conn a\n" ENDS "\tinclude x\n", "4:2: syntax error" },
	{ "SYN-25", PLAIN, "version two\n", "1:9: expected a version" },
	{ "SYN-25", PLAIN, "version 2 3\n", "1:9: expected a version" },
	{ "SYN-25", PLAIN, "conn a\n" ENDS "version 2\n", "4:9: version stands behind a section" },
	{ "BAD-14", PLAIN, "conn setup\n\tinterfaces=%defaultroute\n", "2:2: 'interfaces' has no place here" },
};

static void test_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct conf *c = parse(refused[i].text, refused[i].mode);

		if (!has(c, refused[i].error))
			fail_msg("%s: case %zu: got '%s', expected '%s'", refused[i].id, i, first(c, CONF_ERROR),
				 refused[i].error);
		conf_free(c);
	}
}

/* Each is accepted, and the value of leftupdown is this. */
static void test_accepted(void **state)
{
	static const struct {
		const char *id;
		int mode;
		const char *text, *updown;
	} cases[] = {
		{ "SYN-01", PLAIN, "conn  a\t # comment\n" ENDS, "ipsec _updown" },
		{ "SYN-02", PLAIN, "conn a\n" ENDS "ca x\n\tcacert=f\n", "" },
		{ "SYN-03", PLAIN, "conn a.b_c-9\n" ENDS, "ipsec _updown" },
		{ "SYN-03", LENIENT, "conn 9a\n" ENDS, "ipsec _updown" },
		{ "SYN-04", PLAIN, "conn a\n" ENDS " leftupdown =  x  \n", "x" },
		{ "SYN-04", PLAIN, "conn a\n" ENDS "\tleftupdown=a=b\n", "a=b" },
		{ "SYN-06", PLAIN, "conn a\n\tleft=10.0.0.1\n\n# c\n  \n\tright=11.0.0.1\n", "ipsec _updown" },
		{ "SYN-06", STRICT, "conn a\n\tleft=10.0.0.1\n  \n\tright=11.0.0.1\n", "ipsec _updown" },
		{ "SYN-07", PLAIN, "conn a\n" ENDS "\tleftupdown=\"a #b\" #c\n", "a #b" },
		{ "SYN-07", PLAIN, "conn a\n" ENDS "\tleftupdown=a#b\n", "a#b" },
		{ "SYN-07", PLAIN, "conn a\n" ENDS "\tleftupdown=a #b\n", "a" },
		{ "SYN-08", PLAIN, "conn a\n" ENDS "\tleftupdown=\"a  b\"\n", "a  b" },
		{ "SYN-08", PLAIN, "conn a\n" ENDS "\tleftupdown=\"a\\\"b\\\\c\\d\"\n", "a\"b\\c\\d" },
		{ "SYN-08", LENIENT, "conn a\n" ENDS "\tleftupdown=a   b\n", "a b" },
		{ "SYN-08", PLAIN, "conn a\n" ENDS "\tleftupdown=a,  b\n", "a, b" },
		{ "SYN-08", PLAIN, "conn a\n" ENDS "\tleftupdown={ a  b }\n", "{ a b }" },
		{ "SYN-09", PLAIN, "conn a\n" ENDS "\tleftupdown=a\\\n\t\tb\\\nc\n", "abc" },
		{ "SYN-09", PLAIN, "conn a\n" ENDS "\tleftupdown=\"a \\\n   b\"\n", "a b" },
		{ "SYN-09", PLAIN, "conn a\n" ENDS "\tleftupdown=a\\\r\n\t\tb\r\n", "ab" },
		{ "SYN-10", PLAIN, "conn %default\n\tleftupdown=x\nconn a\n" ENDS "\tleftupdown=\n", "ipsec _updown" },
		{ "SYN-10", PLAIN, "conn %default\n\tleftupdown=x\nconn a\n" ENDS "\tleftupdown=%none\n", "%none" },
		{ "SYN-13", LENIENT, "conn a\n" ENDS "\tleftsubent=10.0.0.0/8\n", "ipsec _updown" },
		{ "SYN-13", PLAIN, "conn a\n" ENDS "\tLeftUpDown=x\n", "x" },
		{ "SYN-14", PLAIN, "conn a\n" ENDS "\tx-a=1\n\tX_a=1\n\tx-a=2\n", "ipsec _updown" },
		{ "SYN-15", PLAIN, "conn a\n" ENDS "\t_plutodevel=1\n", "ipsec _updown" },
		{ "SYN-16", PLAIN, "conn a\n" ENDS "\tleftupdown=a\303\244b\n", "a\303\244b" },
		{ "SYN-17", PLAIN, "conn a\n" ENDS "conn %default\n\tleftupdown=x\n", "x" },
		{ "SYN-18", PLAIN, "conn %default\n\tleftupdown=x\nconn a\n" ENDS "\tleftupdown=y\n", "y" },
		{ "SYN-18", PLAIN, "conn %default\n\tleftupdown=x\nconn a\n" ENDS "\talso=b\nconn b\n\tleftupdown=y\n", "y" },
		{ "SYN-19", PLAIN, "conn b\n\tleftupdown=y\nconn a\n" ENDS "\talso=b\n", "y" },
		{ "SYN-19", PLAIN, "conn a\n" ENDS "\talso=b\nconn b\n\talso=c\nconn c\n\tleftupdown=z\n", "z" },
		{ "SYN-20", PLAIN, "conn a\n" ENDS "\talsoflip=b\nconn b\n\trightupdown=y\n", "y" },
		{ "SYN-25", PLAIN, "version 2.0 # as it came\nconn a\n" ENDS, "ipsec _updown" },
		{ "SYN-25", PLAIN, "version 3\nconn a\n" ENDS, "" },
		{ "MAG-13", PLAIN, "conn %default\n\tleftupdown=x\nconn %default\n\tauto=add\nconn a\n" ENDS, "x" },
		{ "", PLAIN, "\357\273\277conn a\n" ENDS, "ipsec _updown" },
		{ "", PLAIN, "conn a\r\n\tleft=10.0.0.1\r\n\tright=11.0.0.1\r\n", "ipsec _updown" },
		{ "", PLAIN, "conn a\n\tleft=10.0.0.1\n\tright=11.0.0.1", "ipsec _updown" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf *c = parse(cases[i].text, cases[i].mode);
		const struct conf_conn *a = conf_conn_at(c, 0);
		size_t k;

		for (k = 0; k < conf_conns(c); k++)
			if (conf_conn_name(conf_conn_at(c, k))[0] != 'b' && conf_conn_name(conf_conn_at(c, k))[0] != 'c')
				a = conf_conn_at(c, k);
		if (conf_errors(c) || !a || conf_conn_broken(a))
			fail_msg("%s: case %zu: '%s'", cases[i].id, i, first(c, CONF_ERROR));
		if (strcmp(conf_get(a, KW_UPDOWN, SIDE_LEFT)->text, cases[i].updown) != 0)
			fail_msg("%s: case %zu: '%s'", cases[i].id, i, conf_get(a, KW_UPDOWN, SIDE_LEFT)->text);
		conf_free(c);
	}
}

/* SYN-11, SYN-12: the first place is named, too. */
static void test_second_place(void **state)
{
	struct conf *c = parse("conn a\n" ENDS "\n\tleft=10.0.0.9\n", PLAIN);

	(void)state;
	assert_int_equal(conf_diag_at(c, 0)->pos.line, 5);
	assert_int_equal(conf_diag_at(c, 0)->other.line, 2);
	assert_int_equal(conf_diag_at(c, 0)->other.col, 2);
	conf_free(c);
	c = parse("conn a\n" ENDS "conn a\n" ENDS, PLAIN);
	assert_int_equal(conf_diag_at(c, 0)->pos.line, 4);
	assert_int_equal(conf_diag_at(c, 0)->other.line, 1);
	/* nobody knows which of them was meant */
	assert_true(conf_conn_broken(conf_conn_find(c, "a")));
	conf_free(c);
}

/* SYN-27: all errors are said, in order, and the good connection stays. */
static void test_all_errors(void **state)
{
	struct conf *c = parse("conn bad\n\tright=x y\n\tauto=no\nconn good\n" ENDS "conn worse\n\tleft=%\n\tfoo=1\n", PLAIN);
	size_t i;

	(void)state;
	assert_true(conf_errors(c) >= 3);
	for (i = 1; i < conf_diags(c); i++)
		assert_true(conf_diag_at(c, i)->pos.line >= conf_diag_at(c, i - 1)->pos.line);
	assert_false(conf_conn_broken(conf_conn_find(c, "good")));
	assert_true(conf_conn_broken(conf_conn_find(c, "bad")));
	assert_true(conf_conn_broken(conf_conn_find(c, "worse")));
	assert_null(conf_conn_find(c, "none"));
	conf_free(c);
}

/* SYN-25: defaults by generation, see freeswan.md 2.6. */
static void test_generations(void **state)
{
	static const struct {
		const char *text;
		enum conf_gen gen;
		const char *tries, *authby;
	} cases[] = {
		{ "conn a\n" ENDS "\trightupdown=x\n\tleftrsasigkey=0s\n", CONF_V1, "3", "secret" },
		{ "version 1\nconn a\n" ENDS, CONF_V1, "3", "secret" },
		{ "version 2\nconn a\n" ENDS, CONF_V2, "%forever", "rsasig" },
		{ "conn a\n" ENDS "\ttype=drop\n", CONF_V2, "%forever", "rsasig" },
		{ "conn a\n" ENDS "\tfailureshunt=drop\n", CONF_V2, "%forever", "rsasig" },
		{ "conn a\n" ENDS "\tleftid=%myid\n", CONF_V2, "%forever", "rsasig" },
		{ "version 3\nconn a\n" ENDS, CONF_NOW, "%forever", "rsasig,ecdsa" },
		{ "version 2\nconn a\n" ENDS "\tikev2=insist\n", CONF_NOW, "%forever", "rsasig,ecdsa" },
		{ "conn a\n" ENDS "\tauto=ondemand\n", CONF_NOW, "%forever", "rsasig,ecdsa" },
		{ "conn a\n" ENDS "\tesp=3des-md5-96\n", CONF_V1, "3", "secret" },
		{ "conn a\n" ENDS "\tesp=aes128-sha1\n", CONF_NOW, "%forever", "rsasig,ecdsa" },
		{ "conn a\n" ENDS "\tleftsubnet=10.0.0.0/8,11.0.0.0/8\n", CONF_NOW, "%forever", "rsasig,ecdsa" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf *c = parse(cases[i].text, PLAIN);
		const struct conf_conn *a = conf_conn_at(c, 0);

		assert_int_equal(conf_generation(c), cases[i].gen);
		assert_string_equal(conf_get(a, KW_KEYINGTRIES, SIDE_NONE)->text, cases[i].tries);
		assert_string_equal(conf_get(a, KW_AUTHBY, SIDE_NONE)->text, cases[i].authby);
		assert_int_equal(conf_from(a, conf_get(a, KW_AUTHBY, SIDE_NONE)), FROM_BUILTIN);
		conf_free(c);
	}
	{
		struct conf *c = parse("", PLAIN);

		assert_int_equal(conf_generation(c), CONF_NOW);
		assert_int_equal(conf_conns(c), 0);
		assert_int_equal(conf_diags(c), 0);
		conf_free(c);
	}
}

/* Files ---------------------------------------------------------------------------------------- */

static int set_up(void **state)
{
	return folder_make(state) ? -1 : mkdir(folder_path("sub"), 0700);
}

/* What the main file is, and the names of the connections, or the first error. */
static void test_include(void **state)
{
	static const struct {
		const char *id, *text, *names, *error;
	} cases[] = {
		{ "SYN-22", "include b.inc\ninclude a.inc\n", "b a ", "" },
		{ "SYN-22", "include *.inc\n", "a b ", "" },
		{ "SYN-22", "include \"{b,a}.inc\"\n", "b a ", "" },
		{ "SYN-22", "include sub/deep.conf\n", "b ", "" },
		{ "SYN-25", "include a.inc\ninclude versioned.conf\n", "a v ", "" },
		{ "SYN-22", "include missing.conf\n", "", "1:9: cannot read" },
		{ "SYN-22", "include? missing.conf\ninclude a.inc\n", "a ", "" },
		{ "SYN-22", "-include missing.conf\ninclude? a.inc\n", "a ", "" },
		{ "SYN-22", "include loop.conf\n", "", "1:9: the file includes itself" },
		{ "SYN-22", "include sub\n", "", "1:9: cannot read" },
		{ "SYN-22", "include /dev/zero\n", "", "1:9: cannot read" },
		{ "SYN-22", "conn c\n" ENDS "include a.inc\n\tauto=add\n", "c a ", "5:2: parameter is not within a section" },
		{ "SYN-22", "include {a,b}{a,b}{a,b}{a,b}{a,b}\n", "", "1:9: too many wildcards" },
		{ "SYN-22", "include *****************\n", "", "1:9: too many wildcards" },
		{ "SYN-23", "include nothing.*\ninclude a.inc\n", "a ", "" },
		{ "SYN-12", "include a.inc\ninclude a.inc\n", "a ", "1:6: duplicate section 'a'" },
	};
	char path[256];
	size_t i, k;

	(void)state;
	folder_put("a.inc", "conn a\n" ENDS);
	folder_put("b.inc", "conn b\n" ENDS);
	folder_put("sub/deep.conf", "include ../b.inc\n");
	folder_put("versioned.conf", "version 2\nconn v\n" ENDS);
	folder_put("loop.conf", "include loop.conf\n");
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char names[64] = "";
		struct conf *c;

		snprintf(path, sizeof(path), "%s", folder_put("ipsec.conf", cases[i].text));
		c = conf_load(path, NULL);
		for (k = 0; k < conf_conns(c); k++)
			strcat(strcat(names, conf_conn_name(conf_conn_at(c, k))), " ");
		if (strcmp(names, cases[i].names) != 0 ||
		    strncmp(first(c, CONF_ERROR), cases[i].error, strlen(cases[i].error)) != 0 ||
		    (!cases[i].error[0] && conf_errors(c)))
			fail_msg("%s: case %zu: '%s' '%s'", cases[i].id, i, names, first(c, CONF_ERROR));
		conf_free(c);
	}
}

/* SYN-22, SYN-24, SYN-26 and what a file may cost. */
static void test_limits(void **state)
{
	struct conf_opts o = { .limits = { .bytes = 20 } };
	char path[256];
	struct conf *c;

	(void)state;
	snprintf(path, sizeof(path), "%s", folder_put("ipsec.conf", "conn a\n" ENDS));
	c = conf_load(path, &o);
	assert_int_equal(conf_errors(c), 1);
	assert_int_equal(conf_conns(c), 0);
	conf_free(c);
	c = conf_parse("conn a\n\tleft=10.0.0.1\n", 22, "f", &o);
	assert_int_equal(conf_errors(c), 1);
	conf_free(c);
	o.limits = (struct conf_limits){ .sections = 2 };
	c = conf_parse("conn a\nconn b\nconn c\n", 21, "f", &o);
	assert_int_equal(conf_conns(c), 2);
	assert_string_equal(conf_diag_at(c, 2)->text, "more sections than may be");
	conf_free(c);
	folder_put("ipsec.conf", "include deep1\n");
	folder_put("deep1", "include deep2\n");
	folder_put("deep2", "conn a\n" ENDS);
	o.limits = (struct conf_limits){ .depth = 1 };
	c = conf_load(path, &o);
	assert_int_equal(conf_conns(c), 0);
	assert_int_equal(conf_diag_at(c, 0)->pos.file, 2);
	assert_non_null(strstr(conf_diag_at(c, 0)->text, "more deeply"));
	conf_free(c);
	folder_put("ipsec.conf", "include deep2\ninclude deep2\n");
	o.limits = (struct conf_limits){ .includes = 1 };
	c = conf_load(path, &o);
	assert_int_equal(conf_errors(c), 1);
	assert_int_equal(conf_conns(c), 1);
	conf_free(c);
	c = conf_load("/nonexistent/ipsec.conf", NULL);
	assert_int_equal(conf_errors(c), 0);
	assert_int_equal(conf_diags(c), 1);
	assert_int_equal(conf_diag_at(c, 0)->severity, CONF_NOTE);
	conf_free(c);
	c = conf_load("/", NULL);
	assert_int_equal(conf_errors(c), 1);
	conf_free(c);
}

/* SYN-26: the mode of the file is looked at. */
static void test_permissions(void **state)
{
	static const char text[] = "conn a\n" ENDS "\tspi=0x200\n\tesp=3des-md5-96\n"
				   "\tespenckey=0x0f2d4b6988a7c6e503214365870bcdef1122334455667788\n"
				   "\tespauthkey=0x102132435465768798a9bacbdcedfe0f\n";
	char path[256];
	struct conf *c;

	(void)state;
	snprintf(path, sizeof(path), "%s", folder_put("keys.conf", text));
	c = conf_load(path, NULL);
	assert_int_equal(conf_errors(c), 0);
	conf_free(c);
	chmod(path, 0640);
	c = conf_load(path, NULL);
	assert_int_equal(conf_errors(c), 1);
	assert_string_equal(first(c, CONF_ERROR), "6:2: keys in a file that others may read");
	assert_true(conf_conn_broken(conf_conn_at(c, 0)));
	conf_free(c);
}

/* Keys are in no message, and neither are they in the source line that is shown. */
static void test_hidden(void **state)
{
	static const char *const texts[] = {
		"conn a\n" ENDS "\tespenckey=0x0123456789abcdef01\n\tfoo=1\n",
		"conn a\n" ENDS "\tespenckey=0123456789abcdef01\n",
		"conn a\n" ENDS "\tespenckey=\"0x0123456789abcdef01\n",
		"conn a\n" ENDS "\tespenkey=0x0123456789abcdef01\n",
		"conn a\n" ENDS "\tesp=0x0123456789abcdef01\n",
		"conn a\n" ENDS "\tleftid=\"0x0123456789abcdef01 x\"\n",
		"conn a\n" ENDS "\tespenckey=0x01234567\\\n\t89abcdef01 0123456789abcdef01\n",
		"conn a\n" ENDS "\tleft=0x0123456789abcdef01\n",
		"espenckey=0x0123456789abcdef01\n",
		"conn a\n" ENDS "\tespenckey 0x0123456789abcdef01\n",
		"conn a\n" ENDS "\tleftid=x espenckey=0x0123456789abcdef01\n",
		"conn a\n" ENDS "\tleftid=x  0s0123456789abcdef01\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct conf *c = parse(texts[i], PLAIN);
		char *out = NULL;
		size_t n;
		FILE *f = open_memstream(&out, &n);

		assert_non_null(f);
		conf_diag_print(c, f);
		conf_diag_json(c, f);
		fclose(f);
		assert_true(conf_errors(c) > 0);
		if (strstr(out, "89abcdef01"))
			fail_msg("case %zu: %s", i, out);
		free(out);
		conf_free(c);
	}
}

/* What is printed: the place, the line, the caret below the value, the hint. */
static void test_print(void **state)
{
	struct conf *c = parse("conn a\n" ENDS "\tleftsubnett=10.0.0.0/8\n", PLAIN);
	char *out = NULL;
	size_t n;
	FILE *f = open_memstream(&out, &n);

	(void)state;
	assert_non_null(f);
	conf_diag_print(c, f);
	fclose(f);
	assert_string_equal(out, "f:4:2: error: unknown parameter 'leftsubnett'\n"
				 "    \tleftsubnett=10.0.0.0/8\n    \t^\n"
				 "  hint: did you mean 'leftsubnet'?\n");
	free(out);
	conf_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),	     cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_second_place), cmocka_unit_test(test_all_errors),
		cmocka_unit_test(test_generations),  cmocka_unit_test(test_include),
		cmocka_unit_test(test_limits),	     cmocka_unit_test(test_permissions),
		cmocka_unit_test(test_hidden),	     cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests_name("conf_parse", tests, set_up, folder_remove);
}
