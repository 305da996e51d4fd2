/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frag.h - a message that comes in parts, RFC 7383 2.6: parts are authenticated before they get here. */
#ifndef IKE_FRAG_H
#define IKE_FRAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define FRAG_MAX 64 /* parts of one message */
#define FRAG_OCTETS 65535 /* of all of them */

struct frag_part {
	uint32_t id; /* of the message */
	bool response;
	uint16_t number, total; /* from 1 */
	uint8_t first; /* part 1: type of the first payload */
	struct span plain;
};

struct frag_set; /* of one message at a time, in memory of its own */

enum frag_result { FRAG_MORE, FRAG_WHOLE, FRAG_BAD };

/* Copies the part. *set is made if it is NULL; another message replaces what is in it. */
enum frag_result frag_add(struct frag_set **set, const struct frag_part *part);
/* With FRAG_WHOLE: all octets at to (room for FRAG_OCTETS), and the set is freed. Returns how many. */
size_t frag_take(struct frag_set **set, uint8_t *to, uint8_t *first);
void frag_free(struct frag_set *set); /* NULL is nothing to free */

#endif /* IKE_FRAG_H */
