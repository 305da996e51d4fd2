// SPDX-License-Identifier: GPL-2.0-only
/*
 * input.c - the journey in: find the SA, open, check the inner packet against policy, hand it on in
 * place or inject it again (datapath.md 1.3).
 */
#include <linux/icmp.h>
#include <linux/netfilter_bridge.h>
#include <linux/tcp.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/route.h>
#include <net/udp.h>
#include <net/xfrm.h>
#include "compat.h"
#include "journey.h"
#include "netns.h"

#define DEPTH_MAX 4 /* nested ESP and AH headers */

/*
 * How the packet leaves us: in PRE_ROUTING it goes on as the inner packet if that is of the family
 * of the hook (`place`); from LOCAL_IN, the protocol handlers and later completion it is injected
 * again.
 */
#define PLACE_NONE 0

enum found {
	FOUND_NOTHING, /* not sealed for us */
	FOUND_SEALED, /* nfi_cb() is filled, a reference to the SA taken */
	FOUND_KEEPALIVE,
	FOUND_BAD, /* cb->drop */
};

/* Can a UDP datagram at this offset hold ESP? */
static bool maybe_encapsulated(const struct nfi_net *nn, const struct sk_buff *skb,
			       unsigned int off)
{
	const struct udphdr *uh = (const struct udphdr *)(skb_network_header(skb) + off);

	if (skb_network_offset(skb) + off + sizeof(*uh) > skb_headlen(skb))
		return true;
	return ntohs(uh->dest) == READ_ONCE(nn->set.natt_port);
}

/* headers that can only be ours if the SAD knows them; cheap first test for each packet */
static bool worth_a_look(const struct nfi_net *nn, const struct sk_buff *skb, u8 family)
{
	u8 proto;

	if (family == AF_INET) {
		proto = ip_hdr(skb)->protocol;
		if (proto == IPPROTO_UDP)
			return maybe_encapsulated(nn, skb, ip_hdrlen(skb));
		return proto == IPPROTO_ESP || proto == IPPROTO_AH || proto == IPPROTO_ICMP;
	}
	proto = ipv6_hdr(skb)->nexthdr;
	if (proto == IPPROTO_UDP)
		return maybe_encapsulated(nn, skb, sizeof(struct ipv6hdr));
	return proto != IPPROTO_TCP;
}

/* Where is the ESP or AH header, and which SPI and low sequence number does it have? */
struct seal {
	__be32 spi;
	u32 seq;
	u16 off, udp;
	u8 proto;
};

static enum found locate_udp(struct nfi_net *nn, struct sk_buff *skb, const struct nfi_flow *flow,
			     struct seal *s)
{
	unsigned int off = skb_network_offset(skb) + flow->thoff + sizeof(struct udphdr);
	__be32 words[2] = {};
	unsigned int len = skb->len > off ? skb->len - off : 0;

	if (!(flow->flags & NFI_FLOW_PORTS) || flow->dport != READ_ONCE(nn->set.natt_port) ||
	    !flow->dport)
		return FOUND_NOTHING;
	if (skb_copy_bits(skb, off, words, min_t(unsigned int, len, sizeof(words))))
		return FOUND_NOTHING;
	if (len == 1 && *(u8 *)words == 0xff)
		return FOUND_KEEPALIVE;
	if (len < sizeof(words) || !words[0]) /* non-ESP marker (RFC 3948 2.2) */
		return FOUND_NOTHING;
	s->spi = words[0];
	s->seq = ntohl(words[1]);
	s->off = off;
	s->udp = off - sizeof(struct udphdr);
	s->proto = IPPROTO_ESP;
	return FOUND_SEALED;
}

static enum found locate(struct nfi_net *nn, struct sk_buff *skb, const struct nfi_flow *flow,
			 struct seal *s)
{
	unsigned int off = skb_network_offset(skb) + flow->thoff;
	unsigned int skip = flow->proto == IPPROTO_AH ? 4 : 0;
	const __be32 *words;
	__be32 copy[2];

	if (flow->flags & NFI_FLOW_FRAGMENT)
		return FOUND_NOTHING;
	if (flow->proto == IPPROTO_UDP)
		return locate_udp(nn, skb, flow, s);
	if (flow->proto != IPPROTO_ESP && flow->proto != IPPROTO_AH)
		return FOUND_NOTHING;
	words = skb_header_pointer(skb, off + skip, sizeof(copy), copy);
	if (!words)
		return FOUND_NOTHING;
	s->spi = words[0];
	s->seq = ntohl(words[1]);
	s->off = off;
	s->udp = 0;
	s->proto = flow->proto;
	return FOUND_SEALED;
}

