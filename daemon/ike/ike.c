// SPDX-License-Identifier: GPL-2.0-or-later
/* ike.c - the engine: what is wanted of it, what the kernel saw, what there is to see. */
#include "ike/ike.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "crypto/alg.h"
#include "ike/exch.h"
#include "ike/output.h"
#include "ike/sa.h"
#include "ike/timers.h"

struct ike *ike_new(const struct ike_setup *setup)
{
	struct ike *ike = mem_new(sizeof(*ike));

	ike->env = setup->env;
	ike->set = *setup;
	if (!ike->set.half_open_cookies)
		ike->set.half_open_cookies = 64;
	if (!ike->set.half_open_max)
		ike->set.half_open_max = 4096;
	if (!ike->set.children_max)
		ike->set.children_max = 256;
	return ike;
}

void ike_free(struct ike *ike)
{
	struct ike_sa *sa, *next;

	if (!ike)
		return;
	HASH_ITER(hh, ike->sas, sa, next)
		sa_forget(sa);
	timer_fini(&ike->timers);
	secret_wipe(ike, sizeof(*ike));
	free(ike);
}

int64_t ike_tick(struct ike *ike)
{
	timer_run(&ike->timers, ike_now(ike));
	return timer_next(&ike->timers);
}

/* What is wanted ------------------------------------------------------------------------------- */

static void port_or_500(struct endpoint *e)
{
	if (!e->port)
		e->port = 500;
}

static void begin(struct ike *ike, const struct ike_conn *conn)
{
	struct ike_sa *sa = sa_new(ike, ike->set.versions[0], true, NULL);
	struct endpoint local = conn->local.at, peer = conn->peer.at;

	port_or_500(&local);
	port_or_500(&peer);
	sa_set_ends(sa, &local, &peer);
	sa_set_conn(sa, conn);
	sa->mine = true;
	sa->init = mem_new(sizeof(*sa->init));
	ike->env->conn_get(ike->env->arg, conn);
	sa->init->want = conn;
	window_add(&sa->win, TASK_INIT, 0);
	output_kick(sa);
}

/* Whether it is up on this IKE_SA, or on the way. */
static bool is_coming(const struct ike_sa *sa, const struct ike_conn *conn)
{
	if (child_of_conn(sa, conn->name) || (sa->init && sa->init->want == conn))
		return true;
	if (sa->win.active && sa->win.active->nego && sa->win.active->nego->conn == conn)
		return true;
	for (const struct task *t = sa->win.queue; t; t = t->next)
		if (t->nego && t->nego->conn == conn)
			return true;
	return false;
}

void ike_up(struct ike *ike, const struct ike_conn *conn)
{
	struct ike_sa *sa = sa_find_carrier(ike, conn);
	struct task *t;

	if (!sa) {
		begin(ike, conn);
		return;
	}
	if (is_coming(sa, conn))
		return;
	t = window_add(&sa->win, TASK_NEW_CHILD, 0);
	t->nego = nego_new(ike, conn);
	t->nego->pair = conn->one_pair;
	output_kick(sa);
}

/* Take down what one IKE_SA has of it. */
static bool down(struct ike_sa *sa, const char *name)
{
	bool any = false, other = false;

	if (sa->state >= SA_DELETING || !sa->conn)
		return false;
	if (sa->state < SA_ESTABLISHED) {
		if (strcmp(sa->conn->name, name) != 0)
			return false;
		output_delete(sa, R_DOWN);
		return true;
	}
	for (struct child *c = sa->children; c; c = c->next) {
		bool its = !strcmp(c->info.conn->name, name);

		any |= its && c->state < CHILD_DELETING;
		other |= !its && c->state < CHILD_DELETING;
	}
	if (!other && (any || !strcmp(sa->conn->name, name))) {
		output_delete(sa, R_DOWN);
		return true;
	}
	for (struct child *c = sa->children; any && c; c = c->next)
		if (!strcmp(c->info.conn->name, name))
			output_delete_child(c, R_DOWN);
	return any;
}

bool ike_down(struct ike *ike, const char *name)
{
	struct ike_sa *sa, *next;
	bool any = false;

	HASH_ITER(hh, ike->sas, sa, next)
		any |= down(sa, name);
	return any;
}

static struct child *find_child(const struct ike *ike, uint32_t id)
{
	struct ike_sa *sa, *next;
	struct child *c = NULL;

	HASH_ITER(hh, ike->sas, sa, next) {
		c = child_find(sa, id);
		if (c)
			break;
	}
	return c;
}

bool ike_down_child(struct ike *ike, uint32_t child_id)
{
	struct child *c = find_child(ike, child_id);

	if (c)
		output_delete_child(c, R_DOWN);
	return c;
}

static bool rekey(struct ike_sa *sa, const char *name, bool ike_sa)
{
	struct child *c;

	if (sa->state != SA_ESTABLISHED)
		return false;
	c = child_of_conn(sa, name);
	if (!c && (!ike_sa || strcmp(sa->conn->name, name) != 0))
		return false;
	window_add(&sa->win, ike_sa ? TASK_REKEY_IKE : TASK_REKEY_CHILD, ike_sa ? 0 : c->info.id);
	output_kick(sa);
	return true;
}

