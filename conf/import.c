// SPDX-License-Identifier: GPL-2.0-or-later
/* import.c - a foreign configuration as ipsec.conf: kind, reading, proof that ours reads, printing. */
#include "conf/import.h"

#include <stdlib.h>
#include <string.h>

#include "conf/diag.h"
#include "conf/import_priv.h"

#define BUDGET      \
	((size_t)64 \
	 << 20) /* octets and sections that are looked at, those inherited counted again */
#define PROOFS_MAX 4 /* parsings of the result until it must have no errors */

/* Kinds ---------------------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *tail)
{
	size_t n = strlen(text), k = strlen(tail);

	return n >= k && !strcmp(text + n - k, tail);
}

/* The first line that says something, without blanks before it. */
static const char *first_line(const char *p, const char *end)
{
	while (p < end) {
		if (*p == '#')
			while (p < end && *p != '\n')
				p++;
		else if (strchr(" \t\r\n", *p))
			p++;
		else
			break;
	}
	return p;
}

static bool begins(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - p) > n && !strncmp(p, word, n) &&
	       strchr(" \t", p[n]);
}

/* Sections of swanctl.conf have braces. */
static bool is_ipsec_conf(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));
	size_t n = (size_t)((nl ? nl : end) - p);

	return (begins(p, end, "conn") || begins(p, end, "config") ||
		begins(p, end, "version")) &&
	       !memchr(p, '{', n) && !memchr(p, '=', n);
}

/* Reads the first file, as whatever it turns out to be; only settings include others. */
static void parse(struct conf *c, uint32_t file, void *with)
{
	struct import *imp = with;
	const struct source *f = &c->files[file - 1];
	const char *end = f->text + f->n, *p = first_line(f->text, end);

	imp->c = c;
	if (file > 1) {
		settings_parse(c, file, imp);
		return;
	}
	imp->setup = draft_new(imp, SEC_SETUP, "setup",
			       (struct conf_pos){ file, 1, 1 });
	if (imp->from == IMPORT_GUESS)
		imp->from =
			p < end && *p == '[' &&
					!ends_with(f->name, "swanctl.conf") ?
				IMPORT_WG :
				IMPORT_SWANCTL;
	if (is_ipsec_conf(p, end))
		diag_add(&c->nobody, CONF_ERROR,
			 (struct conf_pos){ file, 1, 1 },
			 "this is ipsec.conf already");
	else if (imp->from == IMPORT_WG)
		wg_parse(c, file, imp);
	else
		settings_parse(c, file, imp);
}

/* Proof ---------------------------------------------------------------------------------------- */

static size_t count_lines(const struct draft *d)
{
	const struct line *l;
	size_t n = 2;

	for (l = d->lines; l; l = l->next)
		n++;
	return n;
}

#define HEADER_LINES 4

static void print_header(const struct import *imp, FILE *out)
{
	static const char *const kinds[] = { "", "swanctl.conf",
					     "a file of wg-quick" };
	const char *name = imp->c->files[0].name;

	fputs("# from ", out);
	for (; *name; name++)
		putc((unsigned char)*name < 0x20 || *name == 0x7f ||
				     *name == '\\' ?
			     '?' :
			     *name,
		     out);
	fprintf(out, ", %s, by ipsecctl import\n", kinds[imp->from]);
	if (imp->nsecrets)
		fprintf(out, "# the secrets (%zu): ipsecctl import --secrets\n",
			imp->nsecrets);
	else
		fputs("#\n", out);
	fputs("\nversion 3\n", out);
}

static void print_all(const struct import *imp, FILE *out)
{
	const struct draft *d;

	print_header(imp, out);
	for (d = imp->drafts; d; d = d->next)
		if (d->lines)
			draft_print(d, out);
}

/* What the parser says about lines first to last, or about any line of the conn. */
static const char *find_reason(const struct conf *c, uint32_t first,
			       uint32_t last)
{
	const char *any = NULL;
	size_t i;

	for (i = 0; i < conf_diags(c); i++) {
		const struct conf_diag *d = conf_diag_at(c, i);

		if (d->severity != CONF_ERROR)
			continue;
		if (d->pos.line >= first && d->pos.line <= last)
			return d->text;
		any = d->text;
	}
	return any ? any : "it cannot be read";
}

static bool is_refused(const struct conf *c, const struct draft *d,
		       uint32_t first, uint32_t last)
{
	const struct conf_conn *conn =
		d->type == SEC_CONN ? conf_conn_find(c, d->name) : NULL;
	size_t i;

	if (d->dropped || !d->lines)
		return false;
	if (conn)
		return conf_conn_broken(conn);
	for (i = 0; i < conf_diags(c); i++) {
		const struct conf_diag *e = conf_diag_at(c, i);

		if (e->severity == CONF_ERROR && e->pos.line >= first &&
		    e->pos.line <= last)
			return true;
	}
	return false;
}