/* The peer's endpoint differs from what the SA has: remember it until the ICV has been checked. */
static int note_endpoint(struct nfi_sa *sa, struct sk_buff *skb, const struct nfi_flow *flow)
{
	const struct nfi_endpoint *ep = rcu_dereference(sa->ep);
	struct nfi_ev_msg *ev;

	nfi_cb(skb)->moved = NULL;
	if (nf_inet_addr_cmp(&flow->saddr, &ep->saddr) &&
	    (!ep->encap || htons(flow->sport) == ep->sport))
		return 0;
	ev = kzalloc(sizeof(*ev), GFP_ATOMIC);
	if (!ev)
		return -ENOMEM;
	ev->src.len = flow->family == AF_INET ? 4 : 16;
	memcpy(ev->src.b, &flow->saddr, ev->src.len);
	ev->sport = ep->encap ? htons(flow->sport) : 0;
	nfi_cb(skb)->moved = ev;
	return 0;
}

/*
 * Is this packet sealed by an SA of ours? Only then is the control block filled, of which the
 * caller must have saved what it needs. The UDP checksum is not looked at: the ICV says more (RFC
 * 3948 2.1).
 * @report: an unknown SPI is news; false where the same packet has been looked at before
 */
static enum found find(struct nfi_net *nn, struct sk_buff *skb, const struct nfi_flow *flow,
		       bool report)
{
	struct nfi_cb *cb = nfi_cb(skb);
	enum found found;
	struct nfi_sa *sa;
	struct seal s nfi_unset;
	u64 seq;

	found = locate(nn, skb, flow, &s);
	if (found != FOUND_SEALED)
		return found;
	sa = nfi_sa_find(nn, flow->family, &flow->daddr, s.spi, s.proto);
	if (!sa || !refcount_inc_not_zero(&sa->ref)) {
		if (report && nfi_is_local(nn, flow)) {
			nfi_count(nn, NFI_CNT_UNKNOWN_SPI, 1);
			nfi_event_unknown_spi(nn, flow, s.spi, s.proto);
		}
		return FOUND_NOTHING;
	}
	cb->sa = sa;
	cb->moved = NULL;
	cb->tmp = NULL;
	cb->authentic = 0;
	cb->off = s.off;
	cb->udp = s.udp;
	cb->family = flow->family;
	if (!!s.udp != (rcu_dereference(sa->ep)->encap == NFI_ENCAP_UDP)) {
		cb->drop = NFI_DROP_IN_ENCAP;
		return FOUND_BAD;
	}
	cb->drop = nfi_sa_admit(sa, s.seq, &seq);
	if (cb->drop)
		return FOUND_BAD;
	cb->seq = seq;
	if (note_endpoint(sa, skb, flow)) {
		cb->drop = NFI_DROP_IN_NO_MEMORY;
		return FOUND_BAD;
	}
	return FOUND_SEALED;
}

static void lose(struct nfi_net *nn, struct sk_buff *skb, enum nfi_drop reason)
{
	struct nfi_cb *cb = nfi_cb(skb);
	struct nfi_sa *sa = cb->sa;

	kfree(cb->moved);
	nfi_sa_drop(nn, sa, reason);
	kfree_skb(skb);
	if (sa)
		nfi_sa_put(sa);
}

/* What ip_rcv_core() and ip6_rcv_core() check of a header, done for the inner one. */
static bool settle4(struct sk_buff *skb)
{
	const struct iphdr *iph;
	unsigned int len;

	if (!pskb_may_pull(skb, sizeof(*iph)))
		return false;
	iph = (struct iphdr *)skb->data;
	if (iph->version != 4 || iph->ihl < 5 || !pskb_may_pull(skb, iph->ihl * 4))
		return false;
	iph = (struct iphdr *)skb->data;
	len = iph_totlen(skb, iph);
	if (ip_fast_csum((u8 *)iph, iph->ihl) || len > skb->len || len < iph->ihl * 4)
		return false;
	if (pskb_trim_rcsum(skb, len))
		return false;
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, ip_hdrlen(skb));
	skb->protocol = htons(ETH_P_IP);
	return true;
}

