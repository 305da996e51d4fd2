/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nlp.h - user side of the nf_ipsec netlink protocol (nf_ipsec.h is its manual).
 *
 * Functions return 0 or -errno; nlp_error() then has a sentence and nlp_failure() the details.
 * No function is safe to call on one handle from two threads.
 */
#ifndef NLP_H
#define NLP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nf_ipsec_msg.h"

struct nlmsghdr;

/* Rows: what nf_ipsec.def says, as a table -------------------------------------------------- */

enum nlp_set {
	NLP_NONE,
	NLP_SA,
	NLP_SP,
	NLP_TMPL,
	NLP_NS,
	NLP_EV,
	NLP_STAT,
	NLP_ALG,
	NLP_INFO,
	NLP_SETS
};

enum nlp_type { NLP_U8, NLP_U16, NLP_U32, NLP_U64, NLP_BE16, NLP_BE32, NLP_ADDR, NLP_KEY, NLP_STR };

struct nlp_row {
	uint16_t attr;
	uint16_t type; /* enum nlp_type */
	uint16_t offset, size; /* of the field in the struct of the set */
	uint64_t min, max; /* host order; lengths for ADDR, KEY, STR */
	const char *name; /* of the attribute: "ENC_ALG" */
};

struct nlp_stat_msg {
	uint64_t has, count;
	uint32_t reason;
	char name[64];
};

struct nlp_alg_msg {
	uint64_t has;
	uint32_t flags;
	uint16_t value;
	uint8_t kind;
	char name[64], kernel[128], driver[128], error[256];
};

struct nlp_info_msg {
	uint64_t has, generation;
	uint32_t proto, sas, policies;
	char version[64];
};

/* The rows of a set and their number; the set's name as it is in the attribute ("sa"). */
const struct nlp_row *nlp_rows(enum nlp_set set, size_t *n);
const char *nlp_set_name(enum nlp_set set);
/* The set whose rows are in a top-level attribute (NFI_A_*), or NLP_NONE. */
enum nlp_set nlp_nest_set(uint16_t type);
/* One row, or NULL when the set has no such attribute (nests have no row). */
const struct nlp_row *nlp_row_find(enum nlp_set set, uint16_t attr);

/* The row's name in lower case, as JSON and messages have it; text has room for 32. Returns text.
 */
const char *nlp_row_label(const struct nlp_row *row, char text[32]);

/* An integer field in host order, whatever its type; the object is the struct of the row's set. */
uint64_t nlp_row_get(const struct nlp_row *row, const void *obj);
/* Store an integer and set its bit in `has`. Returns -ERANGE, and stores nothing, outside min..max.
 */
int nlp_row_set(const struct nlp_row *row, void *obj, uint64_t value);
bool nlp_has(const void *obj, uint16_t attr);
void nlp_mark(void *obj, uint16_t attr);

/* Encoding and decoding, without a socket ---------------------------------------------------- */

/* A request; pointers are borrowed, those that are NULL are not sent. */
struct nlp_req {
	uint8_t cmd;
	uint16_t flags; /* NLM_F_REPLACE, NLM_F_ECHO */
	bool in_txn, secrets, has_owner, has_fd;
	uint32_t txn;
	int fd;
	uint64_t owner;
	const struct nfi_sa_msg *sa;
	const struct nfi_sp_msg *sp;
	const struct nfi_ns_msg *ns;
};

/* A decoded reply or event: `have` has a bit (1U << NFI_A_*) for each top-level attribute. */
struct nlp_msg {
	uint8_t cmd;
	uint32_t have;
	uint32_t txn;
	uint64_t owner;
	struct nfi_sa_msg sa;
	struct nfi_sp_msg sp;
	struct nfi_ns_msg ns;
	struct nfi_ev_msg ev;
	struct nlp_stat_msg stat;
	struct nlp_alg_msg alg;
	struct nlp_info_msg info;
};

/* Where and why a request was refused. */
struct nlp_fail {
	int error; /* -errno */
	size_t index; /* of the request in its batch */
	enum nlp_set set; /* NLP_NONE: no attribute named */
	uint16_t attr; /* 0: the nest itself */
	bool missing; /* the attribute is not there but must be */
	char text[256]; /* the kernel's words, or ours */
};

#define NLP_REQ_MAX 4096 /* octets of one request, at most */

/*
 * Write the message of req into buf of size octets; the transaction id, if any, comes first.
 * -ERANGE: a field is outside its row's range, fail says which; -EMSGSIZE: no room.
 */
int nlp_encode(const struct nlp_req *req, void *buf, size_t size, struct nlp_fail *fail);
/*
 * Decode a genetlink message. Attributes that are not known are skipped (a newer kernel), those of
 * a wrong length are -EPROTO. msg may hold keys afterwards: nlp_msg_wipe() it.
 */
int nlp_decode(const struct nlmsghdr *nlh, struct nlp_msg *msg);
void nlp_msg_wipe(struct nlp_msg *msg);
/* Name the attribute of a request at an offset from its header (extended ack). */
void nlp_locate(const struct nlmsghdr *req, uint32_t offset, struct nlp_fail *fail);

/* Read the extended ack of an NLMSG_ERROR or NLMSG_DONE message into fail; req may be NULL. */
void nlp_extack(const struct nlmsghdr *nlh, const struct nlmsghdr *req, struct nlp_fail *fail);

/* Conversation ------------------------------------------------------------------------------- */

struct nlp;

/* NULL and *err: -ENOENT when the module is not loaded, or the -errno of a socket call. */
struct nlp *nlp_open(int *err);
void nlp_close(struct nlp *nlp); /* NULL is fine */
int nlp_fd(const struct nlp *nlp);
const char *nlp_error(const struct nlp *nlp);
const struct nlp_fail *nlp_failure(const struct nlp *nlp);

/* Send, wait for the ack. reply may be NULL; -EPROTO if one was wanted and none came. */
int nlp_call(struct nlp *nlp, const struct nlp_req *req, struct nlp_msg *reply);

/*
 * Called for each message; anything but 0 ends the dump with that result. With msg NULL the tables
 * changed under the dump: forget what came so far, it starts again.
 */
typedef int nlp_cb(const struct nlp_msg *msg, void *arg);
int nlp_dump(struct nlp *nlp, const struct nlp_req *req, nlp_cb *cb, void *arg);

/*
 * A batch: encoded requests. They are sent many at a time, each is acked, and the first
 * failure ends the batch (those sent along with it may have been done: use a transaction).
 */
struct nlp_batch {
	uint8_t *buf;
	size_t len, room, count;
};

int nlp_batch_add(struct nlp_batch *b, const struct nlp_req *req, struct nlp_fail *fail);
/* txn 0: none. The requests were added with in_txn if it is not. */
int nlp_batch_send(struct nlp *nlp, struct nlp_batch *b, uint32_t txn);
void nlp_batch_free(struct nlp_batch *b); /* and wipe */

int nlp_txn_begin(struct nlp *nlp, uint32_t *txn);
int nlp_txn_commit(struct nlp *nlp, uint32_t txn);
int nlp_txn_abort(struct nlp *nlp, uint32_t txn);
/* begin, send, commit; or abort, leaving the failure of the request that was refused. */
int nlp_batch_commit(struct nlp *nlp, struct nlp_batch *b);

/* Join a multicast group (NFI_GROUP_*). Use a handle of its own for events. */
int nlp_listen(struct nlp *nlp, const char *group);
/* Read one datagram and call cb for each event. -EAGAIN: none there; -ENOBUFS: some were lost. */
int nlp_events(struct nlp *nlp, nlp_cb *cb, void *arg);

#endif /* NLP_H */
