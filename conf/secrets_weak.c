// SPDX-License-Identifier: GPL-2.0-or-later
/* secrets_weak.c - how hard a secret is to guess. */
#include <ctype.h>
#include <string.h>

#include "conf/secrets_priv.h"

/*
 * Secrets that stand in manuals and examples, and therefore in every list of who guesses. "..." leaves
 * out the middle.
 */
static const struct {
	const char *begin, *end;
} samples[] = {
	{ "jxTR1lnm", "TnjT" }, /* FreeS/WAN; the copy of its sample file */
	{ "secret shared by ", "hosts" }, /* FreeS/WAN, ipsec.secrets(5) */
	{ "secret shared by ", "5" },
	{ "v+NkxY9LLZvwj4qCC2o/gGrWDF2d21jL",
	  "" }, /* strongSwan, ipsec.secrets(5) */
	{ "This is a strong password", "" }, /* strongSwan, wiki */
	{ "0sFpZAZqEN6Ti9sqt4ZP5EWcqx", "" },
	{ "secretsecretsecret", "" },
	{ "0123456789abcdef", "" },
	{ "changeme", "" },
	{ "...", "" },
};

/* The same, where the sample is base64 of octets. */
static const struct {
	size_t n;
	uint8_t b[24];
} octets[] = {
	{ 24, { 0xbf, 0xe3, 0x64, 0xc5, 0x8f, 0x4b, 0x2d, 0x9b,
		0xf0, 0x8f, 0x8a, 0x82, 0x0b, 0x6a, 0x3f, 0x80,
		0x6a, 0xd6, 0x0c, 0x5d, 0x9d, 0xdb, 0x58, 0xcb } },
	{ 18,
	  { 0x16, 0x96, 0x40, 0x66, 0xa1, 0x0d, 0xe9, 0x38, 0xbd, 0xb2, 0xab,
	    0x78, 0x64, 0xfe, 0x44, 0x59, 0xca, 0xb1 } },
};

bool weak_sample(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(octets) / sizeof(octets[0]); i++)
		if (n >= octets[i].n && !memcmp(p, octets[i].b, octets[i].n))
			return true;
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		size_t begin = strlen(samples[i].begin),
		       end = strlen(samples[i].end);

		if (n < begin + end || memcmp(p, samples[i].begin, begin) != 0)
			continue;
		if (end ? !memcmp(p + n - end, samples[i].end, end) :
			  n == begin)
			return true;
	}
	return false;
}

/* Tenths of a bit of one character among count. */
static unsigned int tenths(unsigned int count)
{
	static const struct {
		unsigned int count, tenths;
	} log2[] = { { 256, 80 }, { 95, 66 }, { 85, 64 }, { 69, 61 },
		     { 62, 60 },  { 52, 57 }, { 43, 54 }, { 36, 52 },
		     { 33, 50 },  { 26, 47 }, { 16, 40 }, { 10, 33 },
		     { 6, 26 },	  { 3, 16 },  { 2, 10 } };
	size_t i;

	for (i = 0; i < sizeof(log2) / sizeof(log2[0]); i++)
		if (count >= log2[i].count)
			return log2[i].tenths;
	return 0;
}

/* How many characters one has to choose from, to judge by those that are there. */
static unsigned int alphabet(const uint8_t *p, size_t n)
{
	unsigned int lower = 0, upper = 0, digit = 0, mark = 0;
	bool hex = true;
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] < ' ' || p[i] > '~')
			return 256;
		if (islower(p[i]))
			lower = 26;
		else if (isupper(p[i]))
			upper = 26;
		else if (isdigit(p[i]))
			digit = 10;
		else
			mark = 33;
		hex = hex && isxdigit(p[i]);
	}
	return hex && digit && lower != upper ? 16 :
						lower + upper + digit + mark;
}

static unsigned int distinct(const uint8_t *p, size_t n)
{
	bool seen[256] = { false };
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		count += !seen[p[i]];
		seen[p[i]] = true;
	}
	return count;
}

/* Within three or more letters of one case, the first perhaps a capital: likely a word. */
static bool in_word(const uint8_t *p, size_t n, size_t at)
{
	size_t from = at, to = at + 1;

	if (!isalpha(p[at]))
		return false;
	while (from > 0 && at - from < 2 && islower(p[from]) &&
	       isalpha(p[from - 1]))
		from--;
	while (to < n && to - at < 3 && islower(p[to]))
		to++;
	return to - from >= 3;
}

/* Whether a character follows from those before it: the same, the next one, or as some before. */
static bool foreseen(const uint8_t *p, size_t at)
{
	if (at >= 1 && (p[at] == p[at - 1] || p[at] == p[at - 1] + 1 ||
			p[at] == p[at - 1] - 1))
		return true;
	return at >= 8 && !memcmp(p + at - 3, p + at - 7, 4);
}

unsigned int weak_bits(const uint8_t *p, size_t n)
{
	unsigned int each = tenths(alphabet(p, n));
	size_t kinds = distinct(p, n);
	uint64_t sum = 0, most;
	size_t i;

	/* of few different ones, those are what is guessed; a third more, for chance repeats some */
	most = (uint64_t)n *
	       (kinds * 4 > n * 3 ? each :
				    tenths((unsigned int)(kinds + kinds / 3)));
	for (i = 0; i < n; i++)
		sum += foreseen(p, i) ? 10 : in_word(p, n, i) ? 20 : each;
	return (unsigned int)((sum < most ? sum : most) / 10);
}

unsigned int secrets_bits(const void *p, size_t n)
{
	return weak_bits(p, n);
}
