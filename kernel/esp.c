// SPDX-License-Identifier: GPL-2.0-only
/*
 * esp.c - one packet sealed into ESP and opened again (RFC 4303), with UDP around it if wanted
 * (RFC 3948).
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/udp.h>
#include "crypto.h"
#include "header.h"
#include "netns.h"

#define TAIL 2 /* pad length, next header */

/* An AH around this ESP (with a header of its own at most) wants its share of the path MTU. */
#define AH_SHARE 96

/*
 * Out
 */

/* Octets of TFC padding for this packet. The route says what still fits. */
static unsigned int tfc_pad(const struct sk_buff *skb, const struct nfi_shape *shape)
{
	const struct nfi_policy *sp = nfi_cb(skb)->sp;
	const struct dst_entry *dst = skb_dst(skb);
	unsigned int mtu = dst ? dst_mtu(dst) : IP_MAX_MTU;

	if (!shape->tfc)
		return 0;
	if (sp && nfi_cb(skb)->step + 1 < sp->ntmpl)
		mtu = mtu > AH_SHARE ? mtu - AH_SHARE : 0;
	return nfi_shape_tfc(shape, skb->len, min_t(unsigned int, mtu, IP_MAX_MTU));
}

/* TFC padding, padding 1, 2, 3..., its length, next header, and room for the ICV. */
static int put_tail(struct sk_buff *skb, const struct nfi_shape *shape, unsigned int payload,
		    u8 nexthdr)
{
	unsigned int tfc = tfc_pad(skb, shape);
	unsigned int pad = nfi_shape_pad(shape, payload + tfc);
	unsigned int i;
	u8 *p;

	if (skb_tailroom(skb) < tfc + pad + TAIL + shape->icv)
		return nfi_fail(skb, NFI_DROP_OUT_NO_MEMORY, -ENOBUFS);
	p = skb_put(skb, tfc + pad + TAIL + shape->icv);
	memset(p, 0, tfc);
	p += tfc;
	for (i = 1; i <= pad; i++)
		*p++ = i;
	*p++ = pad;
	*p = nexthdr;
	return 0;
}

/* RFC 3948 2.1: no checksum on IPv4. IPv6 must have one (RFC 8200 8.1), over what is sealed. */
static void sum_udp(struct sk_buff *skb)
{
	struct udphdr *uh = udp_hdr(skb);
	unsigned int len = ntohs(uh->len);

	uh->check = csum_ipv6_magic(&ipv6_hdr(skb)->saddr, &ipv6_hdr(skb)->daddr, len, IPPROTO_UDP,
				    csum_partial(uh, len, 0));
	if (!uh->check)
		uh->check = CSUM_MANGLED_0;
}

static int sealed(struct sk_buff *skb, int err)
{
	if (!err && nfi_cb(skb)->udp && nfi_cb(skb)->family == AF_INET6)
		sum_udp(skb);
	return err;
}

static u8 *put_udp(struct sk_buff *skb, const struct nfi_endpoint *ep)
{
	struct udphdr *uh = udp_hdr(skb);

	uh->source = ep->sport;
	uh->dest = ep->dport;
	uh->len = htons(skb->len - skb_transport_offset(skb));
	uh->check = 0;
	return (u8 *)(uh + 1);
}

int nfi_esp_seal(struct sk_buff *skb, nfi_done_t done)
{
	const struct nfi_then next = { .then = sealed, .done = done };
	struct nfi_cb *cb = nfi_cb(skb);
	const struct nfi_sa *sa = cb->sa;
	const struct nfi_endpoint *ep = rcu_dereference(sa->ep);
	struct nfi_shape shape;
	struct ip_esp_hdr *esp;
	u8 nexthdr = cb->nexthdr;
	unsigned int off;
	int err;

	nfi_header_shape(sa, ep, &shape);
	off = shape.tunnel ? 0 : skb_transport_offset(skb);
	if (off > skb->len)
		return nfi_fail(skb, NFI_DROP_OUT_MALFORMED, -EINVAL);
	if (shape.tunnel)
		nexthdr = cb->family == AF_INET ? IPPROTO_IPIP : IPPROTO_IPV6;
	err = put_tail(skb, &shape, skb->len - off, nexthdr);
	if (!err)
		err = nfi_header_push(skb, ep, nfi_shape_front(&shape),
				      shape.udp ? IPPROTO_UDP : IPPROTO_ESP);
	if (err)
		return err;

	skb->ip_summed = CHECKSUM_NONE;
	cb->udp = shape.udp ? skb_transport_offset(skb) : 0;
	esp = (void *)(shape.udp ? put_udp(skb, ep) : skb_transport_header(skb));
	esp->spi = sa->spi;
	esp->seq_no = htonl((u32)cb->seq);
	off = (u8 *)esp - skb->data;
	return nfi_esp_encrypt(sa->xf, skb, off, skb->len - off, &next);
}

