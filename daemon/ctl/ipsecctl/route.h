/* SPDX-License-Identifier: GPL-2.0-or-later */
/* route.h - routes and devices, as far as listings show them. */
#ifndef IPSECCTL_ROUTE_H
#define IPSECCTL_ROUTE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "nf_ipsec_msg.h"

struct route {
	struct nfi_addr dst, gw; /* gw.len 0: direct */
	uint8_t plen;
	uint32_t mtu, metric;
	char dev[16];
};

struct device {
	char name[16];
	uint32_t mtu;
};

struct routes {
	size_t n, room, ndevices, devices_room;
	struct route *v;
	struct device *devices;
};

/* The main table and the devices of this network namespace; what cannot be read is left out. */
void route_read(struct routes *r);
void route_fini(struct routes *r);

/* The forms of /proc/net/route and /proc/net/ipv6_route. Lines of another form are skipped. */
void route_parse4(struct routes *r, FILE *f);
void route_parse6(struct routes *r, FILE *f);

/* The longest prefix, then the lowest metric; NULL: none. */
const struct route *route_find(const struct routes *r, const struct nfi_addr *to);

#endif /* IPSECCTL_ROUTE_H */
