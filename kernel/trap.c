// SPDX-License-Identifier: GPL-2.0-only
/*
 * trap.c - packets that wait for an SA: a bounded, ordered queue for each policy, the acquire that
 * asks for the SA, and one work item for each namespace that expires and releases.
 *
 * Order: while packets are held or on their way (nfi_trap_busy()), newer ones of the policy are
 * queued behind them. The work item alone releases, so there is one sender.
 */
#include <linux/jiffies.h>
#include <linux/skbuff.h>
#include <net/dst.h>
#include <net/ip.h>
#include "journey.h"
#include "netns.h"

#define BYTES_MAX (32ULL << 20) /* memory of all packets that a namespace holds */
#define ACQUIRE_GAP_MIN HZ
#define ACQUIRE_GAP_MAX (30 * HZ)

/* At the end of the control block: the IP layer's part in front is still needed. */
struct hold_cb {
	unsigned long until; /* jiffies */
};

static struct hold_cb *hold_cb(const struct sk_buff *skb)
{
	const size_t at = sizeof_field(struct sk_buff, cb) - sizeof(struct hold_cb);

	BUILD_BUG_ON(sizeof(struct inet_skb_parm) > at || sizeof(struct inet6_skb_parm) > at);
	return (struct hold_cb *)(skb->cb + at);
}

static void drop(struct nfi_net *nn, struct sk_buff *skb, enum nfi_drop reason)
{
	nfi_drop_count(nn, reason);
	kfree_skb(skb);
}

static void drop_list(struct nfi_net *nn, struct sk_buff_head *list, enum nfi_drop reason)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)))
		drop(nn, skb, reason);
}

static u8 family_of(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IP) ? AF_INET : AF_INET6;
}

/* has the policy what its packets wait for? */
static bool may_go(const struct nfi_policy *sp)
{
	unsigned int i;

	if (sp->action != NFI_ACT_TRAP && sp->action != NFI_ACT_HOLD)
		return true;
	for (i = 0; i < sp->ntmpl; i++)
		if (!rcu_access_pointer(sp->tmpl[i].slot->sa))
			return false;
	return true;
}

/* hold_lock held */
static bool acquire_due(struct nfi_policy *sp)
{
	if (sp->action != NFI_ACT_TRAP ||
	    (sp->acquire_gap && time_before(jiffies, sp->acquire_next)))
		return false;
	sp->acquire_gap =
		clamp_t(unsigned long, sp->acquire_gap * 2, ACQUIRE_GAP_MIN, ACQUIRE_GAP_MAX);
	sp->acquire_next = jiffies + sp->acquire_gap;
	return true;
}

/* often enough for the shortest expiry that can be set */
static unsigned long tick(const struct nfi_net *nn)
{
	return msecs_to_jiffies(clamp_t(u32, READ_ONCE(nn->set.hold_ms) / 8, 20, 1000));
}

/* hold_lock held */
static void list_policy(struct nfi_spd *spd, struct nfi_policy *sp)
{
	if (!list_empty(&sp->hold_node))
		return;
	nfi_policy_get(sp);
	list_add_tail(&sp->hold_node, &spd->holding);
}

/* hold_lock held; the caller gives up the list's reference when this says so */
static bool unlist_policy(struct nfi_policy *sp)
{
	if (list_empty(&sp->hold_node))
		return false;
	list_del_init(&sp->hold_node);
	return true;
}

/* hold_lock held */
static void take(struct nfi_spd *spd, struct nfi_policy *sp, struct sk_buff *skb,
		 struct sk_buff_head *to)
{
	__skb_unlink(skb, &sp->hold);
	spd->hold_bytes -= skb->truesize;
	if (to)
		__skb_queue_tail(to, skb);
}

/* hold_lock held. Makes room by taking the oldest; false: there is none to be had. */
static bool enqueue(struct nfi_net *nn, struct nfi_policy *sp, struct sk_buff *skb,
		    struct sk_buff_head *lost)
{
	u32 max = READ_ONCE(nn->set.hold_packets);
	struct nfi_spd *spd = &nn->spd;

	while (!skb_queue_empty(&sp->hold) &&
	       (sp->hold.qlen >= max || spd->hold_bytes + skb->truesize > BYTES_MAX))
		take(spd, sp, skb_peek(&sp->hold), lost);
	if (!max || spd->hold_bytes + skb->truesize > BYTES_MAX)
		return false;
	hold_cb(skb)->until = jiffies + msecs_to_jiffies(READ_ONCE(nn->set.hold_ms));
	__skb_queue_tail(&sp->hold, skb);
	spd->hold_bytes += skb->truesize;
	list_policy(spd, sp);
	return true;
}

/* A packet that found the policy just before it was replaced waits at its heir. hold_lock held. */
static struct nfi_policy *follow(struct nfi_policy *sp)
{
	while (sp && sp->dead)
		sp = sp->heir;
	return sp;
}

/* What waits must not lean on the sender's memory or on RCU. */
static bool make_durable(struct sk_buff *skb)
{
	if (!skb_dst(skb) || !skb_dst_force(skb) || skb_orphan_frags(skb, GFP_ATOMIC))
		return false;
	skb_orphan(skb);
	return true;
}

