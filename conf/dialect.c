// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dialect.c - generations of files. The generation is the newest of: the version line, each
 * keyword, each value. So a file of 1.9x means what it meant, and one with any word of today gets
 * today's defaults.
 */
#include <string.h>

#include "conf/conf_priv.h"
#include "conf/value.h"

void dialect_use(struct conf *c, enum conf_gen since)
{
	if (since > c->gen)
		c->gen = since;
}

static void build(struct conf *c, enum conf_kw kw)
{
	const struct conf_row *row = options_row(kw);
	struct conf_value *v = &c->builtin[kw];
	const char *text = row->preset[c->gen];
	struct value val = { .arena = &c->arena,
			     .row = row,
			     .v = v,
			     .type = row->type,
			     .words = row->words };

	v->kw = (uint16_t)kw;
	v->type = (uint8_t)row->type;
	v->section = UINT32_MAX;
	v->text = text ? text : "";
	v->set = text && value_parse(&val);
	/* a row that does not parse is caught by its unit test */
	v->bad = text && !v->set;
}

void dialect_builtin(struct conf *c)
{
	enum conf_kw kw;

	/* nothing at all is not a file of 1.9x */
	if (!c->nsections && !c->said_version)
		c->gen = CONF_NOW;
	for (kw = KW_NONE + 1; kw < KW_COUNT; kw++)
		build(c, kw);
}

enum conf_gen conf_generation(const struct conf *c)
{
	return c->gen;
}
