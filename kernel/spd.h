/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spd.h - inside of the policy database; for netns.h (which embeds it) and policy's own files.
 */
#ifndef NFI_SPD_H
#define NFI_SPD_H

#include <linux/list.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include "selector.h"

struct nfi_net;
struct nfi_policy;
struct nfi_flowcache;
struct nfi_probes;
struct netlink_ext_ack;

/* Shapes of selectors that one direction and family has, best reachable rank first (classify.c). */
struct nfi_shapes {
	struct list_head masks; /* nn->lock */
	u32 n;
	struct nfi_probes __rcu *probes; /* the same as an array, for packets */
};

/*
 * Everything is written under nn->lock but for the hold queues. nfi_spd.epoch is raised by each
 * commit that touches policies: once after nn->gen was switched and before the first object is
 * taken out, once at the end.
 */
struct nfi_spd {
	struct rhashtable buckets; /* tuple space: masked selectors */
	bool ready; /* buckets is initialised: with the first policy */
	bool committing; /* the epoch was raised for this commit */
	struct nfi_shapes shapes[2][2]; /* [direction out][IPv6] */
	struct nfi_flowcache __rcu *cache; /* NULL: no policies yet, or no memory */
	unsigned long epoch; /* of the flow caches, from 1 */
	u32 mark_bits; /* all mark masks ever seen: the bits a cached verdict depends on */
	struct xarray ids; /* nfi_policy by id, allocating from 1 */
	u32 next_id;
	u32 count[3]; /* by enum nfi_dir; all generations */
	u32 multicast; /* policies that can match group destinations */
	u32 nat_apply; /* policies with NFI_SPF_NAT_APPLY */
	struct list_head touched; /* whose conntracks must go at commit, each with a reference */

	/* packets that wait (trap.c) */
	spinlock_t hold_lock; /* BH; protects this group, the policies' queues and .dead */
	struct list_head holding; /* policies with held packets, each with a reference */
	u64 hold_bytes; /* memory of all held packets */
	bool hold_closed; /* namespace exit */
	struct delayed_work hold_work; /* expiry and release; the only place that releases */

	atomic_t live; /* policies not freed yet */
};

/*
 * classify.c: the tuple space. nn->lock for all but nfi_classify(), which is under RCU.
 * nfi_classify_add publishes; err with extack text. gen is a generation bit (netns.h).
 */
int nfi_classify_add(struct nfi_spd *spd, struct nfi_policy *sp, struct netlink_ext_ack *extack);
void nfi_classify_del(struct nfi_spd *spd, struct nfi_policy *sp);
struct nfi_policy *nfi_classify(struct nfi_spd *spd, u8 dir, const struct nfi_flow *flow, u8 gen);
/* the policy with exactly these selectors and priority in a generation, or NULL */
struct nfi_policy *nfi_classify_find(struct nfi_spd *spd, u8 dir, const struct nfi_selector *sel,
				     u32 prio, u8 gen);
void nfi_classify_init(struct nfi_spd *spd);
void nfi_classify_exit(struct nfi_spd *spd); /* no policy is left, no reader either */

/* flowcache.c: with the first policy; failure only costs speed */
void nfi_flowcache_alloc(struct nfi_spd *spd);
void nfi_flowcache_free(struct nfi_spd *spd); /* no reader is left */

/* purge.c: conntracks and routes that a commit made wrong */
void nfi_purge(struct nfi_net *nn);

/* trap.c: the policy dies; its packets go to the heir, or are dropped without one. nn->lock. */
void nfi_trap_orphan(struct nfi_policy *sp, struct nfi_policy *heir);

#endif /* NFI_SPD_H */
