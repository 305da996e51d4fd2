// SPDX-License-Identifier: GPL-2.0-or-later
/* import_settings.c - the syntax of strongswan.conf and swanctl.conf: text into a tree, and looking into it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "conf/import_priv.h"

#define DEPTH_MAX 32 /* sections in sections, of one file */
#define PATH_MAX_LEN 64 /* names that a message shows */
#define NAME_END "#{}=,:\" \t\r\n"

/* One file. */
struct scan {
	struct import *imp;
	struct conf *c;
	const char *p, *end;
	struct conf_pos pos; /* of p */
	struct node *top,
		*at; /* the section that the file is read into, the current one */
	size_t depth;
	bool failed; /* one error a file: what comes behind it may mean anything */
};

/* The tree ------------------------------------------------------------------------------------- */

static size_t hash(const struct node *parent, const char *name, bool section)
{
	uint64_t h = hash_add((uintptr_t)parent >> 4, name, strlen(name));

	return (size_t)(h ^ h >> 29) + section;
}

static struct node *find(const struct import *imp, const struct node *parent,
			 const char *name, bool section)
{
	struct node *n;

	if (!imp->room)
		return NULL;
	for (n = imp->index[hash(parent, name, section) & (imp->room - 1)]; n;
	     n = n->chain)
		if (n->parent == parent && n->section == section &&
		    !strcmp(n->name, name))
			return n;
	return NULL;
}

static void enter(struct import *imp, struct node *n)
{
	struct node **slot = &imp->index[hash(n->parent, n->name, n->section) &
					 (imp->room - 1)];

	n->chain = *slot;
	*slot = n;
}

static void grow(struct import *imp)
{
	struct node **old = imp->index;
	size_t room = imp->room, i;

	imp->room = room ? room * 2 : 256;
	imp->index = calloc(imp->room, sizeof(struct node *));
	if (!imp->index)
		abort();
	for (i = 0; i < room; i++) {
		struct node *n = old[i], *next;

		for (; n; n = next) {
			next = n->chain;
			enter(imp, n);
		}
	}
	free(old);
}

/* The child of this name, which may be there already: sections are extended, values replaced. */
static struct node *child(struct import *imp, struct node *parent,
			  const char *name, bool section)
{
	struct node *n = find(imp, parent, name, section);

	if (n)
		return n;
	if (imp->nnodes == imp->room)
		grow(imp);
	imp->nnodes++;
	n = arena_alloc(&imp->c->arena, sizeof(*n));
	n->name = name;
	n->section = section;
	n->parent = parent;
	if (parent->last)
		parent->last->next = n;
	else
		parent->first = n;
	parent->last = n;
	enter(imp, n);
	return n;
}

bool settings_claim(struct import *imp, const char *name)
{
	char *folded = arena_text(&imp->c->arena, name, strlen(name)), *s;
	struct node *n;

	for (s = folded; *s; s++)
		*s = (char)tolower((unsigned char)*s);
	if (!imp->names)
		imp->names = arena_alloc(&imp->c->arena, sizeof(*imp->names));
	n = child(imp, imp->names, folded, false);
	if (n->used)
		return false;
	n->used = true;
	return true;
}

/* Characters ----------------------------------------------------------------------------------- */

static void advance(struct scan *s)
{
	if (*s->p == '\n') {
		s->pos.line++;
		s->pos.col = 0;
	}
	s->pos.col++;
	s->p++;
}

static int peek(const struct scan *s)
{
	return s->p < s->end ? (unsigned char)*s->p : -1;
}

static bool is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Over blanks and a comment; also over the ends of lines. */
static void skip(struct scan *s, bool lines)
{
	int c;

	while ((c = peek(s)) >= 0) {
		if (c == '#')
			while (peek(s) >= 0 && peek(s) != '\n')
				advance(s);
		else if (is_blank(c) || (lines && c == '\n'))
			advance(s);
		else
			break;
	}
}

