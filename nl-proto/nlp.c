// SPDX-License-Identifier: GPL-2.0-or-later
/* nlp.c - the conversation with the kernel: requests, dumps, batches, transactions, events. */
#include "nlp.h"
#include "nlp_walk.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define RECV_ROOM 65536 /* a dump message of the kernel is at most 32 KiB */
#define RECV_QUEUE (4 << 20)
#define SEND_ROOM 32768 /* octets in one sendmsg */
#define SEND_COUNT 128 /* requests in one sendmsg: their acks must fit the default queue */
#define DUMP_TRIES 10
#define GROUPS 8

struct nlp {
	struct mnl_socket *sock;
	uint16_t family;
	uint32_t seq;
	struct {
		char name[GENL_NAMSIZ];
		uint32_t id;
	} groups[GROUPS];
	struct nlp_fail fail;
	char error[384];
	char buf[RECV_ROOM];
};

/* What one exchange expects: acks for count requests from seq on, and messages for cb. */
struct exchange {
	const char *sent; /* the requests, to name attributes in */
	size_t len;
	uint32_t seq, count;
	bool interrupted;
	nlp_cb *cb; /* or NULL */
	void *arg;
	int (*raw_cb)(struct nlp *nlp, const struct nlmsghdr *nlh);
	uint32_t acked;
	int stop; /* what cb said */
	int error; /* the first failure */
};

/* Errors -------------------------------------------------------------------------------------- */

static int __attribute__((format(printf, 3, 4)))
say(struct nlp *nlp, int err, const char *fmt, ...)
{
	va_list ap;

	memset(&nlp->fail, 0, sizeof(nlp->fail));
	nlp->fail.error = err;
	va_start(ap, fmt);
	vsnprintf(nlp->fail.text, sizeof(nlp->fail.text), fmt, ap);
	va_end(ap);
	snprintf(nlp->error, sizeof(nlp->error), "%s", nlp->fail.text);
	return err;
}

static void compose(struct nlp *nlp)
{
	struct nlp_fail *f = &nlp->fail;
	const struct nlp_row *row = nlp_row_find(f->set, f->attr);
	char label[32] = "";

	if (!f->text[0])
		snprintf(f->text, sizeof(f->text), "%s",
			 f->missing ? "attribute is missing" : strerror(-f->error));
	if (row)
		nlp_row_label(row, label);
	if (f->set)
		snprintf(nlp->error, sizeof(nlp->error), "%s%s%s: %s",
			 nlp_set_name(f->set), row ? "." : "", label, f->text);
	else
		snprintf(nlp->error, sizeof(nlp->error), "%s", f->text);
}

const char *nlp_error(const struct nlp *nlp)
{
	return nlp->error;
}

const struct nlp_fail *nlp_failure(const struct nlp *nlp)
{
	return &nlp->fail;
}

/* The request with this sequence number. */
static const struct nlmsghdr *request_of(const struct exchange *x, uint32_t seq)
{
	const struct nlmsghdr *nlh = (const void *)x->sent;
	int left = (int)x->len;

	while (mnl_nlmsg_ok(nlh, left)) {
		if (nlh->nlmsg_seq == seq)
			return nlh;
		nlh = mnl_nlmsg_next(nlh, &left);
	}
	return NULL;
}

static void fail_from(struct nlp *nlp, const struct exchange *x,
		      const struct nlmsghdr *nlh, int err)
{
	const struct nlmsghdr *req = request_of(x, nlh->nlmsg_seq);

	memset(&nlp->fail, 0, sizeof(nlp->fail));
	nlp->fail.error = err;
	nlp->fail.index = nlh->nlmsg_seq - x->seq;
	nlp_extack(nlh, req, &nlp->fail);
	compose(nlp);
}

/* Exchanges ----------------------------------------------------------------------------------- */

/* An ack, an error, or the end of a dump. */
static int take_ack(struct nlp *nlp, struct exchange *x, const struct nlmsghdr *nlh)
{
	size_t need = nlh->nlmsg_type == NLMSG_ERROR ? sizeof(struct nlmsgerr) : 0;
	int err = 0;

	if (mnl_nlmsg_get_payload_len(nlh) < need)
		return say(nlp, -EPROTO, "malformed ack from the kernel");
	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(err))
		memcpy(&err, mnl_nlmsg_get_payload(nlh), sizeof(err));
	x->acked++;
	if (err < 0 && !x->error) {
		fail_from(nlp, x, nlh, err);
		x->error = err;
	}
	return 0;
}

