// SPDX-License-Identifier: GPL-2.0-or-later
/* links: selftests/exchange/lib/world.c engine */
/* basic.c - a tunnel comes up in all the ways there are, stays, and goes down. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "ike/payload.h"
#include "lib/world.h"

static void up_and_neat(struct world *w)
{
	world_up(w, WEST);
	assert_true(world_is_neat(w));
	assert_int_equal(w->side[WEST].events[IKE_EV_CHILD_UP], 1);
	assert_int_equal(w->side[EAST].events[IKE_EV_CHILD_UP], 1);
}

static void psk_up(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	up_and_neat(w);
	assert_int_equal(w->sent, 4);
	/* asked for again nothing happens */
	world_up(w, WEST);
	world_up(w, EAST);
	assert_int_equal(w->sent, 4);
	world_free(w);
}

/* The keys companion answers later: each proof waits for it, and nothing is asked twice. */
static void slow_keepers(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	w->side[WEST].slow = w->side[EAST].slow = true;
	ike_up(w->side[WEST].ike, &w->side[WEST].conn[0]);
	for (unsigned int i = 0; i < 30; i++) {
		world_run(w, 1100);
		world_answer(w, i % 2);
	}
	world_run(w, 5000);
	assert_true(world_is_neat(w));
	world_free(w);
	/* and the engine may end while they think */
	w = world_new(1);
	w->side[WEST].slow = true;
	world_up(w, WEST);
	assert_int_equal(w->side[WEST].njobs, 1);
	world_free(w);
}

/* Raw keys of all types, RFC 7427. */
static void signatures(void **state)
{
	static const struct {
		enum pubkey_type type;
		unsigned int bits, auth;
	} kind[] = {
		{ PUBKEY_RSA, 2048, IKE_AUTH_RSA },
		{ PUBKEY_ECDSA, 256, IKE_AUTH_ECDSA },
		{ PUBKEY_ECDSA, 384, IKE_AUTH_ECDSA },
		{ PUBKEY_ED25519, 256, IKE_AUTH_EDDSA },
	};
	const char *why = "";

	(void)state;
	for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]); i++) {
		struct pkey *key[2], *stranger = pkey_generate(kind[i].type, kind[i].bits, 65537, &why);

		for (unsigned int s = 0; s < 2; s++)
			assert_non_null(key[s] = pkey_generate(kind[i].type, kind[i].bits, 65537, &why));
		for (unsigned int wrong = 0; wrong < 2; wrong++) {
			struct world *w = world_new(1);

			for (unsigned int s = 0; s < 2; s++) {
				struct ike_conn *c = &w->side[s].conn[0];

				w->side[s].key = key[s];
				c->local.auth = c->peer.auth = kind[i].auth;
				c->local.keys = pkey_public(key[s]);
				c->peer.keys = pkey_public(wrong && s == EAST ? stranger : key[!s]);
				c->local.nkeys = c->peer.nkeys = 1;
			}
			world_up(w, WEST);
			if (wrong) {
				assert_int_equal(w->side[WEST].reason, R_PEER_AUTH);
				assert_int_equal(w->side[WEST].nsa + w->side[EAST].nsa, 0);
			} else {
				assert_true(world_is_neat(w));
			}
			world_free_but_secrets(w);
		}
		pkey_free(key[0]);
		pkey_free(key[1]);
		pkey_free(stranger);
	}
}

/* One end by a secret, the other by a key. */
static void asymmetric(void **state)
{
	struct world *w = world_new(1);
	const char *why = "";
	struct pkey *key = pkey_generate(PUBKEY_ED25519, 256, 0, &why);

	(void)state;
	w->side[EAST].key = key;
	w->side[EAST].conn[0].local.auth = w->side[WEST].conn[0].peer.auth = IKE_AUTH_EDDSA;
	w->side[EAST].conn[0].local.keys = w->side[WEST].conn[0].peer.keys = pkey_public(key);
	w->side[EAST].conn[0].local.nkeys = w->side[WEST].conn[0].peer.nkeys = 1;
	up_and_neat(w);
	world_free_but_secrets(w);
	pkey_free(key);
}

static void group(struct offer *o, uint16_t first, uint16_t second)
{
	offer_init(o);
	offer_add(o, IKE_PROTO_IKE, NULL, 0);
	offer_add_transform(o, 1, 20, 256);
	offer_add_transform(o, 2, 5, 0);
	offer_add_transform(o, 4, first, 0);
	if (second)
		offer_add_transform(o, 4, second, 0);
}

