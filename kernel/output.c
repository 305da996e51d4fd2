// SPDX-License-Identifier: GPL-2.0-only
/*
 * output.c - the journey out: decide, let the rest of POST_ROUTING run on the clear packet, then
 * check again (datapath.md 1.2). What follows is output_seal.c's.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter_bridge.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/ipv6_stubs.h>
#include <net/l3mdev.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_nat.h>
#include <net/xfrm.h>
#include "compat.h"
#include "journey.h"
#include "netns.h"

static bool transformed(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return IPCB(skb)->flags & IPSKB_XFRM_TRANSFORMED;
	return IP6CB(skb)->flags & IP6SKB_XFRM_TRANSFORMED;
}

/*
 * From port to port of a bridge. What came in through a bridge and is routed has no port to go out.
 */
static bool bridged(const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);

	return nf_bridge_get_physoutdev(skb) || (dst && (dst->flags & DST_FAKE_RTABLE));
}

/* packets that are not ours to look at (datapath.md 1.2) */
static bool exempt(const struct nfi_net *nn, const struct sk_buff *skb,
		   const struct net_device *out)
{
	if (transformed(skb) || !out || (out->flags & IFF_LOOPBACK) || netif_is_l3_master(out))
		return true;
	if (bridged(skb))
		return true;
	return skb->sk && sk_fullsock(skb->sk) && nfi_sock_exempt(nn, skb->sk);
}

static bool is_nd(const struct nfi_flow *flow)
{
	return flow->family == AF_INET6 && flow->proto == IPPROTO_ICMPV6 &&
	       (flow->flags & NFI_FLOW_PORTS) && flow->sport >= 133 && flow->sport <= 137;
}

/* destinations that ip_mc_output() handles: it sends a clone through POST_ROUTING as well */
static bool is_group(const struct sk_buff *skb, const struct nfi_flow *flow)
{
	if (flow->flags & NFI_FLOW_MULTICAST)
		return true;
	if (flow->family != AF_INET || !skb_dst(skb))
		return false;
	return skb_rtable(skb)->rt_flags & (RTCF_BROADCAST | RTCF_MULTICAST);
}

static unsigned int refuse(struct nfi_net *nn, enum nfi_drop reason)
{
	nfi_drop_count(nn, reason);
	return NF_DROP;
}

void nfi_output_unreach(struct nfi_net *nn, struct sk_buff *skb, u8 family, unsigned int hook)
{
	if (family == AF_INET)
		nf_send_unreach(skb, ICMP_PKT_FILTERED, hook);
	else
		nf_send_unreach6(nn->net, skb, ICMPV6_ADM_PROHIBITED, hook);
}

enum choice {
	CHOICE_EXEMPT, /* not ours to look at */
	CHOICE_MALFORMED,
	CHOICE_PASS,
	CHOICE_TAKE,
	CHOICE_DROP,
	CHOICE_REJECT,
};

/*
 * No policy names the header. An ICMP error, of a router or of our own, quotes what came out of an
 * SA: it returns into the SA of that flow, or it is not sent (RFC 4301 6.2).
 */
static enum choice choose_quoted(struct nfi_net *nn, struct sk_buff *skb,
				 const struct nfi_flow *flow, struct nfi_policy **sp)
{
	*sp = nfi_icmp_about(nn, skb, flow, NFI_DIR_OUT);
	if (*sp && (*sp)->ntmpl)
		return (*sp)->flags & NFI_SPF_ICMP_ERR ? CHOICE_TAKE : CHOICE_DROP;
	*sp = NULL;
	return READ_ONCE(nn->set.dflt) == NFI_ACT_DROP ? CHOICE_DROP : CHOICE_PASS;
}

/* The SPD's answer; *sp is the policy or NULL. Caller is under RCU with bottom halves disabled. */
static enum choice choose(struct nfi_net *nn, struct sk_buff *skb, const struct nfi_flow *flow,
			  struct nfi_policy **sp)
{
	*sp = nfi_policy_lookup(nn, NFI_DIR_OUT, flow);
	if (!*sp)
		return choose_quoted(nn, skb, flow, sp);
	switch ((enum nfi_action)(*sp)->action) {
	case NFI_ACT_PROTECT:
	case NFI_ACT_TRAP:
	case NFI_ACT_HOLD:
		return CHOICE_TAKE;
	case NFI_ACT_PASS:
		return CHOICE_PASS;
	case NFI_ACT_DROP:
		return CHOICE_DROP;
	case NFI_ACT_REJECT:
		return CHOICE_REJECT;
	}
	return CHOICE_DROP;
}

