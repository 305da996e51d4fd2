// SPDX-License-Identifier: GPL-2.0-or-later
/* reload.c - a new configuration: what is the same is not touched, what differs is made anew. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "conf/diff.h"
#include "conn/conns_priv.h"
#include "ike/ike.h"

struct load {
	struct conns *cs;
	const struct conf *c;
	unsigned int failed;
};

/* One connection ------------------------------------------------------------------------------ */

static struct conn *make(struct conns *cs, const struct conf *c,
			 const struct conf_conn *conf, char *why, size_t n)
{
	struct conn_world world = { .addrs = &cs->addrs,
				    .epoch = cs->s.epoch,
				    .offers = &cs->offers,
				    .public_key = cs->s.public_key,
				    .arg = cs->s.arg };

	return conn_make(c, conf, &world, why, n);
}

/* Whether the daemon has to do with it: auto=ignore and manual keys are for others, or for a command. */
static bool is_loaded(const struct conf *c, const struct conf_conn *conf)
{
	const struct conf_value *v = conf_get(conf, KW_AUTO, SIDE_NONE);

	(void)c;
	if (conf_conn_broken(conf) || !v->set || v->bad)
		return false;
	return v->word == W_AUTO_ADD || v->word == W_AUTO_ROUTE ||
	       v->word == W_AUTO_START || v->word == W_AUTO_KEEP;
}

static struct conn *add(struct load *l, const struct conf_conn *conf)
{
	char why[640];
	struct conn *conn = make(l->cs, l->c, conf, why, sizeof(why));

	if (!conn) {
		l->failed++;
		log_error(NULL, R_NONE, "%s", why);
		return NULL;
	}
	conns_insert(l->cs, conn);
	return conn;
}

/*
 * The old one ends, the new one takes its reqid over: as the policies stay, only replaced, packets wait for the new SA
 * and do not leave.
 */
static struct conn *replace(struct load *l, struct conn *old,
			    const struct conf_conn *conf, bool ends)
{
	char why[640];
	struct conn *conn = make(l->cs, l->c, conf, why, sizeof(why));
	bool wanted = old->intent.wanted;

	if (!conn) {
		l->failed++;
		log_error(NULL, R_NONE, "%s; what runs goes on as it was", why);
		return NULL;
	}
	if (!conn->kern.reqid)
		conn->kern.reqid = old->kern.reqid;
	if (ends) {
		intent_drop(&old->intent, conns_now(l->cs));
		ike_down(l->cs->ike, old->ike.name);
	} else {
		conn->intent = old->intent;
		conn->routed = old->routed;
		conn->action = old->action;
	}
	conn->demand = old->demand;
	conns_remove(l->cs, old);
	conns_insert(l->cs, conn);
	conn->intent.wanted = wanted;
	return conn;
}

/* Deltas -------------------------------------------------------------------------------------- */

/* A connection whose auto= became ignore goes, and one whose auto= was ignore comes. */
static void take_delta(const struct conf_delta *d, void *arg)
{
	struct load *l = arg;
	struct conn *old = conns_find(l->cs, d->name);
	bool wanted = d->after && is_loaded(l->c, d->after);
	struct conn *conn;

	if (d->kind == DELTA_BROKEN)
		return;
	if (old && !wanted) {
		log_notice(NULL, R_UNLOADED,
			   "%s: not in the configuration any more", d->name);
		run_stop(l->cs, old);
		return;
	}
	if (!wanted)
		return;
	if (!old) {
		conn = add(l, d->after);
	} else {
		log_notice(NULL, R_NONE, "%s: the configuration has changed",
			   d->name);
		conn = replace(l, old, d->after, d->kind != DELTA_NONE);
	}
	if (conn)
		run_start(l->cs, conn);
}

static struct conf *empty(void)
{
	struct conf_opts o = { .strict = false };

	return conf_parse("", 0, "nothing", &o);
}

