// SPDX-License-Identifier: GPL-2.0-or-later
/* import_draft.c - sections of ipsec.conf in the making: names, values that the parser takes, comments. */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "conf/import_priv.h"
#include "conf/lex.h"
#include "conf/value.h"

#define NAME_LEN \
	200 /* octets of a section's name, without what makes it unique */
#define TEXT_LEN 60000 /* octets of a value */

/* Names ---------------------------------------------------------------------------------------- */

/* A letter, then letters, digits, '.', '_' and '-'. */
static void make_valid(char *to, const char *from)
{
	size_t n = 0;

	if (!isalpha((unsigned char)*from))
		n = (size_t)sprintf(to, "c-");
	for (; *from && n < NAME_LEN; from++)
		to[n++] = isalnum((unsigned char)*from) ||
					  strchr("._-", *from) ?
				  *from :
				  '-';
	to[n] = '\0';
}

const char *draft_name(struct import *imp, const char *first,
		       const char *second)
{
	char name[NAME_LEN + 32];
	size_t n, i;

	make_valid(name, first);
	if (!settings_claim(imp, name)) {
		make_valid(name, second);
		n = strlen(name);
		for (i = 2;
		     !settings_claim(imp, name) && settings_spend(imp, 1); i++)
			snprintf(name + n, sizeof(name) - n, "-%zu", i);
	}
	return arena_text(&imp->c->arena, name, strlen(name));
}

struct draft *draft_new(struct import *imp, enum conf_section type,
			const char *name, struct conf_pos pos)
{
	struct draft *d = arena_alloc(&imp->c->arena, sizeof(*d));

	d->imp = imp;
	d->type = type;
	d->name = name;
	d->pos = pos;
	d->end = &d->lines;
	*imp->end = d;
	imp->end = &d->next;
	return d;
}

/* Values --------------------------------------------------------------------------------------- */

static struct line *add_line(struct draft *d, const char *text)
{
	struct line *l = arena_alloc(&d->imp->c->arena, sizeof(*l));

	l->text = text;
	*d->end = l;
	d->end = &l->next;
	return l;
}

static bool needs_quotes(const char *text)
{
	return strpbrk(text, " \t\"#\\{}") != NULL;
}

/* As a value of ipsec.conf. */
static const char *quote(struct import *imp, const char *text)
{
	char *quoted, *to;

	if (!needs_quotes(text))
		return text;
	quoted = to = arena_alloc(&imp->c->arena, strlen(text) * 2 + 3);
	*to++ = '"';
	for (; *text; text++) {
		if (strchr("\"\\", *text))
			*to++ = '\\';
		*to++ = *text;
	}
	*to = '"';
	return quoted;
}

/* Whether the lexer reads the quoted text back the same. */
static bool reads_back(const char *quoted, const char *text)
{
	struct lex l;
	bool same;

	lex_init(&l, quoted, strlen(quoted));
	same = lex_value(&l) == LEX_OK && !strcmp(l.buf, text);
	lex_fini(&l);
	return same;
}

/* The parser's judgement of a value. */
static bool judge(struct import *imp, const struct conf_row *row,
		  enum conf_side side, const char *text, const char **why)
{
	struct conf_value v = { .text = text,
				.side = (uint8_t)side,
				.type = (uint8_t)row->type };
	struct value val = { .arena = &imp->c->arena,
			     .row = row,
			     .type = row->type,
			     .words = row->words,
			     .v = &v };

	if (!value_parse(&val)) {
		*why = arena_text(&imp->c->arena, val.text, strlen(val.text));
		return false;
	}
	/* what asks for nothing loses nothing */
	if (row->status != STATUS_DONE && !(row->type == CONF_BOOL && !v.u.n))
		*why = row->note;
	return row->status != STATUS_OLD || !*why;
}

bool draft_put(struct draft *d, enum conf_kw kw, enum conf_side side,
	       const char *text, const char **why)
{
	struct import *imp = d->imp;
	const struct conf_row *row = options_row(kw);
	const char *quoted;
	struct line *l;

	*why = NULL;
	if (draft_has(d, kw, side)) {
		*why = "it is given twice";
		return false;
	}
	if (!text[0] || !strcmp(text, "%none") || strlen(text) > TEXT_LEN) {
		*why = "ipsec.conf has no value for this";
		return false;
	}
	text = arena_text(&imp->c->arena, text, strlen(text));
	quoted = quote(imp, text);
	if (!reads_back(quoted, text)) {
		*why = "a value of ipsec.conf is one line of printable UTF-8";
		return false;
	}
	if (!judge(imp, row, side, text, why))
		return false;
	l = add_line(d, text);
	l->quoted = quoted;
	l->kw = kw;
	l->side = side;
	return !*why;
}

void draft_also(struct draft *d, const char *name)
{
	add_line(d, name)->also = true;
}

const char *draft_get(const struct draft *d, enum conf_kw kw,
		      enum conf_side side)
{
	const struct line *l;

	for (l = d->lines; l; l = l->next)
		if (l->kw == kw && l->side == side)
			return l->text;
	return NULL;
}

bool draft_has(const struct draft *d, enum conf_kw kw, enum conf_side side)
{
	return draft_get(d, kw, side) != NULL;
}

/* Comments ------------------------------------------------------------------------------------- */

void draft_comment(struct draft *d, const char *fmt, ...)
{
	char text[768];
	va_list ap;
	char *s;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* one line, which no octet may end or make into something else */
	for (s = text; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = '?';
	s = text + strlen(text);
	while (s > text && s[-1] == '\\')
		*--s = '\0';
	add_line(d, arena_text(&d->imp->c->arena, text, strlen(text)));
}

void import_lost(struct import *imp, struct conf_pos pos, const char *what,
		 const char *why, const char *instead)
{
	diag_add(&imp->c->nobody, CONF_WARNING, pos, "%s is not carried: %s",
		 what, why)
		->hint = instead;
}

void draft_lost(struct draft *d, struct conf_pos pos, const char *what,
		const char *why, const char *instead)
{
	import_lost(d->imp, pos, what, why, instead);
	if (!diag_full(d->imp->c))
		draft_comment(d, "%s is not carried: %s%s%s", what, why,
			      instead ? "; " : "", instead ? instead : "");
}

/* Printing ------------------------------------------------------------------------------------- */

static void print_line(const struct line *l, FILE *out, const char *begin)
{
	char name[64];

	if (l->also)
		fprintf(out, "%s\talso=%s\n", begin, l->text);
	else if (l->kw == KW_NONE)
		fprintf(out, "%s\t# %s\n", begin, l->text);
	else
		fprintf(out, "%s\t%s=%s\n", begin,
			options_name(l->kw, l->side, name), l->quoted);
}

void draft_print(const struct draft *d, FILE *out)
{
	static const char *const types[] = { "config", "conn", "conn", "ca" };
	const char *begin = d->dropped ? "# " : "";
	const struct line *l;

	fprintf(out, "\n%s%s %s\n", begin, types[d->type], d->name);
	for (l = d->lines; l; l = l->next)
		print_line(l, out, begin);
}
