/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * header.h - the IP and UDP headers around ESP and AH: put in front, taken away again.
 */
#ifndef NFI_HEADER_H
#define NFI_HEADER_H

#include "packet.h"
#include "size.h"

struct nfi_endpoint;

/* nfi_header_shape - the lengths of an SA with this endpoint */
void nfi_header_shape(const struct nfi_sa *sa, const struct nfi_endpoint *ep,
		      struct nfi_shape *shape);

/*
 * nfi_header_push - make room between the IP header and what ESP or AH protects
 * @room: octets; @proto: what the IP header shall announce
 *
 * Tunnel mode: a new IP header in front; transport mode: the packet's own IP headers move up.
 * skb->len behind the transport header is final but for the room. On return skb->data and the
 * network header are at the outermost IP header, complete with lengths and checksum, the
 * transport header at the room (undefined content); skb->protocol and cb->family follow. 0 or
 * -errno with cb->drop set.
 */
int nfi_header_push(struct sk_buff *skb, const struct nfi_endpoint *ep, unsigned int room,
		    u8 proto);

/*
 * nfi_header_strip - take away what nfi_header_push() made
 * @hlen: octets of the outer IP headers; @skip: octets from skb->data to the payload, >= hlen
 * @nexthdr: of ESP or AH
 * Does the part of nfi_esp_open() behind decryption; see packet.h. 0 or -errno with cb->drop set.
 */
int nfi_header_strip(struct sk_buff *skb, unsigned int hlen, unsigned int skip, u8 nexthdr);

/*
 * nfi_header_own - make an inbound packet linear and its head private. 0 or -errno with cb->drop
 * set.
 */
int nfi_header_own(struct sk_buff *skb);

/*
 * nfi_header_chain - the octet of an IPv6 header chain that announces the header at offset end
 * Offset from the start of ip6, or 0 if the chain does not come by there or is longer than len.
 */
unsigned int nfi_header_chain(const u8 *ip6, unsigned int len, unsigned int end);

#endif /* NFI_HEADER_H */
