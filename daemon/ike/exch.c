// SPDX-License-Identifier: GPL-2.0-or-later
/* exch.c - finds the row of a message, runs it, and does what its outcome says; nobody else does. */
#include "ike/exch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "ike/notify.h"
#include "ike/output.h"
#include "ike/sa.h"
#include "ike/timers.h"

/* Always welcome: they are looked at by who knows them. */
#define ANYWHERE (PL_BIT(PL_NOTIFY) | PL_BIT(PL_VID) | PL_BIT(PL_SK) | PL_BIT(PL_SKF))

/* Outcomes ------------------------------------------------------------------------------------- */

struct outcome outcome_drop(enum reason reason)
{
	return (struct outcome){ V_DROP, NOTIFY_NONE, reason };
}

struct outcome outcome_refuse(enum reason reason)
{
	return (struct outcome){ V_REFUSE, notify_of_reason(reason), reason };
}

struct outcome outcome_fatal(enum reason reason)
{
	return (struct outcome){ V_FATAL, notify_of_reason(reason), reason };
}

/* Rows ----------------------------------------------------------------------------------------- */

static bool is_response(const struct ike_msg *msg)
{
	return msg->h.flags & MSG_RESPONSE;
}

static bool fits(const struct exch_row *row, const struct ike_sa *sa, const struct ike_msg *msg)
{
	if (row->exchange != msg->h.exchange || !row->run || !(row->from & SA_BIT(sa->state)))
		return false;
	if ((row->role == EXCH_RESPONSE) != is_response(msg))
		return false;
	if (row->role == EXCH_RESPONSE && (!sa->win.active || sa->win.active->kind != row->task))
		return false;
	return !row->is || row->is(msg);
}

static const struct exch_row *find(const struct ike_sa *sa, const struct ike_msg *msg)
{
	for (const struct exch_row *const *table = sa->ver->tables; *table; table++)
		for (const struct exch_row *row = *table; row->name; row++)
			if (fits(row, sa, msg))
				return row;
	return NULL;
}

const struct exch_row *exch_builder(const struct ike_ver *ver, uint8_t task)
{
	for (const struct exch_row *const *table = ver->tables; *table; table++)
		for (const struct exch_row *row = *table; row->name; row++)
			if (row->role == EXCH_RESPONSE && row->task == task && row->build)
				return row;
	return NULL;
}

static struct outcome run(const struct exch_row *row, struct ike_sa *sa, const struct ike_msg *msg,
			  struct ike_reply *reply)
{
	uint64_t have = msg->present | msg->inner;

	if (!row)
		return is_response(msg) ? outcome_drop(R_UNEXPECTED) : outcome_refuse(R_UNEXPECTED);
	if (row->need & ~have)
		return is_response(msg) ? outcome_fatal(R_MISSING) : outcome_refuse(R_MISSING);
	if (have & ~(row->need | row->may | ANYWHERE))
		return is_response(msg) ? outcome_fatal(R_UNEXPECTED) : outcome_refuse(R_UNEXPECTED);
	return row->run(sa->ike, sa, msg, reply);
}

/* What outcomes do ----------------------------------------------------------------------------- */

static void suspend(struct ike_sa *sa, const struct ike_msg *msg)
{
	struct sa_suspended *s = &sa->suspended;
	struct span plain = sa->ike->inner;

	if (s->b)
		return;
	s->h = msg->h;
	s->first = sa->ike->inner_first;
	s->n = plain.n;
	s->b = mem_new(plain.n ? plain.n : 1);
	if (plain.n)
		memcpy(s->b, plain.p, plain.n);
	timers_suspended(sa);
}

static void unsuspend(struct ike_sa *sa)
{
	if (sa->suspended.b)
		secret_wipe(sa->suspended.b, sa->suspended.n);
	free(sa->suspended.b);
	sa->suspended.b = NULL;
}

/* Tell conn/ of what came to be. */
static void announce(struct ike_sa *sa)
{
	for (struct child *c = sa->children; c; c = c->next)
		if (!c->announced)
			child_event(c, c->info.replaces ? IKE_EV_CHILD_REKEYED : IKE_EV_CHILD_UP, R_NONE, !c->mine);
}

static void enter(struct ike_sa *sa, enum sa_state to)
{
	bool up = to == SA_ESTABLISHED && sa->state != to;

	sa_set_state(sa, to, R_NONE);
	if (up) {
		sa_init_free(sa);
		timers_established(sa);
		sa_event(sa, IKE_EV_IKE_UP, R_NONE, "");
	}
	announce(sa);
	if (up && sa->lost)
		output_delete(sa, R_REPLACED);
}

static void refuse(struct ike_sa *sa, const struct ike_msg *msg, struct ike_reply *reply, struct outcome o)
{
	/* without a notify the handler has written what there is to say */
	if (o.notify) {
		struct msg_header h = output_header(sa, msg->h.exchange, msg->h.id, true);
		uint8_t type = msg->bad.type;

		output_begin(sa, reply, &h);
		msg_put_notify(&reply->w, o.notify,
			       span_of(&type, o.notify == N_UNSUPPORTED_CRITICAL_PAYLOAD ? 1 : 0));
	}
	output_reply(sa, &msg->h, reply);
}

