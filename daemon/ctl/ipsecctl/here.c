// SPDX-License-Identifier: GPL-2.0-or-later
/* here.c - this host, and which end of a connection it is. */
#include "here.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conn/place.h"

/* This host ----------------------------------------------------------------------------------- */

static void set_range(struct conf_range *r, const struct iface_addr *a)
{
	unsigned int i;

	r->len = a->net.len;
	r->plen = a->plen;
	memcpy(r->first, a->net.b, sizeof(r->first));
	memcpy(r->last, a->net.b, sizeof(r->last));
	for (i = a->plen; i < r->len * 8U; i++)
		r->last[i / 8] |= (uint8_t)(0x80 >> i % 8);
}

/* The networks of the devices; not those within this host, or that every link has. */
static void set_nets(struct here *h)
{
	size_t i;

	h->nets = mem_new(h->list.naddr * sizeof(*h->nets));
	for (i = 0; i < h->list.naddr; i++) {
		const struct iface_addr *a = &h->list.addr[i];

		if (!a->loopback && !a->link && a->plen < a->net.len * 8)
			set_range(&h->nets[h->local.nnets++], a);
	}
	h->local.nets = h->nets;
}

static enum conf_here answer(void *arg, const struct conf_conn *conn, char why[CONF_WHY]);

int here_read(struct here *h)
{
	int err;

	memset(h, 0, sizeof(*h));
	h->local.here = answer;
	h->local.arg = h;
	err = iflist_read(&h->list);
	if (!err)
		set_nets(h);
	return err;
}

void here_suppose(struct here *h, const void *addr, uint8_t len)
{
	memset(h, 0, sizeof(*h));
	h->supposed = true;
	h->one.addr.len = len;
	memcpy(h->one.addr.b, addr, len);
	h->list.addr = &h->one;
	h->list.naddr = 1;
}

void here_fini(struct here *h)
{
	if (!h->supposed)
		iflist_fini(&h->list);
	free(h->names);
	free(h->nets);
	memset(h, 0, sizeof(*h));
}

/* Names --------------------------------------------------------------------------------------- */

static const char *name_of(const struct conf_conn *conn, enum conf_side side)
{
	const struct conf_value *v = conf_get(conn, KW_HOST, side);

	return v->set && !v->word && v->u.ranges && v->u.ranges->n == 1 ? v->u.ranges->v[0].name : NULL;
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct lookup *)a)->name, ((const struct lookup *)b)->name);
}

void here_resolve(struct here *h, const struct conf *c, int ms)
{
	size_t i, n = 0;
	enum conf_side side;

	h->names = mem_new(2 * conf_conns(c) * sizeof(*h->names));
	for (i = 0; i < conf_conns(c); i++)
		for (side = SIDE_LEFT; side <= SIDE_RIGHT; side++)
			if (!conf_conn_broken(conf_conn_at(c, i)) && name_of(conf_conn_at(c, i), side))
				h->names[n++].name = name_of(conf_conn_at(c, i), side);
	qsort(h->names, n, sizeof(*h->names), compare);
	for (i = 0; i < n; i++)
		if (!i || strcmp(h->names[i].name, h->names[h->nnames - 1].name) != 0)
			h->names[h->nnames++] = h->names[i];
	lookup_all(h->names, h->nnames, ms);
}

struct lookup *here_name(const struct here *h, const struct conf_conn *conn, enum conf_side side)
{
	struct lookup key = { .name = name_of(conn, side) };

	return key.name && h->names ? bsearch(&key, h->names, h->nnames, sizeof(key), compare) : NULL;
}

/* Ends ---------------------------------------------------------------------------------------- */

static struct orient_end end_of(const struct here *h, const struct conf_conn *conn, enum conf_side side)
{
	struct orient_end end = place_end(conn, side);
	const struct lookup *found = here_name(h, conn, side);

	if (found) {
		end.naddr = found->n < ORIENT_ADDRS ? found->n : ORIENT_ADDRS;
		memcpy(end.addr, found->addr, end.naddr * sizeof(end.addr[0]));
	}
	return end;
}

enum orient_side here_orient(const struct here *h, const struct conf_conn *conn, struct oriented *out)
{
	struct orient_end left = end_of(h, conn, SIDE_LEFT), right = end_of(h, conn, SIDE_RIGHT);
	bool by_route = left.kind == ORIENT_DEFAULTROUTE || right.kind == ORIENT_DEFAULTROUTE;
	const struct orient_end *peer = left.kind == ORIENT_DEFAULTROUTE ? &right : &left;
	struct ifroute via;

	if (h->supposed && by_route) {
		memset(out, 0, sizeof(*out));
		out->side = left.kind == ORIENT_DEFAULTROUTE ? ORIENT_LEFT : ORIENT_RIGHT;
		out->me = h->one.addr;
		return out->side;
	}
	/* the route to this very peer, for there may be several default routes (ACC-08) */
	by_route = by_route && !h->supposed && peer->naddr && !ifaddr_route_to(&h->list, &peer->addr[0], &via);
	return orient(&left, &right, &h->list, by_route ? &via : NULL, out);
}

/* "10.0.0.1 (eth0), next hop 10.0.0.254" */
static void describe(const struct oriented *o, char why[CONF_WHY])
{
	char me[ADDR_TEXT], hop[ADDR_TEXT];

	snprintf(why, CONF_WHY, "%s%s%s%s%s%s", addr_print(o->me.b, o->me.len, me), o->dev[0] ? " (" : "", o->dev,
		 o->dev[0] ? ")" : "", o->nexthop.len ? ", next hop " : "",
		 o->nexthop.len ? addr_print(o->nexthop.b, o->nexthop.len, hop) : "");
}

static enum conf_here answer(void *arg, const struct conf_conn *conn, char why[CONF_WHY])
{
	static const enum conf_here here[] = { [ORIENT_LEFT] = HERE_LEFT,
					       [ORIENT_RIGHT] = HERE_RIGHT,
					       [ORIENT_NEITHER] = HERE_NEITHER,
					       [ORIENT_BOTH] = HERE_BOTH,
					       [ORIENT_LATER] = HERE_LATER };
	struct oriented found;
	enum orient_side side = here_orient(arg, conn, &found);

	if (side == ORIENT_LEFT || side == ORIENT_RIGHT)
		describe(&found, why);
	else
		snprintf(why, CONF_WHY, "%s", found.why);
	return here[side];
}
