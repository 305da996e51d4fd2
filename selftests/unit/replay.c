// SPDX-License-Identifier: GPL-2.0-or-later
/* links: kernel/replay.c */
/* replay.c - the anti-replay window at all its edges, and on random walks beside a plain set. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "replay.h"
#include "../kernel/replay_model.h"

#define STEPS 300000 /* per window and start */

static const u32 windows[] = { 0, 1, 2, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1000, 1024, 4095, 4096 };

static u64 random64(void)
{
	static u64 x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

static void words(void **state)
{
	static const struct {
		u32 window, words;
	} t[] = { { 0, 0 }, { 1, 2 }, { 63, 2 }, { 64, 2 }, { 65, 4 }, { 192, 4 }, { 193, 8 }, { 4096, 128 } };
	unsigned int i;
	u32 w;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_int_equal(nfi_replay_words(t[i].window), t[i].words);
	for (w = 1; w <= 4096; w++) {
		u32 n = nfi_replay_words(w);

		assert_true(n * 64 >= w + 64 && !(n & (n - 1)));
	}
}

/* ACC-56: with a window of 64, the packet 63 back is taken and the one 64 back refused. */
static void left_edge(void **state)
{
	struct nfi_replay r;
	u64 top;
	u32 w;

	(void)state;
	for (w = 1; w <= 4096; w++) {
		for (top = 5000; top < 5000 + 64; top += w < 200 ? 1 : 21) {
			replay_new(&r, w, 0);
			assert_true(nfi_replay_take(&r, top));
			assert_false(nfi_replay_ok(&r, top));
			assert_false(nfi_replay_take(&r, top - w));
			if (w > 1) {
				assert_true(nfi_replay_ok(&r, top - w + 1));
				assert_true(nfi_replay_take(&r, top - w + 1));
				assert_false(nfi_replay_take(&r, top - w + 1));
			}
			assert_true(nfi_replay_take(&r, top + 1));
			assert_false(nfi_replay_take(&r, top - w + 1));
			replay_free(&r);
		}
	}
}

static void zero(void **state)
{
	struct nfi_replay r;

	(void)state;
	replay_new(&r, 64, 0);
	assert_false(nfi_replay_ok(&r, 0));
	assert_false(nfi_replay_take(&r, 0));
	assert_true(nfi_replay_take(&r, 1));
	assert_false(nfi_replay_take(&r, 0));
	assert_false(nfi_replay_take(&r, 1));
	replay_free(&r);
}

static void no_window(void **state)
{
	struct nfi_replay r;

	(void)state;
	replay_new(&r, 0, 0);
	assert_true(nfi_replay_take(&r, 0));
	assert_true(nfi_replay_take(&r, 7));
	assert_true(nfi_replay_take(&r, 7));
	assert_true(nfi_replay_take(&r, 1));
	assert_int_equal(r.top, 7);
	replay_free(&r);
}

/* A jump clears what it goes over, whole words and the rest of them, wherever it starts and ends. */
static void jumps(void **state)
{
	struct nfi_replay r;
	u64 jump, seq;

	(void)state;
	for (jump = 1; jump < 700; jump++) {
		replay_new(&r, 128, 0);
		for (seq = 1; seq <= 256; seq++)
			assert_true(nfi_replay_take(&r, seq));
		assert_true(nfi_replay_take(&r, 256 + jump));
		for (seq = 1; seq <= 256 + jump; seq++) {
			bool fresh = seq > 256 && seq < 256 + jump && 256 + jump - seq < 128;

			assert_int_equal(nfi_replay_take(&r, seq), fresh);
		}
		replay_free(&r);
	}
}

static void right_end(void **state)
{
	struct nfi_replay r;

	(void)state;
	replay_new(&r, 64, 0);
	assert_true(nfi_replay_take(&r, UINT64_MAX));
	assert_false(nfi_replay_take(&r, UINT64_MAX));
	assert_true(nfi_replay_take(&r, UINT64_MAX - 63));
	assert_false(nfi_replay_take(&r, UINT64_MAX - 64));
	assert_false(nfi_replay_take(&r, 0));
	assert_false(nfi_replay_take(&r, 1));
	/* behind the last number comes none: what is inferred is left of the window */
	assert_false(nfi_replay_ok(&r, nfi_replay_infer(&r, 5)));
	replay_free(&r);
}

/* A takeover begins behind the top: nothing up to it is taken again. */
static void takeover(void **state)
{
	static const u64 tops[] = { 1, 62, 63, 64, 65, 127, 128, 1000, 0xffffffffULL, 0x100000000ULL };
	struct nfi_replay r;
	unsigned int i;
	u64 back;

	(void)state;
	for (i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
		replay_new(&r, 100, tops[i]);
		for (back = 0; back < 200 && back < tops[i]; back++)
			assert_false(nfi_replay_take(&r, tops[i] - back));
		assert_true(nfi_replay_take(&r, tops[i] + 2));
		assert_true(nfi_replay_take(&r, tops[i] + 1));
		assert_false(nfi_replay_take(&r, tops[i]));
		replay_free(&r);
	}
}

static void infer_table(void **state)
{
	static const struct {
		u64 top;
		u32 window, low;
		u64 seq;
	} t[] = {
		{ 0, 64, 1, 1 },
		{ 0, 64, 0xffffffff, 0xffffffff }, /* nothing is left of 0 */
		{ 10, 64, 0xfffffff0, 0xfffffff0 },
		{ 63, 64, 0, 0 },
		{ 64, 64, 0, 0x100000000 }, /* 0 is left of the window */
		{ 0xffffffff, 64, 0, 0x100000000 },
		{ 0xffffffff, 64, 0xffffffc0, 0xffffffc0 },
		{ 0xffffffff, 64, 0xffffffbf, 0x1ffffffbf },
		{ 0x100000000, 64, 0xffffffc1, 0xffffffc1 }, /* across the border, 63 back */
		{ 0x100000000, 64, 0xffffffc0, 0x1ffffffc0 }, /* 64 back: the next time round */
		{ 0x100000005, 64, 5, 0x100000005 },
		{ 0x5000003e, 64, 0x4fffffff, 0x50000000 - 1 },
		{ 0x70000003e, 64, 0xffffffff, 0x6ffffffff },
		{ 0x70000003f, 64, 0xffffffff, 0x7ffffffff },
		{ UINT64_MAX, 64, 0xffffffff, UINT64_MAX },
		{ UINT64_MAX, 64, 0, 0 },
		{ 0x500000000, 0, 0xffffff00, 0x4ffffff00 }, /* no window: the nearest */
		{ 0x4ffffff00, 0, 5, 0x500000005 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct nfi_replay r = { .top = t[i].top, .window = t[i].window };

		assert_int_equal(nfi_replay_infer(&r, t[i].low), t[i].seq);
	}
}

/* The two cases of RFC 4303 A2.2, from the 2nd subspace on to the last but one. */
static void infer_rfc(void **state)
{
	unsigned int i;
	u32 n;

	(void)state;
	for (i = 1; i < sizeof(windows) / sizeof(windows[0]); i++) {
		for (n = 0; n < 200000; n++) {
			u32 near = (u32)(random64() % 20000) - 10000;
			u64 high = 1 + random64() % 0xfffffffdULL;
			struct nfi_replay r = {
				.top = high << 32 | (n & 1 ? near : (u32)random64()),
				.window = windows[i],
			};
			u32 low = n & 2 ? (u32)random64() : (u32)r.top + (u32)(random64() % 20000) - 10000;

			assert_int_equal(nfi_replay_infer(&r, low),
					 model_infer(r.top, windows[i], low));
		}
	}
}

/* Near the top, near the left edge, a little and far ahead, anywhere. */
static u64 step(u64 top, u32 window)
{
	u64 r = random64();

	switch (r % 16) {
	case 0:
		return top - window + (r >> 32) % 5 - 2;
	case 1:
		return top + (r >> 32) % (2 * window + 130);
	case 2:
		return r >> 8 & 1 ? random64() : (r >> 32) % 100;
	case 3:
	case 4:
	case 5:
		return top + 1;
	case 6:
		return top + (r >> 32) % (r >> 8 & 15 ? 70 : 100000);
	default:
		return top - (r >> 32) % (window + 10);
	}
}

static void walk(u32 window, u64 start)
{
	static struct model m;
	struct nfi_replay r;
	u32 n;

	replay_new(&r, window, start);
	model_init(&m, window, start);
	for (n = 0; n < STEPS; n++) {
		u64 seq = step(r.top, window);

		/* a leap to a random number would end the walk at the right end soon */
		if (seq - r.top > 1U << 20 && seq > r.top)
			seq = r.top > UINT64_MAX - (1U << 20) ? seq : r.top + 3;
		if (nfi_replay_ok(&r, seq) != model_ok(&m, seq) ||
		    nfi_replay_take(&r, seq) != model_take(&m, seq) || r.top != m.top)
			fail_msg("window %u, top %llx, number %llx", window,
				 (unsigned long long)r.top, (unsigned long long)seq);
		if (m.count == MODEL_MAX) {
			replay_free(&r);
			replay_new(&r, window, r.top);
			model_init(&m, window, r.top);
		}
	}
	replay_free(&r);
}

static void walks(void **state)
{
	static const u64 starts[] = { 0, 0xffffff00ULL, UINT64_MAX - 100000 };
	unsigned int i, j;

	(void)state;
	for (i = 0; i < sizeof(windows) / sizeof(windows[0]); i++)
		for (j = 0; j < sizeof(starts) / sizeof(starts[0]); j++)
			walk(windows[i], starts[j]);
}

/* A sender with ESN whose packets come late, twice and not at all: each is taken once, by its low half. */
static void esn_journey(void **state)
{
	struct nfi_replay r;
	static struct model m;
	u64 sent = 0xffff8000ULL;
	u32 n;

	(void)state;
	replay_new(&r, 256, sent);
	model_init(&m, 256, sent);
	for (n = 0; n < 60000; n++) {
		u64 seq, back = random64() % 300;

		sent += 1 + random64() % 3;
		seq = n & 1 ? sent : sent - back;
		if (r.top - seq < 256 || seq > r.top)
			assert_int_equal(nfi_replay_infer(&r, (u32)seq), seq);
		assert_int_equal(nfi_replay_take(&r, seq), model_take(&m, seq));
	}
	assert_true(r.top > 0x100000000ULL);
	replay_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),       cmocka_unit_test(left_edge),
		cmocka_unit_test(zero),	       cmocka_unit_test(no_window),
		cmocka_unit_test(jumps),       cmocka_unit_test(right_end),
		cmocka_unit_test(takeover),    cmocka_unit_test(infer_table),
		cmocka_unit_test(infer_rfc),   cmocka_unit_test(walks),
		cmocka_unit_test(esn_journey),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
