/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/rhashtable.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_RHASHTABLE_H
#define SHIM_LINUX_RHASHTABLE_H

#include <linux/err.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <string.h>

#define RHT_BUCKETS 4096

struct rhash_head {
	struct rhash_head *next;
};

struct rhlist_head {
	struct rhash_head rhead;
};

struct rhashtable {
	struct rhash_head *bucket[RHT_BUCKETS];
};

struct rhltable {
	struct rhashtable ht;
};

struct rhashtable_params {
	size_t head_offset, key_offset, key_len;
	bool automatic_shrinking;
};

static inline int rhashtable_init(struct rhashtable *ht, const struct rhashtable_params *p)
{
	(void)p;
	memset(ht, 0, sizeof(*ht));
	return 0;
}

static inline void rhashtable_destroy(struct rhashtable *ht)
{
	(void)ht;
}

static inline struct rhash_head **rht_bucket(struct rhashtable *ht, const void *key, size_t len)
{
	const unsigned char *b = key;
	uint32_t h = 2166136261u;

	while (len--)
		h = (h ^ *b++) * 16777619u;
	return &ht->bucket[h % RHT_BUCKETS];
}

static inline void *rhashtable_lookup(struct rhashtable *ht, const void *key,
				      struct rhashtable_params p)
{
	struct rhash_head *at = *rht_bucket(ht, key, p.key_len);

	for (; at; at = at->next)
		if (!memcmp((char *)at - p.head_offset + p.key_offset, key, p.key_len))
			return (char *)at - p.head_offset;
	return NULL;
}

#define rhashtable_lookup_fast(ht, key, p) rhashtable_lookup(ht, key, p)

static inline int rhashtable_insert_fast(struct rhashtable *ht, struct rhash_head *node,
					 struct rhashtable_params p)
{
	char *obj = (char *)node - p.head_offset;
	struct rhash_head **b = rht_bucket(ht, obj + p.key_offset, p.key_len);

	if (shim_fail_alloc > 0 && !--shim_fail_alloc)
		return -ENOMEM;
	node->next = *b;
	*b = node;
	return 0;
}

static inline int rhashtable_remove_fast(struct rhashtable *ht, struct rhash_head *node,
					 struct rhashtable_params p)
{
	char *obj = (char *)node - p.head_offset;
	struct rhash_head **b = rht_bucket(ht, obj + p.key_offset, p.key_len);

	while (*b && *b != node)
		b = &(*b)->next;
	if (!*b)
		return -ENOENT;
	*b = node->next;
	return 0;
}

#endif /* SHIM_LINUX_RHASHTABLE_H */
