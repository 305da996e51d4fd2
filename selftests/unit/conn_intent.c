// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/conn/intent.c daemon/base/reason.c */
/* conn_intent.c - who wants what up, tries, pauses, and what ends a connection. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "conn/intent.h"

static const struct intent_rules keep = { .keep = true, .may_begin = true };
static const struct intent_rules once = { .may_begin = true };

static void test_pauses_grow_to_a_limit(void **state)
{
	struct intent in = { .state = INTENT_IDLE };
	int64_t now = 1000, longest = 0;
	unsigned int i;

	(void)state;
	assert_int_equal(intent_want(&in, &keep, true, now), INTENT_BEGIN);
	for (i = 0; i < 40; i++) {
		int64_t pause;

		assert_int_equal(intent_failed(&in, &keep, R_TIMEOUT, now, i * 2654435761u), INTENT_WAIT);
		pause = in.retry_at - now;
		assert_in_range(pause, INTENT_FIRST_MS * 3 / 4, INTENT_LONGEST_MS * 5 / 4);
		if (i == 0)
			assert_in_range(pause, INTENT_FIRST_MS * 3 / 4, INTENT_FIRST_MS * 5 / 4);
		longest = pause > longest ? pause : longest;
		now = in.retry_at;
		assert_int_equal(intent_retry(&in, &keep, now), INTENT_BEGIN);
	}
	assert_in_range(longest, INTENT_LONGEST_MS, INTENT_LONGEST_MS * 5 / 4);
}

static void test_what_has_to_be_cured_waits_longer(void **state)
{
	struct intent in = { .state = INTENT_IDLE };
	int64_t now = 0;
	unsigned int i;

	(void)state;
	intent_want(&in, &keep, true, now);
	for (i = 0; i < 20; i++) {
		assert_int_equal(intent_failed(&in, &keep, R_NO_PROPOSAL, now, 0), INTENT_WAIT);
		now = in.retry_at;
		intent_retry(&in, &keep, now);
	}
	intent_failed(&in, &keep, R_NO_PROPOSAL, now, 0);
	assert_int_equal(in.retry_at - now, INTENT_FATAL_MS * 3 / 4);
}

static void test_keyingtries(void **state)
{
	const struct intent_rules three = { .tries = 3, .keep = true, .may_begin = true };
	struct intent in = { .state = INTENT_IDLE };

	(void)state;
	intent_want(&in, &three, true, 0);
	assert_int_equal(intent_failed(&in, &three, R_TIMEOUT, 0, 0), INTENT_WAIT);
	intent_retry(&in, &three, in.retry_at);
	assert_int_equal(intent_failed(&in, &three, R_TIMEOUT, 0, 0), INTENT_WAIT);
	intent_retry(&in, &three, in.retry_at);
	assert_int_equal(intent_failed(&in, &three, R_TIMEOUT, 0, 0), INTENT_GIVE_UP);
	assert_int_equal(in.state, INTENT_IDLE);
	assert_false(in.wanted);
	/* and begins anew when it is wanted again */
	assert_int_equal(intent_want(&in, &three, true, 0), INTENT_BEGIN);
	assert_int_equal(intent_failed(&in, &three, R_TIMEOUT, 0, 0), INTENT_WAIT);
}

static void test_a_packet_tries_once(void **state)
{
	struct intent in = { .state = INTENT_IDLE };

	(void)state;
	assert_int_equal(intent_want(&in, &once, false, 0), INTENT_BEGIN);
	assert_int_equal(intent_want(&in, &once, false, 0), INTENT_NOTHING);
	assert_int_equal(intent_failed(&in, &once, R_TIMEOUT, 0, 0), INTENT_GIVE_UP);
	assert_int_equal(in.last, R_TIMEOUT);
}

