// SPDX-License-Identifier: GPL-2.0-or-later
/* ts.c - traffic selectors as sets: what is in both, what is in one of the other, narrowing. */
#include "ike/ts.h"

#include <string.h>

#include "conf/conf.h"

#define PORT_MAX 65535

struct ts ts_prefix(const uint8_t *b, uint8_t len, unsigned int plen)
{
	struct ts ts = { .len = len, .port_max = PORT_MAX };
	unsigned int i;

	for (i = 0; i < len; i++) {
		unsigned int bits = plen > i * 8 ? plen - i * 8 : 0;
		uint8_t host = bits >= 8 ? 0 : (uint8_t)(0xff >> bits);

		ts.first[i] = b[i] & (uint8_t)~host;
		ts.last[i] = b[i] | host;
	}
	return ts;
}

struct ts ts_host(const struct addr *a)
{
	return ts_prefix(a->b, a->len, a->len * 8U);
}

bool ts_from_range(const struct conf_range *r, struct ts *ts)
{
	if (r->word || r->not || (r->len != 4 && r->len != 16))
		return false;
	memset(ts, 0, sizeof(*ts));
	ts->len = r->len;
	memcpy(ts->first, r->first, r->len);
	memcpy(ts->last, r->last, r->len);
	ts_set_upper(ts, r);
	return ts_valid(ts);
}

static bool is_icmp(uint8_t proto)
{
	return proto == 1 || proto == 58;
}

/* Of ICMP the configuration has types, the wire types and codes. */
void ts_set_upper(struct ts *ts, const struct conf_range *r)
{
	bool any = !r->port_min && r->port_max == PORT_MAX;

	ts->proto = r->proto;
	ts->port_min = any ? 0 : r->port_min;
	ts->port_max = any ? PORT_MAX : r->port_max;
	if (is_icmp(r->proto) && !any && r->port_max <= UINT8_MAX) {
		ts->port_min = (uint16_t)(r->port_min << 8);
		ts->port_max = (uint16_t)(r->port_max << 8 | UINT8_MAX);
	}
}

struct ts ts_packet(const struct addr *a, uint8_t proto, uint16_t port)
{
	struct ts ts = ts_host(a);
	bool ports = is_icmp(proto) || proto == 6 || proto == 17 ||
		     proto == 132;

	ts.proto = proto;
	ts.port_min = ports ? port : 0;
	ts.port_max = ports ? port : PORT_MAX;
	return ts;
}

static bool opaque(const struct ts *ts)
{
	return ts->port_min == PORT_MAX && ts->port_max == 0;
}

bool ts_valid(const struct ts *ts)
{
	return (ts->len == 4 || ts->len == 16) &&
	       memcmp(ts->first, ts->last, ts->len) <= 0 &&
	       (ts->port_min <= ts->port_max || opaque(ts));
}

static bool same_addresses(const struct ts *a, const struct ts *b)
{
	return a->len == b->len && !memcmp(a->first, b->first, a->len) &&
	       !memcmp(a->last, b->last, a->len);
}

bool ts_equal(const struct ts *a, const struct ts *b)
{
	return same_addresses(a, b) && a->proto == b->proto &&
	       a->port_min == b->port_min && a->port_max == b->port_max;
}

/* Any port covers packets whose port is not to be seen; they are in no range that is less than any. */
static bool ports_intersect(const struct ts *a, const struct ts *b,
			    struct ts *out)
{
	if (opaque(a) || opaque(b)) {
		const struct ts *o = opaque(a) ? a : b,
				*other = opaque(a) ? b : a;

		out->port_min = o->port_min;
		out->port_max = o->port_max;
		return opaque(other) ||
		       (!other->port_min && other->port_max == PORT_MAX);
	}
	out->port_min = a->port_min > b->port_min ? a->port_min : b->port_min;
	out->port_max = a->port_max < b->port_max ? a->port_max : b->port_max;
	return out->port_min <= out->port_max;
}

bool ts_intersect(const struct ts *a, const struct ts *b, struct ts *out)
{
	struct ts both = { .len = a->len,
			   .proto = a->proto ? a->proto : b->proto };

	if (a->len != b->len ||
	    (a->proto && b->proto && a->proto != b->proto) ||
	    !ports_intersect(a, b, &both))
		return false;
	memcpy(both.first,
	       memcmp(a->first, b->first, a->len) > 0 ? a->first : b->first,
	       a->len);
	memcpy(both.last,
	       memcmp(a->last, b->last, a->len) < 0 ? a->last : b->last,
	       a->len);
	if (memcmp(both.first, both.last, both.len) > 0)
		return false;
	*out = both;
	return true;
}

