// SPDX-License-Identifier: GPL-2.0-or-later
/* links: kernel/selector.c kernel/flow.c */
/* selector.c - prefixes, port ranges, order and match of selectors; flows read from headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/kernel.h>
#include <linux/socket.h>
#include <string.h>
#include "selector.h"

static struct nfi_selector any4(void)
{
	struct nfi_selector sel = { .family = AF_INET, .sport_max = U16_MAX, .dport_max = U16_MAX };

	return sel;
}

static union nf_inet_addr addr(int family, const char *text)
{
	union nf_inet_addr a;

	memset(&a, 0, sizeof(a));
	assert_int_equal(inet_pton(family, text, &a), 1);
	return a;
}

static void ranges_are_covered(u16 min, u16 max)
{
	struct nfi_pieces p;
	u32 at = min, size;
	unsigned int i;

	nfi_range_split(min, max, &p);
	assert_in_range(p.n, 1, NFI_PIECES_MAX);
	for (i = 0; i < p.n; i++) {
		size = 0x10000u >> p.v[i].len;
		assert_int_equal(p.v[i].port, at);
		assert_int_equal(at % size, 0);
		/* fewest: the piece cannot be doubled within the range */
		if (size < 0x10000)
			assert_true(at % (2 * size) || at + 2 * size > (u32)max + 1);
		at += size;
	}
	assert_int_equal(at, (u32)max + 1);
}

static void range_split(void **state)
{
	u32 min, max;

	(void)state;
	for (min = 0; min <= U16_MAX; min++) {
		ranges_are_covered(min, U16_MAX);
		ranges_are_covered(0, min);
		ranges_are_covered(min, min);
		for (max = min; max <= U16_MAX; max += 4093)
			ranges_are_covered(min, max);
	}
	for (min = 65000; min <= U16_MAX; min++)
		for (max = min; max <= U16_MAX; max++)
			ranges_are_covered(min, max);
}

static void prefixes(void **state)
{
	union nf_inet_addr a = addr(AF_INET, "10.255.3.129"), b, c = addr(AF_INET6, "fe80::8000:0:0:1");

	(void)state;
	nfi_prefix_apply(&b, &a, AF_INET, 17);
	assert_int_equal(b.ip, addr(AF_INET, "10.255.0.0").ip);
	nfi_prefix_apply(&b, &a, AF_INET, 0);
	assert_int_equal(b.ip, 0);
	nfi_prefix_apply(&b, &c, AF_INET6, 65);
	b = addr(AF_INET6, "fe80::8000:0:0:0");
	assert_true(nfi_prefix_match(&b, 65, &c, AF_INET6));
	assert_true(nfi_prefix_match(&b, 127, &c, AF_INET6));
	assert_false(nfi_prefix_match(&b, 128, &c, AF_INET6));
	b = addr(AF_INET6, "ffff::");
	assert_true(nfi_prefix_match(&b, 0, &c, AF_INET6));
}

static void groups(void **state)
{
	static const struct {
		const char *prefix;
		u8 len;
		bool group;
	} cases[] = {
		{ "0.0.0.0", 0, true },	     { "128.0.0.0", 1, true },	     { "0.0.0.0", 1, false },
		{ "224.0.0.0", 4, true },    { "239.1.2.3", 32, true },	     { "192.0.0.0", 3, false },
		{ "192.0.0.0", 2, true },    { "240.0.0.0", 4, true },	     { "240.0.0.0", 5, false },
		{ "255.255.255.255", 32, true }, { "255.255.255.254", 32, false },
		{ "10.0.0.0", 8, false },
	};
	union nf_inet_addr a;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		a = addr(AF_INET, cases[i].prefix);
		assert_int_equal(nfi_prefix_group(&a, cases[i].len, AF_INET), cases[i].group);
	}
	a = addr(AF_INET6, "ff02::1");
	assert_true(nfi_prefix_group(&a, 128, AF_INET6));
	a = addr(AF_INET6, "8000::");
	assert_true(nfi_prefix_group(&a, 1, AF_INET6));
	a = addr(AF_INET6, "fe80::");
	assert_false(nfi_prefix_group(&a, 10, AF_INET6));
}

