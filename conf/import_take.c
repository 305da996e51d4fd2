// SPDX-License-Identifier: GPL-2.0-or-later
/* import_take.c - the keywords of swanctl.conf, one by one, by the rows of import.def. */
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "conf/import_take.h"
#include "conf/value.h"

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

void take_row(struct job *j, const struct swan_row *row, const struct node *n, const char *text)
{
	take_put(j, n, REF_KEY(row->kw, side_of(j, row)), text, false);
}

/* How a row is taken --------------------------------------------------------------------------- */

static void take_copy(struct job *j, const struct swan_row *row, struct node *n)
{
	take_row(j, row, n, n->value);
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
		take_row(j, row, n, take_is_yes(n->value) ? "yes" : "no");
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
		take_row(j, row, n,
			 arena_print(&j->imp->c->arena, "%llus",
				     (unsigned long long)s));
}

static void take_version(struct job *j, const struct swan_row *row,
			 struct node *n)
{
	static const char *const versions[] = { "ike", "ikev1", "ikev2" };
	uint64_t v;

	if (value_integer(n->value, 2, &v))
		take_row(j, row, n, versions[v]);
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
	take_row(j, row, n, take_is_no(n->value) ? "push" : "pull");
}

static void take_action(struct job *j, const struct swan_row *row,
			struct node *n)
{
	if (!strcmp(n->value, "trap"))
		take_row(j, row, n, "hold");
	else
		take_row(j, row, n,
			 !strcmp(n->value, "start") ? "restart" : n->value);
}

static void take_padding(struct job *j, const struct swan_row *row,
			 struct node *n)
{
	take_row(j, row, n, strcmp(n->value, "mtu") ? n->value : "%mtu");
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
		take_row(j, row, n, n->value);
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
