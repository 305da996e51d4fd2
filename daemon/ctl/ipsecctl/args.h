/* SPDX-License-Identifier: GPL-2.0-or-later */
/* args.h - argv: the words of a command, and the options that are among them. */
#ifndef IPSECCTL_ARGS_H
#define IPSECCTL_ARGS_H

#include "ctl.h"
#include "words.h"

#define ARGS_OPTIONS 64

/* An option as it was written. */
struct arg {
	const char *text; /* with its dashes, and =value */
	const char *value; /* NULL: none */
	int at; /* the number of the word */
};

struct args {
	struct word list[WORDS_MAX];
	struct arg option[ARGS_OPTIONS];
	size_t n;
	struct words w; /* those that are no options; and the error */
};

/* Sort argv into both. Words of a command of FreeS/WAN lose their dashes. Returns 0 or -EINVAL, a->w.error. */
int args_split(struct args *a, int argc, char **argv);
/* What the command takes of the options, into ctl->option. Returns 0 or -EINVAL, a->w.error. */
int args_take(struct args *a, const struct cmd *cmd, struct ctl *ctl);

#endif /* IPSECCTL_ARGS_H */
