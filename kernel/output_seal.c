// SPDX-License-Identifier: GPL-2.0-only
/*
 * output_seal.c - the journey out behind the decision: find SAs and route, fit to the path MTU,
 * seal, send (datapath.md 1.2).
 */
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/ipv6_stubs.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/xfrm.h>
#include "compat.h"
#include "journey.h"
#include "netns.h"

/* What nfi_protect() found out, handed through the kernel's fragmentation to each piece. */
struct out_ctx {
	struct nfi_net *nn;
	struct nfi_policy *sp;
	struct dst_entry *dst; /* route of the sealed packets */
	struct nfi_sa *sa[NFI_TMPL_MAX];
	u32 mtu; /* largest packet before sealing */
	bool own_route; /* dst is the packet's own: no tunnel */
};

/*
 * One a CPU, valid while ip_do_fragment() runs with bottom halves off; nested use saves and
 * restores it.
 */
static DEFINE_PER_CPU(struct out_ctx *, out_ctx);

int nfi_lose(struct nfi_net *nn, struct nfi_sa *sa, struct sk_buff *skb, enum nfi_drop reason)
{
	nfi_sa_drop(nn, sa, reason);
	kfree_skb(skb);
	switch (reason) {
	case NFI_DROP_OUT_TOO_BIG:
		return -EMSGSIZE;
	case NFI_DROP_OUT_NO_ROUTE:
		return -ENETUNREACH;
	case NFI_DROP_OUT_NO_MEMORY:
		return -ENOBUFS;
	default:
		return -EPERM;
	}
}

/* Hand a sealed packet to the stack, which must not take it for one that policy covers. */
static int send(struct nfi_net *nn, struct sk_buff *skb)
{
	struct nfi_sa *sa = nfi_cb(skb)->sa;
	u8 family = nfi_cb(skb)->family;
	unsigned int len = skb->len;
	bool past = nfi_cb(skb)->own_route && nfi_pmtu_hides(sa, skb);
	int err;

	nfi_cb_clear(skb);
	secpath_reset(skb);
	nf_reset_ct(skb);
	if (!READ_ONCE(nn->set.track))
		nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	skb->ip_summed = CHECKSUM_NONE;
	skb->encapsulation = 0;
	if (sa->mark)
		skb->mark = sa->mark;
	/* the stack does not ask for what was learnt about a destination for forwarded packets */
	if (family == AF_INET) {
		IPCB(skb)->flags |= IPSKB_XFRM_TRANSFORMED | (past ? IPSKB_FORWARDED : 0);
		/* with ip_forward_use_pmtu it does: rather two pieces than none */
		if (past || !(ip_hdr(skb)->frag_off & htons(IP_DF)))
			skb->ignore_df = 1;
		err = ip_local_out(nn->net, skb->sk, skb);
	} else {
		IP6CB(skb)->flags |= IP6SKB_XFRM_TRANSFORMED | (past ? IP6SKB_FORWARDED : 0);
		skb->ignore_df = 1; /* we are its source: it may be fragmented (RFC 8200 5) */
		err = ip6_local_out(nn->net, skb->sk, skb);
	}
	nfi_count(nn, NFI_CNT_OUT_PACKETS, 1);
	nfi_count(nn, NFI_CNT_OUT_BYTES, len);
	if (unlikely(net_xmit_eval(err)))
		nfi_sa_drop(nn, sa, NFI_DROP_OUT_SEND);
	return err > 0 ? net_xmit_errno(err) : err;
}

static void seal_done(struct sk_buff *skb, int err);

/* Room for all headers of one SA in a head that nobody shares. */
static int make_room(struct sk_buff *skb, const struct nfi_sa *sa)
{
	unsigned int head, tail;
	int nhead, ntail;

	nfi_sa_room(sa, &head, &tail);
	head += LL_RESERVED_SPACE(skb_dst(skb)->dev);
	if (skb_linearize(skb))
		return -ENOMEM;
	nhead = head - skb_headroom(skb);
	ntail = tail - skb_tailroom(skb);
	if (nhead <= 0 && ntail <= 0 && !skb_cloned(skb))
		return 0;
	return pskb_expand_head(skb, max(nhead, 0), max(ntail, 0), GFP_ATOMIC);
}

/*
 * Where transport mode starts to protect (RFC 4303 3.1.1, RFC 4302 3.1.1). Returns the drop reason.
 */
static enum nfi_drop find_transport(struct sk_buff *skb)
{
	struct nfi_cb *cb = nfi_cb(skb);
	u8 *prev;
	int off;

