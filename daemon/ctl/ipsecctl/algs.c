// SPDX-License-Identifier: GPL-2.0-or-later
/* algs.c - the rows of algs.def for the command line. */
#include "algs.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/suggest.h"
#include "nf_ipsec.h"

/* clang-format off */
static const struct alg encs[] = {
#define NFI_ENC(id, value, name, kernel, module, keys, salt, iv, block, icv, flags) \
	{ name, value, keys, salt, 0, icv, flags },
#include "algs.def"
#undef NFI_ENC
	{ 0 }
};

static const struct alg auths[] = {
#define NFI_AUTH(id, value, name, kernel, module, keylen, icv, flags) \
	{ name, value, 0, 0, keylen, icv, flags },
#include "algs.def"
#undef NFI_AUTH
	{ 0 }
};

static const struct { const char *spelling, *name; } aliases[] = {
#define NFI_ALIAS(spelling, name) { spelling, name },
#include "algs.def"
#undef NFI_ALIAS
};
/* clang-format on */

#define ALIASES (sizeof(aliases) / sizeof(aliases[0]))

const struct alg *algs_at(bool enc, size_t i)
{
	size_t n = enc ? sizeof(encs) / sizeof(encs[0]) :
			 sizeof(auths) / sizeof(auths[0]);

	if (i + 1 >= n)
		return NULL;
	return enc ? &encs[i] : &auths[i];
}

static const struct alg *exact(bool enc, const char *name)
{
	const struct alg *alg;
	size_t i;

	for (i = 0; (alg = algs_at(enc, i)); i++)
		if (!strcasecmp(alg->name, name))
			return alg;
	return NULL;
}

const struct alg *algs_find(bool enc, const char *name)
{
	const struct alg *alg = exact(enc, name);
	size_t i;

	for (i = 0; !alg && i < ALIASES; i++)
		if (!strcasecmp(aliases[i].spelling, name))
			alg = exact(enc, aliases[i].name);
	return alg;
}

const struct alg *algs_by_value(bool enc, uint16_t value)
{
	const struct alg *alg;
	size_t i;

	for (i = 0; (alg = algs_at(enc, i)); i++)
		if (alg->value == value)
			return alg;
	return NULL;
}

bool algs_key_fits(const struct alg *alg, bool enc, size_t n)
{
	if (!enc)
		return n == alg->keylen;
	if (!alg->keys)
		return n == 0;
	if (n < alg->salt)
		return false;
	n -= alg->salt;
	return (n == 16 && alg->keys & NFI_K128) ||
	       (n == 24 && alg->keys & NFI_K192) ||
	       (n == 32 && alg->keys & NFI_K256);
}

void algs_key_expect(const struct alg *alg, bool enc, char *buf, size_t size)
{
	static const uint8_t bits[] = { NFI_K128, NFI_K192, NFI_K256 };
	const char *sep = "";
	size_t n, i;

	if (!enc || !alg->keys) {
		snprintf(buf, size, alg->keylen ? "%u octets" : "no key", alg->keylen);
		return;
	}
	buf[0] = '\0';
	for (i = 0; i < 3; i++) {
		n = strlen(buf);
		if (!(alg->keys & bits[i]))
			continue;
		snprintf(buf + n, size - n, "%s%zu", sep, 16 + 8 * i + alg->salt);
		sep = " or ";
	}
	n = strlen(buf);
	snprintf(buf + n, size - n, " octets");
	n = strlen(buf);
	if (alg->salt)
		snprintf(buf + n, size - n, " (the last %u are the salt)", alg->salt);
}

void algs_suggest(bool enc, struct suggest *s)
{
	const struct alg *alg;
	size_t i;

	for (i = 0; (alg = algs_at(enc, i)); i++)
		suggest_offer(s, alg->name);
	for (i = 0; i < ALIASES; i++)
		if (exact(enc, aliases[i].name))
			suggest_offer(s, aliases[i].spelling);
}
