// SPDX-License-Identifier: GPL-2.0-or-later
/* secrets_age.c - how old a key is, as the comment says that rsasigkey puts before it (SEC-35). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conf/secrets_priv.h"

#define COMMENT_MAX 400

/* "UTC 2026" or "2026"; 0: neither. */
static int year_of(const char *text)
{
	int year = 0, digits = 0;

	text += strspn(text, " \t");
	if (isalpha((unsigned char)*text)) {
		text += strcspn(text, " \t");
		text += strspn(text, " \t");
	}
	for (; isdigit((unsigned char)*text) && digits < 5; text++, digits++)
		year = year * 10 + *text - '0';
	return digits == 4 && year >= 1970 ? year : 0;
}

/* The zone does not count: an age is told in days. */
int64_t age_of_comment(const char *comment, const char *end)
{
	char line[COMMENT_MAX];
	const char *word, *rest;
	size_t n = 0;

	while (comment + n < end && comment[n] && comment[n] != '\n' &&
	       n + 1 < sizeof(line)) {
		line[n] = comment[n];
		n++;
	}
	line[n] = '\0';
	for (word = line; (word = strpbrk(word, " \t")); ) {
		struct tm tm = { .tm_isdst = 0 };
		int year;

		word += strspn(word, " \t");
		rest = strptime(word, "%b %d %H:%M:%S", &tm);
		year = rest ? year_of(rest) : 0;
		if (!year)
			continue;
		tm.tm_year = year - 1900;
		return timegm(&tm);
	}
	return 0;
}
