// SPDX-License-Identifier: GPL-2.0-or-later
/* msg.c - headers and chains of payloads, decoded and written; see msg.h. */
#include "ike/msg.h"

#include <stdio.h>

#include "base/text.h"
#include "ike/notify.h"

#define GENERIC 4 /* octets of a payload's header: next, critical, length */
#define CRITICAL 0x80

/* clang-format off */
static const struct { uint8_t type; const char *name; } payloads[] = {
#define PAYLOAD_ONE(id, type, name, what, field) { type, name },
#define PAYLOAD_MANY(id, type, name, what, field, max) { type, name },
#define PAYLOAD_SKIP(id, type, name) { type, name },
#include "ike/payloads.def"
#undef PAYLOAD_ONE
#undef PAYLOAD_MANY
#undef PAYLOAD_SKIP
};

static const struct { uint8_t value; const char *name; } exchanges[] = {
#define EXCHANGE(id, value, name) { value, name },
#include "ike/payloads.def"
#undef EXCHANGE
};

static const uint64_t known = 0
#define PAYLOAD_ONE(id, type, name, what, field) | PL_BIT(type)
#define PAYLOAD_MANY(id, type, name, what, field, max) | PL_BIT(type)
#include "ike/payloads.def"
#undef PAYLOAD_ONE
#undef PAYLOAD_MANY
	;
/* clang-format on */

const char *msg_payload_name(uint8_t type)
{
	size_t i;

	for (i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++)
		if (payloads[i].type == type)
			return payloads[i].name;
	return "unknown";
}

const char *msg_exchange_name(uint8_t exchange)
{
	size_t i;

	for (i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++)
		if (exchanges[i].value == exchange)
			return exchanges[i].name;
	return "unknown";
}

/* Decoding ------------------------------------------------------------------------------------ */

static void read_header(struct rd *r, struct msg_header *h)
{
	uint8_t version;

	h->spi_i = rd_u64(r);
	h->spi_r = rd_u64(r);
	h->next = rd_u8(r);
	version = rd_u8(r);
	h->major = version >> 4;
	h->minor = version & 15;
	h->exchange = rd_u8(r);
	h->flags = rd_u8(r);
	h->id = rd_u32(r);
	h->length = rd_u32(r);
}

enum reason msg_header(struct span datagram, struct msg_header *h)
{
	struct rd r = rd_of(datagram);

	read_header(&r, h);
	if (!rd_ok(&r))
		return R_SHORT;
	return h->length == datagram.n ? R_NONE : R_LENGTH;
}

/* One payload into its place in m. False: malformed, there already, or one too many. */
static bool take(struct ike_msg *m, uint8_t type, struct rd *body)
{
	bool again = (m->present | m->inner) & PL_BIT(type);

	/* clang-format off */
	switch (type) {
#define PAYLOAD_ONE(id, num, name, what, field) \
	case PL_##id: \
		return !again && pl_##what##_read(body, &m->field);
#define PAYLOAD_MANY(id, num, name, what, field, max) \
	case PL_##id: \
		return m->n##field < (max) && pl_##what##_read(body, &m->field[m->n##field++]);
#include "ike/payloads.def"
#undef PAYLOAD_ONE
#undef PAYLOAD_MANY
	default:
		return false;
	}
	/* clang-format on */
}

static enum reason fault(struct ike_msg *m, enum reason reason, uint8_t type,
			 size_t at)
{
	m->bad.type = type;
	m->bad.at = at;
	return reason;
}

static bool is_encrypted(uint8_t type)
{
	return type == PL_SK || type == PL_SKF;
}

/* What is outside of SK is told from what was inside by where its type is noted. */
static enum reason keep(struct ike_msg *m, uint8_t type, struct rd body,
			uint64_t *seen)
{
	struct span octets = body.left;

	if (type == PL_IDI)
		m->idi_body = octets;
	else if (type == PL_IDR)
		m->idr_body = octets;
	if (!take(m, type, &body))
		return R_MALFORMED;
	*seen |= PL_BIT(type);
	return R_NONE;
}

static enum reason walk(struct ike_msg *m, uint8_t type, struct rd r,
			uint64_t *seen)
{
	size_t size = rd_left(&r);
	unsigned int n = 0;

	while (type != PL_NONE) {
		size_t at = size - rd_left(&r);
		uint8_t next = rd_u8(&r);
		bool critical = rd_u8(&r) & CRITICAL;
		uint16_t length = rd_u16(&r);
		struct rd body = rd_sub(&r, length < GENERIC ?
						    SIZE_MAX :
						    (size_t)length - GENERIC);

		if (!rd_ok(&r) || ++n > MSG_PAYLOADS)
			return fault(m, R_MALFORMED, type, at);
		if (type >= 64 || !(known & PL_BIT(type))) {
			if (critical)
				return fault(m, R_CRITICAL, type, at);
			m->skipped++;
			type = next;
			continue;
		}
		if (is_encrypted(type) && (rd_left(&r) || seen == &m->inner))
			return fault(m, R_MALFORMED, type, at);
		if (keep(m, type, body, seen) != R_NONE)
			return fault(m, R_MALFORMED, type, at);
		if (is_encrypted(type)) {
			m->sk_next = next;
			break;
		}
		type = next;
	}
	return rd_done(&r) ? R_NONE :
			     fault(m, R_MALFORMED, PL_NONE, size - rd_left(&r));
}

