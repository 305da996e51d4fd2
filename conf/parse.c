// SPDX-License-Identifier: GPL-2.0-or-later
/* parse.c - a file's text into sections of parameters. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "conf/conf_priv.h"
#include "conf/lex.h"
#include "conf/value.h"

#define NAME_MAX_LEN 255

/* One file. */
struct parse {
	struct conf *c;
	uint32_t file;
	struct lex lex;
	struct conf_conn *sec; /* the current section, NULL: none */
	bool skip; /* in a section that is no section: its parameters are not judged */
	struct conf_value *values;
	struct also *alsos;
	size_t nvalues, values_room, nalsos, alsos_room;
};

static struct conf_pos here(const struct parse *p)
{
	return (struct conf_pos){ p->file, p->lex.line, p->lex.col };
}

static struct conf_pos token(const struct parse *p)
{
	return (struct conf_pos){ p->file, p->lex.token_line,
				  p->lex.token_col };
}

/* Whose fault an error is. */
static struct conf_conn *blamed(const struct parse *p)
{
	return p->sec && !p->skip ? p->sec : &p->c->nobody;
}

/* The section's parameters to where they stay. */
static void end_section(struct parse *p)
{
	struct conf_conn *s = p->sec;

	p->skip = false;
	if (!s)
		return;
	if (p->nvalues) {
		struct conf_value *v =
			arena_alloc(&p->c->arena, p->nvalues * sizeof(*v));

		memcpy(v, p->values, p->nvalues * sizeof(*v));
		s->values = v;
		s->nvalues = (uint32_t)p->nvalues;
	}
	if (p->nalsos) {
		s->alsos = arena_alloc(&p->c->arena,
				       p->nalsos * sizeof(*s->alsos));
		memcpy(s->alsos, p->alsos, p->nalsos * sizeof(*s->alsos));
		s->nalsos = (uint32_t)p->nalsos;
	}
	p->nvalues = 0;
	p->nalsos = 0;
	p->sec = NULL;
}

/* Parameters ----------------------------------------------------------------------------------- */

static bool is_private(const char *name)
{
	return name[0] == '_' || ((name[0] == 'x' || name[0] == 'X') &&
				  (name[1] == '-' || name[1] == '_'));
}

static bool is_name(const char *name, bool lenient)
{
	const char *s = name;

	if (!isalpha((unsigned char)*s) &&
	    !(lenient && isdigit((unsigned char)*s)) && *s != '_')
		return false;
	while (isalnum((unsigned char)*s) || (*s && strchr("._-", *s)))
		s++;
	return !*s && s - name <= NAME_MAX_LEN;
}

static void say_unknown(struct parse *p, struct conf_pos pos, const char *name)
{
	enum conf_severity severity = p->c->o.lenient ? CONF_WARNING :
							CONF_ERROR;
	static const char *const sections[] = { "config setup",
						"a conn section",
						"a conn section",
						"a ca section" };
	enum conf_section where = p->sec->type;
	const char *near = diag_full(p->c) ?
				   NULL :
				   options_nearest(p->sec->type, name, &where);
	struct conf_diag *d;
	char buf[64];

	if (near && where != p->sec->type) {
		d = diag_add(blamed(p), severity, pos, "'%s' has no place here",
			     diag_quote(name, buf));
		d->hint = arena_print(&p->c->arena, "it belongs into %s",
				      sections[where]);
		return;
	}
	d = diag_add(blamed(p), severity, pos, "unknown parameter '%s'",
		     diag_quote(name, buf));
	if (near)
		d->hint = arena_print(&p->c->arena, "did you mean '%s'?", near);
}

static void say_lex(struct parse *p, enum lex_result why)
{
	static const struct {
		const char *text, *hint;
	} says[] = {
		[LEX_BLANKS] = { "white space in a value without quotes",
				 "put the value into double quotes" },
		[LEX_OPEN_QUOTE] = { "mismatched quotes: no closing quote on this line",
				     "close the quote, or end the line with a backslash" },
		[LEX_INNER_QUOTE] = { "mismatched quotes: a quote in the middle of a value",
				      "put the whole value into double quotes" },
		[LEX_AFTER_QUOTE] = { "text after the closing quote",
				      "put the whole value into double quotes" },
		[LEX_CONTROL] = { "unprintable character in the value",
				  "remove control characters; save as UTF-8" },
	};
	bool warn = why == LEX_BLANKS && p->lex.lenient;

	diag_add(blamed(p), warn ? CONF_WARNING : CONF_ERROR, token(p), "%s",
		 says[why].text)
		->hint = says[why].hint;
}

