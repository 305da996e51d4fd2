// SPDX-License-Identifier: GPL-2.0-or-later
/* import_take.c - the keywords of swanctl.conf, one by one, by the rows of import.def. */
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "conf/import_priv.h"
#include "conf/value.h"

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

static const struct swan_row rows[];

static const struct swan_row *find_row(enum swan_scope scope, const char *name)
{
	const struct swan_row *r;

	for (r = rows; r->name; r++)
		if (r->scope == scope && !strcmp(r->name, name))
			return r;
	return NULL;
}

/* Values --------------------------------------------------------------------------------------- */

const char *take_text(struct job *j, const char *key)
{
	const struct node *n = settings_key(j->imp, j->v, key);

	return n ? n->value : NULL;
}

bool take_is_no(const char *text)
{
	return !strcasecmp(text, "no") || !strcasecmp(text, "false") ||
	       !strcasecmp(text, "disabled") || !strcmp(text, "0");
}

bool take_is_yes(const char *text)
{
	return !strcasecmp(text, "yes") || !strcasecmp(text, "true") ||
	       !strcasecmp(text, "enabled") || !strcmp(text, "1");
}

bool take_seconds(const char *text, uint64_t *seconds)
{
	size_t n = strspn(text, "0123456789");
	const char *unit = text + n + strspn(text + n, " ");
	uint64_t factor = !*unit || !strcmp(unit, "s") ? 1 :
			  !strcmp(unit, "m")	       ? 60 :
			  !strcmp(unit, "h")	       ? 3600 :
			  !strcmp(unit, "d")	       ? 86400 :
							 0;

	if (!n || n > 10 || !factor)
		return false;
	*seconds = strtoull(text, NULL, 10) * factor;
	return *seconds < 100ULL * 366 * 86400;
}

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

/* "connections.home.dscp = 000001", without what may be a key. */
static const char *describe(struct job *j, const struct node *n)
{
	char buf[64];

	return arena_print(&j->imp->c->arena, "%s = %s",
			   settings_path(j->imp, n), diag_quote(n->value, buf));
}

void take_say_lost(struct job *j, const struct node *n, const char *why,
		   bool hold)
{
	const struct swan_row *row = find_row(j->scope, n->name);

	if (hold)
		j->d->held = true;
	if (diag_full(j->imp->c))
		j->imp->c->more++;
	else
		draft_lost(j->d, n->pos, describe(j, n), why,
			   row ? row->instead : NULL);
}

void take_put(struct job *j, const struct node *n, uint32_t key,
	      const char *text, bool hold)
{
	const char *why;

	if (!draft_put(j->d, REF_KW(key), REF_SIDE(key), text, &why))
		take_say_lost(j, n, why, hold);
}

static enum conf_side side_of(const struct job *j, const struct swan_row *row)
{
	return row->same ? j->side : row->side;
}

static void put(struct job *j, const struct swan_row *row, const struct node *n,
		const char *text)
{
	take_put(j, n, REF_KEY(row->kw, side_of(j, row)), text, false);
}

/* How a row is taken --------------------------------------------------------------------------- */

static void take_copy(struct job *j, const struct swan_row *row, struct node *n)
{
	put(j, row, n, n->value);
}

static void take_parts(struct job *j, const struct swan_row *row,
		       struct node *n)
{
	(void)j;
	(void)row;
	(void)n;
}

static void take_nothing(struct job *j, const struct swan_row *row,
			 struct node *n)
{
	take_parts(j, row, n);
}

static void take_lost(struct job *j, const struct swan_row *row, struct node *n)
{
	(void)row;
	take_say_lost(j, n, "ipsec.conf has nothing for it", false);
}

static void take_hold(struct job *j, const struct swan_row *row, struct node *n)
{
	(void)row;
	take_say_lost(j, n, "ipsec.conf has nothing for it", true);
}

static void take_restrict(struct job *j, const struct swan_row *row,
			  struct node *n)
{
	take_put(j, n, REF_KEY(row->kw, side_of(j, row)), n->value, true);
}

static void take_yes(struct job *j, const struct swan_row *row, struct node *n)
{
	if (take_is_yes(n->value) || take_is_no(n->value))
		put(j, row, n, take_is_yes(n->value) ? "yes" : "no");
	else
		take_say_lost(j, n, "expected yes or no", false);
}

