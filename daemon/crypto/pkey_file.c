// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pkey_file.c - keys in files, by GnuTLS. It keeps copies of what it reads in memory that it frees
 * unwiped; therefore files are decoded in a child process, which hands over the numbers and ends.
 */
#include <gnutls/abstract.h>
#include <gnutls/pkcs12.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/secret.h"
#include "crypto/pkey.h"
#include "crypto/pkey_priv.h"
#include "crypto/pkey_ssh.h"

#define DECODE_SECONDS 10 /* for one file */
#define NUMBER_MAX                 \
	(PUBKEY_RSA_BITS_MAX / 8 + \
	 16) /* octets of one number, with zeros in front */

/* What GnuTLS cannot do for want of memory, or because it is broken. */
static void must(int err)
{
	if (err < 0)
		mem_exhausted(0);
}

static gnutls_datum_t datum(const void *p, size_t n)
{
	/* GnuTLS takes no const, and changes nothing */
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)p,
				 (unsigned int)n };
}

static gnutls_datum_t number(struct pubkey_number v)
{
	return datum(v.p, v.n);
}

/* The child: a file into numbers ---------------------------------------------------------------- */

/* What the child says first; the octets of the numbers follow. */
struct answer {
	char why[160]; /* empty: here are the numbers */
	enum pubkey_type type;
	unsigned int bits;
	unsigned int n[PKEY_PARTS];
};

static const char *import_failure(int err, const void *p, size_t n,
				  const char *password)
{
	if (memmem(p, n, "-----BEGIN CERTIFICATE", 22) &&
	    !memmem(p, n, "PRIVATE KEY-----", 16))
		return "it is a certificate, not a private key";
	if (memmem(p, n, "-----BEGIN PUBLIC KEY", 21))
		return "it is a public key, not a private one";
	if (err == GNUTLS_E_DECRYPTION_FAILED ||
	    (!password && memmem(p, n, "ENCRYPTED", 9)))
		return password ? "the passphrase does not open it" :
				  "it is encrypted and no passphrase is given";
	return "it is not a private key in PEM or DER, as PKCS#1, PKCS#8, SEC 1 or that of OpenSSH";
}

/* A file may ask for billions of rounds to derive its key. */
static void limit_time(void)
{
	sigset_t alarms;

	signal(SIGALRM, SIG_DFL);
	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &alarms, NULL);
	alarm(DECODE_SECONDS);
}

bool pkey_is_pem(const void *p, size_t n)
{
	return n && memmem(p, n, "-----BEGIN ", 11);
}

static const char *import(gnutls_x509_privkey_t *x, const void *p, size_t n,
			  const char *password)
{
	gnutls_datum_t d = datum(p, n);
	int err;

	must(gnutls_x509_privkey_init(x));
	if (pkey_ssh_is(p, n))
		return pkey_ssh_import(*x, p, n);
	err = gnutls_x509_privkey_import2(
		*x, &d,
		pkey_is_pem(p, n) ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER,
		password, password ? 0 : GNUTLS_PKCS_PLAIN);
	return err < 0 ? import_failure(err, p, n, password) : NULL;
}

static const char *import_pkcs12(gnutls_x509_privkey_t *x, const void *p,
				 size_t n, const char *password)
{
	gnutls_pkcs12_t p12;
	gnutls_datum_t d = datum(p, n);

	must(gnutls_pkcs12_init(&p12));
	if (gnutls_pkcs12_import(p12, &d,
				 pkey_is_pem(p, n) ? GNUTLS_X509_FMT_PEM :
						     GNUTLS_X509_FMT_DER,
				 0) < 0)
		return "it is not PKCS#12";
	if (gnutls_pkcs12_verify_mac(p12, password) < 0)
		return password ? "the passphrase does not open it" :
				  "it is encrypted and no passphrase is given";
	*x = NULL;
	if (gnutls_pkcs12_simple_parse(p12, password, x, NULL, NULL, NULL, NULL,
				       NULL, 0) < 0 ||
	    !*x)
		return "there is no private key in it that can be read";
	return NULL;
}

/* The bits of a curve of ours; 0: another one. */
static unsigned int curve_bits(gnutls_ecc_curve_t curve)
{
	switch (curve) {
	case GNUTLS_ECC_CURVE_SECP256R1:
		return 256;
	case GNUTLS_ECC_CURVE_SECP384R1:
		return 384;
	case GNUTLS_ECC_CURVE_SECP521R1:
		return 521;
	case GNUTLS_ECC_CURVE_ED25519:
		return 256;
	case GNUTLS_ECC_CURVE_ED448:
		return 456;
	default:
		return 0;
	}
}

