// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * check_manual.c - manual keys: lengths, samples of the documentation, SPIs that two connections
 * have.
 */
#include "conf/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "nl-proto/nf_ipsec.h"

/* clang-format off */
/* Octets of key and salt of each encryption, by its value in algs.def; of each authentication. */
static const struct { uint8_t keys, salt; bool aead; } encs[256] = {
#define NFI_ENC(id, value, name, kernel, module, keys, salt, iv, block, icv, flags) \
	[value] = { keys, salt, ((flags) & NFI_ALG_AEAD) != 0 },
#include "nl-proto/algs.def"
#undef NFI_ENC
};
static const uint8_t auths[256] = {
#define NFI_AUTH(id, value, name, kernel, module, keylen, icv, flags) [value] = keylen,
#include "nl-proto/algs.def"
#undef NFI_AUTH
};
/* clang-format on */

static const struct conf_alg *alg_of(const struct conf_value *v,
				     enum conf_alg_kind kind)
{
	const struct conf_proposal *p = v && v->u.props->n ? &v->u.props->v[0] :
							     NULL;
	size_t i;

	for (i = 0; p && i < p->n; i++)
		if (p->v[i].kind == kind)
			return &p->v[i];
	return NULL;
}

static bool key_fits(const struct conf_alg *alg, size_t n)
{
	static const uint8_t flags[] = { NFI_K128, NFI_K192, NFI_K256 };
	size_t i;

	if (alg->kind == ALG_AUTH)
		return n == auths[alg->nfi];
	for (i = 0; i < 3; i++)
		if (encs[alg->nfi].keys & flags[i] &&
		    n == 16 + 8 * i + encs[alg->nfi].salt &&
		    (!alg->keybits || alg->keybits == (16 + 8 * i) * 8))
			return true;
	return false;
}

/* The lengths that would do, in bits. */
static const char *fitting(struct conf *c, const struct conf_alg *alg)
{
	char text[80];
	size_t n, len = 0;

	for (n = 1; n <= 64 && len < sizeof(text) - 8; n++)
		if (key_fits(alg, n))
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						"%s%zu", len ? " or " : "",
						n * 8);
	return arena_print(&c->arena, "%s takes a key of %s bits", alg->name,
			   len ? text : "no");
}

/* SEC-32, LIT-23: keys that stand in the documentation, and keys that are none. */
static bool is_sample(const struct conf_key *key)
{
	static const char *const samples[] = {
		"0123456789abcdef02468ace13579bdf123456789abcdef0",
		"123456789abcdef02468ace013579bdf"
	};
	uint8_t b[64];
	size_t i, k = 0;

	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		int n = secret_from_hex(samples[i], b, sizeof(b));

		if (n > 0 && (size_t)n == key->len &&
		    !memcmp(b, key->b, key->len))
			return true;
	}
	while (k < key->len && key->b[k] == key->b[0])
		k++;
	return k == key->len; /* one octet again and again */
}

static void check_key(struct conf_conn *s, const struct conf_value *v,
		      const struct conf_alg *alg)
{
	if (!v)
		return;
	if (!v->u.key || !v->u.key->len)
		return;
	if (alg && !key_fits(alg, v->u.key->len))
		check_say(s, v, CONF_ERROR, "the key has the wrong length")
			->hint = fitting(s->c, alg);
	else if (is_sample(v->u.key))
		check_say(s, v, CONF_ERROR, "everybody knows this key")->hint =
			"make one: ipsec ranbits 192";
}

/* One key for both directions, or one for each. */
static void check_pair(struct conf_conn *s, enum conf_kw both,
		       enum conf_kw each, const struct conf_alg *alg)
{
	const struct conf_value *b = check_said(s, both, SIDE_NONE);
	const struct conf_value *l = check_said(s, each, SIDE_LEFT),
				*r = check_said(s, each, SIDE_RIGHT);
	char name[64], text[160];

	options_name(both, SIDE_NONE, name);
	check_key(s, b, alg);
	check_key(s, l, alg);
	check_key(s, r, alg);
	if (!l != !r) {
		snprintf(text, sizeof(text), "left%s and right%s: both or none",
			 name, name);
		check_say(s, l ? l : r, CONF_ERROR, text);
	} else if (alg && !b && !l) {
		snprintf(text, sizeof(text), "%s= is missing", name);
		check_say(s, NULL, CONF_ERROR, text)->hint = fitting(s->c, alg);
	} else if (!alg && (b || l)) {
		snprintf(text, sizeof(text),
			 "%s= without an algorithm that takes it", name);
		check_say(s, b ? b : l, CONF_ERROR, text);
	}
}

/* MAN-01, MAN-02 */
static void check_spi(struct conf_conn *s)
{
	const struct conf_value *spi = check_said(s, KW_SPI, SIDE_NONE),
				*base = check_said(s, KW_SPIBASE, SIDE_NONE);

	if (spi && base)
		check_say(s, base, CONF_ERROR, "spi and spibase")->other =
			check_pos(spi);
	if (base && base->u.n & 0xf)
		check_say(s, base, CONF_ERROR, "spibase must end in 0")->hint =
			"its last digit counts the SAs";
	if ((spi && spi->u.n > 0xfff) || (base && base->u.n > 0xff0))
		check_say(s, spi ? spi : base, CONF_WARNING,
			  "SPIs from 0x1000 are given to automatic connections")
			->hint = "use 0x100 to 0xfff";
}

