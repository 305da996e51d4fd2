// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bring.c - manual connections into the kernel and out of it. One transaction each, so that there is no moment
 * with half of it. The owner cookie, which comes from the connection's name, finds what an earlier run made.
 */
#include "bring.h"

#include <stdlib.h>

#include "conn/manual.h"
#include "ctl.h"
#include "plan.h"
#include "state.h"

static int read_own(struct ctl *ctl, uint64_t owner, struct state *st)
{
	struct state_want want = { .has_owner = true,
				   .owner = owner,
				   .secrets = true };

	return state_read(ctl, &want, st);
}

/* What exists --------------------------------------------------------------------------------- */

static bool has_sa(const struct state *st, const struct nfi_sa_msg *sa)
{
	size_t i;

	for (i = 0; i < st->nsas; i++)
		if (st->sas[i].state != NFI_SA_DEAD &&
		    state_covers(NLP_SA, sa, &st->sas[i]))
			return true;
	return false;
}

static bool has_policy(const struct state *st, const struct nfi_sp_msg *sp)
{
	size_t i;

	for (i = 0; i < st->npolicies; i++)
		if (state_covers(NLP_SP, sp, &st->policies[i]))
			return true;
	return false;
}

static bool same_sas(const struct state *st, const struct manual *m)
{
	size_t i;

	for (i = 0; i < m->nsas; i++)
		if (!has_sa(st, &m->sas[i]))
			return false;
	return st->nsas == m->nsas;
}

static bool same_policies(const struct state *st, const struct manual *m)
{
	size_t i;

	for (i = 0; i < m->npolicies; i++)
		if (!has_policy(st, &m->policies[i]))
			return false;
	return st->npolicies == m->npolicies;
}

/*
 * Two names with one reqid would send their packets through each other's SAs. 31 bits of a hash
 * make that unlikely, not impossible.
 */
static int check_reqid(struct ctl *ctl, const struct manual *m,
		       const char *name)
{
	struct state_want users = { .reqid = m->reqid };
	struct state st;
	int code = state_read(ctl, &users, &st);
	size_t i;

	for (i = 0; !code && i < st.nsas; i++) {
		if (st.sas[i].owner == m->owner)
			continue;
		fprintf(stderr,
			"ipsecctl: conn '%s': reqid %u belongs to '%s' already; rename one of them\n",
			name, m->reqid, st.sas[i].name);
		code = CTL_REFUSED;
	}
	state_fini(&st);
	return code;
}

/* Verbs --------------------------------------------------------------------------------------- */

static int send_down(struct ctl *ctl, uint64_t owner, const char *name)
{
	struct plan p = { .n = 0 };
	int code;

	plan_down(&p, owner);
	code = plan_send(ctl, &p, name);
	plan_fini(&p);
	return code;
}

int bring_up(struct ctl *ctl, const struct manual *m, const char *name)
{
	struct plan p = { .n = 0 };
	struct state st;
	int code = read_own(ctl, m->owner, &st);
	bool same = !code && same_sas(&st, m) && same_policies(&st, m);

	if (!code && !same)
		code = check_reqid(ctl, m, name);
	/* the kernel takes a key again only when the SA that had it is gone */
	if (!code && !same && st.nsas)
		code = send_down(ctl, m->owner, name);
	if (!code && !same) {
		plan_up(&p, m);
		code = plan_send(ctl, &p, name);
	}
	plan_fini(&p);
	state_fini(&st);
	return code;
}

int bring_route(struct ctl *ctl, const struct manual *m, const char *name)
{
	struct plan p = { .n = 0 };
	struct state st;
	int code = read_own(ctl, m->owner, &st);

	if (!code && !same_policies(&st, m)) {
		plan_route(&p, m);
		code = plan_send(ctl, &p, name);
	}
	plan_fini(&p);
	state_fini(&st);
	return code;
}

int bring_down(struct ctl *ctl, const char *name)
{
	return send_down(ctl, manual_owner(name), name);
}

int bring_unroute(struct ctl *ctl, const char *name)
{
	struct plan p = { .n = 0 };
	struct state st;
	int code = read_own(ctl, manual_owner(name), &st);

	if (!code && st.nsas) {
		fprintf(stderr,
			"ipsecctl: conn '%s' is up: its packets would leave in clear; first: ipsecctl manual down %s\n",
			name, name);
		code = CTL_REFUSED;
	}
	if (!code) {
		plan_unroute(&p, manual_owner(name));
		code = plan_send(ctl, &p, name);
	}
	plan_fini(&p);
	state_fini(&st);
	return code;
}

int bring_known(struct ctl *ctl, const char *name)
{
	struct state st;
	int code = read_own(ctl, manual_owner(name), &st);
	int known = st.nsas || st.npolicies;

	state_fini(&st);
	return code ? -code : known;
}

/* Flushing ------------------------------------------------------------------------------------ */

int bring_flush(struct ctl *ctl)
{
	struct state_want all = { .has_owner = false };
	struct plan p = { .n = 0 };
	struct state st;
	int code = state_read(ctl, &all, &st);
	uint64_t *owners;
	size_t n = state_owners(&st, manual_owns, &owners), i;

	for (i = 0; i < n; i++)
		plan_flush(&p, owners[i]);
	if (!code && p.n)
		code = plan_send(ctl, &p, "*");
	free(owners);
	plan_fini(&p);
	state_fini(&st);
	return code;
}
