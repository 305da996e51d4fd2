// SPDX-License-Identifier: GPL-2.0-or-later
/* import_secrets.c - identities, and the secrets of swanctl.conf as lines of ipsec.secrets. */
#include <string.h>

#include "base/addr.h"
#include "base/secret.h"
#include "conf/import_priv.h"

/* Identities ----------------------------------------------------------------------------------- */

/* "fqdn:#6d6f6f6e": the octets as text, NULL: they are none. */
static const char *decode(struct import *imp, const char *prefix, size_t n,
			  const char *hex)
{
	uint8_t b[256];
	int len = secret_from_hex(hex, b, sizeof(b) - 1), i;

	if (len <= 0)
		return NULL;
	for (i = 0; i < len; i++)
		if (b[i] <= 0x20 || b[i] >= 0x7f)
			return NULL;
	b[len] = '\0';
	return arena_print(&imp->c->arena, "%.*s:%s", (int)n, prefix,
			   (const char *)b);
}

/* A kind, a colon and the identity. NULL: not to be written in ipsec.conf. */
static const char *prefixed(struct import *imp, const char *text, size_t n)
{
	static const char *const kinds[] = { "fqdn",   "dns",	   "email",
					     "rfc822", "userfqdn", "asn1dn" };
	const char *rest = text + n + 1;
	size_t i;

	if (n == 5 && !strncasecmp(text, "keyid", n))
		return rest[0] == '#' ?
			       arena_print(&imp->c->arena, "@#%s", rest + 1) :
			       text;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i]) == n && !strncasecmp(text, kinds[i], n))
			return rest[0] == '#' ? decode(imp, text, n, rest + 1) :
						text;
	return NULL;
}

const char *import_id(struct import *imp, const char *text)
{
	uint8_t b[16];
	size_t n = strcspn(text, ":=@ ");

	if (!strcmp(text, "%any") || !strcmp(text, "*") ||
	    !strcmp(text, "0.0.0.0") || !strcmp(text, "::"))
		return "%any";
	if (text[0] == '@' || addr_parse(text, b) > 0)
		return text;
	if (text[n] == ':')
		return prefixed(imp, text, n);
	if (text[n] || !text[0]) /* a distinguished name, user@name */
		return text[0] ? text : NULL;
	/* a bare name would be looked up */
	return arena_print(&imp->c->arena, "@%s", text);
}

/* Secrets -------------------------------------------------------------------------------------- */

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 ||
		    (unsigned char)*text >= 0x7f || *text == '"' ||
		    *text == '\\')
			return false;
	return true;
}

static bool is_coded(const char *text)
{
	return text[0] == '0' && (text[1] == 'x' || text[1] == 's') &&
	       !strpbrk(text, " \t\"\\");
}

/* In quotes; what these cannot hold, in hexadecimal. */
static const char *quote(struct import *imp, const char *text)
{
	static const char digits[] = "0123456789abcdef";
	char *hex, *to;

	if (is_coded(text))
		return text;
	if (is_plain(text))
		return arena_print(&imp->c->arena, "\"%s\"", text);
	hex = to = arena_alloc(&imp->c->arena, strlen(text) * 2 + 3);
	*to++ = '0';
	*to++ = 'x';
	for (; *text; text++) {
		*to++ = digits[(unsigned char)*text >> 4];
		*to++ = digits[(unsigned char)*text & 15];
	}
	return hex;
}

static void add(struct import *imp, const char *ids, const char *kind,
		const char *text)
{
	struct secret_line *l = arena_alloc(&imp->c->arena, sizeof(*l));

	l->ids = ids;
	l->kind = kind;
	l->text = text;
	*imp->secrets_end = l;
	imp->secrets_end = &l->next;
	imp->nsecrets++;
}