bool ike_rekey(struct ike *ike, const char *name, bool ike_sa)
{
	struct ike_sa *sa, *next;

	HASH_ITER(hh, ike->sas, sa, next)
		if (rekey(sa, name, ike_sa))
			return true;
	return false;
}

bool ike_probe(struct ike *ike, const char *name)
{
	struct ike_sa *sa, *next;
	bool any = false;

	HASH_ITER(hh, ike->sas, sa, next) {
		if (sa->state != SA_ESTABLISHED || (strcmp(sa->conn->name, name) != 0 && !child_of_conn(sa, name)))
			continue;
		window_add(&sa->win, TASK_LIVENESS, 0);
		output_kick(sa);
		any = true;
	}
	return any;
}

void ike_shutdown(struct ike *ike)
{
	struct ike_sa *sa, *next;

	HASH_ITER(hh, ike->sas, sa, next) {
		if (sa->state >= SA_ESTABLISHED && sa->state < SA_DELETING)
			output_farewell(sa, 0);
		sa_end(sa, R_SHUTDOWN, false);
	}
}

/* What the kernel saw -------------------------------------------------------------------------- */

static struct child *find_spi(const struct ike *ike, uint32_t spi, bool peers)
{
	struct ike_sa *sa, *next;
	struct child *c = NULL;

	HASH_ITER(hh, ike->sas, sa, next) {
		c = child_by_spi(sa, spi, peers);
		if (c)
			break;
	}
	return c;
}

void ike_first_opened(struct ike *ike, uint32_t spi_in)
{
	struct child *c = find_spi(ike, spi_in, false);

	if (c)
		child_switch(c);
}

void ike_expired(struct ike *ike, uint32_t spi, bool hard)
{
	struct child *c = find_spi(ike, spi, false);

	if (!c)
		c = find_spi(ike, spi, true);
	if (!c)
		return;
	if (hard) {
		output_delete_child(c, R_EXPIRED);
	} else if (c->state == CHILD_UP && c->info.conn->rekey) {
		window_add(&c->sa->win, TASK_REKEY_CHILD, c->info.id);
		output_kick(c->sa);
	}
}

void ike_moved(struct ike *ike, uint32_t spi_in, const struct endpoint *peer)
{
	struct child *c = find_spi(ike, spi_in, false);

	/* a NAT gave the peer another address; where there is none, packets are all that moved */
	if (c && c->sa->state == SA_ESTABLISHED && c->sa->seen.nat_there)
		sa_move(c->sa, &c->sa->local, peer);
}

/* Looking -------------------------------------------------------------------------------------- */

size_t ike_count(const struct ike *ike)
{
	return HASH_COUNT(ike->sas);
}

static void view_of(const struct ike_sa *sa, struct ike_view *v)
{
	*v = (struct ike_view){
		.conn = sa->conn,
		.spi_i = sa->about.spi_i,
		.spi_r = sa->about.spi_r,
		.initiator = sa->initiator,
		.state = sa_state_name(sa->state),
		.child_state = "",
		.local = sa->local,
		.peer = sa->peer,
		.since = sa->since,
		.rekey_at = sa->at[SA_T_REKEY],
		.expire_at = sa->at[SA_T_EXPIRE],
		.suite = "",
		.nat_here = sa->seen.nat_here,
		.nat_there = sa->seen.nat_there,
	};
}

/* "aes-gcm-16/256, x25519" */
static const char *suite_text(const struct sa_suite *s, char *text, size_t n)
{
	const struct alg *e = alg_find(ALG_TYPE_ENCR, s->encr), *i = s->integ ? alg_find(ALG_TYPE_INTEG, s->integ) : NULL;
	const struct alg *g = s->group ? alg_find(ALG_TYPE_KE, s->group) : NULL;
	char bits[16] = "";

	if (s->keybits)
		snprintf(bits, sizeof(bits), "/%u", s->keybits);
	snprintf(text, n, "%s%s%s%s%s%s", e ? e->name : "null", bits, i ? ", " : "", i ? i->name : "", g ? ", " : "",
		 g ? g->name : "");
	return text;
}

void ike_walk(const struct ike *ike, void (*see)(void *arg, const struct ike_view *view), void *arg)
{
	struct ike_sa *sa, *next;
	struct ike_view v;
	char text[160];

	HASH_ITER(hh, ike->sas, sa, next) {
		view_of(sa, &v);
		v.suite = suite_text(&sa->suite, text, sizeof(text));
		if (!sa->children)
			see(arg, &v);
		for (const struct child *c = sa->children; c; c = c->next) {
			const struct sa_suite suite = { c->encr, c->keybits, 0, c->integ, c->group };
			struct ike_child_info info = c->info;

			info.enc_in = info.enc_out = info.auth_in = info.auth_out = span_of(NULL, 0);
			v.suite = suite_text(&suite, text, sizeof(text));
			v.conn = info.conn;
			v.child = &info;
			v.child_state = child_state_name(c->state);
			v.since = c->since;
			v.rekey_at = c->at[CHILD_T_REKEY];
			v.expire_at = c->at[CHILD_T_EXPIRE];
			see(arg, &v);
		}
	}
}
