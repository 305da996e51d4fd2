// SPDX-License-Identifier: GPL-2.0-or-later
/* links: kernel/replay.c */
/* replay.c - any sequence of numbers into the anti-replay window, beside a plain set. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"
#include "../kernel/replay_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t size;
};

static u64 take_number(struct input *in, size_t octets)
{
	u64 n = 0;

	if (octets > in->size)
		octets = in->size;
	memcpy(&n, in->data, octets);
	in->data += octets;
	in->size -= octets;
	return n;
}

/* The first octet says how the number is told: from the top, from the left edge, or as it is. */
static u64 next(struct input *in, const struct nfi_replay *r)
{
	u8 how = (u8)take_number(in, 1);
	u64 n = take_number(in, how & 0x10 ? 8 : 1 + (how & 0x20) / 32);

	switch (how & 3) {
	case 0:
		return r->top + n;
	case 1:
		return r->top - n;
	case 2:
		return r->top - r->window + n - 2;
	default:
		return n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct model *m;
	struct input in = { data, size };
	struct nfi_replay r;
	u32 window;

	if (size < 11 || size > 4096)
		return 0;
	if (!m)
		m = malloc(sizeof(*m));
	window = take_number(&in, 2) % 4097;
	replay_new(&r, window, take_number(&in, 8));
	model_init(m, window, r.top);
	while (in.size) {
		u64 seq = next(&in, &r);

		if (nfi_replay_ok(&r, seq) != model_ok(m, seq))
			abort();
		if (window && r.top >> 32 && !(r.top >> 32 == UINT32_MAX) &&
		    nfi_replay_infer(&r, (u32)seq) != model_infer(r.top, window, (u32)seq))
			abort();
		if (nfi_replay_take(&r, seq) != model_take(m, seq) || r.top != m->top)
			abort();
	}
	replay_free(&r);
	return 0;
}
