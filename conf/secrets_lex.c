// SPDX-License-Identifier: GPL-2.0-or-later
/* secrets_lex.c - ipsec.secrets cut into words: blanks and line ends separate, # begins a comment, " or ' quotes. */
#include <string.h>

#include "conf/secrets_priv.h"

void secrets_lex_init(struct lex *lex, char *text, size_t len)
{
	lex->p = text;
	lex->end = text + len;
	lex->line_start = text;
	lex->about = NULL;
	lex->line = 1;
	lex->error = NULL;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' ||
	       c == '\v';
}

/* A comment within an entry that says what key that is. */
static void note(struct lex *lex)
{
	if (lex->p > lex->line_start && lex->end - lex->p > 6 &&
	    !memcmp(lex->p, "# RSA ", 6))
		lex->about = lex->p;
}

static void skip(struct lex *lex)
{
	for (; lex->p < lex->end && (blank(*lex->p) || *lex->p == '#');
	     lex->p++) {
		if (*lex->p == '#') {
			note(lex);
			while (lex->p + 1 < lex->end && lex->p[1] != '\n')
				lex->p++;
		}
		if (*lex->p != '\n')
			continue;
		lex->line++;
		lex->line_start = lex->p + 1;
	}
}

static int fail(struct lex *lex, const char *error)
{
	lex->error = error;
	/* what follows on the line cannot be understood */
	while (lex->p < lex->end && *lex->p != '\n')
		lex->p++;
	return -1;
}

static int quoted(struct lex *lex, struct token *t)
{
	char quote = *lex->p++;

	t->quoted = true;
	t->text = lex->p;
	while (lex->p < lex->end && *lex->p != quote && *lex->p != '\n' &&
	       *lex->p)
		lex->p++;
	if (lex->p == lex->end || *lex->p != quote)
		return fail(lex, "the quote is not closed on its line");
	t->len = (size_t)(lex->p++ - t->text);
	if (lex->p < lex->end && !blank(*lex->p))
		return fail(lex, "a blank is missing behind the closing quote");
	return 1;
}

int secrets_lex_next(struct lex *lex, struct token *t)
{
	skip(lex);
	*t = (struct token){
		lex->p,	   0,
		lex->line, (unsigned int)(lex->p - lex->line_start) + 1,
		false,	   false
	};
	if (lex->p == lex->end)
		return 0;
	if (*lex->p == '"' || *lex->p == '\'')
		return quoted(lex, t);
	while (lex->p < lex->end && !blank(*lex->p) && *lex->p)
		lex->p++;
	t->len = (size_t)(lex->p - t->text);
	return lex->p < lex->end && !*lex->p ?
		       fail(lex, "an octet of zero is no text") :
		       1;
}
