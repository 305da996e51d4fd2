// SPDX-License-Identifier: GPL-2.0-or-later
/* nlp_msg.c - messages to and from structs, by the rows; only the nests TMPL and DROPS by hand. */
#include "nlp.h"
#include "nlp_walk.h"

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

	nlp_for_each_attr(p, n, a, bad) {
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

	nlp_for_each_attr(p, n, a, bad) {
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
	nlp_for_each_attr(p, n, a, bad) {
		if (mnl_attr_get_type(a) != list)
			continue;
		err = get_list(set, a, obj);
		if (err)
			return err;
	}
	return 0;
}

static void *nest_in(struct nlp_msg *msg, enum nlp_set set)
{
	switch (set) {
	case NLP_SA:
		return &msg->sa;
	case NLP_SP:
		return &msg->sp;
	case NLP_NS:
		return &msg->ns;
	case NLP_EV:
		return &msg->ev;
	case NLP_STAT:
		return &msg->stat;
	case NLP_ALG:
		return &msg->alg;
	case NLP_INFO:
		return &msg->info;
	case NLP_NONE:
	case NLP_TMPL:
	case NLP_SETS:
		break;
	}
	return NULL;
}

static int get_top(const struct nlattr *a, struct nlp_msg *msg)
{
	uint16_t type = mnl_attr_get_type(a);
	size_t len = mnl_attr_get_payload_len(a);
	enum nlp_set set = nlp_nest_set(type);

	if (type > NFI_A_MAX)
		return 0;
	msg->have |= 1U << type;
	if (set)
		return get_object(set, a, nest_in(msg, set));
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
	nlp_for_each_attr(p, len - GENL_HDRLEN, a, bad) {
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
