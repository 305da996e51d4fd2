// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * check.c - what no single value can tell: files, names, ends that are local; connections by
 * check_*.c.
 */
#include "conf/check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/diag.h"
#include "conf/local.h"

const struct conf_value *check_said(const struct conf_conn *s, enum conf_kw kw,
				    enum conf_side side)
{
	const struct conf_value *v = merge_get(s, kw, side);

	return v && v->set ? v : NULL;
}

struct conf_pos check_pos(const struct conf_value *v)
{
	return (struct conf_pos){ v->pos.file, v->pos.line, v->name_col };
}

struct conf_diag *check_say(struct conf_conn *s, const struct conf_value *v,
			    enum conf_severity severity, const char *text)
{
	/* what is inherited is told with the conn that it does not fit */
	if (v && v->section < s->c->nsections && v->section != s->index)
		return diag_add(s, severity, check_pos(v), "conn '%s': %s",
				s->name, text);
	return diag_add(s, severity, v && v->pos.line ? check_pos(v) : s->pos,
			"%s", text);
}

const struct conf_range *check_address(const struct conf_value *host)
{
	if (!host || !host->set || !host->u.ranges || host->u.ranges->n != 1 ||
	    host->u.ranges->v[0].name || host->u.ranges->v[0].word ||
	    host->u.ranges->v[0].plen != host->u.ranges->v[0].len * 8)
		return NULL;
	return &host->u.ranges->v[0];
}

struct ends check_ends(const struct conf_conn *s)
{
	struct ends e = { .host = { NULL } };
	enum conf_side side;

	for (side = SIDE_LEFT; side <= SIDE_RIGHT; side++) {
		e.host[side] = check_said(s, KW_HOST, side);
		e.subnet[side] = check_said(s, KW_SUBNET, side);
	}
	return e;
}

static bool in_list(const struct conf *c, enum conf_kw kw, const char *name)
{
	const struct conf_value *v = conf_setup_get(c, kw);
	size_t i;

	for (i = 0; v->set && !v->bad && v->u.words && i < v->u.words->n; i++)
		if (!strcmp(v->u.words->v[i], name))
			return true;
	return false;
}

bool check_wanted(const struct conf_conn *s)
{
	const struct conf_value *v = conf_get(s, KW_AUTO, SIDE_NONE);

	return v->word != W_AUTO_IGNORE ||
	       in_list(s->c, KW_PLUTOLOAD, s->name) ||
	       in_list(s->c, KW_PLUTOSTART, s->name) ||
	       in_list(s->c, KW_MANUALSTART, s->name);
}

bool check_manual(const struct conf_conn *s)
{
	return check_said(s, KW_SPI, SIDE_NONE) ||
	       check_said(s, KW_SPIBASE, SIDE_NONE);
}

/* Files ---------------------------------------------------------------------------------------- */

static const char *insecure(const struct source *f)
{
	if (!f->mode)
		return NULL;
	if (f->mode & 077)
		return "keys in a file that others may read";
	return f->uid != 0 && f->uid != geteuid() ?
		       "keys in a file that belongs to another user" :
		       NULL;
}

static void check_file_of_keys(struct conf *c, struct conf_conn *s, bool *said)
{
	uint32_t i;

	for (i = 0; i < s->nrefs; i++) {
		const struct conf_value *v = s->refs[i].v;
		const char *why = v->type == CONF_KEY && v->set ?
					  insecure(&c->files[v->pos.file - 1]) :
					  NULL;

		if (!why)
			continue;
		s->broken = true;
		if (!said[v->pos.file - 1])
			diag_add(s, CONF_ERROR, check_pos(v), "%s", why)->hint =
				"chown root, chmod 600; or put the keys into an included file of their own";
		said[v->pos.file - 1] = true;
	}
}

static void check_files(struct conf *c)
{
	bool *said;
	size_t i;
	bool any = false;

	for (i = 0; i < c->nfiles; i++)
		any = any || (c->files[i].has_keys && insecure(&c->files[i]));
	if (!any)
		return;
	said = calloc(c->nfiles, sizeof(*said));
	if (!said)
		abort();
	for (i = 0; i < c->nconns; i++)
		check_file_of_keys(c, c->conns[i], said);
	check_file_of_keys(c, &c->defaults, said);
	free(said);
}

