// SPDX-License-Identifier: GPL-2.0-or-later
/* lex.c - characters of ipsec.conf into words and values. */
#include "conf/lex.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

void lex_init(struct lex *l, const char *text, size_t n)
{
	memset(l, 0, sizeof(*l));
	l->p = text;
	l->end = text + n;
	l->line = 1;
	l->col = 1;
}

void lex_fini(struct lex *l)
{
	if (l->buf)
		secret_wipe(l->buf, l->room);
	free(l->buf);
	l->buf = NULL;
}

static bool is_blank(int c)
{
	return c == ' ' || c == '\t';
}

/* Octets of a line's end at p: \n, or \r\n. */
static size_t newline(const struct lex *l, const char *p)
{
	if (p < l->end && *p == '\n')
		return 1;
	return l->end - p >= 2 && p[0] == '\r' && p[1] == '\n' ? 2 : 0;
}

bool lex_at_eof(const struct lex *l)
{
	return l->p == l->end;
}

int lex_peek(const struct lex *l)
{
	return lex_at_eof(l) || newline(l, l->p) ? LEX_END :
						   (unsigned char)*l->p;
}

/* A backslash at the end of a line: over it, and over the blanks that the next line begins with. */
static void join(struct lex *l)
{
	size_t n;

	while (!l->strict && l->p < l->end && *l->p == '\\' &&
	       (n = newline(l, l->p + 1))) {
		l->p += 1 + n;
		l->line++;
		l->col = 1;
		while (l->p < l->end && is_blank(*l->p)) {
			l->p++;
			l->col++;
		}
	}
}

static void advance(struct lex *l)
{
	l->p++;
	l->col++;
	join(l);
}

void lex_skip_blanks(struct lex *l)
{
	join(l);
	while (is_blank(lex_peek(l)))
		advance(l);
}

void lex_skip_line(struct lex *l)
{
	const char *nl = memchr(l->p, '\n', (size_t)(l->end - l->p));

	if (nl) {
		l->p = nl + 1;
		l->line++;
		l->col = 1;
	} else {
		l->p = l->end;
	}
}

bool lex_line_done(struct lex *l)
{
	bool blank = l->col == 1 || is_blank(l->p[-1]);

	lex_skip_blanks(l);
	blank = blank || (l->col > 1 && is_blank(l->p[-1]));
	return lex_peek(l) == LEX_END || (blank && lex_peek(l) == '#');
}

/* Tokens -------------------------------------------------------------------------------------- */

static void put(struct lex *l, int c)
{
	if (l->n + 1 >= l->room) {
		size_t room = l->room ? l->room * 2 : 256;
		char *buf = malloc(room);

		if (!buf)
			abort();
		/* not realloc: it may leave a copy of a key behind */
		if (l->n)
			memcpy(buf, l->buf, l->n);
		lex_fini(l);
		l->buf = buf;
		l->room = room;
	}
	l->buf[l->n++] = (char)c;
	l->buf[l->n] = '\0';
}

static void begin(struct lex *l)
{
	put(l, 0);
	l->n = 0;
	l->token_line = l->line;
	l->token_col = l->col;
}

void lex_word(struct lex *l, bool stop)
{
	int c;

	begin(l);
	while ((c = lex_peek(l)) != LEX_END && !is_blank(c) &&
	       !(stop && c == '=')) {
		put(l, c);
		advance(l);
	}
}

static enum lex_result fail(struct lex *l, enum lex_result why)
{
	l->token_line = l->line;
	l->token_col = l->col;
	return why;
}

/* Octets of the UTF-8 character at p, 0: none. C0, DEL and C1 are controls. */
static size_t character(const char *p, size_t n)
{
	unsigned char c = (unsigned char)*p;
	size_t len = c < 0x80 ? 1 :
		     c < 0xc2 ? 0 :
		     c < 0xe0 ? 2 :
		     c < 0xf0 ? 3 :
		     c < 0xf5 ? 4 :
				0;
	size_t i;

	if (c < 0x20 || c == 0x7f || len > n || !len)
		return 0;
	for (i = 1; i < len; i++)
		if (((unsigned char)p[i] & 0xc0) != 0x80)
			return 0;
	if (c == 0xc2 && (unsigned char)p[1] < 0xa0)
		return 0;
	return len;
}

static bool printable(const struct lex *l)
{
	size_t i = 0, len;

	while (i < l->n) {
		/* a blank may be a tab in quotes */
		len = l->buf[i] == '\t' ? 1 : character(l->buf + i, l->n - i);
		if (!len)
			return false;
		i += len;
	}
	return true;
}

static enum lex_result quoted(struct lex *l)
{
	uint32_t line = l->line, col = l->col;
	int c, before = 0;

	advance(l);
	while ((c = lex_peek(l)) != '"') {
		/* 1.9x took comments out before it looked at quotes */
		if (c == LEX_END ||
		    (l->strict && c == '#' && is_blank(before))) {
			l->token_line = line;
			l->token_col = col;
			return LEX_OPEN_QUOTE;
		}
		before = c;
		if (!l->strict && c == '\\' && l->p + 1 < l->end &&
		    strchr("\"\\", l->p[1])) {
			advance(l);
			c = lex_peek(l);
		}
		put(l, c);
		advance(l);
	}
	advance(l);
	return lex_line_done(l) ? LEX_OK : fail(l, LEX_AFTER_QUOTE);
}

/* Whether blanks at the cursor are part of a list, as in "a, b" and "{ a b }". */
static bool blanks_fit(const struct lex *l, int depth, int before)
{
	const char *p = l->p;

	while (p < l->end && is_blank(*p))
		p++;
	if (l->strict || p == l->end)
		return false;
	return depth > 0 || before == ',' || *p == ',' || before == '{';
}

static enum lex_result unquoted(struct lex *l)
{
	enum lex_result result = LEX_OK;
	int c, before = 0, depth = 0;

	while ((c = lex_peek(l)) != LEX_END) {
		uint32_t line = l->line, col = l->col;
		bool fits;

		if (c == '"')
			return fail(l, LEX_INNER_QUOTE);
		depth += c == '{' ? 1 : c == '}' ? -1 : 0;
		if (!is_blank(c)) {
			put(l, before = c);
			advance(l);
			continue;
		}
		fits = blanks_fit(l, depth, before);
		if (lex_line_done(l))
			break;
		if (!fits && result == LEX_OK) {
			result = LEX_BLANKS;
			l->token_line = line;
			l->token_col = col;
			if (!l->lenient)
				return result;
		}
		put(l, ' ');
	}
	return result;
}

enum lex_result lex_value(struct lex *l)
{
	enum lex_result result;

	if (lex_line_done(l)) {
		begin(l);
		return LEX_OK;
	}
	begin(l);
	result = lex_peek(l) == '"' ? quoted(l) : unquoted(l);
	return result <= LEX_BLANKS && !printable(l) ? LEX_CONTROL : result;
}
