// SPDX-License-Identifier: GPL-2.0-or-later
/* value_id.c - identities and keys. The text of a key is never part of a message. */
#include "conf/value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/secret.h"
#include "conf/conf_priv.h"
#include "crypto/pubkey.h"

#define KEY_MAX 8192 /* octets of a key */

static struct conf_id *new_id(struct value *val, enum conf_id_kind kind,
			      const char *text)
{
	struct conf_id *id = arena_alloc(val->arena, sizeof(*id));

	id->kind = kind;
	id->text = text;
	val->v->u.id = id;
	return id;
}

static bool id_bytes(struct value *val, enum conf_id_kind kind,
		     const char *text, const uint8_t *b, size_t len)
{
	struct conf_id *id = new_id(val, kind, text);
	uint8_t *copy = arena_alloc(val->arena, len + 1);

	memcpy(copy, b, len);
	id->b = copy;
	id->len = len;
	return true;
}

/* @#hexadecimal */
static bool key_id(struct value *val, const char *text)
{
	uint8_t b[256];
	int n = secret_from_hex(text, b, sizeof(b));

	if (n <= 0)
		return value_fail(val, text,
				  "expected hexadecimal digits after @#");
	value_since(val, CONF_NOW);
	return id_bytes(val, ID_KEYID, text, b, (size_t)n);
}

static bool magic_id(struct value *val, const char *text)
{
	static const struct {
		const char *text;
		enum conf_id_kind kind;
		enum conf_gen since;
	} magic[] = { { "%any", ID_ANY, CONF_V1 },
		      { "%fromcert", ID_FROMCERT, CONF_NOW },
		      { "%null", ID_NULL, CONF_NOW },
		      { "%myid", ID_MYID, CONF_V2 } };
	size_t i;

	for (i = 0; i < sizeof(magic) / sizeof(magic[0]); i++) {
		if (strcasecmp(text, magic[i].text) != 0)
			continue;
		new_id(val, magic[i].kind, text);
		value_since(val, magic[i].since);
		return true;
	}
	val->hint = "there are %any, %fromcert, %null and %myid";
	return value_fail(val, text, "unknown %%word for an identity");
}

/* strongSwan may put the kind before the text. */
static bool prefixed_id(struct value *val, const char *text, bool *done)
{
	static const struct {
		const char *prefix;
		enum conf_id_kind kind;
	} kinds[] = { { "fqdn:", ID_FQDN },	{ "dns:", ID_FQDN },
		      { "email:", ID_USER },	{ "rfc822:", ID_USER },
		      { "userfqdn:", ID_USER }, { "asn1dn:", ID_DN },
		      { "dn:", ID_DN } };
	size_t i;

	*done = true;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t n = strlen(kinds[i].prefix);

		if (strncasecmp(text, kinds[i].prefix, n) != 0)
			continue;
		value_since(val, CONF_NOW);
		if (!text[n])
			return value_fail(val, text, "the identity is empty");
		new_id(val, kinds[i].kind, text + n);
		return true;
	}
	if (!strncasecmp(text, "keyid:", 6)) {
		value_since(val, CONF_NOW);
		return id_bytes(val, ID_KEYID, text + 6,
				(const uint8_t *)text + 6, strlen(text + 6));
	}
	*done = false;
	return false;
}

static bool at_id(struct value *val, const char *text)
{
	size_t n = strlen(text);

	if (text[1] == '#')
		return key_id(val, text + 2);
	if (text[1] == '[' && text[n - 1] == ']') {
		value_since(val, CONF_NOW);
		return id_bytes(val, ID_KEYID,
				arena_text(val->arena, text + 2, n - 3),
				(const uint8_t *)text + 2, n - 3);
	}
	if (text[1] == '@') /* @@user@name, as strongSwan has it */
		new_id(val, ID_USER, text + 2);
	else
		new_id(val, ID_FQDN, text + 1);
	if (val->v->u.id->text[0] && !strpbrk(val->v->u.id->text, " \t"))
		return true;
	return value_fail(val, text,
			  "expected a name after '@', as in @west.example.org");
}

