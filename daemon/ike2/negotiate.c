// SPDX-License-Identifier: GPL-2.0-or-later
/* negotiate.c - a CHILD_SA: what is offered, chosen and made of it. */
#include "ike2/negotiate.h"

#include <string.h>

#include "base/secret.h"
#include "base/wr.h"
#include "crypto/alg.h"
#include "crypto/dh.h"
#include "ike/notify.h"
#include "ike/output.h"
#include "ike/sa.h"
#include "ike/timers.h"
#include "ike2/keymat.h"

enum { PROTO_ESP = 50, PROTO_AH = 51, SPI_OCTETS = 4 };

/* What was agreed. */
struct agreed {
	struct choice c;
	struct ts_list local, peer;
	uint32_t spi_in, spi_out;
	struct span shared; /* of a key exchange, or empty */
	struct dh *dh; /* responder's, owned */
	bool narrowed, transport;
};

/* Selectors ------------------------------------------------------------------------------------ */

static void selectors_of(const struct ike_end *end, const struct addr *at, struct ts_list *list)
{
	struct ts host;

	*list = (struct ts_list){ .n = 0 };
	for (size_t i = 0; i < end->nts; i++)
		ts_list_add(list, &end->ts[i]);
	if (end->nts)
		return;
	host = ts_host(at);
	ts_list_add(list, &host);
}

void negotiate_selectors(const struct ike_sa *sa, const struct ike_conn *conn, struct ts_list *local,
			 struct ts_list *peer)
{
	selectors_of(&conn->local, &sa->local.addr, local);
	selectors_of(&conn->peer, &sa->peer.addr, peer);
}

static void one(struct ts_list *list, const struct ts *ts)
{
	*list = (struct ts_list){ .n = 0 };
	ts_list_add(list, ts);
}

/* What we ask for: all of it, one pair, or what the child that is renewed has. */
static void wanted(const struct ike_sa *sa, const struct nego *n, struct ts_list *local, struct ts_list *peer)
{
	const struct child *old = n->replaces ? child_find(sa, n->replaces) : NULL;
	struct ts l, p;

	negotiate_selectors(sa, n->conn, local, peer);
	if (old) {
		local->n = peer->n = 0;
		for (size_t i = 0; i < old->info.nlocal; i++)
			ts_list_add(local, &old->info.ts_local[i]);
		for (size_t i = 0; i < old->info.npeer; i++)
			ts_list_add(peer, &old->info.ts_peer[i]);
	} else if (n->pair && ts_pair(local, peer, n->pair - 1, &l, &p)) {
		one(local, &l);
		one(peer, &p);
	}
}

static bool covered(const struct ike_sa *sa, const struct ike_conn *conn, const struct ts *l, const struct ts *p)
{
	for (const struct child *c = sa->children; c; c = c->next) {
		struct ts_list local = { .n = 0 }, peer = { .n = 0 };

		if (c->state > CHILD_UP || strcmp(c->info.conn->name, conn->name) != 0)
			continue;
		for (size_t i = 0; i < c->info.nlocal; i++)
			ts_list_add(&local, &c->info.ts_local[i]);
		for (size_t i = 0; i < c->info.npeer; i++)
			ts_list_add(&peer, &c->info.ts_peer[i]);
		if (ts_list_covers(&local, l) && ts_list_covers(&peer, p))
			return true;
	}
	return false;
}

static bool pair_queued(const struct ike_sa *sa, const struct ike_conn *conn, size_t pair)
{
	for (const struct task *t = sa->win.queue; t; t = t->next)
		if (t->nego && t->nego->conn == conn && t->nego->pair == pair)
			return true;
	return false;
}

size_t negotiate_pairs(struct ike_sa *sa, const struct ike_conn *conn)
{
	struct ts_list local, peer;
	struct ts l, p;
	size_t n = 0;

	negotiate_selectors(sa, conn, &local, &peer);
	for (size_t i = 0; ts_pair(&local, &peer, i, &l, &p); i++) {
		struct task *t;

		if (covered(sa, conn, &l, &p))
			continue;
		n++;
		if (pair_queued(sa, conn, i + 1))
			continue;
		t = window_add(&sa->win, TASK_NEW_CHILD, 0);
		t->nego = nego_new(sa->ike, conn);
		t->nego->pair = i + 1;
	}
	return n;
}

/* Our request ---------------------------------------------------------------------------------- */

enum reason negotiate_prepare(struct ike_sa *sa, struct nego *n, enum offer_use use, const struct child *old)
{
	const struct ike_env *env = sa->ike->env;
	struct offer offer;

