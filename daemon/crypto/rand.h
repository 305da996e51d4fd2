/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rand.h - random octets, good for keys. */
#ifndef CRYPTO_RAND_H
#define CRYPTO_RAND_H

#include <stddef.h>

/* Fill p from the kernel, which waits only until it was seeded after boot. Failure ends the program. */
void rand_octets(void *p, size_t n);

#endif /* CRYPTO_RAND_H */
