// SPDX-License-Identifier: GPL-2.0-or-later
/* child.c - CHILD_SAs and the negotiations that make them. */
#include "ike/child.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "crypto/dh.h"
#include "ike/sa.h"
#include "ike/timers.h"
#include "ike/ts.h"

static const char *const names[] = {
	[CHILD_IN] = "waiting",
	[CHILD_UP] = "up",
	[CHILD_REPLACED] = "replaced",
	[CHILD_DELETING] = "deleting",
	[CHILD_LINGER] = "lingering",
};

const char *child_state_name(enum child_state state)
{
	return names[state];
}

/* Negotiations --------------------------------------------------------------------------------- */

struct nego *nego_new(struct ike *ike, const struct ike_conn *conn)
{
	struct nego *n = mem_new(sizeof(*n));

	ike->env->conn_get(ike->env->arg, conn);
	n->conn = conn;
	ike->env->random(ike->env->arg, n->nonce, sizeof(n->nonce));
	return n;
}

void nego_free(struct ike *ike, struct nego *n)
{
	if (!n)
		return;
	dh_free(n->dh);
	ike->env->conn_put(ike->env->arg, n->conn);
	free(n);
}

/* Life ----------------------------------------------------------------------------------------- */

static struct span keep(uint8_t *to, size_t *at, struct span from)
{
	struct span s = span_of(to + *at, from.n);

	if (from.n)
		memcpy(to + *at, from.p, from.n);
	*at += from.n;
	return s;
}

static void keep_keys(struct child *c)
{
	struct span *key[] = { &c->info.enc_in, &c->info.enc_out, &c->info.auth_in, &c->info.auth_out };
	size_t n = 0, at = 0;

	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++)
		n += key[i]->n;
	c->keys = secret_alloc(n ? n : 1);
	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++)
		*key[i] = keep(c->keys, &at, *key[i]);
}

static void drop_keys(struct child *c)
{
	secret_free(c->keys);
	c->keys = NULL;
	c->info.enc_in = c->info.enc_out = c->info.auth_in = c->info.auth_out = span_of(NULL, 0);
}

static const struct ts *keep_ts(const struct ts *ts, size_t n)
{
	struct ts *copy = mem_new((n ? n : 1) * sizeof(*ts));

	if (n)
		memcpy(copy, ts, n * sizeof(*ts));
	return copy;
}

static void free_ts(const struct ts *ts)
{
	union {
		const struct ts *ts;
		void *p;
	} own = { .ts = ts };

	free(own.p);
}

struct child *child_new(struct ike_sa *sa, const struct ike_child_info *info)
{
	const struct ike_env *env = sa->ike->env;
	struct child *c = mem_new(sizeof(*c));

	c->ike = sa->ike;
	c->sa = sa;
	c->state = CHILD_UP;
	c->info = *info;
	c->info.id = ++sa->ike->last_child;
	c->info.local = sa->local;
	c->info.peer = sa->peer;
	c->info.ts_local = keep_ts(info->ts_local, info->nlocal);
	c->info.ts_peer = keep_ts(info->ts_peer, info->npeer);
	keep_keys(c);
	env->conn_get(env->arg, c->info.conn);
	timers_child_init(c);
	c->next = sa->children;
	sa->children = c;
	return c;
}

static void unlink_child(struct child *c)
{
	struct child **at = &c->sa->children;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
}

void child_free(struct child *c, enum reason reason, bool by_peer)
{
	const struct ike_env *env = c->ike->env;
	bool known = c->announced && reason != R_REKEYED && reason != R_REKEY_LOST;

	unlink_child(c);
	timers_child_stop(c);
	child_remove(c, IKE_PART_IN | IKE_PART_OUT);
	drop_keys(c);
	if (known && c->state != CHILD_REPLACED && c->state != CHILD_LINGER)
		child_event(c, IKE_EV_CHILD_DOWN, reason, by_peer);
	free_ts(c->info.ts_local);
	free_ts(c->info.ts_peer);
	env->conn_put(env->arg, c->info.conn);
	free(c);
}

void child_move(struct ike_sa *to, struct ike_sa *from)
{
	struct child **end = &to->children;

	for (struct child *c = from->children; c; c = c->next)
		c->sa = to;
	while (*end)
		end = &(*end)->next;
	*end = from->children;
	from->children = NULL;
}

