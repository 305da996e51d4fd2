// SPDX-License-Identifier: GPL-2.0-or-later
/* secrets.c - the entries of ipsec.secrets, and an index by whom they are for. */
#include "conf/secrets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "conf/secrets_priv.h"

#define SORT_PSK 0u
#define SORT_OTHER UINT32_MAX /* not looked up by identities */

struct secrets *secrets_new(const struct secrets_env *env)
{
	struct secrets *s = mem_new(sizeof(*s));

	s->env = *env;
	if (env->key_dir)
		s->key_dir = mem_text(env->key_dir, strlen(env->key_dir));
	s->env.key_dir = NULL;
	ids_init(&s->ids);
	return s;
}

void entry_fini(struct entry *e)
{
	secret_free(e->octets);
	pkey_free(e->key);
	free(e->id);
	free(e->card);
}

void secrets_free(struct secrets *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < s->n; i++)
		entry_fini(&s->entry[i]);
	for (i = 0; i < s->nfiles; i++)
		free(s->file[i]);
	ids_fini(&s->ids);
	free(s->file);
	free(s->entry);
	free(s->pair);
	free(s->bucket);
	free(s->key_dir);
	free(s);
}

/* Index --------------------------------------------------------------------------------------- */

/* Entries of one sort are alternatives: pre-shared keys, or private keys of one type. */
static unsigned int sort_of(const struct entry *e)
{
	switch (e->kind) {
	case SECRETS_PSK:
		return SORT_PSK;
	case SECRETS_KEY:
		return 1 + (unsigned int)pkey_public(e->key)->type;
	case SECRETS_EAP:
	case SECRETS_XAUTH:
	case SECRETS_NTLM:
	case SECRETS_PPK:
	case SECRETS_PIN:
		break;
	}
	return SORT_OTHER;
}

static bool same_secret(const struct entry *a, const struct entry *b)
{
	if (a->key)
		return pubkey_equal(pkey_public(a->key), pkey_public(b->key));
	return a->n == b->n && secret_equal(a->octets, b->octets, a->n);
}

static size_t bucket_of(const struct secrets *s, const struct pair *p)
{
	uint64_t h = (uint64_t)p->a << 32 | p->b;

	h = (h ^ p->sort) * 0x9e3779b97f4a7c15u;
	return (size_t)(h >> 32) & (s->buckets - 1);
}

static struct pair *find_pair(const struct secrets *s, const struct pair *key)
{
	uint32_t i = s->buckets ? s->bucket[bucket_of(s, key)] : PAIR_NONE;

	while (i != PAIR_NONE) {
		struct pair *p = &s->pair[i];

		if (p->a == key->a && p->b == key->b && p->sort == key->sort)
			return p;
		i = p->next;
	}
	return NULL;
}

static void link_pair(struct secrets *s, uint32_t i)
{
	size_t b = bucket_of(s, &s->pair[i]);

	s->pair[i].next = s->bucket[b];
	s->bucket[b] = i;
}

static void add_pair(struct secrets *s, const struct pair *key)
{
	size_t i;

	s->pair =
		mem_grow(s->pair, s->npairs, &s->pairs_room, sizeof(*s->pair));
	s->pair[s->npairs++] = *key;
	if (s->npairs <= s->buckets) {
		link_pair(s, (uint32_t)s->npairs - 1);
		return;
	}
	s->buckets = s->buckets ? s->buckets * 2 : 64;
	free(s->bucket);
	s->bucket = mem_new(s->buckets * sizeof(*s->bucket));
	memset(s->bucket, 0xff, s->buckets * sizeof(*s->bucket));
	for (i = 0; i < s->npairs; i++)
		link_pair(s, (uint32_t)i);
}

/* One pair for the newest entry. The number of the entry that has it already and differs. */
static uint32_t enter(struct secrets *s, id_number a, id_number b)
{
	uint32_t newest = (uint32_t)s->n - 1;
	struct pair key = { a,	    b,	       sort_of(&s->entry[newest]),
			    newest, PAIR_NONE, PAIR_NONE };
	struct pair *p = find_pair(s, &key);

	if (!p) {
		add_pair(s, &key);
		return PAIR_NONE;
	}
	if (same_secret(&s->entry[p->entry], &s->entry[newest]))
		return PAIR_NONE;
	if (p->rival == PAIR_NONE)
		p->rival = newest;
	return p->entry;
}

static size_t pairs_of(const struct entry *e)
{
	return 1 + (size_t)e->nids * (e->nids + 1) / 2;
}

/* All pairs of the newest entry; the first entry that has one already and differs. */
static uint32_t enter_all(struct secrets *s, const struct entry *e)
{
	uint32_t rival = PAIR_NONE, r;
	unsigned int i, k;

	if (!e->nids)
		return enter(s, ID_NOBODY, ID_NOBODY);
	for (i = 0; i < e->nids; i++) {
		/* a key is for each of its names alone, too (SEC-21) */
		for (k = e->kind == SECRETS_PSK && e->nids > 1 ? i + 1 : i;
		     k < e->nids; k++) {
			r = enter(s, e->id[i], e->id[k]);
			rival = rival == PAIR_NONE ? r : rival;
		}
	}
	return rival;
}

