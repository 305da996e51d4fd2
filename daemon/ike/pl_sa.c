// SPDX-License-Identifier: GPL-2.0-or-later
/* pl_sa.c - the security association payload, RFC 7296 3.3: proposals, their transforms, the attributes of those. */
#include "ike/msg.h"

#define MORE_PROPOSALS 2
#define MORE_TRANSFORMS 3
#define KEY_LENGTH 14 /* the only attribute that there is */
#define SHORT_ATTR 0x8000 /* the value is in the place of the length */

static void read_attr(struct rd *r, struct transform *t)
{
	uint16_t type = rd_u16(r), value = rd_u16(r);

	if (!(type & SHORT_ATTR))
		rd_skip(r, value);
	if (type != (SHORT_ATTR | KEY_LENGTH) || !value || t->keybits)
		t->odd = true;
	else
		t->keybits = value;
}

/* more: what the last octet says when another one follows. Returns the reader of the body. */
static struct rd substructure(struct rd *r, uint8_t more)
{
	uint8_t last = rd_u8(r);
	uint16_t length;
	struct rd body;

	rd_skip(r, 1);
	length = rd_u16(r);
	body = rd_sub(r, length < 4 ? SIZE_MAX : (size_t)length - 4);
	if (last != (rd_left(r) ? more : 0))
		rd_fail(r);
	return body;
}

static void read_transform(struct rd *r, struct transform *t)
{
	struct rd body = substructure(r, MORE_TRANSFORMS);

	memset(t, 0, sizeof(*t));
	t->type = rd_u8(&body);
	rd_skip(&body, 1);
	t->id = rd_u16(&body);
	while (rd_left(&body))
		read_attr(&body, t);
	if (!rd_ok(&body))
		rd_fail(r);
}

static bool spi_ok(uint8_t len)
{
	return len == 0 || len == 4 || len == 8;
}

static bool read_proposal(struct rd *r, struct offer *sa)
{
	struct rd body = substructure(r, MORE_PROPOSALS);
	struct proposal *p;
	unsigned int n;

	if (sa->nproposals == OFFER_PROPOSALS)
		return false;
	p = &sa->p[sa->nproposals];
	memset(p, 0, sizeof(*p));
	p->num = rd_u8(&body);
	p->proto = rd_u8(&body);
	p->spi_len = rd_u8(&body);
	n = rd_u8(&body);
	if (!rd_ok(&body) || !spi_ok(p->spi_len) ||
	    sa->ntransforms + n > OFFER_TRANSFORMS)
		return false;
	/* the answer names a proposal by its number */
	if (p->num <= (sa->nproposals ? sa->p[sa->nproposals - 1].num : 0))
		return false;
	rd_copy(&body, p->spi, p->spi_len);
	p->first = sa->ntransforms;
	for (; n && rd_ok(&body); n--, p->n++)
		read_transform(&body, &sa->t[sa->ntransforms++]);
	sa->nproposals++;
	return rd_done(&body);
}

bool pl_sa_read(struct rd *r, struct offer *sa)
{
	offer_init(sa);
	do {
		if (!read_proposal(r, sa))
			return false;
	} while (rd_left(r));
	return rd_done(r);
}

static void write_transform(struct wr *w, const struct transform *t, bool more)
{
	size_t from = w->n, mark;

	if (t->odd) /* its attributes are not known */
		wr_fail(w);
	wr_u8(w, more ? MORE_TRANSFORMS : 0);
	wr_u8(w, 0);
	mark = wr_mark16(w);
	wr_u8(w, t->type);
	wr_u8(w, 0);
	wr_u16(w, t->id);
	if (t->keybits) {
		wr_u16(w, SHORT_ATTR | KEY_LENGTH);
		wr_u16(w, t->keybits);
	}
	wr_close16(w, mark, from);
}

static void write_proposal(struct wr *w, const struct offer *sa,
			   const struct proposal *p, bool more)
{
	size_t from = w->n, mark;
	unsigned int i;

	if (!spi_ok(p->spi_len) || p->n > UINT8_MAX ||
	    p->first + p->n > sa->ntransforms) {
		wr_fail(w);
		return;
	}
	wr_u8(w, more ? MORE_PROPOSALS : 0);
	wr_u8(w, 0);
	mark = wr_mark16(w);
	wr_u8(w, p->num);
	wr_u8(w, p->proto);
	wr_u8(w, p->spi_len);
	wr_u8(w, (uint8_t)p->n);
	wr_copy(w, p->spi, p->spi_len);
	for (i = 0; i < p->n; i++)
		write_transform(w, &sa->t[p->first + i], i + 1U < p->n);
	wr_close16(w, mark, from);
}

void pl_sa_write(struct msg_wr *m, const struct offer *sa)
{
	size_t mark = msg_open(m, PL_SA);
	unsigned int i;

	if (!sa->nproposals || sa->nproposals > OFFER_PROPOSALS)
		wr_fail(&m->w);
	for (i = 0; i < sa->nproposals && !m->w.failed; i++)
		write_proposal(&m->w, sa, &sa->p[i], i + 1U < sa->nproposals);
	msg_close(m, mark);
}
