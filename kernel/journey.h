/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * journey.h - a packet's way out (output.c) and in (input.c), and what only they use.
 */
#ifndef NFI_JOURNEY_H
#define NFI_JOURNEY_H

#include <linux/netfilter.h>
#include "packet.h"

struct nfi_flow;
struct nfi_net;
struct xfrm_state;

/*
 * hooks.c: register the groups of hooks that the namespace needs now; nn->lock held; after each
 * commit
 */
struct nfi_guard { /* egress guard of one device; RTNL */
	struct list_head node;
	struct rcu_head rcu;
	struct net_device *dev;
	struct nf_hook_ops ops;
};

#define NFI_HOOKS_OUT 0x1
#define NFI_HOOKS_IN 0x2
#define NFI_HOOKS_CLEAR 0x4
#define NFI_HOOKS_MCAST 0x8
#define NFI_HOOKS_GUARD 0x10
#define NFI_HOOKS_BRIDGE 0x20 /* nfi_input_taken(), from the first packet that needs it */
int nfi_hooks_update(struct nfi_net *nn);
void nfi_hooks_net_init(struct nfi_net *nn);
void nfi_hooks_pre_exit(struct nfi_net *nn);
void nfi_hooks_net_exit(struct nfi_net *nn);
int nfi_hooks_init(void); /* module: device notifier */
void nfi_hooks_exit(void);

/* tcguard.c: module init and exit */
int nfi_tcguard_init(void);
void nfi_tcguard_exit(void);

/*
 * output_seal.c: nfi_protect - the policy is for this header: find its SAs and their route, fit the
 * packet to the path MTU, seal and send. Takes the skb; under RCU with bottom halves disabled.
 * nfi_lose - the skb ends here: count on the SA (NULL: none) and the namespace. Returns an errno
 * for the sender.
 */
int nfi_protect(struct nfi_net *nn, struct nfi_policy *sp, struct sock *sk, struct sk_buff *skb,
		const struct nfi_flow *flow);
int nfi_lose(struct nfi_net *nn, struct nfi_sa *sa, struct sk_buff *skb, enum nfi_drop reason);

/* output.c: verdicts are NF_* (NF_STOLEN may carry -errno << NF_VERDICT_QBITS) */
unsigned int nfi_output(struct nfi_net *nn, struct sk_buff *skb, const struct nf_hook_state *state,
			nf_hookfn *self);
unsigned int nfi_output_natted(struct nfi_net *nn, struct sk_buff *skb,
			       const struct nf_hook_state *state, nf_hookfn *self);
unsigned int nfi_output_multicast(struct nfi_net *nn, struct sk_buff *skb,
				  const struct nf_hook_state *state);
/* ICMP administratively prohibited for a packet in any hook */
void nfi_output_unreach(struct nfi_net *nn, struct sk_buff *skb, u8 family, unsigned int hook);
unsigned int nfi_output_guard(struct nfi_net *nn, struct sk_buff *skb);
/* the end of the journey: final header, seal and send. Takes the skb. */
int nfi_output_finish(struct net *net, struct sock *sk, struct sk_buff *skb);
/* the same for a packet that was held (trap.c); what policy passes now goes in clear */
int nfi_output_released(struct net *net, struct sk_buff *skb);

/* input.c */
unsigned int nfi_input(struct nfi_net *nn, struct sk_buff *skb, const struct nf_hook_state *state);
unsigned int nfi_input_filtered(struct nfi_net *nn, struct sk_buff *skb,
				const struct nf_hook_state *state);
unsigned int nfi_input_bind(struct nfi_net *nn, struct sk_buff *skb);
unsigned int nfi_input_strip(struct sk_buff *skb);
int nfi_input_init(struct nfi_net *nn);
void nfi_input_exit(struct nfi_net *nn);
int nfi_input_register(void); /* protocol handlers, module init */
void nfi_input_unregister(void);
/* a UDP packet in clear that is a keepalive, or sealed by an SA that there is? */
bool nfi_input_expected(struct nfi_net *nn, struct sk_buff *skb, const struct nfi_flow *flow);

/* input_clear.c: _clear in PRE_ROUTING, _taken behind it: what a bridge has taken in */
unsigned int nfi_input_clear(struct nfi_net *nn, struct sk_buff *skb,
			     const struct nf_hook_state *state);
unsigned int nfi_input_taken(struct nfi_net *nn, struct sk_buff *skb,
			     const struct nf_hook_state *state);
bool nfi_is_local(struct nfi_net *nn, const struct nfi_flow *flow); /* is the destination ours? */
/* policy of the packet that an ICMP error quotes, turned round; NULL: no error, or no policy */
struct nfi_policy *nfi_icmp_about(struct nfi_net *nn, struct sk_buff *skb,
				  const struct nfi_flow *flow, enum nfi_dir dir);
/* an ICMP error about a packet of an inbound policy that lets them in? */
bool nfi_icmp_passes(struct nfi_net *nn, struct sk_buff *skb, const struct nfi_flow *flow);

/*
 * pmtu.c: nfi_pmtu_bundle - largest packet for a chain of SAs (innermost first) over a route;
 * extra: octets of options or extension headers that transport mode leaves in front. Under RCU.
 * nfi_pmtu_hides - does the route look too narrow for the sealed packet only because of what local
 * senders were told? Under RCU.
 * nfi_pmtu_too_big - tell the sender: ICMP, and the route of a local sender; does not free.
 * nfi_pmtu_clamp - lower the MSS option of a TCP SYN to what fits mtu (RFC 879, 6691).
 * nfi_pmtu_icmp - an ICMP too-big about a sealed packet of ours: note it for the outer path.
 */
u32 nfi_pmtu_bundle(struct nfi_sa *const *sa, unsigned int n, const struct dst_entry *dst,
		    unsigned int extra);
bool nfi_pmtu_hides(const struct nfi_sa *sa, const struct sk_buff *skb);
void nfi_pmtu_too_big(struct nfi_net *nn, struct sk_buff *skb, u32 mtu);
void nfi_pmtu_clamp(struct nfi_net *nn, struct sk_buff *skb, const struct nfi_flow *flow, u32 mtu);
void nfi_pmtu_icmp(struct nfi_net *nn, struct sk_buff *skb, u8 family, unsigned int off);

/* route.c: route of sealed packets. No reference; under RCU. NULL: none. */
struct dst_entry *nfi_route_out(struct nfi_sa *sa, const struct sk_buff *skb);
void nfi_route_flush(struct nfi_sa *sa); /* any context; on change of the SA and at its end */
void nfi_route_flush_dev(struct nfi_net *nn, const struct net_device *dev); /* NULL: all */

/* secpath.c */
int nfi_secpath_push(struct sk_buff *skb, struct nfi_sa *sa); /* -ENOMEM, -EOVERFLOW */
bool nfi_secpath_ours(const struct sk_buff *skb); /* opened by us */
/* came through exactly the SAs of the policy's templates? */
bool nfi_secpath_matches(const struct sk_buff *skb, const struct nfi_policy *policy);
void nfi_secpath_strip(struct sk_buff *skb);
void nfi_secpath_sa_gone(struct nfi_sa *sa); /* last reference: drop the shadow states */
void nfi_secpath_exit(void); /* module exit: flush the collector of xfrm states */

#endif /* NFI_JOURNEY_H */
