// SPDX-License-Identifier: GPL-2.0-or-later
/* links: nl-proto/nlp.c nl-proto/nlp_msg.c nl-proto/nlp_rows.c nl-proto/nlp_ack.c */
/* nlp_talk.c - conversations with a kernel that is played here: the socket calls of libmnl are ours. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "nlp.h"

#define FAMILY 0x21
#define QUEUE 512

/* The played kernel. */
static struct {
	char data[QUEUE][256];
	size_t len[QUEUE], head, tail;
	bool absent; /* the module is not loaded */
	unsigned int interrupts; /* dumps that are still to be interrupted */
	uint32_t refuse_owner; /* of the SA_NEW to refuse */
	int commit_error;
	unsigned int begun, committed, aborted, added, datagrams, most;
	bool stale, truncated_ack;
} k;

static struct nlmsghdr *reply(const struct nlmsghdr *req, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(k.data[k.tail]);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = req->nlmsg_seq;
	return nlh;
}

static void push(const struct nlmsghdr *nlh)
{
	k.len[k.tail++] = nlh->nlmsg_len;
	assert_true(k.tail < QUEUE);
}

static void ack(const struct nlmsghdr *req, int error, const char *text)
{
	struct nlmsghdr *nlh = reply(req, NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS);
	struct nlmsgerr *err;

	if (k.truncated_ack) {
		push(nlh);
		return;
	}
	err = mnl_nlmsg_put_extra_header(nlh, sizeof(*err));
	err->error = error;
	err->msg = *req;
	if (text) {
		mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, text);
		/* the first attribute of the nest after TXN */
		mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, NLMSG_HDRLEN + GENL_HDRLEN + 8 + 4);
	}
	push(nlh);
}

static struct nlmsghdr *genl(const struct nlmsghdr *req, uint16_t type, uint8_t cmd, uint16_t flags)
{
	struct nlmsghdr *nlh = reply(req, type, flags);
	struct genlmsghdr *g = mnl_nlmsg_put_extra_header(nlh, sizeof(*g));

	g->cmd = cmd;
	return nlh;
}

static void family(const struct nlmsghdr *req)
{
	struct nlmsghdr *nlh;
	struct nlattr *list, *one;

	if (k.absent) {
		ack(req, -ENOENT, NULL);
		return;
	}
	nlh = genl(req, GENL_ID_CTRL, CTRL_CMD_NEWFAMILY, 0);
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, FAMILY);
	list = mnl_attr_nest_start(nlh, CTRL_ATTR_MCAST_GROUPS);
	one = mnl_attr_nest_start(nlh, 1);
	mnl_attr_put_u32(nlh, CTRL_ATTR_MCAST_GRP_ID, 77);
	mnl_attr_put_strz(nlh, CTRL_ATTR_MCAST_GRP_NAME, NFI_GROUP_SA);
	mnl_attr_nest_end(nlh, one);
	mnl_attr_nest_end(nlh, list);
	push(nlh);
	ack(req, 0, NULL);
}

static void dump(const struct nlmsghdr *req)
{
	bool interrupted = k.interrupts > 0;
	struct nlmsghdr *nlh;
	struct nlattr *sa;
	uint32_t id;

	for (id = 1; id <= 3; id++) {
		nlh = genl(req, FAMILY, NFI_CMD_SA_GET, NLM_F_MULTI | (interrupted ? NLM_F_DUMP_INTR : 0));
		sa = mnl_attr_nest_start(nlh, NFI_A_SA);
		mnl_attr_put_u32(nlh, NFI_SA_ID, id);
		mnl_attr_nest_end(nlh, sa);
		push(nlh);
	}
	k.interrupts -= interrupted;
	nlh = reply(req, NLMSG_DONE, NLM_F_MULTI);
	memset(mnl_nlmsg_put_extra_header(nlh, sizeof(int)), 0, sizeof(int));
	push(nlh);
}

