// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_manual.c - connections with manual keys: up, down, route, unroute. */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "bring.h"
#include "conn/manual.h"
#include "conns.h"
#include "plan.h"

enum verb { VERB_NONE, VERB_UP, VERB_DOWN, VERB_ROUTE, VERB_UNROUTE };

static const char *const verbs[] = { "", "up", "down", "route", "unroute" };

struct order {
	enum verb verb;
	bool show, showonly, whole; /* whole: the names are parts of one */
	struct conns conns;
	const char *names[WORDS_MAX];
	size_t n;
};

/* Words --------------------------------------------------------------------------------------- */

static enum verb verb_of(const char *word)
{
	size_t i;

	for (i = 1; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(word, verbs[i]))
			return (enum verb)i;
	return VERB_NONE;
}

static int take_value(struct words *w, const char *what, const char **value)
{
	*value = words_next(w);
	return *value ? 0 : words_fail(w, w->n, "expected %s", what);
}

/* The word at the cursor if it is none of the names. 1: taken. */
static int take_option(struct order *o, struct words *w)
{
	enum verb verb = verb_of(words_peek(w));

	if (verb && !o->verb) {
		words_next(w);
		o->verb = verb;
		return 1;
	}
	if (words_take(w, "union"))
		o->whole = true;
	else if (words_take(w, "other"))
		o->conns.other = true;
	else if (words_take(w, "show"))
		o->show = true;
	else if (words_take(w, "showonly"))
		o->showonly = true;
	else if (words_take(w, "config"))
		return take_value(w, "the name of a file after config",
				  &o->conns.file) ?
			       -1 :
			       1;
	else if (words_take(w, "iam"))
		return take_value(w, "an address of this host after iam",
				  &o->conns.iam) ?
			       -1 :
			       1;
	else
		return 0;
	return 1;
}

static int parse(struct order *o, struct words *w)
{
	struct suggest s;
	size_t i;
	int got = 1;

	while (words_peek(w) && (got = take_option(o, w)) > 0)
		;
	if (got < 0)
		return -1;
	if (!o->verb && words_peek(w)) {
		suggest_begin(&s, words_peek(w));
		for (i = 1; i < sizeof(verbs) / sizeof(verbs[0]); i++)
			suggest_offer(&s, verbs[i]);
		return words_fail(w, w->at,
				  "expected up, down, route or unroute%s%s%s",
				  s.best ? "; did you mean '" : "",
				  s.best ? s.best : "", s.best ? "'?" : "");
	}
	if (!o->verb)
		return words_fail(w, w->n,
				  "expected up, down, route or unroute");
	while (words_peek(w))
		o->names[o->n++] = words_next(w);
	if (!o->n)
		return words_fail(w, w->n, "expected the name of a connection");
	return o->conns.other && !o->showonly ?
		       words_fail(w, w->n, "other is for showonly") :
		       0;
}

/* Verbs --------------------------------------------------------------------------------------- */

static void show(const struct order *o, const char *name, struct plan *p)
{
	printf("# conn %s: %s\n", name, verbs[o->verb]);
	plan_print(p, stdout);
	plan_fini(p);
}

static void show_in(const struct order *o, const char *name,
		    const struct manual *m)
{
	struct plan p = { .n = 0 };

	if (o->verb == VERB_UP)
		plan_up(&p, m);
	else
		plan_route(&p, m);
	show(o, name, &p);
}

static void show_out(const struct order *o, const char *name)
{
	struct plan p = { .n = 0 };

	if (o->verb == VERB_DOWN)
		plan_down(&p, manual_owner(name));
	else
		plan_unroute(&p, manual_owner(name));
	show(o, name, &p);
}

/* up and route make what the file says. */
static int bring_in(struct ctl *ctl, const struct order *o, const char *name)
{
	const struct conf_conn *conn = conns_find(&o->conns, name);
	struct manual m;
	int code;

	if (!conn)
		return conf_conn_find(o->conns.c, name) ? CTL_USAGE : CTL_NONE;
	code = conns_manual(&o->conns, conn, &m);
	if (!code && (o->show || o->showonly))
		show_in(o, name, &m);
	if (!code && !o->showonly)
		code = o->verb == VERB_UP ? bring_up(ctl, &m, name) :
					    bring_route(ctl, &m, name);
	manual_fini(&m);
	return code;
}

/* down and unroute take away what the kernel has; the file only tells typing errors from what is down already. */
static int bring_out(struct ctl *ctl, const struct order *o, const char *name)
{
	int known;

	if (o->show || o->showonly)
		show_out(o, name);
	if (o->showonly)
		return CTL_OK;
	known = bring_known(ctl, name);
	if (known < 0)
		return -known;
	if (!known && !conf_conn_find(o->conns.c, name)) {
		conns_find(&o->conns, name);
		return CTL_NONE;
	}
	if (!known)
		return CTL_OK;
	return o->verb == VERB_DOWN ? bring_down(ctl, name) :
				      bring_unroute(ctl, name);
}

static int bring(struct ctl *ctl, const struct order *o, const char *name)
{
	bool in = o->verb == VERB_UP || o->verb == VERB_ROUTE;

	return in ? bring_in(ctl, o, name) : bring_out(ctl, o, name);
}

/* All names, also after one that failed; the exit code of the last that did. */
static int bring_all(struct ctl *ctl, struct order *o)
{
	char name[CONNS_NAME];
	int code = CTL_OK;
	size_t i;

	if (o->whole) {
		code = conns_load_union(&o->conns, o->names, o->n, name) ?
			       CTL_USAGE :
			       bring(ctl, o, name);
	} else {
		conns_load(&o->conns);
		for (i = 0; i < o->n; i++) {
			int one = bring(ctl, o, o->names[i]);

			code = one ? one : code;
		}
	}
	conns_fini(&o->conns);
	return code;
}

int cmd_manual(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	struct order *o = calloc(1, sizeof(*o));
	int code;

	(void)cmd;
	if (!o)
		abort();
	code = parse(o, w) ? ctl_usage(w) : bring_all(ctl, o);
	free(o);
	return code;
}
