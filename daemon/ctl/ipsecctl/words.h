/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.h - the words of one command, from the command line or from a file, and complaints about them. */
#ifndef IPSECCTL_WORDS_H
#define IPSECCTL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#define WORDS_MAX 256 /* words of one command */

struct word {
	char *text;
	unsigned int line, column; /* command line: line 0, column is the number of the word */
};

/* A cursor over words. The array and the texts belong to the caller. */
struct words {
	const struct word *w;
	size_t n, at;
	const char *file; /* NULL: the command line */
	bool stdin_taken; /* the file itself is standard input */
	char error[640];
};

/* The word at the cursor, NULL at the end; words_next also steps over it. */
const char *words_peek(const struct words *w);
const char *words_next(struct words *w);
/* Step over the word at the cursor if it is this one. */
bool words_take(struct words *w, const char *text);

/* At most one word is left, and taken: it, or NULL. 0, or -EINVAL and w->error. */
int words_last(struct words *w, const char **word);

/*
 * Write an error about the word number at (w->n: about the end) into w->error: position, the word
 * and the message. Returns -EINVAL.
 */
int words_fail(struct words *w, size_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A text cut into words: blanks separate, # starts a comment, \ continues a line, " " quotes. */
struct lexer {
	const char *text;
	size_t len, pos;
	const char *file;
	unsigned int line, column;
	struct word w[WORDS_MAX];
	char *copy; /* of the words of the current command; wiped and freed by lexer_fini */
	size_t room;
};

void lexer_init(struct lexer *lex, const char *file, const char *text, size_t len);
void lexer_fini(struct lexer *lex);
/* Over blanks, comments and empty lines, to the next command or the end. */
void lexer_skip(struct lexer *lex);
/* The words of the next command that has any. 1: done; 0: end of text; -EINVAL or -ENOMEM: w->error. */
int lexer_next(struct lexer *lex, struct words *w);

#endif /* IPSECCTL_WORDS_H */