/* What a look finds out. */
struct sight {
	struct nfi_flow flow;
	struct nfi_policy *sp; /* or NULL */
	enum choice choice;
};

/* What all looks begin with. Each sees either group destinations or all others. */
static void look(struct nfi_net *nn, struct sk_buff *skb, const struct nf_hook_state *state,
		 bool group, struct sight *s)
{
	s->sp = NULL;
	if (nfi_flow_parse(skb, state->pf, &s->flow))
		s->choice = CHOICE_MALFORMED;
	else if (is_nd(&s->flow) || is_group(skb, &s->flow) != group)
		s->choice = CHOICE_EXEMPT;
	else
		s->choice = choose(nn, skb, &s->flow, &s->sp);
}

/* for every choice but to take it */
static unsigned int verdict(struct nfi_net *nn, struct sk_buff *skb, const struct sight *s,
			    const struct nf_hook_state *state)
{
	switch (s->choice) {
	case CHOICE_EXEMPT:
	case CHOICE_PASS:
		return NF_ACCEPT;
	case CHOICE_MALFORMED:
		return refuse(nn, NFI_DROP_OUT_MALFORMED);
	case CHOICE_REJECT:
		nfi_output_unreach(nn, skb, state->pf, state->hook);
		return refuse(nn, NFI_DROP_OUT_REJECT);
	case CHOICE_TAKE:
	case CHOICE_DROP:
		break;
	}
	return refuse(nn, s->sp ? NFI_DROP_OUT_POLICY : NFI_DROP_BLOCKED);
}

/*
 * A protected flow is neither source-NATed (the policy speaks of the addresses before NAT) nor
 * given to a flowtable, which would bypass us (datapath.md 1.6). Both are possible only before
 * confirmation.
 */
static void bind_conntrack(struct sk_buff *skb)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (!ct || nf_ct_is_confirmed(ct))
		return;
	if (!nf_nat_initialized(ct, NF_NAT_MANIP_SRC))
		nf_nat_alloc_null_binding(ct, NF_INET_POST_ROUTING);
	if (!nfct_help(ct))
		nf_ct_helper_ext_add(ct, GFP_ATOMIC);
}

static int finish_as(struct nfi_net *nn, struct sock *sk, struct sk_buff *skb,
		     struct nfi_policy *sp, const struct nfi_flow *flow);

/*
 * Run the hooks behind ours on the clear packet. When they have all accepted it, the journey ends
 * here, else whoever goes on later (NFQUEUE) calls nfi_output_finish().
 */
static unsigned int carry_on(struct sk_buff *skb, const struct nf_hook_state *state,
			     nf_hookfn *self, struct nfi_policy *sp, const struct nfi_flow *flow)
{
	const struct nf_hook_entries *e;
	struct nf_hook_state next = *state;
	unsigned int i;
	int ret = 1;

	if (state->pf == NFPROTO_IPV4)
		e = rcu_dereference(state->net->nf.hooks_ipv4[state->hook]);
	else
		e = rcu_dereference(state->net->nf.hooks_ipv6[state->hook]);
	next.okfn = nfi_output_finish;
	for (i = 0; e && i < e->num_hook_entries; i++) {
		if (e->hooks[i].hook != self)
			continue;
		ret = nf_hook_slow(skb, &next, e, i + 1);
		break;
	}
	/*
	 * our hook being unregistered at this moment: the rest cannot be found, the packet is ours
	 * still
	 */
	if (ret == 1)
		ret = finish_as(nfi_pernet_rcu(state->net), state->sk, skb, sp, flow);
	return ret < 0 ? NF_STOLEN | (-ret << NF_VERDICT_QBITS) : NF_STOLEN;
}

