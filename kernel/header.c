// SPDX-License-Identifier: GPL-2.0-only
/*
 * header.c - the IP and UDP headers around ESP and AH: put in front, taken away again
 * (RFC 4301 5.1.2, RFC 6040, RFC 4303 3.1).
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/route.h>
#include "header.h"
#include "crypto.h"
#include "netns.h"

/*
 * An IPv6 packet of up to this cannot be asked to become shorter (RFC 8200 5), so DF would only
 * lose it.
 */
#define IPV6_FITS 1280

#define DF htons(IP_DF)

void nfi_header_shape(const struct nfi_sa *sa, const struct nfi_endpoint *ep,
		      struct nfi_shape *shape)
{
	const struct nfi_xform_geo *geo = nfi_xform_geo(sa->xf);

	shape->ah = sa->proto == IPPROTO_AH;
	shape->tunnel = sa->mode == NFI_MODE_TUNNEL;
	shape->ip = ep->family == AF_INET ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	shape->udp = ep->encap ? sizeof(struct udphdr) : 0;
	shape->iv = geo->iv;
	shape->icv = geo->icv;
	shape->block = geo->block;
	shape->tfc = READ_ONCE(sa->tfc);
}

void nfi_sa_room(const struct nfi_sa *sa, unsigned int *head, unsigned int *tail)
{
	struct nfi_shape shape;

	nfi_header_shape(sa, rcu_dereference(sa->ep), &shape);
	nfi_shape_room(&shape, head, tail);
}

u32 nfi_sa_mtu(const struct nfi_sa *sa, u32 mtu)
{
	struct nfi_shape shape;

	nfi_header_shape(sa, rcu_dereference(sa->ep), &shape);
	return nfi_shape_mtu(&shape, mtu);
}

/*
 * Length of an IPv6 extension header by type and its second octet; 0: not one that can stand
 * before ESP or AH.
 */
static unsigned int ext_len(u8 type, u8 units)
{
	switch (type) {
	case NEXTHDR_HOP:
	case NEXTHDR_ROUTING:
	case NEXTHDR_DEST:
	case NEXTHDR_MOBILITY:
		return (units + 1) << 3;
	case NEXTHDR_AUTH:
		return (units + 2) << 2;
	case NEXTHDR_FRAGMENT:
		return 8;
	default:
		return 0;
	}
}

unsigned int nfi_header_chain(const u8 *ip6, unsigned int len, unsigned int end)
{
	unsigned int at = offsetof(struct ipv6hdr, nexthdr);
	unsigned int off = sizeof(struct ipv6hdr);

	if (end > len)
		return 0;
	while (off + 2 <= end) {
		unsigned int step = ext_len(ip6[at], ip6[off + 1]);

		if (!step)
			return 0;
		at = off;
		off += step;
	}
	return off == end ? at : 0;
}

/*
 * Out
 */

/* What the inner header tells the outer one. */
struct inner {
	u8 ds;
	bool df;
};

static bool outer_df(const struct nfi_sa *sa, const struct sk_buff *skb)
{
	bool v6 = nfi_cb(skb)->family == AF_INET6;

	if (v6 && ntohs(ipv6_hdr(skb)->payload_len) + sizeof(struct ipv6hdr) <= IPV6_FITS)
		return false;
	if (sa->df != NFI_DF_COPY)
		return sa->df == NFI_DF_SET;
	if (sa->flags & NFI_SAF_NO_PMTU)
		return false;
	return v6 || (ip_hdr(skb)->frag_off & DF);
}

static void read_inner(const struct nfi_sa *sa, struct sk_buff *skb, struct inner *inner)
{
	u8 ds = nfi_cb(skb)->family == AF_INET ? ipv4_get_dsfield(ip_hdr(skb)) :
						 ipv6_get_dsfield(ipv6_hdr(skb));
	u8 ecn = sa->flags & NFI_SAF_NO_ECN ? INET_ECN_NOT_ECT : ds & INET_ECN_MASK;

	if (sa->flags & NFI_SAF_FIXED_DSCP)
		ds = sa->dscp << 2;
	inner->ds = (ds & ~INET_ECN_MASK) | ecn;
	inner->df = outer_df(sa, skb);
}

static int too_long(struct sk_buff *skb)
{
	return nfi_fail(skb, NFI_DROP_OUT_TOO_BIG, -EMSGSIZE);
}

