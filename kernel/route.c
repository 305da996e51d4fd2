// SPDX-License-Identifier: GPL-2.0-only
/*
 * route.c - the route of sealed packets: one cached dst an SA. hooks.c drops it when its device
 * goes.
 */
#include <linux/netdevice.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6_stubs.h>
#include <net/l3mdev.h>
#include <net/route.h>
#include "journey.h"
#include "netns.h"

/* uncached look-ups take a reference; __ip_route_output_key() does not ask in-tree XFRM */
static struct dst_entry *lookup4(struct nfi_sa *sa, const struct nfi_endpoint *ep, u32 mark)
{
	struct flowi4 fl4 = {
		.daddr = ep->daddr.ip,
		.saddr = ep->saddr.ip,
		.flowi4_mark = mark,
		.flowi4_oif = sa->oif,
		.flowi4_proto = ep->encap ? IPPROTO_UDP : sa->proto,
		.fl4_sport = ep->sport,
		.fl4_dport = ep->dport,
		.flowi4_uid = sock_net_uid(sa->nn->net, NULL),
	};
	struct rtable *rt = __ip_route_output_key(sa->nn->net, &fl4);

	return IS_ERR(rt) ? NULL : &rt->dst;
}

static struct dst_entry *lookup6(struct nfi_sa *sa, const struct nfi_endpoint *ep, u32 mark)
{
	struct flowi6 fl6 = {
		.daddr = ep->daddr.in6,
		.saddr = ep->saddr.in6,
		.flowi6_mark = mark,
		.flowi6_oif = sa->oif,
		.flowi6_proto = ep->encap ? IPPROTO_UDP : sa->proto,
		.fl6_sport = ep->sport,
		.fl6_dport = ep->dport,
		.flowi6_uid = sock_net_uid(sa->nn->net, NULL),
	};
	struct dst_entry *dst = ip6_route_output_flags(sa->nn->net, NULL, &fl6, 0);

	if (!dst->error)
		return dst;
	dst_release(dst);
	return NULL;
}

/* The old dst is freed after a grace period, so readers without a reference are safe. */
static void replace(struct nfi_sa *sa, struct dst_entry *dst)
{
	dst_release((struct dst_entry *)unrcu_pointer(xchg(&sa->dst, RCU_INITIALIZER(dst))));
}

struct dst_entry *nfi_route_out(struct nfi_sa *sa, const struct sk_buff *skb)
{
	const struct nfi_endpoint *ep = rcu_dereference(sa->ep);
	struct dst_entry *dst = rcu_dereference(sa->dst);
	u32 mark = sa->mark ? sa->mark : skb->mark;

	if (dst && READ_ONCE(sa->dst_mark) == mark && dst_check(dst, READ_ONCE(sa->dst_cookie)))
		return dst;
	if (READ_ONCE(sa->dead) || READ_ONCE(sa->nn->dying))
		return NULL;
	dst = ep->family == AF_INET ? lookup4(sa, ep, mark) : lookup6(sa, ep, mark);
	if (!dst) {
		replace(sa, NULL);
		return NULL;
	}
	/*
	 * a reader that sees the new cookie with the old dst, or the reverse, only looks up again
	 */
	WRITE_ONCE(sa->dst_mark, mark);
	WRITE_ONCE(sa->dst_cookie, ep->family == AF_INET6 ? rt6_get_cookie(dst_rt6_info(dst)) : 0);
	replace(sa, dst);
	/* flushed between our test and now? then nobody else would release it */
	if (READ_ONCE(sa->dead) || READ_ONCE(sa->nn->dying))
		nfi_route_flush(sa);
	return dst;
}

void nfi_route_flush(struct nfi_sa *sa)
{
	replace(sa, NULL);
}

void nfi_route_flush_dev(struct nfi_net *nn, const struct net_device *dev)
{
	struct dst_entry *dst;
	struct nfi_sa *sa;
	unsigned long id;

	rcu_read_lock();
	xa_for_each(&nn->sad.ids, id, sa)
	{
		dst = rcu_dereference(sa->dst);
		if (dst && (!dev || dst->dev == dev))
			nfi_route_flush(sa);
	}
	rcu_read_unlock();
}
