// SPDX-License-Identifier: GPL-2.0-only
/*
 * netlink.c - the family: its commands as a table, each a few lines over the objects' functions.
 */
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <generated/utsrelease.h>
#include "journey.h"
#include "netns.h"
#include "nl.h"

/* One request at work. */
struct req {
	struct nfi_net *nn;
	struct sk_buff *skb;
	struct genl_info *info;
	struct netlink_ext_ack *extack;
	u32 txn; /* 0: none was named */
	union {
		u64 has; /* first member of each of these */
		struct nfi_sa_msg sa;
		struct nfi_sp_msg sp;
		struct nfi_ns_msg ns;
		struct nfi_info_msg info;
	} *msg; /* the nest, and later that of the reply */
	struct sk_buff *reply; /* sent when all went well */
};

/* How a command is treated; run has nn->lock held. */
struct verb {
	int (*run)(struct req *r);
	u8 nest; /* NFI_A_SA, NFI_A_SP, NFI_A_NS; 0: none */
	enum nfi_set set;
	bool optional; /* the nest may be absent: it only filters */
	bool in_txn; /* changes objects: works in the named transaction, or one of its own */
	u16 flags; /* NLM_F_* beside those that every request may have */
	struct nfi_want want;
	u64 name; /* together these name the object, if its ID (same bit in SA and SP) does not */
};

#define ID_BIT NFI_BIT(NFI_SA_ID)
static_assert((int)NFI_SA_ID == (int)NFI_SP_ID);

/* Replies ------------------------------------------------------------------------------------- */

static int reply(struct req *r, u8 cmd, int type, enum nfi_set set)
{
	void *hdr;

	r->reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!r->reply)
		return -ENOMEM;
	hdr = genlmsg_put_reply(r->reply, r->info, &nfi_genl_family, 0, cmd);
	if (!hdr || nfi_rows_put(r->reply, type, set, r->msg))
		return -EMSGSIZE;
	genlmsg_end(r->reply, hdr);
	return 0;
}

static int reply_u32(struct req *r, u8 cmd, int type, u32 value)
{
	void *hdr;

	r->reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!r->reply)
		return -ENOMEM;
	hdr = genlmsg_put_reply(r->reply, r->info, &nfi_genl_family, 0, cmd);
	if (!hdr || nla_put_u32(r->reply, type, value))
		return -EMSGSIZE;
	genlmsg_end(r->reply, hdr);
	return 0;
}

static int reply_sa(struct req *r, u8 cmd, struct nfi_sa *sa)
{
	bool secrets = r->info->attrs[NFI_A_SECRETS];

	memzero_explicit(r->msg, sizeof(*r->msg));
	nfi_describe_sa_full(sa, secrets, &r->msg->sa);
	return reply(r, cmd, NFI_A_SA, NFI_SET_SA);
}

static int reply_sp(struct req *r, u8 cmd, const struct nfi_policy *sp)
{
	memset(r->msg, 0, sizeof(*r->msg));
	nfi_describe_sp(sp, &r->msg->sp);
	r->msg->has &= ~NFI_BIT(NFI_SP_REQID); /* TMPL says it */
	return reply(r, cmd, NFI_A_SP, NFI_SET_SP);
}

static bool wants(const struct req *r, u16 flag)
{
	return r->info->nlhdr->nlmsg_flags & flag;
}

/* SAs and policies ---------------------------------------------------------------------------- */

static int sa_new(struct req *r)
{
	struct nfi_sa *sa;
	int err = nfi_sa_add(r->nn, &r->msg->sa, wants(r, NLM_F_REPLACE), &sa, r->extack);

	if (err || !wants(r, NLM_F_ECHO))
		return err;
	return reply_sa(r, NFI_CMD_SA_NEW, sa);
}

static int sa_set(struct req *r)
{
	return nfi_sa_set(r->nn, &r->msg->sa, r->extack);
}

static int sa_del(struct req *r)
{
	return nfi_sa_del(r->nn, &r->msg->sa, r->extack);
}

static int sa_get(struct req *r)
{
	struct nfi_sa *sa = nfi_sa_by_msg(r->nn, &r->msg->sa);

	if (!sa) {
		NL_SET_ERR_MSG_ATTR(r->extack, r->info->attrs[NFI_A_SA], "no such SA");
		return -ENOENT;
	}
	return reply_sa(r, NFI_CMD_SA_GET, sa);
}

