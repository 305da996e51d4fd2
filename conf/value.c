// SPDX-License-Identifier: GPL-2.0-or-later
/* value.c - numbers, times, words and lists; the other kinds are in value_*.c. */
#include "conf/value.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf_priv.h"

bool value_fail(struct value *val, const char *part, const char *fmt, ...)
{
	size_t n = strlen(val->v->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(val->text, sizeof(val->text), fmt, ap);
	va_end(ap);
	if (part >= val->v->text && part <= val->v->text + n)
		val->at = (uint32_t)(part - val->v->text);
	return false;
}

void value_since(struct value *val, enum conf_gen since)
{
	if (since > val->since)
		val->since = since;
}

bool value_integer(const char *text, uint64_t max, uint64_t *n)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *s = hex ? text + 2 : text;
	uint64_t base = hex ? 16 : 10;

	*n = 0;
	if (!*s)
		return false;
	for (; *s; s++) {
		unsigned int digit;

		if (!(hex ? isxdigit((unsigned char)*s) :
			    isdigit((unsigned char)*s)))
			return false;
		digit = isdigit((unsigned char)*s) ?
				(unsigned int)(*s - '0') :
				(unsigned int)(tolower((unsigned char)*s) -
					       'a' + 10);
		if (*n > (max - digit) / base || digit > max)
			return false;
		*n = *n * base + digit;
	}
	return true;
}

int value_piece(struct value_piece *p, const char *separators)
{
	size_t n;

	p->next += strspn(p->next, separators);
	if (!*p->next)
		return 0;
	n = strcspn(p->next, separators);
	p->at = p->next;
	if (n >= sizeof(p->text))
		return -1;
	memcpy(p->text, p->next, n);
	p->text[n] = '\0';
	p->next += n;
	return 1;
}

/* Words ---------------------------------------------------------------------------------------- */

const char *value_near(struct value *val, const char *text)
{
	const char *near = val->terse ? NULL :
					options_words_nearest(val->words, text);

	return near ? arena_print(val->arena, "did you mean '%s'?", near) :
		      NULL;
}

/* The whole text as a word of the set. */
static bool take_word(struct value *val)
{
	enum conf_gen since = CONF_V1;

	val->v->word = (uint16_t)options_word(val->words, val->v->text, &since);
	value_since(val, since);
	return val->v->word != W_NONE;
}

static bool fail_word(struct value *val, const char *text, const char *part)
{
	char list[300];

	val->hint = value_near(val, text);
	return value_fail(val, part, "expected %s",
			  options_words_text(val->words, list, sizeof(list)));
}

static bool parse_enum(struct value *val)
{
	const char *text = val->v->text;

	if (take_word(val))
		return true;
	/* yes and no have other spellings in today's files */
	if (!strcasecmp(text, "true") || !strcasecmp(text, "on"))
		text = "yes";
	else if (!strcasecmp(text, "false") || !strcasecmp(text, "off"))
		text = "no";
	val->v->word = (uint16_t)options_word(val->words, text, &val->since);
	value_since(val, CONF_NOW);
	return val->v->word || fail_word(val, val->v->text, val->v->text);
}

static bool parse_bool(struct value *val)
{
	static const char *const yes[] = { "yes", "true", "on", "y", "1" };
	static const char *const no[] = { "no", "false", "off", "n", "0" };
	size_t i;

	for (i = 0; i < (val->strict ? 1 : sizeof(yes) / sizeof(yes[0])); i++) {
		val->v->u.n = !strcasecmp(val->v->text, yes[i]);
		if (i)
			value_since(val, CONF_NOW);
		if (val->v->u.n || !strcasecmp(val->v->text, no[i]))
			return true;
	}
	return value_fail(val, val->v->text, "expected yes or no");
}

static bool parse_flags(struct value *val)
{
	struct value_piece p = { .next = val->v->text };

	while (value_piece(&p, ",|+ \t") > 0) {
		enum conf_gen since = CONF_V1;
		enum conf_word w = options_word(val->words, p.text, &since);

		if (!w)
			return fail_word(val, p.text, p.at);
		value_since(val, since);
		val->v->u.n |= 1ULL << options_word_bit(w);
	}
	/* more than one was "secret|rsasig" only, in 2 */
	if (val->v->u.n & (val->v->u.n - 1))
		value_since(val, CONF_V2);
	return val->v->u.n ||
	       value_fail(val, val->v->text, "the list is empty");
}

