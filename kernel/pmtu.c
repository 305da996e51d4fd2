// SPDX-License-Identifier: GPL-2.0-only
/*
 * pmtu.c - effective MTU of a chain of SAs, and everybody who must learn it: senders by ICMP, local
 * sockets by their route, TCP by its MSS option, our own outer route by ICMP about sealed packets.
 *
 * A transport mode packet has one route before and behind sealing, and what local senders learn is
 * an exception there. It is for clear packets: of the sealed ones the SA remembers itself what ICMP
 * said, and they pass the exception by. Else each packet would find the MTU of the last one as its
 * path, and less what the SA adds, and so on to the floor.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/addrconf.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/lwtunnel.h>
#include <net/route.h>
#include <net/tcp.h>
#include "journey.h"
#include "netns.h"

/* MTU of a route without what was learnt about its destination */
static u32 plain_mtu(const struct dst_entry *dst)
{
	const struct fib6_info *from;
	const struct inet6_dev *idev;
	u32 mtu = 0;

	if (dst_xfrm(dst))
		return dst_mtu(dst);
	if (dst->ops->family == AF_INET) {
		mtu = dst_metric_raw(dst, RTAX_MTU);
	} else {
		/* an exception is a route of its own */
		from = rcu_dereference(container_of(dst, struct rt6_info, dst)->from);
		idev = __in6_dev_get(dst->dev);
		if (from)
			mtu = from->fib6_pmtu;
		if (!mtu && idev)
			mtu = READ_ONCE(idev->cnf.mtu6);
	}
	if (!mtu)
		mtu = READ_ONCE(dst->dev->mtu);
	mtu = min_t(u32, mtu, IP_MAX_MTU);
	return mtu - lwtunnel_headroom(dst->lwtstate, mtu);
}

/* Path MTU of packets that this SA has sealed last, no tunnel among those before it. */
static u32 own_path(const struct nfi_sa *sa, const struct dst_entry *dst)
{
	u32 mtu = plain_mtu(dst), told = READ_ONCE(sa->path_mtu);

	if (!told || time_after_eq(jiffies, READ_ONCE(sa->path_mtu_until)))
		return mtu;
	return min(mtu, told);
}

/* ICMP said so about a packet of the SA; the floor and the time are those of the route code. */
static void learn(struct nfi_sa *sa, u32 mtu, u32 least, int expires)
{
	u32 told = READ_ONCE(sa->path_mtu);

	mtu = max(mtu, least);
	if (told && told < mtu && time_before(jiffies, READ_ONCE(sa->path_mtu_until)))
		return;
	WRITE_ONCE(sa->path_mtu_until, jiffies + expires);
	WRITE_ONCE(sa->path_mtu, mtu);
}

bool nfi_pmtu_hides(const struct nfi_sa *sa, const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);

	return skb->len > dst_mtu(dst) && skb->len <= own_path(sa, dst);
}

u32 nfi_pmtu_bundle(struct nfi_sa *const *sa, unsigned int n, const struct dst_entry *dst,
		    unsigned int extra)
{
	unsigned int i, front = 0; /* SAs in front of which the extra octets stay */
	u32 mtu;

	while (front < n && sa[front]->mode == NFI_MODE_TRANSPORT)
		front++;
	mtu = front == n ? own_path(sa[n - 1], dst) : dst_mtu(dst);
	for (i = n; i-- > front;)
		mtu = nfi_sa_mtu(sa[i], mtu);
	if (!front)
		extra = 0;
	mtu = mtu > extra ? mtu - extra : 0;
	for (i = front; i-- > 0;)
		mtu = nfi_sa_mtu(sa[i], mtu);
	return mtu ? mtu + extra : 0;
}

