// SPDX-License-Identifier: GPL-2.0-or-later
/* value_addr.c - addresses, prefixes, ranges, names of hosts; protocols and ports. */
#include "conf/value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "conf/conf_priv.h"

/* What may stand in a list of each type. */
static bool may_be_name(enum conf_type type)
{
	return type == CONF_HOST || type == CONF_SUBNETS;
}

static bool may_be_net(enum conf_type type)
{
	return type != CONF_ADDRS;
}

/* A name of DNS; one that ends in digits is an address that has gone wrong. */
static bool is_host_name(const char *s)
{
	const char *label = s, *p;

	if (!*s || strlen(s) > 253)
		return false;
	for (p = s; *p; p++) {
		if (*p == '.') {
			if (p == label || p - label > 63)
				return false;
			label = p + 1;
		} else if (!isalnum((unsigned char)*p) &&
			   (!strchr("-_", *p) || p == label)) {
			return false;
		}
	}
	if (p == label)
		label = p; /* a dot at the end */
	return p - label <= 63 && isalpha((unsigned char)*s) ?
		       label[strspn(label, "0123456789")] || p == label :
		       label[strspn(label, "0123456789")] != '\0';
}

/* Prefix length of a netmask, -1: it is none. */
static int mask_length(const uint8_t *b, size_t len)
{
	unsigned int n = 0;

	while (n < len * 8 && b[n / 8] & 0x80 >> n % 8)
		n++;
	return addr_is_prefix(b, len, n) ? (int)n : -1;
}

/* first and last of the prefix that begins at first. */
static void spread(struct conf_range *r, unsigned int plen)
{
	size_t i;

	r->plen = (uint8_t)plen;
	for (i = 0; i < r->len; i++) {
		unsigned int bits = plen > i * 8 ? plen - (unsigned int)i * 8 :
						   0;
		uint8_t host = bits >= 8 ? 0 : 0xff >> bits;

		r->first[i] &= (uint8_t)~host;
		r->last[i] = r->first[i] | host;
	}
}

static bool take_address(const char *text, struct conf_range *r)
{
	int n = addr_parse(text, r->first);

	if (n < 0)
		return false;
	r->len = (uint8_t)n;
	spread(r, r->len * 8U);
	return true;
}

/* The address of a device: what stands behind the prefix is meant, and kept. */
static bool is_device(const struct value *val)
{
	return val->v->kw == KW_VTI || val->v->kw == KW_INTERFACE_IP;
}

static bool take_prefix(struct value *val, const struct value_piece *p,
			char *slash, struct conf_range *r)
{
	uint64_t bits;
	uint8_t mask[16];
	char text[ADDR_TEXT];
	int plen;

	*slash++ = '\0';
	/* 0/0 is how everything was written */
	if (!take_address(strcmp(p->text, "0") ? p->text : "0.0.0.0", r))
		return value_fail(val, p->at,
				  "expected an address before the '/'");
	if (value_integer(slash, (uint64_t)r->len * 8, &bits))
		plen = (int)bits;
	else
		plen = addr_parse(slash, mask) == r->len ?
			       mask_length(mask, r->len) :
			       -1;
	if (plen < 0)
		return value_fail(
			val, p->at + (slash - p->text),
			"expected a prefix length, 0 to %u, or a netmask",
			r->len * 8U);
	if (is_device(val)) {
		r->plen = (uint8_t)plen;
		return true;
	}
	if (!addr_is_prefix(r->first, r->len, (unsigned int)plen)) {
		spread(r, (unsigned int)plen);
		addr_print(r->first, r->len, text);
		val->hint = arena_print(val->arena, "%s/%d", text, plen);
		value_fail(
			val, p->at,
			"the network has bits behind its prefix; they are taken as zero");
	}
	spread(r, (unsigned int)plen);
	return true;
}

static bool take_range(struct value *val, const struct value_piece *p,
		       char *dash, struct conf_range *r)
{
	struct conf_range last = { .len = 0 };

	*dash++ = '\0';
	if (!take_address(p->text, r) || !take_address(dash, &last) ||
	    r->len != last.len || memcmp(r->first, last.first, r->len) > 0)
		return value_fail(
			val, p->at,
			"expected a range, FIRST-LAST, as in 10.9.0.1-10.9.0.254");
	memcpy(r->last, last.first, r->len);
	r->plen = CONF_NO_PREFIX;
	return true;
}

