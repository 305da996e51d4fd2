/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event.h - multicast events and the netlink family (nl-proto/nf_ipsec.h is the manual).
 */
#ifndef NFI_EVENT_H
#define NFI_EVENT_H

#include "../nl-proto/nf_ipsec_msg.h"

struct nfi_flow;
struct nfi_net;
struct nfi_policy;
struct nfi_sa;

/*
 * All of these: any context, never sleep, never fail visibly; nothing is built without listeners.
 */
void nfi_event_sa(struct nfi_sa *sa, enum nfi_ev_kind kind);
void nfi_event_sp(struct nfi_policy *sp, enum nfi_ev_kind kind);
void nfi_event_expire(struct nfi_sa *sa, enum nfi_ev_kind kind, bool hard);
void nfi_event_first(struct nfi_sa *sa);
void nfi_event_error(struct nfi_sa *sa, enum nfi_drop reason, u64 count);
void nfi_event_acquire(struct nfi_policy *sp, const struct nfi_flow *flow);
void nfi_event_violation(struct nfi_net *nn, enum nfi_drop reason, const struct nfi_flow *flow);
/* ev: src, sport (new), old_src, old_sport, has bits set */
void nfi_event_moved(struct nfi_sa *sa, struct nfi_ev_msg *ev);
void nfi_event_unknown_spi(struct nfi_net *nn, const struct nfi_flow *flow, __be32 spi, u8 proto);

int nfi_event_init(struct nfi_net *nn);
void nfi_event_exit(struct nfi_net *nn);

/* netlink.c */
int nfi_netlink_init(void);
void nfi_netlink_exit(void);
/* a namespace goes: sockets that are exempt, an open transaction, owners */
void nfi_netlink_pre_exit(struct nfi_net *nn);

#endif /* NFI_EVENT_H */