/* The first look, before source NAT; bottom halves are disabled. */
static unsigned int look_first(struct nfi_net *nn, struct sk_buff *skb,
			       const struct nf_hook_state *state, nf_hookfn *self)
{
	struct sight s nfi_unset;

	look(nn, skb, state, false, &s);
	if (s.choice != CHOICE_TAKE)
		return verdict(nn, skb, &s, state);
	if (s.sp->flags & NFI_SPF_NAT_APPLY)
		return NF_ACCEPT; /* look_again() will see it */
	bind_conntrack(skb);
	return carry_on(skb, state, self, s.sp, &s.flow);
}

unsigned int nfi_output(struct nfi_net *nn, struct sk_buff *skb, const struct nf_hook_state *state,
			nf_hookfn *self)
{
	unsigned int ret;

	if (exempt(nn, skb, state->out))
		return NF_ACCEPT;
	if (in_softirq()) /* forwarded: bottom halves are off */
		return look_first(nn, skb, state, self);
	local_bh_disable();
	ret = look_first(nn, skb, state, self);
	local_bh_enable();
	return ret;
}

/* The flow as it was before NAT: what the look at priority 99 saw. */
static bool flow_before_nat(const struct nf_conn *ct, enum ip_conntrack_info ctinfo,
			    struct nfi_flow *flow)
{
	const struct nf_conntrack_tuple *t;

	if (CTINFO2DIR(ctinfo) == IP_CT_DIR_ORIGINAL)
		t = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	else
		return false;
	memcpy(&flow->saddr, &t->src.u3, sizeof(flow->saddr));
	if ((flow->flags & NFI_FLOW_PORTS) && flow->proto != IPPROTO_ICMP &&
	    flow->proto != IPPROTO_ICMPV6)
		flow->sport = ntohs(t->src.u.all);
	return true;
}

/*
 * The second look, behind source NAT. Taken are flows whose header NAT has changed and that match
 * now. A policy with nat=apply that is not followed by such a match must not leave in clear.
 */
static unsigned int look_again(struct nfi_net *nn, struct sk_buff *skb,
			       const struct nf_hook_state *state, nf_hookfn *self)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);
	struct sight s nfi_unset;

	look(nn, skb, state, false, &s);
	if (s.choice == CHOICE_TAKE) {
		bind_conntrack(skb);
		return carry_on(skb, state, self, s.sp, &s.flow);
	}
	if (s.choice == CHOICE_PASS && ct && (ct->status & IPS_NAT_MASK) &&
	    flow_before_nat(ct, ctinfo, &s.flow) && choose(nn, skb, &s.flow, &s.sp) == CHOICE_TAKE)
		return refuse(nn, NFI_DROP_OUT_MISMATCH);
	return verdict(nn, skb, &s, state);
}

unsigned int nfi_output_natted(struct nfi_net *nn, struct sk_buff *skb,
			       const struct nf_hook_state *state, nf_hookfn *self)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);
	unsigned int ret;

	if (!(ct && (ct->status & IPS_NAT_MASK)) && !READ_ONCE(nn->spd.nat_apply))
		return NF_ACCEPT; /* the first look has decided */
	if (exempt(nn, skb, state->out))
		return NF_ACCEPT;
	local_bh_disable();
	ret = look_again(nn, skb, state, self);
	local_bh_enable();
	return ret;
}

/* Group destinations are taken before ip_mc_output() makes its clone. */
unsigned int nfi_output_multicast(struct nfi_net *nn, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	struct sight s nfi_unset;
	int err;

	if (exempt(nn, skb, state->out))
		return NF_ACCEPT;
	local_bh_disable();
	look(nn, skb, state, true, &s);
	local_bh_enable();
	if (s.choice != CHOICE_TAKE)
		return verdict(nn, skb, &s, state);
	err = nfi_output_finish(state->net, state->sk, skb);
	return err < 0 ? NF_STOLEN | (-err << NF_VERDICT_QBITS) : NF_STOLEN;
}

/*
 * At the driver: whatever bypassed POST_ROUTING (nft's fwd, packet socket, flowtable) must not be
 * clear text. What tc redirects comes from tcguard.c: the kernel sets nf_skip_egress for it.
 */