	offer_for(n->conn->child, use, &offer);
	if (!offer.nproposals)
		return R_ALG_UNUSABLE;
	n->proto = offer.p[0].proto;
	if (!n->spi)
		n->spi = env->alloc_spi(env->arg, n->conn, &sa->local, n->proto == IKE_PROTO_AH ? PROTO_AH : PROTO_ESP);
	if (!n->spi)
		return R_NO_SPI;
	/* the group that the peer took last time saves a round trip */
	if (!n->group)
		n->group = old && old->group && offer_has_group(&offer, old->group) ? old->group : offer_group(&offer);
	if (n->group && (!n->dh || dh_group(n->dh) != n->group)) {
		dh_free(n->dh);
		n->dh = dh_new(n->group);
		if (!n->dh)
			return R_ALG_UNUSABLE;
	}
	return R_NONE;
}

static void put_spi(uint32_t spi, uint8_t b[SPI_OCTETS])
{
	struct wr w = wr_to(b, SPI_OCTETS);

	wr_u32(&w, spi);
}

static void put_wishes(const struct ike_conn *conn, bool transport, struct msg_wr *w)
{
	if (transport)
		msg_put_notify(w, N_USE_TRANSPORT_MODE, span_of(NULL, 0));
	if (conn->no_tfc)
		msg_put_notify(w, N_ESP_TFC_PADDING_NOT_SUPPORTED, span_of(NULL, 0));
	msg_put_notify(w, N_NON_FIRST_FRAGMENTS_ALSO, span_of(NULL, 0));
}

static void put_fresh(struct msg_wr *w, const struct nego *n)
{
	const struct pl_nonce nonce = { span_of(n->nonce, sizeof(n->nonce)) };

	pl_nonce_write(w, &nonce);
	if (n->dh) {
		const struct pl_ke ke = { n->group, dh_public(n->dh) };

		pl_ke_write(w, &ke);
	}
}

void negotiate_offer(struct ike_sa *sa, const struct nego *n, enum offer_use use, struct msg_wr *w)
{
	struct ts_list local, peer;
	uint8_t spi[SPI_OCTETS];
	struct offer offer;

	put_spi(n->spi, spi);
	offer_for(n->conn->child, use, &offer);
	offer_set_spi(&offer, spi, sizeof(spi));
	wanted(sa, n, &local, &peer);
	pl_sa_write(w, &offer);
	if (use != OFFER_FIRST)
		put_fresh(w, n);
	pl_ts_write(w, PL_TSI, &local);
	pl_ts_write(w, PL_TSR, &peer);
	put_wishes(n->conn, n->conn->transport, w);
}

/* Making it ------------------------------------------------------------------------------------ */

void negotiate_low(struct span a, struct span b, uint8_t low[32])
{
	uint8_t x[32] = { 0 }, y[32] = { 0 };

	memcpy(x, a.p, a.n < 32 ? a.n : 32);
	memcpy(y, b.p, b.n < 32 ? b.n : 32);
	memcpy(low, memcmp(x, y, 32) < 0 ? x : y, 32);
}

static uint16_t kernel_id(enum alg_type type, uint16_t id)
{
	const struct alg *a = id ? alg_find(type, id) : NULL;

	return a ? a->nfi : 0;
}

static bool encapsulated(const struct ike_sa *sa)
{
	if (sa->conn->encap == IKE_NO)
		return false;
	return sa->seen.nat_here || sa->seen.nat_there;
}

/* One pair of several: the number of the pair, so that both ends' traffic for it finds its SAs. */
static size_t pair_of(const struct ike_sa *sa, const struct ike_conn *conn, const struct agreed *a)
{
	struct ts_list local, peer;
	struct ts l, p;

	negotiate_selectors(sa, conn, &local, &peer);
	if (a->local.n != 1 || a->peer.n != 1 || (local.n == 1 && peer.n == 1))
		return 0;
	for (size_t i = 0; ts_pair(&local, &peer, i, &l, &p); i++)
		if (ts_covers(&l, &a->local.v[0]) && ts_covers(&p, &a->peer.v[0]))
			return i + 1;
	return 0;
}