static int take_data(struct nlp *nlp, struct exchange *x, const struct nlmsghdr *nlh)
{
	struct nlp_msg msg;
	int err;

	if (x->raw_cb)
		return x->raw_cb(nlp, nlh);
	if (!x->cb || x->stop || nlh->nlmsg_type != nlp->family)
		return 0;
	err = nlp_decode(nlh, &msg);
	if (err)
		say(nlp, err, "malformed message from the kernel");
	else
		x->stop = x->cb(&msg, x->arg);
	nlp_msg_wipe(&msg);
	return err;
}

static int take_one(struct nlp *nlp, struct exchange *x, const struct nlmsghdr *nlh)
{
	if (nlh->nlmsg_seq - x->seq >= x->count)
		return 0; /* of an earlier exchange that was given up */
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		x->interrupted = true;
	if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE)
		return take_ack(nlp, x, nlh);
	if (nlh->nlmsg_type < NLMSG_MIN_TYPE)
		return 0;
	return take_data(nlp, x, nlh);
}

static int take_some(struct nlp *nlp, struct exchange *x)
{
	ssize_t got = mnl_socket_recvfrom(nlp->sock, nlp->buf, sizeof(nlp->buf));
	const struct nlmsghdr *nlh = (const void *)nlp->buf;
	int left = (int)got;
	int err = 0;

	if (got < 0 && errno == EINTR)
		return 0;
	if (got < 0)
		return say(nlp, -errno, "cannot receive from the kernel: %s",
			   strerror(errno));
	while (!err && mnl_nlmsg_ok(nlh, left)) {
		err = take_one(nlp, x, nlh);
		nlh = mnl_nlmsg_next(nlh, &left);
	}
	/* replies may carry keys */
	explicit_bzero(nlp->buf, (size_t)got);
	return err;
}

static int exchange_run(struct nlp *nlp, struct exchange *x)
{
	int err = 0;

	nlp->error[0] = '\0';
	memset(&nlp->fail, 0, sizeof(nlp->fail));
	if (mnl_socket_sendto(nlp->sock, x->sent, x->len) < 0)
		return say(nlp, -errno, "cannot send to the kernel: %s",
			   strerror(errno));
	while (!err && x->acked < x->count)
		err = take_some(nlp, x);
	if (!err)
		err = x->error;
	return err ? err : x->stop;
}

static int encode_failed(struct nlp *nlp, const struct nlp_fail *fail)
{
	nlp->fail = *fail;
	compose(nlp);
	return fail->error;
}

static int keep_reply(const struct nlp_msg *msg, void *arg)
{
	struct nlp_msg *reply = arg;

	if (reply)
		*reply = *msg;
	return 0;
}

int nlp_call(struct nlp *nlp, const struct nlp_req *req, struct nlp_msg *reply)
{
	char buf[NLP_REQ_MAX] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = (void *)buf;
	struct nlp_fail fail;
	struct exchange x = { .sent = buf, .count = 1, .cb = keep_reply, .arg = reply };
	int err;

	if (nlp_encode(req, buf, sizeof(buf), &fail))
		return encode_failed(nlp, &fail);
	nlh->nlmsg_type = nlp->family;
	nlh->nlmsg_flags |= NLM_F_ACK;
	nlh->nlmsg_seq = x.seq = ++nlp->seq;
	x.len = nlh->nlmsg_len;
	if (reply)
		memset(reply, 0, sizeof(*reply));
	err = exchange_run(nlp, &x);
	explicit_bzero(buf, sizeof(buf));
	if (!err && reply && !reply->cmd)
		err = say(nlp, -EPROTO, "the kernel sent no reply");
	return err;
}

int nlp_dump(struct nlp *nlp, const struct nlp_req *req, nlp_cb *cb, void *arg)
{
	char buf[NLP_REQ_MAX] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = (void *)buf;
	struct nlp_fail fail;
	int err, try;

	if (nlp_encode(req, buf, sizeof(buf), &fail))
		return encode_failed(nlp, &fail);
	nlh->nlmsg_type = nlp->family;
	nlh->nlmsg_flags |= NLM_F_DUMP;
	for (try = 0; try < DUMP_TRIES; try++) {
		struct exchange x = { .sent = buf, .count = 1, .cb = cb, .arg = arg };

		if (try)
			cb(NULL, arg);
		nlh->nlmsg_seq = x.seq = ++nlp->seq;
		x.len = nlh->nlmsg_len;
		err = exchange_run(nlp, &x);
		if (err || !x.interrupted)
			return err;
	}
	return say(nlp, -EINTR, "the tables change faster than they can be listed");
}

/* Batches and transactions -------------------------------------------------------------------- */

static int grow(struct nlp_batch *b)
{
	size_t room = b->room ? b->room * 2 : (size_t)64 * 1024;
	uint8_t *buf = malloc(room);

	if (!buf)
		return -ENOMEM;
	if (b->len)
		memcpy(buf, b->buf, b->len);
	if (b->buf)
		explicit_bzero(b->buf, b->len);
	free(b->buf);
	b->buf = buf;
	b->room = room;
	return 0;
}