/* each is looked at before the next */
static void order(void **state)
{
	struct nfi_selector s[8];
	struct nfi_rank a, b;
	unsigned int i, j;

	(void)state;
	for (i = 0; i < 8; i++)
		s[i] = any4();
	s[0].src_len = 24;
	s[1].src_len = 16;
	s[1].dst_len = 8;
	s[2].src_len = 16;
	s[2].proto = 6;
	s[2].dport_min = 80;
	s[2].dport_max = 80;
	s[3].src_len = 16;
	s[3].proto = 6;
	s[3].sport_max = 1023;
	s[4].src_len = 16;
	s[4].proto = 6;
	s[4].mark_mask = 3;
	s[5].src_len = 16;
	s[5].proto = 6;
	s[6].src_len = 16;
	s[7].dst_len = 32;
	for (i = 0; i < 8; i++)
		for (j = 0; j < 8; j++)
			assert_int_equal(nfi_selector_cmp(&s[i], &s[j]), i < j ? -1 : i > j);
	nfi_selector_rank(&s[7], 1, 9, &a);
	nfi_selector_rank(&s[0], 2, 1, &b);
	assert_true(nfi_rank_before(&a, &b));
	nfi_selector_rank(&s[7], 1, 10, &b);
	assert_true(nfi_rank_before(&a, &b));
	assert_false(nfi_rank_before(&a, &a));
}

static void match(void **state)
{
	struct nfi_flow flow = { .family = AF_INET, .proto = 6, .flags = NFI_FLOW_PORTS, .dport = 443 };
	struct nfi_selector sel = any4();

	(void)state;
	flow.saddr = addr(AF_INET, "10.1.2.3");
	sel.src = addr(AF_INET, "10.1.0.0");
	sel.src_len = 16;
	assert_true(nfi_selector_match(&sel, &flow));
	sel.proto = 17;
	assert_false(nfi_selector_match(&sel, &flow));
	flow.flags |= NFI_FLOW_ANY_PROTO;
	assert_true(nfi_selector_match(&sel, &flow));
	flow.flags = NFI_FLOW_PORTS;
	sel.proto = 6;
	sel.dport_min = 444;
	assert_false(nfi_selector_match(&sel, &flow));
	flow.flags = NFI_FLOW_FRAGMENT; /* unknown ports match every port */
	assert_true(nfi_selector_match(&sel, &flow));
	sel.mark_mask = 0xf;
	sel.mark = 5;
	assert_false(nfi_selector_match(&sel, &flow));
	flow.mark = 0xf5;
	assert_true(nfi_selector_match(&sel, &flow));
	sel.family = AF_INET6;
	assert_false(nfi_selector_match(&sel, &flow));
}

static void reverse(void **state)
{
	struct nfi_flow flow = { .family = AF_INET, .proto = 17, .sport = 1, .dport = 2 }, twice;

	(void)state;
	flow.saddr = addr(AF_INET, "10.0.0.1");
	flow.daddr = addr(AF_INET, "224.0.0.1");
	flow.flags = NFI_FLOW_PORTS | NFI_FLOW_MULTICAST;
	twice = flow;
	nfi_flow_reverse(&twice);
	assert_int_equal(twice.sport, 2);
	assert_int_equal(twice.flags, NFI_FLOW_PORTS);
	assert_int_equal(twice.daddr.ip, flow.saddr.ip);
	nfi_flow_reverse(&twice);
	assert_memory_equal(&twice, &flow, sizeof(flow));
	flow.proto = 1;
	flow.sport = 8;
	nfi_flow_reverse(&flow);
	assert_int_equal(flow.sport, 0);
	flow.proto = 58;
	flow.sport = 129;
	nfi_flow_reverse(&flow);
	assert_int_equal(flow.sport, 128);
	flow.sport = 1; /* destination unreachable */
	nfi_flow_reverse(&flow);
	assert_int_equal(flow.sport, 1);
}

struct packet {
	const char *what;
	u8 family;
	u8 b[120];
	u8 len, how;
	int err; /* 0, -EINVAL */
	u8 proto;
	u16 sport, dport, thoff;
	u8 flags;
};

#define V4(tot, frag_hi, frag_lo, proto) 0x45, 0, 0, tot, 0, 0, frag_hi, frag_lo, 64, proto, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2
#define V6ADDR 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
#define V6(len, next) 0x60, 0, 0, 0, 0, len, next, 64, V6ADDR, V6ADDR

