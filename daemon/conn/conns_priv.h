/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conns_priv.h - what the files conns.c, match.c, route.c, run.c and reload.c share. */
#ifndef CONN_CONNS_PRIV_H
#define CONN_CONNS_PRIV_H

#include "conf/conf.h"
#include "conn/conns.h"
#include "conn/offers.h"
#include "ike/env.h"

/* A reqid that an earlier run gave, so that SAs it left go on being used. */
struct adopted {
	struct table_node node;
	uint64_t owner;
	uint32_t reqid;
	bool instance; /* its name has [N] */
};

struct conns {
	struct conns_setup s;
	struct ike *ike;
	struct conf *conf;
	struct iflist addrs;
	struct offers offers;

	struct conn **v; /* all that are in force, and their instances */
	size_t n, room;
	struct table by_name, by_host, by_id, by_owner;
	uint32_t next_reqid, next_instance;

	struct table adopted;
	uint64_t strangers; /* packets of unknown SPIs */
};

static inline int64_t conns_now(const struct conns *cs)
{
	return cs->s.now(cs->s.arg);
}

void result_set(struct conns_result *r, unsigned int rc, enum reason reason, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* conns.c: in and out of the tables */
void conns_insert(struct conns *cs, struct conn *conn); /* ours from now on; gets a reqid */
void conns_remove(struct conns *cs, struct conn *conn); /* freed when nobody holds it */
void conns_hold(struct conn *conn);
void conns_release(struct conns *cs, struct conn *conn);
uint64_t conns_id_hash(const struct id *id); /* NULL: of a wildcard */
bool conns_id_is_wild(const struct id *id);
/* The connection in force of this name: a held one may have been replaced. NULL: none any more. */
struct conn *conns_current(const struct conns *cs, const struct conn *conn);

/* route.c */
int route_set(struct conns *cs, struct conn *conn, uint8_t action); /* 0 or -errno */
void route_clear(struct conns *cs, struct conn *conn);
uint8_t route_waiting(const struct conn *conn); /* what policies do while an SA is made, or there */
uint8_t route_idle(const struct conn *conn); /* and while none is, nor is wanted */
uint32_t route_part(struct conns *cs, struct conn *conn, const struct ike_child_info *child);

/* run.c */
void run_init(struct conns *cs, struct conn *conn);
void run_start(struct conns *cs, struct conn *conn); /* by auto= */
void run_stop(struct conns *cs, struct conn *conn); /* out of the configuration */
void run_event(void *arg, const struct ike_event *event);

/* match.c */
const struct ike_conn *match_candidate(void *arg, const struct ike_match *m, size_t i);
const struct ike_conn *match_conn(void *arg, const struct ike_match *m, enum reason *why);
const struct ike_conn *match_sibling(void *arg, const struct ike_conn *conn, size_t i);

#endif /* CONN_CONNS_PRIV_H */
