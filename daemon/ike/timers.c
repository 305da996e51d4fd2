// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * timers.c - all timers of the engine:
 *
 *   RETRANSMIT	retransmit-interval, doubled each time, until retransmit-timeout; then the peer is dead
 *   QUEUE	5 to 10 s after TEMPORARY_FAILURE
 *   HALF_OPEN	30 s for a peer that began to be authenticated; 10 s for a dead IKE_SA to repeat its last answer
 *   REKEY	lifetime less margin less up to margin * fuzz; 10 to 30 s after a try that failed
 *   EXPIRE	lifetime; 300 s for one that was replaced and that the peer ought to delete: longer than anybody
 *		retransmits
 *   LIVENESS	dpddelay
 *   KEEPALIVE	20 s without anything sent (RFC 3948 4)
 *   child REKEY, EXPIRE	as above; what is sent goes on by the old one until the peer deletes it or uses the new
 *		one, for before that nobody knows whether the peer has our answer
 *   child LINGER	5 s for packets that are still on their way
 */
#include "ike/timers.h"

#include "ike/child.h"
#include "ike/output.h"
#include "ike/sa.h"

enum {
	HALF_OPEN_MS = 30000,
	DEAD_MS = 10000,
	REPLACED_MS = 300000,
	RETRY_MS = 5000,
	REKEY_RETRY_MS = 10000,
	KEEPALIVE_MS = 20000,
	LINGER_MS = 5000,
};

static uint32_t any(const struct ike *ike)
{
	uint32_t r;

	ike->env->random(ike->env->arg, &r, sizeof(r));
	return r;
}

/* n to 3 n, or with less spread n to 2 n */
static int64_t spread(const struct ike *ike, int64_t n, unsigned int times)
{
	return n + n * times * (any(ike) % 1000) / 1000;
}

static int64_t earliest(const int64_t *at, size_t n)
{
	int64_t min = TIMER_NEVER;

	for (size_t i = 0; i < n; i++)
		if (at[i] < min)
			min = at[i];
	return min;
}

static void rearm(struct ike *ike, struct timer *t, const int64_t *at, size_t n)
{
	int64_t due = earliest(at, n);

	if (due == TIMER_NEVER)
		timer_stop(&ike->timers, t);
	else
		timer_set(&ike->timers, t, due);
}

static void set(struct ike_sa *sa, enum sa_timer which, int64_t at)
{
	sa->at[which] = at;
	rearm(sa->ike, &sa->timer, sa->at, SA_TIMERS);
}

static void after(struct ike_sa *sa, enum sa_timer which, int64_t ms)
{
	set(sa, which, ike_now(sa->ike) + ms);
}

static void child_set(struct child *c, enum child_timer which, int64_t at)
{
	c->at[which] = at;
	rearm(c->ike, &c->timer, c->at, CHILD_TIMERS);
}

/* When to renew: some time before the end that differs each time. */
static int64_t rekey_at(const struct ike *ike, const struct ike_life *life, int64_t since)
{
	int64_t margin = life->margin_ms;

	margin += margin * life->fuzz / 100 * (any(ike) % 1000) / 1000;
	/* margins that leave nothing: half of the lifetime */
	if (margin >= life->ms)
		margin = life->ms / 2;
	return since + life->ms - margin;
}

/* IKE_SAs -------------------------------------------------------------------------------------- */

static void retransmit(struct ike_sa *sa)
{
	output_again(sa);
}

static void queue(struct ike_sa *sa)
{
	output_kick(sa);
}

static void half_open(struct ike_sa *sa)
{
	if (sa->state == SA_DEAD)
		sa_free(sa, sa->reason);
	else
		sa_end(sa, R_TIMEOUT_AUTH, false);
}

static void rekey(struct ike_sa *sa)
{
	timers_rekey_failed(sa); /* unless it works */
	window_add(&sa->win, TASK_REKEY_IKE, 0);
	output_kick(sa);
}