bool ts_covers(const struct ts *wide, const struct ts *narrow)
{
	struct ts both;

	return ts_intersect(wide, narrow, &both) && ts_equal(&both, narrow);
}

bool ts_is_host(const struct ts *ts, const struct addr *a)
{
	return ts->len == a->len && !memcmp(ts->first, a->b, a->len) &&
	       !memcmp(ts->last, a->b, a->len);
}

bool ts_is_prefix(const struct ts *ts, unsigned int *plen)
{
	unsigned int bits = 0;
	struct ts p;

	while (bits < ts->len * 8U &&
	       !((ts->first[bits / 8] ^ ts->last[bits / 8]) &
		 (0x80 >> bits % 8)))
		bits++;
	p = ts_prefix(ts->first, ts->len, bits);
	*plen = bits;
	return same_addresses(&p, ts);
}

/* The longest prefix, that is the largest network, which begins with first and does not go beyond last. */
static struct ts largest(const uint8_t *first, const struct ts *ts)
{
	unsigned int plen = 0;
	struct ts p;

	do {
		p = ts_prefix(first, ts->len, plen++);
	} while (memcmp(p.first, first, ts->len) != 0 ||
		 memcmp(p.last, ts->last, ts->len) > 0);
	return p;
}

/* The address behind; false: it was the last of all. */
static bool increment(uint8_t *b, size_t len)
{
	while (len--)
		if (++b[len])
			return true;
	return false;
}

size_t ts_split(const struct ts *ts, struct ts *out, size_t max)
{
	uint8_t next[16];
	size_t n = 0;
	struct ts p;

	memcpy(next, ts->first, sizeof(next));
	do {
		p = largest(next, ts);
		p.proto = ts->proto;
		p.port_min = ts->port_min;
		p.port_max = ts->port_max;
		if (n < max)
			out[n] = p;
		n++;
		memcpy(next, p.last, sizeof(next));
	} while (memcmp(p.last, ts->last, ts->len) != 0 &&
		 increment(next, ts->len));
	return n;
}

static bool icmp_upper(const struct ts *ts, struct ts_upper *upper)
{
	uint8_t code_min = (uint8_t)ts->port_min,
		code_max = (uint8_t)ts->port_max;
	bool one_type = ts->port_min >> 8 == ts->port_max >> 8;

	if (!ts->port_min && ts->port_max == PORT_MAX)
		return true;
	if (!one_type && (code_min || code_max != UINT8_MAX))
		return false;
	upper->sport_min = ts->port_min >> 8;
	upper->sport_max = ts->port_max >> 8;
	if (code_min || code_max != UINT8_MAX) {
		upper->dport_min = code_min;
		upper->dport_max = code_max;
	}
	return true;
}

bool ts_to_upper(const struct ts *from, const struct ts *to,
		 struct ts_upper *upper)
{
	struct ts both;

	*upper = (struct ts_upper){ .sport_max = PORT_MAX,
				    .dport_max = PORT_MAX };
	if (from->proto && to->proto && from->proto != to->proto)
		return false;
	upper->proto = from->proto ? from->proto : to->proto;
	if (is_icmp(upper->proto)) /* type and code are in the packet, whoever sends it */
		return ports_intersect(from, to, &both) && !opaque(&both) &&
		       icmp_upper(&both, upper);
	if (opaque(from) ||
	    opaque(to)) /* such packets match policies for any port */
		return false;
	upper->sport_min = from->port_min;
	upper->sport_max = from->port_max;
	upper->dport_min = to->port_min;
	upper->dport_max = to->port_max;
	return true;
}

bool ts_list_add(struct ts_list *l, const struct ts *ts)
{
	if (l->n == TS_MAX)
		return false;
	l->v[l->n++] = *ts;
	return true;
}

bool ts_list_covers(const struct ts_list *l, const struct ts *ts)
{
	unsigned int i;

	for (i = 0; i < l->n; i++)
		if (ts_covers(&l->v[i], ts))
			return true;
	return false;
}

static bool all_in(const struct ts_list *a, const struct ts_list *b)
{
	unsigned int i, k;

	for (i = 0; i < a->n; i++) {
		for (k = 0; k < b->n && !ts_equal(&a->v[i], &b->v[k]); k++)
			;
		if (k == b->n)
			return false;
	}
	return true;
}

