// SPDX-License-Identifier: GPL-2.0-or-later
/* conns.c - a connection of ipsec.conf, found, and translated for the end that this host is. */
#include "conns.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "conf/diag.h"
#include "conn/manual.h"
#include "ctl.h"
#include "net/orient.h"
#include "value.h"

const char *conns_path(const char *file, char buf[CONNS_PATH])
{
	const char *dir = getenv("IPSEC_CONFS");

	if (file)
		return file;
	snprintf(buf, CONNS_PATH, "%s/ipsec.conf", dir && dir[0] ? dir : "/etc");
	return buf;
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

static void copy_addr(struct addr *to, const void *b, uint8_t len)
{
	memset(to, 0, sizeof(*to));
	to->len = len;
	memcpy(to->b, b, len);
}

/* Names are not resolved: the address of a gateway with manual keys is written down (MAN-13). */
static struct orient_end end_of(const struct conf_conn *conn,
				enum conf_side side)
{
	const struct conf_value *v = conf_get(conn, KW_HOST, side);
	const struct conf_range *r = v->set && v->u.ranges &&
						     v->u.ranges->n == 1 ?
					     &v->u.ranges->v[0] :
					     NULL;
	struct orient_end end = { .kind = ORIENT_ANY, .text = v->text };

	if (v->word == W_HOST_DEFAULTROUTE) {
		end.kind = ORIENT_DEFAULTROUTE;
	} else if (!v->word && r && r->len && r->plen == r->len * 8) {
		end.kind = ORIENT_ADDR;
		end.naddr = 1;
		copy_addr(&end.addr[0], r->first, r->len);
	} else if (!v->word) {
		end.kind = ORIENT_NAME;
	}
	return end;
}

/* The addresses of this host, or the one that it is said to have. */
static int read_addrs(const struct conns *l, struct iflist *list,
		      struct iface_addr *said)
{
	struct nfi_addr addr;
	char text[64];
	int err;

	if (!l->iam) {
		err = iflist_read(list);
		if (err)
			fprintf(stderr,
				"ipsecctl: cannot read the addresses of this host: %s\n",
				strerror(-err));
		return err ? CTL_REFUSED : CTL_OK;
	}
	memset(list, 0, sizeof(*list));
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(l->iam, "@"), l->iam);
	if (value_addr(text, &addr)) {
		fprintf(stderr,
			"ipsecctl: '%s': expected an IP address after iam\n",
			l->iam);
		return CTL_USAGE;
	}
	memset(said, 0, sizeof(*said));
	copy_addr(&said->addr, addr.b, addr.len);
	list->addr = said;
	list->naddr = 1;
	return CTL_OK;
}

static int judge(const struct conns *l, const struct conf_conn *conn,
		 const struct iflist *list, struct manual_end *end)
{
	struct orient_end left = end_of(conn, SIDE_LEFT),
			  right = end_of(conn, SIDE_RIGHT);
	const struct orient_end *peer =
		left.kind == ORIENT_DEFAULTROUTE ? &right : &left;
	struct ifroute via;
	struct oriented found;
	/* the route to this very peer, for there may be several default routes (ACC-08) */
	bool routed = !l->iam && peer->naddr &&
		      !ifaddr_route_to(list, &peer->addr[0], &via);

	if (l->iam && (left.kind == ORIENT_DEFAULTROUTE ||
		       right.kind == ORIENT_DEFAULTROUTE)) {
		found.side = left.kind == ORIENT_DEFAULTROUTE ? ORIENT_LEFT :
								ORIENT_RIGHT;
		found.me = list->addr[0].addr;
	} else {
		orient(&left, &right, list, routed ? &via : NULL, &found);
	}
	if (found.side != ORIENT_LEFT && found.side != ORIENT_RIGHT) {
		fprintf(stderr, "ipsecctl: conn '%s': %s\n",
			conf_conn_name(conn), found.why);
		return CTL_REFUSED;
	}
	end->me = found.side == ORIENT_LEFT ? SIDE_LEFT : SIDE_RIGHT;
	end->addr.len = found.me.len;
	memcpy(end->addr.b, found.me.b, found.me.len);
	return CTL_OK;
}

static int find_end(const struct conns *l, const struct conf_conn *conn,
		    struct manual_end *end)
{
	struct iface_addr said;
	struct iflist list;
	int code = read_addrs(l, &list, &said);

	memset(end, 0, sizeof(*end));
	if (code)
		return code;
	code = judge(l, conn, &list, end);
	if (!code && l->other)
		end->me = end->me == SIDE_LEFT ? SIDE_RIGHT : SIDE_LEFT;
	if (!l->iam)
		iflist_fini(&list);
	return code;
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
