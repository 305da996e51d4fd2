/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sa.h - security associations (RFC 4301 4.4.2): life, lookup, sequence numbers, lifetimes.
 */
#ifndef NFI_SA_H
#define NFI_SA_H

#include <linux/netlink.h>
#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include "packet.h"
#include "replay.h"

struct nfi_net;
struct nfi_xform;

/* Addresses and ports of an SA; replaced as a whole under RCU when the peer moves. */
struct nfi_endpoint {
	struct rcu_head rcu;
	union nf_inet_addr saddr, daddr; /* outer, as on the wire of this direction */
	__be16 sport, dport; /* UDP encapsulation */
	u8 family; /* AF_INET, AF_INET6: outer */
	u8 encap; /* enum nfi_encap */
};

struct nfi_lifetime {
	u64 soft_bytes, hard_bytes, soft_packets, hard_packets; /* 0: no limit */
	u64 soft_add, hard_add, soft_use, hard_use; /* seconds */
};

/* lifetime.c: seconds since boot, sad->life_lock; 0: not yet */
struct nfi_sa_clock {
	u64 added, used, due;
};

/* what limits the events of one SA, in jiffies */
struct nfi_sa_rate {
	unsigned long error_at[2], moved_at;
	u32 errors[2]; /* since the last event: IN_REPLAY, IN_AUTH */
};

/* What dumps show of the transform: algorithms, and keys with SECRETS. */
struct nfi_sa_keys {
	u16 enc_alg, auth_alg;
	u8 enc_len, auth_len; /* octets, at most NFI_KEY_MAX */
	u8 b[]; /* key of enc_alg, then that of auth_alg */
};

struct nfi_sa {
	/* read for each packet, written by configuration only */
	struct rhlist_head node; /* nn->sad.by_spi */
	__be32 spi;
	u8 proto, dir, mode; /* IPPROTO_ESP/AH, enum nfi_dir, enum nfi_mode */
	u8 inactive; /* generation bits, see netns.h */
	u8 dead; /* bool, set once: no packet uses it any more */
	u8 df, dscp, ttl;
	u16 tfc;
	u16 expired; /* soft limits that were reported: bit per enum nfi_ev_kind */
	u32 flags, reqid, mark;
	int oif;
	struct nfi_xform *xf;
	struct nfi_endpoint __rcu *ep;
	struct dst_entry __rcu *dst; /* out: cached route of sealed packets, owned by route.c */
	u32 dst_cookie, dst_mark; /* of that route */
	u32 path_mtu; /* out, transport: what ICMP said of sealed packets; see pmtu.c */
	unsigned long path_mtu_until; /* jiffies */
	struct nfi_slot *slot; /* out: reference */
	struct nfi_net *nn;

	/* written for each packet */
	/* protects this group, life, expired, rate, writes of ep and dead; innermost lock, BH */
	spinlock_t lock ____cacheline_aligned_in_smp;
	u64 seq; /* out: last number used; in: unused (replay.top) */
	u64 bytes, packets;
	u64 watch_bytes, watch_packets; /* next soft or hard limit, of seq too: one comparison */
	time64_t use_time; /* seconds, real time, of the first packet; 0: never */
	struct nfi_replay replay; /* in */

	/* cold */
	refcount_t ref; /* one of the tables while linked */
	struct rcu_work free_work;
	u32 id, epoch;
	u64 owner;
	time64_t add_time;
	struct nfi_lifetime life;
	struct nfi_sa_clock clock;
	struct nfi_sa_rate rate;
	struct list_head txn_node, slot_node, life_node, dying_node;
	u8 linked; /* bool: in the tables; nn->lock */
	u64 key_hash; /* out: 0, or hash of a key that must not meet a number twice */
	struct rhlist_head key_node; /* nn->sad.by_key */
	struct skb_ext __rcu *shadow[2]; /* secpath.c: tunnel, transport */
	struct nfi_sa_keys *keys; /* kfree_sensitive */
	atomic_t drops[__NFI_DROP_MAX];
	char name[NFI_NAME_MAX + 1];
};

/* Where protecting policies find the SA for (reqid, proto): newest live outbound SA. */
struct nfi_slot {
	struct rhash_head node;
	struct {
		u32 reqid;
		u32 proto;
	} key;
	struct nfi_sa __rcu *sa; /* NULL: none */
	struct list_head sas; /* slot_node, the live ones, newest first; sad->slot_lock */
	refcount_t ref; /* policies and SAs */
	struct rcu_head rcu;
};

int nfi_sad_init(struct nfi_net *nn);
/*
 * stop timers and unpublish everything (pernet pre_exit, without nn->lock); wait until the last SA
 * is freed, then free (pernet exit, a grace period later, when packets and policies hold none)
 */
