// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * run.c - wishes, and what happens: each is told to the intent of its connection, and what that says is done. The
 * engine is never called out of one of its events: a try begins when its timer fires, at the earliest.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "conn/conns_priv.h"
#include "ike/env.h"
#include "ike/ike.h"

/* Rules --------------------------------------------------------------------------------------- */

static enum intent_end end_of(enum conf_word w)
{
	switch (w) {
	case W_DPDACTION_CLEAR:
		return INTENT_CLEAR;
	case W_DPDACTION_HOLD:
		return INTENT_HOLD;
	case W_DPDACTION_RESTART:
		return INTENT_RESTART;
	default: /* none, or not said */
		return INTENT_AS_WANTED;
	}
}

static struct intent_rules rules_of(const struct conn *conn)
{
	return (struct intent_rules){
		.tries = conn->keyingtries,
		.keep = conn->start == W_AUTO_START || conn->start == W_AUTO_KEEP,
		.may_begin = !conn->any && !conn->blocked && !conn->gone && !conn->shunt &&
			     !conn->instance,
		.dead = end_of(conn->dpdaction),
		.closed = end_of(conn->closeaction),
	};
}

static uint32_t random_of(struct conns *cs)
{
	uint32_t v;

	cs->s.random(cs->s.arg, &v, sizeof(v));
	return v;
}

/* failureshunt= */
static void shunt_failed(struct conns *cs, struct conn *conn)
{
	switch (conn->failureshunt) {
	case W_FAILURESHUNT_PASSTHROUGH:
		route_set(cs, conn, NFI_ACT_PASS);
		break;
	case W_FAILURESHUNT_DROP:
		route_set(cs, conn, NFI_ACT_DROP);
		break;
	case W_FAILURESHUNT_REJECT:
		route_set(cs, conn, NFI_ACT_REJECT);
		break;
	default: /* none: a trap stays, and the next packet begins again */
		route_set(cs, conn, route_idle(conn));
		break;
	}
}

static void perform(struct conns *cs, struct conn *conn, enum intent_do what)
{
	switch (what) {
	case INTENT_NOTHING:
		break;
	case INTENT_BEGIN:
		conn->due = true;
		timer_set(cs->s.timers, &conn->intent.timer, conns_now(cs));
		break;
	case INTENT_WAIT:
		timer_set(cs->s.timers, &conn->intent.timer, conn->intent.retry_at);
		log_info(NULL, R_NONE, "%s: next try in %lld s", conn->ike.name,
			 (long long)(conn->intent.retry_at - conns_now(cs) + 999) / 1000);
		break;
	case INTENT_GIVE_UP:
		if (conn->routed)
			shunt_failed(cs, conn);
		break;
	}
}

/* The timer's owner has to know both. */
static struct conns *the_conns;

static void fire(void *owner)
{
	struct conn *conn = owner;
	struct conns *cs = the_conns;
	struct intent_rules rules = rules_of(conn);

	if (!conn->due) {
		perform(cs, conn, intent_retry(&conn->intent, &rules, conns_now(cs)));
		return;
	}
	conn->due = false;
	if (conn->intent.state == INTENT_TRYING && cs->ike)
		ike_up(cs->ike, &conn->ike);
}

void run_init(struct conns *cs, struct conn *conn)
{
	the_conns = cs;
	conn->intent.since = conns_now(cs);
	timer_init(&conn->intent.timer, fire, conn);
}

/* Start and end ------------------------------------------------------------------------------- */

void run_start(struct conns *cs, struct conn *conn)
{
	struct intent_rules rules = rules_of(conn);
	bool keep = rules.keep;

	if (conn->blocked && !conn->shunt)
		log_warn(NULL, conn->blocked, "%s", conn->why);
	if (conn->start != W_AUTO_ROUTE && !keep)
		return;
	conn->demand = true;
	/* nothing in clear from now on, whatever is in the way of the tunnel */
	if (!conn->any && (conn->shunt || conn->ike.local.at.addr.len || conn->ike.local.nts))
		route_set(cs, conn, route_waiting(conn));
	if (keep)
		perform(cs, conn, intent_want(&conn->intent, &rules, true, conns_now(cs)));
}

void run_stop(struct conns *cs, struct conn *conn)
{
	intent_drop(&conn->intent, conns_now(cs));
	timer_stop(cs->s.timers, &conn->intent.timer);
	if (cs->ike)
		ike_down(cs->ike, conn->ike.name);
	kern_forget(cs->s.kern, conn->kern.owner);
	conn->routed = false;
	conns_remove(cs, conn);
}

/* Wishes -------------------------------------------------------------------------------------- */

