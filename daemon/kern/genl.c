// SPDX-License-Identifier: GPL-2.0-or-later
/* genl.c - the conversation with the module: one transaction for one change. */
#include "kern/kern.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "ike/env.h"
#include "nlp.h"

#define BUSY_TRIES 20 /* a transaction of somebody else is in the way */
#define BUSY_WAIT 10 /* ms */
#define EVENTS_BURST 64 /* datagrams */

struct kern {
	struct nlp *talk, *hear;
	char error[512];
};

/* Opening ------------------------------------------------------------------------------------- */

static int listen_all(struct nlp *hear)
{
	static const char *const groups[] = { NFI_GROUP_ACQUIRE, NFI_GROUP_SA, NFI_GROUP_PEER };
	size_t i;
	int err = 0;

	for (i = 0; !err && i < sizeof(groups) / sizeof(groups[0]); i++)
		err = nlp_listen(hear, groups[i]);
	return err;
}

static void explain(int err, char *why, size_t n)
{
	if (err == -ENOENT)
		snprintf(why, n, "the kernel module nf_ipsec is not loaded; try: modprobe nf_ipsec");
	else if (err == -EPERM)
		snprintf(why, n, "CAP_NET_ADMIN is needed to talk to the kernel module nf_ipsec");
	else
		snprintf(why, n, "cannot talk to the kernel module nf_ipsec: %s", strerror(-err));
}

struct kern *kern_open(char *why, size_t n)
{
	struct kern *k = mem_new(sizeof(*k));
	int err = 0;

	k->talk = nlp_open(&err);
	if (k->talk)
		k->hear = nlp_open(&err);
	if (k->hear)
		err = listen_all(k->hear);
	if (!err)
		return k;
	explain(err, why, n);
	kern_close(k);
	return NULL;
}

void kern_close(struct kern *k)
{
	if (!k)
		return;
	nlp_close(k->talk);
	nlp_close(k->hear);
	free(k);
}

const char *kern_error(const struct kern *k)
{
	return k->error;
}

/* Requests ------------------------------------------------------------------------------------ */

static int note(struct kern *k, int err)
{
	if (err)
		snprintf(k->error, sizeof(k->error), "%s", nlp_error(k->talk));
	return err;
}

/* A transaction of a command line lasts no longer than its commands; ours waits for it. */
static void wait_busy(void)
{
	poll(NULL, 0, BUSY_WAIT);
}

static int call(struct kern *k, const struct nlp_req *req, struct nlp_msg *reply)
{
	unsigned int i;
	int err = nlp_call(k->talk, req, reply);

	for (i = 0; err == -EBUSY && i < BUSY_TRIES; i++) {
		wait_busy();
		err = nlp_call(k->talk, req, reply);
	}
	return note(k, err);
}

static int commit(struct kern *k, struct nlp_batch *b)
{
	unsigned int i;
	int err = nlp_batch_commit(k->talk, b);

	for (i = 0; err == -EBUSY && i < BUSY_TRIES; i++) {
		wait_busy();
		err = nlp_batch_commit(k->talk, b);
	}
	return note(k, err);
}

struct batch {
	struct kern *k;
	struct nlp_batch b;
};

static int queue(struct batch *q, const struct nlp_req *req)
{
	struct nlp_fail fail;
	int err = nlp_batch_add(&q->b, req, &fail);

	if (err)
		snprintf(q->k->error, sizeof(q->k->error), "%s", fail.text);
	return err;
}

/* Sockets and settings ------------------------------------------------------------------------ */

int kern_exempt(struct kern *k, int fd)
{
	struct nlp_req req = { .cmd = NFI_CMD_SOCK_EXEMPT, .has_fd = true, .fd = fd };

	return call(k, &req, NULL);
}

int kern_natt_port(struct kern *k, uint16_t port)
{
	struct nfi_ns_msg ns = { .natt_port = port };
	struct nlp_req req = { .cmd = NFI_CMD_NS_SET, .ns = &ns };

	nlp_mark(&ns, NFI_NS_NATT_PORT);
	return call(k, &req, NULL);
}

/* SAs ----------------------------------------------------------------------------------------- */

