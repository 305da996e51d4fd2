// SPDX-License-Identifier: GPL-2.0-or-later
/* x_rekey.c - CREATE_CHILD_SA: a new IKE_SA for the old one, which its children move to. RFC 7296 1.3.2, 2.18. */
#include <string.h>

#include "base/wr.h"
#include "crypto/dh.h"
#include "ike/notify.h"
#include "ike/output.h"
#include "ike/sa.h"
#include "ike/timers.h"
#include "ike2/collide.h"
#include "ike2/ike2.h"
#include "ike2/keymat.h"
#include "ike2/negotiate.h"

enum { SPI_OCTETS = 8 };

/* What the new one is made of. */
struct parts {
	struct choice c;
	struct span ni, nr, shared;
	uint8_t spi[SPI_OCTETS]; /* ours */
	bool mine; /* we began */
};

static void put_keys(struct msg_wr *w, const struct dh *dh, struct span nonce)
{
	const struct pl_nonce n = { nonce };
	const struct pl_ke ke = { dh_group(dh), dh_public(dh) };

	pl_nonce_write(w, &n);
	pl_ke_write(w, &ke);
}

/* Established at once; NULL: its algorithms cannot be used. */
static struct ike_sa *make(struct ike_sa *old, const struct parts *p)
{
	const struct keymat_suite suite = { p->c.encr, p->c.keybits, p->c.prf,
					    p->c.integ };
	struct keymat_seed seed = { .ni = p->ni,
				    .nr = p->nr,
				    .shared = p->shared };
	struct ike_sa *sa = sa_new(old->ike, old->ver, p->mine, p->spi);
	const char *why;

	sa_set_peer_spi(sa, p->c.spi);
	memcpy(seed.spi_i, sa->spi_i, SPI_OCTETS);
	memcpy(seed.spi_r, sa->spi_r, SPI_OCTETS);
	sa->keys = keymat_rekey(old->keys, &suite, &seed, &why);
	if (!sa->keys) {
		sa_free(sa, R_ALG_UNUSABLE);
		return NULL;
	}
	sa_inherit(sa, old);
	sa->suite = (struct sa_suite){ p->c.encr, p->c.keybits, p->c.prf,
				       p->c.integ, p->c.ke };
	sa->mine = p->mine;
	negotiate_low(p->ni, p->nr, sa->low);
	sa_set_state(sa, SA_ESTABLISHED, R_NONE);
	timers_established(sa);
	return sa;
}

/* Responder ------------------------------------------------------------------------------------ */

static struct outcome choose(struct ike_sa *sa, const struct ike_msg *msg,
			     struct ike_reply *reply, struct choice *c)
{
	struct offer ours;
	char text[600];
	enum reason bad;

	offer_for(sa->conn->ike, OFFER_IKE, &ours);
	bad = proposal_choose(&msg->sa, &ours, msg->ke.group, c);
	if (bad == R_GROUP) {
		const uint8_t group[2] = { (uint8_t)(c->ke >> 8),
					   (uint8_t)c->ke };

		msg_put_notify(&reply->w, N_INVALID_KE_PAYLOAD,
			       span_of(group, sizeof(group)));
		return (struct outcome){ V_REFUSE, NOTIFY_NONE, R_GROUP };
	}
	if (bad == R_NO_PROPOSAL)
		log_warn(&sa->about, bad, "IKE_SA: %s",
			 offer_difference(&msg->sa, &ours, text, sizeof(text)));
	if (bad == R_NONE && c->spi_len != SPI_OCTETS)
		bad = R_MALFORMED;
	return bad == R_NONE ? V_NOTHING : outcome_refuse(bad);
}

static struct outcome answer(struct ike_sa *sa, const struct ike_msg *msg,
			     struct ike_reply *reply, struct parts *p,
			     struct ike_sa **made)
{
	struct dh *dh = dh_new(p->c.ke);
	enum reason bad = dh ? R_NONE : R_ALG_UNUSABLE;
	struct offer offer;

