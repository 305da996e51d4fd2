// SPDX-License-Identifier: GPL-2.0-or-later
/* x_info.c - INFORMATIONAL: deletes, errors, and whether the peer lives. RFC 7296 1.4. */
#include <string.h>

#include "base/wr.h"
#include "ike/notify.h"
#include "ike/output.h"
#include "ike/sa.h"
#include "ike2/collide.h"
#include "ike2/ike2.h"

enum { SPI_OCTETS = 4, SPIS_MAX = 64 };

static uint8_t proto_of(const struct child *c)
{
	return c->info.proto == 51 ? IKE_PROTO_AH : IKE_PROTO_ESP;
}

static void put_delete(struct msg_wr *w, uint8_t proto, const uint32_t *spi, size_t n)
{
	uint8_t octets[SPIS_MAX * SPI_OCTETS];
	struct wr spis = wr_to(octets, sizeof(octets));
	struct pl_delete del = { .proto = proto, .spi_size = SPI_OCTETS, .n = (uint16_t)n };

	for (size_t i = 0; i < n; i++)
		wr_u32(&spis, spi[i]);
	del.spis = wr_done(&spis);
	pl_delete_write(w, &del);
}

/* Responder ------------------------------------------------------------------------------------ */

/* One SPI of a Delete payload. Returns ours of the same pair, or 0: nothing to name in the answer. */
static uint32_t delete_one(struct ike_sa *sa, uint32_t spi)
{
	struct child *c = child_by_spi(sa, spi, true);
	uint32_t ours;

	if (!c)
		return 0;
	ours = c->info.spi_in;
	/* our own Delete of it is under way, and is answered without naming it, RFC 7296 2.25.1 */
	if (collide_judge(sa, ASK_DELETE_CHILD, c->info.id) == COLLIDE_SILENT)
		ours = 0;
	child_retire(c, R_PEER_DELETED, true);
	return ours;
}

static void delete_children(struct ike_sa *sa, const struct pl_delete *del, struct msg_wr *w)
{
	struct rd r = rd_of(del->spis);
	uint32_t gone[SPIS_MAX];
	size_t n = 0;

	if (del->spi_size != SPI_OCTETS)
		return;
	while (rd_left(&r) >= SPI_OCTETS && n < SPIS_MAX) {
		uint32_t ours = delete_one(sa, rd_u32(&r));

		if (ours)
			gone[n++] = ours;
	}
	if (n)
		put_delete(w, del->proto, gone, n);
}

/* The peer ends the old IKE_SA while our request to renew it is under way, and has made one of its own. */
static void save_children(struct ike_sa *sa)
{
	const struct task *t = sa->win.active;
	struct ike_sa *rival;

	if (!t || t->kind != TASK_REKEY_IKE || !t->nego || !t->nego->rival)
		return;
	rival = sa_find(sa->ike, t->nego->rival_spi);
	if (rival && rival->state == SA_ESTABLISHED) {
		sa_replace(sa, rival);
		output_kick(rival);
	}
}

static struct outcome end(struct ike_sa *sa, const struct ike_msg *msg)
{
	bool failed = msg_notify(msg, N_AUTHENTICATION_FAILED);

	save_children(sa);
	if (sa->state == SA_REPLACED)
		return (struct outcome){ V_FATAL, NOTIFY_NONE, R_REKEYED };
	return (struct outcome){ V_FATAL, NOTIFY_NONE, failed ? R_PEER_AUTH : R_PEER_DELETED };
}

static struct outcome request(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg, struct ike_reply *reply)
{
	const struct pl_notify *size = msg_notify(msg, N_SET_WINDOW_SIZE);

	(void)ike;
	if (size) {
		struct rd r = rd_of(size->data);

		sa->win.peer_size = rd_u32(&r);
	}
	if (msg_notify(msg, N_AUTHENTICATION_FAILED))
		return end(sa, msg);
	for (unsigned int i = 0; i < msg->ndel; i++) {
		if (msg->del[i].proto == IKE_PROTO_IKE)
			return end(sa, msg);
		delete_children(sa, &msg->del[i], &reply->w);
	}
	return V_NOTHING;
}

/* Initiator ------------------------------------------------------------------------------------ */

