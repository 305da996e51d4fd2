// SPDX-License-Identifier: GPL-2.0-or-later
/* import_wg.c - a wg-quick file: one conn for each peer. Its keys cannot be used: IKE has others. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "conf/import_priv.h"
#include "conf/value.h"

#define LINE_MAX_LEN 4096
#define PEERS_MAX 50000
#define ADDRESSES_MAX 64 /* of [Interface] */

enum section { NOWHERE, INTERFACE, PEER };

/* One file. */
struct wg {
	struct import *imp;
	struct draft *d; /* of the current peer, NULL: none */
	enum section section;
	struct conf_pos pos, value_pos; /* of the line's key and value */
	struct list address, net; /* of [Interface] */
	const char *mtu;
	size_t peers;
	struct list allowed;
	bool endpoint;
	const char *key;
};

struct wg_row {
	enum section section;
	const char *name;
	void (*take)(struct wg *w, const struct wg_row *row, const char *value);
	const char *becomes, *instead;
};

static void lost(struct wg *w, const char *what, const char *why,
		 const char *instead)
{
	if (w->d)
		draft_lost(w->d, w->pos, what, why, instead);
	else
		import_lost(w->imp, w->pos, what, why, instead);
}

/* The values of some keys are keys, others are commands: none is repeated. */
static void take_lost(struct wg *w, const struct wg_row *row, const char *value)
{
	(void)value;
	lost(w, row->name, "ipsec.conf has nothing for it", row->instead);
}

static void put(struct wg *w, enum conf_kw kw, enum conf_side side,
		const char *text)
{
	const char *why;

	if (draft_put(w->d, kw, side, text, &why))
		return;
	w->d->held = true;
	lost(w, w->key, why, NULL);
}

static void take_address(struct wg *w, const struct wg_row *row,
			 const char *value)
{
	const char *piece;
	size_t n = 0;

	(void)row;
	while ((piece = take_piece(w->imp, &value)) && n++ < ADDRESSES_MAX) {
		size_t len = strcspn(piece, "/");

		take_append(w->imp, &w->address,
			    arena_text(&w->imp->c->arena, piece, len));
		take_append(w->imp, &w->net,
			    arena_print(&w->imp->c->arena, "%.*s/%s", (int)len,
					piece,
					strchr(piece, ':') ? "128" : "32"));
	}
}

static void take_mtu(struct wg *w, const struct wg_row *row, const char *value)
{
	(void)row;
	w->mtu = value;
}

static void take_allowed(struct wg *w, const struct wg_row *row,
			 const char *value)
{
	const char *piece;

	(void)row;
	while ((piece = take_piece(w->imp, &value)) &&
	       w->allowed.n < LINE_MAX_LEN)
		take_append(w->imp, &w->allowed, piece);
}

/* HOST:PORT, [IPv6]:PORT */
static void take_endpoint(struct wg *w, const struct wg_row *row,
			  const char *value)
{
	const char *end = value[0] == '[' ? strchr(value, ']') :
					    strrchr(value, ':');

	(void)row;
	value += value[0] == '[';
	if (end)
		value = arena_text(&w->imp->c->arena, value,
				   (size_t)(end - value));
	w->endpoint = true;
	put(w, KW_HOST, SIDE_RIGHT, value);
}

static void take_keepalive(struct wg *w, const struct wg_row *row,
			   const char *value)
{
	(void)row;
	if (!strcmp(value, "off") || !strcmp(value, "0"))
		return;
	put(w, KW_DPDDELAY, SIDE_NONE, value);
	put(w, KW_DPDACTION, SIDE_NONE, "restart");
}

/* clang-format off */
static const struct wg_row rows[] = {
#define WG(section, name, how, becomes, instead) { section, name, take_##how, becomes, instead },
#include "conf/import.def"
#undef WG
	{ 0 }
};
/* clang-format on */

/* Sections ------------------------------------------------------------------------------------- */

static void end_peer(struct wg *w)
{
	if (!w->d)
		return;
	w->key = "the peer";
	w->pos = w->d->pos;
	if (!draft_has(w->d, KW_HOST, SIDE_RIGHT))
		put(w, KW_HOST, SIDE_RIGHT, "%any");
	if (w->address.b) {
		put(w, KW_SOURCEIP, SIDE_LEFT, w->address.b);
		put(w, KW_SUBNET, SIDE_LEFT, w->net.b);
	}
	if (w->allowed.b)
		put(w, KW_SUBNET, SIDE_RIGHT, w->allowed.b);
	if (w->mtu)
		put(w, KW_MTU, SIDE_NONE, w->mtu);
	put(w, KW_KEYEXCHANGE, SIDE_NONE, "ikev2");
	draft_comment(
		w->d,
		"give both sides keys and, with leftid= and rightid=, names; then: auto=%s",
		w->endpoint ? "start" : "add");
	put(w, KW_AUTO, SIDE_NONE, "ignore");
	w->d = NULL;
}