/* East wants another group than West begins with; once. */
static void invalid_ke(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	group(&w->side[WEST].ike_offer, 31, 19);
	group(&w->side[EAST].ike_offer, 19, 0);
	up_and_neat(w);
	assert_int_equal(w->sent, 6);
	/* the new IKE_SA begins with the group that was taken */
	assert_true(ike_rekey(w->side[WEST].ike, "net", true));
	world_run(w, 30000);
	assert_true(world_is_neat(w));
	assert_int_equal(w->sent, 10);
	world_free(w);
}

static void cookies(void **state)
{
	struct world *w = world_new(1);
	struct ike_setup set = { .env = &w->side[EAST].env, .half_open_cookies = 1, .half_open_max = 8 };
	extern const struct ike_ver ike2_ver;
	const struct ike_ver *versions[] = { &ike2_ver, NULL };
	uint8_t init[1200];
	size_t n;

	(void)state;
	set.versions = versions;
	ike_free(w->side[EAST].ike);
	w->side[EAST].ike = ike_new(&set);
	n = world_first(w, init, sizeof(init));
	/* strangers that never go on */
	for (unsigned int i = 0; i < 40; i++) {
		init[0] = (uint8_t)(i + 1);
		world_inject(w, EAST, span_of(init, n));
		world_run(w, 1);
	}
	assert_int_equal(ike_count(w->side[EAST].ike), 1);
	w->sent = 0;
	world_up(w, WEST);
	assert_int_equal(w->sent, 6);
	assert_int_equal(world_count(w, EAST, true), 1);
	assert_true(world_pair_ok(w));
	world_run(w, 60000);
	assert_true(world_is_neat(w));
	world_free(w);
}

static void nat(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	w->nat = true;
	up_and_neat(w);
	assert_int_equal(w->side[WEST].sa[0].peer.port, 4500);
	assert_int_equal(w->side[EAST].sa[0].local.port, 4500);
	assert_int_equal(w->side[EAST].sa[0].peer.port, 24500);
	world_run(w, 61000);
	assert_in_range(w->side[WEST].keepalives, 2, 4);
	assert_int_equal(w->side[EAST].keepalives, 0);
	assert_true(ike_rekey(w->side[EAST].ike, "net", false));
	world_run(w, 30000);
	assert_true(world_is_neat(w));
	world_free(w);
}

static void encapsulation_forced(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	w->side[WEST].conn[0].encap = IKE_FORCE;
	up_and_neat(w);
	assert_int_equal(w->side[EAST].sa[0].peer.port, 4500);
	world_free(w);
}

/* Selectors so many that IKE_AUTH has to be cut; each part may get lost. */
static unsigned int lose_at;

static enum fate lose_one(struct world *w, unsigned int number, const struct ike_packet *packet)
{
	(void)w;
	(void)packet;
	return number == lose_at ? FATE_LOSE : FATE_PASS;
}

static void fragments(void **state)
{
	static struct ts many[48];

	(void)state;
	for (unsigned int i = 0; i < 48; i++)
		many[i] = world_net(i);
	for (lose_at = 0; lose_at < 12; lose_at++) {
		struct world *w = world_new(1);

		for (unsigned int s = 0; s < 2; s++) {
			w->side[s].conn[0].local.ts = w->side[s].conn[0].peer.ts = many;
			w->side[s].conn[0].local.nts = w->side[s].conn[0].peer.nts = 48;
		}
		w->fate = lose_one;
		world_up(w, WEST);
		world_run(w, 45000);
		assert_true(world_is_neat(w));
		assert_true(w->sent > 8);
		assert_true(w->largest <= 576);
		world_free(w);
	}
}

/* Several networks in one CHILD_SA; East has fewer of them. */
static void narrowing(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	w->side[WEST].conn[0].local.nts = 3;
	w->side[EAST].conn[0].peer.nts = 2;
	w->side[WEST].conn[0].narrowing = true;
	up_and_neat(w);
	world_free(w);
	/* by the way round: West does not care for it */
	w = world_new(1);
	w->side[WEST].conn[0].local.nts = 2;
	w->side[EAST].conn[0].peer.nts = 3;
	up_and_neat(w);
	world_free(w);
}

/* A CHILD_SA for each pair of networks: 2 times 2. */
static void pairs(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	for (unsigned int s = 0; s < 2; s++)
		w->side[s].conn[0].local.nts = w->side[s].conn[0].peer.nts = 2;
	w->side[WEST].conn[0].one_pair = true;
	world_up(w, WEST);
	world_run(w, 20000);
	assert_int_equal(world_count(w, WEST, true), 4);
	assert_int_equal(world_count(w, EAST, false), 4);
	assert_int_equal(ike_count(w->side[WEST].ike), 1);
	world_free(w);
}