static struct nfi_addr to_nfi(const struct addr *a)
{
	struct nfi_addr to = { .len = a->len };

	memcpy(to.b, a->b, a->len);
	return to;
}

uint32_t kern_alloc_spi(struct kern *k, const struct addr *local, uint8_t proto, uint64_t owner)
{
	struct nfi_sa_msg sa = { .proto = proto, .daddr = to_nfi(local), .owner = owner };
	struct nlp_req req = { .cmd = NFI_CMD_SA_ALLOCSPI, .sa = &sa };
	struct nlp_msg *reply = mem_new(sizeof(*reply));
	uint32_t spi = 0;

	sa.spi_min = 0x1000; /* the numbers below are for keys set by hand */
	sa.spi_max = UINT32_MAX;
	nlp_mark(&sa, NFI_SA_PROTO);
	nlp_mark(&sa, NFI_SA_DADDR);
	nlp_mark(&sa, NFI_SA_OWNER);
	nlp_mark(&sa, NFI_SA_SPI_MIN);
	nlp_mark(&sa, NFI_SA_SPI_MAX);
	if (!call(k, &req, reply))
		spi = ntohl(reply->sa.spi);
	free(reply);
	return spi;
}

static int queue_sa(struct batch *q, const struct ike_child_info *child, const struct kern_opts *o,
		    bool inbound)
{
	struct nfi_sa_msg sa;
	struct nlp_req req = { .cmd = NFI_CMD_SA_NEW, .in_txn = true, .sa = &sa };
	int err;

	kern_build_sa(child, o, inbound, &sa);
	err = queue(q, &req);
	secret_wipe(&sa, sizeof(sa));
	return err;
}

static int queue_policy(void *arg, const struct nfi_sp_msg *sp)
{
	struct nlp_req req = { .cmd = NFI_CMD_SP_NEW,
			       .flags = NLM_F_REPLACE,
			       .in_txn = true,
			       .sp = sp };

	return queue(arg, &req);
}

static int queue_policies(struct batch *q, const struct kern_route *r, const struct kern_opts *o)
{
	int err = kern_build_policies(r, o, queue_policy, q);

	if (err == -E2BIG)
		snprintf(q->k->error, sizeof(q->k->error),
			 "more than %d policies for one connection; use fewer or larger networks",
			 KERN_POLICIES_MAX);
	else if (err == -ENOENT)
		snprintf(q->k->error, sizeof(q->k->error),
			 "the networks of the two sides are of different address families or protocols");
	return err;
}

int kern_install(struct kern *k, const struct ike_child_info *child, unsigned int parts,
		 const struct kern_opts *o, const struct kern_route *route)
{
	struct batch q = { .k = k };
	int err = 0;

	if (parts & IKE_PART_IN)
		err = queue_sa(&q, child, o, true);
	if (!err && parts & IKE_PART_OUT)
		err = queue_sa(&q, child, o, false);
	if (!err && parts & IKE_PART_POLICY && route)
		err = queue_policies(&q, route, o);
	if (!err && q.b.count)
		err = commit(k, &q.b);
	nlp_batch_free(&q.b);
	return err;
}

/* How the module finds one direction of a child. */
static void name_sa(const struct ike_child_info *child, bool inbound, struct nfi_sa_msg *sa)
{
	memset(sa, 0, sizeof(*sa));
	sa->daddr = to_nfi(inbound ? &child->local.addr : &child->peer.addr);
	sa->spi = htonl(inbound ? child->spi_in : child->spi_out);
	sa->proto = child->proto;
	nlp_mark(sa, NFI_SA_DADDR);
	nlp_mark(sa, NFI_SA_SPI);
	nlp_mark(sa, NFI_SA_PROTO);
}

static int remove_sa(struct kern *k, const struct ike_child_info *child, bool inbound)
{
	struct nfi_sa_msg sa;
	struct nlp_req req = { .cmd = NFI_CMD_SA_DEL, .sa = &sa };
	int err;

	name_sa(child, inbound, &sa);
	err = call(k, &req, NULL);
	return err == -ENOENT || err == -ESRCH ? 0 : err;
}

