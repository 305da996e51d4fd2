// SPDX-License-Identifier: GPL-2.0-or-later
/* nlp_msg.c - messages to and from structs, by the rows; only the nests TMPL and DROPS by hand. */
#include "nlp.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

/* Encoding ------------------------------------------------------------------------------------ */

static int refuse(struct nlp_fail *fail, enum nlp_set set,
		  const struct nlp_row *row)
{
	char label[32];

	fail->error = -ERANGE;
	fail->set = set;
	fail->attr = row->attr;
	snprintf(fail->text, sizeof(fail->text),
		 "%s is outside %llu to %llu", nlp_row_label(row, label),
		 (unsigned long long)row->min, (unsigned long long)row->max);
	return -ERANGE;
}

/* The octets of a field as they go on the wire; -1 when outside the row's range. */
static int wire(const struct nlp_row *row, const void *obj, const void **data)
{
	const uint8_t *p = (const uint8_t *)obj + row->offset;
	const struct nfi_addr *addr = (const void *)p;
	const struct nfi_key *key = (const void *)p;
	uint64_t v;
	size_t n;

	*data = p;
	switch (row->type) {
	case NLP_ADDR:
		*data = addr->b;
		return addr->len == 4 || addr->len == 16 ? addr->len : -1;
	case NLP_KEY:
		*data = key->b;
		return key->len >= row->min && key->len <= row->max ? key->len : -1;
	case NLP_STR:
		n = strnlen((const char *)p, row->size);
		return n >= row->min && n <= row->max ? (int)n + 1 : -1;
	default:
		v = nlp_row_get(row, obj);
		return v >= row->min && v <= row->max ? row->size : -1;
	}
}

static int put_rows(struct nlmsghdr *nlh, enum nlp_set set, const void *obj,
		    struct nlp_fail *fail)
{
	size_t n, i;
	const struct nlp_row *rows = nlp_rows(set, &n);

	for (i = 0; i < n; i++) {
		const void *data;
		int len;

		if (!nlp_has(obj, rows[i].attr))
			continue;
		len = wire(&rows[i], obj, &data);
		if (len < 0)
			return refuse(fail, set, &rows[i]);
		mnl_attr_put(nlh, rows[i].attr, (size_t)len, data);
	}
	return 0;
}

static int put_tmpls(struct nlmsghdr *nlh, const struct nfi_sp_msg *sp,
		     struct nlp_fail *fail)
{
	struct nlattr *list = mnl_attr_nest_start(nlh, NFI_SP_TMPL);
	unsigned int i;
	int err = 0;

	for (i = 0; i < sp->ntmpl && i < NFI_TMPL_MAX && !err; i++) {
		struct nlattr *one = mnl_attr_nest_start(nlh, (uint16_t)(i + 1));

		err = put_rows(nlh, NLP_TMPL, &sp->tmpl[i], fail);
		mnl_attr_nest_end(nlh, one);
	}
	mnl_attr_nest_end(nlh, list);
	return err;
}

static int put_nest(struct nlmsghdr *nlh, uint16_t type, enum nlp_set set,
		    const void *obj, struct nlp_fail *fail)
{
	struct nlattr *nest;
	int err;

	if (!obj)
		return 0;
	nest = mnl_attr_nest_start(nlh, type);
	err = put_rows(nlh, set, obj, fail);
	if (!err && set == NLP_SP && ((const struct nfi_sp_msg *)obj)->ntmpl)
		err = put_tmpls(nlh, obj, fail);
	mnl_attr_nest_end(nlh, nest);
	return err;
}

int nlp_encode(const struct nlp_req *req, void *buf, size_t size,
	       struct nlp_fail *fail)
{
	/* the largest message there is: all rows of all sets present */
	_Static_assert(sizeof(struct nfi_sa_msg) + sizeof(struct nfi_sp_msg) < 2560,
		       "a request fits NLP_REQ_MAX with all attribute headers");
	struct nlmsghdr *nlh;
	struct genlmsghdr *genl;
	int err;

	memset(fail, 0, sizeof(*fail));
	if (size < NLP_REQ_MAX)
		return fail->error = -EMSGSIZE;
	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_flags = NLM_F_REQUEST | req->flags;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = req->cmd;
	genl->version = NFI_GENL_VERSION;
	if (req->in_txn)
		mnl_attr_put_u32(nlh, NFI_A_TXN, req->txn);
	err = put_nest(nlh, NFI_A_SA, NLP_SA, req->sa, fail);
	if (!err)
		err = put_nest(nlh, NFI_A_SP, NLP_SP, req->sp, fail);
	if (!err)
		err = put_nest(nlh, NFI_A_NS, NLP_NS, req->ns, fail);
	if (req->secrets)
		mnl_attr_put(nlh, NFI_A_SECRETS, 0, NULL);
	if (req->has_fd)
		mnl_attr_put_u32(nlh, NFI_A_SOCK_FD, (uint32_t)req->fd);
	if (req->has_owner)
		mnl_attr_put_u64(nlh, NFI_A_OWNER, req->owner);
	return err;
}

