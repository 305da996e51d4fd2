/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * timer.h - things to be done at a time. The clock is the caller's: times are milliseconds of whatever he
 * counts, so tests make a month pass in no time. Setting, stopping and firing are O(log n).
 */
#ifndef BASE_TIMER_H
#define BASE_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIMER_NEVER INT64_MAX

/* Part of its owner; zeroed it is stopped. Owners stop their timers before they die. */
struct timer {
	int64_t due;
	uint64_t order; /* of setting: equal times fire in it */
	size_t slot; /* in the queue, from 1; 0: stopped */
	void (*fire)(void *owner);
	void *owner;
};

/* Zeroed it is empty. */
struct timer_queue {
	struct timer **v; /* a heap, v[0] unused */
	size_t n, room;
	uint64_t order;
	bool running; /* timer_run is */
	int64_t now; /* of it */
};

void timer_init(struct timer *t, void (*fire)(void *owner), void *owner);
/* Fire at due, instead of when it was to fire before. */
void timer_set(struct timer_queue *q, struct timer *t, int64_t due);
void timer_stop(struct timer_queue *q, struct timer *t);
bool timer_armed(const struct timer *t);

/* When the next one is due; TIMER_NEVER: none is set. */
int64_t timer_next(const struct timer_queue *q);
/*
 * Fire what is due at now, in order of time. One that is set while this runs waits for the next run, and is due
 * at now + 1 at the earliest. fire may set and stop any timer, and free its owner. Returns how many fired.
 */
size_t timer_run(struct timer_queue *q, int64_t now);
/* Gives the memory back; timers that were set are stopped. */
void timer_fini(struct timer_queue *q);

#endif /* BASE_TIMER_H */