unsigned int conns_load(struct conns *cs, struct conf *c)
{
	struct load l = { .cs = cs, .c = c };

	if (!cs->conf)
		cs->conf = empty();
	conf_diff(cs->conf, c, take_delta, &l);
	conf_free(cs->conf);
	cs->conf = c;
	return l.failed;
}

/* Commands ------------------------------------------------------------------------------------ */

void conns_add(struct conns *cs, const struct conf *c, const char *name,
	       struct conns_result *r)
{
	const struct conf_conn *conf = conf_conn_find(c, name);
	struct conn *old = conns_find(cs, name), *conn;
	struct load l = { .cs = cs, .c = c };
	char why[640];

	if (!conf || conf_conn_broken(conf)) {
		result_set(r, 21, R_NONE,
			   conf ? "conn '%s' has errors; see: ipsecctl check" :
				  "there is no conn '%s' in the configuration",
			   name);
		return;
	}
	if (old) {
		conn = replace(&l, old, conf, true);
		if (!conn)
			result_set(r, 32, R_NONE,
				   "conn '%s' cannot be made; see the log",
				   name);
		else
			result_set(r, 4, R_NONE, "conn '%s' was replaced",
				   name);
		return;
	}
	conn = make(cs, c, conf, why, sizeof(why));
	if (!conn) {
		result_set(r, 23, R_NONE, "%s", why);
		return;
	}
	conns_insert(cs, conn);
	if (conn->blocked)
		result_set(r, 4, conn->blocked, "conn '%s' is added, but: %s",
			   name, conn->why);
	else
		result_set(r, 4, R_NONE, "conn '%s' is added", name);
}

void conns_delete(struct conns *cs, const char *name, struct conns_result *r)
{
	struct conn *conn = conns_find(cs, name);

	if (!conn || conn->instance) {
		result_set(r, 21, R_NONE, "there is no conn '%s' loaded", name);
		return;
	}
	run_stop(cs, conn);
	result_set(r, 4, R_NONE, "conn '%s' is deleted", name);
}

/* Changes of the host ------------------------------------------------------------------------- */

/* The same connection, judged again; NULL: it is as it was. */
static struct conn *again(struct load *l, struct conn *old,
			  const struct conf_conn *conf)
{
	char why[640];
	struct conn *conn = make(l->cs, l->c, conf, why, sizeof(why));
	bool same;

	if (!conn)
		return NULL;
	same = conn->blocked == old->blocked &&
	       conn->ike.local.at.port == old->ike.local.at.port &&
	       !memcmp(&conn->ike.local.at.addr, &old->ike.local.at.addr,
		       sizeof(struct addr));
	conn_free(conn);
	if (same)
		return NULL;
	/* an SA from an address that is gone is of no use to anybody */
	return replace(l, old, conf, true);
}

static void judge_again(struct conns *cs,
			bool (*concerns)(const struct conn *conn))
{
	struct load l = { .cs = cs, .c = cs->conf };
	size_t i;

	for (i = 0; cs->conf && i < conf_conns(cs->conf); i++) {
		const struct conf_conn *conf = conf_conn_at(cs->conf, i);
		struct conn *old = conns_find(cs, conf_conn_name(conf)), *conn;

		if (!old || !concerns(old))
			continue;
		conn = again(&l, old, conf);
		if (conn)
			run_start(cs, conn);
	}
}

static bool any_conn(const struct conn *conn)
{
	return !conn->instance;
}

void conns_addresses(struct conns *cs)
{
	struct iflist list = { .naddr = 0 };

	if (cs->s.addresses(cs->s.arg, &list)) {
		iflist_fini(&list);
		return;
	}
	iflist_fini(&cs->addrs);
	cs->addrs = list;
	judge_again(cs, any_conn);
}

static bool lacks_key(const struct conn *conn)
{
	return conn->blocked == R_NO_KEY;
}

void conns_secrets(struct conns *cs)
{
	judge_again(cs, lacks_key);
}
