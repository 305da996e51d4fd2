// SPDX-License-Identifier: GPL-2.0-or-later
/* x_auth.c - IKE_AUTH: who is it, and the first CHILD_SA. RFC 7296 1.2, 2.15. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/wr.h"
#include "ike/id.h"
#include "ike/notify.h"
#include "ike/output.h"
#include "ike/sa.h"
#include "ike/unique.h"
#include "ike2/ike2.h"
#include "ike2/identity.h"
#include "ike2/negotiate.h"

/* Initiator ------------------------------------------------------------------------------------ */

static enum reason prepare_child(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	if (!task->nego) {
		task->nego = nego_new(ike, sa->init->want);
		task->nego->pair = sa->init->want->one_pair;
	}
	return negotiate_prepare(sa, task->nego, OFFER_FIRST, NULL);
}

/* Nothing to ask for: any, or with a wildcard in it (or something that looks like one, in a DN). */
static bool is_wild(const struct id *id)
{
	struct span octets = id_octets(id);

	return id->type == ID_T_ANY || memchr(octets.p, '*', octets.n);
}

static struct outcome build(struct ike *ike, struct ike_sa *sa, struct task *task, struct ike_reply *reply)
{
	const struct ike_conn *conn = sa->conn;
	struct identity me;
	struct outcome o;
	enum reason bad;

	o = identity_mine(sa, &me);
	if (o.verdict != V_OK)
		return o;
	bad = prepare_child(ike, sa, task);
	if (bad != R_NONE)
		return outcome_fatal(bad);
	pl_id_write(&reply->w, PL_IDI, &me.id);
	identity_put_certs(sa, &reply->w);
	identity_put_certreq(sa, &reply->w);
	if (conn->peer.id && !is_wild(conn->peer.id))
		pl_id_write(&reply->w, PL_IDR, conn->peer.id);
	pl_auth_write(&reply->w, &me.auth);
	if (conn->initial_contact && !unique_others(sa, conn->peer.id))
		msg_put_notify(&reply->w, N_INITIAL_CONTACT, span_of(NULL, 0));
	negotiate_offer(sa, task->nego, OFFER_FIRST, &reply->w);
	return V_NOTHING;
}

static bool is_refusal(const struct ike_msg *msg)
{
	return !(msg->inner & PL_BIT(PL_AUTH)) && msg_error(msg);
}

static struct outcome refused(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg, struct ike_reply *reply)
{
	(void)ike;
	(void)sa;
	(void)reply;
	return (struct outcome){ V_FATAL, NOTIFY_NONE, notify_reason(msg_error(msg)->type) };
}

/* The IKE_SA stays when only its first child is refused, RFC 7296 1.3. */
static void first_child(struct ike_sa *sa, const struct ike_msg *msg)
{
	const struct negotiation n = {
		.conn = sa->init->want,
		.use = OFFER_FIRST,
		.ni = span_of(sa->init->nego->nonce, NEGO_NONCE),
		.nr = span_of(sa->init->peer_nonce, sa->init->peer_nonce_n),
		.nego = sa->win.active->nego,
	};
	const uint64_t need = PL_BIT(PL_SA) | PL_BIT(PL_TSI) | PL_BIT(PL_TSR);
	const struct pl_notify *error = msg_error(msg);
	struct child *made = NULL;
	struct outcome o;

	if (error)
		o = outcome_refuse(notify_reason(error->type));
	else if ((msg->inner & need) != need)
		o = outcome_refuse(R_MISSING);
	else
		o = negotiate_accept(sa, &n, msg, &made);
	if (o.verdict == V_OK)
		return;
	if (negotiate_retry_pairs(sa, n.nego, o.reason))
		return;
	log_warn(&sa->about, o.reason, "CHILD_SA refused: %s", reason_text(o.reason));
	sa_event_conn(sa, n.conn, IKE_EV_FAILED, o.reason);
	/* the peer has what we refuse */
	if (!error && (msg->inner & PL_BIT(PL_SA)))
		negotiate_disown(sa, n.nego);
}

static struct outcome response(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg, struct ike_reply *reply)
{
	struct outcome o;

	(void)ike;
	(void)reply;
	if (sa->conn->peer.id && !id_match(sa->conn->peer.id, &msg->idr))
		return identity_wrong(sa, &msg->idr);
	o = identity_check(sa, &msg->idr, msg);
	if (o.verdict != V_OK)
		return o;
	identity_keep(sa, &msg->idr);
	unique_established(sa, msg_notify(msg, N_INITIAL_CONTACT));
	first_child(sa, msg);
	return V_NOTHING;
}