const struct entry *index_add(struct secrets *s, const struct entry *e,
			      int *err)
{
	uint32_t rival;

	*err = s->npairs + pairs_of(e) > SECRETS_PAIRS ||
			       s->n >= SECRETS_PAIRS ?
		       -ENOSPC :
		       0;
	if (*err)
		return NULL;
	s->entry = mem_grow(s->entry, s->n, &s->room, sizeof(*s->entry));
	s->entry[s->n++] = *e;
	if (sort_of(e) == SORT_OTHER)
		return NULL;
	rival = enter_all(s, e);
	return rival == PAIR_NONE ? NULL : &s->entry[rival];
}

/* Look-up ------------------------------------------------------------------------------------- */

/* An identity, and the word that stands for all of its kind. */
struct asked {
	id_number exact, wild;
};

static struct asked ask(const struct secrets *s, const char *text)
{
	char canonical[SECRETS_ID];
	enum id_form form;
	const char *why;
	struct asked a = { ID_UNKNOWN, ID_UNKNOWN };

	if (id_canonical(text ? text : "%any", canonical, &form, &why))
		return a;
	a.exact = ids_find(&s->ids, canonical);
	if (form != ID_ANY)
		a.wild = form == ID_ADDR6 ? ID_NUMBER_ANY6 : ID_NUMBER_ANY;
	return a;
}

static const struct pair *look(const struct secrets *s, unsigned int sort,
			       id_number a, id_number b)
{
	struct pair key = { a < b ? a : b, a < b ? b : a, sort, 0, 0, 0 };

	return a == ID_UNKNOWN || b == ID_UNKNOWN ? NULL : find_pair(s, &key);
}

/* The order of SEC-20: both, us, nobody; and within it the peer before us, an identity before a word. */
static const struct pair *best(const struct secrets *s, unsigned int sort,
			       struct asked me, struct asked peer)
{
	const struct {
		id_number a, b;
	} order[] = {
		{ me.exact, peer.exact }, { me.wild, peer.exact },
		{ me.exact, peer.wild },  { me.wild, peer.wild },
		{ me.exact, me.exact },	  { me.wild, me.wild },
		{ ID_NOBODY, ID_NOBODY },
	};
	const struct pair *p = NULL;
	size_t i;

	for (i = 0; !p && i < sizeof(order) / sizeof(order[0]); i++)
		if (i >= 4 ||
		    order[i].a != order[i].b) /* one index does not name both */
			p = look(s, sort, order[i].a, order[i].b);
	return p;
}

static enum secrets_answer find(const struct secrets *s, unsigned int sort,
				struct secrets_found *found)
{
	const struct pair *p =
		best(s, sort, ask(s, found->me), ask(s, found->peer));
	const struct entry *e;

	if (!p)
		return SECRETS_NONE;
	e = &s->entry[p->entry];
	found->file = e->file;
	found->line = e->line;
	if (p->rival != PAIR_NONE) {
		found->rival_file = s->entry[p->rival].file;
		found->rival_line = s->entry[p->rival].line;
		return SECRETS_CONFLICT;
	}
	found->octets = e->octets;
	found->n = e->n;
	found->key = e->key;
	return SECRETS_FOUND;
}

enum secrets_answer secrets_find_psk(const struct secrets *s, const char *me,
				     const char *peer,
				     struct secrets_found *found)
{
	*found = (struct secrets_found){ .me = me,
					 .peer = peer ? peer : "%any" };
	return find(s, SORT_PSK, found);
}

enum secrets_answer secrets_find_key(const struct secrets *s, const char *me,
				     const char *peer, enum pubkey_type type,
				     struct secrets_found *found)
{
	*found = (struct secrets_found){ .me = me,
					 .peer = peer ? peer : "%any" };
	return find(s, 1 + (unsigned int)type, found);
}

const struct pkey *secrets_find_private(const struct secrets *s,
					const struct pubkey *pub)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->entry[i].key &&
		    pubkey_equal(pkey_public(s->entry[i].key), pub))
			return s->entry[i].key;
	return NULL;
}

const char *secrets_explain(enum secrets_answer answer,
			    const struct secrets_found *found,
			    char text[SECRETS_TEXT])
{
	switch (answer) {
	case SECRETS_FOUND:
		snprintf(text, SECRETS_TEXT,
			 "secret for %.128s and %.128s is that of %.128s:%u",
			 found->me, found->peer, found->file, found->line);
		break;
	case SECRETS_NONE:
		snprintf(
			text, SECRETS_TEXT,
			"no secret for %.128s (us) and %.128s (peer); ipsec.secrets needs an entry for both: %.64s %.64s : ...",
			found->me, found->peer, found->me, found->peer);
		break;
	case SECRETS_CONFLICT:
		snprintf(
			text, SECRETS_TEXT,
			"two different secrets are equally good for %.100s and %.100s: %.100s:%u and %.100s:%u; remove one",
			found->me, found->peer, found->file, found->line,
			found->rival_file, found->rival_line);
		break;
	}
	return text;
}

bool secrets_item(const struct secrets *s, size_t i, struct secrets_item *item)
{
	const struct entry *e = i < s->n ? &s->entry[i] : NULL;

	if (e)
		*item = (struct secrets_item){ e->kind, e->key,	 e->octets,
					       e->n,	e->file, e->line,
					       e->nids, e->card, e->made };
	return e;
}

const char *secrets_item_id(const struct secrets *s, size_t i, size_t id)
{
	return id < s->entry[i].nids ? s->ids.text[s->entry[i].id[id]] : NULL;
}
