// SPDX-License-Identifier: GPL-2.0-only
/*
 * saconf.c - SAs as user space configures them: what a request may ask for, and its part in a
 * transaction. nn->lock is held in all of it.
 */
#include <linux/once.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include "journey.h"
#include "sa_priv.h"

#define HAS(msg, attr) ((msg)->has & BIT_ULL(NFI_SA_##attr))
#define BITS(attr) BIT_ULL(NFI_SA_##attr)

#define LIFETIMES                                                                        \
	(BITS(SOFT_BYTES) | BITS(HARD_BYTES) | BITS(SOFT_PACKETS) | BITS(HARD_PACKETS) | \
	 BITS(SOFT_ADD) | BITS(HARD_ADD) | BITS(SOFT_USE) | BITS(HARD_USE))
#define ENDPOINT                                                  \
	(BITS(SADDR) | BITS(DADDR) | BITS(ENCAP) |                \
	 BITS(ENCAP_SPORT) | BITS(ENCAP_DPORT))
#define NAMING (BITS(ID) | BITS(DADDR) | BITS(SPI) | BITS(PROTO))
#define FOR_SET (NAMING | ENDPOINT | LIFETIMES | BITS(SEQ) | BITS(MARK) | BITS(TFC) | BITS(EPOCH))
#define FOR_NEW                                                                             \
	(ENDPOINT | LIFETIMES | BITS(DIR) | BITS(SPI) | BITS(PROTO) | BITS(MODE) |          \
	 BITS(REQID) | BITS(ENC_ALG) | BITS(ENC_KEY) | BITS(AUTH_ALG) | BITS(AUTH_KEY) |    \
	 BITS(FLAGS) | BITS(REPLAY) | BITS(SEQ) | BITS(DF) | BITS(DSCP) | BITS(TTL) |       \
	 BITS(TFC) | BITS(MARK) | BITS(OIF) | BITS(OWNER) | BITS(EPOCH) | BITS(NAME))

/* All checks below return what is wrong, or NULL. */

