/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exch.h - exchanges are rows of tables, which stand at the foot of the files with their handlers; what a
 * handler says is an outcome, and only exch.c acts on it.
 */
#ifndef IKE_EXCH_H
#define IKE_EXCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "base/span.h"

struct ike;
struct ike_msg; /* ike/msg.h */
struct ike_packet; /* ike/env.h */
struct ike_wire; /* ike/input.h */
struct ike_reply; /* ike/output.h */
struct ike_sa; /* ike/sa.h */
struct ike_ver;
struct msg_header;
struct sealed;
struct task; /* ike/window.h */

enum verdict {
	V_OK, /* done; a request is answered with what the handler wrote */
	V_DROP, /* as if it had not come: no answer, no change of state */
	V_REFUSE, /* a request is answered with the notify only; the IKE_SA stays as it is */
	V_FATAL, /* the same, and the IKE_SA ends */
	V_SUSPEND, /* an answer from outside is missing; the same row runs again when it is there */
};

/* What a handler decided. A refusal has a reason. */
struct outcome {
	enum verdict verdict;
	uint16_t notify; /* of ike/notify.def; 0: none */
	enum reason reason; /* R_NONE: nothing to say */
};

enum exch_role { EXCH_REQUEST, EXCH_RESPONSE }; /* the message that is handled */

/* One exchange in one role, in some states. */
struct exch_row {
	const char *name; /* "rekey a CHILD_SA", for log and documentation */
	uint8_t exchange; /* exchange type of the header */
	uint8_t role; /* enum exch_role */
	uint8_t task; /* RESPONSE: enum task_kind of the request that it answers */
	uint8_t to; /* enum sa_state after V_OK; SA_SAME */
	uint32_t from; /* enum sa_state, as bits */
	uint64_t need, may; /* payloads, as bits of msg.h; both of the encrypted part if there is one */
	/* whether the message is of this kind, for rows of one exchange; NULL: it is */
	bool (*is)(const struct ike_msg *msg);
	struct outcome (*run)(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg,
			      struct ike_reply *reply);
	/* RESPONSE: write the request; one row of a task has it */
	struct outcome (*build)(struct ike *ike, struct ike_sa *sa, struct task *task, struct ike_reply *reply);
};

#define V_NOTHING ((struct outcome){ V_OK, 0, R_NONE })
struct outcome outcome_drop(enum reason reason);
/* With the notify that reasons.def has for it. */
struct outcome outcome_refuse(enum reason reason);
struct outcome outcome_fatal(enum reason reason);

/* A message that is authenticated, as far as it has to be: find the row, run it, do what it says. */
void exch_run(struct ike_sa *sa, struct ike_msg *msg);
/* It is the peer's, but wrong inside: no row sees it. */
void exch_refuse(struct ike_sa *sa, struct ike_msg *msg, enum reason reason);
/* The keys companion answered: go on with what waits for it. */
void exch_resume(struct ike_sa *sa);
/* The row that answers, or that builds, a task. NULL: none. */
const struct exch_row *exch_builder(const struct ike_ver *ver, uint8_t task);

/* What a version of the protocol is to the engine. ike2/ has one, ike1/ another; main.c lists them. */
struct ike_ver {
	uint8_t major;
	const struct exch_row *const *tables; /* ends with NULL; a table ends with a row without name */
	/*
	 * Check and decrypt a whole datagram in place, and collect fragments. R_NONE: msg has its payloads
	 * or, with *more, is a part of one whose others have to come. R_MALFORMED and R_CRITICAL: it is
	 * the peer's, but wrong inside. Anything else: drop it, nothing has changed.
	 */
	enum reason (*open)(struct ike_sa *sa, struct ike_wire *wire, struct ike_msg *msg, bool *more);
	/* Append the datagrams of a message to out: what was written to reply, sealed if there are keys. */
	void (*seal)(struct ike_sa *sa, const struct msg_header *h, struct ike_reply *reply, struct sealed *out);
	void (*forget)(struct ike_sa *sa); /* free keys and proofs */
};

#endif /* IKE_EXCH_H */