static void serve(const struct nlmsghdr *req)
{
	static struct nlp_msg msg;
	struct nlmsghdr *nlh;

	assert_int_equal(nlp_decode(req, &msg), 0);
	switch (msg.cmd) {
	case NFI_CMD_TXN_BEGIN:
		k.begun++;
		nlh = genl(req, FAMILY, msg.cmd, 0);
		mnl_attr_put_u32(nlh, NFI_A_TXN, 42);
		push(nlh);
		ack(req, 0, NULL);
		return;
	case NFI_CMD_TXN_COMMIT:
		k.committed++;
		ack(req, k.commit_error, NULL);
		return;
	case NFI_CMD_TXN_ABORT:
		k.aborted++;
		ack(req, 0, NULL);
		return;
	case NFI_CMD_SA_NEW:
		if (k.begun)
			assert_int_equal(msg.txn, 42);
		k.added++;
		if (msg.sa.owner == k.refuse_owner)
			ack(req, -EINVAL, "I do not like it");
		else
			ack(req, 0, NULL);
		return;
	case NFI_CMD_SA_GET:
		dump(req);
		return;
	default:
		ack(req, 0, NULL);
	}
}

ssize_t mnl_socket_sendto(const struct mnl_socket *s, const void *buf, size_t len)
{
	const struct nlmsghdr *nlh = buf;
	int left = (int)len;
	unsigned int n = 0;

	(void)s;
	k.head = k.tail = 0;
	k.datagrams++;
	if (k.stale) {
		struct nlmsghdr old = *nlh;

		old.nlmsg_seq--;
		ack(&old, -EBUSY, NULL);
	}
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left), n++) {
		if (nlh->nlmsg_type == GENL_ID_CTRL)
			family(nlh);
		else
			serve(nlh);
	}
	assert_int_equal(left, 0);
	k.most = n > k.most ? n : k.most;
	return (ssize_t)len;
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *s, void *buf, size_t room)
{
	size_t n;

	(void)s;
	if (k.head == k.tail) {
		errno = ENOBUFS; /* nothing more comes: the real one would wait */
		return -1;
	}
	n = k.len[k.head];
	assert_true(n <= room);
	memcpy(buf, k.data[k.head++], n);
	return (ssize_t)n;
}

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	static char one;

	(void)bus;
	(void)flags;
	return (void *)&one;
}

int mnl_socket_bind(struct mnl_socket *s, unsigned int groups, pid_t pid)
{
	(void)s;
	(void)groups;
	(void)pid;
	return 0;
}

int mnl_socket_setsockopt(const struct mnl_socket *s, int type, void *buf, socklen_t len)
{
	(void)s;
	if (type == NETLINK_ADD_MEMBERSHIP) {
		assert_int_equal(len, 4);
		assert_int_equal(*(uint32_t *)buf, 77);
	}
	return 0;
}

int mnl_socket_get_fd(const struct mnl_socket *s)
{
	(void)s;
	return -1;
}

int mnl_socket_close(struct mnl_socket *s)
{
	(void)s;
	return 0;
}

static struct nlp *begin(void)
{
	int err;
	struct nlp *nlp;

	memset(&k, 0, sizeof(k));
	k.refuse_owner = UINT32_MAX;
	nlp = nlp_open(&err);
	assert_non_null(nlp);
	return nlp;
}

static void test_open(void **state)
{
	struct nlp *nlp = begin();
	int err;

	(void)state;
	assert_int_equal(nlp_listen(nlp, NFI_GROUP_SA), 0);
	assert_int_equal(nlp_listen(nlp, "nonsense"), -ENOENT);
	nlp_close(nlp);
	nlp_close(NULL);
	k.absent = true;
	assert_null(nlp_open(&err));
	assert_int_equal(err, -ENOENT);
}

static void test_call(void **state)
{
	struct nlp *nlp = begin();
	struct nlp_req req = { .cmd = NFI_CMD_SA_FLUSH };
	static struct nlp_msg msg;

	(void)state;
	k.stale = true; /* the answer to an earlier request does not count */
	assert_int_equal(nlp_call(nlp, &req, NULL), 0);
	assert_int_equal(nlp_call(nlp, &req, &msg), -EPROTO); /* no reply came */
	k.truncated_ack = true;
	assert_int_equal(nlp_call(nlp, &req, NULL), -EPROTO);
	nlp_close(nlp);
}

