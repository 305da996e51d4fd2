// SPDX-License-Identifier: GPL-2.0-only
/*
 * sa.c - security associations: their life from link to the wiping of the keys, how packets find
 * them, sequence numbers, and the limits on packets and octets.
 *
 * Death has three steps: dead is set under sa->lock, so that no number is given out and no packet
 * accepted any more; the SA leaves the tables and gives up their reference; the last reference
 * frees after a grace period, in process context, for freeing a transform may sleep.
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>
#include <net/ipv6.h>
#include "crypto.h"
#include "journey.h"
#include "sa_priv.h"

static const struct rhashtable_params spi_params = {
	.head_offset = offsetof(struct nfi_sa, node),
	.key_offset = offsetof(struct nfi_sa, spi),
	.key_len = sizeof_field(struct nfi_sa, spi),
	.automatic_shrinking = true,
};

const struct rhashtable_params nfi_key_params = {
	.head_offset = offsetof(struct nfi_sa, key_node),
	.key_offset = offsetof(struct nfi_sa, key_hash),
	.key_len = sizeof_field(struct nfi_sa, key_hash),
	.automatic_shrinking = true,
};

/* Where SAs are freed; there while a namespace has a database. The lock protects both. */
static struct workqueue_struct *free_wq;
static unsigned int free_wq_users;
static DEFINE_MUTEX(free_wq_lock);

static void free_work(struct work_struct *work)
{
	struct nfi_sa *sa = container_of(to_rcu_work(work), struct nfi_sa, free_work);
	struct nfi_net *nn = sa->nn;

	nfi_route_flush(sa);
	nfi_secpath_sa_gone(sa);
	nfi_xform_free(sa->xf);
	kfree(rcu_dereference_protected(sa->ep, 1));
	kvfree(sa->replay.ring);
	kfree_sensitive(sa->keys);
	nfi_slot_put(nn, sa->slot);
	kfree(sa);
	/* nn may be gone right after the decrement; wake_up_var() only hashes the address */
	if (atomic_dec_and_test(&nn->sad.live))
		wake_up_var(&nn->sad.live);
}

void nfi_sa_put(struct nfi_sa *sa)
{
	if (!refcount_dec_and_test(&sa->ref))
		return;
	INIT_RCU_WORK(&sa->free_work, free_work);
	queue_rcu_work(free_wq, &sa->free_work);
}

static int new_replay(struct nfi_sa *sa, const struct nfi_sa_msg *msg)
{
	struct nfi_replay *r = &sa->replay;

	if (sa->dir != NFI_DIR_IN)
		return 0;
	r->window = msg->has & BIT_ULL(NFI_SA_REPLAY) ? msg->replay : 64;
	r->words = nfi_replay_words(r->window);
	if (r->words) {
		r->ring = kvcalloc(r->words, sizeof(*r->ring), GFP_KERNEL_ACCOUNT);
		if (!r->ring)
			return -ENOMEM;
	}
	nfi_replay_init(r, msg->seq);
	return 0;
}

static struct nfi_sa_keys *new_keys(const struct nfi_sa_msg *msg)
{
	u8 enc = min_t(u16, msg->enc_key.len, NFI_KEY_MAX);
	u8 auth = min_t(u16, msg->auth_key.len, NFI_KEY_MAX);
	struct nfi_sa_keys *keys;

	keys = kmalloc(sizeof(*keys) + enc + auth, GFP_KERNEL_ACCOUNT);
	if (!keys)
		return NULL;
	keys->enc_alg = msg->enc_alg;
	keys->auth_alg = msg->auth_alg;
	keys->enc_len = enc;
	keys->auth_len = auth;
	memcpy(keys->b, msg->enc_key.b, enc);
	memcpy(keys->b + enc, msg->auth_key.b, auth);
	return keys;
}

