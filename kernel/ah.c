// SPDX-License-Identifier: GPL-2.0-only
/*
 * ah.c - one packet signed with AH and checked again (RFC 4302).
 *
 * The ICV covers the packet with its mutable fields zero or as they will arrive. They are
 * changed in a copy of the headers, never in the packet, so that nothing needs to be put back
 * whatever happens.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include "crypto.h"
#include "header.h"
#include "netns.h"

struct ah_hdr {
	u8 nexthdr, hdrlen;
	__be16 reserved;
	__be32 spi, seq;
	u8 icv[]; /* and padding */
};

/* IPv4 options that arrive as they left (RFC 4302 A1) */
#define OPT_SECURITY 130
#define OPT_EXTENDED_SECURITY 133
#define OPT_COMMERCIAL_SECURITY 134
#define OPT_ROUTER_ALERT 148
#define OPT_SENDER_DIRECTED 149

static bool option_immutable(u8 type)
{
	switch (type) {
	case OPT_SECURITY:
	case OPT_EXTENDED_SECURITY:
	case OPT_COMMERCIAL_SECURITY:
	case OPT_ROUTER_ALERT:
	case OPT_SENDER_DIRECTED:
		return true;
	default:
		return false;
	}
}

/* A source route that is not used up yet: the packet will arrive at its last address. */
static void predict_ipv4(struct iphdr *iph, const u8 *opt)
{
	if ((opt[0] == IPOPT_LSRR || opt[0] == IPOPT_SSRR) && opt[1] >= 7 && opt[2] <= opt[1])
		memcpy(&iph->daddr, opt + opt[1] - 4, 4);
}

static int mask_options(struct iphdr *iph)
{
	u8 *opt = (u8 *)(iph + 1);
	u8 *end = (u8 *)iph + iph->ihl * 4;

	while (opt < end && *opt != IPOPT_END) {
		if (*opt == IPOPT_NOOP) {
			opt++;
			continue;
		}
		if (end - opt < 2 || opt[1] < 2 || opt[1] > end - opt)
			return -EINVAL;
		predict_ipv4(iph, opt);
		if (option_immutable(*opt)) {
			opt += opt[1];
		} else {
			u8 len = opt[1];

			memset(opt, 0, len);
			opt += len;
		}
	}
	return 0;
}

static int mask_ipv4(u8 *cover)
{
	struct iphdr *iph = (struct iphdr *)cover;

	iph->tos = 0;
	iph->frag_off = 0;
	iph->ttl = 0;
	iph->check = 0;
	return mask_options(iph);
}

/*
 * Hop-by-hop and destination options: data that may change en route says so in its type (RFC
 * 8200 4.2).
 */
static int mask_tlvs(u8 *hdr, unsigned int len)
{
	u8 *opt = hdr + 2, *end = hdr + len;

	while (opt < end) {
		if (*opt == IPV6_TLV_PAD1) {
			opt++;
			continue;
		}
		if (end - opt < 2 || opt[1] > end - opt - 2)
			return -EINVAL;
		if (*opt & 0x20)
			memset(opt + 2, 0, opt[1]);
		opt += 2 + opt[1];
	}
	return 0;
}

/*
 * A routing header as it will arrive: all visited, the last address is the destination (RFC 4302
 * 3.3.3.1.2.2).
 */
static int predict_route(struct ipv6hdr *ip6, u8 *hdr, unsigned int len)
{
	struct ipv6_rt_hdr *rt = (struct ipv6_rt_hdr *)hdr;
	struct in6_addr *addr = (struct in6_addr *)(hdr + 8), last;
	unsigned int n = (len - 8) / sizeof(*addr), left = rt->segments_left;

	if (!left)
		return 0;
	if ((rt->type != IPV6_SRCRT_TYPE_0 && rt->type != IPV6_SRCRT_TYPE_2) || left > n ||
	    (len - 8) % sizeof(*addr))
		return -EINVAL;
	last = addr[n - 1];
	memmove(&addr[n - left + 1], &addr[n - left], (left - 1) * sizeof(*addr));
	addr[n - left] = ip6->daddr;
	ip6->daddr = last;
	rt->segments_left = 0;
	return 0;
}

/* hlen octets of headers; nfi_header_chain() has been through them, so the lengths are sound. */
static int mask_ipv6(u8 *cover, unsigned int hlen)
{
	struct ipv6hdr *ip6 = (struct ipv6hdr *)cover;
	u8 type = ip6->nexthdr;
	unsigned int off, len;
	int err = 0;

	ip6_flow_hdr(ip6, 0, 0);
	ip6->hop_limit = 0;
	for (off = sizeof(*ip6); !err && off < hlen; off += len) {
		u8 *hdr = cover + off;

		len = (hdr[1] + 1) << 3;
		switch (type) {
		case NEXTHDR_HOP:
		case NEXTHDR_DEST:
			err = mask_tlvs(hdr, len);
			break;
		case NEXTHDR_ROUTING:
			err = predict_route(ip6, hdr, len);
			break;
		case NEXTHDR_AUTH:
			len = (hdr[1] + 2) << 2;
			break;
		default: /* a fragment cannot be signed, nothing else is known */
			err = -EINVAL;
		}
		type = hdr[0];
	}
	return err;
}

