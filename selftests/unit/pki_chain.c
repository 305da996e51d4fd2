// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/secret.c daemon/base/secret_heap.c daemon/base/mem.c daemon/base/datum.c daemon/base/rd.c
 * daemon/base/wr.c daemon/base/reason.c daemon/base/arena.c daemon/base/addr.c daemon/crypto/ daemon/pki/
 */
/* pki_chain.c - certificates, names and chains: what is good, and each way to be bad with its reason. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "pki/dn.h"
#include "pki/pki.h"
#include "pki/x509.h"
#include "pki_certs.h"
#include "pki_certs_bad.h"

#define Y2023 1690000000
#define Y2026 1780000000
#define Y2010 1270000000
#define Y2050 2530000000

static struct x509 *load(const char *pem)
{
	const char *why = NULL;
	struct x509 *c = x509_from_file(span_text(pem), &why);

	if (!c)
		print_error("%s\n", why);
	assert_non_null(c);
	return c;
}

static struct pki *trust(const char *ca, const char *crl)
{
	struct pki *pki = pki_new();
	const char *why = NULL;

	assert_int_equal(pki_add_cas(pki, span_text(ca), &why), 1);
	if (crl)
		assert_int_equal(pki_add_crls(pki, span_text(crl), &why), 1);
	return pki;
}

static void test_names(void **state)
{
	static const uint8_t ip4[] = { 192, 0, 2, 1 }, other[] = { 192, 0, 2, 2 };
	static const uint8_t ip6[] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
	struct x509 *c = load(PEM_WEST);
	const struct {
		struct x509_id id;
		bool has;
	} cases[] = {
		{ { 2, span_text("west.example") }, true },
		{ { 2, span_text("WEST.example") }, true },
		{ { 2, span_text("west.exampl") }, false },
		{ { 2, span_of("west.example\0.evil", 18) }, false },
		{ { 2, span_text("east.example") }, false },
		{ { 2, span_text("*.example") }, false },
		{ { 2, span_text("") }, false },
		{ { 2, span_text("ops@west.example") }, false }, /* of another kind */
		{ { 3, span_text("ops@west.example") }, true },
		{ { 3, span_text("west.example") }, false },
		{ { 1, span_of(ip4, 4) }, true },
		{ { 1, span_of(other, 4) }, false },
		{ { 1, span_of(ip4, 3) }, false },
		{ { 5, span_of(ip6, 16) }, true },
		{ { 5, span_of(ip4, 4) }, false },
		{ { 9, x509_subject_der(c) }, true },
		{ { 9, x509_issuer_der(c) }, false },
		{ { 9, span_text("west.example") }, false },
		{ { 11, span_text("west.example") }, false },
		{ { 0, span_text("west.example") }, false },
	};
	char text[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (x509_has_id(c, &cases[i].id) != cases[i].has)
			print_error("case %zu\n", i);
		assert_int_equal(x509_has_id(c, &cases[i].id), cases[i].has);
	}
	assert_string_equal(x509_subject(c), "C=DE, O=Example Org, CN=west");
	assert_string_equal(x509_issuer(c), "C=DE, O=Example Org, CN=Root");
	assert_string_equal(x509_ids_text(c, text, sizeof(text)),
			    "C=DE, O=Example Org, CN=west; west.example; ops@west.example; 192.0.2.1; 2001:db8::1");
	assert_int_equal(strlen(x509_ids_text(c, text, 11)), 9); /* cut to fit */
	assert_int_equal(x509_key(c)->type, PUBKEY_ECDSA);
	assert_false(x509_is_ca(c));
	assert_int_equal(x509_days_left(c, x509_not_after(c) - 86400 * 3), 3);
	assert_int_equal(x509_days_left(c, x509_not_after(c) + 1), -1);
	x509_free(c);
}

/* A peer's own "*" is an asterisk, whatever our patterns mean by it. */
static void test_wildcard_of_a_peer(void **state)
{
	uint8_t der[DN_DER_MAX];
	const char *why;
	struct x509 *c = load(PEM_WEST);
	struct x509_id id = { 9, span_of(der, 0) };

	(void)state;
	id.data.n = dn_from_text("C=DE, O=Example Org, CN=*", der, sizeof(der), &why);
	assert_true(id.data.n > 0);
	assert_false(x509_has_id(c, &id));
	assert_true(dn_matches(id.data, x509_subject_der(c)));
	x509_free(c);
}

