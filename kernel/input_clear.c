// SPDX-License-Identifier: GPL-2.0-only
/*
 * input_clear.c - what comes in clear: refused if policy wants it protected, however it came
 * (datapath.md 1.4).
 */
#include <linux/icmp.h>
#include <linux/netfilter_bridge.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>
#include <net/udp.h>
#include "compat.h"
#include "journey.h"
#include "netns.h"

bool nfi_is_local(struct nfi_net *nn, const struct nfi_flow *flow)
{
	if (flow->family == AF_INET)
		return inet_addr_type(nn->net, flow->daddr.ip) == RTN_LOCAL;
	return ipv6_chk_addr(nn->net, &flow->daddr.in6, NULL, 0);
}

/*
 * An ICMP error about a packet of the policy, from a router on the way (RFC 4301 6): the quoted
 * packet, turned round, must be what the policy covers.
 */
struct nfi_policy *nfi_icmp_about(struct nfi_net *nn, struct sk_buff *skb,
				  const struct nfi_flow *flow, enum nfi_dir dir)
{
	struct nfi_flow quoted nfi_unset;
	bool error;

	if (flow->family == AF_INET)
		error = flow->proto == IPPROTO_ICMP &&
			(flow->sport == ICMP_DEST_UNREACH || flow->sport == ICMP_TIME_EXCEEDED ||
			 flow->sport == ICMP_PARAMETERPROB);
	else
		error = flow->proto == IPPROTO_ICMPV6 && flow->sport < 128;
	if (!error || !(flow->flags & NFI_FLOW_PORTS))
		return NULL;
	if (nfi_flow_parse_at(skb, skb_network_offset(skb) + flow->thoff + 8, flow->family,
			      &quoted))
		return NULL;
	nfi_flow_reverse(&quoted);
	return nfi_policy_lookup(nn, dir, &quoted);
}

bool nfi_icmp_passes(struct nfi_net *nn, struct sk_buff *skb, const struct nfi_flow *flow)
{
	const struct nfi_policy *sp = nfi_icmp_about(nn, skb, flow, NFI_DIR_IN);

	return sp && (sp->flags & NFI_SPF_ICMP_ERR);
}

static struct sock *udp_sock(struct nfi_net *nn, struct sk_buff *skb, const struct nfi_flow *flow)
{
	int dif = skb->dev->ifindex;

	if (flow->family == AF_INET)
		return __udp4_lib_lookup(nn->net, flow->saddr.ip, htons(flow->sport),
					 flow->daddr.ip, htons(flow->dport), dif, 0,
					 nfi_udp_table(nn->net), NULL);
	return __udp6_lib_lookup(nn->net, &flow->saddr.in6, htons(flow->sport), &flow->daddr.in6,
				 htons(flow->dport), dif, 0, nfi_udp_table(nn->net), NULL);
}

/* Only for packets that would be dropped: reasons to let them in all the same (datapath.md 1.4). */
static bool clear_is_fine(struct nfi_net *nn, struct sk_buff *skb, const struct nfi_flow *flow)
{
	struct sock *sk;

	if (flow->family == AF_INET6 && flow->proto == IPPROTO_ICMPV6 && flow->sport >= 133 &&
	    flow->sport <= 137)
		return true;
	if (flow->proto == IPPROTO_ESP || flow->proto == IPPROTO_AH)
		return nfi_is_local(nn, flow); /* sealed is not clear; it may be in-tree XFRM's */
	if (nfi_icmp_passes(nn, skb, flow))
		return true;
	if (flow->proto != IPPROTO_UDP || (flow->flags & NFI_FLOW_FRAGMENT))
		return false;
	if (nfi_input_expected(nn, skb, flow))
		return true;
	sk = udp_sock(nn, skb, flow);
	return sk && nfi_sock_exempt(nn, sk);
}

/* What does policy say of a clear packet that came as this flow? */
static unsigned int judge_clear(struct nfi_net *nn, struct sk_buff *skb,
				const struct nf_hook_state *state, const struct nfi_flow *flow)
{
	const struct nfi_policy *sp = nfi_policy_lookup(nn, NFI_DIR_IN, flow);
	enum nfi_drop drop;

	if (!sp && READ_ONCE(nn->set.dflt) != NFI_ACT_DROP)
		return NF_ACCEPT;
	if (sp && (sp->action == NFI_ACT_PASS ||
		   (nfi_policy_protects(sp) && (sp->flags & NFI_SPF_OPTIONAL))))
		return NF_ACCEPT;
	if (clear_is_fine(nn, skb, flow))
		return NF_ACCEPT;
	if (!sp)
		drop = NFI_DROP_BLOCKED;
	else
		drop = nfi_policy_protects(sp) ? NFI_DROP_IN_CLEAR : NFI_DROP_IN_POLICY;
	nfi_drop_count(nn, drop);
	nfi_event_violation(nn, drop, flow);
	if (sp && sp->action == NFI_ACT_REJECT)
		nfi_output_unreach(nn, skb, flow->family, state->hook);
	return NF_DROP;
}

