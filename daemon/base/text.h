/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.h - text put together in a buffer of the caller's; what does not fit is cut off. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>

struct text {
	char *buf; /* always ends with a zero, unless there is no room for one */
	size_t n,
		room; /* octets of text, and of the buffer, which counts the zero */
};

/* An empty text in a buffer of so many octets; the buffer is borrowed. */
struct text text_in(char *buf, size_t room);
/* printf behind what is there. */
void text_add(struct text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The same for a buffer that holds text already and nothing beside it: more goes behind its zero. */
void text_append(char *buf, size_t room, const char *more);

#endif /* BASE_TEXT_H */
