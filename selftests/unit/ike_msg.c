// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * links: daemon/ike/msg.c daemon/base/text.c daemon/ike/notify.c daemon/ike/pl_sa.c daemon/ike/pl_id.c daemon/ike/pl_ts.c
 * daemon/ike/pl_misc.c daemon/ike/offer.c daemon/ike/ts.c daemon/ike/id.c daemon/ike/id_text.c
 * daemon/crypto/alg.c daemon/base/rd.c daemon/base/wr.c daemon/base/addr.c daemon/base/secret.c
 */
/* ike_msg.c - messages octet by octet: what is written is read, and what is malformed is refused wherever it is cut. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "ike/msg.h"
#include "ike/notify.h"

/* An IKE_SA_INIT request by hand, from the figures of RFC 7296 3: SA KE Nonce N V. */
static const char init_hex[] =
	"1122334455667788"
	"0000000000000000"
	"21202208"
	"00000000"
	"000000d0"
	/* SA: one proposal, AES-CBC 128, HMAC-SHA1 PRF and integrity, group 31 */
	"22000030"
	"0000002c"
	"01010004"
	"0300000c"
	"0100000c"
	"800e0080"
	"03000008"
	"02000002"
	"03000008"
	"03000002"
	"00000008"
	"0400001f"
	/* KE, 32 octets */
	"28000028"
	"001f0000"
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	/* nonce, 32 octets */
	"29000024"
	"f0f1f2f3f4f5f6f7f8f9fafbfcfdfefff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
	/* NAT_DETECTION_SOURCE_IP */
	"2900001c"
	"00004004"
	"0102030405060708090a0b0c0d0e0f1011121314"
	/* IKEV2_FRAGMENTATION_SUPPORTED */
	"2b000008"
	"0000402e"
	/* vendor ID */
	"00000014"
	"4048b7d56ebce88525e7de7f00d6c2d3";

/* What IKE_AUTH has inside: IDi AUTH SA TSi TSr N. */
static const char auth_hex[] = "2700000c"
			       "02000000"
			       "77657374"
			       "2100001c"
			       "02000000"
			       "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3"
			       "2c00002c"
			       "00000028"
			       "01030403"
			       "c0ffee01"
			       "0300000c"
			       "01000014"
			       "800e0100"
			       "03000008"
			       "05000001"
			       "00000008"
			       "05000000"
			       "2d000018"
			       "01000000"
			       "07000010"
			       "0000ffff"
			       "0a000100"
			       "0a0001ff"
			       "29000018"
			       "01000000"
			       "07000010"
			       "0000ffff"
			       "0a000200"
			       "0a0002ff"
			       "00000008"
			       "00004000";

static uint8_t octets[2][1024];
static struct span init, auth;
static struct ike_msg m;
static char text[1024];

static int begin(void **state)
{
	int a = secret_from_hex(init_hex, octets[0], sizeof(octets[0]));
	int b = secret_from_hex(auth_hex, octets[1], sizeof(octets[1]));

	(void)state;
	init = span_of(octets[0], (size_t)a);
	auth = span_of(octets[1], (size_t)b);
	return a > 0 && b > 0 ? 0 : -1;
}

