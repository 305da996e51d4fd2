/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output.h - messages on their way out: requests out of tasks, answers, repetitions. */
#ifndef IKE_OUTPUT_H
#define IKE_OUTPUT_H

#include "ike/msg.h"

struct child;
struct ike;
struct ike_packet;
struct ike_sa;
struct task;

/* What a handler or a builder writes into. */
struct ike_reply {
	struct msg_wr w;
};

/* An empty one, for a message of this exchange: IKE_SA_INIT with its header, others without. */
void output_begin(struct ike_sa *sa, struct ike_reply *reply, const struct msg_header *h);
/* The header of a request of ours, or of the answer to one. */
struct msg_header output_header(const struct ike_sa *sa, uint8_t exchange, uint32_t id, bool response);

/* Seal, keep and send the answer to the request that came. */
void output_reply(struct ike_sa *sa, const struct msg_header *request, struct ike_reply *reply);
/* The last answer once more. */
void output_repeat(struct ike_sa *sa);
/* The first task that may go now is built and sent, if none is under way. */
void output_kick(struct ike_sa *sa);
/* Nobody answered in time: send it again, or give up. */
void output_again(struct ike_sa *sa);
void output_keepalive(struct ike_sa *sa);

/* Tell the peer that it ends; what is not established ends at once. */
void output_delete(struct ike_sa *sa, enum reason reason);
void output_delete_child(struct child *c, enum reason reason);

/* The peer believes that it is established: one message that says why not, for which nobody waits. */
void output_farewell(struct ike_sa *sa, uint16_t notify);
/* One notification without an IKE_SA, as an answer to the packet with this header. */
void output_stateless(struct ike *ike, const struct ike_packet *packet, const struct msg_header *h,
		      const struct pl_notify *n);

#endif /* IKE_OUTPUT_H */