static struct outcome build_liveness(struct ike *ike, struct ike_sa *sa, struct task *task, struct ike_reply *reply)
{
	(void)ike;
	(void)sa;
	(void)task;
	(void)reply;
	return V_NOTHING;
}

static struct outcome build_delete_ike(struct ike *ike, struct ike_sa *sa, struct task *task, struct ike_reply *reply)
{
	const struct pl_delete all = { .proto = IKE_PROTO_IKE };

	(void)ike;
	(void)sa;
	(void)task;
	pl_delete_write(&reply->w, &all);
	return V_NOTHING;
}

static struct outcome build_delete_child(struct ike *ike, struct ike_sa *sa, struct task *task,
					 struct ike_reply *reply)
{
	struct child *c = child_find(sa, task->child), *successor;

	(void)ike;
	if (!c || c->state >= CHILD_DELETING)
		return outcome_refuse(R_NO_CHILD);
	put_delete(&reply->w, proto_of(c), &c->info.spi_in, 1);
	/* nothing is sent by it from now on; the peer may still send */
	successor = child_successor(c);
	if (successor)
		child_switch(successor);
	child_remove(c, IKE_PART_OUT);
	child_set_state(c, CHILD_DELETING, c->reason);
	return V_NOTHING;
}

static struct outcome build_delete_spi(struct ike *ike, struct ike_sa *sa, struct task *task, struct ike_reply *reply)
{
	(void)ike;
	(void)sa;
	put_delete(&reply->w, task->proto, &task->child, 1);
	return V_NOTHING;
}

static struct outcome heard(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg, struct ike_reply *reply)
{
	(void)ike;
	(void)sa;
	(void)msg;
	(void)reply;
	return V_NOTHING;
}

static struct outcome deleted_ike(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg,
				  struct ike_reply *reply)
{
	(void)ike;
	(void)msg;
	(void)reply;
	return (struct outcome){ V_FATAL, NOTIFY_NONE, sa->reason };
}

static struct outcome deleted_child(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg,
				    struct ike_reply *reply)
{
	struct child *c = child_find(sa, sa->win.active->child);

	(void)ike;
	(void)msg;
	(void)reply;
	if (c)
		child_retire(c, c->reason, false);
	return V_NOTHING;
}

/* Rows ----------------------------------------------------------------------------------------- */

#define ALIVE (SA_BIT(SA_ESTABLISHED) | SA_BIT(SA_REPLACED) | SA_BIT(SA_DELETING))

const struct exch_row x_info_rows[] = {
	{
		.name = "INFORMATIONAL request",
		.exchange = MSG_INFORMATIONAL,
		.role = EXCH_REQUEST,
		.from = ALIVE,
		.may = PL_BIT(PL_DELETE) | PL_BIT(PL_CP),
		.run = request,
		.to = SA_SAME,
	},
	{
		.name = "the IKE_SA is deleted",
		.exchange = MSG_INFORMATIONAL,
		.role = EXCH_RESPONSE,
		.task = TASK_DELETE_IKE,
		.from = SA_BIT(SA_DELETING),
		.may = PL_BIT(PL_DELETE),
		.run = deleted_ike,
		.build = build_delete_ike,
		.to = SA_SAME,
	},
	{
		.name = "a CHILD_SA is deleted",
		.exchange = MSG_INFORMATIONAL,
		.role = EXCH_RESPONSE,
		.task = TASK_DELETE_CHILD,
		.from = ALIVE,
		.may = PL_BIT(PL_DELETE),
		.run = deleted_child,
		.build = build_delete_child,
		.to = SA_SAME,
	},
	{
		.name = "a CHILD_SA that we refused is deleted",
		.exchange = MSG_INFORMATIONAL,
		.role = EXCH_RESPONSE,
		.task = TASK_DELETE_SPI,
		.from = ALIVE,
		.may = PL_BIT(PL_DELETE),
		.run = heard,
		.build = build_delete_spi,
		.to = SA_SAME,
	},
	{
		.name = "the peer lives",
		.exchange = MSG_INFORMATIONAL,
		.role = EXCH_RESPONSE,
		.task = TASK_LIVENESS,
		.from = ALIVE,
		.may = PL_BIT(PL_CP),
		.run = heard,
		.build = build_liveness,
		.to = SA_SAME,
	},
	{ .name = NULL },
};