static void transport(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	for (unsigned int s = 0; s < 2; s++) {
		w->side[s].conn[0].transport = true;
		w->side[s].conn[0].local.nts = w->side[s].conn[0].peer.nts = 0;
	}
	up_and_neat(w);
	world_free(w);
}

/* Two connections between the same ends share an IKE_SA; East finds the one that is meant. */
static void siblings(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	for (unsigned int s = 0; s < 2; s++) {
		struct ike_conn *c = world_conn(w, s, "other");

		c->local.ts = &w->side[s].ts[0][2];
		c->peer.ts = &w->side[s].ts[1][2];
	}
	world_up(w, WEST);
	ike_up(w->side[WEST].ike, &w->side[WEST].conn[1]);
	world_run(w, 20000);
	assert_int_equal(ike_count(w->side[WEST].ike), 1);
	assert_int_equal(world_count(w, EAST, true), 2);
	/* the first goes, the IKE_SA stays for the second */
	assert_true(ike_down(w->side[WEST].ike, "net"));
	world_run(w, 20000);
	assert_int_equal(world_count(w, EAST, true), 1);
	assert_int_equal(ike_count(w->side[EAST].ike), 1);
	assert_true(ike_down(w->side[EAST].ike, "other"));
	world_run(w, 20000);
	assert_int_equal(ike_count(w->side[WEST].ike) + ike_count(w->side[EAST].ike), 0);
	world_free(w);
}

/* The peer lost all that it knew: its INITIAL_CONTACT ends what we have of it. */
static void restart(void **state)
{
	struct world *w = world_new(1);
	struct side *west = &w->side[WEST];

	(void)state;
	up_and_neat(w);
	world_restart(w, WEST);
	ike_up(west->ike, &west->conn[0]);
	world_run(w, 20000);
	assert_true(world_is_neat(w));
	assert_int_equal(w->side[EAST].reason, R_REPLACED);
	world_free(w);
}

/* Traffic that nobody answers makes us ask; no answer ends it. ACC-26 */
static void dead_peer(void **state)
{
	struct world *w = world_new(1);
	struct side *west = &w->side[WEST];
	unsigned int sent;

	(void)state;
	west->conn[0].liveness_ms = 10000;
	up_and_neat(w);
	sent = w->sent;
	world_run(w, 100000); /* no traffic: no question */
	assert_int_equal(w->sent, sent);
	west->traffic.out_packets++;
	world_run(w, 15000);
	assert_int_equal(w->sent, sent + 2);
	w->cut = true;
	west->traffic.out_packets++;
	world_run(w, 200000);
	assert_int_equal(west->reason, R_DEAD);
	assert_int_equal(west->nsa, 0);
	world_free(w);
}

static void shutdown_tells(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	up_and_neat(w);
	ike_shutdown(w->side[WEST].ike);
	world_run(w, 20000);
	assert_int_equal(w->side[EAST].reason, R_PEER_DELETED);
	assert_int_equal(w->side[EAST].nsa + w->side[WEST].nsa, 0);
	world_free(w);
}

/* The kernel says that an SA runs out. */
static void expiry(void **state)
{
	struct world *w = world_new(1);
	struct side *west = &w->side[WEST];
	uint32_t spi;

	(void)state;
	up_and_neat(w);
	spi = west->sa[0].out ? west->sa[1].spi : west->sa[0].spi;
	ike_expired(west->ike, spi, false);
	world_run(w, 20000);
	assert_true(world_is_neat(w));
	assert_int_equal(west->events[IKE_EV_CHILD_REKEYED], 1);
	spi = west->sa[0].spi;
	ike_expired(west->ike, spi, true);
	world_run(w, 20000);
	assert_int_equal(west->nsa + w->side[EAST].nsa, 0);
	assert_int_equal(west->reason, R_EXPIRED);
	world_free(w);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(psk_up),    cmocka_unit_test(slow_keepers),	     cmocka_unit_test(signatures),
		cmocka_unit_test(asymmetric), cmocka_unit_test(invalid_ke),	     cmocka_unit_test(cookies),
		cmocka_unit_test(nat),	     cmocka_unit_test(encapsulation_forced), cmocka_unit_test(fragments),
		cmocka_unit_test(narrowing), cmocka_unit_test(pairs),		     cmocka_unit_test(transport),
		cmocka_unit_test(siblings),  cmocka_unit_test(restart),		     cmocka_unit_test(dead_peer),
		cmocka_unit_test(shutdown_tells), cmocka_unit_test(expiry),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