static void drop(struct import *imp, struct draft *d, const char *why)
{
	const char *what = arena_print(&imp->c->arena, "section '%s'", d->name);

	d->dropped = true;
	draft_lost(d, d->pos, what, arena_print(&imp->c->arena, "%s", why),
		   NULL);
}

/* Drafts that the parser refuses become comments. true: there was an error. */
static bool prove_once(struct import *imp, bool last_time)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	uint32_t line = HEADER_LINES + 1;
	struct conf *c;
	struct draft *d;
	bool errors;

	if (!out)
		abort();
	print_all(imp, out);
	fclose(out);
	c = conf_parse(text, n, "the result", NULL);
	errors = conf_errors(c) > 0;
	for (d = imp->drafts; d && errors; d = d->next) {
		uint32_t lines = d->lines ? (uint32_t)count_lines(d) : 0;

		if (!d->dropped && d->lines &&
		    (last_time || is_refused(c, d, line, line + lines - 1)))
			drop(imp, d, find_reason(c, line, line + lines - 1));
		line += lines;
	}
	conf_free(c);
	free(text);
	return errors;
}

static void prove(struct import *imp)
{
	unsigned int i;

	for (i = 1; i <= PROOFS_MAX && prove_once(imp, i == PROOFS_MAX); i++)
		;
}

/* Life ----------------------------------------------------------------------------------------- */

static struct import *new_import(enum import_from from, const char *path)
{
	struct import *imp = calloc(1, sizeof(*imp));

	if (!imp)
		abort();
	imp->from = from;
	imp->budget = BUDGET;
	imp->end = &imp->drafts;
	imp->secrets_end = &imp->secrets;
	imp->path = path;
	return imp;
}

/* What several sections take from one place is said once. */
static void say_once(struct conf *c)
{
	size_t i, n = 0;

	conf_diag_sort(c);
	for (i = 0; i < c->ndiags; i++) {
		const struct conf_diag *d = &c->diags[i],
				       *before = n ? &c->diags[n - 1] : NULL;

		if (before && !memcmp(&d->pos, &before->pos, sizeof(d->pos)) &&
		    !strcmp(d->text, before->text))
			continue;
		c->diags[n++] = *d;
	}
	c->ndiags = n;
}

static struct import *finish(struct import *imp)
{
	if (!conf_errors(imp->c) && imp->from == IMPORT_SWANCTL)
		swanctl_import(imp);
	if (!conf_errors(imp->c))
		prove(imp);
	say_once(imp->c);
	return imp;
}

struct import *import_load(const char *path, enum import_from from)
{
	struct import *imp = new_import(from, "/etc/swanctl");
	const char *slash = strrchr(path, '/');
	int err;

	imp->c = load_file(path, NULL, (struct reader){ parse, imp }, &err);
	if (err && !conf_errors(imp->c))
		diag_add(&imp->c->nobody, CONF_ERROR,
			 (struct conf_pos){ 1, 0, 0 }, "there is no such file");
	/* a relative name is that of a copy, whose certificates stay in their folder */
	if (path[0] == '/' && slash > path)
		imp->path = arena_text(&imp->c->arena, path,
				       (size_t)(slash - path));
	return finish(imp);
}

struct import *import_parse(const char *text, size_t n, const char *name,
			    enum import_from from)
{
	struct import *imp = new_import(from, "/etc/swanctl");

	imp->c = load_text(text, n, name, NULL, (struct reader){ parse, imp });
	return finish(imp);
}

void import_free(struct import *imp)
{
	if (!imp)
		return;
	free(imp->index);
	conf_free(imp->c);
	free(imp);
}

/* Results -------------------------------------------------------------------------------------- */

enum import_result import_result(const struct import *imp)
{
	size_t i;

	if (conf_errors(imp->c))
		return IMPORT_UNREADABLE;
	for (i = 0; i < conf_diags(imp->c); i++)
		if (conf_diag_at(imp->c, i)->severity == CONF_WARNING)
			return IMPORT_PART;
	return imp->c->more ? IMPORT_PART : IMPORT_WHOLE;
}

void import_print(const struct import *imp, FILE *out)
{
	if (import_result(imp) != IMPORT_UNREADABLE)
		print_all(imp, out);
}

void import_print_secrets(const struct import *imp, FILE *out)
{
	const struct secret_line *l;

	if (import_result(imp) == IMPORT_UNREADABLE)
		return;
	for (l = imp->secrets; l; l = l->next)
		fprintf(out, "%s%s: %s %s\n", l->ids, l->ids[0] ? " " : "",
			l->kind, l->text);
}

void import_print_notes(const struct import *imp, FILE *out, bool json)
{
	if (json)
		conf_diag_list(imp->c, out);
	else
		conf_diag_print(imp->c, out);
}

void import_print_table(FILE *out)
{
	take_table(out);
	wg_print_table(out);
}
