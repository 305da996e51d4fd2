/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sa.h - an IKE_SA: its owner is the engine, it owns its children, its window and its timer. */
#ifndef IKE_SA_H
#define IKE_SA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* SPIs are random, ours at least; how many others choose theirs is bounded. */
#define HASH_FUNCTION(key, n, hash) memcpy(&(hash), key, sizeof(hash))
#include <uthash.h>

#include "base/log.h"
#include "base/timer.h"
#include "ike/child.h"
#include "ike/env.h"
#include "ike/ike.h"
#include "ike/ike_conn.h"
#include "ike/msg.h"
#include "ike/window.h"

struct frag_set;
struct id;
struct keymat;

enum sa_state {
	SA_NEW, /* nothing sent */
	SA_INIT_SENT, /* initiator: IKE_SA_INIT */
	SA_INIT_DONE, /* there are keys, nobody is authenticated */
	SA_AUTH_SENT, /* initiator: IKE_AUTH */
	SA_ESTABLISHED,
	SA_REPLACED, /* its children have moved to a newer one; whoever made that deletes this */
	SA_DELETING, /* we said so, no answer yet */
	SA_DEAD, /* kept a while to repeat its last answer */
	SA_STATES,
	SA_SAME = SA_STATES /* of a row: the state stays */
};
#define SA_BIT(state) (1U << (state))

enum sa_timer {
	SA_T_RETRANSMIT, /* the active task */
	SA_T_QUEUE, /* a task that had to wait */
	SA_T_HALF_OPEN, /* until authenticated; and of DEAD, until forgotten */
	SA_T_REKEY,
	SA_T_EXPIRE,
	SA_T_LIVENESS,
	SA_T_KEEPALIVE,
	SA_TIMERS
};

/* What the initial exchanges need and nobody afterwards; freed when established. */
struct sa_init {
	struct nego *nego; /* ours: nonce, key exchange */
	uint8_t peer_nonce[256];
	size_t peer_nonce_n;
	struct sealed sent, got; /* the IKE_SA_INIT messages that are authenticated */
	uint8_t cookie[64];
	size_t cookie_n, cookie_tries;
	uint16_t group; /* asked for by INVALID_KE_PAYLOAD; 0: our first */
	const struct ike_conn *want; /* initiator: the CHILD_SA that rides on IKE_AUTH; held */
	bool certreq_any; /* the peer asks for a certificate */
};

/* A message that waits for the keys companion. */
struct sa_suspended {
	struct msg_header h;
	uint8_t *b; /* plain payloads; NULL: none waits */
	size_t n;
	uint8_t first;
};

struct sa_peer { /* what the peer told */
	unsigned int hashes; /* SIGNATURE_HASH_ALGORITHMS, as AUTH_HASH bits */
	bool fragments, no_tfc, mobike, childless;
	bool nat_here, nat_there; /* who is behind a NAT */
	bool natd; /* it looked for one, too */
};

struct sa_suite { /* transform IDs */
	uint16_t encr, keybits, prf, integ, group;
};

struct sa_proof; /* ike2/: jobs of the keys companion */

struct ike_sa {
	UT_hash_handle hh; /* by spi */
	UT_hash_handle by_init; /* by spi_i, while half-open: of those that peers began */
	struct ike *ike;
	uint8_t spi[8], spi_i[8], spi_r[8]; /* ours; the initiator's, the responder's */
	bool initiator; /* of the first exchange: role in all headers */
	enum sa_state state;
	const struct ike_ver *ver;
	const struct ike_conn *conn; /* held; NULL: not known yet */
	struct endpoint local, peer;
	struct log_about about;
	struct window win;
	struct child *children;
	struct sa_init *init;
	struct keymat *keys;
	struct sa_suite suite;
	struct sa_peer seen;
	struct frag_set *frags; /* of a message that comes in parts */
	struct sa_suspended suspended;
	struct sa_proof *proof;
	struct id *peer_id; /* what it proved to be; heap */
	uint8_t low[NEGO_NONCE]; /* as in struct child */
	bool mine; /* we began the exchange that made it */
	bool half_open; /* in ike->inits */
	bool lost; /* crossed another one that stays: ends when it is established */
	bool by_peer; /* the end was the peer's wish */
	enum reason reason; /* why it ended */
	int64_t since, last_in, at[SA_TIMERS];
	struct timer timer;
};

