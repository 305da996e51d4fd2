// SPDX-License-Identifier: GPL-2.0-or-later
/* verbs.c - what is done for each verb, and what of the events ends the wait for it. */
#include "ctl/verbs.h"

#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/loop.h"
#include "conn/conns.h"
#include "ike/env.h"
#include "ike/ike.h"

/* clang-format off */
const struct ctl_cmd ctl_verbs[] = {
#define CTL_CMD(verb, conn, waits, run, help) { verb, conn, waits, run },
#include "ctl/cmds.def"
#undef CTL_CMD
	{ NULL, false, false, NULL },
};
/* clang-format on */

#define RC_OK 4
#define RC_STAGE 104 /* RC-1xx: a message was sent */
#define RC_LOG 2

unsigned int ctl_code(enum reason reason)
{
	unsigned int rc = reason_row(reason)->rc;

	return rc ? rc : 1;
}

/* Events -------------------------------------------------------------------------------------- */

static const char *event_name(enum ike_event_kind kind)
{
	switch (kind) {
	case IKE_EV_STAGE:
		return "stage";
	case IKE_EV_IKE_UP:
		return "ike-up";
	case IKE_EV_IKE_REKEYED:
		return "ike-rekeyed";
	case IKE_EV_IKE_DOWN:
		return "ike-down";
	case IKE_EV_CHILD_UP:
		return "up";
	case IKE_EV_CHILD_REKEYED:
		return "rekeyed";
	case IKE_EV_CHILD_DOWN:
		return "down";
	case IKE_EV_FAILED:
		return "failed";
	case IKE_EV_MOVED:
		break;
	}
	return "moved";
}

static unsigned int code_of(const struct ike_event *event)
{
	switch (event->kind) {
	case IKE_EV_STAGE:
		return RC_STAGE;
	case IKE_EV_IKE_UP:
	case IKE_EV_CHILD_UP:
		return RC_OK;
	case IKE_EV_FAILED:
		return ctl_code(event->reason);
	case IKE_EV_IKE_REKEYED:
	case IKE_EV_IKE_DOWN:
	case IKE_EV_CHILD_REKEYED:
	case IKE_EV_CHILD_DOWN:
	case IKE_EV_MOVED:
		break;
	}
	return RC_LOG;
}

/* When the engine has no sentence of its own. */
static void put_text(json_t *o, const struct conn *conn,
		     const struct ike_event *event)
{
	char text[512];
	const struct ike_child_info *child = event->child;

	if (event->text && event->text[0])
		snprintf(text, sizeof(text), "%s", event->text);
	else if (child && event->kind == IKE_EV_CHILD_UP)
		snprintf(text, sizeof(text),
			 "IPsec SA established: in 0x%08x, out 0x%08x",
			 child->spi_in, child->spi_out);
	else if (event->kind == IKE_EV_IKE_UP)
		snprintf(text, sizeof(text), "IKE SA established");
	else
		snprintf(text, sizeof(text), "%s%s%s", event_name(event->kind),
			 event->reason ? ": " : "",
			 event->reason ? reason_text(event->reason) : "");
	json_object_set_new(o, "conn", json_string(conn->ike.name));
	json_object_set_new(o, "text", json_string(text));
}

json_t *ctl_event(const struct conn *conn, const struct ike_event *event)
{
	json_t *o = json_object();
	char text[ADDR_TEXT];

	json_object_set_new(o, "event", json_string(event_name(event->kind)));
	json_object_set_new(o, "code", json_integer(code_of(event)));
	put_text(o, conn, event);
	if (event->peer.addr.len)
		json_object_set_new(o, "peer",
				    json_string(addr_print(event->peer.addr.b,
							   event->peer.addr.len,
							   text)));
	if (event->reason)
		json_object_set_new(o, "reason",
				    json_string(reason_name(event->reason)));
	return o;
}

unsigned int ctl_outcome(const char *verb, const struct conn *conn,
			 const struct ike_event *event)
{
	if (!strcmp(verb, "up")) {
		if (event->kind == IKE_EV_CHILD_UP)
			return RC_OK;
		if (event->kind == IKE_EV_FAILED)
			return ctl_code(event->reason);
	}
	if (!strcmp(verb, "down") && conn->intent.state != INTENT_UP &&
	    (event->kind == IKE_EV_CHILD_DOWN ||
	     event->kind == IKE_EV_IKE_DOWN || event->kind == IKE_EV_FAILED))
		return RC_OK;
	return 0;
}

/* Verbs --------------------------------------------------------------------------------------- */

