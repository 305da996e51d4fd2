/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.h - a hash table whose nodes are parts of what they find. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct table_node {
	struct table_node *next;
	uint64_t hash;
	void *owner; /* what was found */
};

/* Zeroed it is empty. */
struct table {
	struct table_node **bucket;
	size_t n, nbuckets;
};

/* Of octets that nobody hostile chooses: names and addresses of a configuration. */
uint64_t table_hash(struct span key);

void table_add(struct table *t, struct table_node *node, uint64_t hash, void *owner);
void table_del(struct table *t, struct table_node *node); /* it is in the table */
/* Nodes of this hash, the last that was added first; NULL: no more. Owners compare the key itself. */
struct table_node *table_first(const struct table *t, uint64_t hash);
struct table_node *table_next(const struct table_node *node);
void table_fini(struct table *t); /* nodes are their owners' */

#endif /* BASE_TABLE_H */
