/* SPDX-License-Identifier: GPL-2.0-or-later */
/* drop.h - what a daemon does without, once it has opened what it needs. */
#ifndef BASE_DROP_H
#define BASE_DROP_H

#include <stddef.h>

/* No core files and no ptrace: memory holds keys. */
void drop_cores(void);
/*
 * Be this user, if there is one of the name, with CAP_NET_ADMIN alone; and in any case without a way to get more.
 * 0, or -errno and a sentence in why.
 */
int drop_privileges(const char *user, char *why, size_t n);
/* The companion: no capability at all; whoever it is stays it, to read its files. */
int drop_capabilities(char *why, size_t n);

#endif /* BASE_DROP_H */