static void describe(const struct ike_sa *sa, const struct negotiation *n, const struct agreed *a,
		     struct ike_child_info *info)
{
	*info = (struct ike_child_info){
		.conn = n->conn,
		.spi_in = a->spi_in,
		.spi_out = a->spi_out,
		.proto = a->c.proto == IKE_PROTO_AH ? PROTO_AH : PROTO_ESP,
		.transport = a->transport,
		.encap = encapsulated(sa),
		.esn = a->c.esn,
		.enc = kernel_id(ALG_TYPE_ENCR, a->c.encr),
		.auth = kernel_id(ALG_TYPE_INTEG, a->c.integ),
		.nlocal = a->local.n,
		.npeer = a->peer.n,
		.ts_local = a->local.v,
		.ts_peer = a->peer.v,
		.replaces = n->old ? n->old->info.id : 0,
		.pair = n->old ? n->old->info.pair : pair_of(sa, n->conn, a),
	};
}

/* Keys, memory, kernel. mine: we began. */
static struct outcome make(struct ike_sa *sa, const struct negotiation *n, const struct agreed *a, struct child **made)
{
	const struct keymat_child suite = { a->c.encr, a->c.keybits, a->c.integ };
	const struct keymat_seed seed = { .ni = n->ni, .nr = n->nr, .shared = a->shared };
	bool mine = n->nego, waits = !mine && n->old;
	unsigned int parts = IKE_PART_IN | (waits ? 0 : IKE_PART_OUT) | (n->old ? 0 : IKE_PART_POLICY);
	struct keymat_sa key[2];
	struct ike_child_info info;
	char why[160] = "";
	struct child *c;

	if (!keymat_child(sa->keys, &suite, &seed, key, &(const char *){ NULL }))
		return outcome_refuse(R_ALG_UNUSABLE);
	describe(sa, n, a, &info);
	info.enc_in = span_of(key[mine ? KEYMAT_R : KEYMAT_I].encr, key[0].encr_n);
	info.enc_out = span_of(key[mine ? KEYMAT_I : KEYMAT_R].encr, key[0].encr_n);
	info.auth_in = span_of(key[mine ? KEYMAT_R : KEYMAT_I].integ, key[0].integ_n);
	info.auth_out = span_of(key[mine ? KEYMAT_I : KEYMAT_R].integ, key[0].integ_n);
	c = child_new(sa, &info);
	secret_wipe(key, sizeof(key));
	c->encr = a->c.encr;
	c->keybits = a->c.keybits;
	c->integ = a->c.integ;
	c->group = a->shared.n ? a->c.ke : 0;
	c->mine = mine;
	negotiate_low(n->ni, n->nr, c->low);
	if (!child_install(c, parts, why, sizeof(why))) {
		log_error(&sa->about, R_KERNEL, "CHILD_SA not installed: %s", why);
		child_free(c, R_KERNEL, false);
		return outcome_refuse(R_KERNEL);
	}
	timers_child_made(c);
	if (waits)
		child_set_state(c, CHILD_IN, R_NONE);
	*made = c;
	return V_NOTHING;
}

/* In transport mode through a NAT each end sees the other one's outer address (RFC 7296 2.23.1). */
static void untranslate(const struct ike_sa *sa, struct ts_list *mine, struct ts_list *theirs)
{
	struct ts *first_mine = mine->n ? &mine->v[0] : NULL, *first_theirs = theirs->n ? &theirs->v[0] : NULL;
	struct addr a = { .len = 0 };

	if (sa->seen.nat_here && first_mine) {
		a.len = first_mine->len;
		memcpy(a.b, first_mine->first, a.len);
		ts_replace(mine, &a, &sa->local.addr);
	}
	if (sa->seen.nat_there && first_theirs) {
		a.len = first_theirs->len;
		memcpy(a.b, first_theirs->first, a.len);
		ts_replace(theirs, &a, &sa->peer.addr);
	}
}

/* Responder ------------------------------------------------------------------------------------ */

static struct outcome choose(struct ike_sa *sa, const struct negotiation *n, const struct ike_msg *msg,
			     struct msg_wr *w, struct agreed *a)
{
	bool has_ke = msg->inner & PL_BIT(PL_KE);
	struct offer ours;
	char text[600];
	enum reason bad;

