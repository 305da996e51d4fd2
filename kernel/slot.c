// SPDX-License-Identifier: GPL-2.0-only
/*
 * slot.c - slots: where protecting policies find the newest live outbound SA for (reqid, proto).
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include "sa_priv.h"

static const struct rhashtable_params slot_params = {
	.head_offset = offsetof(struct nfi_slot, node),
	.key_offset = offsetof(struct nfi_slot, key),
	.key_len = sizeof_field(struct nfi_slot, key),
	.automatic_shrinking = true,
};

int nfi_slot_init(struct nfi_net *nn)
{
	spin_lock_init(&nn->sad.slot_lock);
	return rhashtable_init(&nn->sad.slots, &slot_params);
}

void nfi_slot_exit(struct nfi_net *nn)
{
	WARN_ON_ONCE(atomic_read(&nn->sad.slots.nelems));
	rhashtable_destroy(&nn->sad.slots);
}

static struct nfi_slot *find(struct nfi_net *nn, u32 reqid, u8 proto)
{
	struct nfi_slot key = { .key = { .reqid = reqid, .proto = proto } };

	return rhashtable_lookup(&nn->sad.slots, &key.key, slot_params);
}

static struct nfi_slot *find_get(struct nfi_net *nn, u32 reqid, u8 proto)
{
	struct nfi_slot *slot;

	rcu_read_lock();
	slot = find(nn, reqid, proto);
	if (slot && !refcount_inc_not_zero(&slot->ref))
		slot = NULL;
	rcu_read_unlock();
	return slot;
}

/*
 * A slot whose last reference was just put may still be in the table for a moment (-EEXIST); then
 * its putter is about to remove it.
 */
struct nfi_slot *nfi_slot_get(struct nfi_net *nn, u32 reqid, u8 proto)
{
	struct nfi_slot *slot = find_get(nn, reqid, proto);
	int err;

	if (slot)
		return slot;
	slot = kzalloc(sizeof(*slot), GFP_KERNEL_ACCOUNT);
	if (!slot)
		return NULL;
	slot->key.reqid = reqid;
	slot->key.proto = proto;
	INIT_LIST_HEAD(&slot->sas);
	refcount_set(&slot->ref, 1);
	while ((err = rhashtable_insert_fast(&nn->sad.slots, &slot->node, slot_params))) {
		struct nfi_slot *other = find_get(nn, reqid, proto);

		if (other || (err != -EEXIST && err != -EBUSY)) {
			kfree(slot);
			return other;
		}
		cond_resched();
	}
	return slot;
}

void nfi_slot_put(struct nfi_net *nn, struct nfi_slot *slot)
{
	if (!slot || !refcount_dec_and_test(&slot->ref))
		return;
	WARN_ON_ONCE(!list_empty(&slot->sas));
	rhashtable_remove_fast(&nn->sad.slots, &slot->node, slot_params);
	kfree_rcu(slot, rcu);
}

void nfi_slot_publish(struct nfi_sa *sa)
{
	struct nfi_slot *slot = sa->slot;

	spin_lock_bh(&sa->nn->sad.slot_lock);
	/* packets may find it now, but get no number until its predecessor gave its last one */
	spin_lock(&sa->lock);
	list_add(&sa->slot_node, &slot->sas);
	rcu_assign_pointer(slot->sa, sa);
	if (sa->key_hash)
		nfi_sa_inherit(sa);
	spin_unlock(&sa->lock);
	spin_unlock_bh(&sa->nn->sad.slot_lock);
}

void nfi_slot_withdraw(struct nfi_sa *sa)
{
	struct nfi_slot *slot = sa->slot;
	struct nfi_sa *next;

	if (!slot)
		return;
	spin_lock_bh(&sa->nn->sad.slot_lock);
	if (!list_empty(&sa->slot_node)) {
		list_del_init(&sa->slot_node);
		next = list_first_entry_or_null(&slot->sas, struct nfi_sa, slot_node);
		rcu_assign_pointer(slot->sa, next);
	}
	spin_unlock_bh(&sa->nn->sad.slot_lock);
}

void nfi_slot_each(struct nfi_net *nn, u32 reqid, u8 proto,
		   void (*fn)(struct nfi_sa *sa, void *arg), void *arg)
{
	struct nfi_slot *slot;
	struct nfi_sa *sa;

	rcu_read_lock();
	slot = find(nn, reqid, proto);
	if (slot) {
		spin_lock_bh(&nn->sad.slot_lock);
		list_for_each_entry(sa, &slot->sas, slot_node)
			fn(sa, arg);
		spin_unlock_bh(&nn->sad.slot_lock);
	}
	rcu_read_unlock();
}