int nlp_batch_add(struct nlp_batch *b, const struct nlp_req *req,
		  struct nlp_fail *fail)
{
	int err = 0;

	if (b->room - b->len < NLP_REQ_MAX)
		err = grow(b);
	if (err) {
		memset(fail, 0, sizeof(*fail));
		snprintf(fail->text, sizeof(fail->text), "no memory");
		return fail->error = err;
	}
	err = nlp_encode(req, b->buf + b->len, NLP_REQ_MAX, fail);
	if (err)
		return err;
	b->len += MNL_ALIGN(((struct nlmsghdr *)(void *)(b->buf + b->len))->nlmsg_len);
	b->count++;
	return 0;
}

void nlp_batch_free(struct nlp_batch *b)
{
	if (b->buf)
		explicit_bzero(b->buf, b->room);
	free(b->buf);
	memset(b, 0, sizeof(*b));
}

/* Fill in what is only known now; returns the octets of the requests that go in one sendmsg. */
static size_t prepare(struct nlp *nlp, uint8_t *from, size_t len, uint32_t txn,
		      uint32_t *count)
{
	size_t used = 0;

	for (*count = 0; used < len && *count < SEND_COUNT; ++*count) {
		struct nlmsghdr *nlh = (void *)(from + used);
		struct nlattr *a = (void *)((char *)nlh + NLMSG_HDRLEN + GENL_HDRLEN);

		if (used && used + nlh->nlmsg_len > SEND_ROOM)
			break;
		nlh->nlmsg_type = nlp->family;
		nlh->nlmsg_flags |= NLM_F_ACK;
		nlh->nlmsg_seq = ++nlp->seq;
		if (txn && nlh->nlmsg_len > NLMSG_HDRLEN + GENL_HDRLEN &&
		    mnl_attr_get_type(a) == NFI_A_TXN)
			memcpy(mnl_attr_get_payload(a), &txn, sizeof(txn));
		used += MNL_ALIGN(nlh->nlmsg_len);
	}
	return used;
}

int nlp_batch_send(struct nlp *nlp, struct nlp_batch *b, uint32_t txn)
{
	size_t done = 0, index = 0;

	while (done < b->len) {
		struct exchange x = { .sent = (char *)b->buf + done,
				      .seq = nlp->seq + 1 };
		int err;

		x.len = prepare(nlp, b->buf + done, b->len - done, txn, &x.count);
		err = exchange_run(nlp, &x);
		if (err) {
			nlp->fail.index += index;
			return err;
		}
		done += x.len;
		index += x.count;
	}
	return 0;
}

int nlp_txn_begin(struct nlp *nlp, uint32_t *txn)
{
	struct nlp_req req = { .cmd = NFI_CMD_TXN_BEGIN };
	struct nlp_msg reply = { 0 };
	int err = nlp_call(nlp, &req, &reply);

	*txn = reply.txn;
	if (!err && !reply.txn)
		err = say(nlp, -EPROTO, "the kernel gave no transaction");
	return err;
}

static int txn_end(struct nlp *nlp, uint32_t txn, uint8_t cmd)
{
	struct nlp_req req = { .cmd = cmd, .in_txn = true, .txn = txn };

	return nlp_call(nlp, &req, NULL);
}

int nlp_txn_commit(struct nlp *nlp, uint32_t txn)
{
	return txn_end(nlp, txn, NFI_CMD_TXN_COMMIT);
}

int nlp_txn_abort(struct nlp *nlp, uint32_t txn)
{
	return txn_end(nlp, txn, NFI_CMD_TXN_ABORT);
}

int nlp_batch_commit(struct nlp *nlp, struct nlp_batch *b)
{
	struct nlp_fail fail;
	uint32_t txn;
	int err = nlp_txn_begin(nlp, &txn);

	if (err) {
		nlp->fail.index = b->count; /* of none of the requests */
		return err;
	}
	err = nlp_batch_send(nlp, b, txn);
	if (!err) {
		err = nlp_txn_commit(nlp, txn);
		if (err)
			nlp->fail.index = b->count;
		return err;
	}
	fail = nlp->fail;
	nlp_txn_abort(nlp, txn);
	nlp->fail = fail;
	compose(nlp);
	return err;
}

/* Events -------------------------------------------------------------------------------------- */

