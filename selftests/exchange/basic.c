// SPDX-License-Identifier: GPL-2.0-or-later
/* links: selftests/exchange/lib/world.c daemon/base/ daemon/crypto/ daemon/ike/ daemon/ike2/ daemon/pki/ */
/* basic.c - a tunnel comes up, is refused with a reason, goes down. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/world.h"

static void psk_up(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	world_up(w, WEST);
	assert_true(world_is_neat(w));
	assert_int_equal(w->side[WEST].events[IKE_EV_CHILD_UP], 1);
	assert_int_equal(w->side[EAST].events[IKE_EV_CHILD_UP], 1);
	assert_int_equal(w->sent, 4);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(psk_up) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
