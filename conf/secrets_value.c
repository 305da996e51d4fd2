// SPDX-License-Identifier: GPL-2.0-or-later
/* secrets_value.c - what follows a kind: octets, the numbers of an RSA key, or a file with a key. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/datum.h"
#include "base/mem.h"
#include "base/secret.h"
#include "conf/keyfile.h"
#include "conf/secrets_priv.h"

#define RSA_WEAK 2048

static bool at_end(struct reading *r, const char *what)
{
	const struct token *t = reading_peek(r);

	return !t || reading_fail(r, t, "an entry begins in column 1",
				  "nothing is expected behind %s", what);
}

/* "text", 0x, 0s or 0t, as octets of secret_alloc. NULL: reported. */
static uint8_t *octets(struct reading *r, size_t *n)
{
	struct token *t = reading_next(r);
	uint8_t *p;
	int got;

	if (!t || (!t->quoted && !datum_prefix(t->text))) {
		reading_fail(
			r, t ? t : reading_last(r),
			"a secret is \"text\", 0x and hexadecimal, or 0s and base64",
			"expected a secret");
		return NULL;
	}
	if (t->len > 2 * SECRETS_OCTETS) {
		reading_fail(r, t, NULL, "a secret has at most %zu octets",
			     SECRETS_OCTETS);
		return NULL;
	}
	p = secret_alloc(t->len);
	if (t->quoted)
		memcpy(p, t->text, t->len);
	got = t->quoted ? (int)t->len : datum_decode(t->text, p, t->len);
	if (got < 0) {
		secret_free(p);
		reading_fail(
			r, t,
			"0x: pairs of hexadecimal digits; 0s: base64 in groups of four",
			"this is no number in %s",
			t->text[1] == 's' || t->text[1] == 'S' ? "base64" :
								 "hexadecimal");
		return NULL;
	}
	*n = (size_t)got;
	return p;
}

static bool read_octets(struct reading *r, struct entry *e)
{
	e->octets = octets(r, &e->n);
	return e->octets && at_end(r, "the secret");
}

/* RSA keys of FreeS/WAN ----------------------------------------------------------------------- */

/* "Modulus:" */
static bool is_field(const struct token *t, const char *name)
{
	size_t n = strlen(name);

	return !t->quoted && t->len == n + 1 && t->text[n] == ':' &&
	       !memcmp(t->text, name, n);
}

static bool expect_field(struct reading *r, enum pkey_part part)
{
	static const char order[] =
		"the order is Modulus, PublicExponent, PrivateExponent, Prime1, Prime2, "
		"Exponent1, Exponent2, Coefficient";
	const char *name = pkey_part_names[part];
	const struct token *t = reading_next(r);
	size_t i;

	if (t && is_field(t, name))
		return true;
	for (i = 0; t && i < PKEY_PARTS; i++)
		if (is_field(t, pkey_part_names[i]))
			return reading_fail(r, t, order,
					    "expected '%s:' and not '%s:'",
					    name, pkey_part_names[i]);
	if (t && !t->quoted && !strcmp(t->text, name))
		return reading_fail(r, t,
				    "the ':' follows the name without a blank",
				    "expected ':' after '%s'", name);
	return reading_fail(r, t ? t : reading_last(r), order,
			    "expected '%s:' in this RSA key", name);
}

/* SEC-04: the closing brace is indented like all of the entry. */
static bool expect_brace(struct reading *r)
{
	const struct token *t = reading_next(r);

	if (t && !t->quoted && !strcmp(t->text, "}"))
		return at_end(r, "'}'");
	if (!t && r->have > 0 && !r->ahead.quoted && r->ahead.len == 1 &&
	    *r->ahead.text == '}') {
		struct token brace = r->ahead;

		/* the end of this entry, if not in its place; what follows it is for the next */
		reading_advance(r);
		return reading_fail(
			r, &brace, "put a blank before it",
			"'}' in column 1 does not end this RSA key");
	}
	return reading_fail(
		r, t ? t : reading_last(r),
		"put '}' in a line of its own, with a blank before it",
		"expected '}' after the numbers");
}

static bool warn_small(struct reading *r, const struct token *at,
		       const struct entry *e)
{
	const struct pubkey *pub = pkey_public(e->key);

	if (pub->type == PUBKEY_RSA && pub->bits < RSA_WEAK)
		reading_warn(r, at, "make another: ipsec newhostkey",
			     "an RSA key of %u bits is weak", pub->bits);
	return true;
}

static bool read_rsa_block(struct reading *r, struct entry *e)
{
	const struct token *brace = reading_next(r);
	struct pkey_numbers rsa;
	uint8_t *p[PKEY_PARTS] = { NULL };
	const char *why;
	bool good = true;
	int i;

	for (i = 0; good && i < PKEY_PARTS; i++) {
		good = expect_field(r, (enum pkey_part)i);
		p[i] = good ? octets(r, &rsa.part[i].n) : NULL;
		rsa.part[i].p = p[i];
		good = p[i];
	}
	good = good && expect_brace(r);
	if (good)
		e->key = pkey_from_rsa(&rsa, &why);
	if (good && !e->key)
		reading_fail(r, brace, NULL, "this RSA key is of no use: %s",
			     why);
	if (e->key && r->lex.about)
		e->made = age_of_comment(r->lex.about, r->lex.end);
	r->lex.about = NULL;
	for (i = 0; i < PKEY_PARTS; i++)
		secret_free(p[i]);
	return e->key && warn_small(r, brace, e);
}

