// SPDX-License-Identifier: GPL-2.0-only
/*
 * nlrow.c - attributes into structs and back, driven by the rows of nf_ipsec.def. Knows no command.
 */
#include <linux/string.h>
#include "nl.h"
#include "../nl-proto/nf_ipsec_policy.h"

/* Rows are reached through `has`, which is the first member of every struct and has 64 bits. */
static_assert(offsetof(struct nfi_sa_msg, has) == 0 && NFI_SA_MAX < 64);
static_assert(offsetof(struct nfi_sp_msg, has) == 0 && NFI_SP_MAX < 64);
static_assert(offsetof(struct nfi_tmpl_msg, has) == 0);
static_assert(offsetof(struct nfi_ns_msg, has) == 0);
static_assert(offsetof(struct nfi_ev_msg, has) == 0);

static const struct {
	const struct nla_policy *policy; /* NULL: the set is never read */
	const struct nfi_row *rows;
	u8 max; /* highest attribute */
	u8 pad; /* its padding attribute, 0: the set has no 64-bit values */
} sets[__NFI_SET_MAX] = {
	[NFI_SET_SA] = { nfi_sa_policy, nfi_sa_rows, NFI_SA_MAX, NFI_SA_PAD },
	[NFI_SET_SP] = { nfi_sp_policy, nfi_sp_rows, NFI_SP_MAX, NFI_SP_PAD },
	[NFI_SET_TMPL] = { nfi_tmpl_policy, nfi_tmpl_rows, NFI_TMPL_ATTR_MAX, 0 },
	[NFI_SET_NS] = { nfi_ns_policy, nfi_ns_rows, NFI_NS_MAX, NFI_NS_PAD },
	[NFI_SET_EV] = { NULL, nfi_ev_rows, NFI_EV_MAX, NFI_EV_PAD },
	[NFI_SET_STAT] = { NULL, nfi_stat_rows, NFI_STAT_MAX, NFI_STAT_PAD },
	[NFI_SET_ALG] = { NULL, nfi_alg_rows, NFI_ALG_ATTR_MAX, 0 },
	[NFI_SET_INFO] = { NULL, nfi_info_rows, NFI_INFO_MAX, NFI_INFO_PAD },
};

/* indexes of templates, innermost first */
static const struct nla_policy tmpl_list_policy[NFI_TMPL_MAX + 1] = {
	[1 ... NFI_TMPL_MAX] = { .type = NLA_NESTED },
};

static const struct nfi_want tmpl_want = {
	.need = NFI_BIT(NFI_TMPL_PROTO) | NFI_BIT(NFI_TMPL_MODE) | NFI_BIT(NFI_TMPL_REQID),
	.may = NFI_BIT(NFI_TMPL_PROTO) | NFI_BIT(NFI_TMPL_MODE) | NFI_BIT(NFI_TMPL_REQID) |
	       NFI_BIT(NFI_TMPL_SADDR) | NFI_BIT(NFI_TMPL_DADDR),
};

/* Reading ------------------------------------------------------------------------------------- */

static int read_addr(struct nfi_addr *addr, const struct nlattr *a, struct netlink_ext_ack *extack)
{
	int len = nla_len(a);

	if (len != sizeof(addr->v4) && len != sizeof(addr->b)) {
		NL_SET_ERR_MSG_ATTR(extack, a, "an address has 4 or 16 octets");
		return -EINVAL;
	}
	addr->len = len;
	memcpy(addr->b, nla_data(a), len);
	return 0;
}

/* The policy has checked length and range; what it cannot say is checked here. */
static int read_row(const struct nfi_row *row, const struct nlattr *a, void *msg,
		    struct netlink_ext_ack *extack)
{
	void *field = msg + row->offset;
	struct nfi_key *key = field;

