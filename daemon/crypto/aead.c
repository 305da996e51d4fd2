// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * aead.c - AES-GCM and ChaCha20-Poly1305 (RFC 5282, 7634), and AES-CBC, AES-CTR and 3DES-CBC with an integrity
 * algorithm over everything before the ICV (RFC 7296 3.14, RFC 5930).
 */
#include "crypto/aead.h"

#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <nettle/chacha-poly1305.h>
#include <nettle/ctr.h>
#include <nettle/des.h>
#include <nettle/gcm.h>
#include <nettle/nettle-meta.h>
#include <string.h>

#include "base/secret.h"
#include "crypto/alg.h"
#include "crypto/prf.h"
#include "crypto/rand.h"

#define NONCE 12 /* salt and IV of all AEADs */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* One message under one key. */
struct job {
	const struct aead_key *k;
	struct span aad;
	uint8_t *text; /* the IV stands before it */
	size_t n;
	bool seal;
};

struct aead_kind {
	uint16_t encr; /* transform ID */
	bool random_iv; /* CBC's has to be unpredictable; the others only may not come again */
	/* of keys of 128, 192, 256 bits: one that authenticates, or a cipher and its mode */
	const struct nettle_aead *aead[3];
	const struct nettle_cipher *cipher[3];
	void (*crypt)(const struct job *job, const struct nettle_cipher *c,
		      void *state);
};

/* Which of aead[] or cipher[]; their keys stand before salt octets. */
static size_t which(const struct aead_suite *s, size_t salt)
{
	return (s->encr_key - salt) / 8U - 2;
}

static const uint8_t *iv_of(const struct job *job)
{
	return job->text - job->k->suite.iv;
}

/* The salt is the end of the key (RFC 5282 7.1, RFC 5930 3.1); the IV follows it. */
static void nonce_of(const struct job *job, uint8_t nonce[NONCE])
{
	size_t iv = job->k->suite.iv, salt = NONCE - iv;

	memcpy(nonce, job->k->encr + job->k->suite.encr_key - salt, salt);
	memcpy(nonce + salt, iv_of(job), iv);
}

/* Ciphers that authenticate --------------------------------------------------------------------- */

static void run_aead(const struct job *job, uint8_t icv[AEAD_ICV_MAX])
{
	union {
		struct gcm_aes256_ctx gcm;
		struct chacha_poly1305_ctx chacha;
	} u;
	const struct aead_suite *s = &job->k->suite;
	const struct nettle_aead *a = s->kind->aead[which(s, NONCE - s->iv)];
	uint8_t nonce[NONCE];

	nonce_of(job, nonce);
	a->set_encrypt_key(&u, job->k->encr);
	a->set_nonce(&u, nonce);
	a->update(&u, job->aad.n, job->aad.p);
	(job->seal ? a->encrypt : a->decrypt)(&u, job->n, job->text, job->text);
	a->digest(&u, s->icv, icv);
	secret_wipe(&u, sizeof(u));
}

/* Ciphers with an integrity algorithm beside them ----------------------------------------------- */

union cipher_state {
	struct aes256_ctx aes;
	struct des3_ctx des3;
};

static void crypt_cbc(const struct job *job, const struct nettle_cipher *c,
		      void *state)
{
	uint8_t iv[AEAD_IV_MAX];

	memcpy(iv, iv_of(job), c->block_size);
	if (job->seal) {
		c->set_encrypt_key(state, job->k->encr);
		cbc_encrypt(state, c->encrypt, c->block_size, iv, job->n,
			    job->text, job->text);
	} else {
		c->set_decrypt_key(state, job->k->encr);
		cbc_decrypt(state, c->decrypt, c->block_size, iv, job->n,
			    job->text, job->text);
	}
}

/* RFC 5930 2.1: nonce, IV, and a block counter that begins with 1. */
static void crypt_ctr(const struct job *job, const struct nettle_cipher *c,
		      void *state)
{
	uint8_t counter[AES_BLOCK_SIZE] = { [AES_BLOCK_SIZE - 1] = 1 };

	nonce_of(job, counter);
	c->set_encrypt_key(state, job->k->encr);
	ctr_crypt(state, c->encrypt, c->block_size, counter, job->n, job->text,
		  job->text);
}

static void run_cipher(const struct job *job)
{
	const struct aead_suite *s = &job->k->suite;
	size_t salt = s->kind->random_iv ? 0 : (size_t)NONCE - s->iv;
	union cipher_state u;

	s->kind->crypt(job, s->kind->cipher[which(s, salt)], &u);
	secret_wipe(&u, sizeof(u));
}

static void authenticate(const struct job *job, uint8_t icv[AEAD_ICV_MAX])
{
	const struct aead_suite *s = &job->k->suite;
	struct prf p;

	prf_init_integ(&p, s->integ, span_of(job->k->integ, s->integ_key));
	prf_update(&p, job->aad);
	prf_update(&p, span_of(iv_of(job), s->iv + job->n));
	prf_final(&p, icv, s->icv);
	prf_fini(&p);
}