/* Decoding ------------------------------------------------------------------------------------ */

/* Walk the attributes of n octets at p; *a is NULL at first. False at the end; *bad: not well-formed. */
static bool next_attr(const void *p, size_t n, const struct nlattr **a, bool *bad)
{
	const char *end = (const char *)p + n;
	const char *at = *a ? (const char *)mnl_attr_next(*a) : p;

	if (at >= end)
		return false;
	*a = (const void *)at;
	*bad = !mnl_attr_ok(*a, (int)(end - at));
	return !*bad;
}

#define each_attr(p, n, a, bad) \
	for (a = NULL, bad = false; next_attr(p, n, &(a), &(bad));)

static int get_row(const struct nlp_row *row, const struct nlattr *a, void *obj)
{
	size_t len = mnl_attr_get_payload_len(a);
	const void *data = mnl_attr_get_payload(a);
	uint8_t *p = (uint8_t *)obj + row->offset;
	struct nfi_addr *addr = (void *)p;
	struct nfi_key *key = (void *)p;

	switch (row->type) {
	case NLP_ADDR:
		if (len != 4 && len != 16)
			return -EPROTO;
		addr->len = (uint8_t)len;
		memcpy(addr->b, data, len);
		break;
	case NLP_KEY:
		if (len > sizeof(key->b))
			return -EPROTO;
		key->len = (uint16_t)len;
		memcpy(key->b, data, len);
		break;
	case NLP_STR:
		len = strnlen(data, len);
		if (len >= row->size)
			return -EPROTO;
		memcpy(p, data, len);
		p[len] = '\0';
		break;
	default:
		if (len != row->size)
			return -EPROTO;
		memcpy(p, data, len);
	}
	nlp_mark(obj, row->attr);
	return 0;
}

static int get_rows(enum nlp_set set, const struct nlattr *nest, void *obj)
{
	const void *p = mnl_attr_get_payload(nest);
	size_t n = mnl_attr_get_payload_len(nest);
	const struct nlattr *a;
	bool bad;

	each_attr(p, n, a, bad) {
		const struct nlp_row *row = nlp_row_find(set, mnl_attr_get_type(a));
		int err = row ? get_row(row, a, obj) : 0;

		if (err)
			return err;
	}
	return bad ? -EPROTO : 0;
}

static int get_drop(const struct nlattr *nest, struct nfi_sa_msg *sa)
{
	struct nlp_stat_msg stat = { 0 };
	int err = get_rows(NLP_STAT, nest, &stat);

	/* a reason of a newer kernel has no place here */
	if (!err && nlp_has(&stat, NFI_STAT_REASON) && stat.reason < __NFI_DROP_MAX)
		sa->drops[stat.reason] = stat.count;
	return err;
}

static int get_tmpl(const struct nlattr *nest, struct nfi_sp_msg *sp)
{
	if (sp->ntmpl == NFI_TMPL_MAX)
		return -EPROTO;
	return get_rows(NLP_TMPL, nest, &sp->tmpl[sp->ntmpl++]);
}

/* The members of the one list that a set may have: TMPL of a policy, DROPS of an SA. */
static int get_list(enum nlp_set set, const struct nlattr *list, void *obj)
{
	const void *p = mnl_attr_get_payload(list);
	size_t n = mnl_attr_get_payload_len(list);
	const struct nlattr *a;
	bool bad;

	each_attr(p, n, a, bad) {
		int err = set == NLP_SP ? get_tmpl(a, obj) : get_drop(a, obj);

		if (err)
			return err;
	}
	nlp_mark(obj, mnl_attr_get_type(list));
	return bad ? -EPROTO : 0;
}

static int get_object(enum nlp_set set, const struct nlattr *nest, void *obj)
{
	uint16_t list = set == NLP_SP ? NFI_SP_TMPL : NFI_SA_DROPS;
	const void *p = mnl_attr_get_payload(nest);
	size_t n = mnl_attr_get_payload_len(nest);
	const struct nlattr *a;
	bool bad;
	int err = get_rows(set, nest, obj);

	if (err || (set != NLP_SA && set != NLP_SP))
		return err;
	each_attr(p, n, a, bad) {
		if (mnl_attr_get_type(a) != list)
			continue;
		err = get_list(set, a, obj);
		if (err)
			return err;
	}
	return 0;
}

