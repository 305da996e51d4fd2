/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire.h - questions and answers between the daemon and its companion as octets. Both are parsed as if hostile. */
#ifndef KEYS_WIRE_H
#define KEYS_WIRE_H

#include "keys/keys.h"

#define KEYS_WIRE (2 * KEYS_OCTETS + 2 * KEYS_ID + PUBKEY_MAX + 64)

/* A question that was read; q points into it. Holds no secret. */
struct keys_asked {
	struct keys_question q;
	struct pubkey key;
	char me[KEYS_ID + 1], peer[KEYS_ID + 1];
};

/* Empty: it does not fit. */
struct span keys_question_write(const struct keys_question *q, void *buf, size_t room);
bool keys_question_read(struct span s, struct keys_asked *asked); /* octets stay in s */
struct span keys_answer_write(const struct keys_answer *a, void *buf, size_t room);
bool keys_answer_read(struct span s, struct keys_answer *a);

#endif /* KEYS_WIRE_H */