unsigned int nfi_output_guard(struct nfi_net *nn, struct sk_buff *skb)
{
	struct nfi_policy *sp;
	struct nfi_flow flow;
	enum choice choice;
	u8 family;

	if (skb->protocol == htons(ETH_P_IP))
		family = AF_INET;
	else if (skb->protocol == htons(ETH_P_IPV6))
		family = AF_INET6;
	else
		return NF_ACCEPT;
	if (skb->sk && sk_fullsock(skb->sk) && nfi_sock_exempt(nn, skb->sk))
		return NF_ACCEPT;
	if (nfi_flow_parse(skb, family, &flow))
		return refuse(nn, NFI_DROP_OUT_GUARD);
	if (is_nd(&flow) || flow.proto == IPPROTO_ESP || flow.proto == IPPROTO_AH)
		return NF_ACCEPT;
	if (flow.proto == IPPROTO_UDP && flow.sport == READ_ONCE(nn->set.natt_port))
		return NF_ACCEPT;
	choice = choose(nn, skb, &flow, &sp);
	return choice == CHOICE_PASS ? NF_ACCEPT : refuse(nn, NFI_DROP_OUT_GUARD);
}

/* new packets wait behind those that are held already */
static bool must_wait(const struct nfi_policy *sp)
{
	return sp->action != NFI_ACT_PROTECT && nfi_trap_busy(sp);
}

static int finish(struct nfi_net *nn, struct sock *sk, struct sk_buff *skb, bool released)
{
	u8 family = skb->protocol == htons(ETH_P_IP) ? AF_INET : AF_INET6;
	struct nfi_policy *sp;
	struct nfi_flow flow nfi_unset;
	enum choice choice;

	if (nfi_flow_parse(skb, family, &flow))
		return nfi_lose(nn, NULL, skb, NFI_DROP_OUT_MALFORMED);
	choice = choose(nn, skb, &flow, &sp);
	if (choice == CHOICE_PASS && released)
		return dst_output(nn->net, sk, skb);
	if (choice != CHOICE_TAKE)
		return nfi_lose(nn, NULL, skb, NFI_DROP_OUT_MISMATCH);
	if (!released && must_wait(sp)) {
		nfi_trap_hold(sp, skb, &flow);
		return 0;
	}
	return nfi_protect(nn, sp, sk, skb, &flow);
}

static bool same_addresses(const struct sk_buff *skb, const struct nfi_flow *flow)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);

	if (flow->family == AF_INET)
		return skb->protocol == htons(ETH_P_IP) && iph->saddr == flow->saddr.ip &&
		       iph->daddr == flow->daddr.ip && iph->protocol == flow->proto &&
		       iph->ihl * 4 == flow->thoff;
	return skb->protocol == htons(ETH_P_IPV6) &&
	       ipv6_addr_equal(&ip6->saddr, &flow->saddr.in6) &&
	       ipv6_addr_equal(&ip6->daddr, &flow->daddr.in6) && ip6->nexthdr == flow->proto &&
	       sizeof(*ip6) == flow->thoff;
}

/* Is the header still the one that was judged? */
static bool unchanged(const struct sk_buff *skb, const struct nfi_flow *flow)
{
	const __be16 *ports;

	if (skb->mark != flow->mark || !(flow->flags & NFI_FLOW_PORTS) ||
	    (flow->proto != IPPROTO_TCP && flow->proto != IPPROTO_UDP) ||
	    !same_addresses(skb, flow) || skb_headlen(skb) < flow->thoff + 4)
		return false;
	ports = (const __be16 *)(skb_network_header(skb) + flow->thoff);
	return ntohs(ports[0]) == flow->sport && ntohs(ports[1]) == flow->dport;
}

/* The end of the journey in the same breath as its beginning: most headers need no second look. */
static int finish_as(struct nfi_net *nn, struct sock *sk, struct sk_buff *skb,
		     struct nfi_policy *sp, const struct nfi_flow *flow)
{
	if (!unchanged(skb, flow) || must_wait(sp))
		return nfi_output_finish(nn->net, sk, skb);
	return nfi_protect(nn, sp, sk, skb, flow);
}

int nfi_output_finish(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	int err;

	rcu_read_lock();
	local_bh_disable();
	err = finish(nfi_pernet_rcu(net), sk, skb, false);
	local_bh_enable();
	rcu_read_unlock();
	return err;
}

int nfi_output_released(struct net *net, struct sk_buff *skb)
{
	int err;

	rcu_read_lock();
	local_bh_disable();
	err = finish(nfi_pernet_rcu(net), skb->sk, skb, true);
	local_bh_enable();
	rcu_read_unlock();
	return err;
}
