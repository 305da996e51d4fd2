// SPDX-License-Identifier: GPL-2.0-or-later
/* addr.c - IP addresses and prefixes as text. */
#include "base/addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

int addr_parse(const char *text, uint8_t b[16])
{
	if (inet_pton(AF_INET, text, b) == 1)
		return 4;
	if (inet_pton(AF_INET6, text, b) == 1)
		return 16;
	return -EINVAL;
}

const char *addr_print(const uint8_t *b, size_t len, char text[ADDR_TEXT])
{
	int family = len == 4 ? AF_INET : AF_INET6;

	if ((len != 4 && len != 16) || !inet_ntop(family, b, text, ADDR_TEXT))
		snprintf(text, ADDR_TEXT, "any");
	return text;
}

bool addr_is_prefix(const uint8_t *b, size_t len, unsigned int plen)
{
	size_t i;

	if (plen > len * 8)
		return false;
	for (i = plen / 8; i < len; i++) {
		uint8_t host = i == plen / 8 ? 0xff >> (plen % 8) : 0xff;

		if (b[i] & host)
			return false;
	}
	return true;
}
