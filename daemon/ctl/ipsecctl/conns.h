/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conns.h - ipsec.conf for the verbs that bring connections up and down. */
#ifndef IPSECCTL_CONNS_H
#define IPSECCTL_CONNS_H

#include <stdbool.h>

#include "conf/conf.h"

struct manual;
struct nfi_addr;

/* How it is looked at. */
struct conns {
	struct conf *c;
	const char *file; /* NULL: the standard one */
	const char *iam; /* an address, as in FreeS/WAN also ADDRESS@DEVICE; NULL: found out */
	bool other; /* as the peer sees it */
};

/* file, or if it is NULL /etc/ipsec.conf, or that of the folder IPSEC_CONFS, as in FreeS/WAN. */
#define CONNS_PATH 4096
const char *conns_path(const char *file, char buf[CONNS_PATH]);

/* The file, judged as --strict and --lenient say; never NULL. */
struct ctl;
struct conf *conns_read(const struct ctl *ctl, const char *file);

bool conns_readable(const char *file);

/* NULL: there is none; of its errors only those that matter are said, by conns_find. */
void conns_load(struct conns *l);
/*
 * One connection made of several sections, at most WORDS_MAX; its name is in name. -EINVAL: the names are
 * none, or too long together, which was said.
 */
#define CONNS_NAME 256
int conns_load_union(struct conns *l, const char *const *parts, size_t n, char name[CONNS_NAME]);
void conns_fini(struct conns *l);

/* The connection, or NULL, having said why: none of this name, or one with errors. */
const struct conf_conn *conns_find(const struct conns *l, const char *name);
/* Translate it for this host; an exit code, having said why, and warnings. manual_fini() in any case. */
int conns_manual(const struct conns *l, const struct conf_conn *conn, struct manual *m);

/* Whether it is an address of this host. */
bool conns_is_local(const struct nfi_addr *addr);

#endif /* IPSECCTL_CONNS_H */