	offer_for(n->conn->child, n->use, &ours);
	bad = proposal_choose(&msg->sa, &ours, has_ke ? msg->ke.group : 0, &a->c);
	if (bad == R_GROUP) {
		uint8_t group[2] = { (uint8_t)(a->c.ke >> 8), (uint8_t)a->c.ke };

		msg_put_notify(w, N_INVALID_KE_PAYLOAD, span_of(group, sizeof(group)));
		return (struct outcome){ V_REFUSE, NOTIFY_NONE, R_GROUP };
	}
	if (bad == R_NO_PROPOSAL)
		log_warn(&sa->about, bad, "CHILD_SA: %s", offer_difference(&msg->sa, &ours, text, sizeof(text)));
	if (bad != R_NONE)
		return outcome_refuse(bad);
	if (a->c.spi_len != SPI_OCTETS)
		return outcome_refuse(R_MALFORMED);
	if (a->c.ke && n->use != OFFER_FIRST) {
		a->dh = dh_new(a->c.ke);
		if (!a->dh)
			return outcome_refuse(R_ALG_UNUSABLE);
		if (dh_agree(a->dh, msg->ke.data, &(const char *){ NULL }) != R_NONE)
			return outcome_refuse(R_WEAK_PUBLIC);
		a->shared = dh_shared(a->dh);
	}
	return V_NOTHING;
}

static void show_difference(const struct ike_sa *sa, const struct ts_list *asked, const struct ts_list *ours,
			    const char *keyword)
{
	char text[400];

	if (ts_difference(asked, ours, keyword, text, sizeof(text))[0])
		log_warn(&sa->about, R_NO_SELECTOR, "%s", text);
}

static struct outcome narrow(struct ike_sa *sa, const struct negotiation *n, const struct ike_msg *msg, struct agreed *a)
{
	struct ts_list local, peer, tsi = msg->tsi, tsr = msg->tsr;
	bool less_i = false, less_r = false;
	enum reason bad;

	a->transport = n->conn->transport && msg_notify(msg, N_USE_TRANSPORT_MODE);
	if (n->conn->transport && !a->transport)
		return outcome_refuse(R_WRONG_MODE);
	if (a->transport)
		untranslate(sa, &tsr, &tsi);
	negotiate_selectors(sa, n->conn, &local, &peer);
	bad = ts_narrow(&tsi, &peer, &a->peer, &less_i);
	if (bad == R_NONE)
		bad = ts_narrow(&tsr, &local, &a->local, &less_r);
	a->narrowed = less_i || less_r;
	return bad == R_NONE ? V_NOTHING : outcome_refuse(bad);
}

static void answer(struct ike_sa *sa, const struct negotiation *n, const struct agreed *a, struct msg_wr *w)
{
	uint8_t spi[SPI_OCTETS];
	struct offer offer;

	put_spi(a->spi_in, spi);
	proposal_answer(&a->c, spi, sizeof(spi), &offer);
	pl_sa_write(w, &offer);
	if (n->use != OFFER_FIRST) {
		const struct pl_nonce nonce = { n->nr };

		pl_nonce_write(w, &nonce);
		if (a->dh) {
			const struct pl_ke ke = { a->c.ke, dh_public(a->dh) };

			pl_ke_write(w, &ke);
		}
	}
	pl_ts_write(w, PL_TSI, &a->peer);
	pl_ts_write(w, PL_TSR, &a->local);
	put_wishes(n->conn, a->transport, w);
	(void)sa;
}

static struct outcome givenparts(struct ike_sa *sa, const struct negotiation *n, const struct ike_msg *msg,
				   struct msg_wr *w, struct agreed *a)
{
	const struct ike_env *env = sa->ike->env;
	struct rd spi;
	struct outcome o = choose(sa, n, msg, w, a);

	if (o.verdict == V_OK)
		o = narrow(sa, n, msg, a);
	if (o.verdict != V_OK)
		return o;
	spi = rd_of(span_of(a->c.spi, SPI_OCTETS));
	a->spi_out = rd_u32(&spi);
	a->spi_in = env->alloc_spi(env->arg, n->conn, &sa->local, a->c.proto == IKE_PROTO_AH ? PROTO_AH : PROTO_ESP);
	return a->spi_in ? V_NOTHING : outcome_refuse(R_NO_SPI);
}

struct outcome negotiate_answer(struct ike_sa *sa, const struct negotiation *n, const struct ike_msg *msg,
				struct msg_wr *w, struct child **made)
{
	struct agreed a = { .dh = NULL };
	struct outcome o = givenparts(sa, n, msg, w, &a);

	if (o.verdict == V_OK)
		o = make(sa, n, &a, made);
	if (o.verdict == V_OK)
		answer(sa, n, &a, w);
	else if (o.reason == R_NO_SELECTOR) {
		struct ts_list local, peer;

		negotiate_selectors(sa, n->conn, &local, &peer);
		show_difference(sa, &msg->tsi, &peer, "rightsubnet");
		show_difference(sa, &msg->tsr, &local, "leftsubnet");
	}
	dh_free(a.dh);
	return o;
}

