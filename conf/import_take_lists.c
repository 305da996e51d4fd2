// SPDX-License-Identifier: GPL-2.0-or-later
/* import_take_lists.c - keywords of swanctl.conf whose values are lists, or names of files. */
#include <string.h>

#include "conf/import_take.h"
#include "conf/value.h"

const char *take_piece(struct import *imp, const char **list)
{
	const char *p = *list + strspn(*list, " \t,\n");
	size_t n = strcspn(p, ",");

	*list = p + n;
	while (n && strchr(" \t\n", p[n - 1]))
		n--;
	return n ? arena_text(&imp->c->arena, p, n) : NULL;
}

void take_append(struct import *imp, struct list *l, const char *piece)
{
	size_t n = strlen(piece);

	if (l->n + n + 2 > l->room) {
		size_t room = (l->n + n + 2) * 2;
		char *b = arena_alloc(&imp->c->arena, room);

		if (l->n)
			memcpy(b, l->b, l->n);
		l->b = b;
		l->room = room;
	}
	if (l->n)
		l->b[l->n++] = ',';
	memcpy(l->b + l->n, piece, n + 1);
	l->n += n;
}

void take_vips(struct job *j, const struct swan_row *row, struct node *n)
{
	const char *list = n->value, *piece;
	struct list all = { .b = NULL };

	while ((piece = take_piece(j->imp, &list))) {
		if (!strcmp(piece, "0.0.0.0"))
			piece = "%config4";
		else if (!strcmp(piece, "::"))
			piece = "%config6";
		take_append(j->imp, &all, piece);
	}
	take_row(j, row, n, all.b ? all.b : "");
}

/* Files ---------------------------------------------------------------------------------------- */

/* The folder below that of swanctl.conf that a relative name is in. */
static const char *in_folder(struct job *j, const char *folder,
			     const char *name)
{
	if (name[0] == '/')
		return name;
	return arena_print(&j->imp->c->arena, "%s/%s/%s", j->imp->path, folder,
			   name);
}

void take_files(struct job *j, const struct swan_row *row, struct node *n)
{
	const char *list = n->value, *piece;
	struct list all = { .b = NULL };
	bool blank = false;

	(void)row;
	while ((piece = take_piece(j->imp, &list))) {
		blank = blank || strpbrk(piece, " \t");
		take_append(j->imp, &all, in_folder(j, "x509", piece));
	}
	if (blank || !all.b)
		take_say_lost(j, n, "names of files may not have blanks", true);
	else
		take_put(j, n, REF_KEY(j->round ? KW_CERT2 : KW_CERT, j->side),
			 all.b, true);
}

void take_certfile(struct job *j, const struct swan_row *row, struct node *n)
{
	(void)row;
	if (j->ca)
		take_say_lost(j, n, "a CA is named, not pointed at", true);
	else if (strpbrk(n->value, " \t,"))
		take_say_lost(j, n,
			      "names of files may not have blanks or commas",
			      true);
	else
		take_put(j, n, REF_KEY(j->round ? KW_CERT2 : KW_CERT, j->side),
			 n->value, true);
}

void take_pubkeys(struct job *j, const struct swan_row *row, struct node *n)
{
	const char *list = n->value, *first = take_piece(j->imp, &list);

	if (!first)
		return;
	take_put(j, n, REF_KEY(row->kw, j->side), in_folder(j, "pubkey", first),
		 true);
	if (take_piece(j->imp, &list))
		take_say_lost(j, n, "only the first of several keys is used",
			      false);
}

void take_cacert(struct job *j, const struct swan_row *row, struct node *n)
{
	take_row(j, row, n, in_folder(j, "x509ca", n->value));
}

void take_uris(struct job *j, const struct swan_row *row, struct node *n)
{
	const char *list = n->value, *piece;
	enum conf_kw second = row->kw == KW_CRLURI ? KW_CRLURI2 : KW_OCSPURI2;
	unsigned int i;

	for (i = 0; (piece = take_piece(j->imp, &list)); i++)
		if (i < 2)
			take_put(j, n, REF_KEY(i ? second : row->kw, SIDE_NONE),
				 piece, false);
	if (i > 2)
		take_say_lost(j, n, "it has more than two addresses", false);
}

/* Pools ---------------------------------------------------------------------------------------- */

/* Pools that strongSwan has elsewhere. */
static const char *elsewhere(const char *name)
{
	return !strcmp(name, "dhcp")   ? "%dhcp" :
	       !strcmp(name, "radius") ? "%radius" :
					 NULL;
}

static void append_text(struct job *j, struct list *l, const char *key)
{
	const char *text = take_text(j, key);

	if (text)
		take_append(j->imp, l, text);
}

