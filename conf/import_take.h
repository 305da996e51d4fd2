/* SPDX-License-Identifier: GPL-2.0-or-later */
/* import_take.h - what the files import_take*.c share: a row of import.def, and how what it names is taken. */
#ifndef CONF_IMPORT_TAKE_H
#define CONF_IMPORT_TAKE_H

#include "conf/import_priv.h"

struct swan_row {
	const char *name;
	const char *preset; /* needs nothing */
	void (*take)(struct job *j, const struct swan_row *row, struct node *n);
	const char *becomes, *instead;
	enum swan_scope scope;
	enum conf_kw kw;
	enum conf_side side;
	bool same; /* the side is that of the round */
};

/* Say the keyword of the row with this text, or that it is lost. */
void take_row(struct job *j, const struct swan_row *row, const struct node *n, const char *text);

/* import_take_lists.c: values that are lists, and names of files */
void take_vips(struct job *j, const struct swan_row *row, struct node *n);
void take_files(struct job *j, const struct swan_row *row, struct node *n);
void take_certfile(struct job *j, const struct swan_row *row, struct node *n);
void take_pubkeys(struct job *j, const struct swan_row *row, struct node *n);
void take_cacert(struct job *j, const struct swan_row *row, struct node *n);
void take_uris(struct job *j, const struct swan_row *row, struct node *n);
void take_pools(struct job *j, const struct swan_row *row, struct node *n);
void take_proposals(struct job *j, const struct swan_row *row, struct node *n);
void take_selectors(struct job *j, const struct swan_row *row, struct node *n);

#endif /* CONF_IMPORT_TAKE_H */
