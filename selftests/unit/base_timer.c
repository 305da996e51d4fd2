// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/timer.c daemon/base/mem.c */
/* base_timer.c - timers on a clock of the test: order, moving, stopping, and what callbacks may do. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/timer.h"

#define MANY 100000

struct job {
	struct timer timer;
	int number;
	int fired;
};

static struct timer_queue q;
static int seen[16];
static size_t nseen;

static void note(void *owner)
{
	struct job *j = owner;

	j->fired++;
	assert_false(timer_armed(&j->timer));
	if (nseen < 16)
		seen[nseen++] = j->number;
}

static void begin(struct job *jobs, size_t n)
{
	size_t i;

	nseen = 0;
	for (i = 0; i < n; i++) {
		timer_init(&jobs[i].timer, note, &jobs[i]);
		jobs[i].number = (int)i;
		jobs[i].fired = 0;
	}
}

static void test_order(void **state)
{
	static const int due[] = { 30, 10, 20, 10, 40 };
	static const int want[] = { 1, 3, 2, 0, 4 };
	struct job j[5];
	size_t i;

	(void)state;
	begin(j, 5);
	assert_true(timer_next(&q) == TIMER_NEVER);
	for (i = 0; i < 5; i++)
		timer_set(&q, &j[i].timer, due[i]);
	assert_int_equal(timer_next(&q), 10);
	assert_int_equal(timer_run(&q, 9), 0);
	assert_int_equal(timer_run(&q, 29), 3);
	assert_int_equal(timer_next(&q), 30);
	assert_int_equal(timer_run(&q, 1000), 2);
	for (i = 0; i < 5; i++)
		assert_int_equal(seen[i], want[i]);
	assert_int_equal(timer_run(&q, 100000), 0);
	timer_fini(&q);
}

static void test_move(void **state)
{
	struct job j[3];

	(void)state;
	begin(j, 3);
	timer_set(&q, &j[0].timer, 10);
	timer_set(&q, &j[1].timer, 20);
	timer_set(&q, &j[2].timer, 30);
	timer_set(&q, &j[0].timer, 40); /* later */
	timer_set(&q, &j[2].timer, 5); /* earlier */
	timer_stop(&q, &j[1].timer);
	timer_stop(&q, &j[1].timer);
	assert_false(timer_armed(&j[1].timer));
	assert_true(timer_armed(&j[0].timer));
	assert_int_equal(timer_run(&q, 39), 1);
	assert_int_equal(seen[0], 2);
	assert_int_equal(timer_run(&q, 40), 1);
	assert_int_equal(j[1].fired, 0);
	timer_fini(&q);
}

static void again(void *owner)
{
	struct job *j = owner;

	j->fired++;
	timer_set(&q, &j->timer, 0); /* due at once, for ever */
}

static void stop_next(void *owner)
{
	struct job *j = owner;

	j->fired++;
	timer_stop(&q, &j[1].timer);
}

static void test_callbacks(void **state)
{
	struct job j[2];

	(void)state;
	begin(j, 2);
	timer_init(&j[0].timer, again, &j[0]);
	timer_set(&q, &j[0].timer, 10);
	assert_int_equal(timer_run(&q, 10), 1);
	assert_int_equal(timer_next(&q), 11);
	assert_int_equal(timer_run(&q, 10), 0);
	assert_int_equal(timer_run(&q, 11), 1);
	timer_stop(&q, &j[0].timer);
	begin(j, 2);
	timer_init(&j[0].timer, stop_next, &j[0]);
	timer_set(&q, &j[0].timer, 20);
	timer_set(&q, &j[1].timer, 20); /* due, but the one before stops it */
	assert_int_equal(timer_run(&q, 20), 1);
	assert_int_equal(j[1].fired, 0);
	timer_fini(&q);
}

static void die(void *owner)
{
	free(owner);
}

static void test_owner_may_die(void **state)
{
	struct job *j = calloc(1, sizeof(*j));

	(void)state;
	timer_init(&j->timer, die, j);
	timer_set(&q, &j->timer, 1);
	assert_int_equal(timer_run(&q, 1), 1); /* ASan watches */
	timer_fini(&q);
}

static void test_fini(void **state)
{
	struct job j[2];

	(void)state;
	begin(j, 2);
	timer_set(&q, &j[0].timer, 1);
	timer_set(&q, &j[1].timer, 2);
	timer_fini(&q);
	assert_false(timer_armed(&j[0].timer));
	assert_false(timer_armed(&j[1].timer));
	assert_true(timer_next(&q) == TIMER_NEVER);
	timer_set(&q, &j[0].timer, 3); /* it can be used again */
	assert_int_equal(timer_run(&q, 3), 1);
	timer_fini(&q);
}

static int64_t last_due;

static void ordered(void *owner)
{
	struct job *j = owner;

	assert_true(j->timer.due >= last_due);
	last_due = j->timer.due;
	j->fired++;
}

/* A hundred thousand, moved and stopped at random: all that are left fire once and in order, and soon. */
static void test_many(void **state)
{
	struct job *j = calloc(MANY, sizeof(*j));
	clock_t begun = clock();
	unsigned int i, r = 1;
	size_t fired, live = MANY;

	(void)state;
	last_due = 0;
	for (i = 0; i < MANY; i++) {
		timer_init(&j[i].timer, ordered, &j[i]);
		r = r * 1103515245U + 12345U;
		timer_set(&q, &j[i].timer, (int64_t)(r >> 8));
	}
	for (i = 0; i < MANY; i += 3) {
		r = r * 1103515245U + 12345U;
		timer_set(&q, &j[i].timer, (int64_t)(r >> 8));
	}
	for (i = 1; i < MANY; i += 3, live--)
		timer_stop(&q, &j[i].timer);
	fired = timer_run(&q, 1 << 23); /* about half of them */
	assert_true(fired > live / 3 && fired < live);
	assert_true(timer_next(&q) > 1 << 23);
	fired += timer_run(&q, 1 << 24);
	assert_int_equal(fired, live);
	for (i = 0; i < MANY; i++)
		assert_int_equal(j[i].fired, i % 3 != 1);
	free(j);
	timer_fini(&q);
	assert_true((double)(clock() - begun) / CLOCKS_PER_SEC < 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_callbacks),
		cmocka_unit_test(test_owner_may_die),
		cmocka_unit_test(test_fini),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