static const struct packet packets[] = {
	{ "tcp", AF_INET, { V4(24, 0, 0, 6), 0x12, 0x34, 0, 80 }, 24, 0, 0, 6, 0x1234, 80, 20, NFI_FLOW_PORTS },
	{ "icmp", AF_INET, { V4(24, 0, 0, 1), 3, 4, 0, 0 }, 24, 0, 0, 1, 3, 4, 20, NFI_FLOW_PORTS },
	{ "trailing octets", AF_INET, { V4(24, 0, 0, 17), 0, 1, 0, 2 }, 60, 0, 0, 17, 1, 2, 20, NFI_FLOW_PORTS },
	{ "esp", AF_INET, { V4(24, 0, 0, 50), 1, 2, 3, 4 }, 24, 0, 0, 50, 0, 0, 20, 0 },
	{ "gre", AF_INET, { V4(20, 0, 0, 47) }, 20, 0, 0, 47, 0, 0, 20, 0 },
	{ "first fragment", AF_INET, { V4(24, 0x20, 0, 6), 0, 1, 0, 2 }, 24, 0, 0, 6, 1, 2, 20,
	  NFI_FLOW_PORTS | NFI_FLOW_FRAGMENT },
	{ "tiny first fragment", AF_INET, { V4(22, 0x20, 0, 6), 0, 1 }, 22, 0, 0, 6, 0, 0, 20, NFI_FLOW_FRAGMENT },
	{ "later fragment", AF_INET, { V4(28, 0, 3, 6), 0, 1, 0, 2 }, 28, 0, 0, 6, 0, 0, 20, NFI_FLOW_FRAGMENT },
	{ "df alone", AF_INET, { V4(24, 0x40, 0, 6), 0, 1, 0, 2 }, 24, 0, 0, 6, 1, 2, 20, NFI_FLOW_PORTS },
	{ "options", AF_INET, { 0x46, 0, 0, 28, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 1, 1, 1, 0, 0, 7, 0, 8 },
	  28, 0, 0, 6, 7, 8, 24, NFI_FLOW_PORTS },
	{ "group", AF_INET, { 0x45, 0, 0, 20, 0, 0, 0, 0, 1, 2, 0, 0, 10, 0, 0, 1, 224, 0, 0, 1 }, 20, 0, 0, 2, 0, 0, 20,
	  NFI_FLOW_MULTICAST },
	{ "short header", AF_INET, { V4(20, 0, 0, 6) }, 19, 0, -EINVAL, 0, 0, 0, 0, 0 },
	{ "no ports", AF_INET, { V4(23, 0, 0, 6) }, 23, 0, -EINVAL, 0, 0, 0, 0, 0 },
	{ "claims more", AF_INET, { V4(40, 0, 0, 6) }, 39, 0, -EINVAL, 0, 0, 0, 0, 0 },
	{ "quoted, claims more", AF_INET, { V4(200, 0, 0, 6), 0, 1, 0, 2 }, 28, NFI_READ_QUOTED, 0, 6, 1, 2, 20,
	  NFI_FLOW_PORTS },
	{ "quoted, no ports", AF_INET, { V4(200, 0, 0, 6) }, 22, NFI_READ_QUOTED, 0, 6, 0, 0, 20, 0 },
	{ "ihl 4", AF_INET, { 0x44, 0, 0, 24 }, 24, 0, -EINVAL, 0, 0, 0, 0, 0 },
	{ "options run out", AF_INET, { 0x4f, 0, 0, 40 }, 40, 0, -EINVAL, 0, 0, 0, 0, 0 },
	{ "length 0", AF_INET, { V4(0, 0, 0, 6) }, 40, 0, -EINVAL, 0, 0, 0, 0, 0 },
	{ "length 0, gso", AF_INET, { V4(0, 0, 0, 6), 0, 1, 0, 2 }, 40, NFI_READ_GSO, 0, 6, 1, 2, 20, NFI_FLOW_PORTS },
	{ "ping of death", AF_INET, { V4(40, 0x1f, 0xff, 1) }, 40, 0, -EINVAL, 0, 0, 0, 0, 0 },
	{ "wrong version", AF_INET, { 0x65, 0, 0, 24 }, 24, 0, -EINVAL, 0, 0, 0, 0, 0 },
	{ "udp6", AF_INET6, { V6(4, 17), 0, 53, 0, 54 }, 44, 0, 0, 17, 53, 54, 40, NFI_FLOW_PORTS },
	{ "icmp6", AF_INET6, { V6(4, 58), 135, 0 }, 44, 0, 0, 58, 135, 0, 40, NFI_FLOW_PORTS },
	{ "hop, dst", AF_INET6, { V6(20, 0), 60, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2 }, 60, 0, 0, 6, 1, 2,
	  56, NFI_FLOW_PORTS },
	{ "mobility", AF_INET6, { V6(4, 135), 59, 0, 5, 0 }, 44, 0, 0, 135, 5, 0, 40, NFI_FLOW_PORTS },
	{ "first fragment", AF_INET6, { V6(12, 44), 6, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 2 }, 52, 0, 0, 6, 1, 2, 48,
	  NFI_FLOW_PORTS | NFI_FLOW_FRAGMENT },
	{ "atomic fragment", AF_INET6, { V6(12, 44), 6, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2 }, 52, 0, 0, 6, 1, 2, 48,
	  NFI_FLOW_PORTS },
	{ "later fragment", AF_INET6, { V6(12, 44), 6, 0, 0, 8, 0, 0, 0, 0, 0, 1, 0, 2 }, 52, 0, 0, 6, 0, 0, 48,
	  NFI_FLOW_FRAGMENT },
	{ "fragment that hides", AF_INET6, { V6(12, 44), 60, 0, 0, 8 }, 52, 0, 0, 60, 0, 0, 48,
	  NFI_FLOW_FRAGMENT | NFI_FLOW_ANY_PROTO },
	{ "ah ends it", AF_INET6, { V6(12, 51), 6 }, 52, 0, 0, 51, 0, 0, 40, 0 },
	{ "nothing follows", AF_INET6, { V6(0, 59) }, 40, 0, 0, 59, 0, 0, 40, 0 },
	{ "hop behind dst", AF_INET6, { V6(24, 60), 0, 0, 0, 0, 0, 0, 0, 0, 6 }, 64, 0, -EINVAL, 0, 0, 0, 0, 0 },
	{ "option too long", AF_INET6, { V6(24, 60), 6, 3 }, 64, 0, -EINVAL, 0, 0, 0, 0, 0 },
	{ "no room for ports", AF_INET6, { V6(3, 6) }, 43, 0, -EINVAL, 0, 0, 0, 0, 0 },
	{ "claims more", AF_INET6, { V6(30, 6) }, 60, 0, -EINVAL, 0, 0, 0, 0, 0 },
	{ "jumbogram", AF_INET6, { V6(0, 0), 6, 0, 0xc2, 4, 0, 1, 0, 0, 0, 1, 0, 2 }, 52, 0, 0, 6, 1, 2, 48, NFI_FLOW_PORTS },
	{ "length 0", AF_INET6, { V6(0, 6), 0, 1, 0, 2 }, 44, 0, -EINVAL, 0, 0, 0, 0, 0 },
	{ "quote ends within", AF_INET6, { V6(80, 60), 6, 9 }, 48, NFI_READ_QUOTED, 0, 60, 0, 0, 40, NFI_FLOW_ANY_PROTO },
};

static void one_packet(const struct packet *c)
{
	struct nfi_flow flow;
	struct nfi_view view = { .p = c->b, .total = c->len, .how = c->how };
	int err, rounds = 0;

	/* as the skb front end does: see no more than was asked for */
	while ((err = nfi_flow_read(&view, c->family, &flow)) > 0) {
		assert_in_range(err, view.have + 1, view.total);
		view.have = (u32)err;
		assert_true(++rounds < 40);
	}
	if (err != c->err || (!err && (flow.proto != c->proto || flow.sport != c->sport || flow.dport != c->dport ||
				       flow.thoff != c->thoff || flow.flags != c->flags)))
		fail_msg("%s (family %u): %d, proto %u, ports %u %u, at %u, flags %x", c->what, c->family, err, flow.proto,
			 flow.sport, flow.dport, flow.thoff, flow.flags);
}

static void flows(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(packets); i++)
		one_packet(&packets[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(range_split), cmocka_unit_test(prefixes), cmocka_unit_test(groups),
		cmocka_unit_test(order),       cmocka_unit_test(match),	   cmocka_unit_test(reverse),
		cmocka_unit_test(flows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
