/* SPDX-License-Identifier: GPL-2.0-or-later */
/* suggest.h - the nearest valid word for a mistyped one (restricted Damerau-Levenshtein distance). */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#define SUGGEST_WORD 48 /* longer words are not compared */

struct suggest {
	const char *word;
	const char *best; /* NULL: nothing is near enough */
	unsigned int distance;
};

/* Edits (insert, delete, change, swap of neighbours) between two words; case is ignored. */
unsigned int suggest_distance(const char *a, const char *b);

/* Begin a search for word, offer each valid word once, then read s->best. Strings are borrowed. */
void suggest_begin(struct suggest *s, const char *word);
void suggest_offer(struct suggest *s, const char *valid);

#endif /* BASE_SUGGEST_H */
