/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * policy.h - the security policy database (RFC 4301 4.4.1) and the hold queues of its traps.
 */
#ifndef NFI_POLICY_H
#define NFI_POLICY_H

#include <linux/netlink.h>
#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/xarray.h>
#include "packet.h"
#include "selector.h"

struct nfi_net;
struct net_device;
struct nfi_slot;

struct nfi_tmpl {
	u8 proto, mode;
	u32 reqid;
	struct nfi_addr saddr, daddr; /* len 0: any */
	struct nfi_slot *slot; /* out: reference */
};

struct nfi_policy {
	struct nfi_selector sel;
	u8 dir, action; /* enum nfi_dir, enum nfi_action */
	u8 inactive; /* generation bits, see netns.h */
	u8 ntmpl;
	u8 dead;
	u32 flags, prio;
	struct nfi_tmpl tmpl[NFI_TMPL_MAX]; /* innermost first */
	u32 id, epoch;
	u64 owner;
	atomic64_t bytes, packets;
	time64_t use_time; /* of the last packet */
	struct nfi_net *nn;
	struct nfi_rank rank; /* place in the total order */
	u8 fresh; /* bool: added by the commit at work (purge.c) */
	u8 covered; /* bool: replaces one that kept packets from leaving in clear, too */
	u8 releasing; /* bool, trap.c: held packets are on their way, newer ones must wait */

	/* hold queue of TRAP and HOLD, owned by trap.c */
	struct sk_buff_head hold;
	unsigned long acquire_next, acquire_gap; /* jiffies; gap 0: the next packet asks */
	unsigned long hold_epoch; /* of the last look whether its packets belong elsewhere */
	struct list_head hold_node;
	struct nfi_policy *heir; /* replaced by this one: reference; changes only before .dead */

	refcount_t ref;
	struct rcu_head rcu;
	struct list_head txn_node;
	struct list_head entries; /* classifier entries of this policy, owned by classify.c */
	struct list_head touched_node;
	char name[NFI_NAME_MAX + 1];
};

struct nfi_spd; /* embedded in struct nfi_net, body in spd.h, private to policy's files */

int nfi_spd_init(struct nfi_net *nn);
/* unpublish; nn->lock not held */
void nfi_spd_pre_exit(struct nfi_net *nn);
/* wait for the last references and free; before nfi_sad_exit(), nn->lock not held */
void nfi_spd_exit(struct nfi_net *nn);

/*
 * nfi_policy_lookup - best policy of the current generation for a flow, or NULL
 *
 * Order: lower priority value first, then longer source prefix, longer destination prefix, given
 * protocol, narrower ports, more bits of the mark, lower id. Cost does not grow with the number of
 * policies (per-CPU flow cache over a tuple space). Under rcu_read_lock and with
 * bottom halves disabled; no reference taken.
 */
struct nfi_policy *nfi_policy_lookup(struct nfi_net *nn, u8 dir, const struct nfi_flow *flow);

/* nfi_policy_count - one packet of len octets was handled by this policy */
void nfi_policy_count(struct nfi_policy *sp, unsigned int len);

/* nfi_policy_protects - does it want SAs? */
static inline bool nfi_policy_protects(const struct nfi_policy *sp)
{
	return sp->action == NFI_ACT_PROTECT || sp->action == NFI_ACT_TRAP ||
	       sp->action == NFI_ACT_HOLD;
}

static inline void nfi_policy_get(struct nfi_policy *sp)
{
	refcount_inc(&sp->ref);
}

void nfi_policy_put(struct nfi_policy *sp);

/* Does the namespace have policies of this direction at all (any action)? For the hooks. */
bool nfi_policy_any(const struct nfi_net *nn, u8 dir);
/* ... and one whose destination may be a multicast or broadcast address? */
bool nfi_policy_multicast(const struct nfi_net *nn);

/* Configuration, as in sa.h: nn->lock held, inside a transaction, next generation only. */
int nfi_policy_add(struct nfi_net *nn, const struct nfi_sp_msg *msg, bool replace,
		   struct nfi_policy **res, struct netlink_ext_ack *extack);
int nfi_policy_del(struct nfi_net *nn, const struct nfi_sp_msg *msg,
		   struct netlink_ext_ack *extack);
int nfi_policy_flush(struct nfi_net *nn, const struct nfi_sp_msg *filter);
struct nfi_policy *nfi_policy_by_msg(struct nfi_net *nn, const struct nfi_sp_msg *msg);
bool nfi_policy_filter(const struct nfi_policy *sp, const struct nfi_sp_msg *filter);
void nfi_policy_commit_add(struct nfi_policy *sp);
void nfi_policy_commit_del(struct nfi_policy *sp);
void nfi_policy_abort_add(struct nfi_policy *sp);
void nfi_policy_abort_del(struct nfi_policy *sp);
/*
 * at the end of a commit, process context, nn->lock held: invalidate flow caches, then kill the
 * conntracks that know as clear what policy now stops or seals, and bump the route generation
 * (purge.c)
 */
void nfi_policy_committed(struct nfi_net *nn);

/*
 * trap.c - nfi_trap_hold takes the skb: it waits (bounded, oldest dropped first) until the policy
 * has all its SAs, and asks for them by an acquire event (TRAP; rate-limited with back-off). The
 * skb keeps its route. Under RCU.
 */
void nfi_trap_hold(struct nfi_policy *sp, struct sk_buff *skb, const struct nfi_flow *flow);
/* must new packets of the policy queue behind held ones? Any context. */
static inline bool nfi_trap_busy(const struct nfi_policy *sp)
{
	return !skb_queue_empty_lockless(&sp->hold) || READ_ONCE(sp->releasing);
}

/* release what can go now: after a commit; packets re-enter through nfi_output_released() */
void nfi_trap_kick(struct nfi_net *nn);
/* drop packets that wait for this device (NULL: all) */
void nfi_trap_purge(struct nfi_net *nn, const struct net_device *dev);
int nfi_trap_init(struct nfi_net *nn);
void nfi_trap_pre_exit(struct nfi_net *nn);

#endif /* NFI_POLICY_H */
