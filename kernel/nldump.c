// SPDX-License-Identifier: GPL-2.0-only
/*
 * nldump.c - the dumps.
 *
 * Dumps go by id, so they resume where the last message ended, whatever happened in between; a
 * commit in between is told by NLM_F_DUMP_INTR. nn->lock is held for one message or SCAN objects.
 */
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/sock.h>
#include "compat.h"
#include "crypto.h"
#include "netns.h"
#include "nl.h"

#define SCAN 1024 /* objects looked at between two breaths */

int nfi_secrets_ok(struct sk_buff *skb, struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	if (netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attrs[NFI_A_SECRETS],
			    "keys are shown to CAP_NET_ADMIN of the initial user namespace only");
	return -EPERM;
}

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
