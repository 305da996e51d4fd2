// SPDX-License-Identifier: GPL-2.0-or-later
/* show.c - a configuration printed as ipsec.conf again, or as JSON. */
#include "conf/show.h"

#include <jansson.h>
#include <string.h>

#include "conf/conf_priv.h"
#include "conf/local.h"

/* One value of a section, as it counts there. */
struct shown {
	enum conf_kw kw;
	enum conf_side side;
	const struct conf_value *v;
};

/*
 * Whether a value belongs to the effective ones. A built-in one of a newer keyword would make the
 * file newer.
 */
static bool counts(const struct conf *c, const struct shown *one)
{
	const struct conf_row *row = options_row(one->kw);

	if (one->v->section != UINT32_MAX)
		return one->v->text[0] != '\0';
	return one->v->set && row->status == STATUS_DONE &&
	       row->since <= c->gen;
}

/*
 * Call f for each value: those of the section, or all that count in it, in the order of
 * options.def.
 */
static void each_value(const struct conf_conn *s, bool effective,
		       void (*f)(const struct shown *, void *), void *arg)
{
	uint32_t i;
	enum conf_kw kw;
	enum conf_side side;
	enum conf_section sec = s->type;

	for (i = 0; !effective && i < s->nvalues; i++) {
		const struct conf_value *v = &s->values[i];
		struct shown one = { (enum conf_kw)v->kw,
				     (enum conf_side)v->side, v };

		f(&one, arg);
	}
	for (kw = KW_NONE + 1; effective && kw < KW_COUNT; kw++) {
		bool sides = options_row(kw)->section == SEC_SIDE;

		if (options_row(kw)->section != sec &&
		    !(sides && sec == SEC_CONN))
			continue;
		for (side = sides ? SIDE_LEFT : SIDE_NONE;
		     side <= (sides ? SIDE_RIGHT : SIDE_NONE); side++) {
			struct shown one = { kw, side, conf_get(s, kw, side) };

			if (counts(s->c, &one))
				f(&one, arg);
		}
	}
}

/* The value as it may be seen; an alias may have been written in words of its own. */
static const char *text_of(const struct shown *one, bool secrets)
{
	if (one->v->type == CONF_KEY && one->v->set && !secrets)
		return "(hidden)";
	return one->v->type == CONF_ENUM && one->v->set ?
		       options_word_text((enum conf_word)one->v->word) :
		       one->v->text;
}

/* Text ----------------------------------------------------------------------------------------- */

struct printing {
	const struct conf_conn *s;
	const struct conf_show *how;
	FILE *out;
};

static void print_text(const char *text, FILE *out)
{
	if (!strpbrk(text, " \t#\"\\")) {
		fputs(text, out);
		return;
	}
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', out);
		putc(*text, out);
	}
	putc('"', out);
}

static void print_from(const struct conf_conn *s, const struct conf_value *v,
		       FILE *out)
{
	switch (conf_from(s, v)) {
	case FROM_ALSO:
		fprintf(out, "\t# conn %s", s->c->sections[v->section]->name);
		break;
	case FROM_DEFAULT:
		fputs("\t# %default", out);
		break;
	case FROM_BUILTIN:
		fputs(" (built in)", out);
		break;
	case FROM_CONN:
	case FROM_NONE:
		break;
	}
}

static void print_value(const struct shown *one, void *arg)
{
	const struct printing *p = arg;
	char name[64];

	if (one->v->bad)
		return;
	/* a comment, because what was said might forbid to say it */
	fprintf(p->out, "\t%s%s=", one->v->section == UINT32_MAX ? "# " : "",
		options_name(one->kw, one->side, name));
	print_text(text_of(one, p->how->secrets), p->out);
	if (p->how->effective)
		print_from(p->s, one->v, p->out);
	putc('\n', p->out);
}

/* Which end is this host, of a connection that is to be seen as it counts. */
static bool know_here(const struct conf_conn *s, const struct conf_show *how, enum conf_here *here,
		      char why[CONF_WHY])
{
	const struct conf_local *l = how->local;

	why[0] = '\0';
	if (!l || !how->effective || s->type != SEC_CONN || s->broken || s->preset || s->part)
		return false;
	*here = l->here(l->arg, s, why);
	return true;
}

static void print_here(const struct conf_conn *s, const struct conf_show *how, FILE *out)
{
	static const char *const ends[] = { [HERE_LEFT] = "left", [HERE_RIGHT] = "right", [HERE_NEITHER] = "neither end",
					    [HERE_BOTH] = "both ends", [HERE_LATER] = "not known yet" };
	enum conf_here here;
	char why[CONF_WHY];

	if (know_here(s, how, &here, why))
		fprintf(out, "\t# this host: %s: %s\n", ends[here], why);
}