/* Responder ------------------------------------------------------------------------------------ */

/* Which connection do these identities mean? */
static enum reason match(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg)
{
	const struct ike_match m = {
		.local = sa->local,
		.peer = sa->peer,
		.idi = &msg->idi,
		.idr = msg->inner & PL_BIT(PL_IDR) ? &msg->idr : NULL,
		.init = sa->conn,
	};
	const struct ike_conn *conn;
	enum reason why = R_NO_CONN_ID;

	if (proof_matched(sa))
		return R_NONE;
	conn = ike->env->match(ike->env->arg, &m, &why);
	if (!conn)
		return why;
	sa_set_conn(sa, conn);
	ike->env->conn_put(ike->env->arg, conn);
	proof_set_matched(sa);
	return R_NONE;
}

static struct outcome unmatched(const struct ike_sa *sa, const struct ike_msg *msg, enum reason why)
{
	char idi[ID_TEXT], idr[ID_TEXT] = "nobody in particular";

	if (msg->inner & PL_BIT(PL_IDR))
		id_text(&msg->idr, idr, sizeof(idr));
	log_warn(&sa->about, why, "peer says it is %s and asks for %s: %s", id_text(&msg->idi, idi, sizeof(idi)), idr,
		 reason_text(why));
	return outcome_fatal(why);
}

static void answer_child(struct ike_sa *sa, const struct ike_msg *msg, struct ike_reply *reply)
{
	const struct negotiation n = {
		.conn = sa->conn,
		.use = OFFER_FIRST,
		.ni = span_of(sa->init->peer_nonce, sa->init->peer_nonce_n),
		.nr = span_of(sa->init->nego->nonce, NEGO_NONCE),
	};
	struct child *made = NULL;
	struct outcome o = negotiate_for_any(sa, &n, msg, &reply->w, &made);

	if (o.verdict == V_OK)
		return;
	log_warn(&sa->about, o.reason, "CHILD_SA refused: %s", reason_text(o.reason));
	if (o.notify)
		msg_put_notify(&reply->w, o.notify, span_of(NULL, 0));
}

static struct outcome request(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg, struct ike_reply *reply)
{
	struct identity me;
	enum reason bad = match(ike, sa, msg);
	struct outcome o;

	if (bad != R_NONE)
		return unmatched(sa, msg, bad);
	identity_see_certreq(sa, msg);
	o = identity_check(sa, &msg->idi, msg);
	if (o.verdict != V_OK)
		return o;
	identity_keep(sa, &msg->idi);
	o = identity_mine(sa, &me);
	if (o.verdict != V_OK)
		return o;
	if (!unique_may(sa))
		return outcome_fatal(R_KEPT);
	pl_id_write(&reply->w, PL_IDR, &me.id);
	identity_put_certs(sa, &reply->w);
	pl_auth_write(&reply->w, &me.auth);
	unique_established(sa, msg_notify(msg, N_INITIAL_CONTACT));
	answer_child(sa, msg, reply);
	return V_NOTHING;
}

/* Rows ----------------------------------------------------------------------------------------- */

#define CHILD (PL_BIT(PL_SA) | PL_BIT(PL_TSI) | PL_BIT(PL_TSR))

const struct exch_row x_auth_rows[] = {
	{
		.name = "IKE_AUTH request",
		.exchange = MSG_IKE_AUTH,
		.role = EXCH_REQUEST,
		.from = SA_BIT(SA_INIT_DONE),
		.need = PL_BIT(PL_IDI) | PL_BIT(PL_AUTH) | CHILD,
		.may = PL_BIT(PL_IDR) | PL_BIT(PL_CERT) | PL_BIT(PL_CERTREQ) | PL_BIT(PL_CP),
		.run = request,
		.to = SA_ESTABLISHED,
	},
	{
		.name = "IKE_AUTH is refused",
		.exchange = MSG_IKE_AUTH,
		.role = EXCH_RESPONSE,
		.task = TASK_AUTH,
		.from = SA_BIT(SA_AUTH_SENT),
		.is = is_refusal,
		.run = refused,
		.to = SA_SAME,
	},
	{
		.name = "IKE_AUTH response",
		.exchange = MSG_IKE_AUTH,
		.role = EXCH_RESPONSE,
		.task = TASK_AUTH,
		.from = SA_BIT(SA_AUTH_SENT),
		.need = PL_BIT(PL_IDR) | PL_BIT(PL_AUTH),
		.may = PL_BIT(PL_CERT) | PL_BIT(PL_CP) | CHILD,
		.run = response,
		.build = build,
		.to = SA_ESTABLISHED,
	},
	{ .name = NULL },
};