void nfi_trap_hold(struct nfi_policy *sp, struct sk_buff *skb, const struct nfi_flow *flow)
{
	enum nfi_drop reason = NFI_DROP_HOLD_PURGED;
	struct nfi_net *nn = sp->nn;
	struct nfi_spd *spd = &nn->spd;
	struct sk_buff_head lost;
	bool held = false, ask = false;

	__skb_queue_head_init(&lost);
	if (!make_durable(skb)) {
		drop(nn, skb, reason);
		return;
	}
	spin_lock_bh(&spd->hold_lock);
	sp = follow(sp);
	if (sp && !spd->hold_closed) {
		held = enqueue(nn, sp, skb, &lost);
		reason = NFI_DROP_HOLD_FULL;
		ask = acquire_due(sp);
		/* the SA may have come since the caller looked, and the kick seen nothing to do */
		if (may_go(sp))
			mod_delayed_work(system_wq, &spd->hold_work, 0);
		else
			queue_delayed_work(system_wq, &spd->hold_work, tick(nn));
	}
	spin_unlock_bh(&spd->hold_lock);
	if (held)
		nfi_count(nn, NFI_CNT_HELD, 1);
	else
		drop(nn, skb, reason);
	if (ask)
		nfi_event_acquire(sp, flow);
	drop_list(nn, &lost, NFI_DROP_HOLD_FULL);
}

static void report_expired(struct nfi_net *nn, struct sk_buff_head *list)
{
	struct nfi_flow flow;
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list))) {
		if (!nfi_flow_parse(skb, family_of(skb), &flow))
			nfi_event_violation(nn, NFI_DROP_HOLD_EXPIRED, &flow);
		drop(nn, skb, NFI_DROP_HOLD_EXPIRED);
	}
}

static void expire(struct nfi_net *nn, struct nfi_policy *sp)
{
	struct nfi_spd *spd = &nn->spd;
	struct sk_buff_head lost;
	struct sk_buff *skb;

	__skb_queue_head_init(&lost);
	spin_lock_bh(&spd->hold_lock);
	while ((skb = skb_peek(&sp->hold)) && time_after_eq(jiffies, hold_cb(skb)->until))
		take(spd, sp, skb, &lost);
	spin_unlock_bh(&spd->hold_lock);
	report_expired(nn, &lost);
}

static void send(struct nfi_net *nn, struct sk_buff *skb)
{
	nfi_count(nn, NFI_CNT_RELEASED, 1);
	nfi_up.released(nn->net, skb);
	cond_resched();
}

/* All that the policy holds, in order, together with what comes meanwhile. */
static void release(struct nfi_net *nn, struct nfi_policy *sp)
{
	struct nfi_spd *spd = &nn->spd;
	struct sk_buff *skb;

	spin_lock_bh(&spd->hold_lock);
	WRITE_ONCE(sp->releasing, 1);
	sp->acquire_gap = 0;
	while (may_go(sp) && (skb = skb_peek(&sp->hold))) {
		take(spd, sp, skb, NULL);
		spin_unlock_bh(&spd->hold_lock);
		send(nn, skb);
		spin_lock_bh(&spd->hold_lock);
	}
	WRITE_ONCE(sp->releasing, 0);
	spin_unlock_bh(&spd->hold_lock);
}

/* Packets that are another policy's by now: they leave this queue for nfi_output_released(). */
static void release_strangers(struct nfi_net *nn, struct nfi_policy *sp)
{
	unsigned long epoch = READ_ONCE(nn->spd.epoch);
	struct sk_buff *skb, *next;
	struct sk_buff_head go;
	struct nfi_flow flow;

	if (sp->hold_epoch == epoch)
		return;
	sp->hold_epoch = epoch;
	__skb_queue_head_init(&go);
	rcu_read_lock();
	spin_lock_bh(&nn->spd.hold_lock);
	skb_queue_walk_safe(&sp->hold, skb, next)
		if (nfi_flow_parse(skb, family_of(skb), &flow) ||
		    nfi_policy_lookup(nn, NFI_DIR_OUT, &flow) != sp)
			take(&nn->spd, sp, skb, &go);
	spin_unlock_bh(&nn->spd.hold_lock);
	rcu_read_unlock();
	while ((skb = __skb_dequeue(&go)))
		send(nn, skb);
}

/* An acquire may get lost, and no new packet may come: ask again while one waits. */
static void ask_again(struct nfi_net *nn, struct nfi_policy *sp)
{
	struct nfi_flow flow;
	struct sk_buff *skb;
	bool ask;

	spin_lock_bh(&nn->spd.hold_lock);
	skb = skb_peek(&sp->hold);
	ask = skb && !sp->dead && !nfi_flow_parse(skb, family_of(skb), &flow) && acquire_due(sp);
	spin_unlock_bh(&nn->spd.hold_lock);
	if (ask)
		nfi_event_acquire(sp, &flow);
}