void nfi_pmtu_too_big(struct nfi_net *nn, struct sk_buff *skb, u32 mtu)
{
	bool forwarded;

	nfi_count(nn, NFI_CNT_PMTU_SENT, 1);
	if (skb->protocol == htons(ETH_P_IP)) {
		forwarded = IPCB(skb)->flags & IPSKB_FORWARDED;
		icmp_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, htonl(mtu));
	} else {
		forwarded = IP6CB(skb)->flags & IP6SKB_FORWARDED;
		icmpv6_send(skb, ICMPV6_PKT_TOOBIG, 0, mtu);
	}
	/*
	 * the route of a local sender does not know of the SA: make an exception for the
	 * destination
	 */
	if (!forwarded)
		skb_dst_update_pmtu_no_confirm(skb, mtu);
}

/* Find the MSS option; 0: none or options are nonsense. Returns its offset from the TCP header. */
static unsigned int find_mss(const u8 *tcp, unsigned int len)
{
	unsigned int i = sizeof(struct tcphdr);

	while (i + TCPOLEN_MSS <= len) {
		if (tcp[i] == TCPOPT_EOL)
			return 0;
		if (tcp[i] == TCPOPT_NOP) {
			i++;
			continue;
		}
		if (tcp[i] == TCPOPT_MSS)
			return tcp[i + 1] == TCPOLEN_MSS ? i : 0;
		if (tcp[i + 1] < 2)
			return 0;
		i += tcp[i + 1];
	}
	return 0;
}

void nfi_pmtu_clamp(struct nfi_net *nn, struct sk_buff *skb, const struct nfi_flow *flow, u32 mtu)
{
	unsigned int th = skb_network_offset(skb) + flow->thoff, len, at;
	u32 mss = mtu - (flow->family == AF_INET ? 40 : 60);
	struct tcphdr *tcp;
	__be16 *opt;
	u16 old;

	if (flow->proto != IPPROTO_TCP || (flow->flags & NFI_FLOW_FRAGMENT) || mtu < 128)
		return;
	if (!pskb_may_pull(skb, th + sizeof(*tcp)))
		return;
	tcp = (struct tcphdr *)(skb->data + th);
	if (!tcp->syn)
		return;
	len = tcp->doff * 4;
	if (len < sizeof(*tcp) || !pskb_may_pull(skb, th + len))
		return;
	at = find_mss(skb->data + th, len);
	if (!at || get_unaligned_be16(skb->data + th + at + 2) <= mss)
		return;
	if (skb_ensure_writable(skb, th + len))
		return;
	tcp = (struct tcphdr *)(skb->data + th);
	opt = (__be16 *)(skb->data + th + at + 2);
	old = get_unaligned_be16(opt);
	put_unaligned_be16(mss, opt);
	/* the option may start at an odd octet: its sum is then swapped */
	if (at & 1)
		inet_proto_csum_replace2(&tcp->check, skb, htons(swab16(old)), htons(swab16(mss)),
					 false);
	else
		inet_proto_csum_replace2(&tcp->check, skb, htons(old), htons(mss), false);
	nfi_count(nn, NFI_CNT_MSS_CLAMPED, 1);
}

/*
 * SPI of a quoted sealed packet whose protocol header is at off; 0: not quoted far enough, or not
 * sealed. A first fragment of IPv6 quotes it, too; IPv4 has no such header.
 */
static __be32 quoted_spi(struct nfi_net *nn, struct sk_buff *skb, unsigned int off, u8 *proto)
{
	struct frag_hdr *frag;
	struct udphdr *udp;
	__be32 spi;

	if (*proto == NEXTHDR_FRAGMENT) {
		if (!pskb_may_pull(skb, off + sizeof(*frag)))
			return 0;
		frag = (struct frag_hdr *)(skb->data + off);
		if (frag->frag_off & htons(IP6_OFFSET))
			return 0;
		off += sizeof(*frag);
		*proto = frag->nexthdr;
	}
	if (*proto == IPPROTO_UDP) {
		if (!pskb_may_pull(skb, off + sizeof(*udp)))
			return 0;
		udp = (struct udphdr *)(skb->data + off);
		if (ntohs(udp->source) != READ_ONCE(nn->set.natt_port) &&
		    ntohs(udp->dest) != READ_ONCE(nn->set.natt_port))
			return 0;
		off += sizeof(*udp);
		*proto = IPPROTO_ESP;
	} else if (*proto == IPPROTO_AH) {
		off += 4;
	} else if (*proto != IPPROTO_ESP) {
		return 0;
	}
	return skb_copy_bits(skb, off, &spi, sizeof(spi)) ? 0 : spi;
}

