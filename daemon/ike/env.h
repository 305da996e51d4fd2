/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * env.h - the engine's only window on the world. main.c fills it from net/, conn/, kern/ and crypto/rand.c, the
 * exchange tests with fakes. No function of it calls the engine back.
 */
#ifndef IKE_ENV_H
#define IKE_ENV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"
#include "base/reason.h"
#include "base/span.h"

struct id;
struct ike_conn;
struct sig_keeper; /* crypto/sig.h */
struct ts;

/*
 * A datagram, without non-ESP marker: ports say whether there was one, or is to be one (4500; but not before
 * a single octet, which is a NAT keepalive).
 */
struct ike_packet {
	struct span bytes;
	struct endpoint local, peer;
};

/* Which connection is it? Unknown parts are NULL or zero. */
struct ike_match {
	struct endpoint local, peer;
	const struct id *idi, *idr; /* of the initiator, who is the peer; idr may be NULL */
	const struct ike_conn *init; /* the one whose ike= was used in IKE_SA_INIT */
};

/* CHILD_SAs ------------------------------------------------------------------------------------- */

/* Parts of a child in the kernel, bits. */
enum ike_part {
	IKE_PART_IN = 1, /* the inbound SA */
	IKE_PART_OUT = 2, /* the outbound SA; the newest of a reqid is used */
	IKE_PART_POLICY = 4, /* there have to be policies for the selectors; nobody takes them away again here */
};

/* All that the kernel needs of a child. Spans and pointers are borrowed for the call. */
struct ike_child_info {
	uint32_t id; /* the engine's number; never 0, never used twice */
	const struct ike_conn *conn;
	uint32_t spi_in, spi_out; /* host order */
	uint8_t proto; /* 50 ESP, 51 AH */
	bool transport, encap, esn;
	struct endpoint local, peer; /* outer; with encap the ports too */
	uint16_t enc, auth; /* nl-proto/algs.def; 0: none */
	struct span enc_in, enc_out, auth_in, auth_out; /* keys as the kernel has them: key, then salt */
	size_t nlocal, npeer; /* negotiated selectors */
	const struct ts *ts_local, *ts_peer;
	uint32_t replaces; /* id of the child whose successor this is, or 0 */
	size_t pair; /* from 1: it is one of several, each for one pair of the connection's selectors; 0: all */
};

struct ike_traffic {
	uint64_t in_packets, out_packets, in_bytes, out_bytes; /* since the child is there */
};

/* What the engine has to tell ------------------------------------------------------------------- */

enum ike_event_kind {
	IKE_EV_STAGE, /* a message was sent or answered on the way up: text says it */
	IKE_EV_IKE_UP,
	IKE_EV_IKE_REKEYED,
	IKE_EV_IKE_DOWN, /* reason says why; its children went before */
	IKE_EV_CHILD_UP,
	IKE_EV_CHILD_REKEYED, /* child is the new one, child->replaces the old */
	IKE_EV_CHILD_DOWN, /* reason says why; its SAs are gone, its policies are as they were */
	IKE_EV_FAILED, /* this connection did not come up; reason, text */
	IKE_EV_MOVED, /* the peer of an IKE_SA has a new endpoint */
};

/* Borrowed until the function returns, which only takes a note: it may not call the engine. */
struct ike_event {
	enum ike_event_kind kind;
	const struct ike_conn *conn;
	const struct ike_child_info *child; /* keys left out; NULL: not about a child */
	struct endpoint local, peer;
	uint64_t spi_i, spi_r; /* of the IKE_SA */
	enum reason reason;
	bool by_peer; /* the peer asked for it */
	const char *text; /* one sentence: what, and what to change; may be "" */
};

struct ike_env {
	void *arg; /* first argument of all of them */

	int64_t (*now)(void *arg); /* milliseconds, never backwards */
	int64_t (*unix_time)(void *arg); /* seconds, for certificates and cookies of the log */
	void (*random)(void *arg, void *p, size_t n);
	void (*send)(void *arg, const struct ike_packet *packet); /* may be lost, never fails */

	/*
	 * The i-th connection (from 0) that a peer from there may mean, best first; NULL: no more. Not
	 * counted as held.
	 */
	const struct ike_conn *(*candidate)(void *arg, const struct ike_match *m, size_t i);
	/*
	 * The connection of these identities, held for the engine (of right=%any an instance with the
	 * peer's endpoint and identity), or NULL and the reason.
	 */
	const struct ike_conn *(*match)(void *arg, const struct ike_match *m, enum reason *why);
	/*
	 * A further CHILD_SA is asked for on the IKE_SA of conn: which connection has such selectors?
	 * The i-th, best first, conn itself among them; NULL: no more. Not counted as held.
	 */
	const struct ike_conn *(*sibling)(void *arg, const struct ike_conn *conn, size_t i);
	void (*conn_get)(void *arg, const struct ike_conn *conn);
	void (*conn_put)(void *arg, const struct ike_conn *conn);

	/* Proofs that need a long-term secret; done() of a job is called from outside the engine. */
	struct sig_keeper *keeper;

	/* A free inbound SPI (host order), 0: none to be had. */
	uint32_t (*alloc_spi)(void *arg, const struct ike_conn *conn, const struct endpoint *local, uint8_t proto);
	/* One transaction of enum ike_part. 0, or -errno and the kernel's words in why. */
	int (*install)(void *arg, const struct ike_child_info *child, unsigned int parts, char *why, size_t n);
	void (*remove)(void *arg, const struct ike_child_info *child, unsigned int parts);
	/* New outer endpoints of a child that is installed. */
	int (*move)(void *arg, const struct ike_child_info *child);
	bool (*traffic)(void *arg, const struct ike_child_info *child, struct ike_traffic *traffic);

	void (*event)(void *arg, const struct ike_event *event);
};

#endif /* IKE_ENV_H */