	if (cb->family == AF_INET) {
		if (ip_is_fragment(ip_hdr(skb)))
			return NFI_DROP_OUT_FRAGMENT;
		skb_set_transport_header(skb, ip_hdrlen(skb));
		cb->nexthdr = ip_hdr(skb)->protocol;
		return NFI_DROP_NONE;
	}
	off = ip6_find_1stfragopt(skb, &prev);
	if (off < 0)
		return NFI_DROP_OUT_MALFORMED;
	if (*prev == NEXTHDR_FRAGMENT)
		return NFI_DROP_OUT_FRAGMENT;
	skb_set_transport_header(skb, off);
	cb->nexthdr = *prev;
	return NFI_DROP_NONE;
}

/* Everything before the crypto; a reference in cb->sa is the caller's, whatever is returned. */
static enum nfi_drop prepare(struct sk_buff *skb, struct nfi_sa *sa)
{
	struct nfi_cb *cb = nfi_cb(skb);
	enum nfi_drop drop = NFI_DROP_NONE;

	cb->sa = NULL;
	if (!sa || !refcount_inc_not_zero(&sa->ref))
		return NFI_DROP_OUT_NO_SA;
	cb->sa = sa;
	if (make_room(skb, sa))
		return NFI_DROP_OUT_NO_MEMORY;
	if (sa->mode == NFI_MODE_TRANSPORT)
		drop = find_transport(skb);
	return drop ? drop : nfi_sa_next(sa, skb->len, &cb->seq);
}

/*
 * Apply the SA of the current step. One that was replaced while we looked has a successor: once
 * more.
 */
static int seal_step(struct sk_buff *skb)
{
	struct nfi_cb *cb = nfi_cb(skb);
	struct nfi_slot *slot = cb->sp->tmpl[cb->step].slot;
	struct nfi_sa *sa = rcu_dereference(slot->sa);
	enum nfi_drop drop = prepare(skb, sa);

	if (unlikely(drop == NFI_DROP_OUT_EXPIRED && rcu_dereference(slot->sa) != sa)) {
		nfi_sa_put(cb->sa);
		drop = prepare(skb, rcu_dereference(slot->sa));
	}
	if (drop)
		return nfi_fail(skb, drop, -EPERM);
	return cb->sa->proto == IPPROTO_ESP ? nfi_esp_seal(skb, seal_done) :
					      nfi_ah_seal(skb, seal_done);
}

/*
 * The rest of the bundle, then the wire. The same code continues after a seal that was finished at
 * once and after one that was finished later (err of the finished step comes in).
 */
static int seal_rest(struct sk_buff *skb, int err)
{
	struct nfi_cb *cb = nfi_cb(skb);
	struct nfi_policy *sp = cb->sp;
	struct nfi_net *nn = sp->nn;
	struct nfi_sa *sa;

	while (!err && ++cb->step < sp->ntmpl) {
		nfi_sa_put(cb->sa);
		err = seal_step(skb);
	}
	if (err == -EINPROGRESS)
		return 0;
	sa = cb->sa;
	if (err)
		err = nfi_lose(nn, sa, skb, cb->drop);
	else
		err = send(nn, skb);
	nfi_policy_put(sp);
	if (sa)
		nfi_sa_put(sa);
	return err;
}

static void seal_done(struct sk_buff *skb, int err)
{
	rcu_read_lock();
	nfi_count(nfi_cb(skb)->sp->nn, NFI_CNT_ASYNC, 1);
	seal_rest(skb, err);
	rcu_read_unlock();
}

/* Seal one packet that fits. */
static int seal(const struct out_ctx *ctx, struct sk_buff *skb)
{
	struct nfi_cb *cb = nfi_cb(skb);
	int err;

	nfi_policy_count(ctx->sp, skb->len);
	nfi_cb_clear(skb);
	cb->family = skb->protocol == htons(ETH_P_IP) ? AF_INET : AF_INET6;
	cb->sp = ctx->sp;
	cb->own_route = ctx->own_route;
	if (!ctx->own_route)
		skb->ignore_df = 0; /* that was said of the inner packet */
	nfi_policy_get(ctx->sp);
	if (!dst_hold_safe(ctx->dst)) {
		nfi_policy_put(ctx->sp);
		return nfi_lose(ctx->nn, ctx->sa[0], skb, NFI_DROP_OUT_NO_ROUTE);
	}
	skb_dst_drop(skb);
	skb_dst_set(skb, ctx->dst);
	err = seal_step(skb);
	return err == -EINPROGRESS ? 0 : seal_rest(skb, err);
}

