// SPDX-License-Identifier: GPL-2.0-or-later
/* output.c - messages on their way out; the only file that sends. */
#include "ike/output.h"

#include <string.h>

#include "base/rd.h"
#include "ike/exch.h"
#include "ike/notify.h"
#include "ike/sa.h"
#include "ike/timers.h"

enum { DELETE_TRIES = 4 };

/* Which tasks may be sent in a state, and the state while they are under way. */
static const uint32_t may_go[SA_STATES] = {
	[SA_NEW] = 1U << TASK_INIT,
	[SA_INIT_DONE] = 1U << TASK_AUTH,
	[SA_ESTABLISHED] = ~(1U << TASK_INIT | 1U << TASK_AUTH),
	[SA_REPLACED] = 1U << TASK_DELETE_IKE,
};

static enum sa_state state_of(enum task_kind kind)
{
	switch (kind) {
	case TASK_INIT:
		return SA_INIT_SENT;
	case TASK_AUTH:
		return SA_AUTH_SENT;
	case TASK_DELETE_IKE:
		return SA_DELETING;
	case TASK_DELETE_CHILD:
	case TASK_DELETE_SPI:
	case TASK_REKEY_IKE:
	case TASK_REKEY_CHILD:
	case TASK_NEW_CHILD:
	case TASK_LIVENESS:
	case TASK_KINDS:
		break;
	}
	return SA_SAME;
}

static void send_all(const struct ike_sa *sa, const struct sealed *s)
{
	const struct ike_env *env = sa->ike->env;
	struct ike_packet packet = { .local = sa->local, .peer = sa->peer };
	size_t at = 0;

	while (sealed_next(s, &at, &packet.bytes))
		env->send(env->arg, &packet);
}

/* Messages ------------------------------------------------------------------------------------- */

static uint64_t spi_number(const uint8_t spi[8])
{
	struct rd r = rd_of(span_of(spi, 8));

	return rd_u64(&r);
}

struct msg_header output_header(const struct ike_sa *sa, uint8_t exchange, uint32_t id, bool response)
{
	return (struct msg_header){
		.spi_i = spi_number(sa->spi_i),
		.spi_r = spi_number(sa->spi_r),
		.major = sa->ver->major,
		.exchange = exchange,
		.flags = (uint8_t)((sa->initiator ? MSG_INITIATOR : 0) | (response ? MSG_RESPONSE : 0)),
		.id = id,
	};
}

void output_begin(struct ike_sa *sa, struct ike_reply *reply, const struct msg_header *h)
{
	struct ike *ike = sa->ike;

	if (h->exchange == MSG_IKE_SA_INIT)
		reply->w = msg_begin(ike->plain, sizeof(ike->plain), h);
	else
		reply->w = msg_begin_inner(ike->plain, sizeof(ike->plain));
}

/* false: it is too long to be sent. */
static bool finish(struct ike_sa *sa, const struct msg_header *h, struct ike_reply *reply, struct sealed *out)
{
	struct span whole;

	if (h->exchange != MSG_IKE_SA_INIT) {
		sa->ver->seal(sa, h, reply, out);
		return out->n;
	}
	whole = msg_end(&reply->w);
	if (whole.p)
		sealed_add(out, whole);
	return out->n;
}

void output_reply(struct ike_sa *sa, const struct msg_header *request, struct ike_reply *reply)
{
	struct msg_header h = output_header(sa, request->exchange, request->id, true);
	struct sealed out = { .n = 0 };

	if (!finish(sa, &h, reply, &out)) {
		log_error(&sa->about, R_INTERNAL, "the answer is too long to be sent");
		return;
	}
	window_replied(&sa->win, &out);
	send_all(sa, &sa->win.reply);
}

void output_repeat(struct ike_sa *sa)
{
	sa->win.repeats++;
	send_all(sa, &sa->win.reply);
}

void output_keepalive(struct ike_sa *sa)
{
	static const uint8_t octet = 0xff;
	const struct ike_env *env = sa->ike->env;
	struct ike_packet packet = { span_of(&octet, 1), sa->local, sa->peer };

	env->send(env->arg, &packet);
}

void output_stateless(struct ike *ike, const struct ike_packet *packet, const struct msg_header *h,
		      const struct pl_notify *n)
{
	struct msg_header answer = *h;
	uint8_t buf[256];
	struct msg_wr w;
	struct ike_packet out = { .local = packet->local, .peer = packet->peer };

	answer.flags = (uint8_t)(MSG_RESPONSE | (h->flags & MSG_INITIATOR ? 0 : MSG_INITIATOR));
	answer.major = 2;
	answer.minor = 0;
	w = msg_begin(buf, sizeof(buf), &answer);
	pl_notify_write(&w, n);
	out.bytes = msg_end(&w);
	if (out.bytes.p)
		ike->env->send(ike->env->arg, &out);
}