int nlp_listen(struct nlp *nlp, const char *group)
{
	int i;

	for (i = 0; i < GROUPS; i++) {
		if (strcmp(nlp->groups[i].name, group))
			continue;
		if (mnl_socket_setsockopt(nlp->sock, NETLINK_ADD_MEMBERSHIP,
					  &nlp->groups[i].id,
					  sizeof(nlp->groups[i].id)) < 0)
			return say(nlp, -errno, "cannot listen to group %s: %s",
				   group, strerror(errno));
		return 0;
	}
	return say(nlp, -ENOENT, "the kernel has no event group %s", group);
}

int nlp_events(struct nlp *nlp, nlp_cb *cb, void *arg)
{
	const struct nlmsghdr *nlh = (const void *)nlp->buf;
	struct exchange x = { .cb = cb, .arg = arg };
	ssize_t got = recv(mnl_socket_get_fd(nlp->sock), nlp->buf,
			   sizeof(nlp->buf), MSG_DONTWAIT);
	int left = (int)got;
	int err = 0;

	if (got < 0)
		return say(nlp, -errno, "cannot receive events: %s",
			   strerror(errno));
	while (!err && mnl_nlmsg_ok(nlh, left)) {
		if (nlh->nlmsg_type >= NLMSG_MIN_TYPE)
			err = take_data(nlp, &x, nlh);
		nlh = mnl_nlmsg_next(nlh, &left);
	}
	return err ? err : x.stop;
}

/* Opening ------------------------------------------------------------------------------------- */

static void family_group(struct nlp *nlp, const struct nlattr *nest, int slot)
{
	const struct nlattr *a;
	bool bad;

	if (slot >= GROUPS)
		return;
	nlp_for_each_attr(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest), a, bad) {
		size_t len = mnl_attr_get_payload_len(a);

		if (mnl_attr_get_type(a) == CTRL_ATTR_MCAST_GRP_ID &&
		    len == sizeof(uint32_t))
			nlp->groups[slot].id = mnl_attr_get_u32(a);
		if (mnl_attr_get_type(a) == CTRL_ATTR_MCAST_GRP_NAME)
			snprintf(nlp->groups[slot].name,
				 sizeof(nlp->groups[slot].name), "%.*s",
				 (int)len, mnl_attr_get_str(a));
	}
}

static void family_groups(struct nlp *nlp, const struct nlattr *list)
{
	const struct nlattr *group;
	int slot = 0;
	bool bad;

	nlp_for_each_attr(mnl_attr_get_payload(list), mnl_attr_get_payload_len(list), group, bad)
		family_group(nlp, group, slot++);
}

static int family_reply(struct nlp *nlp, const struct nlmsghdr *nlh)
{
	const char *p = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	const struct nlattr *a;
	bool bad;

	if (len < GENL_HDRLEN)
		return -EPROTO;
	nlp_for_each_attr(p + GENL_HDRLEN, len - GENL_HDRLEN, a, bad) {
		if (mnl_attr_get_type(a) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_get_payload_len(a) == sizeof(uint16_t))
			nlp->family = mnl_attr_get_u16(a);
		if (mnl_attr_get_type(a) == CTRL_ATTR_MCAST_GROUPS)
			family_groups(nlp, a);
	}
	return 0;
}

static int resolve(struct nlp *nlp)
{
	char buf[256] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;
	struct exchange x = { .sent = buf, .count = 1, .raw_cb = family_reply };
	int err;

	nlh->nlmsg_type = GENL_ID_CTRL;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = x.seq = ++nlp->seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = CTRL_CMD_GETFAMILY;
	genl->version = 1;
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, NFI_GENL_NAME);
	x.len = nlh->nlmsg_len;
	err = exchange_run(nlp, &x);
	return err ? err : nlp->family ? 0 : -ENOENT;
}

static int set_up(struct nlp *nlp)
{
	int on = 1, size = RECV_QUEUE;
	int fd = mnl_socket_get_fd(nlp->sock);

	if (mnl_socket_bind(nlp->sock, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	/* best effort: an old kernel only says less, a small queue only loses more */
	mnl_socket_setsockopt(nlp->sock, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nlp->sock, NETLINK_CAP_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nlp->sock, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		(void)!setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return resolve(nlp);
}

struct nlp *nlp_open(int *err)
{
	struct nlp *nlp = calloc(1, sizeof(*nlp));

	*err = -ENOMEM;
	if (!nlp)
		return NULL;
	nlp->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	*err = nlp->sock ? set_up(nlp) : -errno;
	if (!*err)
		return nlp;
	nlp_close(nlp);
	return NULL;
}

void nlp_close(struct nlp *nlp)
{
	if (!nlp)
		return;
	if (nlp->sock)
		mnl_socket_close(nlp->sock);
	free(nlp);
}

int nlp_fd(const struct nlp *nlp)
{
	return mnl_socket_get_fd(nlp->sock);
}
