// SPDX-License-Identifier: GPL-2.0-or-later
/* pl_ts.c - traffic selector payloads, RFC 7296 3.13. */
#include "ike/msg.h"

#define IPV4_RANGE 7
#define IPV6_RANGE 8
#define TS_HEADER 4 /* octets: type, protocol, length */

/* Octets of an address; 0: another kind. */
static uint8_t address_length(uint8_t type)
{
	return type == IPV4_RANGE ? 4 : type == IPV6_RANGE ? 16 : 0;
}

/* false: nothing was added, for it is malformed or too much. */
static bool read_selector(struct rd *r, struct ts_list *list)
{
	uint8_t type = rd_u8(r), proto = rd_u8(r);
	uint16_t length = rd_u16(r);
	struct rd body = rd_sub(
		r, length < TS_HEADER ? SIZE_MAX : (size_t)length - TS_HEADER);
	struct ts ts = { .len = address_length(type), .proto = proto };

	if (!rd_ok(r))
		return false;
	if (!ts.len) {
		list->skipped++;
		return true;
	}
	ts.port_min = rd_u16(&body);
	ts.port_max = rd_u16(&body);
	rd_copy(&body, ts.first, ts.len);
	rd_copy(&body, ts.last, ts.len);
	return rd_done(&body) && ts_valid(&ts) && ts_list_add(list, &ts);
}

bool pl_ts_read(struct rd *r, struct ts_list *list)
{
	unsigned int n = rd_u8(r);

	list->n = 0;
	list->skipped = 0;
	rd_skip(r, 3);
	if (!rd_ok(r) || !n)
		return false;
	for (; n; n--)
		if (!read_selector(r, list))
			return false;
	return rd_done(r);
}

static void write_selector(struct wr *w, const struct ts *ts)
{
	size_t from = w->n, mark;

	if (!ts_valid(ts))
		wr_fail(w);
	wr_u8(w, ts->len == 4 ? IPV4_RANGE : IPV6_RANGE);
	wr_u8(w, ts->proto);
	mark = wr_mark16(w);
	wr_u16(w, ts->port_min);
	wr_u16(w, ts->port_max);
	wr_copy(w, ts->first, ts->len);
	wr_copy(w, ts->last, ts->len);
	wr_close16(w, mark, from);
}

void pl_ts_write(struct msg_wr *m, enum pl_type type,
		 const struct ts_list *list)
{
	size_t mark = msg_open(m, type);
	unsigned int i;

	if (!list->n || list->n > TS_MAX)
		wr_fail(&m->w);
	wr_u8(&m->w, list->n);
	wr_zeros(&m->w, 3);
	for (i = 0; i < list->n && !m->w.failed; i++)
		write_selector(&m->w, &list->v[i]);
	msg_close(m, mark);
}
