// SPDX-License-Identifier: GPL-2.0-only
/*
 * owner.c - which socket gets the acquires of which owner.
 */
#include <linux/slab.h>
#include "netns.h"
#include "nl.h"

#define OWNERS_MAX 256 /* claims a namespace */

/* A claim goes with its socket, or with the namespace. */
struct owner {
	struct list_head node;
	u64 cookie;
	u32 portid;
};

u32 nfi_owner_portid(struct nfi_net *nn, u64 owner)
{
	struct nfi_nl *nl = nn->nl;
	const struct owner *o;
	unsigned long flags;
	u32 portid = 0;

	if (!READ_ONCE(nl->nowners))
		return 0;
	spin_lock_irqsave(&nl->lock, flags);
	list_for_each_entry(o, &nl->owners, node)
		if (o->cookie == owner)
			portid = o->portid;
	spin_unlock_irqrestore(&nl->lock, flags);
	return portid;
}

/* 0, -EALREADY: it is yours, -EBUSY: somebody else's */
static int add_owner(struct nfi_nl *nl, struct owner *new)
{
	const struct owner *o;
	int err = 0;

	spin_lock_irq(&nl->lock);
	list_for_each_entry(o, &nl->owners, node)
		if (o->cookie == new->cookie)
			err = o->portid == new->portid ? -EALREADY : -EBUSY;
	if (!err && nl->nowners >= OWNERS_MAX)
		err = -ENOSPC;
	if (!err) {
		list_add(&new->node, &nl->owners);
		WRITE_ONCE(nl->nowners, nl->nowners + 1);
	}
	spin_unlock_irq(&nl->lock);
	return err;
}

int nfi_owner_claim(struct nfi_net *nn, u64 owner, u32 portid)
{
	struct owner *o = kmalloc(sizeof(*o), GFP_KERNEL);
	int err;

	if (!o)
		return -ENOMEM;
	o->cookie = owner;
	o->portid = portid;
	err = add_owner(nn->nl, o);
	if (err)
		kfree(o);
	return err == -EALREADY ? 0 : err;
}

void nfi_owner_release(struct nfi_net *nn, u32 portid)
{
	struct nfi_nl *nl = nn->nl;
	struct owner *o, *next;

	spin_lock_irq(&nl->lock);
	list_for_each_entry_safe(o, next, &nl->owners, node) {
		if (portid && o->portid != portid)
			continue;
		list_del(&o->node);
		WRITE_ONCE(nl->nowners, nl->nowners - 1);
		kfree(o);
	}
	spin_unlock_irq(&nl->lock);
}
