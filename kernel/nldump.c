// SPDX-License-Identifier: GPL-2.0-only
/*
 * nldump.c - objects described for replies and events, and the dumps.
 *
 * Dumps go by id, so they resume where the last message ended, whatever happened in between; a
 * commit in between is told by NLM_F_DUMP_INTR. nn->lock is held for one message or SCAN objects.
 */
#include <linux/slab.h>
#include <net/dst.h>
#include <net/genetlink.h>
#include <net/sock.h>
#include "compat.h"
#include "crypto.h"
#include "netns.h"
#include "nl.h"

#define SCAN 1024 /* objects looked at between two breaths */

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

/* Largest inner packet, if the way to the peer is known. */
static u32 mtu_of(const struct nfi_sa *sa)
{
	const struct net_device *dev;
	const struct dst_entry *dst;
	u32 mtu = 0;

	if (sa->dir != NFI_DIR_OUT)
		return 0;
	rcu_read_lock();
	dst = rcu_dereference(sa->dst);
	dev = sa->oif ? dev_get_by_index_rcu(sa->nn->net, sa->oif) : NULL;
	if (dst)
		mtu = dst_mtu(dst);
	else if (dev)
		mtu = READ_ONCE(dev->mtu);
	rcu_read_unlock();
	return mtu ? nfi_sa_mtu(sa, mtu) : 0;
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
		msg->enc_key = sa->keys->enc_key;
		msg->auth_key = sa->keys->auth_key;
	}
	for (i = 0; i < __NFI_DROP_MAX; i++)
		msg->drops[i] = (u32)atomic_read(&sa->drops[i]);
	nfi_rows_mark(NFI_SET_SA, msg);
}

int nfi_secrets_ok(struct sk_buff *skb, struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	if (netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attrs[NFI_A_SECRETS],
			    "keys are shown to CAP_NET_ADMIN of the initial user namespace only");
	return -EPERM;
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

/* Dumps --------------------------------------------------------------------------------------- */

union object {
	struct nfi_sa_msg sa;
	struct nfi_sp_msg sp;
	struct nfi_stat_msg stat;
	struct nfi_alg_msg alg;
};

struct dump;

struct source {
	u8 cmd, nest;
	enum nfi_set set;
	struct nfi_want want; /* filters */
	/*
	 * write objects from d->next on: 0 when there are no more, -EMSGSIZE when the message is
	 * full, -EAGAIN after SCAN objects
	 */
	int (*fill)(struct nfi_net *nn, struct dump *d);
};

/* What a dump remembers, in cb->ctx; the messages are on the heap because ctx is small. */
struct dump {
	const struct source *src;
	struct {
		union object filter, reply;
	} *mem;
	unsigned long next; /* id or index */
	struct sk_buff *skb; /* being filled */
	struct netlink_callback *cb;
	bool checked; /* the request */
	bool secrets;
};

static struct dump *dump_of(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct dump) > sizeof_field(struct netlink_callback, ctx));
	return (struct dump *)cb->ctx;
}

