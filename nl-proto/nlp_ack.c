// SPDX-License-Identifier: GPL-2.0-or-later
/* nlp_ack.c - which attribute of a request the kernel refused, and in what words. */
#include "nlp.h"
#include "nlp_walk.h"

#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

/* The attribute among n octets at p that covers the address at. */
static const struct nlattr *covering(const void *p, size_t n, const char *at)
{
	const struct nlattr *a;
	bool bad;

	nlp_for_each_attr(p, n, a, bad) {
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
	fail->set = nlp_nest_set(mnl_attr_get_type(a));
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

struct extack {
	uint32_t offset, miss_type, miss_nest;
};

static void extack_attr(const struct nlattr *a, struct extack *ack,
			struct nlp_fail *f)
{
	size_t len = mnl_attr_get_payload_len(a);
	const void *data = mnl_attr_get_payload(a);

	switch (mnl_attr_get_type(a)) {
	case NLMSGERR_ATTR_MSG:
		snprintf(f->text, sizeof(f->text), "%.*s", (int)len,
			 (const char *)data);
		break;
	case NLMSGERR_ATTR_OFFS:
		if (len == sizeof(uint32_t))
			memcpy(&ack->offset, data, len);
		break;
	case 5: /* NLMSGERR_ATTR_MISS_TYPE, since Linux 6.0 */
		if (len == sizeof(uint32_t))
			memcpy(&ack->miss_type, data, len);
		break;
	case 6: /* NLMSGERR_ATTR_MISS_NEST */
		if (len == sizeof(uint32_t))
			memcpy(&ack->miss_nest, data, len);
		break;
	default: /* cookie, policy */
		break;
	}
}

/* Octets of the payload before the attributes. */
static size_t ack_head(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *msg = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh);

	if (nlh->nlmsg_type == NLMSG_DONE)
		return sizeof(int);
	/* an error brings the request back, unless it is capped */
	if (len < sizeof(*msg) || nlh->nlmsg_flags & NLM_F_CAPPED ||
	    msg->msg.nlmsg_len < NLMSG_HDRLEN || msg->msg.nlmsg_len > len)
		return sizeof(*msg);
	return sizeof(*msg) + MNL_ALIGN(msg->msg.nlmsg_len) - NLMSG_HDRLEN;
}

void nlp_extack(const struct nlmsghdr *nlh, const struct nlmsghdr *req,
		struct nlp_fail *fail)
{
	size_t head = ack_head(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	const char *p = mnl_nlmsg_get_payload(nlh);
	struct extack ack = { 0 };
	const struct nlattr *a;
	bool bad;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) || len <= head)
		return;
	nlp_for_each_attr(p + head, len - head, a, bad)
		extack_attr(a, &ack, fail);
	if (!req)
		return;
	if (ack.offset)
		nlp_locate(req, ack.offset, fail);
	if (!ack.miss_type)
		return;
	fail->missing = true;
	if (ack.miss_nest)
		nlp_locate(req, ack.miss_nest, fail);
	if (fail->set)
		fail->attr = (uint16_t)ack.miss_type;
	else
		fail->set = nlp_nest_set((uint16_t)ack.miss_type);
}