/* The nest of a top-level attribute and where it goes. */
static enum nlp_set nest_of(struct nlp_msg *msg, uint16_t type, void **obj)
{
	static const struct {
		enum nlp_set set;
		size_t offset;
	} nests[NFI_A_MAX + 1] = {
		[NFI_A_SA] = { NLP_SA, offsetof(struct nlp_msg, sa) },
		[NFI_A_SP] = { NLP_SP, offsetof(struct nlp_msg, sp) },
		[NFI_A_NS] = { NLP_NS, offsetof(struct nlp_msg, ns) },
		[NFI_A_EVENT] = { NLP_EV, offsetof(struct nlp_msg, ev) },
		[NFI_A_STAT] = { NLP_STAT, offsetof(struct nlp_msg, stat) },
		[NFI_A_ALG] = { NLP_ALG, offsetof(struct nlp_msg, alg) },
		[NFI_A_INFO] = { NLP_INFO, offsetof(struct nlp_msg, info) },
	};

	if (type > NFI_A_MAX)
		return NLP_NONE;
	if (msg)
		*obj = (char *)msg + nests[type].offset;
	return nests[type].set;
}

static int get_top(const struct nlattr *a, struct nlp_msg *msg)
{
	uint16_t type = mnl_attr_get_type(a);
	size_t len = mnl_attr_get_payload_len(a);
	void *obj;
	enum nlp_set set = nest_of(msg, type, &obj);

	if (type > NFI_A_MAX)
		return 0;
	msg->have |= 1U << type;
	if (set)
		return get_object(set, a, obj);
	if (type == NFI_A_TXN) {
		if (len != sizeof(msg->txn))
			return -EPROTO;
		memcpy(&msg->txn, mnl_attr_get_payload(a), len);
	}
	if (type == NFI_A_OWNER) {
		if (len != sizeof(msg->owner))
			return -EPROTO;
		memcpy(&msg->owner, mnl_attr_get_payload(a), len);
	}
	return 0;
}

int nlp_decode(const struct nlmsghdr *nlh, struct nlp_msg *msg)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	const void *p = (const char *)genl + GENL_HDRLEN;
	const struct nlattr *a;
	bool bad;

	memset(msg, 0, sizeof(*msg));
	if (nlh->nlmsg_len < NLMSG_HDRLEN || len < GENL_HDRLEN)
		return -EPROTO;
	msg->cmd = genl->cmd;
	each_attr(p, len - GENL_HDRLEN, a, bad) {
		int err = get_top(a, msg);

		if (err)
			return err;
	}
	return bad ? -EPROTO : 0;
}

void nlp_msg_wipe(struct nlp_msg *msg)
{
	explicit_bzero(&msg->sa.enc_key, sizeof(msg->sa.enc_key));
	explicit_bzero(&msg->sa.auth_key, sizeof(msg->sa.auth_key));
}

/* Locating ------------------------------------------------------------------------------------ */

/* The attribute among n octets at p that covers the address at. */
static const struct nlattr *covering(const void *p, size_t n, const char *at)
{
	const struct nlattr *a;
	bool bad;

	each_attr(p, n, a, bad) {
		const char *from = (const char *)a;

		if (at >= from && at < from + a->nla_len)
			return a;
	}
	return NULL;
}

static const struct nlattr *inside(const struct nlattr *nest, const char *at)
{
	if (!nest)
		return NULL;
	return covering(mnl_attr_get_payload(nest),
			mnl_attr_get_payload_len(nest), at);
}

void nlp_locate(const struct nlmsghdr *req, uint32_t offset, struct nlp_fail *fail)
{
	const char *base = (const char *)req + NLMSG_HDRLEN + GENL_HDRLEN;
	const char *at = (const char *)req + offset;
	const struct nlattr *a;

	if (offset >= req->nlmsg_len ||
	    req->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return;
	a = covering(base, req->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN, at);
	if (!a)
		return;
	fail->set = nest_of(NULL, mnl_attr_get_type(a), NULL);
	a = fail->set ? inside(a, at) : NULL;
	fail->attr = a ? mnl_attr_get_type(a) : 0;
	if (fail->set != NLP_SP || fail->attr != NFI_SP_TMPL)
		return;
	a = inside(a, at);
	if (!a)
		return;
	fail->set = NLP_TMPL;
	a = inside(a, at);
	fail->attr = a ? mnl_attr_get_type(a) : 0;
}