/* Numbers -------------------------------------------------------------------------------------- */

static bool fail_range(struct value *val, const char *unit)
{
	return value_fail(val, val->v->text, "expected %lld to %lld%s",
			  (long long)val->row->min, (long long)val->row->max,
			  unit);
}

static bool parse_int(struct value *val)
{
	uint64_t n;

	if (val->words && take_word(val))
		return true;
	/* -1 means "the default" where a row allows it */
	if (val->row->min < 0 && !strcmp(val->v->text, "-1")) {
		val->v->set = true;
		val->v->u.n = UINT64_MAX;
		return true;
	}
	if (!value_integer(val->v->text, UINT64_MAX / 2, &n))
		return value_fail(val, val->v->text,
				  "expected a number, %lld to %lld",
				  (long long)val->row->min,
				  (long long)val->row->max);
	if ((int64_t)n < val->row->min || (int64_t)n > val->row->max)
		return fail_range(val, "");
	val->v->u.n = n;
	return true;
}

static bool parse_bytes(struct value *val)
{
	static const char units[] = "KMGTP";
	char digits[24];
	size_t n = strspn(val->v->text, "0123456789");
	const char *unit = val->v->text + n;
	uint64_t value, factor = 1;
	const char *u = NULL;

	if (*unit) {
		u = strchr(units, toupper((unsigned char)*unit));
		value_since(val, CONF_NOW);
		/* 1G, 1GiB and 1Gi are all binary */
		if (!u || (unit[1] && strcasecmp(unit + 1, "i") &&
			   strcasecmp(unit + 1, "ib")))
			return value_fail(
				val, unit,
				"expected a number, as in 1000000 or 4G");
		factor = 1ULL << (10 * (unsigned int)(u - units + 1));
	}
	if (!n || n >= sizeof(digits))
		return value_fail(val, val->v->text,
				  "expected a number, as in 1000000 or 4G");
	memcpy(digits, val->v->text, n);
	digits[n] = '\0';
	if (!value_integer(digits, UINT64_MAX / factor, &value))
		return value_fail(val, val->v->text, "the number is too large");
	val->v->u.n = value * factor;
	return true;
}

/* Milliseconds of a unit, 0: it is none. */
static uint64_t unit_ms(const char *unit, bool strict)
{
	static const struct {
		const char *name;
		uint64_t ms;
	} units[] = { { "", 1000 },	{ "s", 1000 },	   { "m", 60000 },
		      { "h", 3600000 }, { "d", 86400000 }, { "w", 604800000 },
		      { "ms", 1 } };
	size_t i;

	for (i = 0; i < (strict ? 5 : sizeof(units) / sizeof(units[0])); i++)
		if (!strcmp(unit, units[i].name))
			return units[i].ms;
	return 0;
}

/* "90", "90s", "1.5h" into milliseconds; only units above the second had fractions in 1.9x. */
static bool to_ms(struct value *val, const char *text, uint64_t *ms)
{
	size_t whole = strspn(text, "0123456789"), frac = 0, i;
	uint64_t factor, n = 0, part = 0, scale = 1;
	const char *unit;

	if (text[whole] == '.')
		frac = strspn(text + whole + 1, "0123456789");
	unit = text + whole + (text[whole] == '.' ? frac + 1 : 0);
	factor = unit_ms(unit, val->strict);
	if (!whole || whole > 12 || !factor ||
	    (text[whole] == '.' && (!frac || frac > 6 || factor <= 1000)))
		return false;
	for (i = 0; i < whole; i++)
		n = n * 10 + (uint64_t)(text[i] - '0');
	for (i = 0; i < frac; i++) {
		part = part * 10 + (uint64_t)(text[whole + 1 + i] - '0');
		scale *= 10;
	}
	*ms = n * factor + part * factor / scale;
	return n <= UINT64_MAX / 2 / factor;
}

