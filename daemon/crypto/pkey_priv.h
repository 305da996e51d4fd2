/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pkey_priv.h - keys from their numbers; for pkey_new.c and pkey_file.c. */
#ifndef CRYPTO_PKEY_PRIV_H
#define CRYPTO_PKEY_PRIV_H

#include "crypto/pkey.h"

/* Copies the numbers, which have been found to belong together. bits is for ECDSA. */
struct pkey *pkey_from_numbers(enum pubkey_type type, unsigned int bits,
			       const struct pkey_numbers *numbers,
			       const char **why);

/* Octets of a coordinate of P-256, P-384 or P-521; 0 for other bits. */
size_t pkey_coordinate(unsigned int bits);

#endif /* CRYPTO_PKEY_PRIV_H */
