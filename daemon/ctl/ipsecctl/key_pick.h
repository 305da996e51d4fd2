/* SPDX-License-Identifier: GPL-2.0-or-later */
/* key_pick.h - a private key of this host, as --file, --id and --type say. */
#ifndef IPSECCTL_KEY_PICK_H
#define IPSECCTL_KEY_PICK_H

struct ctl;
struct secrets;
struct secrets_item;

/* The secrets of --file or the usual file, whose name is put into file; what is wrong is said on stderr. */
struct secrets *key_secrets(struct ctl *ctl, const char **file);
/*
 * The key of --id, else the first one without an index, else the first one; of --type if that is given.
 * Good until the next call. NULL: said why on stderr.
 */
const struct secrets_item *key_pick(const struct ctl *ctl, const struct secrets *s, const char *file);

#endif /* IPSECCTL_KEY_PICK_H */
