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
struct ike_reply;
struct ike_sa; /* ike/sa.h */
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
	enum reason reason; /* R_OK if there is nothing to say */
};

enum exch_role { EXCH_REQUEST, EXCH_RESPONSE }; /* the message that is handled */

/* One exchange in one role, in some states. */
struct exch_row {
	const char *name; /* "rekey a CHILD_SA", for log and documentation */
	uint8_t exchange; /* exchange type of the header */
	uint8_t role; /* enum exch_role */
	uint8_t to; /* enum sa_state after V_OK; SA_SAME */
	uint8_t task; /* RESPONSE: enum task_kind of the request that it answers */
	uint32_t from; /* enum sa_state, as bits */
	uint64_t need, may; /* payloads, as bits of msg.h; both of the encrypted part if there is one */
	/* REQUEST: whether the message is of this kind, for rows of one exchange; NULL: it is */
	bool (*is)(const struct ike_msg *msg);
	struct outcome (*run)(struct ike *ike, struct ike_sa *sa, const struct ike_msg *msg,
			      struct ike_reply *reply);
};

/* What a version of the protocol is to the engine. ike2/ has one, ike1/ another; main.c lists them. */
struct ike_ver {
	uint8_t major;
	const struct exch_row *const *tables; /* ends with NULL; a table ends with a row without name */
};

#endif /* IKE_EXCH_H */
