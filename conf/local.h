/* SPDX-License-Identifier: GPL-2.0-or-later */
/* local.h - a configuration on this host: which end of its connections it is, and what is wrong with that. */
#ifndef CONF_LOCAL_H
#define CONF_LOCAL_H

#include "conf/conf.h"

/* Which end of a connection this host is. */
enum conf_here { HERE_LEFT, HERE_RIGHT, HERE_NEITHER, HERE_BOTH, HERE_LATER };

/* What the caller knows of it. */
#define CONF_WHY 512
struct conf_local {
	/* why: as whom it is that end; or why it is none, both, or that is not known yet */
	enum conf_here (*here)(void *arg, const struct conf_conn *conn, char why[CONF_WHY]);
	void *arg;
	size_t nnets;
	const struct conf_range *nets; /* of its devices */
};

/* Add what is wrong with the connections on this host. */
void conf_check_local(struct conf *c, const struct conf_local *local);

#endif /* CONF_LOCAL_H */