/* Protocols and ports -------------------------------------------------------------------------- */

struct number {
	const char *name;
	uint16_t number;
};

static const struct number protocols[] = {
	{ "any", 0 },	  { "%any", 0 },       { "icmp", 1 },  { "igmp", 2 },
	{ "ipip", 4 },	  { "ipencap", 4 },    { "tcp", 6 },   { "udp", 17 },
	{ "ipv6", 41 },	  { "gre", 47 },       { "esp", 50 },  { "ah", 51 },
	{ "icmpv6", 58 }, { "ipv6-icmp", 58 }, { "ospf", 89 }, { "sctp", 132 },
	{ "l2tp", 115 }
};

static const struct number ports[] = { { "ssh", 22 },	  { "smtp", 25 },
				       { "domain", 53 },  { "http", 80 },
				       { "ntp", 123 },	  { "snmp", 161 },
				       { "ldap", 389 },	  { "https", 443 },
				       { "isakmp", 500 }, { "syslog", 514 },
				       { "l2tp", 1701 } };

static bool protocol(const char *text, uint8_t *proto)
{
	uint64_t n;
	size_t i;

	for (i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		if (!strcasecmp(text, protocols[i].name)) {
			*proto = (uint8_t)protocols[i].number;
			return true;
		}
	}
	if (!value_integer(text, 255, &n))
		return false;
	*proto = (uint8_t)n;
	return true;
}

static bool port(const char *text, uint16_t *p)
{
	uint64_t n;
	size_t i;

	for (i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		if (!strcasecmp(text, ports[i].name)) {
			*p = ports[i].number;
			return true;
		}
	}
	if (!value_integer(text, 65535, &n))
		return false;
	*p = (uint16_t)n;
	return true;
}

/* Only these have ports, or types: 6 TCP, 17 UDP, 132 SCTP, 1 and 58 ICMP. */
static bool has_ports(uint8_t proto)
{
	return proto == 6 || proto == 17 || proto == 132 || proto == 1 ||
	       proto == 58;
}

static bool port_range(char *text, struct conf_range *r)
{
	char *dash = strchr(text, '-');

	if (dash)
		*dash++ = '\0';
	if (!port(text, &r->port_min) || (dash && !port(dash, &r->port_max)))
		return false;
	if (!dash)
		r->port_max = r->port_min;
	/* port 0 is every port; type 0 of ICMP is a type */
	if (!dash && !r->port_min && r->proto != 1 && r->proto != 58)
		r->port_max = 65535;
	return r->port_min <= r->port_max;
}

/* "tcp/80" into r. false: it is none. */
static bool selector(char *text, struct conf_range *r)
{
	char *slash = strchr(text, '/');

	r->port_min = 0;
	r->port_max = 65535;
	if (slash)
		*slash++ = '\0';
	if (!protocol(text, &r->proto))
		return false;
	if (!slash || !strcasecmp(slash, "%any") || !strcasecmp(slash, "any") ||
	    !strcmp(slash, "%opaque"))
		return true;
	/* ports of what has none would never fit */
	return has_ports(r->proto) ? port_range(slash, r) : !strcmp(slash, "0");
}

static struct conf_ranges *one_range(struct value *val,
				     const struct conf_range *r, size_t n)
{
	struct conf_ranges *list =
		arena_alloc(val->arena, sizeof(*list) + n * sizeof(*r));

	list->n = n;
	if (n)
		memcpy(list->v, r, n * sizeof(*r));
	return list;
}

bool value_protoport(struct value *val)
{
	struct conf_range r = { .plen = CONF_NO_PREFIX };
	char text[64];

	if (snprintf(text, sizeof(text), "%s", val->v->text) >=
		    (int)sizeof(text) ||
	    !selector(text, &r)) {
		val->hint = "tcp/80, 17/%any, 6/1024-65535 or icmp/8";
		return value_fail(val, val->v->text, "expected PROTOCOL/PORT");
	}
	val->v->u.ranges = one_range(val, &r, 1);
	return true;
}

/* Lists of addresses --------------------------------------------------------------------------- */

/* strongSwan writes a selector behind the network: 10.0.0.0/8[tcp/80]. */
static bool cut_selector(struct value *val, struct value_piece *p,
			 struct conf_range *r)
{
	char *open = val->type == CONF_SUBNETS ? strchr(p->text, '[') : NULL;
	size_t n = strlen(p->text);