/* Key files ----------------------------------------------------------------------------------- */

/* What opens the file; *password NULL: nothing. */
static bool passphrase(struct reading *r, char **password)
{
	struct token *t = reading_peek(r);

	*password = NULL;
	if (!t)
		return true;
	if (!t->quoted && t->text[0] == '%')
		return reading_fail(
			r, t,
			"write the passphrase in double quotes, or keep the file without one",
			"nobody can be asked for a passphrase when the file is read");
	*password = t->text;
	if (!t->quoted && datum_prefix(t->text)) {
		int n = datum_decode(t->text, (uint8_t *)t->text, t->len);

		if (n < 0)
			return reading_fail(
				r, t, NULL,
				"the passphrase is neither text in quotes nor 0x, 0s");
		t->text[n] = '\0';
	}
	r->at++;
	return at_end(r, "the passphrase");
}

static bool type_fits(struct reading *r, const struct token *at,
		      const struct kind *kind, const struct entry *e)
{
	enum pubkey_type type = pkey_public(e->key)->type;
	const char *name = pubkey_type_name(type);

	if (kind->type < 0 || kind->type == (int)type)
		return warn_small(r, at, e);
	return reading_fail(
		r, at, NULL, "the file has a key of type %s; write ': %s FILE'",
		name,
		type == PUBKEY_RSA || type == PUBKEY_ECDSA ? name : "PKCS8");
}

static bool read_file(struct reading *r, const struct kind *kind,
		      struct entry *e)
{
	struct token *name = reading_next(r);
	struct keyfile f;
	char path[1024], *password;
	const char *why;
	int n;

	if (!name)
		return reading_fail(r, reading_last(r), "as in: : RSA host.pem",
				    "expected the name of a file after %s",
				    kind->name);
	if (!passphrase(r, &password))
		return false;
	n = snprintf(path, sizeof(path), "%s%s%s",
		     name->text[0] == '/' ? "" : r->s->key_dir,
		     name->text[0] == '/' ? "" : "/", name->text);
	if (n < 0 || (size_t)n >= sizeof(path))
		return reading_fail(r, name, NULL,
				    "the name of the file is too long");
	if (r->s->key_files++ >= SECRETS_KEY_FILES)
		return reading_fail(r, name, NULL,
				    "more than %d files with keys",
				    SECRETS_KEY_FILES);
	if (keyfile_read(&f, path, SECRETS_KEY_SIZE))
		return reading_fail(r, name, f.hint[0] ? f.hint : NULL,
				    "%.255s %s", path, f.why);
	e->key = (kind->form == VALUE_PKCS12 ? pkey_read_pkcs12 : pkey_read)(
		f.text, f.len, password, &why);
	secret_free(f.text);
	if (!e->key)
		return reading_fail(r, name, NULL, "%.255s: %s", path, why);
	e->made = f.mtime;
	return type_fits(r, name, kind, e);
}

/* Smart cards --------------------------------------------------------------------------------- */

/* %smartcard[SLOT[@MODULE]]:ID and the PIN, kept for whoever reads cards one day. */
static bool read_card(struct reading *r, struct entry *e)
{
	const struct token *card = reading_next(r), *pin = reading_peek(r);

	if (!card || card->quoted || strncmp(card->text, "%smartcard", 10) != 0)
		return reading_fail(
			r, card ? card : reading_last(r),
			"as in: : PIN %smartcard1@opensc:45 1234",
			"expected %%smartcard, its slot and the key's id after PIN");
	if (pin && !pin->quoted && pin->text[0] == '%')
		return reading_fail(
			r, pin, "write the PIN in double quotes",
			"nobody can be asked for a PIN when the file is read");
	if (pin && !pin->quoted && !datum_prefix(pin->text)) {
		/* strongSwan has digits without quotes */
		e->octets = secret_alloc(pin->len);
		memcpy(e->octets, pin->text, pin->len);
		e->n = pin->len;
		r->at++;
		if (!at_end(r, "the PIN"))
			return false;
	} else if (!read_octets(r, e)) {
		return false;
	}
	e->card = mem_text(card->text, card->len);
	reading_warn(r, card, "use a file with the key meanwhile",
		     "keys on smart cards are not used yet: %.128s",
		     card->text);
	return true;
}

bool value_read(struct reading *r, const struct kind *kind, struct entry *e)
{
	const struct token *t = reading_peek(r);

	switch (kind->form) {
	case VALUE_OCTETS:
		return read_octets(r, e);
	case VALUE_RSA:
		if (t && !t->quoted && !strcmp(t->text, "{"))
			return read_rsa_block(r, e);
		return read_file(r, kind, e);
	case VALUE_FILE:
	case VALUE_PKCS12:
		return read_file(r, kind, e);
	case VALUE_CARD:
		return read_card(r, e);
	case VALUE_SKIP:
		reading_warn(
			r, reading_last(r), NULL,
			"secrets of kind %s are not supported; the entry is left out",
			kind->name);
		return true;
	}
	return false;
}
