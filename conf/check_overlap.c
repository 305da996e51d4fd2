// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * check_overlap.c - connections that want the same packets. A policy with a more specific source,
 * then destination, is looked at first: nested networks are fine. Not fine are equal ones, and
 * ones that cross, where one connection is more specific on one side and the other on the other:
 * out and in would choose differently.
 *
 * All pairs of networks are sorted by their first side, then their second. One sweep keeps the
 * groups of equal first networks that enclose the current one on a stack; in each a binary search
 * finds a second network within ours.
 */
#include "conf/check.h"

#include <stdlib.h>
#include <string.h>

#define PAIRS_OF_CONN 1024 /* more networks of one conn are not compared */
#define DEPTH 129 /* prefixes that enclose each other */

struct pair {
	struct conf_conn *s;
	const struct conf_range *a, *b;
	const struct conf_value *mark; /* NULL: none */
	uint64_t kind; /* protocol and ports, priority: only equal ones compete */
};

struct pairs {
	struct pair *v;
	size_t n, room;
};

static int compare_range(const struct conf_range *x, const struct conf_range *y)
{
	int first;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	first = memcmp(x->first, y->first, x->len);
	/* what is larger comes before what it encloses */
	return first ? first : memcmp(y->last, x->last, x->len);
}

static int compare_kind(const struct pair *x, const struct pair *y)
{
	uint64_t mx = x->mark ? (uint64_t)x->mark->u.mark.value << 32 |
					x->mark->u.mark.mask :
				0;
	uint64_t my = y->mark ? (uint64_t)y->mark->u.mark.value << 32 |
					y->mark->u.mark.mask :
				0;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return mx < my ? -1 : mx > my;
}

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int d = compare_kind(x, y);

	if (!d)
		d = compare_range(x->a, y->a);
	if (!d)
		d = compare_range(x->b, y->b);
	if (d)
		return d;
	return x->s->index < y->s->index ? -1 : x->s->index > y->s->index;
}

static bool encloses(const struct conf_range *out, const struct conf_range *in)
{
	return out->len == in->len &&
	       memcmp(out->first, in->first, in->len) <= 0 &&
	       memcmp(out->last, in->last, in->len) >= 0;
}

/* Collecting ----------------------------------------------------------------------------------- */

/* What a side's packets are from: its networks, or its gateway. */
static const struct conf_ranges *nets(const struct ends *e, enum conf_side side)
{
	const struct conf_value *v = e->subnet[side];

	if (!v)
		v = check_address(e->host[side]) ? e->host[side] : NULL;
	return v ? v->u.ranges : NULL;
}

/* The side that comes first, so that two connections of the same gateways are seen alike. */
static enum conf_side first_side(const struct ends *e)
{
	const struct conf_range *l = check_address(e->host[SIDE_LEFT]),
				*r = check_address(e->host[SIDE_RIGHT]);

	if (e->host[SIDE_LEFT]->word == W_HOST_DEFAULTROUTE)
		return SIDE_LEFT;
	if (e->host[SIDE_RIGHT]->word == W_HOST_DEFAULTROUTE || !l)
		return SIDE_RIGHT;
	return r && compare_range(l, r) > 0 ? SIDE_RIGHT : SIDE_LEFT;
}

static uint64_t selector_of(const struct conf_conn *s, enum conf_side side)
{
	const struct conf_value *v = check_said(s, KW_PROTOPORT, side);
	const struct conf_range *r = v ? &v->u.ranges->v[0] : NULL;

	return r ? (uint64_t)r->proto << 32 | (uint64_t)r->port_min << 16 |
			       r->port_max :
		   0;
}

static void add_pairs(struct pairs *p, struct conf_conn *s)
{
	struct ends e = check_ends(s);
	enum conf_side first = first_side(&e);
	enum conf_side second = first == SIDE_LEFT ? SIDE_RIGHT : SIDE_LEFT;
	const struct conf_ranges *a = nets(&e, first), *b = nets(&e, second);
	const struct conf_value *prio = check_said(s, KW_PRIORITY, SIDE_NONE);
	struct pair one = { .s = s, .mark = check_said(s, KW_MARK, SIDE_NONE) };
	size_t i, k;

	if (!a || !b || a->n * b->n > PAIRS_OF_CONN)
		return;
	if (one.mark && one.mark->word)
		return; /* %unique */
	one.kind = selector_of(s, first) * 31 + selector_of(s, second) +
		   (prio ? prio->u.n << 8 : 0);
	for (i = 0; i < a->n; i++) {
		for (k = 0; k < b->n; k++) {
			one.a = &a->v[i];
			one.b = &b->v[k];
			/* names, and what is found out later; [tcp/80] competes with nothing */
			if (!one.a->len || !one.b->len || one.a->proto ||
			    one.b->proto)
				continue;
			p->v = arena_grow(p->v, &p->room, p->n, sizeof(*p->v));
			p->v[p->n++] = one;
		}
	}
}

/* Sweeping ------------------------------------------------------------------------------------- */

/* Pairs from..to have the same first network. */
struct group {
	size_t from, to;
};

static void say(struct conf *c, struct conf_conn *a, struct conf_conn *b,
		const char *how, const char *hint)
{
	struct conf_diag *d;

	if (a == b)
		return;
	d = diag_add(&c->nobody, CONF_WARNING, b->pos,
		     "the networks of '%s' %s those of '%s'", b->name, how,
		     a->name);
	d->other = a->pos;
	d->hint = hint;
}

/* A second network strictly within ours among those of an enclosing group. */
static const struct pair *find_within(const struct pair *v, struct group g,
				      const struct pair *ours)
{
	size_t lo = g.from, hi = g.to;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (compare_range(v[mid].b, ours->b) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < g.to && encloses(ours->b, v[lo].b) ? &v[lo] : NULL;
}

static void sweep(struct conf *c, const struct pair *v, size_t n)
{
	struct group stack[DEPTH];
	size_t depth = 0, i, k;

	for (i = 0; i < n && !diag_full(c); i++) {
		bool same = i && !compare_kind(&v[i - 1], &v[i]) &&
			    !compare_range(v[i - 1].a, v[i].a);

		if (same && !compare_range(v[i - 1].b, v[i].b))
			say(c, v[i - 1].s, v[i].s, "are",
			    "only one of them can have the packets; overlapip=yes if that is meant");
		if (same) {
			stack[depth - 1].to = i + 1;
		} else {
			while (depth &&
			       (compare_kind(&v[stack[depth - 1].from],
					     &v[i]) ||
				!encloses(v[stack[depth - 1].from].a, v[i].a)))
				depth--;
			if (depth == DEPTH)
				depth--;
			stack[depth++] = (struct group){ i, i + 1 };
		}
		for (k = 0; k + 1 < depth; k++) {
			const struct pair *x = find_within(v, stack[k], &v[i]);

			if (x)
				say(c, x->s, v[i].s, "cross",
				    "each is the more specific on one side; give one a priority=");
		}
	}
}

void check_overlaps(struct conf *c)
{
	struct pairs p = { .n = 0 };
	size_t i;

	for (i = 0; i < c->nconns; i++) {
		struct conf_conn *s = c->conns[i];

		if (conf_conn_broken(s) || !check_wanted(s) ||
		    conf_get(s, KW_OVERLAPIP, SIDE_NONE)->u.n)
			continue;
		add_pairs(&p, s);
	}
	if (p.n) {
		qsort(p.v, p.n, sizeof(*p.v), compare_pairs);
		sweep(c, p.v, p.n);
	}
	free(p.v);
}
