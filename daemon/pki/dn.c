// SPDX-License-Identifier: GPL-2.0-or-later
/* dn.c - distinguished names, read and written by GnuTLS; compared attribute by attribute. */
#include "pki/dn.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"

#define TEXT_MAX 2048 /* octets of a DN in ipsec.conf */

/* Text into DER --------------------------------------------------------------------------------- */

/* Names that others use for what GnuTLS calls by the second. */
static const char *const other_names[][2] = {
	{ "E", "EMAIL" },
	{ "emailAddress", "EMAIL" },
	{ "SN", "serialNumber" },
	{ "S", "surName" },
	{ "G", "givenName" },
	{ "GN", "givenName" },
	{ "T", "title" },
	{ "I", "initials" },
	{ "userId", "UID" },
	{ "N", "name" },
	{ "stateOrProvinceName", "ST" },
};

struct part {
	const char *name, *value; /* in the arena; the value without escapes */
};

/* Cut name=value off *text, up to the separator, with backslashes and quotes resolved. */
static bool cut(struct arena *a, const char **text, char separator,
		struct part *part)
{
	const char *s = *text + strspn(*text, " \t");
	size_t n = strcspn(s, "="), len = 0;
	char value[TEXT_MAX];
	bool quoted = false;

	if (!n || !s[n])
		return false;
	part->name = arena_text(a, s, n);
	for (s += n + 1; *s == ' '; s++)
		;
	for (; *s && (quoted || *s != separator); s++) {
		if (*s == '"') {
			quoted = !quoted;
			continue;
		}
		s += *s == '\\' && s[1];
		value[len++] = *s;
	}
	while (len && value[len - 1] == ' ' && s[-1] == ' ')
		len--;
	part->value = arena_text(a, value, len);
	*text = *s ? s + 1 : s;
	return len && !quoted;
}

/* A name without blanks around it, as GnuTLS has it. */
static const char *known_name(struct arena *a, const char *name)
{
	size_t n = strlen(name), i;
	char *trimmed;

	while (n && name[n - 1] == ' ')
		n--;
	trimmed = arena_text(a, name, n);
	for (i = 0; i < sizeof(other_names) / sizeof(other_names[0]); i++)
		if (!strcasecmp(trimmed, other_names[i][0]))
			return other_names[i][1];
	return trimmed;
}

/* RFC 4514 2.4 */
static const char *escaped(struct arena *a, const char *value)
{
	char out[2 * TEXT_MAX + 1];
	size_t n = 0, i;

	for (i = 0; value[i]; i++) {
		bool edge = value[i] == ' ' && (!i || !value[i + 1]);

		if (edge || strchr(",+\"\\<>;=", value[i]) ||
		    (!i && value[i] == '#'))
			out[n++] = '\\';
		out[n++] = value[i];
	}
	return arena_text(a, out, n);
}

/* The attributes the other way round, for that is how RFC 4514 has them; NULL: not a DN. */
static const char *to_rfc4514(struct arena *a, const char *text)
{
	char separator = *text == '/' ? '/' : ',';
	const char *out = "";
	struct part part;
	size_t n;

	text += separator == '/';
	for (n = 0; *text; n++) {
		if (n == DN_PARTS_MAX || !cut(a, &text, separator, &part))
			return NULL;
		out = arena_print(a, "%s=%s%s%s", known_name(a, part.name),
				  escaped(a, part.value), n ? "," : "", out);
	}
	return n ? out : NULL;
}

static size_t encode(const char *rfc4514, uint8_t *der, size_t room,
		     const char **why)
{
	gnutls_datum_t d = { NULL, 0 };
	gnutls_x509_dn_t dn;
	size_t n = 0;

	*why = "an attribute in it is unknown, or its value is not possible";
	if (gnutls_x509_dn_init(&dn) < 0)
		return 0;
	if (gnutls_x509_dn_set_str(dn, rfc4514, NULL) == 0 &&
	    gnutls_x509_dn_export2(dn, GNUTLS_X509_FMT_DER, &d) == 0) {
		*why = "it is too long";
		n = d.size <= room ? d.size : 0;
		if (n)
			memcpy(der, d.data, n);
	}
	gnutls_free(d.data);
	gnutls_x509_dn_deinit(dn);
	return n;
}

size_t dn_from_text(const char *text, uint8_t *der, size_t room,
		    const char **why)
{
	struct arena a = { NULL, 0 };
	const char *rfc4514;
	size_t n = 0;

	*why = "it is longer than any distinguished name";
	if (strlen(text) >= TEXT_MAX)
		return 0;
	*why = "it is not a list as in C=DE, O=Example, CN=west";
	rfc4514 = to_rfc4514(&a, text);
	if (rfc4514)
		n = encode(rfc4514, der, room, why);
	arena_wipe(&a);
	return n;
}

/* DER into attributes --------------------------------------------------------------------------- */

struct attribute {
	int rdn; /* which one it is part of */
	gnutls_x509_ava_st ava; /* borrowed from the DN */
};

struct name {
	gnutls_x509_dn_t dn;
	struct attribute v[DN_PARTS_MAX];
	size_t n;
};