static void add_also(struct parse *p, struct conf_pos pos, bool flip)
{
	struct also *a;

	if (p->sec->preset)
		diag_add(blamed(p), CONF_ERROR, pos,
			 "also= may not stand in a %%default section");
	p->alsos = arena_grow(p->alsos, &p->alsos_room, p->nalsos,
			      sizeof(*p->alsos));
	a = &p->alsos[p->nalsos++];
	*a = (struct also){ .name = arena_text(&p->c->arena, p->lex.buf,
					       p->lex.n),
			    .pos = pos,
			    .flip = flip };
	if (flip)
		dialect_use(p->c, CONF_V2);
}

/* Whether the section has the keyword already; that is said. */
static bool is_second(struct parse *p, const struct conf_name *is,
		      struct conf_pos pos)
{
	size_t i;
	char buf[64];

	for (i = 0; i < p->nvalues; i++) {
		const struct conf_value *v = &p->values[i];

		if (v->kw != is->kw || v->side != is->side)
			continue;
		diag_add(blamed(p), CONF_ERROR, pos,
			 "duplicated parameter '%s'",
			 options_name(is->kw, is->side, buf))
			->other = (struct conf_pos){ v->pos.file, v->pos.line,
						     v->name_col };
		return true;
	}
	return false;
}

static void note_status(struct parse *p, const struct conf_row *row,
			const struct conf_value *v)
{
	struct conf_pos pos = { v->pos.file, v->pos.line, v->name_col };
	char buf[64];
	size_t i;

	/* what asks for nothing needs no note */
	if (row->status == STATUS_DONE || !v->set ||
	    (v->type == CONF_BOOL && !v->u.n))
		return;
	for (i = 0; i < 3; i++)
		if (row->preset[i] && !strcmp(row->preset[i], v->text))
			return;
	diag_add(&p->c->nobody, CONF_NOTE, pos, "'%s' %s: %s",
		 options_name((enum conf_kw)v->kw, (enum conf_side)v->side,
			      buf),
		 row->status == STATUS_LATER ? "is known, not done yet" :
					       "has no effect",
		 row->note);
}

/* The value of a known keyword is the token. */
static void add_value(struct parse *p, const struct conf_name *is,
		      struct conf_pos name_pos)
{
	const struct conf_row *row = options_row(is->kw);
	struct conf_value *v;
	struct value val = { .arena = &p->c->arena,
			     .row = row,
			     .type = is->type,
			     .words = is->words,
			     .strict = p->c->o.strict,
			     .terse = diag_full(p->c) };
	bool ok;

	p->values = arena_grow(p->values, &p->values_room, p->nvalues,
			       sizeof(*p->values));
	v = &p->values[p->nvalues++];
	memset(v, 0, sizeof(*v));
	v->pos = token(p);
	v->name_col = name_pos.col;
	v->section = p->sec->index;
	v->kw = (uint16_t)is->kw;
	v->side = (uint8_t)is->side;
	v->type = (uint8_t)row->type;
	v->text = arena_text(&p->c->arena, p->lex.buf, p->lex.n);
	dialect_use(p->c, is->since);
	/* an empty value stands for the built-in default, %none for nothing */
	if (!v->text[0] || !strcmp(v->text, "%none"))
		return;
	val.v = v;
	ok = value_parse(&val);
	v->set = ok;
	v->bad = !ok;
	dialect_use(p->c, val.since);
	if (v->type == CONF_KEY && ok)
		p->c->files[p->file - 1].has_keys = true;
	if (val.text[0]) {
		struct conf_pos pos = v->pos;

		pos.col += val.at;
		diag_add(&p->c->nobody, ok ? CONF_WARNING : CONF_ERROR, pos,
			 "%s", val.text)
			->hint = val.hint;
	}
	note_status(p, row, v);
}

static void take_parameter(struct parse *p, const char *name,
			   struct conf_pos pos)
{
	enum lex_result why;
	struct conf_name is;

