/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/skbuff.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_SKBUFF_H
#define SHIM_LINUX_SKBUFF_H

#include <linux/types.h>

/* packet.h casts const away, as the kernel does */
#pragma GCC diagnostic ignored "-Wcast-qual"

struct sk_buff {
	char cb[48];
};

struct sk_buff_head {
	struct sk_buff *next;
	unsigned int qlen;
};

static inline bool skb_queue_empty_lockless(const struct sk_buff_head *q)
{
	return !q->qlen;
}

#endif /* SHIM_LINUX_SKBUFF_H */
