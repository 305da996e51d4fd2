// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * import_swanctl.c - swanctl.conf into sections of ipsec.conf: one conn for each child; what the children of a
 * connection share is in a section of its own that they pull in.
 */
#include <stdlib.h>
#include <string.h>

#include "conf/import_priv.h"

#define DAY 86400
#define ROUNDS_MAX 64 /* of authentication, of one side; two are used */

/* What every connection of swanctl.conf has unless it says something else. */
static const struct {
	enum conf_kw kw;
	enum conf_side side;
	const char *text;
} presets[] = {
	{ KW_IKELIFETIME, SIDE_NONE, "246m" },
	{ KW_SALIFETIME, SIDE_NONE, "66m" },
	{ KW_REKEYMARGIN, SIDE_NONE, "6m" },
	{ KW_KEYINGTRIES, SIDE_NONE, "1" },
	{ KW_MOBIKE, SIDE_NONE, "yes" },
	{ KW_DPDACTION, SIDE_NONE, "clear" },
	{ KW_SENDCERT, SIDE_LEFT, "ifasked" },
	{ KW_ID, SIDE_RIGHT, "%any" },
};

/* A connection, and one of its children. */
struct conn {
	struct import *imp;
	const struct view *v;
	const struct node *at; /* its section */
	struct view child;
	struct draft *shared, *d;
	bool odd; /* has sections that nobody knows */
};

static struct job job_of(struct conn *c, enum swan_scope scope,
			 const struct view *v, struct draft *d)
{
	return (struct job){ .imp = c->imp, .scope = scope, .v = v, .d = d };
}

/* A value that cannot be refused. */
static void set(struct draft *d, enum conf_kw kw, enum conf_side side,
		const char *text)
{
	const char *why;

	draft_put(d, kw, side, text, &why);
}

/* Ends ----------------------------------------------------------------------------------------- */

static void put_host(struct conn *c, const char *key, enum conf_side side)
{
	const struct node *n = settings_key(c->imp, c->v, key);
	const char *list = n ? n->value : "", *piece,
		   *any = side == SIDE_LEFT ? "%defaultroute" : "%any", *why;
	struct list all = { .b = NULL };

	while ((piece = take_piece(c->imp, &list))) {
		if (!strncmp(piece, "%any", 4)) {
			all.b = NULL;
			break;
		}
		take_append(c->imp, &all, piece);
	}
	if (!n || !all.b) {
		set(c->d, KW_HOST, side, any);
	} else if (!draft_put(c->d, KW_HOST, side, all.b, &why)) {
		c->d->held = true;
		draft_lost(c->d, n->value_pos, settings_path(c->imp, n), why,
			   "addresses, names, networks or ranges");
		set(c->d, KW_HOST, side, any);
	}
}

/* Authentication ------------------------------------------------------------------------------- */

/* "rsa/pss" is how RSA always signs here. */
static const char *plain_rsa(struct conn *c, const char *text)
{
	const char *pss = strstr(text, "rsa/pss");

	return pss ? arena_print(&c->imp->c->arena, "%.*srsa%s",
				 (int)(pss - text), text, pss + 7) :
		     text;
}

static void put_auth(struct conn *c, struct job *j, const struct node *section)
{
	const struct node *n = settings_key(c->imp, j->v, "auth");
	enum conf_kw kw = j->round ? KW_AUTH2 : KW_AUTH_SIDE;
	const char *text = plain_rsa(c, n ? n->value : "pubkey"), *why;

	if (draft_put(j->d, kw, j->side, text, &why))
		return;
	if (n)
		take_say_lost(j, n, why, true);
	else
		draft_lost(j->d, section->pos, settings_path(c->imp, section),
			   why, NULL);
	j->d->held = true;
}

static void put_id(struct conn *c, struct job *j)
{
	const struct node *n = settings_key(c->imp, j->v, "id");
	const char *id = n ? import_id(c->imp, n->value) : NULL;

	if (n && !id)
		take_say_lost(j, n, "the identity has no form in ipsec.conf",
			      true);
	else if (n)
		take_put(j, n, REF_KEY(j->round ? KW_ID2 : KW_ID, j->side), id,
			 true);
	else if (j->side == SIDE_LEFT && draft_has(j->d, KW_CERT, SIDE_LEFT) &&
		 !j->round)
		set(j->d, KW_ID, SIDE_LEFT, "%fromcert");
}

