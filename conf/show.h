/* SPDX-License-Identifier: GPL-2.0-or-later */
/* show.h - a configuration printed as ipsec.conf again, or as JSON. */
#ifndef CONF_SHOW_H
#define CONF_SHOW_H

#include "conf/conf.h"

struct conf_local;

struct conf_show {
	const struct conf_conn *only; /* NULL: everything */
	bool effective; /* each conn with all that it inherits, and where from */
	const struct conf_local *local; /* effective: also which end this host is; NULL: not */
	bool secrets; /* keys, too; otherwise "(hidden)" */
};

/* What is printed parses to the same values, but for hidden keys and what did not parse. */
void conf_show_text(const struct conf *c, const struct conf_show *how,
		    FILE *out);
void conf_show_json(const struct conf *c, const struct conf_show *how,
		    FILE *out);

#endif /* CONF_SHOW_H */
