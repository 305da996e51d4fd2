/* SPDX-License-Identifier: GPL-2.0-or-later */
/* place.h - which end of a connection this host is, from the configuration and the addresses that are there. */
#ifndef CONN_PLACE_H
#define CONN_PLACE_H

#include "conf/conf.h"
#include "net/orient.h"

/* One end as orient() wants it; names are not resolved. */
struct orient_end place_end(const struct conf_conn *conn, enum conf_side side);

/* Judge by the addresses of this host, and for %defaultroute by the route to the peer (ACC-08). */
enum orient_side place_find(const struct conf_conn *conn, const struct iflist *list,
			    struct oriented *out);

#endif /* CONN_PLACE_H */