static void too_big4(struct nfi_net *nn, struct sk_buff *skb, unsigned int off)
{
	unsigned int quote = off + sizeof(struct icmphdr);
	union nf_inet_addr daddr = {};
	struct icmphdr *icmp;
	struct nfi_sa *sa;
	struct iphdr *iph;
	__be32 spi;
	u8 proto;
	u32 mtu;

	if (!pskb_may_pull(skb, quote + sizeof(*iph)))
		return;
	icmp = (struct icmphdr *)(skb->data + off);
	iph = (struct iphdr *)(skb->data + quote);
	if (icmp->type != ICMP_DEST_UNREACH || icmp->code != ICMP_FRAG_NEEDED ||
	    iph->version != 4 || iph->ihl < 5)
		return;
	mtu = ntohs(icmp->un.frag.mtu);
	daddr.ip = iph->daddr;
	proto = iph->protocol;
	spi = quoted_spi(nn, skb, quote + iph->ihl * 4, &proto);
	sa = spi ? nfi_sa_find_out(nn, AF_INET, &daddr, spi, proto) : NULL;
	if (!sa)
		return;
	if (sa->mode == NFI_MODE_TRANSPORT) {
		learn(sa, mtu, nn->net->ipv4.ip_rt_min_pmtu, nn->net->ipv4.ip_rt_mtu_expires);
		mtu = nfi_sa_mtu(sa, mtu); /* the route is that of the clear packets */
	}
	iph = (struct iphdr *)(skb->data + quote);
	proto = iph->protocol;
	__skb_pull(skb, quote); /* ipv4_update_pmtu() reads the quoted header at skb->data */
	ipv4_update_pmtu(skb, nn->net, mtu, 0, proto);
	__skb_push(skb, quote);
}

static void too_big6(struct nfi_net *nn, struct sk_buff *skb, unsigned int off)
{
	unsigned int quote = off + sizeof(struct icmp6hdr);
	union nf_inet_addr daddr;
	struct icmp6hdr *icmp;
	struct ipv6hdr *iph;
	struct nfi_sa *sa;
	__be32 spi;
	u8 proto;
	u32 mtu;

	if (!pskb_may_pull(skb, quote + sizeof(*iph)))
		return;
	icmp = (struct icmp6hdr *)(skb->data + off);
	iph = (struct ipv6hdr *)(skb->data + quote);
	if (icmp->icmp6_type != ICMPV6_PKT_TOOBIG || iph->version != 6)
		return;
	mtu = ntohl(icmp->icmp6_mtu);
	daddr.in6 = iph->daddr;
	proto = iph->nexthdr;
	spi = quoted_spi(nn, skb, quote + sizeof(*iph), &proto);
	sa = spi ? nfi_sa_find_out(nn, AF_INET6, &daddr, spi, proto) : NULL;
	if (!sa || mtu < IPV6_MIN_MTU) /* the route code ignores those, too (RFC 8201 4) */
		return;
	if (sa->mode == NFI_MODE_TRANSPORT) {
		learn(sa, mtu, IPV6_MIN_MTU, nn->net->ipv6.sysctl.ip6_rt_mtu_expires);
		mtu = max_t(u32, nfi_sa_mtu(sa, mtu), IPV6_MIN_MTU);
	}
	__skb_pull(skb, quote);
	ip6_update_pmtu(skb, nn->net, htonl(mtu), 0, skb->mark, sock_net_uid(nn->net, NULL));
	__skb_push(skb, quote);
}

/*
 * ICMP is not authenticated (RFC 4301 8.2.1): it is believed only when it quotes an SPI that we
 * send to that peer, and the route code keeps its floor and its expiry.
 */
void nfi_pmtu_icmp(struct nfi_net *nn, struct sk_buff *skb, u8 family, unsigned int off)
{
	if (family == AF_INET)
		too_big4(nn, skb, off);
	else
		too_big6(nn, skb, off);
}
