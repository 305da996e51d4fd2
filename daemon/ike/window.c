// SPDX-License-Identifier: GPL-2.0-or-later
/* window.c - requests and their answers: message IDs, the queue of tasks, what is kept to be sent again. */
#include "ike/window.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rd.h"
#include "ike/child.h"

/* Messages that are kept ----------------------------------------------------------------------- */

void sealed_add(struct sealed *s, struct span datagram)
{
	uint8_t *b = mem_new(s->n + 4 + datagram.n);

	if (s->n)
		memcpy(b, s->b, s->n);
	b[s->n] = (uint8_t)(datagram.n >> 24);
	b[s->n + 1] = (uint8_t)(datagram.n >> 16);
	b[s->n + 2] = (uint8_t)(datagram.n >> 8);
	b[s->n + 3] = (uint8_t)datagram.n;
	if (datagram.n)
		memcpy(b + s->n + 4, datagram.p, datagram.n);
	free(s->b);
	s->b = b;
	s->n += 4 + datagram.n;
}

bool sealed_next(const struct sealed *s, size_t *at, struct span *datagram)
{
	struct rd r = rd_of(span_of(s->b, s->n));

	rd_skip(&r, *at);
	*datagram = rd_span(&r, rd_u32(&r));
	if (!rd_ok(&r))
		return false;
	*at += 4 + datagram->n;
	return true;
}

void sealed_free(struct sealed *s)
{
	free(s->b);
	s->b = NULL;
	s->n = 0;
}

/* Message IDs ---------------------------------------------------------------------------------- */

enum admit window_admit(const struct window *w, uint32_t id, bool response)
{
	if (response)
		return w->active && w->active->sent.n && w->active->id == id ? ADMIT_NEW : ADMIT_STALE;
	if (id == w->next_in)
		return ADMIT_NEW;
	if (w->reply.n && id + 1 == w->next_in)
		return ADMIT_REPEAT;
	return ADMIT_STALE;
}

void window_replied(struct window *w, struct sealed *reply)
{
	sealed_free(&w->reply);
	w->reply = *reply;
	reply->b = NULL;
	reply->n = 0;
	w->next_in++;
}

/* Tasks ---------------------------------------------------------------------------------------- */

static bool is_same(const struct task *t, enum task_kind kind, uint32_t child)
{
	return t->kind == kind && (!child || t->child == child);
}

/* Before the first that is less important; among equals the oldest goes first. */
static void enqueue(struct window *w, struct task *task)
{
	struct task **at = &w->queue;

	while (*at && (*at)->kind <= task->kind)
		at = &(*at)->next;
	task->next = *at;
	*at = task;
}

struct task *window_add(struct window *w, enum task_kind kind, uint32_t child)
{
	struct task *t;

	/* new children are told apart by what they negotiate */
	if (kind != TASK_NEW_CHILD && window_find(w, kind, child))
		return NULL;
	t = mem_new(sizeof(*t));
	t->kind = kind;
	t->child = child;
	enqueue(w, t);
	return t;
}

struct task *window_again(struct window *w, int64_t not_before)
{
	struct task *t = mem_new(sizeof(*t));

	t->kind = w->active->kind;
	t->child = w->active->child;
	t->nego = w->active->nego;
	t->not_before = not_before;
	w->active->nego = NULL;
	enqueue(w, t);
	return t;
}

struct task *window_find(const struct window *w, enum task_kind kind, uint32_t child)
{
	if (w->active && is_same(w->active, kind, child))
		return w->active;
	for (struct task *t = w->queue; t; t = t->next)
		if (is_same(t, kind, child))
			return t;
	return NULL;
}

static void task_free(struct ike *ike, struct task *t)
{
	nego_free(ike, t->nego);
	sealed_free(&t->sent);
	free(t);
}

void window_done(struct ike *ike, struct window *w, struct task *task)
{
	struct task **at = &w->queue;

	if (w->active == task) {
		w->active = NULL;
	} else {
		while (*at && *at != task)
			at = &(*at)->next;
		if (*at)
			*at = task->next;
	}
	task_free(ike, task);
}

struct task *window_next(struct window *w, uint32_t kinds, int64_t now)
{
	struct task **at = &w->queue, *t;

	while (*at && ((*at)->not_before > now || !(kinds & (1U << (*at)->kind))))
		at = &(*at)->next;
	t = *at;
	if (t) {
		*at = t->next;
		t->next = NULL;
		w->active = t;
	}
	return t;
}

void window_move(struct window *to, struct window *from)
{
	struct task *t;

	while ((t = from->queue)) {
		from->queue = t->next;
		enqueue(to, t);
	}
}

void window_fini(struct ike *ike, struct window *w)
{
	if (w->active)
		window_done(ike, w, w->active);
	while (w->queue)
		window_done(ike, w, w->queue);
	sealed_free(&w->reply);
}

int64_t window_backoff(unsigned int first_ms, unsigned int tries, uint32_t r)
{
	int64_t ms = first_ms;

	/* beyond a minute more patience helps nobody */
	while (tries-- > 1 && ms < 60000)
		ms *= 2;
	return ms + ms * (r % 1000) / 10000;
}
