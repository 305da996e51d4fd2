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

#include <arpa/inet.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/options.h"

/* A value as text -------------------------------------------------------------------------------- */

struct out {
	char text[1024];
	size_t n;
};

static void put(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void put(struct out *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	o->n += (size_t)vsnprintf(o->text + o->n, sizeof(o->text) - o->n, fmt, ap);
	va_end(ap);
	assert_true(o->n < sizeof(o->text));
}

static void put_address(struct out *o, const uint8_t *b, uint8_t len)
{
	char text[INET6_ADDRSTRLEN];

	put(o, "%s", inet_ntop(len == 4 ? AF_INET : AF_INET6, b, text, sizeof(text)));
}

static void put_range(struct out *o, const struct conf_range *r)
{
	if (r->word)
		put(o, "%s", options_word_text(r->word));
	else if (r->name)
		put(o, "name %s", r->name);
	else if (r->len)
		put_address(o, r->first, r->len);
	if (r->len && r->plen != CONF_NO_PREFIX)
		put(o, "/%u", r->plen);
	if (r->len && r->plen == CONF_NO_PREFIX) {
		put(o, "-");
		put_address(o, r->last, r->len);
	}
	if (r->proto)
		put(o, "[%u/%u-%u]", r->proto, r->port_min, r->port_max);
}

static void put_props(struct out *o, const struct conf_props *props)
{
	size_t i, k;

	for (i = 0; i < props->n; i++) {
		for (k = 0; k < props->v[i].n; k++) {
			const struct conf_alg *a = &props->v[i].v[k];

			put(o, "%s", k ? " " : i ? ", " : "");
			if (a->kind >= ALG_ADDKE1)
				put(o, "ke%d:", (int)a->kind - ALG_ADDKE1 + 1);
			put(o, "%s", a->name);
			if (a->keybits)
				put(o, "/%u", a->keybits);
		}
	}
	put(o, "%s", props->only ? "!" : "");
}

static void put_flags(struct out *o, const struct conf_value *v, enum word_set set)
{
	enum conf_gen since;
	int w;

	for (w = W_NONE + 1; w < W_COUNT; w++) {
		const char *text = options_word_text((enum conf_word)w);

		if ((int)options_word(set, text, &since) == w && conf_has(v, (enum conf_word)w))
			put(o, "%s%s", o->n ? "+" : "", text);
	}
}

static void put_time(struct out *o, uint64_t ms)
{
	if (ms % 1000)
		put(o, "%ums", (unsigned int)ms);
	else
		put(o, "%us", (unsigned int)(ms / 1000));
}

static void put_id(struct out *o, const struct conf_id *id)
{
	static const char *const kinds[] = { "address", "fqdn", "user",	    "keyid", "dn",
					     "name",	"any",	"fromcert", "null",  "myid" };

	put(o, "%s:%s", kinds[id->kind], id->text);
}

static void put_words(struct out *o, const struct conf_words *words)
{
	size_t i;

	for (i = 0; i < words->n; i++)
		put(o, "%s%s", i ? " " : "", words->v[i]);
}

static void put_number(struct out *o, const struct conf_value *v)
{
	switch ((enum conf_type)v->type) {
	case CONF_BOOL:
		put(o, "%s", v->u.n ? "yes" : "no");
		break;
	case CONF_TIME:
		put_time(o, v->u.n);
		break;
	case CONF_MSEC:
		put(o, "%ums", (unsigned int)v->u.n);
		break;
	case CONF_PERCENT:
		put(o, "%u%%", (unsigned int)v->u.n);
		break;
	default:
		put(o, "%d", (int)v->u.n);
	}
}

static void put_ranges(struct out *o, const struct conf_ranges *ranges)
{
	size_t i;

	for (i = 0; i < ranges->n; i++) {
		put(o, "%s", i ? " " : "");
		put_range(o, &ranges->v[i]);
	}
}

static void put_value(struct out *o, const struct conf_value *v)
{
	switch ((enum conf_type)v->type) {
	case CONF_FLAGS:
		put_flags(o, v, options_row((enum conf_kw)v->kw)->words);
		break;
	case CONF_AUTH:
		put(o, v->u.words->n ? "%s: " : "%s", options_word_text((enum conf_word)v->word));
		put_words(o, v->u.words);
		break;
	case CONF_NAMES:
	case CONF_WORDS:
	case CONF_IFACES:
		put_words(o, v->u.words);
		break;
	case CONF_HOST:
	case CONF_SUBNETS:
	case CONF_SOURCEIP:
	case CONF_POOL:
	case CONF_ADDRS:
	case CONF_PROTOPORT:
		put_ranges(o, v->u.ranges);
		break;
	case CONF_ID:
		put_id(o, v->u.id);
		break;
	case CONF_PUBKEY:
	case CONF_KEY:
		if (v->u.key->len)
			put(o, "%zu octets", v->u.key->len);
		else
			put(o, "file %s", v->text);
		break;
	case CONF_MARK:
		put(o, "0x%x/0x%x", v->u.mark.value, v->u.mark.mask);
		break;
	case CONF_IKE:
	case CONF_ESP:
	case CONF_AH:
		put_props(o, v->u.props);
		break;
	case CONF_SAME:
	case CONF_ENUM:
	case CONF_STRING:
	case CONF_PATH:
	case CONF_COMMAND:
		put(o, "%s", v->text);
		break;
	case CONF_BOOL:
	case CONF_INT:
	case CONF_BYTES:
	case CONF_TIME:
	case CONF_MSEC:
	case CONF_PERCENT:
	case CONF_DSCP:
	case CONF_SPI:
		put_number(o, v);
	}
}

/* A word stands for itself; lists of ranges and methods say more than their word. */
static bool is_word(const struct conf_value *v)
{
	switch ((enum conf_type)v->type) {
	case CONF_ENUM:
	case CONF_INT:
	case CONF_PUBKEY:
	case CONF_MARK:
		return v->word;
	default:
		return false;
	}
}

static const char *typed(const struct conf_value *v)
{
	static struct out o;

	o.n = 0;
	o.text[0] = '\0';
	if (!v->set)
		put(&o, "-");
	else if (is_word(v))
		put(&o, "%s", options_word_text((enum conf_word)v->word));
	else
		put_value(&o, v);
	return o.text;
}

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
	char *name = strtok(line, " "), *keyword = strtok(NULL, " "), *value = strtok(NULL, "");
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
