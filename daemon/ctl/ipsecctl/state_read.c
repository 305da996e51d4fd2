// SPDX-License-Identifier: GPL-2.0-or-later
/* state_read.c - what the kernel has, read into arrays. */
#include "state.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "ctl.h"

static int take(const struct nlp_msg *msg, void *arg)
{
	struct state *st = arg;

	if (!msg) {
		st->nsas = 0;
		return 0;
	}
	if (!(msg->have & 1U << NFI_A_SA))
		return 0;
	st->sas =
		arena_grow(st->sas, &st->room_sas, st->nsas, sizeof(*st->sas));
	st->sas[st->nsas++] = msg->sa;
	return 0;
}

static int take_policy(const struct nlp_msg *msg, void *arg)
{
	struct state *st = arg;

	if (!msg) {
		st->npolicies = 0;
		return 0;
	}
	if (!(msg->have & 1U << NFI_A_SP))
		return 0;
	st->policies = arena_grow(st->policies, &st->room_policies,
				  st->npolicies, sizeof(*st->policies));
	st->policies[st->npolicies++] = msg->sp;
	return 0;
}

static int read_sas(struct ctl *ctl, const struct state_want *want,
		    struct state *st)
{
	struct nfi_sa_msg filter = { .owner = want->owner, .reqid = want->reqid };
	struct nlp_req req = { .cmd = NFI_CMD_SA_GET,
			       .sa = &filter,
			       .secrets = want->secrets };
	int err;

	if (want->has_owner)
		nlp_mark(&filter, NFI_SA_OWNER);
	if (want->reqid)
		nlp_mark(&filter, NFI_SA_REQID);
	err = nlp_dump(ctl->nlp, &req, take, st);
	if (err != -EPERM || !want->secrets)
		return err;
	/* a container's root may not see keys, but everything else */
	req.secrets = false;
	st->nsas = 0;
	return nlp_dump(ctl->nlp, &req, take, st);
}

static int read_policies(struct ctl *ctl, const struct state_want *want,
			 struct state *st)
{
	struct nfi_sp_msg filter = { .owner = want->owner, .reqid = want->reqid };
	struct nlp_req req = { .cmd = NFI_CMD_SP_GET, .sp = &filter };

	if (want->has_owner)
		nlp_mark(&filter, NFI_SP_OWNER);
	if (want->reqid)
		nlp_mark(&filter, NFI_SP_REQID);
	return nlp_dump(ctl->nlp, &req, take_policy, st);
}

int state_read(struct ctl *ctl, const struct state_want *want, struct state *st)
{
	struct words none = { .w = NULL };
	int code;

	memset(st, 0, sizeof(*st));
	code = ctl_open(ctl);
	if (code)
		return code;
	if (read_sas(ctl, want, st) || read_policies(ctl, want, st))
		return ctl_refused(ctl, &none, false);
	return CTL_OK;
}
