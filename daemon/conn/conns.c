// SPDX-License-Identifier: GPL-2.0-or-later
/* conns.c - the connections and the tables that find them, flat in their number; the engine's window on them. */
#include "conn/conns.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "conn/conns_priv.h"
#include "ike/env.h"
#include "ike/ike.h"

#define REQID_FIRST 0x4000 /* below are those that people write, above 2^31 those of manual keys */

void result_set(struct conns_result *r, unsigned int rc, enum reason reason, const char *fmt, ...)
{
	va_list ap;

	r->rc = rc;
	r->reason = reason;
	va_start(ap, fmt);
	vsnprintf(r->text, sizeof(r->text), fmt, ap);
	va_end(ap);
}

/* Keys of the tables -------------------------------------------------------------------------- */

static uint64_t host_hash(const struct addr *a)
{
	return table_hash(span_of(a->b, a->len));
}

bool conns_id_is_wild(const struct id *id)
{
	return !id || id->type == ID_T_ANY || id->type == ID_T_NONE || id->type == ID_T_DN ||
	       (id->len && memchr(id->b, '*', id->len));
}

/* Names of hosts are the same in any case. */
uint64_t conns_id_hash(const struct id *id)
{
	uint8_t b[ID_MAX + 1];
	size_t i;

	if (conns_id_is_wild(id))
		return table_hash(span_of("*", 1));
	b[0] = id->type;
	for (i = 0; i < id->len && i < ID_MAX; i++)
		b[i + 1] = (uint8_t)tolower(id->b[i]);
	return table_hash(span_of(b, i + 1));
}

/* In and out ---------------------------------------------------------------------------------- */

static uint32_t reqid_for(struct conns *cs, const struct conn *conn)
{
	struct table_node *node;

	for (node = table_first(&cs->adopted, conn->kern.owner); node; node = table_next(node)) {
		struct adopted *a = node->owner;

		if (a->owner == conn->kern.owner && a->reqid)
			return a->reqid;
	}
	return cs->next_reqid++;
}

void conns_insert(struct conns *cs, struct conn *conn)
{
	if (!conn->kern.reqid || conn->instance)
		conn->kern.reqid = reqid_for(cs, conn);
	if (conn->kern.reqid >= cs->next_reqid && conn->kern.reqid < 0x80000000)
		cs->next_reqid = conn->kern.reqid + 1;
	conn->ike.reqid = conn->kern.reqid;
	cs->v = mem_grow(cs->v, cs->n, &cs->room, sizeof(struct conn *));
	conn->at = cs->n;
	cs->v[cs->n++] = conn;
	table_add(&cs->by_name, &conn->by_name, table_hash(span_text(conn->ike.name)), conn);
	table_add(&cs->by_owner, &conn->by_owner, conn->kern.owner, conn);
	if (conn->any)
		table_add(&cs->by_id, &conn->by_id, conns_id_hash(conn->ike.peer.id), conn);
	else
		table_add(&cs->by_host, &conn->by_host, host_hash(&conn->ike.peer.at.addr), conn);
	run_init(cs, conn);
}

void conns_remove(struct conns *cs, struct conn *conn)
{
	timer_stop(cs->s.timers, &conn->intent.timer);
	cs->v[conn->at] = cs->v[--cs->n];
	cs->v[conn->at]->at = conn->at;
	table_del(&cs->by_name, &conn->by_name);
	table_del(&cs->by_owner, &conn->by_owner);
	if (conn->any)
		table_del(&cs->by_id, &conn->by_id);
	else
		table_del(&cs->by_host, &conn->by_host);
	conn->gone = true;
	if (!conn->held)
		conns_release(cs, conn);
}

void conns_hold(struct conn *conn)
{
	conn->held++;
}

void conns_release(struct conns *cs, struct conn *conn)
{
	struct conn *template = conn->template;

	if (conn->held)
		conn->held--;
	if (conn->held)
		return;
	if (conn->instance && !conn->gone) {
		kern_forget(cs->s.kern, conn->kern.owner);
		conns_remove(cs, conn); /* comes back here, with gone set */
		return;
	}
	if (!conn->gone)
		return;
	conn_free(conn);
	if (template)
		conns_release(cs, template);
}

/* Finding ------------------------------------------------------------------------------------- */

struct conn *conns_find(const struct conns *cs, const char *name)
{
	struct table_node *node = table_first(&cs->by_name, table_hash(span_text(name)));

	for (; node; node = table_next(node)) {
		struct conn *conn = node->owner;

		if (!strcmp(conn->ike.name, name))
			return conn;
	}
	return NULL;
}

struct conn *conns_current(const struct conns *cs, const struct conn *conn)
{
	return conns_find(cs, conn->ike.name);
}

size_t conns_count(const struct conns *cs)
{
	return cs->n;
}

struct conn *conns_at(const struct conns *cs, size_t i)
{
	return cs->v[i];
}

const char *conns_nearest(const struct conns *cs, const char *name)
{
	struct suggest s;
	size_t i;

	suggest_begin(&s, name);
	for (i = 0; i < cs->n; i++)
		suggest_offer(&s, cs->v[i]->ike.name);
	return s.best;
}

/* The engine's window ------------------------------------------------------------------------- */

static void env_get(void *arg, const struct ike_conn *conn)
{
	(void)arg;
	conns_hold(conn_of(conn));
}

static void env_put(void *arg, const struct ike_conn *conn)
{
	conns_release(arg, conn_of(conn));
}

