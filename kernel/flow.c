// SPDX-License-Identifier: GPL-2.0-only
/*
 * flow.c - what a packet's headers say of its flow. The core reads octets and is pure; every
 * length a header claims is checked before it is believed.
 */
#include <linux/errno.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/kernel.h>
#include <linux/socket.h>
#include <linux/string.h>
#include "selector.h"

#define EXT_MAX 12 /* IPv6 extension headers that are walked */
#define V4_HEADER 20
#define V6_HEADER 40

/* where the walk stands, in octets from the IP header */
struct walk {
	const struct nfi_view *view;
	u32 off, end; /* next header; end of the packet by its own word */
	u8 proto;
	bool hop; /* hop-by-hop options may still come: only right behind the IPv6 header */
};

static u16 get16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

/* 0: n octets at off can be read; -EINVAL: the packet ends before; > 0: not visible yet */
static int need(const struct nfi_view *view, u32 off, u32 n)
{
	if (off + n <= view->have)
		return 0;
	return off + n > view->total ? -EINVAL : (int)(off + n);
}

/* the end of the packet by its length field, 0 for a lie */
static u32 packet_end(const struct nfi_view *view, u32 said, bool none)
{
	if (none)
		return view->total;
	if (said > view->total)
		return view->how & NFI_READ_QUOTED ? view->total : 0;
	return said;
}

static bool has_ports(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
	case IPPROTO_MH:
		return true;
	default:
		return false;
	}
}

static void set_ports(struct nfi_flow *flow, const u8 *p)
{
	switch (flow->proto) {
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		flow->sport = p[0];
		flow->dport = p[1];
		break;
	case IPPROTO_MH:
		flow->sport = p[2];
		break;
	default:
		flow->sport = get16(p);
		flow->dport = get16(p + 2);
	}
	flow->flags |= NFI_FLOW_PORTS;
}

/* the transport header: its first four octets decide */
static int read_transport(const struct walk *w, struct nfi_flow *flow)
{
	int err;

	flow->proto = w->proto;
	flow->thoff = w->off;
	if (!has_ports(w->proto))
		return 0;
	if (w->off + 4 > w->end) /* too short to say: a quote, a tiny first fragment, or a lie */
		return (w->view->how & NFI_READ_QUOTED) || (flow->flags & NFI_FLOW_FRAGMENT) ?
			       0 :
			       -EINVAL;
	err = need(w->view, w->off, 4);
	if (err)
		return err;
	set_ports(flow, w->view->p + w->off);
	return 0;
}

static int read_v4(const struct nfi_view *view, struct nfi_flow *flow)
{
	struct walk w = { .view = view };
	const u8 *p = view->p;
	u32 said, frag;
	int err;

	err = need(view, 0, V4_HEADER);
	if (err)
		return err;
	w.off = (p[0] & 0xf) * 4;
	said = get16(p + 2);
	frag = get16(p + 6);
	if (p[0] >> 4 != 4 || w.off < V4_HEADER)
		return -EINVAL;
	w.end = packet_end(view, said, !said && (view->how & NFI_READ_GSO));
	if (w.end < w.off || ((frag & 0x1fff) && (frag & 0x1fff) * 8 + w.end > U16_MAX))
		return -EINVAL;
	memcpy(&flow->saddr.ip, p + 12, 4);
	memcpy(&flow->daddr.ip, p + 16, 4);
	w.proto = p[9];
	if (frag & 0x3fff)
		flow->flags |= NFI_FLOW_FRAGMENT;
	if (!(frag & 0x1fff))
		return read_transport(&w, flow);
	flow->proto = w.proto;
	flow->thoff = w.off;
	return 0;
}

/* is this a header of the chain, behind which the upper protocol is found? */
static bool is_extension(u8 proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING || proto == IPPROTO_DSTOPTS ||
	       proto == IPPROTO_FRAGMENT;
}

/* one extension header; 1 if the walk ends here, for it is a later fragment */
static int step_fragment(struct walk *w, struct nfi_flow *flow)
{
	const u8 *p = w->view->p + w->off;

	w->proto = p[0];
	w->off += 8;
	if (get16(p + 2) & 0xfff9) /* not an atomic fragment (RFC 6946) */
		flow->flags |= NFI_FLOW_FRAGMENT;
	if (!(get16(p + 2) & 0xfff8))
		return 0;
	flow->proto = w->proto;
	flow->thoff = w->off;
	if (is_extension(w->proto))
		flow->flags |= NFI_FLOW_ANY_PROTO;
	return 1;
}

static int step_options(struct walk *w)
{
	const u8 *p = w->view->p + w->off;
	u32 len = (p[1] + 1) * 8;

	if (w->proto == IPPROTO_HOPOPTS && !w->hop)
		return -EINVAL;
	if (w->off + len > w->end)
		return -EINVAL;
	w->proto = p[0];
	w->off += len;
	return 0;
}

static int walk_extensions(struct walk *w, struct nfi_flow *flow)
{
	unsigned int i;
	int err;

	for (i = 0; is_extension(w->proto); i++) {
		if (i == EXT_MAX || w->off + 8 > w->end)
			return -EINVAL;
		err = need(w->view, w->off, 8);
		if (err)
			return err;
		if (w->proto == IPPROTO_FRAGMENT)
			err = step_fragment(w, flow);
		else
			err = step_options(w);
		if (err)
			return err > 0 ? 0 : err;
		w->hop = false;
	}
	return read_transport(w, flow);
}