static int sa_flush(struct req *r)
{
	return nfi_sa_flush(r->nn, &r->msg->sa);
}

static int sa_allocspi(struct req *r)
{
	int err = nfi_sa_allocspi(r->nn, &r->msg->sa, r->extack);

	if (err)
		return err;
	r->msg->has = NFI_BIT(NFI_SA_SPI) | NFI_BIT(NFI_SA_DADDR) | NFI_BIT(NFI_SA_PROTO);
	return reply(r, NFI_CMD_SA_ALLOCSPI, NFI_A_SA, NFI_SET_SA);
}

static int sp_new(struct req *r)
{
	struct nfi_policy *sp;
	int err = nfi_policy_add(r->nn, &r->msg->sp, wants(r, NLM_F_REPLACE), &sp, r->extack);

	if (err || !wants(r, NLM_F_ECHO))
		return err;
	return reply_sp(r, NFI_CMD_SP_NEW, sp);
}

static int sp_del(struct req *r)
{
	return nfi_policy_del(r->nn, &r->msg->sp, r->extack);
}

static int sp_get(struct req *r)
{
	struct nfi_policy *sp = nfi_policy_by_msg(r->nn, &r->msg->sp);

	if (!sp) {
		NL_SET_ERR_MSG_ATTR(r->extack, r->info->attrs[NFI_A_SP], "no such policy");
		return -ENOENT;
	}
	return reply_sp(r, NFI_CMD_SP_GET, sp);
}

static int sp_flush(struct req *r)
{
	return nfi_policy_flush(r->nn, &r->msg->sp);
}

/* Transactions -------------------------------------------------------------------------------- */

static int need_txn(struct req *r)
{
	if (r->txn)
		return 0;
	NL_SET_ERR_MSG(r->extack, "a required attribute is missing");
	NL_SET_ERR_ATTR_MISS(r->extack, NULL, NFI_A_TXN);
	return -EINVAL;
}

static int txn_begin(struct req *r)
{
	u32 id, portid = r->info->snd_portid;
	int err = nfi_txn_begin(r->nn, portid, &id, r->extack);

	if (err)
		return err;
	err = reply_u32(r, NFI_CMD_TXN_BEGIN, NFI_A_TXN, id);
	if (err)
		nfi_txn_abort(r->nn, portid, id, NULL);
	return err;
}

static int txn_commit(struct req *r)
{
	return need_txn(r) ?: nfi_txn_commit(r->nn, r->info->snd_portid, r->txn, r->extack);
}

static int txn_abort(struct req *r)
{
	return need_txn(r) ?: nfi_txn_abort(r->nn, r->info->snd_portid, r->txn, r->extack);
}

/* The namespace ------------------------------------------------------------------------------- */

#ifdef MODULE
#define VERSION (THIS_MODULE->version ?: "none")
#else
#define VERSION UTS_RELEASE
#endif

static int info_get(struct req *r)
{
	struct nfi_info_msg *msg = &r->msg->info;
	const struct nfi_net *nn = r->nn;

	strscpy(msg->version, VERSION, sizeof(msg->version));
	msg->proto = NFI_GENL_VERSION;
	msg->sas = nn->sad.count;
	msg->policies = nn->spd.count[NFI_DIR_IN] + nn->spd.count[NFI_DIR_OUT];
	msg->generation = nn->commits;
	msg->has = NFI_BIT(NFI_INFO_VERSION) | NFI_BIT(NFI_INFO_PROTO) | NFI_BIT(NFI_INFO_SAS) |
		   NFI_BIT(NFI_INFO_POLICIES) | NFI_BIT(NFI_INFO_GENERATION);
	return reply(r, NFI_CMD_INFO_GET, NFI_A_INFO, NFI_SET_INFO);
}

/* attribute, field of struct nfi_settings and of struct nfi_ns_msg */
#define NS_FIELDS(x)                                                                               \
	x(INPUT, input) x(DEFAULT, dflt) x(SECPATH, secpath) x(TAP, tap) x(TRACK, track)           \
	x(GUARD, guard) x(LOCKED, locked) x(MSS, mss) x(HOLD_PACKETS, hold_packets)                \
	x(HOLD_MS, hold_ms) x(NATT_PORT, natt_port)

