/* SPDX-License-Identifier: GPL-2.0-or-later */
/* typed.h - a value of ipsec.conf as text, from what it was understood to be and not from what was written. */
#ifndef UNIT_TYPED_H
#define UNIT_TYPED_H

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>

#include "conf/conf.h"
#include "conf/options.h"

struct out {
	char text[1024];
	size_t n;
};

static void put(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void put(struct out *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	o->n += (size_t)vsnprintf(o->text + o->n, sizeof(o->text) - o->n, fmt, ap);
	va_end(ap);
	assert_true(o->n < sizeof(o->text));
}

static void put_address(struct out *o, const uint8_t *b, uint8_t len)
{
	char text[INET6_ADDRSTRLEN];

	put(o, "%s", inet_ntop(len == 4 ? AF_INET : AF_INET6, b, text, sizeof(text)));
}

static void put_range(struct out *o, const struct conf_range *r)
{
	if (r->word)
		put(o, "%s", options_word_text(r->word));
	else if (r->name)
		put(o, "name %s", r->name);
	else if (r->len)
		put_address(o, r->first, r->len);
	if (r->len && r->plen != CONF_NO_PREFIX)
		put(o, "/%u", r->plen);
	if (r->len && r->plen == CONF_NO_PREFIX) {
		put(o, "-");
		put_address(o, r->last, r->len);
	}
	if (r->proto)
		put(o, "[%u/%u-%u]", r->proto, r->port_min, r->port_max);
}

static void put_props(struct out *o, const struct conf_props *props)
{
	size_t i, k;

	for (i = 0; i < props->n; i++) {
		for (k = 0; k < props->v[i].n; k++) {
			const struct conf_alg *a = &props->v[i].v[k];

			put(o, "%s", k ? " " : i ? ", " : "");
			if (a->kind >= ALG_ADDKE1)
				put(o, "ke%d:", (int)a->kind - ALG_ADDKE1 + 1);
			put(o, "%s", a->name);
			if (a->keybits)
				put(o, "/%u", a->keybits);
		}
	}
	put(o, "%s", props->only ? "!" : "");
}

static void put_flags(struct out *o, const struct conf_value *v, enum word_set set)
{
	enum conf_gen since;
	int w;

	for (w = W_NONE + 1; w < W_COUNT; w++) {
		const char *text = options_word_text((enum conf_word)w);

		if ((int)options_word(set, text, &since) == w && conf_has(v, (enum conf_word)w))
			put(o, "%s%s", o->n ? "+" : "", text);
	}
}

static void put_time(struct out *o, uint64_t ms)
{
	put(o, ms % 1000 ? "%ums" : "%us", (unsigned int)(ms % 1000 ? ms : ms / 1000));
}

static void put_id(struct out *o, const struct conf_id *id)
{
	static const char *const kinds[] = { "address", "fqdn", "user",	    "keyid", "dn",
					     "name",	"any",	"fromcert", "null",  "myid" };

	put(o, "%s:%s", kinds[id->kind], id->text);
}

static void put_words(struct out *o, const struct conf_words *words)
{
	size_t i;

	for (i = 0; i < words->n; i++)
		put(o, "%s%s", i ? " " : "", words->v[i]);
}

static void put_number(struct out *o, const struct conf_value *v)
{
	switch ((enum conf_type)v->type) {
	case CONF_BOOL:
		put(o, "%s", v->u.n ? "yes" : "no");
		break;
	case CONF_TIME:
		put_time(o, v->u.n);
		break;
	case CONF_MSEC:
		put(o, "%ums", (unsigned int)v->u.n);
		break;
	case CONF_PERCENT:
		put(o, "%u%%", (unsigned int)v->u.n);
		break;
	default:
		put(o, "%d", (int)v->u.n);
	}
}

static void put_ranges(struct out *o, const struct conf_ranges *ranges)
{
	size_t i;

	for (i = 0; i < ranges->n; i++) {
		put(o, "%s", i ? " " : "");
		put_range(o, &ranges->v[i]);
	}
}

/* clang-format off */
static void put_value(struct out *o, const struct conf_value *v)
{
	switch ((enum conf_type)v->type) {
	case CONF_FLAGS:
		put_flags(o, v, options_row((enum conf_kw)v->kw)->words);
		break;
	case CONF_AUTH:
		put(o, v->u.words->n ? "%s: " : "%s", options_word_text((enum conf_word)v->word));
		put_words(o, v->u.words);
		break;
	case CONF_NAMES: case CONF_WORDS: case CONF_IFACES:
		put_words(o, v->u.words);
		break;
	case CONF_HOST: case CONF_SUBNETS: case CONF_SOURCEIP: case CONF_POOL: case CONF_ADDRS: case CONF_PROTOPORT:
		put_ranges(o, v->u.ranges);
		break;
	case CONF_ID:
		put_id(o, v->u.id);
		break;
	case CONF_PUBKEY: case CONF_KEY:
		if (v->u.key->len)
			put(o, "%zu octets", v->u.key->len);
		else
			put(o, "file %s", v->text);
		break;
	case CONF_MARK:
		put(o, "0x%x/0x%x", v->u.mark.value, v->u.mark.mask);
		break;
	case CONF_IKE: case CONF_ESP: case CONF_AH:
		put_props(o, v->u.props);
		break;
	case CONF_SAME: case CONF_ENUM: case CONF_STRING: case CONF_PATH: case CONF_COMMAND:
		put(o, "%s", v->text);
		break;
	case CONF_BOOL: case CONF_INT: case CONF_BYTES: case CONF_TIME: case CONF_MSEC:
	case CONF_PERCENT: case CONF_DSCP: case CONF_SPI:
		put_number(o, v);
	}
}
/* clang-format on */

/* A word stands for itself; lists of ranges and methods say more than their word. */
static bool is_word(const struct conf_value *v)
{
	return v->word && (v->type == CONF_ENUM || v->type == CONF_INT || v->type == CONF_PUBKEY || v->type == CONF_MARK);
}

static const char *typed(const struct conf_value *v)
{
	static struct out o;

	o.n = 0;
	o.text[0] = '\0';
	if (!v->set)
		put(&o, "-");
	else if (is_word(v))
		put(&o, "%s", options_word_text((enum conf_word)v->word));
	else
		put_value(&o, v);
	return o.text;
}

#endif /* UNIT_TYPED_H */