static void test_nobody_to_begin_with(void **state)
{
	const struct intent_rules passive = { .keep = true };
	struct intent in = { .state = INTENT_IDLE };

	(void)state;
	assert_int_equal(intent_want(&in, &passive, true, 0), INTENT_NOTHING);
	intent_up(&in, 0);
	assert_int_equal(intent_down(&in, &passive, R_DEAD, 0, 0), INTENT_NOTHING);
	assert_int_equal(in.state, INTENT_IDLE);
}

/* what ended it, what the rules say, and what is done */
static void test_ends(void **state)
{
	static const struct {
		bool wanted, keep;
		enum intent_end dead, closed;
		enum reason reason;
		enum intent_do want;
	} cases[] = {
		{ true, true, INTENT_AS_WANTED, INTENT_AS_WANTED, R_DEAD, INTENT_BEGIN },
		{ true, true, INTENT_AS_WANTED, INTENT_AS_WANTED, R_PEER_DELETED, INTENT_WAIT },
		{ true, true, INTENT_CLEAR, INTENT_AS_WANTED, R_DEAD, INTENT_NOTHING },
		{ true, true, INTENT_AS_WANTED, INTENT_CLEAR, R_PEER_DELETED, INTENT_NOTHING },
		{ true, false, INTENT_AS_WANTED, INTENT_AS_WANTED, R_DEAD, INTENT_BEGIN },
		{ true, false, INTENT_AS_WANTED, INTENT_AS_WANTED, R_EXPIRED, INTENT_BEGIN },
		{ true, false, INTENT_AS_WANTED, INTENT_AS_WANTED, R_PEER_DELETED, INTENT_NOTHING },
		{ true, false, INTENT_AS_WANTED, INTENT_RESTART, R_PEER_DELETED, INTENT_WAIT },
		{ true, false, INTENT_HOLD, INTENT_AS_WANTED, R_DEAD, INTENT_NOTHING },
		{ false, false, INTENT_RESTART, INTENT_RESTART, R_DEAD, INTENT_NOTHING },
		{ false, true, INTENT_RESTART, INTENT_RESTART, R_PEER_DELETED, INTENT_NOTHING },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct intent_rules r = { .keep = cases[i].keep,
					  .may_begin = true,
					  .dead = cases[i].dead,
					  .closed = cases[i].closed };
		struct intent in = { .wanted = cases[i].wanted };

		intent_up(&in, 0);
		assert_int_equal(intent_down(&in, &r, cases[i].reason, 10, 0), cases[i].want);
	}
}

static void test_the_last_child_counts(void **state)
{
	struct intent in = { .wanted = true };

	(void)state;
	intent_up(&in, 0);
	intent_up(&in, 0);
	assert_int_equal(intent_down(&in, &keep, R_DEAD, 0, 0), INTENT_NOTHING);
	assert_int_equal(in.state, INTENT_UP);
	/* one that was refused is no reason to begin all anew */
	assert_int_equal(intent_failed(&in, &keep, R_NO_SELECTOR, 0, 0), INTENT_NOTHING);
	assert_int_equal(intent_down(&in, &keep, R_DEAD, 0, 0), INTENT_BEGIN);
}

static void test_a_command_ends_it(void **state)
{
	struct intent in = { .wanted = true };

	(void)state;
	intent_up(&in, 0);
	intent_drop(&in, 0);
	assert_int_equal(in.state, INTENT_UP); /* until the engine says that it is down */
	assert_int_equal(intent_down(&in, &keep, R_DOWN, 0, 0), INTENT_NOTHING);
	assert_int_equal(in.state, INTENT_IDLE);
	intent_want(&in, &keep, true, 0);
	intent_failed(&in, &keep, R_TIMEOUT, 0, 0);
	intent_drop(&in, 0);
	assert_int_equal(intent_retry(&in, &keep, 0), INTENT_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pauses_grow_to_a_limit),
		cmocka_unit_test(test_what_has_to_be_cured_waits_longer),
		cmocka_unit_test(test_keyingtries),
		cmocka_unit_test(test_a_packet_tries_once),
		cmocka_unit_test(test_nobody_to_begin_with),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_the_last_child_counts),
		cmocka_unit_test(test_a_command_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