static bool settle6(struct sk_buff *skb)
{
	const struct ipv6hdr *iph;
	unsigned int len;

	if (!pskb_may_pull(skb, sizeof(*iph)))
		return false;
	iph = (struct ipv6hdr *)skb->data;
	if (iph->version != 6 || ipv6_addr_loopback(&iph->saddr) ||
	    ipv6_addr_loopback(&iph->daddr) || ipv6_addr_is_multicast(&iph->saddr))
		return false;
	if (ipv6_addr_is_multicast(&iph->daddr) && IPV6_ADDR_MC_SCOPE(&iph->daddr) <= 1)
		return false;
	len = ntohs(iph->payload_len) + sizeof(*iph);
	if (len > skb->len || pskb_trim_rcsum(skb, len))
		return false;
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, sizeof(*iph));
	skb->protocol = htons(ETH_P_IPV6);
	return true;
}

/* Make the opened packet one that might have arrived so. */
static bool settle(struct sk_buff *skb, u8 family)
{
	if (family == AF_INET ? !settle4(skb) : !settle6(skb))
		return false;
	skb_mac_header_rebuild(skb);
	skb_clear_hash(skb);
	skb_dst_drop(skb);
	nf_reset_ct(skb);
	skb->encapsulation = 0;
	skb_ext_del(skb, SKB_EXT_BRIDGE_NF); /* only the sealed one came through a bridge */
	if (skb->ip_summed != CHECKSUM_UNNECESSARY)
		skb->ip_summed = CHECKSUM_NONE;
	return true;
}

/* The inner packet against the SPD entry of its SAs (RFC 4301 5.2). */
static enum nfi_drop check_inner(struct nfi_net *nn, struct sk_buff *skb, struct nfi_sa *sa,
				 const struct nfi_flow *flow)
{
	struct nfi_policy *sp = nfi_policy_lookup(nn, NFI_DIR_IN, flow);

	if (sp && nfi_policy_protects(sp)) {
		if (!nfi_secpath_matches(skb, sp))
			return NFI_DROP_IN_TEMPLATE;
		nfi_policy_count(sp, skb->len);
		return NFI_DROP_NONE;
	}
	if ((sa->flags & NFI_SAF_ANY_INNER) || nfi_icmp_passes(nn, skb, flow))
		return NFI_DROP_NONE;
	nfi_event_violation(nn, NFI_DROP_IN_SELECTOR, flow);
	return NFI_DROP_IN_SELECTOR;
}

/* TCP of protected flows that ends or starts behind us must fit the way back too. */
static void clamp_mss(struct nfi_net *nn, struct sk_buff *skb, const struct nfi_flow *flow)
{
	struct nfi_sa *sa[NFI_TMPL_MAX] nfi_unset;
	struct nfi_flow back nfi_unset;
	const struct nfi_policy *sp;
	struct dst_entry *dst;
	unsigned int i;

	if (flow->proto != IPPROTO_TCP || !READ_ONCE(nn->set.mss) ||
	    (flow->flags & NFI_FLOW_FRAGMENT) ||
	    !pskb_may_pull(skb, flow->thoff + sizeof(struct tcphdr)) ||
	    !((struct tcphdr *)(skb->data + flow->thoff))->syn)
		return;
	back = *flow;
	nfi_flow_reverse(&back);
	sp = nfi_policy_lookup(nn, NFI_DIR_OUT, &back);
	if (!sp || !nfi_policy_protects(sp))
		return;
	for (i = 0; i < sp->ntmpl; i++) {
		sa[i] = rcu_dereference(sp->tmpl[i].slot->sa);
		if (!sa[i])
			return;
	}
	dst = nfi_route_out(sa[sp->ntmpl - 1], skb);
	if (dst)
		nfi_pmtu_clamp(nn, skb, flow, nfi_pmtu_bundle(sa, sp->ntmpl, dst, 0));
}

static void restore_cb(struct sk_buff *skb, u8 family, int iif)
{
	nfi_cb_clear(skb);
	if (family == AF_INET) {
		IPCB(skb)->iif = iif;
		IPCB(skb)->flags = IPSKB_NOPOLICY;
		if (netif_is_l3_master(skb->dev))
			IPCB(skb)->flags |= IPSKB_L3SLAVE;
	} else {
		IP6CB(skb)->iif = iif;
		IP6CB(skb)->nhoff = offsetof(struct ipv6hdr, nexthdr);
		if (netif_is_l3_master(skb->dev))
			IP6CB(skb)->flags |= IP6SKB_L3SLAVE;
	}
}