bool ts_list_equal(const struct ts_list *a, const struct ts_list *b)
{
	return all_in(a, b) && all_in(b, a);
}

/* Narrowing, RFC 7296 2.9 ----------------------------------------------------------------------- */

/* One more, unless it is covered already; those that it covers go. False: full. */
static bool merge(struct ts_list *l, const struct ts *ts)
{
	unsigned int i, n = 0;

	if (ts_list_covers(l, ts))
		return true;
	for (i = 0; i < l->n; i++)
		if (!ts_covers(ts, &l->v[i]))
			l->v[n++] = l->v[i];
	l->n = (uint8_t)n;
	return ts_list_add(l, ts);
}

/* A packet made the peer ask: its addresses come first, then what covers them. */
static bool has_packet(const struct ts_list *asked)
{
	const struct ts *first = &asked->v[0];
	struct ts_list others = { .n = 0 };
	unsigned int i;

	if (asked->n < 2 || memcmp(first->first, first->last, first->len) != 0)
		return false;
	for (i = 1; i < asked->n; i++)
		ts_list_add(&others, &asked->v[i]);
	return ts_list_covers(&others, first);
}

enum reason ts_narrow(const struct ts_list *asked, const struct ts_list *ours,
		      struct ts_list *out, bool *narrowed)
{
	unsigned int i, k;

	out->n = 0;
	out->skipped = 0;
	*narrowed = false;
	for (i = 0; i < asked->n; i++) {
		for (k = 0; k < ours->n; k++) {
			struct ts both;

			if (ts_intersect(&asked->v[i], &ours->v[k], &both) &&
			    !merge(out, &both))
				*narrowed = true;
		}
	}
	if (!out->n)
		return R_NO_SELECTOR;
	for (i = 0; i < asked->n; i++)
		*narrowed |= !ts_list_covers(out, &asked->v[i]);
	if (has_packet(asked) && !ts_list_covers(out, &asked->v[0]))
		return R_TS_FIRST;
	return R_NONE;
}

enum reason ts_accept(const struct ts_list *sent, const struct ts_list *answer,
		      bool *narrowed)
{
	unsigned int i;

	*narrowed = false;
	if (!answer->n)
		return R_TS_BAD_ANSWER;
	for (i = 0; i < answer->n; i++)
		if (!ts_list_covers(sent, &answer->v[i]))
			return R_TS_BAD_ANSWER;
	for (i = 0; i < sent->n; i++)
		*narrowed |= !ts_list_covers(answer, &sent->v[i]);
	return R_NONE;
}

bool ts_pair(const struct ts_list *local, const struct ts_list *peer, size_t i,
	     struct ts *l, struct ts *p)
{
	unsigned int a, b;

	for (a = 0; a < local->n; a++) {
		for (b = 0; b < peer->n; b++) {
			if (local->v[a].len != peer->v[b].len || i--)
				continue;
			*l = local->v[a];
			*p = peer->v[b];
			return true;
		}
	}
	return false;
}

unsigned int ts_replace(struct ts_list *l, const struct addr *from,
			const struct addr *to)
{
	unsigned int i, n = 0;

	for (i = 0; i < l->n; i++) {
		struct ts *ts = &l->v[i];
		struct ts host = ts_host(to);

		if (!ts_is_host(ts, from))
			continue;
		host.proto = ts->proto;
		host.port_min = ts->port_min;
		host.port_max = ts->port_max;
		*ts = host;
		n++;
	}
	return n;
}

/* Bits that the first addresses have in common. */
static unsigned int common_bits(const struct ts *a, const struct ts *b)
{
	unsigned int bits = 0;

	if (a->len != b->len)
		return 0;
	while (bits < a->len * 8U &&
	       !((a->first[bits / 8] ^ b->first[bits / 8]) &
		 (0x80 >> bits % 8)))
		bits++;
	return bits;
}

unsigned int ts_nearness(const struct ts_list *a, const struct ts_list *b)
{
	unsigned int i, k, best = 0;

	for (i = 0; i < a->n; i++) {
		for (k = 0; k < b->n; k++) {
			struct ts both;
			unsigned int near =
				ts_equal(&a->v[i], &b->v[k])		? 1000 :
				ts_intersect(&a->v[i], &b->v[k], &both) ? 500 :
									  0;

			near += common_bits(&a->v[i], &b->v[k]);
			best = near > best ? near : best;
		}
	}
	return best;
}
