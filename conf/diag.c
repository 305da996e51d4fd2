// SPDX-License-Identifier: GPL-2.0-or-later
/* diag.c - complaints: collected, sorted, printed with the line they are about. */
#include "conf/diag.h"

#include <ctype.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf_priv.h"

#define SOURCE_MAX 160 /* octets of a source line that are shown */

static const char *const severities[] = { "note", "warning", "error" };

bool diag_full(const struct conf *c)
{
	return c->ndiags >= DIAGS_MAX;
}

struct conf_diag *diag_add(struct conf_conn *section,
			   enum conf_severity severity, struct conf_pos pos,
			   const char *fmt, ...)
{
	struct conf *c = section->c;
	static struct conf_diag dropped;
	struct conf_diag *d;
	char text[512];
	va_list ap;

	if (severity == CONF_ERROR) {
		c->nerrors++;
		section->broken = true;
	}
	if (diag_full(c)) {
		c->more++;
		return &dropped;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	c->diags = arena_grow(c->diags, &c->diags_room, c->ndiags,
			      sizeof(*c->diags));
	d = &c->diags[c->ndiags++];
	*d = (struct conf_diag){ .severity = severity, .pos = pos };
	d->text = arena_text(&c->arena, text, strlen(text));
	return d;
}

static int compare(const void *a, const void *b)
{
	const struct conf_diag *x = a, *y = b;

	if (x->pos.file != y->pos.file)
		return x->pos.file < y->pos.file ? -1 : 1;
	if (x->pos.line != y->pos.line)
		return x->pos.line < y->pos.line ? -1 : 1;
	if (x->pos.col != y->pos.col)
		return x->pos.col < y->pos.col ? -1 : 1;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	return strcmp(x->text, y->text);
}

void conf_diag_sort(struct conf *c)
{
	if (c->ndiags)
		qsort(c->diags, c->ndiags, sizeof(*c->diags), compare);
}

size_t conf_errors(const struct conf *c)
{
	return c->nerrors;
}

size_t conf_diags(const struct conf *c)
{
	return c->ndiags;
}

const struct conf_diag *conf_diag_at(const struct conf *c, size_t i)
{
	return i < c->ndiags ? &c->diags[i] : NULL;
}

void conf_complain(struct conf *c, const struct conf_conn *conn, const struct conf_diag *said)
{
	struct conf_conn *s = conn ? c->sections[conn->index] : &c->nobody;
	bool full = diag_full(c);
	struct conf_diag *d = diag_add(s, said->severity, said->pos, "%s", said->text);

	d->other = said->other;
	if (said->hint && !full)
		d->hint = arena_text(&c->arena, said->hint, strlen(said->hint));
}

/* What may be shown ---------------------------------------------------------------------------- */

/* Key material begins with 0x, 0s or 0t and is longer than any number. */
static bool is_key(const char *text)
{
	return text[0] == '0' && text[1] && strchr("xstXST", text[1]) &&
	       strcspn(text, " \t\r\n,/\"") > 14;
}

const char *diag_quote(const char *text, char buf[64])
{
	size_t i;

	if (is_key(text))
		text = "(hidden)";
	for (i = 0; i < 48 && text[i]; i++)
		buf[i] = iscntrl((unsigned char)text[i]) ? '?' : text[i];
	snprintf(buf + i, 64 - i, "%s", text[i] ? "..." : "");
	return buf;
}

static void index_lines(struct source *f)
{
	const char *p, *end = f->text + f->n;
	size_t n = 1;

	for (p = f->text; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		n++;
	f->lines = calloc(n, sizeof(*f->lines));
	if (!f->lines)
		abort();
	f->lines[f->nlines++] = f->text;
	for (p = f->text; (p = memchr(p, '\n', (size_t)(end - p)));)
		f->lines[f->nlines++] = ++p;
}

/* Whether the name before '=' is one of secrets, or looks like it. */
static bool names_a_key(const char *line, size_t n)
{
	static const char *const hints[] = { "key", "secret", "psk", "pass" };
	size_t i;
	char name[64];
	size_t len = 0;

	while (n && (*line == ' ' || *line == '\t')) {
		line++;
		n--;
	}
	while (len < n && len < sizeof(name) - 1 && line[len] != '=') {
		name[len] = line[len];
		len++;
	}
	name[len] = '\0';
	for (i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (strcasestr(name, hints[i]) ||
		    (len < n && strcasestr(name, hints[i])))
			return true;
	return false;
}

/* Whether the line is the rest of one that a backslash continued. */
static bool is_rest(const struct source *f, const char *line)
{
	size_t before = (size_t)(line - f->text);

	if (before >= 3 && line[-2] == '\r')
		return line[-3] == '\\';
	return before >= 2 && line[-2] == '\\';
}

/* One column for each octet, so that the caret fits; cut off where a key begins. */
static void copy_line(char *to, const char *line, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		bool begins = i == 0 || !isalnum((unsigned char)line[i - 1]);

		if (begins && is_key(line + i)) {
			snprintf(to + i, 16, "(hidden)");
			return;
		}
		to[i] = iscntrl((unsigned char)line[i]) && line[i] != '\t' ?
				'?' :
				line[i];
	}
	to[n] = '\0';
}

/* The line without what may be a key. NULL: none of it is to be seen. */
static const char *visible(const struct conf *c, struct conf_pos pos,
			   char buf[SOURCE_MAX + 16])
{
	struct source *f = &c->files[pos.file - 1];
	const char *line, *eq;
	size_t n;

	if (!f->text)
		return NULL;
	if (!f->lines)
		index_lines(f);
	if (pos.line > f->nlines)
		return NULL;
	line = f->lines[pos.line - 1];
	n = strcspn(line, "\r\n");
	if (n > SOURCE_MAX)
		n = SOURCE_MAX;
	eq = memchr(line, '=', n);
	if (is_rest(f, line) || (!eq && names_a_key(line, n)))
		return NULL;
	if (!names_a_key(line, n)) {
		copy_line(buf, line, n);
		return buf;
	}
	snprintf(buf, SOURCE_MAX + 16, "%.*s(hidden)", (int)(eq + 1 - line),
		 line);
	return buf;
}

static void print_source(const struct conf *c, struct conf_pos pos, FILE *out)
{
	char buf[SOURCE_MAX + 16];
	const char *line = c->files[pos.file - 1].hidden ? NULL : visible(c, pos, buf);
	uint32_t i;

	if (!line || pos.col > SOURCE_MAX)
		return;
	fprintf(out, "    %s\n    ", line);
	for (i = 1; i < pos.col && line[i - 1]; i++)
		if (((unsigned char)line[i - 1] & 0xc0) != 0x80)
			putc(line[i - 1] == '\t' ? '\t' : ' ', out);
	fputs("^\n", out);
}

static void print_place(const struct conf *c, struct conf_pos pos, FILE *out)
{
	fprintf(out, "%s:%u:%u: ", conf_file(c, pos.file), pos.line, pos.col);
}

void conf_diag_print(const struct conf *c, FILE *out)
{
	size_t i;

	for (i = 0; i < c->ndiags; i++) {
		const struct conf_diag *d = &c->diags[i];

		if (d->pos.line)
			print_place(c, d->pos, out);
		else
			fprintf(out, "%s: ", conf_file(c, d->pos.file));
		fprintf(out, "%s: %s\n", severities[d->severity], d->text);
		if (d->pos.line)
			print_source(c, d->pos, out);
		if (d->other.line) {
			fputs("  ", out);
			print_place(c, d->other, out);
			fputs("the other place\n", out);
		}
		if (d->hint)
			fprintf(out, "  hint: %s\n", d->hint);
	}
	if (c->more)
		fprintf(out, "%zu more\n", c->more);
}

/* JSON ---------------------------------------------------------------------------------------- */

/* Octets of a file need not be UTF-8. */
static json_t *text_json(const char *text)
{
	json_t *j = json_string(text ? text : "");

	return j ? j : json_string("(not UTF-8)");
}

static json_t *place_json(const struct conf *c, struct conf_pos pos)
{
	json_t *j = json_object();

	json_object_set_new(j, "file", text_json(conf_file(c, pos.file)));
	json_object_set_new(j, "line", json_integer(pos.line));
	json_object_set_new(j, "column", json_integer(pos.col));
	return j;
}

static json_t *diag_json(const struct conf *c, const struct conf_diag *d)
{
	json_t *j = place_json(c, d->pos);

	json_object_set_new(j, "severity",
			    json_string(severities[d->severity]));
	json_object_set_new(j, "text", text_json(d->text));
	if (d->hint)
		json_object_set_new(j, "hint", text_json(d->hint));
	if (d->other.line)
		json_object_set_new(j, "other", place_json(c, d->other));
	return j;
}

static json_t *list_json(const struct conf *c)
{
	json_t *j = json_object(), *list = json_array();
	size_t i;

	for (i = 0; i < c->ndiags; i++)
		json_array_append_new(list, diag_json(c, &c->diags[i]));
	json_object_set_new(j, "errors", json_integer((json_int_t)c->nerrors));
	json_object_set_new(j, "more", json_integer((json_int_t)c->more));
	json_object_set_new(j, "diagnostics", list);
	return j;
}

static void put_json(json_t *j, FILE *out)
{
	json_dumpf(j, out, JSON_COMPACT);
	putc('\n', out);
	json_decref(j);
}

void conf_diag_list(const struct conf *c, FILE *out)
{
	put_json(list_json(c), out);
}

void conf_diag_json(const struct conf *c, FILE *out)
{
	static const char *const generations[] = { "1.9x", "2", "today" };
	json_t *j = list_json(c), *broken = json_array();
	size_t i;

	for (i = 0; i < c->nconns; i++)
		if (c->conns[i]->broken)
			json_array_append_new(broken,
					      text_json(c->conns[i]->name));
	json_object_set_new(j, "generation", json_string(generations[c->gen]));
	json_object_set_new(j, "conns", json_integer((json_int_t)c->nconns));
	json_object_set_new(j, "broken", broken);
	put_json(j, out);
}