/* Can the hooks behind ours and the stack take the inner packet for the outer one's successor? */
static bool fits_in_place(struct nfi_net *nn, const struct nfi_flow *flow, u8 place,
			  const struct sk_buff *skb)
{
	if (flow->family != place || (flow->flags & NFI_FLOW_FRAGMENT) || READ_ONCE(nn->set.tap))
		return false;
	if (place == AF_INET)
		return ip_hdr(skb)->ihl == 5; /* ip_rcv_options() has been passed */
	return ipv6_hdr(skb)->nexthdr != NEXTHDR_HOP;
}

static void inject(struct nfi_net *nn, struct sk_buff *skb)
{
	nfi_count(nn, NFI_CNT_REINJECTED, 1);
	nfi_cb_clear(skb);
	gro_cells_receive(&nn->cells, skb);
}

static void open_done(struct sk_buff *skb, int err);

static int open(struct sk_buff *skb)
{
	return nfi_cb(skb)->sa->proto == IPPROTO_ESP ? nfi_esp_open(skb, open_done) :
						       nfi_ah_open(skb, open_done);
}

/*
 * The ICV was good: the number is used up, and the packet counts, even if it is a dummy or what it
 * carries is broken (RFC 4303 3.4.3).
 */
static enum nfi_drop opened_badly(struct sk_buff *skb)
{
	struct nfi_cb *cb = nfi_cb(skb);
	enum nfi_drop drop = NFI_DROP_NONE;

	if (cb->authentic)
		drop = nfi_sa_opened(cb->sa, cb->seq, skb->len);
	return drop ? drop : cb->drop;
}

/* Opened to the end: account, report, note the SA in the secpath. */
static enum nfi_drop opened(struct nfi_net *nn, struct sk_buff *skb)
{
	struct nfi_cb *cb = nfi_cb(skb);
	struct nfi_sa *sa = cb->sa;
	enum nfi_drop drop;

	drop = nfi_sa_opened(sa, cb->seq, skb->len);
	if (drop)
		return drop;
	if (cb->moved) {
		union nf_inet_addr addr = {};

		memcpy(&addr, cb->moved->src.b, cb->moved->src.len);
		nfi_sa_moved(sa, &addr, cb->moved->sport);
		kfree(cb->moved);
		cb->moved = NULL;
	}
	nfi_count(nn, NFI_CNT_IN_PACKETS, 1);
	nfi_count(nn, NFI_CNT_IN_BYTES, skb->len);
	if (!settle(skb, cb->family))
		return NFI_DROP_IN_INNER;
	if (nfi_secpath_push(skb, sa))
		return NFI_DROP_IN_NO_MEMORY;
	return NFI_DROP_NONE;
}

/*
 * Open what is still sealed, then let the packet go. err is the result of the step that has just
 * been finished. NF_ACCEPT: it goes on in place; else it is gone.
 */
static unsigned int open_rest(struct nfi_net *nn, struct sk_buff *skb, u8 place, int err)
{
	struct nfi_cb *cb = nfi_cb(skb);
	int iif = cb->iif;
	enum found found;
	struct nfi_flow flow nfi_unset;
	struct nfi_sa *sa;

	for (;;) {
		if (err == -EINPROGRESS)
			return NF_STOLEN;
		cb->drop = err ? opened_badly(skb) : opened(nn, skb);
		if (!cb->drop && nfi_flow_parse(skb, cb->family, &flow))
			cb->drop = NFI_DROP_IN_INNER;
		if (cb->drop)
			goto drop;
		sa = cb->sa;
		found = find(nn, skb, &flow, true); /* replaces cb->sa when there is one more header
						     */
		if (found == FOUND_NOTHING || found == FOUND_KEEPALIVE)
			break;
		nfi_sa_put(sa);
		if (found == FOUND_SEALED && ++cb->step >= DEPTH_MAX)
			cb->drop = NFI_DROP_IN_DEPTH;
		if (cb->drop)
			goto drop;
		err = open(skb);
	}
	cb->drop = check_inner(nn, skb, sa, &flow);
	if (cb->drop)
		goto drop;
	clamp_mss(nn, skb, &flow);
	nfi_sa_put(sa);
	if (!fits_in_place(nn, &flow, place, skb)) {
		inject(nn, skb);
		return NF_STOLEN;
	}
	restore_cb(skb, flow.family, iif);
	return NF_ACCEPT;

drop:
	lose(nn, skb, cb->drop);
	return NF_STOLEN;
}

