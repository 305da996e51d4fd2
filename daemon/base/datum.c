// SPDX-License-Identifier: GPL-2.0-or-later
/* datum.c - octets as text: 0x, 0s, 0t. */
#include "base/datum.h"

#include <errno.h>
#include <string.h>

#include "base/secret.h"

static int sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool datum_prefix(const char *text)
{
	return text[0] == '0' && text[1] && strchr("xXsStT", text[1]);
}

/* Octets of one group of four into three: 1 to 3 of them, 0 if it is no group. */
static size_t group(const char *t, uint8_t three[3])
{
	size_t digits = strcspn(t, "=");
	uint32_t v = 0;
	size_t i;

	digits = digits > 4 ? 4 : digits;
	if (digits < 2 ||
	    (digits < 4 && strcmp(t + digits, digits == 3 ? "=" : "==") != 0))
		return 0;
	for (i = 0; i < 4; i++) {
		int s = i < digits ? sextet(t[i]) : 0;

		if (s < 0)
			return 0;
		v = v << 6 | (uint32_t)s;
	}
	for (i = 0; i < 3; i++)
		three[i] = (uint8_t)(v >> (16 - 8 * i));
	/* what the padding cut off has to be zero, or two texts would mean the same octets */
	return digits < 4 && three[digits - 1] ? 0 : digits - 1;
}

int datum_from_base64(const char *text, uint8_t *out, size_t max)
{
	size_t len = strlen(text), n = 0, got = 1;
	uint8_t three[3];
	int err = len % 4 ? -EINVAL : 0;

	for (; !err && *text; text += 4) {
		got = group(text, three);
		if (!got)
			err = -EINVAL;
		else if (got > max - n)
			err = -E2BIG;
		else
			memcpy(out + n, three, got);
		n += got;
	}
	secret_wipe(three, sizeof(three));
	if (err)
		secret_wipe(out, max);
	return err ? err : (int)n;
}

int datum_decode(const char *text, uint8_t *out, size_t max)
{
	size_t n;

	if (!datum_prefix(text))
		return -EINVAL;
	if (text[1] == 'x' || text[1] == 'X')
		return secret_from_hex(text, out, max);
	if (text[1] == 's' || text[1] == 'S')
		return datum_from_base64(text + 2, out, max);
	n = strlen(text + 2);
	if (n > max)
		return -E2BIG;
	memmove(out, text + 2, n);
	return (int)n;
}

char *datum_to_base64(const uint8_t *p, size_t n, char *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *to = out;
	size_t i, k;

	for (i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)p[i] << 16;

		v |= i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0;
		v |= i + 2 < n ? p[i + 2] : 0;
		for (k = 0; k < 4; k++)
			*to++ = i + k > n ? '=' :
					    digits[v >> (18 - 6 * k) & 63];
	}
	*to = '\0';
	return out;
}
