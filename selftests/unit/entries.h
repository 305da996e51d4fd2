/* SPDX-License-Identifier: GPL-2.0-or-later */
/* entries.h - how many entries ipsec.secrets has. */
#ifndef UNIT_ENTRIES_H
#define UNIT_ENTRIES_H

#include "conf/secrets.h"

static inline size_t entries(const struct secrets *s)
{
	struct secrets_item item;
	size_t n = 0;

	while (secrets_item(s, n, &item))
		n++;
	return n;
}

#endif /* UNIT_ENTRIES_H */
