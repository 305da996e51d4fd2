/* SPDX-License-Identifier: GPL-2.0-or-later */
/* render.h - objects as JSON and as lines of a table. */
#ifndef IPSECCTL_RENDER_H
#define IPSECCTL_RENDER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "nlp.h"

/* Add what is present in the struct of a set to a JSON object, by its rows; keys only if secrets. */
void render_fields(json_t *json, enum nlp_set set, const void *obj, bool secrets);
/* A new JSON object of an SA or a policy, with its lists. */
json_t *render_object(enum nlp_set set, const void *obj, bool secrets);

/*
 * A listing that is still being received: either a JSON array or a table. Everything is kept until
 * list_end, because a dump may have to begin again.
 */
struct column {
	const char *title;
	bool right;
};

struct listing {
	const struct column *columns; /* ends with title NULL; NULL: plain text */
	bool json;
	size_t count;
	FILE *mem;
	char *buf;
	size_t len;
	struct libscols_table *table;
};

int listing_begin(struct listing *l, const struct column *columns, bool json);
/* Forget what was added. */
void listing_restart(struct listing *l);
/* Add an object (JSON; it is released) or a line of as many cells as there are columns. */
void listing_json(struct listing *l, json_t *json);
void listing_line(struct listing *l, const char *const *cells);
/* Print, unless failed; free. */
void listing_end(struct listing *l, bool failed);

#endif /* IPSECCTL_RENDER_H */