/*
 * Prepare the ICV: a copy of hlen octets of IP headers and ahlen of AH, doctored. 0, -ENOMEM, or
 * -EINVAL when the headers cannot be signed.
 */
static int cover(struct sk_buff *skb, unsigned int hlen, unsigned int ahlen)
{
	const struct nfi_xform *xf = nfi_cb(skb)->sa->xf;
	const struct nfi_xform_geo *geo = nfi_xform_geo(xf);
	u8 *copy = nfi_ah_cover(xf, skb, hlen + ahlen);
	int err;

	if (!copy)
		return -ENOMEM;
	memset(copy + hlen + sizeof(struct ah_hdr), 0, geo->iv + geo->icv);
	err = nfi_cb(skb)->family == AF_INET ? mask_ipv4(copy) : mask_ipv6(copy, hlen);
	if (err)
		nfi_ah_uncover(skb);
	return err;
}

/*
 * Out
 */

static int sealed(struct sk_buff *skb, int err)
{
	return err;
}

int nfi_ah_seal(struct sk_buff *skb, nfi_done_t done)
{
	const struct nfi_then next = { .then = sealed, .done = done };
	struct nfi_cb *cb = nfi_cb(skb);
	const struct nfi_sa *sa = cb->sa;
	const struct nfi_endpoint *ep = rcu_dereference(sa->ep);
	unsigned int hlen, ahlen;
	struct nfi_shape shape;
	struct ah_hdr *ah;
	u8 nexthdr = cb->nexthdr;
	int err;

	nfi_header_shape(sa, ep, &shape);
	if (shape.tunnel)
		nexthdr = cb->family == AF_INET ? IPPROTO_IPIP : IPPROTO_IPV6;
	ahlen = nfi_shape_ah(&shape);
	err = nfi_header_push(skb, ep, ahlen, IPPROTO_AH);
	if (err)
		return err;

	skb->ip_summed = CHECKSUM_NONE;
	hlen = skb_transport_offset(skb);
	ah = (struct ah_hdr *)skb_transport_header(skb);
	memset(ah, 0, ahlen);
	ah->nexthdr = nexthdr;
	ah->hdrlen = ahlen / 4 - 2;
	ah->spi = sa->spi;
	ah->seq = htonl((u32)cb->seq);
	err = cover(skb, hlen, ahlen);
	if (err == -ENOMEM)
		return nfi_fail(skb, NFI_DROP_OUT_NO_MEMORY, err);
	if (err)
		return nfi_fail(skb, NFI_DROP_OUT_MALFORMED, err);
	return nfi_ah_sign(sa->xf, skb, hlen + sizeof(*ah), &next);
}

/*
 * In
 */

static unsigned int ah_len(const struct sk_buff *skb)
{
	return (((struct ah_hdr *)(skb->data + nfi_cb(skb)->off))->hdrlen + 2) << 2;
}

static int opened(struct sk_buff *skb, int err)
{
	unsigned int off = nfi_cb(skb)->off;

	if (err)
		return err;
	nfi_cb(skb)->authentic = 1;
	return nfi_header_strip(skb, off, off + ah_len(skb), skb->data[off]);
}

/* Offset and lengths are sound; peers that pad to 8 octets on IPv4 too are understood. */
static bool frame_ok(const struct sk_buff *skb)
{
	const struct nfi_cb *cb = nfi_cb(skb);
	const struct nfi_xform_geo *geo = nfi_xform_geo(cb->sa->xf);
	unsigned int need = sizeof(struct ah_hdr) + geo->iv + geo->icv;
	unsigned int len;

	if (cb->udp || cb->off + sizeof(struct ah_hdr) > skb->len)
		return false;
	len = ah_len(skb);
	if (len != ALIGN(need, 8) && !(cb->family == AF_INET && len == ALIGN(need, 4)))
		return false;
	if (cb->off + len > skb->len)
		return false;
	if (cb->family == AF_INET)
		return cb->off == ip_hdrlen(skb);
	return nfi_header_chain(skb->data, skb->len, cb->off) != 0;
}

int nfi_ah_open(struct sk_buff *skb, nfi_done_t done)
{
	const struct nfi_then next = { .then = opened, .done = done };
	const struct nfi_cb *cb = nfi_cb(skb);
	int err;

	err = nfi_header_own(skb);
	if (err)
		return err;
	if (!frame_ok(skb))
		return nfi_fail(skb, NFI_DROP_IN_MALFORMED, -EINVAL);
	err = cover(skb, cb->off, ah_len(skb));
	if (err == -ENOMEM)
		return nfi_fail(skb, NFI_DROP_IN_NO_MEMORY, err);
	if (err)
		return nfi_fail(skb, NFI_DROP_IN_MALFORMED, err);
	return nfi_ah_verify(cb->sa->xf, skb, cb->off + sizeof(struct ah_hdr), &next);
}
