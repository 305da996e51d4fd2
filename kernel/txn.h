/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * txn.h - transactions: all or nothing, seen by packets in one step.
 */
#ifndef NFI_TXN_H
#define NFI_TXN_H

#include <linux/list.h>
#include <linux/netlink.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct nfi_net;
struct nfi_policy;
struct nfi_sa;

enum nfi_txn_op { NFI_TXN_NONE, NFI_TXN_ADD, NFI_TXN_DEL, NFI_TXN_ADD_DEL };

/*
 * nn->lock protects it and is held in every function here but init and stop. portid 0 with id 0:
 * none is open.
 */
struct nfi_txn {
	u32 id; /* of an open explicit transaction */
	u32 last_id;
	u32 portid;
	unsigned long last_use; /* jiffies */
	struct list_head sas, policies; /* txn_node of changed objects, in order of change */
	struct delayed_work timeout;
};

void nfi_txn_init(struct nfi_net *nn);
void nfi_txn_stop(struct nfi_net *nn); /* namespace exit, without nn->lock: abort */
int nfi_txn_begin(struct nfi_net *nn, u32 portid, u32 *id, struct netlink_ext_ack *extack);
/*
 * the transaction a request belongs to: explicit with id, or implicit (id 0), -EBUSY when another
 * one is open
 */
int nfi_txn_enter(struct nfi_net *nn, u32 portid, u32 id, struct netlink_ext_ack *extack);
/* implicit: commit on 0, abort on error; explicit: an error aborts nothing, the caller decides */
int nfi_txn_leave(struct nfi_net *nn, u32 id, int err);
int nfi_txn_commit(struct nfi_net *nn, u32 portid, u32 id, struct netlink_ext_ack *extack);
int nfi_txn_abort(struct nfi_net *nn, u32 portid, u32 id, struct netlink_ext_ack *extack);
/* socket closed, timeout or namespace exit: abort whatever is open by portid (0: anybody) */
void nfi_txn_orphan(struct nfi_net *nn, u32 portid);

/*
 * sa.c and policy.c: note a change of an object; sets its bits of inactive and keeps txn_node.
 * Adding: inactive must be nfi_gen_now() already when the object becomes findable.
 */
void nfi_txn_add_sa(struct nfi_net *nn, struct nfi_sa *sa);
void nfi_txn_del_sa(struct nfi_net *nn, struct nfi_sa *sa);
void nfi_txn_add_policy(struct nfi_net *nn, struct nfi_policy *sp);
void nfi_txn_del_policy(struct nfi_net *nn, struct nfi_policy *sp);

#endif /* NFI_TXN_H */