/* FreeS/WAN's X.509 patch: leftid="C=.., O=.." and "/C=../O=..". AUT-, MAN- of the reference. */
static void test_dn_text(void **state)
{
	static const struct {
		const char *text, *shown; /* NULL: refused */
	} cases[] = {
		{ "C=DE, O=Example Org, CN=west", "C=DE, O=Example Org, CN=west" },
		{ "C=DE,O=Example Org,CN=west", "C=DE, O=Example Org, CN=west" },
		{ "/C=DE/O=Example Org/CN=west", "C=DE, O=Example Org, CN=west" },
		{ "  C = DE ,  O= Example Org  ", "C=DE, O=Example Org" },
		{ "O=\"Example, Org\", CN=x", "O=Example\\, Org, CN=x" },
		{ "O=Example\\, Org", "O=Example\\, Org" },
		{ "CN=a+b", "CN=a+b" },
		{ "CN=west, E=ops@example.org", "CN=west, EMAIL=ops@example.org" },
		{ "CN=west, emailAddress=ops@example.org", "CN=west, EMAIL=ops@example.org" },
		{ "DC=org, DC=example, UID=17", "DC=org, DC=example, UID=17" },
		{ "CN=#41", "CN=#41" },
		{ "", NULL },
		{ "west.example", NULL },
		{ "CN=", NULL },
		{ "=west", NULL },
		{ "CN=\"west", NULL },
		{ "NOSUCH=west", NULL },
		{ "C=DE, west", NULL },
		{ ", , ", NULL },
	};
	uint8_t der[DN_DER_MAX];
	char text[200], longer[3000];
	const char *why;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		why = NULL;
		n = dn_from_text(cases[i].text, der, sizeof(der), &why);
		if (!n != !cases[i].shown)
			print_error("%s: %s\n", cases[i].text, why);
		assert_int_equal(!n, !cases[i].shown);
		if (!n) {
			assert_non_null(why);
			continue;
		}
		assert_true(dn_to_text(span_of(der, n), text, sizeof(text)));
		assert_string_equal(text, cases[i].shown);
		assert_false(dn_to_text(span_of(der, n - 1), text, sizeof(text)));
	}
	memset(longer, 'x', sizeof(longer));
	memcpy(longer, "CN=", 3);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(dn_from_text(longer, der, sizeof(der), &why), 0);
	longer[1500] = '\0';
	assert_int_equal(dn_from_text(longer, der, sizeof(der), &why), 0);
	assert_int_equal(dn_from_text("CN=west", der, 10, &why), 0);
}

static void test_dn_match(void **state)
{
	static const struct {
		const char *a, *b;
		bool same, matches;
	} cases[] = {
		{ "C=DE, CN=west", "C=DE, CN=west", true, true },
		{ "C=DE, CN=WEST", "C=de, CN=west", true, true },
		{ "C=DE, CN=a  b", "C=DE, CN=a b", true, true },
		{ "C=DE, CN=ab", "C=DE, CN=a b", false, false },
		{ "C=DE, CN=west", "CN=west, C=DE", false, false },
		{ "C=DE, CN=west", "C=DE", false, false },
		{ "C=DE", "C=DE, CN=west", false, false },
		{ "C=DE, CN=*", "C=DE, CN=west", false, true },
		{ "C=DE, CN=west", "C=DE, CN=*", false, false },
		{ "C=DE, CN=w*", "C=DE, CN=west", false, false },
		{ "C=DE, O=*", "C=DE, CN=west", false, false },
	};
	uint8_t a[DN_DER_MAX], b[DN_DER_MAX];
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span x = span_of(a, dn_from_text(cases[i].a, a, sizeof(a), &why));
		struct span y = span_of(b, dn_from_text(cases[i].b, b, sizeof(b), &why));

		if (dn_equal(x, y) != cases[i].same || dn_matches(x, y) != cases[i].matches)
			print_error("%s and %s\n", cases[i].a, cases[i].b);
		assert_int_equal(dn_equal(x, y), cases[i].same);
		assert_int_equal(dn_matches(x, y), cases[i].matches);
	}
	assert_false(dn_equal(span_of(NULL, 0), span_of(NULL, 0)));
	assert_false(dn_matches(span_of(NULL, 0), span_of(NULL, 0)));
}

