// SPDX-License-Identifier: GPL-2.0-or-later
/* links: kernel/size.c */
/* header_size.c - sealed lengths and MTU of every algorithm, mode and encapsulation, over all MTUs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/types.h>
#include "../../nl-proto/nf_ipsec.h"
#include "size.h"

#define MTU_MAX 65535

struct enc {
	const char *name;
	u8 iv, block, icv, aead;
};

struct auth {
	const char *name;
	u8 icv;
};

static const struct enc encs[] = {
#define NFI_ENC(id, value, name, kernel, module, keys, salt, iv, block, icv, flags) \
	{ name, iv, block, icv, (flags) & NFI_ALG_AEAD },
#include "../../nl-proto/algs.def"
#undef NFI_ENC
};

static const struct auth auths[] = {
#define NFI_AUTH(id, value, name, kernel, module, keylen, icv, flags) { name, icv },
#include "../../nl-proto/algs.def"
#undef NFI_AUTH
};

#define N_ENC (sizeof(encs) / sizeof(encs[0]))
#define N_AUTH (sizeof(auths) / sizeof(auths[0]))

static const u16 tfcs[] = { 0, 1, 7, 64, 1000, 1500, 9000 };

/* What a reader of RFC 4303 2 and RFC 4302 2 would add up, without any of the code under test. */
static unsigned int by_hand(const struct nfi_shape *s, unsigned int len)
{
	unsigned int ah = 12 + s->iv + s->icv, n = s->tunnel ? len : len - s->ip;
	unsigned int unit = s->block < 4 ? 4 : s->block;

	if (s->ah) {
		while (ah % (s->ip == 20 ? 4 : 8))
			ah++;
		return s->ip + ah + n;
	}
	n += 2;
	while (n % unit)
		n++;
	return s->ip + s->udp + 8 + s->iv + n + s->icv;
}

static void check_mtu(const struct nfi_shape *s)
{
	unsigned int mtu, fits;

	for (mtu = 0; mtu <= MTU_MAX; mtu++) {
		fits = nfi_shape_mtu(s, mtu);
		assert_true(fits < mtu || !fits);
		if (fits) {
			assert_true(s->tunnel || fits > s->ip);
			assert_true(nfi_shape_sealed(s, fits) <= mtu);
			assert_true(nfi_shape_sealed(s, fits + 1) > mtu);
		} else {
			assert_true(nfi_shape_sealed(s, s->tunnel ? 1 : s->ip + 1) > mtu);
		}
	}
}

static void check_lengths(const struct nfi_shape *s)
{
	unsigned int head, tail, front = nfi_shape_front(s), len, n, pad;

	nfi_shape_room(s, &head, &tail);
	assert_int_equal(head, front + (s->tunnel ? s->ip : 0));
	for (len = s->tunnel ? 1 : s->ip; len < 10000; len++) {
		assert_int_equal(nfi_shape_sealed(s, len), by_hand(s, len));
		n = s->tunnel ? len : len - s->ip;
		pad = nfi_shape_pad(s, n);
		assert_true(pad < 16);
		if (!s->ah)
			assert_true(pad + 2 + s->icv <= tail);
		assert_true(nfi_shape_sealed(s, len) <= len + head + tail);
	}
}

static void check_tfc_length(const struct nfi_shape *s, unsigned int len, unsigned int mtu)
{
	unsigned int n = nfi_shape_tfc(s, len, mtu), head, tail;

	if (!s->tfc || s->ah || !s->tunnel) {
		assert_int_equal(n, 0);
		return;
	}
	nfi_shape_room(s, &head, &tail);
	assert_true(nfi_shape_sealed(s, len + n) <= mtu);
	assert_true(nfi_shape_sealed(s, len + n) <= len + head + tail);
	assert_true((len + n) % s->tfc == 0 || len + n == nfi_shape_mtu(s, mtu));
}

static void check_tfc(struct nfi_shape *s)
{
	unsigned int i, len, mtu;

	for (i = 0; i < sizeof(tfcs) / sizeof(tfcs[0]); i++) {
		s->tfc = tfcs[i];
		for (mtu = 68; mtu < 9100; mtu += 119)
			for (len = 20; len <= nfi_shape_mtu(s, mtu); len += 13)
				check_tfc_length(s, len, mtu);
		/* a packet that is too long already gets nothing */
		assert_int_equal(nfi_shape_tfc(s, nfi_shape_mtu(s, 500) + 1, 500), 0);
	}
	s->tfc = 0;
}

/* All of them in both modes and families, with and without UDP. */
static void each(const struct nfi_shape *base, void (*check)(struct nfi_shape *s))
{
	struct nfi_shape s = *base;
	int i;

	for (i = 0; i < 8; i++) {
		s.tunnel = i & 1;
		s.ip = i & 2 ? 40 : 20;
		s.udp = i & 4 && !s.ah ? 8 : 0;
		check(&s);
	}
}

static void every_shape(void (*check)(struct nfi_shape *s))
{
	struct nfi_shape s = { .block = 1 };
	size_t e, a;

	for (e = 0; e < N_ENC; e++)
		for (a = 0; a < N_AUTH; a++) {
			s = (struct nfi_shape){ .iv = encs[e].iv, .block = encs[e].block };
			s.icv = encs[e].aead ? encs[e].icv : auths[a].icv;
			each(&s, check);
			if (encs[e].aead)
				break;
		}
	for (a = 0; a < N_AUTH; a++) {
		s = (struct nfi_shape){ .ah = 1, .block = 1, .icv = auths[a].icv };
		each(&s, check);
	}
	s = (struct nfi_shape){ .ah = 1, .block = 1, .iv = 8, .icv = 16 }; /* GMAC */
	each(&s, check);
}

static void all(struct nfi_shape *s)
{
	check_mtu(s);
	check_lengths(s);
}

static void test_shapes(void **state)
{
	(void)state;
	every_shape(all);
}

static void test_tfc(void **state)
{
	(void)state;
	every_shape(check_tfc);
}

/* A few that can be looked up: AES-GCM-16 and AES-CBC with SHA2-256, and AH padding. */
static void test_known(void **state)
{
	struct nfi_shape gcm = { .tunnel = 1, .ip = 20, .iv = 8, .icv = 16, .block = 1 };
	struct nfi_shape cbc = { .tunnel = 1, .ip = 20, .udp = 8, .iv = 16, .icv = 16, .block = 16 };
	struct nfi_shape ah = { .ah = 1, .ip = 20, .icv = 16, .block = 1 };

	(void)state;
	assert_int_equal(nfi_shape_mtu(&gcm, 1500), 1446);
	assert_int_equal(nfi_shape_mtu(&cbc, 1500), 1422);
	assert_int_equal(nfi_shape_mtu(&gcm, 52), 0);
	assert_int_equal(nfi_shape_mtu(&gcm, 56), 2);
	assert_int_equal(nfi_shape_sealed(&gcm, 84), 140);
	assert_int_equal(nfi_shape_ah(&ah), 28);
	ah.ip = 40;
	assert_int_equal(nfi_shape_ah(&ah), 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_tfc),
	};

	return cmocka_run_group_tests_name("header_size", tests, NULL, NULL);
}
