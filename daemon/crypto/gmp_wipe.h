/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gmp_wipe.h - numbers of private keys do not stay behind in freed memory. */
#ifndef CRYPTO_GMP_WIPE_H
#define CRYPTO_GMP_WIPE_H

/* From now on GMP, in this program and under GnuTLS and Nettle, wipes what it frees. */
void gmp_wipe_init(void);

#endif /* CRYPTO_GMP_WIPE_H */
