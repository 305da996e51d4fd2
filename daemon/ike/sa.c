// SPDX-License-Identifier: GPL-2.0-or-later
/* sa.c - IKE_SAs: made, found, their states, their end. */
#include "ike/sa.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rd.h"
#include "ike/exch.h"
#include "ike/frag.h"
#include "ike/id.h"
#include "ike/timers.h"

static const char *const names[] = {
	[SA_NEW] = "new",
	[SA_INIT_SENT] = "asking",
	[SA_INIT_DONE] = "keyed",
	[SA_AUTH_SENT] = "authenticating",
	[SA_ESTABLISHED] = "established",
	[SA_REPLACED] = "replaced",
	[SA_DELETING] = "deleting",
	[SA_DEAD] = "dead",
};

/* Where a state may go. */
static const uint32_t edges[SA_STATES] = {
	[SA_NEW] = SA_BIT(SA_INIT_SENT) | SA_BIT(SA_INIT_DONE) | SA_BIT(SA_ESTABLISHED) | SA_BIT(SA_DEAD),
	[SA_INIT_SENT] = SA_BIT(SA_NEW) | SA_BIT(SA_INIT_DONE) | SA_BIT(SA_DEAD),
	[SA_INIT_DONE] = SA_BIT(SA_AUTH_SENT) | SA_BIT(SA_ESTABLISHED) | SA_BIT(SA_DEAD),
	[SA_AUTH_SENT] = SA_BIT(SA_ESTABLISHED) | SA_BIT(SA_DEAD),
	[SA_ESTABLISHED] = SA_BIT(SA_REPLACED) | SA_BIT(SA_DELETING) | SA_BIT(SA_DEAD),
	[SA_REPLACED] = SA_BIT(SA_DELETING) | SA_BIT(SA_DEAD),
	[SA_DELETING] = SA_BIT(SA_DEAD),
	[SA_DEAD] = 0,
};

const char *sa_state_name(enum sa_state state)
{
	return state < SA_STATES ? names[state] : "?";
}

int64_t ike_now(const struct ike *ike)
{
	return ike->env->now(ike->env->arg);
}

/* NOLINTBEGIN(readability-function-size): what uthash's macros expand to is counted */

static void not_half_open(struct ike_sa *sa)
{
	if (sa->half_open)
		HASH_DELETE(by_init, sa->ike->inits, sa);
	sa->half_open = false;
}

void sa_set_half_open(struct ike_sa *sa)
{
	struct ike_sa *old;

	/* of two that claim one SPI the later is found, the other ends by its timer */
	HASH_FIND(by_init, sa->ike->inits, sa->spi_i, 8, old);
	if (old)
		not_half_open(old);
	HASH_ADD(by_init, sa->ike->inits, spi_i, 8, sa);
	sa->half_open = true;
}

size_t sa_half_open(const struct ike *ike)
{
	return HASH_CNT(by_init, ike->inits);
}

/* Life ----------------------------------------------------------------------------------------- */

void sa_new_spi(struct ike *ike, uint8_t spi[8])
{
	static const uint8_t zero[8];

	do
		ike->env->random(ike->env->arg, spi, 8);
	while (!memcmp(spi, zero, sizeof(zero)) || sa_find(ike, spi));
}

struct ike_sa *sa_new(struct ike *ike, const struct ike_ver *ver, bool initiator, const uint8_t *spi)
{
	struct ike_sa *sa = mem_new(sizeof(*sa));

	sa->ike = ike;
	sa->ver = ver;
	sa->initiator = initiator;
	if (spi)
		memcpy(sa->spi, spi, sizeof(sa->spi));
	else
		sa_new_spi(ike, sa->spi);
	memcpy(initiator ? sa->spi_i : sa->spi_r, sa->spi, sizeof(sa->spi));
	sa->since = sa->last_in = ike_now(ike);
	timers_init(sa);
	HASH_ADD(hh, ike->sas, spi, sizeof(sa->spi), sa);
	return sa;
}

void sa_inherit(struct ike_sa *sa, const struct ike_sa *old)
{
	sa->seen = old->seen;
	sa_set_ends(sa, &old->local, &old->peer);
	sa_set_conn(sa, old->conn);
	if (old->peer_id) {
		sa->peer_id = mem_new(sizeof(*sa->peer_id));
		*sa->peer_id = *old->peer_id;
	}
}

void sa_replace(struct ike_sa *old, struct ike_sa *by)
{
	child_move(by, old);
	window_move(&by->win, &old->win);
	sa_set_state(old, SA_REPLACED, R_REKEYED);
	timers_replaced(old);
	sa_event(by, IKE_EV_IKE_REKEYED, R_NONE, "");
}

