// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * route.c - the policies of a connection. They are there from the moment it is routed until it is unrouted, whatever
 * becomes of its SAs: what they protect never leaves in clear in between.
 */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "conn/conns_priv.h"
#include "ike/env.h"
#include "ike/ts.h"

/* negotiationshunt= */
uint8_t route_waiting(const struct conn *conn)
{
	if (conn->shunt)
		return conn->shunt;
	switch (conn->negotiationshunt) {
	case W_NEGOTIATIONSHUNT_PASSTHROUGH:
		return NFI_ACT_PASS;
	case W_NEGOTIATIONSHUNT_DROP:
		return NFI_ACT_PROTECT; /* which drops as long as there is no SA */
	default: /* of the words of all sets, hold */
		return conn->demand ? NFI_ACT_TRAP : NFI_ACT_HOLD;
	}
}

/* What nobody wants up, nor to come up by itself, does not hold packets for nobody. */
uint8_t route_idle(const struct conn *conn)
{
	uint8_t action = route_waiting(conn);

	return action == NFI_ACT_HOLD ? NFI_ACT_PROTECT : action;
}

int route_set(struct conns *cs, struct conn *conn, uint8_t action)
{
	struct ts host[2];
	struct kern_route r = conn_route(conn, action, host);
	int err;

	if (conn->routed && conn->action == action)
		return 0;
	if (!conn->ike.local.at.addr.len && !conn->shunt)
		return -EADDRNOTAVAIL;
	err = kern_route(cs->s.kern, &r, &conn->kern);
	if (err) {
		log_error(NULL, R_KERNEL, "%s: the policies are not in the kernel: %s",
			  conn->ike.name, kern_error(cs->s.kern));
		return err;
	}
	/* what an earlier run, or an earlier form of this connection, left beside them */
	if (!conn->routed)
		kern_unroute_old(cs->s.kern, conn->kern.owner, conn->kern.epoch);
	conn->routed = true;
	conn->action = action;
	return 0;
}

void route_clear(struct conns *cs, struct conn *conn)
{
	if (conn->routed && kern_unroute(cs->s.kern, conn->kern.owner))
		log_error(NULL, R_KERNEL, "%s: the policies stay in the kernel: %s",
			  conn->ike.name, kern_error(cs->s.kern));
	conn->routed = false;
	conn->nparts = 0;
}

/* Parts --------------------------------------------------------------------------------------- */

static uint64_t hash_of(const struct ts *a, size_t na, const struct ts *b, size_t nb)
{
	return table_hash(span_of(a, na * sizeof(*a))) * 31 +
	       table_hash(span_of(b, nb * sizeof(*b)));
}

/* In any order. */
static bool same_list(const struct ts *a, size_t na, const struct ts *b, size_t nb)
{
	size_t i, k;

	for (i = 0; i < na; i++) {
		for (k = 0; k < nb && !ts_equal(&a[i], &b[k]); k++)
			;
		if (k == nb)
			return false;
	}
	return na == nb;
}

#define PARTS_MAX 1024

/*
 * The kernel finds an SA by the reqid of the policy, so a child of some of the networks only must not have the
 * reqid of all: packets of the others would be sealed by it, and dropped by the peer.
 */
uint32_t route_part(struct conns *cs, struct conn *conn, const struct ike_child_info *child)
{
	struct ts host[2];
	struct kern_route r = conn_route(conn, NFI_ACT_TRAP, host);
	uint64_t hash;
	size_t i;

	/* through NAT, transport mode has addresses that we do not know: there is one child then */
	if ((same_list(child->ts_local, child->nlocal, r.local, r.nlocal) &&
	     same_list(child->ts_peer, child->npeer, r.peer, r.npeer)) ||
	    child->transport)
		return conn->kern.reqid;
	hash = hash_of(child->ts_local, child->nlocal, child->ts_peer, child->npeer);
	for (i = 0; i < conn->nparts; i++)
		if (conn->parts[i].hash == hash)
			return conn->parts[i].reqid;
	if (conn->nparts >= PARTS_MAX)
		return conn->kern.reqid;
	conn->parts = mem_grow(conn->parts, conn->nparts, &conn->parts_room, sizeof(*conn->parts));
	conn->parts[conn->nparts++] = (struct conn_part){ hash, cs->next_reqid };
	return cs->next_reqid++;
}