	switch ((enum nfi_wire)row->wire) {
	case NFI_WIRE_U8:
	case NFI_WIRE_U16:
	case NFI_WIRE_U32:
	case NFI_WIRE_U64:
	case NFI_WIRE_BE16:
	case NFI_WIRE_BE32:
		memcpy(field, nla_data(a), row->size);
		return 0;
	case NFI_WIRE_ADDR:
		return read_addr(field, a, extack);
	case NFI_WIRE_KEY:
		key->len = nla_len(a);
		memcpy(key->b, nla_data(a), key->len);
		return 0;
	case NFI_WIRE_STR:
		if (nla_strscpy(field, a, row->size) > 0)
			return 0;
		NL_SET_ERR_MSG_ATTR(extack, a, "an empty string is not a name");
		return -EINVAL;
	case NFI_WIRE_NONE:
		break;
	}
	NL_SET_ERR_MSG_ATTR(extack, a, "attribute is not known");
	return -EINVAL;
}

static int read_tmpls(const struct nlattr *list, struct nfi_sp_msg *msg,
		      struct netlink_ext_ack *extack)
{
	struct nlattr *tb[NFI_TMPL_MAX + 1];
	const struct nlattr *a;
	int rem, n = 0;
	int err;

	err = nla_parse_nested(tb, NFI_TMPL_MAX, list, tmpl_list_policy, extack);
	if (err)
		return err;
	/* in order, because the order means something, and none twice */
	nla_for_each_nested(a, list, rem) {
		if (nla_type(a) != n + 1) {
			NL_SET_ERR_MSG_ATTR(extack, a, "templates are numbered 1, 2, 3 in order");
			return -EINVAL;
		}
		err = nfi_rows_get(NFI_SET_TMPL, a, &tmpl_want, &msg->tmpl[n], extack);
		if (err)
			return err;
		n++;
	}
	if (!n) {
		NL_SET_ERR_MSG_ATTR(extack, list, "list of templates is empty");
		return -EINVAL;
	}
	msg->ntmpl = n;
	return 0;
}

static int refuse_missing(const struct nlattr *nest, u64 need, struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "a required attribute is missing");
	NL_SET_ERR_ATTR_MISS(extack, nest, __ffs64(need));
	return -EINVAL;
}

int nfi_rows_get(enum nfi_set set, const struct nlattr *nest, const struct nfi_want *want,
		 void *msg, struct netlink_ext_ack *extack)
{
	const struct nlattr *a;
	u64 *has = msg;
	int rem, err;

	err = nla_validate_nested(nest, sets[set].max, sets[set].policy, extack);
	if (err)
		return err;
	nla_for_each_nested(a, nest, rem) {
		u64 bit = NFI_BIT(nla_type(a));

		if (!(want->may & bit)) {
			NL_SET_ERR_MSG_ATTR(extack, a, "this command does not take the attribute");
			return -EINVAL;
		}
		if (*has & bit) {
			NL_SET_ERR_MSG_ATTR(extack, a, "attribute is given twice");
			return -EINVAL;
		}
		if (set == NFI_SET_SP && nla_type(a) == NFI_SP_TMPL)
			err = read_tmpls(a, msg, extack);
		else
			err = read_row(&sets[set].rows[nla_type(a)], a, msg, extack);
		if (err)
			return err;
		*has |= bit;
	}
	if (want->need & ~*has)
		return refuse_missing(nest, want->need & ~*has, extack);
	return 0;
}

void nfi_rows_wipe(const struct nlmsghdr *nlh)
{
	const struct nlattr *top, *a;
	int rem, in;

	nlmsg_for_each_attr(top, nlh, GENL_HDRLEN, rem) {
		if (nla_type(top) != NFI_A_SA)
			continue;
		nla_for_each_nested(a, top, in)
			if (nla_type(a) == NFI_SA_ENC_KEY || nla_type(a) == NFI_SA_AUTH_KEY)
				memzero_explicit(nla_data(a), nla_len(a));
		/* what is left of a truncated nest may be part of a key */
		if (in > 0)
			memzero_explicit(nla_data(top) + nla_len(top) - in, in);
	}
	if (rem > 0)
		memzero_explicit((void *)nlh + nlh->nlmsg_len - rem, rem);
}

/* Writing ------------------------------------------------------------------------------------- */

