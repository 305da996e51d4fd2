// SPDX-License-Identifier: GPL-2.0-or-later
/* links: nl-proto/nlp_msg.c nl-proto/nlp_rows.c nl-proto/nlp_ack.c */
/* nlp_msg.c - every row there and back, and everything that must be refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

#include "nlp.h"

static char buf[2 * NLP_REQ_MAX] __attribute__((aligned(8)));
static struct nlmsghdr *const nlh = (void *)buf;
static struct nlp_fail fail;
static struct nlp_msg msg;

/* The sets that travel in requests, and where they come out. */
static const struct {
	enum nlp_set set;
	const void *out;
} sent[] = { { NLP_SA, &msg.sa }, { NLP_SP, &msg.sp }, { NLP_NS, &msg.ns } };

#define SENT (sizeof(sent) / sizeof(sent[0]))

static int encode(enum nlp_set set, const void *obj)
{
	struct nlp_req req = { .cmd = NFI_CMD_SA_NEW };

	if (set == NLP_SA)
		req.sa = obj;
	else if (set == NLP_SP)
		req.sp = obj;
	else
		req.ns = obj;
	return nlp_encode(&req, buf, NLP_REQ_MAX, &fail);
}

/* A field with a value that is in the row's range; the middle, the least or the greatest. */
static void fill(const struct nlp_row *row, void *obj, unsigned int which)
{
	uint8_t *p = (uint8_t *)obj + row->offset;
	struct nfi_addr *addr = (void *)p;
	struct nfi_key *key = (void *)p;
	size_t n = which ? row->max : row->min ? row->min : 1;

	nlp_mark(obj, row->attr);
	if (row->type == NLP_ADDR) {
		addr->len = which ? 16 : 4;
		memset(addr->b, 0x5a, addr->len);
	} else if (row->type == NLP_KEY) {
		key->len = (uint16_t)n;
		memset(key->b, 0xa5, n);
	} else if (row->type == NLP_STR) {
		memset(p, 'x', n);
	} else {
		assert_int_equal(nlp_row_set(row, obj, which ? row->max : row->min), 0);
	}
}

static union {
	struct nfi_sa_msg sa;
	struct nfi_sp_msg sp;
	struct nfi_ns_msg ns;
	char b[4096];
} in;

static void test_roundtrip(void **state)
{
	unsigned int i, which;
	size_t n, r;

	(void)state;
	for (i = 0; i < SENT; i++) {
		const struct nlp_row *rows = nlp_rows(sent[i].set, &n);

		for (r = 0; r < n; r++) {
			for (which = 0; which < 2; which++) {
				memset(&in, 0, sizeof(in));
				fill(&rows[r], &in, which);
				assert_int_equal(encode(sent[i].set, &in), 0);
				assert_int_equal(nlp_decode(nlh, &msg), 0);
				assert_memory_equal(sent[i].out, &in,
						    rows[r].offset + rows[r].size);
			}
		}
	}
}

static void test_all_at_once(void **state)
{
	unsigned int i;
	size_t n, r;

	(void)state;
	for (i = 0; i < SENT; i++) {
		const struct nlp_row *rows = nlp_rows(sent[i].set, &n);

		memset(&in, 0, sizeof(in));
		for (r = 0; r < n; r++)
			fill(&rows[r], &in, 1);
		assert_int_equal(encode(sent[i].set, &in), 0);
		assert_true(nlh->nlmsg_len < NLP_REQ_MAX);
		assert_int_equal(nlp_decode(nlh, &msg), 0);
		assert_memory_equal(sent[i].out, &in, rows[n - 1].offset);
	}
}

/* Outside the range: refused with the row's name, both below and above. */
static void test_range(void **state)
{
	unsigned int i;
	size_t n, r;

	(void)state;
	for (i = 0; i < SENT; i++) {
		const struct nlp_row *rows = nlp_rows(sent[i].set, &n);

		for (r = 0; r < n; r++) {
			memset(&in, 0, sizeof(in));
			nlp_mark(&in, rows[r].attr);
			if (!rows[r].min)
				continue;
			assert_int_equal(encode(sent[i].set, &in), -ERANGE);
			assert_int_equal(fail.set, sent[i].set);
			assert_int_equal(fail.attr, rows[r].attr);
			if (rows[r].type >= NLP_ADDR)
				continue;
			assert_int_equal(nlp_row_set(&rows[r], &in, rows[r].min - 1), -ERANGE);
			if (rows[r].max != UINT64_MAX)
				assert_int_equal(nlp_row_set(&rows[r], &in, rows[r].max + 1), -ERANGE);
		}
	}
}

