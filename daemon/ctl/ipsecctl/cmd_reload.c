// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_reload.c - what a changed ipsec.conf means for each connection, without doing it. */
#include "ctl.h"

#include <jansson.h>
#include <string.h>

#include "conf/diag.h"
#include "conf/diff.h"
#include "conf/options.h"
#include "conns.h"

#define SAVED "/run/ipsec/ipsec.conf" /* what is loaded */

static const struct {
	const char *json, *text;
} kinds[] = {
	[DELTA_ADDED] = { "added", "new" },
	[DELTA_REMOVED] = { "removed", "removed, its SAs are deleted" },
	[DELTA_BROKEN] = { "broken", "has errors, what runs goes on" },
	[DELTA_NONE] = { "none", "nothing happens to its SAs" },
	[DELTA_CHILD] = { "child", "new CHILD_SAs" },
	[DELTA_REKEY] = { "rekey", "new IKE_SA, without authentication" },
	[DELTA_REAUTH] = { "reauth", "from the beginning, with authentication" },
};

static void print_delta(const struct conf_delta *d, void *arg)
{
	size_t i, n = d->n < DELTA_OPTIONS ? d->n : DELTA_OPTIONS;
	char name[64];

	(void)arg;
	printf("conn %s: %s", d->name, kinds[d->kind].text);
	for (i = 0; i < n; i++)
		printf("%s%s", i ? ", " : " (", options_name(d->v[i].kw, d->v[i].side, name));
	if (d->n > n)
		printf(", and %zu more", d->n - n);
	puts(n ? ")" : "");
}

/* Names of a file need not be UTF-8. */
static json_t *text_json(const char *text)
{
	json_t *j = json_string(text);

	return j ? j : json_string("(not UTF-8)");
}

static void add_delta(const struct conf_delta *d, void *arg)
{
	size_t i, n = d->n < DELTA_OPTIONS ? d->n : DELTA_OPTIONS;
	json_t *list = arg, *j = json_object(), *keywords = json_array();
	char name[64];

	for (i = 0; i < n; i++)
		json_array_append_new(keywords, json_string(options_name(d->v[i].kw, d->v[i].side, name)));
	json_object_set_new(j, "conn", text_json(d->name));
	json_object_set_new(j, "change", json_string(kinds[d->kind].json));
	json_object_set_new(j, "keywords", keywords);
	json_object_set_new(j, "more", json_integer((json_int_t)(d->n - n)));
	json_array_append_new(list, j);
}

static void compare_json(const struct conf *before, const struct conf *after)
{
	json_t *j = json_object(), *list = json_array();

	conf_diff(before, after, add_delta, list);
	json_object_set_new(j, "errors", json_integer((json_int_t)conf_errors(after)));
	json_object_set_new(j, "changes", list);
	json_dumpf(j, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(j);
}

/* The file that is loaded: named, or kept. */
static int old_file(const struct ctl *ctl, struct words *w, const char **path)
{
	*path = ctl_value(ctl, FLAG_FROM) ? ctl_value(ctl, FLAG_FROM) : SAVED;
	if (conns_readable(*path))
		return 0;
	return ctl_has(ctl, FLAG_FROM) ?
		       words_fail(w, w->n, "'%.200s': there is no such file to compare with", *path) :
		       words_fail(w, w->n,
				  "nothing is loaded that could be compared with; name the old file with --from FILE");
}

int cmd_reload(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	const char *file, *from;
	char buf[CONNS_PATH];
	struct conf *before, *after;
	int code;

	if (!ctl_has(ctl, FLAG_DRY_RUN) && (words_peek(w) || ctl_has(ctl, FLAG_FROM))) {
		words_fail(w, w->at, "a file is compared with --dry-run only; ipsecd reads the one that it was started with");
		return ctl_usage(w);
	}
	if (!ctl_has(ctl, FLAG_DRY_RUN))
		return cmd_daemon(ctl, cmd, w);
	if (words_last(w, &file) || old_file(ctl, w, &from))
		return ctl_usage(w);
	before = conns_read(ctl, from);
	after = conns_read(ctl, conns_path(file, buf));
	if (conf_errors(before))
		fprintf(stderr, "ipsecctl: %s has errors: connections that have them count as not loaded\n", from);
	if (conf_errors(after))
		conf_diag_print(after, stderr);
	if (ctl_has(ctl, FLAG_JSON))
		compare_json(before, after);
	else if (!conf_diff(before, after, print_delta, NULL))
		puts("nothing changes");
	code = conf_errors(after) ? CTL_USAGE : CTL_OK;
	conf_free(before);
	conf_free(after);
	return code;
}
