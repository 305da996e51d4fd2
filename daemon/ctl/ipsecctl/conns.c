// SPDX-License-Identifier: GPL-2.0-or-later
/* conns.c - a connection of ipsec.conf, found, and translated for the end that this host is. */
#include "conns.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "conf/diag.h"
#include "conn/manual.h"
#include "ctl.h"
#include "value.h"

/* /etc/ipsec.conf, or that of the folder IPSEC_CONFS, as in FreeS/WAN. */
static const char *file_of(const struct conns *l, char buf[4096])
{
	const char *dir = getenv("IPSEC_CONFS");

	if (l->file)
		return l->file;
	snprintf(buf, 4096, "%s/ipsec.conf", dir && dir[0] ? dir : "/etc");
	return buf;
}

void conns_load(struct conns *l)
{
	struct conf_opts o = { .strict = false };
	char buf[4096];

	l->c = conf_load(file_of(l, buf), &o);
}

void conns_load_union(struct conns *l, const char *const *parts, size_t n, char name[CONNS_NAME])
{
	struct conf_opts o = { .root = "." };
	char *text = NULL, buf[4096];
	size_t len = 0, i;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		abort();
	snprintf(name, CONNS_NAME, "union");
	for (i = 0; i < n; i++)
		snprintf(name + strlen(name), CONNS_NAME - strlen(name), ".%s", parts[i]);
	fprintf(f, "include %s\n\nconn %s\n", file_of(l, buf), name);
	for (i = 0; i < n; i++)
		fprintf(f, "\talso=%s\n", parts[i]);
	fclose(f);
	l->c = conf_parse(text, len, "--union", &o);
	free(text);
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
	if (conf_errors(l->c))
		conf_diag_print(l->c, stderr);
	fprintf(stderr, "ipsecctl: %s has no conn '%s'%s%s%s\n", conf_file(l->c, 1), name,
		s.best ? "; did you mean '" : "", s.best ? s.best : "", s.best ? "'?" : "");
	return NULL;
}

/* Ends ---------------------------------------------------------------------------------------- */

static const struct conf_range *address(const struct conf_conn *conn, enum conf_side side)
{
	const struct conf_value *v = conf_get(conn, KW_HOST, side);

	if (!v->set || !v->u.ranges || v->u.ranges->n != 1 || !v->u.ranges->v[0].len)
		return NULL;
	return &v->u.ranges->v[0];
}

static bool is_addr(const struct conf_range *r, const void *b, uint8_t len)
{
	return r && r->len == len && !memcmp(r->first, b, len);
}

static bool is_same(const struct sockaddr *sa, const struct nfi_addr *addr)
{
	if (sa && sa->sa_family == AF_INET && addr->len == 4)
		return !memcmp(&((const struct sockaddr_in *)(const void *)sa)->sin_addr, addr->b, 4);
	if (sa && sa->sa_family == AF_INET6 && addr->len == 16)
		return !memcmp(&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, addr->b, 16);
	return false;
}

bool conns_is_local(const struct nfi_addr *addr)
{
	struct ifaddrs *list, *i;
	bool found = false;

	if (getifaddrs(&list))
		return false;
	for (i = list; i && !found; i = i->ifa_next)
		found = is_same(i->ifa_addr, addr);
	freeifaddrs(list);
	return found;
}

static bool is_local(const struct conf_range *r)
{
	struct nfi_addr addr = { .len = 0 };

	if (!r)
		return false;
	addr.len = r->len;
	memcpy(addr.b, r->first, r->len);
	return conns_is_local(&addr);
}

static int find_me(const struct conns *l, const struct conf_conn *conn, struct manual_end *end)
{
	const struct conf_range *left = address(conn, SIDE_LEFT), *right = address(conn, SIDE_RIGHT);
	bool is_left, is_right;

	if (l->iam) {
		is_left = is_addr(left, end->addr.b, end->addr.len);
		is_right = is_addr(right, end->addr.b, end->addr.len);
	} else {
		is_left = is_local(left);
		is_right = is_local(right);
	}
	end->me = is_left ? SIDE_LEFT : SIDE_RIGHT;
	if (is_left != is_right)
		return CTL_OK;
	fprintf(stderr, "ipsecctl: conn '%s': %s of left= and right= is an address of this host\n",
		conf_conn_name(conn), is_left ? "each" : "neither");
	return CTL_REFUSED;
}

static int find_end(const struct conns *l, const struct conf_conn *conn, struct manual_end *end)
{
	char text[64];
	int code;

	memset(end, 0, sizeof(*end));
	snprintf(text, sizeof(text), "%.*s", l->iam ? (int)strcspn(l->iam, "@") : 0, l->iam ? l->iam : "");
	if (l->iam && value_addr(text, &end->addr)) {
		fprintf(stderr, "ipsecctl: '%s': expected an IP address after iam\n", l->iam);
		return CTL_USAGE;
	}
	code = find_me(l, conn, end);
	if (!code && l->other)
		end->me = end->me == SIDE_LEFT ? SIDE_RIGHT : SIDE_LEFT;
	return code;
}

int conns_manual(const struct conns *l, const struct conf_conn *conn, struct manual *m)
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