/* false, having said why: it can only be answered, or not even that. */
static bool may_begin(const struct conn *conn, struct conns_result *r)
{
	const struct reason_row *row;

	if (conn->shunt) {
		result_set(r, 30, R_NONE, "conn '%s' is a shunt, which has no SAs: route it", conn->ike.name);
	} else if (conn->blocked) {
		row = reason_row(conn->blocked);
		result_set(r, row->rc ? row->rc : 32, conn->blocked, "%s", conn->why);
	} else if (conn->any) {
		row = reason_row(R_PEER_UNKNOWN);
		result_set(r, row->rc, R_PEER_UNKNOWN, "conn '%s': %s", conn->ike.name, row->text);
	} else {
		return true;
	}
	return false;
}

void conns_up(struct conns *cs, struct conn *conn, struct conns_result *r)
{
	struct intent_rules rules = rules_of(conn);

	if (!may_begin(conn, r))
		return;
	if (conn->intent.state == INTENT_UP) {
		result_set(r, 4, R_NONE, "conn '%s' is up", conn->ike.name);
		conn->intent.wanted = true;
		return;
	}
	if (route_set(cs, conn, route_waiting(conn))) {
		result_set(r, 25, R_KERNEL, "conn '%s': %s", conn->ike.name, kern_error(cs->s.kern));
		return;
	}
	result_set(r, 0, R_NONE, "conn '%s' is being brought up", conn->ike.name);
	perform(cs, conn, intent_want(&conn->intent, &rules, true, conns_now(cs)));
}

void conns_down(struct conns *cs, struct conn *conn, struct conns_result *r)
{
	bool was = conn->intent.state != INTENT_IDLE;

	intent_drop(&conn->intent, conns_now(cs));
	timer_stop(cs->s.timers, &conn->intent.timer);
	conn->due = false;
	if (conn->routed && !conn->instance)
		route_set(cs, conn, route_idle(conn));
	if (ike_down(cs->ike, conn->ike.name))
		result_set(r, 0, R_NONE, "conn '%s' is being taken down", conn->ike.name);
	else
		result_set(r, 4, R_NONE, "conn '%s' %s", conn->ike.name,
			   was ? "is not tried any more" : "is down");
}

void conns_route(struct conns *cs, struct conn *conn, struct conns_result *r)
{
	if (conn->any) {
		result_set(r, 25, R_PEER_UNKNOWN, "conn '%s': cannot be routed, its peer may be anywhere",
			   conn->ike.name);
		return;
	}
	if (conn->blocked == R_UNORIENTED && !conn->shunt) {
		result_set(r, 22, conn->blocked, "%s", conn->why);
		return;
	}
	conn->demand = true;
	if (route_set(cs, conn, route_waiting(conn)))
		result_set(r, 25, R_KERNEL, "conn '%s': %s", conn->ike.name, kern_error(cs->s.kern));
	else
		result_set(r, 4, R_NONE, "conn '%s' is routed", conn->ike.name);
}

/* RC-26 */
void conns_unroute(struct conns *cs, struct conn *conn, struct conns_result *r)
{
	if (conn->intent.state == INTENT_UP) {
		result_set(r, 26, R_ROUTE_BUSY, "conn '%s' is up: take it down first", conn->ike.name);
		return;
	}
	intent_drop(&conn->intent, conns_now(cs));
	timer_stop(cs->s.timers, &conn->intent.timer);
	conn->demand = false;
	route_clear(cs, conn);
	kern_forget(cs->s.kern, conn->kern.owner);
	result_set(r, 4, R_NONE, "conn '%s' is not routed", conn->ike.name);
}

/* Events of the engine ------------------------------------------------------------------------ */

static void child_up(struct conns *cs, struct conn *conn)
{
	intent_up(&conn->intent, conns_now(cs));
	timer_stop(cs->s.timers, &conn->intent.timer);
	conn->due = false;
	/* a failure shunt, or what passed during negotiation, is over */
	if (!conn->instance && conn->routed)
		route_set(cs, conn, route_waiting(conn) == NFI_ACT_PASS ? NFI_ACT_PROTECT : route_waiting(conn));
	/* SAs of an earlier run have a successor now */
	kern_flush_old(cs->s.kern, conn->kern.owner, conn->kern.epoch);
}

static void child_down(struct conns *cs, struct conn *conn, const struct ike_event *event)
{
	struct intent_rules rules = rules_of(conn);

	perform(cs, conn,
		intent_down(&conn->intent, &rules, event->reason, conns_now(cs), random_of(cs)));
	if (!conn->routed || conn->instance)
		return;
	if (conn->intent.state == INTENT_IDLE)
		route_set(cs, conn, route_idle(conn));
	else if (conn->intent.state != INTENT_UP)
		route_set(cs, conn, route_waiting(conn));
}

