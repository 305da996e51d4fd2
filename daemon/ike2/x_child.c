// SPDX-License-Identifier: GPL-2.0-or-later
/* x_child.c - CREATE_CHILD_SA: a further CHILD_SA, or a new one for an old. RFC 7296 1.3.1, 1.3.3, 2.8. */
#include <string.h>

#include "base/wr.h"
#include "ike/notify.h"
#include "ike/output.h"
#include "ike/sa.h"
#include "ike/timers.h"
#include "ike2/collide.h"
#include "ike2/ike2.h"
#include "ike2/negotiate.h"

static uint32_t spi_of(const struct pl_notify *n)
{
	struct rd r = rd_of(n->spi);
	uint32_t spi = rd_u32(&r);

	return rd_done(&r) ? spi : 0;
}

static size_t count_children(const struct ike_sa *sa)
{
	size_t n = 0;

	for (const struct child *c = sa->children; c; c = c->next)
		n += c->state <= CHILD_UP;
	return n;
}

/* Responder ------------------------------------------------------------------------------------ */

static struct negotiation answering(const struct ike_sa *sa, const struct ike_msg *msg, struct span nonce)
{
	return (struct negotiation){ .conn = sa->conn, .use = OFFER_CHILD, .ni = msg->nonce.data, .nr = nonce };
}

static void fresh_nonce(struct ike *ike, uint8_t nonce[NEGO_NONCE])
{
	ike->env->random(ike->env->arg, nonce, NEGO_NONCE);
}

static struct outcome request_new(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg,
				  struct ike_reply *reply)
{
	uint8_t nonce[NEGO_NONCE];
	struct negotiation n;
	struct child *made = NULL;

	if (collide_judge(sa, ASK_NEW_CHILD, 0) != COLLIDE_ACCEPT)
		return outcome_refuse(R_TEMPORARY);
	if (count_children(sa) >= ike->set.children_max)
		return outcome_refuse(R_NO_MORE_CHILDREN);
	fresh_nonce(ike, nonce);
	n = answering(sa, msg, span_of(nonce, sizeof(nonce)));
	return negotiate_for_any(sa, &n, msg, &reply->w, &made);
}

static bool is_rekey(const struct ike_msg *msg)
{
	return msg_notify(msg, N_REKEY_SA);
}

/* Our own request for the same is under way: which of both stays is known when its answer is there. */
static void cross(struct ike_sa *sa, struct child *made)
{
	sa->win.active->nego->lost_to = made->info.id;
	made->announced = true;
}

static struct outcome request_rekey(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg,
				    struct ike_reply *reply)
{
	struct child *old = child_by_spi(sa, spi_of(msg_notify(msg, N_REKEY_SA)), true), *made = NULL;
	uint8_t nonce[NEGO_NONCE];
	struct negotiation n;
	struct outcome o;
	enum collide how;

	if (!old)
		return outcome_refuse(R_NO_CHILD);
	how = collide_judge(sa, ASK_REKEY_CHILD, old->info.id);
	/* one that we have replaced ourselves is about to be deleted */
	if (how == COLLIDE_TEMPORARY || old->state >= CHILD_REPLACED)
		return outcome_refuse(R_TEMPORARY);
	fresh_nonce(ike, nonce);
	n = answering(sa, msg, span_of(nonce, sizeof(nonce)));
	n.conn = old->info.conn;
	n.old = old;
	o = negotiate_answer(sa, &n, msg, &reply->w, &made);
	if (o.verdict != V_OK)
		return o;
	if (how == COLLIDE_CROSSED) {
		cross(sa, made);
	} else {
		child_set_state(old, CHILD_REPLACED, R_NONE);
		timers_child_replaced(old);
	}
	return o;
}

/* Initiator ------------------------------------------------------------------------------------ */

static struct outcome build(struct ike_sa *sa, struct task *task, struct child *old, struct msg_wr *w)
{
	enum reason bad = negotiate_prepare(sa, task->nego, OFFER_CHILD, old);

	if (bad != R_NONE)
		return outcome_refuse(bad);
	negotiate_offer(sa, task->nego, OFFER_CHILD, w);
	return V_NOTHING;
}

static struct outcome build_new(struct ike *ike, struct ike_sa *sa, struct task *task, struct ike_reply *reply)
{
	(void)ike;
	return build(sa, task, NULL, &reply->w);
}

static struct outcome build_rekey(struct ike *ike, struct ike_sa *sa, struct task *task, struct ike_reply *reply)
{
	struct child *old = child_find(sa, task->child);
	uint8_t spi[4];
	struct wr w = wr_to(spi, sizeof(spi));
	struct pl_notify n = { .type = N_REKEY_SA, .spi = span_of(spi, sizeof(spi)) };

