/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keytext.h - keys as text: in ipsec.secrets, in ipsec.conf, in DNS. */
#ifndef IPSECCTL_KEYTEXT_H
#define IPSECCTL_KEYTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/pkey.h"

/* The name for comments: that of the option --hostname or that of this host. Returns name. */
#define KEYTEXT_HOST 256
const char *keytext_host(const char *given, char name[KEYTEXT_HOST]);

/*
 * The body of an RSA entry, indented, as FreeS/WAN's rsasigkey prints it; with entry ": RSA {" and "}"
 * around it. The caller gives it to secret_free().
 */
char *keytext_rsa(const struct pkey *key, const char *host, bool entry);

/* A public key in the base64 of its DNS form; free() it. */
char *keytext_base64(const struct pubkey *key);

/* Write secret text without a copy of it in a buffer of stdio. 0 or -errno. */
int keytext_write(int fd, const char *text);
/* A file of mode 0600 that is there in full, or not at all. 0 or -errno; -EEXIST: it was there already. */
int keytext_create(const char *path, const char *text);

#endif /* IPSECCTL_KEYTEXT_H */