static void expire(struct ike_sa *sa)
{
	if (sa->state == SA_REPLACED) {
		sa_end(sa, R_REKEYED, false);
		return;
	}
	output_delete(sa, R_EXPIRED);
}

static void keepalive(struct ike_sa *sa)
{
	output_keepalive(sa);
	after(sa, SA_T_KEEPALIVE, KEEPALIVE_MS);
}

static void liveness(struct ike_sa *sa)
{
	after(sa, SA_T_LIVENESS, sa->conn->liveness_ms);
	if (sa_unanswered(sa)) {
		window_add(&sa->win, TASK_LIVENESS, 0);
		output_kick(sa);
	}
}

/* One at a time: each may free the IKE_SA. What else is due fires right after it. */
static void sa_fire(void *owner)
{
	static void (*const due[SA_TIMERS])(struct ike_sa *sa) = {
		[SA_T_RETRANSMIT] = retransmit, [SA_T_QUEUE] = queue,	  [SA_T_HALF_OPEN] = half_open,
		[SA_T_REKEY] = rekey,		[SA_T_EXPIRE] = expire,	  [SA_T_LIVENESS] = liveness,
		[SA_T_KEEPALIVE] = keepalive,
	};
	struct ike_sa *sa = owner;
	int64_t now = ike_now(sa->ike);

	for (size_t i = 0; i < SA_TIMERS; i++) {
		if (sa->at[i] > now)
			continue;
		set(sa, i, TIMER_NEVER);
		due[i](sa);
		return;
	}
	rearm(sa->ike, &sa->timer, sa->at, SA_TIMERS);
}

void timers_init(struct ike_sa *sa)
{
	for (size_t i = 0; i < SA_TIMERS; i++)
		sa->at[i] = TIMER_NEVER;
	timer_init(&sa->timer, sa_fire, sa);
}

void timers_stop(struct ike_sa *sa)
{
	timer_stop(&sa->ike->timers, &sa->timer);
}

void timers_half_open(struct ike_sa *sa)
{
	after(sa, SA_T_HALF_OPEN, HALF_OPEN_MS);
}

void timers_established(struct ike_sa *sa)
{
	const struct ike_life *life = &sa->conn->ike_life;

	sa->since = ike_now(sa->ike);
	set(sa, SA_T_HALF_OPEN, TIMER_NEVER);
	if (life->ms) {
		set(sa, SA_T_EXPIRE, sa->since + life->ms);
		if (sa->conn->rekey)
			set(sa, SA_T_REKEY, rekey_at(sa->ike, life, sa->since));
	}
	if (sa->conn->liveness_ms)
		after(sa, SA_T_LIVENESS, sa->conn->liveness_ms);
	if (sa->seen.nat_here && sa->conn->keepalive)
		after(sa, SA_T_KEEPALIVE, KEEPALIVE_MS);
}

void timers_sent(struct ike_sa *sa, struct task *task)
{
	unsigned int first = sa->conn && sa->conn->retransmit_ms ? sa->conn->retransmit_ms : 500;

	task->delay = window_backoff(first, task->tries, any(sa->ike));
	after(sa, SA_T_RETRANSMIT, task->delay);
	if (sa->at[SA_T_KEEPALIVE] != TIMER_NEVER)
		after(sa, SA_T_KEEPALIVE, KEEPALIVE_MS);
}

void timers_answered(struct ike_sa *sa)
{
	set(sa, SA_T_RETRANSMIT, TIMER_NEVER);
}

void timers_suspended(struct ike_sa *sa)
{
	timers_answered(sa);
	if (sa->state < SA_ESTABLISHED && sa->at[SA_T_HALF_OPEN] == TIMER_NEVER)
		timers_half_open(sa);
}

void timers_queued(struct ike_sa *sa, int64_t not_before)
{
	if (not_before < sa->at[SA_T_QUEUE])
		set(sa, SA_T_QUEUE, not_before);
}