static const char *extract(gnutls_x509_privkey_t x, struct answer *a,
			   gnutls_datum_t d[PKEY_PARTS])
{
	int pk = gnutls_x509_privkey_get_pk_algorithm(x);
	gnutls_ecc_curve_t curve;

	if (pk == GNUTLS_PK_RSA || pk == GNUTLS_PK_RSA_PSS) {
		a->type = PUBKEY_RSA;
		must(gnutls_x509_privkey_export_rsa_raw2(
			x, &d[PKEY_MODULUS], &d[PKEY_PUBLIC_EXPONENT],
			&d[PKEY_PRIVATE_EXPONENT], &d[PKEY_PRIME1],
			&d[PKEY_PRIME2], &d[PKEY_COEFFICIENT],
			&d[PKEY_EXPONENT1], &d[PKEY_EXPONENT2]));
		return NULL;
	}
	if (pk != GNUTLS_PK_ECDSA && pk != GNUTLS_PK_EDDSA_ED25519 &&
	    pk != GNUTLS_PK_EDDSA_ED448)
		return "it is neither RSA, ECDSA nor EdDSA";
	a->type = pk == GNUTLS_PK_ECDSA	      ? PUBKEY_ECDSA :
		  pk == GNUTLS_PK_EDDSA_ED448 ? PUBKEY_ED448 :
						PUBKEY_ED25519;
	if (gnutls_x509_privkey_verify_params(x) < 0)
		return "its numbers do not belong together";
	must(gnutls_x509_privkey_export_ecc_raw(x, &curve, &d[1], &d[2],
						&d[0]));
	a->bits = curve_bits(curve);
	return a->bits ?
		       NULL :
		       "it is on a curve that IKE does not have; P-256, P-384 or P-521 are right";
}

struct file {
	const void *p;
	size_t n;
	const char *password;
	bool pkcs12;
};

static void decode(int fd, const struct file *f) __attribute__((noreturn));
static void decode(int fd, const struct file *f)
{
	gnutls_datum_t d[PKEY_PARTS] = { { NULL, 0 } };
	struct answer a = { .bits = 0 };
	gnutls_x509_privkey_t x = NULL;
	const char *why = (f->pkcs12 ? import_pkcs12 : import)(&x, f->p, f->n,
							       f->password);
	bool sent;
	size_t i;

	if (!why)
		why = extract(x, &a, d);
	for (i = 0; i < PKEY_PARTS; i++)
		a.n[i] = d[i].size;
	snprintf(a.why, sizeof(a.why), "%s", why ? why : "");
	sent = write(fd, &a, sizeof(a)) == (ssize_t)sizeof(a);
	for (i = 0; i < PKEY_PARTS && sent && !why; i++)
		sent = write(fd, d[i].data, d[i].size) == (ssize_t)d[i].size;
	_exit(sent ? 0 : 1);
}

/* The parent ------------------------------------------------------------------------------------ */

static bool receive(int fd, void *p, size_t n)
{
	uint8_t *to = p;

	while (n) {
		ssize_t got = read(fd, to, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to += got;
		n -= (size_t)got;
	}
	return true;
}

static struct pkey *receive_key(int fd, const char **why)
{
	static char text[sizeof(((struct answer *)NULL)->why)];
	struct answer a = { .bits = 0 };
	struct pkey_numbers numbers;
	struct pkey *key = NULL;
	uint8_t *block, *to;
	size_t i;

	if (!receive(fd, &a, sizeof(a)) || a.why[0]) {
		snprintf(
			text, sizeof(text), "%s",
			a.why[0] ?
				a.why :
				"it cannot be decoded, or not within 10 seconds");
		*why = text;
		return NULL;
	}
	block = to = secret_alloc((size_t)PKEY_PARTS * NUMBER_MAX);
	for (i = 0;
	     i < PKEY_PARTS && a.n[i] <= NUMBER_MAX && receive(fd, to, a.n[i]);
	     i++) {
		numbers.part[i] = (struct pubkey_number){ to, a.n[i] };
		to += a.n[i];
	}
	if (i == PKEY_PARTS)
		key = a.type == PUBKEY_RSA ?
			      pkey_from_rsa(&numbers, why) :
			      pkey_from_numbers(a.type, a.bits, &numbers, why);
	else
		*why = "it cannot be decoded, or not within 10 seconds";
	secret_free(block);
	return key;
}

static struct pkey *read_apart(const struct file *f, const char **why)
{
	struct pkey *key = NULL;
	int fd[2];
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC)) {
		*why = "no pipe can be made to decode it";
		return NULL;
	}
	pid = fork();
	if (pid == 0) {
		close(fd[0]);
		limit_time();
		decode(fd[1], f);
	}
	close(fd[1]);
	if (pid > 0)
		key = receive_key(fd[0], why);
	else
		*why = "no process can be started to decode it";
	close(fd[0]);
	/* whoever else waits for all children may have been first */
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return key;
}

