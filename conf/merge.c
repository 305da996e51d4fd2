// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * merge.c - also=, alsoflip= and %default. A section's own parameters win over those that it pulls
 * in, near ones over far ones; two equally near ones that differ are an error, as are two of one
 * section.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/suggest.h"
#include "conf/conf_priv.h"

#define PULLED_MAX 256 /* sections that one conn may pull in */
#define SUGGEST_MAX \
	2000 /* names are suggested among at most so many sections */
#define KEYS REF_KEY(KW_COUNT, 0)

struct pulled {
	struct conf_conn *s;
	uint32_t depth;
	bool flip;
};

/* Work space of merging one conn after the other. */
struct merge {
	struct conf *c;
	struct pulled queue[PULLED_MAX];
	size_t n;
	const struct conf_value *value[KEYS]; /* by key */
	uint32_t depth[KEYS];
	uint32_t keys[KEYS]; /* those that have a value */
	size_t nkeys;
	uint32_t round;
};

static struct conf_pos name_pos(const struct conf_value *v)
{
	return (struct conf_pos){ v->pos.file, v->pos.line, v->name_col };
}

/* Names ---------------------------------------------------------------------------------------- */

static int compare_sections(const void *a, const void *b)
{
	const struct conf_conn *x = *(struct conf_conn *const *)a,
			       *y = *(struct conf_conn *const *)b;
	int by_name;

	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	by_name = strcmp(x->name, y->name);
	if (by_name)
		return by_name;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void sort_sections(struct conf *c)
{
	struct conf_conn *first;
	size_t i;

	c->sorted = calloc(c->nsections + 1, sizeof(struct conf_conn *));
	c->conns = calloc(c->nsections + 1, sizeof(struct conf_conn *));
	c->cas = calloc(c->nsections + 1, sizeof(struct conf_conn *));
	if (!c->sorted || !c->conns || !c->cas)
		abort();
	if (!c->nsections)
		return;
	memcpy(c->sorted, c->sections,
	       c->nsections * sizeof(struct conf_conn *));
	qsort(c->sorted, c->nsections, sizeof(struct conf_conn *),
	      compare_sections);
	first = c->sorted[0];
	for (i = 1; i < c->nsections; i++) {
		struct conf_conn *s = c->sorted[i];

		if (first->type != s->type || strcmp(first->name, s->name) ||
		    s->preset) {
			first = s;
			continue;
		}
		s->twice = true;
		/* which of them is meant? neither is loaded */
		diag_add(first, CONF_ERROR, s->pos, "duplicate section '%s'",
			 s->name)
			->other = first->pos;
	}
}

struct conf_conn *merge_find(const struct conf *c, enum conf_section type,
			     const char *name)
{
	size_t lo = 0, hi = c->nsections;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		const struct conf_conn *s = c->sorted[mid];

		if (s->type < type ||
		    (s->type == type && strcmp(s->name, name) < 0))
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == c->nsections || c->sorted[lo]->type != type ||
	    strcmp(c->sorted[lo]->name, name))
		return NULL;
	return c->sorted[lo];
}

static void say_missing(struct conf *c, struct conf_conn *s,
			const struct also *a)
{
	struct conf_diag *d;
	struct suggest near;
	char buf[64];
	size_t i;

	d = diag_add(s, CONF_ERROR, a->pos, "did not find conn section '%s'",
		     diag_quote(a->name, buf));
	if (diag_full(c) || c->nsections > SUGGEST_MAX)
		return;
	suggest_begin(&near, a->name);
	for (i = 0; i < c->nsections; i++)
		if (c->sections[i]->type == SEC_CONN && !c->sections[i]->preset)
			suggest_offer(&near, c->sections[i]->name);
	if (near.best)
		d->hint =
			arena_print(&c->arena, "did you mean '%s'?", near.best);
}

