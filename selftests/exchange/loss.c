// SPDX-License-Identifier: GPL-2.0-or-later
/* links: selftests/exchange/lib/world.c engine */
/*
 * loss.c - each message of each exchange lost, doubled, late and spoiled; every pair of messages lost; a network that
 * loses a quarter of all. ESP flows meanwhile: once it is up, nothing of it may be lost, ACC-22.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/world.h"

struct plan {
	unsigned int at, also; /* numbers of datagrams */
	enum fate fate;
	unsigned int percent; /* instead: so many of all are lost */
};

static enum fate by_plan(struct world *w, unsigned int number, const struct ike_packet *packet)
{
	const struct plan *plan = w->arg;

	(void)packet;
	if (plan->percent)
		return world_random(w) % 100 < plan->percent ? FATE_LOSE : FATE_PASS;
	return number == plan->at || number == plan->also ? plan->fate : FATE_PASS;
}

/* Both sides have what they should have, and it fits. */
static void check(struct world *w, const char *what, const struct plan *plan)
{
	if (!world_is_neat(w) || w->esp_lost)
		fail_msg("%s, datagrams %u and %u, fate %d: %zu out, %zu in, %zu IKE_SAs; %zu, %zu, %zu; %u lost", what,
			 plan->at, plan->also, plan->fate, world_count(w, WEST, true), world_count(w, WEST, false),
			 ike_count(w->side[WEST].ike), world_count(w, EAST, true), world_count(w, EAST, false),
			 ike_count(w->side[EAST].ike), w->esp_lost);
}

/* up, rekey the child by one side, the IKE_SA by the other, and the other way round; down */
static void life(struct plan *plan, uint64_t seed)
{
	struct world *w = world_new(seed);
	struct side *west = &w->side[WEST], *east = &w->side[EAST];

	w->fate = by_plan;
	w->arg = plan;
	west->conn[0].retransmit_total_ms = east->conn[0].retransmit_total_ms = plan->percent ? 300000 : 60000;
	ike_up(west->ike, &west->conn[0]);
	world_run(w, 90000);
	/* IKE_SA_INIT is not authenticated before IKE_AUTH is: what was spoiled there fails, and conn/ tries again */
	if (plan->fate == FATE_SPOIL && plan->at < 4 && !west->nsa) {
		assert_int_equal(west->events[IKE_EV_FAILED], 1);
		ike_up(west->ike, &west->conn[0]);
		world_run(w, 60000);
	}
	check(w, "up", plan);
	w->traffic = true;
	for (unsigned int i = 0; i < 4; i++) {
		assert_true(ike_rekey(i % 2 ? east->ike : west->ike, "net", i > 1));
		for (unsigned int n = 0; n < (plan->percent ? 8 : 1) && (!n || !world_is_neat(w)); n++)
			world_run(w, 60000);
		check(w, i > 1 ? "rekey IKE" : "rekey child", plan);
	}
	assert_int_equal(w->esp_none, 0);
	w->traffic = false;
	assert_true(ike_down(west->ike, "net"));
	world_run(w, plan->percent ? 500000 : 70000);
	assert_int_equal(west->nsa + east->nsa, 0);
	assert_int_equal(ike_count(west->ike) + ike_count(east->ike), 0);
	assert_int_equal(west->events[IKE_EV_CHILD_DOWN], 1);
	assert_int_equal(east->events[IKE_EV_CHILD_DOWN], 1);
	world_free(w);
}

enum { MESSAGES = 22 };

static void each(enum fate fate)
{
	for (unsigned int i = 0; i < MESSAGES; i++)
		life(&(struct plan){ .at = i, .also = i, .fate = fate }, i + 1);
}

static void each_lost(void **state)
{
	(void)state;
	each(FATE_LOSE);
}

static void each_doubled(void **state)
{
	(void)state;
	each(FATE_DOUBLE);
}

static void each_late(void **state)
{
	(void)state;
	each(FATE_LATE);
}

static void each_spoiled(void **state)
{
	(void)state;
	each(FATE_SPOIL);
}

static void pairs_lost(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < MESSAGES; i++)
		for (unsigned int j = i + 1; j < i + 4; j++)
			life(&(struct plan){ .at = i, .also = j, .fate = FATE_LOSE }, i * 100 + j);
}

static void nothing_happens(void **state)
{
	struct plan plan = { .at = 1000, .also = 1000 };

	(void)state;
	life(&plan, 7);
}

static void quarter_lost(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 20; seed++)
		life(&(struct plan){ .percent = 25 }, seed);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_happens), cmocka_unit_test(each_lost),	   cmocka_unit_test(each_doubled),
		cmocka_unit_test(each_late),	   cmocka_unit_test(each_spoiled), cmocka_unit_test(pairs_lost),
		cmocka_unit_test(quarter_lost),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
