/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spd.h - inside of the policy database; for netns.h (which embeds it) and policy's own files.
 */
#ifndef NFI_SPD_H
#define NFI_SPD_H

#include <linux/list.h>
#include <linux/rhashtable.h>
#include <linux/xarray.h>
#include "selector.h"

/* owned by the author of policy.c: extend as needed */
struct nfi_spd {
	struct rhltable entries; /* tuple space: masked selectors */
	struct xarray ids; /* nfi_policy by id, allocating from 1 */
	u32 next_id;
	u32 count[3]; /* by enum nfi_dir; all generations */
	u32 multicast; /* policies that can match group destinations */
	struct list_head holding; /* policies with held packets, trap.c */
	spinlock_t hold_lock;
	struct delayed_work hold_work;
	struct list_head touched; /* selectors whose conntracks must go at commit */
	u32 epoch; /* of the flow caches: bumped by every commit */
};

#endif /* NFI_SPD_H */
