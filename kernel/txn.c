// SPDX-License-Identifier: GPL-2.0-only
/*
 * txn.c - transactions: all or nothing, seen by packets in one step.
 *
 * An object's bits of inactive tell what the transaction does to it: inactive now only, it was
 * added; inactive next only, it was deleted; both, it was added and deleted again and no packet
 * ever sees it. Whatever is changed is on one of the lists, once.
 */
#include <linux/jiffies.h>
#include "journey.h"
#include "netns.h"

#define TIMEOUT (30 * HZ)

static enum nfi_txn_op op_of(const struct nfi_net *nn, u8 inactive)
{
	bool added = inactive & nfi_gen_now(nn), deleted = inactive & nfi_gen_next(nn);

	if (added)
		return deleted ? NFI_TXN_ADD_DEL : NFI_TXN_ADD;
	return deleted ? NFI_TXN_DEL : NFI_TXN_NONE;
}

static void mark(u8 *inactive, u8 bit)
{
	WRITE_ONCE(*inactive, *inactive | bit);
}

static void unmark(u8 *inactive, u8 bit)
{
	WRITE_ONCE(*inactive, *inactive & ~bit);
}

static void note(struct list_head *node, struct list_head *list)
{
	if (list_empty(node))
		list_add_tail(node, list);
}

void nfi_txn_add_sa(struct nfi_net *nn, struct nfi_sa *sa)
{
	mark(&sa->inactive, nfi_gen_now(nn));
	note(&sa->txn_node, &nn->txn.sas);
}

void nfi_txn_del_sa(struct nfi_net *nn, struct nfi_sa *sa)
{
	mark(&sa->inactive, nfi_gen_next(nn));
	note(&sa->txn_node, &nn->txn.sas);
}

void nfi_txn_add_policy(struct nfi_net *nn, struct nfi_policy *sp)
{
	mark(&sp->inactive, nfi_gen_now(nn));
	note(&sp->txn_node, &nn->txn.policies);
}

void nfi_txn_del_policy(struct nfi_net *nn, struct nfi_policy *sp)
{
	mark(&sp->inactive, nfi_gen_next(nn));
	note(&sp->txn_node, &nn->txn.policies);
}

static void close(struct nfi_net *nn)
{
	nn->txn.id = 0;
	nn->txn.portid = 0;
	cancel_delayed_work(&nn->txn.timeout);
}

static struct nfi_sa *pop_sa(struct nfi_net *nn)
{
	struct nfi_sa *sa = list_first_entry_or_null(&nn->txn.sas, struct nfi_sa, txn_node);

	if (sa)
		list_del_init(&sa->txn_node);
	cond_resched();
	return sa;
}

static struct nfi_policy *pop_policy(struct nfi_net *nn)
{
	struct nfi_policy *sp;

	sp = list_first_entry_or_null(&nn->txn.policies, struct nfi_policy, txn_node);
	if (sp)
		list_del_init(&sp->txn_node);
	cond_resched();
	return sp;
}

static void rollback(struct nfi_net *nn)
{
	struct nfi_policy *sp;
	struct nfi_sa *sa;

	while ((sp = pop_policy(nn))) {
		if (op_of(nn, sp->inactive) == NFI_TXN_DEL) {
			unmark(&sp->inactive, nfi_gen_next(nn));
			nfi_policy_abort_del(sp);
		} else {
			nfi_policy_abort_add(sp);
		}
	}
	while ((sa = pop_sa(nn))) {
		if (op_of(nn, sa->inactive) == NFI_TXN_DEL) {
			unmark(&sa->inactive, nfi_gen_next(nn));
			nfi_sa_abort_del(sa);
		} else {
			nfi_sa_abort_add(sa);
		}
	}
	close(nn);
}

/*
 * The generation was switched: what was added is inactive in the one before, what was deleted in
 * this one. The policies go first: until a deleted SA goes, nothing new asks for it.
 */
static void settle(struct nfi_net *nn)
{
	u8 now = nfi_gen_now(nn), before = nfi_gen_next(nn);
	struct nfi_policy *sp;
	struct nfi_sa *sa;

	while ((sp = pop_policy(nn))) {
		if (!(sp->inactive & now)) {
			unmark(&sp->inactive, before);
			nfi_policy_commit_add(sp);
		} else if (sp->inactive & before) {
			nfi_policy_abort_add(sp);
		} else {
			nfi_policy_commit_del(sp);
		}
	}
	while ((sa = pop_sa(nn))) {
		if (!(sa->inactive & now)) {
			unmark(&sa->inactive, before);
			nfi_sa_commit_add(sa);
		} else if (sa->inactive & before) {
			nfi_sa_abort_add(sa);
		} else {
			nfi_sa_commit_del(sa);
		}
	}
}