static bool finish(struct ctl_call *call, const struct conns_result *r)
{
	ctl_done(call->client, r->rc ? r->rc : RC_OK, r->reason, r->text);
	return false;
}

/* rc 0 is under way; "wait": false does not wait for the end of it. */
static bool wait_or_finish(struct ctl_call *call, const struct conns_result *r)
{
	const json_t *wait = json_object_get(call->request, "wait");

	if (r->rc || json_is_false(wait))
		return finish(call, r);
	ctl_say(call->client,
		json_pack("{s:i, s:s}", "code", 2, "text", r->text));
	return true;
}

bool ctl_up(struct ctl_call *call)
{
	struct conns_result r = { .rc = 0 };

	conns_up(call->world->conns, call->conn, &r);
	return wait_or_finish(call, &r);
}

bool ctl_down(struct ctl_call *call)
{
	struct conns_result r = { .rc = 0 };

	conns_down(call->world->conns, call->conn, &r);
	return wait_or_finish(call, &r);
}

bool ctl_rekey(struct ctl_call *call)
{
	bool ike_sa = json_is_true(json_object_get(call->request, "ike"));

	if (ike_rekey(call->world->ike, call->name, ike_sa))
		ctl_done(call->client, RC_OK, R_NONE,
			 "new keys are being made");
	else
		ctl_done(call->client, 1, R_NONE,
			 "there is no SA to be renewed");
	return false;
}

bool ctl_route(struct ctl_call *call)
{
	struct conns_result r = { .rc = 0 };

	conns_route(call->world->conns, call->conn, &r);
	return finish(call, &r);
}

bool ctl_unroute(struct ctl_call *call)
{
	struct conns_result r = { .rc = 0 };

	conns_unroute(call->world->conns, call->conn, &r);
	return finish(call, &r);
}

bool ctl_add(struct ctl_call *call)
{
	struct conns_result r = { .rc = 0 };

	if (call->conn && strcmp(call->verb, "replace"))
		r = (struct conns_result){
			.rc = 20, .text = "it is loaded already; use replace"
		};
	else
		call->world->add(call->world->arg, call->name ? call->name : "",
				 &r);
	return finish(call, &r);
}

bool ctl_delete(struct ctl_call *call)
{
	struct conns_result r = { .rc = 0 };

	conns_delete(call->world->conns, call->name, &r);
	return finish(call, &r);
}

bool ctl_reload(struct ctl_call *call)
{
	struct conns_result r = { .rc = 0 };

	call->world->reload(call->world->arg, &r);
	return finish(call, &r);
}

bool ctl_secrets(struct ctl_call *call)
{
	struct conns_result r = { .rc = 0 };

	call->world->secrets(call->world->arg, &r);
	return finish(call, &r);
}

bool ctl_ready(struct ctl_call *call)
{
	conns_addresses(call->world->conns);
	return ctl_secrets(call);
}

bool ctl_monitor(struct ctl_call *call)
{
	ctl_say(call->client,
		json_pack("{s:i, s:s}", "code", 0, "text", "events follow"));
	return true;
}

/* The answer goes out before the loop ends. */
bool ctl_shutdown(struct ctl_call *call)
{
	ctl_done(call->client, RC_OK, R_NONE, "ipsecd ends");
	call->world->stop(call->world->arg);
	return false;
}

bool ctl_status(struct ctl_call *call)
{
	json_t *all = ctl_view_all(call->world, call->name);
	size_t i;

	for (i = 0; i < json_array_size(all); i++)
		ctl_say(call->client,
			json_pack("{s:O}", "conn", json_array_get(all, i)));
	ctl_say(call->client,
		json_pack("{s:i, s:i}", "conns",
			  (int)conns_count(call->world->conns), "ike_sas",
			  (int)ike_count(call->world->ike)));
	json_decref(all);
	if (call->name && !call->conn)
		ctl_done(call->client, 21, R_NONE,
			 "there is no such conn loaded");
	else
		ctl_done(call->client, RC_OK, R_NONE, "");
	return false;
}

/* What is in the way now, or what the last try failed by. */
bool ctl_why(struct ctl_call *call)
{
	const struct conn *conn = call->conn;
	enum reason reason = conn->blocked ? conn->blocked : conn->intent.last;

	if (conn->intent.state == INTENT_UP)
		ctl_done(call->client, RC_OK, R_NONE, "it is up");
	else if (reason)
		ctl_done(call->client, ctl_code(reason), reason, conn->why);
	else
		ctl_done(call->client, 1, R_NONE,
			 conn->intent.state == INTENT_TRYING ?
				 "it is being brought up" :
				 "nobody has brought it up");
	return false;
}