static int read_v6(const struct nfi_view *view, struct nfi_flow *flow)
{
	struct walk w = { .view = view, .off = V6_HEADER, .hop = true };
	const u8 *p = view->p;
	bool none;
	int err;

	err = need(view, 0, V6_HEADER);
	if (err)
		return err;
	if (p[0] >> 4 != 6)
		return -EINVAL;
	w.proto = p[6];
	/* a length of 0: jumbogram (RFC 2675), always with hop-by-hop options, or big GSO packet */
	none = !get16(p + 4) && (w.proto == IPPROTO_HOPOPTS || (view->how & NFI_READ_GSO));
	w.end = packet_end(view, V6_HEADER + get16(p + 4), none);
	if (w.end < V6_HEADER)
		return -EINVAL;
	memcpy(&flow->saddr, p + 8, 16);
	memcpy(&flow->daddr, p + 24, 16);
	err = walk_extensions(&w, flow);
	if (err == -EINVAL && (view->how & NFI_READ_QUOTED) && w.end == view->total &&
	    is_extension(w.proto)) {
		/* the quote ends within the chain */
		flow->flags |= NFI_FLOW_ANY_PROTO;
		flow->proto = w.proto;
		flow->thoff = w.off;
		return 0;
	}
	return err;
}

/* the transport of nearly all packets; false: look closer */
static __always_inline bool plain_transport(const struct nfi_view *view, u32 off, u8 proto,
					    struct nfi_flow *flow)
{
	flow->proto = proto;
	flow->thoff = off;
	if (proto == IPPROTO_ESP || proto == IPPROTO_AH)
		return true;
	if ((proto != IPPROTO_TCP && proto != IPPROTO_UDP) || view->have < off + 4)
		return false;
	flow->sport = get16(view->p + off);
	flow->dport = get16(view->p + off + 2);
	flow->flags = NFI_FLOW_PORTS;
	return true;
}

/* IPv4 without options and fragments; false: not so simple, nothing is said */
static bool plain_v4(const struct nfi_view *view, struct nfi_flow *flow)
{
	const u8 *p = view->p;
	u32 said;

	if (view->have < V4_HEADER || p[0] != 0x45 || get16(p + 6) & 0x3fff)
		return false;
	said = get16(p + 2);
	if (said < V4_HEADER + 4 || said > view->total ||
	    !plain_transport(view, V4_HEADER, p[9], flow))
		return false;
	memcpy(&flow->saddr.ip, p + 12, 4);
	memcpy(&flow->daddr.ip, p + 16, 4);
	return true;
}

static bool plain_v6(const struct nfi_view *view, struct nfi_flow *flow)
{
	const u8 *p = view->p;
	u32 said;

	if (view->have < V6_HEADER || p[0] >> 4 != 6)
		return false;
	said = get16(p + 4);
	if (said < 4 || V6_HEADER + said > view->total ||
	    !plain_transport(view, V6_HEADER, p[6], flow))
		return false;
	memcpy(&flow->saddr, p + 8, 16);
	memcpy(&flow->daddr, p + 24, 16);
	return true;
}

/* field by field: memset() of this size is a string instruction, which is slow to start */
static void clear(struct nfi_flow *flow, u8 family)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		flow->saddr.all[i] = 0;
		flow->daddr.all[i] = 0;
	}
	flow->mark = 0;
	flow->sport = 0;
	flow->dport = 0;
	flow->family = family;
	flow->proto = 0;
	flow->flags = 0;
	flow->pad = 0;
	flow->thoff = 0;
	flow->pad2 = 0;
}

int nfi_flow_read(const struct nfi_view *view, u8 family, struct nfi_flow *flow)
{
	int err = 0;

	clear(flow, family);
	switch (family) {
	case AF_INET:
		if (!plain_v4(view, flow))
			err = read_v4(view, flow);
		break;
	case AF_INET6:
		if (!plain_v6(view, flow))
			err = read_v6(view, flow);
		break;
	default:
		return -EINVAL;
	}
	if (!err)
		nfi_flow_group(flow);
	return err;
}

#ifndef NFI_USERSPACE
#include <linux/skbuff.h>
#include "compat.h"

#define QUOTE_MAX 160 /* of a quoted packet: the headers that matter */

int nfi_flow_parse(struct sk_buff *skb, u8 family, struct nfi_flow *flow)
{
	int off = skb_network_offset(skb), err;
	struct nfi_view view nfi_unset;

	if (off < 0 || off > skb->len)
		return -EINVAL;
	view.total = skb->len - off;
	view.how = skb_is_gso(skb) ? NFI_READ_GSO : 0;
	/* each round sees at least one octet more, and needs one round for each header at most */
	for (;;) {
		view.p = skb_network_header(skb);
		view.have = skb_headlen(skb) - min_t(u32, off, skb_headlen(skb));
		err = nfi_flow_read(&view, family, flow);
		if (err <= 0)
			break;
		if (!pskb_may_pull(skb, off + err))
			return -EINVAL;
	}
	flow->mark = skb->mark;
	return err;
}

int nfi_flow_parse_at(const struct sk_buff *skb, unsigned int off, u8 family, struct nfi_flow *flow)
{
	struct nfi_view view = { .how = NFI_READ_QUOTED };
	u8 buf[QUOTE_MAX];
	int err;

	if (off >= skb->len)
		return -EINVAL;
	view.total = min_t(u32, skb->len - off, QUOTE_MAX);
	view.have = view.total;
	view.p = skb_header_pointer(skb, off, view.have, buf);
	if (!view.p)
		return -EINVAL;
	err = nfi_flow_read(&view, family, flow);
	flow->mark = skb->mark;
	return err;
}
#endif
