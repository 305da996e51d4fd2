// SPDX-License-Identifier: GPL-2.0-or-later
/* pubkey.c - public keys in the form of DNS records. */
#include "crypto/pubkey.h"

#include <errno.h>
#include <string.h>

#include "base/datum.h"

#define EXPONENT_MAX 512 /* octets: RFC 3110 ends at 4096 bits */

static int refuse(const char **why, const char *text)
{
	*why = text;
	return -EINVAL;
}

static struct pubkey_number trim(struct pubkey_number v)
{
	while (v.n && !*v.p) {
		v.p++;
		v.n--;
	}
	return v;
}

static unsigned int bits_of(struct pubkey_number v)
{
	return v.n ? (unsigned int)(v.n * 8) -
			       (unsigned int)__builtin_clz(v.p[0]) + 24 :
		     0;
}

static bool odd(struct pubkey_number v)
{
	return v.n && v.p[v.n - 1] & 1;
}

int pubkey_from_rsa(struct pubkey *key, struct pubkey_number e,
		    struct pubkey_number m, const char **why)
{
	uint8_t *to = key->b;

	e = trim(e);
	m = trim(m);
	if (!e.n || !m.n)
		return refuse(why, "the exponent or the modulus is missing");
	if (!odd(e) || (e.n == 1 && e.p[0] == 1))
		return refuse(
			why, "the public exponent is not an odd number from 3");
	if (!odd(m))
		return refuse(why, "the modulus is even");
	if (bits_of(m) > PUBKEY_RSA_BITS_MAX)
		return refuse(why, "the modulus has more than 20000 bits");
	if (e.n > EXPONENT_MAX || e.n > m.n)
		return refuse(
			why,
			"the public exponent is longer than 4096 bits or than the modulus");
	if (e.n > 255) {
		*to++ = 0;
		*to++ = (uint8_t)(e.n >> 8);
	}
	*to++ = (uint8_t)e.n;
	memcpy(to, e.p, e.n);
	memcpy(to + e.n, m.p, m.n);
	key->n = (size_t)(to - key->b) + e.n + m.n;
	key->type = PUBKEY_RSA;
	key->bits = bits_of(m);
	return 0;
}

/* RFC 3110 2: one octet of length, or a zero and two. Returns the octets of it, 0 if there are too few. */
static size_t exponent_at(const uint8_t *p, size_t n, size_t *len)
{
	size_t head = n && !p[0] ? 3 : 1;

	if (n < head)
		return 0;
	*len = head == 1 ? p[0] : (size_t)p[1] << 8 | p[2];
	return n - head > *len ? head : 0;
}

int pubkey_from_dns(struct pubkey *key, const uint8_t *p, size_t n,
		    const char **why)
{
	size_t len = 0;
	size_t head = exponent_at(p, n, &len);
	struct pubkey_number e, m;

	if (!head)
		return refuse(why, "it is shorter than its exponent says");
	e = (struct pubkey_number){ p + head, len };
	m = (struct pubkey_number){ p + head + len, n - head - len };
	if (!len || !e.p[0] || !m.p[0] || (head == 3 && len < 256))
		return refuse(why, "a number in it begins with zeros");
	return pubkey_from_rsa(key, e, m, why);
}

int pubkey_from_text(struct pubkey *key, const char *text, const char **why)
{
	uint8_t p[PUBKEY_MAX];
	int n = datum_decode(text, p, sizeof(p));

	if (n == -E2BIG)
		return refuse(why, "it is longer than any RSA key");
	if (n < 0)
		return refuse(
			why,
			"it is neither 0x and hexadecimal nor 0s and base64");
	return pubkey_from_dns(key, p, (size_t)n, why);
}

void pubkey_rsa_numbers(const struct pubkey *key, struct pubkey_number *e,
			struct pubkey_number *m)
{
	size_t len = 0;
	size_t head = exponent_at(key->b, key->n, &len);

	*e = (struct pubkey_number){ key->b + head, len };
	*m = (struct pubkey_number){ key->b + head + len, key->n - head - len };
}

const char *pubkey_id(const struct pubkey *key, char id[PUBKEY_KEYID])
{
	char text[DATUM_BASE64(9)];

	datum_to_base64(key->b, key->n < 9 ? key->n : 9, text);
	memcpy(id, text, PUBKEY_KEYID - 1);
	id[PUBKEY_KEYID - 1] = '\0';
	return id;
}

bool pubkey_equal(const struct pubkey *a, const struct pubkey *b)
{
	return a->type == b->type && a->n == b->n && !memcmp(a->b, b->b, a->n);
}

const char *pubkey_type_name(enum pubkey_type type)
{
	switch (type) {
	case PUBKEY_RSA:
		return "RSA";
	case PUBKEY_ECDSA:
		return "ECDSA";
	case PUBKEY_ED25519:
		return "Ed25519";
	case PUBKEY_ED448:
		return "Ed448";
	}
	return "?";
}
