// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * secrets_read.c - one file of ipsec.secrets. An entry is what begins in column 1 and goes on in lines
 * that begin with a blank; whatever is wrong in it, the next word in column 1 begins another.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/datum.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "conf/secrets_priv.h"

#define WEAK_BITS 80 /* SEC-30 */
#define HOST_ADDRS 8 /* of one host name */

static const struct kind kinds[] = {
	{ "PSK", SECRETS_PSK, VALUE_OCTETS, -1 },
	{ "RSA", SECRETS_KEY, VALUE_RSA, PUBKEY_RSA },
	{ "ECDSA", SECRETS_KEY, VALUE_FILE, PUBKEY_ECDSA },
	{ "PKCS8", SECRETS_KEY, VALUE_FILE, -1 },
	{ "P12", SECRETS_KEY, VALUE_PKCS12, -1 },
	{ "EAP", SECRETS_EAP, VALUE_OCTETS, -1 },
	{ "XAUTH", SECRETS_XAUTH, VALUE_OCTETS, -1 },
	{ "NTLM", SECRETS_NTLM, VALUE_OCTETS, -1 },
	{ "PPK", SECRETS_PPK, VALUE_OCTETS, -1 },
	{ "PIN", SECRETS_PIN, VALUE_CARD, -1 }, /* smart cards */
	{ "BLISS", SECRETS_KEY, VALUE_SKIP, -1 },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

const struct kind *kind_find(const char *name)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (!strcasecmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

static const char *nearest(const char *name)
{
	struct suggest near;
	size_t i;

	suggest_begin(&near, name);
	for (i = 0; i < KINDS; i++)
		suggest_offer(&near, kinds[i].name);
	return near.best;
}

/* Words of an entry --------------------------------------------------------------------------- */

struct token *reading_peek(const struct reading *r)
{
	return r->at < r->n ? &r->token[r->at] : NULL;
}

struct token *reading_next(struct reading *r)
{
	return r->at < r->n ? &r->token[r->at++] : NULL;
}

const struct token *reading_last(const struct reading *r)
{
	return &r->token[r->n - 1];
}

void reading_advance(struct reading *r)
{
	r->have = secrets_lex_next(&r->lex, &r->ahead);
	if (r->have < 0)
		reading_fail(r, &r->ahead, NULL, "%s", r->lex.error);
}

static void keep(struct reading *r)
{
	if (r->n == SECRETS_WORDS) {
		if (!r->bad)
			reading_fail(r, &r->ahead, NULL, "more than %d words in one entry", SECRETS_WORDS);
		r->bad = true;
		return;
	}
	r->token = mem_grow(r->token, r->n, &r->room, sizeof(*r->token));
	r->token[r->n++] = r->ahead;
}

/* All words up to the next in column 1. What cannot be cut into words is missing: r->bad. */
static bool collect(struct reading *r)
{
	size_t i;

	r->n = 0;
	r->at = 0;
	r->indices = 0;
	r->bad = false;
	if (!r->have)
		return false;
	do {
		if (r->have > 0)
			keep(r);
		else
			r->bad = true;
		reading_advance(r);
	} while (r->have && r->ahead.column > 1);
	/* what ends a word has been looked at */
	for (i = 0; i < r->n; i++)
		r->token[i].text[r->token[i].len] = '\0';
	return true;
}

static bool is(const struct token *t, const char *text)
{
	return t && !t->quoted && t->len == strlen(text) &&
	       !memcmp(t->text, text, t->len);
}

/* Indices ------------------------------------------------------------------------------------- */

static bool add_id(struct reading *r, struct entry *e, const struct token *t,
		   const char *canonical)
{
	id_number id = ids_add(&r->s->ids, canonical);
	unsigned int at = 0;

	while (at < e->nids && e->id[at] < id)
		at++;
	if (at < e->nids && e->id[at] == id)
		return true;
	if (e->nids == SECRETS_IDS)
		return reading_fail(
			r, t, "a secret is for two parties; make more entries",
			"more than %d indices", SECRETS_IDS);
	memmove(e->id + at + 1, e->id + at, (e->nids - at) * sizeof(*e->id));
	e->id[at] = id;
	e->nids++;
	return true;
}

/* SEC-07: the addresses of a host name are indices, too. But the names of users are no hosts. */
static bool add_hosts(struct reading *r, struct entry *e)
{
	const struct secrets_env *env = &r->s->env;
	char addr[HOST_ADDRS][ADDR_TEXT];
	bool good = true;
	size_t i, k, n;

	if (!env->resolve || (e->kind != SECRETS_PSK && e->kind != SECRETS_KEY))
		return true;
	for (i = 0; good && i < r->at; i++) {
		const struct token *t = &r->token[i];

		n = t->host ?
			    env->resolve(env->arg, t->text, addr, HOST_ADDRS) :
			    0;
		if (t->host && !n)
			reading_warn(r, t,
				     "write its address, or '@' before it",
				     "host name '%.255s' has no address",
				     t->text);
		for (k = 0; good && k < n; k++)
			good = add_id(r, e, t, addr[k]);
	}
	return good;
}

static bool read_index(struct reading *r, struct entry *e, struct token *t)
{
	char canonical[SECRETS_ID];
	enum id_form form;
	const char *why;

	if (!t->quoted && t->len > 1 && t->text[0] == ':' &&
	    id_canonical(t->text, canonical, &form, &why) == 0 &&
	    form == ID_HOST)
		return reading_fail(r, t, "put a blank behind the ':'",
				    "no blank behind ':'");
	r->indices++;
	if (id_canonical(t->text, canonical, &form, &why))
		return reading_fail(
			r, t,
			"an index is an address, @name, user@name, %any or %any6",
			"this is no index: %s", why);
	t->host = form == ID_HOST && !t->quoted;
	return add_id(r, e, t, canonical);
}

/* Whether a word ends with the colon of the entry; takes it off. "::" and "fe80::" are addresses. */
static bool take_colon(struct token *t)
{
	uint8_t b[16];

	if (t->quoted || !t->len || t->text[t->len - 1] != ':' ||
	    addr_parse(t->text, b) > 0)
		return false;
	t->text[--t->len] = '\0';
	return true;
}

static bool no_colon(struct reading *r, size_t from)
{
	size_t i;

	for (i = from; i < r->n; i++)
		if (!r->token[i].quoted && kind_find(r->token[i].text))
			return reading_fail(
				r, &r->token[i],
				"indices, ':' and the kind are separated by blanks",
				"expected ':' before '%s'", r->token[i].text);
	return reading_fail(r, reading_last(r),
			    "an entry is: index ... : PSK \"secret\"",
			    "expected ':' and a secret in this entry");
}

/* SEC-08: the old form has no colon, and a quoted secret at its end. */
static bool old_form(const struct reading *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		const struct token *t = &r->token[i];
		bool colon = !t->quoted && t->len &&
			     t->text[t->len - 1] == ':' && t->text[0] != ':';

		if (colon || is(t, ":") || (!t->quoted && kind_find(t->text)))
			return false;
	}
	return r->n && reading_last(r)->quoted;
}

/* Indices and the colon; the cursor is behind it. */
static bool read_indices(struct reading *r, struct entry *e)
{
	bool old = old_form(r);
	size_t start = r->at;
	struct token *t;

	while ((t = reading_peek(r))) {
		bool colon;

		if (old && t == reading_last(r))
			return true;
		if (!t->quoted && kind_find(t->text))
			return no_colon(r, start);
		r->at++;
		colon = take_colon(t);
		if ((t->len || t->quoted) && !read_index(r, e, t))
			return false;
		if (colon)
			return true;
	}
	return no_colon(r, start);
}

/* Entries ------------------------------------------------------------------------------------- */

/* The kind at the cursor; without one PSK (SEC-08). NULL: reported. */
static const struct kind *read_kind(struct reading *r)
{
	const struct token *t = reading_peek(r);
	const struct kind *kind;
	const char *near;

	if (!t) {
		reading_fail(r, reading_last(r), "as in: : PSK \"secret\"",
			     "expected a secret behind ':'");
		return NULL;
	}
	if (t->quoted || datum_prefix(t->text))
		return kind_find("PSK");
	kind = kind_find(t->text);
	if (kind) {
		r->at++;
		return kind;
	}
	/* the word itself may be the secret: it is not repeated */
	near = t->len < 8 ? nearest(t->text) : NULL;
	if (near)
		reading_fail(r, t, NULL,
			     "this is no kind of secret; did you mean %s?",
			     near);
	else
		reading_fail(
			r, t, "a secret that is text stands in double quotes",
			"expected PSK, RSA, ECDSA, PKCS8, P12, EAP or XAUTH, or a secret as \"text\", 0x or 0s");
	return NULL;
}

/* SEC-30 to SEC-32 */
static bool judge_psk(struct reading *r, const struct token *at,
		      const struct entry *e)
{
	unsigned int bits;

	if (!e->n)
		return reading_fail(r, at, "make one: ipsec ranbits 256",
				    "the secret is empty");
	if (weak_sample(e->octets, e->n))
		return reading_fail(
			r, at, "make one: ipsec ranbits 256",
			"this secret is the sample of a manual, which everybody knows");
	bits = weak_bits(e->octets, e->n);
	if (bits < WEAK_BITS)
		reading_warn(
			r, at, "make one: ipsec ranbits 256",
			"a weak secret: about %u bits to guess, %d are the least",
			bits, WEAK_BITS);
	if (r->indices > 2)
		reading_warn(
			r, at, "a secret for each pair of them",
			"one secret for %u identities: each of them can pass for another",
			r->indices);
	return true;
}

static void store(struct reading *r, const struct token *at, struct entry *e)
{
	const struct entry *rival;
	int err;

	rival = index_add(r->s, e, &err);
	if (err) {
		reading_fail(r, at, NULL, "too many entries");
		entry_fini(e);
		return;
	}
	if (rival && e->kind == SECRETS_PSK)
		reading_fail(
			r, at, "remove one of the two",
			"another secret for the same identities stands in %.255s line %u",
			rival->file, rival->line);
	else if (rival)
		reading_warn(
			r, at,
			"or name the public key in the conn, which tells them apart",
			"another private key for the same identity stands in %.255s line %u; neither is used by that identity",
			rival->file, rival->line);
}

static void read_entry(struct reading *r)
{
	const struct token *first = reading_peek(r);
	struct entry e = { .file = r->file,
			   .line = first->line,
			   .column = first->column };
	const struct kind *kind = NULL;

	e.id = mem_new(SECRETS_IDS * sizeof(*e.id));
	if (read_indices(r, &e))
		kind = read_kind(r);
	if (kind)
		e.kind = kind->kind;
	if (!kind || !add_hosts(r, &e) || !value_read(r, kind, &e) ||
	    kind->form == VALUE_SKIP ||
	    (e.kind == SECRETS_PSK && !judge_psk(r, first, &e))) {
		entry_fini(&e);
		return;
	}
	e.id = realloc(e.id, (e.nids ? e.nids : 1) * sizeof(*e.id));
	if (!e.id)
		mem_exhausted(e.nids);
	store(r, first, &e);
}

void secrets_check_warriors(struct secrets *s, const char *me,
			    unsigned int warriors)
{
	struct secrets_found found;
	struct token at = { .column = 1 };

	if (warriors < 2 ||
	    secrets_find_psk(s, me, NULL, &found) != SECRETS_FOUND)
		return;
	at.line = found.line;
	reading_warn(
		&(struct reading){ .s = s, .file = found.file }, &at,
		"a secret for the identity of each, which IKEv2 allows, or keys",
		"one secret for %u peers of unknown address: each of them can pass for %.64s",
		warriors, me);
}

/* SEC-11 */
static void read_include(struct reading *r)
{
	const struct token *name;

	r->at++;
	name = reading_next(r);
	if (!name || reading_peek(r))
		reading_fail(r, name ? reading_peek(r) : reading_last(r),
			     "include FILE",
			     "expected one name of a file after include");
	else if (r->depth >= SECRETS_DEPTH)
		reading_fail(r, name, "name the file in one of the files above",
			     "more than %d files within each other",
			     SECRETS_DEPTH);
	else
		file_load(r->s, name->text, r, name);
}

void reading_run(struct reading *r, char *text, size_t len)
{
	secrets_lex_init(&r->lex, text, len);
	reading_advance(r);
	while (collect(r)) {
		const struct token *first = r->token;

		if (r->bad)
			continue; /* reported, and not complete */
		if (first->column > 1)
			reading_fail(r, first, "begin it in column 1",
				     "an entry that begins with a blank");
		else if (is(first, "}"))
			reading_fail(r, first, "put a blank before it",
				     "'}' in column 1 belongs to no entry");
		else if (is(first, "include"))
			read_include(r);
		else
			read_entry(r);
	}
	free(r->token);
}
