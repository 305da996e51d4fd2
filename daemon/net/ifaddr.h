/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ifaddr.h - the addresses of this host and its default routes, as the kernel has them now. */
#ifndef NET_IFADDR_H
#define NET_IFADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

#define IFADDR_DEV 16 /* name of a device, with a zero */

struct iface_addr {
	struct addr addr;
	struct addr net; /* what is reached by the device itself; of a point-to-point device the other end */
	uint8_t plen; /* of net */
	char dev[IFADDR_DEV];
	uint32_t index;
	bool link; /* IPv6 link-local: not without the device */
	bool loopback; /* 127/8, ::1 */
	bool unusable; /* not yet, or not, unique: tentative or duplicate */
};

/* A default route of the main table. */
struct ifroute {
	uint8_t family_len; /* 4 or 16 */
	struct addr gateway; /* len 0: directly, as over PPP */
	struct addr source; /* preferred, len 0: none */
	char dev[IFADDR_DEV];
	uint32_t index, metric;
};

struct iflist {
	struct iface_addr *addr;
	size_t naddr, addr_room;
	struct ifroute *route; /* the lowest metric of a family first */
	size_t nroute, route_room;
};

/* Ask the kernel. Returns 0, or -errno with an empty list; iflist_fini after either. */
int iflist_read(struct iflist *list);
void iflist_fini(struct iflist *list);

/*
 * The address that packets over a default route have: the preferred one of the route, else the first of its
 * device. NULL: it has none of this family.
 */
const struct addr *iflist_source(const struct iflist *list,
				 const struct ifroute *route);

/*
 * The route that the kernel takes to an address now, with the source it would take; its device by name if the list
 * knows it. Returns 0 or -errno, as -ENETUNREACH.
 */
int ifaddr_route_to(const struct iflist *list, const struct addr *peer,
		    struct ifroute *route);

/* Messages of rtnetlink into a list: addresses, routes and names of devices; for iflist_read and tests. */
struct nlmsghdr;
void iflist_take(struct iflist *list, const struct nlmsghdr *nlh);
/* Once all were taken: routes in order. */
void iflist_sort(struct iflist *list);

/* A descriptor that is readable when addresses or routes have changed; -errno. close() it. */
int ifaddr_watch(void);
/* Read all that is there. Whether something changed, or messages were lost, which is the same. */
bool ifaddr_changed(int fd);

#endif /* NET_IFADDR_H */