void take_pools(struct job *j, const struct swan_row *row, struct node *n)
{
	const char *list = n->value, *name;
	struct list addrs = { .b = NULL }, dns = { .b = NULL };
	struct view root, all, one;
	struct job pool = {
		.imp = j->imp, .scope = SWAN_POOL, .v = &one, .d = j->d
	};

	settings_root(j->imp, &root);
	while ((name = take_piece(j->imp, &list))) {
		if (settings_sub(j->imp, &root, "pools", &all) &&
		    settings_sub(j->imp, &all, name, &one)) {
			append_text(&pool, &addrs, "addrs");
			append_text(&pool, &dns, "dns");
			take_all(&pool);
		} else if (elsewhere(name)) {
			take_put(j, n, REF_KEY(KW_SOURCEIP, SIDE_RIGHT),
				 elsewhere(name), false);
		} else {
			take_say_lost(j, n,
				      arena_print(&j->imp->c->arena,
						  "there is no pool '%.48s'",
						  name),
				      false);
		}
	}
	if (addrs.b)
		take_row(j, row, n, addrs.b);
	if (dns.b)
		take_put(j, n, REF_KEY(KW_DNS, SIDE_RIGHT), dns.b, false);
}

/* Proposals ------------------------------------------------------------------------------------ */

static const struct conf_props *parse_props(struct import *imp, enum conf_kw kw,
					    const char *text, const char **why)
{
	const struct conf_row *row = options_row(kw);
	struct conf_value v = { .text = text, .type = (uint8_t)row->type };
	struct value val = { .arena = &imp->c->arena,
			     .row = row,
			     .type = row->type,
			     .v = &v,
			     .terse = true };

	if (value_parse(&val))
		return v.u.props;
	*why = arena_text(&imp->c->arena, val.text, strlen(val.text));
	return NULL;
}

/* Whether a kind of algorithm is there, with this ID; -1: with any. */
static bool props_have(const struct conf_props *p, enum conf_alg_kind kind,
		       int id)
{
	size_t i, k;

	for (i = 0; i < p->n; i++)
		for (k = 0; k < p->v[i].n; k++)
			if (p->v[i].v[k].kind == kind &&
			    (id < 0 || p->v[i].v[k].id == id))
				return true;
	return false;
}

/* What swanctl means by an algorithm that is not there. */
static void put_absent(struct job *j, const struct node *n,
		       const struct conf_props *p)
{
	bool with = props_have(p, ALG_ESN, 1),
	     without = props_have(p, ALG_ESN, 0) || !with;

	if (!props_have(p, ALG_DH, -1))
		take_put(j, n, REF_KEY(KW_PFS, SIDE_NONE), "no", false);
	take_put(j, n, REF_KEY(KW_ESN, SIDE_NONE),
		 with && without ? "either" :
		 with		 ? "yes" :
				   "no",
		 false);
}

/* Those that we have, as a list; the others are said. */
static const char *known_props(struct job *j, const struct swan_row *row,
			       struct node *n, bool *strict)
{
	const char *list = n->value, *piece, *why = NULL;
	struct list all = { .b = NULL };
	int64_t left = options_row(row->kw)->max;

	*strict = true;
	while ((piece = take_piece(j->imp, &list))) {
		if (!strcmp(piece, "default"))
			*strict = false;
		else if (left-- <= 0)
			break;
		else if (parse_props(j->imp, row->kw, piece, &why))
			take_append(j->imp, &all, piece);
		else
			take_say_lost(j, n, why, false);
	}
	if (piece)
		take_say_lost(j, n, "the list is too long", false);
	return all.b;
}

void take_proposals(struct job *j, const struct swan_row *row, struct node *n)
{
	bool strict;
	const char *all = known_props(j, row, n, &strict), *why;
	const struct conf_props *p =
		all ? parse_props(j->imp, row->kw, all, &why) : NULL;

	/* nothing that was asked for is left: the built-in algorithms may be weaker */
	if (!all && strict)
		j->d->held = true;
	if (row->kw == KW_AH)
		take_put(j, n, REF_KEY(KW_AUTH, SIDE_NONE), "ah", true);
	if (!all)
		return;
	take_row(j, row, n,
		 strict ? arena_print(&j->imp->c->arena, "%s!", all) : all);
	if (p && row->kw != KW_IKE && !draft_has(j->d, KW_ESN, SIDE_NONE))
		put_absent(j, n, p);
}

/* Selectors ------------------------------------------------------------------------------------ */

/* dynamic is the gateway, or the address that it has been given: that needs no subnet. */
void take_selectors(struct job *j, const struct swan_row *row, struct node *n)
{
	const char *list = n->value, *piece;
	struct list all = { .b = NULL };
	size_t pieces = 0;

	while ((piece = take_piece(j->imp, &list))) {
		if (!strncmp(piece, "dynamic", 7))
			piece = arena_print(&j->imp->c->arena, "%%%s", piece);
		take_append(j->imp, &all, piece);
		pieces++;
	}
	if (pieces == 1 && !strncmp(all.b, "%dynamic[", 9) &&
	    all.b[all.n - 1] == ']')
		take_put(j, n, REF_KEY(KW_PROTOPORT, row->side),
			 arena_text(&j->imp->c->arena, all.b + 9, all.n - 10),
			 true);
	else if (all.b && strcmp(all.b, "%dynamic"))
		take_put(j, n, REF_KEY(row->kw, row->side), all.b, true);
}
