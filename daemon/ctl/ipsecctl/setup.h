/* SPDX-License-Identifier: GPL-2.0-or-later */
/* setup.h - whether IPsec runs, in FreeS/WAN's words. */
#ifndef IPSECCTL_SETUP_H
#define IPSECCTL_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct setup_status {
	bool marked; /* setup start was, setup stop was not */
	bool loaded; /* the module */
	size_t sas, policies, conns; /* of manual connections */
};

/* true: running or stopped, as it should be; false: the text says "but" and why. */
bool setup_print(const struct setup_status *s, FILE *f);
bool setup_json(const struct setup_status *s, FILE *f);

#endif /* IPSECCTL_SETUP_H */
