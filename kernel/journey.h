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

/* hooks.c: register the groups of hooks that the namespace needs now; nn->lock held; after each commit */
#define NFI_HOOKS_OUT 0x1
#define NFI_HOOKS_IN 0x2
#define NFI_HOOKS_CLEAR 0x4
#define NFI_HOOKS_MCAST 0x8
#define NFI_HOOKS_GUARD 0x10
int nfi_hooks_update(struct nfi_net *nn);
void nfi_hooks_pre_exit(struct nfi_net *nn);

/* output.c: verdicts are NF_* (NF_STOLEN may carry -errno << NF_VERDICT_QBITS) */
unsigned int nfi_output(struct nfi_net *nn, struct sk_buff *skb, const struct nf_hook_state *state,
			nf_hookfn *self);
unsigned int nfi_output_natted(struct nfi_net *nn, struct sk_buff *skb, const struct nf_hook_state *state,
			       nf_hookfn *self);
unsigned int nfi_output_multicast(struct nfi_net *nn, struct sk_buff *skb, const struct nf_hook_state *state);
/* the end of the journey: final header, seal and send. Also for packets that were held (trap.c). Takes the skb. */
int nfi_output_finish(struct net *net, struct sock *sk, struct sk_buff *skb);

/* input.c */
unsigned int nfi_input(struct nfi_net *nn, struct sk_buff *skb, const struct nf_hook_state *state);
unsigned int nfi_input_clear(struct nfi_net *nn, struct sk_buff *skb, const struct nf_hook_state *state);
int nfi_input_init(struct nfi_net *nn);
void nfi_input_exit(struct nfi_net *nn);
int nfi_input_register(void); /* protocol handlers, module init */
void nfi_input_unregister(void);

/* pmtu.c: too big? returns true when it was (ICMP was sent, skb freed) */
struct dst_entry;
u32 nfi_pmtu_policy(const struct nfi_policy *sp, const struct dst_entry *dst);

/* route.c: route of sealed packets. No reference; under RCU. NULL: none. */
struct dst_entry *nfi_route_out(struct nfi_sa *sa, const struct sk_buff *skb);
void nfi_route_flush(struct nfi_sa *sa); /* any context; on change of the SA and at its end */
void nfi_route_flush_dev(struct nfi_net *nn, const struct net_device *dev); /* NULL: all */
int nfi_route_init(void); /* device notifier */
void nfi_route_exit(void);

/* secpath.c */
int nfi_secpath_push(struct sk_buff *skb, struct nfi_sa *sa); /* -ENOMEM, -EOVERFLOW */
bool nfi_secpath_ours(const struct sk_buff *skb); /* opened by us */
void nfi_secpath_strip(struct sk_buff *skb);
void nfi_secpath_sa_gone(struct nfi_sa *sa); /* last reference: drop the shadow states */
void nfi_secpath_exit(void); /* module exit: flush the collector of xfrm states */

#endif /* NFI_JOURNEY_H */
