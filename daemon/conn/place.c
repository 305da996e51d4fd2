// SPDX-License-Identifier: GPL-2.0-or-later
/* place.c - which end of a connection this host is. */
#include "conn/place.h"

#include <string.h>

/* Names are not resolved here: whoever can wait does it, and puts the addresses in. */
struct orient_end place_end(const struct conf_conn *conn, enum conf_side side)
{
	const struct conf_value *v = conf_get(conn, KW_HOST, side);
	const struct conf_range *r =
		v->set && v->u.ranges && v->u.ranges->n == 1 ? &v->u.ranges->v[0] : NULL;
	struct orient_end end = { .kind = ORIENT_ANY, .text = v->text };

	if (v->word == W_HOST_DEFAULTROUTE) {
		end.kind = ORIENT_DEFAULTROUTE;
	} else if (!v->word && r && r->len && r->plen == r->len * 8) {
		end.kind = ORIENT_ADDR;
		end.naddr = 1;
		end.addr[0].len = r->len;
		memcpy(end.addr[0].b, r->first, r->len);
	} else if (!v->word) {
		end.kind = ORIENT_NAME;
	}
	return end;
}

enum orient_side place_find(const struct conf_conn *conn, const struct iflist *list,
			    struct oriented *out)
{
	struct orient_end left = place_end(conn, SIDE_LEFT), right = place_end(conn, SIDE_RIGHT);
	const struct orient_end *peer = left.kind == ORIENT_DEFAULTROUTE ? &right : &left;
	bool wanted = left.kind == ORIENT_DEFAULTROUTE || right.kind == ORIENT_DEFAULTROUTE;
	struct ifroute via;
	bool routed = wanted && peer->naddr && !ifaddr_route_to(list, &peer->addr[0], &via);

	return orient(&left, &right, list, routed ? &via : NULL, out);
}