static void test_init(void **state)
{
	(void)state;
	assert_int_equal(msg_decode(init, &m), R_NONE);
	assert_true(m.h.spi_i == UINT64_C(0x1122334455667788) && !m.h.spi_r);
	assert_int_equal(m.h.major, 2);
	assert_int_equal(m.h.minor, 0);
	assert_int_equal(m.h.exchange, MSG_IKE_SA_INIT);
	assert_int_equal(m.h.flags, MSG_INITIATOR);
	assert_int_equal(m.h.length, init.n);
	assert_true(m.present ==
		    (PL_BIT(PL_SA) | PL_BIT(PL_KE) | PL_BIT(PL_NONCE) |
		     PL_BIT(PL_NOTIFY) | PL_BIT(PL_VID)));
	assert_int_equal(m.sa.nproposals, 1);
	assert_int_equal(m.sa.ntransforms, 4);
	assert_int_equal(m.sa.p[0].proto, IKE_PROTO_IKE);
	assert_int_equal(m.sa.t[0].id, 12);
	assert_int_equal(m.sa.t[0].keybits, 128);
	assert_int_equal(m.ke.group, 31);
	assert_int_equal(m.ke.data.n, 32);
	assert_int_equal(m.nonce.data.n, 32);
	assert_int_equal(m.nonce.data.p[0], 0xf0);
	assert_int_equal(m.nnotify, 2);
	assert_non_null(msg_notify(&m, N_IKEV2_FRAGMENTATION_SUPPORTED));
	assert_null(msg_notify(&m, N_COOKIE));
	assert_null(msg_error(&m));
	assert_int_equal(m.nvid, 1);
	assert_string_equal(
		msg_text(&m, text, sizeof(text)),
		"IKE_SA_INIT request 0 { SA KE Nonce N(NAT_DETECTION_SOURCE_IP) "
		"N(IKEV2_FRAGMENTATION_SUPPORTED) V }");
	assert_string_equal(msg_text(&m, text, 12), "IKE_SA_INIT");
}

static void test_inner(void **state)
{
	(void)state;
	memset(&m, 0, sizeof(m));
	m.h.exchange = MSG_IKE_AUTH;
	m.h.id = 1;
	m.present = PL_BIT(PL_SK);
	assert_int_equal(msg_decode_inner(&m, PL_IDI, auth), R_NONE);
	assert_true(m.present ==
		    PL_BIT(PL_SK)); /* what was not encrypted stays apart */
	assert_true(m.inner ==
		    (PL_BIT(PL_IDI) | PL_BIT(PL_AUTH) | PL_BIT(PL_SA) |
		     PL_BIT(PL_TSI) | PL_BIT(PL_TSR) | PL_BIT(PL_NOTIFY)));
	assert_string_equal(id_text(&m.idi, text, sizeof(text)), "@west");
	assert_int_equal(m.idi_body.n, 8);
	assert_int_equal(m.auth.method, 2);
	assert_int_equal(m.sa.p[0].spi_len, 4);
	assert_int_equal(m.sa.p[0].spi[0], 0xc0);
	assert_int_equal(m.tsi.n, 1);
	assert_int_equal(m.tsi.v[0].last[3], 0xff);
	assert_int_equal(ts_valid(&m.tsr.v[0]), true);
	assert_string_equal(
		msg_text(&m, text, sizeof(text)),
		"IKE_AUTH request 1 { SA IDi AUTH TSi TSr N(INITIAL_CONTACT) }");
	/* once more: what may be there once is there already */
	assert_int_equal(msg_decode_inner(&m, PL_IDI, auth), R_MALFORMED);
	assert_int_equal(m.bad.type, PL_IDI);
}

/* Cut anywhere, no message is one, whether its header tells the truth about the length or not. */
static void test_truncated(void **state)
{
	size_t n;

	(void)state;
	for (n = 0; n < init.n; n++) {
		uint8_t *exact = malloc(n ? n : 1); /* ASan watches its end */

		memcpy(exact, init.p, n);
		assert_int_equal(msg_decode(span_of(exact, n), &m),
				 n < MSG_HEADER ? R_SHORT : R_LENGTH);
		if (n >= MSG_HEADER) {
			exact[27] = (uint8_t)n;
			assert_int_equal(msg_decode(span_of(exact, n), &m),
					 R_MALFORMED);
			assert_int_not_equal(m.bad.type, 0);
		}
		free(exact);
	}
	for (n = 0; n < auth.n; n++) {
		uint8_t *exact = malloc(n ? n : 1);

		memcpy(exact, auth.p, n);
		memset(&m, 0, sizeof(m));
		assert_int_equal(msg_decode_inner(&m, PL_IDI,
						  span_of(exact, n)),
				 R_MALFORMED);
		free(exact);
	}
}

