// SPDX-License-Identifier: GPL-2.0-or-later
/* words.c - the words of one command, from the command line or from a file. */
#include "words.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

const char *words_peek(const struct words *w)
{
	return w->at < w->n ? w->w[w->at].text : NULL;
}

const char *words_next(struct words *w)
{
	return w->at < w->n ? w->w[w->at++].text : NULL;
}

bool words_take(struct words *w, const char *text)
{
	const char *word = words_peek(w);

	if (!word || strcmp(word, text))
		return false;
	w->at++;
	return true;
}

int words_last(struct words *w, const char **word)
{
	*word = words_next(w);
	return words_peek(w) ? words_fail(w, w->at, "nothing is expected here") : 0;
}

/* A long number may be a key in the wrong place. */
static bool may_show(const char *text)
{
	return strlen(text) <= 20 || strspn(text, "0123456789abcdefABCDEFxX:_") < 20;
}

/* "word 7 'spj': " or "west.conf:3:14: 'spj': " */
static size_t place(struct words *w, size_t at)
{
	size_t size = sizeof(w->error);
	const struct word *word = at < w->n ? &w->w[at] : NULL;
	const struct word *last = w->n ? &w->w[w->n - 1] : NULL;
	int n = 0;

	if (w->file && (word || last)) {
		const struct word *near = word ? word : last;
		unsigned int past = word ? 0 : (unsigned int)strlen(near->text);

		n = snprintf(w->error, size, "%s:%u:%u: ", w->file, near->line,
			     near->column + past);
	} else if (word) {
		n = snprintf(w->error, size, "word %u ", word->column);
	}
	if (word && n >= 0 && (size_t)n < size)
		n += snprintf(w->error + n, size - (size_t)n, "'%.48s': ",
			      may_show(word->text) ? word->text : "0x...");
	return n < 0 || (size_t)n >= size ? size - 1 : (size_t)n;
}

int words_fail(struct words *w, size_t at, const char *fmt, ...)
{
	size_t n = place(w, at);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->error + n, sizeof(w->error) - n, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

/* Files --------------------------------------------------------------------------------------- */

void lexer_init(struct lexer *lex, const char *file, const char *text, size_t len)
{
	memset(lex, 0, sizeof(*lex));
	lex->file = file;
	lex->text = text;
	lex->len = len;
	lex->line = 1;
	lex->column = 1;
}

void lexer_fini(struct lexer *lex)
{
	if (lex->copy)
		secret_wipe(lex->copy, lex->room);
	free(lex->copy);
	lex->copy = NULL;
	lex->room = 0;
}

static int peek(const struct lexer *lex, size_t ahead)
{
	size_t at = lex->pos + ahead;

	return at < lex->len ? (unsigned char)lex->text[at] : -1;
}

static void step(struct lexer *lex)
{
	if (lex->text[lex->pos++] == '\n') {
		lex->line++;
		lex->column = 1;
	} else {
		lex->column++;
	}
}

static bool blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Over blanks, comments and continued line ends. */
static void skip(struct lexer *lex)
{
	for (;;) {
		if (blank(peek(lex, 0))) {
			step(lex);
		} else if (peek(lex, 0) == '\\' && peek(lex, 1) == '\n') {
			step(lex);
			step(lex);
		} else if (peek(lex, 0) == '#') {
			while (peek(lex, 0) >= 0 && peek(lex, 0) != '\n')
				step(lex);
		} else {
			return;
		}
	}
}

static int lexer_fail(const struct lexer *lex, struct words *w, const char *what)
{
	snprintf(w->error, sizeof(w->error), "%s:%u:%u: %s", lex->file, lex->line,
		 lex->column, what);
	return -EINVAL;
}

/* Copy one word to out, with its final zero; out is moved past it. */
static int cut(struct lexer *lex, struct words *w, char **out)
{
	bool quoted = false;
	int c;

	for (; (c = peek(lex, 0)) >= 0; step(lex)) {
		if (c == '"') {
			quoted = !quoted;
			continue;
		}
		if (c == '\n' && quoted)
			break;
		if (!quoted && (blank(c) || c == '\n' || (c == '\\' && peek(lex, 1) == '\n')))
			break;
		if (c < ' ' && c != '\t')
			return lexer_fail(lex, w, "control character");
		*(*out)++ = (char)c;
	}
	*(*out)++ = '\0';
	return quoted ? lexer_fail(lex, w, "quote is not closed on its line") : 0;
}

/* Octets from here to the end of this command, as an upper limit. */
static size_t extent(const struct lexer *lex)
{
	size_t at = lex->pos;

	while (at < lex->len &&
	       (lex->text[at] != '\n' || (at && lex->text[at - 1] == '\\')))
		at++;
	return at - lex->pos;
}

static int make_room(struct lexer *lex, struct words *w)
{
	size_t need = 2 * extent(lex) + 2;

	if (need <= lex->room)
		return 0;
	lexer_fini(lex);
	lex->copy = malloc(need);
	if (!lex->copy) {
		lexer_fail(lex, w, "no memory");
		return -ENOMEM;
	}
	lex->room = need;
	return 0;
}

void lexer_skip(struct lexer *lex)
{
	for (skip(lex); peek(lex, 0) == '\n'; skip(lex))
		step(lex);
}

int lexer_next(struct lexer *lex, struct words *w)
{
	char *out;
	size_t n = 0;
	int err;

	lexer_skip(lex);
	memset(w, 0, offsetof(struct words, error));
	w->file = lex->file;
	w->w = lex->w;
	if (peek(lex, 0) < 0)
		return 0;
	err = make_room(lex, w);
	if (err)
		return err;
	out = lex->copy;
	while (peek(lex, 0) >= 0 && peek(lex, 0) != '\n') {
		if (n == WORDS_MAX)
			return lexer_fail(lex, w, "more than 256 words in one command");
		lex->w[n].text = out;
		lex->w[n].line = lex->line;
		lex->w[n++].column = lex->column;
		err = cut(lex, w, &out);
		if (err)
			return err;
		skip(lex);
	}
	w->n = n;
	return 1;
}