static void begin_peer(struct wg *w)
{
	struct import *imp = w->imp;
	const char *slash = strrchr(imp->c->files[0].name, '/');
	const char *base = slash ? slash + 1 : imp->c->files[0].name;
	const char *name = arena_print(&imp->c->arena, "%.*s-peer%zu",
				       (int)strcspn(base, ". "), base,
				       ++w->peers);

	w->allowed = (struct list){ .b = NULL };
	w->endpoint = false;
	w->d = draft_new(imp, SEC_CONN, draft_name(imp, name, name), w->pos);
	w->key = "the peer";
	put(w, KW_HOST, SIDE_LEFT, "%defaultroute");
}

static void take_header(struct wg *w, const char *text)
{
	end_peer(w);
	w->section = NOWHERE;
	if (!strcasecmp(text, "[Interface]")) {
		w->section = INTERFACE;
	} else if (!strcasecmp(text, "[Peer]") && w->peers == PEERS_MAX) {
		diag_add(&w->imp->c->nobody, CONF_ERROR, w->pos, "more than %d peers", PEERS_MAX);
	} else if (!strcasecmp(text, "[Peer]")) {
		w->section = PEER;
		begin_peer(w);
	} else {
		diag_add(&w->imp->c->nobody, CONF_ERROR, w->pos,
			 "unknown section")
			->hint = "[Interface] or [Peer]";
	}
}

static void say_unknown(struct wg *w, const char *name)
{
	const struct wg_row *r;
	struct suggest s;
	char buf[64];

	suggest_begin(&s, name);
	for (r = rows; r->name; r++)
		suggest_offer(&s, r->name);
	lost(w, arena_print(&w->imp->c->arena, "%s", diag_quote(name, buf)),
	     "unknown keyword",
	     s.best ? arena_print(&w->imp->c->arena, "did you mean '%s'?",
				  s.best) :
		      NULL);
}

static void take_pair(struct wg *w, const char *name, const char *value)
{
	const struct wg_row *r;

	if (w->section == NOWHERE) {
		diag_add(&w->imp->c->nobody, CONF_ERROR, w->pos,
			 "the line is in no section")
			->hint = "[Interface] or [Peer]";
		return;
	}
	if (!settings_spend(w->imp, strlen(value) + 1))
		return;
	w->key = name;
	for (r = rows; r->name; r++) {
		if (r->section != w->section || strcasecmp(r->name, name))
			continue;
		if (value[0])
			r->take(w, r, value);
		return;
	}
	say_unknown(w, name);
}

/* Lines ---------------------------------------------------------------------------------------- */

/* Without blanks at its ends. */
static char *trim(char *s)
{
	size_t n;

	while (isspace((unsigned char)*s))
		s++;
	for (n = strlen(s); n && isspace((unsigned char)s[n - 1]); n--)
		s[n - 1] = '\0';
	return s;
}

static void take_line(struct wg *w, char *line)
{
	char *text, *eq;

	line[strcspn(line, "#")] = '\0';
	text = trim(line);
	if (!*text)
		return;
	w->pos.col = (uint32_t)(text - line) + 1;
	eq = strchr(text, '=');
	if (text[0] == '[') {
		take_header(w, text);
	} else if (!eq) {
		diag_add(&w->imp->c->nobody, CONF_ERROR, w->pos,
			 "expected KEY = VALUE")
			->hint = "[Interface] or [Peer] begin a section";
	} else {
		*eq = '\0';
		take_pair(w, trim(text), trim(eq + 1));
	}
}

void wg_parse(struct conf *c, uint32_t file, void *with)
{
	struct import *imp = with;
	struct source *f = &c->files[file - 1];
	struct wg w = { .imp = imp, .pos = { file, 0, 1 } };
	const char *p = f->text, *end = f->text + f->n;

	imp->c = c;
	f->hidden = true;
	if (memchr(f->text, '\0', f->n)) {
		diag_add(&c->nobody, CONF_ERROR,
			 (struct conf_pos){ file, 1, 1 },
			 "the file has octets of zero: it is no text");
		return;
	}
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = nl ? (size_t)(nl - p) : (size_t)(end - p);

		w.pos.line++;
		w.pos.col = 1;
		if (n > LINE_MAX_LEN)
			diag_add(&c->nobody, CONF_ERROR, w.pos,
				 "the line is too long");
		else
			take_line(&w, arena_text(&c->arena, p, n));
		p += n + (nl != NULL);
	}
	end_peer(&w);
}

void wg_print_table(FILE *out)
{
	static const char *const sections[] = { "", "[Interface]", "[Peer]" };
	const struct wg_row *r;
	enum section section = NOWHERE;

	for (r = rows; r->name; r++) {
		if (r->section != section)
			fprintf(out, "\n%s\n\n", sections[r->section]);
		section = r->section;
		fprintf(out, "``%s``\n   %s%s\n", r->name,
			r->becomes ? r->becomes : "not carried: ",
			r->becomes ? "" : r->instead);
	}
}
