// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_daemon.c - what is asked of ipsecd: up, down, status and so on, and the spellings of FreeS/WAN's auto, whose lines
 * begin with a result code and whose exit code is the last of them.
 */
#include "ctl.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/suggest.h"
#include "ctl/client.h"
#include "value.h"

#define RC_OK 4

struct talk {
	struct ctl *ctl;
	const char *verb, *name;
	bool whack; /* lines of FreeS/WAN */
	bool ike; /* rekey: the IKE_SA */
	unsigned int code; /* of the last line */
	bool done;
	int timeout; /* milliseconds; below zero: none */
};

/* Lines --------------------------------------------------------------------------------------- */

static const char *text_of(const json_t *line, const char *key)
{
	const char *text = json_string_value(json_object_get(line, key));

	return text ? text : "";
}

static void print_whack(const struct talk *t, const json_t *line)
{
	const char *conn = text_of(line, "conn"), *text = text_of(line, "text");
	const char *cure = text_of(line, "cure");

	if (!conn[0])
		conn = t->name ? t->name : "";
	if (text[0])
		printf("%03u %s%s%s%s\n", t->code, conn[0] ? "\"" : "", conn,
		       conn[0] ? "\" " : "", text);
	if (cure[0])
		printf("003 %s%s%s\n", cure,
		       text_of(line, "line")[0] ? " As in: " : "",
		       text_of(line, "line"));
}

static void print_failure(const struct talk *t, const json_t *line)
{
	const char *text = text_of(line, "text"),
		   *meaning = text_of(line, "meaning");

	fprintf(stderr, "ipsecctl: %s%s%s%s%s\n", t->name ? t->name : "",
		t->name ? ": " : "", text[0] ? text : meaning,
		text[0] && meaning[0] && !strstr(text, meaning) ? ": " : "",
		text[0] && !strstr(text, meaning) ? meaning : "");
	if (text_of(line, "cure")[0])
		fprintf(stderr, "ipsecctl: %s\n", text_of(line, "cure"));
	if (text_of(line, "line")[0])
		fprintf(stderr, "ipsecctl: in ipsec.conf: %s\n",
			text_of(line, "line"));
}

/* One line for one tunnel: name, state, and the networks as FreeS/WAN draws them. */
static void print_nets(const json_t *end, bool first)
{
	const json_t *nets = json_object_get(end, "nets");
	size_t i;

	if (!json_array_size(nets))
		return;
	if (!first)
		fputs("===", stdout);
	for (i = 0; i < json_array_size(nets); i++)
		printf("%s%s", i ? "," : "",
		       json_string_value(json_array_get(nets, i)));
	if (first)
		fputs("===", stdout);
}

static void print_end(const json_t *end, bool first)
{
	if (first)
		print_nets(end, true);
	fputs(text_of(end, "address"), stdout);
	if (text_of(end, "id")[0] &&
	    strcmp(text_of(end, "id"), text_of(end, "address")))
		printf("[%s]", text_of(end, "id"));
	if (!first)
		print_nets(end, false);
}

static void print_conn(const json_t *conn)
{
	const json_t *sas = json_object_get(conn, "sas"), *sa;
	size_t i;

	printf("%-16s %-8s %-8s ", text_of(conn, "name"),
	       text_of(conn, "state"),
	       json_is_true(json_object_get(conn, "routed")) ? "routed" : "-");
	print_end(json_object_get(conn, "local"), true);
	fputs("...", stdout);
	print_end(json_object_get(conn, "peer"), false);
	for (i = 0; i < json_array_size(sas); i++) {
		sa = json_array_get(sas, i);
		if (text_of(sa, "spi_in")[0])
			printf(" in %s out %s", text_of(sa, "spi_in"),
			       text_of(sa, "spi_out"));
	}
	if (text_of(conn, "why")[0])
		printf(" (%s)", text_of(conn, "why"));
	putchar('\n');
}

