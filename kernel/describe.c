// SPDX-License-Identifier: GPL-2.0-only
/*
 * describe.c - SAs and policies as the structs of nf_ipsec_msg.h, for replies, dumps and events.
 */
#include <net/dst.h>
#include "netns.h"
#include "nl.h"

/* SAs ----------------------------------------------------------------------------------------- */

/* sent even when zero */
#define SA_ALWAYS                                                                                  \
	(NFI_BIT(NFI_SA_ID) | NFI_BIT(NFI_SA_REQID) | NFI_BIT(NFI_SA_STATE) |                      \
	 NFI_BIT(NFI_SA_SEQ) | NFI_BIT(NFI_SA_BYTES) | NFI_BIT(NFI_SA_PACKETS) |                   \
	 NFI_BIT(NFI_SA_ADD_TIME) | NFI_BIT(NFI_SA_USE_TIME) | NFI_BIT(NFI_SA_OWNER) |             \
	 NFI_BIT(NFI_SA_EPOCH))

static void set_addr(struct nfi_addr *to, u8 family, const union nf_inet_addr *from)
{
	to->len = family == AF_INET ? 4 : 16;
	memcpy(to->b, from, to->len);
}

static void describe_endpoint(const struct nfi_sa *sa, struct nfi_sa_msg *msg)
{
	const struct nfi_endpoint *ep;

	rcu_read_lock();
	ep = rcu_dereference(sa->ep);
	if (ep) {
		set_addr(&msg->saddr, ep->family, &ep->saddr);
		set_addr(&msg->daddr, ep->family, &ep->daddr);
		msg->encap = ep->encap;
		msg->encap_sport = ep->sport;
		msg->encap_dport = ep->dport;
	}
	rcu_read_unlock();
}

static u8 state_of(const struct nfi_sa *sa)
{
	if (READ_ONCE(sa->dead))
		return NFI_SA_DEAD;
	return READ_ONCE(sa->expired) ? NFI_SA_SOFT : NFI_SA_VALID;
}

void nfi_describe_counters(const struct nfi_sa *sa, struct nfi_sa_msg *msg)
{
	msg->seq = sa->dir == NFI_DIR_OUT ? READ_ONCE(sa->seq) : READ_ONCE(sa->replay.top);
	msg->bytes = READ_ONCE(sa->bytes);
	msg->packets = READ_ONCE(sa->packets);
	msg->use_time = READ_ONCE(sa->use_time);
}

static void describe_life(const struct nfi_lifetime *life, struct nfi_sa_msg *msg)
{
	msg->soft_bytes = life->soft_bytes;
	msg->hard_bytes = life->hard_bytes;
	msg->soft_packets = life->soft_packets;
	msg->hard_packets = life->hard_packets;
	msg->soft_add = life->soft_add;
	msg->hard_add = life->hard_add;
	msg->soft_use = life->soft_use;
	msg->hard_use = life->hard_use;
}

void nfi_describe_sa(const struct nfi_sa *sa, struct nfi_sa_msg *msg)
{
	msg->id = sa->id;
	msg->spi = sa->spi;
	msg->proto = sa->proto;
	msg->dir = sa->dir;
	msg->mode = sa->mode;
	msg->df = sa->df;
	msg->dscp = sa->dscp;
	msg->ttl = sa->ttl;
	msg->tfc = sa->tfc;
	msg->flags = sa->flags;
	msg->reqid = sa->reqid;
	msg->mark = sa->mark;
	msg->oif = sa->oif;
	msg->owner = sa->owner;
	msg->epoch = sa->epoch;
	msg->add_time = sa->add_time;
	msg->state = state_of(sa);
	memcpy(msg->name, sa->name, sizeof(msg->name));
	describe_endpoint(sa, msg);
	describe_life(&sa->life, msg);
	nfi_describe_counters(sa, msg);
	msg->has = SA_ALWAYS;
	if (sa->keys) {
		msg->enc_alg = sa->keys->enc_alg;
		msg->auth_alg = sa->keys->auth_alg;
	}
	/* 0 means no check, absent would mean the default */
	if (sa->dir == NFI_DIR_IN) {
		msg->replay = sa->replay.window;
		msg->has |= NFI_BIT(NFI_SA_REPLAY);
	}
	nfi_rows_mark(NFI_SET_SA, msg);
}

/*
 * Largest inner packet, if the way to the peer is known. In transport mode the route is that of the
 * clear packets, and may have an exception for them: see pmtu.c.
 */
static u32 mtu_of(const struct nfi_sa *sa)
{
	u32 mtu = 0, told = READ_ONCE(sa->path_mtu);
	const struct net_device *dev;
	const struct dst_entry *dst;

	if (sa->dir != NFI_DIR_OUT)
		return 0;
	rcu_read_lock();
	dst = rcu_dereference(sa->dst);
	dev = sa->oif ? dev_get_by_index_rcu(sa->nn->net, sa->oif) : NULL;
	if (dst && sa->mode == NFI_MODE_TRANSPORT)
		dev = dst->dev;
	if (dst && sa->mode != NFI_MODE_TRANSPORT)
		mtu = dst_mtu(dst);
	else if (dev)
		mtu = READ_ONCE(dev->mtu);
	if (told && time_before(jiffies, READ_ONCE(sa->path_mtu_until)))
		mtu = mtu ? min(mtu, told) : told;
	if (mtu)
		mtu = nfi_up.sa_mtu(sa, mtu);
	rcu_read_unlock();
	return mtu;
}

