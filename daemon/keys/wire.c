// SPDX-License-Identifier: GPL-2.0-or-later
/* wire.c - questions and answers as octets: each is written and read by neighbours. */
#include "keys/wire.h"

#include "base/rd.h"
#include "base/wr.h"

static void write_text(struct wr *w, const char *text)
{
	struct span s = span_text(text ? text : "");

	if (s.n > KEYS_ID)
		wr_fail(w);
	wr_u16(w, (uint16_t)s.n);
	wr_span(w, s);
}

static void read_text(struct rd *r, char *to, size_t room)
{
	size_t n = rd_u16(r);
	struct span s = rd_span(r, n);

	if (s.n >= room || (s.n && memchr(s.p, 0, s.n)))
		rd_fail(r);
	else if (s.n)
		memcpy(to, s.p, s.n);
	to[s.n < room ? s.n : 0] = '\0';
}

static void write_key(struct wr *w, const struct pubkey *key)
{
	wr_u16(w, key ? (uint16_t)key->n : 0);
	if (!key)
		return;
	wr_u8(w, (uint8_t)key->type);
	wr_u32(w, key->bits);
	wr_copy(w, key->b, key->n);
}

static bool read_key(struct rd *r, struct pubkey *key)
{
	size_t n = rd_u16(r);

	if (!n)
		return false;
	key->type = (enum pubkey_type)rd_u8(r);
	key->bits = rd_u32(r);
	key->n = n;
	if (n > sizeof(key->b) || key->type > PUBKEY_ED448)
		rd_fail(r);
	else
		rd_copy(r, key->b, n);
	return true;
}

static void write_octets(struct wr *w, struct span s)
{
	if (s.n > KEYS_OCTETS)
		wr_fail(w);
	wr_u32(w, (uint32_t)s.n);
	wr_span(w, s);
}

static struct span read_octets(struct rd *r)
{
	uint32_t n = rd_u32(r);

	if (n > KEYS_OCTETS)
		rd_fail(r);
	return rd_span(r, n);
}

struct span keys_question_write(const struct keys_question *q, void *buf, size_t room)
{
	struct wr w = wr_to(buf, room);

	wr_u64(&w, q->ticket);
	wr_u8(&w, (uint8_t)q->verb);
	wr_u16(&w, q->prf);
	wr_u8(&w, (uint8_t)q->scheme.type);
	wr_u8(&w, (uint8_t)q->scheme.hash);
	wr_u8(&w, (uint8_t)q->scheme.pad);
	write_text(&w, q->me);
	write_text(&w, q->peer);
	write_key(&w, q->key);
	write_octets(&w, q->octets);
	write_octets(&w, q->octets_peer);
	return wr_done(&w);
}

bool keys_question_read(struct span s, struct keys_asked *asked)
{
	struct keys_question *q = &asked->q;
	struct rd r = rd_of(s);

	memset(asked, 0, sizeof(*asked));
	q->ticket = rd_u64(&r);
	q->verb = (enum keys_verb)rd_u8(&r);
	q->prf = rd_u16(&r);
	q->scheme.type = (enum pubkey_type)rd_u8(&r);
	q->scheme.hash = (enum hash_id)rd_u8(&r);
	q->scheme.pad = (enum sig_pad)rd_u8(&r);
	if (q->scheme.type > PUBKEY_ED448 || q->scheme.pad > SIG_PAD_DER)
		rd_fail(&r);
	read_text(&r, asked->me, sizeof(asked->me));
	read_text(&r, asked->peer, sizeof(asked->peer));
	q->me = asked->me[0] ? asked->me : NULL;
	q->peer = asked->peer[0] ? asked->peer : NULL;
	q->key = read_key(&r, &asked->key) ? &asked->key : NULL;
	q->octets = read_octets(&r);
	q->octets_peer = read_octets(&r);
	return rd_done(&r);
}

struct span keys_answer_write(const struct keys_answer *a, void *buf, size_t room)
{
	struct wr w = wr_to(buf, room);

	wr_u64(&w, a->ticket);
	wr_u16(&w, (uint16_t)a->reason);
	wr_u32(&w, a->errors);
	wr_u32(&w, a->bits);
	wr_u16(&w, (uint16_t)a->n);
	wr_copy(&w, a->b, a->n);
	write_text(&w, a->text);
	return wr_done(&w);
}

bool keys_answer_read(struct span s, struct keys_answer *a)
{
	struct rd r = rd_of(s);

	memset(a, 0, sizeof(*a));
	a->ticket = rd_u64(&r);
	a->reason = (enum reason)rd_u16(&r);
	a->errors = rd_u32(&r);
	a->bits = rd_u32(&r);
	a->n = rd_u16(&r);
	if (a->n > sizeof(a->b) || a->reason >= R_COUNT)
		rd_fail(&r);
	else
		rd_copy(&r, a->b, a->n);
	read_text(&r, a->text, sizeof(a->text));
	return rd_done(&r);
}
