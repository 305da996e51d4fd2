/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load.h - a file of commands, read and checked; sending it is cmd_load.c's. */
#ifndef IPSECCTL_LOAD_H
#define IPSECCTL_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "nlp.h"

struct words;

struct load {
	const char *name; /* as in messages */
	bool from_stdin;
	char *text;
	size_t len;
	struct nlp_batch batch; /* one request a command */
	struct load_place {
		size_t offset;
		unsigned int line, column;
	} *places; /* where each request begins in text */
	size_t n, room;
};

/* Read the whole of a file, or standard input for "-". 0 or -errno. */
int load_read(struct load *l, const char *name);
/* Turn l->text into l->batch. 0, or -errno with w->error naming file, line and column. */
int load_parse(struct load *l, struct words *w);
/* Wipe and free. */
void load_fini(struct load *l);

#endif /* IPSECCTL_LOAD_H */