static void take_time(struct job *j, const struct swan_row *row, struct node *n)
{
	uint64_t s;

	if (!take_seconds(n->value, &s))
		take_say_lost(j, n,
			      "expected a time, as in 30, 90s, 5m, 4h or 1d",
			      false);
	else if (s)
		put(j, row, n,
		    arena_print(&j->imp->c->arena, "%llus",
				(unsigned long long)s));
}

static void take_version(struct job *j, const struct swan_row *row,
			 struct node *n)
{
	static const char *const versions[] = { "ike", "ikev1", "ikev2" };
	uint64_t v;

	if (value_integer(n->value, 2, &v))
		put(j, row, n, versions[v]);
	else
		take_say_lost(j, n, "expected 0, 1 or 2", true);
}

static void take_required(struct job *j, const struct swan_row *row,
			  struct node *n)
{
	take_put(j, n, REF_KEY(row->kw, SIDE_NONE), "insist", true);
}

static void take_pull(struct job *j, const struct swan_row *row, struct node *n)
{
	put(j, row, n, take_is_no(n->value) ? "push" : "pull");
}

static void take_action(struct job *j, const struct swan_row *row,
			struct node *n)
{
	if (!strcmp(n->value, "trap"))
		put(j, row, n, "hold");
	else
		put(j, row, n,
		    !strcmp(n->value, "start") ? "restart" : n->value);
}

static void take_padding(struct job *j, const struct swan_row *row,
			 struct node *n)
{
	put(j, row, n, strcmp(n->value, "mtu") ? n->value : "%mtu");
}

static void take_mark(struct job *j, const struct swan_row *row, struct node *n)
{
	const char *mask = strchr(n->value, '/');

	/* a mask of zero fits every packet */
	if (mask && !strtoull(mask + 1, NULL, 0))
		return;
	if (row->kw == KW_NONE)
		take_say_lost(j, n, "marks of packets are not set", false);
	else
		take_put(j, n, REF_KEY(row->kw, SIDE_NONE), n->value, true);
}

static void take_dscp(struct job *j, const struct swan_row *row, struct node *n)
{
	bool in = !strcmp(n->value, "in") || take_is_yes(n->value);

	(void)row;
	if (!in && !take_is_no(n->value)) {
		take_say_lost(j, n, "expected out, in, yes or no", false);
		return;
	}
	if (in)
		take_put(j, n, REF_KEY(KW_DECAP_DSCP, SIDE_NONE), "yes", false);
	if (!take_is_yes(n->value))
		take_put(j, n, REF_KEY(KW_ENCAP_DSCP, SIDE_NONE), "no", false);
}

static void take_updown(struct job *j, const struct swan_row *row,
			struct node *n)
{
	const char *tail = strstr(n->value, "_updown iptables");

	/* opening the firewall is all that it does */
	if (tail && !tail[strlen("_updown iptables")])
		take_put(j, n, REF_KEY(KW_FIREWALL, SIDE_LEFT), "yes", false);
	else
		put(j, row, n, n->value);
}

static void take_vips(struct job *j, const struct swan_row *row, struct node *n)
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
	put(j, row, n, all.b ? all.b : "");
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

static void take_files(struct job *j, const struct swan_row *row,
		       struct node *n)
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

static void take_certfile(struct job *j, const struct swan_row *row,
			  struct node *n)
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

static void take_pubkeys(struct job *j, const struct swan_row *row,
			 struct node *n)
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

static void take_revocation(struct job *j, const struct swan_row *row,
			    struct node *n)
{
	unsigned int level = !strcmp(n->value, "strict") ? 2 :
			     !strcmp(n->value, "ifuri")	 ? 1 :
							   0;

	(void)row;
	if (!level && strcmp(n->value, "relaxed"))
		take_say_lost(j, n, "expected strict, ifuri or relaxed", true);
	if (level > j->imp->revocation)
		j->imp->revocation = level;
}

static void take_cacert(struct job *j, const struct swan_row *row,
			struct node *n)
{
	put(j, row, n, in_folder(j, "x509ca", n->value));
}