/* cert*, cacert*: certificates one by one. */
static void put_certs(struct conn *c, struct job *j)
{
	struct visit it = { .v = j->v };
	struct node *n;

	while ((n = settings_next(c->imp, &it))) {
		struct view v;
		struct job cert = *j;

		if (!n->section)
			continue;
		cert.ca = !strncmp(n->name, "cacert", 6);
		cert.v = &v;
		cert.scope = SWAN_CERT;
		if (!cert.ca && strncmp(n->name, "cert", 4)) {
			j->d->held = true;
			draft_lost(j->d, n->pos, settings_path(c->imp, n),
				   "unknown section", "cert* or cacert*");
			continue;
		}
		if (settings_sub(c->imp, j->v, n->name, &v))
			take_all(&cert);
	}
}

static unsigned long round_of(struct conn *c, const struct node *n)
{
	struct view v;
	const struct node *key = settings_sub(c->imp, c->v, n->name, &v) ?
					 settings_key(c->imp, &v, "round") :
					 NULL;

	return key ? strtoul(key->value, NULL, 10) : 0;
}

/* The sections local* or remote*, in order; those of equal round as they stand. */
static size_t find_rounds(struct conn *c, const char *prefix,
			  struct node **rounds)
{
	struct visit it = { .v = c->v };
	struct node *n;
	size_t count = 0, i;

	while (count < ROUNDS_MAX && (n = settings_next(c->imp, &it))) {
		if (!n->section || strncmp(n->name, prefix, strlen(prefix)))
			continue;
		for (i = count++;
		     i && round_of(c, rounds[i - 1]) > round_of(c, n); i--)
			rounds[i] = rounds[i - 1];
		rounds[i] = n;
	}
	return count;
}

static void put_rounds(struct conn *c, const char *prefix, enum conf_side side)
{
	struct node *rounds[ROUNDS_MAX];
	size_t n = find_rounds(c, prefix, rounds), i;
	struct view v;

	for (i = 0; i < n; i++) {
		struct job j = job_of(c, SWAN_ROUND, &v, c->shared);

		j.side = side;
		j.round = i > 0;
		if (i > 1) {
			c->shared->held = true;
			draft_lost(
				c->shared, rounds[i]->pos,
				settings_path(c->imp, rounds[i]),
				"there are at most two rounds of authentication",
				NULL);
		} else if (settings_sub(c->imp, c->v, rounds[i]->name, &v)) {
			put_auth(c, &j, rounds[i]);
			take_all(&j);
			put_certs(c, &j);
			put_id(c, &j);
		}
	}
	if (!n)
		set(c->shared, KW_AUTH_SIDE, side, "pubkey");
}

/* Times ---------------------------------------------------------------------------------------- */

/* The times of a connection and a child, in seconds. */
struct times {
	uint64_t reauth, ike, rekey, life, margin, spread;
	bool said; /* by any keyword */
};

static bool read_time(struct conn *c, const struct view *v, const char *key,
		      struct times *t, uint64_t *seconds)
{
	const struct node *n = settings_key(c->imp, v, key);
	const char *path;

	if (!n)
		return false;
	t->said = true;
	if (take_seconds(n->value, seconds))
		return true;
	path = settings_path(c->imp, n);
	draft_lost(c->d, n->value_pos, path, "expected a time",
		   "as in 30, 90s, 5m, 4h or 1d");
	return false;
}

static struct times read_times(struct conn *c)
{
	struct times t = { .ike = 14400, .rekey = 3600 };
	bool life, rekey;

	if (read_time(c, c->v, "reauth_time", &t, &t.reauth) && t.reauth)
		t.ike = 0;
	read_time(c, c->v, "rekey_time", &t, &t.ike);
	life = read_time(c, &c->child, "life_time", &t, &t.life);
	rekey = read_time(c, &c->child, "rekey_time", &t, &t.rekey);
	if (life && !rekey)
		t.rekey = t.life * 10 / 11;
	if (!life)
		t.life = t.rekey + t.rekey / 10;
	t.margin = t.spread = t.life > t.rekey ? t.life - t.rekey : 0;
	read_time(c, &c->child, "rand_time", &t, &t.spread);
	if (t.margin)
		return t;
	/* it ends when it is replaced: the margin is where the spread begins */
	t.margin = t.spread;
	t.life = t.rekey + t.margin;
	t.spread = 0;
	return t;
}