void nfi_sad_pre_exit(struct nfi_net *nn);
void nfi_sad_exit(struct nfi_net *nn);

/* nfi_sa_find - inbound SA for a packet, or NULL. Under RCU; no reference is taken. */
struct nfi_sa *nfi_sa_find(struct nfi_net *nn, u8 family, const union nf_inet_addr *daddr,
			   __be32 spi, u8 proto);

/* nfi_sa_find_out - the same for an outbound SA (a packet quoted by ICMP) */
struct nfi_sa *nfi_sa_find_out(struct nfi_net *nn, u8 family, const union nf_inet_addr *daddr,
			       __be32 spi, u8 proto);

static inline void nfi_sa_get(struct nfi_sa *sa)
{
	refcount_inc(&sa->ref);
}

/* nfi_sa_put - any context; the last reference frees by RCU and then wipes in process context */
void nfi_sa_put(struct nfi_sa *sa);

/*
 * nfi_sa_next - take the next sequence number for one outbound packet of len octets (from its IP
 * header) and account it. Soft limits raise an event once; a hard limit or the end of the
 * sequence space (RFC 4303 3.3.3) kills the SA. Returns NFI_DROP_NONE and *seq, or the reason.
 */
enum nfi_drop nfi_sa_next(struct nfi_sa *sa, unsigned int len, u64 *seq);

/*
 * nfi_sa_admit - inbound, before the ICV is checked: refuse obvious replays and dead SAs
 * @low: the 32 bits on the wire; *seq gets the full number (RFC 4303 A2.1 if ESN)
 * Changes nothing.
 */
enum nfi_drop nfi_sa_admit(struct nfi_sa *sa, u32 low, u64 *seq);

/*
 * nfi_sa_opened - inbound, after the ICV was good: the deciding replay check, window advance,
 * counters, limits and the first-packet event, all under sa->lock
 */
enum nfi_drop nfi_sa_opened(struct nfi_sa *sa, u64 seq, unsigned int len);

void nfi_sa_flush_work(void); /* module exit: wait until all that was put is freed */

/* nfi_sa_drop - count on the SA (may be NULL) and the namespace; events: IN_AUTH, IN_REPLAY */
void nfi_sa_drop(struct nfi_net *nn, struct nfi_sa *sa, enum nfi_drop reason);

/*
 * nfi_sa_moved - authenticated packet came from another endpoint: event (at most one a second), and
 * with NFI_SAF_FOLLOW both directions follow
 */
void nfi_sa_moved(struct nfi_sa *sa, const union nf_inet_addr *saddr, __be16 sport);

/* Slots: get or create (GFP_KERNEL); NULL when out of memory. Put: any context, frees by RCU. */
struct nfi_slot *nfi_slot_get(struct nfi_net *nn, u32 reqid, u8 proto);
void nfi_slot_put(struct nfi_net *nn, struct nfi_slot *slot);

/*
 * Configuration; nn->lock held, inside a transaction (txn.h). They change the next generation only.
 * Errors: -errno with extack text.
 */
int nfi_sa_add(struct nfi_net *nn, const struct nfi_sa_msg *msg, bool replace, struct nfi_sa **res,
	       struct netlink_ext_ack *extack);
int nfi_sa_set(struct nfi_net *nn, const struct nfi_sa_msg *msg, struct netlink_ext_ack *extack);
int nfi_sa_del(struct nfi_net *nn, const struct nfi_sa_msg *msg, struct netlink_ext_ack *extack);
int nfi_sa_flush(struct nfi_net *nn, const struct nfi_sa_msg *filter);
/* by ID or by (daddr, spi, proto); next generation's view; nn->lock held; NULL: none */
struct nfi_sa *nfi_sa_by_msg(struct nfi_net *nn, const struct nfi_sa_msg *msg);
bool nfi_sa_filter(const struct nfi_sa *sa, const struct nfi_sa_msg *filter);
int nfi_sa_allocspi(struct nfi_net *nn, struct nfi_sa_msg *msg, struct netlink_ext_ack *extack);
/* kill an SA outside a transaction (limits): schedules removal, any context */
void nfi_sa_expire(struct nfi_sa *sa, u8 kind);

/*
 * called by txn.c: the object's part of commit and abort. prepare: just before the generation
 * is switched, for what was added. Bits of inactive are the business of txn.c.
 */
void nfi_sa_commit_prepare(struct nfi_sa *sa);
void nfi_sa_commit_add(struct nfi_sa *sa);
void nfi_sa_commit_del(struct nfi_sa *sa);
void nfi_sa_abort_add(struct nfi_sa *sa);
void nfi_sa_abort_del(struct nfi_sa *sa);

#endif /* NFI_SA_H */
