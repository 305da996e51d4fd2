/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sad.h - inside of the database of SAs; for netns.h (which embeds it) and the files of sa_priv.h.
 */
#ifndef NFI_SAD_H
#define NFI_SAD_H

#include <linux/list.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

struct nfi_sad {
	struct rhltable by_spi; /* all SAs of both directions, key: SPI */
	struct rhltable by_key; /* outbound SAs whose transform must not repeat a number */
	struct rhashtable slots;
	struct xarray ids; /* nfi_sa by id, allocating from 1 */
	u32 next_id;
	u32 count; /* linked SAs of all generations; nn->lock */
	atomic_t live; /* not yet freed */
	spinlock_t slot_lock; /* lists and writes of nfi_slot.sa; outside of sa->lock, BH */
	struct list_head reserved; /* SPIs of SA_ALLOCSPI, oldest first; nn->lock */
	struct hlist_head reserved_by_spi[64];
	struct list_head dying; /* dying_node: expired, to be unlinked; sad->life_lock */
	struct work_struct dying_work;
	/* private to lifetime.c, but for the lock */
	spinlock_t life_lock; /* outside of sa->lock, BH */
	struct delayed_work life_work; /* one clock for all time limits */
	struct list_head life_wheel[64];
	struct list_head life_due;
	u64 life_now, life_wake;
	u32 life_count;
};

#endif /* NFI_SAD_H */
