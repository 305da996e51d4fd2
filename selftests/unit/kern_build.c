// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/kern/build.c daemon/ike/ts.c daemon/ike/ts_text.c daemon/base/ nl-proto/ */
/* kern_build.c - CHILD_SAs and selectors as the module wants them, events as values. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "ike/env.h"
#include "ike/ts.h"
#include "kern/kern.h"
#include "nlp.h"

static struct addr addr_of(const char *text)
{
	struct addr a = { .len = 0 };

	a.len = (uint8_t)addr_parse(text, a.b);
	return a;
}

static struct ts net(const char *text, unsigned int plen)
{
	struct addr a = addr_of(text);

	return ts_prefix(a.b, a.len, plen);
}

static const uint8_t key_in[20] = { 1 }, key_out[20] = { 2 };

static struct ike_child_info child_of(bool encap)
{
	struct ike_child_info c = { .spi_in = 0x1111, .spi_out = 0x2222, .proto = 50, .encap = encap, .esn = true, .enc = 1, .enc_in = { key_in, 20 }, .enc_out = { key_out, 20 } };

	c.local.addr = addr_of("10.0.0.1");
	c.peer.addr = addr_of("11.0.0.1");
	c.local.port = 4500;
	c.peer.port = 61000;
	return c;
}

/* Whatever is built is what the protocol takes. */
static void encodes(const struct nlp_req *req)
{
	static uint8_t buf[NLP_REQ_MAX];
	struct nlp_fail fail;

	assert_true(nlp_encode(req, buf, sizeof(buf), &fail) >= 0);
}

static void test_two_directions(void **state)
{
	struct ike_child_info c = child_of(true);
	struct kern_opts o = { .owner = 5, .epoch = 9, .reqid = 7, .replay = 128, .hard_s = 100, .tfc = 50, .name = "west" };
	struct nfi_sa_msg sa;

	(void)state;
	kern_build_sa(&c, &o, true, &sa);
	encodes(&(struct nlp_req){ .cmd = NFI_CMD_SA_NEW, .sa = &sa });
	assert_int_equal(sa.dir, NFI_DIR_IN);
	assert_int_equal(ntohl(sa.spi), 0x1111);
	assert_memory_equal(sa.saddr.b, c.peer.addr.b, 4);
	assert_memory_equal(sa.daddr.b, c.local.addr.b, 4);
	assert_int_equal(ntohs(sa.encap_sport), 61000);
	assert_int_equal(ntohs(sa.encap_dport), 4500);
	assert_memory_equal(sa.enc_key.b, key_in, 20);
	assert_int_equal(sa.replay, 128);
	assert_false(nlp_has(&sa, NFI_SA_TFC));
	assert_true(sa.flags & NFI_SAF_ESN);
	kern_build_sa(&c, &o, false, &sa);
	encodes(&(struct nlp_req){ .cmd = NFI_CMD_SA_NEW, .sa = &sa });
	assert_int_equal(ntohl(sa.spi), 0x2222);
	assert_memory_equal(sa.daddr.b, c.peer.addr.b, 4);
	assert_int_equal(ntohs(sa.encap_dport), 61000);
	assert_memory_equal(sa.enc_key.b, key_out, 20);
	assert_int_equal(sa.tfc, 50);
	assert_false(nlp_has(&sa, NFI_SA_REPLAY));
	assert_int_equal(sa.hard_add, 100);
	assert_false(nlp_has(&sa, NFI_SA_SOFT_BYTES));
}

struct list {
	size_t n;
	struct nfi_sp_msg v[64];
};

static int take(void *arg, const struct nfi_sp_msg *sp)
{
	struct list *l = arg;

	encodes(&(struct nlp_req){ .cmd = NFI_CMD_SP_NEW, .sp = sp });
	if (l->n < 64)
		l->v[l->n] = *sp;
	l->n++;
	return 0;
}

static struct list list;

static int build(const struct kern_route *r)
{
	static const struct kern_opts o = { .owner = 5, .epoch = 9, .reqid = 7, .name = "west" };

	memset(&list, 0, sizeof(list));
	return kern_build_policies(r, &o, take, &list);
}

static void test_every_pair(void **state)
{
	struct ts mine[3] = { net("10.0.1.0", 24), net("10.0.2.0", 24), net("fd00::", 64) };
	struct ts theirs[1] = { net("11.0.1.0", 24) };
	struct kern_route r = { .action = NFI_ACT_TRAP, .proto = 50, .nlocal = 3, .npeer = 1, .local = mine, .peer = theirs };

	(void)state;
	assert_int_equal(build(&r), 0);
	assert_int_equal(list.n, 4); /* the IPv6 one has no partner */
	assert_int_equal(list.v[0].dir, NFI_DIR_OUT);
	assert_int_equal(list.v[0].action, NFI_ACT_TRAP);
	assert_int_equal(list.v[1].dir, NFI_DIR_IN);
	assert_int_equal(list.v[1].action, NFI_ACT_PROTECT);
	assert_int_equal(list.v[0].tmpl[0].reqid, 7);
	assert_memory_equal(list.v[1].src.b, theirs[0].first, 4);
	assert_false(nlp_has(&list.v[0], NFI_SP_PROTO));
	r.local = &mine[2];
	r.nlocal = 1;
	assert_int_equal(build(&r), -ENOENT);
}