/* The engine. */
struct ike {
	const struct ike_env *env;
	struct ike_setup set;
	struct ike_sa *sas; /* by our SPI */
	struct timer_queue timers;
	struct ike_sa *inits; /* half-open ones that peers began, by their SPI */
	uint32_t last_child; /* ids */
	uint8_t cookie_key[2][32]; /* now, and before */
	uint32_t cookie_number;
	int64_t cookie_since;
	struct log_rate noise, answers; /* to what anybody can send */
	uint64_t dropped;
	struct span raw, inner; /* of the message that is handled: the datagram, the plain payloads */
	uint8_t inner_first;
	bool busy; /* in a handler */
	struct endpoint from; /* where it came from */
	uint8_t in[65536], plain[65536], wire[65536]; /* a message being opened, written, sealed */
};

int64_t ike_now(const struct ike *ike);

/* An SPI that no IKE_SA of ours has. */
void sa_new_spi(struct ike *ike, uint8_t spi[8]);
/* A new one in state NEW with that SPI of ours; NULL: a random one. */
struct ike_sa *sa_new(struct ike *ike, const struct ike_ver *ver, bool initiator, const uint8_t *spi);
/* What an IKE_SA takes over from the one that it replaces: connection, ends, facts; not the children. */
void sa_inherit(struct ike_sa *sa, const struct ike_sa *old);
/* Children and waiting tasks belong to another one from now on; this one is replaced. */
void sa_replace(struct ike_sa *old, struct ike_sa *by);
/* Silently, with its children (reason is theirs). */
void sa_free(struct ike_sa *sa, enum reason reason);
/* The engine ends: memory only, the kernel keeps what it has. */
void sa_forget(struct ike_sa *sa);
/* The other SPI is known now. */
void sa_set_peer_spi(struct ike_sa *sa, const uint8_t spi[8]);
void sa_set_ends(struct ike_sa *sa, const struct endpoint *local, const struct endpoint *peer);
/* From now on there: its children in the kernel, too. */
void sa_move(struct ike_sa *sa, const struct endpoint *local, const struct endpoint *peer);
void sa_set_conn(struct ike_sa *sa, const struct ike_conn *conn); /* takes a reference */
void sa_set_state(struct ike_sa *sa, enum sa_state state, enum reason reason);
const char *sa_state_name(enum sa_state state);
/* The end of it and of all its children, by an event each; reason says why. Freed by its timer. */
void sa_end(struct ike_sa *sa, enum reason reason, bool by_peer);
/* Packets went out since the last time it was asked, and nothing came in. */
bool sa_unanswered(struct ike_sa *sa);
void sa_init_free(struct ike_sa *sa);

/* A peer began it: it counts, and is found, as half-open until it is established or freed. */
void sa_set_half_open(struct ike_sa *sa);
size_t sa_half_open(const struct ike *ike);

struct ike_sa *sa_find(struct ike *ike, const uint8_t spi[8]);
/* A half-open one of this initiator: its IKE_SA_INIT came again. */
struct ike_sa *sa_find_init(struct ike *ike, const struct ike_packet *packet, const uint8_t spi_i[8]);
/* An established one on which a child of conn can be made. */
struct ike_sa *sa_find_carrier(struct ike *ike, const struct ike_conn *conn);
/* Tell conn/. text may be "". */
void sa_event(struct ike_sa *sa, enum ike_event_kind kind, enum reason reason, const char *text);
void sa_event_conn(struct ike_sa *sa, const struct ike_conn *conn, enum ike_event_kind kind, enum reason reason);
void child_event(struct child *c, enum ike_event_kind kind, enum reason reason, bool by_peer);

#endif /* IKE_SA_H */
