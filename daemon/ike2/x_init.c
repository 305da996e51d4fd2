// SPDX-License-Identifier: GPL-2.0-or-later
/* x_init.c - IKE_SA_INIT: algorithms, keys, what both can do. RFC 7296 1.2. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/wr.h"
#include "crypto/dh.h"
#include "crypto/hash.h"
#include "ike/natd.h"
#include "ike/notify.h"
#include "ike/output.h"
#include "ike/sa.h"
#include "ike2/auth.h"
#include "ike2/ike2.h"
#include "ike2/keymat.h"

enum { COOKIE_TRIES = 3, NONCE_MAX = 256 };

/* What both roles do --------------------------------------------------------------------------- */

static void put_facts(struct msg_wr *w, const struct ike_sa *sa)
{
	static const uint16_t hashes[] = { HASH_SHA2_256, HASH_SHA2_384, HASH_SHA2_512, HASH_IDENTITY };
	uint8_t octets[sizeof(hashes)];
	struct wr h = wr_to(octets, sizeof(octets));

	natd_put(w, sa);
	if (sa->conn->fragmentation != IKE_NO)
		msg_put_notify(w, N_IKEV2_FRAGMENTATION_SUPPORTED, span_of(NULL, 0));
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
		wr_u16(&h, hashes[i]);
	msg_put_notify(w, N_SIGNATURE_HASH_ALGORITHMS, wr_done(&h));
}

static void see_facts(struct ike_sa *sa, const struct ike_msg *msg)
{
	const struct pl_notify *n = msg_notify(msg, N_SIGNATURE_HASH_ALGORITHMS);

	natd_check(sa, msg);
	sa->seen.fragments = msg_notify(msg, N_IKEV2_FRAGMENTATION_SUPPORTED);
	if (n) {
		struct rd r = rd_of(n->data);

		while (rd_left(&r) >= 2) {
			uint16_t id = rd_u16(&r);

			if (id < 32)
				sa->seen.hashes |= AUTH_HASH(id);
		}
	}
}

static void put_ke(struct msg_wr *w, const struct dh *dh)
{
	const struct pl_ke ke = { dh_group(dh), dh_public(dh) };

	pl_ke_write(w, &ke);
}

static void put_nonce(struct msg_wr *w, const struct nego *n)
{
	const struct pl_nonce nonce = { span_of(n->nonce, sizeof(n->nonce)) };

	pl_nonce_write(w, &nonce);
}

static void keep_raw(struct sealed *to, struct span octets)
{
	sealed_free(to);
	sealed_add(to, octets);
}

/* Shared secret, then all keys. */
static enum reason make_keys(struct ike_sa *sa, const struct ike_msg *msg, const struct choice *c)
{
	struct sa_init *init = sa->init;
	const struct keymat_suite suite = { c->encr, c->keybits, c->prf, c->integ };
	struct span mine = span_of(init->nego->nonce, NEGO_NONCE), theirs = msg->nonce.data;
	struct keymat_seed seed = { .ni = sa->initiator ? mine : theirs, .nr = sa->initiator ? theirs : mine };
	const char *why = "";

	if (dh_agree(init->nego->dh, msg->ke.data, &(const char *){ NULL }) != R_NONE)
		return R_WEAK_PUBLIC;
	seed.shared = dh_shared(init->nego->dh);
	memcpy(seed.spi_i, sa->spi_i, 8);
	memcpy(seed.spi_r, sa->spi_r, 8);
	sa->keys = keymat_new(&suite, &seed, &why);
	if (!sa->keys)
		return R_ALG_UNUSABLE;
	memcpy(init->peer_nonce, theirs.p, theirs.n);
	init->peer_nonce_n = theirs.n;
	sa->suite = (struct sa_suite){ c->encr, c->keybits, c->prf, c->integ, c->ke };
	return R_NONE;
}

/* Initiator ------------------------------------------------------------------------------------ */

static struct outcome build(struct ike *ike, struct ike_sa *sa, struct task *task, struct ike_reply *reply)
{
	struct sa_init *init = sa->init;
	struct offer offer;