/*
 * br_netfilter shows a frame to PRE_ROUTING before the bridge looks where it goes, and not again
 * (ip_sabotage_in()). One for the bridge's own address will be taken; of a group, or of an address
 * that a device above the bridge may have, only nfi_input_taken() can tell.
 */
static bool undecided(const struct sk_buff *skb)
{
	const struct nf_bridge_info *bridge = nf_bridge_info_get(skb);

	return bridge && (bridge->pkt_otherhost || skb->pkt_type != PACKET_HOST);
}

/*
 * Is nfi_input_taken() there to judge it? Its hooks cost each packet, so they come when they are
 * first needed; until then what is undecided is judged as if the bridge took it.
 */
static bool judged_later(struct nfi_net *nn, const struct sk_buff *skb)
{
	if (!undecided(skb))
		return false;
	if (READ_ONCE(nn->hooks) & NFI_HOOKS_BRIDGE)
		return true;
	WRITE_ONCE(nn->bridged, 1);
	schedule_work(&nn->bridge_work);
	return false;
}

/*
 * ESP or AH of an SA that we have is not clear, and nfi_input() has it next. Only the usual form is
 * recognised, at a glance; all others are parsed and judged.
 */
static bool sealed_for_us(struct nfi_net *nn, const struct sk_buff *skb, u8 family)
{
	const u8 *p = skb_network_header(skb);
	const union nf_inet_addr *daddr;
	unsigned int len, spi;
	u8 proto;

	if (family == AF_INET) {
		len = sizeof(struct iphdr);
		if (p[0] != 0x45 || ip_is_fragment((const struct iphdr *)p))
			return false;
		daddr = (const union nf_inet_addr *)&((const struct iphdr *)p)->daddr;
		proto = ((const struct iphdr *)p)->protocol;
	} else {
		len = sizeof(struct ipv6hdr);
		daddr = (const union nf_inet_addr *)&((const struct ipv6hdr *)p)->daddr;
		proto = ((const struct ipv6hdr *)p)->nexthdr;
	}
	if (proto != IPPROTO_ESP && proto != IPPROTO_AH)
		return false;
	spi = len + (proto == IPPROTO_AH ? 4 : 0);
	if (skb_network_offset(skb) + spi + 4 > skb_headlen(skb))
		return false;
	return nfi_sa_find(nn, family, daddr, *(const __be32 *)(p + spi), proto);
}

unsigned int nfi_input_clear(struct nfi_net *nn, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	struct nfi_flow flow nfi_unset;

	if (nfi_secpath_ours(skb)) {
		/* injected again: checked already; the in-tree check must not see a stranger */
		if (state->pf == NFPROTO_IPV4)
			IPCB(skb)->flags |= IPSKB_NOPOLICY;
		return NF_ACCEPT;
	}
	if ((state->in && (state->in->flags & IFF_LOOPBACK)) || judged_later(nn, skb) ||
	    sealed_for_us(nn, skb, state->pf))
		return NF_ACCEPT;
	if (nfi_flow_parse(skb, state->pf, &flow))
		return NF_ACCEPT; /* the stack drops what it cannot parse */
	return judge_clear(nn, skb, state, &flow);
}

/* The flow as it came, before PRE_ROUTING changed its destination. */
static void flow_as_it_came(const struct sk_buff *skb, struct nfi_flow *flow)
{
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct = nf_ct_get(skb, &ctinfo);
	const struct nf_conntrack_tuple *t;

	if (!ct || !(ct->status & IPS_NAT_MASK) || ctinfo == IP_CT_RELATED ||
	    ctinfo == IP_CT_RELATED_REPLY)
		return;
	t = &ct->tuplehash[CTINFO2DIR(ctinfo)].tuple;
	memcpy(&flow->daddr, &t->dst.u3, sizeof(flow->daddr));
	if ((flow->flags & NFI_FLOW_PORTS) && flow->proto != IPPROTO_ICMP &&
	    flow->proto != IPPROTO_ICMPV6)
		flow->dport = ntohs(t->dst.u.all);
}

/* In LOCAL_IN and FORWARD: what a bridge has taken; not what it passes on from port to port. */
unsigned int nfi_input_taken(struct nfi_net *nn, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	struct nfi_flow flow;

	if (likely(!nf_bridge_info_exists(skb)) || nf_bridge_get_physoutdev(skb) ||
	    nfi_secpath_ours(skb))
		return NF_ACCEPT;
	if (nfi_flow_parse(skb, state->pf, &flow))
		return NF_ACCEPT;
	flow_as_it_came(skb, &flow);
	return judge_clear(nn, skb, state, &flow);
}