static void print_line(const struct talk *t, const json_t *line)
{
	const json_t *conn = json_object_get(line, "conn");

	if (ctl_has(t->ctl, FLAG_JSON)) {
		json_dumpf(line, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (json_is_object(conn)) {
		print_conn(conn);
	} else if (json_object_get(line, "conns")) {
		; /* numbers, for programs */
	} else if (t->whack) {
		print_whack(t, line);
	} else if (t->done && t->code != RC_OK) {
		print_failure(t, line);
	} else if (text_of(line, "text")[0]) {
		printf("%s%s%s\n",
		       json_is_string(conn) ? json_string_value(conn) : "",
		       json_is_string(conn) ? ": " : "", text_of(line, "text"));
	}
}

static int see(void *arg, const json_t *line)
{
	struct talk *t = arg;

	t->code =
		(unsigned int)json_integer_value(json_object_get(line, "code"));
	t->done = json_is_true(json_object_get(line, "done"));
	print_line(t, line);
	fflush(stdout);
	return 0;
}

/* Asking -------------------------------------------------------------------------------------- */

static int explain(int err)
{
	char path[128];

	ctl_path(path, sizeof(path));
	if (err == -ENOENT || err == -ECONNREFUSED)
		fprintf(stderr,
			"ipsecctl: ipsecd is not running (%s); start it: systemctl start ipsecd\n",
			path);
	else if (err == -EACCES || err == -EPERM)
		fprintf(stderr,
			"ipsecctl: %s: not permitted; be root, or a member of the group ipsec\n",
			path);
	else if (err == -ETIMEDOUT)
		fprintf(stderr,
			"ipsecctl: no end within the time; ipsecd goes on trying\n");
	else
		fprintf(stderr, "ipsecctl: ipsecd: %s\n", strerror(-err));
	return err == -ETIMEDOUT ? CTL_REFUSED : CTL_NO_DAEMON;
}

static int exit_code(const struct talk *t)
{
	if (t->code == RC_OK)
		return CTL_OK;
	if (t->whack)
		return (int)t->code;
	return t->code == 21 ? CTL_NONE : CTL_REFUSED;
}

static int ask(struct talk *t, bool wait)
{
	json_t *request =
		json_pack("{s:s, s:b}", "verb", t->verb, "wait", wait);
	int err;

	if (t->ike)
		json_object_set_new(request, "ike", json_true());
	if (t->name)
		json_object_set_new(request, "conn", json_string(t->name));
	err = ctl_ask(request, t->timeout, see, t);
	json_decref(request);
	/* a shutdown may be quicker than its answer */
	if (err == -ECONNRESET && !strcmp(t->verb, "shutdown"))
		return CTL_OK;
	return err ? explain(err) : exit_code(t);
}

static int ask_all(struct talk *t, struct words *w, bool needed)
{
	bool wait = true;
	int code = CTL_OK, one;

	if (words_take(w, "nowait") || words_take(w, "asynchronous"))
		wait = false;
	t->ike = !strcmp(t->verb, "rekey") && words_take(w, "ike");
	if (!words_peek(w) && needed) {
		words_fail(w, w->n, "expected the name of a connection");
		return ctl_usage(w);
	}
	if (!words_peek(w))
		return ask(t, wait);
	while (words_peek(w)) {
		t->name = words_next(w);
		one = ask(t, wait);
		code = one ? one : code;
	}
	return code;
}

static bool needs_name(const char *verb)
{
	static const char *const without[] = { "status",	"reload",
					       "rereadsecrets", "ready",
					       "shutdown",	"monitor" };
	size_t i;

	for (i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		if (!strcmp(verb, without[i]))
			return false;
	return true;
}

int cmd_daemon(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	struct talk t = { .ctl = ctl, .verb = cmd->group, .timeout = -1 };
	const char *timeout = ctl_value(ctl, FLAG_TIMEOUT);
	uint64_t seconds;

	if (timeout &&
	    (value_unit(timeout, UNITS_TIME, &seconds) || seconds >= 1000000)) {
		words_fail(
			w, w->n,
			"'%.32s': expected a time, as in 30 or 5m, after --timeout",
			timeout);
		return ctl_usage(w);
	}
	if (timeout)
		t.timeout = (int)seconds * 1000;
	if (!strcmp(t.verb, "events"))
		t.verb = "monitor";
	return ask_all(&t, w, needs_name(t.verb));
}

/* ipsec auto --up NAME: CMD-10 to CMD-20. */
int cmd_auto(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	static const char *const verbs[] = { "up",	     "down",	"add",
					     "delete",	     "replace", "route",
					     "unroute",	     "status",	"ready",
					     "rereadsecrets" };
	struct talk t = { .ctl = ctl, .whack = true, .timeout = -1 };
	struct suggest s;
	size_t i;

	(void)cmd;
	suggest_begin(&s, words_peek(w) ? words_peek(w) : "");
	for (i = 0; !t.verb && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		suggest_offer(&s, verbs[i]);
		if (words_take(w, verbs[i]))
			t.verb = verbs[i];
	}
	if (t.verb)
		return ask_all(&t, w, needs_name(t.verb));
	words_fail(
		w, w->at < w->n ? w->at : w->n,
		"expected --up, --down, --add, --delete, --replace, --route, --unroute, --status, --ready or --rereadsecrets%s%s%s",
		s.best ? "; did you mean --" : "", s.best ? s.best : "",
		s.best ? "?" : "");
	return ctl_usage(w);
}
