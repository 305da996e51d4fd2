/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child.h - a CHILD_SA: made, put into the kernel, replaced, removed. Its owner is an IKE_SA. */
#ifndef IKE_CHILD_H
#define IKE_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/timer.h"
#include "ike/env.h"

struct dh;
struct ike;
struct ike_sa;
struct ts;

#define NEGO_NONCE 32 /* octets of ours */

enum child_state {
	CHILD_IN, /* the peer renewed it and does not use it yet: only the inbound SA is installed */
	CHILD_UP,
	CHILD_REPLACED, /* there is a newer one; whoever made that deletes this */
	CHILD_DELETING, /* we said so, no answer yet */
	CHILD_LINGER, /* gone, but for packets that are still on their way to us */
};

enum child_timer { CHILD_T_REKEY, CHILD_T_EXPIRE, CHILD_T_LINGER, CHILD_TIMERS };

struct child {
	struct child *next;
	struct ike *ike;
	struct ike_sa *sa; /* its owner */
	enum child_state state;
	struct ike_child_info info; /* selectors and conn are the child's own */
	uint8_t *keys; /* secret_alloc(); until all is installed */
	unsigned int parts; /* enum ike_part: in the kernel */
	uint16_t encr, keybits, integ, group; /* transform IDs */
	bool mine; /* we began the exchange that made it */
	bool announced; /* conn/ was told of it, or need not be */
	bool redundant; /* crossed another one that stays */
	enum reason reason; /* why it is to be deleted */
	uint32_t successor; /* id, or 0 */
	uint8_t low[NEGO_NONCE]; /* the lower of the nonces it was made with, for collisions */
	int64_t since, at[CHILD_TIMERS];
	struct timer timer;
	uint64_t seen_in, seen_out; /* packets, when liveness looked last */
};

/* A negotiation under way: what we have put into it. Owned by a task, or by its handler. */
struct nego {
	const struct ike_conn *conn; /* held */
	uint8_t proto; /* 1 IKE, 2 AH, 3 ESP: as in proposals */
	uint32_t spi; /* inbound, of the CHILD_SA */
	uint8_t ike_spi[8]; /* of the IKE_SA that is to be */
	uint8_t nonce[NEGO_NONCE];
	struct dh *dh; /* NULL: no key exchange of its own */
	uint16_t group;
	uint8_t ke_tries; /* INVALID_KE_PAYLOAD is believed once */
	uint32_t replaces; /* id of the child that is renewed, or 0 */
	size_t pair; /* from 1: this pair of selectors only; 0: all */
	uint32_t lost_to; /* id of the child that the peer made in the same moment; 0: none */
	bool rival; /* an IKE_SA: the peer made one in the same moment */
	uint8_t rival_spi[8]; /* our SPI of that one */
};

struct nego *nego_new(struct ike *ike, const struct ike_conn *conn);
void nego_free(struct ike *ike, struct nego *n); /* NULL is nothing to free */

/* A new child in state UP of this owner, with nothing installed. Takes over info's selectors; keys are copied. */
struct child *child_new(struct ike_sa *sa, const struct ike_child_info *info);
/* false and the kernel's words in why. */
bool child_install(struct child *c, unsigned int parts, char *why, size_t n);
/* The peer uses it: send by it, too. */
void child_switch(struct child *c);
/* Take parts out of the kernel. */
void child_remove(struct child *c, unsigned int parts);
/* The end: an event, the kernel's parts, the memory. */
void child_free(struct child *c, enum reason reason, bool by_peer);
/* Deleted: an event, unless another one took its place; then it lingers. */
void child_retire(struct child *c, enum reason reason, bool by_peer);
/* The child that renewed it and is alive, or NULL. */
struct child *child_successor(const struct child *c);
/* Neither sent by nor waited for: only what is still on the way comes in. */
void child_linger(struct child *c);
void child_set_state(struct child *c, enum child_state state, enum reason reason);
const char *child_state_name(enum child_state state);

/* All children of one IKE_SA belong to another from now on: it was replaced. */
void child_move(struct ike_sa *to, struct ike_sa *from);

struct child *child_find(const struct ike_sa *sa, uint32_t id);
/* By our SPI, or by the peer's. */
struct child *child_by_spi(const struct ike_sa *sa, uint32_t spi, bool peers);
/* A child that carries traffic for the connection (UP, IN). */
struct child *child_of_conn(const struct ike_sa *sa, const char *name);

#endif /* IKE_CHILD_H */
