/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bring.h - manual connections into the kernel and out of it. All return an exit code and say why. */
#ifndef IPSECCTL_BRING_H
#define IPSECCTL_BRING_H

#include "nlp.h"

struct ctl;
struct manual;

/* SAs and policies; nothing is touched when they are there already. */
int bring_up(struct ctl *ctl, const struct manual *m, const char *name);
/* Policies alone: until there are SAs, packets are dropped. */
int bring_route(struct ctl *ctl, const struct manual *m, const char *name);
/*
 * SAs, and policies that pass; what protects or drops stays. Works on what the kernel has, so that
 * ipsec.conf may have changed meanwhile.
 */
int bring_down(struct ctl *ctl, const char *name);
/* The policies; refused while there are SAs. */
int bring_unroute(struct ctl *ctl, const char *name);
/* Whether the kernel has anything of the connection: 1, 0, or an exit code as negative number. */
int bring_known(struct ctl *ctl, const char *name);
/* Everything of all manual connections. */
int bring_flush(struct ctl *ctl);

#endif /* IPSECCTL_BRING_H */
