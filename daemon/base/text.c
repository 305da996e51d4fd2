// SPDX-License-Identifier: GPL-2.0-or-later
/* text.c - text put together in a buffer. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct text text_in(char *buf, size_t room)
{
	if (room)
		buf[0] = '\0';
	return (struct text){ buf, 0, room };
}

void text_add(struct text *t, const char *fmt, ...)
{
	size_t left = t->room - t->n;
	va_list ap;
	int n;

	if (left < 2)
		return;
	va_start(ap, fmt);
	n = vsnprintf(t->buf + t->n, left, fmt, ap);
	va_end(ap);
	if (n > 0)
		t->n += (size_t)n < left ? (size_t)n : left - 1;
}

void text_append(char *buf, size_t room, const char *more)
{
	size_t n = strlen(buf);

	if (room > n)
		snprintf(buf + n, room - n, "%s", more);
}
