/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pkey_ssh.h - private keys in the form of OpenSSH; for pkey_file.c. */
#ifndef CRYPTO_PKEY_SSH_H
#define CRYPTO_PKEY_SSH_H

#include <gnutls/x509.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether it looks like the PEM of OpenSSH. */
bool pkey_ssh_is(const void *p, size_t n);
/*
 * The one key of such a file into x, an initialised object. NULL, or why not: a fixed text.
 * Leaves copies in the memory of GnuTLS.
 */
const char *pkey_ssh_import(gnutls_x509_privkey_t x, const void *p, size_t n);

#endif /* CRYPTO_PKEY_SSH_H */
