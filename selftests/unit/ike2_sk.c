// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/text.c daemon/base/secret.c daemon/base/secret_heap.c daemon/base/mem.c daemon/base/datum.c daemon/base/rd.c
 * daemon/base/wr.c daemon/base/reason.c daemon/base/addr.c daemon/crypto/ daemon/ike/msg.c daemon/ike/notify.c
 * daemon/ike/pl_sa.c daemon/ike/pl_id.c daemon/ike/pl_ts.c daemon/ike/pl_misc.c daemon/ike/offer.c daemon/ike/ts.c
 * daemon/ike/id.c daemon/ike/id_text.c daemon/ike2/sk.c
 */
/* ike2_sk.c - the Encrypted payload: the message of RFC 7634 B, every cipher and length, and every bit turned. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "ike/msg.h"
#include "ike2/sk.h"

static const struct {
	uint16_t encr, bits, integ;
} suites[] = {
	{ 20, 128, 0 }, { 20, 256, 0 },	 { 19, 192, 0 },  { 18, 256, 0 }, { 28, 0, 0 },	  { 12, 128, 12 },
	{ 12, 256, 14 }, { 12, 192, 13 }, { 13, 128, 12 }, { 3, 0, 2 },	   { 12, 128, 5 }, { 12, 128, 8 },
	{ 3, 0, 1 },
};

static void make_key(struct aead_key *k, size_t i)
{
	const char *why = NULL;
	size_t n;

	*k = (struct aead_key){ .sent = 7 };
	assert_true(aead_suite(&k->suite, suites[i].encr, suites[i].bits, suites[i].integ, &why));
	for (n = 0; n < sizeof(k->encr); n++)
		k->encr[n] = (uint8_t)(n + 0x80);
	for (n = 0; n < sizeof(k->integ); n++)
		k->integ[n] = (uint8_t)(n * 3);
}

static struct msg_wr begin(void *buf, size_t room)
{
	const struct msg_header h = { .spi_i = 0xc0c1c2c3c4c5c6c7, .spi_r = 0xd0d1d2d3d4d5d6d7,
				      .major = 2, .exchange = 37, .flags = 0, .id = 9 };

	return msg_begin(buf, room, &h);
}

/* Octets from msg[0..n) to what was inside; the message is changed. */
static enum reason unseal(const struct aead_key *k, uint8_t *msg, size_t n, struct span *plain, struct ike_msg *m)
{
	enum reason why = msg_decode(span_of(msg, n), m);
	struct span data = m->present & PL_BIT(PL_SK) ? m->sk.data : m->skf.data;

	if (why != R_NONE)
		return why;
	return sk_open(k, m->aad, msg + (data.p - msg), data.n, plain);
}

static void test_rfc7634(void **state)
{
	static const uint8_t want[] = {
		0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0x2e, 0x20,
		0x25, 0x00, 0x00, 0x00, 0x00, 0x09, 0x00, 0x00, 0x00, 0x45, 0x29, 0x00, 0x00, 0x29, 0x10, 0x11, 0x12, 0x13,
		0x14, 0x15, 0x16, 0x17, 0x61, 0x03, 0x94, 0x70, 0x1f, 0x8d, 0x01, 0x7f, 0x7c, 0x12, 0x92, 0x48, 0x89, 0x6b,
		0x71, 0xbf, 0xe2, 0x52, 0x36, 0xef, 0xd7, 0xcd, 0xc6, 0x70, 0x66, 0x90, 0x63, 0x15, 0xb2,
	};
	static const uint8_t notify[] = { 0, 0, 0, 12, 0, 0, 0x40, 1, 0, 0, 0, 10 };
	const struct sk_part part = { .plain = span_of(notify, sizeof(notify)), .first = 41 };
	static struct ike_msg m;
	uint8_t buf[100];
	struct aead_key k;
	struct msg_wr w = begin(buf, sizeof(buf));
	struct span all, plain;
	size_t i;

	(void)state;
	make_key(&k, 4);
	for (i = 0; i < 4; i++)
		k.encr[32 + i] = (uint8_t)(0xa0 + i);
	k.sent = 0x1011121314151617;
	all = sk_seal(&k, &w, &part);
	assert_int_equal(all.n, sizeof(want));
	assert_memory_equal(all.p, want, sizeof(want));
	assert_int_equal(k.sent, 0x1011121314151618);
	assert_int_equal(unseal(&k, buf, all.n, &plain, &m), R_NONE);
	assert_true(span_equal(plain, part.plain));
	assert_int_equal(m.sk_next, 41);
}

/* read(write(x)) = x, at each length around blocks; no length but the computed one. */
static void test_lengths(void **state)
{
	static struct ike_msg m;
	uint8_t text[70], buf[400];
	struct aead_key k;
	size_t i, n;

	(void)state;
	for (n = 0; n < sizeof(text); n++)
		text[n] = (uint8_t)n;
	for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		make_key(&k, i);
		for (n = 0; n <= sizeof(text); n++) {
			struct sk_part part = { .plain = span_of(text, n) };
			size_t size = MSG_HEADER + sk_size(&k.suite, n, false);
			struct msg_wr w = begin(buf, size);
			struct span all = sk_seal(&k, &w, &part), plain;

			assert_int_equal(all.n, size);
			assert_int_equal(unseal(&k, buf, size, &plain, &m), R_NONE);
			assert_true(span_equal(plain, part.plain));
			w = begin(buf, size - 1);
			assert_null(sk_seal(&k, &w, &part).p);
		}
	}
}