static void resolve(struct conf *c, struct conf_conn *s)
{
	uint32_t i;

	for (i = 0; i < s->nalsos; i++) {
		struct also *a = &s->alsos[i];

		a->target = merge_find(c, SEC_CONN, a->name);
		if (a->target && a->target->preset)
			a->target = NULL;
		if (a->target)
			a->target->pulled = true;
		if (!a->target)
			say_missing(c, s, a);
		else if (c->o.strict && a->target->index < s->index)
			diag_add(s, CONF_ERROR, a->pos,
				 "section '%s' must come later than this one",
				 a->name)
				->other = a->target->pos;
	}
}

/* Cycles --------------------------------------------------------------------------------------- */

enum colour { WHITE, GREY, BLACK };

struct step {
	struct conf_conn *s;
	uint32_t at; /* the next also */
};

/* "a -> b -> a"; all of them are broken. */
static void say_cycle(const struct step *path, size_t from, size_t n,
		      const struct also *a)
{
	char chain[256];
	size_t len = 0, i;

	for (i = from; i < n; i++) {
		path[i].s->broken = true;
		if (len < sizeof(chain) - 40)
			len += (size_t)snprintf(chain + len,
						sizeof(chain) - len,
						"%.32s -> ", path[i].s->name);
		else if (chain[len - 2] == '>')
			len += (size_t)snprintf(chain + len,
						sizeof(chain) - len, "... ");
	}
	snprintf(chain + len, sizeof(chain) - len, "%.32s", a->target->name);
	diag_add(path[n - 1].s, CONF_ERROR, a->pos,
		 "also= comes back to its section: %s", chain);
}

static void walk(struct conf_conn *start, struct step *path)
{
	size_t n = 0, i;

	path[n++] = (struct step){ start, 0 };
	start->colour = GREY;
	while (n) {
		struct step *top = &path[n - 1];
		const struct also *a;

		if (top->at == top->s->nalsos) {
			top->s->colour = BLACK;
			n--;
			continue;
		}
		a = &top->s->alsos[top->at++];
		if (!a->target || a->target->colour == BLACK)
			continue;
		if (a->target->colour == WHITE) {
			a->target->colour = GREY;
			path[n++] = (struct step){ a->target, 0 };
			continue;
		}
		for (i = n - 1; path[i].s != a->target; i--)
			;
		say_cycle(path, i, n, a);
	}
}

static void find_cycles(struct conf *c)
{
	struct step *path = calloc(c->nsections + 1, sizeof(*path));
	size_t i;

	if (!path)
		abort();
	for (i = 0; i < c->nsections; i++)
		if (c->sections[i]->nalsos && c->sections[i]->colour == WHITE)
			walk(c->sections[i], path);
	free(path);
}

/* One section ---------------------------------------------------------------------------------- */

static void say_conflict(struct conf_conn *s, const struct conf_value *first,
			 const struct conf_value *second)
{
	char buf[64];

	diag_add(s, CONF_ERROR, name_pos(second),
		 "duplicated parameter '%s' in '%s' after also=",
		 options_name((enum conf_kw)second->kw,
			      (enum conf_side)second->side, buf),
		 s->name)
		->other = name_pos(first);
}

/* One more value for a key; near ones come before far ones. */
static void offer(struct merge *m, struct conf_conn *s,
		  const struct pulled *from, const struct conf_value *v)
{
	enum conf_side side = from->flip && v->side ?
				      SIDE_LEFT + SIDE_RIGHT - v->side :
				      v->side;
	uint32_t key = REF_KEY(v->kw, side);
	const struct conf_value *old = m->value[key];

	if (!old) {
		m->value[key] = v;
		m->depth[key] = from->depth;
		m->keys[m->nkeys++] = key;
	} else if (old != v &&
		   (m->c->o.strict || (m->depth[key] == from->depth &&
				       strcmp(old->text, v->text)))) {
		say_conflict(s, old, v);
	}
}

