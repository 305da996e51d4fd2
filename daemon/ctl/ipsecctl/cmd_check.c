// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_check.c - ipsec.conf, and ipsec.secrets beside it: all that is wrong with them, on this host. */
#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "check_secrets.h"
#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/local.h"
#include "conns.h"
#include "here.h"

#define RESOLVE_MS 5000 /* for all names together */

/* Names --------------------------------------------------------------------------------------- */

/* Each name once, where it is first. */
static void complain_of_names(struct conf *c, struct here *h)
{
	size_t i;
	enum conf_side side;

	for (i = 0; i < conf_conns(c); i++) {
		const struct conf_conn *conn = conf_conn_at(c, i);

		for (side = SIDE_LEFT; side <= SIDE_RIGHT; side++) {
			struct lookup *l = here_name(h, conn, side);
			struct conf_diag d = { .severity = CONF_WARNING, .pos = conf_get(conn, KW_HOST, side)->pos };
			char text[320];

			if (!l || !l->why)
				continue;
			snprintf(text, sizeof(text), "'%.200s': %s", l->name, l->why);
			d.text = text;
			d.hint = "an address does not depend on name servers";
			conf_complain(c, conn, &d);
			l->why = NULL;
		}
	}
}

/* Secrets ------------------------------------------------------------------------------------- */

static void complain_of_file(struct conf *c, const char *path, enum conf_severity severity, const char *text,
			     const char *hint)
{
	struct conf_diag d = { severity, { conf_file_add(c, path), 0, 0 }, { 0, 0, 0 }, text, hint };

	conf_complain(c, NULL, &d);
}

/* The file that goes with an ipsec.conf, if none is named; NULL: none. */
static const char *secrets_path(const char *named, const char *conf, char buf[CONNS_PATH])
{
	const char *slash = strrchr(conf, '/');

	if (named)
		return named;
	if (!strcmp(conf, "-"))
		return NULL;
	snprintf(buf, CONNS_PATH, "%.*sipsec.secrets", slash ? (int)(slash + 1 - conf) : 0, conf);
	return buf;
}

static void read_secrets(struct conf *c, const struct here *h, const char *path, bool wanted)
{
	int err = faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) ? errno : 0;

	if (err == EACCES)
		complain_of_file(c, path, CONF_NOTE, "may not be read: secrets are not checked",
				 "run this as root, who owns the file");
	else if (err != ENOENT || wanted)
		check_secrets(c, h, path);
}

/* The verb ------------------------------------------------------------------------------------ */

static void look_around(const struct ctl *ctl, struct here *h)
{
	int err;

	memset(h, 0, sizeof(*h));
	if (ctl_has(ctl, FLAG_ELSEWHERE))
		return;
	err = here_read(h);
	if (err)
		fprintf(stderr,
			"ipsecctl: cannot read the addresses of this host: %s; connections are not compared with them\n",
			strerror(-err));
	if (err)
		here_fini(h);
}

static void check(const struct ctl *ctl, struct conf *c, struct here *h, const char *conf)
{
	const char *named = ctl_value(ctl, FLAG_SECRETS_FILE), *path;
	char buf[CONNS_PATH];

	if (ctl_has(ctl, FLAG_RESOLVE)) {
		here_resolve(h, c, RESOLVE_MS);
		complain_of_names(c, h);
	}
	if (h->local.here)
		conf_check_local(c, &h->local);
	path = secrets_path(named, conf, buf);
	if (path)
		read_secrets(c, h, path, named);
	conf_diag_sort(c);
}

int cmd_check(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	const char *file;
	char buf[CONNS_PATH];
	struct here h;
	struct conf *c;
	int code;

	(void)cmd;
	if (words_last(w, &file))
		return ctl_usage(w);
	file = conns_path(file, buf);
	look_around(ctl, &h);
	c = conns_read(ctl, file);
	check(ctl, c, &h, file);
	if (ctl_has(ctl, FLAG_JSON))
		conf_diag_json(c, stdout);
	else
		conf_diag_print(c, stdout);
	code = conf_errors(c) ? CTL_USAGE : CTL_OK;
	here_fini(&h);
	conf_free(c);
	return code;
}