int64_t timers_retry(const struct ike *ike)
{
	return ike_now(ike) + spread(ike, RETRY_MS, 1);
}

void timers_rekey_failed(struct ike_sa *sa)
{
	after(sa, SA_T_REKEY, spread(sa->ike, REKEY_RETRY_MS, 2));
}

void timers_replaced(struct ike_sa *sa)
{
	set(sa, SA_T_REKEY, TIMER_NEVER);
	set(sa, SA_T_LIVENESS, TIMER_NEVER);
	set(sa, SA_T_KEEPALIVE, TIMER_NEVER);
	after(sa, SA_T_EXPIRE, REPLACED_MS);
}

void timers_dead(struct ike_sa *sa)
{
	for (size_t i = 0; i < SA_TIMERS; i++)
		sa->at[i] = TIMER_NEVER;
	/* without an answer to repeat there is nothing to wait for */
	after(sa, SA_T_HALF_OPEN, sa->win.reply.n ? DEAD_MS : 0);
}

/* CHILD_SAs ------------------------------------------------------------------------------------ */

static void child_rekey(struct child *c)
{
	timers_child_rekey_failed(c); /* unless it works */
	if (c->state != CHILD_UP)
		return;
	window_add(&c->sa->win, TASK_REKEY_CHILD, c->info.id);
	output_kick(c->sa);
}

static void child_expire(struct child *c)
{
	if (c->state == CHILD_REPLACED)
		child_retire(c, R_REKEYED, false);
	else
		output_delete_child(c, R_EXPIRED);
}

static void child_linger_end(struct child *c)
{
	child_free(c, R_REKEYED, false);
}

static void child_fire(void *owner)
{
	static void (*const due[CHILD_TIMERS])(struct child *c) = {
		[CHILD_T_REKEY] = child_rekey,
		[CHILD_T_EXPIRE] = child_expire,
		[CHILD_T_LINGER] = child_linger_end,
	};
	struct child *c = owner;
	int64_t now = ike_now(c->ike);

	for (size_t i = 0; i < CHILD_TIMERS; i++) {
		if (c->at[i] > now)
			continue;
		child_set(c, i, TIMER_NEVER);
		due[i](c);
		return;
	}
	rearm(c->ike, &c->timer, c->at, CHILD_TIMERS);
}

void timers_child_init(struct child *c)
{
	for (size_t i = 0; i < CHILD_TIMERS; i++)
		c->at[i] = TIMER_NEVER;
	timer_init(&c->timer, child_fire, c);
}

void timers_child_stop(struct child *c)
{
	timer_stop(&c->ike->timers, &c->timer);
}

void timers_child_made(struct child *c)
{
	const struct ike_life *life = &c->info.conn->child_life;

	c->since = ike_now(c->ike);
	if (!life->ms)
		return;
	child_set(c, CHILD_T_EXPIRE, c->since + life->ms);
	if (c->info.conn->rekey)
		child_set(c, CHILD_T_REKEY, rekey_at(c->ike, life, c->since));
}

void timers_child_rekey_failed(struct child *c)
{
	child_set(c, CHILD_T_REKEY, ike_now(c->ike) + spread(c->ike, REKEY_RETRY_MS, 2));
}

void timers_child_replaced(struct child *c)
{
	int64_t end;

	child_set(c, CHILD_T_REKEY, TIMER_NEVER);
	end = ike_now(c->ike) + REPLACED_MS;
	if (end < c->at[CHILD_T_EXPIRE])
		child_set(c, CHILD_T_EXPIRE, end);
}

void timers_child_linger(struct child *c)
{
	for (size_t i = 0; i < CHILD_TIMERS; i++)
		c->at[i] = TIMER_NEVER;
	child_set(c, CHILD_T_LINGER, ike_now(c->ike) + LINGER_MS);
}
