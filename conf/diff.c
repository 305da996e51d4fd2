// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * diff.c - two configurations compared by name; a hash of each conn spares nearly all comparisons.
 */
#include "conf/diff.h"

#include <string.h>

#include "conf/conf_priv.h"

static bool same_value(const struct conf_value *a, const struct conf_value *b)
{
	if (a->set != b->set)
		return false;
	if (!a->set || (a->word == b->word && !strcmp(a->text, b->text)))
		return true;
	/* another way to write the same */
	switch ((enum conf_type)a->type) {
	case CONF_ENUM:
		return a->word == b->word;
	case CONF_BOOL:
	case CONF_INT:
	case CONF_BYTES:
	case CONF_TIME:
	case CONF_MSEC:
	case CONF_PERCENT:
	case CONF_DSCP:
	case CONF_SPI:
	case CONF_FLAGS:
		return a->u.n == b->u.n;
	case CONF_MARK:
		return a->word == b->word &&
		       a->u.mark.value == b->u.mark.value &&
		       a->u.mark.mask == b->u.mark.mask;
	case CONF_KEY:
		return a->u.key->len == b->u.key->len &&
		       !memcmp(a->u.key->b, b->u.key->b, a->u.key->len);
	case CONF_SAME:
	case CONF_STRING:
	case CONF_PATH:
	case CONF_COMMAND:
	case CONF_NAMES:
	case CONF_WORDS:
	case CONF_IFACES:
	case CONF_AUTH:
	case CONF_HOST:
	case CONF_SUBNETS:
	case CONF_SOURCEIP:
	case CONF_POOL:
	case CONF_ADDRS:
	case CONF_PROTOPORT:
	case CONF_ID:
	case CONF_PUBKEY:
	case CONF_IKE:
	case CONF_ESP:
	case CONF_AH:
		break;
	}
	return false;
}

static enum conf_delta_kind kind_of(enum conf_change change)
{
	switch (change) {
	case CHANGE_NONE:
		return DELTA_NONE;
	case CHANGE_CHILD:
		return DELTA_CHILD;
	case CHANGE_REKEY:
		return DELTA_REKEY;
	case CHANGE_REAUTH:
		break;
	}
	return DELTA_REAUTH;
}

static void compare_one(struct conf_delta *d, enum conf_kw kw,
			enum conf_side side, bool setup)
{
	const struct conf_value *a = setup ? conf_setup_get(d->before->c, kw) :
					     conf_get(d->before, kw, side);
	const struct conf_value *b = setup ? conf_setup_get(d->after->c, kw) :
					     conf_get(d->after, kw, side);
	enum conf_delta_kind kind = kind_of(options_row(kw)->change);

	if (same_value(a, b))
		return;
	if (d->n < DELTA_OPTIONS) {
		d->v[d->n].kw = kw;
		d->v[d->n].side = side;
	}
	d->n++;
	if (kind > d->kind)
		d->kind = kind;
}

/* All keywords of a conn, and what config setup says about all of them. */
static void compare_all(struct conf_delta *d)
{
	enum conf_kw kw;

	d->kind = DELTA_NONE;
	for (kw = KW_NONE + 1; kw < KW_COUNT; kw++) {
		const struct conf_row *row = options_row(kw);

		if (row->section == SEC_SIDE) {
			compare_one(d, kw, SIDE_LEFT, false);
			compare_one(d, kw, SIDE_RIGHT, false);
		} else if (row->section == SEC_CONN ||
			   (row->section == SEC_SETUP &&
			    row->change != CHANGE_NONE)) {
			compare_one(d, kw, SIDE_NONE,
				    row->section == SEC_SETUP);
		}
	}
}

static const struct conf_conn *next_conn(const struct conf *c, size_t *i,
					 bool broken_too)
{
	for (; *i < c->nsections; ++*i) {
		const struct conf_conn *s = c->sorted[*i];

		if (s->type == SEC_CONN && !s->preset && !s->twice &&
		    !s->part && (broken_too || !s->broken))
			return s;
	}
	return NULL;
}

/* Whether what is not in the conns themselves is the same: then equal hashes are enough. */
static bool same_ground(const struct conf *a, const struct conf *b)
{
	enum conf_kw kw;

	if (a->gen != b->gen || a->defaults.hash != b->defaults.hash)
		return false;
	for (kw = KW_NONE + 1; kw < KW_COUNT; kw++)
		if (options_row(kw)->section == SEC_SETUP &&
		    options_row(kw)->change != CHANGE_NONE &&
		    !same_value(conf_setup_get(a, kw), conf_setup_get(b, kw)))
			return false;
	return true;
}

/* The delta of two conns of one name, either of which may be NULL. false: there is none. */
static bool judge(struct conf_delta *d, bool same)
{
	if (d->after && d->after->broken)
		d->kind = DELTA_BROKEN;
	else if (!d->before)
		d->kind = DELTA_ADDED;
	else if (!d->after)
		d->kind = DELTA_REMOVED;
	else if (same && d->before->hash == d->after->hash)
		return false;
	else
		compare_all(d);
	return d->kind < DELTA_NONE || d->n;
}

size_t conf_diff(const struct conf *before, const struct conf *after,
		 void (*f)(const struct conf_delta *, void *), void *arg)
{
	bool same = same_ground(before, after);
	size_t i = 0, k = 0, n = 0;

	for (;;) {
		const struct conf_conn *a = next_conn(before, &i, false),
				       *b = next_conn(after, &k, true);
		int order = !a ? 1 : !b ? -1 : strcmp(a->name, b->name);
		struct conf_delta d = { .kind = DELTA_NONE };

		if (!a && !b)
			return n;
		d.before = order <= 0 ? a : NULL;
		d.after = order >= 0 ? b : NULL;
		d.name = d.before ? d.before->name : d.after->name;
		i += order <= 0;
		k += order >= 0;
		if (!judge(&d, same))
			continue;
		f(&d, arg);
		n++;
	}
}
