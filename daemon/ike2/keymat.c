// SPDX-License-Identifier: GPL-2.0-or-later
/* keymat.c - keys are derived: seeds into SKEYSEED, SKEYSEED into SK_*, SK_d into the keys of children. */
#include "ike2/keymat.h"

#include <string.h>

#include "base/secret.h"
#include "crypto/alg.h"

#define NONCE_MAX 256 /* octets, RFC 7296 3.9 */
#define KEYS_MAX (3 * PRF_MAX + 2 * AEAD_INTEG_MAX + 2 * AEAD_ENCR_MAX)

static bool refuse(const char **why, const char *text)
{
	*why = text;
	return false;
}

/* Cut n octets off the front of *from. */
static void take(uint8_t *to, size_t n, const uint8_t **from)
{
	memcpy(to, *from, n);
	*from += n;
}

/* RFC 7296 2.14: Ni | Nr as a key; of PRFs with a fixed key 64 bits of each nonce. */
static void skeyseed(uint16_t prf, const struct keymat_seed *seed, uint8_t *out)
{
	size_t first = prf_nonce_take(prf), ni = seed->ni.n, nr = seed->nr.n;
	uint8_t key[2 * NONCE_MAX];

	ni = first && ni > first ? first : ni;
	nr = first && nr > first ? first : nr;
	memcpy(key, seed->ni.p, ni);
	memcpy(key + ni, seed->nr.p, nr);
	prf_parts(prf, span_of(key, ni + nr), &seed->shared, 1, out);
}

/* RFC 7296 2.14: SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr = prf+(SKEYSEED, Ni | Nr | SPIi | SPIr) */
static void expand(struct keymat *k, struct span skeyseed_,
		   const struct keymat_seed *seed)
{
	const struct span parts[] = { seed->ni, seed->nr,
				      span_of(seed->spi_i, 8),
				      span_of(seed->spi_r, 8) };
	const struct aead_suite *s = &k->i.suite;
	uint8_t all[KEYS_MAX];
	const uint8_t *from = all;
	struct prf prf;

	prf_init(&prf, k->prf, skeyseed_);
	prf_plus(&prf, parts, 4, all,
		 3U * k->n + 2U * s->integ_key + 2U * s->encr_key);
	prf_fini(&prf);
	take(k->d, k->n, &from);
	take(k->i.integ, s->integ_key, &from);
	take(k->r.integ, s->integ_key, &from);
	take(k->i.encr, s->encr_key, &from);
	take(k->r.encr, s->encr_key, &from);
	take(k->pi, k->n, &from);
	take(k->pr, k->n, &from);
	secret_wipe(all, sizeof(all));
}

/* Keys without values yet. */
static struct keymat *begin(const struct keymat_suite *suite, const char **why)
{
	struct aead_suite s;
	struct keymat *k;

	if (!aead_suite(&s, suite->encr, suite->keybits, suite->integ, why) ||
	    !alg_usable(ALG_TYPE_PRF, suite->prf, why))
		return NULL;
	k = secret_alloc(sizeof(*k));
	k->prf = suite->prf;
	k->n = (uint8_t)prf_size(suite->prf);
	k->i.suite = k->r.suite = s;
	return k;
}

struct keymat *keymat_new(const struct keymat_suite *suite,
			  const struct keymat_seed *seed, const char **why)
{
	struct keymat *k;
	uint8_t first[PRF_MAX];

	*why = "a nonce is longer than IKE allows";
	if (seed->ni.n > NONCE_MAX || seed->nr.n > NONCE_MAX)
		return NULL;
	k = begin(suite, why);
	if (!k)
		return NULL;
	skeyseed(k->prf, seed, first);
	expand(k, span_of(first, k->n), seed);
	secret_wipe(first, sizeof(first));
	return k;
}

/* RFC 7296 2.18: SKEYSEED = prf(SK_d (old), g^ir (new) | Ni | Nr), by the old PRF */
struct keymat *keymat_rekey(const struct keymat *old,
			    const struct keymat_suite *suite,
			    const struct keymat_seed *seed, const char **why)
{
	const struct span parts[] = { seed->shared, seed->ni, seed->nr };
	struct keymat *k = begin(suite, why);
	uint8_t first[PRF_MAX];

	if (!k)
		return NULL;
	prf_parts(old->prf, keymat_d(old), parts, 3, first);
	expand(k, span_of(first, old->n), seed);
	secret_wipe(first, sizeof(first));
	return k;
}

void keymat_free(struct keymat *k)
{
	secret_free(k);
}

struct span keymat_d(const struct keymat *k)
{
	return span_of(k->d, k->n);
}

struct span keymat_p(const struct keymat *k, bool initiator)
{
	return span_of(initiator ? k->pi : k->pr, k->n);
}

struct aead_key *keymat_sender(struct keymat *k, bool initiator)
{
	return initiator ? &k->i : &k->r;
}

/* Children ------------------------------------------------------------------------------------ */

static bool child_sizes(const struct keymat_child *suite, struct keymat_sa *sa,
			const char **why)
{
	const struct alg *e =
		suite->encr ? alg_find(ALG_TYPE_ENCR, suite->encr) : NULL;
	const struct alg *i =
		suite->integ ? alg_find(ALG_TYPE_INTEG, suite->integ) : NULL;
	size_t n = e ? alg_encr_key(e, suite->keybits) : 0;

	if ((suite->encr && !e) || (suite->integ && !i) || (!e && !i))
		return refuse(why, "an algorithm of the child is unknown");
	if (e && !n && suite->encr != ALG_ENCR_NULL)
		return refuse(
			why,
			"the cipher of the child has no keys of this length");
	*sa = (struct keymat_sa){ .encr_n = (uint8_t)n,
				  .integ_n = i ? i->key : 0 };
	return true;
}

/* RFC 7296 2.17: KEYMAT = prf+(SK_d, [g^ir |] Ni | Nr); what the initiator sends comes first, the cipher's key first. */
bool keymat_child(const struct keymat *k, const struct keymat_child *suite,
		  const struct keymat_seed *seed, struct keymat_sa sa[2],
		  const char **why)
{
	const struct span parts[] = { seed->shared, seed->ni, seed->nr };
	uint8_t all[2 * (AEAD_ENCR_MAX + AEAD_INTEG_MAX)];
	const uint8_t *from = all;
	struct prf prf;
	size_t i;

	if (!child_sizes(suite, &sa[0], why))
		return false;
	sa[1] = sa[0];
	prf_init(&prf, k->prf, keymat_d(k));
	prf_plus(&prf, parts, 3, all, 2 * ((size_t)sa->encr_n + sa->integ_n));
	prf_fini(&prf);
	for (i = 0; i < 2; i++) {
		take(sa[i].encr, sa[i].encr_n, &from);
		take(sa[i].integ, sa[i].integ_n, &from);
	}
	secret_wipe(all, sizeof(all));
	return true;
}