static const char *check_required(const struct nfi_sa_msg *msg)
{
	static const struct {
		u8 attr;
		const char *text;
	} required[] = {
		{ NFI_SA_DIR, "an SA needs DIR" },     { NFI_SA_SPI, "an SA needs SPI" },
		{ NFI_SA_PROTO, "an SA needs PROTO" }, { NFI_SA_MODE, "an SA needs MODE" },
		{ NFI_SA_SADDR, "an SA needs SADDR" }, { NFI_SA_DADDR, "an SA needs DADDR" },
		{ NFI_SA_REQID, "an SA needs REQID" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(required); i++)
		if (!(msg->has & BIT_ULL(required[i].attr)))
			return required[i].text;
	if (msg->has & ~FOR_NEW)
		return "an attribute is only for replies or filters (ID, MTU, STATE, counters...)";
	return NULL;
}

static const char *check_algorithms(const struct nfi_sa_msg *msg)
{
	if (HAS(msg, ENC_KEY) && !HAS(msg, ENC_ALG))
		return "ENC_KEY needs ENC_ALG";
	if (HAS(msg, AUTH_KEY) && !HAS(msg, AUTH_ALG))
		return "AUTH_KEY needs AUTH_ALG";
	if (HAS(msg, AUTH_ALG) && !HAS(msg, AUTH_KEY))
		return "AUTH_ALG needs AUTH_KEY";
	if (msg->proto == IPPROTO_ESP)
		return HAS(msg, ENC_ALG) ? NULL : "ESP needs ENC_ALG (null for no confidentiality)";
	if (HAS(msg, ENC_ALG) && msg->enc_alg != NFI_ENC_AES_GMAC)
		return "AH does not encrypt: ENC_ALG can only be aes-gmac";
	if (HAS(msg, ENC_ALG) && HAS(msg, AUTH_ALG))
		return "AH takes one of aes-gmac and AUTH_ALG, not both";
	if (!HAS(msg, ENC_ALG) && !HAS(msg, AUTH_ALG))
		return "AH needs AUTH_ALG, or aes-gmac as ENC_ALG";
	return NULL;
}

static const char *check_sequence(u8 dir, u32 flags, u64 seq)
{
	u64 max = flags & NFI_SAF_ESN ? U64_MAX : U32_MAX;

	if (seq > max)
		return "SEQ above 4294967295 needs extended sequence numbers (ESN)";
	if (seq == max && dir == NFI_DIR_OUT)
		return "SEQ leaves no number for a packet";
	return NULL;
}

static const char *check_tfc(u8 proto, u8 mode, u16 tfc)
{
	return tfc && (proto != IPPROTO_ESP || mode != NFI_MODE_TUNNEL) ?
		       "TFC padding is only possible with ESP in tunnel mode" : NULL;
}

static const char *check_options(const struct nfi_sa_msg *msg)
{
	if (msg->dir == NFI_DIR_OUT && msg->replay)
		return "REPLAY is for inbound SAs";
	if (HAS(msg, DSCP) && !(msg->flags & NFI_SAF_FIXED_DSCP))
		return "DSCP needs the flag for a fixed DSCP";
	if (msg->mode == NFI_MODE_TRANSPORT && msg->flags & NFI_SAF_FIXED_DSCP)
		return "a fixed DSCP is only possible in tunnel mode";
	return check_tfc(msg->proto, msg->mode, msg->tfc);
}

static bool inverted(u64 soft, u64 hard)
{
	return soft && hard && soft > hard;
}

static const char *check_lifetimes(const struct nfi_lifetime *l)
{
	if (inverted(l->soft_bytes, l->hard_bytes))
		return "SOFT_BYTES is above HARD_BYTES";
	if (inverted(l->soft_packets, l->hard_packets))
		return "SOFT_PACKETS is above HARD_PACKETS";
	if (inverted(l->soft_add, l->hard_add))
		return "SOFT_ADD is above HARD_ADD";
	if (inverted(l->soft_use, l->hard_use))
		return "SOFT_USE is above HARD_USE";
	return NULL;
}

static void merge_lifetimes(struct nfi_lifetime *l, const struct nfi_sa_msg *msg)
{
	l->soft_bytes = HAS(msg, SOFT_BYTES) ? msg->soft_bytes : l->soft_bytes;
	l->hard_bytes = HAS(msg, HARD_BYTES) ? msg->hard_bytes : l->hard_bytes;
	l->soft_packets = HAS(msg, SOFT_PACKETS) ? msg->soft_packets : l->soft_packets;
	l->hard_packets = HAS(msg, HARD_PACKETS) ? msg->hard_packets : l->hard_packets;
	l->soft_add = HAS(msg, SOFT_ADD) ? msg->soft_add : l->soft_add;
	l->hard_add = HAS(msg, HARD_ADD) ? msg->hard_add : l->hard_add;
	l->soft_use = HAS(msg, SOFT_USE) ? msg->soft_use : l->soft_use;
	l->hard_use = HAS(msg, HARD_USE) ? msg->hard_use : l->hard_use;
}

static int refuse(struct netlink_ext_ack *extack, const char *text, int err)
{
	if (extack)
		extack->_msg = text;
	return err;
}

static const char *check_new(const struct nfi_sa_msg *msg)
{
	struct nfi_endpoint ep = {};
	struct nfi_lifetime life = {};
	const char *text;

	text = check_required(msg);
	if (!text)
		text = nfi_endpoint_merge(&ep, msg, msg->proto);
	if (!text)
		text = check_algorithms(msg);
	if (!text)
		text = check_sequence(msg->dir, msg->flags, msg->seq);
	if (!text)
		text = check_options(msg);
	if (text)
		return text;
	merge_lifetimes(&life, msg);
	return check_lifetimes(&life);
}

static u32 enc_flags(u16 alg)
{
	switch (alg) {
#define NFI_ENC(id, value, name, kernel, module, keys, salt, iv, block, icv, flags) \
	case value:                                                                 \
		return flags;
#include "../nl-proto/algs.def"
#undef NFI_ENC
	default:
		return 0;
	}
}

/*
 * Transforms whose IV is the sequence number give the key away when a number is used twice (RFC
 * 4106 9). Such keys are compared by hash, under a secret of this boot.
 */
u64 nfi_key_hash(const struct nfi_sa_msg *msg)
{
	static siphash_key_t secret __read_mostly;
	u64 hash;

	if (!(enc_flags(msg->enc_alg) & (NFI_ALG_AEAD | NFI_ALG_CTR)))
		return 0;
	get_random_once(&secret, sizeof(secret));
	hash = siphash(msg->enc_key.b, min_t(u16, msg->enc_key.len, NFI_KEY_MAX), &secret);
	return hash ? hash : 1;
}

static u64 last_seq(struct nfi_sa *sa)
{
	u64 seq;

	spin_lock_bh(&sa->lock);
	seq = sa->seq;
	spin_unlock_bh(&sa->lock);
	return seq;
}

/* What another live SA with the same key forbids; victim is about to be replaced. */
static const char *check_key(struct nfi_net *nn, const struct nfi_sa_msg *msg,
			     const struct nfi_sa *victim)
{
	u64 hash = msg->dir == NFI_DIR_OUT ? nfi_key_hash(msg) : 0;
	struct rhlist_head *list, *pos;
	const char *text = NULL;
	struct nfi_sa *sa;

	if (!hash)
		return NULL;
	rcu_read_lock();
	list = rhltable_lookup(&nn->sad.by_key, &hash, nfi_key_params);
	rhl_for_each_entry_rcu(sa, pos, list, key_node) {
		if (READ_ONCE(sa->dead))
			continue;
		if (sa != victim && nfi_active_next(nn, sa->inactive))
			text = "another outbound SA has this key: numbers would be used twice";
		else if (nfi_active(nn, sa->inactive) && msg->seq <= last_seq(sa))
			text = "the SA to be replaced has this key: SEQ must go beyond its last";
	}
	rcu_read_unlock();
	return text;
}

int nfi_sa_add(struct nfi_net *nn, const struct nfi_sa_msg *msg, bool replace, struct nfi_sa **res,
	       struct netlink_ext_ack *extack)
{
	struct nfi_sa *sa, *old;
	const char *text;
	int err;

	lockdep_assert_held(&nn->lock);
	text = check_new(msg);
	if (text)
		return refuse(extack, text, -EINVAL);
	if (nfi_spi_foreign(nn, msg))
		return refuse(extack, "SPI is reserved for another owner", -EBUSY);
	old = nfi_sa_named(nn, &msg->daddr, msg->spi, msg->proto, nfi_active_next);
	if (old && !replace)
		return refuse(extack, "an SA with this DADDR, SPI and PROTO exists", -EEXIST);
	text = check_key(nn, msg, old);
	if (text)
		return refuse(extack, text, -EEXIST);

	sa = nfi_sa_new(nn, msg, extack);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	err = nfi_sa_link(nn, sa, extack);
	if (err) {
		nfi_sa_put(sa);
		return err;
	}
	if (old)
		nfi_txn_del_sa(nn, old);
	nfi_txn_add_sa(nn, sa);
	*res = sa;
	return 0;
}

struct nfi_sa *nfi_sa_by_msg(struct nfi_net *nn, const struct nfi_sa_msg *msg)
{
	struct nfi_sa *sa;

	lockdep_assert_held(&nn->lock);
	if (HAS(msg, ID)) {
		sa = xa_load(&nn->sad.ids, msg->id);
		return sa && nfi_active_next(nn, sa->inactive) && !READ_ONCE(sa->dead) ? sa : NULL;
	}
	if (!HAS(msg, DADDR) || !HAS(msg, SPI) || !HAS(msg, PROTO))
		return NULL;
	return nfi_sa_named(nn, &msg->daddr, msg->spi, msg->proto, nfi_active_next);
}

static struct nfi_sa *by_msg(struct nfi_net *nn, const struct nfi_sa_msg *msg,
			     struct netlink_ext_ack *extack)
{
	struct nfi_sa *sa = nfi_sa_by_msg(nn, msg);

	if (!sa && !HAS(msg, ID) && (!HAS(msg, DADDR) || !HAS(msg, SPI) || !HAS(msg, PROTO)))
		refuse(extack, "an SA is named by ID or by DADDR, SPI and PROTO", -ENOENT);
	else if (!sa)
		refuse(extack, "no such SA", -ENOENT);
	return sa;
}

static const char *check_set(const struct nfi_sa *sa, const struct nfi_sa_msg *msg)
{
	if (msg->has & ~FOR_SET)
		return "SA_SET can change addresses, ENCAP, limits, SEQ, MARK, TFC and EPOCH only";
	if ((HAS(msg, SPI) && msg->spi != sa->spi) ||
	    (HAS(msg, PROTO) && msg->proto != sa->proto))
		return "SPI and PROTO of an SA cannot change";
	return NULL;
}

/* The endpoint that is asked for, or NULL: as it is. */
static struct nfi_endpoint *moved_endpoint(struct nfi_sa *sa, const struct nfi_sa_msg *msg,
					   struct netlink_ext_ack *extack)
{
	struct nfi_endpoint *ep;
	struct nfi_sa *other;
	const char *text;
	int err = -EINVAL;

	if (!(msg->has & ENDPOINT))
		return NULL;
	ep = kmalloc(sizeof(*ep), GFP_KERNEL_ACCOUNT);
	if (!ep) {
		refuse(extack, "out of memory", 0);
		return ERR_PTR(-ENOMEM);
	}
	spin_lock_bh(&sa->lock);
	*ep = *rcu_dereference_protected(sa->ep, lockdep_is_held(&sa->lock));
	spin_unlock_bh(&sa->lock);
	text = nfi_endpoint_merge(ep, msg, sa->proto);
	if (!text && HAS(msg, DADDR)) {
		other = nfi_sa_named(sa->nn, &msg->daddr, sa->spi, sa->proto, nfi_active_next);
		if (other && other != sa) {
			text = "an SA with this DADDR, SPI and PROTO exists";
			err = -EEXIST;
		}
	}
	if (!text)
		return ep;
	refuse(extack, text, err);
	kfree(ep);
	return ERR_PTR(err);
}

static const char *set_seq(struct nfi_sa *sa, u64 seq)
{
	u64 last = sa->dir == NFI_DIR_OUT ? sa->seq : sa->replay.top;

	if (seq < last)
		return "SEQ can only go forward";
	if (seq == last)
		return NULL;
	if (sa->dir == NFI_DIR_OUT)
		sa->seq = seq;
	else
		nfi_replay_init(&sa->replay, seq);
	return NULL;
}

/* All at once for packets; takes ep if it returns NULL. sa->lock held. */
static const char *apply(struct nfi_sa *sa, const struct nfi_sa_msg *msg, struct nfi_endpoint *ep,
			 struct nfi_limits *lim)
{
	struct nfi_lifetime life = sa->life;
	const char *text;

	merge_lifetimes(&life, msg);
	text = check_lifetimes(&life);
	if (!text && HAS(msg, TFC))
		text = check_tfc(sa->proto, sa->mode, msg->tfc);
	if (!text && HAS(msg, SEQ))
		text = check_sequence(sa->dir, sa->flags, msg->seq);
	if (!text && HAS(msg, SEQ))
		text = set_seq(sa, msg->seq);
	if (text)
		return text;
	/* a soft limit that was moved is told again */
	if (msg->has & LIFETIMES)
		sa->expired = 0;
	sa->life = life;
	if (HAS(msg, TFC))
		WRITE_ONCE(sa->tfc, msg->tfc);
	if (HAS(msg, MARK))
		WRITE_ONCE(sa->mark, msg->mark);
	if (HAS(msg, EPOCH))
		WRITE_ONCE(sa->epoch, msg->epoch);
	if (ep)
		nfi_endpoint_replace(sa, ep);
	if (!sa->dead)
		nfi_limits_judge(sa, lim);
	return NULL;
}

int nfi_sa_set(struct nfi_net *nn, const struct nfi_sa_msg *msg, struct netlink_ext_ack *extack)
{
	struct nfi_sa *sa = by_msg(nn, msg, extack);
	struct nfi_limits lim = {};
	struct nfi_endpoint *ep;
	const char *text;

	if (!sa)
		return -ENOENT;
	text = check_set(sa, msg);
	if (text)
		return refuse(extack, text, -EINVAL);
	ep = moved_endpoint(sa, msg, extack);
	if (IS_ERR(ep))
		return PTR_ERR(ep);
	spin_lock_bh(&sa->lock);
	text = apply(sa, msg, ep, &lim);
	spin_unlock_bh(&sa->lock);
	if (text) {
		kfree(ep);
		return refuse(extack, text, -EINVAL);
	}
	nfi_limits_tell(sa, &lim);
	nfi_life_changed(sa);
	nfi_route_flush(sa);
	nfi_event_sa(sa, NFI_EV_CHANGED);
	return 0;
}

int nfi_sa_del(struct nfi_net *nn, const struct nfi_sa_msg *msg, struct netlink_ext_ack *extack)
{
	struct nfi_sa *sa = by_msg(nn, msg, extack);

	if (!sa)
		return -ENOENT;
	nfi_txn_del_sa(nn, sa);
	return 0;
}

static bool filter_endpoint(const struct nfi_sa *sa, const struct nfi_sa_msg *filter)
{
	const struct nfi_endpoint *ep;
	bool match;

	rcu_read_lock();
	ep = rcu_dereference(sa->ep);
	match = (!HAS(filter, SADDR) || nfi_addr_eq(&filter->saddr, ep->family, &ep->saddr)) &&
		(!HAS(filter, DADDR) || nfi_addr_eq(&filter->daddr, ep->family, &ep->daddr));
	rcu_read_unlock();
	return match;
}

static bool filter_owner(const struct nfi_sa *sa, const struct nfi_sa_msg *filter)
{
	u32 epoch = READ_ONCE(sa->epoch);

	return (!HAS(filter, OWNER) || sa->owner == filter->owner) &&
	       (!HAS(filter, EPOCH) || epoch == filter->epoch) &&
	       (!HAS(filter, EPOCH_BEFORE) || epoch < filter->epoch_before);
}

bool nfi_sa_filter(const struct nfi_sa *sa, const struct nfi_sa_msg *filter)
{
	return (!HAS(filter, ID) || sa->id == filter->id) &&
	       (!HAS(filter, SPI) || sa->spi == filter->spi) &&
	       (!HAS(filter, DIR) || sa->dir == filter->dir) &&
	       (!HAS(filter, PROTO) || sa->proto == filter->proto) &&
	       (!HAS(filter, MODE) || sa->mode == filter->mode) &&
	       (!HAS(filter, REQID) || sa->reqid == filter->reqid) &&
	       filter_owner(sa, filter) && filter_endpoint(sa, filter);
}

int nfi_sa_flush(struct nfi_net *nn, const struct nfi_sa_msg *filter)
{
	struct nfi_sa *sa;
	unsigned long id;

	lockdep_assert_held(&nn->lock);
	xa_for_each(&nn->sad.ids, id, sa) {
		if (nfi_active_next(nn, sa->inactive) && nfi_sa_filter(sa, filter))
			nfi_txn_del_sa(nn, sa);
		cond_resched();
	}
	return 0;
}

/*
 * A new SA goes on where its predecessor with the same key stops, at whatever number that has come
 * to since the request was checked. sa->lock held.
 */
void nfi_sa_inherit(struct nfi_sa *sa)
{
	struct nfi_limits lim = {};
	struct rhlist_head *list, *pos;
	struct nfi_sa *old;

	rcu_read_lock();
	list = rhltable_lookup(&sa->nn->sad.by_key, &sa->key_hash, nfi_key_params);
	rhl_for_each_entry_rcu(old, pos, list, key_node) {
		if (old == sa || !nfi_active(sa->nn, old->inactive))
			continue;
		spin_lock_nested(&old->lock, SINGLE_DEPTH_NESTING);
		WRITE_ONCE(old->dead, 1);
		sa->seq = max(sa->seq, old->seq);
		spin_unlock(&old->lock);
	}
	rcu_read_unlock();
	nfi_limits_judge(sa, &lim);
}

void nfi_sa_commit_prepare(struct nfi_sa *sa)
{
	if (sa->dir == NFI_DIR_OUT)
		nfi_slot_publish(sa);
}

void nfi_sa_commit_add(struct nfi_sa *sa)
{
	sa->add_time = ktime_get_real_seconds();
	nfi_life_added(sa);
	nfi_spi_consume(sa->nn, sa);
	nfi_event_sa(sa, NFI_EV_ADDED);
}

void nfi_sa_commit_del(struct nfi_sa *sa)
{
	nfi_event_sa(sa, NFI_EV_DELETED);
	nfi_sa_unlink(sa);
}

void nfi_sa_abort_add(struct nfi_sa *sa)
{
	nfi_sa_unlink(sa);
}

/* What a packet did to it meanwhile stays: it may even be dead, and the worker unlinks it. */
void nfi_sa_abort_del(struct nfi_sa *sa)
{
}