static void put_seconds(struct conn *c, enum conf_kw kw, uint64_t seconds)
{
	char text[32];

	if (seconds > DAY || !seconds) {
		draft_lost(
			c->d, c->d->pos,
			kw == KW_IKELIFETIME ? "a lifetime of the IKE_SA" :
					       "a lifetime of the CHILD_SA",
			seconds ?
				"it is longer than a day" :
				"an SA that is never replaced ends after a day",
			NULL);
		seconds = DAY;
	}
	snprintf(text, sizeof(text), "%llus", (unsigned long long)seconds);
	set(c->d, kw, SIDE_NONE, text);
}

static void put_margin(struct conn *c, const struct times *t)
{
	char text[32];

	snprintf(text, sizeof(text), "%llus", (unsigned long long)t->margin);
	set(c->d, KW_REKEYMARGIN, SIDE_NONE, text);
	snprintf(text, sizeof(text), "%llu%%",
		 (unsigned long long)((t->spread * 100 + t->margin - 1) /
				      t->margin));
	set(c->d, KW_REKEYFUZZ, SIDE_NONE, text);
}

static void put_reauth(struct conn *c, const struct times *t)
{
	if (!t->reauth)
		return;
	set(c->d, KW_REAUTH, SIDE_NONE, "yes");
	if (t->ike)
		draft_lost(c->d, c->d->pos, "rekey_time beside reauth_time",
			   "each new IKE_SA authenticates again", NULL);
}

/*
 * swanctl counts up to a rekeying that comes up to rand_time earlier; ipsec.conf counts down from the end, and has one
 * margin for both SAs. The moments of rekeying stay the same.
 */
static void put_times(struct conn *c)
{
	struct times t = read_times(c);
	uint64_t soft = t.reauth ? t.reauth : t.ike;

	if (!t.said)
		return;
	if (t.rekey && (t.spread >= t.rekey || t.margin + t.spread >= DAY)) {
		draft_lost(c->d, c->d->pos, "the times of the CHILD_SA",
			   "it would be replaced as soon as it is there",
			   "rekey_time above rand_time");
		return;
	}
	if (!t.rekey && !soft)
		set(c->d, KW_REKEY, SIDE_NONE, "no");
	else if (!t.rekey)
		draft_lost(c->d, c->d->pos, "a CHILD_SA that is never replaced",
			   "rekey=no is for the IKE_SA, too", NULL);
	put_seconds(c, KW_SALIFETIME, t.rekey ? t.life : 0);
	put_seconds(c, KW_IKELIFETIME, soft ? soft + t.margin : 0);
	if (t.rekey && t.margin)
		put_margin(c, &t);
	put_reauth(c, &t);
}

/* Octets or packets. */
static void put_volume(struct conn *c, const char *rekey_key,
		       const char *life_key, enum conf_kw life,
		       enum conf_kw margin)
{
	const struct node *r = settings_key(c->imp, &c->child, rekey_key),
			  *l = settings_key(c->imp, &c->child, life_key);
	unsigned long long rekey = r ? strtoull(r->value, NULL, 10) : 0,
			   end = l ? strtoull(l->value, NULL, 10) : 0;
	char text[32];

	if (rekey && !end)
		end = rekey < ~0ULL / 2 ? rekey + rekey / 10 : rekey;
	if (!end)
		return;
	snprintf(text, sizeof(text), "%llu", end);
	set(c->d, life, SIDE_NONE, text);
	if (!rekey || rekey >= end)
		return;
	snprintf(text, sizeof(text), "%llu", end - rekey);
	set(c->d, margin, SIDE_NONE, text);
}

/* Children ------------------------------------------------------------------------------------- */

static void put_auto(struct conn *c)
{
	const struct node *n = settings_key(c->imp, &c->child, "start_action");
	const char *text = n ? n->value : "none", *word = "add";
	struct job j = job_of(c, SWAN_CHILD, &c->child, c->d);

	if (strstr(text, "start"))
		word = "start";
	else if (!strcmp(text, "trap"))
		word = "route";
	else if (strcmp(text, "none"))
		take_say_lost(&j, n, "unknown action", false);
	if (strstr(text, "trap") && strstr(text, "start"))
		take_say_lost(&j, n, "auto=start has no trap beside it", false);
	if (c->odd || c->d->held || c->shared->held) {
		draft_comment(
			c->d,
			"not loaded because of what was not carried; then: auto=%s",
			word);
		diag_add(&c->imp->c->nobody, CONF_NOTE, c->d->pos,
			 "conn '%s' has auto=ignore", c->d->name)
			->hint =
			"settle what was not carried, then say auto=add, route or start";
		word = "ignore";
	}
	set(c->d, KW_AUTO, SIDE_NONE, word);
}