static void test_encode_refuses(void **state)
{
	struct nlp_req req = { .cmd = NFI_CMD_INFO_GET };

	(void)state;
	assert_int_equal(nlp_encode(&req, buf, NLP_REQ_MAX - 1, &fail), -EMSGSIZE);
	memset(&in, 0, sizeof(in));
	nlp_mark(&in, NFI_SA_SADDR);
	in.sa.saddr.len = 5;
	assert_int_equal(encode(NLP_SA, &in), -ERANGE);
	memset(&in, 0, sizeof(in));
	nlp_mark(&in, NFI_SA_ENC_KEY);
	in.sa.enc_key.len = NFI_KEY_MAX + 1;
	assert_int_equal(encode(NLP_SA, &in), -ERANGE);
	memset(&in, 0, sizeof(in));
	nlp_mark(&in, NFI_SA_NAME);
	memset(in.sa.name, 'x', sizeof(in.sa.name)); /* no final zero */
	assert_int_equal(encode(NLP_SA, &in), -ERANGE);
	memset(&in, 0, sizeof(in));
	nlp_mark(&in, NFI_SA_FLAGS);
	in.sa.flags = NFI_SAF_ALL + 1;
	assert_int_equal(encode(NLP_SA, &in), -ERANGE);
}

static void policy(unsigned int tmpls)
{
	unsigned int i;

	memset(&in, 0, sizeof(in));
	in.sp.ntmpl = (uint8_t)tmpls;
	for (i = 0; i < tmpls; i++) {
		fill(nlp_row_find(NLP_TMPL, NFI_TMPL_PROTO), &in.sp.tmpl[i], i & 1);
		fill(nlp_row_find(NLP_TMPL, NFI_TMPL_MODE), &in.sp.tmpl[i], 0);
		fill(nlp_row_find(NLP_TMPL, NFI_TMPL_REQID), &in.sp.tmpl[i], 0);
		fill(nlp_row_find(NLP_TMPL, NFI_TMPL_SADDR), &in.sp.tmpl[i], i & 1);
		fill(nlp_row_find(NLP_TMPL, NFI_TMPL_DADDR), &in.sp.tmpl[i], i & 1);
	}
}

static void test_tmpl(void **state)
{
	(void)state;
	policy(NFI_TMPL_MAX);
	assert_int_equal(encode(NLP_SP, &in), 0);
	assert_int_equal(nlp_decode(nlh, &msg), 0);
	assert_int_equal(msg.sp.ntmpl, NFI_TMPL_MAX);
	assert_memory_equal(msg.sp.tmpl, in.sp.tmpl, sizeof(in.sp.tmpl));
	in.sp.tmpl[1].reqid = 0;
	assert_int_equal(encode(NLP_SP, &in), -ERANGE);
	assert_int_equal(fail.set, NLP_TMPL);
	assert_int_equal(fail.attr, NFI_TMPL_REQID);
}

/* A message under construction by hand. */
static void start(void)
{
	struct genlmsghdr *genl;

	mnl_nlmsg_put_header(buf);
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = NFI_CMD_SA_NTF;
}

static void test_drops(void **state)
{
	struct nlattr *sa, *list, *one;

	(void)state;
	start();
	sa = mnl_attr_nest_start(nlh, NFI_A_SA);
	list = mnl_attr_nest_start(nlh, NFI_SA_DROPS);
	one = mnl_attr_nest_start(nlh, 1);
	mnl_attr_put_u32(nlh, NFI_STAT_REASON, NFI_DROP_IN_AUTH);
	mnl_attr_put_u64(nlh, NFI_STAT_COUNT, 7);
	mnl_attr_nest_end(nlh, one);
	one = mnl_attr_nest_start(nlh, 1);
	mnl_attr_put_u32(nlh, NFI_STAT_REASON, 100000);
	mnl_attr_put_u64(nlh, NFI_STAT_COUNT, 8);
	mnl_attr_nest_end(nlh, one);
	mnl_attr_nest_end(nlh, list);
	mnl_attr_nest_end(nlh, sa);
	assert_int_equal(nlp_decode(nlh, &msg), 0);
	assert_int_equal(msg.sa.drops[NFI_DROP_IN_AUTH], 7);
	assert_true(nlp_has(&msg.sa, NFI_SA_DROPS));
}

/* One attribute of n octets in a nest. */
static int decode_one(uint16_t nest, uint16_t attr, size_t n)
{
	static const uint8_t zeros[1024];
	struct nlattr *a;

	start();
	a = mnl_attr_nest_start(nlh, nest);
	mnl_attr_put(nlh, attr, n, zeros);
	mnl_attr_nest_end(nlh, a);
	return nlp_decode(nlh, &msg);
}