static int seal_fragment(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	nfi_count(nfi_pernet(net), NFI_CNT_FRAGMENTED, 1);
	return seal(this_cpu_read(out_ctx), skb);
}

/* Let the kernel cut the clear packet into pieces that fit once sealed. */
static int fragment(struct out_ctx *ctx, struct sock *sk, struct sk_buff *skb)
{
	struct out_ctx *outer = this_cpu_read(out_ctx);
	int err;

	this_cpu_write(out_ctx, ctx);
	if (skb->protocol == htons(ETH_P_IP)) {
		/* ip_do_fragment() takes the smaller of this and the route's MTU */
		if (!IPCB(skb)->frag_max_size || IPCB(skb)->frag_max_size > ctx->mtu)
			IPCB(skb)->frag_max_size = ctx->mtu;
		skb->ignore_df = 1;
		err = ip_do_fragment(ctx->nn->net, sk, skb, seal_fragment);
	} else {
		if (!IP6CB(skb)->frag_max_size || IP6CB(skb)->frag_max_size > ctx->mtu)
			IP6CB(skb)->frag_max_size = ctx->mtu;
		err = ipv6_stub->ipv6_fragment(ctx->nn->net, sk, skb, seal_fragment);
	}
	this_cpu_write(out_ctx, outer);
	return err;
}

static int seal_segments(const struct out_ctx *ctx, struct sk_buff *skb)
{
	struct sk_buff *segs = skb_gso_segment(skb, 0), *next;
	int err = 0, ret;

	if (IS_ERR_OR_NULL(segs))
		return nfi_lose(ctx->nn, ctx->sa[0], skb, NFI_DROP_OUT_NO_MEMORY);
	consume_skb(skb);
	skb_list_walk_safe(segs, skb, next) {
		skb_mark_not_on_list(skb);
		skb->prev = NULL;
		ret = seal(ctx, skb);
		if (ret < 0)
			err = ret;
	}
	return err;
}

static bool too_big(const struct sk_buff *skb, u32 mtu)
{
	return skb_is_gso(skb) ? !skb_gso_validate_network_len(skb, mtu) : skb->len > mtu;
}

/* may the clear packet be cut? (RFC 4301 8.1; a reassembled DF packet remembers it) */
static bool may_fragment(const struct out_ctx *ctx, const struct sk_buff *skb)
{
	if (skb_is_gso(skb))
		return false;
	if (skb->protocol != htons(ETH_P_IP))
		return skb->ignore_df && IP6CB(skb)->frag_max_size <= ctx->mtu;
	if (ctx->sa[0]->flags & NFI_SAF_NO_PMTU)
		return true;
	return !(ip_hdr(skb)->frag_off & htons(IP_DF)) && !(IPCB(skb)->flags & IPSKB_FRAG_PMTU);
}

/*
 * Will the outer header leave without DF (nfi_header_push())? IPv6: we are the source, and may cut.
 */
static bool outer_divisible(const struct nfi_sa *sa, const struct sk_buff *skb)
{
	if (rcu_dereference(sa->ep)->family == AF_INET6)
		return true;
	if (sa->df != NFI_DF_COPY)
		return sa->df == NFI_DF_CLEAR;
	if (sa->flags & NFI_SAF_NO_PMTU)
		return true;
	return skb->protocol == htons(ETH_P_IP) && !(ip_hdr(skb)->frag_off & htons(IP_DF));
}

/*
 * Transport mode seals whole packets only (RFC 4303 3.3.4), so what its sender would let be cut is
 * cut sealed: without DF, or with it as a hint only (IP_PMTUDISC_WANT; a reassembled packet is no
 * such sender's).
 */
static bool own_divisible(const struct out_ctx *ctx, const struct sk_buff *skb)
{
	if (skb->protocol != htons(ETH_P_IP))
		return skb->ignore_df || !too_big(skb, IPV6_MIN_MTU);
	if (!(ip_hdr(skb)->frag_off & htons(IP_DF)) || (ctx->sa[0]->flags & NFI_SAF_NO_PMTU))
		return true;
	return skb->ignore_df && !IPCB(skb)->frag_max_size;
}