static void fill(struct nfi_sa *sa, const struct nfi_sa_msg *msg)
{
	sa->spi = msg->spi;
	sa->proto = msg->proto;
	sa->dir = msg->dir;
	sa->mode = msg->mode;
	sa->df = msg->df;
	sa->dscp = msg->dscp;
	sa->ttl = msg->ttl;
	sa->tfc = msg->tfc;
	sa->flags = msg->flags;
	sa->reqid = msg->reqid;
	sa->mark = msg->mark;
	sa->oif = msg->oif;
	sa->epoch = msg->epoch;
	sa->owner = msg->owner;
	sa->life = (struct nfi_lifetime){
		.soft_bytes = msg->soft_bytes, .hard_bytes = msg->hard_bytes,
		.soft_packets = msg->soft_packets, .hard_packets = msg->hard_packets,
		.soft_add = msg->soft_add, .hard_add = msg->hard_add,
		.soft_use = msg->soft_use, .hard_use = msg->hard_use,
	};
	strscpy(sa->name, msg->name, sizeof(sa->name));
	if (sa->dir == NFI_DIR_OUT) {
		sa->seq = msg->seq;
		sa->key_hash = nfi_key_hash(msg);
	}
}

static int equip(struct nfi_net *nn, struct nfi_sa *sa, const struct nfi_sa_msg *msg,
		 struct netlink_ext_ack *extack)
{
	struct nfi_endpoint *ep;
	struct nfi_xform *xf;
	int err;

	xf = nfi_xform_new(msg, extack);
	if (IS_ERR(xf))
		return PTR_ERR(xf);
	sa->xf = xf;
	ep = kzalloc(sizeof(*ep), GFP_KERNEL_ACCOUNT);
	if (ep)
		nfi_endpoint_merge(ep, msg, msg->proto);
	RCU_INIT_POINTER(sa->ep, ep);
	sa->keys = new_keys(msg);
	if (sa->dir == NFI_DIR_OUT)
		sa->slot = nfi_slot_get(nn, sa->reqid, sa->proto);
	err = new_replay(sa, msg);
	if (!ep || !sa->keys || (sa->dir == NFI_DIR_OUT && !sa->slot))
		err = -ENOMEM;
	return err;
}

struct nfi_sa *nfi_sa_new(struct nfi_net *nn, const struct nfi_sa_msg *msg,
			  struct netlink_ext_ack *extack)
{
	struct nfi_limits lim = {};
	struct nfi_sa *sa;
	int err;

	sa = kzalloc(sizeof(*sa), GFP_KERNEL_ACCOUNT);
	if (!sa) {
		NL_SET_ERR_MSG(extack, "out of memory");
		return ERR_PTR(-ENOMEM);
	}
	sa->nn = nn;
	spin_lock_init(&sa->lock);
	refcount_set(&sa->ref, 1);
	atomic_inc(&nn->sad.live);
	INIT_LIST_HEAD(&sa->txn_node);
	INIT_LIST_HEAD(&sa->slot_node);
	INIT_LIST_HEAD(&sa->life_node);
	INIT_LIST_HEAD(&sa->dying_node);
	sa->rate.error_at[0] = jiffies;
	sa->rate.error_at[1] = jiffies;
	sa->rate.moved_at = jiffies;
	sa->inactive = nfi_gen_now(nn);
	fill(sa, msg);
	err = equip(nn, sa, msg, extack);
	if (err) {
		if (err == -ENOMEM)
			NL_SET_ERR_MSG(extack, "out of memory");
		nfi_sa_put(sa);
		return ERR_PTR(err);
	}
	nfi_limits_judge(sa, &lim);
	return sa;
}

/* -EBUSY: the table is being enlarged already, by a worker that needs a moment. */
static int insert(struct rhltable *table, struct rhlist_head *node, struct rhashtable_params params)
{
	unsigned int tries = 100;
	int err;

	while ((err = rhltable_insert(table, node, params)) == -EBUSY && tries--)
		schedule_timeout_uninterruptible(1);
	return err;
}

int nfi_sa_link(struct nfi_net *nn, struct nfi_sa *sa, struct netlink_ext_ack *extack)
{
	struct nfi_sad *sad = &nn->sad;
	int err;

	lockdep_assert_held(&nn->lock);
	err = xa_alloc_cyclic(&sad->ids, &sa->id, sa, xa_limit_32b, &sad->next_id,
			      GFP_KERNEL_ACCOUNT);
	if (err < 0)
		goto err_id;
	if (sa->key_hash) {
		err = insert(&sad->by_key, &sa->key_node, nfi_key_params);
		if (err)
			goto err_key;
	}
	err = insert(&sad->by_spi, &sa->node, spi_params);
	if (err)
		goto err_spi;
	sa->linked = 1;
	sad->count++;
	return 0;

err_spi:
	if (sa->key_hash)
		rhltable_remove(&sad->by_key, &sa->key_node, nfi_key_params);
err_key:
	xa_erase(&sad->ids, sa->id);
err_id:
	NL_SET_ERR_MSG(extack, "no memory for the tables of SAs");
	return err;
}