	/* the peer may have renewed or deleted it while this waited */
	if (!old || old->state != CHILD_UP)
		return outcome_refuse(R_NO_CHILD);
	if (!task->nego) {
		task->nego = nego_new(ike, old->info.conn);
		task->nego->replaces = old->info.id;
		task->nego->pair = old->info.pair;
	}
	wr_u32(&w, old->info.spi_in);
	n.proto = old->info.proto == 51 ? IKE_PROTO_AH : IKE_PROTO_ESP;
	pl_notify_write(&reply->w, &n);
	return build(sa, task, old, &reply->w);
}

static bool is_refusal(const struct ike_msg *msg)
{
	return !(msg->inner & PL_BIT(PL_SA)) && msg_error(msg);
}

/* Another group, or another time: the task goes back into the queue. */
static bool again(struct ike_sa *sa, const struct ike_msg *msg)
{
	const struct pl_notify *ke = msg_notify(msg, N_INVALID_KE_PAYLOAD);
	struct nego *n = sa->win.active->nego;
	struct offer offer;

	if (ke) {
		struct rd r = rd_of(ke->data);
		uint16_t group = rd_u16(&r);

		offer_for(n->conn->child, OFFER_CHILD, &offer);
		if (!rd_done(&r) || n->ke_tries++ || !proposal_may_switch(&offer, n->group, group))
			return false;
		n->group = group;
		window_again(&sa->win, 0);
		return true;
	}
	if (!msg_notify(msg, N_TEMPORARY_FAILURE))
		return false;
	timers_queued(sa, window_again(&sa->win, timers_retry(sa->ike))->not_before);
	return true;
}

static struct outcome refused_new(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg,
				  struct ike_reply *reply)
{
	enum reason reason = notify_reason(msg_error(msg)->type);
	const struct nego *n = sa->win.active->nego;

	(void)ike;
	(void)reply;
	if (again(sa, msg) || negotiate_retry_pairs(sa, n, reason))
		return V_NOTHING;
	log_warn(&sa->about, reason, "CHILD_SA refused by the peer: %s", notify_name(msg_error(msg)->type));
	return outcome_refuse(reason);
}

/* The peer made one in the same moment, and it is the one that stays. */
static void yield(struct ike_sa *sa, uint32_t id, struct child *old)
{
	struct child *theirs = child_find(sa, id);

	if (theirs)
		theirs->announced = false;
	if (old && old->state == CHILD_UP) {
		child_set_state(old, CHILD_REPLACED, R_NONE);
		timers_child_replaced(old);
	}
}

static struct outcome refused_rekey(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg,
				    struct ike_reply *reply)
{
	struct nego *n = sa->win.active->nego;
	struct child *old = child_find(sa, n->replaces);
	enum reason reason = notify_reason(msg_error(msg)->type);
	const struct ike_conn *conn = n->conn;
	struct task *t;

	(void)reply;
	if (n->lost_to && child_find(sa, n->lost_to)) {
		yield(sa, n->lost_to, old);
		return V_NOTHING;
	}
	/* it is gone meanwhile, or was renewed: nothing left to be done */
	if (!old || old->state != CHILD_UP || child_successor(old))
		return V_NOTHING;
	if (!msg_notify(msg, N_CHILD_SA_NOT_FOUND)) {
		if (!again(sa, msg))
			log_warn(&sa->about, reason, "CHILD_SA not renewed: %s", notify_name(msg_error(msg)->type));
		return V_NOTHING;
	}
	/* the peer has lost it: a new one in its place, RFC 7296 2.25 */
	t = window_add(&sa->win, TASK_NEW_CHILD, 0);
	t->nego = nego_new(ike, conn);
	t->nego->pair = old->info.pair;
	child_retire(old, R_NO_CHILD, true);
	return V_NOTHING;
}

static struct outcome response_new(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg,
				   struct ike_reply *reply)
{
	struct nego *nego = sa->win.active->nego;
	const struct negotiation n = {
		.conn = nego->conn,
		.use = OFFER_CHILD,
		.ni = span_of(nego->nonce, NEGO_NONCE),
		.nr = msg->nonce.data,
		.nego = nego,
	};
	struct child *made = NULL;
	struct outcome o = negotiate_accept(sa, &n, msg, &made);

	(void)ike;
	(void)reply;
	if (o.verdict == V_OK)
		return o;
	log_warn(&sa->about, o.reason, "CHILD_SA not made: %s", reason_text(o.reason));
	negotiate_disown(sa, nego);
	return o;
}