	if (bad == R_NONE &&
	    dh_agree(dh, msg->ke.data, &(const char *){ NULL }) != R_NONE)
		bad = R_WEAK_PUBLIC;
	if (bad == R_NONE) {
		p->shared = dh_shared(dh);
		*made = make(sa, p);
		if (!*made)
			bad = R_ALG_UNUSABLE;
	}
	if (bad == R_NONE) {
		proposal_answer(&p->c, p->spi, sizeof(p->spi), &offer);
		pl_sa_write(&reply->w, &offer);
		put_keys(&reply->w, dh, p->nr);
	}
	dh_free(dh);
	return bad == R_NONE ? V_NOTHING : outcome_refuse(bad);
}

static struct outcome request(struct ike *ike, struct ike_sa *sa,
			      const struct ike_msg *msg,
			      struct ike_reply *reply)
{
	enum collide how = collide_judge(sa, ASK_REKEY_IKE, 0);
	uint8_t nonce[NEGO_NONCE];
	struct parts p = { .ni = msg->nonce.data,
			   .nr = span_of(nonce, sizeof(nonce)) };
	struct ike_sa *made = NULL;
	struct outcome o;

	if (how == COLLIDE_TEMPORARY)
		return outcome_refuse(R_TEMPORARY);
	o = choose(sa, msg, reply, &p.c);
	if (o.verdict != V_OK)
		return o;
	ike->env->random(ike->env->arg, nonce, sizeof(nonce));
	sa_new_spi(ike, p.spi);
	o = answer(sa, msg, reply, &p, &made);
	if (o.verdict != V_OK || !made)
		return o;
	if (how == COLLIDE_CROSSED) {
		struct nego *mine = sa->win.active->nego;

		mine->rival = true;
		memcpy(mine->rival_spi, made->spi, SPI_OCTETS);
	} else {
		sa_replace(sa, made);
	}
	return o;
}

/* Initiator ------------------------------------------------------------------------------------ */

static struct outcome build(struct ike *ike, struct ike_sa *sa,
			    struct task *task, struct ike_reply *reply)
{
	struct offer offer;
	struct nego *n;

	offer_for(sa->conn->ike, OFFER_IKE, &offer);
	if (!task->nego) {
		task->nego = nego_new(ike, sa->conn);
		task->nego->group = offer_has_group(&offer, sa->suite.group) ?
					    sa->suite.group :
					    offer_group(&offer);
		sa_new_spi(ike, task->nego->ike_spi);
	}
	n = task->nego;
	if (!n->dh || dh_group(n->dh) != n->group) {
		dh_free(n->dh);
		n->dh = dh_new(n->group);
	}
	if (!n->dh)
		return outcome_refuse(R_ALG_UNUSABLE);
	offer_set_spi(&offer, n->ike_spi, SPI_OCTETS);
	pl_sa_write(&reply->w, &offer);
	put_keys(&reply->w, n->dh, span_of(n->nonce, NEGO_NONCE));
	return V_NOTHING;
}

static bool is_refusal(const struct ike_msg *msg)
{
	return !(msg->inner & PL_BIT(PL_SA)) && msg_error(msg);
}

/* The one that the peer made in the same moment, if it is still there. */
static struct ike_sa *rival_of(struct ike_sa *sa)
{
	const struct nego *n = sa->win.active->nego;
	struct ike_sa *rival = n->rival ? sa_find(sa->ike, n->rival_spi) : NULL;

	return rival && rival->state == SA_ESTABLISHED ? rival : NULL;
}

static bool other_group(struct ike_sa *sa, const struct ike_msg *msg)
{
	const struct pl_notify *ke = msg_notify(msg, N_INVALID_KE_PAYLOAD);
	struct nego *n = sa->win.active->nego;
	struct offer offer;
	struct rd r;
	uint16_t group;

	if (!ke)
		return false;
	r = rd_of(ke->data);
	group = rd_u16(&r);
	offer_for(sa->conn->ike, OFFER_IKE, &offer);
	if (!rd_done(&r) || n->ke_tries++ ||
	    !proposal_may_switch(&offer, n->group, group))
		return false;
	n->group = group;
	window_again(&sa->win, 0);
	return true;
}

static struct outcome refused(struct ike *ike, struct ike_sa *sa,
			      const struct ike_msg *msg,
			      struct ike_reply *reply)
{
	struct ike_sa *rival = rival_of(sa);
	enum reason reason = notify_reason(msg_error(msg)->type);