void nfi_sa_unlink(struct nfi_sa *sa)
{
	struct nfi_sad *sad = &sa->nn->sad;

	lockdep_assert_held(&sa->nn->lock);
	if (!sa->linked)
		return;
	sa->linked = 0;
	sad->count--;
	spin_lock_bh(&sa->lock);
	WRITE_ONCE(sa->dead, 1);
	spin_unlock_bh(&sa->lock);
	nfi_slot_withdraw(sa);
	nfi_life_stop(sa);
	rhltable_remove(&sad->by_spi, &sa->node, spi_params);
	if (sa->key_hash)
		rhltable_remove(&sad->by_key, &sa->key_node, nfi_key_params);
	xa_erase(&sad->ids, sa->id);
	list_del_init(&sa->txn_node);
	nfi_route_flush(sa);
	nfi_sa_put(sa);
}

static bool addr_eq(u8 family, const union nf_inet_addr *a, const union nf_inet_addr *b)
{
	return family == AF_INET ? a->ip == b->ip : ipv6_addr_equal(&a->in6, &b->in6);
}

/* How a packet names an SA. */
struct wanted {
	const union nf_inet_addr *daddr;
	__be32 spi;
	u8 family, proto, dir;
};

static __always_inline bool is_wanted(const struct nfi_sa *sa, const struct wanted *w, u8 gen)
{
	const struct nfi_endpoint *ep;

	if (sa->proto != w->proto || sa->dir != w->dir || READ_ONCE(sa->dead) ||
	    READ_ONCE(sa->inactive) & gen)
		return false;
	ep = rcu_dereference(sa->ep);
	return ep->family == w->family && addr_eq(w->family, &ep->daddr, w->daddr);
}

/*
 * All SAs are judged by one generation. When it was switched during a search that found nothing,
 * the old SA may have been unlinked before its place in the list was reached: search again.
 */
static __always_inline struct nfi_sa *find(struct nfi_net *nn, const struct wanted *w)
{
	struct rhlist_head *list, *pos;
	struct nfi_sa *sa;
	u8 gen;

	do {
		gen = smp_load_acquire(&nn->gen); /* pairs with commit() in txn.c */
		list = rhltable_lookup(&nn->sad.by_spi, &w->spi, spi_params);
		rhl_for_each_entry_rcu(sa, pos, list, node)
			if (is_wanted(sa, w, 1 << gen))
				return sa;
	} while (unlikely(gen != READ_ONCE(nn->gen)));
	return NULL;
}

struct nfi_sa *nfi_sa_find(struct nfi_net *nn, u8 family, const union nf_inet_addr *daddr,
			   __be32 spi, u8 proto)
{
	struct wanted w = { daddr, spi, family, proto, NFI_DIR_IN };

	return find(nn, &w);
}

struct nfi_sa *nfi_sa_find_out(struct nfi_net *nn, u8 family, const union nf_inet_addr *daddr,
			       __be32 spi, u8 proto)
{
	struct wanted w = { daddr, spi, family, proto, NFI_DIR_OUT };

	return find(nn, &w);
}

bool nfi_addr_eq(const struct nfi_addr *a, u8 family, const union nf_inet_addr *b)
{
	if (family == AF_INET)
		return a->len == 4 && a->v4 == b->ip;
	return a->len == 16 && !memcmp(a->b, &b->in6, 16);
}

struct nfi_sa *nfi_sa_named(struct nfi_net *nn, const struct nfi_addr *daddr, __be32 spi, u8 proto,
			    bool (*active)(const struct nfi_net *nn, u8 inactive))
{
	const struct nfi_endpoint *ep;
	struct rhlist_head *list, *pos;
	struct nfi_sa *sa;

	rcu_read_lock();
	list = rhltable_lookup(&nn->sad.by_spi, &spi, spi_params);
	rhl_for_each_entry_rcu(sa, pos, list, node) {
		ep = rcu_dereference(sa->ep);
		if (sa->proto == proto && !READ_ONCE(sa->dead) &&
		    (!active || active(nn, sa->inactive)) &&
		    nfi_addr_eq(daddr, ep->family, &ep->daddr))
			break;
	}
	rcu_read_unlock();
	return pos ? sa : NULL;
}

