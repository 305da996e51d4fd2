/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * size.h - how long a sealed packet is, and how long a packet may be to fit; pure.
 */
#ifndef NFI_SIZE_H
#define NFI_SIZE_H

#include <linux/types.h>

/* Everything about an SA that decides about lengths, in octets. */
struct nfi_shape {
	u8 ah; /* bool: AH, else ESP */
	u8 tunnel; /* bool, else transport */
	u8 ip; /* IP header in front: 20 or 40 */
	u8 udp; /* 8 if encapsulated, else 0 */
	u8 iv, icv; /* of the transform */
	u8 block; /* of the cipher, at least 1 */
	u16 tfc;
};

/*
 * nfi_shape_pad - padding octets so that payload, padding and the two octets behind it end
 * aligned
 */
unsigned int nfi_shape_pad(const struct nfi_shape *s, unsigned int payload);

/*
 * nfi_shape_ah - length of the AH header: 32-bit units (IPv4) or 64-bit units (IPv6, RFC 4302
 * 3.3.3.2.1)
 */
unsigned int nfi_shape_ah(const struct nfi_shape *s);

/*
 * nfi_shape_front - what stands between the IP header and the payload: UDP, ESP header and IV,
 * or AH
 */
unsigned int nfi_shape_front(const struct nfi_shape *s);

/*
 * nfi_shape_sealed - length of the sealed packet
 * @len: of the packet from its IP header; transport mode: with a plain one of s->ip octets
 * TFC padding is not in it: it only fills what the path MTU leaves (nfi_shape_tfc()).
 */
unsigned int nfi_shape_sealed(const struct nfi_shape *s, unsigned int len);

/* nfi_shape_mtu - the longest len with nfi_shape_sealed(len) <= mtu; 0: nothing fits */
unsigned int nfi_shape_mtu(const struct nfi_shape *s, unsigned int mtu);

/*
 * nfi_shape_tfc - octets to add to a tunnelled packet so that its length is a multiple of
 * s->tfc, or as long as still fits mtu (RFC 4303 2.7)
 */
unsigned int nfi_shape_tfc(const struct nfi_shape *s, unsigned int len, unsigned int mtu);

/* nfi_shape_room - headroom and tailroom that sealing needs at most */
void nfi_shape_room(const struct nfi_shape *s, unsigned int *head, unsigned int *tail);

#endif /* NFI_SIZE_H */
