// SPDX-License-Identifier: GPL-2.0-or-later
/* alg.c - the rows of algs.def and nl-proto/algs.def, joined by their names. */
#include "crypto/alg.h"

#include <string.h>

#include "nl-proto/nf_ipsec.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum use { USE_NO, USE_IKE, USE_LEGACY };

/* clang-format off */
static const struct { const char *name; uint8_t nfi, keys, salt, iv, block, icv, flags; } encs[] = {
#define NFI_ENC(id, value, name, kernel, module, keys, salt, iv, block, icv, flags) \
	{ name, value, keys, salt, iv, block, icv, flags },
#include "nl-proto/algs.def"
#undef NFI_ENC
};
static const struct { const char *name; uint8_t nfi, key, icv, flags; } auths[] = {
#define NFI_AUTH(id, value, name, kernel, module, keylen, icv, flags) { name, value, keylen, icv, flags },
#include "nl-proto/algs.def"
#undef NFI_AUTH
};
#define ROW(t, n, i, use) { .type = ALG_TYPE_##t, .id = (i), .name = (n), \
	.ike = USE_##use != USE_NO, .legacy = USE_##use == USE_LEGACY },
static struct alg algs[] = {
#define IKE_ENC(n, i, use) ROW(ENCR, n, i, use)
#define IKE_AUTH(n, i, prf, use) ROW(INTEG, n, i, use)
#define IKE_PRF(n, i, use) ROW(PRF, n, i, use)
#define IKE_DH(n, i, use) ROW(KE, n, i, use)
#include "crypto/algs.def"
#undef IKE_ENC
#undef IKE_AUTH
#undef IKE_PRF
#undef IKE_DH
	{ .type = ALG_TYPE_ESN, .id = ALG_ESN_NO, .name = "noesn" },
	{ .type = ALG_TYPE_ESN, .id = ALG_ESN_YES, .name = "esn" },
};
#undef ROW
/* clang-format on */

static const char *disabled[COUNT(algs)]; /* why */

static void join_cipher(struct alg *a, size_t i)
{
	a->nfi = encs[i].nfi;
	a->keys = encs[i].keys;
	a->aead = encs[i].flags & NFI_ALG_AEAD;
	a->legacy = a->legacy || encs[i].flags & NFI_ALG_LEGACY;
	a->salt = encs[i].salt;
	a->iv = encs[i].iv;
	a->block = encs[i].block;
	a->icv = encs[i].icv;
	/* one size only, and so no Key Length attribute (RFC 7296 3.3.5) */
	a->key = a->keys == NFI_K256 ? 32 : a->keys == NFI_K192 ? 24 : 0;
	a->variable = a->keys && !a->key;
}

static void join_integ(struct alg *a, size_t i)
{
	a->nfi = auths[i].nfi;
	a->legacy = a->legacy || auths[i].flags & NFI_ALG_LEGACY;
	a->key = auths[i].key;
	a->icv = auths[i].icv;
}

/* The facts that the kernel's table has of a row. */
static void join(struct alg *a)
{
	size_t i;

	for (i = 0; a->type == ALG_TYPE_ENCR && i < COUNT(encs); i++)
		if (!strcmp(a->name, encs[i].name))
			join_cipher(a, i);
	for (i = 0; a->type == ALG_TYPE_INTEG && i < COUNT(auths); i++)
		if (!strcmp(a->name, auths[i].name))
			join_integ(a, i);
}

static void join_all(void)
{
	static bool done;
	size_t i;

	for (i = 0; !done && i < COUNT(algs); i++)
		join(&algs[i]);
	done = true;
}

static struct alg *find(enum alg_type type, uint16_t id)
{
	size_t i;

	join_all();
	for (i = 0; i < COUNT(algs); i++)
		if (algs[i].type == type && algs[i].id == id)
			return &algs[i];
	return NULL;
}

const struct alg *alg_find(enum alg_type type, uint16_t id)
{
	return find(type, id);
}

const struct alg *alg_at(enum alg_type type, size_t i)
{
	size_t k;

	join_all();
	for (k = 0; k < COUNT(algs); k++)
		if (algs[k].type == type && !i--)
			return &algs[k];
	return NULL;
}

size_t alg_encr_key(const struct alg *encr, unsigned int keybits)
{
	unsigned int size = keybits == 128 ? NFI_K128 :
			    keybits == 192 ? NFI_K192 :
			    keybits == 256 ? NFI_K256 :
					     0;

	if (encr->key) /* some peers send the attribute all the same */
		return !keybits || keybits == encr->key * 8U ?
			       (size_t)encr->key + encr->salt :
			       0;
	return encr->keys & size ? keybits / 8 + encr->salt : 0;
}

bool alg_usable(enum alg_type type, uint16_t id, const char **why)
{
	const struct alg *a = alg_find(type, id);
	const char *text = NULL;

	if (!a)
		text = "it is unknown";
	else if (disabled[a - algs])
		text = disabled[a - algs];
	else if (!a->ike)
		text = "IKE cannot use it here";
	if (text && why)
		*why = text;
	return !text;
}

void alg_disable(enum alg_type type, uint16_t id, const char *why)
{
	struct alg *a = find(type, id);

	if (a)
		disabled[a - algs] = why;
}
