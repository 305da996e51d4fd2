// SPDX-License-Identifier: GPL-2.0-only
/*
 * purge.c - after a commit: conntracks that know a flow as clear which policy now stops or seals
 * must die, for an offloaded flow would never meet the new policy, and one with a source NAT
 * would never match it (datapath.md 1.6). Cached routes go with them.
 *
 * A conntrack that the outbound hook has seen as protected has a helper extension, which keeps it
 * from being offloaded; it may stay.
 */
#include <linux/rcupdate.h>
#include <net/net_namespace.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_extend.h>
#include "netns.h"

#define LINEAR_MAX 64 /* touched policies that are tried one by one; more match everything */

struct purge {
	struct nfi_net *nn;
	u8 gen;
	bool all;
	unsigned int linear; /* touched policies that the classifier cannot answer for */
};

/* one side of a tuple */
struct end {
	const union nf_inet_addr *addr;
	__be16 port;
};

static void make_flow(struct nfi_flow *flow, const struct nf_conntrack_tuple *tuple,
		      const struct end *src, const struct end *dst)
{
	memset(flow, 0, sizeof(*flow));
	flow->family = tuple->src.l3num;
	flow->proto = tuple->dst.protonum;
	nfi_prefix_apply(&flow->saddr, src->addr, flow->family, 128);
	nfi_prefix_apply(&flow->daddr, dst->addr, flow->family, 128);
	switch (flow->proto) {
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		flow->sport = tuple->dst.u.icmp.type;
		flow->dport = tuple->dst.u.icmp.code;
		flow->flags |= NFI_FLOW_PORTS;
		break;
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		flow->sport = ntohs(src->port);
		flow->dport = ntohs(dst->port);
		flow->flags |= NFI_FLOW_PORTS;
		break;
	}
	nfi_flow_group(flow);
}

static bool stops(const struct purge *p, const struct nfi_policy *sp)
{
	if (!sp)
		return p->nn->set.dflt == NFI_ACT_DROP;
	return sp->action != NFI_ACT_PASS && !(sp->flags & NFI_SPF_OPTIONAL);
}

/* Those that have gone, and those that depend on a mark, which a conntrack does not tell. */
static bool touched_matches(const struct purge *p, u8 dir, const struct nfi_flow *flow,
			    const struct nfi_policy *now)
{
	const struct nfi_policy *sp;
	struct nfi_selector sel;

	if (!p->linear)
		return false;
	list_for_each_entry(sp, &p->nn->spd.touched, touched_node) {
		if (sp->dir != dir || (sp->fresh && !sp->sel.mark_mask))
			continue;
		sel = sp->sel;
		sel.mark = 0;
		sel.mark_mask = 0;
		if (nfi_selector_match(&sel, flow) && (sp->fresh || stops(p, now)))
			return true;
	}
	return false;
}

static bool is_settled(const struct nf_conn *ct, const struct nfi_policy *sp)
{
	if (!nf_ct_ext_exist(ct, NF_CT_EXT_HELPER))
		return false;
	return !(ct->status & IPS_SRC_NAT) || (sp && (sp->flags & NFI_SPF_NAT_APPLY));
}

static bool is_wrong(const struct purge *p, const struct nf_conn *ct, u8 dir,
		     const struct nfi_flow *flow)
{
	const struct nfi_policy *sp = nfi_classify(&p->nn->spd, dir, flow, p->gen);

	if (is_settled(ct, sp))
		return false;
	if (sp && sp->fresh)
		return true;
	if (p->all)
		return stops(p, sp);
	return touched_matches(p, dir, flow, sp);
}

/* nonzero: the conntrack dies */
static int judge(struct nf_conn *ct, void *data)
{
	const struct nf_conntrack_tuple *o = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	const struct nf_conntrack_tuple *r = &ct->tuplehash[IP_CT_DIR_REPLY].tuple;
	const struct end osrc = { &o->src.u3, o->src.u.all }, odst = { &o->dst.u3, o->dst.u.all };
	const struct end rsrc = { &r->src.u3, r->src.u.all }, rdst = { &r->dst.u3, r->dst.u.all };
	/* as the hooks see them: out before source NAT, out behind it, in as on the wire */
	const struct {
		const struct nf_conntrack_tuple *tuple;
		const struct end *src, *dst;
		u8 dir;
	} looks[] = {
		{ o, &osrc, &rsrc, NFI_DIR_OUT }, { r, &rsrc, &osrc, NFI_DIR_OUT },
		{ o, &osrc, &odst, NFI_DIR_IN },  { r, &rsrc, &rdst, NFI_DIR_IN },
		{ o, &rdst, &rsrc, NFI_DIR_OUT }, { r, &odst, &osrc, NFI_DIR_OUT },
	};
	unsigned int i, n = ct->status & IPS_NAT_MASK ? ARRAY_SIZE(looks) : 4;
	const struct purge *p = data;
	struct nfi_flow flow;
	bool wrong = false;

	if (o->src.l3num != AF_INET && o->src.l3num != AF_INET6)
		return 0;
	rcu_read_lock();
	for (i = 0; i < n && !wrong; i++) {
		make_flow(&flow, looks[i].tuple, looks[i].src, looks[i].dst);
		wrong = is_wrong(p, ct, looks[i].dir, &flow);
	}
	rcu_read_unlock();
	return wrong;
}

static void kill_conntracks(struct nfi_net *nn, struct purge *p)
{
	struct nf_ct_iter_data iter = { .net = nn->net, .data = p };

	/* unconfirmed ones are counted too: nothing is tracked, nothing can be wrong */
	if (!nf_conntrack_count(nn->net))
		return;
	/* a packet that met the old policies may confirm its conntrack yet: let it pass */
	synchronize_rcu_expedited();
	nf_ct_iterate_cleanup_net(judge, &iter);
}

void nfi_purge(struct nfi_net *nn)
{
	struct purge p = { .nn = nn, .gen = nfi_gen_now(nn) };
	struct nfi_policy *sp, *next;

	lockdep_assert_held(&nn->lock);
	if (list_empty(&nn->spd.touched))
		return;
	list_for_each_entry(sp, &nn->spd.touched, touched_node)
		if (!sp->fresh || sp->sel.mark_mask)
			p.linear++;
	p.all = p.linear > LINEAR_MAX;
	kill_conntracks(nn, &p);
	rt_genid_bump_all(nn->net);
	list_for_each_entry_safe(sp, next, &nn->spd.touched, touched_node) {
		list_del_init(&sp->touched_node);
		sp->fresh = 0;
		nfi_policy_put(sp);
	}
}
