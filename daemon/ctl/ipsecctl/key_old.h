/* SPDX-License-Identifier: GPL-2.0-or-later */
/* key_old.h - a key that rsasigkey has printed, of whatever age. */
#ifndef IPSECCTL_KEY_OLD_H
#define IPSECCTL_KEY_OLD_H

#include "crypto/pkey.h"

/*
 * The RSA key of a file, or of standard input ("-"): lines of rsasigkey, among others that do not count.
 * The primes and the public exponent are needed, the other numbers are made anew. NULL: said why on stderr.
 */
struct pkey *key_old_read(const char *path);

#endif /* IPSECCTL_KEY_OLD_H */
