/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * import_priv.h - what the files of import share. A text becomes a tree of settings (import_settings.c), the tree or
 * the lines of a wg-quick file become drafts of sections (import_swanctl.c, import_wg.c), and drafts are printed
 * (import_draft.c) once the real parser has found no error in them (import.c).
 */
#ifndef CONF_IMPORT_PRIV_H
#define CONF_IMPORT_PRIV_H

#include "conf/conf_priv.h"
#include "conf/import.h"

/* What a file has, and what has been made of it so far. */
struct import {
	struct conf *c; /* carries texts and complaints; its arena has everything */
	enum import_from from;
	const char *path; /* folder that relative names of files are in */
	bool foreign; /* neither kind */
	struct node *root, *names; /* names: of sections of ipsec.conf, below no section */
	struct node **index; /* hash table of all nodes */
	size_t nnodes, room;
	size_t budget; /* steps that may still be made */
	struct draft *drafts, **end;
	struct draft *setup; /* config setup, first among the drafts */
	unsigned int revocation; /* the strictest: 0 relaxed, 1 ifuri, 2 strict */
	bool ikev1;
	struct secret_line *secrets, **secrets_end;
	size_t nsecrets;
};

/* Settings ------------------------------------------------------------------------------------- */

struct ref_to {
	const char *name; /* absolute, with dots */
	struct conf_pos pos;
	bool said;
	struct ref_to *next;
};

/* A section, or a key with its value. */
struct node {
	const char *name;
	const char *value; /* NULL: a section, or a value that was cleared */
	bool section, used, on_path;
	struct conf_pos pos, value_pos;
	struct node *parent, *first, *last, *next;
	struct node *chain; /* of the hash table */
	struct ref_to *refs;
};

/* A section with all that it inherits; what comes first wins. */
#define LAYERS_MAX 64
struct view {
	size_t n;
	struct node *layers[LAYERS_MAX];
};

/* Go through the keys and sections of a view, each name once. */
struct visit {
	const struct view *v;
	size_t layer;
	struct node *at;
};

/* A reader (conf_priv.h) of the settings syntax: the text of a file into the tree. */
void settings_parse(struct conf *c, uint32_t file, void *imp);
void settings_root(struct import *imp, struct view *v);
/* The subsection of this name; false: there is none. */
bool settings_sub(struct import *imp, const struct view *v, const char *name, struct view *sub);
/* The key of this name; NULL: there is none, or it was cleared. */
struct node *settings_key(struct import *imp, const struct view *v, const char *name);
struct node *settings_next(struct import *imp, struct visit *it);
/* Account for work on so many octets; false: there has been too much, which is an error. */
bool settings_spend(struct import *imp, size_t steps);
/* "connections.home.children.net" in the arena, for messages. */
const char *settings_path(struct import *imp, const struct node *n);
/* Whether this is the first time that the name is asked for; case does not count. */
bool settings_claim(struct import *imp, const char *name);

/* Drafts --------------------------------------------------------------------------------------- */

struct line {
	enum conf_kw kw; /* KW_NONE: a comment, or also= */
	enum conf_side side;
	const char *text, *quoted; /* quoted: as a value of ipsec.conf */
	bool also;
	struct line *next;
};

/* A section to be printed. */
struct draft {
	struct import *imp;
	enum conf_section type;
	const char *name;
	struct conf_pos pos; /* where it comes from */
	struct line *lines, **end;
	bool held; /* something that restricts it was not carried: it may not be loaded as it is */
	bool dropped; /* the real parser refuses it: it is printed as comments */
	struct draft *next;
};

/* Add a section behind the others. The name is made a valid and unique one, from the first of two that is free. */
struct draft *draft_new(struct import *imp, enum conf_section type, const char *name,
			struct conf_pos pos);
const char *draft_name(struct import *imp, const char *first, const char *second);
/*
 * Say keyword=text if the real parser takes it. false: it does not, or nothing would come of it; why is then a reason.
 */
bool draft_put(struct draft *d, enum conf_kw kw, enum conf_side side, const char *text,
	       const char **why);
void draft_also(struct draft *d, const char *name);
void draft_comment(struct draft *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool draft_has(const struct draft *d, enum conf_kw kw, enum conf_side side);
const char *draft_get(const struct draft *d, enum conf_kw kw, enum conf_side side);
/* Something was not carried: a complaint with a hint; of a draft also a comment in the section. */
void import_lost(struct import *imp, struct conf_pos pos, const char *what, const char *why,
		 const char *instead);
void draft_lost(struct draft *d, struct conf_pos pos, const char *what, const char *why,
		const char *instead);
void draft_print(const struct draft *d, FILE *out);

/* Keywords of swanctl.conf (import_take.c) ----------------------------------------------------- */

enum swan_scope {
	SWAN_CONN,
	SWAN_ROUND,
	SWAN_CERT,
	SWAN_CHILD,
	SWAN_POOL,
	SWAN_AUTHORITY,
	SWAN_SECRET,
	SWAN_SCOPES
};

/* A section of swanctl.conf on its way into a draft. */
struct job {
	struct import *imp;
	enum swan_scope scope;
	const struct view *v;
	struct draft *d;
	enum conf_side side; /* of a round */
	unsigned int round; /* 0, 1: the second one, leftauth2 */
	bool ca; /* of a CERT: of a CA */
};

/* All keys of the section: what stands alone goes into the draft, what is unknown or lost is said. */
void take_all(struct job *j);
/* The value, NULL: none. */
const char *take_text(struct job *j, const char *key);
bool take_is_no(const char *text); /* no, false, 0, disabled */
bool take_is_yes(const char *text);
/* Seconds of a time, or a bare number; false: it is none, or more than a century. */
bool take_seconds(const char *text, uint64_t *seconds);
/* Say that a key is lost, and what its row says is to be done instead; hold: the connection may not be loaded then. */
void take_say_lost(struct job *j, const struct node *n, const char *why, bool hold);
/* Say key=text, a REF_KEY, in the draft, for the key n; or that this is lost. */
void take_put(struct job *j, const struct node *n, uint32_t key, const char *text, bool hold);
/* A list cut at commas, without blanks. NULL: its end. */
const char *take_piece(struct import *imp, const char **list);
/* A list in the making; b is NULL while it is empty. */
struct list {
	char *b;
	size_t n, room;
};
void take_append(struct import *imp, struct list *l, const char *piece);
void take_table(FILE *out);
/* The row of a kind of secret, by the beginning of its name; what it becomes, NULL: nothing, then instead. */
bool take_secret(const char *name, const char **kind, const char **becomes, const char **instead);

/* Kinds ---------------------------------------------------------------------------------------- */

/* import_secrets.c: one line of ipsec.secrets. text: the words behind the kind, quoted. */
struct secret_line {
	const char *ids, *kind, *text;
	struct secret_line *next;
};
void secrets_import(struct import *imp, const struct view *root);
/* An identity of strongSwan as ours, NULL: there is no such. */
const char *import_id(struct import *imp, const char *text);

void swanctl_import(struct import *imp);
/* A reader of wg-quick files. */
void wg_parse(struct conf *c, uint32_t file, void *imp);
void wg_print_table(FILE *out);

#endif /* CONF_IMPORT_PRIV_H */
