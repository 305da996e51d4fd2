/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state.h - SAs and policies as the kernel has them now, in arrays. */
#ifndef IPSECCTL_STATE_H
#define IPSECCTL_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nlp.h"

struct ctl;

struct state {
	size_t nsas, npolicies, room_sas, room_policies;
	struct nfi_sa_msg *sas;
	struct nfi_sp_msg *policies;
};

/* What is read: all, or what has this owner, this reqid; with the keys, as far as the kernel gives them. */
struct state_want {
	bool has_owner, secrets;
	uint64_t owner;
	uint32_t reqid; /* 0: any */
};

/* Returns an exit code, having said what is wrong; state_fini() in any case. */
int state_read(struct ctl *ctl, const struct state_want *want, struct state *st);
void state_fini(struct state *st); /* and wipe */

/* The owners of what passes the test, sorted, each once; free() the array. */
size_t state_owners(const struct state *st, bool (*test)(uint64_t owner), uint64_t **owners);

/*
 * Whether everything that is said in want is so in have. A key that have does not show counts as
 * equal.
 */
bool state_covers(enum nlp_set set, const void *want, const void *have);

/* The newest live SA of a reqid in a direction, or NULL: what a template stands for. */
const struct nfi_sa_msg *state_sa_of(const struct state *st, uint8_t dir, const struct nfi_tmpl_msg *t);

#endif /* IPSECCTL_STATE_H */