static int wrap_ipv4(struct sk_buff *skb, const struct nfi_endpoint *ep, unsigned int room,
		     u8 proto)
{
	const struct nfi_sa *sa = nfi_cb(skb)->sa;
	struct dst_entry *dst = skb_dst(skb);
	struct inner inner;
	struct iphdr *iph;

	if (skb->len + room + sizeof(*iph) > IP_MAX_MTU)
		return too_long(skb);
	read_inner(sa, skb, &inner);
	skb_push(skb, room + sizeof(*iph));
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, sizeof(*iph));
	iph = ip_hdr(skb);
	iph->version = 4;
	iph->ihl = sizeof(*iph) >> 2;
	iph->tos = inner.ds;
	iph->tot_len = htons(skb->len);
	iph->frag_off = inner.df ? DF : 0;
	iph->ttl = sa->ttl ?: dst ? ip4_dst_hoplimit(dst) : IPDEFTTL;
	iph->protocol = proto;
	iph->saddr = ep->saddr.ip;
	iph->daddr = ep->daddr.ip;
	/*
	 * Only fragments need it (RFC 6864 4), and those of one SA are told apart by their
	 * number; the SPI, which is random, keeps the SAs apart.
	 */
	iph->id = inner.df ? 0 : htons((u16)nfi_cb(skb)->seq ^ (u16)ntohl(sa->spi));
	ip_send_check(iph);
	skb->protocol = htons(ETH_P_IP);
	nfi_cb(skb)->family = AF_INET;
	return 0;
}

/*
 * The flow label lets routers spread flows (RFC 6438) without telling which is which; with
 * traffic flow confidentiality not even that.
 */
static __be32 flow_label(const struct nfi_sa *sa, struct sk_buff *skb)
{
	if (!READ_ONCE(sa->nn->net->ipv6.sysctl.auto_flowlabels) || READ_ONCE(sa->tfc))
		return 0;
	return htonl(skb_get_hash(skb)) & IPV6_FLOWLABEL_MASK;
}

static int wrap_ipv6(struct sk_buff *skb, const struct nfi_endpoint *ep, unsigned int room,
		     u8 proto)
{
	const struct nfi_sa *sa = nfi_cb(skb)->sa;
	struct dst_entry *dst = skb_dst(skb);
	struct ipv6hdr *ip6;
	struct inner inner;
	__be32 label;

	if (skb->len + room > IPV6_MAXPLEN)
		return too_long(skb);
	read_inner(sa, skb, &inner);
	label = flow_label(sa, skb);
	skb_push(skb, room + sizeof(*ip6));
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, sizeof(*ip6));
	ip6 = ipv6_hdr(skb);
	ip6_flow_hdr(ip6, inner.ds, label);
	ip6->payload_len = htons(skb->len - sizeof(*ip6));
	ip6->nexthdr = proto;
	ip6->hop_limit = sa->ttl ?: dst ? ip6_dst_hoplimit(dst) : IPV6_DEFAULT_HOPLIMIT;
	ip6->saddr = ep->saddr.in6;
	ip6->daddr = ep->daddr.in6;
	skb->protocol = htons(ETH_P_IPV6);
	nfi_cb(skb)->family = AF_INET6;
	return 0;
}

/* Move hlen octets of IP headers by n; the packet begins there afterwards. */
static void move_up(struct sk_buff *skb, unsigned int hlen, unsigned int n)
{
	skb_push(skb, n);
	memmove(skb->data, skb->data + n, hlen);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, hlen);
}

static void move_down(struct sk_buff *skb, unsigned int hlen, unsigned int n)
{
	memmove(skb->data + n, skb->data, hlen);
	__skb_pull(skb, n);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, hlen);
}

/* Lengths, protocol and checksum of a transport mode packet; at: see nfi_header_chain(). */
static void amend(struct sk_buff *skb, unsigned int at, u8 proto)
{
	struct iphdr *iph = ip_hdr(skb);

	skb->data[at] = proto;
	if (nfi_cb(skb)->family == AF_INET) {
		iph->tot_len = htons(skb->len);
		ip_send_check(iph);
	} else {
		ipv6_hdr(skb)->payload_len = htons(skb->len - sizeof(struct ipv6hdr));
	}
}

/*
 * The octet that announces what follows the hlen octets of IP headers, 0 if they are not sound.
 */
static unsigned int announcer(const struct sk_buff *skb, unsigned int hlen)
{
	if (nfi_cb(skb)->family == AF_INET6)
		return nfi_header_chain(skb->data, skb->len, hlen);
	return hlen == ip_hdrlen(skb) ? offsetof(struct iphdr, protocol) : 0;
}

static int insert(struct sk_buff *skb, unsigned int room, u8 proto)
{
	unsigned int hlen = skb_transport_offset(skb);
	bool v4 = nfi_cb(skb)->family == AF_INET;
	unsigned int at;

	if (skb->len + room > (v4 ? IP_MAX_MTU : IPV6_MAXPLEN + sizeof(struct ipv6hdr)))
		return too_long(skb);
	if (v4 && ip_is_fragment(ip_hdr(skb)))
		return nfi_fail(skb, NFI_DROP_OUT_FRAGMENT, -EINVAL);
	at = announcer(skb, hlen);
	if (!at)
		return nfi_fail(skb, NFI_DROP_OUT_MALFORMED, -EINVAL);
	move_up(skb, hlen, room);
	amend(skb, at, proto);
	return 0;
}