/* The next of two limits; a soft one counts until it was reported. */
static u64 next_limit(u64 soft, u64 hard, bool reported)
{
	u64 next = hard ? hard : U64_MAX;

	return soft && !reported ? min(soft, next) : next;
}

/* 90 % of the sequence space: time to rekey (RFC 4303 3.3.3). */
static u64 seq_soft(const struct nfi_sa *sa)
{
	return NFI_SEQ_MAX(sa) - NFI_SEQ_MAX(sa) / 10;
}

/*
 * An outbound packet takes one number, so the limits of seq are watched as packets still to go.
 * There are never more packets than numbers, so the sums cannot overflow.
 */
static void set_watch(struct nfi_sa *sa)
{
	const struct nfi_lifetime *l = &sa->life;
	u64 goal;

	sa->watch_bytes = next_limit(l->soft_bytes, l->hard_bytes, sa->expired & BIT(NFI_EV_BYTES));
	sa->watch_packets = next_limit(l->soft_packets, l->hard_packets,
				       sa->expired & BIT(NFI_EV_PACKETS));
	if (sa->dir != NFI_DIR_OUT)
		return;
	goal = sa->expired & BIT(NFI_EV_SEQUENCE) ? NFI_SEQ_MAX(sa) : seq_soft(sa);
	goal = goal > sa->seq ? sa->packets + (goal - sa->seq) : sa->packets;
	sa->watch_packets = min(sa->watch_packets, goal);
}

static bool reached(u64 limit, u64 now)
{
	return limit && now >= limit;
}

void nfi_limits_judge(struct nfi_sa *sa, struct nfi_limits *lim)
{
	const struct nfi_lifetime *l = &sa->life;
	bool out = sa->dir == NFI_DIR_OUT;
	u16 soft = 0;

	if (reached(l->hard_bytes, sa->bytes))
		lim->hard = NFI_EV_BYTES;
	else if (reached(l->hard_packets, sa->packets))
		lim->hard = NFI_EV_PACKETS;
	else if (out && sa->seq == NFI_SEQ_MAX(sa))
		lim->hard = NFI_EV_SEQUENCE;
	if (lim->hard)
		WRITE_ONCE(sa->dead, 1);

	if (reached(l->soft_bytes, sa->bytes))
		soft |= BIT(NFI_EV_BYTES);
	if (reached(l->soft_packets, sa->packets))
		soft |= BIT(NFI_EV_PACKETS);
	if (out && sa->packets && sa->seq >= seq_soft(sa))
		soft |= BIT(NFI_EV_SEQUENCE);
	lim->soft |= soft & ~sa->expired;
	sa->expired |= soft;
	set_watch(sa);
}

/* Dead already: say why, keep packets away and have it unlinked. */
static void bury(struct nfi_sa *sa, u8 kind)
{
	struct nfi_net *nn = sa->nn;

	if (kind)
		nfi_event_expire(sa, kind, true);
	nfi_slot_withdraw(sa);
	/* the tables' reference is gone: it was unlinked at the same time */
	if (!refcount_inc_not_zero(&sa->ref))
		return;
	spin_lock_bh(&nn->sad.life_lock);
	list_add_tail(&sa->dying_node, &nn->sad.dying);
	spin_unlock_bh(&nn->sad.life_lock);
	if (!READ_ONCE(nn->dying))
		queue_work(system_unbound_wq, &nn->sad.dying_work);
}

void nfi_sa_expire(struct nfi_sa *sa, u8 kind)
{
	bool was;

	spin_lock_bh(&sa->lock);
	was = sa->dead;
	WRITE_ONCE(sa->dead, 1);
	spin_unlock_bh(&sa->lock);
	if (!was)
		bury(sa, kind);
}

