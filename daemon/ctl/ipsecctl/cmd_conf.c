// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_conf.c - ipsec.conf: what is wrong with it, and how it is understood. The kernel has no part
 * in it.
 */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/show.h"
#include "conns.h"

static struct conf *load(const struct ctl *ctl, const char *file)
{
	struct conf_opts o = { .strict = ctl_has(ctl, FLAG_STRICT),
			       .lenient = ctl_has(ctl, FLAG_LENIENT) };
	char buf[CONNS_PATH];

	return conf_load(conns_path(file, buf), &o);
}

/* At most one word; the word or NULL in *word. */
static bool one_word(struct words *w, const char **word)
{
	*word = words_next(w);
	if (!words_peek(w))
		return true;
	words_fail(w, w->at, "nothing is expected here");
	return false;
}

int cmd_check(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	const char *file;
	struct conf *c;
	int code;

	(void)cmd;
	if (!one_word(w, &file))
		return ctl_usage(w);
	c = load(ctl, file);
	if (ctl_has(ctl, FLAG_JSON))
		conf_diag_json(c, stdout);
	else
		conf_diag_print(c, stdout);
	code = conf_errors(c) ? CTL_USAGE : CTL_OK;
	conf_free(c);
	return code;
}

static int not_there(const struct conf *c, const char *name, struct words *w)
{
	struct suggest s;
	size_t i;

	suggest_begin(&s, name);
	for (i = 0; i < conf_conns(c); i++)
		suggest_offer(&s, conf_conn_name(conf_conn_at(c, i)));
	if (s.best)
		words_fail(w, w->at - 1,
			   "there is no such conn; did you mean '%s'?", s.best);
	else
		words_fail(w, w->at - 1, "there is no such conn");
	fprintf(stderr, "ipsecctl: %s\n", w->error);
	return CTL_NONE;
}

int cmd_config(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	struct conf_show how = { .effective = ctl_has(ctl, FLAG_EFFECTIVE),
				 .secrets = ctl_has(ctl, FLAG_SECRETS) };
	const char *name;
	struct conf *c;
	int code = CTL_OK;

	(void)cmd;
	if (!one_word(w, &name))
		return ctl_usage(w);
	c = load(ctl, ctl_value(ctl, FLAG_FILE));
	how.only = name ? conf_conn_find(c, name) : NULL;
	if (name && !how.only)
		code = not_there(c, name, w);
	else if (ctl_has(ctl, FLAG_JSON))
		conf_show_json(c, &how, stdout);
	else
		conf_show_text(c, &how, stdout);
	/* what was left out for its errors is said on the side */
	if (code == CTL_OK && conf_errors(c)) {
		conf_diag_print(c, stderr);
		code = CTL_USAGE;
	}
	conf_free(c);
	return code;
}