	(void)task;
	offer_for(sa->conn->ike, OFFER_IKE, &offer);
	if (!init->nego)
		init->nego = nego_new(ike, sa->conn);
	if (!init->group)
		init->group = offer_group(&offer);
	if (!init->nego->dh || dh_group(init->nego->dh) != init->group) {
		dh_free(init->nego->dh);
		init->nego->dh = dh_new(init->group);
	}
	if (!init->nego->dh)
		return outcome_fatal(R_ALG_UNUSABLE);
	if (init->cookie_n)
		msg_put_notify(&reply->w, N_COOKIE, span_of(init->cookie, init->cookie_n));
	pl_sa_write(&reply->w, &offer);
	put_ke(&reply->w, init->nego->dh);
	put_nonce(&reply->w, init->nego);
	put_facts(&reply->w, sa);
	return V_NOTHING;
}

static bool is_retry(const struct ike_msg *msg)
{
	return msg_notify(msg, N_COOKIE) || msg_notify(msg, N_INVALID_KE_PAYLOAD);
}

/* The peer wants a cookie, or another group: the same request with that, RFC 7296 2.6.1. */
static struct outcome retry(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg, struct ike_reply *reply)
{
	const struct pl_notify *cookie = msg_notify(msg, N_COOKIE), *ke = msg_notify(msg, N_INVALID_KE_PAYLOAD);
	struct sa_init *init = sa->init;
	struct offer offer;

	(void)ike;
	(void)reply;
	offer_for(sa->conn->ike, OFFER_IKE, &offer);
	if (cookie) {
		if (!cookie->data.n || cookie->data.n > sizeof(init->cookie) || init->cookie_tries++ >= COOKIE_TRIES)
			return outcome_drop(R_MALFORMED);
		memcpy(init->cookie, cookie->data.p, cookie->data.n);
		init->cookie_n = cookie->data.n;
	} else {
		struct rd r = rd_of(ke->data);
		uint16_t group = rd_u16(&r);

		if (!rd_done(&r))
			return outcome_drop(R_MALFORMED);
		if (init->nego->ke_tries++ || !proposal_may_switch(&offer, init->group, group))
			return outcome_fatal(R_GROUP_TWICE);
		init->group = group;
		log_info(&sa->about, R_GROUP, "the peer wants group %s", transform_name(4, group));
	}
	sa->win.next_out = 0;
	window_again(&sa->win, 0);
	return V_NOTHING;
}

static bool is_refusal(const struct ike_msg *msg)
{
	return !(msg->present & PL_BIT(PL_KE)) && msg_error(msg);
}

static struct outcome refused(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg, struct ike_reply *reply)
{
	(void)ike;
	(void)sa;
	(void)reply;
	return (struct outcome){ V_FATAL, NOTIFY_NONE, notify_reason(msg_error(msg)->type) };
}

static struct outcome response(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg, struct ike_reply *reply)
{
	struct sa_init *init = sa->init;
	struct span sent;
	struct offer offer;
	struct choice c;
	uint8_t spi[8];
	struct wr w = wr_to(spi, sizeof(spi));
	enum reason bad;
	size_t at = 0;

	(void)reply;
	if (!msg->h.spi_r || msg->nonce.data.n > NONCE_MAX)
		return outcome_drop(R_MALFORMED);
	offer_for(sa->conn->ike, OFFER_IKE, &offer);
	bad = proposal_accept(&offer, &msg->sa, &c);
	if (bad == R_NONE && (c.ke != init->group || msg->ke.group != init->group))
		bad = R_BAD_CHOICE;
	if (bad != R_NONE)
		return outcome_fatal(bad);
	wr_u64(&w, msg->h.spi_r);
	sa_set_peer_spi(sa, spi);
	bad = make_keys(sa, msg, &c);
	if (bad != R_NONE)
		return outcome_fatal(bad);
	sealed_next(&sa->win.active->sent, &at, &sent);
	keep_raw(&init->sent, sent);
	keep_raw(&init->got, ike->raw);
	see_facts(sa, msg);
	init->certreq_any = msg->ncertreq;
	natd_float(sa);
	sa_event(sa, IKE_EV_STAGE, R_NONE, "IKE_SA_INIT answered");
	window_add(&sa->win, TASK_AUTH, 0);
	return V_NOTHING;
}

/* Responder ------------------------------------------------------------------------------------ */

/*
 * The first connection that a peer from there may mean and whose algorithms fit. R_GROUP: they fit
 * but for the group, which is in c.
 */
static enum reason choose(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg, struct choice *c)
{
	const struct ike_match m = { .local = sa->local, .peer = sa->peer };
	enum reason best = R_NO_CONN;
	const struct ike_conn *conn;
	struct offer ours;
	struct choice try;

