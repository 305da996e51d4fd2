/* SPDX-License-Identifier: GPL-2.0-or-later */
/* algs.h - the rows of algs.def for the command line: names, aliases, key lengths. */
#ifndef IPSECCTL_ALGS_H
#define IPSECCTL_ALGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct suggest;

struct alg {
	const char *name;
	uint16_t value;
	uint8_t keys; /* encryption: NFI_K*; 0: no key */
	uint8_t salt, keylen; /* octets; keylen of authentication */
	uint8_t icv;
	uint32_t flags; /* NFI_ALG_* */
};

/* By name or alias, case ignored; by wire value. NULL: none. enc: encryption, else authentication. */
const struct alg *algs_find(bool enc, const char *name);
const struct alg *algs_by_value(bool enc, uint16_t value);
/* Row i, NULL past the end. */
const struct alg *algs_at(bool enc, size_t i);
/* Whether a key of n octets fits; a sentence of what would fit (salt included). */
bool algs_key_fits(const struct alg *alg, bool enc, size_t n);
void algs_key_expect(const struct alg *alg, bool enc, char *buf, size_t size);
/* Offer all names and aliases. */
void algs_suggest(bool enc, struct suggest *s);

#endif /* IPSECCTL_ALGS_H */