/* Every bit turned, one by one: ASan and UBSan watch, and what tells lengths and counts is noticed. */
static void test_turned(void **state)
{
	unsigned int refused = 0, bit;
	size_t at;

	(void)state;
	for (at = MSG_HEADER; at < init.n; at++) {
		for (bit = 0; bit < 8; bit++) {
			uint8_t *copy = malloc(init.n);

			memcpy(copy, init.p, init.n);
			copy[at] ^= (uint8_t)(1U << bit);
			refused += msg_decode(span_of(copy, init.n), &m) !=
				   R_NONE;
			free(copy);
		}
	}
	assert_true(refused > 150); /* all lengths, types and counts */
}

/* Cases -------------------------------------------------------------------------------------------- */

/* A chain of one payload with this body. */
static enum reason one(uint8_t type, const char *hex, size_t cut)
{
	uint8_t b[4096], *exact;
	int n = secret_from_hex(hex, b + 4, sizeof(b) - 4);
	enum reason r;

	assert_true(n >= 0);
	n = n + 4 - (int)cut;
	b[0] = b[1] = 0;
	b[2] = (uint8_t)(n >> 8);
	b[3] = (uint8_t)n;
	exact = malloc((size_t)n);
	memcpy(exact, b, (size_t)n);
	memset(&m, 0, sizeof(m));
	r = msg_decode_inner(&m, type, span_of(exact, (size_t)n));
	free(exact);
	return r;
}

static const struct {
	uint8_t type;
	const char *hex;
	bool good;
} payload_cases[] = {
	{ PL_KE, "001f0000aa", true },
	{ PL_KE, "001f0000", false }, /* no value */
	{ PL_NONCE, "00112233445566778899aabbccddeeff", true },
	{ PL_NONCE, "00112233445566778899aabbccddee",
	  false }, /* 15 octets, RFC 7296 3.9 */
	{ PL_IDI, "0100000000000000", true },
	{ PL_IDI, "01000000000000", false }, /* an address of 3 octets */
	{ PL_IDR, "0500000000000000", false }, /* IPv6 of 4 */
	{ PL_IDR, "02000000", false }, /* no name */
	{ PL_IDR, "0200000061006200", false }, /* zeros in it */
	{ PL_IDR, "0000000061", false },
	{ PL_IDR, "0d000000", true }, /* RFC 7619 */
	{ PL_AUTH, "02000000aa", true },
	{ PL_AUTH, "02000000", false },
	{ PL_CERT, "0430", true },
	{ PL_CERT, "04", false },
	{ PL_CERTREQ, "04", true }, /* any CA */
	{ PL_CERTREQ, "", false },
	{ PL_NOTIFY, "00004000", true },
	{ PL_NOTIFY, "03044009aabbccdd", true },
	{ PL_NOTIFY, "03044009aabbcc", false },
	{ PL_NOTIFY, "03054009aabbccddee",
	  false }, /* SPIs are 0, 4 or 8 octets */
	{ PL_NOTIFY, "000040", false },
	{ PL_DELETE, "01000000", true },
	{ PL_DELETE, "01080001aabbccddeeff0011",
	  false }, /* the IKE_SA is named by the header */
	{ PL_DELETE, "03040001aabbccdd", true },
	{ PL_DELETE, "03040002aabbccdd", false },
	{ PL_DELETE, "03040001aabbccddee", false },
	{ PL_DELETE, "03040000", false },
	{ PL_DELETE, "0308ffff", false },
	{ PL_VID, "", true },
	{ PL_CP, "0100000000010000", true },
	{ PL_CP, "01000000000100040a000001", true },
	{ PL_CP, "01000000000100050a000001", false },
	{ PL_CP, "01000000000100", false },
	{ PL_EAP, "01010004", true },
	{ PL_EAP, "01010005", false },
	{ PL_EAP, "0101000401", false },
	{ PL_EAP, "010103", false },
	{ PL_SK, "00112233", false }, /* not inside of one */
	{ PL_SKF, "0001000100", false },
	{ PL_TSI, "0100000007000010000000ff0a0000010a000001", true },
	{ PL_TSI, "00000000", false }, /* none */
	{ PL_TSI, "0200000007000010000000ff0a0000010a000001",
	  false }, /* two announced */
	{ PL_TSI, "0100000007000010000000ff0a0000020a000001",
	  false }, /* backwards */
	{ PL_TSI, "010000000700001000ff00010a0000010a000001",
	  false }, /* ports backwards */
	{ PL_TSI, "0100000007000010ffff00000a0000010a000001",
	  true }, /* OPAQUE */
	{ PL_TSI, "0100000008000010000000ff0a0000010a000001",
	  false }, /* IPv6 of that length */
	{ PL_TSI, "0100000007000014000000ff0a0000010a00000100000000",
	  false }, /* IPv4 longer */
	{ PL_TSI, "010000000700000f000000ff0a0000010a0000", false },
	{ PL_TSI, "0100000007000003", false },
	{ PL_TSI, "010000000a00000c0000000100000000",
	  true }, /* a label, RFC 9478: skipped */
	{ PL_TSI, "0100000007000010000000ff0a0000010a00000100",
	  false }, /* something behind */
};