static void open_done(struct sk_buff *skb, int err)
{
	struct nfi_net *nn = nfi_cb(skb)->sa->nn;

	rcu_read_lock();
	nfi_count(nn, NFI_CNT_ASYNC, 1);
	open_rest(nn, skb, PLACE_NONE, err);
	rcu_read_unlock();
}

/* for clear packets that policy would drop: a keepalive, or sealed by an SA that we have? */
bool nfi_input_expected(struct nfi_net *nn, struct sk_buff *skb, const struct nfi_flow *flow)
{
	struct seal s;

	switch (locate_udp(nn, skb, flow, &s)) {
	case FOUND_SEALED:
		return nfi_sa_find(nn, flow->family, &flow->daddr, s.spi, s.proto);
	case FOUND_KEEPALIVE:
		return nfi_is_local(nn, flow);
	case FOUND_NOTHING:
	case FOUND_BAD:
		break;
	}
	return false;
}

/* Common to all entries: skb->data is at the IP header. NF_ACCEPT: nothing of ours. */
static unsigned int enter(struct nfi_net *nn, struct sk_buff *skb, u8 family, u8 place)
{
	struct nfi_flow flow nfi_unset;
	enum found found;
	int iif;

	if (skb_is_gso(skb) || nfi_flow_parse(skb, family, &flow))
		return NF_ACCEPT;
	if (flow.proto == IPPROTO_ICMP || flow.proto == IPPROTO_ICMPV6) {
		nfi_pmtu_icmp(nn, skb, family, flow.thoff);
		return NF_ACCEPT;
	}
	iif = family == AF_INET ? IPCB(skb)->iif : IP6CB(skb)->iif;
	/* behind PRE_ROUTING the protocol handlers see again what it left */
	found = find(nn, skb, &flow,
		     place != PLACE_NONE || READ_ONCE(nn->set.input) != NFI_INPUT_FAST ||
			     nf_bridge_info_exists(skb));
	if (found == FOUND_NOTHING)
		return NF_ACCEPT;
	if (found == FOUND_KEEPALIVE) {
		nfi_count(nn, NFI_CNT_KEEPALIVE, 1);
		consume_skb(skb);
		return NF_STOLEN;
	}
	nfi_cb(skb)->iif = iif;
	nfi_cb(skb)->step = 0;
	if (found == FOUND_BAD) {
		lose(nn, skb, nfi_cb(skb)->drop);
		return NF_STOLEN;
	}
	skb_orphan(skb);
	return open_rest(nn, skb, place, open(skb));
}

unsigned int nfi_input(struct nfi_net *nn, struct sk_buff *skb, const struct nf_hook_state *state)
{
	if (!worth_a_look(nn, skb, state->pf) || nf_bridge_info_exists(skb) ||
	    READ_ONCE(nn->set.input) != NFI_INPUT_FAST)
		return NF_ACCEPT;
	return enter(nn, skb, state->pf, state->pf);
}

/*
 * ESP in UDP behind the input chain, and where br_netfilter kept it from nfi_input(); native ESP
 * and AH come through the protocol handlers
 */
unsigned int nfi_input_filtered(struct nfi_net *nn, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	if (READ_ONCE(nn->set.input) != NFI_INPUT_FILTERED && !nf_bridge_info_exists(skb))
		return NF_ACCEPT;
	if (!worth_a_look(nn, skb, state->pf))
		return NF_ACCEPT;
	if (state->pf == NFPROTO_IPV4 && ip_hdr(skb)->protocol != IPPROTO_UDP)
		return NF_ACCEPT;
	if (state->pf == NFPROTO_IPV6 && ipv6_hdr(skb)->nexthdr != IPPROTO_UDP)
		return NF_ACCEPT;
	return enter(nn, skb, state->pf, PLACE_NONE);
}

/*
 * Behind conntrack: the flow of an opened packet must never be given to a flowtable, which would
 * send its answers in clear past us. The extension that prevents it can be added before
 * confirmation only (datapath.md 1.6); for flows that start on this side output.c does the same.
 */