/*
 * Nothing may fail once the first SA is in its slot. Packets that are on their way under the old
 * policies may use the new SAs already; none comes to a new policy before its SAs are there.
 */
static int commit(struct nfi_net *nn, struct netlink_ext_ack *extack)
{
	struct nfi_sa *sa;
	int err;

	if (list_empty(&nn->txn.sas) && list_empty(&nn->txn.policies)) {
		close(nn);
		return 0;
	}
	err = nfi_up.hooks_update(nn);
	if (err) {
		NL_SET_ERR_MSG(extack, "cannot register the netfilter hooks; nothing was changed");
		rollback(nn);
		return err;
	}
	list_for_each_entry(sa, &nn->txn.sas, txn_node) {
		if (op_of(nn, sa->inactive) == NFI_TXN_ADD)
			nfi_sa_commit_prepare(sa);
		cond_resched();
	}
	smp_store_release(&nn->gen, !nn->gen); /* who sees it also sees the SAs in their slots */
	nn->commits++;
	settle(nn);
	close(nn);
	nfi_policy_committed(nn);
	nfi_up.hooks_update(nn);
	nfi_trap_kick(nn);
	return 0;
}

static void timeout(struct work_struct *work)
{
	struct nfi_txn *txn = container_of(to_delayed_work(work), struct nfi_txn, timeout);
	struct nfi_net *nn = container_of(txn, struct nfi_net, txn);
	unsigned long end;

	mutex_lock(&nn->lock);
	end = txn->last_use + TIMEOUT;
	if (txn->id && time_before(jiffies, end) && !nn->dying)
		queue_delayed_work(system_wq, &txn->timeout, end - jiffies);
	else if (txn->id)
		rollback(nn);
	mutex_unlock(&nn->lock);
}

void nfi_txn_init(struct nfi_net *nn)
{
	INIT_LIST_HEAD(&nn->txn.sas);
	INIT_LIST_HEAD(&nn->txn.policies);
	INIT_DELAYED_WORK(&nn->txn.timeout, timeout);
}

void nfi_txn_stop(struct nfi_net *nn)
{
	mutex_lock(&nn->lock);
	rollback(nn);
	mutex_unlock(&nn->lock);
	cancel_delayed_work_sync(&nn->txn.timeout);
}

int nfi_txn_begin(struct nfi_net *nn, u32 portid, u32 *id, struct netlink_ext_ack *extack)
{
	struct nfi_txn *txn = &nn->txn;

	lockdep_assert_held(&nn->lock);
	if (txn->id) {
		NL_SET_ERR_MSG(extack, "another transaction is open");
		return -EBUSY;
	}
	if (!++txn->last_id)
		txn->last_id = 1;
	txn->id = txn->last_id;
	txn->portid = portid;
	txn->last_use = jiffies;
	queue_delayed_work(system_wq, &txn->timeout, TIMEOUT);
	*id = txn->id;
	return 0;
}

/* Is this the transaction that is open, and the caller's? */
static int check(struct nfi_net *nn, u32 portid, u32 id, struct netlink_ext_ack *extack)
{
	lockdep_assert_held(&nn->lock);
	if (!id || nn->txn.id != id || nn->txn.portid != portid) {
		NL_SET_ERR_MSG(extack, "no such transaction; 30 seconds of silence abort one");
		return -ENOENT;
	}
	nn->txn.last_use = jiffies;
	return 0;
}

int nfi_txn_enter(struct nfi_net *nn, u32 portid, u32 id, struct netlink_ext_ack *extack)
{
	lockdep_assert_held(&nn->lock);
	if (id)
		return check(nn, portid, id, extack);
	if (nn->txn.id) {
		NL_SET_ERR_MSG(extack, "another transaction is open");
		return -EBUSY;
	}
	return 0;
}

int nfi_txn_leave(struct nfi_net *nn, u32 id, int err)
{
	lockdep_assert_held(&nn->lock);
	if (id)
		return err;
	if (!err)
		return commit(nn, NULL);
	rollback(nn);
	return err;
}

int nfi_txn_commit(struct nfi_net *nn, u32 portid, u32 id, struct netlink_ext_ack *extack)
{
	int err = check(nn, portid, id, extack);

	return err ? err : commit(nn, extack);
}

int nfi_txn_abort(struct nfi_net *nn, u32 portid, u32 id, struct netlink_ext_ack *extack)
{
	int err = check(nn, portid, id, extack);

	if (!err)
		rollback(nn);
	return err;
}

void nfi_txn_orphan(struct nfi_net *nn, u32 portid)
{
	lockdep_assert_held(&nn->lock);
	if (nn->txn.id && (!portid || nn->txn.portid == portid))
		rollback(nn);
}