/* false: packets pass or are dropped without IKE. */
static bool put_mode(struct conn *c)
{
	const struct node *n = settings_key(c->imp, &c->child, "mode");
	struct job j = job_of(c, SWAN_CHILD, &c->child, c->d);

	if (n && !strcmp(n->value, "iptfs"))
		take_put(&j, n, REF_KEY(KW_IPTFS, SIDE_NONE), "yes", false);
	else if (n)
		take_put(&j, n, REF_KEY(KW_TYPE, SIDE_NONE),
			 strcmp(n->value, "pass") ? n->value : "passthrough",
			 true);
	return !n || (strcmp(n->value, "pass") && strcmp(n->value, "drop"));
}

static void put_child(struct conn *c)
{
	struct job j = job_of(c, SWAN_CHILD, &c->child, c->d);

	put_host(c, "local_addrs", SIDE_LEFT);
	put_host(c, "remote_addrs", SIDE_RIGHT);
	if (!put_mode(c)) {
		set(c->d, KW_AUTHBY, SIDE_NONE, "never");
		take_all(&j);
		return;
	}
	if (c->shared != c->d)
		draft_also(c->d, c->shared->name);
	take_all(&j);
	put_times(c);
	put_volume(c, "rekey_bytes", "life_bytes", KW_LIFEBYTES,
		   KW_MARGINBYTES);
	put_volume(c, "rekey_packets", "life_packets", KW_LIFEPACKETS,
		   KW_MARGINPACKETS);
}

static void put_unique(struct conn *c)
{
	const struct node *n = settings_key(c->imp, c->v, "unique");
	const char *text = !n			       ? "no" :
			   strcmp(n->value, "replace") ? n->value :
							 "yes",
		   *why;
	const char *now = draft_get(c->imp->setup, KW_UNIQUEIDS, SIDE_NONE);
	struct job j = job_of(c, SWAN_CONN, c->v, c->shared);

	if (!now &&
	    !draft_put(c->imp->setup, KW_UNIQUEIDS, SIDE_NONE, text, &why) && n)
		take_say_lost(&j, n, why, false);
	else if (now && strcmp(now, text))
		draft_lost(c->shared, n ? n->pos : c->at->pos,
			   arena_print(&c->imp->c->arena, "%s.unique = %.16s",
				       settings_path(c->imp, c->at),
				       n ? n->value : "no"),
			   "uniqueids is one for all", NULL);
}

/* What belongs to the IKE_SA. */
static void put_ike(struct conn *c)
{
	struct job j = job_of(c, SWAN_CONN, c->v, c->shared);
	const char *version = take_text(&j, "version");

	take_all(&j);
	if (!draft_has(c->shared, KW_KEYEXCHANGE, SIDE_NONE))
		set(c->shared, KW_KEYEXCHANGE, SIDE_NONE, "ike");
	c->imp->ikev1 = c->imp->ikev1 || !version || strcmp(version, "2") != 0;
	put_rounds(c, "local", SIDE_LEFT);
	put_rounds(c, "remote", SIDE_RIGHT);
	put_unique(c);
}

/* Whether a child needs no IKE. */
static bool is_shunt(struct conn *c)
{
	const struct node *n = settings_key(c->imp, &c->child, "mode");

	return n && (!strcmp(n->value, "pass") || !strcmp(n->value, "drop"));
}

/* Sections of a view other than those that are known. */
static void say_sections(struct conn *c)
{
	struct visit it = { .v = c->v };
	const struct node *n;

	while ((n = settings_next(c->imp, &it))) {
		if (!n->section || !strcmp(n->name, "children") ||
		    !strncmp(n->name, "local", 5) ||
		    !strncmp(n->name, "remote", 6))
			continue;
		c->odd = true;
		import_lost(c->imp, n->pos, settings_path(c->imp, n),
			    "unknown section", "local*, remote* or children");
	}
}

