/* SPDX-License-Identifier: GPL-2.0-or-later */
/* opts.h - the words after a verb (opts.def): parsed, and printed again, by their rows. */
#ifndef IPSECCTL_OPTS_H
#define IPSECCTL_OPTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "nlp.h"

struct words;

/* What kind of value follows a word. */
enum opt_kind {
	OPT_NUM,
	OPT_HEX,
	OPT_BYTES, /* K M G T: powers of 1024 */
	OPT_COUNT, /* K M G T: powers of 1000 */
	OPT_TIME, /* s m h d */
	OPT_STAMP, /* unix time */
	OPT_ADDR,
	OPT_STR,
	OPT_ENUM, /* one of names */
	OPT_BOOL, /* on, off */
	OPT_VALUE, /* nothing: the word itself stands for the value arg */
	OPT_FLAG, /* nothing: the word sets the bits arg */
	OPT_DSCP,
	OPT_DEV,
	OPT_ENC,
	OPT_AUTH,
	OPT_ENCAP,
	OPT_PREFIX,
	OPT_PROTO,
	OPT_PORTS,
	OPT_ICMP,
	OPT_MARK,
	OPT_REASON,
	OPT_KINDS
};

/* Where a word may stand; none: only in replies. */
#define USE_ADD 0x01
#define USE_SET 0x02
#define USE_KEY 0x04 /* del, get */
#define USE_LIST 0x08
#define USE_FLUSH 0x10
#define USE_ALLOC 0x20

struct name {
	const char *name;
	uint64_t value;
};

struct opt {
	enum nlp_set set;
	uint16_t attr;
	const char *word;
	enum opt_kind kind;
	uint64_t arg;
	const struct name *names;
	unsigned int use;
	const char *expect; /* "an address"; of what follows the word */
};

/* All rows, NULL-terminated by word. */
extern const struct opt opts[];

/*
 * Parse the option at the cursor into the struct of the set. 1: done; 0: the word is not an option
 * here; -EINVAL: w->error says why. Keys that were read stay in obj: the caller wipes it.
 */
int opts_parse(struct words *w, enum nlp_set set, unsigned int use, void *obj);
/* Complain about the word at the cursor: unknown (with the nearest), or not for this use. -EINVAL */
int opts_refuse(struct words *w, enum nlp_set set, unsigned int use);

/* The first row of an attribute, or NULL. The word or name of one of its values, or NULL. */
const struct opt *opts_find(enum nlp_set set, uint16_t attr);
const char *opts_name(enum nlp_set set, uint16_t attr, uint64_t value);

/* The value of a row as text, as opts_parse would read it; keys are not printed. Returns buf. */
#define OPT_TEXT 320
const char *opts_text(const struct opt *o, const void *obj, char buf[OPT_TEXT]);
/* The options of an object as words, each after a blank, ready for opts_parse with USE_ADD. */
void opts_print(FILE *f, enum nlp_set set, const void *obj, bool secrets);
/* The command that makes an SA or a policy, as a line for load. */
void opts_line_sa(FILE *f, const struct nfi_sa_msg *sa, bool secrets);
void opts_line_sp(FILE *f, const struct nfi_sp_msg *sp);

#endif /* IPSECCTL_OPTS_H */
