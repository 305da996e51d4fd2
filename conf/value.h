/* SPDX-License-Identifier: GPL-2.0-or-later */
/* value.h - the text of a parameter into its typed value. */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

#include "base/arena.h"
#include "conf/conf.h"
#include "conf/options.h"

/* One parsing: what to do, and what is to be said about it. */
struct value {
	struct arena *arena;
	const struct conf_row *row;
	enum conf_type type; /* of the keyword as it was spelled */
	enum word_set words;
	bool strict;
	bool terse; /* no hints: nobody will see them */
	struct conf_value *v; /* text is set; the rest is filled in */
	enum conf_gen since; /* out: the generation of what was used */
	char text[320]; /* out: what is wrong; with success a warning */
	const char *hint;
	uint32_t at; /* out: octets into the text where it is wrong */
};

/* false: does not parse, val->text says why. */
bool value_parse(struct value *val);

/* For the files value_*.c: say what is wrong at part of the text. Returns false. */
bool value_fail(struct value *val, const char *part, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* "did you mean" for a word of the set; NULL: nothing is near. */
const char *value_near(struct value *val, const char *text);
/* Note that something newer than 1.9x is used. */
void value_since(struct value *val, enum conf_gen since);
/* A number, 0x hexadecimal or decimal, that takes the whole text and is at most max. */
bool value_integer(const char *text, uint64_t max, uint64_t *n);

/* Cut the text at separators and braces into pieces; each is a copy in the arena. */
struct value_piece {
	const char *next;
	char text[256];
	const char *at; /* in the whole text */
};
/* 1: a piece; 0: no more; -1: too long. */
int value_piece(struct value_piece *p, const char *separators);

bool value_ranges(
	struct value *val); /* value_addr.c: HOST SUBNETS SOURCEIP POOL ADDRS */
bool value_protoport(struct value *val);
bool value_id(struct value *val); /* value_id.c */
bool value_key(struct value *val); /* KEY, PUBKEY */
bool value_props(struct value *val); /* value_alg.c: IKE ESP AH */

#endif /* CONF_VALUE_H */