	for (size_t i = 0; (conn = ike->env->candidate(ike->env->arg, &m, i)); i++) {
		enum reason r;

		offer_for(conn->ike, OFFER_IKE, &ours);
		r = proposal_choose(&msg->sa, &ours, msg->ke.group, &try);
		if (r == R_NONE || (r == R_GROUP && best != R_GROUP)) {
			*c = try;
			best = r;
			sa_set_conn(sa, conn);
		} else if (best == R_NO_CONN) {
			best = r;
			sa_set_conn(sa, conn); /* whose the offer differs from */
		}
		if (r == R_NONE)
			break;
	}
	return best;
}

static struct outcome want_group(struct ike_reply *reply, uint16_t group)
{
	uint8_t octets[2];
	struct wr w = wr_to(octets, sizeof(octets));

	wr_u16(&w, group);
	msg_put_notify(&reply->w, N_INVALID_KE_PAYLOAD, wr_done(&w));
	return (struct outcome){ V_REFUSE, NOTIFY_NONE, R_GROUP };
}

static struct outcome no_proposal(struct ike_sa *sa, const struct ike_msg *msg)
{
	struct offer ours;
	char text[600];

	offer_for(sa->conn->ike, OFFER_IKE, &ours);
	log_warn(&sa->about, R_NO_PROPOSAL, "IKE_SA: %s", offer_difference(&msg->sa, &ours, text, sizeof(text)));
	return outcome_refuse(R_NO_PROPOSAL);
}

static struct outcome request(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg, struct ike_reply *reply)
{
	struct offer answer;
	struct choice c;
	enum reason bad;

	if (msg->nonce.data.n > NONCE_MAX)
		return outcome_drop(R_MALFORMED);
	bad = choose(ike, sa, msg, &c);
	if (bad == R_GROUP)
		return want_group(reply, c.ke);
	if (bad == R_NO_PROPOSAL)
		return no_proposal(sa, msg);
	if (bad != R_NONE)
		return outcome_refuse(bad);
	sa->init = mem_new(sizeof(*sa->init));
	sa->init->nego = nego_new(ike, sa->conn);
	sa->init->nego->dh = dh_new(c.ke);
	if (!sa->init->nego->dh)
		return outcome_refuse(R_ALG_UNUSABLE);
	bad = make_keys(sa, msg, &c);
	if (bad != R_NONE)
		return outcome_refuse(bad);
	keep_raw(&sa->init->got, ike->raw);
	see_facts(sa, msg);
	proposal_answer(&c, NULL, 0, &answer);
	pl_sa_write(&reply->w, &answer);
	put_ke(&reply->w, sa->init->nego->dh);
	put_nonce(&reply->w, sa->init->nego);
	put_facts(&reply->w, sa);
	return V_NOTHING;
}

/* Rows ----------------------------------------------------------------------------------------- */

#define KEYS (PL_BIT(PL_SA) | PL_BIT(PL_KE) | PL_BIT(PL_NONCE))

const struct exch_row x_init_rows[] = {
	{
		.name = "IKE_SA_INIT request",
		.exchange = MSG_IKE_SA_INIT,
		.role = EXCH_REQUEST,
		.from = SA_BIT(SA_NEW),
		.need = KEYS,
		.may = PL_BIT(PL_CERTREQ),
		.run = request,
		.to = SA_INIT_DONE,
	},
	{
		.name = "IKE_SA_INIT wants a cookie or another group",
		.exchange = MSG_IKE_SA_INIT,
		.role = EXCH_RESPONSE,
		.task = TASK_INIT,
		.from = SA_BIT(SA_INIT_SENT),
		.is = is_retry,
		.run = retry,
		.to = SA_NEW,
	},
	{
		.name = "IKE_SA_INIT is refused",
		.exchange = MSG_IKE_SA_INIT,
		.role = EXCH_RESPONSE,
		.task = TASK_INIT,
		.from = SA_BIT(SA_INIT_SENT),
		.is = is_refusal,
		.run = refused,
		.to = SA_SAME,
	},
	{
		.name = "IKE_SA_INIT response",
		.exchange = MSG_IKE_SA_INIT,
		.role = EXCH_RESPONSE,
		.task = TASK_INIT,
		.from = SA_BIT(SA_INIT_SENT),
		.need = KEYS,
		.may = PL_BIT(PL_CERTREQ),
		.run = response,
		.build = build,
		.to = SA_INIT_DONE,
	},
	{ .name = NULL },
};
