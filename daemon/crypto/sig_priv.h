/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sig_priv.h - what sig.c and the kinds of keys, sig_*.c, know of each other. Types and lengths were compared before. */
#ifndef CRYPTO_SIG_PRIV_H
#define CRYPTO_SIG_PRIV_H

#include "crypto/sig.h"

/* Octets written, or 0 with *why. */
size_t sig_rsa_make(const struct pkey *key, struct sig_scheme s,
		    struct span tbs, uint8_t *sig, const char **why);
size_t sig_ecdsa_make(const struct pkey *key, struct sig_scheme s,
		      struct span tbs, uint8_t *sig, const char **why);
size_t sig_eddsa_make(const struct pkey *key, struct span tbs, uint8_t *sig);

bool sig_rsa_check(const struct pubkey *key, struct sig_scheme s,
		   struct span tbs, struct span sig);
bool sig_ecdsa_check(const struct pubkey *key, struct sig_scheme s,
		     struct span tbs, struct span sig);
bool sig_eddsa_check(const struct pubkey *key, struct span tbs,
		     struct span sig);

#endif /* CRYPTO_SIG_PRIV_H */
