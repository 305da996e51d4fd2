// SPDX-License-Identifier: GPL-2.0-only
/*
 * endpoint.c - addresses and ports of an SA: checked, built, changed by hand or by a moving peer.
 */
#include <linux/slab.h>
#include <net/ipv6.h>
#include "journey.h"
#include "sa_priv.h"

#define HAS(msg, attr) ((msg)->has & BIT_ULL(NFI_SA_##attr))

static u8 family_of(const struct nfi_addr *a)
{
	return a->len == 4 ? AF_INET : AF_INET6;
}

static void from_msg(union nf_inet_addr *to, const struct nfi_addr *from)
{
	memset(to, 0, sizeof(*to));
	memcpy(to, from->b, from->len == 4 ? 4 : 16);
}

static void to_msg(struct nfi_addr *to, u8 family, const union nf_inet_addr *from)
{
	memset(to, 0, sizeof(*to));
	to->len = family == AF_INET ? 4 : 16;
	memcpy(to->b, from, to->len);
}

static bool is_unicast(u8 family, const union nf_inet_addr *a)
{
	if (family == AF_INET)
		return a->ip && !ipv4_is_multicast(a->ip) && !ipv4_is_lbcast(a->ip);
	return !ipv6_addr_any(&a->in6) && !ipv6_addr_is_multicast(&a->in6) &&
	       !ipv6_addr_v4mapped(&a->in6);
}

static const char *check(const struct nfi_endpoint *ep, u8 proto)
{
	if (!is_unicast(ep->family, &ep->daddr))
		return "DADDR must be a unicast address";
	if (!is_unicast(ep->family, &ep->saddr))
		return "SADDR must be a unicast address";
	if (ep->encap == NFI_ENCAP_NONE)
		return ep->sport || ep->dport ? "ENCAP_SPORT and ENCAP_DPORT need ENCAP" : NULL;
	if (proto != IPPROTO_ESP)
		return "only ESP can be encapsulated in UDP, not AH";
	if (!ep->sport || !ep->dport)
		return "ENCAP needs both ENCAP_SPORT and ENCAP_DPORT";
	return NULL;
}

const char *nfi_endpoint_merge(struct nfi_endpoint *ep, const struct nfi_sa_msg *msg, u8 proto)
{
	bool src = HAS(msg, SADDR), dst = HAS(msg, DADDR);
	u8 sfamily = src ? family_of(&msg->saddr) : ep->family;
	u8 dfamily = dst ? family_of(&msg->daddr) : ep->family;

	if (sfamily != dfamily)
		return "SADDR and DADDR must be of one address family";
	ep->family = dfamily;
	if (src)
		from_msg(&ep->saddr, &msg->saddr);
	if (dst)
		from_msg(&ep->daddr, &msg->daddr);
	if (HAS(msg, ENCAP)) {
		ep->encap = msg->encap;
		if (ep->encap == NFI_ENCAP_NONE) {
			ep->sport = 0;
			ep->dport = 0;
		}
	}
	if (HAS(msg, ENCAP_SPORT))
		ep->sport = msg->encap_sport;
	if (HAS(msg, ENCAP_DPORT))
		ep->dport = msg->encap_dport;
	return check(ep, proto);
}

struct move {
	const struct nfi_endpoint *old, *new; /* inbound: saddr and sport are the peer's */
};

static bool addr_eq(u8 family, const union nf_inet_addr *a, const union nf_inet_addr *b)
{
	return family == AF_INET ? a->ip == b->ip : ipv6_addr_equal(&a->in6, &b->in6);
}

static struct nfi_endpoint *get_locked(const struct nfi_sa *sa)
{
	return rcu_dereference_protected(sa->ep, lockdep_is_held(&sa->lock));
}

void nfi_endpoint_replace(struct nfi_sa *sa, struct nfi_endpoint *ep)
{
	struct nfi_endpoint *old = get_locked(sa);

	rcu_assign_pointer(sa->ep, ep);
	kfree_rcu(old, rcu);
}

/* Outbound SAs to the endpoint that was left go to the new one; sad->slot_lock held. */
static void follow(struct nfi_sa *sa, void *arg)
{
	const struct move *move = arg;
	struct nfi_endpoint *ep;

	if (!(sa->flags & NFI_SAF_FOLLOW))
		return;
	spin_lock(&sa->lock);
	ep = get_locked(sa);
	if (ep->family != move->old->family || ep->encap != move->old->encap ||
	    ep->dport != move->old->sport || !addr_eq(ep->family, &ep->daddr, &move->old->saddr))
		goto out;
	ep = kmemdup(ep, sizeof(*ep), GFP_ATOMIC);
	if (!ep)
		goto out;
	ep->daddr = move->new->saddr;
	ep->dport = move->new->sport;
	nfi_endpoint_replace(sa, ep);
out:
	spin_unlock(&sa->lock);
	nfi_route_flush(sa);
}

/* What the SA says, and what the packet says; false: the same, or told less than a second ago. */
static bool compare(struct nfi_sa *sa, struct nfi_endpoint *old, struct nfi_endpoint *new)
{
	struct nfi_endpoint *ep;
	bool differs;

	spin_lock_bh(&sa->lock);
	*old = *get_locked(sa);
	if (old->encap == NFI_ENCAP_NONE)
		new->sport = 0;
	differs = (new->sport != old->sport || !addr_eq(old->family, &new->saddr, &old->saddr)) &&
		  time_after_eq(jiffies, sa->rate.moved_at);
	if (differs) {
		sa->rate.moved_at = jiffies + HZ;
		ep = sa->flags & NFI_SAF_FOLLOW ? kmemdup(old, sizeof(*old), GFP_ATOMIC) : NULL;
		if (ep) {
			ep->saddr = new->saddr;
			ep->sport = new->sport;
			nfi_endpoint_replace(sa, ep);
		}
	}
	spin_unlock_bh(&sa->lock);
	return differs;
}

void nfi_sa_moved(struct nfi_sa *sa, const union nf_inet_addr *saddr, __be16 sport)
{
	struct nfi_endpoint old, new = { .saddr = *saddr, .sport = sport };
	struct move move = { .old = &old, .new = &new };
	struct nfi_ev_msg ev;

	if (!compare(sa, &old, &new))
		return;
	memset(&ev, 0, sizeof(ev));
	ev.has = BIT_ULL(NFI_EV_SRC) | BIT_ULL(NFI_EV_OLD_SRC);
	to_msg(&ev.src, old.family, saddr);
	to_msg(&ev.old_src, old.family, &old.saddr);
	if (old.encap != NFI_ENCAP_NONE) {
		ev.has |= BIT_ULL(NFI_EV_SPORT) | BIT_ULL(NFI_EV_OLD_SPORT);
		ev.sport = sport;
		ev.old_sport = old.sport;
	}
	if (sa->flags & NFI_SAF_FOLLOW)
		nfi_slot_each(sa->nn, sa->reqid, sa->proto, follow, &move);
	nfi_event_moved(sa, &ev);
}
