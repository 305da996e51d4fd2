// SPDX-License-Identifier: GPL-2.0-or-later
/* links: selftests/exchange/lib/world.c engine */
/* refusals.c - what does not fit is refused, with a reason at either end that can know it; nothing is left behind. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "ike/payload.h"
#include "lib/world.h"

/* West fails by this reason, and after a while nothing is there at either end. */
static void refused(struct world *w, enum reason why)
{
	struct side *west = &w->side[WEST];

	ike_up(west->ike, &west->conn[0]);
	world_run(w, 120000);
	if (west->reason != why)
		fail_msg("reason %s, not %s", reason_name(west->reason), reason_name(why));
	assert_int_equal(west->events[IKE_EV_FAILED], 1);
	assert_int_equal(west->events[IKE_EV_CHILD_UP] + w->side[EAST].events[IKE_EV_CHILD_UP], 0);
	assert_int_equal(west->nsa + w->side[EAST].nsa, 0);
	world_free(w);
}

/* ACC-28, AUT-: another secret */
static void wrong_secret(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	w->side[EAST].psk = "another secret";
	refused(w, R_PEER_AUTH);
}

static void no_secret(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	w->side[WEST].psk = NULL;
	refused(w, R_NO_SECRET);
	w = world_new(1);
	w->side[EAST].psk = NULL;
	refused(w, R_PEER_AUTH);
}

/* The peer calls itself otherwise than we want. */
static void wrong_id(void **state)
{
	struct world *w = world_new(1);
	struct id other;
	const char *why;

	(void)state;
	assert_true(id_from_text("@north.example", &other, &why));
	w->side[EAST].id = other;
	/* East has no conn for the IDr that West asks for */
	refused(w, R_PEER_AUTH);
	w = world_new(1);
	w->side[EAST].other = other;
	refused(w, R_PEER_AUTH);
}

/* East answers as another one, although it was asked for the right one. */
static void answers_as_other(void **state)
{
	struct world *w = world_new(1);
	struct id other;
	const char *why;

	(void)state;
	assert_true(id_from_text("@*.example", &other, &why));
	w->side[WEST].other = other; /* a wildcard: no IDr is sent */
	world_up(w, WEST);
	assert_true(world_is_neat(w));
	world_free(w);
	w = world_new(1);
	assert_true(id_from_text("@*.example.org", &other, &why));
	w->side[WEST].other = other;
	/* East has proved itself and believes that all is well, until it is told */
	world_up(w, WEST);
	world_run(w, 20000);
	assert_int_equal(w->side[WEST].reason, R_WRONG_ID);
	assert_int_equal(w->side[WEST].events[IKE_EV_CHILD_UP], 0);
	assert_int_equal(w->side[EAST].reason, R_PEER_AUTH);
	assert_int_equal(w->side[WEST].nsa + w->side[EAST].nsa, 0);
	world_free(w);
}

static void only(struct offer *o, uint8_t proto, uint16_t encr, uint16_t group)
{
	offer_init(o);
	offer_add(o, proto, NULL, 0);
	offer_add_transform(o, 1, encr, 256);
	if (proto == IKE_PROTO_IKE) {
		offer_add_transform(o, 2, 5, 0);
		offer_add_transform(o, 4, group, 0);
	} else {
		offer_add_transform(o, 5, 0, 0);
		if (group)
			offer_add_transform(o, 4, group, 0);
	}
}

static void no_proposal(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	only(&w->side[WEST].ike_offer, IKE_PROTO_IKE, 20, 31);
	only(&w->side[EAST].ike_offer, IKE_PROTO_IKE, 28, 31);
	refused(w, R_PEER_NO_PROPOSAL);
}

/* The IKE_SA stays when only its CHILD_SA is refused; conn/ knows why. */
static void child_refused(struct world *w, enum reason why)
{
	struct side *west = &w->side[WEST], *east = &w->side[EAST];

	world_up(w, WEST);
	world_run(w, 30000);
	if (west->reason != why)
		fail_msg("reason %s, not %s", reason_name(west->reason), reason_name(why));
	assert_int_equal(west->events[IKE_EV_FAILED], 1);
	assert_int_equal(west->events[IKE_EV_IKE_UP], 1);
	assert_int_equal(west->events[IKE_EV_CHILD_UP], 0);
	assert_int_equal(ike_count(west->ike), 1);
	assert_int_equal(west->nsa, 0);
	assert_int_equal(east->nsa, 0);
	world_free(w);
}

static void no_child_proposal(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	only(&w->side[WEST].child_offer, IKE_PROTO_ESP, 20, 0);
	only(&w->side[EAST].child_offer, IKE_PROTO_ESP, 28, 0);
	child_refused(w, R_PEER_NO_PROPOSAL);
}

static void no_selector(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	w->side[EAST].ts[0][0] = world_net(77);
	child_refused(w, R_PEER_NO_SELECTOR);
}

static void mode_differs(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	w->side[WEST].conn[0].transport = true; /* East has tunnel mode and does not confirm it */
	/* whose half is deleted again, hence three at a time are never left */
	w->latency = 20;
	child_refused(w, R_WRONG_MODE);
}

static void kernel_refuses(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	w->side[EAST].refuse_installs = 1;
	world_up(w, WEST);
	assert_int_equal(w->side[EAST].nsa, 0);
	assert_int_equal(w->side[WEST].nsa, 0);
	assert_int_equal(w->side[WEST].events[IKE_EV_FAILED], 1);
	/* and it comes up when it is tried again */
	ike_up(w->side[WEST].ike, &w->side[WEST].conn[0]);
	world_run(w, 20000);
	assert_true(world_is_neat(w));
	world_free(w);
	w = world_new(1);
	w->side[WEST].refuse_installs = 1;
	child_refused(w, R_KERNEL);
}

static void nobody_there(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	w->cut = true;
	refused(w, R_TIMEOUT);
}

static enum fate no_auth(struct world *w, unsigned int number, const struct ike_packet *packet)
{
	(void)w;
	(void)number;
	return packet->bytes.p[18] == 35 ? FATE_LOSE : FATE_PASS;
}

static void auth_unanswered(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	w->fate = no_auth;
	refused(w, R_TIMEOUT_AUTH);
}

static void other_method(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	w->side[EAST].conn[0].peer.auth = IKE_AUTH_RSA;
	refused(w, R_PEER_AUTH);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_secret),	    cmocka_unit_test(no_secret),     cmocka_unit_test(wrong_id),
		cmocka_unit_test(answers_as_other), cmocka_unit_test(no_proposal),   cmocka_unit_test(no_child_proposal),
		cmocka_unit_test(no_selector),	    cmocka_unit_test(mode_differs),  cmocka_unit_test(kernel_refuses),
		cmocka_unit_test(nobody_there),	    cmocka_unit_test(auth_unanswered), cmocka_unit_test(other_method),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