static void fail(struct scan *s, struct conf_pos pos, const char *text,
		 const char *hint)
{
	if (!s->failed)
		diag_add(&s->c->nobody, CONF_ERROR, pos, "%s", text)->hint =
			hint;
	s->failed = true;
	s->p = s->end;
}

/* A name; "::" in it is a colon. NULL: there is none. */
static const char *take_name(struct scan *s)
{
	const char *from = s->p;
	char *name, *to;

	while (s->p < s->end &&
	       (!strchr(NAME_END, *s->p) ||
		(*s->p == ':' && s->end - s->p > 1 && s->p[1] == ':'))) {
		if (*s->p == ':')
			advance(s);
		advance(s);
	}
	if (s->p == from)
		return NULL;
	name = arena_text(&s->c->arena, from, (size_t)(s->p - from));
	for (to = name, from = name; *from;
	     from += from[0] == ':' && from[1] == ':' ? 2 : 1)
		*to++ = *from;
	*to = '\0';
	return name;
}

/* Values --------------------------------------------------------------------------------------- */

/* A text that is counted first, and written the second time. */
struct sink {
	char *b; /* NULL: only count */
	size_t n;
};

static void put(struct sink *o, int c)
{
	if (o->b)
		o->b[o->n] = (char)c;
	o->n++;
}

static void escape(struct scan *s, struct sink *o)
{
	int c = peek(s);

	if (c == '\r' && s->end - s->p > 1 && s->p[1] == '\n') {
		advance(s);
		c = '\n';
	}
	if (c < 0)
		return;
	if (c != '\n')
		put(o, c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c);
	advance(s);
}

static void quoted(struct scan *s, struct sink *o)
{
	struct conf_pos from = s->pos;
	int c;

	advance(s);
	while ((c = peek(s)) != '"') {
		if (c < 0) {
			fail(s, from, "the quote is not closed",
			     "end the text with \"");
			return;
		}
		advance(s);
		if (c == '\\')
			escape(s, o);
		else if (c != '\r')
			put(o, c);
	}
	advance(s);
}

static void word(struct scan *s, struct sink *o, bool include)
{
	int c;

	while ((c = peek(s)) >= 0 && !strchr("#}\"\n", c) && !is_blank(c)) {
		if (include && c == '\\' && s->end - s->p > 1 &&
		    strchr("\"#} ", s->p[1]))
			advance(s);
		put(o, (unsigned char)*s->p);
		advance(s);
	}
}

/* Words and quoted texts up to the end of the line; one blank comes between them. A file is named by the first. */
static void value(struct scan *s, struct sink *o, bool include)
{
	bool more = false;
	int c;

	for (;;) {
		while (is_blank(peek(s)))
			advance(s);
		c = peek(s);
		if (c < 0 || strchr("\n#}", c) || (include && more))
			return;
		if (more)
			put(o, ' ');
		more = true;
		if (c == '"')
			quoted(s, o);
		else
			word(s, o, include);
	}
}

/* NULL: there is no value. */
static const char *take_value(struct scan *s, bool include)
{
	struct scan start;
	struct sink o = { NULL, 0 };

	skip(s, false);
	start = *s;
	value(s, &o, include);
	if (s->failed || !o.n)
		return NULL;
	o.b = arena_alloc(&s->c->arena, o.n + 1);
	o.n = 0;
	*s = start;
	value(s, &o, include);
	return o.b;
}

/* Statements ----------------------------------------------------------------------------------- */

static void take_refs(struct scan *s, struct node *n)
{
	struct ref_to **end = &n->refs;

	while (*end)
		end = &(*end)->next;
	do {
		struct ref_to *ref = arena_alloc(&s->c->arena, sizeof(*ref));

		advance(s);
		skip(s, false);
		ref->pos = s->pos;
		ref->name = take_name(s);
		if (!ref->name) {
			fail(s, s->pos,
			     "expected the name of a section to take settings from",
			     "NAME : OTHER, ANOTHER { ... }");
			return;
		}
		*end = ref;
		end = &ref->next;
		skip(s, false);
	} while (peek(s) == ',');
}