static void test_judge(void **state)
{
	static const struct {
		const char *what, *pem, *sent, *crl;
		int64_t now;
		enum pki_crl_policy policy;
		enum reason reason;
	} cases[] = {
		{ "good", PEM_WEST, NULL, NULL, Y2026, PKI_CRL_IF_THERE, R_NONE },
		{ "RSA", PEM_RSA, NULL, NULL, Y2026, PKI_CRL_IF_THERE, R_NONE },
		{ "Ed25519", PEM_ED25519, NULL, NULL, Y2026, PKI_CRL_IF_THERE, R_NONE },
		{ "brainpool", PEM_BRAINPOOL, NULL, NULL, Y2026, PKI_CRL_IF_THERE, R_CERT_CHAIN },
		{ "early", PEM_WEST, NULL, NULL, Y2010, PKI_CRL_IF_THERE, R_CERT_EARLY },
		{ "late", PEM_WEST, NULL, NULL, Y2050, PKI_CRL_IF_THERE, R_CERT_EXPIRED },
		{ "expired", PEM_EXPIRED, NULL, NULL, Y2026, PKI_CRL_IF_THERE, R_CERT_EXPIRED },
		{ "expired, then", PEM_EXPIRED, NULL, NULL, Y2023, PKI_CRL_IF_THERE, R_NONE },
		{ "below an intermediate", PEM_BELOW_SUB, PEM_SUB, NULL, Y2026, PKI_CRL_IF_THERE, R_NONE },
		{ "the intermediate is missing", PEM_BELOW_SUB, NULL, NULL, Y2026, PKI_CRL_IF_THERE, R_CERT_ISSUER },
		{ "another one was sent", PEM_BELOW_SUB, PEM_WEST, NULL, Y2026, PKI_CRL_IF_THERE, R_CERT_ISSUER },
		{ "forged", PEM_FORGED, NULL, NULL, Y2026, PKI_CRL_IF_THERE, R_CERT_CHAIN },
		{ "forged, and its root sent", PEM_FORGED, PEM_FALSE_ROOT, NULL, Y2026, PKI_CRL_IF_THERE, R_CERT_ISSUER },
		{ "another root", PEM_OTHER_ROOT, NULL, NULL, Y2026, PKI_CRL_IF_THERE, R_CERT_ISSUER },
		{ "issued by no CA", PEM_BY_NOT_CA, PEM_NOT_CA, NULL, Y2026, PKI_CRL_IF_THERE, R_CERT_CHAIN },
		{ "weak hash", PEM_WEAK, NULL, NULL, 1900000000, PKI_CRL_IF_THERE, R_CERT_CHAIN },
		{ "not to sign", PEM_ENCIPHER, NULL, NULL, Y2026, PKI_CRL_IF_THERE, R_CERT_CHAIN },
		{ "critical extension", PEM_CRITICAL, NULL, NULL, Y2026, PKI_CRL_IF_THERE, R_CERT_CHAIN },
		{ "revoked", PEM_REVOKED, NULL, PEM_CRL, Y2026, PKI_CRL_IF_THERE, R_CERT_REVOKED },
		{ "revoked, by no CRL", PEM_REVOKED, NULL, NULL, Y2026, PKI_CRL_IF_THERE, R_NONE },
		{ "revoked, CRLs off", PEM_REVOKED, NULL, PEM_CRL, Y2026, PKI_CRL_NO, R_NONE },
		{ "not revoked", PEM_WEST, NULL, PEM_CRL, Y2026, PKI_CRL_STRICT, R_NONE },
		{ "strict without CRL", PEM_WEST, NULL, NULL, Y2026, PKI_CRL_STRICT, R_CERT_CRL },
		{ "strict, old CRL", PEM_WEST, NULL, PEM_OLD_CRL, Y2026, PKI_CRL_STRICT, R_CERT_CRL },
		{ "old CRL", PEM_WEST, NULL, PEM_OLD_CRL, Y2026, PKI_CRL_IF_THERE, R_NONE },
		{ "another's CRL", PEM_WEST, NULL, PEM_FALSE_CRL, Y2026, PKI_CRL_IF_THERE, R_NONE },
		{ "strict, another's CRL", PEM_WEST, NULL, PEM_FALSE_CRL, Y2026, PKI_CRL_STRICT, R_CERT_CRL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pki *pki = trust(PEM_ROOT, cases[i].crl);
		struct x509 *c = load(cases[i].pem), *sent = cases[i].sent ? load(cases[i].sent) : NULL;
		const struct x509 *list[] = { sent };
		const struct pki_check check = { .now = cases[i].now, .sent = list, .nsent = sent ? 1 : 0, .crl = cases[i].policy };
		struct pki_verdict v = pki_judge(pki, c, &check);

		if (v.reason != cases[i].reason)
			print_error("%s: %s, %s\n", cases[i].what, reason_name(v.reason), v.detail ? v.detail : "");
		assert_int_equal(v.reason, cases[i].reason);
		assert_int_equal(v.reason == R_NONE, !v.detail);
		x509_free(sent);
		x509_free(c);
		pki_free(pki);
	}
}

/* Sub may have no CA below it (pathLenConstraint 0). */
static void test_too_deep(void **state)
{
	struct pki *pki = trust(PEM_ROOT, NULL);
	struct x509 *c = load(PEM_TOO_DEEP), *a = load(PEM_SUBSUB), *b = load(PEM_SUB);
	const struct x509 *list[] = { a, b };
	const struct pki_check check = { .now = Y2026, .sent = list, .nsent = 2 };

	(void)state;
	assert_int_equal(pki_judge(pki, c, &check).reason, R_CERT_CHAIN);
	x509_free(c);
	x509_free(a);
	x509_free(b);
	pki_free(pki);
}

static void test_ca_and_id(void **state)
{
	struct pki *pki = trust(PEM_ROOT, NULL);
	struct x509 *c = load(PEM_WEST), *root = load(PEM_ROOT), *other = load(PEM_OTHER_ROOT);
	struct x509_id id = { 2, span_text("west.example") };
	struct pki_check check = { .now = Y2026, .ca = x509_subject_der(root), .id = &id };
	struct pki_verdict v;

	(void)state;
	assert_int_equal(pki_judge(pki, c, &check).reason, R_NONE);
	id.data = span_text("east.example");
	v = pki_judge(pki, c, &check);
	assert_int_equal(v.reason, R_CERT_ID);
	assert_ptr_equal(v.culprit, c);
	check.id = NULL;
	check.ca = x509_subject_der(other);
	assert_int_equal(pki_judge(pki, c, &check).reason, R_CERT_ISSUER);
	check.ca = x509_subject_der(c); /* it is no CA of itself */
	assert_int_equal(pki_judge(pki, c, &check).reason, R_CERT_ISSUER);
	x509_free(c);
	x509_free(root);
	x509_free(other);
	pki_free(pki);
}

static void test_trust(void **state)
{
	struct pki *pki = trust(PEM_ROOT, NULL);
	struct x509 *c = load(PEM_WEST), *root = load(PEM_ROOT), *other = load(PEM_OTHER_ROOT);
	uint8_t req[64];
	const char *why = NULL;

	(void)state;
	assert_int_equal(pki_add_cas(pki, span_text(PEM_ROOT), &why), 0); /* is there already */
	assert_int_equal(pki_add_cas(pki, span_text(PEM_WEST), &why), -22); /* no CA */
	assert_non_null(why);
	assert_int_equal(pki_add_cas(pki, span_text("hello"), &why), -22);
	assert_int_equal(pki_add_crls(pki, span_text(PEM_ROOT), &why), -22);
	assert_int_equal(pki_certreq(pki, span_of(NULL, 0), req, sizeof(req)), 20);
	assert_true(pki_wanted(pki, c, span_of(req, 20)));
	assert_false(pki_wanted(pki, c, span_of(req, 19)));
	assert_false(pki_wanted(pki, c, span_of(req, 0)));
	req[7] ^= 1;
	assert_false(pki_wanted(pki, c, span_of(req, 20)));
	assert_int_equal(pki_certreq(pki, x509_subject_der(root), req, 19), 0);
	assert_int_equal(pki_certreq(pki, x509_subject_der(other), req, sizeof(req)), 0);
	assert_int_equal(pki_add_cas(pki, span_text(PEM_OTHER_ROOT PEM_SUB), &why), 2);
	assert_int_equal(pki_cas(pki), 3);
	assert_int_equal(pki_certreq(pki, span_of(NULL, 0), req, sizeof(req)), 60);
	assert_null(x509_from_der(span_text("hello"), &why));
	assert_null(x509_from_der(span_of(NULL, 0), &why));
	x509_free(c);
	x509_free(root);
	x509_free(other);
	pki_free(pki);
}

/* Each octet of a certificate, turned: none is believed as it was. */
static void test_turned(void **state)
{
	struct pki *pki = trust(PEM_ROOT, NULL);
	struct x509 *c = load(PEM_WEST);
	struct x509_id id = { 2, span_text("west.example") };
	const struct pki_check check = { .now = Y2026, .id = &id };
	struct span der = x509_der(c);
	uint8_t b[2048];
	const char *why;
	size_t i;

	(void)state;
	assert_true(der.n < sizeof(b));
	memcpy(b, der.p, der.n);
	for (i = 0; i < der.n; i++) {
		struct x509 *turned;

		b[i] ^= 1;
		turned = x509_from_der(span_of(b, der.n), &why);
		if (turned && pki_judge(pki, turned, &check).reason == R_NONE)
			fail_msg("octet %zu", i);
		x509_free(turned);
		b[i] ^= 1;
		assert_null(x509_from_der(span_of(b, i), &why));
	}
	x509_free(c);
	pki_free(pki);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	cmocka_unit_test(test_wildcard_of_a_peer),
		cmocka_unit_test(test_dn_text), cmocka_unit_test(test_dn_match),
		cmocka_unit_test(test_judge),	cmocka_unit_test(test_too_deep),
		cmocka_unit_test(test_ca_and_id), cmocka_unit_test(test_trust),
		cmocka_unit_test(test_turned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
