// SPDX-License-Identifier: GPL-2.0-only
/*
 * secpath.c - opened packets carry a secpath with shadow xfrm states of ours, so that nftables,
 * iptables and the kernel's own checks see them as IPsec packets. The shadows are never in the
 * tables of XFRM.
 */
#include <linux/delay.h>
#include <net/xfrm.h>
#include "journey.h"
#include "netns.h"

enum shadow { SHADOW_TUNNEL, SHADOW_TRANSPORT };

/* shadow states that exist; their type below must outlive them */
static atomic_t live = ATOMIC_INIT(0);

static void shadow_destroy(struct xfrm_state *x)
{
	atomic_dec(&live);
}

/*
 * Marks a state as ours. xfrm_secpath_reject() reads x->type without a test, so it stays set until
 * the collector has called the destructor; nfi_secpath_exit() waits for that.
 */
static const struct xfrm_type shadow_type = {
	.destructor = shadow_destroy,
};

static struct xfrm_state *state_new(const struct nfi_sa *sa, enum shadow kind)
{
	const struct nfi_endpoint *ep = rcu_dereference(sa->ep);
	struct xfrm_state *x = xfrm_state_alloc(sa->nn->net);

	if (!x)
		return NULL;
	atomic_inc(&live);
	x->type = &shadow_type;
	x->km.state = XFRM_STATE_VALID;
	x->id.spi = sa->spi;
	x->id.proto = sa->proto;
	x->props.family = ep->family;
	x->props.mode = kind == SHADOW_TUNNEL ? XFRM_MODE_TUNNEL : XFRM_MODE_TRANSPORT;
	x->props.reqid = sa->reqid;
	x->props.aalgo = sa->mode; /* what the SA really is, for nfi_secpath_matches() */
	memcpy(&x->props.saddr, &ep->saddr, sizeof(x->props.saddr));
	memcpy(&x->id.daddr, &ep->daddr, sizeof(x->id.daddr));
	return x;
}

static struct xfrm_state *state_of(const struct skb_ext *ext)
{
	const struct sec_path *sp = (const void *)ext + (ext->offset[SKB_EXT_SEC_PATH] << 3);

	return sp->xvec[0];
}

/*
 * All packets of an SA share one extension, whose secpath has the shadow state; the stack makes a
 * copy for whoever wants to change it. There is no other way to get one than through a packet.
 */
static struct skb_ext *shadow_new(const struct nfi_sa *sa, enum shadow kind)
{
	struct xfrm_state *x = state_new(sa, kind);
	struct sk_buff *skb = x ? alloc_skb(0, GFP_ATOMIC) : NULL;
	struct sec_path *sp = skb ? secpath_set(skb) : NULL;
	struct skb_ext *ext = NULL;

	if (sp) {
		sp->xvec[sp->len++] = x;
		ext = skb->extensions;
		skb->active_extensions = 0;
	} else if (x) {
		x->km.state = XFRM_STATE_DEAD;
		xfrm_state_put(x);
	}
	kfree_skb(skb);
	return ext;
}

static void shadow_put(struct skb_ext *ext)
{
	state_of(ext)->km.state = XFRM_STATE_DEAD;
	__skb_ext_put(ext);
}

/*
 * The in-tree check of a forwarded or local packet passes a tunnel-mode state for IPv4 with
 * IPSKB_NOPOLICY, for IPv6 only when disable_policy is set (datapath.md 1.5).
 */
static enum shadow shadow_kind(const struct nfi_sa *sa, u8 inner_family)
{
	if (sa->mode != NFI_MODE_TUNNEL)
		return SHADOW_TRANSPORT;
	if (inner_family == AF_INET)
		return SHADOW_TUNNEL;
	return READ_ONCE(sa->nn->net->ipv6.devconf_all->disable_policy) ? SHADOW_TUNNEL :
									  SHADOW_TRANSPORT;
}

static struct skb_ext *shadow_get(struct nfi_sa *sa, enum shadow kind)
{
	struct skb_ext *ext = rcu_dereference(sa->shadow[kind]);
	struct skb_ext *old;

	if (likely(ext))
		return ext;
	ext = shadow_new(sa, kind);
	if (!ext)
		return NULL;
	old = unrcu_pointer(cmpxchg(&sa->shadow[kind], NULL, RCU_INITIALIZER(ext)));
	if (!old)
		return ext;
	shadow_put(ext);
	return old;
}

int nfi_secpath_push(struct sk_buff *skb, struct nfi_sa *sa)
{
	struct skb_ext *ext = shadow_get(sa, shadow_kind(sa, nfi_cb(skb)->family));
	struct sec_path *sp;

	if (!ext)
		return -ENOMEM;
	if (likely(!skb->active_extensions)) {
		refcount_inc(&ext->refcnt);
		skb->extensions = ext;
		skb->active_extensions = 1 << SKB_EXT_SEC_PATH;
		skb->slow_gro = 1;
		return 0;
	}
	sp = secpath_set(skb);
	if (!sp)
		return -ENOMEM;
	if (sp->len >= XFRM_MAX_DEPTH)
		return -EOVERFLOW;
	xfrm_state_hold(state_of(ext));
	sp->xvec[sp->len++] = state_of(ext);
	return 0;
}

bool nfi_secpath_ours(const struct sk_buff *skb)
{
	const struct sec_path *sp = skb_sec_path(skb);

	return sp && sp->len && sp->xvec[sp->len - 1]->type == &shadow_type;
}

static bool addr_fits(const struct nfi_addr *want, const xfrm_address_t *have, u8 family)
{
	if (!want->len)
		return true;
	if (want->len != (family == AF_INET ? 4 : 16))
		return false;
	return family == AF_INET ? want->v4 == have->a4 : !memcmp(want->b, have, 16);
}

static bool tmpl_fits(const struct nfi_tmpl *tmpl, const struct xfrm_state *x)
{
	return x->type == &shadow_type && tmpl->proto == x->id.proto &&
	       tmpl->reqid == x->props.reqid && tmpl->mode == x->props.aalgo &&
	       addr_fits(&tmpl->saddr, &x->props.saddr, x->props.family) &&
	       addr_fits(&tmpl->daddr, &x->id.daddr, x->props.family);
}

bool nfi_secpath_matches(const struct sk_buff *skb, const struct nfi_policy *policy)
{
	const struct sec_path *sp = skb_sec_path(skb);
	int i;

	if (!sp || sp->len != policy->ntmpl)
		return false;
	/* the secpath has the outermost SA first, the templates the innermost */
	for (i = 0; i < sp->len; i++)
		if (!tmpl_fits(&policy->tmpl[sp->len - 1 - i], sp->xvec[i]))
			return false;
	return true;
}

void nfi_secpath_strip(struct sk_buff *skb)
{
	secpath_reset(skb);
}

void nfi_secpath_sa_gone(struct nfi_sa *sa)
{
	int kind;

	for (kind = SHADOW_TUNNEL; kind <= SHADOW_TRANSPORT; kind++) {
		struct skb_ext *ext = unrcu_pointer(xchg(&sa->shadow[kind], NULL));

		if (ext)
			shadow_put(ext);
	}
}

/*
 * Packets in queues of the stack may still hold states: wait for the last one, say so if it takes
 * long.
 */
void nfi_secpath_exit(void)
{
	unsigned int turns = 0;

	xfrm_flush_gc();
	rcu_barrier();
	while (atomic_read(&live)) {
		if (++turns % 500 == 0)
			pr_info("nf_ipsec: waiting for %d packets in queues\n", atomic_read(&live));
		msleep(20);
		xfrm_flush_gc();
	}
	rcu_barrier();
}