/* The kernel ----------------------------------------------------------------------------------- */

bool child_install(struct child *c, unsigned int parts, char *why, size_t n)
{
	const struct ike_env *env = c->ike->env;

	if (env->install(env->arg, &c->info, parts, why, n))
		return false;
	c->parts |= parts & (IKE_PART_IN | IKE_PART_OUT);
	if (c->parts == (IKE_PART_IN | IKE_PART_OUT))
		drop_keys(c);
	return true;
}

void child_remove(struct child *c, unsigned int parts)
{
	const struct ike_env *env = c->ike->env;

	parts &= c->parts;
	if (parts)
		env->remove(env->arg, &c->info, parts);
	c->parts &= ~parts;
}

void child_switch(struct child *c)
{
	char why[160] = "";

	if (c->state != CHILD_IN)
		return;
	if (!child_install(c, IKE_PART_OUT, why, sizeof(why))) {
		log_error(&c->sa->about, R_KERNEL, "outbound SA of a renewed CHILD_SA: %s", why);
		return;
	}
	child_set_state(c, CHILD_UP, R_NONE);
}

void child_linger(struct child *c)
{
	child_remove(c, IKE_PART_OUT);
	drop_keys(c);
	child_set_state(c, CHILD_LINGER, R_NONE);
	timers_child_linger(c);
}

struct child *child_successor(const struct child *c)
{
	for (struct child *n = c->sa->children; n; n = n->next)
		if (n->info.replaces == c->info.id && n->state <= CHILD_REPLACED)
			return n;
	return NULL;
}

void child_retire(struct child *c, enum reason reason, bool by_peer)
{
	struct child *successor = child_successor(c);

	if (c->state == CHILD_LINGER)
		return;
	if (successor)
		child_switch(successor);
	else if (c->announced && !c->redundant && c->reason != R_REKEYED)
		child_event(c, IKE_EV_CHILD_DOWN, reason, by_peer);
	child_linger(c);
}

/* Facts ---------------------------------------------------------------------------------------- */

void child_set_state(struct child *c, enum child_state state, enum reason reason)
{
	struct log_about about = c->sa->about;

	if (c->state == state)
		return;
	c->state = state;
	about.spi = c->info.spi_in;
	about.conn = c->info.conn->name;
	if (reason == R_NONE)
		log_debug(&about, "CHILD_SA %s", child_state_name(state));
	else
		log_info(&about, reason, "CHILD_SA %s", child_state_name(state));
}

struct child *child_find(const struct ike_sa *sa, uint32_t id)
{
	for (struct child *c = sa->children; c; c = c->next)
		if (c->info.id == id)
			return c;
	return NULL;
}

struct child *child_by_spi(const struct ike_sa *sa, uint32_t spi, bool peers)
{
	for (struct child *c = sa->children; c; c = c->next)
		if (c->state != CHILD_LINGER && (peers ? c->info.spi_out : c->info.spi_in) == spi)
			return c;
	return NULL;
}

struct child *child_of_conn(const struct ike_sa *sa, const char *name)
{
	for (struct child *c = sa->children; c; c = c->next)
		if (c->state <= CHILD_UP && !strcmp(c->info.conn->name, name))
			return c;
	return NULL;
}

void child_event(struct child *c, enum ike_event_kind kind, enum reason reason, bool by_peer)
{
	const struct ike_env *env = c->ike->env;
	struct ike_child_info info = c->info;
	struct ike_event e = {
		.kind = kind,
		.conn = info.conn,
		.child = &info,
		.local = info.local,
		.peer = info.peer,
		.spi_i = c->sa->about.spi_i,
		.spi_r = c->sa->about.spi_r,
		.reason = reason,
		.by_peer = by_peer,
		.text = "",
	};
	struct log_about about = c->sa->about;

	info.enc_in = info.enc_out = info.auth_in = info.auth_out = span_of(NULL, 0);
	about.conn = info.conn->name;
	about.spi = info.spi_in;
	if (kind == IKE_EV_CHILD_UP)
		log_notice(&about, reason, "CHILD_SA up");
	else if (kind == IKE_EV_CHILD_REKEYED)
		log_info(&about, reason, "CHILD_SA renewed");
	else
		log_notice(&about, reason, "CHILD_SA down");
	c->announced = true;
	env->event(env->arg, &e);
}
