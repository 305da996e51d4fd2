// SPDX-License-Identifier: GPL-2.0-or-later
/* key_new.c - which key is to be made. */
#include "key_new.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "ctl.h"
#include "value.h"

#define RSA_DEFAULT 3072
#define RSA_LEAST 2048
#define RSA_FORCED 512 /* with --force */
#define RSA_SLOW 8192 /* from here it is worth a word */

static const struct {
	const char *name;
	enum pubkey_type type;
	unsigned int bits;
} types[] = {
	{ "rsa", PUBKEY_RSA, RSA_DEFAULT },
	{ "ecdsa", PUBKEY_ECDSA, 256 },
	{ "ed25519", PUBKEY_ED25519, 256 },
	{ "ed448", PUBKEY_ED448, 456 },
};

static int read_type(struct key_order *order, const char *text, struct words *w)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (text ? strcasecmp(types[i].name, text) != 0 :
			   types[i].type != order->type)
			continue;
		order->type = types[i].type;
		order->bits = types[i].bits;
		return 0;
	}
	return words_fail(
		w, w->n,
		"'%.32s': expected rsa, ecdsa, ed25519 or ed448 after --type",
		text);
}

static bool bits_fit(const struct key_order *order, uint64_t bits, bool force)
{
	switch (order->type) {
	case PUBKEY_RSA:
		return bits % 16 == 0 &&
		       bits >= (force ? RSA_FORCED : RSA_LEAST) &&
		       bits <= PUBKEY_RSA_BITS_MAX;
	case PUBKEY_ECDSA:
		return bits == 256 || bits == 384 || bits == 521;
	case PUBKEY_ED25519:
		return bits == 256;
	case PUBKEY_ED448:
		return bits == 456;
	}
	return false;
}

static int read_bits(struct key_order *order, const char *text, bool force,
		     struct words *w)
{
	uint64_t bits;

	if (!value_number(text, &bits) && bits_fit(order, bits, force)) {
		order->bits = (unsigned int)bits;
		return 0;
	}
	if (order->type == PUBKEY_ECDSA)
		return words_fail(w, w->n,
				  "'%.32s': expected 256, 384 or 521 bits",
				  text);
	if (order->type != PUBKEY_RSA)
		return words_fail(w, w->n,
				  "'%.32s': a key of this type has %u bits",
				  text, order->bits);
	return words_fail(
		w, w->n,
		"'%.32s': expected a multiple of 16 from %d to %d bits; smaller ones with --force",
		text, RSA_LEAST, PUBKEY_RSA_BITS_MAX);
}

static int read_exponent(struct key_order *order, const char *text, struct words *w)
{
	uint64_t e = 65537;

	if (text && (value_number(text, &e) || e < 3 || e > 65537 || e % 2 == 0))
		return words_fail(w, w->n, "'%.32s': expected an odd number from 3 to 65537 after --exponent", text);
	order->exponent = (unsigned int)e;
	return 0;
}

int key_order_read(struct key_order *order, const struct ctl *ctl, struct words *w)
{
	const char *bits = ctl_value(ctl, FLAG_BITS);

	order->verbose = ctl_has(ctl, FLAG_VERBOSE);
	if (read_type(order, ctl_value(ctl, FLAG_TYPE), w))
		return -EINVAL;
	if (!bits && order->bits_needed)
		bits = words_next(w);
	if (words_peek(w))
		return words_fail(w, w->at, "nothing is expected here");
	if (!bits && order->bits_needed)
		return words_fail(w, w->n, "expected the number of bits, as in: rsasigkey %d", RSA_DEFAULT);
	if (bits && read_bits(order, bits, ctl_has(ctl, FLAG_FORCE), w))
		return -EINVAL;
	return read_exponent(order, ctl_value(ctl, FLAG_EXPONENT), w);
}

struct pkey *key_order_make(const struct key_order *order)
{
	const char *why = "";
	struct pkey *key;

	if (order->verbose ||
	    (order->type == PUBKEY_RSA && order->bits >= RSA_SLOW))
		fprintf(stderr,
			"ipsecctl: making a key of type %s, %u bits%s\n",
			pubkey_type_name(order->type), order->bits,
			order->type == PUBKEY_RSA && order->bits >= RSA_SLOW ?
				", which takes minutes" :
				"");
	key = pkey_generate(order->type, order->bits, order->exponent, &why);
	if (!key)
		fprintf(stderr, "ipsecctl: no key was made: %s\n", why);
	return key;
}