static uint32_t env_alloc_spi(void *arg, const struct ike_conn *conn, const struct endpoint *local,
			      uint8_t proto)
{
	struct conns *cs = arg;

	return kern_alloc_spi(cs->s.kern, &local->addr, proto, conn_of(conn)->kern.owner);
}

/* Those of all selectors are what route_set would have put there. */
static void note_policies(struct conn *conn, const struct kern_opts *o, uint8_t action)
{
	conn->routed = true;
	if (o->reqid == conn->kern.reqid)
		conn->action = action;
}

/* The selectors of a child that has fewer than its connection get a reqid of their own. */
static int env_install(void *arg, const struct ike_child_info *child, unsigned int parts, char *why,
		       size_t n)
{
	struct conns *cs = arg;
	struct conn *conn = conn_of(child->conn);
	struct kern_opts o = conn->kern;
	struct kern_route r = { .action = route_waiting(conn),
				.proto = child->proto,
				.transport = child->transport,
				.nlocal = child->nlocal,
				.npeer = child->npeer,
				.local = child->ts_local,
				.peer = child->ts_peer };
	int err;

	if (r.action == NFI_ACT_PASS)
		r.action = NFI_ACT_PROTECT;
	o.reqid = route_part(cs, conn, child);
	err = kern_install(cs->s.kern, child, parts, &o, &r);
	if (err)
		snprintf(why, n, "%s", kern_error(cs->s.kern));
	else if (parts & IKE_PART_POLICY && !conn->gone)
		note_policies(conn, &o, r.action);
	return err;
}

static void env_remove(void *arg, const struct ike_child_info *child, unsigned int parts)
{
	struct conns *cs = arg;

	if (kern_remove(cs->s.kern, child, parts))
		log_warn(NULL, R_KERNEL, "%s: cannot remove an SA: %s", child->conn->name,
			 kern_error(cs->s.kern));
}

static int env_move(void *arg, const struct ike_child_info *child)
{
	struct conns *cs = arg;

	return kern_move(cs->s.kern, child);
}

static bool env_traffic(void *arg, const struct ike_child_info *child, struct ike_traffic *t)
{
	struct conns *cs = arg;

	return !kern_traffic(cs->s.kern, child, t);
}

void conns_env(struct ike_env *env)
{
	env->candidate = match_candidate;
	env->match = match_conn;
	env->sibling = match_sibling;
	env->conn_get = env_get;
	env->conn_put = env_put;
	env->alloc_spi = env_alloc_spi;
	env->install = env_install;
	env->remove = env_remove;
	env->move = env_move;
	env->traffic = env_traffic;
	env->event = run_event;
}

/* Life ---------------------------------------------------------------------------------------- */

/* Policies come before SAs, and both of one connection have one owner. */
static void adopt(void *arg, const struct kern_left *left)
{
	struct conns *cs = arg;
	struct table_node *node;
	struct adopted *a;

	for (node = table_first(&cs->adopted, left->owner); node; node = table_next(node))
		if (((struct adopted *)node->owner)->owner == left->owner)
			return;
	a = mem_new(sizeof(*a));
	a->owner = left->owner;
	a->reqid = left->reqid;
	a->instance = left->name && strchr(left->name, '[');
	table_add(&cs->adopted, &a->node, left->owner, a);
	if (left->reqid >= cs->next_reqid && left->reqid < 0x80000000)
		cs->next_reqid = left->reqid + 1;
}

struct conns *conns_new(const struct conns_setup *setup)
{
	struct conns *cs = mem_new(sizeof(*cs));

	cs->s = *setup;
	cs->next_reqid = REQID_FIRST;
	if (kern_adopt(cs->s.kern, adopt, cs))
		log_warn(NULL, R_KERNEL, "cannot see what is in the kernel: %s",
			 kern_error(cs->s.kern));
	cs->s.addresses(cs->s.arg, &cs->addrs);
	return cs;
}

void conns_use(struct conns *cs, struct ike *ike)
{
	cs->ike = ike;
}

static void free_adopted(struct conns *cs)
{
	size_t i;

	for (i = 0; i < cs->adopted.nbuckets; i++) {
		struct table_node *node = cs->adopted.bucket[i], *next;

		for (; node; node = next) {
			next = node->next;
			free(node->owner);
		}
	}
	table_fini(&cs->adopted);
}

void conns_sweep(struct conns *cs)
{
	size_t i;

	for (i = 0; i < cs->adopted.nbuckets; i++) {
		struct table_node *node = cs->adopted.bucket[i];

		for (; node; node = node->next) {
			struct adopted *a = node->owner;

			if (!table_first(&cs->by_owner, a->owner))
				kern_forget(cs->s.kern, a->owner);
		}
	}
	free_adopted(cs);
}

/* Nobody's hands are on it any more: the engine has been freed. */
void conns_free(struct conns *cs)
{
	if (!cs)
		return;
	while (cs->n) {
		struct conn *conn = cs->v[cs->n - 1];

		conns_hold(conn);
		conns_remove(cs, conn);
		conns_release(cs, conn);
	}
	free_adopted(cs);
	table_fini(&cs->by_name);
	table_fini(&cs->by_host);
	table_fini(&cs->by_id);
	table_fini(&cs->by_owner);
	offers_fini(&cs->offers);
	iflist_fini(&cs->addrs);
	conf_free(cs->conf);
	free(cs->v);
	free(cs);
}