static bool length_ok(const struct nlp_row *row, size_t n)
{
	if (row->type == NLP_ADDR)
		return n == 4 || n == 16;
	if (row->type == NLP_KEY)
		return n <= NFI_KEY_MAX;
	if (row->type == NLP_STR)
		return true; /* zeros: an empty text of any length */
	return n == row->size;
}

static void test_lengths(void **state)
{
	uint16_t nest;
	size_t n, r, len;

	(void)state;
	for (nest = NFI_A_SA; nest <= NFI_A_EVENT; nest++) {
		const struct nlp_row *rows = nlp_rows(nlp_nest_set(nest), &n);

		for (r = 0; r < n; r++)
			for (len = 0; len < 80; len++)
				assert_int_equal(decode_one(nest, rows[r].attr, len),
						 length_ok(&rows[r], len) ? 0 : -EPROTO);
	}
}

static void test_unknown_is_skipped(void **state)
{
	(void)state;
	assert_int_equal(decode_one(NFI_A_SA, NFI_SA_MAX + 1, 3), 0);
	assert_int_equal(msg.sa.has, 0);
	assert_int_equal(decode_one(NFI_A_MAX + 1, 1, 3), 0);
	assert_int_equal(msg.have, 0);
	assert_int_equal(decode_one(63, 63, 3), 0);
	assert_int_equal(decode_one(NFI_A_SA, NFI_SA_PAD, 0), 0);
}

static void test_malformed(void **state)
{
	struct nlattr *a;
	uint32_t len;

	(void)state;
	memset(&in, 0, sizeof(in));
	fill(nlp_row_find(NLP_SA, NFI_SA_NAME), &in, 1);
	assert_int_equal(encode(NLP_SA, &in), 0);
	len = nlh->nlmsg_len;
	/* cut anywhere: never accepted, but for the cut before the nest */
	for (nlh->nlmsg_len = 0; nlh->nlmsg_len < len; nlh->nlmsg_len++)
		assert_int_equal(nlp_decode(nlh, &msg),
				 nlh->nlmsg_len == NLMSG_HDRLEN + GENL_HDRLEN ? 0 : -EPROTO);
	a = (void *)(buf + NLMSG_HDRLEN + GENL_HDRLEN);
	a->nla_len = 3;
	assert_int_equal(nlp_decode(nlh, &msg), -EPROTO);
	a->nla_len = 0xffff;
	assert_int_equal(nlp_decode(nlh, &msg), -EPROTO);
	/* a text without its end and too long */
	start();
	a = mnl_attr_nest_start(nlh, NFI_A_SA);
	memset(&in, 'x', sizeof(in));
	mnl_attr_put(nlh, NFI_SA_NAME, NFI_NAME_MAX + 1, &in);
	mnl_attr_nest_end(nlh, a);
	assert_int_equal(nlp_decode(nlh, &msg), -EPROTO);
	start();
	mnl_attr_put_u16(nlh, NFI_A_TXN, 1);
	assert_int_equal(nlp_decode(nlh, &msg), -EPROTO);
	start();
	mnl_attr_put_u32(nlh, NFI_A_OWNER, 1);
	assert_int_equal(nlp_decode(nlh, &msg), -EPROTO);
}

static void test_too_many_tmpls(void **state)
{
	struct nlattr *sp, *list;
	int i;

	(void)state;
	start();
	sp = mnl_attr_nest_start(nlh, NFI_A_SP);
	list = mnl_attr_nest_start(nlh, NFI_SP_TMPL);
	for (i = 0; i <= NFI_TMPL_MAX; i++)
		mnl_attr_nest_end(nlh, mnl_attr_nest_start(nlh, 1));
	mnl_attr_nest_end(nlh, list);
	mnl_attr_nest_end(nlh, sp);
	assert_int_equal(nlp_decode(nlh, &msg), -EPROTO);
}

/* Offsets of every octet of a request: named right, or not at all. */
static void test_locate(void **state)
{
	uint32_t at;
	unsigned int seen = 0;

	(void)state;
	policy(2);
	fill(nlp_row_find(NLP_SP, NFI_SP_PRIO), &in, 1);
	assert_int_equal(encode(NLP_SP, &in), 0);
	for (at = 0; at < nlh->nlmsg_len + 64; at++) {
		memset(&fail, 0, sizeof(fail));
		nlp_locate(nlh, at, &fail);
		if (at < NLMSG_HDRLEN + GENL_HDRLEN || at >= nlh->nlmsg_len)
			assert_int_equal(fail.set, NLP_NONE);
		if (fail.set == NLP_SP && fail.attr == NFI_SP_PRIO)
			seen |= 1;
		if (fail.set == NLP_TMPL && fail.attr == NFI_TMPL_DADDR)
			seen |= 2;
		if (fail.set == NLP_TMPL && fail.attr == 0)
			seen |= 4;
	}
	assert_int_equal(seen, 7);
}

