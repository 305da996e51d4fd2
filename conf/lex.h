/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lex.h - a cursor over the text of ipsec.conf that knows lines, continuations, quotes and
 * comments.
 */
#ifndef CONF_LEX_H
#define CONF_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lex {
	const char *p, *end;
	uint32_t line, col; /* of p, from 1 */
	bool strict, lenient;
	char *buf; /* the last token, zero-terminated; lex_fini frees it */
	size_t n, room;
	uint32_t token_line, token_col; /* where it began */
};

/* What a value turned out to be. */
enum lex_result {
	LEX_OK,
	LEX_BLANKS, /* blanks outside quotes; lenient: taken as one blank */
	LEX_OPEN_QUOTE, /* the quote is not closed on its line */
	LEX_INNER_QUOTE, /* a quote within a word */
	LEX_AFTER_QUOTE, /* text behind the closing quote */
	LEX_CONTROL, /* a control character, or no UTF-8 */
};

#define LEX_END (-1)

void lex_init(struct lex *l, const char *text, size_t n);
void lex_fini(struct lex *l); /* wipes the token */

/* The character at the cursor; LEX_END at the end of a line or of the text. */
int lex_peek(const struct lex *l);
bool lex_at_eof(const struct lex *l);
/* Over blanks; over the rest of the line and its end. */
void lex_skip_blanks(struct lex *l);
void lex_skip_line(struct lex *l);
/* Whether nothing but blanks and a comment follow on this line; stays before them. */
bool lex_line_done(struct lex *l);

/* Read up to a blank, '=' (if stop) or the end of the line. */
void lex_word(struct lex *l, bool stop);
/*
 * Read a value up to the end of the line. On a failure token_line and token_col say where, and the
 * cursor may be anywhere on the line.
 */
enum lex_result lex_value(struct lex *l);

#endif /* CONF_LEX_H */