	(void)ike;
	(void)reply;
	if (rival) {
		sa_replace(sa, rival);
		output_kick(rival);
		return V_NOTHING;
	}
	if (other_group(sa, msg))
		return V_NOTHING;
	timers_rekey_failed(sa);
	return outcome_refuse(reason);
}

static enum reason accept(struct ike_sa *sa, const struct ike_msg *msg,
			  struct parts *p)
{
	struct nego *n = sa->win.active->nego;
	struct offer sent;
	enum reason bad;

	offer_for(sa->conn->ike, OFFER_IKE, &sent);
	offer_set_spi(&sent, n->ike_spi, SPI_OCTETS);
	bad = proposal_accept(&sent, &msg->sa, &p->c);
	if (bad != R_NONE)
		return bad;
	if (p->c.spi_len != SPI_OCTETS || p->c.ke != n->group ||
	    msg->ke.group != n->group)
		return R_BAD_CHOICE;
	if (dh_agree(n->dh, msg->ke.data, &(const char *){ NULL }) != R_NONE)
		return R_WEAK_PUBLIC;
	p->shared = dh_shared(n->dh);
	p->ni = span_of(n->nonce, NEGO_NONCE);
	p->nr = msg->nonce.data;
	p->mine = true;
	memcpy(p->spi, n->ike_spi, SPI_OCTETS);
	return R_NONE;
}

static struct outcome response(struct ike *ike, struct ike_sa *sa,
			       const struct ike_msg *msg,
			       struct ike_reply *reply)
{
	struct ike_sa *rival = rival_of(sa), *made = NULL;
	struct parts p = { .mine = true };
	enum reason bad = accept(sa, msg, &p);

	(void)ike;
	(void)reply;
	if (bad == R_NONE) {
		made = make(sa, &p);
		bad = made ? R_NONE : R_ALG_UNUSABLE;
	}
	if (bad != R_NONE) {
		timers_rekey_failed(sa);
		return outcome_refuse(bad);
	}
	if (rival && memcmp(made->low, rival->low, sizeof(made->low)) < 0) {
		/* ours has the lowest nonce: the peer's stays, and the peer deletes the old one */
		sa_replace(sa, rival);
		output_delete(made, R_REKEY_LOST);
		output_kick(rival);
		return V_NOTHING;
	}
	sa_replace(sa, made);
	if (rival) {
		sa_set_state(rival, SA_REPLACED, R_REKEY_LOST);
		timers_replaced(rival);
	}
	sa->reason = R_REKEYED;
	window_add(&sa->win, TASK_DELETE_IKE, 0);
	output_kick(made);
	return V_NOTHING;
}

/* Rows ----------------------------------------------------------------------------------------- */

static bool is_ike(const struct ike_msg *msg)
{
	return !(msg->inner & PL_BIT(PL_TSI)) && !msg_notify(msg, N_REKEY_SA);
}

#define NEED (PL_BIT(PL_SA) | PL_BIT(PL_NONCE) | PL_BIT(PL_KE))

const struct exch_row x_rekey_rows[] = {
	{
		.name = "request to renew the IKE_SA",
		.exchange = MSG_CREATE_CHILD_SA,
		.role = EXCH_REQUEST,
		.from = SA_BIT(SA_ESTABLISHED),
		.need = NEED,
		.is = is_ike,
		.run = request,
		.to = SA_SAME,
	},
	{
		.name = "the IKE_SA is not renewed",
		.exchange = MSG_CREATE_CHILD_SA,
		.role = EXCH_RESPONSE,
		.task = TASK_REKEY_IKE,
		.from = SA_BIT(SA_ESTABLISHED),
		.is = is_refusal,
		.run = refused,
		.to = SA_SAME,
	},
	{
		.name = "the IKE_SA is renewed",
		.exchange = MSG_CREATE_CHILD_SA,
		.role = EXCH_RESPONSE,
		.task = TASK_REKEY_IKE,
		.from = SA_BIT(SA_ESTABLISHED),
		.need = NEED,
		.run = response,
		.build = build,
		.to = SA_SAME,
	},
	{ .name = NULL },
};
