/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * window.h - requests and their answers, RFC 7296 2.1 to 2.3: what waits to be asked is a queue of tasks, one
 * is under way (a window of 1), and the last answer is kept for who did not get it.
 */
#ifndef IKE_WINDOW_H
#define IKE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "ike/exch.h"

struct ike_packet;
struct ike_sa;
struct nego;

/* Datagrams of one message, one after the other, each behind its length; heap. */
struct sealed {
	uint8_t *b;
	size_t n;
};

void sealed_add(struct sealed *s, struct span datagram);
/* Walk: begin with at 0. false: no more. */
bool sealed_next(const struct sealed *s, size_t *at, struct span *datagram);
void sealed_free(struct sealed *s);

/* What we ask of a peer; the order is that of importance in the queue. */
enum task_kind {
	TASK_INIT,
	TASK_AUTH,
	TASK_DELETE_IKE,
	TASK_DELETE_CHILD,
	TASK_DELETE_SPI, /* of a child that only the peer has */
	TASK_REKEY_IKE,
	TASK_REKEY_CHILD,
	TASK_NEW_CHILD,
	TASK_LIVENESS,
	TASK_KINDS
};

struct task {
	struct task *next;
	enum task_kind kind;
	uint32_t child; /* DELETE_CHILD, REKEY_CHILD: the id of the child; DELETE_SPI: our SPI */
	uint8_t proto; /* DELETE_SPI: as in proposals */
	uint16_t notify; /* DELETE_IKE: also told to the peer; 0: none */
	struct nego *nego; /* what is negotiated; owned */
	uint32_t id; /* message ID, once sent */
	struct sealed sent;
	unsigned int tries; /* times it was sent */
	int64_t first, delay; /* when it was sent first; time to the next try */
	int64_t not_before; /* in the queue: the peer wants us to wait */
	bool blocked; /* an answer of the keys companion is missing */
};

struct window {
	uint32_t next_out; /* ID of our next request */
	uint32_t next_in; /* ID of the next request of the peer */
	uint32_t peer_size; /* what the peer can take, as it said; we never use more than 1 */
	struct task *active; /* sent, not answered */
	struct task *queue;
	struct sealed reply; /* to request next_in - 1 */
	uint64_t repeats, stale; /* counters */
};

enum admit {
	ADMIT_NEW, /* the request that is next, or the answer to ours */
	ADMIT_REPEAT, /* the last request once more: send the answer again */
	ADMIT_STALE, /* anything else */
};

/* Where a message belongs. Commits nothing: it is not authenticated yet. */
enum admit window_admit(const struct window *w, uint32_t id, bool response);
/* The request of the peer is answered with this, which is kept (and taken over). */
void window_replied(struct window *w, struct sealed *reply);

/* Queue a task, unless one of the same kind for the same child is there; then NULL. */
struct task *window_add(struct window *w, enum task_kind kind, uint32_t child);
/* What is under way is asked once more, with what was learnt and not before a time; it waits in the queue. */
struct task *window_again(struct window *w, int64_t not_before);
/* The first task of this kind (and child, if not 0), active or waiting; NULL: none. */
struct task *window_find(const struct window *w, enum task_kind kind, uint32_t child);
/* Take the task out and free it with its negotiation. */
void window_done(struct ike *ike, struct window *w, struct task *task);
/* Take the first one of these kinds (bits) that may go at now out of the queue and make it active; NULL: none. */
struct task *window_next(struct window *w, uint32_t kinds, int64_t now);
/* What waits in one queue goes on in another: the IKE_SA was replaced. */
void window_move(struct window *to, struct window *from);
void window_fini(struct ike *ike, struct window *w);

/* The delay before a try, with up to 10 % at random (r is any number): first doubled each time. */
int64_t window_backoff(unsigned int first_ms, unsigned int tries, uint32_t r);

#endif /* IKE_WINDOW_H */
