/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.h - the command line of ipsecd. */
#ifndef START_OPTIONS_H
#define START_OPTIONS_H

#include <stdbool.h>

struct options {
	const char *config, *secrets, *run; /* secrets NULL: what config setup says */
	bool fork, json, debug, test, keep_root;
};

/* What to do: run, or end with *code (help, version, an error that was said). */
bool options_parse(struct options *o, int argc, char **argv, int *code);

#endif /* START_OPTIONS_H */