	r->port_max = 65535;
	if (!open)
		return true;
	if (p->text[n - 1] != ']')
		return value_fail(val, p->at, "expected ']' at the end");
	p->text[n - 1] = '\0';
	*open = '\0';
	if (selector(open + 1, r))
		return true;
	return value_fail(val, p->at + (open - p->text),
			  "expected [PROTOCOL/PORT], as in [tcp/80]");
}

/* %eth0, %peer.example.com: a name that is no word. */
static bool percent_name(struct value *val, const struct value_piece *p,
			 struct conf_range *r)
{
	const char *name = p->text + 1;

	if (val->type == CONF_SUBNETS || val->type == CONF_POOL ||
	    val->type == CONF_ADDRS ||
	    (!is_host_name(name) && addr_parse(name, r->first) < 0))
		return false;
	/* a near miss of a word is not a device's name, nor is a word that has no place here */
	if (options_words_nearest(val->words, p->text) ||
	    options_is_word(p->text))
		return false;
	value_since(val, CONF_NOW);
	r->name = arena_text(val->arena, p->text, strlen(p->text));
	return true;
}

static bool fail_range(struct value *val, const struct value_piece *p)
{
	char buf[64];

	if (p->text[0] == '%')
		val->hint = value_near(val, p->text);
	return value_fail(val, p->at, "'%s': expected an address%s%s",
			  diag_quote(p->text, buf),
			  may_be_net(val->type) ? ", a network" : "",
			  may_be_name(val->type) ? " or a name" : "");
}

static bool take_range_piece(struct value *val, struct value_piece *p,
			     struct conf_range *r)
{
	enum conf_gen since = CONF_V1;
	char *mark;

	if (!cut_selector(val, p, r))
		return false;
	r->word = options_word(val->words, p->text, &since);
	value_since(val, since);
	if (r->word)
		return true;
	if (p->text[0] == '%' || !strncmp(p->text, "vhost:", 6) ||
	    !strncmp(p->text, "vnet:", 5))
		return percent_name(val, p, r) || fail_range(val, p);
	if (take_address(p->text, r))
		return true;
	mark = strchr(p->text, '/');
	if (mark && may_be_net(val->type))
		return take_prefix(val, p, mark, r);
	if (is_host_name(p->text) && may_be_name(val->type)) {
		r->name = arena_text(val->arena, p->text, strlen(p->text));
		return true;
	}
	mark = strchr(p->text, '-');
	if (mark && mark != p->text && may_be_net(val->type)) {
		value_since(val, CONF_NOW);
		return take_range(val, p, mark, r);
	}
	return fail_range(val, p);
}

/* The whole text is one word, one with commas in it, too. */
static bool whole_word(struct value *val)
{
	enum conf_gen since = CONF_V1;
	enum conf_word w = options_word(val->words, val->v->text, &since);
	struct conf_range r = { .word = w,
				.plen = CONF_NO_PREFIX,
				.port_max = 65535 };

	if (!w || w == W_SUBNET_DEFAULT)
		return false;
	value_since(val, since);
	val->v->word = (uint16_t)w;
	val->v->u.ranges = one_range(val, &r, 1);
	return true;
}

bool value_ranges(struct value *val)
{
	struct value_piece p = { .next = val->v->text };
	struct conf_range *v = NULL;
	size_t n = 0, room = 0;
	bool good = true;
	int more;

	if (whole_word(val))
		return true;
	while (good && (more = value_piece(&p, ", \t{}")) != 0) {
		v = arena_grow(v, &room, n, sizeof(*v));
		memset(&v[n], 0, sizeof(*v));
		v[n].plen = CONF_NO_PREFIX;
		if (more < 0 || (int64_t)n == val->row->max)
			good = value_fail(val, more < 0 ? val->v->text : p.at,
					  "the list is too long");
		else
			good = take_range_piece(val, &p, &v[n]);
		n += good;
	}
	if (n > 1)
		value_since(val, CONF_NOW);
	if (good && !n)
		good = value_fail(val, val->v->text, "the list is empty");
	if (good && n == 1)
		val->v->word = (uint16_t)v[0].word;
	val->v->u.ranges = one_range(val, v, good ? n : 0);
	free(v);
	return good;
}
