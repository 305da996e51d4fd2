/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verbs.h - what is done for each verb of cmds.def; between server.c, verbs.c and view.c. */
#ifndef CTL_VERBS_H
#define CTL_VERBS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/reason.h"
#include "ctl/server.h"

struct ctl_client;

/* A request that is being answered. */
struct ctl_call {
	const struct ctl_world *world;
	struct ctl_client *client;
	const json_t *request;
	const char *verb, *name; /* name: of the conn, or NULL */
	struct conn *conn; /* if there is one of this name */
};

struct ctl_cmd {
	const char *verb;
	bool conn, waits;
	/* true: the client waits for events now; false: ctl_done was called */
	bool (*run)(struct ctl_call *call);
};

extern const struct ctl_cmd ctl_verbs[]; /* ends with verb NULL */

bool ctl_up(struct ctl_call *call);
bool ctl_down(struct ctl_call *call);
bool ctl_rekey(struct ctl_call *call);
bool ctl_route(struct ctl_call *call);
bool ctl_unroute(struct ctl_call *call);
bool ctl_add(struct ctl_call *call);
bool ctl_delete(struct ctl_call *call);
bool ctl_status(struct ctl_call *call);
bool ctl_why(struct ctl_call *call);
bool ctl_reload(struct ctl_call *call);
bool ctl_secrets(struct ctl_call *call);
bool ctl_ready(struct ctl_call *call);
bool ctl_monitor(struct ctl_call *call);
bool ctl_shutdown(struct ctl_call *call);

/* server.c: one line to the client; the object is given up. */
void ctl_say(struct ctl_client *c, json_t *line);
/* The last line of an answer: a result code of FreeS/WAN, 4 for success. */
void ctl_done(struct ctl_client *c, unsigned int code, enum reason reason, const char *text);

/* verbs.c: an event as a line; *code: 0, or what a client that waits for it by this verb is told at last. */
json_t *ctl_event(const struct conn *conn, const struct ike_event *event);
unsigned int ctl_outcome(const char *verb, const struct conn *conn, const struct ike_event *event);
unsigned int ctl_code(enum reason reason); /* never 0 nor 4 */

/* view.c: a connection with all that it has; views of the engine for all of them at once. */
json_t *ctl_view_all(const struct ctl_world *world, const char *name);

#endif /* CTL_VERBS_H */