static void test_extack(void **state)
{
	char reply[256] __attribute__((aligned(8)));
	struct nlmsghdr *ack = mnl_nlmsg_put_header(reply);
	struct nlmsgerr *err = mnl_nlmsg_put_extra_header(ack, sizeof(*err));
	uint32_t len;

	(void)state;
	memset(&in, 0, sizeof(in));
	fill(nlp_row_find(NLP_SA, NFI_SA_SPI), &in, 0);
	assert_int_equal(encode(NLP_SA, &in), 0);
	ack->nlmsg_type = NLMSG_ERROR;
	ack->nlmsg_flags = NLM_F_ACK_TLVS | NLM_F_CAPPED;
	err->error = -EINVAL;
	err->msg = *nlh;
	mnl_attr_put_strz(ack, NLMSGERR_ATTR_MSG, "no such thing");
	mnl_attr_put_u32(ack, NLMSGERR_ATTR_OFFS, NLMSG_HDRLEN + GENL_HDRLEN + 4);
	memset(&fail, 0, sizeof(fail));
	nlp_extack(ack, nlh, &fail);
	assert_string_equal(fail.text, "no such thing");
	assert_int_equal(fail.set, NLP_SA);
	assert_int_equal(fail.attr, NFI_SA_SPI);
	/* a missing attribute of the nest */
	mnl_attr_put_u32(ack, 5, NFI_SA_REQID);
	mnl_attr_put_u32(ack, 6, NLMSG_HDRLEN + GENL_HDRLEN);
	nlp_extack(ack, nlh, &fail);
	assert_true(fail.missing);
	assert_int_equal(fail.attr, NFI_SA_REQID);
	/* cut anywhere: no crash; without the flag: nothing is read */
	len = ack->nlmsg_len;
	for (ack->nlmsg_len = NLMSG_HDRLEN; ack->nlmsg_len < len; ack->nlmsg_len++)
		nlp_extack(ack, nlh, &fail);
	memset(&fail, 0, sizeof(fail));
	ack->nlmsg_flags = 0;
	nlp_extack(ack, nlh, &fail);
	assert_string_equal(fail.text, "");
}

static void test_reply_sets(void **state)
{
	struct nlattr *a;

	(void)state;
	start();
	a = mnl_attr_nest_start(nlh, NFI_A_STAT);
	mnl_attr_put_u32(nlh, NFI_STAT_REASON, 3);
	mnl_attr_put_strz(nlh, NFI_STAT_NAME, "out-no-sa");
	mnl_attr_put_u64(nlh, NFI_STAT_COUNT, 12);
	mnl_attr_nest_end(nlh, a);
	a = mnl_attr_nest_start(nlh, NFI_A_EVENT);
	mnl_attr_put_u64(nlh, NFI_EV_SEQ, 99);
	mnl_attr_nest_end(nlh, a);
	assert_int_equal(nlp_decode(nlh, &msg), 0);
	assert_int_equal(msg.stat.count, 12);
	assert_string_equal(msg.stat.name, "out-no-sa");
	assert_int_equal(msg.ev.seq, 99);
	assert_true(msg.have & 1U << NFI_A_EVENT);
	assert_false(msg.have & 1U << NFI_A_SA);
}

static void test_wipe(void **state)
{
	struct nfi_key none = { 0 };

	(void)state;
	memset(&msg.sa.enc_key, 1, sizeof(msg.sa.enc_key));
	nlp_msg_wipe(&msg);
	assert_memory_equal(&msg.sa.enc_key, &none, sizeof(none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roundtrip),
		cmocka_unit_test(test_all_at_once),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_encode_refuses),
		cmocka_unit_test(test_tmpl),
		cmocka_unit_test(test_drops),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_unknown_is_skipped),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_too_many_tmpls),
		cmocka_unit_test(test_locate),
		cmocka_unit_test(test_extack),
		cmocka_unit_test(test_reply_sets),
		cmocka_unit_test(test_wipe),
	};

	return cmocka_run_group_tests_name("nlp_msg", tests, NULL, NULL);
}
