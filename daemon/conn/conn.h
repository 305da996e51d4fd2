/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conn.h - a connection as the daemon has it: made from ipsec.conf, judged by the addresses of this host. What
 * the engine and the kernel need of it is inside, and does not change while it lives; a reload makes a new one.
 */
#ifndef CONN_CONN_H
#define CONN_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/reason.h"
#include "base/table.h"
#include "conf/conf.h"
#include "conn/intent.h"
#include "crypto/pubkey.h"
#include "ike/id.h"
#include "ike/ike_conn.h"
#include "ike/ts.h"
#include "kern/kern.h"
#include "net/ifaddr.h"

struct offers;

/* Selectors of a CHILD_SA that are not all of the connection's have a reqid of their own. */
struct conn_part {
	uint64_t hash; /* of the selectors */
	uint32_t reqid;
};

struct conn {
	struct ike_conn ike; /* the first: the engine's pointer is ours */
	struct kern_opts kern;
	struct conn *template; /* of an instance, which holds it */
	uint32_t instance; /* its number, from 1 */
	bool any; /* the peer may come from anywhere: no policy before it does, and it begins */
	bool gone; /* no longer in the configuration, or replaced; kept while somebody holds it */
	unsigned int held; /* by the engine, and by instances */
	struct intent intent;
	bool due; /* the timer of the intent is to begin a try */
	size_t at; /* its place among all */

	/* what is done at load and at the end of things, enum conf_word */
	enum conf_word start, dpdaction, closeaction, negotiationshunt, failureshunt;
	unsigned int keyingtries; /* 0: for ever */
	uint8_t proto; /* 50 ESP, 51 AH */
	uint8_t shunt; /* type=passthrough, drop, reject: enum nfi_action; 0: it is a tunnel */

	enum reason blocked; /* R_NONE, or why it can be neither tried nor answered now */
	char why[512]; /* a sentence about it, with file, line and column */
	bool demand; /* routed by auto= or a command: packets bring it up */
	bool routed; /* its policies are in the kernel */
	uint8_t action; /* and this is what they do to what goes out */
	size_t nparts, parts_room;
	struct conn_part *parts;

	struct offers *world_offers; /* where those of ike are from; NULL: none yet */
	struct arena arena; /* of what ike points to */
	struct id local_id, peer_id;
	struct table_node by_name, by_host, by_id, by_owner;
};

/* What has to be asked for to make one. */
struct conn_world {
	const struct iflist *addrs;
	uint32_t epoch;
	struct offers *offers;
	/* The public key of a private one that this host has; false: it has none. */
	bool (*public_key)(void *arg, const struct id *id, enum pubkey_type type, struct pubkey *key);
	void *arg;
};

/*
 * Make one; its blocked and why say if something is in the way that the network or the administrator may
 * change. NULL and a sentence in why: an error of the configuration, with file, line and column.
 */
struct conn *conn_make(const struct conf *c, const struct conf_conn *conf,
		       const struct conn_world *world, char *why, size_t n);
/* One peer of a connection with right=%any; holds the template. */
struct conn *conn_instance(struct conn *template, uint32_t number,
			   const struct endpoint *peer, const struct id *idi);
void conn_free(struct conn *conn); /* NULL is fine */

static inline struct conn *conn_of(const struct ike_conn *ike)
{
	union {
		const struct ike_conn *in;
		struct conn *out;
	} u = { .in = ike };

	return u.out;
}

/* What policies its networks mean; action is enum nfi_action. */
struct kern_route conn_route(const struct conn *conn, uint8_t action, struct ts host[2]);

#endif /* CONN_CONN_H */
