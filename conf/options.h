/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.h - the rows of options.def. */
#ifndef CONF_OPTIONS_H
#define CONF_OPTIONS_H

#include "conf/conf.h"

enum conf_section { SEC_SETUP, SEC_CONN, SEC_SIDE, SEC_CA };
enum conf_status { STATUS_DONE, STATUS_LATER, STATUS_OLD };
enum conf_change { CHANGE_NONE, CHANGE_CHILD, CHANGE_REKEY, CHANGE_REAUTH };

/* Sets of words; the last ones are only of aliases. */
enum word_set {
	WORDS_NONE, WORDS_INTERFACES, WORDS_SEARCH, WORDS_SHUNT, WORDS_UNCHANGED, WORDS_UNIQUEIDS,
	WORDS_IFURI, WORDS_IKEV1POLICY, WORDS_DDOS, WORDS_REDIRECT, WORDS_SECCOMP, WORDS_KLIPSDEBUG,
	WORDS_TYPE, WORDS_AUTO, WORDS_HOST, WORDS_NEXTHOP, WORDS_SUBNET, WORDS_SOURCEIP, WORDS_DNS,
	WORDS_KEYEXCHANGE, WORDS_AUTHBY, WORDS_RSASIGKEY, WORDS_AUTH, WORDS_AUTHEAP, WORDS_SENDCERT,
	WORDS_SENDCA, WORDS_YNF, WORDS_XAUTH, WORDS_XAUTHBY, WORDS_XAUTHFAIL, WORDS_PHASE2,
	WORDS_FOREVER, WORDS_ESN, WORDS_FAILURESHUNT, WORDS_NEGOTIATIONSHUNT, WORDS_DPDACTION,
	WORDS_FRAGMENTATION, WORDS_ENCAPSULATION, WORDS_MODECONFIG, WORDS_NATMETHOD, WORDS_FAMILY,
	WORDS_UNIQUE, WORDS_TFC, WORDS_TCP, WORDS_IKEV2, WORDS_FORCEENCAPS, WORDS_MODECFGPULL,
	WORDS_TCPONLY,
};

struct conf_row {
	enum conf_section section;
	const char *name; /* of a SIDE row: what follows left or right */
	enum conf_type type;
	enum word_set words;
	int64_t min, max;
	const char *preset[3]; /* built-in default of each generation */
	enum conf_gen since;
	enum conf_status status;
	enum conf_change change;
	const char *note, *help;
};

/* What a name stands for, in a conn also with left or right before it. */
struct conf_name {
	enum conf_kw kw; /* KW_NONE: unknown */
	enum conf_side side;
	enum conf_type type; /* how its value is read */
	enum word_set words;
	enum conf_gen since;
	bool spelling; /* not the row's own name */
};

/* The row of a keyword; never NULL. */
const struct conf_row *options_row(enum conf_kw kw);
/*
 * Look a name up in a section (SEC_SIDE is found through SEC_CONN); exact: 1.9x, case and '_'
 * count.
 */
struct conf_name options_find(enum conf_section sec, const char *name, bool exact);
/* The nearest name for an unknown one, or NULL; in where, the section that has it. */
const char *options_nearest(enum conf_section sec, const char *name, enum conf_section *where);
/* The name of a keyword, with its side, in buf. Returns buf. */
const char *options_name(enum conf_kw kw, enum conf_side side, char buf[64]);

/* The word of a set, W_NONE: none. since: its generation. */
enum conf_word options_word(enum word_set set, const char *text, enum conf_gen *since);
const char *options_word_text(enum conf_word word);
bool options_is_word(const char *text); /* of any set */
/* The place of a word in its set, from 0: its bit among flags. */
unsigned int options_word_bit(enum conf_word word);
/* The words of a set for a message, "a, b or c", in buf; the nearest one to text, or NULL. */
const char *options_words_text(enum word_set set, char *buf, size_t n);
const char *options_words_nearest(enum word_set set, const char *text);

#endif /* CONF_OPTIONS_H */