void nfi_limits_tell(struct nfi_sa *sa, const struct nfi_limits *lim)
{
	u8 kind;

	if (lim->first) {
		if (sa->dir == NFI_DIR_IN)
			nfi_event_first(sa);
		if (READ_ONCE(sa->life.soft_use) || READ_ONCE(sa->life.hard_use))
			nfi_life_used(sa);
	}
	for (kind = NFI_EV_BYTES; lim->soft && kind <= NFI_EV_SEQUENCE; kind++)
		if (lim->soft & BIT(kind) && kind != lim->hard)
			nfi_event_expire(sa, kind, false);
	if (lim->hard)
		bury(sa, lim->hard);
}

/* One packet more; sa->lock held. Returns whether there is something to tell. */
static bool account(struct nfi_sa *sa, unsigned int len, struct nfi_limits *lim)
{
	sa->bytes += len;
	sa->packets++;
	if (unlikely(!sa->use_time)) {
		sa->use_time = ktime_get_real_seconds();
		lim->first = 1;
	}
	if (unlikely(sa->bytes >= sa->watch_bytes || sa->packets >= sa->watch_packets))
		nfi_limits_judge(sa, lim);
	return lim->first || lim->soft || lim->hard;
}

enum nfi_drop nfi_sa_next(struct nfi_sa *sa, unsigned int len, u64 *seq)
{
	struct nfi_limits lim = {};
	enum nfi_drop why;
	bool tell;

	spin_lock(&sa->lock);
	if (unlikely(sa->dead)) {
		why = sa->seq == NFI_SEQ_MAX(sa) ? NFI_DROP_OUT_SEQ_END : NFI_DROP_OUT_EXPIRED;
		spin_unlock(&sa->lock);
		return why;
	}
	*seq = ++sa->seq;
	tell = account(sa, len, &lim);
	spin_unlock(&sa->lock);
	if (unlikely(tell))
		nfi_limits_tell(sa, &lim);
	return NFI_DROP_NONE;
}

/*
 * Without the lock: what is decided here is decided again once the ICV was good. A number inferred
 * from a torn window top (32-bit machines) does not survive the ICV.
 */
enum nfi_drop nfi_sa_admit(struct nfi_sa *sa, u32 low, u64 *seq)
{
	*seq = sa->flags & NFI_SAF_ESN ? nfi_replay_infer(&sa->replay, low) : low;
	if (unlikely(READ_ONCE(sa->dead)))
		return NFI_DROP_IN_EXPIRED;
	if (unlikely(!nfi_replay_ok(&sa->replay, *seq)))
		return NFI_DROP_IN_REPLAY;
	return NFI_DROP_NONE;
}

enum nfi_drop nfi_sa_opened(struct nfi_sa *sa, u64 seq, unsigned int len)
{
	enum nfi_drop why = NFI_DROP_NONE;
	struct nfi_limits lim = {};
	bool tell = false;

	spin_lock(&sa->lock);
	if (unlikely(sa->dead))
		why = NFI_DROP_IN_EXPIRED;
	else if (unlikely(!nfi_replay_take(&sa->replay, seq)))
		why = NFI_DROP_IN_REPLAY;
	else
		tell = account(sa, len, &lim);
	spin_unlock(&sa->lock);
	if (unlikely(tell))
		nfi_limits_tell(sa, &lim);
	return why;
}

/* The first failure is told at once, then at most one event a second with the sum. */
static void failed(struct nfi_sa *sa, enum nfi_drop reason)
{
	unsigned int kind = reason == NFI_DROP_IN_AUTH;
	struct nfi_sa_rate *rate = &sa->rate;
	u32 count = 0;

	spin_lock_bh(&sa->lock);
	rate->errors[kind]++;
	if (time_after_eq(jiffies, rate->error_at[kind])) {
		count = rate->errors[kind];
		rate->errors[kind] = 0;
		rate->error_at[kind] = jiffies + HZ;
	}
	spin_unlock_bh(&sa->lock);
	if (count)
		nfi_event_error(sa, reason, count);
}

void nfi_sa_drop(struct nfi_net *nn, struct nfi_sa *sa, enum nfi_drop reason)
{
	nfi_drop_count(nn, reason);
	if (!sa || WARN_ON_ONCE((unsigned int)reason >= ARRAY_SIZE(sa->drops)))
		return;
	atomic_inc(&sa->drops[reason]);
	if (reason == NFI_DROP_IN_AUTH || reason == NFI_DROP_IN_REPLAY)
		failed(sa, reason);
}