static void open_section(struct scan *s, const char *name, struct conf_pos pos)
{
	struct node *n = child(s->imp, s->at, name, true);

	if (!n->pos.line)
		n->pos = pos;
	if (peek(s) == ':')
		take_refs(s, n);
	skip(s, true);
	if (s->failed)
		return;
	if (peek(s) != '{') {
		fail(s, s->pos, "expected '=' or '{' behind a name",
		     "NAME = VALUE, or NAME { ... }");
	} else if (s->depth == DEPTH_MAX) {
		fail(s, s->pos, "sections are nested more deeply than may be",
		     NULL);
	} else {
		advance(s);
		s->depth++;
		s->at = n;
	}
}

static void set(struct scan *s, const char *name, struct conf_pos pos)
{
	struct node *n = child(s->imp, s->at, name, false);

	advance(s);
	skip(s, false);
	n->pos = pos;
	n->value_pos = s->pos;
	n->value = take_value(s, false);
}

static void include(struct scan *s)
{
	struct node *root = s->imp->root;
	struct conf_pos pos;
	const char *pattern;

	skip(s, false);
	pos = s->pos;
	pattern = take_value(s, true);
	if (s->failed)
		return;
	if (!pattern) {
		fail(s, pos, "expected the name of a file behind include",
		     NULL);
		return;
	}
	/* what it has belongs into the current section */
	s->imp->root = s->at;
	load_include(s->c, pattern, pos, false);
	s->imp->root = root;
}

static void statement(struct scan *s)
{
	struct conf_pos pos = s->pos;
	const char *name;

	if (peek(s) == '}') {
		if (!s->depth) {
			fail(s, pos, "a '}' without its '{'", NULL);
			return;
		}
		advance(s);
		s->depth--;
		s->at = s->at->parent;
		return;
	}
	name = take_name(s);
	if (!name) {
		fail(s, pos, "expected a name",
		     "NAME = VALUE, or NAME { ... }");
		return;
	}
	if (!strcmp(name, "include") && is_blank(peek(s))) {
		skip(s, false);
		if (peek(s) != '=' && peek(s) != '{') {
			include(s);
			return;
		}
	}
	skip(s, false);
	if (peek(s) == '=')
		set(s, name, pos);
	else
		open_section(s, name, pos);
}

void settings_parse(struct conf *c, uint32_t file, void *with)
{
	struct import *imp = with;
	struct source *f = &c->files[file - 1];
	struct scan s = { .imp = imp,
			  .c = c,
			  .p = f->text,
			  .end = f->text + f->n,
			  .pos = { file, 1, 1 } };
	const char *nul = memchr(f->text, '\0', f->n);

	imp->c = c;
	f->hidden = true; /* any line may be that of a secret */
	if (!imp->root) {
		imp->root = arena_alloc(&c->arena, sizeof(*imp->root));
		imp->root->section = true;
		imp->root->name = "";
	}
	s.top = s.at = imp->root;
	if (nul) {
		diag_add(&c->nobody, CONF_ERROR, s.pos,
			 "the file has octets of zero: it is no text");
		return;
	}
	for (skip(&s, true); peek(&s) >= 0; skip(&s, true))
		statement(&s);
	if (s.depth && !s.failed)
		diag_add(&c->nobody, CONF_ERROR, s.at->pos,
			 "the section is not closed")
			->hint = "end it with }";
}

/* Looking -------------------------------------------------------------------------------------- */

bool settings_spend(struct import *imp, size_t steps)
{
	if (imp->budget >= steps) {
		imp->budget -= steps;
		return true;
	}
	if (imp->budget)
		diag_add(
			&imp->c->nobody, CONF_ERROR,
			(struct conf_pos){ 1, 0, 0 },
			"sections take more settings from each other than may be");
	imp->budget = 0;
	return false;
}

