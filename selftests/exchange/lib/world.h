/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * world.h - two engines in one process: a network that can be told what to do, a clock that jumps, two kernels
 * that remember what they were given, keepers of secrets that may take their time. All from one seed.
 */
#ifndef EXCHANGE_WORLD_H
#define EXCHANGE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/sig.h"
#include "ike/env.h"
#include "ike/id.h"
#include "ike/ike.h"
#include "ike/ike_conn.h"
#include "ike/proposal.h"
#include "ike/ts.h"

#define WEST 0
#define EAST 1
#define WORLD_SAS 64
#define WORLD_EVENTS 16

struct world;

/* An SA in a fake kernel. */
struct fake_sa {
	uint32_t spi, child;
	bool out;
	size_t n;
	uint8_t key[128]; /* all that it was given */
	uint64_t order; /* of installation: the newest outbound one is used */
	bool opened, encap, transport;
	struct endpoint local, peer;
};

struct side {
	struct world *w;
	unsigned int number;
	struct ike *ike;
	struct ike_env env;
	struct endpoint at;
	struct id id, other;
	struct ts ts[2][4]; /* ours, the peer's */
	struct offer ike_offer, child_offer;
	struct ike_conn conn[4]; /* the first is "net"; conns of them are there */
	size_t conns;
	struct sig_keeper keeper;
	const char *psk;
	const struct pkey *key; /* signs */
	bool slow; /* the keeper answers later */
	struct sig_job *jobs[WORLD_SAS]; /* that wait, the oldest first */
	size_t njobs;
	struct fake_sa sa[WORLD_SAS];
	size_t nsa;
	uint32_t next_spi;
	int refuse_installs; /* so many are refused */
	long held; /* references to connections */
	unsigned int events[WORLD_EVENTS];
	enum reason reason; /* of the last IKE_DOWN, CHILD_DOWN or FAILED */
	struct ike_traffic traffic;
	unsigned int keepalives;
};

/* What happens to a datagram. */
enum fate { FATE_PASS, FATE_LOSE, FATE_DOUBLE, FATE_LATE, FATE_SPOIL };

struct world {
	int64_t now;
	uint64_t seed, order;
	struct side side[2];
	/* the network */
	struct flight *flights;
	int64_t latency;
	enum fate (*fate)(struct world *w, unsigned int number, const struct ike_packet *packet);
	void *arg;
	unsigned int sent; /* datagrams so far */
	size_t largest; /* octets of the largest */
	bool nat; /* before WEST */
	bool cut; /* nothing gets through */
	unsigned int lines; /* of the log */
	/* traffic */
	bool traffic;
	int64_t esp_at;
	unsigned int esp_sent, esp_lost, esp_none; /* none: there was no SA to send by */
};

struct world *world_new(uint64_t seed);
/* Fails the test if anything is left: references, secrets, SAs of connections that are down. */
void world_free(struct world *w);
void world_free_but_secrets(struct world *w); /* the test has some of its own */
/* A daemon that lost all that it knew; its kernel too. */
void world_restart(struct world *w, unsigned int side);
/* The first IKE_SA_INIT of an initiator like WEST, which sends it to nobody. Returns its octets. */
size_t world_first(struct world *w, uint8_t *to, size_t room);

/* Another connection of both sides: these networks (third octet), else as the first. */
struct ike_conn *world_conn(struct world *w, unsigned int side, const char *name);
struct ts world_net(unsigned int third);

uint32_t world_random(struct world *w);
/* Let time pass: packets arrive, timers fire. */
void world_run(struct world *w, int64_t ms);
/* Until nothing is in flight, at most ms. */
void world_settle(struct world *w, int64_t ms);
void world_up(struct world *w, unsigned int side);
/* Give the keeper's answer. */
void world_answer(struct world *w, unsigned int side);
/* Hand a datagram over as if it came from the other side. */
void world_inject(struct world *w, unsigned int to, struct span bytes);

size_t world_count(const struct world *w, unsigned int side, bool out);
/* For the newest outbound SA of each side, is there the inbound one with the same keys? */
bool world_pair_ok(const struct world *w);
/* Each side has exactly one pair and one IKE_SA, and they fit. */
bool world_is_neat(const struct world *w);

#endif /* EXCHANGE_WORLD_H */
