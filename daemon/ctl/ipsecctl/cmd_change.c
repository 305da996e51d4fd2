// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_change.c - the verbs that change one thing: add, replace, set, del, flush; allocspi; ns set. */
#include "ctl.h"

#include <arpa/inet.h>

#include "opts.h"
#include "request.h"

/* Parse, and send unless it is only a check. */
static int change(struct ctl *ctl, const struct cmd *cmd, struct words *w,
		  struct nlp_msg *reply)
{
	bool missing_ok = cmd->use == USE_KEY || cmd->use == USE_SET;
	struct request r;
	int code = CTL_OK;

	if (request_parse(&r, cmd, w))
		code = ctl_usage(w);
	else if (!ctl_has(ctl, FLAG_CHECK))
		code = ctl_open(ctl);
	if (!code && !ctl_has(ctl, FLAG_CHECK) && nlp_call(ctl->nlp, &r.req, reply))
		code = ctl_refused(ctl, w, missing_ok);
	request_fini(&r);
	return code;
}

int cmd_change(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	return change(ctl, cmd, w, NULL);
}

int cmd_ns_set(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	return change(ctl, cmd, w, NULL);
}

int cmd_allocspi(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	struct nlp_msg reply = { 0 };
	int code = change(ctl, cmd, w, &reply);

	if (code)
		return code;
	if (ctl_has(ctl, FLAG_JSON))
		printf("{\"spi\": \"0x%08x\"}\n", ntohl(reply.sa.spi));
	else
		printf("0x%08x\n", ntohl(reply.sa.spi));
	return CTL_OK;
}