bool value_id(struct value *val)
{
	const char *text = val->v->text;
	uint8_t b[16];
	bool done, ok;
	int n;

	if (text[0] == '%')
		return magic_id(val, text);
	if (text[0] == '@')
		return at_id(val, text);
	n = addr_parse(text, b);
	if (n > 0)
		return id_bytes(val, ID_ADDR, text, b, (size_t)n);
	ok = prefixed_id(val, text, &done);
	if (done)
		return ok;
	if (strchr(text,
		   '=')) { /* a distinguished name stays text; who knows certificates takes it apart */
		value_since(val, CONF_NOW);
		new_id(val, ID_DN, text);
		return true;
	}
	if (strpbrk(text, " \t/"))
		return value_fail(
			val, text,
			"expected an address, a name, @name, user@name or a distinguished name");
	new_id(val, strchr(text, '@') ? ID_USER : ID_NAME, text);
	return true;
}

/* Keys ----------------------------------------------------------------------------------------- */

/* Octets of 0x hexadecimal, 0s base64, 0t text; -EINVAL: the digits are wrong. */
static int decode(const char *text, uint8_t *out, size_t max)
{
	size_t n;

	if (text[1] == 'x' || text[1] == 'X')
		return secret_from_hex(text + 2, out, max);
	if (text[1] == 's' || text[1] == 'S')
		return secret_from_base64(text + 2, out, max);
	n = strlen(text + 2);
	if (n > max)
		return -E2BIG;
	memcpy(out, text + 2, n);
	return (int)n;
}

static bool keep_key(struct value *val, const char *text)
{
	uint8_t b[KEY_MAX];
	struct conf_key *key;
	int n = decode(text, b, sizeof(b));
	bool ok = n > 0;

	if (ok) {
		key = arena_alloc(val->arena, sizeof(*key) + (size_t)n);
		key->len = (size_t)n;
		memcpy(key->b, b, (size_t)n);
		val->v->u.key = key;
	}
	secret_wipe(b, sizeof(b));
	if (ok)
		return true;
	val->hint =
		"0x and pairs of hexadecimal digits, 0s and base64, or 0t and text";
	return value_fail(val, text,
			  n == -E2BIG ?
				  "the key is too long" :
				  "the key's digits are wrong or incomplete");
}

static bool is_datum(const char *text)
{
	return text[0] == '0' && text[1] && strchr("xXsStT", text[1]);
}

/* VAL-11: what is called an RSA key is one. */
static bool judge_rsa(struct value *val)
{
	struct pubkey pub;
	const char *why;

	if ((val->v->kw != KW_RSASIGKEY && val->v->kw != KW_RSASIGKEY2) ||
	    !pubkey_from_dns(&pub, val->v->u.key->b, val->v->u.key->len, &why))
		return true;
	val->hint = "copy the line that ipsec showhostkey prints";
	return value_fail(val, val->v->text, "this is no RSA key: %s", why);
}

/* A public key may also be in a file, or be found elsewhere. */
static bool public_key(struct value *val)
{
	const char *text = val->v->text;
	enum conf_gen since = CONF_V1;

	val->v->word = (uint16_t)options_word(val->words, text, &since);
	value_since(val, since);
	if (val->v->word) /* at need or when it is loaded, it is from DNS */
		return true;
	if (!strncmp(text, "dns:", 4) || !strncmp(text, "ssh:", 4)) {
		value_since(val, CONF_NOW);
		text += 4;
	}
	if (is_datum(text))
		return keep_key(val, text) && judge_rsa(val);
	if (strpbrk(text, "./") && text[0] != '%') {
		value_since(val, CONF_NOW);
		val->v->u.key =
			arena_alloc(val->arena, sizeof(struct conf_key));
		return true;
	}
	val->hint =
		"0x or 0s and the key of RFC 3110, %dns, %cert, or the name of a file";
	return value_fail(val, text, "expected a public key");
}

bool value_key(struct value *val)
{
	if (val->type == CONF_PUBKEY)
		return public_key(val);
	if (is_datum(val->v->text))
		return keep_key(val, val->v->text);
	val->hint =
		"0x and pairs of hexadecimal digits, 0s and base64, or 0t and text";
	return value_fail(val, val->v->text, "expected a key");
}