/* Requests ------------------------------------------------------------------------------------- */

static void transmit(struct ike_sa *sa, struct task *t)
{
	if (!t->tries++)
		t->first = ike_now(sa->ike);
	send_all(sa, &t->sent);
	timers_sent(sa, t);
}

/* A task that cannot be sent, for a reason of our own. */
static void give_up(struct ike_sa *sa, struct task *t, enum reason reason)
{
	bool fatal = t->kind <= TASK_DELETE_IKE;

	log_debug(&sa->about, "request not sent: %s", reason_text(reason));
	if (t->kind == TASK_NEW_CHILD && t->nego)
		sa_event_conn(sa, t->nego->conn, IKE_EV_FAILED, reason);
	window_done(sa->ike, &sa->win, t);
	if (fatal)
		sa_end(sa, reason, false);
}

/* false: it is not sent, and out of the way. */
static bool build(struct ike_sa *sa, struct task *t)
{
	const struct exch_row *row = exch_builder(sa->ver, t->kind);
	struct msg_header h = output_header(sa, row->exchange, sa->win.next_out, false);
	struct ike_reply reply;
	struct outcome o;

	output_begin(sa, &reply, &h);
	o = row->build(sa->ike, sa, t, &reply);
	t->blocked = o.verdict == V_SUSPEND;
	if (t->blocked)
		return true;
	if (o.verdict != V_OK || !finish(sa, &h, &reply, &t->sent)) {
		give_up(sa, t, o.verdict == V_OK ? R_INTERNAL : o.reason);
		return false;
	}
	t->id = sa->win.next_out++;
	sa_set_state(sa, state_of(t->kind), sa->reason);
	log_debug(&sa->about, "request %u sent: %s", t->id, row->name);
	transmit(sa, t);
	return true;
}

void output_kick(struct ike_sa *sa)
{
	struct task *t = sa->win.active;

	/* a handler is writing its answer: whatever it set off goes out after that */
	if (sa->ike->busy) {
		timers_queued(sa, ike_now(sa->ike));
		return;
	}
	if (t && !t->blocked)
		return;
	do {
		if (!t)
			t = window_next(&sa->win, may_go[sa->state], ike_now(sa->ike));
		if (!t || build(sa, t))
			break;
		t = NULL;
	} while (true);
	if (sa->win.queue && !sa->win.active)
		timers_queued(sa, sa->win.queue->not_before);
}

static int64_t patience(const struct ike_sa *sa)
{
	return sa->conn && sa->conn->retransmit_total_ms ? sa->conn->retransmit_total_ms : 60000;
}

static enum reason silence(const struct ike_sa *sa, enum task_kind kind)
{
	if (kind == TASK_INIT)
		return R_TIMEOUT;
	if (kind == TASK_AUTH)
		return R_TIMEOUT_AUTH;
	return kind == TASK_DELETE_IKE ? sa->reason : R_DEAD;
}

void output_again(struct ike_sa *sa)
{
	struct task *t = sa->win.active;
	bool late;

	if (!t || t->blocked)
		return;
	late = ike_now(sa->ike) - t->first >= patience(sa);
	if (late || (t->kind == TASK_DELETE_IKE && t->tries >= DELETE_TRIES))
		sa_end(sa, silence(sa, t->kind), false);
	else
		transmit(sa, t);
}

/* Ends ----------------------------------------------------------------------------------------- */

void output_delete(struct ike_sa *sa, enum reason reason)
{
	if (sa->state == SA_DEAD || sa->state == SA_DELETING)
		return;
	sa->reason = reason;
	if (sa->state < SA_ESTABLISHED) {
		sa_end(sa, reason, false);
		return;
	}
	window_add(&sa->win, TASK_DELETE_IKE, 0);
	output_kick(sa);
}

void output_delete_child(struct child *c, enum reason reason)
{
	struct ike_sa *sa = c->sa;

	if (c->state >= CHILD_DELETING)
		return;
	c->reason = reason;
	if (sa->state == SA_ESTABLISHED)
		window_add(&sa->win, TASK_DELETE_CHILD, c->info.id);
	output_kick(sa);
}

void output_farewell(struct ike_sa *sa, uint16_t notify)
{
	struct msg_header h = output_header(sa, MSG_INFORMATIONAL, sa->win.next_out++, false);
	const struct pl_delete all = { .proto = IKE_PROTO_IKE };
	struct sealed out = { .n = 0 };
	struct ike_reply reply;

	output_begin(sa, &reply, &h);
	if (notify)
		msg_put_notify(&reply.w, notify, span_of(NULL, 0));
	pl_delete_write(&reply.w, &all);
	if (finish(sa, &h, &reply, &out))
		send_all(sa, &out);
	sealed_free(&out);
}
