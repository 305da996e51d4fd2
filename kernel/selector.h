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

/* Host byte order but for the addresses. ICMP and ICMPv6: sport is the type, dport the code. No holes unset: memset first. */
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

/*
 * nfi_flow_parse - describe the packet whose network header is set
 * Returns 0, or -EINVAL when the headers are truncated or nonsense. May pull (reload pointers). A transport
 * header that cannot be decided (later fragment) leaves NFI_FLOW_PORTS clear.
 */
int nfi_flow_parse(struct sk_buff *skb, u8 family, struct nfi_flow *flow);

/*
 * nfi_flow_parse_at - the same for a header at an offset from skb->data (packet quoted in an ICMP error);
 * tolerates truncation behind the ports
 */
int nfi_flow_parse_at(const struct sk_buff *skb, unsigned int off, u8 family, struct nfi_flow *flow);

/* nfi_flow_reverse - the flow of the answer */
void nfi_flow_reverse(struct nfi_flow *flow);

/* nfi_selector_match - unknown ports match every port selector (fail closed, RFC 4301 7) */
bool nfi_selector_match(const struct nfi_selector *sel, const struct nfi_flow *flow);

/* nfi_selector_cmp - order by specificity: < 0 if a comes before b (see nfi_policy_lookup) */
int nfi_selector_cmp(const struct nfi_selector *a, const struct nfi_selector *b);

bool nfi_selector_equal(const struct nfi_selector *a, const struct nfi_selector *b);

#endif /* NFI_SELECTOR_H */
