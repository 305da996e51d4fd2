/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conns.h - all connections: found, loaded, brought up and down. Between the engine, which negotiates one, the kernel,
 * and whoever wants one up.
 */
#ifndef CONN_CONNS_H
#define CONN_CONNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conn/conn.h"

struct conf;
struct ike;
struct ike_child_info;
struct ike_env;
struct ike_event;

/* Told of what happens to a connection: for those who wait for one and for monitors. */
typedef void conns_told(void *arg, const struct conn *conn, const struct ike_event *event);

struct conns_setup {
	struct kern *kern;
	struct timer_queue *timers;
	int64_t (*now)(void *arg); /* ms */
	void (*random)(void *arg, void *p, size_t n);
	bool (*public_key)(void *arg, const struct id *id, enum pubkey_type type, struct pubkey *key);
	int (*addresses)(void *arg, struct iflist *list);
	conns_told *told;
	void *arg;
	uint32_t epoch; /* of this run: more than that of any before */
};

struct conns *conns_new(const struct conns_setup *setup);
void conns_free(struct conns *cs); /* leaves the kernel as it is */
/* The engine, which is made later, for it needs conns_env. */
void conns_use(struct conns *cs, struct ike *ike);
/* Put what concerns connections and the kernel into the engine's window; arg has to be cs. */
void conns_env(struct ike_env *env);

/* The configuration --------------------------------------------------------------------------- */

/*
 * Take over a configuration and apply the difference to the one before; c is ours from now on. Broken connections
 * are left as they were. What was wrong is logged. Returns the number of connections that could not be made.
 */
unsigned int conns_load(struct conns *cs, struct conf *c);
/* Only one connection, from a file read anew (auto --add, --replace, --delete). 0 or a result code. */
struct conns_result {
	unsigned int rc; /* of FreeS/WAN, freeswan.md 4.7; 0: done */
	enum reason reason;
	char text[640];
};
void conns_add(struct conns *cs, const struct conf *c, const char *name, struct conns_result *r);
void conns_delete(struct conns *cs, const char *name, struct conns_result *r);
/* Addresses or routes of this host have changed. */
void conns_addresses(struct conns *cs);
/* Secrets were read again: what was blocked for lack of them is tried again. */
void conns_secrets(struct conns *cs);
/* What earlier runs left in the kernel, and nobody wants now, goes. Once, after the first load. */
void conns_sweep(struct conns *cs);

/* Wishes -------------------------------------------------------------------------------------- */

struct conn *conns_find(const struct conns *cs, const char *name); /* instances, too; NULL: none */
size_t conns_count(const struct conns *cs);
struct conn *conns_at(const struct conns *cs, size_t i);
/* The nearest name for an unknown one, or NULL. */
const char *conns_nearest(const struct conns *cs, const char *name);

/* Each says in r what became of it; rc 0: it is under way, and events will tell. */
void conns_up(struct conns *cs, struct conn *conn, struct conns_result *r);
void conns_down(struct conns *cs, struct conn *conn, struct conns_result *r);
void conns_route(struct conns *cs, struct conn *conn, struct conns_result *r);
void conns_unroute(struct conns *cs, struct conn *conn, struct conns_result *r);

/* What happened -------------------------------------------------------------------------------- */

void conns_heard(struct conns *cs, const struct kern_event *e); /* from the module */
/* An ICMP error about what was sent to a peer. */
void conns_unreachable(struct conns *cs, const struct endpoint *peer, int error);

#endif /* CONN_CONNS_H */