static bool is_zero(const struct nfi_row *row, const void *msg)
{
	const void *field = msg + row->offset;

	switch ((enum nfi_wire)row->wire) {
	case NFI_WIRE_ADDR:
		return !((const struct nfi_addr *)field)->len;
	case NFI_WIRE_KEY:
		return !((const struct nfi_key *)field)->len;
	case NFI_WIRE_STR:
		return !*(const char *)field;
	case NFI_WIRE_NONE:
		return true;
	case NFI_WIRE_U8:
	case NFI_WIRE_U16:
	case NFI_WIRE_U32:
	case NFI_WIRE_U64:
	case NFI_WIRE_BE16:
	case NFI_WIRE_BE32:
		break;
	}
	return !memchr_inv(field, 0, row->size);
}

void nfi_rows_mark(enum nfi_set set, void *msg)
{
	u64 *has = msg;
	unsigned int i;

	for (i = 0; i <= sets[set].max; i++)
		if (!is_zero(&sets[set].rows[i], msg))
			*has |= NFI_BIT(i);
}

static int put_row(struct sk_buff *skb, enum nfi_set set, unsigned int attr, const void *msg)
{
	const struct nfi_row *row = &sets[set].rows[attr];
	const void *field = msg + row->offset;
	const struct nfi_addr *addr = field;
	const struct nfi_key *key = field;

	switch ((enum nfi_wire)row->wire) {
	case NFI_WIRE_U8:
	case NFI_WIRE_U16:
	case NFI_WIRE_U32:
	case NFI_WIRE_BE16:
	case NFI_WIRE_BE32:
		return nla_put(skb, attr, row->size, field);
	case NFI_WIRE_U64:
		return nla_put_64bit(skb, attr, row->size, field, sets[set].pad);
	case NFI_WIRE_ADDR:
		return nla_put(skb, attr, addr->len, addr->b);
	case NFI_WIRE_KEY:
		return nla_put(skb, attr, key->len, key->b);
	case NFI_WIRE_STR:
		return nla_put_string(skb, attr, field);
	case NFI_WIRE_NONE:
		break; /* the lists: put_lists() */
	}
	return 0;
}

static int put_rows(struct sk_buff *skb, enum nfi_set set, const void *msg)
{
	const u64 *has = msg;
	unsigned int i;

	for (i = 0; i <= sets[set].max; i++)
		if ((*has & NFI_BIT(i)) && put_row(skb, set, i, msg))
			return -EMSGSIZE;
	return 0;
}

static int put_tmpls(struct sk_buff *skb, const struct nfi_sp_msg *msg)
{
	struct nlattr *list = nla_nest_start(skb, NFI_SP_TMPL);
	int i;

	if (!list)
		return -EMSGSIZE;
	for (i = 0; i < msg->ntmpl; i++)
		if (nfi_rows_put(skb, i + 1, NFI_SET_TMPL, &msg->tmpl[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, list);
	return 0;
}

static int put_drops(struct sk_buff *skb, const struct nfi_sa_msg *msg)
{
	struct nlattr *list = nla_nest_start(skb, NFI_SA_DROPS);
	int i, n = 0;

	if (!list)
		return -EMSGSIZE;
	for (i = 0; i < __NFI_DROP_MAX; i++) {
		struct nlattr *one;

		if (!msg->drops[i])
			continue;
		one = nla_nest_start(skb, ++n);
		if (!one || nla_put_u32(skb, NFI_STAT_REASON, i) ||
		    nla_put_u64_64bit(skb, NFI_STAT_COUNT, msg->drops[i], NFI_STAT_PAD))
			return -EMSGSIZE;
		nla_nest_end(skb, one);
	}
	if (n)
		nla_nest_end(skb, list);
	else
		nla_nest_cancel(skb, list);
	return 0;
}

static int put_lists(struct sk_buff *skb, enum nfi_set set, const void *msg)
{
	const struct nfi_sp_msg *sp = msg;

	if (set == NFI_SET_SP && sp->ntmpl)
		return put_tmpls(skb, sp);
	if (set == NFI_SET_SA)
		return put_drops(skb, msg);
	return 0;
}

int nfi_rows_put(struct sk_buff *skb, int type, enum nfi_set set, const void *msg)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest)
		return -EMSGSIZE;
	if (put_rows(skb, set, msg) || put_lists(skb, set, msg)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}