static bool parse_time(struct value *val)
{
	uint64_t ms;

	if (!to_ms(val, val->v->text, &ms)) {
		val->hint = val->strict ? NULL :
					  "units are ms, s, m, h, d and w";
		return value_fail(
			val, val->v->text,
			"expected a time, nnn[smhd], as in 90, 90s, 1.5h or 1d");
	}
	if (ms < (uint64_t)val->row->min * 1000 ||
	    ms > (uint64_t)val->row->max * 1000)
		return fail_range(val, " seconds");
	val->v->u.n = ms;
	return true;
}

/* A bare number counts milliseconds. */
static bool parse_msec(struct value *val)
{
	uint64_t ms;

	if (!value_integer(val->v->text, UINT32_MAX, &ms) &&
	    !to_ms(val, val->v->text, &ms))
		return value_fail(
			val, val->v->text,
			"expected milliseconds, as in 500, or a time, as in 2s");
	if ((int64_t)ms < val->row->min || (int64_t)ms > val->row->max)
		return fail_range(val, " milliseconds");
	val->v->u.n = ms;
	return true;
}

static bool parse_percent(struct value *val)
{
	size_t n = strspn(val->v->text, "0123456789");

	if (!n || n > 9 || strcmp(val->v->text + n, "%") != 0)
		return value_fail(val, val->v->text,
				  "expected a percentage, nnn%%, as in 100%%");
	val->v->u.n = strtoul(val->v->text, NULL, 10);
	if ((int64_t)val->v->u.n > val->row->max)
		return fail_range(val, "%");
	return true;
}

static bool parse_dscp(struct value *val)
{
	const char *s;

	for (s = val->v->text; *s == '0' || *s == '1'; s++)
		val->v->u.n = val->v->u.n << 1 | (uint64_t)(*s - '0');
	if (*s || s - val->v->text != 6)
		return value_fail(val, val->v->text,
				  "expected six binary digits, as in 101110");
	return true;
}

static bool parse_spi(struct value *val)
{
	bool hex = val->v->text[0] == '0' && (val->v->text[1] | 0x20) == 'x';

	if (!value_integer(val->v->text, UINT32_MAX, &val->v->u.n) ||
	    (val->strict && !hex))
		return value_fail(
			val, val->v->text,
			"expected an SPI in hexadecimal, as in 0x200");
	if ((int64_t)val->v->u.n < val->row->min)
		return value_fail(
			val, val->v->text,
			"SPIs below 0x100 are reserved; use 0x100 to 0xfff");
	return true;
}

static bool parse_mark(struct value *val)
{
	const char *slash = strchr(val->v->text, '/');
	struct conf_mark *mark = &val->v->u.mark;
	char first[16];
	uint64_t value, mask = UINT32_MAX;
	size_t n = slash ? (size_t)(slash - val->v->text) :
			   strlen(val->v->text);

	if (take_word(val))
		return true;
	if (n >= sizeof(first))
		n = 0;
	memcpy(first, val->v->text, n);
	first[n] = '\0';
	if (!value_integer(first, UINT32_MAX, &value) ||
	    (slash && !value_integer(slash + 1, UINT32_MAX, &mask)))
		return value_fail(val, val->v->text,
				  "expected a mark, as in 0x10 or 0x10/0xff");
	if (value & ~mask)
		return value_fail(
			val, val->v->text,
			"the mark has bits that its mask has not: no packet fits");
	mark->value = (uint32_t)value;
	mark->mask = (uint32_t)mask;
	return true;
}

/* Lists ---------------------------------------------------------------------------------------- */