struct outcome negotiate_for_any(struct ike_sa *sa, const struct negotiation *n, const struct ike_msg *msg,
				 struct msg_wr *w, struct child **made)
{
	const struct ike_env *env = sa->ike->env;
	struct negotiation other = *n;
	struct outcome first = negotiate_answer(sa, n, msg, w, made);
	size_t i = 0;

	if (first.reason != R_NO_SELECTOR && first.reason != R_TS_FIRST && first.reason != R_WRONG_MODE)
		return first;
	while ((other.conn = env->sibling(env->arg, sa->conn, i++))) {
		struct outcome o;

		if (other.conn == n->conn)
			continue;
		o = negotiate_answer(sa, &other, msg, w, made);
		if (o.verdict == V_OK || o.reason == R_GROUP)
			return o;
	}
	return first;
}

bool negotiate_retry_pairs(struct ike_sa *sa, const struct nego *n, enum reason reason)
{
	struct ts_list local, peer;

	if (reason != R_ONE_PAIR && reason != R_PEER_NO_SELECTOR && reason != R_NO_SELECTOR)
		return false;
	negotiate_selectors(sa, n->conn, &local, &peer);
	if (n->pair || n->replaces || (local.n == 1 && peer.n == 1))
		return false;
	log_info(&sa->about, R_ONE_PAIR, "the peer takes one pair of networks at a time: a CHILD_SA for each");
	return negotiate_pairs(sa, n->conn);
}

/* Initiator ------------------------------------------------------------------------------------ */

static enum reason accept_choice(const struct negotiation *n, const struct ike_msg *msg, struct agreed *a)
{
	const struct nego *nego = n->nego;
	uint8_t spi[SPI_OCTETS];
	struct offer sent;
	enum reason bad;
	struct rd r;

	put_spi(nego->spi, spi);
	offer_for(n->conn->child, n->use, &sent);
	offer_set_spi(&sent, spi, sizeof(spi));
	bad = proposal_accept(&sent, &msg->sa, &a->c);
	if (bad != R_NONE)
		return bad;
	if (a->c.spi_len != SPI_OCTETS)
		return R_MALFORMED;
	r = rd_of(span_of(a->c.spi, SPI_OCTETS));
	a->spi_out = rd_u32(&r);
	a->spi_in = nego->spi;
	if (!a->c.ke || n->use == OFFER_FIRST)
		return R_NONE;
	if (!(msg->inner & PL_BIT(PL_KE)) || msg->ke.group != nego->group || a->c.ke != nego->group)
		return R_BAD_CHOICE;
	if (dh_agree(nego->dh, msg->ke.data, &(const char *){ NULL }) != R_NONE)
		return R_WEAK_PUBLIC;
	a->shared = dh_shared(nego->dh);
	return R_NONE;
}

static enum reason accept_selectors(struct ike_sa *sa, const struct negotiation *n, const struct ike_msg *msg,
				    struct agreed *a)
{
	struct ts_list local, peer;
	bool less_i = false, less_r = false;
	enum reason bad;

	a->transport = msg_notify(msg, N_USE_TRANSPORT_MODE);
	if (a->transport != n->conn->transport)
		return R_WRONG_MODE;
	wanted(sa, n->nego, &local, &peer);
	a->local = msg->tsi;
	a->peer = msg->tsr;
	bad = ts_accept(&local, &a->local, &less_i);
	if (bad == R_NONE)
		bad = ts_accept(&peer, &a->peer, &less_r);
	a->narrowed = less_i || less_r;
	return bad;
}

struct outcome negotiate_accept(struct ike_sa *sa, const struct negotiation *n, const struct ike_msg *msg,
				struct child **made)
{
	struct agreed a = { .dh = NULL };
	struct outcome o;
	enum reason bad = accept_choice(n, msg, &a);

	if (bad == R_NONE)
		bad = accept_selectors(sa, n, msg, &a);
	if (bad != R_NONE)
		return outcome_refuse(bad);
	o = make(sa, n, &a, made);
	if (o.verdict != V_OK)
		return o;
	/* the peer took a part: what is missing gets CHILD_SAs of its own */
	if (!n->old && (n->conn->one_pair || (a.narrowed && !n->conn->narrowing)))
		negotiate_pairs(sa, n->conn);
	return o;
}

void negotiate_disown(struct ike_sa *sa, const struct nego *n)
{
	struct task *t = window_add(&sa->win, TASK_DELETE_SPI, n->spi);

	if (t)
		t->proto = n->proto;
}