static void print_section(const struct conf_conn *s,
			  const struct conf_show *how, FILE *out)
{
	static const char *const types[] = { "config", "conn", "conn", "ca" };
	struct printing p = { s, how, out };
	uint32_t i;

	if (s->broken && !s->preset && s->type != SEC_SETUP)
		fputs("\n# has errors and is not loaded\n", out);
	else
		putc('\n', out);
	fprintf(out, "%s %s\n", types[s->type], s->name);
	for (i = 0; !how->effective && i < s->nalsos; i++) {
		fprintf(out, "\t%s=", s->alsos[i].flip ? "alsoflip" : "also");
		print_text(s->alsos[i].name, out);
		putc('\n', out);
	}
	print_here(s, how, out);
	each_value(s, how->effective, print_value, &p);
}

void conf_show_text(const struct conf *c, const struct conf_show *how,
		    FILE *out)
{
	size_t i;

	/* the built-in defaults are part of the meaning */
	fprintf(out, "version %d\n", (int)c->gen + 1);
	if (how->only) {
		print_section(how->only, how, out);
		return;
	}
	if (how->effective)
		print_section(&c->setup, how, out);
	for (i = 0; i < c->nsections; i++) {
		const struct conf_conn *s = c->sections[i];

		if (s->twice ||
		    (how->effective && (s->preset || s->type == SEC_SETUP ||
					(s->part && !s->broken))))
			continue;
		print_section(s, how, out);
	}
}

/* JSON ----------------------------------------------------------------------------------------- */

struct json_values {
	const struct conf_conn *s;
	const struct conf_show *how;
	json_t *list;
};

static void add_value(const struct shown *one, void *arg)
{
	static const char *const from[] = { "conn", "also", "default",
					    "builtin", "none" };
	struct json_values *j = arg;
	char name[64];
	json_t *v = json_object();

	json_object_set_new(
		v, "name", json_string(options_name(one->kw, one->side, name)));
	json_object_set_new(v, "value",
			    json_string(text_of(one, j->how->secrets)));
	json_object_set_new(v, "from",
			    json_string(from[conf_from(j->s, one->v)]));
	if (one->v->pos.line) {
		json_object_set_new(
			v, "file",
			json_string(conf_file(j->s->c, one->v->pos.file)));
		json_object_set_new(v, "line", json_integer(one->v->pos.line));
	}
	json_array_append_new(j->list, v);
}

static json_t *section_json(const struct conf_conn *s,
			    const struct conf_show *how)
{
	static const char *const types[] = { "config", "conn", "conn", "ca" };
	static const char *const ends[] = { [HERE_LEFT] = "left", [HERE_RIGHT] = "right", [HERE_NEITHER] = "neither",
					    [HERE_BOTH] = "both", [HERE_LATER] = "unknown" };
	struct json_values values = { s, how, json_array() };
	json_t *j = json_object(), *also = json_array();
	enum conf_here here;
	char why[CONF_WHY];
	uint32_t i;

	json_object_set_new(j, "type", json_string(types[s->type]));
	json_object_set_new(j, "name", json_string(s->name));
	json_object_set_new(j, "broken", json_boolean(s->broken));
	for (i = 0; i < s->nalsos; i++)
		json_array_append_new(also, json_string(s->alsos[i].name));
	json_object_set_new(j, "also", also);
	if (know_here(s, how, &here, why)) {
		json_object_set_new(j, "here", json_string(ends[here]));
		json_object_set_new(j, "here_why", json_string(why));
	}
	each_value(s, how->effective, add_value, &values);
	json_object_set_new(j, "values", values.list);
	return j;
}

void conf_show_json(const struct conf *c, const struct conf_show *how,
		    FILE *out)
{
	static const char *const generations[] = { "1.9x", "2", "today" };
	json_t *j = json_object(), *list = json_array();
	size_t i;

	if (how->only)
		json_array_append_new(list, section_json(how->only, how));
	else if (how->effective)
		json_array_append_new(list, section_json(&c->setup, how));
	for (i = 0; !how->only && i < c->nsections; i++) {
		const struct conf_conn *s = c->sections[i];

		if (!s->twice &&
		    !(how->effective && (s->preset || s->type == SEC_SETUP)))
			json_array_append_new(list, section_json(s, how));
	}
	json_object_set_new(j, "generation", json_string(generations[c->gen]));
	json_object_set_new(j, "sections", list);
	json_dumpf(j, out, JSON_INDENT(1));
	putc('\n', out);
	json_decref(j);
}