	p->lex.lenient = p->c->o.lenient;
	why = lex_value(&p->lex);
	if (why != LEX_OK)
		say_lex(p, why);
	if (p->skip ||
	    (why != LEX_OK && !(why == LEX_BLANKS && p->lex.lenient)))
		return;
	if (!p->sec) {
		diag_add(&p->c->nobody, CONF_ERROR, pos,
			 "parameter is not within a section")
			->hint =
			p->c->o.strict ?
				"an empty line or a comment at the left margin ends a section" :
				"begin a section before it: conn NAME";
		return;
	}
	if (is_private(name))
		return;
	if (p->sec->type == SEC_CONN &&
	    (!strcmp(name, "also") || !strcmp(name, "alsoflip"))) {
		add_also(p, token(p), name[4]);
		return;
	}
	is = options_find(p->sec->type, name, p->c->o.strict);
	if (is.kw == KW_NONE)
		say_unknown(p, pos, name);
	else if (!is_second(p, &is, pos))
		add_value(p, &is, pos);
}

static const char *why_no_parameter(const char *name)
{
	if (!strcmp(name, "conn") || !strcmp(name, "config") ||
	    !strcmp(name, "ca") || !strcmp(name, "include"))
		return "begin it at the left margin";
	return "write NAME=VALUE";
}

/* An indented line. */
static void parse_parameter(struct parse *p)
{
	char name[NAME_MAX_LEN + 2];
	struct conf_pos pos;

	if (lex_line_done(&p->lex))
		return;
	lex_word(&p->lex, true);
	pos = token(p);
	snprintf(name, sizeof(name), "%s", p->lex.buf);
	lex_skip_blanks(&p->lex);
	if (lex_peek(&p->lex) != '=' || !is_name(name, false)) {
		diag_add(blamed(p), CONF_ERROR, pos,
			 "syntax error or illegal parameter name")
			->hint = why_no_parameter(name);
		return;
	}
	p->lex.p++;
	p->lex.col++;
	take_parameter(p, name, pos);
}

/* Lines that begin at the margin --------------------------------------------------------------- */

static void parse_include(struct parse *p, bool optional)
{
	enum lex_result why = lex_value(&p->lex);
	struct conf_pos pos = token(p);
	const char *pattern;

	if (why != LEX_OK || !p->lex.n) {
		diag_add(&p->c->nobody, CONF_ERROR, pos,
			 "expected one file name after include")
			->hint =
			"one include line for each file; wildcards may stand in the name";
		return;
	}
	pattern = arena_text(&p->c->arena, p->lex.buf, p->lex.n);
	load_include(p->c, pattern, pos, optional);
}

static void parse_version(struct parse *p)
{
	struct conf_pos pos;

	lex_word(&p->lex, false);
	pos = token(p);
	if (!isdigit((unsigned char)p->lex.buf[0]) ||
	    p->lex.buf[strspn(p->lex.buf, "0123456789.")] ||
	    !lex_line_done(&p->lex)) {
		diag_add(&p->c->nobody, CONF_ERROR, pos,
			 "expected a version: 1, 2 or 3")
			->hint = "1: FreeS/WAN 1.9x, 2: FreeS/WAN 2, 3: today";
		return;
	}
	/* an included file may have its own, and sections before it */
	if (p->c->nsections && p->file == 1)
		diag_add(&p->c->nobody, CONF_ERROR, pos,
			 "version stands behind a section")
			->hint = "put it before all sections";
	p->c->said_version = true;
	dialect_use(p->c, p->lex.buf[0] == '1' ? CONF_V1 :
			  p->lex.buf[0] == '2' ? CONF_V2 :
						 CONF_NOW);
}

static void open_section(struct parse *p, enum conf_section type,
			 struct conf_pos pos)
{
	struct conf *c = p->c;
	struct conf_conn *s = arena_alloc(&c->arena, sizeof(*s));

	s->name = arena_text(&c->arena, p->lex.buf, p->lex.n);
	s->pos = pos;
	s->c = c;
	s->type = type;
	s->index = (uint32_t)c->nsections;
	s->preset = type != SEC_SETUP && !strcmp(s->name, "%default");
	c->sections = arena_grow(c->sections, &c->sections_room, c->nsections,
				 sizeof(struct conf_conn *));
	c->sections[c->nsections++] = s;
	p->sec = s;
	if (type == SEC_CA)
		dialect_use(c, CONF_NOW);
}

