// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * value_alg.c - proposals, in the spellings of FreeS/WAN (3des-md5-96), libreswan
 * (aes_gcm256-null;modp2048, aes128-sha2_256+sha1) and strongSwan (aes256gcm16-prfsha384-ecp384!).
 * A proposal is cut at '-', '_', ';' and '+'; the longest run of pieces that is a name is taken,
 * and what kind the name is says what it is for.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "conf/conf_priv.h"
#include "conf/value.h"
#include "nl-proto/nf_ipsec.h"

#define TEXT_MAX 256 /* octets of one proposal */
#define ALGS_MAX 32 /* algorithms of one proposal */
#define PIECES_MAX 4 /* of one name, as in hmac-sha2-256-128 */

struct name {
	char text[32]; /* lower case, '-' for '_' */
	const char *name; /* as it is printed */
	enum conf_alg_kind kind;
	uint16_t id;
	uint8_t nfi;
	uint8_t keys; /* NFI_K128... of a cipher */
	bool aead;
	const char *prf; /* of the same hash */
};

/* clang-format off */
static const struct { const char *name; uint8_t nfi, keys, flags; } encs[] = {
#define NFI_ENC(id, value, name, kernel, module, keys, salt, iv, block, icv, flags) { name, value, keys, flags },
#include "nl-proto/algs.def"
#undef NFI_ENC
};
static const struct { const char *name; uint8_t nfi; } auths[] = {
#define NFI_AUTH(id, value, name, kernel, module, keylen, icv, flags) { name, value },
#include "nl-proto/algs.def"
#undef NFI_AUTH
};
static const struct { const char *name; uint16_t id; enum conf_alg_kind kind; const char *prf; } ikes[] = {
#define IKE_ENC(name, id, use) { name, id, ALG_ENC, NULL },
#define IKE_AUTH(name, id, prf, use) { name, id, ALG_AUTH, prf },
#define IKE_PRF(name, id, use) { name, id, ALG_PRF, NULL },
#define IKE_DH(name, id, use) { name, id, ALG_DH, NULL },
#include "crypto/algs.def"
	{ "noesn", 0, ALG_ESN, NULL },
	{ "esn", 1, ALG_ESN, NULL },
#undef IKE_ENC
#undef IKE_AUTH
#undef IKE_PRF
#undef IKE_DH
};
static const struct { const char *spelling, *name; } spells[] = {
#define NFI_ALIAS(spelling, name) { spelling, name },
#include "nl-proto/algs.def"
#define IKE_SPELL(spelling, name) { spelling, name },
#include "crypto/algs.def"
#undef NFI_ALIAS
#undef IKE_SPELL
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct name names[COUNT(ikes) + COUNT(spells)];
static size_t nnames;

static int compare(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	return strcmp(x->text, y->text);
}

static void plain(char *to, size_t n, const char *from)
{
	size_t i;

	for (i = 0; i + 1 < n && from[i]; i++)
		to[i] = from[i] == '_' ? '-' :
					 (char)tolower((unsigned char)from[i]);
	to[i] = '\0';
}

static void add_name(size_t ike, const char *spelling)
{
	struct name *n = &names[nnames++];
	size_t i;

	plain(n->text, sizeof(n->text), spelling);
	n->name = ikes[ike].name;
	n->kind = ikes[ike].kind;
	n->id = ikes[ike].id;
	n->prf = ikes[ike].prf;
	for (i = 0; n->kind == ALG_ENC && i < COUNT(encs); i++) {
		if (strcmp(encs[i].name, n->name) != 0)
			continue;
		n->nfi = encs[i].nfi;
		n->keys = encs[i].keys;
		n->aead = encs[i].flags & NFI_ALG_AEAD;
	}
	for (i = 0; n->kind == ALG_AUTH && i < COUNT(auths); i++)
		if (!strcmp(auths[i].name, n->name))
			n->nfi = auths[i].nfi;
}

static void make_names(void)
{
	size_t i, k;

	for (i = 0; i < COUNT(ikes); i++)
		add_name(i, ikes[i].name);
	for (k = 0; k < COUNT(spells); k++)
		for (i = 0; i < COUNT(ikes); i++)
			if (!strcmp(spells[k].name, ikes[i].name))
				add_name(i, spells[k].spelling);
	qsort(names, nnames, sizeof(names[0]), compare);
}

static const struct name *find(const char *text)
{
	struct name key = { .kind = ALG_ENC };

	if (strlen(text) >= sizeof(key.text))
		return NULL;
	snprintf(key.text, sizeof(key.text), "%s", text);
	return bsearch(&key, names, nnames, sizeof(names[0]), compare);
}

/* NFI_K* of a number of bits. */
static unsigned int key_flag(unsigned long bits)
{
	return bits == 128 ? NFI_K128 :
	       bits == 192 ? NFI_K192 :
	       bits == 256 ? NFI_K256 :
			     0;
}

/* A cipher with its key's bits behind, aes-gcm-16-256, or in it, aes256gcm16. */
static const struct name *find_sized(const char *text, unsigned int *bits)
{
	const struct name *n;
	size_t len = strlen(text), head;
	char rest[64];

	if (len < 4 || len >= sizeof(rest))
		return NULL;
	head = strcspn(text, "0123456789");
	if (!strncmp(text, "aes", 3) && text[head] &&
	    key_flag(strtoul(text + head, NULL, 10))) {
		*bits = (unsigned int)strtoul(text + head, NULL, 10);
		snprintf(rest, sizeof(rest), "%.*s%s", (int)head, text,
			 text + head + 3);
		n = find(rest);
		if (n && n->keys)
			return n;
	}
	*bits = (unsigned int)strtoul(text + len - 3, NULL, 10);
	if (!key_flag(*bits))
		return NULL;
	len -= text[len - 4] == '-' ? 4 : 3;
	snprintf(rest, sizeof(rest), "%.*s", (int)len, text);
	n = find(rest);
	return n && n->keys & key_flag(*bits) ? n : NULL;
}

/*
 * One proposal ----------------------------------------------------------------------------------
 */

struct proposal {
	struct value *val;
	char text[TEXT_MAX]; /* plain */
	const char *at; /* where it is in the value */
	struct conf_alg v[ALGS_MAX];
	const struct name *names[ALGS_MAX];
	size_t n;
};

static size_t count(const struct proposal *p, enum conf_alg_kind kind)
{
	size_t i, n = 0;

	for (i = 0; i < p->n; i++)
		n += p->v[i].kind == kind;
	return n;
}

static bool push(struct proposal *p, const struct name *n, unsigned int bits)
{
	size_t i;

	for (i = 0; i < p->n; i++) /* the same twice is once */
		if (p->names[i] && p->names[i]->name == n->name &&
		    p->v[i].keybits == bits)
			return true;
	if (p->n == ALGS_MAX)
		return value_fail(p->val, p->at,
				  "more than %d algorithms in one proposal",
				  ALGS_MAX);
	p->names[p->n] = n;
	p->v[p->n++] = (struct conf_alg){
		n->kind, n->id,
		(uint16_t)(n->keys && n->keys != NFI_K192 ? bits : 0), n->nfi,
		n->name
	};
	return true;
}

static bool unknown(struct proposal *p, const char *piece, size_t offset)
{
	struct suggest s;
	char one[TEXT_MAX], buf[64];
	size_t i;

	snprintf(one, sizeof(one), "%.*s", (int)strcspn(piece, "-"), piece);
	suggest_begin(&s, one);
	for (i = 0; !p->val->terse && i < nnames; i++)
		suggest_offer(&s, names[i].text);
	if (s.best)
		p->val->hint = arena_print(p->val->arena, "did you mean '%s'?",
					   s.best);
	return value_fail(p->val, p->at + offset, "unknown algorithm '%s'",
			  diag_quote(one, buf));
}

/* The longest name at piece; its length in *len. */
static const struct name *longest(const char *piece, size_t *len,
				  unsigned int *bits)
{
	size_t ends[PIECES_MAX] = { 0 }, n = 0, end = 0;
	char text[TEXT_MAX];

	while (n < PIECES_MAX && piece[end]) {
		end += strcspn(piece + end, "-");
		ends[n++] = end;
		end += piece[end] == '-';
	}
	while (n--) {
		const struct name *found;

		snprintf(text, sizeof(text), "%.*s", (int)ends[n], piece);
		found = find_sized(text, bits); /* aes128gcm16 is an alias, too, but one without bits */
		if (!found) {
			*bits = 0;
			found = find(text);
		}
		*len = ends[n];
		if (found)
			return found;
	}
	return NULL;
}

/* null and none behind a cipher say that nothing more comes. */
static bool says_nothing(const struct proposal *p, const struct name *n)
{
	return n->kind == ALG_ENC && !strcmp(n->name, "null") &&
	       count(p, ALG_ENC) > 0;
}

static bool take_pieces(struct proposal *p)
{
	const char *piece = p->text;

	while (*piece) {
		size_t len = 0;
		unsigned int bits = 0;
		const struct name *n = longest(piece, &len, &bits);

		if (!n)
			return unknown(p, piece, (size_t)(piece - p->text));
		if (!says_nothing(p, n) && !push(p, n, bits))
			return false;
		piece += len;
		piece += *piece == '-';
	}
	return true;
}

/* Whether all ciphers authenticate, or none does; a mixture is nothing that could be negotiated. */
static bool one_sort(struct proposal *p, bool *aead)
{
	size_t i, with = 0, without = 0;

	for (i = 0; i < p->n; i++) {
		if (p->v[i].kind != ALG_ENC)
			continue;
		with += p->names[i]->aead;
		without += !p->names[i]->aead;
	}
	*aead = with > 0;
	if (!with || !without)
		return true;
	p->val->hint = "make two proposals of it, separated by a comma";
	return value_fail(
		p->val, p->at,
		"ciphers with and without authentication of their own in one proposal");
}

static void drop(struct proposal *p, enum conf_alg_kind kind)
{
	size_t i, n = 0;

	for (i = 0; i < p->n; i++) {
		if (p->v[i].kind == kind)
			continue;
		p->names[n] = p->names[i];
		p->v[n++] = p->v[i];
	}
	p->n = n;
}

/* In IKE a hash stands for the PRF, too, and beside an AEAD for nothing else. */
static bool finish_ike(struct proposal *p, bool aead)
{
	size_t i, n = p->n;

	if (!count(p, ALG_ENC))
		return value_fail(p->val, p->at,
				  "the proposal has no encryption");
	for (i = 0; !count(p, ALG_PRF) && i < n; i++) {
		const struct name *prf = p->v[i].kind == ALG_AUTH ?
						 find(p->names[i]->prf) :
						 NULL;

		if (prf && p->n < ALGS_MAX) {
			p->names[p->n] = prf;
			p->v[p->n++] = (struct conf_alg){ ALG_PRF, prf->id, 0,
							  0, prf->name };
			p->v[p->n - 1].kind =
				ALG_ESN; /* not counted until all are there */
		}
	}
	for (i = n; i < p->n; i++)
		p->v[i].kind = ALG_PRF;
	if (aead)
		drop(p, ALG_AUTH);
	return true;
}

static bool finish_child(struct proposal *p, bool aead)
{
	if (count(p, ALG_PRF))
		return value_fail(p->val, p->at, "a PRF is for IKE only");
	if (p->val->type == CONF_AH && count(p, ALG_ENC))
		return value_fail(p->val, p->at, "AH does not encrypt");
	if (p->val->type == CONF_AH && !count(p, ALG_AUTH))
		return value_fail(p->val, p->at, "AH needs an authentication");
	if (p->val->type == CONF_ESP && !count(p, ALG_ENC))
		return value_fail(p->val, p->at,
				  "the proposal has no encryption");
	if (aead && count(p, ALG_AUTH))
		return value_fail(p->val, p->at,
				  "the cipher authenticates already");
	return true;
}

static bool parse_one(struct value *val, const struct value_piece *piece,
		      struct conf_proposal *out)
{
	struct proposal p = { .val = val, .at = piece->at };
	struct conf_alg *v;
	bool aead;
	char *s;

	plain(p.text, sizeof(p.text), piece->text);
	for (s = p.text; *s; s++)
		if (*s == ';' || *s == '+')
			*s = '-';
	if (!take_pieces(&p) || !one_sort(&p, &aead) ||
	    !(val->type == CONF_IKE ? finish_ike(&p, aead) :
				      finish_child(&p, aead)))
		return false;
	v = arena_alloc(val->arena, p.n * sizeof(*v));
	if (p.n)
		memcpy(v, p.v, p.n * sizeof(*v));
	out->n = p.n;
	out->v = v;
	return true;
}

/* What 1.9x had. */
static bool is_old(const char *text)
{
	return !strcmp(text, "3des") || !strcmp(text, "3des-md5-96") ||
	       !strcmp(text, "3des-sha1-96") || !strcmp(text, "hmac-md5-96") ||
	       !strcmp(text, "hmac-sha1-96");
}

bool value_props(struct value *val)
{
	struct conf_props *props;
	struct value_piece p = { .next = val->v->text };
	struct conf_proposal *v = NULL;
	size_t n = 0, room = 0, len;
	bool good = true, only = false;
	int more;

	if (!nnames)
		make_names();
	if (!is_old(val->v->text))
		value_since(val, CONF_NOW);
	while (good && (more = value_piece(&p, ", \t")) != 0) {
		v = arena_grow(v, &room, n, sizeof(*v));
		len = more > 0 ? strlen(p.text) : 0;
		if (len && p.text[len - 1] == '!' && !*p.next) {
			p.text[len - 1] = '\0';
			only = true;
		}
		good = more > 0 && (int64_t)n < val->row->max ?
			       parse_one(val, &p, &v[n]) :
			       value_fail(val, val->v->text,
					  "the list is too long");
		n += good;
	}
	if (good && !n)
		good = value_fail(val, val->v->text, "the list is empty");
	props = arena_alloc(val->arena, sizeof(*props) + n * sizeof(*v));
	props->n = n;
	props->only = only;
	if (n)
		memcpy(props->v, v, n * sizeof(*v));
	free(v);
	val->v->u.props = props;
	return good;
}