/* Both renewed the same child. The exchange with the lowest nonce loses; its child goes, by who made it. */
static void settle(struct ike_sa *sa, struct child *mine, struct child *theirs, struct child *old)
{
	bool lost = memcmp(mine->low, theirs->low, sizeof(mine->low)) < 0;
	struct child *loser = lost ? mine : theirs, *winner = lost ? theirs : mine;

	log_info(&sa->about, R_REKEY_LOST, "both ends renewed a CHILD_SA, %s stays", lost ? "the peer's" : "ours");
	loser->announced = loser->redundant = true;
	winner->announced = false;
	if (lost)
		output_delete_child(mine, R_REKEY_LOST);
	if (!old)
		return;
	child_set_state(old, CHILD_REPLACED, R_NONE);
	timers_child_replaced(old);
	if (!lost)
		output_delete_child(old, R_REKEYED);
}

static struct outcome response_rekey(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg,
				     struct ike_reply *reply)
{
	struct nego *nego = sa->win.active->nego;
	struct child *old = child_find(sa, nego->replaces), *made = NULL, *theirs;
	const struct negotiation n = {
		.conn = nego->conn,
		.use = OFFER_CHILD,
		.ni = span_of(nego->nonce, NEGO_NONCE),
		.nr = msg->nonce.data,
		.nego = nego,
		.old = old,
	};
	struct outcome o = negotiate_accept(sa, &n, msg, &made);

	(void)ike;
	(void)reply;
	if (o.verdict != V_OK) {
		log_warn(&sa->about, o.reason, "CHILD_SA not renewed: %s", reason_text(o.reason));
		negotiate_disown(sa, nego);
		return o;
	}
	theirs = nego->lost_to ? child_find(sa, nego->lost_to) : NULL;
	if (theirs && theirs->state < CHILD_DELETING) {
		settle(sa, made, theirs, old);
	} else if (old && old->state < CHILD_DELETING) {
		child_set_state(old, CHILD_REPLACED, R_NONE);
		timers_child_replaced(old);
		output_delete_child(old, R_REKEYED);
	}
	return o;
}

/* Rows ----------------------------------------------------------------------------------------- */

static bool is_new(const struct ike_msg *msg)
{
	return (msg->inner & PL_BIT(PL_TSI)) && !is_rekey(msg);
}

#define NEED (PL_BIT(PL_SA) | PL_BIT(PL_NONCE) | PL_BIT(PL_TSI) | PL_BIT(PL_TSR))
#define MAY (PL_BIT(PL_KE) | PL_BIT(PL_CP))

const struct exch_row x_child_rows[] = {
	{
		.name = "request for a CHILD_SA",
		.exchange = MSG_CREATE_CHILD_SA,
		.role = EXCH_REQUEST,
		.from = SA_BIT(SA_ESTABLISHED),
		.need = NEED,
		.may = MAY,
		.is = is_new,
		.run = request_new,
		.to = SA_SAME,
	},
	{
		.name = "request to renew a CHILD_SA",
		.exchange = MSG_CREATE_CHILD_SA,
		.role = EXCH_REQUEST,
		.from = SA_BIT(SA_ESTABLISHED),
		.need = NEED,
		.may = MAY,
		.is = is_rekey,
		.run = request_rekey,
		.to = SA_SAME,
	},
	{
		.name = "a CHILD_SA is refused",
		.exchange = MSG_CREATE_CHILD_SA,
		.role = EXCH_RESPONSE,
		.task = TASK_NEW_CHILD,
		.from = SA_BIT(SA_ESTABLISHED),
		.is = is_refusal,
		.run = refused_new,
		.to = SA_SAME,
	},
	{
		.name = "a CHILD_SA is made",
		.exchange = MSG_CREATE_CHILD_SA,
		.role = EXCH_RESPONSE,
		.task = TASK_NEW_CHILD,
		.from = SA_BIT(SA_ESTABLISHED),
		.need = NEED,
		.may = MAY,
		.run = response_new,
		.build = build_new,
		.to = SA_SAME,
	},
	{
		.name = "a CHILD_SA is not renewed",
		.exchange = MSG_CREATE_CHILD_SA,
		.role = EXCH_RESPONSE,
		.task = TASK_REKEY_CHILD,
		.from = SA_BIT(SA_ESTABLISHED),
		.is = is_refusal,
		.run = refused_rekey,
		.to = SA_SAME,
	},
	{
		.name = "a CHILD_SA is renewed",
		.exchange = MSG_CREATE_CHILD_SA,
		.role = EXCH_RESPONSE,
		.task = TASK_REKEY_CHILD,
		.from = SA_BIT(SA_ESTABLISHED),
		.need = NEED,
		.may = MAY,
		.run = response_rekey,
		.build = build_rekey,
		.to = SA_SAME,
	},
	{ .name = NULL },
};