#define NS_BIT(a, f) NFI_BIT(NFI_NS_##a) |
#define NS_SETTABLE (NS_FIELDS(NS_BIT) 0)

static int ns_get(struct req *r)
{
	struct nfi_ns_msg *msg = &r->msg->ns;
	const struct nfi_settings *set = &r->nn->set;

#define NS_READ(a, f) msg->f = set->f;
	NS_FIELDS(NS_READ)
#undef NS_READ
	msg->exempt = nfi_exempt_count(r->nn);
	msg->has = NS_SETTABLE | NFI_BIT(NFI_NS_EXEMPT);
	return reply(r, NFI_CMD_NS_GET, NFI_A_NS, NFI_SET_NS);
}

/* Packets read the settings without a lock. */
static void apply(struct nfi_net *nn, const struct nfi_settings *set)
{
#define NS_WRITE(a, f) WRITE_ONCE(nn->set.f, set->f);
	NS_FIELDS(NS_WRITE)
#undef NS_WRITE
}

static int ns_set(struct req *r)
{
	const struct nfi_ns_msg *msg = &r->msg->ns;
	struct nfi_settings old = r->nn->set, new = old;
	int err;

#define NS_TAKE(a, f)                                                                              \
	if (msg->has & NFI_BIT(NFI_NS_##a))                                                        \
		new.f = msg->f;
	NS_FIELDS(NS_TAKE)
#undef NS_TAKE
	apply(r->nn, &new);
	/* which hooks are needed hangs on input, guard and default */
	err = nfi_hooks_update(r->nn);
	if (err) {
		apply(r->nn, &old);
		NL_SET_ERR_MSG(r->extack, "hooks for these settings cannot be registered");
		return err;
	}
	if (new.locked && !old.locked)
		__module_get(THIS_MODULE);
	if (old.locked && !new.locked)
		module_put(THIS_MODULE);
	return 0;
}

static int sock_exempt(struct req *r)
{
	const struct nlattr *fd = r->info->attrs[NFI_A_SOCK_FD];
	int err;

	if (!fd) {
		NL_SET_ERR_MSG(r->extack, "a required attribute is missing");
		NL_SET_ERR_ATTR_MISS(r->extack, NULL, NFI_A_SOCK_FD);
		return -EINVAL;
	}
	err = nfi_exempt_add(r->nn, nla_get_u32(fd), r->extack);
	if (err)
		NL_SET_BAD_ATTR(r->extack, fd);
	return err;
}

static int owner_claim(struct req *r)
{
	const struct nlattr *a = r->info->attrs[NFI_A_OWNER];
	int err;

	if (!a) {
		NL_SET_ERR_MSG(r->extack, "a required attribute is missing");
		NL_SET_ERR_ATTR_MISS(r->extack, NULL, NFI_A_OWNER);
		return -EINVAL;
	}
	err = nfi_owner_claim(r->nn, nla_get_u64(a), r->info->snd_portid);
	if (err == -EBUSY)
		NL_SET_ERR_MSG_ATTR(r->extack, a, "another socket has claimed this owner");
	if (err == -ENOSPC)
		NL_SET_ERR_MSG_ATTR(r->extack, a, "too many claims in this namespace");
	return err;
}

/* Commands ------------------------------------------------------------------------------------ */

#define SA_LIFE                                                                                    \
	(NFI_BIT(NFI_SA_SOFT_BYTES) | NFI_BIT(NFI_SA_HARD_BYTES) | NFI_BIT(NFI_SA_SOFT_PACKETS) |  \
	 NFI_BIT(NFI_SA_HARD_PACKETS) | NFI_BIT(NFI_SA_SOFT_ADD) | NFI_BIT(NFI_SA_HARD_ADD) |      \
	 NFI_BIT(NFI_SA_SOFT_USE) | NFI_BIT(NFI_SA_HARD_USE))
#define SA_NAME (NFI_BIT(NFI_SA_DADDR) | NFI_BIT(NFI_SA_SPI) | NFI_BIT(NFI_SA_PROTO))
#define SA_NEED                                                                                    \
	(SA_NAME | NFI_BIT(NFI_SA_DIR) | NFI_BIT(NFI_SA_MODE) | NFI_BIT(NFI_SA_SADDR) |            \
	 NFI_BIT(NFI_SA_REQID))
#define SA_MAY                                                                                     \
	(SA_NEED | SA_LIFE | NFI_BIT(NFI_SA_ENC_ALG) | NFI_BIT(NFI_SA_ENC_KEY) |                   \
	 NFI_BIT(NFI_SA_AUTH_ALG) | NFI_BIT(NFI_SA_AUTH_KEY) | NFI_BIT(NFI_SA_FLAGS) |             \
	 NFI_BIT(NFI_SA_REPLAY) | NFI_BIT(NFI_SA_SEQ) | NFI_BIT(NFI_SA_ENCAP) |                    \
	 NFI_BIT(NFI_SA_ENCAP_SPORT) | NFI_BIT(NFI_SA_ENCAP_DPORT) | NFI_BIT(NFI_SA_DF) |          \
	 NFI_BIT(NFI_SA_DSCP) | NFI_BIT(NFI_SA_TTL) | NFI_BIT(NFI_SA_TFC) | NFI_BIT(NFI_SA_MARK) | \
	 NFI_BIT(NFI_SA_OIF) | NFI_BIT(NFI_SA_OWNER) | NFI_BIT(NFI_SA_EPOCH) |                     \
	 NFI_BIT(NFI_SA_NAME))
#define SA_CHANGE                                                                                  \
	(ID_BIT | SA_NAME | SA_LIFE | NFI_BIT(NFI_SA_SADDR) | NFI_BIT(NFI_SA_ENCAP) |              \
	 NFI_BIT(NFI_SA_ENCAP_SPORT) | NFI_BIT(NFI_SA_ENCAP_DPORT) | NFI_BIT(NFI_SA_SEQ) |         \
	 NFI_BIT(NFI_SA_MARK) | NFI_BIT(NFI_SA_TFC) | NFI_BIT(NFI_SA_EPOCH))
#define SA_FLUSH_BY (NFI_SA_FILTER | NFI_BIT(NFI_SA_EPOCH_BEFORE))
#define SA_SPI                                                                                     \
	(NFI_BIT(NFI_SA_DADDR) | NFI_BIT(NFI_SA_PROTO) | NFI_BIT(NFI_SA_SPI_MIN) |                 \
	 NFI_BIT(NFI_SA_SPI_MAX))

#define SP_SELECT                                                                                  \
	(NFI_BIT(NFI_SP_SRC) | NFI_BIT(NFI_SP_SRC_LEN) | NFI_BIT(NFI_SP_DST) |                     \
	 NFI_BIT(NFI_SP_DST_LEN) | NFI_BIT(NFI_SP_PROTO) | NFI_BIT(NFI_SP_SPORT_MIN) |             \
	 NFI_BIT(NFI_SP_SPORT_MAX) | NFI_BIT(NFI_SP_DPORT_MIN) | NFI_BIT(NFI_SP_DPORT_MAX) |       \
	 NFI_BIT(NFI_SP_MARK) | NFI_BIT(NFI_SP_MARK_MASK))
#define SP_NAME                                                                                    \
	(NFI_BIT(NFI_SP_DIR) | NFI_BIT(NFI_SP_SRC) | NFI_BIT(NFI_SP_SRC_LEN) |                     \
	 NFI_BIT(NFI_SP_DST) | NFI_BIT(NFI_SP_DST_LEN))
#define SP_KEY (ID_BIT | NFI_BIT(NFI_SP_DIR) | SP_SELECT | NFI_BIT(NFI_SP_PRIO))
#define SP_NEED (SP_NAME | NFI_BIT(NFI_SP_ACTION))
#define SP_MAY                                                                                     \
	(SP_NEED | SP_SELECT | NFI_BIT(NFI_SP_PRIO) | NFI_BIT(NFI_SP_FLAGS) |                      \
	 NFI_BIT(NFI_SP_TMPL) | NFI_BIT(NFI_SP_OWNER) | NFI_BIT(NFI_SP_EPOCH) |                    \
	 NFI_BIT(NFI_SP_NAME))
#define SP_FLUSH_BY (NFI_SP_FILTER | NFI_BIT(NFI_SP_EPOCH_BEFORE))

#define NEW_FLAGS (NLM_F_REPLACE | NLM_F_EXCL | NLM_F_CREATE)

static const struct verb verbs[] = {
	[NFI_CMD_INFO_GET] = { .run = info_get },
	[NFI_CMD_NS_GET] = { .run = ns_get },
	[NFI_CMD_NS_SET] = { .run = ns_set, .nest = NFI_A_NS, .set = NFI_SET_NS,
			     .want = { 0, NS_SETTABLE } },
	[NFI_CMD_SA_NEW] = { .run = sa_new, .nest = NFI_A_SA, .set = NFI_SET_SA, .in_txn = true,
			     .flags = NEW_FLAGS, .want = { SA_NEED, SA_MAY } },
	[NFI_CMD_SA_SET] = { .run = sa_set, .nest = NFI_A_SA, .set = NFI_SET_SA,
			     .want = { 0, SA_CHANGE }, .name = SA_NAME },
	[NFI_CMD_SA_DEL] = { .run = sa_del, .nest = NFI_A_SA, .set = NFI_SET_SA, .in_txn = true,
			     .want = { 0, ID_BIT | SA_NAME }, .name = SA_NAME },
	[NFI_CMD_SA_GET] = { .run = sa_get, .nest = NFI_A_SA, .set = NFI_SET_SA,
			     .want = { 0, ID_BIT | SA_NAME }, .name = SA_NAME },
	[NFI_CMD_SA_FLUSH] = { .run = sa_flush, .nest = NFI_A_SA, .set = NFI_SET_SA,
			       .optional = true, .in_txn = true, .want = { 0, SA_FLUSH_BY } },
	[NFI_CMD_SA_ALLOCSPI] = { .run = sa_allocspi, .nest = NFI_A_SA, .set = NFI_SET_SA,
				  .want = { SA_SPI, SA_SPI | NFI_BIT(NFI_SA_OWNER) } },
	[NFI_CMD_SP_NEW] = { .run = sp_new, .nest = NFI_A_SP, .set = NFI_SET_SP, .in_txn = true,
			     .flags = NEW_FLAGS, .want = { SP_NEED, SP_MAY } },
	[NFI_CMD_SP_DEL] = { .run = sp_del, .nest = NFI_A_SP, .set = NFI_SET_SP, .in_txn = true,
			     .want = { 0, SP_KEY }, .name = SP_NAME },
	[NFI_CMD_SP_GET] = { .run = sp_get, .nest = NFI_A_SP, .set = NFI_SET_SP,
			     .want = { 0, SP_KEY }, .name = SP_NAME },
	[NFI_CMD_SP_FLUSH] = { .run = sp_flush, .nest = NFI_A_SP, .set = NFI_SET_SP,
			       .optional = true, .in_txn = true, .want = { 0, SP_FLUSH_BY } },
	[NFI_CMD_TXN_BEGIN] = { .run = txn_begin },
	[NFI_CMD_TXN_COMMIT] = { .run = txn_commit },
	[NFI_CMD_TXN_ABORT] = { .run = txn_abort },
	[NFI_CMD_SOCK_EXEMPT] = { .run = sock_exempt },
	[NFI_CMD_OWNER_CLAIM] = { .run = owner_claim },
};

int nfi_request_ok(const struct nlmsghdr *nlh, u16 flags, struct netlink_ext_ack *extack)
{
	const struct genlmsghdr *genl = nlmsg_data(nlh);
	const struct nlattr *a;
	u32 seen = 0;
	int rem;

	if (genl->reserved) {
		NL_SET_ERR_MSG(extack, "reserved octets of the header are not zero");
		return -EINVAL;
	}
	flags |= NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO;
	if (nlh->nlmsg_flags & ~flags) {
		NL_SET_ERR_MSG(extack, "a message flag means nothing to this command");
		return -EINVAL;
	}
	/* of two, the core would have shown us the last only */
	nlmsg_for_each_attr(a, nlh, GENL_HDRLEN, rem) {
		if (seen & BIT(nla_type(a))) {
			NL_SET_ERR_MSG_ATTR(extack, a, "attribute is given twice");
			return -EINVAL;
		}
		seen |= BIT(nla_type(a)); /* the policy has seen to it that this is small */
	}
	return 0;
}

static int read_nest(struct req *r, const struct verb *v)
{
	const struct nlattr *nest = v->nest ? r->info->attrs[v->nest] : NULL;
	int err;

	if (!v->nest || (!nest && v->optional))
		return 0;
	if (!nest) {
		NL_SET_ERR_MSG(r->extack, "a required attribute is missing");
		NL_SET_ERR_ATTR_MISS(r->extack, NULL, v->nest);
		return -EINVAL;
	}
	err = nfi_rows_get(v->set, nest, &v->want, r->msg, r->extack);
	if (err)
		return err;
	if (v->name && !(r->msg->has & ID_BIT) && (v->name & ~r->msg->has)) {
		NL_SET_ERR_MSG(r->extack, "object is named neither by its ID nor by its key");
		NL_SET_ERR_ATTR_MISS(r->extack, nest, __ffs64(v->name & ~r->msg->has));
		return -EINVAL;
	}
	return 0;
}

static int check(struct req *r, const struct verb *v)
{
	struct nlattr **attrs = r->info->attrs;
	int err = nfi_request_ok(r->info->nlhdr, v->flags, r->extack);

	if (!err)
		err = read_nest(r, v);
	if (!err && attrs[NFI_A_SECRETS])
		err = nfi_secrets_ok(r->skb, attrs, r->extack);
	if (attrs[NFI_A_TXN])
		r->txn = nla_get_u32(attrs[NFI_A_TXN]);
	return err;
}

static int perform(struct req *r, const struct verb *v)
{
	struct nfi_net *nn = r->nn;
	int err;

	mutex_lock(&nn->lock);
	if (v->in_txn) {
		err = nfi_txn_enter(nn, r->info->snd_portid, r->txn, r->extack);
		if (!err)
			err = nfi_txn_leave(nn, r->txn, v->run(r));
	} else {
		err = v->run(r);
	}
	mutex_unlock(&nn->lock);
	return err;
}

/* A refusal names a place and says something: those who did not know the place get the nest's. */
static void explain(const struct req *r, const struct verb *v, int err)
{
	struct netlink_ext_ack *extack = r->extack;

	if (!extack)
		return;
	if (err == -ENOMEM && !extack->_msg)
		NL_SET_ERR_MSG(extack, "out of memory");
	if (v->nest && r->info->attrs[v->nest] && !extack->bad_attr && !extack->miss_type)
		NL_SET_BAD_ATTR(extack, r->info->attrs[v->nest]);
}

static int doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct verb *v = &verbs[info->genlhdr->cmd];
	struct req r = {
		.nn = nfi_pernet(genl_info_net(info)),
		.skb = skb,
		.info = info,
		.extack = info->extack,
	};
	int err = -ENOMEM;

	r.msg = kzalloc(sizeof(*r.msg), GFP_KERNEL);
	if (r.msg)
		err = check(&r, v) ?: perform(&r, v);
	nfi_rows_wipe(info->nlhdr); /* keys, whatever happened */
	kfree_sensitive(r.msg);
	if (err) {
		explain(&r, v, err);
		nlmsg_free(r.reply);
		return err;
	}
	if (!r.reply)
		return 0;
	err = genlmsg_reply(r.reply, info);
	/* what was done is done: an echo that does not fit the receive buffer is no failure */
	return v->in_txn ? 0 : err;
}

/* The family ---------------------------------------------------------------------------------- */

#define NEST { .type = NLA_NESTED }
#define TXN NLA_POLICY_MIN(NLA_U32, 1)

/* nests are checked by nfi_rows_get(), so that their keys are wiped also when that refuses them */
static const struct nla_policy none_policy[NFI_A_MAX + 1] = {};
static const struct nla_policy sa_policy[NFI_A_MAX + 1] = { [NFI_A_SA] = NEST };
static const struct nla_policy sa_txn_policy[NFI_A_MAX + 1] = {
	[NFI_A_SA] = NEST,
	[NFI_A_TXN] = TXN,
};

static const struct nla_policy sa_get_policy[NFI_A_MAX + 1] = {
	[NFI_A_SA] = NEST,
	[NFI_A_SECRETS] = { .type = NLA_FLAG },
};

static const struct nla_policy sp_policy[NFI_A_MAX + 1] = { [NFI_A_SP] = NEST };
static const struct nla_policy sp_txn_policy[NFI_A_MAX + 1] = {
	[NFI_A_SP] = NEST,
	[NFI_A_TXN] = TXN,
};

static const struct nla_policy ns_policy[NFI_A_MAX + 1] = { [NFI_A_NS] = NEST };
static const struct nla_policy txn_policy[NFI_A_MAX + 1] = { [NFI_A_TXN] = TXN };
static struct netlink_range_validation fd_range = { .max = INT_MAX };
static const struct nla_policy fd_policy[NFI_A_MAX + 1] = {
	[NFI_A_SOCK_FD] = NLA_POLICY_FULL_RANGE(NLA_U32, &fd_range),
};

static const struct nla_policy owner_policy[NFI_A_MAX + 1] = {
	[NFI_A_OWNER] = NLA_POLICY_MIN(NLA_U64, 1),
};

#define OP(c, pol)                                                                                 \
	.cmd = NFI_CMD_##c, .policy = (pol), .maxattr = NFI_A_MAX, .flags = GENL_UNS_ADMIN_PERM
#define DO(c, pol) { OP(c, pol), .doit = doit }
#define DUMP(what) .start = nfi_dump_##what##_start, .dumpit = nfi_dump, .done = nfi_dump_done

static const struct genl_ops ops[] = {
	DO(INFO_GET, none_policy),
	{ OP(ALG_GET, none_policy), DUMP(alg) },
	DO(NS_GET, none_policy),
	DO(NS_SET, ns_policy),
	DO(SA_NEW, sa_txn_policy),
	DO(SA_SET, sa_policy),
	DO(SA_DEL, sa_txn_policy),
	{ OP(SA_GET, sa_get_policy), .doit = doit, DUMP(sa) },
	DO(SA_FLUSH, sa_txn_policy),
	DO(SA_ALLOCSPI, sa_policy),
	DO(SP_NEW, sp_txn_policy),
	DO(SP_DEL, sp_txn_policy),
	{ OP(SP_GET, sp_policy), .doit = doit, DUMP(sp) },
	DO(SP_FLUSH, sp_txn_policy),
	DO(TXN_BEGIN, none_policy),
	DO(TXN_COMMIT, txn_policy),
	DO(TXN_ABORT, txn_policy),
	{ OP(STATS_GET, none_policy), DUMP(stat) },
	DO(SOCK_EXEMPT, fd_policy),
	DO(OWNER_CLAIM, owner_policy),
};

static const struct genl_multicast_group groups[] = {
	[NFI_MC_ACQUIRE] = { .name = NFI_GROUP_ACQUIRE, .flags = GENL_MCAST_CAP_NET_ADMIN },
	[NFI_MC_SA] = { .name = NFI_GROUP_SA, .flags = GENL_MCAST_CAP_NET_ADMIN },
	[NFI_MC_SP] = { .name = NFI_GROUP_SP, .flags = GENL_MCAST_CAP_NET_ADMIN },
	[NFI_MC_PEER] = { .name = NFI_GROUP_PEER, .flags = GENL_MCAST_CAP_NET_ADMIN },
};

struct genl_family nfi_genl_family __ro_after_init = {
	.name = NFI_GENL_NAME,
	.version = NFI_GENL_VERSION,
	/* the core would refuse NLM_F_REPLACE; nfi_request_ok() is as strict as it */
	.resv_start_op = __NFI_CMD_MAX,
	.netnsok = true,
	.parallel_ops = true,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
	.module = THIS_MODULE,
};

/* A netlink socket was closed: what belonged to it goes. */
static int release(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct netlink_notify *n = ptr;
	struct nfi_net *nn;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	nn = nfi_pernet(n->net);
	nfi_owner_release(nn, n->portid);
	/* most sockets have none open, and must not wait for a long commit of another */
	if (READ_ONCE(nn->txn.portid) == n->portid) {
		mutex_lock(&nn->lock);
		nfi_txn_orphan(nn, n->portid);
		mutex_unlock(&nn->lock);
	}
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = release };

int nfi_netlink_init(void)
{
	int err = netlink_register_notifier(&notifier);

	if (err)
		return err;
	err = genl_register_family(&nfi_genl_family);
	if (err)
		netlink_unregister_notifier(&notifier);
	return err;
}

void nfi_netlink_exit(void)
{
	genl_unregister_family(&nfi_genl_family);
	netlink_unregister_notifier(&notifier);
}

void nfi_netlink_pre_exit(struct nfi_net *nn)
{
	mutex_lock(&nn->lock);
	nfi_txn_orphan(nn, 0);
	if (nn->set.locked)
		module_put(THIS_MODULE);
	WRITE_ONCE(nn->set.locked, 0);
	mutex_unlock(&nn->lock);
	nfi_owner_release(nn, 0);
	nfi_exempt_stop(nn->nl);
}
