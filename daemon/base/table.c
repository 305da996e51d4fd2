// SPDX-License-Identifier: GPL-2.0-or-later
/* table.c - chains in buckets; their number doubles with what is in them. */
#include "base/table.h"

#include <stdlib.h>

#include "base/mem.h"

#define BUCKETS_MIN 16

uint64_t table_hash(struct span key)
{
	uint64_t h = 0xcbf29ce484222325; /* FNV-1a */
	size_t i;

	for (i = 0; i < key.n; i++)
		h = (h ^ key.p[i]) * 0x100000001b3;
	return h ^ h >> 32;
}

static struct table_node **bucket_of(const struct table *t, uint64_t hash)
{
	return &t->bucket[hash & (t->nbuckets - 1)];
}

static void grow(struct table *t)
{
	struct table_node **old = t->bucket;
	size_t n = t->nbuckets, i;

	t->nbuckets = n ? 2 * n : BUCKETS_MIN;
	t->bucket = mem_new(t->nbuckets * sizeof(struct table_node *));
	for (i = 0; i < n; i++) {
		struct table_node *node = old[i], *next, *turned = NULL;

		/* turned round twice, a chain keeps its order */
		for (; node; node = next) {
			next = node->next;
			node->next = turned;
			turned = node;
		}
		for (node = turned; node; node = next) {
			struct table_node **head = bucket_of(t, node->hash);

			next = node->next;
			node->next = *head;
			*head = node;
		}
	}
	free(old);
}

void table_add(struct table *t, struct table_node *node, uint64_t hash, void *owner)
{
	struct table_node **head;

	if (t->n >= t->nbuckets)
		grow(t);
	head = bucket_of(t, hash);
	node->hash = hash;
	node->owner = owner;
	node->next = *head;
	*head = node;
	t->n++;
}

void table_del(struct table *t, struct table_node *node)
{
	struct table_node **at = bucket_of(t, node->hash);

	while (*at != node)
		at = &(*at)->next;
	*at = node->next;
	t->n--;
}

static struct table_node *skip(struct table_node *node, uint64_t hash)
{
	while (node && node->hash != hash)
		node = node->next;
	return node;
}

struct table_node *table_first(const struct table *t, uint64_t hash)
{
	return t->nbuckets ? skip(*bucket_of(t, hash), hash) : NULL;
}

struct table_node *table_next(const struct table_node *node)
{
	return skip(node->next, node->hash);
}

void table_fini(struct table *t)
{
	free(t->bucket);
	*t = (struct table){ .n = 0 };
}
