// SPDX-License-Identifier: GPL-2.0-or-later
/* links: kernel/classify.c kernel/selector.c */
/* classify.c - the tuple space against a linear search: random policies, generations, failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/kernel.h>
#include <linux/netlink.h>
#include <linux/socket.h>
#include <stdlib.h>
#include <string.h>
#include "policy.h"
#include "spd.h"

#define POLICIES 400
#define FLOWS 3000
#define ROUNDS 40

long shim_fail_alloc;

static struct nfi_policy *all[POLICIES];
static struct nfi_spd spd;
static u64 seed = 88172645463325252ULL;

static u32 rnd(u32 n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (u32)(seed >> 20) % n;
}

static const u8 protos[] = { 0, 6, 17, 47 };

/* few values, so that prefixes contain each other and flows hit */
static union nf_inet_addr random_addr(u8 family)
{
	union nf_inet_addr a;
	unsigned int i;

	memset(&a, 0, sizeof(a));
	for (i = 0; i < (family == AF_INET ? 1 : 4); i++)
		a.all[i] = htonl(0x0a000000 | rnd(4) << 16 | rnd(4) << 8 | rnd(4));
	return a;
}

static void random_range(u16 *min, u16 *max)
{
	u32 a = rnd(3) ? rnd(200) : rnd(65536), b = rnd(3) ? a + rnd(50) : rnd(65536);

	*min = (u16)(a < b ? a : b);
	*max = (u16)min_t(u32, a < b ? b : a, U16_MAX);
}

static void random_selector(struct nfi_selector *sel)
{
	static const u8 lens[] = { 0, 8, 16, 22, 24, 31, 32 };
	u8 scale;

	memset(sel, 0, sizeof(*sel));
	sel->family = rnd(3) ? AF_INET : AF_INET6;
	scale = sel->family == AF_INET ? 1 : 4;
	sel->src_len = lens[rnd(7)] * scale;
	sel->dst_len = lens[rnd(7)] * scale;
	sel->src = random_addr(sel->family);
	sel->dst = random_addr(sel->family);
	nfi_prefix_apply(&sel->src, &sel->src, sel->family, sel->src_len);
	nfi_prefix_apply(&sel->dst, &sel->dst, sel->family, sel->dst_len);
	sel->proto = protos[rnd(4)];
	sel->sport_max = U16_MAX;
	sel->dport_max = U16_MAX;
	if ((sel->proto == 6 || sel->proto == 17) && rnd(2))
		random_range(&sel->dport_min, &sel->dport_max);
	if ((sel->proto == 6 || sel->proto == 17) && !rnd(4))
		random_range(&sel->sport_min, &sel->sport_max);
	if (!rnd(5)) {
		sel->mark_mask = rnd(2) ? 0xf : 0xff;
		sel->mark = rnd(4) & sel->mark_mask;
	}
}

static void random_flow(struct nfi_flow *flow)
{
	memset(flow, 0, sizeof(*flow));
	flow->family = rnd(3) ? AF_INET : AF_INET6;
	flow->saddr = random_addr(flow->family);
	flow->daddr = random_addr(flow->family);
	flow->proto = protos[1 + rnd(3)];
	flow->mark = rnd(3) ? 0 : rnd(8);
	if (flow->proto != 47 && rnd(8)) {
		flow->flags = NFI_FLOW_PORTS;
		flow->sport = (u16)(rnd(3) ? rnd(260) : rnd(65536));
		flow->dport = (u16)(rnd(3) ? rnd(260) : rnd(65536));
	} else if (!rnd(3)) {
		flow->flags = NFI_FLOW_ANY_PROTO | NFI_FLOW_FRAGMENT;
	}
}

static struct nfi_policy *linear(u8 dir, const struct nfi_flow *flow, u8 gen)
{
	struct nfi_policy *best = NULL, *sp;
	unsigned int i;

	for (i = 0; i < POLICIES; i++) {
		sp = all[i];
		if (!sp || sp->dir != dir || (sp->inactive & gen) ||
		    !nfi_selector_match(&sp->sel, flow))
			continue;
		if (!best || nfi_rank_before(&sp->rank, &best->rank))
			best = sp;
	}
	return best;
}

static void compare(unsigned int n)
{
	struct nfi_policy *want, *got;
	struct nfi_flow flow;
	u8 dir, gen;

	while (n--) {
		random_flow(&flow);
		dir = rnd(2) ? NFI_DIR_OUT : NFI_DIR_IN;
		gen = (u8)(1 + rnd(2));
		want = linear(dir, &flow, gen);
		got = nfi_classify(&spd, dir, &flow, gen);
		if (got != want)
			fail_msg("policy %u instead of %u", got ? got->id : 0, want ? want->id : 0);
	}
}

static struct nfi_policy *policy_new(void)
{
	static u32 id;
	struct nfi_policy *sp = calloc(1, sizeof(*sp));

	assert_non_null(sp);
	INIT_LIST_HEAD(&sp->entries);
	random_selector(&sp->sel);
	sp->dir = rnd(2) ? NFI_DIR_OUT : NFI_DIR_IN;
	sp->prio = rnd(3) ? NFI_PRIO_AUTO : rnd(5) * 1000;
	sp->inactive = (u8)rnd(3);
	sp->id = ++id;
	return sp;
}

static void add(unsigned int i)
{
	all[i] = policy_new();
	assert_int_equal(nfi_classify_add(&spd, all[i], NULL), 0);
}

