/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * selector.h - flows and the selectors they are matched with (RFC 4301 4.4.1.1); pure but for
 * nfi_flow_parse(), which reads an skb.
 */
#ifndef NFI_SELECTOR_H
#define NFI_SELECTOR_H

#include <linux/netfilter.h>
#include <linux/types.h>

struct sk_buff;

#define NFI_FLOW_PORTS 0x1 /* sport and dport are known */
#define NFI_FLOW_FRAGMENT 0x2 /* any fragment */
#define NFI_FLOW_MULTICAST 0x4 /* destination is multicast (or IPv4 limited broadcast) */
#define NFI_FLOW_ANY_PROTO 0x8 /* later fragment that hides its upper protocol: may be any */

/*
 * Host byte order but for the addresses. ICMP and ICMPv6: sport is the type, dport the code;
 * mobility header: sport is the type. No holes unset: memset first.
 */
struct nfi_flow {
	union nf_inet_addr saddr, daddr;
	u32 mark;
	u16 sport, dport;
	u8 family, proto; /* proto: the last header that could be reached */
	u8 flags;
	u8 pad;
	u16 thoff; /* offset of the transport header from the network header */
	u16 pad2;
};

struct nfi_selector {
	union nf_inet_addr src, dst; /* host bits are zero */
	u8 family; /* AF_INET or AF_INET6 */
	u8 src_len, dst_len, proto; /* proto 0: any */
	u16 sport_min, sport_max, dport_min, dport_max; /* 0..65535: any */
	u32 mark, mark_mask;
};

/* Place in the total order of policies; see nfi_selector_rank(). */
struct nfi_rank {
	u64 hi, lo;
};

/* A port range as prefixes: at most 2 * 15 of them for 16 bits */
#define NFI_PIECES_MAX 30

struct nfi_pieces {
	unsigned int n;
	struct {
		u16 port; /* first port of the piece */
		u8 len; /* its leading bits that count, 0 to 16 */
	} v[NFI_PIECES_MAX];
};

/*
 * nfi_flow_read - the pure core of the two below: describe the packet at p
 * @have: octets that can be read at p
 * @total: octets of the packet, have <= total
 * @how: NFI_READ_*
 * Returns 0, -EINVAL, or how many octets it has to see at p (more than have, at most total).
 * Fills every field but the mark.
 */
#define NFI_READ_GSO 0x1 /* length fields may be 0: bigger than they can say */
#define NFI_READ_QUOTED 0x2 /* a part of a packet: lengths may say more, ports may be missing */

struct nfi_view {
	const u8 *p;
	u32 have, total;
	u8 how;
};

int nfi_flow_read(const struct nfi_view *view, u8 family, struct nfi_flow *flow);

/*
 * nfi_flow_parse - describe the packet whose network header is set
 * Returns 0, or -EINVAL when the headers are truncated or nonsense. May pull (reload pointers). A
 * transport header that cannot be decided (later fragment) leaves NFI_FLOW_PORTS clear.
 */
int nfi_flow_parse(struct sk_buff *skb, u8 family, struct nfi_flow *flow);

/*
 * nfi_flow_parse_at - the same for a header at an offset from skb->data (packet quoted in an ICMP
 * error); tolerates truncation
 */
int nfi_flow_parse_at(const struct sk_buff *skb, unsigned int off, u8 family,
		      struct nfi_flow *flow);

/* nfi_flow_reverse - the flow of the answer */
void nfi_flow_reverse(struct nfi_flow *flow);

/* nfi_flow_group - set or clear NFI_FLOW_MULTICAST by the destination */
static inline void nfi_flow_group(struct nfi_flow *flow)
{
	u8 first = *(const u8 *)&flow->daddr;
	bool group;

	if (flow->family == AF_INET)
		group = first >= 224 && (first < 240 || flow->daddr.ip == cpu_to_be32(U32_MAX));
	else
		group = first == 0xff;
	if (group)
		flow->flags |= NFI_FLOW_MULTICAST;
	else
		flow->flags &= ~NFI_FLOW_MULTICAST;
}

/* nfi_selector_match - unknown ports match every port selector (fail closed, RFC 4301 7) */
bool nfi_selector_match(const struct nfi_selector *sel, const struct nfi_flow *flow);

/* nfi_selector_cmp - order by specificity: < 0 if a comes before b (see nfi_policy_lookup) */
int nfi_selector_cmp(const struct nfi_selector *a, const struct nfi_selector *b);

bool nfi_selector_equal(const struct nfi_selector *a, const struct nfi_selector *b);

/* nfi_selector_ports - does it name ports (or ICMP types) at all? */
static inline bool nfi_selector_ports(const struct nfi_selector *sel)
{
	return sel->sport_min || sel->dport_min || sel->sport_max != U16_MAX ||
	       sel->dport_max != U16_MAX;
}

/*
 * nfi_selector_rank - the total order as a number of 128 bits, smaller is looked at first:
 * priority, source length, destination length, given protocol, width of both port ranges together,
 * bits of the mark, id
 */
void nfi_selector_rank(const struct nfi_selector *sel, u32 prio, u32 id, struct nfi_rank *rank);

static inline bool nfi_rank_before(const struct nfi_rank *a, const struct nfi_rank *b)
{
	return a->hi != b->hi ? a->hi < b->hi : a->lo < b->lo;
}

/* nfi_prefix_apply - clear the host bits */
void nfi_prefix_apply(union nf_inet_addr *to, const union nf_inet_addr *from, u8 family, u8 len);

/* nfi_prefix_match - is addr inside? */
bool nfi_prefix_match(const union nf_inet_addr *prefix, u8 len, const union nf_inet_addr *addr,
		      u8 family);

/* nfi_prefix_group - can an address of the prefix be multicast or IPv4 limited broadcast? */
bool nfi_prefix_group(const union nf_inet_addr *prefix, u8 len, u8 family);

/* nfi_range_split - the fewest prefixes that together are min..max */
void nfi_range_split(u16 min, u16 max, struct nfi_pieces *pieces);

#endif /* NFI_SELECTOR_H */
