// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/keys/wire.c daemon/base/rd.c daemon/base/wr.c */
/* keys_wire.c - any octets as a question to the companion, or as its answer: what is read is written as it was. */
#include <stdlib.h>
#include <string.h>

#include "keys/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static uint8_t wire[KEYS_WIRE];
	static struct keys_asked asked, again;
	static struct keys_answer a, b;
	struct span s;

	if (keys_question_read(span_of(data, n), &asked)) {
		s = keys_question_write(&asked.q, wire, sizeof(wire));
		if (!s.n || !keys_question_read(s, &again) || strcmp(asked.me, again.me) ||
		    !span_equal(asked.q.octets, again.q.octets))
			abort();
	}
	if (keys_answer_read(span_of(data, n), &a)) {
		s = keys_answer_write(&a, wire, sizeof(wire));
		if (!keys_answer_read(s, &b) || memcmp(&a, &b, sizeof(a)))
			abort();
	}
	return 0;
}
