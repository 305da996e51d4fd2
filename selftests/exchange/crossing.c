// SPDX-License-Identifier: GPL-2.0-or-later
/* links: selftests/exchange/lib/world.c engine */
/*
 * crossing.c - both ends ask at nearly the same moment, in all combinations and orders of RFC 7296 2.25, with and
 * without losses; which nonce is lower differs with the seed. And a month of lifetimes that end on their own.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "ike2/collide.h"
#include "lib/world.h"

enum deed { REKEY_CHILD, REKEY_IKE, DOWN, PROBE, DEEDS };

static void act(struct world *w, unsigned int side, enum deed deed)
{
	switch (deed) {
	case REKEY_CHILD:
	case REKEY_IKE:
		ike_rekey(w->side[side].ike, "net", deed == REKEY_IKE);
		break;
	case DOWN:
		ike_down(w->side[side].ike, "net");
		break;
	case PROBE:
		ike_probe(w->side[side].ike, "net");
		break;
	case DEEDS:
		break;
	}
}

struct cross {
	enum deed west, east;
	int64_t offset; /* milliseconds that east is later; one way takes 20 */
	unsigned int lose; /* number of the datagram after both, from 1; 0: none */
	unsigned int first;
	uint64_t seed;
};

static enum fate fate_of(struct world *w, unsigned int number, const struct ike_packet *packet)
{
	const struct cross *c = w->arg;

	(void)packet;
	return c->lose && number == c->first + c->lose - 1 ? FATE_LOSE : FATE_PASS;
}

static bool good(const struct world *w, const struct cross *c)
{
	if (c->west == DOWN || c->east == DOWN)
		return !w->side[WEST].nsa && !w->side[EAST].nsa;
	return world_is_neat(w) && !w->esp_lost;
}

static void check(const struct world *w, const struct cross *c)
{
	if (!good(w, c))
		fail_msg("west %d, east %d, %d ms later, datagram %u lost, seed %u: SAs %zu and %zu, IKE_SAs %zu and %zu, %u lost",
			 c->west, c->east, (int)c->offset, c->lose, (unsigned int)c->seed, w->side[WEST].nsa,
			 w->side[EAST].nsa, ike_count(w->side[WEST].ike), ike_count(w->side[EAST].ike), w->esp_lost);
}

static void cross(struct cross *c)
{
	struct world *w = world_new(c->seed);

	world_up(w, WEST);
	w->traffic = c->west != DOWN && c->east != DOWN;
	c->first = w->sent;
	w->fate = fate_of;
	w->arg = c;
	act(w, WEST, c->west);
	world_run(w, c->offset);
	act(w, EAST, c->east);
	/* dead IKE_SAs and lingering CHILD_SAs are there for ten seconds */
	for (unsigned int i = 0; i < 40 && (i < 2 || !good(w, c)); i++)
		world_run(w, i ? 10000 : 12000);
	check(w, c);
	world_free(w);
}

static void each_offset(enum deed west, enum deed east, unsigned int losses, uint64_t seeds)
{
	static const int64_t offsets[] = { 0, 10, 19, 20, 21, 39, 40, 41, 60 };

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++)
		for (unsigned int lose = 0; lose <= losses; lose++)
			for (uint64_t seed = 1; seed <= seeds; seed++)
				cross(&(struct cross){ west, east, offsets[i], lose, 0, seed });
}

static void all_orders(unsigned int losses, uint64_t seeds)
{
	for (enum deed west = 0; west < DEEDS; west++)
		for (enum deed east = 0; east < DEEDS; east++)
			each_offset(west, east, losses, seeds);
}

static void crossings(void **state)
{
	(void)state;
	all_orders(0, 6);
}

static void crossings_with_losses(void **state)
{
	(void)state;
	all_orders(6, 1);
}

/* Both ends begin: one IKE_SA stays. */
static void both_up(void **state)
{
	(void)state;
	for (int64_t offset = 0; offset < 100; offset += 10)
		for (uint64_t seed = 1; seed < 8; seed++) {
			struct world *w = world_new(seed);

			ike_up(w->side[WEST].ike, &w->side[WEST].conn[0]);
			world_run(w, offset);
			ike_up(w->side[EAST].ike, &w->side[EAST].conn[0]);
			world_run(w, 100000);
			if (!world_is_neat(w))
				fail_msg("offset %d, seed %u: SAs %zu and %zu, IKE_SAs %zu and %zu", (int)offset,
					 (unsigned int)seed, w->side[WEST].nsa, w->side[EAST].nsa,
					 ike_count(w->side[WEST].ike), ike_count(w->side[EAST].ike));
			world_free(w);
		}
}

