// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ conf/ */
/*
 * conf_families.c - the files of selftests/conf, rebuilt after the tests of strongSwan and libreswan.
 * Each loads without an error; behind its line "# expect" stands what it means and how it breaks:
 *   # = NAME KEYWORD VALUE           a value as it takes effect; NAME is a conn, "setup" or "ca:NAME"
 *   # ~ LINE:COL: TEXT               a warning
 *   # ! OLD => NEW => LINE:COL: TEXT with NEW in place of OLD, which stands there once, there is this error
 * "\n" and "\t" in OLD and NEW are a line's end and a tab.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/options.h"
#include "typed.h"

/* Families --------------------------------------------------------------------------------------- */

/* A file: body up to the line "# expect", lines of directives behind it. */
struct family {
	const char *name;
	char *text, *directives;
	size_t n; /* of the body */
};

static struct family read_family(const char *path)
{
	struct family f = { .name = strrchr(path, '/') + 1 };
	FILE *in = fopen(path, "re");
	size_t room = 0;

	assert_non_null(in);
	assert_true(getdelim(&f.text, &room, '\0', in) > 0);
	fclose(in);
	f.directives = strstr(f.text, "\n# expect\n");
	if (!f.directives)
		fail_msg("%s: no line '# expect'", f.name);
	*++f.directives = '\0';
	f.n = (size_t)(f.directives - f.text);
	f.directives += strlen("# expect\n");
	return f;
}

static size_t mistakes;

static void wrong(const struct family *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void wrong(const struct family *f, const char *fmt, ...)
{
	char text[1500];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	print_message("# %s: %s\n", f->name, text);
	mistakes++;
}

/* "LINE:COL: TEXT" of a complaint. */
static const char *said(const struct conf_diag *d)
{
	static char text[700];

	snprintf(text, sizeof(text), "%u:%u: %s", d->pos.line, d->pos.col, d->text);
	return text;
}

static bool has(const struct conf *c, enum conf_severity severity, const char *begin)
{
	size_t i;

	for (i = 0; i < conf_diags(c); i++)
		if (conf_diag_at(c, i)->severity == severity &&
		    !strncmp(said(conf_diag_at(c, i)), begin, strlen(begin)))
			return true;
	return false;
}

static size_t count(const struct conf *c, enum conf_severity severity)
{
	size_t i, n = 0;

	for (i = 0; i < conf_diags(c); i++)
		n += conf_diag_at(c, i)->severity == severity;
	return n;
}

static const char *first(const struct conf *c, enum conf_severity severity)
{
	size_t i;

	for (i = 0; i < conf_diags(c); i++)
		if (conf_diag_at(c, i)->severity == severity)
			return said(conf_diag_at(c, i));
	return "";
}

static const struct conf_value *lookup(const struct family *f, const struct conf *c, const char *name,
				       const char *keyword)
{
	const struct conf_conn *conn = NULL;
	bool setup = !strcmp(name, "setup"), ca = !strncmp(name, "ca:", 3);
	struct conf_name is = options_find(setup ? SEC_SETUP : ca ? SEC_CA : SEC_CONN, keyword, false);
	size_t i;

	if (is.kw == KW_NONE) {
		wrong(f, "no keyword '%s'", keyword);
		return NULL;
	}
	for (i = 0; ca && i < conf_cas(c); i++)
		if (!strcmp(conf_conn_name(conf_ca_at(c, i)), name + 3))
			conn = conf_ca_at(c, i);
	if (!setup && !ca)
		conn = conf_conn_find(c, name);
	if (!setup && !conn) {
		wrong(f, "no section '%s'", name);
		return NULL;
	}
	return setup ? conf_setup_get(c, is.kw) : conf_get(conn, is.kw, is.side);
}

static void judge_value(const struct family *f, const struct conf *c, char *line)
{
	char *rest, *name = strtok_r(line, " ", &rest), *keyword = strtok_r(NULL, " ", &rest);
	char *value = strtok_r(NULL, "", &rest);
	const struct conf_value *v = value ? lookup(f, c, name, keyword) : NULL;

	if (!value)
		wrong(f, "'# = %s': expected NAME KEYWORD VALUE", name);
	if (v && strcmp(typed(v), value) != 0)
		wrong(f, "%s of %s is '%s', expected '%s'", keyword, name, typed(v), value);
}

static char *unescape(char *text)
{
	char *from = text, *to = text;

	for (; *from; from++) {
		if (from[0] == '\\' && (from[1] == 'n' || from[1] == 't'))
			*to++ = *++from == 'n' ? '\n' : '\t';
		else
			*to++ = *from;
	}
	*to = '\0';
	return text;
}

static char *after(const struct family *f, char *text)
{
	char *arrow = strstr(text, " => ");

	if (!arrow)
		fail_msg("%s: '%s': expected ' => '", f->name, text);
	*arrow = '\0';
	return arrow + 4;
}

static void judge_broken(const struct family *f, char *old)
{
	char *new = after(f, old), *expect = after(f, new), *text = NULL, *at;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	struct conf *c;

	at = strstr(f->text, unescape(old));
	assert_non_null(out);
	if (!at || strstr(at + 1, old))
		wrong(f, "'%s' does not stand there once", old);
	fprintf(out, "%.*s%s%s", at ? (int)(at - f->text) : 0, f->text, unescape(new), at ? at + strlen(old) : "");
	fclose(out);
	c = conf_parse(text, n, f->name, NULL);
	if (!has(c, CONF_ERROR, expect))
		wrong(f, "%s: '%s', expected '%s'", new, first(c, CONF_ERROR), expect);
	conf_free(c);
	free(text);
}

enum { VALUES, BROKEN, WARNINGS, KINDS };

static void judge_line(const struct family *f, const struct conf *c, char *line, size_t n[KINDS])
{
	if (!strncmp(line, "# = ", 4) && ++n[VALUES])
		judge_value(f, c, line + 4);
	else if (!strncmp(line, "# ! ", 4) && ++n[BROKEN])
		judge_broken(f, line + 4);
	else if (strncmp(line, "# ~ ", 4) != 0 || !++n[WARNINGS] || !has(c, CONF_WARNING, line + 4))
		wrong(f, "'%s' is not so", line);
}

static void judge(struct family *f)
{
	struct conf *c = conf_parse(f->text, f->n, f->name, NULL);
	size_t n[KINDS] = { 0 };
	char *line = f->directives, *next;

	if (conf_errors(c))
		wrong(f, "%s: error", first(c, CONF_ERROR));
	for (; *line; line = next) {
		next = strchr(line, '\n');
		assert_non_null(next);
		*next++ = '\0';
		judge_line(f, c, line, n);
	}
	if (count(c, CONF_WARNING) != n[WARNINGS])
		wrong(f, "%s: warning", first(c, CONF_WARNING));
	if (!n[VALUES] || !n[BROKEN])
		wrong(f, "no value, or no mistake, is looked at");
	conf_free(c);
}

static void test_families(void **state)
{
	glob_t g;
	size_t i;

	(void)state;
	assert_int_equal(glob("selftests/conf/*.conf", 0, NULL, &g), 0);
	assert_true(g.gl_pathc >= 30);
	for (i = 0; i < g.gl_pathc; i++) {
		struct family f = read_family(g.gl_pathv[i]);

		judge(&f);
		free(f.text);
	}
	globfree(&g);
	assert_int_equal(mistakes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_families),
	};

	return cmocka_run_group_tests_name("conf_families", tests, NULL, NULL);
}