void sa_init_free(struct ike_sa *sa)
{
	struct sa_init *init = sa->init;

	if (!init)
		return;
	nego_free(sa->ike, init->nego);
	sealed_free(&init->sent);
	sealed_free(&init->got);
	if (init->want)
		sa->ike->env->conn_put(sa->ike->env->arg, init->want);
	free(init);
	sa->init = NULL;
}

void sa_free(struct ike_sa *sa, enum reason reason)
{
	struct ike *ike = sa->ike;

	while (sa->children)
		child_free(sa->children, reason, sa->by_peer);
	timers_stop(sa);
	window_fini(ike, &sa->win);
	sa->ver->forget(sa);
	frag_free(sa->frags);
	sa_init_free(sa);
	free(sa->suspended.b);
	free(sa->peer_id);
	HASH_DELETE(hh, ike->sas, sa);
	not_half_open(sa);
	if (sa->conn)
		ike->env->conn_put(ike->env->arg, sa->conn);
	free(sa);
}

void sa_forget(struct ike_sa *sa)
{
	for (struct child *c = sa->children; c; c = c->next) {
		c->parts = 0;
		c->announced = false;
	}
	sa_free(sa, R_SHUTDOWN);
}

static void end_tasks(struct ike_sa *sa, enum reason reason)
{
	struct task *t;

	while ((t = sa->win.active ? sa->win.active : sa->win.queue)) {
		if (t->kind == TASK_NEW_CHILD && t->nego)
			sa_event_conn(sa, t->nego->conn, IKE_EV_FAILED, reason);
		window_done(sa->ike, &sa->win, t);
	}
}

void sa_end(struct ike_sa *sa, enum reason reason, bool by_peer)
{
	/* of what was replaced conn/ knows the successor */
	bool told = sa->state >= SA_ESTABLISHED && reason != R_REKEYED && reason != R_REKEY_LOST;

	if (sa->state == SA_DEAD)
		return;
	sa->by_peer = by_peer;
	sa->reason = reason;
	while (sa->children)
		child_free(sa->children, reason, by_peer);
	if (sa->conn && !told && sa->initiator && sa->init)
		sa_event(sa, IKE_EV_FAILED, reason, "");
	end_tasks(sa, reason);
	sa_set_state(sa, SA_DEAD, reason);
	if (sa->conn && told)
		sa_event(sa, IKE_EV_IKE_DOWN, reason, "");
	sa_init_free(sa);
	timers_dead(sa);
}

/* Facts ---------------------------------------------------------------------------------------- */

static uint64_t spi_number(const uint8_t spi[8])
{
	struct rd r = rd_of(span_of(spi, 8));

	return rd_u64(&r);
}

static void about_update(struct ike_sa *sa)
{
	sa->about.conn = sa->conn ? sa->conn->name : NULL;
	sa->about.peer = sa->peer.addr;
	sa->about.port = sa->peer.port;
	sa->about.spi_i = spi_number(sa->spi_i);
	sa->about.spi_r = spi_number(sa->spi_r);
}

void sa_set_peer_spi(struct ike_sa *sa, const uint8_t spi[8])
{
	memcpy(sa->initiator ? sa->spi_r : sa->spi_i, spi, 8);
	about_update(sa);
}

void sa_set_ends(struct ike_sa *sa, const struct endpoint *local, const struct endpoint *peer)
{
	sa->local = *local;
	sa->peer = *peer;
	about_update(sa);
}

void sa_move(struct ike_sa *sa, const struct endpoint *local, const struct endpoint *peer)
{
	const struct ike_env *env = sa->ike->env;

	sa_set_ends(sa, local, peer);
	for (struct child *c = sa->children; c; c = c->next) {
		c->info.local = *local;
		c->info.peer = *peer;
		if (c->parts && env->move(env->arg, &c->info))
			log_warn(&sa->about, R_KERNEL, "the kernel did not move a CHILD_SA to the new endpoint");
	}
	if (sa->state == SA_ESTABLISHED)
		sa_event(sa, IKE_EV_MOVED, R_NONE, "");
}

void sa_set_conn(struct ike_sa *sa, const struct ike_conn *conn)
{
	const struct ike_env *env = sa->ike->env;
	const struct ike_conn *old = sa->conn;

	env->conn_get(env->arg, conn);
	sa->conn = conn;
	if (old)
		env->conn_put(env->arg, old);
	about_update(sa);
}