int kern_remove(struct kern *k, const struct ike_child_info *child, unsigned int parts)
{
	int err = 0, one;

	/* first what others could send with */
	if (parts & IKE_PART_OUT)
		err = remove_sa(k, child, false);
	one = parts & IKE_PART_IN ? remove_sa(k, child, true) : 0;
	return err ? err : one;
}

static int take_id(const struct nlp_msg *msg, void *arg)
{
	uint32_t *id = arg;

	*id = msg ? msg->sa.id : 0;
	return 0;
}

/* By its number, for the address it is known by is the one that it is going to leave. */
static int move_sa(struct kern *k, const struct ike_child_info *child, bool inbound)
{
	static const struct kern_opts none;
	struct nfi_sa_msg sa, want;
	struct nlp_req dump = { .cmd = NFI_CMD_SA_GET, .sa = &want };
	struct nlp_req req = { .cmd = NFI_CMD_SA_SET, .sa = &sa };
	uint32_t id = 0;
	int err;

	kern_build_sa(child, &none, inbound, &sa);
	memset(&want, 0, sizeof(want));
	want.dir = sa.dir;
	want.spi = sa.spi;
	want.proto = sa.proto;
	nlp_mark(&want, NFI_SA_DIR);
	nlp_mark(&want, NFI_SA_SPI);
	nlp_mark(&want, NFI_SA_PROTO);
	err = note(k, nlp_dump(k->talk, &dump, take_id, &id));
	sa.id = id;
	if (!child->encap)
		nlp_mark(&sa, NFI_SA_ENCAP); /* perhaps it had been */
	sa.has &= 1ULL << NFI_SA_SADDR | 1ULL << NFI_SA_DADDR | 1ULL << NFI_SA_ENCAP |
		  1ULL << NFI_SA_ENCAP_SPORT | 1ULL << NFI_SA_ENCAP_DPORT;
	nlp_mark(&sa, NFI_SA_ID);
	if (!err && !id)
		err = -ENOENT;
	if (!err)
		err = call(k, &req, NULL);
	secret_wipe(&sa, sizeof(sa));
	return err;
}

int kern_move(struct kern *k, const struct ike_child_info *child)
{
	int err = move_sa(k, child, true);

	return err ? err : move_sa(k, child, false);
}

static int read_sa(struct kern *k, const struct ike_child_info *child, bool inbound,
		   struct nlp_msg *reply)
{
	struct nfi_sa_msg sa;
	struct nlp_req req = { .cmd = NFI_CMD_SA_GET, .sa = &sa };

	name_sa(child, inbound, &sa);
	return call(k, &req, reply);
}

int kern_traffic(struct kern *k, const struct ike_child_info *child, struct ike_traffic *t)
{
	struct nlp_msg *reply = mem_new(sizeof(*reply));
	int err = read_sa(k, child, true, reply);

	memset(t, 0, sizeof(*t));
	t->in_packets = reply->sa.packets;
	t->in_bytes = reply->sa.bytes;
	if (!err)
		err = read_sa(k, child, false, reply);
	t->out_packets = reply->sa.packets;
	t->out_bytes = reply->sa.bytes;
	free(reply);
	return err;
}

/* Policies ------------------------------------------------------------------------------------ */

int kern_route(struct kern *k, const struct kern_route *r, const struct kern_opts *o)
{
	struct batch q = { .k = k };
	int err = queue_policies(&q, r, o);

	if (!err)
		err = commit(k, &q.b);
	nlp_batch_free(&q.b);
	return err;
}

/* What is flushed: of an owner, all or what is older than an epoch. */
struct flush {
	bool sas, policies, old;
	uint64_t owner;
	uint32_t epoch;
};

static int queue_flush_sas(struct batch *q, const struct flush *f)
{
	struct nfi_sa_msg sa = { .owner = f->owner, .epoch_before = f->epoch };
	struct nlp_req req = { .cmd = NFI_CMD_SA_FLUSH, .in_txn = true, .sa = &sa };

	nlp_mark(&sa, NFI_SA_OWNER);
	if (f->old)
		nlp_mark(&sa, NFI_SA_EPOCH_BEFORE);
	return queue(q, &req);
}

