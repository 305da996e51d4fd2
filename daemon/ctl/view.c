// SPDX-License-Identifier: GPL-2.0-or-later
/* view.c - connections as JSON: what is configured, what is wanted, and what the engine has. */
#include <string.h>

#include "base/addr.h"
#include "conn/conns.h"
#include "ctl/verbs.h"
#include "ike/env.h"
#include "ike/ike.h"

static void put_text(json_t *o, const char *key, const char *text)
{
	if (text && text[0])
		json_object_set_new(o, key, json_string(text));
}

static void put_hex(json_t *o, const char *key, uint64_t v, int digits)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%0*llx", digits, (unsigned long long)v);
	json_object_set_new(o, key, json_string(text));
}

static void put_endpoint(json_t *o, const char *key, const struct endpoint *e)
{
	char addr[ADDR_TEXT], text[ADDR_TEXT + 16];

	if (!e->addr.len) {
		put_text(o, key, "any");
		return;
	}
	addr_print(e->addr.b, e->addr.len, addr);
	if (e->port == 500 || !e->port)
		put_text(o, key, addr);
	else if (e->addr.len == 4)
		snprintf(text, sizeof(text), "%s:%u", addr, e->port);
	else
		snprintf(text, sizeof(text), "[%s]:%u", addr, e->port);
	if (e->port && e->port != 500)
		put_text(o, key, text);
}

static json_t *nets_of(const struct ts *ts, size_t n)
{
	json_t *list = json_array();
	char text[TS_TEXT];
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_string(ts_text(&ts[i], text, sizeof(text))));
	return list;
}

static void put_end(json_t *o, const char *key, const struct ike_end *end)
{
	json_t *e = json_object();
	char text[ID_TEXT];

	put_endpoint(e, "address", &end->at);
	if (end->id)
		put_text(e, "id", id_text(end->id, text, sizeof(text)));
	json_object_set_new(e, "nets", nets_of(end->ts, end->nts));
	json_object_set_new(o, key, e);
}

static json_t *view(const struct conn *conn)
{
	json_t *o = json_object();
	enum reason reason = conn->blocked ? conn->blocked : conn->intent.last;

	put_text(o, "name", conn->ike.name);
	put_text(o, "state", conn->shunt ? "shunt" : intent_state_name(conn->intent.state));
	json_object_set_new(o, "routed", json_boolean(conn->routed));
	json_object_set_new(o, "wanted", json_boolean(conn->intent.wanted));
	json_object_set_new(o, "failures", json_integer(conn->intent.failures));
	json_object_set_new(o, "reqid", json_integer(conn->kern.reqid));
	if (reason && conn->intent.state != INTENT_UP) {
		put_text(o, "reason", reason_name(reason));
		put_text(o, "why", conn->why[0] ? conn->why : reason_text(reason));
	}
	put_end(o, "local", &conn->ike.local);
	put_end(o, "peer", &conn->ike.peer);
	json_object_set_new(o, "sas", json_array());
	return o;
}

/* SAs go to their connections, by name. */
struct views {
	const char *only;
	json_t *all; /* array */
	json_t *by_name; /* object */
};

static void see(void *arg, const struct ike_view *v)
{
	struct views *views = arg;
	json_t *conn = v->conn ? json_object_get(views->by_name, v->conn->name) : NULL;
	json_t *o;

	if (!conn)
		return;
	o = json_object();
	put_text(o, "state", v->child ? v->child_state : v->state);
	put_text(o, "suite", v->suite);
	put_hex(o, "ike_spi_i", v->spi_i, 16);
	put_hex(o, "ike_spi_r", v->spi_r, 16);
	json_object_set_new(o, "initiator", json_boolean(v->initiator));
	put_endpoint(o, "local", &v->local);
	put_endpoint(o, "peer", &v->peer);
	json_object_set_new(o, "nat", json_boolean(v->nat_here || v->nat_there));
	if (v->child) {
		put_hex(o, "spi_in", v->child->spi_in, 8);
		put_hex(o, "spi_out", v->child->spi_out, 8);
		put_text(o, "mode", v->child->transport ? "transport" : "tunnel");
		json_object_set_new(o, "nets_local", nets_of(v->child->ts_local, v->child->nlocal));
		json_object_set_new(o, "nets_peer", nets_of(v->child->ts_peer, v->child->npeer));
	}
	json_array_append_new(json_object_get(conn, "sas"), o);
}

json_t *ctl_view_all(const struct ctl_world *world, const char *name)
{
	struct views views = { .only = name, .all = json_array(), .by_name = json_object() };
	size_t i;

	for (i = 0; i < conns_count(world->conns); i++) {
		const struct conn *conn = conns_at(world->conns, i);
		json_t *o;

		if (name && strcmp(name, conn->ike.name))
			continue;
		o = view(conn);
		json_object_set(views.by_name, conn->ike.name, o);
		json_array_append_new(views.all, o);
	}
	ike_walk(world->ike, see, &views);
	json_decref(views.by_name);
	return views.all;
}
