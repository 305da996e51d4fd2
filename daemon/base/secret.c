// SPDX-License-Identifier: GPL-2.0-or-later
/* secret.c - reading and wiping of key material. */
#include "base/secret.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void secret_wipe(void *p, size_t n)
{
	if (n)
		explicit_bzero(p, n);
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static int refuse(uint8_t *out, size_t max, int err)
{
	secret_wipe(out, max);
	return err;
}

int secret_from_hex(const char *text, uint8_t *out, size_t max)
{
	size_t n = 0;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	while (*text) {
		int hi = digit(text[0]);
		int lo = hi < 0 ? -1 : digit(text[1]);

		if (lo < 0)
			return refuse(out, max, -EINVAL);
		if (n == max)
			return refuse(out, max, -E2BIG);
		out[n++] = (uint8_t)(hi << 4 | lo);
		text += 2;
		if ((*text == ':' || *text == '_') && text[1])
			text++;
	}
	return (int)n;
}

static int digit64(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int secret_from_base64(const char *text, uint8_t *out, size_t max)
{
	size_t n = 0, digits = 0, pad;
	unsigned int acc = 0, bits = 0;
	int d;

	for (; (d = digit64(*text)) >= 0; text++, digits++) {
		acc = (acc << 6 | (unsigned int)d) & 0xfff;
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		if (n == max)
			return refuse(out, max, -E2BIG);
		out[n++] = (uint8_t)(acc >> bits);
	}
	pad = strspn(text, "=");
	/* what is left over must be zero: one text for one value */
	if (text[pad] || digits % 4 == 1 || acc & ((1U << bits) - 1) ||
	    (pad && (digits + pad) % 4) || pad > 2)
		return refuse(out, max, -EINVAL);
	return (int)n;
}

static int trim(char *buf, size_t len)
{
	size_t from = strspn(buf, " \t\r");

	while (len > from && strchr(" \t\r", buf[len - 1]))
		len--;
	memmove(buf, buf + from, len - from);
	secret_wipe(buf + len - from, from);
	buf[len - from] = '\0';
	return (int)(len - from);
}

int secret_read_line(int fd, char *buf, size_t n)
{
	size_t len = 0;
	int err = -E2BIG;

	while (len + 1 < n) {
		ssize_t got = read(fd, buf + len, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || (got == 0 && len == 0)) {
			err = got < 0 ? -errno : -ENODATA;
			break;
		}
		if (got == 0 || buf[len] == '\n') {
			buf[len] = '\0';
			return trim(buf, len);
		}
		if (buf[len] == '\0') {
			err = -EINVAL;
			break;
		}
		len++;
	}
	secret_wipe(buf, n);
	return err;
}
