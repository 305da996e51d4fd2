// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * intent.c - tries and pauses. A pause doubles with each failure up to a limit, and is made longer or shorter by up to
 * a quarter at random, so that a thousand tunnels of one gateway do not come back in the same second.
 */
#include "conn/intent.h"

static void enter(struct intent *in, enum intent_state state, int64_t now)
{
	if (in->state != state)
		in->since = now;
	in->state = state;
}

static int64_t pause_of(const struct intent *in, enum reason reason, uint32_t random)
{
	enum reason_severity severity = reason_row(reason)->severity;
	int64_t longest = severity == REASON_FATAL ? INTENT_FATAL_MS : INTENT_LONGEST_MS;
	int64_t ms = INTENT_FIRST_MS;
	unsigned int i;

	for (i = 1; i < in->failures && ms < longest; i++)
		ms *= 2;
	if (ms > longest)
		ms = longest;
	return ms - ms / 4 + (int64_t)(random % (uint64_t)(ms / 2 + 1));
}

static enum intent_do begin(struct intent *in, int64_t now)
{
	enter(in, INTENT_TRYING, now);
	return INTENT_BEGIN;
}

enum intent_do intent_want(struct intent *in, const struct intent_rules *r, bool lasting, int64_t now)
{
	in->wanted |= lasting;
	if (!r->may_begin)
		return INTENT_NOTHING;
	switch (in->state) {
	case INTENT_IDLE:
		in->failures = 0;
		return begin(in, now);
	case INTENT_WAITING: /* who asks now does not want to wait for our pause */
		return begin(in, now);
	case INTENT_TRYING:
	case INTENT_UP:
		break;
	}
	return INTENT_NOTHING;
}

void intent_drop(struct intent *in, int64_t now)
{
	in->wanted = false;
	in->failures = 0;
	in->retry_at = 0;
	if (in->state != INTENT_UP)
		enter(in, INTENT_IDLE, now);
}

void intent_up(struct intent *in, int64_t now)
{
	in->children++;
	in->failures = 0;
	in->last = R_NONE;
	in->retry_at = 0;
	enter(in, INTENT_UP, now);
}

static enum intent_do give_up(struct intent *in, int64_t now)
{
	in->wanted = false;
	enter(in, INTENT_IDLE, now);
	return INTENT_GIVE_UP;
}

enum intent_do intent_failed(struct intent *in, const struct intent_rules *r, enum reason reason, int64_t now,
			     uint32_t random)
{
	in->last = reason;
	/* something else of the connection may be up: one of several CHILD_SAs was refused */
	if (in->state == INTENT_UP && in->children)
		return INTENT_NOTHING;
	in->failures++;
	if (!in->wanted || !r->may_begin || (r->tries && in->failures >= r->tries))
		return give_up(in, now);
	in->retry_at = now + pause_of(in, reason, random);
	enter(in, INTENT_WAITING, now);
	return INTENT_WAIT;
}

/* It ended by failing, not by somebody's will. */
static bool was_lost(enum reason reason)
{
	enum reason_severity severity = reason_row(reason)->severity;

	return severity == REASON_PASSING || severity == REASON_HOSTILE || reason == R_EXPIRED;
}

static bool comes_back(const struct intent *in, const struct intent_rules *r, bool lost)
{
	if (!in->wanted || !r->may_begin)
		return false;
	switch (lost ? r->dead : r->closed) {
	case INTENT_RESTART:
		return true;
	case INTENT_CLEAR:
	case INTENT_HOLD: /* the trap stays, and the next packet begins */
		return false;
	case INTENT_AS_WANTED:
		break;
	}
	return lost || r->keep;
}

enum intent_do intent_down(struct intent *in, const struct intent_rules *r, enum reason reason, int64_t now,
			   uint32_t random)
{
	in->last = reason;
	if (in->children)
		in->children--;
	if (in->children || in->state == INTENT_TRYING || in->state == INTENT_WAITING)
		return INTENT_NOTHING;
	enter(in, INTENT_IDLE, now);
	if (!comes_back(in, r, was_lost(reason)))
		return INTENT_NOTHING;
	/* at once if it was lost; with a pause if the peer closed it, who may have a reason */
	if (was_lost(reason))
		return begin(in, now);
	in->failures = 1;
	in->retry_at = now + pause_of(in, reason, random);
	enter(in, INTENT_WAITING, now);
	return INTENT_WAIT;
}

enum intent_do intent_retry(struct intent *in, const struct intent_rules *r, int64_t now)
{
	if (in->state != INTENT_WAITING || !r->may_begin)
		return INTENT_NOTHING;
	return begin(in, now);
}

const char *intent_state_name(enum intent_state state)
{
	switch (state) {
	case INTENT_IDLE:
		return "down";
	case INTENT_TRYING:
		return "trying";
	case INTENT_WAITING:
		return "waiting";
	case INTENT_UP:
		break;
	}
	return "up";
}
