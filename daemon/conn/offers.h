/* SPDX-License-Identifier: GPL-2.0-or-later */
/* offers.h - proposals that many connections have in common are kept once. */
#ifndef CONN_OFFERS_H
#define CONN_OFFERS_H

#include "base/table.h"
#include "ike/proposal.h"

/* Zeroed it is empty. */
struct offers {
	struct table table;
};

/* The one of this content, which is copied if it is new; offers_put() it. */
const struct offer *offers_get(struct offers *o, const struct offer *offer);
void offers_put(struct offers *o, const struct offer *offer); /* NULL is fine */
void offers_fini(struct offers *o); /* all were put */

#endif /* CONN_OFFERS_H */