static const char *bad_section_name(struct parse *p, enum conf_section type,
				    const char **hint)
{
	const char *name = p->lex.buf;

	*hint = "a letter, then letters, digits, '.', '_' and '-'";
	if (type == SEC_SETUP) {
		*hint = "config setup";
		return strcmp(name, "setup") ? "config has only one section" :
					       NULL;
	}
	if (!strcmp(name, "%default"))
		return NULL;
	if (name[0] == '%') {
		*hint = "names that begin with % are reserved; there is %default";
		return "invalid section name";
	}
	return name[0] != '_' && is_name(name, p->c->o.lenient) ?
		       NULL :
		       "invalid section name";
}

static void parse_header(struct parse *p, enum conf_section type)
{
	const char *bad, *hint;
	struct conf_pos pos;

	lex_word(&p->lex, false);
	pos = token(p);
	p->skip = true;
	if (!p->lex.n || !lex_line_done(&p->lex)) {
		diag_add(&p->c->nobody, CONF_ERROR, p->lex.n ? here(p) : pos,
			 "a section begins with its type and one name")
			->hint = "conn NAME";
		return;
	}
	bad = bad_section_name(p, type, &hint);
	if (bad) {
		diag_add(&p->c->nobody, CONF_ERROR, pos, "%s", bad)->hint =
			hint;
		return;
	}
	if (!p->c->left.sections) {
		diag_add(&p->c->nobody, CONF_ERROR, pos,
			 "more sections than may be");
		return;
	}
	p->c->left.sections--;
	p->skip = false;
	open_section(p, type, pos);
}

static void say_section(struct parse *p, const char *word, struct conf_pos pos,
			bool parameter)
{
	struct suggest s;
	char buf[64];

	if (parameter) {
		diag_add(&p->c->nobody, CONF_ERROR, pos,
			 "a parameter at the left margin")
			->hint = "put a blank or tab before it";
		return;
	}
	suggest_begin(&s, word);
	suggest_offer(&s, "conn");
	suggest_offer(&s, "config");
	suggest_offer(&s, "include");
	suggest_offer(&s, "version");
	diag_add(&p->c->nobody, CONF_ERROR, pos,
		 "section type '%s' not recognized", diag_quote(word, buf))
		->hint = s.best ? arena_print(&p->c->arena,
					      "did you mean '%s'?", s.best) :
				  "config setup, conn NAME or ca NAME";
}

static void parse_margin(struct parse *p)
{
	static const char *const types[] = { "config", "conn", "", "ca" };
	enum conf_section type;
	struct conf_pos pos = here(p);
	char word[32];

	lex_word(&p->lex, true);
	snprintf(word, sizeof(word), "%s", p->lex.buf);
	lex_skip_blanks(&p->lex);
	if (lex_peek(&p->lex) == '=') {
		say_section(p, word, pos, true);
		return;
	}
	end_section(p);
	for (type = SEC_SETUP; type <= SEC_CA; type++) {
		if (!strcmp(word, types[type])) {
			parse_header(p, type);
			return;
		}
	}
	if (!strcmp(word, "include") || !strcmp(word, "include?") ||
	    !strcmp(word, "-include")) {
		parse_include(p, word[0] == '-' || word[7]);
	} else if (!strcmp(word, "version")) {
		parse_version(p);
	} else {
		say_section(p, word, pos, false);
		p->skip = true;
	}
}

static void parse_line(struct parse *p)
{
	int c = lex_peek(&p->lex);

	if (c == ' ' || c == '\t') {
		lex_skip_blanks(&p->lex);
		if (!lex_line_done(&p->lex))
			parse_parameter(p);
	} else if (c != LEX_END && c != '#') {
		parse_margin(p);
	} else if (p->c->o.strict) {
		end_section(p); /* an empty line or a comment, in 1.9x */
	}
	lex_skip_line(&p->lex);
}

void parse_text(struct conf *c, uint32_t file)
{
	struct parse p = { .c = c, .file = file };

	lex_init(&p.lex, c->files[file - 1].text, c->files[file - 1].n);
	p.lex.strict = c->o.strict;
	/* the mark that some editors put before UTF-8 */
	if (c->files[file - 1].n >= 3 && !memcmp(p.lex.p, "\xef\xbb\xbf", 3))
		p.lex.p += 3;
	while (!lex_at_eof(&p.lex))
		parse_line(&p);
	end_section(&p);
	lex_fini(&p.lex);
	free(p.values);
	free(p.alsos);
}