unsigned int nfi_input_bind(struct nfi_net *nn, struct sk_buff *skb)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct;

	if (!nfi_secpath_ours(skb))
		return NF_ACCEPT;
	ct = nf_ct_get(skb, &ctinfo);
	if (ct && !nf_ct_is_confirmed(ct) && !nfct_help(ct))
		nf_ct_helper_ext_add(ct, GFP_ATOMIC);
	if (!READ_ONCE(nn->set.secpath))
		nfi_secpath_strip(skb);
	return NF_ACCEPT;
}

/* Transport layers take the cheap path, and sockets pin neither states nor the namespace. */
unsigned int nfi_input_strip(struct sk_buff *skb)
{
	if (nfi_secpath_ours(skb))
		nfi_secpath_strip(skb);
	return NF_ACCEPT;
}

/* ---- protocol handlers: input=filtered, and what PRE_ROUTING did not take ---- */

static int handle(struct sk_buff *skb, u8 family)
{
	struct nfi_net *nn = nfi_pernet_rcu(dev_net(skb->dev));
	unsigned int off = -skb_network_offset(skb);

	if (!nn->sad.count || READ_ONCE(nn->dying))
		return -EINVAL;
	__skb_push(skb, off);
	if (enter(nn, skb, family, PLACE_NONE) == NF_ACCEPT) {
		__skb_pull(skb, off);
		return -EINVAL; /* the next handler: in-tree esp4, ah4 */
	}
	return 0;
}

static int handle4(struct sk_buff *skb)
{
	return handle(skb, AF_INET);
}

static int handle6(struct sk_buff *skb)
{
	return handle(skb, AF_INET6);
}

static int no_input4(struct sk_buff *skb, int nexthdr, __be32 spi, int encap_type)
{
	return -EINVAL;
}

/* what in-tree XFRM has opened: ask the next handler (0 and less would end the search) */
static int no_cb(struct sk_buff *skb, int err)
{
	return 1;
}

static int no_err4(struct sk_buff *skb, u32 info)
{
	return -ENOENT;
}

static int no_err6(struct sk_buff *skb, struct inet6_skb_parm *opt, u8 type, u8 code, int offset,
		   __be32 info)
{
	return -ENOENT;
}

#define HANDLER4                                                                     \
	{                                                                            \
		.handler = handle4, .input_handler = no_input4, .cb_handler = no_cb, \
		.err_handler = no_err4, .priority = 200                              \
	}
#define HANDLER6                                                                     \
	{                                                                            \
		.handler = handle6, .input_handler = no_input4, .cb_handler = no_cb, \
		.err_handler = no_err6, .priority = 200                              \
	}

static struct xfrm4_protocol handlers4[] = { HANDLER4, HANDLER4 };
static struct xfrm6_protocol handlers6[] = { HANDLER6, HANDLER6 };
static const u8 protos[] = { IPPROTO_ESP, IPPROTO_AH };

static void unregister(int n4, int n6)
{
	while (n6--)
		xfrm6_protocol_deregister(&handlers6[n6], protos[n6]);
	while (n4--)
		xfrm4_protocol_deregister(&handlers4[n4], protos[n4]);
}

int nfi_input_register(void)
{
	int i, err;

	for (i = 0; i < ARRAY_SIZE(protos); i++) {
		err = xfrm4_protocol_register(&handlers4[i], protos[i]);
		if (err) {
			unregister(i, i);
			return err;
		}
		err = xfrm6_protocol_register(&handlers6[i], protos[i]);
		if (err) {
			unregister(i + 1, i);
			return err;
		}
	}
	return 0;
}

void nfi_input_unregister(void)
{
	unregister(ARRAY_SIZE(protos), ARRAY_SIZE(protos));
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
static struct net_device *nfi_dummy_new(void)
{
	struct net_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (dev)
		init_dummy_netdev(dev);
	return dev;
}
#endif

int nfi_input_init(struct nfi_net *nn)
{
	int err;

	nn->cells_dev = nfi_alloc_dummy();
	if (!nn->cells_dev)
		return -ENOMEM;
	err = gro_cells_init(&nn->cells, nn->cells_dev);
	if (err)
		nfi_free_dummy(nn->cells_dev);
	return err;
}

void nfi_input_exit(struct nfi_net *nn)
{
	gro_cells_destroy(&nn->cells);
	nfi_free_dummy(nn->cells_dev);
}
