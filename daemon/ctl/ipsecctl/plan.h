/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan.h - what is to be done for a manual connection: a transaction that can be shown instead of sent. */
#ifndef IPSECCTL_PLAN_H
#define IPSECCTL_PLAN_H

#include <stdint.h>
#include <stdio.h>

#include "nlp.h"

struct ctl;
struct manual;

/* One request; objects are borrowed, filters are the plan's own. */
struct step {
	uint8_t cmd; /* SA_NEW, SP_NEW, SA_FLUSH, SP_FLUSH */
	const struct nfi_sa_msg *sa;
	const struct nfi_sp_msg *sp;
	uint64_t owner; /* of a flush */
	uint8_t action; /* of a flush of policies; 0: any */
};

struct plan {
	struct step *v;
	size_t n, room;
};

/* Add steps. up replaces all that the connection has; down leaves the policies, but none that passes. */
void plan_up(struct plan *p, const struct manual *m);
void plan_route(struct plan *p, const struct manual *m);
void plan_down(struct plan *p, uint64_t owner);
void plan_unroute(struct plan *p, uint64_t owner);
void plan_flush(struct plan *p, uint64_t owner); /* everything */
void plan_fini(struct plan *p);

/* As lines for ipsecctl load, without keys. */
void plan_print(const struct plan *p, FILE *f);
/* As one transaction. An exit code; what was refused is said with the name. */
int plan_send(struct ctl *ctl, const struct plan *p, const char *name);

#endif /* IPSECCTL_PLAN_H */
