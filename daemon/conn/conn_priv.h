/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conn_priv.h - what the files conn*.c share: a connection while it is made. */
#ifndef CONN_CONN_PRIV_H
#define CONN_CONN_PRIV_H

#include "conn/conn.h"
#include "net/orient.h"

struct filler {
	struct conn *conn;
	const struct conf *c;
	const struct conf_conn *conf;
	const struct conn_world *world;
	enum conf_side me, peer;
	struct addr self; /* the address that this host has in it */
	char *why;
	size_t room;
};

/* An error of the configuration; v NULL: of the connection. Returns -EINVAL. */
int filler_fail(const struct filler *f, const struct conf_value *v, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Something in the way that may go: the connection is there, but blocked. Returns 0. */
int filler_block(const struct filler *f, enum reason reason, const struct conf_value *v, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* A value that was given and parsed, or the built-in one; NULL: none. */
static inline const struct conf_value *filler_said(const struct filler *f, enum conf_kw kw,
						   enum conf_side side)
{
	const struct conf_value *v = conf_get(f->conf, kw, side);

	return v->set && !v->bad ? v : NULL;
}

/* Each fills its part of the connection; 0, or -EINVAL and the sentence. */
int conn_fill_auth(struct filler *f); /* conn_auth.c: identities, methods, keys */
int conn_fill_nets(struct filler *f); /* conn_nets.c: selectors */
int conn_fill_algs(struct filler *f); /* conn_life.c: offers */
void conn_fill_life(struct filler *f); /* lifetimes, behaviour */
void conn_fill_kern(struct filler *f); /* what the kernel's objects have */

#endif /* CONN_CONN_PRIV_H */
