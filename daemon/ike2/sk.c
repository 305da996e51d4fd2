// SPDX-License-Identifier: GPL-2.0-or-later
/* sk.c - inner payloads are padded and sealed into a message, and opened in place. */
#include "ike2/sk.h"

#include <string.h>

#include "ike/msg.h"

#define GENERIC 4 /* octets of a payload header */
#define NUMBERS 4 /* octets of fragment number and total */

/* Plain and padding, with the pad length behind it: whole blocks, and as few as will do. */
static size_t padded(const struct aead_suite *s, size_t n)
{
	return (n + 1 + s->block - 1) / s->block * s->block;
}

size_t sk_size(const struct aead_suite *s, size_t n, bool fragment)
{
	return GENERIC + (fragment ? NUMBERS : 0) + s->iv + padded(s, n) +
	       s->icv;
}

size_t sk_fragment_room(const struct aead_suite *s, size_t size)
{
	size_t around = GENERIC + NUMBERS + s->iv + s->icv, room;

	if (size < around)
		return 0;
	room = (size - around) / s->block * s->block;
	return room ? room - 1 : 0;
}

struct span sk_seal(struct aead_key *k, struct msg_wr *w,
		    const struct sk_part *part)
{
	const struct aead_suite *s = &k->suite;
	size_t n = padded(s, part->plain.n), begin, mark;
	uint8_t *iv, *text;
	struct span all;

	mark = msg_open(w, part->total ? PL_SKF : PL_SK);
	wr_put8(&w->w, w->next_at, part->first);
	if (part->total) {
		wr_u16(&w->w, part->number);
		wr_u16(&w->w, part->total);
	}
	begin = w->w.n;
	iv = wr_room(&w->w, s->iv + n + s->icv);
	msg_close(w, mark);
	all = msg_end(w);
	if (!all.p || !iv)
		return span_of(NULL, 0);
	text = iv + s->iv;
	if (part->plain.n) /* first, for it may lie here */
		memmove(text, part->plain.p, part->plain.n);
	memset(text + part->plain.n, 0, n - part->plain.n);
	text[n - 1] = (uint8_t)(n - part->plain.n - 1);
	aead_next_iv(k, iv);
	aead_seal(k, span_of(all.p, begin), text, n);
	return all;
}

enum reason sk_open(const struct aead_key *k, struct span aad, uint8_t *data,
		    size_t n, struct span *plain)
{
	const struct aead_suite *s = &k->suite;
	uint8_t *text = data + s->iv;
	size_t pad;

	if (n < (size_t)s->iv + s->block + s->icv)
		return R_INTEGRITY;
	n -= (size_t)s->iv + s->icv;
	if (!aead_open(k, aad, text, n))
		return R_INTEGRITY;
	pad = text[n - 1]; /* RFC 7296 3.14: of any content, up to 255 octets */
	if (pad >= n)
		return R_MALFORMED;
	*plain = span_of(text, n - pad - 1);
	return R_NONE;
}
