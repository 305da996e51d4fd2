// SPDX-License-Identifier: GPL-2.0-or-later
/* timer.c - timers, in a binary heap; each knows its slot, so that it can be moved or taken out. */
#include "base/timer.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void timer_init(struct timer *t, void (*fire)(void *owner), void *owner)
{
	memset(t, 0, sizeof(*t));
	t->fire = fire;
	t->owner = owner;
}

static bool earlier(const struct timer *a, const struct timer *b)
{
	return a->due < b->due || (a->due == b->due && a->order < b->order);
}

static void put(struct timer_queue *q, struct timer *t, size_t slot)
{
	q->v[slot] = t;
	t->slot = slot;
}

static void rise(struct timer_queue *q, struct timer *t, size_t slot)
{
	for (; slot > 1 && earlier(t, q->v[slot / 2]); slot /= 2)
		put(q, q->v[slot / 2], slot);
	put(q, t, slot);
}

static void sink(struct timer_queue *q, struct timer *t, size_t slot)
{
	size_t child;

	while ((child = 2 * slot) <= q->n) {
		if (child < q->n && earlier(q->v[child + 1], q->v[child]))
			child++;
		if (!earlier(q->v[child], t))
			break;
		put(q, q->v[child], slot);
		slot = child;
	}
	put(q, t, slot);
}

void timer_set(struct timer_queue *q, struct timer *t, int64_t due)
{
	timer_stop(q, t);
	/* otherwise one that sets itself again would keep timer_run from ever returning */
	t->due = q->running && due <= q->now ? q->now + 1 : due;
	t->order = q->order++;
	q->v = mem_grow(q->v, q->n + 1, &q->room,
			sizeof(struct timer *)); /* v[0] is unused */
	rise(q, t, ++q->n);
}

void timer_stop(struct timer_queue *q, struct timer *t)
{
	size_t slot = t->slot;
	struct timer *last;

	if (!slot)
		return;
	last = q->v[q->n--];
	t->slot = 0;
	if (last == t)
		return;
	if (slot > 1 && earlier(last, q->v[slot / 2]))
		rise(q, last, slot);
	else
		sink(q, last, slot);
}

bool timer_armed(const struct timer *t)
{
	return t->slot != 0;
}

int64_t timer_next(const struct timer_queue *q)
{
	return q->n ? q->v[1]->due : TIMER_NEVER;
}

size_t timer_run(struct timer_queue *q, int64_t now)
{
	size_t fired = 0;

	q->running = true;
	q->now = now;
	while (q->n && q->v[1]->due <= now) {
		struct timer *t = q->v[1];

		timer_stop(q, t);
		fired++;
		t->fire(t->owner); /* t may be gone */
	}
	q->running = false;
	return fired;
}

void timer_fini(struct timer_queue *q)
{
	while (q->n)
		q->v[q->n--]->slot = 0;
	free(q->v);
	memset(q, 0, sizeof(*q));
}
