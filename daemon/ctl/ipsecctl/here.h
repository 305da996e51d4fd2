/* SPDX-License-Identifier: GPL-2.0-or-later */
/* here.h - this host: which end of a connection of ipsec.conf it is. */
#ifndef IPSECCTL_HERE_H
#define IPSECCTL_HERE_H

#include <stdbool.h>

#include "conf/local.h"
#include "net/lookup.h"
#include "net/orient.h"

struct here {
	struct iflist list;
	bool supposed; /* by here_suppose */
	struct iface_addr one; /* then all of the list */
	struct lookup *names; /* by name; NULL: they were not asked for */
	size_t nnames;
	struct conf_range *nets;
	struct conf_local local; /* for conf_check_local; its arg is this struct */
};

/* Ask the kernel for the addresses of this host. 0 or -errno; here_fini in any case. */
int here_read(struct here *h);
/* As if this host had this one address, which %defaultroute stands for. */
void here_suppose(struct here *h, const void *addr, uint8_t len);
/* Look up the names of the ends of all connections, for so many milliseconds at most. */
void here_resolve(struct here *h, const struct conf *c, int ms);
/* What was found for the name of that end; NULL: it is none, or was not asked for. */
struct lookup *here_name(const struct here *h, const struct conf_conn *conn, enum conf_side side);
void here_fini(struct here *h);

enum orient_side here_orient(const struct here *h, const struct conf_conn *conn, struct oriented *out);

#endif /* IPSECCTL_HERE_H */
