/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kern.h - what the daemon asks of the module, as verbs, and what the module tells it, as values.
 *
 * All that a connection has in the kernel carries its owner cookie, and the epoch of the daemon's run: it outlives
 * the daemon, and the next run finds it by them (kern_adopt) and takes the rest away (kern_forget).
 *
 * Functions return 0 or -errno; kern_error() then has a sentence. A busy transaction of somebody else is waited for,
 * a fraction of a second.
 */
#ifndef KERN_KERN_H
#define KERN_KERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"
#include "nf_ipsec_msg.h"

struct ike_child_info;
struct ike_traffic;
struct kern;
struct ts;

/* What the objects of a connection have beside what is negotiated. Zero is the module's default. */
struct kern_opts {
	uint64_t owner;
	uint32_t epoch, reqid;
	uint32_t sa_flags; /* NFI_SAF_* but ESN */
	uint32_t mark; /* of sealed packets */
	uint32_t prio;
	bool has_prio;
	uint8_t df, dscp;
	uint16_t tfc, replay;
	uint64_t soft_bytes, hard_bytes, soft_packets, hard_packets, hard_s;
	char name[NFI_NAME_MAX + 1];
};

/* The policies of a connection: each of the local selectors with each of the peer's. */
struct kern_route {
	uint8_t action; /* enum nfi_action of what goes out */
	uint8_t proto; /* 50, 51; of shunts 0 */
	bool transport;
	size_t nlocal, npeer;
	const struct ts *local, *peer;
};

#define KERN_POLICIES_MAX 2048 /* of one connection */

/* Cookies ------------------------------------------------------------------------------------- */

/* That of a connection (an instance has one of its own); whether a cookie is one of those. */
uint64_t kern_owner(const char *name);
bool kern_owns(uint64_t owner);

/* Pure ---------------------------------------------------------------------------------------- */

/* One direction of a child. The message holds keys: wipe it. */
void kern_build_sa(const struct ike_child_info *child, const struct kern_opts *o, bool inbound,
		   struct nfi_sa_msg *sa);
/*
 * Call add for each policy, out and in by turns; what it returns but 0 ends it. Pairs of two
 * families or protocols are none. -E2BIG: more than KERN_POLICIES_MAX; -ENOENT: not one pair fits.
 */
int kern_build_policies(const struct kern_route *r, const struct kern_opts *o,
			int (*add)(void *arg, const struct nfi_sp_msg *sp), void *arg);

enum kern_event_kind {
	KERN_ACQUIRE, /* a packet waits for an SA */
	KERN_EXPIRE, /* hard: the SA is gone */
	KERN_FIRST, /* the first packet was opened */
	KERN_MOVED, /* src is where the peer is now */
	KERN_UNKNOWN_SPI, /* src sent to dst, and nobody knows spi */
	KERN_LOST, /* events were lost: look at everything */
};

struct kern_event {
	enum kern_event_kind kind;
	uint64_t owner; /* 0: UNKNOWN_SPI, LOST */
	uint32_t reqid, spi; /* host order */
	bool hard, inbound;
	uint8_t proto; /* 50, 51; of ACQUIRE that of the packet */
	struct endpoint src, dst; /* of ACQUIRE the packet's own */
	uint64_t count; /* UNKNOWN_SPI: since the last event */
	char name[NFI_NAME_MAX + 1]; /* of the policy or the SA */
};

struct nlp_msg;
/* false: none that the daemon cares for, or of objects that are not its own. */
bool kern_build_event(const struct nlp_msg *msg, struct kern_event *e);

/* Conversation -------------------------------------------------------------------------------- */

/* NULL, and a sentence in why: the module is not loaded, or CAP_NET_ADMIN is missing. */
struct kern *kern_open(char *why, size_t n);
void kern_close(struct kern *k); /* NULL is fine */
const char *kern_error(const struct kern *k);

/* The UDP socket of fd bypasses policies. Call it before anything is protected. */
int kern_exempt(struct kern *k, int fd);
/* The UDP port on which the module takes ESP. */
int kern_natt_port(struct kern *k, uint16_t port);

/* A free inbound SPI (host order), reserved for the owner for a minute; 0: there is none. */
uint32_t kern_alloc_spi(struct kern *k, const struct addr *local, uint8_t proto, uint64_t owner);
/* parts are those of enum ike_part; route NULL or IKE_PART_POLICY not among them: no policies. */
int kern_install(struct kern *k, const struct ike_child_info *child, unsigned int parts,
		 const struct kern_opts *o, const struct kern_route *route);
/* SAs that are gone already are no failure. */
int kern_remove(struct kern *k, const struct ike_child_info *child, unsigned int parts);
int kern_move(struct kern *k, const struct ike_child_info *child);
int kern_traffic(struct kern *k, const struct ike_child_info *child, struct ike_traffic *t);

/* Put policies in, or in place of those with equal selectors. */
int kern_route(struct kern *k, const struct kern_route *r, const struct kern_opts *o);
int kern_unroute(struct kern *k, uint64_t owner); /* all policies of the owner */
int kern_forget(struct kern *k, uint64_t owner); /* and all SAs, in one step */
/* SAs of the owner that are older than the epoch. */
int kern_flush_old(struct kern *k, uint64_t owner, uint32_t epoch);
/* The same of policies, when all that is wanted was put in again. */
int kern_unroute_old(struct kern *k, uint64_t owner, uint32_t epoch);

/* One object that an earlier run left, or this one made: SAs and outbound policies. */
struct kern_left {
	bool policy;
	uint64_t owner;
	uint32_t reqid, epoch;
	const char *name;
};
int kern_adopt(struct kern *k, void (*see)(void *arg, const struct kern_left *left), void *arg);

/* Readable when there are events. */
int kern_fd(const struct kern *k);
/* Read a bounded number, calling see for each. */
void kern_events(struct kern *k, void (*see)(void *arg, const struct kern_event *e), void *arg);

#endif /* KERN_KERN_H */