/* Names ---------------------------------------------------------------------------------------- */

static int compare_folded(const void *a, const void *b)
{
	const struct conf_conn *x = *(struct conf_conn *const *)a,
			       *y = *(struct conf_conn *const *)b;
	int by_name = strcasecmp(x->name, y->name);

	return by_name		   ? by_name :
	       x->index < y->index ? -1 :
				     x->index > y->index;
}

static void check_names(struct conf *c)
{
	struct conf_conn **v;
	size_t i;

	if (!c->nconns)
		return;
	v = malloc(c->nconns * sizeof(struct conf_conn *));
	if (!v)
		abort();
	memcpy(v, c->conns, c->nconns * sizeof(struct conf_conn *));
	qsort(v, c->nconns, sizeof(struct conf_conn *), compare_folded);
	for (i = 1; i < c->nconns; i++)
		if (!strcasecmp(v[i - 1]->name, v[i]->name))
			diag_add(&c->nobody, CONF_WARNING, v[i]->pos,
				 "'%s' and '%s' differ only in case",
				 v[i]->name, v[i - 1]->name)
				->other = v[i - 1]->pos;
	free(v);
}

static void check_list(struct conf *c, enum conf_kw kw)
{
	const struct conf_value *v = conf_setup_get(c, kw);
	size_t i;

	if (!v->set || v->bad || !v->pos.line)
		return;
	for (i = 0; i < v->u.words->n; i++) {
		const char *name = v->u.words->v[i];

		if (name[0] != '%' && !conf_conn_find(c, name))
			diag_add(&c->nobody, CONF_ERROR, v->pos,
				 "there is no conn '%s'", name);
	}
}

/* This host ------------------------------------------------------------------------------------ */

static bool within(const struct conf_range *in, const struct conf_range *out)
{
	return in->len && in->len == out->len &&
	       memcmp(in->first, out->first, in->len) >= 0 &&
	       memcmp(in->last, out->last, in->len) <= 0;
}

/* A peer's network that is one of ours: its packets would never get here. */
static void check_remote_net(struct conf_conn *s, const struct conf_value *subnet,
			     const struct conf_local *l)
{
	size_t i, k;

	for (i = 0; subnet && i < subnet->u.ranges->n; i++)
		for (k = 0; k < l->nnets; k++)
			if (within(&subnet->u.ranges->v[i], &l->nets[k]))
				check_say(
					s, subnet, CONF_WARNING,
					"the peer's network is part of a network of this host");
}

/* VAL-14, VAL-15, ACC-05, ACC-06 */
static void check_host(struct conf_conn *s, const struct conf_local *l)
{
	struct ends e = check_ends(s);
	char why[CONF_WHY] = "";

	if (!e.host[SIDE_LEFT] || !e.host[SIDE_RIGHT])
		return;
	switch (l->here(l->arg, s, why)) {
	case HERE_LEFT:
		check_remote_net(s, e.subnet[SIDE_RIGHT], l);
		break;
	case HERE_RIGHT:
		check_remote_net(s, e.subnet[SIDE_LEFT], l);
		break;
	case HERE_BOTH:
		check_say(s, e.host[SIDE_RIGHT], CONF_ERROR, "both ends are addresses of this host")->other =
			check_pos(e.host[SIDE_LEFT]);
		break;
	case HERE_NEITHER:
		diag_add(s, CONF_WARNING, s->pos, "neither end is this host: %s", why)->hint =
			"left or right must be an address of this host, or %defaultroute";
		break;
	case HERE_LATER:
		diag_add(s, CONF_NOTE, s->pos, "it is not known yet which end is this host: %s", why);
		break;
	}
}

void conf_check_local(struct conf *c, const struct conf_local *local)
{
	size_t i;

	for (i = 0; i < c->nconns && !diag_full(c); i++)
		if (!conf_conn_broken(c->conns[i]))
			check_host(c->conns[i], local);
	conf_diag_sort(c);
}

void check_all(struct conf *c)
{
	size_t i;

	check_files(c);
	check_names(c);
	check_list(c, KW_PLUTOLOAD);
	check_list(c, KW_PLUTOSTART);
	check_list(c, KW_MANUALSTART);
	for (i = 0; i < c->nconns; i++)
		check_conn(c->conns[i]);
	check_spis(c);
	check_weak(c);
	check_overlaps(c);
}