/* Unlink what ran into a hard limit. The list holds a reference. */
static void dying_work(struct work_struct *work)
{
	struct nfi_sad *sad = container_of(work, struct nfi_sad, dying_work);
	struct nfi_net *nn = container_of(sad, struct nfi_net, sad);
	struct nfi_sa *sa;

	mutex_lock(&nn->lock);
	for (;;) {
		spin_lock_bh(&sad->life_lock);
		sa = list_first_entry_or_null(&sad->dying, struct nfi_sa, dying_node);
		if (sa)
			list_del_init(&sa->dying_node);
		spin_unlock_bh(&sad->life_lock);
		if (!sa)
			break;
		if (sa->linked && !nn->dying)
			nfi_event_sa(sa, NFI_EV_DELETED);
		nfi_sa_unlink(sa);
		nfi_sa_put(sa);
		cond_resched();
	}
	mutex_unlock(&nn->lock);
}

static int wq_get(void)
{
	int err = 0;

	mutex_lock(&free_wq_lock);
	if (!free_wq_users)
		free_wq = alloc_workqueue("nf_ipsec_free", WQ_UNBOUND, 0);
	if (free_wq)
		free_wq_users++;
	else
		err = -ENOMEM;
	mutex_unlock(&free_wq_lock);
	return err;
}

static void wq_put(void)
{
	mutex_lock(&free_wq_lock);
	if (!--free_wq_users)
		destroy_workqueue(free_wq);
	mutex_unlock(&free_wq_lock);
}

/* SAs themselves are all freed when the last namespace has gone; what remains is kfree_rcu(). */
void nfi_sa_flush_work(void)
{
	rcu_barrier();
}

int nfi_sad_init(struct nfi_net *nn)
{
	struct nfi_sad *sad = &nn->sad;
	unsigned int i;
	int err;

	xa_init_flags(&sad->ids, XA_FLAGS_ALLOC1);
	INIT_LIST_HEAD(&sad->reserved);
	for (i = 0; i < ARRAY_SIZE(sad->reserved_by_spi); i++)
		INIT_HLIST_HEAD(&sad->reserved_by_spi[i]);
	INIT_LIST_HEAD(&sad->dying);
	INIT_WORK(&sad->dying_work, dying_work);
	nfi_life_init(nn);
	err = wq_get();
	if (err)
		return err;
	err = rhltable_init(&sad->by_spi, &spi_params);
	if (err)
		goto err_spi;
	err = rhltable_init(&sad->by_key, &nfi_key_params);
	if (err)
		goto err_key;
	err = nfi_slot_init(nn);
	if (err)
		goto err_slot;
	return 0;

err_slot:
	rhltable_destroy(&sad->by_key);
err_key:
	rhltable_destroy(&sad->by_spi);
err_spi:
	wq_put();
	return err;
}

void nfi_sad_pre_exit(struct nfi_net *nn)
{
	struct nfi_sa *sa;
	unsigned long id;

	WRITE_ONCE(nn->dying, 1);
	nfi_txn_stop(nn);
	nfi_life_exit(nn);
	cancel_work_sync(&nn->sad.dying_work);
	mutex_lock(&nn->lock);
	xa_for_each(&nn->sad.ids, id, sa) {
		nfi_sa_unlink(sa);
		cond_resched();
	}
	nfi_spi_exit(nn);
	mutex_unlock(&nn->lock);
}

/* Packets in flight in asynchronous crypto hold references for a while. */
void nfi_sad_exit(struct nfi_net *nn)
{
	struct nfi_sad *sad = &nn->sad;

	/* once more, for what a packet started between the check of dying and pre_exit */
	nfi_life_exit(nn);
	cancel_work_sync(&sad->dying_work);
	dying_work(&sad->dying_work);
	while (!wait_var_event_timeout(&sad->live, !atomic_read(&sad->live), 10 * HZ))
		pr_warn_once("nf_ipsec: waiting for %d SAs to be released\n",
			     atomic_read(&sad->live));
	nfi_slot_exit(nn);
	rhltable_destroy(&sad->by_key);
	rhltable_destroy(&sad->by_spi);
	xa_destroy(&sad->ids);
	wq_put();
}
