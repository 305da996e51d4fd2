/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vectors.h - test vectors of RFCs and NIST, run when the daemon starts. */
#ifndef CRYPTO_VECTORS_H
#define CRYPTO_VECTORS_H

#include <stddef.h>

/*
 * Run all. An algorithm that fails is disabled (alg_disable), and failed, unless NULL, is told its
 * name and the source of the vector. Returns the number of failures.
 */
size_t vectors_run(void (*failed)(void *arg, const char *name,
				  const char *source),
		   void *arg);

#endif /* CRYPTO_VECTORS_H */
