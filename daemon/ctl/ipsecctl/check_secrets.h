/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_secrets.h - whether the connections find their secrets. */
#ifndef IPSECCTL_CHECK_SECRETS_H
#define IPSECCTL_CHECK_SECRETS_H

struct conf;
struct here;

/*
 * Read ipsec.secrets and add to the complaints of c what is wrong with it, which connections it has nothing for, and
 * secrets that too many have. Without an end that is this host (h) a connection is not looked at.
 */
void check_secrets(struct conf *c, const struct here *h, const char *path);

#endif /* IPSECCTL_CHECK_SECRETS_H */
