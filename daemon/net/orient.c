// SPDX-License-Identifier: GPL-2.0-or-later
/* orient.c - which side of a conn is this host. */
#include "net/orient.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum match { NO, NOT_YET, YES };

/* What one end may be of this host. */
struct candidate {
	enum match match;
	struct addr me, nexthop;
	char dev[IFADDR_DEV];
};

static void say(struct oriented *out, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void say(struct oriented *out, const char *fmt, ...)
{
	size_t n = strlen(out->why);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(out->why + n, sizeof(out->why) - n, fmt, ap);
	va_end(ap);
}

/* Addresses of this host that might stand in a conn, as many as there is room for. */
static void say_local(struct oriented *out, const struct iflist *list)
{
	char text[ADDR_TEXT];
	size_t i, n = 0;

	for (i = 0; i < list->naddr; i++) {
		const struct iface_addr *a = &list->addr[i];

		if (a->loopback || a->link)
			continue;
		if (strlen(out->why) + ADDR_TEXT + IFADDR_DEV + 8 >
		    sizeof(out->why)) {
			say(out, ", ...");
			return;
		}
		say(out, "%s%s (%s)", n++ ? ", " : "; it has ",
		    addr_print(a->addr.b, a->addr.len, text), a->dev);
	}
	if (!n)
		say(out, "; it has none but for its own use");
}

static bool same(const struct addr *a, const struct addr *b)
{
	return a->len && a->len == b->len && !memcmp(a->b, b->b, a->len);
}

static const struct ifroute *default_route(const struct iflist *list,
					   uint8_t len)
{
	size_t i;

	for (i = 0; i < list->nroute; i++)
		if (!len || list->route[i].family_len == len)
			return &list->route[i];
	return NULL;
}

/* The next hop for an address: that of the default route, if it is by the same device. */
static void add_nexthop(struct candidate *c, const struct iflist *list)
{
	const struct ifroute *r = default_route(list, c->me.len);

	if (r && !strcmp(r->dev, c->dev))
		c->nexthop = r->gateway;
}

static void match_addrs(struct candidate *c, const struct orient_end *end,
			const struct iflist *list)
{
	size_t i, k;

	for (k = 0; k < end->naddr; k++) {
		for (i = 0; i < list->naddr && c->match != YES; i++) {
			const struct iface_addr *a = &list->addr[i];

			if (!same(&a->addr, &end->addr[k]))
				continue;
			c->match = a->unusable ? NOT_YET : YES;
			c->me = a->addr;
			memcpy(c->dev, a->dev, sizeof(c->dev));
		}
	}
	if (c->match == YES)
		add_nexthop(c, list);
}

/* MAG-01 */
static void match_route(struct candidate *c, const struct orient_end *other,
			const struct iflist *list, const struct ifroute *via)
{
	const struct addr *source;

	if (!via)
		via = default_route(list,
				    other->naddr ? other->addr[0].len : 0);
	source = via ? iflist_source(list, via) : NULL;
	if (!source)
		return;
	c->match = YES;
	c->me = *source;
	c->nexthop = via->gateway;
	memcpy(c->dev, via->dev, sizeof(c->dev));
}

static struct candidate judge(const struct orient_end *end,
			      const struct orient_end *other,
			      const struct iflist *list,
			      const struct ifroute *via)
{
	struct candidate c = { .match = NO };

	switch (end->kind) {
	case ORIENT_ADDR:
		match_addrs(&c, end, list);
		break;
	case ORIENT_NAME:
		match_addrs(&c, end, list);
		if (!end->naddr)
			c.match = NOT_YET;
		break;
	case ORIENT_DEFAULTROUTE:
		match_route(&c, other, list, via);
		break;
	case ORIENT_ANY:
		break;
	}
	return c;
}

static void explain_end(struct oriented *out, const char *side,
			const struct orient_end *end, const struct candidate *c)
{
	say(out, "%s=%.64s ", side, end->text);
	switch (end->kind) {
	case ORIENT_ADDR:
		say(out,
		    c->match == NOT_YET ?
			    "is an address of this host that is not usable yet" :
			    "is no address of this host");
		break;
	case ORIENT_NAME:
		say(out,
		    c->match == NO ?
			    "has no address of this host" :
		    end->naddr ?
			    "has an address of this host that is not usable yet" :
			    "has no address, or none is known yet");
		break;
	case ORIENT_DEFAULTROUTE:
		say(out, "finds no default route with an address of this host");
		break;
	case ORIENT_ANY:
		say(out, "stands for peers only");
		break;
	}
}

static enum orient_side take(struct oriented *out, enum orient_side side,
			     const struct candidate *c)
{
	out->me = c->me;
	out->nexthop = c->nexthop;
	memcpy(out->dev, c->dev, sizeof(out->dev));
	return side;
}

enum orient_side orient(const struct orient_end *left,
			const struct orient_end *right,
			const struct iflist *list, const struct ifroute *via,
			struct oriented *out)
{
	struct candidate l = judge(left, right, list, via);
	struct candidate r = judge(right, left, list, via);

	memset(out, 0, sizeof(*out));
	if (l.match == YES && r.match == YES) {
		out->side = ORIENT_BOTH;
		say(out,
		    "left=%.64s and right=%.64s are both this host; one of them has to be another",
		    left->text, right->text);
		say_local(out, list);
	} else if (l.match == YES) {
		out->side = take(out, ORIENT_LEFT, &l);
	} else if (r.match == YES) {
		out->side = take(out, ORIENT_RIGHT, &r);
	} else {
		out->side = l.match == NOT_YET || r.match == NOT_YET ?
				    ORIENT_LATER :
				    ORIENT_NEITHER;
		explain_end(out, "left", left, &l);
		say(out, ", ");
		explain_end(out, "right", right, &r);
		say_local(out, list);
	}
	return out->side;
}
