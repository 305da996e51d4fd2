// SPDX-License-Identifier: GPL-2.0-or-later
/* datum.c - octets as text: 0x, 0s, 0t. */
#include "base/datum.h"

#include <errno.h>
#include <string.h>

#include "base/secret.h"

bool datum_prefix(const char *text)
{
	return text[0] == '0' && text[1] && strchr("xXsStT", text[1]);
}

int datum_from_base64(const char *text, uint8_t *out, size_t max)
{
	if (strlen(text) % 4 == 0)
		return secret_from_base64(text, out, max);
	secret_wipe(out, max);
	return -EINVAL;
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
