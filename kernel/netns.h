/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * netns.h - all state of one network namespace, and the generation scheme.
 *
 * Generations (as in nftables): nn->gen is 0 or 1. An object is visible to packets unless its
 * `inactive` has the bit (1 << nn->gen). A transaction works on the next generation: what it adds
 * is inactive now and active next, what it deletes active now and inactive next; commit switches
 * nn->gen.
 */
#ifndef NFI_NETNS_H
#define NFI_NETNS_H

#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <net/gro_cells.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include "event.h"
#include "policy.h"
#include "sa.h"
#include "sad.h"
#include "spd.h"
#include "stats.h"
#include "txn.h"

/* NFI_NS_* settings; read locklessly with READ_ONCE, written under nn->lock */
struct nfi_settings {
	u8 input, dflt, secpath, tap, track, guard, locked, mss;
	u16 natt_port; /* host order */
	u32 hold_packets, hold_ms;
};

struct nfi_net {
	struct net *net;
	u8 gen; /* cursor, READ_ONCE/smp_store_release */
	u8 dying; /* bool: pre_exit has begun */
	struct nfi_settings set;
	struct nfi_stats __percpu *stats;
	struct nfi_sad sad;
	struct nfi_spd spd;
	struct gro_cells cells; /* input.c: re-injection */
	struct net_device *cells_dev;
	u32 hooks; /* hooks.c: which groups are registered; written under nn->lock */
	struct work_struct bridge_work; /* hooks.c: NFI_HOOKS_BRIDGE, asked for by a packet */
	u8 bridged; /* bool, stays: br_netfilter has shown a packet that is not yet decided */
	bool defrag; /* hooks.c; nn->lock */
	struct list_head guards; /* hooks.c; RTNL */

	struct mutex lock; /* all configuration of the namespace; our outermost lock */
	struct nfi_txn txn; /* nn->lock */
	u64 commits;
	atomic64_t ev_seq;
	void *events; /* event.c */
	void *nl; /* netlink.c: exempt sockets, owners */
};

extern unsigned int nfi_net_id;

/*
 * The few calls that go upwards, from the databases to the journeys; main.c fills it in, so that
 * the files below need not know the files above.
 */
struct nfi_up {
	int (*hooks_update)(struct nfi_net *nn);
	int (*released)(struct net *net, struct sk_buff *skb);
	u32 (*sa_mtu)(const struct nfi_sa *sa, u32 mtu);
};

extern const struct nfi_up nfi_up;

static inline struct nfi_net *nfi_pernet(const struct net *net)
{
	return net_generic(net, nfi_net_id);
}

/* the same for callers that are under RCU, as hooks are: net_generic() would enter it once more */
static inline struct nfi_net *nfi_pernet_rcu(const struct net *net)
{
	return rcu_dereference(net->gen)->ptr[nfi_net_id];
}

/* nfi_count - any context */
static inline void nfi_count(const struct nfi_net *nn, enum nfi_counter c, u64 n)
{
	nfi_counter_add(&nn->stats->count[c], n);
}

static inline bool nfi_active(const struct nfi_net *nn, u8 inactive)
{
	return !(inactive & (1 << READ_ONCE(nn->gen)));
}

static inline u8 nfi_gen_now(const struct nfi_net *nn)
{
	return 1 << nn->gen;
}

static inline u8 nfi_gen_next(const struct nfi_net *nn)
{
	return 1 << !nn->gen;
}

/* active in the generation a transaction is working on */
static inline bool nfi_active_next(const struct nfi_net *nn, u8 inactive)
{
	return !(inactive & nfi_gen_next(nn));
}

/* netlink.c: is this full UDP socket exempt from policy? Under RCU. */
bool nfi_sock_exempt(const struct nfi_net *nn, const struct sock *sk);

#endif /* NFI_NETNS_H */
