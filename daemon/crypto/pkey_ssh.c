// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pkey_ssh.c - private keys in the form of OpenSSH, which GnuTLS does not read: base64 of a magic word,
 * what it is encrypted with, public keys, and a block with the private ones. Everything is a big endian
 * number of four octets or a string with its length before it (PROTOCOL.key of OpenSSH).
 */
#include "crypto/pkey_ssh.h"

#include <stdint.h>
#include <string.h>

#include "base/secret.h"

#define BEGIN "-----BEGIN OPENSSH PRIVATE KEY-----"
#define END "-----END OPENSSH PRIVATE KEY-----"
#define MAGIC "openssh-key-v1" /* with its zero */
#define BROKEN "it has the form of OpenSSH, and is cut or broken"

/* What is left to be read; after a failure nothing is. */
struct in {
	const uint8_t *p;
	size_t n;
	bool bad;
};

static uint32_t get_number(struct in *in)
{
	uint32_t v;

	if (in->n < 4) {
		*in = (struct in){ .bad = true };
		return 0;
	}
	v = (uint32_t)in->p[0] << 24 | (uint32_t)in->p[1] << 16 |
	    (uint32_t)in->p[2] << 8 | in->p[3];
	in->p += 4;
	in->n -= 4;
	return v;
}

static struct in get_string(struct in *in)
{
	uint32_t n = get_number(in);
	struct in s = { in->p, n, false };

	if (in->bad || n > in->n) {
		*in = (struct in){ .bad = true };
		return *in;
	}
	in->p += n;
	in->n -= n;
	return s;
}

static bool is(struct in s, const char *text)
{
	return !s.bad && s.n == strlen(text) && !memcmp(s.p, text, s.n);
}

static gnutls_datum_t get_datum(struct in *in)
{
	struct in s = get_string(in);

	/* GnuTLS takes no const, and changes nothing */
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)s.p,
				 (unsigned int)s.n };
}

/* Kinds of keys --------------------------------------------------------------------------------- */

static int take_rsa(gnutls_x509_privkey_t x, struct in *in)
{
	gnutls_datum_t m = get_datum(in), e = get_datum(in), d = get_datum(in);
	gnutls_datum_t u = get_datum(in), p = get_datum(in), q = get_datum(in);

	return in->bad ? GNUTLS_E_PARSING_ERROR :
			 gnutls_x509_privkey_import_rsa_raw(x, &m, &e, &d, &p,
							    &q, &u);
}

static int take_ecdsa(gnutls_x509_privkey_t x, struct in *in)
{
	static const struct {
		const char *name;
		gnutls_ecc_curve_t curve;
	} curves[] = { { "nistp256", GNUTLS_ECC_CURVE_SECP256R1 },
		       { "nistp384", GNUTLS_ECC_CURVE_SECP384R1 },
		       { "nistp521", GNUTLS_ECC_CURVE_SECP521R1 } };
	struct in name = get_string(in);
	gnutls_datum_t point = get_datum(in), d = get_datum(in), y;
	size_t i;

	/* 4, x and y */
	if (in->bad || point.size < 3 || point.size % 2 == 0 ||
	    point.data[0] != 4)
		return GNUTLS_E_PARSING_ERROR;
	point.data++;
	point.size /= 2;
	y = (gnutls_datum_t){ point.data + point.size, point.size };
	for (i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
		if (is(name, curves[i].name))
			return gnutls_x509_privkey_import_ecc_raw(
				x, curves[i].curve, &point, &y, &d);
	return GNUTLS_E_PARSING_ERROR;
}

static int take_ed25519(gnutls_x509_privkey_t x, struct in *in)
{
	gnutls_datum_t pub = get_datum(in), both = get_datum(in);

	/* the seed, and the public key again */
	if (in->bad || pub.size != 32 || both.size != 64 ||
	    memcmp(both.data + 32, pub.data, 32) != 0)
		return GNUTLS_E_PARSING_ERROR;
	both.size = 32;
	return gnutls_x509_privkey_import_ecc_raw(x, GNUTLS_ECC_CURVE_ED25519,
						  &pub, NULL, &both);
}

/* The block: two equal numbers, the kind, its numbers, a comment, and what fills the last block up. */
static const char *take_private(gnutls_x509_privkey_t x, struct in in)
{
	uint32_t check = get_number(&in);
	bool same = get_number(&in) == check;
	struct in kind = get_string(&in);
	int err;

	if (!same || in.bad)
		return BROKEN;
	if (is(kind, "ssh-rsa"))
		err = take_rsa(x, &in);
	else if (kind.n > 11 && !memcmp(kind.p, "ecdsa-sha2-", 11))
		err = take_ecdsa(x, &in);
	else if (is(kind, "ssh-ed25519"))
		err = take_ed25519(x, &in);
	else
		return "it has the form of OpenSSH, and is neither RSA, ECDSA nor Ed25519";
	return err < 0 ? BROKEN : NULL;
}

static const char *take_file(gnutls_x509_privkey_t x, struct in in)
{
	struct in cipher;

	if (in.n < sizeof(MAGIC) || memcmp(in.p, MAGIC, sizeof(MAGIC)) != 0)
		return BROKEN;
	in.p += sizeof(MAGIC);
	in.n -= sizeof(MAGIC);
	cipher = get_string(&in);
	get_string(&in); /* how the key of the cipher is derived, */
	get_string(&in); /* and with what */
	if (in.bad)
		return BROKEN;
	if (!is(cipher, "none"))
		return "it is encrypted as OpenSSH does it; 'ssh-keygen -p -m PKCS8 -f FILE' changes an RSA or ECDSA key to PKCS#8, \"-N ''\" removes the passphrase";
	if (get_number(&in) != 1)
		return "it has the form of OpenSSH, and not exactly one key";
	get_string(&in); /* the public key, which the block has, too */
	return take_private(x, get_string(&in));
}

/* PEM ------------------------------------------------------------------------------------------- */

bool pkey_ssh_is(const void *p, size_t n)
{
	return memmem(p, n, BEGIN, sizeof(BEGIN) - 1);
}

const char *pkey_ssh_import(gnutls_x509_privkey_t x, const void *p, size_t n)
{
	const char *from = memmem(p, n, BEGIN, sizeof(BEGIN) - 1), *to;
	const char *end = (const char *)p + n, *why;
	char *text;
	size_t len = 0;
	int got;

	if (!from)
		return BROKEN;
	from += sizeof(BEGIN) - 1;
	to = memmem(from, (size_t)(end - from), END, sizeof(END) - 1);
	if (!to)
		return BROKEN;
	text = secret_alloc((size_t)(to - from) + 1);
	for (; from < to; from++)
		if (*from && !strchr(" \t\r\n", *from))
			text[len++] = *from;
	got = secret_from_base64(text, (uint8_t *)text, len);
	why = got < 0 ? BROKEN :
			take_file(x, (struct in){ (const uint8_t *)text,
						  (size_t)got, false });
	secret_free(text);
	return why;
}