static struct {
	unsigned int seen, restarts;
	int answer;
} d;

static int see(const struct nlp_msg *msg, void *arg)
{
	(void)arg;
	d.seen = msg ? d.seen + 1 : 0;
	d.restarts += !msg;
	return d.answer;
}

static void test_dump(void **state)
{
	struct nlp *nlp = begin();
	struct nlp_req req = { .cmd = NFI_CMD_SA_GET };

	(void)state;
	memset(&d, 0, sizeof(d));
	k.interrupts = 2;
	assert_int_equal(nlp_dump(nlp, &req, see, NULL), 0);
	assert_int_equal(d.seen, 3);
	assert_int_equal(d.restarts, 2);
	k.interrupts = 1000;
	assert_int_equal(nlp_dump(nlp, &req, see, NULL), -EINTR);
	k.interrupts = 0;
	d.answer = 5;
	assert_int_equal(nlp_dump(nlp, &req, see, NULL), 5);
	nlp_close(nlp);
}

static void add_many(struct nlp_batch *b, unsigned int n)
{
	struct nfi_sa_msg sa = { 0 };
	struct nlp_req req = { .cmd = NFI_CMD_SA_NEW, .in_txn = true, .sa = &sa };
	struct nlp_fail fail;

	memset(b, 0, sizeof(*b));
	sa.dir = NFI_DIR_IN;
	nlp_mark(&sa, NFI_SA_DIR);
	nlp_mark(&sa, NFI_SA_OWNER);
	for (sa.owner = 0; sa.owner < n; sa.owner++)
		assert_int_equal(nlp_batch_add(b, &req, &fail), 0);
	sa.dir = 3;
	assert_int_equal(nlp_batch_add(b, &req, &fail), -ERANGE);
	assert_int_equal(b->count, n);
}

static void test_batch(void **state)
{
	struct nlp *nlp = begin();
	struct nlp_batch b;

	(void)state;
	add_many(&b, 1000);
	assert_int_equal(nlp_batch_commit(nlp, &b), 0);
	assert_int_equal(k.added, 1000);
	assert_int_equal(k.committed, 1);
	assert_int_equal(k.aborted, 0);
	assert_true(k.most <= 128 && k.datagrams < 15);
	nlp_batch_free(&b);
	nlp_close(nlp);
}

/* Any one of many is refused: it is named, the rest is not committed. */
static void test_refused(void **state)
{
	static const uint32_t which[] = { 0, 1, 127, 128, 299 };
	struct nlp_batch b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(which) / sizeof(which[0]); i++) {
		struct nlp *nlp = begin();

		add_many(&b, 300);
		k.refuse_owner = which[i];
		assert_int_equal(nlp_batch_commit(nlp, &b), -EINVAL);
		assert_int_equal(nlp_failure(nlp)->index, which[i]);
		assert_int_equal(nlp_failure(nlp)->set, NLP_SA);
		assert_int_equal(nlp_failure(nlp)->attr, NFI_SA_DIR);
		assert_string_equal(nlp_error(nlp), "sa.dir: I do not like it");
		assert_int_equal(k.committed, 0);
		assert_int_equal(k.aborted, 1);
		nlp_batch_free(&b);
		nlp_close(nlp);
	}
}

static void test_commit_refused(void **state)
{
	struct nlp *nlp = begin();
	struct nlp_batch b;

	(void)state;
	add_many(&b, 2);
	k.commit_error = -ENOMEM;
	assert_int_equal(nlp_batch_commit(nlp, &b), -ENOMEM);
	assert_int_equal(nlp_failure(nlp)->index, 2); /* none of them */
	assert_string_equal(nlp_error(nlp), strerror(ENOMEM));
	nlp_batch_free(&b);
	nlp_close(nlp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open),	cmocka_unit_test(test_call),
		cmocka_unit_test(test_dump),	cmocka_unit_test(test_batch),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_commit_refused),
	};

	return cmocka_run_group_tests_name("nlp_talk", tests, NULL, NULL);
}