static int queue_flush_policies(struct batch *q, const struct flush *f)
{
	struct nfi_sp_msg sp = { .owner = f->owner, .epoch_before = f->epoch };
	struct nlp_req req = { .cmd = NFI_CMD_SP_FLUSH, .in_txn = true, .sp = &sp };

	nlp_mark(&sp, NFI_SP_OWNER);
	if (f->old)
		nlp_mark(&sp, NFI_SP_EPOCH_BEFORE);
	return queue(q, &req);
}

static int flush(struct kern *k, const struct flush *f)
{
	struct batch q = { .k = k };
	int err = f->policies ? queue_flush_policies(&q, f) : 0;

	if (!err && f->sas)
		err = queue_flush_sas(&q, f);
	if (!err)
		err = commit(k, &q.b);
	nlp_batch_free(&q.b);
	return err;
}

int kern_unroute(struct kern *k, uint64_t owner)
{
	return flush(k, &(struct flush){ .policies = true, .owner = owner });
}

int kern_forget(struct kern *k, uint64_t owner)
{
	return flush(k, &(struct flush){ .policies = true, .sas = true, .owner = owner });
}

int kern_flush_old(struct kern *k, uint64_t owner, uint32_t epoch)
{
	return flush(k, &(struct flush){ .sas = true, .old = true, .owner = owner, .epoch = epoch });
}

int kern_unroute_old(struct kern *k, uint64_t owner, uint32_t epoch)
{
	return flush(k, &(struct flush){
				.policies = true, .old = true, .owner = owner, .epoch = epoch });
}

/* What is there ------------------------------------------------------------------------------- */

struct adoption {
	void (*see)(void *arg, const struct kern_left *left);
	void *arg;
};

/* A dump that starts again shows some twice, which does no harm. */
static int see_policy(const struct nlp_msg *msg, void *arg)
{
	const struct adoption *a = arg;
	struct kern_left left = { .policy = true };

	if (!msg || !kern_owns(msg->sp.owner) || msg->sp.dir != NFI_DIR_OUT)
		return 0;
	left.owner = msg->sp.owner;
	left.epoch = msg->sp.epoch;
	left.reqid = msg->sp.ntmpl ? msg->sp.tmpl[0].reqid : 0;
	left.name = msg->sp.name;
	a->see(a->arg, &left);
	return 0;
}

static int see_sa(const struct nlp_msg *msg, void *arg)
{
	const struct adoption *a = arg;
	struct kern_left left = { .policy = false };

	if (!msg || !kern_owns(msg->sa.owner))
		return 0;
	left.owner = msg->sa.owner;
	left.epoch = msg->sa.epoch;
	left.reqid = msg->sa.reqid;
	left.name = msg->sa.name;
	a->see(a->arg, &left);
	return 0;
}

int kern_adopt(struct kern *k, void (*see)(void *arg, const struct kern_left *left), void *arg)
{
	struct adoption a = { see, arg };
	struct nlp_req policies = { .cmd = NFI_CMD_SP_GET }, sas = { .cmd = NFI_CMD_SA_GET };
	int err = nlp_dump(k->talk, &policies, see_policy, &a);

	if (!err)
		err = nlp_dump(k->talk, &sas, see_sa, &a);
	return note(k, err);
}

/* Events -------------------------------------------------------------------------------------- */

struct hearing {
	void (*see)(void *arg, const struct kern_event *e);
	void *arg;
};

static int hear(const struct nlp_msg *msg, void *arg)
{
	const struct hearing *h = arg;
	struct kern_event e;

	if (kern_build_event(msg, &e))
		h->see(h->arg, &e);
	return 0;
}

int kern_fd(const struct kern *k)
{
	return nlp_fd(k->hear);
}

void kern_events(struct kern *k, void (*see)(void *arg, const struct kern_event *e), void *arg)
{
	static const struct kern_event lost = { .kind = KERN_LOST };
	struct hearing h = { see, arg };
	unsigned int i;
	int err = 0;

	for (i = 0; i < EVENTS_BURST && !err; i++) {
		err = nlp_events(k->hear, hear, &h);
		if (err == -ENOBUFS) {
			see(arg, &lost);
			err = 0;
		}
	}
}