/* action of what goes out, and of what comes in; shunts have no template */
static void test_actions(void **state)
{
	static const struct {
		uint8_t out, in;
		int tmpl;
	} cases[] = {
		{ NFI_ACT_PROTECT, NFI_ACT_PROTECT, 1 }, { NFI_ACT_HOLD, NFI_ACT_PROTECT, 1 },
		{ NFI_ACT_PASS, NFI_ACT_PASS, 0 },	 { NFI_ACT_DROP, NFI_ACT_DROP, 0 },
		{ NFI_ACT_REJECT, NFI_ACT_DROP, 0 },
	};
	struct ts a = net("10.0.1.0", 24), b = net("11.0.1.0", 24);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kern_route r = { .action = cases[i].out, .proto = 50, .nlocal = 1, .npeer = 1, .local = &a, .peer = &b };

		assert_int_equal(build(&r), 0);
		assert_int_equal(list.v[0].action, cases[i].out);
		assert_int_equal(list.v[1].action, cases[i].in);
		assert_int_equal(list.v[0].ntmpl, cases[i].tmpl);
	}
}

static void test_upper(void **state)
{
	struct ts a = net("10.0.1.0", 24), b = net("11.0.1.0", 24);
	struct kern_route r = { .action = NFI_ACT_TRAP, .proto = 50, .nlocal = 1, .npeer = 1, .local = &a, .peer = &b };

	(void)state;
	b.proto = IPPROTO_TCP;
	b.port_min = 80;
	b.port_max = 90;
	assert_int_equal(build(&r), 0);
	assert_int_equal(list.v[0].proto, IPPROTO_TCP);
	assert_false(nlp_has(&list.v[0], NFI_SP_SPORT_MIN));
	assert_int_equal(list.v[0].dport_max, 90);
	assert_int_equal(list.v[1].sport_min, 80);
	/* type 8, code 0, on either side (RFC 7296 3.13.1) */
	b.proto = IPPROTO_ICMP;
	b.port_min = 8 << 8;
	b.port_max = 8 << 8;
	assert_int_equal(build(&r), 0);
	assert_int_equal(list.v[0].sport_min, 8);
	assert_int_equal(list.v[0].sport_max, 8);
	assert_int_equal(list.v[0].dport_max, 0);
	assert_int_equal(list.v[1].sport_min, 8);
	a.proto = IPPROTO_UDP;
	assert_int_equal(build(&r), -ENOENT);
}

/* A range that is no prefix is several policies; too many are refused, whoever asks. */
static void test_ranges_and_limits(void **state)
{
	struct ts a = net("10.0.1.0", 24), b = net("11.0.1.0", 24), many[64];
	struct kern_route r = { .action = NFI_ACT_TRAP, .proto = 50, .nlocal = 1, .npeer = 1, .local = &a, .peer = &b };
	size_t i;

	(void)state;
	a.first[3] = 1;
	a.last[3] = 6; /* .1, .2/31, .4/31, .6 */
	assert_int_equal(build(&r), 0);
	assert_int_equal(list.n, 8);
	for (i = 0; i < 64; i++)
		many[i] = net("10.0.1.0", 24);
	r = (struct kern_route){ .action = NFI_ACT_TRAP, .proto = 50, .nlocal = 64, .npeer = 64, .local = many, .peer = many };
	assert_int_equal(build(&r), -E2BIG);
}

static void test_events(void **state)
{
	static struct nlp_msg msg;
	struct kern_event e;

	(void)state;
	msg.cmd = NFI_CMD_ACQUIRE_NTF;
	msg.have = 1U << NFI_A_SP;
	msg.sp.owner = kern_owner("west-east");
	msg.sp.ntmpl = 1;
	msg.sp.tmpl[0].reqid = 9;
	assert_true(kern_build_event(&msg, &e));
	assert_int_equal(e.kind, KERN_ACQUIRE);
	assert_int_equal(e.reqid, 9);
	msg.sp.owner = 5; /* of somebody else */
	assert_false(kern_build_event(&msg, &e));
	memset(&msg, 0, sizeof(msg));
	msg.cmd = NFI_CMD_SA_EXPIRE_NTF;
	assert_false(kern_build_event(&msg, &e)); /* of no SA */
	msg.have = 1U << NFI_A_SA;
	msg.sa.owner = kern_owner("x");
	msg.sa.spi = htonl(0x1234);
	msg.ev.hard = 1;
	assert_true(kern_build_event(&msg, &e));
	assert_true(e.hard);
	assert_int_equal(e.spi, 0x1234);
	memset(&msg, 0, sizeof(msg));
	msg.cmd = NFI_CMD_UNKNOWN_SPI_NTF;
	assert_false(kern_build_event(&msg, &e)); /* from nowhere */
	msg.ev.src.len = 4;
	assert_true(kern_build_event(&msg, &e));
	msg.cmd = 200; /* of a newer kernel */
	assert_false(kern_build_event(&msg, &e));
}

static void test_owners(void **state)
{
	(void)state;
	assert_true(kern_owns(kern_owner("west-east")));
	assert_true(kern_owner("a") != kern_owner("b"));
	assert_false(kern_owns(0));
	assert_false(kern_owns(0x6d6bULL << 48)); /* manual keys */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_directions),
		cmocka_unit_test(test_every_pair),
		cmocka_unit_test(test_actions),
		cmocka_unit_test(test_upper),
		cmocka_unit_test(test_ranges_and_limits),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_owners),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
