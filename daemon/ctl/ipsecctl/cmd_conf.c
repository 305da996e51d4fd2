// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_conf.c - config show: ipsec.conf as it is understood. */
#include "ctl.h"

#include <string.h>

#include "base/suggest.h"
#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/show.h"
#include "conns.h"
#include "here.h"

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
	char buf[CONNS_PATH];
	struct here h = { .supposed = false };
	struct conf *c;
	int code = CTL_OK;

	(void)cmd;
	if (words_last(w, &name))
		return ctl_usage(w);
	c = conns_read(ctl, conns_path(ctl_value(ctl, FLAG_FILE), buf));
	if (how.effective && !ctl_has(ctl, FLAG_ELSEWHERE) && !here_read(&h))
		how.local = &h.local;
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
	here_fini(&h);
	conf_free(c);
	return code;
}
