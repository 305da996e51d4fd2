/* SPDX-License-Identifier: GPL-2.0-or-later */
/* orient.h - which side of a conn is this host: a pure function of the conn and the addresses that are there. */
#ifndef NET_ORIENT_H
#define NET_ORIENT_H

#include "base/addr.h"
#include "net/ifaddr.h"

#define ORIENT_ADDRS 8 /* of a name */

enum orient_kind {
	ORIENT_ADDR,
	ORIENT_DEFAULTROUTE, /* %defaultroute: this host, by its default route */
	ORIENT_ANY, /* %any, %opportunistic, %group: never this host */
	ORIENT_NAME,
};

/* left= or right= */
struct orient_end {
	enum orient_kind kind;
	const char *text; /* as it was written */
	struct addr
		addr[ORIENT_ADDRS]; /* one, or what a name has been resolved to */
	size_t naddr;
};

enum orient_side {
	ORIENT_LEFT,
	ORIENT_RIGHT,
	ORIENT_NEITHER, /* VAL-14 */
	ORIENT_BOTH, /* VAL-15 */
	ORIENT_LATER, /* as NEITHER, but a name without an address, or an address that is not usable yet, may change that */
};

#define ORIENT_WHY 512

struct oriented {
	enum orient_side side;
	struct addr me, nexthop; /* nexthop: len 0 if nothing is known of it */
	char dev[IFADDR_DEV];
	char why[ORIENT_WHY]; /* for a user, unless the side is known */
};

/*
 * via: the route of the kernel to the other end, for %defaultroute; NULL: the default route of least metric of
 * the family of the other end.
 */
enum orient_side orient(const struct orient_end *left,
			const struct orient_end *right,
			const struct iflist *list, const struct ifroute *via,
			struct oriented *out);

#endif /* NET_ORIENT_H */