/* false: no DN, or too large. name_fini() is needed with true only. */
static bool name_init(struct name *name, struct span der)
{
	gnutls_datum_t d = { (unsigned char *)(uintptr_t)der.p,
			     (unsigned int)der.n };
	int rdn, ava, err = 0;

	name->n = 0;
	if (!der.n || der.n > 4096 || gnutls_x509_dn_init(&name->dn) < 0)
		return false;
	if (gnutls_x509_dn_import(name->dn, &d) < 0)
		goto refuse;
	for (rdn = 0; err >= 0; rdn++) {
		for (ava = 0;; ava++) {
			if (name->n == DN_PARTS_MAX)
				goto refuse;
			err = gnutls_x509_dn_get_rdn_ava(name->dn, rdn, ava,
							 &name->v[name->n].ava);
			if (err < 0)
				break;
			name->v[name->n++].rdn = rdn;
		}
		err = ava ? 0 : -1;
	}
	return true;
refuse:
	gnutls_x509_dn_deinit(name->dn);
	return false;
}

static void name_fini(struct name *name)
{
	gnutls_x509_dn_deinit(name->dn);
}

/* Whether its octets are characters: UTF8String, PrintableString, TeletexString, IA5String. */
static bool is_text(const gnutls_x509_ava_st *ava)
{
	return ava->value_tag == 12 || ava->value_tag == 19 ||
	       ava->value_tag == 20 || ava->value_tag == 22;
}

/* DER into text --------------------------------------------------------------------------------- */

static void print_value(FILE *out, const gnutls_x509_ava_st *ava)
{
	unsigned int i;

	if (!is_text(ava))
		fputc('#', out);
	for (i = 0; i < ava->value.size; i++) {
		unsigned char c = ava->value.data[i];

		if (!is_text(ava) || c < ' ' || c == 127)
			fprintf(out, is_text(ava) ? "\\%02x" : "%02x", c);
		else
			fprintf(out,
				c == ',' || c == '\\' || c == '"' ? "\\%c" :
								    "%c",
				c);
	}
}

bool dn_to_text(struct span der, char *text, size_t n)
{
	struct name name;
	FILE *out;
	size_t i;

	if (!n || !name_init(&name, der))
		return false;
	memset(text, 0, n);
	out = n > 1 ? fmemopen(text, n - 1, "w") : NULL;
	for (i = 0; out && i < name.n; i++) {
		const gnutls_x509_ava_st *ava = &name.v[i].ava;
		const char *known;
		char oid[128];

		snprintf(oid, sizeof(oid), "%.*s", (int)ava->oid.size,
			 (const char *)ava->oid.data);
		known = gnutls_x509_dn_oid_name(oid,
						GNUTLS_X509_DN_OID_RETURN_OID);
		fprintf(out, "%s%s=",
			i ? name.v[i].rdn == name.v[i - 1].rdn ? "+" : ", " :
			    "",
			known);
		print_value(out, ava);
	}
	if (out)
		fclose(out);
	name_fini(&name);
	return true;
}

/* Comparing ----------------------------------------------------------------------------------- */

/* The next character, folded: blanks at both ends are none, several are one (RFC 4518 2.6.1). -1: the end. */
static int next(gnutls_datum_t *v, bool *begun)
{
	bool blank = false;

	for (; v->size && *v->data == ' '; v->data++, v->size--)
		blank = *begun;
	if (!v->size)
		return -1;
	if (blank) {
		*begun = false; /* the blank is told once */
		return ' ';
	}
	*begun = true;
	v->size--;
	return tolower(*v->data++);
}

static bool same_text(gnutls_datum_t a, gnutls_datum_t b)
{
	bool begun_a = false, begun_b = false;
	int x, y;

	do {
		x = next(&a, &begun_a);
		y = next(&b, &begun_b);
	} while (x == y && x >= 0);
	return x == y;
}

static bool same_octets(gnutls_datum_t a, gnutls_datum_t b)
{
	return a.size == b.size && !memcmp(a.data, b.data, a.size);
}

static bool same_attribute(const struct attribute *a, const struct attribute *b,
			   bool wild)
{
	if (a->rdn != b->rdn || !same_octets(a->ava.oid, b->ava.oid))
		return false;
	if (wild && is_text(&a->ava) && a->ava.value.size == 1 &&
	    a->ava.value.data[0] == '*')
		return true;
	if (!is_text(&a->ava) || !is_text(&b->ava))
		return a->ava.value_tag == b->ava.value_tag &&
		       same_octets(a->ava.value, b->ava.value);
	return same_text(a->ava.value, b->ava.value);
}

static bool same(struct span a, struct span b, bool wild)
{
	struct name x, y;
	bool good;
	size_t i;

	if (!name_init(&x, a))
		return false;
	if (!name_init(&y, b)) {
		name_fini(&x);
		return false;
	}
	good = x.n == y.n;
	for (i = 0; good && i < x.n; i++)
		good = same_attribute(&x.v[i], &y.v[i], wild);
	name_fini(&x);
	name_fini(&y);
	return good;
}

bool dn_matches(struct span pattern, struct span dn)
{
	return same(pattern, dn, true);
}

bool dn_equal(struct span a, struct span b)
{
	return (a.n && span_equal(a, b)) || same(a, b, false);
}