enum reason msg_decode(struct span datagram, struct ike_msg *m)
{
	struct rd r = rd_of(datagram);
	enum reason reason;
	size_t sealed = 0;

	memset(m, 0, sizeof(*m));
	reason = msg_header(datagram, &m->h);
	if (reason != R_NONE)
		return reason;
	rd_skip(&r, MSG_HEADER);
	reason = walk(m, m->h.next, r, &m->present);
	if (m->bad.at || m->bad.type)
		m->bad.at += MSG_HEADER;
	if (m->present & PL_BIT(PL_SK))
		sealed = m->sk.data.n;
	else if (m->present & PL_BIT(PL_SKF))
		sealed = m->skf.data.n;
	if (sealed)
		m->aad = span_of(datagram.p, datagram.n - sealed);
	return reason;
}

enum reason msg_decode_inner(struct ike_msg *m, uint8_t first,
			     struct span plain)
{
	return walk(m, first, rd_of(plain), &m->inner);
}

const struct pl_notify *msg_notify(const struct ike_msg *m, uint16_t type)
{
	unsigned int i;

	for (i = 0; i < m->nnotify; i++)
		if (m->notify[i].type == type)
			return &m->notify[i];
	return NULL;
}

const struct pl_notify *msg_error(const struct ike_msg *m)
{
	unsigned int i;

	for (i = 0; i < m->nnotify; i++)
		if (notify_is_error(m->notify[i].type))
			return &m->notify[i];
	return NULL;
}

/* Text ---------------------------------------------------------------------------------------- */

static void add_notifies(struct text *t, const struct ike_msg *m)
{
	unsigned int i;

	for (i = 0; i < m->nnotify; i++) {
		const char *name = notify_name(m->notify[i].type);

		if (!strcmp(name, "unknown"))
			text_add(t, "N(%u) ", m->notify[i].type);
		else
			text_add(t, "N(%s) ", name);
	}
}

static unsigned int count(const struct ike_msg *m, uint8_t type)
{
	/* clang-format off */
	switch (type) {
#define PAYLOAD_MANY(id, num, name, what, field, max) \
	case PL_##id: \
		return m->n##field;
#include "ike/payloads.def"
#undef PAYLOAD_MANY
	default:
		return 1;
	}
	/* clang-format on */
}

const char *msg_text(const struct ike_msg *m, char *buf, size_t n)
{
	struct text t = text_in(buf, n);
	uint64_t there = m->present | m->inner;
	size_t i;
	unsigned int k;

	text_add(&t, "%s %s %u { ", msg_exchange_name(m->h.exchange),
		 m->h.flags & MSG_RESPONSE ? "response" : "request", m->h.id);
	if (m->inner) /* opened: what it held is shown instead */
		there &= ~(PL_BIT(PL_SK) | PL_BIT(PL_SKF));
	for (i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
		if (!(there & PL_BIT(payloads[i].type)))
			continue;
		if (payloads[i].type == PL_NOTIFY)
			add_notifies(&t, m);
		for (k = count(m, payloads[i].type);
		     payloads[i].type != PL_NOTIFY && k; k--)
			text_add(&t, "%s ", payloads[i].name);
	}
	text_add(&t, "}");
	return buf;
}

/* Writing ------------------------------------------------------------------------------------- */

struct msg_wr msg_begin(void *buf, size_t room, const struct msg_header *h)
{
	struct msg_wr m = { .w = wr_to(buf, room), .header = true };

	wr_u64(&m.w, h->spi_i);
	wr_u64(&m.w, h->spi_r);
	m.next_at = m.w.n;
	wr_u8(&m.w, PL_NONE);
	wr_u8(&m.w, (uint8_t)(h->major << 4 | (h->minor & 15)));
	wr_u8(&m.w, h->exchange);
	wr_u8(&m.w, h->flags);
	wr_u32(&m.w, h->id);
	wr_u32(&m.w, 0);
	return m;
}

struct msg_wr msg_begin_inner(void *buf, size_t room)
{
	return (struct msg_wr){ .w = wr_to(buf, room), .next_at = SIZE_MAX };
}

size_t msg_open(struct msg_wr *m, uint8_t type)
{
	if (!m->first)
		m->first = type;
	if (m->next_at != SIZE_MAX)
		wr_put8(&m->w, m->next_at, type);
	m->next_at = m->w.n;
	wr_u8(&m->w, PL_NONE);
	wr_u8(&m->w, 0); /* not critical: all that we send is in RFC 7296 */
	return wr_mark16(&m->w);
}

void msg_close(struct msg_wr *m, size_t mark)
{
	wr_close16(&m->w, mark, mark - 2);
}

struct span msg_end(struct msg_wr *m)
{
	if (m->header)
		wr_put32(&m->w, MSG_HEADER - 4, (uint32_t)m->w.n);
	return wr_done(&m->w);
}

void msg_put_notify(struct msg_wr *m, uint16_t type, struct span data)
{
	pl_notify_write(m, &(struct pl_notify){ .type = type, .data = data });
}
