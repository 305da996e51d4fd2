// SPDX-License-Identifier: GPL-2.0-or-later
/* match.c - which connection does a peer mean? By its address, then by its identity; the most specific first. */
#include <string.h>

#include "conn/conns_priv.h"
#include "ike/env.h"

static bool addr_equal(const struct addr *a, const struct addr *b)
{
	return a->len == b->len && !memcmp(a->b, b->b, a->len);
}

/* Connections that may be meant: of this peer's address, then those of any peer. */
struct search {
	const struct conns *cs;
	const struct ike_match *m;
	struct table_node *node;
	int step;
};

static uint64_t host_hash(const struct addr *a)
{
	return table_hash(span_of(a->b, a->len));
}

static bool usable(const struct search *s, const struct conn *conn)
{
	if (conn->gone || conn->shunt || conn->instance ||
	    (conn->blocked && conn->blocked != R_NO_NAME))
		return false;
	if (!addr_equal(&conn->ike.local.at.addr, &s->m->local.addr))
		return false;
	return conn->any || addr_equal(&conn->ike.peer.at.addr, &s->m->peer.addr);
}

static struct table_node *first_of(const struct search *s)
{
	switch (s->step) {
	case 0:
		return table_first(&s->cs->by_host, host_hash(&s->m->peer.addr));
	case 1: /* %any with just this identity */
		return s->m->idi && !conns_id_is_wild(s->m->idi) ?
			       table_first(&s->cs->by_id, conns_id_hash(s->m->idi)) :
			       NULL;
	default:
		return table_first(&s->cs->by_id, conns_id_hash(NULL));
	}
}

static struct conn *next(struct search *s)
{
	while (s->step < 3) {
		s->node = s->node ? table_next(s->node) : first_of(s);
		if (!s->node) {
			s->step++;
			continue;
		}
		if (usable(s, s->node->owner))
			return s->node->owner;
	}
	return NULL;
}

/*
 * Before identities are known, connections of any peer with an identity of their own cannot be told apart; what
 * they say of IKE_SA_INIT is mostly the same, and their number has no bound: a few are looked at.
 */
#define UNKNOWN_MAX 32

static struct conn *any_at(const struct conns *cs, const struct search *s, size_t i)
{
	size_t k, seen = 0;

	for (k = 0; k < cs->n && seen < UNKNOWN_MAX; k++) {
		struct conn *conn = cs->v[k];

		if (!conn->any || conns_id_is_wild(conn->ike.peer.id) || !usable(s, conn))
			continue;
		if (seen++ == i)
			return conn;
	}
	return NULL;
}

const struct ike_conn *match_candidate(void *arg, const struct ike_match *m, size_t i)
{
	const struct conns *cs = arg;
	struct search s = { .cs = cs, .m = m };
	struct conn *conn;
	size_t k = 0;

	while ((conn = next(&s)))
		if (k++ == i)
			return &conn->ike;
	if (m->idi)
		return NULL;
	conn = any_at(cs, &s, i - k);
	return conn ? &conn->ike : NULL;
}

/* Identities ---------------------------------------------------------------------------------- */

struct best {
	struct conn *conn;
	unsigned int score;
	size_t seen; /* connections between these addresses */
	bool peer_fits; /* of one of them the peer's identity was right, but not ours */
};

static unsigned int score_of(const struct conn *conn, const struct ike_match *m, struct best *b)
{
	unsigned int peer = conn->ike.peer.id ? id_match(conn->ike.peer.id, m->idi) : 1;
	unsigned int ours = !m->idr || m->idr->type == ID_T_NONE ? 1 :
			    conn->ike.local.id			 ? id_match(conn->ike.local.id, m->idr) :
								   1;

	if (peer && !ours)
		b->peer_fits = true;
	if (!peer || !ours)
		return 0;
	/* the one whose ike= was used has the right to be asked first */
	return peer * 16 + ours * 4 + (conn->any ? 0 : 2) + (&conn->ike == m->init);
}

static struct conn *instance_of(struct conns *cs, struct conn *template, const struct ike_match *m)
{
	struct conn *conn;
	size_t i;

	for (i = 0; template->held && i < cs->n; i++) {
		conn = cs->v[i];
		if (conn->template == template && !conn->gone &&
		    id_equal(&conn->peer_id, m->idi) &&
		    addr_equal(&conn->ike.peer.at.addr, &m->peer.addr) &&
		    conn->ike.peer.at.port == m->peer.port)
			return conn;
	}
	conn = conn_instance(template, ++cs->next_instance, &m->peer, m->idi);
	conns_insert(cs, conn);
	return conn;
}

const struct ike_conn *match_conn(void *arg, const struct ike_match *m, enum reason *why)
{
	struct conns *cs = arg;
	struct search s = { .cs = cs, .m = m };
	struct best b = { .conn = NULL };
	struct conn *conn;

	while ((conn = next(&s))) {
		unsigned int score = score_of(conn, m, &b);

		b.seen++;
		if (score > b.score) {
			b.score = score;
			b.conn = conn;
		}
	}
	*why = b.conn ? R_NONE : b.seen == 1 && !b.peer_fits ? R_WRONG_ID :
	       b.seen || m->init			       ? R_NO_CONN_ID :
								 R_NO_CONN;
	if (!b.conn)
		return NULL;
	conn = b.conn->any ? instance_of(cs, b.conn, m) : b.conn;
	conns_hold(conn);
	return &conn->ike;
}

/* Further CHILD_SAs --------------------------------------------------------------------------- */

static bool same_id(const struct id *a, const struct id *b)
{
	return a && b ? id_equal(a, b) : a == b;
}

static bool same_ends(const struct conn *a, const struct conn *b)
{
	return addr_equal(&a->ike.local.at.addr, &b->ike.local.at.addr) &&
	       same_id(a->ike.local.id, b->ike.local.id) && same_id(a->ike.peer.id, b->ike.peer.id);
}

const struct ike_conn *match_sibling(void *arg, const struct ike_conn *ike, size_t i)
{
	const struct conns *cs = arg;
	const struct conn *conn = conn_of(ike);
	struct table_node *node;
	size_t k = 0;

	if (i == 0)
		return ike;
	if (conn->instance)
		return NULL;
	for (node = table_first(&cs->by_host, host_hash(&conn->ike.peer.at.addr)); node;
	     node = table_next(node)) {
		const struct conn *other = node->owner;

		if (other == conn || other->gone || other->blocked || other->shunt ||
		    !addr_equal(&other->ike.peer.at.addr, &conn->ike.peer.at.addr) ||
		    !same_ends(other, conn))
			continue;
		if (++k == i)
			return &other->ike;
	}
	return NULL;
}
