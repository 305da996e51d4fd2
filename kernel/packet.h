/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * packet.h - what travels with a packet while the module works on it, and the contract between
 * the journeys (output.c, input.c) and the transformations (esp.c, ah.c).
 */
#ifndef NFI_PACKET_H
#define NFI_PACKET_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include "../nl-proto/nf_ipsec_msg.h"

struct nfi_net;
struct nfi_policy;
struct nfi_sa;

/* Lives in skb->cb from the moment a packet is ours until it goes back to the stack. */
struct nfi_cb {
	struct nfi_sa *sa; /* the SA at work; the journey holds a reference across seal and open */
	union {
		struct nfi_policy *sp; /* out: policy at work, reference held by the journey */
		struct nfi_ev_msg *moved; /* in: the peer's new endpoint, or NULL; kfree */
	};
	void *tmp; /* memory of the crypto in flight, owned by crypto.c */
	u64 seq; /* 64-bit sequence number of this packet on this SA */
	u16 off; /* in: offset of the ESP or AH header from skb->data */
	u16 udp; /* in: offset of the UDP header, 0 if not encapsulated; out: unused */
	int iif; /* in: receiving interface */
	u8 family; /* AF_INET, AF_INET6: of the header at skb->data */
	u8 nexthdr; /* payload protocol: out, what ESP/AH shall carry; in, what was found */
	u8 step; /* index in the bundle (out) or depth (in) */
	u8 drop; /* enum nfi_drop: set by whoever returns an error */
	u8 authentic; /* in, bool: the ICV was good, whatever is wrong with what it covers */
	u8 own_route; /* out, bool: no SA of the bundle is tunnel mode */
};

static inline struct nfi_cb *nfi_cb(const struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct nfi_cb) > sizeof_field(struct sk_buff, cb));
	return (struct nfi_cb *)skb->cb;
}

/* Clear a control block. Word by word: memset() of this size is slow to start. */
static inline void nfi_cb_clear(struct sk_buff *skb)
{
	u64 *word = (u64 *)skb->cb;
	unsigned int i;

	for (i = 0; i < sizeof(skb->cb) / sizeof(*word); i++)
		word[i] = 0;
}

/* Errors of seal and open: remember the reason, return the errno. */
static inline int nfi_fail(struct sk_buff *skb, enum nfi_drop reason, int err)
{
	nfi_cb(skb)->drop = reason;
	return err;
}

/*
 * Completion of a seal or open that returned -EINPROGRESS. Called once, with bottom halves
 * disabled, in any context; err is 0 or -errno with nfi_cb(skb)->drop set. Owns the skb.
 */
typedef void (*nfi_done_t)(struct sk_buff *skb, int err);

/*
 * nfi_esp_seal, nfi_ah_seal - apply the outbound SA nfi_cb(skb)->sa to one packet
 *
 * On entry: skb is linear and its head is not shared, with the headroom and tailroom of
 * nfi_sa_room(); ip_summed is not CHECKSUM_PARTIAL; skb->data and the network header are at the IP
 * header (tunnel: the packet to be wrapped; transport: the packet itself), the transport header at
 * the first octet that transport mode protects, cb->family and cb->seq are set, skb_dst() is the
 * route of the sealed packet, cb->nexthdr is the protocol at the transport header (transport).
 *
 * Returns 0: skb->data and network header at the new outermost IP header, which is complete
 * (RFC 4301 5.1.2: lengths, TTL, DF, DSCP, ECN by RFC 6040, id, checksum; UDP header if
 * encapsulated), transport header behind it, skb->protocol and cb->family follow; -EINPROGRESS:
 * done will be called; other -errno: cb->drop is set, the caller frees the skb.
 * Runs under rcu_read_lock with bottom halves disabled. Never sends, never looks anything up.
 */
int nfi_esp_seal(struct sk_buff *skb, nfi_done_t done);
int nfi_ah_seal(struct sk_buff *skb, nfi_done_t done);

/*
 * nfi_esp_open, nfi_ah_open - remove the inbound SA nfi_cb(skb)->sa from one packet
 *
 * On entry: skb->data and network header at the IP header, not shared, maybe cloned or with
 * fragments (made linear and private inside); cb->off, cb->udp and cb->seq (full number, the
 * estimate of nfi_sa_admit()) are set, the headers up to and with ESP/AH are in the linear part.
 *
 * Returns as above. On success: tunnel, skb->data and network header at the inner IP header
 * (version nibble checked against next header and mode, nothing else), outer headers gone, ECN
 * decapsulated (RFC 6040, drop IN_ECN), trimmed to the ESP payload; transport: ESP/AH (and UDP)
 * header taken out, protocol, lengths and IPv4 checksum rewritten, transport header behind the IP
 * header. cb->nexthdr and cb->family are those of what is left. Dummy packets (next header 59) end
 * as IN_DUMMY. An error behind a good ICV leaves cb->authentic set.
 */
int nfi_esp_open(struct sk_buff *skb, nfi_done_t done);
int nfi_ah_open(struct sk_buff *skb, nfi_done_t done);

/*
 * nfi_sa_room - headroom and tailroom in octets that sealing with this SA needs at most, for
 * *its* headers alone (add the link layer's). Under RCU.
 */
void nfi_sa_room(const struct nfi_sa *sa, unsigned int *head, unsigned int *tail);

/*
 * nfi_sa_mtu - largest packet (octets from its IP header) that fits the path MTU once sealed
 *
 * Tunnel mode: inner packet; transport mode: the packet before sealing. Pure arithmetic, never
 * more than mtu, 0 if nothing fits. Under RCU.
 */
u32 nfi_sa_mtu(const struct nfi_sa *sa, u32 mtu);

#endif /* NFI_PACKET_H */
