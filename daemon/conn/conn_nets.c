// SPDX-License-Identifier: GPL-2.0-or-later
/* conn_nets.c - the networks of a connection as selectors. */
#include <stdlib.h>
#include <string.h>

#include "conn/conn_priv.h"
#include "ike/ts.h"

struct nets {
	size_t n, room;
	struct ts *v;
};

static void add(struct nets *list, const struct ts *ts)
{
	list->v = arena_grow(list->v, &list->room, list->n, sizeof(*list->v));
	list->v[list->n++] = *ts;
}

static int add_range(const struct filler *f, struct nets *list, const struct conf_value *v,
		     const struct conf_range *r)
{
	uint8_t len = f->self.len ? f->self.len : f->conn->ike.peer.at.addr.len;
	static const uint8_t zero[16];
	struct ts ts;

	if (r->word == W_SUBNET_DEFAULT) { /* MAG-13 */
		ts = ts_prefix(zero, len ? len : 4, 0);
	} else if (!ts_from_range(r, &ts)) {
		return filler_fail(f, v, "'%s': expected networks as in 10.0.1.0/24; this form is not negotiated",
				   v->text);
	}
	add(list, &ts);
	return 0;
}

/* SYS-02: without a subnet the gateway stands for itself, and with protoport= that alone. */
static void add_host(const struct addr *addr, struct nets *list)
{
	struct ts ts;

	if (!addr->len)
		return;
	ts = ts_host(addr);
	add(list, &ts);
}

static int fill_side(struct filler *f, enum conf_side side, struct ike_end *end)
{
	const struct conf_value *v = f->conn->ike.transport ? NULL : filler_said(f, KW_SUBNET, side);
	const struct conf_value *upper = filler_said(f, KW_PROTOPORT, side);
	const struct conf_range *port = upper && upper->u.ranges ? &upper->u.ranges->v[0] : NULL;
	struct nets list = { .n = 0 };
	size_t i;
	int err = 0;

	if (v && v->u.ranges)
		for (i = 0; !err && i < v->u.ranges->n; i++)
			err = add_range(f, &list, v, &v->u.ranges->v[i]);
	else if (port)
		add_host(&end->at.addr, &list);
	if (!err && list.n > TS_MAX)
		err = filler_fail(f, v, "more than %d networks", TS_MAX);
	for (i = 0; port && i < list.n; i++) {
		list.v[i].proto = port->proto;
		list.v[i].port_min = port->port_min;
		list.v[i].port_max = port->port_max;
	}
	if (!err && list.n) {
		struct ts *copy = arena_alloc(&f->conn->arena, list.n * sizeof(*copy));

		memcpy(copy, list.v, list.n * sizeof(*copy));
		end->ts = copy;
		end->nts = list.n;
	}
	free(list.v);
	return err;
}

int conn_fill_nets(struct filler *f)
{
	struct ike_conn *ike = &f->conn->ike;
	int err = fill_side(f, f->me, &ike->local);

	if (!err)
		err = fill_side(f, f->peer, &ike->peer);
	if (!err && f->conn->shunt && (!ike->local.nts || !ike->peer.nts) && !f->self.len)
		return filler_fail(f, NULL, "a shunt needs leftsubnet= and rightsubnet=, or addresses");
	return err;
}
