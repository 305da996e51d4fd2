// SPDX-License-Identifier: GPL-2.0-or-later
/* links: kernel/selector.c */
/* selector.c - match by pieces and prefixes is match by comparison; reverse twice is nothing. */
#include <linux/kernel.h>
#include <linux/socket.h>
#include <stdlib.h>
#include <string.h>
#include "selector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool in_pieces(u16 min, u16 max, u16 port)
{
	struct nfi_pieces p;
	unsigned int i, hits = 0;

	nfi_range_split(min, max, &p);
	if (p.n > NFI_PIECES_MAX)
		abort();
	for (i = 0; i < p.n; i++)
		hits += p.v[i].len ? !((port ^ p.v[i].port) >> (16 - p.v[i].len)) : 1;
	if (hits > 1)
		abort();
	return hits;
}

static bool by_parts(const struct nfi_selector *sel, const struct nfi_flow *flow)
{
	union nf_inet_addr src, dst;

	nfi_prefix_apply(&src, &flow->saddr, flow->family, sel->src_len);
	nfi_prefix_apply(&dst, &flow->daddr, flow->family, sel->dst_len);
	if (memcmp(&src, &sel->src, sizeof(src)) || memcmp(&dst, &sel->dst, sizeof(dst)) ||
	    (flow->mark & sel->mark_mask) != sel->mark)
		return false;
	if (!sel->proto || (flow->flags & NFI_FLOW_ANY_PROTO))
		return true;
	return sel->proto == flow->proto &&
	       (!(flow->flags & NFI_FLOW_PORTS) ||
		(in_pieces(sel->sport_min, sel->sport_max, flow->sport) &&
		 in_pieces(sel->dport_min, sel->dport_max, flow->dport)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nfi_selector sel;
	struct nfi_flow flow, twice;

	if (size < sizeof(sel) + sizeof(flow))
		return 0;
	memcpy(&sel, data, sizeof(sel));
	memcpy(&flow, data + sizeof(sel), sizeof(flow));
	flow.family = flow.family & 1 ? AF_INET : AF_INET6;
	sel.family = flow.family;
	sel.src_len %= flow.family == AF_INET ? 33 : 129;
	sel.dst_len %= flow.family == AF_INET ? 33 : 129;
	sel.sport_max = sel.sport_max < sel.sport_min ? sel.sport_min : sel.sport_max;
	sel.dport_max = sel.dport_max < sel.dport_min ? sel.dport_min : sel.dport_max;
	sel.mark &= sel.mark_mask;
	if (sel.src_len & 1) /* let half of them be near */
		sel.src = flow.saddr;
	nfi_prefix_apply(&sel.src, &sel.src, sel.family, sel.src_len);
	nfi_prefix_apply(&sel.dst, &sel.dst, sel.family, sel.dst_len);
	if (nfi_selector_match(&sel, &flow) != by_parts(&sel, &flow))
		abort();
	nfi_flow_group(&flow);
	twice = flow;
	nfi_flow_reverse(&twice);
	nfi_flow_reverse(&twice);
	if (memcmp(&twice, &flow, sizeof(flow)) || nfi_selector_cmp(&sel, &sel) ||
	    !nfi_selector_equal(&sel, &sel))
		abort();
	return 0;
}
