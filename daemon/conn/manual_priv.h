/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manual_priv.h - what the files manual*.c share. */
#ifndef CONN_MANUAL_PRIV_H
#define CONN_MANUAL_PRIV_H

#include "conn/manual.h"

struct maker {
	struct manual *m;
	const struct conf *c;
	const struct conf_conn *conn;
	enum conf_side me, peer;
	enum conf_word type;
	struct nfi_addr host[3]; /* by side */
	const struct conf_alg *enc, *auth, *ah; /* manual_sas */
};

/* Complain about a value, or about the connection if v is NULL or nobody wrote it. Returns -EINVAL. */
int manual_fail(const struct maker *mk, const struct conf_value *v, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A value that was given and parsed; NULL: none. */
const struct conf_value *manual_said(const struct maker *mk, enum conf_kw kw, enum conf_side side);
void manual_copy_addr(struct nfi_addr *to, const struct conf_range *from);
void manual_name(const struct maker *mk, char name[NFI_NAME_MAX + 1]); /* of an object */
const char *manual_side(enum conf_side side); /* "left" */
enum conf_side manual_opposite(enum conf_side side);

int manual_sas(struct maker *mk); /* manual_sa.c */
int manual_policies(struct maker *mk); /* manual_policy.c; after the SAs */

#endif /* CONN_MANUAL_PRIV_H */
