// SPDX-License-Identifier: GPL-2.0-only
/*
 * selector.c - arithmetic of selectors: match, order, prefixes and port ranges; pure.
 */
#include <linux/bitops.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/kernel.h>
#include <linux/socket.h>
#include <linux/string.h>
#include "selector.h"

/* the mask of 32 bits number `word` of a prefix */
static __be32 word_mask(u8 len, unsigned int word)
{
	unsigned int from = word * 32;

	if (len <= from)
		return 0;
	if (len >= from + 32)
		return cpu_to_be32(U32_MAX);
	return cpu_to_be32(U32_MAX << (32 - (len - from)));
}

void nfi_prefix_apply(union nf_inet_addr *to, const union nf_inet_addr *from, u8 family, u8 len)
{
	unsigned int i;

	if (family == AF_INET) {
		memset(to, 0, sizeof(*to));
		to->ip = from->ip & word_mask(len, 0);
		return;
	}
	for (i = 0; i < 4; i++)
		to->ip6[i] = from->ip6[i] & word_mask(len, i);
}

bool nfi_prefix_match(const union nf_inet_addr *prefix, u8 len, const union nf_inet_addr *addr,
		      u8 family)
{
	unsigned int i;

	if (family == AF_INET)
		return !((prefix->ip ^ addr->ip) & word_mask(len, 0));
	for (i = 0; i * 32 < len; i++)
		if ((prefix->ip6[i] ^ addr->ip6[i]) & word_mask(len, i))
			return false;
	return true;
}

/* do two prefixes share an address? */
static bool overlap(__be32 a, u8 alen, u32 b, u8 blen)
{
	return !((a ^ cpu_to_be32(b)) & word_mask(min(alen, blen), 0));
}

bool nfi_prefix_group(const union nf_inet_addr *prefix, u8 len, u8 family)
{
	if (family == AF_INET)
		return overlap(prefix->ip, len, 0xe0000000, 4) ||
		       overlap(prefix->ip, len, U32_MAX, 32);
	return overlap(prefix->ip6[0], min_t(u8, len, 32), 0xff000000, 8);
}

/* ICMP: the type that answers a query; errors and the rest answer themselves */
static u16 answer_type(u8 proto, u16 type)
{
	static const u8 pairs[][3] = {
		{ IPPROTO_ICMP, 8, 0 },	      { IPPROTO_ICMP, 13, 14 },
		{ IPPROTO_ICMP, 15, 16 },     { IPPROTO_ICMP, 17, 18 },
		{ IPPROTO_ICMPV6, 128, 129 }, { IPPROTO_ICMPV6, 139, 140 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (pairs[i][0] != proto)
			continue;
		if (pairs[i][1] == type)
			return pairs[i][2];
		if (pairs[i][2] == type)
			return pairs[i][1];
	}
	return type;
}

void nfi_flow_reverse(struct nfi_flow *flow)
{
	swap(flow->saddr, flow->daddr);
	if (flow->proto == IPPROTO_ICMP || flow->proto == IPPROTO_ICMPV6)
		flow->sport = answer_type(flow->proto, flow->sport);
	else if (flow->proto != IPPROTO_MH)
		swap(flow->sport, flow->dport);
	nfi_flow_group(flow);
}

static bool ports_match(const struct nfi_selector *sel, const struct nfi_flow *flow)
{
	return flow->sport >= sel->sport_min && flow->sport <= sel->sport_max &&
	       flow->dport >= sel->dport_min && flow->dport <= sel->dport_max;
}

bool nfi_selector_match(const struct nfi_selector *sel, const struct nfi_flow *flow)
{
	if (sel->family != flow->family || (flow->mark & sel->mark_mask) != sel->mark)
		return false;
	if (!nfi_prefix_match(&sel->src, sel->src_len, &flow->saddr, sel->family) ||
	    !nfi_prefix_match(&sel->dst, sel->dst_len, &flow->daddr, sel->family))
		return false;
	if (!sel->proto || (flow->flags & NFI_FLOW_ANY_PROTO))
		return true;
	if (sel->proto != flow->proto)
		return false;
	return !(flow->flags & NFI_FLOW_PORTS) || ports_match(sel, flow);
}

void nfi_selector_rank(const struct nfi_selector *sel, u32 prio, u32 id, struct nfi_rank *rank)
{
	u64 width = (u32)(sel->sport_max - sel->sport_min) + (u32)(sel->dport_max - sel->dport_min);

	rank->hi = (u64)prio << 32 | (u32)(128 - sel->src_len) << 24 |
		   (u32)(128 - sel->dst_len) << 16 | (sel->proto ? 0 : 1);
	rank->lo = width << 40 | (u64)(32 - hweight32(sel->mark_mask)) << 32 | id;
}

int nfi_selector_cmp(const struct nfi_selector *a, const struct nfi_selector *b)
{
	struct nfi_rank ra, rb;

	nfi_selector_rank(a, 0, 0, &ra);
	nfi_selector_rank(b, 0, 0, &rb);
	if (nfi_rank_before(&ra, &rb))
		return -1;
	return nfi_rank_before(&rb, &ra);
}

bool nfi_selector_equal(const struct nfi_selector *a, const struct nfi_selector *b)
{
	return a->family == b->family && a->src_len == b->src_len && a->dst_len == b->dst_len &&
	       a->proto == b->proto && a->sport_min == b->sport_min &&
	       a->sport_max == b->sport_max && a->dport_min == b->dport_min &&
	       a->dport_max == b->dport_max && a->mark == b->mark && a->mark_mask == b->mark_mask &&
	       nfi_prefix_match(&a->src, a->src_len, &b->src, a->family) &&
	       nfi_prefix_match(&a->dst, a->dst_len, &b->dst, a->family);
}

void nfi_range_split(u16 min, u16 max, struct nfi_pieces *pieces)
{
	u32 at = min, end = (u32)max + 1, size;

	pieces->n = 0;
	while (at < end) {
		/* the largest power of two that at is a multiple of and that still fits */
		size = at ? at & -at : 0x10000;
		while (size > end - at)
			size >>= 1;
		pieces->v[pieces->n].port = at;
		pieces->v[pieces->n++].len = 17 - fls(size);
		at += size;
	}
}