static void describe_key(struct nfi_key *to, const u8 *from, u8 len)
{
	to->len = len;
	memcpy(to->b, from, len);
}

void nfi_describe_sa_full(struct nfi_sa *sa, bool secrets, struct nfi_sa_msg *msg)
{
	int i;

	nfi_describe_sa(sa, msg);
	spin_lock_bh(&sa->lock);
	nfi_describe_counters(sa, msg);
	spin_unlock_bh(&sa->lock);
	msg->mtu = mtu_of(sa);
	if (secrets && sa->keys) {
		describe_key(&msg->enc_key, sa->keys->b, sa->keys->enc_len);
		describe_key(&msg->auth_key, sa->keys->b + sa->keys->enc_len, sa->keys->auth_len);
	}
	for (i = 0; i < __NFI_DROP_MAX; i++)
		msg->drops[i] = (u32)atomic_read(&sa->drops[i]);
	nfi_rows_mark(NFI_SET_SA, msg);
}

/* Policies ------------------------------------------------------------------------------------ */

#define SP_ALWAYS                                                                                  \
	(NFI_BIT(NFI_SP_ID) | NFI_BIT(NFI_SP_DIR) | NFI_BIT(NFI_SP_ACTION) |                       \
	 NFI_BIT(NFI_SP_SRC_LEN) | NFI_BIT(NFI_SP_DST_LEN) | NFI_BIT(NFI_SP_PRIO) |                \
	 NFI_BIT(NFI_SP_OWNER) | NFI_BIT(NFI_SP_EPOCH) | NFI_BIT(NFI_SP_BYTES) |                   \
	 NFI_BIT(NFI_SP_PACKETS) | NFI_BIT(NFI_SP_USE_TIME))

static void describe_ports(const struct nfi_selector *sel, struct nfi_sp_msg *msg)
{
	msg->sport_min = sel->sport_min;
	msg->sport_max = sel->sport_max;
	msg->dport_min = sel->dport_min;
	msg->dport_max = sel->dport_max;
	/* a range goes as a pair, and not at all when it is everything */
	if (sel->sport_min || sel->sport_max != U16_MAX)
		msg->has |= NFI_BIT(NFI_SP_SPORT_MIN) | NFI_BIT(NFI_SP_SPORT_MAX);
	if (sel->dport_min || sel->dport_max != U16_MAX)
		msg->has |= NFI_BIT(NFI_SP_DPORT_MIN) | NFI_BIT(NFI_SP_DPORT_MAX);
}

static void describe_tmpl(const struct nfi_tmpl *tmpl, struct nfi_tmpl_msg *msg)
{
	msg->proto = tmpl->proto;
	msg->mode = tmpl->mode;
	msg->reqid = tmpl->reqid;
	msg->saddr = tmpl->saddr;
	msg->daddr = tmpl->daddr;
	nfi_rows_mark(NFI_SET_TMPL, msg);
}

void nfi_describe_sp(const struct nfi_policy *sp, struct nfi_sp_msg *msg)
{
	const struct nfi_selector *sel = &sp->sel;
	u64 ports;
	int i;

	msg->id = sp->id;
	msg->dir = sp->dir;
	msg->action = sp->action;
	msg->flags = sp->flags;
	msg->prio = sp->prio;
	msg->owner = sp->owner;
	msg->epoch = sp->epoch;
	set_addr(&msg->src, sel->family, &sel->src);
	set_addr(&msg->dst, sel->family, &sel->dst);
	msg->src_len = sel->src_len;
	msg->dst_len = sel->dst_len;
	msg->proto = sel->proto;
	msg->mark = sel->mark;
	msg->mark_mask = sel->mark_mask;
	msg->bytes = atomic64_read(&sp->bytes);
	msg->packets = atomic64_read(&sp->packets);
	msg->use_time = READ_ONCE(sp->use_time);
	msg->held = skb_queue_len_lockless(&sp->hold);
	memcpy(msg->name, sp->name, sizeof(msg->name));
	for (i = 0; i < sp->ntmpl; i++)
		describe_tmpl(&sp->tmpl[i], &msg->tmpl[i]);
	msg->ntmpl = sp->ntmpl;
	msg->reqid = sp->ntmpl ? sp->tmpl[0].reqid : 0;

	msg->has = SP_ALWAYS;
	if (sel->mark_mask)
		msg->has |= NFI_BIT(NFI_SP_MARK);
	describe_ports(sel, msg);
	ports = msg->has;
	nfi_rows_mark(NFI_SET_SP, msg);
	/* 0 to 65535 is not zero, but says nothing */
	msg->has &= ports | ~(NFI_BIT(NFI_SP_SPORT_MAX) | NFI_BIT(NFI_SP_DPORT_MAX));
}
