// SPDX-License-Identifier: GPL-2.0-or-later
/* opts.c - the words after a verb, parsed by their rows. */
#include "opts.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "algs.h"
#include "base/suggest.h"
#include "key.h"
#include "value.h"
#include "words.h"

static const struct name names_mode[] = { { "tunnel", NFI_MODE_TUNNEL },
					  { "transport", NFI_MODE_TRANSPORT },
					  { 0 } };
static const struct name names_df[] = { { "copy", NFI_DF_COPY },
					{ "set", NFI_DF_SET },
					{ "clear", NFI_DF_CLEAR },
					{ 0 } };
static const struct name names_state[] = { { "valid", NFI_SA_VALID },
					   { "soft", NFI_SA_SOFT },
					   { "dead", NFI_SA_DEAD },
					   { 0 } };
static const struct name names_input[] = { { "fast", NFI_INPUT_FAST },
					   { "filtered", NFI_INPUT_FILTERED },
					   { 0 } };
static const struct name names_default[] = { { "pass", NFI_ACT_PASS },
					     { "drop", NFI_ACT_DROP },
					     { 0 } };
static const struct name names_kind[] = { { "added", NFI_EV_ADDED },
					  { "changed", NFI_EV_CHANGED },
					  { "deleted", NFI_EV_DELETED },
					  { "bytes", NFI_EV_BYTES },
					  { "packets", NFI_EV_PACKETS },
					  { "add-time", NFI_EV_ADD_TIME },
					  { "use-time", NFI_EV_USE_TIME },
					  { "sequence", NFI_EV_SEQUENCE },
					  { 0 } };
static const struct name names_proto[] = { { "icmp", 1 },   { "tcp", 6 },
					   { "udp", 17 },   { "gre", 47 },
					   { "esp", 50 },   { "ah", 51 },
					   { "icmpv6", 58 }, { "sctp", 132 },
					   { "any", 0 },    { 0 } };