static void test_payloads(void **state)
{
	size_t i, cut;

	(void)state;
	for (i = 0; i < sizeof(payload_cases) / sizeof(payload_cases[0]); i++) {
		enum reason r =
			one(payload_cases[i].type, payload_cases[i].hex, 0);

		if (r != (payload_cases[i].good ? R_NONE : R_MALFORMED))
			fail_msg("payload %u, %s", payload_cases[i].type,
				 payload_cases[i].hex);
		for (cut = 1; cut <= strlen(payload_cases[i].hex) / 2; cut++)
			one(payload_cases[i].type, payload_cases[i].hex,
			    cut); /* shorter ones may be good; none may be read beyond */
	}
	assert_int_equal(one(PL_TSI, "010000000a00000c0000000100000000", 0),
			 R_NONE);
	assert_int_equal(m.tsi.n, 0);
	assert_int_equal(m.tsi.skipped, 1);
}

static void test_sa(void **state)
{
	static const struct {
		const char *hex;
		bool good;
	} cases[] = {
		{ "00000014010304010a0b0c0d0000000801000014", true },
		{ "00000014010304010a0b0c0d0300000801000014",
		  false }, /* "more" of the last transform */
		{ "02000014010304010a0b0c0d0000000801000014",
		  false }, /* of the last proposal */
		{ "00000014010304020a0b0c0d0000000801000014",
		  false }, /* two transforms announced */
		{ "00000014010304000a0b0c0d0000000801000014",
		  false }, /* none announced */
		{ "00000015010304010a0b0c0d0000000801000014", false },
		{ "00000013010304010a0b0c0d0000000801000014", false },
		{ "00000014000304010a0b0c0d0000000801000014",
		  false }, /* number 0 */
		{ "00000012010302010a0b0000000801000014",
		  false }, /* SPI of 2 octets */
		{ "00000014010304010a0b0c0d0000000701000014", false },
		{ "00000014010304010a0b0c0d0000000301000014", false },
		{ "0000001001030001"
		  "0000000801000014",
		  true }, /* no SPI */
		{ "0000000801030000",
		  true }, /* no transforms: nothing will choose it */
		{ "0000001401030001"
		  "0000000c01000014800e0080",
		  true },
		{ "0000001401030001"
		  "0000000c01000014000e0000",
		  true }, /* attribute of another form: odd */
		{ "0000001401030001"
		  "0000000c01000014000e0001",
		  false }, /* its value is missing */
		{ "0000001201030001"
		  "0000000a01000014800e",
		  false },
		{ "0200001001030001"
		  "0000000801000014"
		  "0000001002030001"
		  "0000000801000014",
		  true },
		{ "0200001001030001"
		  "0000000801000014"
		  "0000001001030001"
		  "0000000801000014",
		  false }, /* 1 again */
		{ "0000001001030001"
		  "0000000801000014"
		  "0000001002030001"
		  "0000000801000014",
		  false },
		{ "", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (one(PL_SA, cases[i].hex, 0) !=
		    (cases[i].good ? R_NONE : R_MALFORMED))
			fail_msg("%s", cases[i].hex);
	one(PL_SA, cases[14].hex, 0);
	assert_true(m.sa.t[0].odd);
	one(PL_SA, cases[13].hex, 0);
	assert_false(m.sa.t[0].odd);
	one(PL_SA,
	    "0000001801030001"
	    "0000001001000014800e0080800e0100",
	    0);
	assert_true(m.sa.t[0].odd); /* twice */
}

static void test_unknown(void **state)
{
	uint8_t b[64] = { 200, 0, 0, 5, 0xaa, 0, 0, 0, 4 };

	(void)state;
	memset(&m, 0, sizeof(m));
	assert_int_equal(msg_decode_inner(&m, 201, span_of(b, 9)), R_NONE);
	assert_int_equal(m.skipped, 2);
	b[6] = 0x80; /* critical */
	memset(&m, 0, sizeof(m));
	assert_int_equal(msg_decode_inner(&m, 201, span_of(b, 9)), R_CRITICAL);
	assert_int_equal(m.bad.type, 200);
	assert_int_equal(m.bad.at, 5);
	assert_int_equal(notify_of_reason(R_CRITICAL),
			 N_UNSUPPORTED_CRITICAL_PAYLOAD);
	/* GSPM is known by name only; VID with the bit is known all the same */
	memset(&m, 0, sizeof(m));
	assert_int_equal(msg_decode_inner(&m, PL_GSPM,
					  span_of("\0\x80\0\4", 4)),
			 R_CRITICAL);
	memset(&m, 0, sizeof(m));
	assert_int_equal(msg_decode_inner(&m, PL_VID, span_of("\0\x80\0\4", 4)),
			 R_NONE);
	/* beyond the bits of a set */
	memset(&m, 0, sizeof(m));
	assert_int_equal(msg_decode_inner(&m, 64 + PL_VID,
					  span_of("\0\0\0\4", 4)),
			 R_NONE);
	assert_int_equal(m.skipped, 1);
	assert_true(m.inner == 0);
	/* octets behind the last payload, and a payload that is not there */
	memset(&m, 0, sizeof(m));
	assert_int_equal(msg_decode_inner(&m, PL_VID, span_of("\0\0\0\4x", 5)),
			 R_MALFORMED);
	assert_int_equal(msg_decode_inner(&m, PL_VID, span_of("", 0)),
			 R_MALFORMED);
	assert_int_equal(msg_decode_inner(&m, PL_NONE, span_of("x", 1)),
			 R_MALFORMED);
	assert_int_equal(msg_decode_inner(&m, PL_NONE, span_of("", 0)), R_NONE);
}

/* One more than there may be. */
static void test_too_many(void **state)
{
	static const struct {
		uint8_t type;
		unsigned int max;
		size_t size;
		const char *body;
	} cases[] = {
		{ PL_NOTIFY, MSG_NOTIFIES, 4, "\0\0\x40\0" },
		{ PL_CERT, MSG_CERTS, 2, "\4x" },
		{ PL_CERTREQ, MSG_CERTREQS, 1, "\4" },
		{ PL_DELETE, MSG_DELETES, 4, "\1\0\0\0" },
		{ PL_VID, MSG_VIDS, 0, "" },
		{ PL_KE, 1, 5, "\0\x1f\0\0x" },
		{ 200, MSG_PAYLOADS, 0, "" },
	};
	static uint8_t b[(MSG_PAYLOADS + 1) * 12];
	size_t i;
	unsigned int k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wr w = wr_to(b, sizeof(b));

		for (k = 0; k <= cases[i].max; k++) {
			wr_u8(&w, k < cases[i].max ? cases[i].type : 0);
			wr_u8(&w, 0);
			wr_u16(&w, (uint16_t)(4 + cases[i].size));
			wr_copy(&w, cases[i].body, cases[i].size);
		}
		memset(&m, 0, sizeof(m));
		assert_int_equal(msg_decode_inner(&m, cases[i].type,
						  wr_done(&w)),
				 R_MALFORMED);
		assert_int_equal(m.bad.type, cases[i].type);
		b[(4 + cases[i].size) * (cases[i].max - 1)] =
			0; /* the one before is the last */
		memset(&m, 0, sizeof(m));
		assert_int_equal(
			msg_decode_inner(
				&m, cases[i].type,
				span_of(b, (4 + cases[i].size) * cases[i].max)),
			R_NONE);
	}
}

static void test_too_many_proposals(void **state)
{
	static uint8_t b[4 + 300 * 16 + 8];
	struct wr w = wr_to(b, sizeof(b));
	unsigned int i;

	(void)state;
	wr_u32(&w, 0);
	for (i = 0; i <= OFFER_PROPOSALS; i++) {
		wr_u32(&w, i < OFFER_PROPOSALS ? 0x02000010 : 0x00000010);
		wr_u32(&w, (i + 1) << 24 | 0x00030001);
		wr_u64(&w, UINT64_C(0x0000000801000014));
	}
	wr_put8(&w, 2, (uint8_t)(w.n >> 8));
	wr_put8(&w, 3, (uint8_t)w.n);
	memset(&m, 0, sizeof(m));
	assert_int_equal(msg_decode_inner(&m, PL_SA, wr_done(&w)), R_MALFORMED);
	w = wr_to(b, sizeof(b));
	wr_u32(&w, 0);
	for (i = 0; i < 2; i++) { /* 2 * 200 transforms */
		unsigned int k;

		wr_u32(&w, (i ? 0U : 0x02000000U) | (8 + 200 * 8));
		wr_u32(&w, (i + 1) << 24 | 0x000300c8);
		for (k = 0; k < 200; k++)
			wr_u64(&w, (k < 199 ? UINT64_C(0x03000000) << 32 : 0) |
					   UINT64_C(0x0000000801000014));
	}
	wr_put8(&w, 2, (uint8_t)(w.n >> 8));
	wr_put8(&w, 3, (uint8_t)w.n);
	memset(&m, 0, sizeof(m));
	assert_int_equal(msg_decode_inner(&m, PL_SA, wr_done(&w)), R_MALFORMED);
}

static void test_encrypted(void **state)
{
	static const char hex[] = "11223344556677880102030405060708"
				  "2e202308"
				  "00000001"
				  "00000028"
				  "2300000c"
				  "a0a1a2a3a4a5a6a7";
	static const char skf[] = "11223344556677880102030405060708"
				  "35202320"
				  "00000001"
				  "00000028"
				  "2300000c"
				  "00020003"
				  "a4a5a6a7";
	uint8_t b[64];
	int n = secret_from_hex(hex, b, sizeof(b));
	struct span s = span_of(b, (size_t)n);

	(void)state;
	assert_int_equal(msg_decode(s, &m), R_NONE);
	assert_true(m.present == PL_BIT(PL_SK));
	assert_int_equal(m.sk_next, PL_IDI);
	assert_int_equal(m.sk.data.n, 8);
	assert_int_equal(m.sk.data.p[0], 0xa0);
	assert_ptr_equal(m.aad.p, b);
	assert_int_equal(m.aad.n, 32);
	assert_string_equal(msg_text(&m, text, sizeof(text)),
			    "IKE_AUTH request 1 { SK }");
	n = secret_from_hex(skf, b, sizeof(b));
	assert_int_equal(msg_decode(s, &m), R_NONE);
	assert_int_equal(m.skf.number, 2);
	assert_int_equal(m.skf.total, 3);
	assert_int_equal(m.skf.data.n, 4);
	assert_int_equal(m.aad.n,
			 36); /* RFC 7383 2.5: with the fragment header */
	b[33] = 0; /* number 0 */
	assert_int_equal(msg_decode(s, &m), R_MALFORMED);
	b[33] = 4; /* of 3 */
	assert_int_equal(msg_decode(s, &m), R_MALFORMED);
	b[33] = 2;
	b[31] = 8; /* not the last payload: what comes behind is not covered */
	assert_int_equal(msg_decode(s, &m), R_MALFORMED);
}

/* read(write(x)) is x ------------------------------------------------------------------------------- */

static const struct pl_notify rekey = { .proto = IKE_PROTO_ESP,
					.type = N_REKEY_SA,
					.spi = { (const uint8_t *)"abcd", 4 } };

static void write_all(struct msg_wr *w, const struct ike_msg *x)
{
	pl_sa_write(w, &x->sa);
	pl_ke_write(w, &x->ke);
	pl_nonce_write(w, &x->nonce);
	pl_id_write(w, PL_IDI, &x->idi);
	pl_id_write(w, PL_IDR, &x->idr);
	pl_auth_write(w, &x->auth);
	pl_ts_write(w, PL_TSI, &x->tsi);
	pl_ts_write(w, PL_TSR, &x->tsr);
	pl_cp_write(w, &x->cp);
	pl_eap_write(w, &x->eap);
	pl_cert_write(w, &x->cert[0]);
	pl_certreq_write(w, &x->certreq[0]);
	pl_notify_write(w, &x->notify[0]);
	pl_delete_write(w, &x->del[0]);
	pl_vid_write(w, &x->vid[0]);
}

static void fill(struct ike_msg *x)
{
	struct addr a = { 4, { 10, 0, 0, 1 } };
	struct ts host = ts_host(&a),
		  net = ts_prefix(
			  (const uint8_t
				   *)"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\0",
			  16, 32);

	memset(x, 0, sizeof(*x));
	offer_init(&x->sa);
	assert_true(offer_add(&x->sa, IKE_PROTO_ESP, "wxyz", 4) &&
		    offer_add_transform(&x->sa, 1, 20, 256) &&
		    offer_add_transform(&x->sa, 5, 0, 0) &&
		    offer_add(&x->sa, IKE_PROTO_AH, NULL, 0) &&
		    offer_add_transform(&x->sa, 3, 2, 0));
	x->ke = (struct pl_ke){ 31, span_text("value") };
	x->nonce.data = span_text("0123456789abcdef");
	assert_true(id_from_octets(ID_T_FQDN, span_text("west"), &x->idi));
	x->idr = id_of_addr(&a);
	x->auth = (struct pl_auth){ 14, span_text("proof") };
	assert_true(ts_list_add(&x->tsi, &host) && ts_list_add(&x->tsi, &net) &&
		    ts_list_add(&x->tsr, &net));
	x->cp.kind = PL_CP_REQUEST;
	x->cp.n = 2;
	x->cp.attr[0].type = 1;
	x->cp.attr[1].type = 3;
	x->cp.attr[1].value = span_text("four");
	x->eap.data = span_of("\1\2\0\5x", 5);
	x->cert[0] = (struct pl_cert){ 4, span_text("DER") };
	x->certreq[0] =
		(struct pl_certreq){ 4, span_text("hash of twenty octet") };
	x->notify[0] = rekey;
	x->del[0] = (struct pl_delete){ IKE_PROTO_ESP, 4, 2,
					span_text("abcdefgh") };
	x->vid[0].data = span_text("vendor");
}

static void test_round(void **state)
{
	static struct ike_msg x;
	static uint8_t a[2048], b[2048];
	const struct msg_header h = { .spi_i = 1,
				      .spi_r = UINT64_MAX,
				      .major = 2,
				      .minor = 3,
				      .exchange = MSG_CREATE_CHILD_SA,
				      .flags = MSG_RESPONSE,
				      .id = 0xfffffffe };
	struct msg_wr w;
	struct span s, t;
	size_t room;

	(void)state;
	fill(&x);
	w = msg_begin(a, sizeof(a), &h);
	write_all(&w, &x);
	s = msg_end(&w);
	assert_int_equal(w.first, PL_SA);
	assert_int_equal(msg_decode(s, &m), R_NONE);
	assert_true(m.h.spi_r == UINT64_MAX && m.h.id == 0xfffffffe &&
		    m.h.minor == 3 && m.h.length == s.n);
	assert_memory_equal(m.sa.p, x.sa.p, 2 * sizeof(x.sa.p[0]));
	assert_memory_equal(m.sa.t, x.sa.t, 3 * sizeof(x.sa.t[0]));
	assert_true(id_equal(&m.idi, &x.idi) && id_equal(&m.idr, &x.idr));
	assert_true(ts_list_equal(&m.tsi, &x.tsi) &&
		    ts_list_equal(&m.tsr, &x.tsr));
	assert_int_equal(m.cp.n, 2);
	assert_true(span_equal(m.cp.attr[1].value, x.cp.attr[1].value));
	assert_true(span_equal(m.notify[0].spi, rekey.spi));
	w = msg_begin(b, sizeof(b), &h);
	write_all(&w, &m);
	t = msg_end(&w);
	assert_true(span_equal(s, t));
	for (room = 0; room < s.n;
	     room++) { /* no buffer is too small to fail in */
		uint8_t *exact = malloc(room ? room : 1);

		w = msg_begin(exact, room, &h);
		write_all(&w, &x);
		t = msg_end(&w);
		assert_null(t.p);
		free(exact);
	}
	w = msg_begin_inner(b, sizeof(b));
	write_all(&w, &x);
	t = msg_end(&w);
	assert_int_equal(t.n, s.n - MSG_HEADER);
	assert_int_equal(w.first, PL_SA);
	w = msg_begin_inner(b, sizeof(b));
	t = msg_end(&w);
	assert_int_equal(w.first, PL_NONE); /* an empty INFORMATIONAL */
	assert_int_equal(t.n, 0);
}

/* What no reader would take is not written. */
static void test_unwritable(void **state)
{
	static struct ike_msg good, x;
	static uint8_t b[4096];
	unsigned int i;

	(void)state;
	fill(&good);
	for (i = 0; i < 13; i++) {
		struct msg_wr w = msg_begin_inner(b, sizeof(b));

		x = good;
		switch (i) {
		case 0:
			x.sa.t[0].odd = true;
			break;
		case 1:
			x.sa.nproposals = 0;
			break;
		case 2:
			x.sa.p[0].spi_len = 3;
			break;
		case 3:
			x.sa.p[0].n = 300;
			break;
		case 4:
			x.nonce.data.n = 15;
			break;
		case 5:
			x.idi.type = ID_T_ANY;
			break;
		case 6:
			x.tsi.n = 0;
			break;
		case 7:
			x.tsi.v[1].len = 7;
			break;
		case 8:
			x.notify[0].spi.n = 3;
			break;
		case 9:
			x.del[0].n = 3;
			break;
		case 10:
			x.eap.data.n = 4;
			break;
		case 11:
			x.cp.n = PL_CP_ATTRS + 1;
			break;
		default:
			x.idr.type = ID_T_NONE;
			break;
		}
		write_all(&w, &x);
		if (!w.w.failed)
			fail_msg("case %u was written", i);
	}
}

static void test_notifies(void **state)
{
	(void)state;
	assert_string_equal(notify_name(14), "NO_PROPOSAL_CHOSEN");
	assert_string_equal(notify_name(16430),
			    "IKEV2_FRAGMENTATION_SUPPORTED");
	assert_string_equal(notify_name(2), "unknown");
	assert_true(notify_is_error(16383));
	assert_false(notify_is_error(16384));
	assert_int_equal(notify_of_reason(R_NO_PROPOSAL), N_NO_PROPOSAL_CHOSEN);
	assert_int_equal(notify_of_reason(R_NO_SELECTOR), N_TS_UNACCEPTABLE);
	assert_int_equal(notify_of_reason(R_WRONG_SECRET),
			 N_AUTHENTICATION_FAILED);
	assert_int_equal(notify_of_reason(R_INTEGRITY),
			 NOTIFY_NONE); /* nobody is told */
	assert_int_equal(notify_of_reason(R_NONE), NOTIFY_NONE);
	assert_int_equal(notify_of_reason(R_COUNT), NOTIFY_NONE);
	assert_int_equal(notify_reason(N_NO_PROPOSAL_CHOSEN),
			 R_PEER_NO_PROPOSAL);
	assert_int_equal(notify_reason(3), R_PEER_ERROR);
	assert_string_equal(msg_payload_name(PL_TSI), "TSi");
	assert_string_equal(msg_payload_name(99), "unknown");
	assert_string_equal(msg_exchange_name(37), "INFORMATIONAL");
	assert_string_equal(msg_exchange_name(99), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_init),
		cmocka_unit_test(test_inner),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_turned),
		cmocka_unit_test(test_payloads),
		cmocka_unit_test(test_sa),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_too_many_proposals),
		cmocka_unit_test(test_encrypted),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_unwritable),
		cmocka_unit_test(test_notifies),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