/* Pieces of the text, at most the row's maximum, each judged by ok. */
static bool parse_list(struct value *val, const char *separators,
		       bool (*ok)(struct value *, struct value_piece *))
{
	struct value_piece p = { .next = val->v->text };
	struct conf_words *w;
	size_t n = 0, room = 0;
	const char **v = NULL;
	bool good = true;
	int more;

	while (good && (more = value_piece(&p, separators)) != 0) {
		if (more < 0 || (int64_t)n == val->row->max)
			good = value_fail(val, p.at ? p.at : val->v->text,
					  "the list is too long");
		else
			good = !ok || ok(val, &p);
		v = arena_grow(v, &room, n, sizeof(*v));
		if (good)
			v[n++] = arena_text(val->arena, p.text, strlen(p.text));
	}
	if (good && !n)
		good = value_fail(val, val->v->text, "the list is empty");
	w = arena_alloc(val->arena, sizeof(*w) + n * sizeof(*v));
	w->n = n;
	if (n)
		memcpy(w->v, v, n * sizeof(*v));
	free(v);
	val->v->u.words = w;
	return good;
}

/* ipsecN=DEVICE */
static bool good_iface(struct value *val, struct value_piece *p)
{
	const char *t = p->text;

	if (!strcmp(t, "%defaultroute") || !strcmp(t, "%none"))
		return true;
	if (!strncmp(t, "ipsec", 5) && isdigit((unsigned char)t[5]) &&
	    t[6] == '=' && t[7] && strlen(t + 7) < 16 && !strpbrk(t + 7, "/="))
		return true;
	val->hint = "ipsec0=eth0, or %defaultroute";
	return value_fail(val, p->at, "expected ipsecN=DEVICE");
}

static bool good_conn_name(struct value *val, struct value_piece *p)
{
	const char *t = p->text;

	if (!strcmp(t, "%search") && val->words == WORDS_SEARCH)
		return true;
	if (isalpha((unsigned char)*t) &&
	    !t[strspn(
		    t,
		    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")])
		return true;
	return value_fail(val, p->at, "expected names of connections%s",
			  val->words == WORDS_SEARCH ? ", or %search" : "");
}

/* "ike:rsa-sha256", "eap-tls": the word before the first '-' is the method. */
static bool parse_auth(struct value *val)
{
	const char *text = val->v->text;
	char method[32];
	size_t n;

	if (!strncmp(text, "ike:", 4))
		text += 4;
	n = strcspn(text, "-:");
	if (n >= sizeof(method))
		n = 0;
	memcpy(method, text, n);
	method[n] = '\0';
	val->v->word = (uint16_t)options_word(val->words, method, &val->since);
	if (!val->v->word)
		return fail_word(val, method, text);
	return parse_list(val, "-:", NULL);
}

static bool parse_text_value(struct value *val)
{
	/* a word may do for it, as %any does for a path */
	if (val->words)
		take_word(val);
	return true;
}

bool value_parse(struct value *val)
{
	switch (val->type) {
	case CONF_BOOL:
		return parse_bool(val);
	case CONF_INT:
		return parse_int(val);
	case CONF_BYTES:
		return parse_bytes(val);
	case CONF_TIME:
		return parse_time(val);
	case CONF_MSEC:
		return parse_msec(val);
	case CONF_PERCENT:
		return parse_percent(val);
	case CONF_DSCP:
		return parse_dscp(val);
	case CONF_SPI:
		return parse_spi(val);
	case CONF_ENUM:
		return parse_enum(val);
	case CONF_FLAGS:
		return parse_flags(val);
	case CONF_NAMES:
		return parse_list(val, ", \t", good_conn_name);
	case CONF_WORDS:
		return parse_list(val, ", \t", NULL);
	case CONF_IFACES:
		return parse_list(val, " \t", good_iface);
	case CONF_AUTH:
		return parse_auth(val);
	case CONF_HOST:
	case CONF_SUBNETS:
	case CONF_SOURCEIP:
	case CONF_POOL:
	case CONF_ADDRS:
		return value_ranges(val);
	case CONF_PROTOPORT:
		return value_protoport(val);
	case CONF_ID:
		return value_id(val);
	case CONF_PUBKEY:
	case CONF_KEY:
		return value_key(val);
	case CONF_MARK:
		return parse_mark(val);
	case CONF_IKE:
	case CONF_ESP:
	case CONF_AH:
		return value_props(val);
	case CONF_STRING:
	case CONF_PATH:
	case CONF_COMMAND:
	case CONF_SAME:
		break;
	}
	return parse_text_value(val);
}