/* clang-format off */
#define A USE_ADD
#define S USE_SET
#define K USE_KEY
#define L USE_LIST
#define F USE_FLUSH
#define C USE_ALLOC
const struct opt opts[] = {
#define OPT(set, attr, word, kind, arg, names, use, expect) \
	{ NLP_##set, NFI_##set##_##attr, word, OPT_##kind, arg, names, use, expect },
#include "opts.def"
#undef OPT
	{ 0 }
};
#undef A
#undef S
#undef K
#undef L
#undef F
#undef C
/* clang-format on */

const struct opt *opts_find(enum nlp_set set, uint16_t attr)
{
	const struct opt *o;

	for (o = opts; o->word; o++)
		if (o->set == set && o->attr == attr)
			return o;
	return NULL;
}

static const char *name_of(const struct name *names, uint64_t value)
{
	for (; names && names->name; names++)
		if (names->value == value)
			return names->name;
	return NULL;
}

const char *opts_name(enum nlp_set set, uint16_t attr, uint64_t value)
{
	const struct opt *o;

	for (o = opts; o->word; o++) {
		if (o->set != set || o->attr != attr)
			continue;
		if (o->kind == OPT_VALUE && o->arg == value)
			return o->word;
		if (o->kind == OPT_ENUM)
			return name_of(o->names, value);
		if (o->kind == OPT_PROTO)
			return name_of(names_proto, value);
	}
	return NULL;
}

/* Values -------------------------------------------------------------------------------------- */

/* What a parser of one kind works on: the row of the attribute, and where its word is. */
struct value {
	const struct opt *o;
	const struct nlp_row *row;
	size_t at;
	const char *text;
};

static int expect(struct words *w, const struct value *v)
{
	return words_fail(w, v->at, "expected %s after '%s'", v->o->expect, v->o->word);
}

static int store(struct words *w, const struct value *v, void *obj, uint64_t n)
{
	if (!nlp_row_set(v->row, obj, n))
		return 0;
	return words_fail(w, v->at, "outside %llu to %llu; expected %s after '%s'",
			  (unsigned long long)v->row->min,
			  (unsigned long long)v->row->max, v->o->expect, v->o->word);
}

static int parse_number(struct words *w, const struct value *v, void *obj)
{
	uint64_t n = 0;
	int err;

	if (v->o->kind == OPT_BYTES)
		err = value_unit(v->text, UNITS_BYTES, &n);
	else if (v->o->kind == OPT_COUNT)
		err = value_unit(v->text, UNITS_COUNT, &n);
	else if (v->o->kind == OPT_TIME)
		err = value_unit(v->text, UNITS_TIME, &n);
	else
		err = value_number(v->text, &n);
	if (err)
		return expect(w, v);
	return store(w, v, obj, n);
}

static int parse_addr(struct words *w, const struct value *v, void *obj)
{
	struct nfi_addr *addr = (void *)((char *)obj + v->row->offset);

	if (value_addr(v->text, addr))
		return expect(w, v);
	nlp_mark(obj, v->row->attr);
	return 0;
}

static int parse_str(struct words *w, const struct value *v, void *obj)
{
	size_t n = strlen(v->text);

	if (n < v->row->min || n > v->row->max)
		return expect(w, v);
	memcpy((char *)obj + v->row->offset, v->text, n + 1);
	nlp_mark(obj, v->row->attr);
	return 0;
}

static int parse_name(struct words *w, const struct value *v, const struct name *names,
		      void *obj)
{
	const struct name *n;
	struct suggest s;

	for (n = names; n->name; n++)
		if (!strcmp(n->name, v->text))
			return store(w, v, obj, n->value);
	suggest_begin(&s, v->text);
	for (n = names; n->name; n++)
		suggest_offer(&s, n->name);
	if (!s.best)
		return expect(w, v);
	return words_fail(w, v->at, "expected %s after '%s'; did you mean '%s'?",
			  v->o->expect, v->o->word, s.best);
}

static int parse_enum(struct words *w, const struct value *v, void *obj)
{
	return parse_name(w, v, v->o->names, obj);
}

static int parse_bool(struct words *w, const struct value *v, void *obj)
{
	static const struct name names[] = { { "off", 0 }, { "on", 1 },	 { "no", 0 },
					     { "yes", 1 }, { "0", 0 },	 { "1", 1 },
					     { 0 } };

	return parse_name(w, v, names, obj);
}

static int parse_value(struct words *w, const struct value *v, void *obj)
{
	return store(w, v, obj, v->o->arg);
}

static int parse_flag(struct words *w, const struct value *v, void *obj)
{
	return store(w, v, obj, nlp_row_get(v->row, obj) | v->o->arg);
}

static int parse_dscp(struct words *w, const struct value *v, void *obj)
{
	struct nfi_sa_msg *sa = obj;
	int err = parse_number(w, v, obj);

	if (err)
		return err;
	sa->flags |= NFI_SAF_FIXED_DSCP;
	nlp_mark(sa, NFI_SA_FLAGS);
	return 0;
}

static int parse_dev(struct words *w, const struct value *v, void *obj)
{
	unsigned int index = if_nametoindex(v->text);

	if (!index)
		return words_fail(w, v->at, "no network device of this name");
	return store(w, v, obj, index);
}

static int no_alg(struct words *w, const struct value *v, bool enc)
{
	struct suggest s;

	if (algs_find(!enc, v->text))
		return words_fail(w, v->at, "this is an algorithm for '%s', not for '%s'",
				  enc ? "auth" : "enc", v->o->word);
	suggest_begin(&s, v->text);
	algs_suggest(enc, &s);
	if (s.best)
		return words_fail(w, v->at, "expected %s; did you mean '%s'?",
				  v->o->expect, s.best);
	return words_fail(w, v->at, "expected %s; 'ipsecctl algs' lists them",
			  v->o->expect);
}

static int parse_alg(struct words *w, const struct value *v, void *obj)
{
	bool enc = v->o->kind == OPT_ENC;
	const struct alg *alg = algs_find(enc, v->text);
	struct nfi_sa_msg *sa = obj;

	if (!alg)
		return no_alg(w, v, enc);
	if (store(w, v, obj, alg->value))
		return -EINVAL;
	if (!words_take(w, "key")) {
		if (algs_key_fits(alg, enc, 0))
			return 0;
		return words_fail(w, w->at, "expected 'key KEY' after '%s %s'",
				  v->o->word, v->text);
	}
	nlp_mark(sa, enc ? NFI_SA_ENC_KEY : NFI_SA_AUTH_KEY);
	return key_parse(w, alg, enc, enc ? &sa->enc_key : &sa->auth_key);
}

static int parse_encap(struct words *w, const struct value *v, void *obj)
{
	static const uint16_t ports[] = { NFI_SA_ENCAP_SPORT, NFI_SA_ENCAP_DPORT };
	struct value port = *v;
	size_t i;
	int err = 0;

	if (!strcmp(v->text, "none"))
		return store(w, v, obj, NFI_ENCAP_NONE);
	if (strcmp(v->text, "udp"))
		return expect(w, v);
	err = store(w, v, obj, NFI_ENCAP_UDP);
	for (i = 0; i < 2 && !err; i++) {
		uint64_t n;

		port.row = nlp_row_find(NLP_SA, ports[i]);
		port.at = w->at;
		port.text = words_next(w);
		if (!port.text || value_number(port.text, &n))
			return expect(w, &port);
		err = store(w, &port, obj, n);
	}
	return err;
}

static int parse_prefix(struct words *w, const struct value *v, void *obj)
{
	struct nfi_addr *addr = (void *)((char *)obj + v->row->offset);
	const struct nlp_row *len = nlp_row_find(v->o->set, (uint16_t)(v->o->attr + 1));
	uint8_t plen;
	int err;

	if (!strcmp(v->text, "any"))
		return 0;
	err = value_prefix(v->text, addr, &plen);
	if (err == -ERANGE)
		return words_fail(w, v->at, "prefix is too long, or bits after it are not 0");
	if (err)
		return expect(w, v);
	nlp_mark(obj, v->row->attr);
	return nlp_row_set(len, obj, plen);
}

static int parse_proto(struct words *w, const struct value *v, void *obj)
{
	uint64_t n;

	if (!value_number(v->text, &n))
		return store(w, v, obj, n);
	return parse_name(w, v, names_proto, obj);
}

static int parse_range(struct words *w, const struct value *v, void *obj)
{
	const struct nlp_row *to = nlp_row_find(v->o->set, (uint16_t)(v->o->attr + 1));
	uint64_t max = v->o->kind == OPT_ICMP ? 255 : 65535;
	uint64_t lo, hi;

	if (value_range(v->text, max, &lo, &hi))
		return expect(w, v);
	nlp_row_set(v->row, obj, lo);
	nlp_row_set(to, obj, hi);
	return 0;
}

static int parse_mark(struct words *w, const struct value *v, void *obj)
{
	const struct nlp_row *mask = nlp_row_find(v->o->set, (uint16_t)(v->o->attr + 1));
	const char *slash = strchr(v->text, '/');
	char mark[24] = "";
	uint64_t m, k = UINT32_MAX;
	size_t n = slash ? (size_t)(slash - v->text) : strlen(v->text);

	if (n < sizeof(mark))
		memcpy(mark, v->text, n);
	if (n >= sizeof(mark) || value_number(mark, &m) ||
	    (slash && value_number(slash + 1, &k)) || k > UINT32_MAX)
		return expect(w, v);
	if (m & ~k)
		return words_fail(w, v->at, "mark has bits outside its mask: it could never match");
	nlp_row_set(mask, obj, k);
	return store(w, v, obj, m);
}

typedef int parser(struct words *w, const struct value *v, void *obj);

static parser *const parsers[OPT_KINDS] = {
	[OPT_NUM] = parse_number,   [OPT_HEX] = parse_number,
	[OPT_BYTES] = parse_number, [OPT_COUNT] = parse_number,
	[OPT_TIME] = parse_number,  [OPT_ADDR] = parse_addr,
	[OPT_STR] = parse_str,	    [OPT_ENUM] = parse_enum,
	[OPT_BOOL] = parse_bool,    [OPT_VALUE] = parse_value,
	[OPT_FLAG] = parse_flag,    [OPT_DSCP] = parse_dscp,
	[OPT_DEV] = parse_dev,	    [OPT_ENC] = parse_alg,
	[OPT_AUTH] = parse_alg,	    [OPT_ENCAP] = parse_encap,
	[OPT_PREFIX] = parse_prefix, [OPT_PROTO] = parse_proto,
	[OPT_PORTS] = parse_range,  [OPT_ICMP] = parse_range,
	[OPT_MARK] = parse_mark,
};

/* Words --------------------------------------------------------------------------------------- */

static bool given(const struct opt *o, const struct nlp_row *row, const void *obj)
{
	if (!nlp_has(obj, o->attr))
		return false;
	/* 'dscp' implies 'hidetos'; both may be given */
	return o->kind != OPT_FLAG || (nlp_row_get(row, obj) & o->arg &&
				       o->arg != NFI_SAF_FIXED_DSCP);
}

static const struct opt *find_word(const char *word, enum nlp_set set, unsigned int use)
{
	const struct opt *o;

	for (o = opts; o->word; o++)
		if (o->set == set && o->use & use && !strcmp(o->word, word))
			return o;
	return NULL;
}

int opts_parse(struct words *w, enum nlp_set set, unsigned int use, void *obj)
{
	const char *word = words_peek(w);
	struct value v = { .at = w->at };
	int err;

	v.o = word ? find_word(word, set, use) : NULL;
	if (!v.o)
		return 0;
	v.row = nlp_row_find(set, v.o->attr);
	if (given(v.o, v.row, obj)) {
		const struct opt *first = opts_find(set, v.o->attr);

		if (v.o->kind == OPT_VALUE || v.o != first)
			return words_fail(w, w->at, "given twice, or beside a word that excludes it");
		return words_fail(w, w->at, "given twice");
	}
	words_next(w);
	if (v.o->kind != OPT_VALUE && v.o->kind != OPT_FLAG) {
		v.at = w->at;
		v.text = words_next(w);
		if (!v.text)
			return expect(w, &v);
	}
	err = parsers[v.o->kind](w, &v, obj);
	return err ? err : 1;
}

int opts_refuse(struct words *w, enum nlp_set set, unsigned int use)
{
	const char *word = words_peek(w);
	const struct opt *o;
	struct suggest s;

	if (!word)
		return words_fail(w, w->n, "a word is missing");
	if (find_word(word, set, ~0U))
		return words_fail(w, w->at, "has no place in this command");
	suggest_begin(&s, word);
	for (o = opts; o->word; o++)
		if (o->set == set && o->use & use)
			suggest_offer(&s, o->word);
	if (!s.best)
		return words_fail(w, w->at, "unknown word");
	return words_fail(w, w->at, "unknown word; did you mean '%s'?", s.best);
}