/* MAN-06 */
static void check_replay(struct conf_conn *s, enum conf_kw kw,
			 const struct conf_alg *auth)
{
	const struct conf_value *v = check_said(s, kw, SIDE_NONE);

	if (v && v->u.n && !auth)
		check_say(s, v, CONF_ERROR,
			  "a replay window without authentication");
}

/* MAN-13: what nobody negotiates must be known. */
static void check_fixed(struct conf_conn *s)
{
	enum conf_side side;

	for (side = SIDE_LEFT; side <= SIDE_RIGHT; side++) {
		const struct conf_value *host = check_said(s, KW_HOST, side);

		if (host && !check_address(host) &&
		    host->word != W_HOST_DEFAULTROUTE)
			check_say(s, host, CONF_ERROR,
				  "manual keys need the address of that end");
	}
}

void check_keys(struct conf_conn *s)
{
	const struct conf_value *esp = check_said(s, KW_ESP, SIDE_NONE),
				*ah = check_said(s, KW_AH, SIDE_NONE);
	const struct conf_alg *enc = alg_of(esp, ALG_ENC),
			      *auth = alg_of(esp, ALG_AUTH);
	bool aead = enc && encs[enc->nfi].aead;

	check_spi(s);
	check_fixed(s);
	if (!esp && !ah)
		check_say(s, NULL, CONF_ERROR,
			  "manual keys without esp= or ah=");
	if (esp && !auth && !ah && !aead)
		check_say(s, esp, CONF_WARNING,
			  "encryption without authentication is no protection")
			->hint = "esp=3des-sha1-96, or better aes256-sha2_256";
	check_pair(s, KW_ESPENCKEY, KW_ESPENCKEY_SIDE,
		   enc && encs[enc->nfi].keys ? enc : NULL);
	check_pair(s, KW_ESPAUTHKEY, KW_ESPAUTHKEY_SIDE, auth);
	check_pair(s, KW_AHKEY, KW_AHKEY_SIDE, alg_of(ah, ALG_AUTH));
	check_replay(s, KW_ESPREPLAY, auth || aead ? enc : NULL);
	check_replay(s, KW_AHREPLAY, alg_of(ah, ALG_AUTH));
}

/* SPIs ----------------------------------------------------------------------------------------- */

/* An SPI at the address that receives it. */
struct taken {
	struct conf_conn *s;
	const struct conf_value *v;
	const struct conf_range *at;
	uint32_t spi;
	bool ah;
};

static int compare_taken(const void *a, const void *b)
{
	const struct taken *x = a, *y = b;
	int by_address;

	if (x->spi != y->spi)
		return x->spi < y->spi ? -1 : 1;
	if (x->ah != y->ah)
		return x->ah ? 1 : -1;
	if (x->at->len != y->at->len)
		return x->at->len < y->at->len ? -1 : 1;
	by_address = memcmp(x->at->first, y->at->first, x->at->len);
	if (by_address)
		return by_address;
	return x->s->index < y->s->index ? -1 : x->s->index > y->s->index;
}

struct all_taken {
	struct taken *v;
	size_t n, room;
};

static void take(struct all_taken *t, const struct taken *one,
		 unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		t->v = arena_grow(t->v, &t->room, t->n, sizeof(*t->v));
		t->v[t->n] = *one;
		t->v[t->n++].spi += i;
	}
}

/* The SPIs of packets to one side, by one protocol. */
static void take_side(struct all_taken *t, struct conf_conn *s,
		      enum conf_side side, bool ah)
{
	const struct conf_value *base = check_said(s, KW_SPIBASE, SIDE_NONE);
	struct taken one = { .s = s, .ah = ah };

	one.at = check_address(check_said(s, KW_HOST, side));
	one.v = check_said(s, ah ? KW_AHSPI : KW_ESPSPI, side);
	if (!one.at || !check_said(s, ah ? KW_AH : KW_ESP, SIDE_NONE))
		return;
	if (!one.v)
		one.v = base ? base : check_said(s, KW_SPI, SIDE_NONE);
	one.spi = (uint32_t)one.v->u.n;
	/*
	 * to the right even digits, to the left odd ones; what is in use depends on the protocols
	 */
	take(t, &one, one.v == base ? 16 : 1);
}

void check_spis(struct conf *c)
{
	struct all_taken t = { .n = 0 };
	size_t i;

	for (i = 0; i < c->nconns; i++) {
		struct conf_conn *s = c->conns[i];
		enum conf_side side;

		if (conf_conn_broken(s) || !check_manual(s))
			continue;
		for (side = SIDE_LEFT; side <= SIDE_RIGHT; side++) {
			take_side(&t, s, side, false);
			take_side(&t, s, side, true);
		}
	}
	if (t.n)
		qsort(t.v, t.n, sizeof(*t.v), compare_taken);
	for (i = 1; i < t.n; i++) {
		const struct taken *a = &t.v[i - 1], *b = &t.v[i];

		if (a->spi != b->spi || a->ah != b->ah || a->s == b->s ||
		    a->at->len != b->at->len ||
		    memcmp(a->at->first, b->at->first, a->at->len) != 0 ||
		    b->s->broken)
			continue;
		diag_add(b->s, CONF_ERROR, check_pos(b->v),
			 "SPI 0x%x is that of conn '%s', too", b->spi,
			 a->s->name)
			->other = check_pos(a->v);
	}
	free(t.v);
}