static struct node *resolve(struct import *imp, const char *name)
{
	struct node *n = imp->root;
	char part[256];

	while (n && *name) {
		size_t len = strcspn(name, ".");

		if (len >= sizeof(part))
			return NULL;
		memcpy(part, name, len);
		part[len] = '\0';
		n = find(imp, n, part, true);
		name += len + (name[len] == '.');
	}
	return n == imp->root ? NULL : n;
}

static void say_ref(struct import *imp, struct ref_to *ref, const char *text,
		    const char *hint)
{
	char buf[64];

	if (!ref->said)
		diag_add(&imp->c->nobody, CONF_ERROR, ref->pos, "%s: '%s'",
			 text, diag_quote(ref->name, buf))
			->hint = hint;
	ref->said = true;
}

/* A section and, behind it, what it refers to. A second time it would add nothing. */
static void add_layer(struct import *imp, struct view *v, struct node *n)
{
	struct ref_to *ref;
	size_t i;

	if (!settings_spend(imp, v->n + 1))
		return;
	for (i = 0; i < v->n; i++)
		if (v->layers[i] == n)
			return;
	n->used = true;
	v->layers[v->n++] = n;
	n->on_path = true;
	for (ref = n->refs; ref; ref = ref->next) {
		struct node *to = resolve(imp, ref->name);

		if (!to)
			say_ref(imp, ref, "there is no such section",
				"the name begins at the top, as in connections.home");
		else if (to->on_path)
			say_ref(imp, ref, "the section comes back to itself",
				NULL);
		else if (v->n == LAYERS_MAX)
			say_ref(imp, ref,
				"more sections to take settings from than may be",
				NULL);
		else
			add_layer(imp, v, to);
	}
	n->on_path = false;
}

void settings_root(struct import *imp, struct view *v)
{
	v->n = 0;
	add_layer(imp, v, imp->root);
}

bool settings_sub(struct import *imp, const struct view *v, const char *name,
		  struct view *sub)
{
	size_t i;

	sub->n = 0;
	for (i = 0; i < v->n && sub->n < LAYERS_MAX; i++) {
		struct node *n = find(imp, v->layers[i], name, true);

		if (n)
			add_layer(imp, sub, n);
	}
	return sub->n > 0;
}

struct node *settings_key(struct import *imp, const struct view *v,
			  const char *name)
{
	size_t i;

	for (i = 0; i < v->n; i++) {
		struct node *n = find(imp, v->layers[i], name, false);

		if (n) {
			n->used = true;
			return n->value ? n : NULL;
		}
	}
	return NULL;
}

static bool is_hidden(struct import *imp, const struct visit *it)
{
	size_t i;

	for (i = 0; i < it->layer; i++)
		if (find(imp, it->v->layers[i], it->at->name, it->at->section))
			return true;
	return false;
}

struct node *settings_next(struct import *imp, struct visit *it)
{
	while (it->layer < it->v->n) {
		if (!settings_spend(imp, it->layer + 1))
			return NULL;
		it->at = it->at ? it->at->next :
				  it->v->layers[it->layer]->first;
		if (!it->at)
			it->layer++;
		else if (!is_hidden(imp, it))
			return it->at;
	}
	return NULL;
}

const char *settings_path(struct import *imp, const struct node *n)
{
	const char *names[PATH_MAX_LEN];
	char path[256], buf[64];
	size_t depth = 0, len = 0;

	for (; n->parent && depth < PATH_MAX_LEN; n = n->parent)
		names[depth++] = n->name;
	path[0] = '\0';
	while (depth && len < sizeof(path) - 1) {
		depth--;
		len += (size_t)snprintf(path + len, sizeof(path) - len, "%s%s",
					diag_quote(names[depth], buf),
					depth ? "." : "");
	}
	return arena_text(&imp->c->arena, path, strlen(path));
}