/* Months of rekeys: 8 hours, 1 hour, by both ends; nothing is missing and nothing grows. */
static void month(void **state)
{
	struct world *w = world_new(3);

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		struct ike_conn *c = &w->side[i].conn[0];

		c->child_life = (struct ike_life){ .ms = 3600000, .margin_ms = 540000, .fuzz = 100 };
		c->ike_life = (struct ike_life){ .ms = 8 * 3600000, .margin_ms = 540000, .fuzz = 100 };
	}
	world_up(w, EAST);
	w->traffic = true;
	for (unsigned int day = 0; day < 30; day++) {
		for (unsigned int hour = 0; hour < 24; hour++) {
			world_run(w, 3600000);
			assert_true(world_pair_ok(w));
			assert_true(w->side[WEST].nsa <= 6 && w->side[EAST].nsa <= 6);
			assert_true(ike_count(w->side[WEST].ike) <= 3 && ike_count(w->side[EAST].ike) <= 3);
		}
	}
	assert_int_equal(w->esp_lost, 0);
	assert_int_equal(w->esp_none, 0);
	assert_true(w->side[WEST].events[IKE_EV_CHILD_REKEYED] > 700);
	assert_true(w->side[WEST].events[IKE_EV_IKE_REKEYED] > 85);
	assert_int_equal(w->side[WEST].events[IKE_EV_CHILD_DOWN] + w->side[EAST].events[IKE_EV_CHILD_DOWN], 0);
	assert_int_equal(w->side[WEST].events[IKE_EV_IKE_DOWN] + w->side[EAST].events[IKE_EV_IKE_DOWN], 0);
	world_free(w);
}

/* RFC 7296 2.25.1 and 2.25.2, sentence by sentence. */
static void table(void **state)
{
	static const struct {
		enum collide_ask ask;
		enum collide_mine mine;
		enum collide is;
	} rule[] = {
		{ ASK_REKEY_CHILD, MINE_DELETE_SAME, COLLIDE_TEMPORARY },
		{ ASK_REKEY_CHILD, MINE_REKEY_SAME, COLLIDE_CROSSED },
		{ ASK_DELETE_CHILD, MINE_REKEY_SAME, COLLIDE_ACCEPT },
		{ ASK_DELETE_CHILD, MINE_DELETE_SAME, COLLIDE_SILENT },
		{ ASK_NEW_CHILD, MINE_REKEY_IKE, COLLIDE_TEMPORARY },
		{ ASK_REKEY_CHILD, MINE_REKEY_IKE, COLLIDE_TEMPORARY },
		{ ASK_NEW_CHILD, MINE_DELETE_IKE, COLLIDE_TEMPORARY },
		{ ASK_REKEY_IKE, MINE_NEW_CHILD, COLLIDE_TEMPORARY },
		{ ASK_REKEY_IKE, MINE_REKEY_OTHER, COLLIDE_TEMPORARY },
		{ ASK_REKEY_IKE, MINE_DELETE_OTHER, COLLIDE_TEMPORARY },
		{ ASK_REKEY_IKE, MINE_REKEY_IKE, COLLIDE_CROSSED },
		{ ASK_REKEY_IKE, MINE_DELETE_IKE, COLLIDE_TEMPORARY },
		{ ASK_DELETE_IKE, MINE_REKEY_IKE, COLLIDE_ACCEPT },
		{ ASK_DELETE_IKE, MINE_DELETE_IKE, COLLIDE_ACCEPT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rule) / sizeof(rule[0]); i++)
		assert_int_equal(collide_table(rule[i].ask, rule[i].mine), rule[i].is);
	for (unsigned int ask = 0; ask < COLLIDE_ASKS; ask++)
		assert_int_equal(collide_table(ask, MINE_NOTHING), COLLIDE_ACCEPT);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),   cmocka_unit_test(crossings), cmocka_unit_test(crossings_with_losses),
		cmocka_unit_test(both_up), cmocka_unit_test(month),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
