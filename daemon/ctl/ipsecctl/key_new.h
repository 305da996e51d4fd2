/* SPDX-License-Identifier: GPL-2.0-or-later */
/* key_new.h - which key is to be made, as the options say. */
#ifndef IPSECCTL_KEY_NEW_H
#define IPSECCTL_KEY_NEW_H

#include <stdbool.h>

#include "crypto/pkey.h"

struct ctl;
struct words;

struct key_order {
	enum pubkey_type type;
	unsigned int bits, exponent;
	bool bits_needed; /* from the caller: as a word, or with --bits */
	bool verbose;
};

/*
 * From --type, --bits and --exponent. What is not said has its default. -EINVAL: w->error.
 */
int key_order_read(struct key_order *order, const struct ctl *ctl,
		   struct words *w);
/* NULL: said why on stderr. */
struct pkey *key_order_make(const struct key_order *order);

#endif /* IPSECCTL_KEY_NEW_H */
