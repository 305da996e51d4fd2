/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ike.h - the engine: made, driven, asked. Who drives it hands over datagrams (input.h), lets its timers run, and
 * says what is wanted and what the kernel saw. One thread.
 */
#ifndef IKE_IKE_H
#define IKE_IKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"
#include "base/reason.h"

struct ike;
struct ike_conn;
struct ike_child_info;
struct ike_env;
struct ike_packet;
struct ike_ver;

/* Zero in any of them: the default. */
struct ike_setup {
	const struct ike_env *env;
	const struct ike_ver *const *versions; /* ends with NULL */
	unsigned int half_open_cookies; /* from so many half-open SAs on, cookies are asked for */
	unsigned int half_open_max; /* and with so many nothing new is begun by peers */
	unsigned int children_max; /* CHILD_SAs of one IKE_SA */
};

struct ike *ike_new(const struct ike_setup *setup);
/* Forget everything and tell nobody: what is in the kernel stays there. */
void ike_free(struct ike *ike);

/* A datagram from the network. */
void ike_input(struct ike *ike, const struct ike_packet *packet);

/*
 * Run the timers that are due; to be called after each function of this header, too, for what that set off.
 * Returns when (ike_env.now) it wants to be called again; INT64_MAX: never.
 */
int64_t ike_tick(struct ike *ike);

/* What is wanted ------------------------------------------------------------------------------- */

/* Bring it up once; an event says how it ended. Nothing happens if it is up or on the way. */
void ike_up(struct ike *ike, const struct ike_conn *conn);
/*
 * End its CHILD_SAs, and the IKE_SA if that carries no other; peers are told. false: there was
 * nothing. Events say when it is done.
 */
bool ike_down(struct ike *ike, const char *name);
/* The same for one CHILD_SA, or for an IKE_SA with all of its children. */
bool ike_down_child(struct ike *ike, uint32_t child_id);
/* New keys for its CHILD_SA, or for the IKE_SA, now. */
bool ike_rekey(struct ike *ike, const char *name, bool ike_sa);
/* Does the peer live? Without an answer the IKE_SA ends, with R_PEER_DEAD. */
bool ike_probe(struct ike *ike, const char *name);
/* Delete all, wait for nothing: before the program ends. */
void ike_shutdown(struct ike *ike);

/* What the kernel saw -------------------------------------------------------------------------- */

/* The first packet was opened on an inbound SA. */
void ike_first_opened(struct ike *ike, uint32_t spi_in);
/* A lifetime ended: soft, replace it; hard, the kernel has taken the SA away. */
void ike_expired(struct ike *ike, uint32_t spi, bool hard);
/* An authenticated ESP packet came from a new endpoint. */
void ike_moved(struct ike *ike, uint32_t spi_in, const struct endpoint *peer);

/* Looking -------------------------------------------------------------------------------------- */

/* One CHILD_SA, or an IKE_SA without one (child NULL). Borrowed; keys are left out. */
struct ike_view {
	const struct ike_conn *conn;
	const struct ike_child_info *child;
	uint64_t spi_i, spi_r;
	bool initiator;
	const char *state, *child_state; /* "established" */
	struct endpoint local, peer;
	int64_t since, rekey_at, expire_at; /* ike_env.now; of the child, or of the IKE_SA */
	const char *suite; /* "aes-gcm-16/256, prfsha256, x25519" */
	bool nat_here, nat_there;
};
void ike_walk(const struct ike *ike, void (*see)(void *arg, const struct ike_view *view), void *arg);
size_t ike_count(const struct ike *ike); /* IKE_SAs, half-open ones too */

#endif /* IKE_IKE_H */
