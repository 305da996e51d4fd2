// SPDX-License-Identifier: GPL-2.0-or-later
/* render.c - objects as JSON, and listings as JSON arrays or tables. */
#include "render.h"

#include <errno.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "opts.h"

/* JSON ---------------------------------------------------------------------------------------- */

static json_t *json_key(const struct nfi_key *key)
{
	char hex[2 * NFI_KEY_MAX + 3] = "0x";
	json_t *json;
	unsigned int i;

	for (i = 0; i < key->len && i < NFI_KEY_MAX; i++)
		snprintf(hex + 2 + 2 * (size_t)i, 3, "%02x", key->b[i]);
	json = json_string(hex);
	explicit_bzero(hex, sizeof(hex));
	return json;
}

static json_t *json_flags(enum nlp_set set, const struct nlp_row *row, const void *obj)
{
	uint64_t flags = nlp_row_get(row, obj);
	json_t *list = json_array();
	const struct opt *o;

	for (o = opts; o->word; o++)
		if (o->set == set && o->kind == OPT_FLAG && flags & o->arg)
			json_array_append_new(list, json_string(o->word));
	return list;
}

/* jansson's integers have a sign; what is larger is a number all the same, if not exact */
static json_t *json_number(uint64_t v)
{
	return v > INT64_MAX ? json_real((double)v) : json_integer((json_int_t)v);
}

/* Values that are words for people are words in JSON, too; numbers stay numbers. */
static json_t *json_value(const struct opt *o, const struct nlp_row *row, const void *obj)
{
	uint64_t v = nlp_row_get(row, obj);
	char buf[OPT_TEXT];

	if (row->type == NLP_STR)
		return json_string((const char *)obj + row->offset);
	if (!o)
		return json_number(v);
	switch (o->kind) {
	case OPT_HEX:
		if (!o->arg)
			return json_number(v);
		__attribute__((fallthrough)); /* an SPI */
	case OPT_ADDR:
	case OPT_PREFIX:
	case OPT_ENUM:
	case OPT_VALUE:
	case OPT_PROTO:
	case OPT_ENC:
	case OPT_AUTH:
	case OPT_REASON:
		return json_string(opts_text(o, obj, buf));
	case OPT_ENCAP:
		return json_string(v == NFI_ENCAP_UDP ? "udp" : "none");
	case OPT_BOOL:
		return json_boolean(v);
	case OPT_FLAG:
		return json_flags(o->set, row, obj);
	default:
		return json_number(v);
	}
}

static bool part_of_prefix(enum nlp_set set, uint16_t attr)
{
	return set == NLP_SP && (attr == NFI_SP_SRC_LEN || attr == NFI_SP_DST_LEN);
}

void render_fields(json_t *json, enum nlp_set set, const void *obj, bool secrets)
{
	size_t n, i;
	const struct nlp_row *rows = nlp_rows(set, &n);

	for (i = 0; i < n; i++) {
		char label[32];
		json_t *value;

		if (!nlp_has(obj, rows[i].attr) || part_of_prefix(set, rows[i].attr))
			continue;
		if (rows[i].type == NLP_KEY && !secrets)
			continue;
		if (rows[i].type == NLP_KEY)
			value = json_key((const void *)((const char *)obj + rows[i].offset));
		else
			value = json_value(opts_find(set, rows[i].attr), &rows[i], obj);
		/* a text that is not UTF-8 has no JSON form */
		json_object_set_new(json, nlp_row_label(&rows[i], label),
				    value ? value : json_null());
	}
}

static json_t *json_drops(const struct nfi_sa_msg *sa)
{
	json_t *drops = json_object();
	const struct opt *o = opts_find(NLP_EV, NFI_EV_REASON);
	struct nfi_ev_msg ev = { 0 };
	char buf[OPT_TEXT];

	for (ev.reason = 0; ev.reason < __NFI_DROP_MAX; ev.reason++)
		if (sa->drops[ev.reason])
			json_object_set_new(drops, opts_text(o, &ev, buf),
					    json_integer((json_int_t)sa->drops[ev.reason]));
	return drops;
}

json_t *render_object(enum nlp_set set, const void *obj, bool secrets)
{
	json_t *json = json_object();
	const struct nfi_sp_msg *sp = obj;
	json_t *list;
	unsigned int i;

	render_fields(json, set, obj, secrets);
	if (set == NLP_SA)
		json_object_set_new(json, "drops", json_drops(obj));
	if (set != NLP_SP)
		return json;
	list = json_array();
	for (i = 0; i < sp->ntmpl; i++) {
		json_t *one = json_object();

		render_fields(one, NLP_TMPL, &sp->tmpl[i], false);
		json_array_append_new(list, one);
	}
	json_object_set_new(json, "templates", list);
	return json;
}

/* Listings ------------------------------------------------------------------------------------ */

static int open_mem(struct listing *l)
{
	l->mem = open_memstream(&l->buf, &l->len);
	return l->mem ? 0 : -ENOMEM;
}

int listing_begin(struct listing *l, const struct column *columns, bool json)
{
	const struct column *c;

	memset(l, 0, sizeof(*l));
	l->columns = columns;
	l->json = json;
	if (json || !columns)
		return open_mem(l);
	l->table = scols_new_table();
	if (!l->table)
		return -ENOMEM;
	for (c = columns; c->title; c++)
		if (!scols_table_new_column(l->table, c->title, 0,
					    c->right ? SCOLS_FL_RIGHT : 0))
			return -ENOMEM;
	return 0;
}

static void drop_mem(struct listing *l)
{
	if (l->mem)
		fclose(l->mem);
	/* keys may have been asked for */
	if (l->buf)
		explicit_bzero(l->buf, l->len);
	free(l->buf);
	l->mem = NULL;
	l->buf = NULL;
}

void listing_restart(struct listing *l)
{
	l->count = 0;
	if (l->table)
		scols_table_remove_lines(l->table);
	if (!l->mem)
		return;
	drop_mem(l);
	open_mem(l);
}

void listing_json(struct listing *l, json_t *json)
{
	if (l->mem) {
		fputs(l->count++ ? ",\n" : "", l->mem);
		json_dumpf(json, l->mem, 0);
	}
	json_decref(json);
}

void listing_line(struct listing *l, const char *const *cells)
{
	struct libscols_line *line = scols_table_new_line(l->table, NULL);
	size_t i;

	for (i = 0; line && l->columns[i].title; i++)
		scols_line_set_data(line, i, cells[i] ? cells[i] : "");
	l->count++;
}

void listing_end(struct listing *l, bool failed)
{
	if (l->mem)
		fflush(l->mem);
	if (!failed && l->json && l->buf)
		printf("[%s%s%s]\n", l->count ? "\n" : "", l->buf, l->count ? "\n" : "");
	else if (!failed && l->mem && l->buf)
		fputs(l->buf, stdout);
	else if (!failed && l->table && l->count)
		scols_print_table(l->table);
	scols_unref_table(l->table);
	drop_mem(l);
}
