// SPDX-License-Identifier: GPL-2.0-or-later
/* secrets_id.c - identities: how they are compared, and their numbers. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "conf/secrets_priv.h"

static const char any[] = "%any", any6[] = "%any6";

static int refuse(const char **why, const char *text)
{
	*why = text;
	return -EINVAL;
}

static char lower(char c)
{
	return (char)tolower((unsigned char)c);
}

/* Names of DNS do not know case, nor the dot at their end. */
static void put_name(const char *from, char *to)
{
	size_t n = strlen(from), i;

	while (n && from[n - 1] == '.')
		n--;
	for (i = 0; i < n; i++)
		to[i] = lower(from[i]);
	to[n] = '\0';
}

/* A distinguished name: no case, no blanks around , / and = */
static void put_dn(const char *from, char *to)
{
	char *start = to;

	for (; *from; from++) {
		if (*from == ' ' && (to == start || strchr(",/= ", to[-1])))
			continue;
		while (strchr(",/=", *from) && to > start && to[-1] == ' ')
			to--;
		*to++ = lower(*from);
	}
	while (to > start && to[-1] == ' ')
		to--;
	*to = '\0';
}

static int put_any(const char *text, char *out, enum id_form *form,
		   const char **why)
{
	*form = ID_ANY;
	if (!strcasecmp(text, "%any6"))
		memcpy(out, any6, sizeof(any6));
	else if (!strcasecmp(text, "%any") || !strcasecmp(text, "%any4"))
		memcpy(out, any, sizeof(any));
	else
		return refuse(
			why,
			"of the words with '%' only %any and %any6 are identities");
	return 0;
}

static int put_addr(const uint8_t *b, size_t len, char *out, enum id_form *form)
{
	static const uint8_t zero[16];

	*form = len == 4 ? ID_ADDR4 : ID_ADDR6;
	addr_print(b, len, out);
	if (memcmp(b, zero, len) != 0)
		return 0;
	*form = ID_ANY;
	if (len == 4)
		memcpy(out, any, sizeof(any));
	else
		memcpy(out, any6, sizeof(any6));
	return 0;
}

/* "@west", "@#0a0b", "@[anything]", "fred@example.com", "west.example.com" */
static int put_name_form(const char *text, char *out, enum id_form *form, const char **why)
{
	const char *at = strchr(text, '@');

	*form = at ? ID_NAME : ID_HOST;
	if (!strncmp(text, "@[", 2)) {
		memcpy(out, text, strlen(text) + 1);
	} else if (!at) {
		out[0] = '@';
		put_name(text, out + 1);
	} else {
		size_t user = (size_t)(at - text);

		memcpy(out, text, user);
		put_name(at, out + user);
	}
	if (out[strlen(out) - 1] == '@')
		return refuse(why, "a name is missing after '@'");
	return 0;
}

int id_canonical(const char *text, char out[SECRETS_ID], enum id_form *form,
		 const char **why)
{
	uint8_t b[16];
	int n;

	if (!*text)
		return refuse(why, "an empty text is no identity");
	if (strlen(text) + 2 > SECRETS_ID)
		return refuse(why, "an identity has at most 254 octets");
	n = addr_parse(text, b);
	if (n > 0)
		return put_addr(b, (size_t)n, out, form);
	if (*text == '%')
		return put_any(text, out, form, why);
	if (!strncmp(text, "@@", 2)) { /* strongSwan: certainly user@name */
		text += 2;
		if (*text == '@' || !strchr(text, '@'))
			return refuse(why, "user@name is missing after '@@'");
	}
	if (*text != '@' && strchr(text, '=')) {
		*form = ID_NAME;
		put_dn(text, out);
		return 0;
	}
	return put_name_form(text, out, form, why);
}

/* Numbers ------------------------------------------------------------------------------------- */

static size_t hash(const char *text)
{
	uint64_t h = hash_text(text);

	return (size_t)(h ^ h >> 32);
}

/* Where a text is, or the free slot for it. */
static size_t seek(const struct id_table *ids, const char *text)
{
	size_t i = hash(text) & (ids->slots - 1);

	while (ids->slot[i] && strcmp(ids->text[ids->slot[i]], text) != 0)
		i = (i + 1) & (ids->slots - 1);
	return i;
}

static void rehash(struct id_table *ids, size_t slots)
{
	id_number i;

	free(ids->slot);
	ids->slots = slots;
	ids->slot = mem_new(slots * sizeof(*ids->slot));
	for (i = 1; i < ids->n; i++)
		ids->slot[seek(ids, ids->text[i])] = i;
}

void ids_init(struct id_table *ids)
{
	memset(ids, 0, sizeof(*ids));
	rehash(ids, 64);
	ids->text = mem_grow(NULL, 0, &ids->room, sizeof(*ids->text));
	ids->text[ids->n++] = NULL; /* ID_NOBODY */
	ids_add(ids, any);
	ids_add(ids, any6);
}

void ids_fini(struct id_table *ids)
{
	size_t i;

	for (i = 0; i < ids->n; i++)
		free(ids->text[i]);
	free(ids->text);
	free(ids->slot);
}

id_number ids_find(const struct id_table *ids, const char *canonical)
{
	id_number i = ids->slot[seek(ids, canonical)];

	return i ? i : ID_UNKNOWN;
}

id_number ids_add(struct id_table *ids, const char *canonical)
{
	size_t at = seek(ids, canonical);

	if (ids->slot[at])
		return ids->slot[at];
	ids->text = mem_grow(ids->text, ids->n, &ids->room, sizeof(*ids->text));
	ids->text[ids->n] = mem_text(canonical, strlen(canonical));
	ids->slot[at] = (id_number)ids->n++;
	if (ids->n * 2 > ids->slots)
		rehash(ids, ids->slots * 2);
	return (id_number)ids->n - 1;
}