static int compare_keys(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/*
 * What was offered, sorted, as the section's references. The hash: one change among many conns is to be found without
 * looking at all values.
 */
static void keep(struct merge *m, struct conf_conn *s)
{
	struct ref *refs = arena_alloc(&m->c->arena, m->nkeys * sizeof(*refs));
	size_t i;

	qsort(m->keys, m->nkeys, sizeof(m->keys[0]), compare_keys);
	s->hash = HASH_START;
	for (i = 0; i < m->nkeys; i++) {
		uint32_t key = m->keys[i];

		refs[i] = (struct ref){ key, m->value[key] };
		s->hash = hash_add(s->hash, &key, sizeof(key));
		/* one text may be two words: encapsulation=no, forceencaps=no */
		s->hash = hash_add(s->hash, &refs[i].v->word,
				   sizeof(refs[i].v->word));
		s->hash = hash_add(s->hash, refs[i].v->text,
				   strlen(refs[i].v->text) + 1);
		if (refs[i].v->bad)
			s->broken = true;
		m->value[key] = NULL;
	}
	s->refs = refs;
	s->nrefs = (uint32_t)m->nkeys;
	m->nkeys = 0;
}

static bool pull(struct merge *m, struct conf_conn *s, const struct also *a,
		 const struct pulled *from)
{
	bool flip = from->flip != a->flip;

	if (!a->target)
		return true;
	if (a->target->seen[flip] == m->round) {
		if (m->c->o.strict)
			diag_add(s, CONF_ERROR, a->pos,
				 "section '%s' requested more than once",
				 a->name);
		return true;
	}
	if (m->n == PULLED_MAX || from->depth == 20) {
		diag_add(s, CONF_ERROR, a->pos,
			 "'%s' pulls in more sections than may be", s->name);
		return false;
	}
	a->target->seen[flip] = m->round;
	m->queue[m->n++] = (struct pulled){ a->target, from->depth + 1, flip };
	return true;
}

/* Breadth first, so that near values are offered first. */
static void merge_one(struct merge *m, struct conf_conn *s)
{
	size_t i;
	uint32_t k;

	m->round++;
	s->seen[0] = m->round;
	m->queue[0] = (struct pulled){ s, 0, false };
	m->n = 1;
	for (i = 0; i < m->n; i++) {
		struct pulled p = m->queue[i];
		size_t cost = p.s->nvalues + p.s->nalsos + 1;

		if (m->c->left.merged < cost) {
			diag_add(s, CONF_ERROR, s->pos,
				 "also= makes more of this file than may be");
			break;
		}
		m->c->left.merged -= cost;
		if (p.s->broken)
			s->broken = true;
		for (k = 0; k < p.s->nvalues; k++)
			offer(m, s, &p, &p.s->values[k]);
		for (k = 0; k < p.s->nalsos; k++)
			if (!pull(m, s, &p.s->alsos[k], &p))
				break;
	}
	keep(m, s);
}

/* Sections that say something together: config setup, conn %default, ca %default. */
static void merge_together(struct merge *m, struct conf_conn *into,
			   enum conf_section type, bool preset)
{
	bool broken;
	size_t i;
	uint32_t k;

	into->c = m->c;
	into->type = type;
	into->name = preset ? "%default" : "setup";
	for (i = 0; i < m->c->nsections; i++) {
		const struct conf_conn *s = m->c->sections[i];
		struct pulled p = { .depth = 0 };

		if (s->type != type || s->preset != preset || s->twice)
			continue;
		if (s->broken)
			into->broken = true;
		for (k = 0; k < s->nvalues; k++)
			offer(m, into, &p, &s->values[k]);
	}
	broken = into->broken;
	keep(m, into);
	into->broken = broken; /* a bad value breaks only those that use it */
}

static const struct ref *find_ref(const struct conf_conn *s, uint32_t key)
{
	size_t lo = 0, hi = s->nrefs;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (s->refs[mid].key < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->nrefs && s->refs[lo].key == key ? &s->refs[lo] : NULL;
}

/* A bad default breaks those that have no value of their own in its place. */
static void break_by_default(struct conf_conn *s,
			     const struct conf_conn *defaults)
{
	uint32_t i;

	for (i = 0; i < defaults->nrefs; i++)
		if (defaults->refs[i].v->bad &&
		    !find_ref(s, defaults->refs[i].key))
			s->broken = true;
}

static bool any_bad(const struct conf_conn *defaults)
{
	uint32_t i;

	for (i = 0; i < defaults->nrefs; i++)
		if (defaults->refs[i].v->bad)
			return true;
	return false;
}

/* Sections to be used, in order, merged. */
static void merge_conns(struct merge *m)
{
	struct conf *c = m->c;
	bool bad = any_bad(&c->defaults);
	size_t i;

	for (i = 0; i < c->nsections; i++) {
		struct conf_conn *s = c->sections[i];

		if (s->type == SEC_SETUP || s->preset || s->twice)
			continue;
		merge_one(m, s);
		if (s->type == SEC_CA) {
			c->cas[c->ncas++] = s;
			continue;
		}
		c->conns[c->nconns++] = s;
		if (c->defaults.broken)
			s->broken = true;
		if (bad)
			break_by_default(s, &c->defaults);
	}
}

void merge_all(struct conf *c)
{
	struct merge *m = calloc(1, sizeof(*m));
	size_t i;

	if (!m)
		abort();
	m->c = c;
	sort_sections(c);
	for (i = 0; i < c->nsections; i++)
		resolve(c, c->sections[i]);
	find_cycles(c);
	merge_together(m, &c->setup, SEC_SETUP, false);
	merge_together(m, &c->defaults, SEC_CONN, true);
	merge_together(m, &c->ca_defaults, SEC_CA, true);
	merge_conns(m);
	free(m);
}

/* Asking --------------------------------------------------------------------------------------- */

size_t conf_conns(const struct conf *c)
{
	return c->nconns;
}

const struct conf_conn *conf_conn_at(const struct conf *c, size_t i)
{
	return i < c->nconns ? c->conns[i] : NULL;
}

size_t conf_cas(const struct conf *c)
{
	return c->ncas;
}

const struct conf_conn *conf_ca_at(const struct conf *c, size_t i)
{
	return i < c->ncas ? c->cas[i] : NULL;
}

const struct conf_conn *conf_conn_find(const struct conf *c, const char *name)
{
	const struct conf_conn *s = merge_find(c, SEC_CONN, name);

	return s && !s->preset ? s : NULL;
}

const char *conf_conn_name(const struct conf_conn *conn)
{
	return conn->name;
}

struct conf_pos conf_conn_pos(const struct conf_conn *conn)
{
	return conn->pos;
}

bool conf_conn_broken(const struct conf_conn *conn)
{
	return conn->broken || conn->part;
}

const struct conf_value *merge_get(const struct conf_conn *conn,
				   enum conf_kw kw, enum conf_side side)
{
	const struct conf *c = conn->c;
	uint32_t key = REF_KEY(kw, side);
	const struct ref *r = find_ref(conn, key);

	if (!r && conn->type != SEC_SETUP)
		r = find_ref(conn->type == SEC_CA ? &c->ca_defaults :
						    &c->defaults,
			     key);
	/* an empty value hides the default section, but is none itself */
	return r && r->v->text[0] ? r->v : NULL;
}

const struct conf_value *conf_get(const struct conf_conn *conn, enum conf_kw kw,
				  enum conf_side side)
{
	const struct conf_value *v = merge_get(conn, kw, side);

	return v ? v : &conn->c->builtin[kw];
}

const struct conf_value *conf_setup_get(const struct conf *c, enum conf_kw kw)
{
	return conf_get(&c->setup, kw, SIDE_NONE);
}

enum conf_from conf_from(const struct conf_conn *conn,
			 const struct conf_value *v)
{
	const struct conf *c = conn->c;

	if (v->section == UINT32_MAX)
		return v->set ? FROM_BUILTIN : FROM_NONE;
	if (c->sections[v->section]->preset)
		return FROM_DEFAULT;
	return v->section == conn->index || conn->type == SEC_SETUP ?
		       FROM_CONN :
		       FROM_ALSO;
}

bool conf_has(const struct conf_value *v, enum conf_word flag)
{
	return v->set && v->type == CONF_FLAGS &&
	       v->u.n >> options_word_bit(flag) & 1;
}