static void import_child(struct conn *c, const struct view *children,
			 const struct node *n, bool alone)
{
	const char *both = arena_print(&c->imp->c->arena, "%.90s-%.90s",
				       c->at->name, n->name);
	bool shunt;

	if (!settings_sub(c->imp, children, n->name, &c->child))
		return;
	shunt = is_shunt(c);
	if (!shunt && !alone && !c->shared) {
		c->shared = draft_new(c->imp, SEC_CONN,
				      draft_name(c->imp, c->at->name, both),
				      c->at->pos);
		put_ike(c);
	}
	c->d = draft_new(c->imp, SEC_CONN, draft_name(c->imp, n->name, both),
			 n->pos);
	if (alone || shunt) {
		struct conn one = *c;

		one.shared = c->d;
		put_child(&one);
		if (!shunt)
			put_ike(&one);
		put_auto(&one);
		return;
	}
	put_child(c);
	put_auto(c);
}

static void import_conn(struct import *imp, const struct view *all,
			const struct node *n)
{
	struct view v, children;
	struct conn c = { .imp = imp, .v = &v, .at = n };
	struct visit it = { .v = &children };
	struct node *child;
	size_t count = 0;

	if (!settings_sub(imp, all, n->name, &v))
		return;
	say_sections(&c);
	if (settings_sub(imp, &v, "children", &children))
		while ((child = settings_next(imp, &it)))
			count += child->section;
	if (!count) {
		import_lost(
			imp, n->pos, settings_path(imp, n),
			"it has no children: there is nothing to protect",
			"a conn of ipsec.conf is an IKE_SA with one CHILD_SA");
		return;
	}
	it = (struct visit){ .v = &children };
	while ((child = settings_next(imp, &it)))
		if (child->section)
			import_child(&c, &children, child, count == 1);
}

/* Sections ------------------------------------------------------------------------------------- */

static void import_authority(struct import *imp, const struct view *all,
			     const struct node *n)
{
	struct view v;
	struct job j = { .imp = imp, .scope = SWAN_AUTHORITY, .v = &v };
	const char *why;

	if (!settings_sub(imp, all, n->name, &v))
		return;
	j.d = draft_new(imp, SEC_CA, draft_name(imp, n->name, n->name), n->pos);
	take_all(&j);
	draft_put(j.d, KW_CA_AUTO, SIDE_NONE, "add", &why);
}

static void
each_section(struct import *imp, const struct view *root, const char *name,
	     void (*each)(struct import *imp, const struct view *all,
			  const struct node *n))
{
	struct view v;
	struct visit it = { .v = &v };
	const struct node *n;

	if (!settings_sub(imp, root, name, &v))
		return;
	while ((n = settings_next(imp, &it)))
		if (n->section)
			each(imp, &v, n);
}

static void put_presets(struct import *imp)
{
	struct draft *d = draft_new(imp, SEC_CONN, "%default",
				    (struct conf_pos){ 1, 1, 1 });
	const char *why;
	size_t i;

	draft_comment(d, "what swanctl.conf takes for granted");
	for (i = 0; i < sizeof(presets) / sizeof(presets[0]); i++)
		draft_put(d, presets[i].kw, presets[i].side, presets[i].text,
			  &why);
}

static void finish_setup(struct import *imp)
{
	const char *why;

	if (imp->ikev1)
		draft_put(imp->setup, KW_IKEV1_POLICY, SIDE_NONE, "accept",
			  &why);
	if (imp->revocation)
		draft_put(imp->setup, KW_CRL_STRICT, SIDE_NONE,
			  imp->revocation == 2 ? "yes" : "ifuri", &why);
}

/* A section at the top that is neither known nor referred to may be one that is misspelt. */
static void say_unused(struct import *imp, const struct view *root)
{
	struct visit it = { .v = root };
	const struct node *n;

	while ((n = settings_next(imp, &it)))
		if (!n->used && strcmp(n->name, "pools"))
			import_lost(
				imp, n->pos, settings_path(imp, n),
				"nothing refers to it",
				"connections, secrets, pools and authorities are known");
}

void swanctl_import(struct import *imp)
{
	struct view root;

	settings_root(imp, &root);
	put_presets(imp);
	each_section(imp, &root, "connections", import_conn);
	each_section(imp, &root, "authorities", import_authority);
	secrets_import(imp, &root);
	finish_setup(imp);
	say_unused(imp, &root);
}
