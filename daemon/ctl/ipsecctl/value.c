// SPDX-License-Identifier: GPL-2.0-or-later
/* value.c - numbers with units, ranges, prefixes. */
#include "value.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"

/* A number at *text, moved past it. */
static int number(const char **text, uint64_t *v)
{
	bool hex = (*text)[0] == '0' && ((*text)[1] | 0x20) == 'x';
	unsigned long long n;
	char *end;

	if (!isdigit((unsigned char)**text))
		return -EINVAL;
	errno = 0;
	n = strtoull(*text, &end, hex ? 16 : 10);
	if (errno)
		return -ERANGE;
	if (hex && end < *text + 3)
		return -EINVAL;
	*text = end;
	*v = n;
	return 0;
}

int value_number(const char *text, uint64_t *v)
{
	uint64_t n;
	int err = number(&text, &n);

	if (err)
		return err;
	if (*text)
		return -EINVAL;
	*v = n;
	return 0;
}

static const struct {
	char kind, unit;
	uint64_t scale;
} units_table[] = {
	{ 'b', 'k', 1ULL << 10 }, { 'b', 'm', 1ULL << 20 }, { 'b', 'g', 1ULL << 30 },
	{ 'b', 't', 1ULL << 40 }, { 'c', 'k', 1000 },	    { 'c', 'm', 1000000 },
	{ 'c', 'g', 1000000000 }, { 'c', 't', 1000000000000 }, { 't', 's', 1 },
	{ 't', 'm', 60 },	  { 't', 'h', 3600 },	    { 't', 'd', 86400 },
};

static uint64_t scale_of(char kind, const char *unit)
{
	size_t i;

	if (!unit[0])
		return 1;
	for (i = 0; i < sizeof(units_table) / sizeof(units_table[0]); i++)
		if (units_table[i].kind == kind && !unit[1] &&
		    units_table[i].unit == tolower((unsigned char)unit[0]))
			return units_table[i].scale;
	return 0;
}

int value_unit(const char *text, const char *units, uint64_t *v)
{
	uint64_t n, scale;
	int err = number(&text, &n);

	if (err)
		return err;
	scale = scale_of(units[0], text);
	if (!scale)
		return -EINVAL;
	if (__builtin_mul_overflow(n, scale, &n))
		return -ERANGE;
	*v = n;
	return 0;
}

int value_range(const char *text, uint64_t max, uint64_t *from, uint64_t *to)
{
	uint64_t lo, hi;
	int err = number(&text, &lo);

	if (err)
		return err;
	hi = lo;
	if (*text == '-') {
		text++;
		err = number(&text, &hi);
	}
	if (err || *text)
		return err ? err : -EINVAL;
	if (lo > hi || hi > max)
		return -ERANGE;
	*from = lo;
	*to = hi;
	return 0;
}

int value_addr(const char *text, struct nfi_addr *addr)
{
	uint8_t b[16];
	int n = addr_parse(text, b);

	if (n < 0)
		return n;
	memset(addr, 0, sizeof(*addr));
	addr->len = (uint8_t)n;
	memcpy(addr->b, b, (size_t)n);
	return 0;
}

int value_prefix(const char *text, struct nfi_addr *addr, uint8_t *plen)
{
	char copy[ADDR_TEXT];
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	struct nfi_addr a;
	uint64_t len;
	int err;

	if (n >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, text, n);
	copy[n] = '\0';
	err = value_addr(copy, &a);
	if (err)
		return err;
	len = (uint64_t)a.len * 8;
	if (slash)
		err = value_number(slash + 1, &len);
	if (err)
		return err;
	if (len > (uint64_t)a.len * 8 || !addr_is_prefix(a.b, a.len, (unsigned int)len))
		return -ERANGE;
	*addr = a;
	*plen = (uint8_t)len;
	return 0;
}