/* Identities of peers are those of ipsec.conf, user names stay as they are. NULL: one cannot be written. */
static const char *list_ids(struct import *imp, const struct view *v,
			    bool users)
{
	struct visit it = { .v = v };
	const struct node *n;
	struct list all = { .b = NULL };
	char *s;

	while ((n = settings_next(imp, &it))) {
		const char *id;

		if (n->section || !n->value || strncmp(n->name, "id", 2))
			continue;
		id = users ? n->value : import_id(imp, n->value);
		if (!id || !is_plain(id) || strchr(id, ','))
			return NULL;
		take_append(imp, &all,
			    strpbrk(id, " \t:=#") ?
				    arena_print(&imp->c->arena, "\"%s\"", id) :
				    id);
	}
	for (s = all.b; s && *s; s++) /* none of them has a comma */
		*s = *s == ',' ? ' ' : *s;
	return all.b ? all.b : "";
}

static void add_shared(struct import *imp, const struct view *v,
		       const struct node *n, const char *kind, bool users)
{
	const struct node *secret = settings_key(imp, v, "secret");
	const char *ids = list_ids(imp, v, users);

	if (!secret)
		import_lost(imp, n->pos, settings_path(imp, n),
			    "it has no secret", NULL);
	else if (!ids)
		import_lost(
			imp, n->pos, settings_path(imp, n),
			"an identity has no form in ipsec.secrets",
			"an address, @name, user@name, or a distinguished name without commas");
	else
		add(imp, ids, kind, quote(imp, secret->value));
}

static void add_file(struct import *imp, const struct view *v,
		     const struct node *n, const char *kind, const char *folder)
{
	const struct node *file = settings_key(imp, v, "file"),
			  *secret = settings_key(imp, v, "secret");
	const char *path;

	if (!file || !is_plain(file->value)) {
		import_lost(imp, n->pos, settings_path(imp, n),
			    "it names no file", "file = NAME");
		return;
	}
	path = file->value[0] == '/' ?
		       file->value :
		       arena_print(&imp->c->arena, "%s/%s/%s", imp->path,
				   folder, file->value);
	path = strpbrk(path, " \t#") ?
		       arena_print(&imp->c->arena, "\"%s\"", path) :
		       path;
	add(imp, "", kind,
	    secret ? arena_print(&imp->c->arena, "%s %s", path,
				 quote(imp, secret->value)) :
		     path);
}

static const struct {
	const char *name, *kind;
	bool users, file;
} kinds[] = {
	{ "ike", "PSK", false, false },	   { "eap", "EAP", true, false },
	{ "xauth", "XAUTH", true, false }, { "ntlm", "NTLM", true, false },
	{ "rsa", "RSA", false, true },	   { "ecdsa", "ECDSA", false, true },
	{ "pkcs8", "PKCS8", false, true }, { "private", "PKCS8", false, true },
	{ "pkcs12", "P12", false, true },
};

static void import_secret(struct import *imp, const struct view *v,
			  const struct node *n)
{
	const char *name, *becomes, *instead;
	size_t i;

	if (!take_secret(n->name, &name, &becomes, &instead)) {
		import_lost(imp, n->pos, settings_path(imp, n),
			    "unknown kind of secret", "see import.rst");
		return;
	}
	if (!becomes) {
		import_lost(imp, n->pos, settings_path(imp, n),
			    "ipsec.secrets has nothing for it", instead);
		return;
	}
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, name))
			continue;
		if (kinds[i].file)
			add_file(imp, v, n, kinds[i].kind, name);
		else
			add_shared(imp, v, n, kinds[i].kind, kinds[i].users);
	}
}

void secrets_import(struct import *imp, const struct view *root)
{
	struct view all, v;
	struct visit it = { .v = &all };
	const struct node *n;

	if (!settings_sub(imp, root, "secrets", &all))
		return;
	while ((n = settings_next(imp, &it)))
		if (n->section && settings_sub(imp, &all, n->name, &v))
			import_secret(imp, &v, n);
}
