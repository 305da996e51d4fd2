// SPDX-License-Identifier: GPL-2.0-or-later
/* suggest.c - the nearest valid word for a mistyped one. */
#include "base/suggest.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

static int lower(char c)
{
	return tolower((unsigned char)c);
}

unsigned int suggest_distance(const char *a, const char *b)
{
	unsigned int d[SUGGEST_WORD + 1][SUGGEST_WORD + 1];
	size_t na = strlen(a), nb = strlen(b), i, j;

	if (na > SUGGEST_WORD || nb > SUGGEST_WORD)
		return UINT_MAX;
	for (i = 0; i <= na; i++)
		d[i][0] = (unsigned int)i;
	for (j = 0; j <= nb; j++)
		d[0][j] = (unsigned int)j;
	for (i = 1; i <= na; i++) {
		for (j = 1; j <= nb; j++) {
			unsigned int cost = lower(a[i - 1]) != lower(b[j - 1]);

			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1,
				       d[i - 1][j - 1] + cost);
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
			    lower(a[i - 2]) == lower(b[j - 1]) &&
			    d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	}
	return d[na][nb];
}

void suggest_begin(struct suggest *s, const char *word)
{
	size_t n = strlen(word);

	s->word = word;
	s->best = NULL;
	/* one edit for a short word, about a third of a longer one */
	s->distance = n <= 3 ? 2 : (unsigned int)(n + 2) / 3 + 1;
}

void suggest_offer(struct suggest *s, const char *valid)
{
	size_t a = strlen(s->word), b = strlen(valid);
	unsigned int d;

	/* each octet that one has more is an edit */
	if ((a > b ? a - b : b - a) >= s->distance)
		return;
	d = suggest_distance(s->word, valid);
	if (d < s->distance && d < strlen(valid)) {
		s->distance = d;
		s->best = valid;
	}
}
