/* SPDX-License-Identifier: GPL-2.0-or-later */
/* companion.h - the process that holds the secrets: its answers, and its loop. */
#ifndef KEYS_COMPANION_H
#define KEYS_COMPANION_H

#include "keys/keys.h"

struct secrets;

struct companion {
	const char *path; /* of ipsec.secrets */
	struct secrets *secrets;
};

/* Read the file again; what was wrong with it is logged. Returns the number of errors. */
unsigned int companion_load(struct companion *c);
void companion_fini(struct companion *c);
/* One answer; whatever is asked, it is well formed. */
void companion_answer(struct companion *c, const struct keys_question *q, struct keys_answer *a);
/* Answer what comes from the two sockets until the other end of the first is closed. */
void companion_run(struct companion *c, const int fd[2]);

#endif /* KEYS_COMPANION_H */