static void take_event(struct conns *cs, struct conn *conn, const struct ike_event *event)
{
	struct intent_rules rules = rules_of(conn);

	switch (event->kind) {
	case IKE_EV_CHILD_UP:
		child_up(cs, conn);
		break;
	case IKE_EV_CHILD_DOWN:
		child_down(cs, conn, event);
		break;
	case IKE_EV_FAILED:
		if (event->text && !conn->blocked)
			snprintf(conn->why, sizeof(conn->why), "%s", event->text);
		perform(cs, conn, intent_failed(&conn->intent, &rules, event->reason, conns_now(cs),
						random_of(cs)));
		break;
	case IKE_EV_STAGE:
	case IKE_EV_IKE_UP:
	case IKE_EV_IKE_REKEYED:
	case IKE_EV_IKE_DOWN:
	case IKE_EV_CHILD_REKEYED:
	case IKE_EV_MOVED:
		break;
	}
}

void run_event(void *arg, const struct ike_event *event)
{
	struct conns *cs = arg;
	struct conn *conn = event->conn ? conns_current(cs, conn_of(event->conn)) : NULL;

	if (conn)
		take_event(cs, conn, event);
	if (event->conn && cs->s.told)
		cs->s.told(cs->s.arg, conn ? conn : conn_of(event->conn), event);
}

/* Events of the kernel ------------------------------------------------------------------------ */

static struct conn *owned(const struct conns *cs, uint64_t owner)
{
	struct table_node *node = table_first(&cs->by_owner, owner);

	for (; node; node = table_next(node)) {
		struct conn *conn = node->owner;

		if (conn->kern.owner == owner)
			return conn;
	}
	return NULL;
}

/* A packet waits. The policy is the connection's own, so nobody from outside makes us do this. */
static void acquire(struct conns *cs, const struct kern_event *e)
{
	struct conn *conn = owned(cs, e->owner);
	struct intent_rules rules;

	if (!conn)
		return;
	rules = rules_of(conn);
	/* what somebody has to cure is not cured by a packet: the pause counts */
	if (conn->intent.state == INTENT_WAITING)
		return;
	perform(cs, conn, intent_want(&conn->intent, &rules, false, conns_now(cs)));
}

/*
 * The peer has an SA that we have not: we or it lost something. Anybody can send such a packet, so it only makes
 * sooner what is wanted anyway.
 */
static void unknown_spi(struct conns *cs, const struct kern_event *e)
{
	struct table_node *node =
		table_first(&cs->by_host, table_hash(span_of(e->src.addr.b, e->src.addr.len)));

	cs->strangers++;
	for (; node; node = table_next(node)) {
		struct conn *conn = node->owner;
		struct intent_rules rules = rules_of(conn);

		if (memcmp(&conn->ike.peer.at.addr, &e->src.addr, sizeof(e->src.addr)))
			continue;
		if (conn->intent.state == INTENT_WAITING &&
		    conns_now(cs) - conn->intent.since > INTENT_FIRST_MS)
			perform(cs, conn, intent_retry(&conn->intent, &rules, conns_now(cs)));
		else if (conn->intent.state == INTENT_IDLE && conn->routed)
			perform(cs, conn, intent_want(&conn->intent, &rules, false, conns_now(cs)));
	}
}

static void lost(struct conns *cs)
{
	log_warn(NULL, R_NONE, "events of the kernel came faster than they were read");
	(void)cs;
}

void conns_heard(struct conns *cs, const struct kern_event *e)
{
	switch (e->kind) {
	case KERN_ACQUIRE:
		acquire(cs, e);
		break;
	case KERN_EXPIRE:
		ike_expired(cs->ike, e->spi, e->hard);
		break;
	case KERN_FIRST:
		ike_first_opened(cs->ike, e->spi);
		break;
	case KERN_MOVED:
		ike_moved(cs->ike, e->spi, &e->src);
		break;
	case KERN_UNKNOWN_SPI:
		unknown_spi(cs, e);
		break;
	case KERN_LOST:
		lost(cs);
		break;
	}
}

void conns_unreachable(struct conns *cs, const struct endpoint *peer, int error)
{
	struct table_node *node =
		table_first(&cs->by_host, table_hash(span_of(peer->addr.b, peer->addr.len)));

	for (; node; node = table_next(node)) {
		struct conn *conn = node->owner;
		struct ike_event e = { .kind = IKE_EV_STAGE,
				       .conn = &conn->ike,
				       .peer = *peer,
				       .reason = R_UNREACHABLE,
				       .text = error == ECONNREFUSED ?
						       "the peer's host says that no IKE daemon listens there" :
						       "the network says that the peer cannot be reached" };

		if (conn->intent.state == INTENT_TRYING && cs->s.told &&
		    !memcmp(&conn->ike.peer.at.addr, &peer->addr, sizeof(peer->addr)))
			cs->s.told(cs->s.arg, conn, &e);
	}
}