static void take_uris(struct job *j, const struct swan_row *row, struct node *n)
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

static void take_pools(struct job *j, const struct swan_row *row,
		       struct node *n)
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
		put(j, row, n, addrs.b);
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

static void take_proposals(struct job *j, const struct swan_row *row,
			   struct node *n)
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
	put(j, row, n,
	    strict ? arena_print(&j->imp->c->arena, "%s!", all) : all);
	if (p && row->kw != KW_IKE && !draft_has(j->d, KW_ESN, SIDE_NONE))
		put_absent(j, n, p);
}

/* Selectors ------------------------------------------------------------------------------------ */

/* dynamic is the gateway, or the address that it has been given: that needs no subnet. */
static void take_selectors(struct job *j, const struct swan_row *row,
			   struct node *n)
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

/* Rows ----------------------------------------------------------------------------------------- */

#define SIDE_SAME SIDE_NONE
/* clang-format off */
static const struct swan_row rows[] = {
#define SWAN(scope, name, preset, how, kw, side, becomes, instead) \
	{ name, preset, take_##how, becomes, instead, SWAN_##scope, KW_##kw, SIDE_##side, #side[0] == 'S' },
#include "conf/import.def"
#undef SWAN
	{ 0 }
};
/* clang-format on */
#undef SIDE_SAME

/* strongSwan discards a connection with a keyword that it does not know: one that is newer may restrict it. */
static void say_unknown(struct job *j, const struct node *n)
{
	const struct swan_row *r;
	struct suggest s;

	if (j->scope <= SWAN_CHILD)
		j->d->held = true;
	if (diag_full(j->imp->c)) {
		j->imp->c->more++;
		return;
	}
	suggest_begin(&s, n->name);
	for (r = rows; r->name; r++)
		if (r->scope == j->scope)
			suggest_offer(&s, r->name);
	draft_lost(j->d, n->pos, settings_path(j->imp, n), "unknown keyword",
		   s.best ? arena_print(&j->imp->c->arena, "did you mean '%s'?",
					s.best) :
			    "see import.rst for those that are known");
}

/* Whether the value is the one that needs nothing; yes and no have several spellings. */
static bool is_preset(const char *preset, const char *text)
{
	return preset && (!strcmp(preset, text) ||
			  (take_is_no(preset) && take_is_no(text)) ||
			  (take_is_yes(preset) && take_is_yes(text)));
}

void take_all(struct job *j)
{
	struct visit it = { .v = j->v };
	struct node *n;

	while ((n = settings_next(j->imp, &it))) {
		const struct swan_row *row =
			n->section ? NULL : find_row(j->scope, n->name);

		n->used = true;
		if (n->section || !n->value ||
		    !settings_spend(j->imp, strlen(n->value)))
			continue;
		if (!row)
			say_unknown(j, n);
		else if (!is_preset(row->preset, n->value))
			row->take(j, row, n);
	}
}

bool take_secret(const char *name, const char **kind, const char **becomes,
		 const char **instead)
{
	const struct swan_row *r, *best = NULL;

	for (r = rows; r->name; r++)
		if (r->scope == SWAN_SECRET &&
		    !strncmp(name, r->name, strlen(r->name)) &&
		    (!best || strlen(r->name) > strlen(best->name)))
			best = r;
	if (!best)
		return false;
	*kind = best->name;
	*becomes = best->becomes;
	*instead = best->instead;
	return true;
}

void take_table(FILE *out)
{
	static const char *const scopes[] = {
		"connections.<conn>",
		"connections.<conn>.local*, remote*",
		"local*.cert*, remote*.cert*, remote*.cacert*",
		"connections.<conn>.children.<child>",
		"pools.<pool>",
		"authorities.<ca>",
		"secrets",
	};
	const struct swan_row *r;
	enum swan_scope scope = SWAN_SCOPES;

	for (r = rows; r->name; r++) {
		if (r->scope != scope)
			fprintf(out, "\n%s\n\n", scopes[r->scope]);
		scope = r->scope;
		fprintf(out, "``%s%s``\n   %s%s\n", r->name,
			scope == SWAN_SECRET ? "*" : "",
			r->becomes ? r->becomes : "not carried: ",
			r->becomes ? "" : r->instead);
	}
}
