/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff.h - what a new configuration means for the connections of the old one. */
#ifndef CONF_DIFF_H
#define CONF_DIFF_H

#include "conf/conf.h"

enum conf_delta_kind {
	DELTA_ADDED,
	DELTA_REMOVED,
	DELTA_BROKEN, /* the new one has errors: what runs had better go on */
	DELTA_NONE, /* something changed that costs no SA */
	DELTA_CHILD, /* new CHILD_SAs */
	DELTA_REKEY, /* a new IKE_SA, without authentication */
	DELTA_REAUTH, /* from the beginning */
};

#define DELTA_OPTIONS 16 /* changed keywords that are named */

struct conf_delta {
	enum conf_delta_kind kind;
	const char *name;
	const struct conf_conn *before, *after; /* NULL: not there */
	size_t n; /* keywords that changed; the first DELTA_OPTIONS of them are in v */
	struct {
		enum conf_kw kw;
		enum conf_side side;
	} v[DELTA_OPTIONS];
};

/*
 * Call f for each connection that is not the same, by name. Templates and broken ones of the old
 * configuration count as not there. Returns how many there were.
 */
size_t conf_diff(const struct conf *before, const struct conf *after,
		 void (*f)(const struct conf_delta *, void *), void *arg);

#endif /* CONF_DIFF_H */
