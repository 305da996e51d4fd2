// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dh_modp.c - groups modulo a safe prime, RFC 2409 6.2 and RFC 3526. All these primes are
 * 2^n - 2^(n-64) - 1 + 2^64 (floor(2^(n-130) pi) + k), so that pi and each k are all there is to know.
 */
#include <gmp.h>
#include <nettle/bignum.h>

#include "crypto/dh_priv.h"
#include "crypto/rand.h"

#define BITS_MAX 8192

/* floor(2^8062 pi) */
static const char pi[] =
	"c90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a0879"
	"8e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6"
	"f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651"
	"ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad96"
	"1c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e46"
	"2e36ce3be39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718"
	"3995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33a85521ab"
	"df1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7abf5ae8cdb0933d7"
	"1e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18"
	"177b200cbbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e"
	"4b82d120a92108011a723c12a787e6d788719a10bdba5b2699c327186af4e23c1a946834"
	"b6150bda2583e9ca2ad44ce8dbbbc2db04de8ef92e8efc141fbecaa6287c59474e6bc05d"
	"99b2964fa090c3a2233ba186515be7ed1f612970cee2d7afb81bdd762170481cd0069127"
	"d5b05aa993b4ea988d8fddc186ffb7dc90a6c08f4df435c93402849236c3fab4d27c7026"
	"c1d4dcb2602646dec9751e763dba37bdf8ff9406ad9e530ee5db382f413001aeb06a53ed"
	"9027d831179727b0865a8918da3edbebcf9b14ed44ce6cbaced4bb1bdb7f1447e6cc254b"
	"332051512bd7af426fb8f401378cd2bf5983ca01c64b92ecf032ea15d1721d03f482d7ce"
	"6e74fef6d55e702f46980c82b5a84031900b1c9e59e7c97fbec7e8f323a97a7e36cc88be"
	"0f1d45b7ff585ac54bd407b22b4154aacc8f6d7ebf48e1d814cc5ed20f8037e0a79715ee"
	"f29be32806a1d58bb7c5da76f550aa3d8a1fbff0eb19ccb1a313d55cda56c9ec2ef29632"
	"387fe8d76e3c0468043e8f663f4860ee12bf2d5b0b7474d6e694f91e6dbe115974a3926f"
	"12fee5e438777cb6a932df8cd8bec4d073b931ba3bc832b68d9dd300741fa7bf8afc47ed"
	"2576f6936ba424663aab639c5ae4f5683423b4742bf1c978238f16cbe39d652de3fdb8be"
	"fc848ad922222e04a4037c0713eb57a81a23f0c73473fc646cea306b4bcbc8862f8385dd"
	"fa9d4b7fa2c087e879683303ed5bdd3a062b3cf5b3a278a66d2a13f83f44f82ddf310ee0"
	"74ab6a364597e899a0255dc164f31cc50846851df9ab48195ded7ea1b1d510bd7ee74d73"
	"faf36bc31ecfa268359046f4eb879f924009438b481c6cd7889a002ed5ee382bc9190da6"
	"fc026e479558e4475677e9aa9e3050e2765694dfc81f56e880b96e7160c980dd98a573ea";
/* What to add to pi, by the bits of the prime. */
static unsigned long addend(unsigned int bits)
{
	switch (bits) {
	case 1024:
		return 129093;
	case 1536:
		return 741804;
	case 2048:
		return 124476;
	case 3072:
		return 1690314;
	case 4096:
		return 240904;
	case 6144:
		return 929484;
	default: /* 8192 */
		return 4743158;
	}
}

static void make_prime(mpz_t p, unsigned int bits)
{
	mpz_t v;

	mpz_set_str(p, pi, 16);
	mpz_fdiv_q_2exp(p, p, BITS_MAX - bits);
	mpz_add_ui(p, p, addend(bits));
	mpz_mul_2exp(p, p, 64);
	mpz_sub_ui(p, p, 1);
	mpz_init(v);
	mpz_setbit(v, bits);
	mpz_add(p, p, v);
	mpz_fdiv_q_2exp(v, v, 64);
	mpz_sub(p, p, v);
	mpz_clear(v);
}

static void make(const struct dh_group *g, uint8_t *secret, uint8_t *public)
{
	mpz_t p, x, y;

	/* the highest bit is set: all exponents of a group take the same time, and none is zero */
	rand_octets(secret, g->secret);
	secret[0] |= 0x80;
	mpz_init(p);
	make_prime(p, g->bits);
	nettle_mpz_init_set_str_256_u(x, g->secret, secret);
	mpz_init_set_ui(y, 2);
	mpz_powm_sec(y, y, x, p);
	nettle_mpz_get_str_256(g->public, public, y);
	mpz_clears(p, x, y, NULL);
}

/* RFC 6989 2.1: beyond these bounds no element of a group with a safe prime has a small order. */
static bool in_range(const mpz_t y, const mpz_t p)
{
	mpz_t end;
	bool in;

	mpz_init(end);
	mpz_sub_ui(end, p, 1);
	in = mpz_cmp_ui(y, 1) > 0 && mpz_cmp(y, end) < 0;
	mpz_clear(end);
	return in;
}

static const char *agree(const struct dh_group *g, const uint8_t *secret,
			 const uint8_t *peer, uint8_t *shared)
{
	mpz_t p, x, y;
	bool good;

	mpz_init(p);
	make_prime(p, g->bits);
	nettle_mpz_init_set_str_256_u(x, g->secret, secret);
	nettle_mpz_init_set_str_256_u(y, g->public, peer);
	good = in_range(y, p);
	if (good) {
		mpz_powm_sec(y, y, x, p);
		nettle_mpz_get_str_256(g->shared, shared, y);
	}
	mpz_clears(p, x, y, NULL);
	return good ? NULL : "it is not between 1 and p - 1";
}

/*
 * Exponents have twice the bits of the group's strength (NIST SP 800-57 1, 5.6.1), and 256 at
 * least; as long as the prime they would cost twenty times as much and add nothing.
 */
#define GROUP(id, bits, exponent)                                             \
	{                                                                     \
		id, bits, (exponent) / 8, (bits) / 8, (bits) / 8, make, agree \
	}

static const struct dh_group groups[] = {
	GROUP(2, 1024, 256),  GROUP(5, 1536, 256),  GROUP(14, 2048, 256),
	GROUP(15, 3072, 256), GROUP(16, 4096, 304), GROUP(17, 6144, 352),
	GROUP(18, 8192, 400),
};

const struct dh_group *dh_modp_find(uint16_t id)
{
	size_t i;

	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (groups[i].id == id)
			return &groups[i];
	return NULL;
}