int nfi_header_push(struct sk_buff *skb, const struct nfi_endpoint *ep, unsigned int room,
		    u8 proto)
{
	const struct nfi_sa *sa = nfi_cb(skb)->sa;
	bool tunnel = sa->mode == NFI_MODE_TUNNEL;
	bool v4 = ep->family == AF_INET;
	unsigned int ip = v4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);

	if (skb_headroom(skb) < room + (tunnel ? ip : 0))
		return nfi_fail(skb, NFI_DROP_OUT_NO_MEMORY, -ENOBUFS);
	if (tunnel)
		return v4 ? wrap_ipv4(skb, ep, room, proto) : wrap_ipv6(skb, ep, room, proto);
	if (nfi_cb(skb)->family != ep->family)
		return nfi_fail(skb, NFI_DROP_OUT_MISMATCH, -EINVAL);
	return insert(skb, room, proto);
}

/*
 * In
 */

int nfi_header_own(struct sk_buff *skb)
{
	if (skb_linearize(skb) || (skb_cloned(skb) && pskb_expand_head(skb, 0, 0, GFP_ATOMIC)))
		return nfi_fail(skb, NFI_DROP_IN_NO_MEMORY, -ENOMEM);
	return 0;
}

/*
 * RFC 6040 4.2, and RFC 4301 5.1.2.1 for the DSCP. The outer header is gone but for its octet
 * ds.
 */
static int inherit(struct sk_buff *skb, u8 ds)
{
	bool dscp = nfi_cb(skb)->sa->flags & NFI_SAF_DECAP_DSCP;
	u8 inner;

	if (nfi_cb(skb)->family == AF_INET) {
		if (dscp)
			ipv4_change_dsfield(ip_hdr(skb), INET_ECN_MASK, ds & ~INET_ECN_MASK);
		inner = ipv4_get_dsfield(ip_hdr(skb));
	} else {
		if (dscp)
			ipv6_change_dsfield(ipv6_hdr(skb), INET_ECN_MASK, ds & ~INET_ECN_MASK);
		inner = ipv6_get_dsfield(ipv6_hdr(skb));
	}
	if (!((ds | inner) & INET_ECN_MASK))
		return 0; /* as nearly always */
	if (INET_ECN_decapsulate(skb, ds, inner) > 1)
		return nfi_fail(skb, NFI_DROP_IN_ECN, -EINVAL);
	return 0;
}

static int unwrap(struct sk_buff *skb, unsigned int skip, u8 nexthdr)
{
	struct nfi_cb *cb = nfi_cb(skb);
	u8 ds = cb->family == AF_INET ? ipv4_get_dsfield(ip_hdr(skb)) :
					ipv6_get_dsfield(ipv6_hdr(skb));
	bool v4 = nexthdr == IPPROTO_IPIP;
	unsigned int least = v4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);

	if (!v4 && nexthdr != IPPROTO_IPV6)
		return nfi_fail(skb, NFI_DROP_IN_MODE, -EINVAL);
	if (skb->len < skip + least || skb->data[skip] >> 4 != (v4 ? 4 : 6))
		return nfi_fail(skb, NFI_DROP_IN_INNER, -EINVAL);
	__skb_pull(skb, skip);
	skb_reset_network_header(skb);
	skb->protocol = v4 ? htons(ETH_P_IP) : htons(ETH_P_IPV6);
	cb->family = v4 ? AF_INET : AF_INET6;
	cb->nexthdr = nexthdr;
	return inherit(skb, ds);
}

int nfi_header_strip(struct sk_buff *skb, unsigned int hlen, unsigned int skip, u8 nexthdr)
{
	unsigned int at;

	skb->ip_summed = CHECKSUM_NONE; /* what the device summed is no more */
	if (nexthdr == IPPROTO_NONE)
		return nfi_fail(skb, NFI_DROP_IN_DUMMY, -EINVAL);
	if (nfi_cb(skb)->sa->mode == NFI_MODE_TUNNEL)
		return unwrap(skb, skip, nexthdr);
	at = announcer(skb, hlen);
	if (!at)
		return nfi_fail(skb, NFI_DROP_IN_MALFORMED, -EINVAL);
	move_down(skb, hlen, skip - hlen);
	amend(skb, at, nexthdr);
	nfi_cb(skb)->nexthdr = nexthdr;
	return 0;
}
