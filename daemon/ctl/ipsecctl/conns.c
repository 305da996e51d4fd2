// SPDX-License-Identifier: GPL-2.0-or-later
/* conns.c - a connection of ipsec.conf, found, and translated for the end that this host is. */
#include "conns.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/suggest.h"
#include "conf/diag.h"
#include "conn/manual.h"
#include "ctl.h"
#include "here.h"
#include "value.h"

const char *conns_path(const char *file, char buf[CONNS_PATH])
{
	const char *dir = getenv("IPSEC_CONFS");

	if (file)
		return file;
	snprintf(buf, CONNS_PATH, "%s/ipsec.conf", dir && dir[0] ? dir : "/etc");
	return buf;
}

struct conf *conns_read(const struct ctl *ctl, const char *file)
{
	struct conf_opts o = { .strict = ctl_has(ctl, FLAG_STRICT), .lenient = ctl_has(ctl, FLAG_LENIENT) };

	return conf_load(file, &o);
}

bool conns_readable(const char *file)
{
	return !strcmp(file, "-") || !faccessat(AT_FDCWD, file, R_OK, AT_EACCESS);
}

void conns_load(struct conns *l)
{
	struct conf_opts o = { .strict = false };
	char buf[CONNS_PATH];

	l->c = conf_load(conns_path(l->file, buf), &o);
}

/* A name of a section, which goes into text that is read as a file. */
static bool is_name(const char *name)
{
	return isalpha((unsigned char)name[0]) &&
	       !name[strspn(name,
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")];
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "union.a.b", whatever the order of the parts. -EINVAL: said why. */
static int name_union(const char *const *parts, size_t n, char name[CONNS_NAME])
{
	const char *sorted[WORDS_MAX];
	size_t len, i;

	memcpy(sorted, parts, n * sizeof(*parts));
	qsort(sorted, n, sizeof(*sorted), compare_names);
	len = (size_t)snprintf(name, CONNS_NAME, "union");
	for (i = 0; i < n; i++) {
		if (!is_name(sorted[i])) {
			fprintf(stderr,
				"ipsecctl: '%.64s' is not the name of a section\n",
				sorted[i]);
			return -EINVAL;
		}
		if (len + 1 + strlen(sorted[i]) >= CONNS_NAME) {
			fprintf(stderr,
				"ipsecctl: the names of the parts have more than %d octets together; put also= lines into one section\n",
				CONNS_NAME - 1);
			return -EINVAL;
		}
		len += (size_t)snprintf(name + len, CONNS_NAME - len, ".%s",
					sorted[i]);
	}
	return 0;
}

int conns_load_union(struct conns *l, const char *const *parts, size_t n,
		     char name[CONNS_NAME])
{
	struct conf_opts o = { .root = "." };
	char *text = NULL, buf[CONNS_PATH];
	size_t len = 0, i;
	FILE *f;

	if (name_union(parts, n, name))
		return -EINVAL;
	f = open_memstream(&text, &len);
	if (!f)
		abort();
	fprintf(f, "include %s\n\nconn %s\n", conns_path(l->file, buf), name);
	for (i = 0; i < n; i++)
		fprintf(f, "\talso=%s\n", parts[i]);
	fclose(f);
	l->c = conf_parse(text, len, "--union", &o);
	free(text);
	return 0;
}

void conns_fini(struct conns *l)
{
	conf_free(l->c);
	l->c = NULL;
}

const struct conf_conn *conns_find(const struct conns *l, const char *name)
{
	const struct conf_conn *conn = conf_conn_find(l->c, name);
	struct suggest s;
	size_t i;

	if (conn && !conf_conn_broken(conn))
		return conn;
	if (conn) {
		conf_diag_print(l->c, stderr);
		fprintf(stderr, "ipsecctl: conn '%s' has errors\n", name);
		return NULL;
	}
	suggest_begin(&s, name);
	for (i = 0; i < conf_conns(l->c); i++)
		suggest_offer(&s, conf_conn_name(conf_conn_at(l->c, i)));
	/* a missing file is a note, and no conn */
	if (conf_errors(l->c) || !conf_conns(l->c))
		conf_diag_print(l->c, stderr);
	fprintf(stderr, "ipsecctl: %s has no conn '%s'%s%s%s\n",
		conf_file(l->c, 1), name, s.best ? "; did you mean '" : "",
		s.best ? s.best : "", s.best ? "'?" : "");
	return NULL;
}

/* Ends ---------------------------------------------------------------------------------------- */

/* This host, or what it is said to be. */
static int look_around(const struct conns *l, struct here *h)
{
	struct nfi_addr addr;
	char text[64];
	int err;

	if (!l->iam) {
		err = here_read(h);
		if (err)
			fprintf(stderr, "ipsecctl: cannot read the addresses of this host: %s\n", strerror(-err));
		return err ? CTL_REFUSED : CTL_OK;
	}
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(l->iam, "@"), l->iam);
	if (value_addr(text, &addr)) {
		fprintf(stderr, "ipsecctl: '%s': expected an IP address after iam\n", l->iam);
		return CTL_USAGE;
	}
	here_suppose(h, addr.b, addr.len);
	return CTL_OK;
}

static int find_end(const struct conns *l, const struct conf_conn *conn,
		    struct manual_end *end)
{
	struct oriented found;
	struct here h = { .supposed = false };
	int code = look_around(l, &h);

	memset(end, 0, sizeof(*end));
	if (code)
		return code;
	here_orient(&h, conn, &found);
	here_fini(&h);
	if (found.side != ORIENT_LEFT && found.side != ORIENT_RIGHT) {
		fprintf(stderr, "ipsecctl: conn '%s': %s\n", conf_conn_name(conn), found.why);
		return CTL_REFUSED;
	}
	end->me = (found.side == ORIENT_LEFT) != l->other ? SIDE_LEFT : SIDE_RIGHT;
	end->addr.len = found.me.len;
	memcpy(end->addr.b, found.me.b, found.me.len);
	return CTL_OK;
}

bool conns_is_local(const struct nfi_addr *addr)
{
	struct iflist list;
	bool found = false;
	size_t i;

	if (iflist_read(&list))
		return false;
	for (i = 0; i < list.naddr && !found; i++)
		found = list.addr[i].addr.len == addr->len &&
			!memcmp(list.addr[i].addr.b, addr->b, addr->len);
	iflist_fini(&list);
	return found;
}

int conns_manual(const struct conns *l, const struct conf_conn *conn,
		 struct manual *m)
{
	struct manual_end end;
	int code = find_end(l, conn, &end);
	size_t i;

	memset(m, 0, sizeof(*m));
	if (code)
		return code;
	if (manual_make(m, l->c, conn, &end)) {
		fprintf(stderr, "ipsecctl: %s\n", m->error);
		return CTL_USAGE;
	}
	for (i = 0; i < m->nwarnings; i++)
		fprintf(stderr, "ipsecctl: warning: %s\n", m->warnings[i]);
	return CTL_OK;
}
