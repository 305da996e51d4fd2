/* SPDX-License-Identifier: GPL-2.0-or-later */
/* key.h - key material from the command line, a file, a descriptor or standard input. */
#ifndef IPSECCTL_KEY_H
#define IPSECCTL_KEY_H

#include <stdbool.h>

struct alg;
struct nfi_key;
struct words;

/*
 * Read the KEY at the cursor (0xHEX, file:PATH, fd:N, -) and check that its length fits alg. The
 * word is overwritten. 0, or -EINVAL with w->error, which never shows the key; then key is wiped.
 */
int key_parse(struct words *w, const struct alg *alg, bool enc, struct nfi_key *key);

#endif /* IPSECCTL_KEY_H */