static void after_request(struct ike_sa *sa, const struct ike_msg *msg, struct ike_reply *reply,
			  const struct exch_row *row, struct outcome o)
{
	bool fresh = sa->state == SA_NEW;

	switch (o.verdict) {
	case V_OK:
		output_reply(sa, &msg->h, reply);
		enter(sa, row->to);
		break;
	case V_DROP:
		break;
	case V_REFUSE:
	case V_FATAL:
		refuse(sa, msg, reply, o);
		if (o.verdict == V_FATAL && !fresh)
			sa_end(sa, o.reason, o.reason == R_PEER_DELETED);
		break;
	case V_SUSPEND:
		suspend(sa, msg);
		return;
	}
	unsuspend(sa);
	/* what was refused at first sight leaves nothing behind */
	if (fresh && o.verdict != V_OK)
		sa_free(sa, o.reason);
	else
		output_kick(sa);
}

static void fail_task(struct ike_sa *sa, struct outcome o)
{
	struct task *t = sa->win.active;

	if (t->kind == TASK_NEW_CHILD && t->nego)
		sa_event_conn(sa, t->nego->conn, IKE_EV_FAILED, o.reason);
	window_done(sa->ike, &sa->win, t);
}

static void after_response(struct ike_sa *sa, const struct exch_row *row, struct outcome o)
{
	switch (o.verdict) {
	case V_OK:
		timers_answered(sa);
		window_done(sa->ike, &sa->win, sa->win.active);
		enter(sa, row->to);
		break;
	case V_DROP:
		return;
	case V_REFUSE:
		timers_answered(sa);
		fail_task(sa, o);
		announce(sa);
		break;
	case V_FATAL:
		timers_answered(sa);
		sa->reason = o.reason;
		/* the peer believes that all is well: tell it otherwise */
		if (o.notify && sa->state == SA_AUTH_SENT)
			output_farewell(sa, o.notify);
		sa_end(sa, o.reason, false);
		return;
	case V_SUSPEND:
		return;
	}
	unsuspend(sa);
	output_kick(sa);
}

static void explain(const struct ike_sa *sa, const struct ike_msg *msg, struct outcome o)
{
	char text[512];

	if (o.reason == R_NONE)
		return;
	if (o.verdict == V_DROP)
		log_debug(&sa->about, "dropped: %s: %s", msg_text(msg, text, sizeof(text)), reason_text(o.reason));
	else
		log_info(&sa->about, o.reason, "%s%s: %s", msg_text(msg, text, sizeof(text)),
			 is_response(msg) || !o.notify ? "" : " refused", reason_text(o.reason));
}

static void apply(struct ike_sa *sa, const struct ike_msg *msg, const struct exch_row *row, struct ike_reply *reply,
		  struct outcome o)
{
	explain(sa, msg, o);
	if (is_response(msg)) {
		if (o.verdict == V_SUSPEND)
			suspend(sa, msg);
		after_response(sa, row, o);
	} else {
		after_request(sa, msg, reply, row, o);
	}
}

void exch_run(struct ike_sa *sa, struct ike_msg *msg)
{
	const struct exch_row *row = find(sa, msg);
	struct msg_header h = output_header(sa, msg->h.exchange, msg->h.id, true);
	struct ike_reply reply;
	struct outcome o;
	char text[512];

	if (log_wanted(&sa->about, LOG_LVL_DEBUG))
		log_debug(&sa->about, "%s: %s", row ? row->name : "unexpected", msg_text(msg, text, sizeof(text)));
	if (!is_response(msg))
		output_begin(sa, &reply, &h);
	sa->ike->busy = true;
	o = run(row, sa, msg, &reply);
	sa->ike->busy = false;
	apply(sa, msg, row, &reply, o);
}

void exch_refuse(struct ike_sa *sa, struct ike_msg *msg, enum reason reason)
{
	struct ike_reply reply;

	/* an answer that makes no sense is none, but there will be no other */
	if (is_response(msg))
		apply(sa, msg, NULL, &reply, outcome_fatal(reason));
	else
		apply(sa, msg, NULL, &reply, outcome_refuse(reason));
}

void exch_resume(struct ike_sa *sa)
{
	struct sa_suspended *s = &sa->suspended;

	if (s->b) {
		struct ike_msg *msg = mem_new(sizeof(*msg));
		uint8_t *octets = s->b;
		size_t n = s->n;

		/* the row may suspend again, and then keeps a copy of its own */
		s->b = NULL;
		msg->h = s->h;
		sa->ike->inner = span_of(octets, n);
		sa->ike->inner_first = s->first;
		if (msg_decode_inner(msg, s->first, sa->ike->inner) == R_NONE)
			exch_run(sa, msg);
		secret_wipe(octets, n);
		free(octets);
		free(msg);
	}
	if (sa->win.active && sa->win.active->blocked)
		output_kick(sa);
}