static void serve(struct nfi_net *nn, struct nfi_policy *sp)
{
	struct nfi_spd *spd = &nn->spd;
	bool unlisted = false;

	expire(nn, sp);
	if (may_go(sp))
		release(nn, sp);
	else
		release_strangers(nn, sp);
	ask_again(nn, sp);
	spin_lock_bh(&spd->hold_lock);
	if (skb_queue_empty(&sp->hold))
		unlisted = unlist_policy(sp);
	spin_unlock_bh(&spd->hold_lock);
	if (unlisted)
		nfi_policy_put(sp);
}

/* The next policy of this round: from the head of the list to its tail, with a reference. */
static struct nfi_policy *next_holding(struct nfi_spd *spd)
{
	struct nfi_policy *sp;

	spin_lock_bh(&spd->hold_lock);
	sp = list_first_entry_or_null(&spd->holding, struct nfi_policy, hold_node);
	if (sp) {
		list_move_tail(&sp->hold_node, &spd->holding);
		nfi_policy_get(sp);
	}
	spin_unlock_bh(&spd->hold_lock);
	return sp;
}

static void hold_work(struct work_struct *work)
{
	struct nfi_spd *spd = container_of(to_delayed_work(work), struct nfi_spd, hold_work);
	struct nfi_net *nn = container_of(spd, struct nfi_net, spd);
	struct nfi_policy *sp;
	size_t n;

	spin_lock_bh(&spd->hold_lock);
	n = list_count_nodes(&spd->holding);
	spin_unlock_bh(&spd->hold_lock);
	while (n-- && (sp = next_holding(spd))) {
		serve(nn, sp);
		nfi_policy_put(sp);
	}
	spin_lock_bh(&spd->hold_lock);
	if (!list_empty(&spd->holding) && !spd->hold_closed)
		queue_delayed_work(system_wq, &spd->hold_work, tick(nn));
	spin_unlock_bh(&spd->hold_lock);
}

void nfi_trap_kick(struct nfi_net *nn)
{
	struct nfi_spd *spd = &nn->spd;

	spin_lock_bh(&spd->hold_lock);
	if (!list_empty(&spd->holding) && !spd->hold_closed)
		mod_delayed_work(system_wq, &spd->hold_work, 0);
	spin_unlock_bh(&spd->hold_lock);
}

void nfi_trap_orphan(struct nfi_policy *sp, struct nfi_policy *heir)
{
	struct nfi_net *nn = sp->nn;
	struct nfi_spd *spd = &nn->spd;
	struct sk_buff_head lost;
	struct sk_buff *skb;
	bool unlisted;

	__skb_queue_head_init(&lost);
	spin_lock_bh(&spd->hold_lock);
	sp->dead = 1;
	if (heir && !skb_queue_empty(&sp->hold)) {
		/* in front: what the heir has by now is newer */
		skb_queue_splice_init(&sp->hold, &heir->hold);
		list_policy(spd, heir);
	}
	while ((skb = skb_peek(&sp->hold)))
		take(spd, sp, skb, &lost);
	unlisted = unlist_policy(sp);
	spin_unlock_bh(&spd->hold_lock);
	drop_list(nn, &lost, NFI_DROP_HOLD_PURGED);
	if (unlisted)
		nfi_policy_put(sp);
}

static bool waits_for(const struct sk_buff *skb, const struct net_device *dev)
{
	return !dev || skb->dev == dev || skb_dst(skb)->dev == dev;
}

void nfi_trap_purge(struct nfi_net *nn, const struct net_device *dev)
{
	struct nfi_spd *spd = &nn->spd;
	struct sk_buff *skb, *next;
	struct sk_buff_head lost;
	struct nfi_policy *sp;

	__skb_queue_head_init(&lost);
	spin_lock_bh(&spd->hold_lock);
	list_for_each_entry(sp, &spd->holding, hold_node)
		skb_queue_walk_safe(&sp->hold, skb, next)
			if (waits_for(skb, dev))
				take(spd, sp, skb, &lost);
	spin_unlock_bh(&spd->hold_lock);
	drop_list(nn, &lost, NFI_DROP_HOLD_PURGED);
}

int nfi_trap_init(struct nfi_net *nn)
{
	spin_lock_init(&nn->spd.hold_lock);
	INIT_LIST_HEAD(&nn->spd.holding);
	INIT_DELAYED_WORK(&nn->spd.hold_work, hold_work);
	return 0;
}

void nfi_trap_pre_exit(struct nfi_net *nn)
{
	struct nfi_spd *spd = &nn->spd;
	struct nfi_policy *sp, *next;
	LIST_HEAD(gone);

	spin_lock_bh(&spd->hold_lock);
	spd->hold_closed = true;
	spin_unlock_bh(&spd->hold_lock);
	cancel_delayed_work_sync(&spd->hold_work);
	nfi_trap_purge(nn, NULL);
	spin_lock_bh(&spd->hold_lock);
	list_splice_init(&spd->holding, &gone);
	spin_unlock_bh(&spd->hold_lock);
	list_for_each_entry_safe(sp, next, &gone, hold_node) {
		list_del_init(&sp->hold_node);
		nfi_policy_put(sp);
	}
}
