/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manual.h - a connection with keys of its own, or none, as the SAs and policies that it means. Asks nobody. */
#ifndef CONN_MANUAL_H
#define CONN_MANUAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "nf_ipsec_msg.h"

#define MANUAL_SAS 4

/* Which end of the connection this host is. */
struct manual_end {
	enum conf_side me;
	struct nfi_addr addr; /* what %defaultroute is there; len 0: not known */
};

struct manual {
	uint64_t owner; /* cookie of all that the connection has in the kernel */
	uint32_t reqid;
	bool shunt; /* passes, drops or rejects: no SAs */
	size_t nsas, npolicies;
	struct nfi_sa_msg sas[MANUAL_SAS]; /* to the peer first, ESP before AH */
	struct nfi_sp_msg *policies; /* out and in, by turns */
	size_t nwarnings;
	char warnings[2][320];
	char error[480]; /* file:line:column: what is wrong and what to change */
};

/*
 * Translate. 0, or -EINVAL and m->error. Neither errors nor warnings hold key material, m does:
 * manual_fini() in any case.
 */
int manual_make(struct manual *m, const struct conf *c, const struct conf_conn *conn,
		const struct manual_end *end);
void manual_fini(struct manual *m);

/* The cookie and the reqid of the connection of this name; whether a cookie is that of such a one. */
uint64_t manual_owner(const char *name);
uint32_t manual_reqid(const char *name);
bool manual_owns(uint64_t owner);

#endif /* CONN_MANUAL_H */