/* sealed packets that may be fragmented themselves */
static bool fragment_outside(const struct out_ctx *ctx, const struct sk_buff *skb)
{
	bool v4 = skb->protocol == htons(ETH_P_IP);

	if (ctx->sa[0]->mode == NFI_MODE_TRANSPORT)
		return own_divisible(ctx, skb);
	if ((ctx->sa[0]->flags & NFI_SAF_FRAG_OUTER) && outer_divisible(ctx->sa[0], skb))
		return true;
	/* IPv6 must be able to send 1280 octets whatever the tunnel (RFC 8200 5) */
	return !v4 && !too_big(skb, IPV6_MIN_MTU);
}

static int fit_and_seal(struct out_ctx *ctx, struct sock *sk, struct sk_buff *skb)
{
	u32 least = skb->protocol == htons(ETH_P_IP) ? 68 : IPV6_MIN_MTU;
	bool whole = !too_big(skb, ctx->mtu);

	if (whole || fragment_outside(ctx, skb)) {
		if (!whole && ctx->own_route)
			skb->ignore_df = 1; /* whatever its header says */
		if (skb_is_gso(skb))
			return seal_segments(ctx, skb);
		if (skb->ip_summed == CHECKSUM_PARTIAL && skb_csum_hwoffload_help(skb, 0))
			return nfi_lose(ctx->nn, ctx->sa[0], skb, NFI_DROP_OUT_NO_MEMORY);
		return seal(ctx, skb);
	}
	ctx->mtu = max(ctx->mtu, least);
	if (may_fragment(ctx, skb)) {
		if (skb->ip_summed == CHECKSUM_PARTIAL && skb_csum_hwoffload_help(skb, 0))
			return nfi_lose(ctx->nn, ctx->sa[0], skb, NFI_DROP_OUT_NO_MEMORY);
		return fragment(ctx, sk, skb);
	}
	nfi_pmtu_too_big(ctx->nn, skb, ctx->mtu);
	return nfi_lose(ctx->nn, ctx->sa[0], skb, NFI_DROP_OUT_TOO_BIG);
}

/* All SAs of the policy, innermost first; false: one is missing. */
static bool find_sas(struct out_ctx *ctx)
{
	unsigned int i;

	for (i = 0; i < ctx->sp->ntmpl; i++) {
		ctx->sa[i] = rcu_dereference(ctx->sp->tmpl[i].slot->sa);
		if (!ctx->sa[i])
			return false;
	}
	return i;
}

/*
 * The route of what goes on the wire: that of the outermost tunnel; transport keeps the packet's
 * own.
 */
static struct dst_entry *find_route(struct out_ctx *ctx, const struct sk_buff *skb)
{
	int i;

	ctx->own_route = false;
	for (i = ctx->sp->ntmpl - 1; i >= 0; i--)
		if (ctx->sa[i]->mode == NFI_MODE_TUNNEL)
			return nfi_route_out(ctx->sa[i], skb);
	ctx->own_route = true;
	return skb_dst(skb);
}

/* Octets of options or extension headers in front of what transport mode protects. */
static unsigned int extra(struct sk_buff *skb, const struct nfi_flow *flow)
{
	u8 *prev;
	int off;

	if (flow->family == AF_INET)
		return ip_hdrlen(skb) - sizeof(struct iphdr);
	if (flow->thoff == sizeof(struct ipv6hdr))
		return 0;
	off = ip6_find_1stfragopt(skb, &prev);
	return off < 0 ? 0 : off - sizeof(struct ipv6hdr);
}

int nfi_protect(struct nfi_net *nn, struct nfi_policy *sp, struct sock *sk, struct sk_buff *skb,
		const struct nfi_flow *flow)
{
	struct out_ctx ctx nfi_unset;

	ctx.nn = nn;
	ctx.sp = sp;
	if (!find_sas(&ctx)) {
		if (sp->action == NFI_ACT_PROTECT)
			return nfi_lose(nn, NULL, skb, NFI_DROP_OUT_NO_SA);
		nfi_trap_hold(sp, skb, flow);
		return 0;
	}
	ctx.dst = find_route(&ctx, skb);
	if (!ctx.dst)
		return nfi_lose(nn, ctx.sa[0], skb, NFI_DROP_OUT_NO_ROUTE);
	ctx.mtu = nfi_pmtu_bundle(ctx.sa, sp->ntmpl, ctx.dst, extra(skb, flow));
	if (READ_ONCE(nn->set.mss) && flow->proto == IPPROTO_TCP)
		nfi_pmtu_clamp(nn, skb, flow, ctx.mtu);
	return fit_and_seal(&ctx, sk, skb);
}
