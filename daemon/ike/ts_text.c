// SPDX-License-Identifier: GPL-2.0-or-later
/* ts_text.c - traffic selectors for people: as ipsec.conf has them, and how two lists differ. */
#include "ike/ts.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define PORT_MAX 65535
#define ICMP 1
#define ICMPV6 58

static const char *proto_name(uint8_t proto, char text[8])
{
	static const struct {
		uint8_t proto;
		const char *name;
	} names[] = { { ICMP, "icmp" },	   { 6, "tcp" },   { 17, "udp" },
		      { 47, "gre" },	   { 50, "esp" },  { 51, "ah" },
		      { ICMPV6, "icmp6" }, { 132, "sctp" } };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].proto == proto)
			return names[i].name;
	snprintf(text, 8, "%u", proto);
	return proto ? text : "any";
}

static void port_text(const struct ts *ts, char *to, size_t room)
{
	bool icmp = ts->proto == ICMP || ts->proto == ICMPV6;
	unsigned int type = ts->port_min >> 8, code = ts->port_min & 255U;

	to[0] = '\0';
	if (!ts->port_min && ts->port_max == PORT_MAX)
		return;
	if (ts->port_min > ts->port_max)
		snprintf(to, room, "/opaque");
	else if (icmp && !code && ts->port_max == ts->port_min + 255)
		snprintf(to, room, "/%u", type);
	else if (icmp && ts->port_min == ts->port_max)
		snprintf(to, room, "/%u.%u", type, code);
	else if (ts->port_min == ts->port_max)
		snprintf(to, room, "/%u", ts->port_min);
	else
		snprintf(to, room, "/%u-%u", ts->port_min, ts->port_max);
}

const char *ts_text(const struct ts *ts, char *buf, size_t n)
{
	char a[ADDR_TEXT], b[ADDR_TEXT], ports[24], number[8];
	unsigned int plen;

	addr_print(ts->first, ts->len, a);
	addr_print(ts->last, ts->len, b);
	if (!ts_is_prefix(ts, &plen))
		snprintf(buf, n, "%s-%s", a, b);
	else if (plen == ts->len * 8U)
		snprintf(buf, n, "%s", a);
	else
		snprintf(buf, n, "%s/%u", a, plen);
	port_text(ts, ports, sizeof(ports));
	if (!ts->proto && !ports[0])
		return buf;
	text_append(buf, n, "[");
	text_append(buf, n, proto_name(ts->proto, number));
	text_append(buf, n, ports);
	text_append(buf, n, "]");
	return buf;
}

const char *ts_list_text(const struct ts_list *l, char *buf, size_t n)
{
	char one[TS_TEXT];
	unsigned int i;

	if (n)
		buf[0] = '\0';
	for (i = 0; i < l->n; i++) {
		text_append(buf, n, i ? ", " : "");
		text_append(buf, n, ts_text(&l->v[i], one, sizeof(one)));
	}
	if (!l->n)
		text_append(buf, n, "nothing");
	return buf;
}

/* The number, from 1, of the only bit that differs in two prefixes of one length; 0: they differ more. */
static unsigned int single_bit(const struct ts *a, const struct ts *b,
			       unsigned int plen)
{
	unsigned int i, bit = 0;

	for (i = 0; i < plen; i++) {
		if (!((a->first[i / 8] ^ b->first[i / 8]) & (0x80 >> i % 8)))
			continue;
		if (bit)
			return 0;
		bit = i + 1;
	}
	return bit;
}

/* What is the matter with two selectors, in the words that name it best. */
static void add_cause(const struct ts *a, const struct ts *o, char *buf,
		      size_t n)
{
	unsigned int alen = 0, olen = 0, bit;
	bool prefixes = ts_is_prefix(a, &alen) && ts_is_prefix(o, &olen);
	char text[96] = "";
	struct ts both;

	if (a->len != o->len) {
		snprintf(text, sizeof(text), ": one is IPv4, the other IPv6");
	} else if (a->proto != o->proto || a->port_min != o->port_min ||
		   a->port_max != o->port_max) {
		snprintf(text, sizeof(text), ": the protocols or ports differ");
	} else if (prefixes && alen != olen) {
		snprintf(text, sizeof(text),
			 ": the length of the prefix differs, /%u and /%u",
			 alen, olen);
	} else if (prefixes) {
		bit = single_bit(a, o, alen);
		if (bit)
			snprintf(text, sizeof(text), ": they differ in bit %u",
				 bit);
	} else if (ts_intersect(a, o, &both)) {
		snprintf(text, sizeof(text),
			 ": one is only a part of the other");
	}
	text_append(buf, n, text);
}

const char *ts_difference(const struct ts_list *asked,
			  const struct ts_list *ours, const char *keyword,
			  char *buf, size_t n)
{
	char list[1024], one[TS_TEXT];

	if (n)
		buf[0] = '\0';
	if (ts_list_equal(asked, ours))
		return buf;
	text_append(buf, n, "peer asks for ");
	text_append(buf, n, ts_list_text(asked, list, sizeof(list)));
	text_append(buf, n, ", ours is ");
	text_append(buf, n, keyword);
	text_append(buf, n, "=");
	text_append(buf, n,
		    ours->n == 1 ? ts_text(&ours->v[0], one, sizeof(one)) :
				   ts_list_text(ours, list, sizeof(list)));
	if (asked->n == 1 && ours->n == 1)
		add_cause(&asked->v[0], &ours->v[0], buf, n);
	text_append(buf, n, "; make both ends the same");
	return buf;
}