static int put_object(struct dump *d)
{
	void *hdr = genlmsg_put(d->skb, NETLINK_CB(d->cb->skb).portid, d->cb->nlh->nlmsg_seq,
				&nfi_genl_family, NLM_F_MULTI, d->src->cmd);

	if (!hdr)
		return -EMSGSIZE;
	genl_dump_check_consistent(d->cb, hdr);
	if (nfi_rows_put(d->skb, d->src->nest, d->src->set, &d->mem->reply)) {
		genlmsg_cancel(d->skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(d->skb, hdr);
	return 0;
}

static int fill_sa(struct nfi_net *nn, struct dump *d)
{
	struct nfi_sa_msg *msg = &d->mem->reply.sa;
	struct nfi_sa *sa;
	unsigned long id;
	int n = 0;

	lockdep_assert_held(&nn->lock);
	xa_for_each_start(&nn->sad.ids, id, sa, d->next) {
		d->next = id;
		if (n++ == SCAN)
			return -EAGAIN;
		if (!nfi_active(nn, sa->inactive) || !nfi_sa_filter(sa, &d->mem->filter.sa))
			continue;
		memset(msg, 0, sizeof(*msg));
		nfi_describe_sa_full(sa, d->secrets, msg);
		if (put_object(d))
			return -EMSGSIZE;
	}
	return 0;
}

static int fill_sp(struct nfi_net *nn, struct dump *d)
{
	struct nfi_sp_msg *msg = &d->mem->reply.sp;
	struct nfi_policy *sp;
	unsigned long id;
	int n = 0;

	lockdep_assert_held(&nn->lock);
	xa_for_each_start(&nn->spd.ids, id, sp, d->next) {
		d->next = id;
		if (n++ == SCAN)
			return -EAGAIN;
		if (!nfi_active(nn, sp->inactive) || !nfi_policy_filter(sp, &d->mem->filter.sp))
			continue;
		memset(msg, 0, sizeof(*msg));
		nfi_describe_sp(sp, msg);
		msg->has &= ~NFI_BIT(NFI_SP_REQID); /* TMPL says it */
		if (put_object(d))
			return -EMSGSIZE;
	}
	return 0;
}

static int fill_stat(struct nfi_net *nn, struct dump *d)
{
	struct nfi_stat_msg *msg = &d->mem->reply.stat;

	/* reason 0 is no drop */
	for (d->next = max(d->next, 1UL); d->next < __NFI_DROP_MAX + __NFI_CNT_MAX; d->next++) {
		unsigned int i = d->next;
		bool drop = i < __NFI_DROP_MAX;
		const char *name;

		memset(msg, 0, sizeof(*msg));
		name = drop ? nfi_drop_name(i) : nfi_counter_name(i - __NFI_DROP_MAX);
		strscpy(msg->name, name, sizeof(msg->name));
		msg->reason = drop ? i : 0;
		msg->count = drop ? nfi_stats_drop(nn, i) : nfi_stats_count(nn, i - __NFI_DROP_MAX);
		msg->has = NFI_BIT(NFI_STAT_NAME) | NFI_BIT(NFI_STAT_COUNT);
		if (drop)
			msg->has |= NFI_BIT(NFI_STAT_REASON);
		if (put_object(d))
			return -EMSGSIZE;
	}
	return 0;
}

static const struct {
	u8 kind;
	u16 value;
	u32 flags;
	const char *name, *kernel;
} algs[] = {
#define NFI_ENC(id, val, nm, kern, module, keys, salt, iv, block, icv, fl) \
	{ .kind = 1, .value = (val), .flags = (fl), .name = (nm), .kernel = (kern) },
#define NFI_AUTH(id, val, nm, kern, module, keylen, icv, fl) \
	{ .kind = 2, .value = (val), .flags = (fl), .name = (nm), .kernel = (kern) },
#include "../nl-proto/algs.def"
#undef NFI_ENC
#undef NFI_AUTH
};

/* Without a lock: looking for a driver may load modules. */
static int fill_alg(struct nfi_net *nn, struct dump *d)
{
	struct nfi_alg_msg *msg = &d->mem->reply.alg;

	for (; d->next < ARRAY_SIZE(algs); d->next++) {
		unsigned int i = d->next;

		memset(msg, 0, sizeof(*msg));
		msg->kind = algs[i].kind;
		msg->value = algs[i].value;
		msg->flags = algs[i].flags;
		msg->has = NFI_BIT(NFI_ALG_FLAGS);
		strscpy(msg->name, algs[i].name, sizeof(msg->name));
		strscpy(msg->kernel, algs[i].kernel, sizeof(msg->kernel));
		/* what comes is the driver's name or, longer, why there is none */
		if (!nfi_xform_driver(msg->kind, msg->value, msg->error, sizeof(msg->error))) {
			strscpy(msg->driver, msg->error, sizeof(msg->driver));
			msg->error[0] = '\0';
		}
		nfi_rows_mark(NFI_SET_ALG, msg);
		if (put_object(d))
			return -EMSGSIZE;
	}
	return 0;
}

static const struct source sa_source = {
	.cmd = NFI_CMD_SA_GET, .nest = NFI_A_SA, .set = NFI_SET_SA,
	.want = { 0, NFI_SA_FILTER }, .fill = fill_sa,
};

static const struct source sp_source = {
	.cmd = NFI_CMD_SP_GET, .nest = NFI_A_SP, .set = NFI_SET_SP,
	.want = { 0, NFI_SP_FILTER }, .fill = fill_sp,
};

static const struct source stat_source = {
	.cmd = NFI_CMD_STATS_GET, .nest = NFI_A_STAT, .set = NFI_SET_STAT, .fill = fill_stat,
};

static const struct source alg_source = {
	.cmd = NFI_CMD_ALG_GET, .nest = NFI_A_ALG, .set = NFI_SET_ALG, .fill = fill_alg,
};

static int check(struct netlink_callback *cb, struct dump *d)
{
	struct nlattr **attrs = nfi_dump_attrs(cb);
	const struct source *src = d->src;
	const struct nlattr *nest = attrs[src->nest];
	int err;

	err = nfi_request_ok(cb->nlh, NLM_F_DUMP, cb->extack);
	if (!err && nest)
		err = nfi_rows_get(src->set, nest, &src->want, &d->mem->filter, cb->extack);
	if (!err && attrs[NFI_A_SECRETS]) {
		err = nfi_secrets_ok(cb->skb, attrs, cb->extack);
		d->secrets = !err;
	}
	d->checked = true;
	return err;
}

/* Linux 6.1 has no extack here, so there the request is checked by the first nfi_dump(). */
static int start(struct netlink_callback *cb, const struct source *src)
{
	struct dump *d = dump_of(cb);
	int err = 0;

	d->src = src;
	d->mem = kzalloc(sizeof(*d->mem), GFP_KERNEL);
	if (!d->mem)
		return -ENOMEM;
	if (cb->extack)
		err = check(cb, d);
	if (err)
		kfree(d->mem); /* done() is not called */
	return err;
}

int nfi_dump_sa_start(struct netlink_callback *cb)
{
	return start(cb, &sa_source);
}

int nfi_dump_sp_start(struct netlink_callback *cb)
{
	return start(cb, &sp_source);
}

int nfi_dump_stat_start(struct netlink_callback *cb)
{
	return start(cb, &stat_source);
}

int nfi_dump_alg_start(struct netlink_callback *cb)
{
	return start(cb, &alg_source);
}

int nfi_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nfi_net *nn = nfi_pernet(sock_net(skb->sk));
	struct dump *d = dump_of(cb);
	bool locked = d->src->set == NFI_SET_SA || d->src->set == NFI_SET_SP;
	int err;

	if (!d->checked) {
		err = check(cb, d);
		if (err)
			return err;
	}
	d->skb = skb;
	d->cb = cb;
	do {
		if (locked)
			mutex_lock(&nn->lock);
		/* 0 would mean: nothing was seen yet */
		cb->seq = (u32)nn->commits ?: U32_MAX;
		err = d->src->fill(nn, d);
		if (locked)
			mutex_unlock(&nn->lock);
		cond_resched();
	} while (err == -EAGAIN);

	/* not called again after the end, but a source must not start over if it is */
	if (!err)
		d->next = ULONG_MAX;
	if (err && !skb->len)
		return err;
	return skb->len;
}

int nfi_dump_done(struct netlink_callback *cb)
{
	kfree_sensitive(dump_of(cb)->mem);
	return 0;
}