struct pkey *pkey_read(const void *p, size_t n, const char *password,
		       const char **why)
{
	return read_apart(&(struct file){ p, n, password, false }, why);
}

struct pkey *pkey_read_pkcs12(const void *p, size_t n, const char *password,
			      const char **why)
{
	return read_apart(&(struct file){ p, n, password, true }, why);
}

/* Export ---------------------------------------------------------------------------------------- */

static gnutls_ecc_curve_t curve_of(const struct pubkey *key)
{
	switch (key->type) {
	case PUBKEY_ED25519:
		return GNUTLS_ECC_CURVE_ED25519;
	case PUBKEY_ED448:
		return GNUTLS_ECC_CURVE_ED448;
	case PUBKEY_RSA:
	case PUBKEY_ECDSA:
		break;
	}
	return key->bits == 521 ? GNUTLS_ECC_CURVE_SECP521R1 :
	       key->bits == 384 ? GNUTLS_ECC_CURVE_SECP384R1 :
				  GNUTLS_ECC_CURVE_SECP256R1;
}

char *pkey_to_pem(const struct pkey *key, const char *password)
{
	const struct pubkey *pub = pkey_public(key);
	gnutls_x509_privkey_t x;
	gnutls_datum_t d[PKEY_PARTS], pem = { NULL, 0 };
	char *text;
	size_t i;

	for (i = 0; i < PKEY_PARTS; i++)
		d[i] = number(pkey_numbers(key)->part[i]);
	must(gnutls_x509_privkey_init(&x));
	if (pub->type == PUBKEY_RSA)
		must(gnutls_x509_privkey_import_rsa_raw2(
			x, &d[PKEY_MODULUS], &d[PKEY_PUBLIC_EXPONENT],
			&d[PKEY_PRIVATE_EXPONENT], &d[PKEY_PRIME1],
			&d[PKEY_PRIME2], &d[PKEY_COEFFICIENT],
			&d[PKEY_EXPONENT1], &d[PKEY_EXPONENT2]));
	else
		must(gnutls_x509_privkey_import_ecc_raw(
			x, curve_of(pub), &d[1],
			pub->type == PUBKEY_ECDSA ? &d[2] : NULL, &d[0]));
	must(gnutls_x509_privkey_export2_pkcs8(
		x, GNUTLS_X509_FMT_PEM, password,
		password ? GNUTLS_PKCS_PBES2_AES_256 : GNUTLS_PKCS_PLAIN,
		&pem));
	gnutls_x509_privkey_deinit(x);
	text = secret_alloc((size_t)pem.size + 1);
	memcpy(text, pem.data, pem.size);
	secret_wipe(pem.data, pem.size);
	gnutls_free(pem.data);
	return text;
}

static gnutls_pubkey_t import_public(const struct pubkey *key)
{
	struct pubkey_number e, m;
	gnutls_datum_t d[2];
	gnutls_pubkey_t x;

	must(gnutls_pubkey_init(&x));
	if (key->type == PUBKEY_RSA) {
		pubkey_rsa_numbers(key, &e, &m);
		d[0] = number(m);
		d[1] = number(e);
		must(gnutls_pubkey_import_rsa_raw(x, &d[0], &d[1]));
		return x;
	}
	d[0] = datum(key->b, key->type == PUBKEY_ECDSA ? key->n / 2 : key->n);
	d[1] = datum(key->b + key->n / 2, key->n / 2);
	must(gnutls_pubkey_import_ecc_raw(x, curve_of(key), &d[0],
					  key->type == PUBKEY_ECDSA ? &d[1] :
								      NULL));
	return x;
}

char *pubkey_to_pem(const struct pubkey *key)
{
	gnutls_pubkey_t x = import_public(key);
	gnutls_datum_t d = { NULL, 0 };
	char *text;

	must(gnutls_pubkey_export2(x, GNUTLS_X509_FMT_PEM, &d));
	gnutls_pubkey_deinit(x);
	text = mem_text((const char *)d.data, d.size);
	gnutls_free(d.data);
	return text;
}

void pubkey_fingerprint(const struct pubkey *key, uint8_t digest[32])
{
	gnutls_pubkey_t x = import_public(key);
	size_t n = 32;

	must(gnutls_pubkey_get_key_id(x, GNUTLS_KEYID_USE_SHA256, digest, &n));
	gnutls_pubkey_deinit(x);
}