/* Nettle has functions for it, but no descriptor. */
static void des3_init(void *state, const uint8_t *key)
{
	des3_set_key(
		state,
		key); /* a weak key comes once in 2^52 and is a key all the same */
}

static void des3_seal(const void *state, size_t n, uint8_t *to,
		      const uint8_t *from)
{
	des3_encrypt(state, n, to, from);
}

static void des3_open(const void *state, size_t n, uint8_t *to,
		      const uint8_t *from)
{
	des3_decrypt(state, n, to, from);
}

static const struct nettle_cipher des3 = {
	"3des",		 sizeof(struct des3_ctx),
	DES3_BLOCK_SIZE, DES3_KEY_SIZE,
	des3_init,	 des3_init,
	des3_seal,	 des3_open,
};

/* All ----------------------------------------------------------------------------------------- */

#define GCM                                                                \
	{                                                                  \
		&nettle_gcm_aes128, &nettle_gcm_aes192, &nettle_gcm_aes256 \
	}
#define AES                                                    \
	{                                                      \
		&nettle_aes128, &nettle_aes192, &nettle_aes256 \
	}

static const struct aead_kind kinds[] = {
	{ 18, false, .aead = GCM },
	{ 19, false, .aead = GCM },
	{ 20, false, .aead = GCM },
	{ 28, false, .aead = { NULL, NULL, &nettle_chacha_poly1305 } },
	{ 12, true, .cipher = AES, .crypt = crypt_cbc },
	{ 13, false, .cipher = AES, .crypt = crypt_ctr },
	{ 3, true, .cipher = { NULL, &des3, NULL }, .crypt = crypt_cbc },
};

static const struct aead_kind *find(uint16_t encr)
{
	size_t i;

	for (i = 0; i < COUNT(kinds); i++)
		if (kinds[i].encr == encr)
			return &kinds[i];
	return NULL;
}

static bool refuse(const char **why, const char *text)
{
	*why = text;
	return false;
}

bool aead_suite(struct aead_suite *s, uint16_t encr, unsigned int keybits,
		uint16_t integ, const char **why)
{
	const struct alg *e = alg_find(ALG_TYPE_ENCR, encr);
	const struct alg *i = integ ? alg_find(ALG_TYPE_INTEG, integ) : NULL;
	size_t key = e ? alg_encr_key(e, keybits) : 0;

	if (!alg_usable(ALG_TYPE_ENCR, encr, why) ||
	    (integ && !alg_usable(ALG_TYPE_INTEG, integ, why)))
		return false;
	if (!key)
		return refuse(why, "the cipher has no keys of this length");
	if (e->aead && i)
		return refuse(why, "the cipher authenticates already");
	if (!e->aead && !i)
		return refuse(why, "the cipher needs an integrity algorithm");
	*s = (struct aead_suite){
		.kind = find(encr),
		.integ = integ,
		.encr_key = (uint8_t)key,
		.integ_key = i ? i->key : 0,
		.iv = e->iv,
		.block = e->block,
		.icv = i ? i->icv : e->icv,
	};
	return s->kind || refuse(why, "IKE cannot use it here");
}

void aead_next_iv(struct aead_key *k, uint8_t *iv)
{
	uint64_t n = k->sent++;
	size_t i;

	if (k->suite.kind->random_iv) {
		rand_octets(iv, k->suite.iv);
		return;
	}
	for (i = k->suite.iv; i--; n >>= 8)
		iv[i] = (uint8_t)n;
}

void aead_seal(const struct aead_key *k, struct span aad, uint8_t *text,
	       size_t n)
{
	const struct job job = { k, aad, text, n, true };
	uint8_t icv[AEAD_ICV_MAX];

	if (k->suite.kind->crypt) {
		run_cipher(&job);
		authenticate(&job, icv);
	} else {
		run_aead(&job, icv);
	}
	memcpy(text + n, icv, k->suite.icv);
}

/* The streams of these ciphers are added: what was decrypted in vain is encrypted again. */
static bool open_aead(struct job *job)
{
	uint8_t icv[AEAD_ICV_MAX];
	bool good;

	run_aead(job, icv);
	good = secret_equal(icv, job->text + job->n, job->k->suite.icv);
	if (!good) {
		job->seal = true;
		run_aead(job, icv);
	}
	return good;
}

bool aead_open(const struct aead_key *k, struct span aad, uint8_t *text,
	       size_t n)
{
	struct job job = { k, aad, text, n, false };
	uint8_t icv[AEAD_ICV_MAX];

	if (n % k->suite.block)
		return false;
	if (!k->suite.kind->crypt)
		return open_aead(&job);
	authenticate(&job, icv);
	if (!secret_equal(icv, text + n, k->suite.icv))
		return false;
	run_cipher(&job);
	return true;
}