static void del(unsigned int i)
{
	if (!all[i])
		return;
	nfi_classify_del(&spd, all[i]);
	free(all[i]);
	all[i] = NULL;
}

static void open_spd(void)
{
	memset(&spd, 0, sizeof(spd));
	nfi_classify_init(&spd);
}

/* everything was given back: no mask, no array (the sanitizer counts the rest) */
static void close_spd(void)
{
	unsigned int i;

	for (i = 0; i < POLICIES; i++)
		del(i);
	for (i = 0; i < 4; i++) {
		assert_true(list_empty(&spd.shapes[i / 2][i % 2].masks));
		assert_null(spd.shapes[i / 2][i % 2].probes);
	}
	nfi_classify_exit(&spd);
}

static void against_linear(void **state)
{
	unsigned int round, i;

	(void)state;
	open_spd();
	for (i = 0; i < POLICIES; i++)
		add(i);
	compare(FLOWS);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < 20; i++)
			del(rnd(POLICIES));
		compare(FLOWS / 10);
		for (i = 0; i < POLICIES; i++)
			if (!all[i] && rnd(2))
				add(i);
		compare(FLOWS / 10);
	}
	close_spd();
}

/* the same selectors and priority, in either generation */
static void find(void **state)
{
	unsigned int i, j;
	u8 gen;

	(void)state;
	open_spd();
	for (i = 0; i < POLICIES; i++)
		add(i);
	for (i = 0; i < POLICIES; i++) {
		struct nfi_policy *got, *want = NULL;

		gen = (u8)(1 + rnd(2));
		got = nfi_classify_find(&spd, all[i]->dir, &all[i]->sel, all[i]->prio, gen);
		for (j = 0; j < POLICIES && !want; j++)
			if (all[j]->dir == all[i]->dir && all[j]->prio == all[i]->prio &&
			    !(all[j]->inactive & gen) &&
			    nfi_selector_equal(&all[j]->sel, &all[i]->sel))
				want = all[j];
		assert_ptr_equal(got, want);
		assert_null(nfi_classify_find(&spd, all[i]->dir, &all[i]->sel, 77, gen));
	}
	close_spd();
}

/* Whatever allocation fails, the policy is in or out as a whole. */
static void no_memory(void **state)
{
	struct netlink_ext_ack extack;
	struct nfi_policy *sp;
	unsigned int i, failed = 0;
	int err;

	(void)state;
	open_spd();
	for (i = 0; i < POLICIES; i++) {
		sp = policy_new();
		extack._msg = NULL;
		shim_fail_alloc = 1 + rnd(60);
		err = nfi_classify_add(&spd, sp, &extack);
		shim_fail_alloc = 0;
		if (err) {
			assert_non_null(extack._msg);
			failed++;
			free(sp);
		} else {
			all[i] = sp;
		}
		compare(20);
	}
	assert_in_range(failed, POLICIES / 10, POLICIES - POLICIES / 10);
	for (i = 0; i < POLICIES; i++) {
		shim_fail_alloc = rnd(3);
		del(i);
		shim_fail_alloc = 0;
		compare(20);
	}
	for (i = 0; i < 4; i++) { /* masks that could not be dropped are used again, or go now */
		all[i] = policy_new();
		assert_int_equal(nfi_classify_add(&spd, all[i], NULL), 0);
		compare(20);
		nfi_classify_del(&spd, all[i]);
		free(all[i]);
		all[i] = NULL;
	}
	nfi_classify_exit(&spd);
}

/* 1000 port policies that overlap on one pair: the shapes do not grow with them */
static void overlapping_ports(void **state)
{
	static struct nfi_policy *sp[1000];
	struct nfi_flow flow = {
		.family = AF_INET, .proto = 6, .flags = NFI_FLOW_PORTS, .dport = 5000
	};
	struct nfi_policy *got;
	unsigned int i;

	(void)state;
	open_spd();
	for (i = 0; i < 1000; i++) {
		sp[i] = policy_new();
		memset(&sp[i]->sel, 0, sizeof(sp[i]->sel));
		sp[i]->sel.family = AF_INET;
		sp[i]->sel.proto = 6;
		sp[i]->sel.sport_max = U16_MAX;
		sp[i]->sel.dport_min = (u16)(5000 - i);
		sp[i]->sel.dport_max = (u16)(5000 + i * 7);
		sp[i]->dir = NFI_DIR_OUT;
		sp[i]->prio = NFI_PRIO_AUTO;
		sp[i]->inactive = 0;
		assert_int_equal(nfi_classify_add(&spd, sp[i], NULL), 0);
	}
	assert_in_range(spd.shapes[1][0].n, 1, 17 + 2);
	assert_ptr_equal(nfi_classify(&spd, NFI_DIR_OUT, &flow, 1), sp[0]);
	flow.dport = 5007;
	assert_ptr_equal(nfi_classify(&spd, NFI_DIR_OUT, &flow, 1), sp[1]);
	flow.flags = 0; /* unknown: the best of all */
	got = nfi_classify(&spd, NFI_DIR_OUT, &flow, 1);
	assert_ptr_equal(got, sp[0]);
	for (i = 0; i < 1000; i++) {
		nfi_classify_del(&spd, sp[i]);
		free(sp[i]);
	}
	close_spd();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(against_linear),
		cmocka_unit_test(find),
		cmocka_unit_test(no_memory),
		cmocka_unit_test(overlapping_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
