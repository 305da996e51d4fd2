// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * conn.c - a connection made from the configuration. The same text is two halves at its two ends: left and right are
 * fixed, what differs is which of them is me.
 */
#include "conn/conn.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conn/complain.h"
#include "conn/conn_priv.h"
#include "conn/offers.h"
#include "conn/place.h"
#include "ike/ts.h"

#define IKE_PORT 500

/* Complaints ---------------------------------------------------------------------------------- */

int filler_fail(const struct filler *f, const struct conf_value *v, const char *fmt, ...)
{
	const struct complaint to = { f->c, f->conf, f->why, f->room };
	va_list ap;
	int err;

	va_start(ap, fmt);
	err = complain(&to, v, fmt, ap);
	va_end(ap);
	return err;
}

int filler_block(const struct filler *f, enum reason reason, const struct conf_value *v, const char *fmt, ...)
{
	const struct complaint to = { f->c, f->conf, f->conn->why, sizeof(f->conn->why) };
	va_list ap;

	if (f->conn->blocked)
		return 0;
	f->conn->blocked = reason;
	va_start(ap, fmt);
	complain(&to, v, fmt, ap);
	va_end(ap);
	return 0;
}

/* Ends ---------------------------------------------------------------------------------------- */

static uint16_t port_of(const struct filler *f, enum conf_side side)
{
	const struct conf_value *v = filler_said(f, KW_IKEPORT_SIDE, side);

	return v ? (uint16_t)v->u.n : IKE_PORT;
}

static enum conf_side opposite(enum conf_side side)
{
	return side == SIDE_LEFT ? SIDE_RIGHT : SIDE_LEFT;
}

static void set_me(struct filler *f, enum conf_side me)
{
	f->me = me;
	f->peer = opposite(me);
}

/* Which side this host is; if none, the connection waits for an address. */
static int find_me(struct filler *f)
{
	struct oriented o;

	memset(&o, 0, sizeof(o));
	set_me(f, SIDE_LEFT);
	switch (place_find(f->conf, f->world->addrs, &o)) {
	case ORIENT_RIGHT:
		set_me(f, SIDE_RIGHT);
		break;
	case ORIENT_LEFT:
		break;
	case ORIENT_BOTH:
		return filler_fail(f, NULL, "%s", o.why);
	case ORIENT_NEITHER:
	case ORIENT_LATER:
		return filler_block(f, R_UNORIENTED, NULL, "%s", o.why);
	}
	f->self = o.me;
	f->conn->ike.local.at.addr = o.me;
	f->conn->ike.local.at.port = port_of(f, f->me);
	return 0;
}

static int find_peer(struct filler *f)
{
	struct orient_end end = place_end(f->conf, f->peer);
	const struct conf_value *v = filler_said(f, KW_HOST, f->peer);
	struct endpoint *at = &f->conn->ike.peer.at;

	at->port = port_of(f, f->peer);
	switch (end.kind) {
	case ORIENT_ADDR:
		at->addr = end.addr[0];
		if (f->self.len && f->self.len != at->addr.len)
			return filler_fail(f, v, "left= and right= are of different address families");
		return 0;
	case ORIENT_NAME:
		return filler_block(f, R_NO_NAME, v, "the name %s has no address yet", end.text);
	case ORIENT_DEFAULTROUTE: /* of the other end: it is not this host */
	case ORIENT_ANY:
		break;
	}
	f->conn->any = true;
	return 0;
}

/* Making -------------------------------------------------------------------------------------- */

/* type=passthrough and the like: policies without SAs. */
static uint8_t shunt_of(const struct filler *f)
{
	const struct conf_value *v = conf_get(f->conf, KW_TYPE, SIDE_NONE);

	switch ((enum conf_word)v->word) {
	case W_TYPE_PASSTHROUGH:
		return NFI_ACT_PASS;
	case W_TYPE_DROP:
		return NFI_ACT_DROP;
	case W_TYPE_REJECT:
		return NFI_ACT_REJECT;
	default: /* of the many words of all sets, tunnel and transport */
		return 0;
	}
}

static int fill(struct filler *f)
{
	struct conn *conn = f->conn;
	int err;

	conn->shunt = shunt_of(f);
	conn_fill_life(f);
	conn_fill_kern(f);
	err = find_me(f);
	if (!err && !conn->shunt)
		err = find_peer(f);
	if (!err && !conn->shunt)
		err = conn_fill_auth(f);
	if (!err)
		err = conn_fill_nets(f);
	if (!err && !conn->shunt)
		err = conn_fill_algs(f);
	return err;
}

struct conn *conn_make(const struct conf *c, const struct conf_conn *conf,
		       const struct conn_world *world, char *why, size_t n)
{
	struct conn *conn = mem_new(sizeof(*conn));
	const char *name = conf_conn_name(conf);
	struct filler f = { .conn = conn,
			    .c = c,
			    .conf = conf,
			    .world = world,
			    .why = why,
			    .room = n };

	conn->ike.name = arena_text(&conn->arena, name, strlen(name));
	if (!fill(&f))
		return conn;
	conn_free(conn);
	return NULL;
}

struct conn *conn_instance(struct conn *template, uint32_t number,
			   const struct endpoint *peer, const struct id *idi)
{
	struct conn *conn = mem_new(sizeof(*conn));

	conn->ike = template->ike;
	conn->kern = template->kern;
	conn->template = template;
	template->held++;
	conn->instance = number;
	conn->start = W_AUTO_ADD;
	conn->dpdaction = template->dpdaction;
	conn->closeaction = template->closeaction;
	conn->negotiationshunt = template->negotiationshunt;
	conn->failureshunt = template->failureshunt;
	conn->keyingtries = 1;
	conn->proto = template->proto;
	conn->local_id = template->local_id;
	conn->peer_id = *idi;
	conn->ike.local.id = template->ike.local.id ? &conn->local_id : NULL;
	conn->ike.peer.id = &conn->peer_id;
	conn->ike.peer.at = *peer;
	conn->ike.name = arena_print(&conn->arena, "%s[%u]", template->ike.name, number);
	conn->kern.owner = kern_owner(conn->ike.name);
	snprintf(conn->kern.name, sizeof(conn->kern.name), "%s", conn->ike.name);
	return conn;
}

void conn_free(struct conn *conn)
{
	if (!conn)
		return;
	if (!conn->template && conn->world_offers) {
		offers_put(conn->world_offers, conn->ike.ike);
		offers_put(conn->world_offers, conn->ike.child);
	}
	free(conn->parts);
	arena_wipe(&conn->arena);
	free(conn);
}

/* Policies ------------------------------------------------------------------------------------ */

struct kern_route conn_route(const struct conn *conn, uint8_t action, struct ts host[2])
{
	struct kern_route r = { .action = action,
				.proto = conn->shunt ? 0 : conn->proto,
				.transport = conn->ike.transport,
				.nlocal = conn->ike.local.nts,
				.npeer = conn->ike.peer.nts,
				.local = conn->ike.local.ts,
				.peer = conn->ike.peer.ts };

	if (!r.nlocal) {
		host[0] = ts_host(&conn->ike.local.at.addr);
		r.local = &host[0];
		r.nlocal = 1;
	}
	if (!r.npeer) {
		host[1] = ts_host(&conn->ike.peer.at.addr);
		r.peer = &host[1];
		r.npeer = 1;
	}
	return r;
}