void sa_set_state(struct ike_sa *sa, enum sa_state state, enum reason reason)
{
	if (state == SA_SAME || state == sa->state)
		return;
	if (!(edges[sa->state] & SA_BIT(state))) {
		log_error(&sa->about, R_INTERNAL, "IKE_SA cannot go from %s to %s", sa_state_name(sa->state),
			  sa_state_name(state));
		return;
	}
	sa->state = state;
	about_update(sa);
	if (state >= SA_ESTABLISHED || reason != R_NONE)
		log_notice(&sa->about, reason, "IKE_SA %s", sa_state_name(state));
	else
		log_debug(&sa->about, "IKE_SA %s", sa_state_name(state));
	if (state == SA_ESTABLISHED)
		not_half_open(sa);
}

bool sa_unanswered(struct ike_sa *sa)
{
	const struct ike_env *env = sa->ike->env;
	bool out = false, in = false;

	/* IKE itself tells that it lives; what went out since is looked at the next time */
	if (ike_now(sa->ike) - sa->last_in < sa->conn->liveness_ms)
		return false;
	for (struct child *c = sa->children; c; c = c->next) {
		struct ike_traffic t;

		if (!c->parts || !env->traffic(env->arg, &c->info, &t))
			continue;
		in |= t.in_packets != c->seen_in;
		out |= t.out_packets != c->seen_out;
		c->seen_in = t.in_packets;
		c->seen_out = t.out_packets;
	}
	return out && !in;
}

/* Finding -------------------------------------------------------------------------------------- */

struct ike_sa *sa_find(struct ike *ike, const uint8_t spi[8])
{
	struct ike_sa *sa;

	HASH_FIND(hh, ike->sas, spi, 8, sa);
	return sa;
}

static bool same_endpoint(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && a->addr.len == b->addr.len && !memcmp(a->addr.b, b->addr.b, a->addr.len);
}

struct ike_sa *sa_find_init(struct ike *ike, const struct ike_packet *packet, const uint8_t spi_i[8])
{
	struct ike_sa *sa;

	HASH_FIND(by_init, ike->inits, spi_i, 8, sa);
	return sa && same_endpoint(&sa->peer, &packet->peer) ? sa : NULL;
}

/* Same hosts, identities and proof: an IKE_SA of one can carry children of the other. */
static bool same_ends(const struct ike_conn *a, const struct ike_conn *b)
{
	const struct ike_end *x[2] = { &a->local, &a->peer }, *y[2] = { &b->local, &b->peer };

	for (size_t i = 0; i < 2; i++) {
		if (!same_endpoint(&x[i]->at, &y[i]->at) || x[i]->auth != y[i]->auth)
			return false;
		if (!x[i]->id != !y[i]->id || (x[i]->id && !id_equal(x[i]->id, y[i]->id)))
			return false;
	}
	return true;
}

struct ike_sa *sa_find_carrier(struct ike *ike, const struct ike_conn *conn)
{
	struct ike_sa *sa, *next, *best = NULL;

	HASH_ITER(hh, ike->sas, sa, next) {
		if (!sa->conn || (sa->state > SA_ESTABLISHED || (sa->state < SA_ESTABLISHED && !sa->initiator)))
			continue;
		if (sa->conn != conn && !same_ends(sa->conn, conn))
			continue;
		if (!best || sa->state > best->state || (sa->state == best->state && sa->since > best->since))
			best = sa;
	}
	return best;
}

/* Events --------------------------------------------------------------------------------------- */

static void tell(struct ike_sa *sa, struct ike_event *e)
{
	const struct ike_env *env = sa->ike->env;

	e->local = sa->local;
	e->peer = sa->peer;
	e->spi_i = spi_number(sa->spi_i);
	e->spi_r = spi_number(sa->spi_r);
	e->by_peer = sa->by_peer;
	env->event(env->arg, e);
}

void sa_event(struct ike_sa *sa, enum ike_event_kind kind, enum reason reason, const char *text)
{
	struct ike_event e = { .kind = kind, .conn = sa->conn, .reason = reason, .text = text };

	if (sa->init && sa->init->want)
		e.conn = sa->init->want;
	tell(sa, &e);
}

void sa_event_conn(struct ike_sa *sa, const struct ike_conn *conn, enum ike_event_kind kind, enum reason reason)
{
	struct ike_event e = { .kind = kind, .conn = conn, .reason = reason, .text = "" };

	tell(sa, &e);
}

/* NOLINTEND(readability-function-size) */