/*
 * In
 */

/*
 * RFC 4303 2.4: padding counts 1, 2, 3... Cut it off with everything behind it; *nexthdr is what
 * was found.
 */
static int cut_tail(struct sk_buff *skb, unsigned int payload, u8 *nexthdr)
{
	unsigned int end = skb->len - nfi_xform_geo(nfi_cb(skb)->sa->xf)->icv - TAIL;
	unsigned int pad = skb->data[end], i;
	u8 bad = 0;

	*nexthdr = skb->data[end + 1];
	if (pad > end - payload)
		return nfi_fail(skb, NFI_DROP_IN_PADDING, -EINVAL);
	end -= pad;
	for (i = 0; i < pad; i++)
		bad |= skb->data[end + i] ^ (u8)(i + 1);
	if (bad)
		return nfi_fail(skb, NFI_DROP_IN_PADDING, -EINVAL);
	skb_trim(skb, end);
	return 0;
}

static int opened(struct sk_buff *skb, int err)
{
	struct nfi_cb *cb = nfi_cb(skb);
	const struct nfi_sa *sa = cb->sa;
	unsigned int skip = cb->off + sizeof(struct ip_esp_hdr) + nfi_xform_geo(sa->xf)->iv;
	u8 nexthdr;

	cb->authentic = !err;
	if (!err)
		err = cut_tail(skb, skip, &nexthdr);
	if (!err)
		err = nfi_header_strip(skb, cb->udp ?: cb->off, skip, nexthdr);
	/*
	 * The addresses under an inner checksum may have been translated; the ICV stands for it
	 * (RFC 3948 3.1.2).
	 */
	if (!err && cb->udp && sa->mode == NFI_MODE_TRANSPORT) {
		skb->ip_summed = CHECKSUM_UNNECESSARY;
		skb->csum_level = 0;
	}
	return err;
}

/* What is behind the end that UDP announces is not ESP's. */
static int trim_udp(struct sk_buff *skb)
{
	const struct nfi_cb *cb = nfi_cb(skb);
	unsigned int end;

	if (!cb->udp)
		return 0;
	if (cb->off != cb->udp + sizeof(struct udphdr) || cb->off > skb_headlen(skb))
		return nfi_fail(skb, NFI_DROP_IN_MALFORMED, -EINVAL);
	end = cb->udp + ntohs(((struct udphdr *)(skb->data + cb->udp))->len);
	if (end < cb->off || end > skb->len)
		return nfi_fail(skb, NFI_DROP_IN_MALFORMED, -EINVAL);
	return pskb_trim(skb, end) ? nfi_fail(skb, NFI_DROP_IN_NO_MEMORY, -ENOMEM) : 0;
}

int nfi_esp_open(struct sk_buff *skb, nfi_done_t done)
{
	const struct nfi_then next = { .then = opened, .done = done };
	const struct nfi_cb *cb = nfi_cb(skb);
	const struct nfi_xform_geo *geo = nfi_xform_geo(cb->sa->xf);
	unsigned int least = cb->off + sizeof(struct ip_esp_hdr) + geo->iv + TAIL + geo->icv;
	unsigned int text;
	int err;

	err = trim_udp(skb);
	if (err)
		return err;
	text = skb->len - least + TAIL;
	if (skb->len < least || text & (geo->block - 1))
		return nfi_fail(skb, NFI_DROP_IN_MALFORMED, -EINVAL);
	err = nfi_header_own(skb);
	if (err)
		return err;
	return nfi_esp_decrypt(cb->sa->xf, skb, cb->off, skb->len - cb->off, &next);
}