static void test_fragments(void **state)
{
	static struct ike_msg m;
	uint8_t text[600], buf[1000];
	struct aead_key k;
	size_t i, size;

	(void)state;
	memset(text, 0x5a, sizeof(text));
	for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		make_key(&k, i);
		for (size = 0; size < 600; size++) {
			size_t room = sk_fragment_room(&k.suite, size);
			struct sk_part part = { .plain = span_of(text, room), .first = 0, .number = 3, .total = 17 };
			struct msg_wr w = begin(buf, sizeof(buf));
			struct span all, plain;

			if (!room) {
				assert_true(sk_size(&k.suite, 1, true) > size);
				continue;
			}
			assert_true(sk_size(&k.suite, room, true) <= size);
			assert_true(sk_size(&k.suite, room + 1, true) > size);
			all = sk_seal(&k, &w, &part);
			assert_int_equal(all.n, MSG_HEADER + sk_size(&k.suite, room, true));
			assert_int_equal(buf[16], PL_SKF);
			assert_int_equal(unseal(&k, buf, all.n, &plain, &m), R_NONE);
			assert_int_equal(m.skf.number, 3);
			assert_int_equal(m.skf.total, 17);
			assert_true(span_equal(plain, part.plain));
		}
	}
}

/* One bit of each octet, header and all: nothing of it is taken, and the octets stay as they came. */
static void test_turned(void **state)
{
	static struct ike_msg m;
	uint8_t buf[200], sent[200];
	struct aead_key k, other;
	size_t i, at;

	(void)state;
	for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		struct sk_part part = { .plain = span_text("all of this is authentic"), .first = 41 };
		struct msg_wr w = begin(buf, sizeof(buf));
		struct span all, plain, data;

		make_key(&k, i);
		all = sk_seal(&k, &w, &part);
		memcpy(sent, buf, all.n);
		assert_int_equal(msg_decode(all, &m), R_NONE);
		data = m.sk.data;
		for (at = 0; at < all.n; at++) {
			buf[at] ^= (uint8_t)(1 << (at % 8));
			assert_int_equal(sk_open(&k, m.aad, buf + (data.p - buf), data.n, &plain), R_INTEGRITY);
			buf[at] ^= (uint8_t)(1 << (at % 8));
			assert_memory_equal(buf, sent, all.n);
		}
		for (at = 0; at < data.n; at++)
			assert_int_equal(sk_open(&k, m.aad, buf + (data.p - buf), at, &plain), R_INTEGRITY);
		other = k;
		other.encr[0] ^= 2; /* not 1: that is a parity bit of 3DES */
		other.integ[0] ^= 1;
		assert_int_equal(sk_open(&other, m.aad, buf + (data.p - buf), data.n, &plain), R_INTEGRITY);
		assert_int_equal(sk_open(&k, m.aad, buf + (data.p - buf), data.n, &plain), R_NONE);
	}
}

/* Who has the keys may say what he wants of the padding; RFC 7296 3.14. */
static void test_padding(void **state)
{
	uint8_t buf[400] = { 0 };
	struct aead_key k;
	struct span plain, aad = span_text("header");
	size_t n = 272;
	unsigned int pad;

	(void)state;
	make_key(&k, 5);
	for (pad = 0; pad < 256; pad++) {
		memset(buf, 0xee, n);
		buf[16 + n - 1] = (uint8_t)pad;
		aead_seal(&k, aad, buf + 16, n);
		assert_int_equal(sk_open(&k, aad, buf, 16 + n + k.suite.icv, &plain), R_NONE);
		assert_int_equal(plain.n, n - pad - 1);
	}
	for (pad = 15; pad < 256; pad++) {
		memset(buf, 0xee, 16);
		buf[31] = (uint8_t)pad;
		aead_seal(&k, aad, buf + 16, 16);
		assert_int_equal(sk_open(&k, aad, buf, 32 + k.suite.icv, &plain), pad > 15 ? R_MALFORMED : R_NONE);
	}
}

/* No IV comes twice under a key. */
static void test_iv(void **state)
{
	uint8_t seen[64][16] = { { 0 } };
	struct aead_key k;
	size_t i, n, m;

	(void)state;
	for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		make_key(&k, i);
		for (n = 0; n < 64; n++) {
			aead_next_iv(&k, seen[n]);
			for (m = 0; m < n; m++)
				assert_memory_not_equal(seen[m], seen[n], k.suite.iv);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc7634), cmocka_unit_test(test_lengths), cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_turned),	cmocka_unit_test(test_padding), cmocka_unit_test(test_iv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
