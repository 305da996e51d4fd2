/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check.h - what the files check*.c share. A check sees a conn that parsed and says what cannot
 * work.
 */
#ifndef CONF_CHECK_H
#define CONF_CHECK_H

#include "conf/conf_priv.h"

/* The ends of a conn, as far as they are plain. */
struct ends {
	const struct conf_value *host[3]; /* by side */
	const struct conf_value *subnet[3];
};

/* A value that somebody wrote, in the conn or for it; NULL: none. */
const struct conf_value *check_said(const struct conf_conn *s, enum conf_kw kw,
				    enum conf_side side);
/* Complain about a value, or about the conn if v is NULL. */
struct conf_diag *check_say(struct conf_conn *s, const struct conf_value *v,
			    enum conf_severity severity, const char *text);
/* The place of a keyword. */
struct conf_pos check_pos(const struct conf_value *v);
struct ends check_ends(const struct conf_conn *s);
/* The one numeric address of a host, or NULL. */
const struct conf_range *check_address(const struct conf_value *host);
/* Whether it is to be loaded at start. */
bool check_wanted(const struct conf_conn *s);
bool check_manual(const struct conf_conn *s); /* has keys of its own */

void check_conn(
	struct conf_conn
		*s); /* check_conn.c: one automatic or manual connection */
void check_keys(struct conf_conn *s); /* check_manual.c: its manual keys */
void check_spis(struct conf *c); /* SPIs that two connections have */
void check_overlaps(struct conf *c); /* check_overlap.c */
void check_weak(struct conf *c); /* check_weak.c */

#endif /* CONF_CHECK_H */
