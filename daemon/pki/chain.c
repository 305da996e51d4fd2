// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * chain.c - is a certificate of a peer to be believed? The path is built here, so that what is wrong has a name
 * and a culprit; GnuTLS judges the path. The time is that of the caller.
 */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#include "pki/dn.h"
#include "pki/pki_priv.h"
#include "pki/x509_priv.h"

/* Times and CRLs are looked at here. */
#define FLAGS                                        \
	(GNUTLS_VERIFY_DISABLE_TIME_CHECKS |         \
	 GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS | \
	 GNUTLS_VERIFY_DISABLE_CRL_CHECKS)

/* From the peer's certificate to a CA of ours. */
struct path {
	const struct x509 *v[PKI_CHAIN_MAX];
	size_t n;
	size_t trusted; /* the first that is ours */
};

static struct pki_verdict refuse(enum reason reason, const char *detail,
				 const struct x509 *culprit)
{
	return (struct pki_verdict){ reason, detail, culprit };
}

static struct pki_verdict good(void)
{
	return refuse(R_NONE, NULL, NULL);
}

/* Building the path ------------------------------------------------------------------------------ */

/* Whether issuer's key made the signature of c; how weak it is is judged later. */
static bool signed_by(const struct x509 *c, const struct x509 *issuer)
{
	gnutls_x509_crt_t ca = x509_crt(issuer);
	unsigned int status = 0;

	return gnutls_x509_crt_verify(
		       x509_crt(c), &ca, 1,
		       FLAGS | GNUTLS_VERIFY_ALLOW_BROKEN |
			       GNUTLS_VERIFY_ALLOW_X509_V1_CA_CRT,
		       &status) == 0 &&
	       !(status & (GNUTLS_CERT_SIGNATURE_FAILURE |
			   GNUTLS_CERT_SIGNER_NOT_FOUND));
}

static bool issues(const struct x509 *issuer, const struct x509 *c)
{
	return x509_key(issuer) &&
	       gnutls_x509_crt_check_issuer(x509_crt(c), x509_crt(issuer));
}

static bool in_path(const struct path *p, const struct x509 *c)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->v[i] == c || span_equal(x509_der(p->v[i]), x509_der(c)))
			return true;
	return false;
}

/* Some CAs have one name and several keys: the one whose key signed it. named: there was one of that name. */
static const struct x509 *issuer_among(const struct path *p,
				       const struct x509 *const *list, size_t n,
				       bool *named)
{
	const struct x509 *c = p->v[p->n - 1];
	size_t i;

	for (i = 0; i < n; i++) {
		if (!issues(list[i], c) || in_path(p, list[i]))
			continue;
		*named = true;
		if (signed_by(c, list[i]))
			return list[i];
	}
	return NULL;
}

static bool self_issued(const struct x509 *c)
{
	return span_equal(x509_subject_der(c), x509_issuer_der(c));
}

static bool is_ours(const struct pki *pki, const struct x509 *c)
{
	size_t i;

	for (i = 0; i < pki->ncas; i++)
		if (span_equal(x509_der(pki->cas[i]), x509_der(c)))
			return true;
	return false;
}

/* One step up. False: there is none. */
static bool climb(const struct pki *pki, const struct pki_check *check,
		  struct path *p, bool *named)
{
	const struct x509 *const *cas = (const struct x509 *const *)pki->cas;
	size_t nsent = check->nsent < PKI_SENT_MAX ? check->nsent :
						     PKI_SENT_MAX;
	const struct x509 *up = issuer_among(p, cas, pki->ncas, named);

	if (up && p->trusted == PKI_CHAIN_MAX)
		p->trusted = p->n;
	if (!up && p->trusted == PKI_CHAIN_MAX)
		up = issuer_among(p, check->sent, nsent, named);
	if (up)
		p->v[p->n++] = up;
	return up;
}

/* To the first CA of ours, and on as far as we know, for rightca= may name any. */
static struct pki_verdict build(const struct pki *pki, const struct x509 *c,
				const struct pki_check *check, struct path *p)
{
	bool named = false;

	*p = (struct path){ .v = { c },
			    .n = 1,
			    .trusted = is_ours(pki, c) ? 0 : PKI_CHAIN_MAX };
	while (p->n < PKI_CHAIN_MAX && !self_issued(p->v[p->n - 1]) &&
	       climb(pki, check, p, &named))
		named = false;
	if (p->trusted < PKI_CHAIN_MAX)
		return good();
	if (p->n == PKI_CHAIN_MAX)
		return refuse(R_CERT_CHAIN,
			      "has too many certificates above it", c);
	if (named)
		return refuse(R_CERT_CHAIN,
			      "was not signed by the key of its issuer",
			      p->v[p->n - 1]);
	return refuse(R_CERT_ISSUER,
		      self_issued(p->v[p->n - 1]) ?
			      "is its own issuer, and not a CA of ours" :
			      "was issued by a CA that is not known here",
		      p->v[p->n - 1]);
}

/* Judging it ---------------------------------------------------------------------------------- */

static const char *status_text(unsigned int status)
{
	if (status & GNUTLS_CERT_INSECURE_ALGORITHM)
		return "or one above it is signed by an algorithm that is too weak";
	if (status & GNUTLS_CERT_SIGNER_NOT_CA)
		return "was issued by a certificate that is not one of a CA";
	if (status & GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE)
		return "is outside of what a CA above it may issue";
	if (status & GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS)
		return "has a critical extension that is not known here";
	if (status & GNUTLS_CERT_SIGNATURE_FAILURE)
		return "was not signed by the key of its issuer";
	return "has a chain that is not good";
}

static struct pki_verdict judge_path(const struct path *p)
{
	gnutls_x509_crt_t crts[PKI_CHAIN_MAX], ca = x509_crt(p->v[p->trusted]);
	unsigned int status = 0;
	size_t i, n = p->trusted ? p->trusted : 1;

	for (i = 0; i < n; i++)
		crts[i] = x509_crt(p->v[i]);
	if (gnutls_x509_crt_list_verify(crts, (unsigned int)n, &ca, 1, NULL, 0,
					FLAGS, &status) < 0)
		return refuse(R_CERT_CHAIN, status_text(0), p->v[0]);
	return status ? refuse(R_CERT_CHAIN, status_text(status), p->v[0]) :
			good();
}

static struct pki_verdict judge_times(const struct path *p, int64_t now)
{
	size_t i;

	for (i = 0; i <= p->trusted; i++) {
		if (now < x509_not_before(p->v[i]))
			return refuse(R_CERT_EARLY, "is not valid yet",
				      p->v[i]);
		if (now > x509_not_after(p->v[i]))
			return refuse(R_CERT_EXPIRED, "has expired", p->v[i]);
	}
	return good();
}

/* RFC 4945 5.1.3.2: with a key usage, it has to be to sign; extended usages are no matter of IKE. */
static struct pki_verdict judge_usage(const struct x509 *c)
{
	unsigned int usage = 0;

	if (gnutls_x509_crt_get_key_usage(x509_crt(c), &usage, NULL) == 0 &&
	    !(usage &
	      (GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_NON_REPUDIATION)))
		return refuse(R_CERT_CHAIN,
			      "may not be used to sign (keyUsage)", c);
	return good();
}

/* CRLs ---------------------------------------------------------------------------------------- */

static bool is_crl_of(const struct pki_crl *crl, const struct x509 *issuer)
{
	gnutls_x509_crt_t ca = x509_crt(issuer);
	unsigned int status = 0;

	return dn_equal(span_of(crl->issuer.data, crl->issuer.size),
			x509_subject_der(issuer)) &&
	       gnutls_x509_crl_verify(crl->crl, &ca, 1, FLAGS, &status) == 0 &&
	       !status;
}

static struct pki_verdict judge_crl(const struct pki *pki, const struct x509 *c,
				    const struct x509 *issuer,
				    const struct pki_check *check)
{
	bool any = false, fresh = false;
	size_t i;

	for (i = 0; i < pki->ncrls; i++) {
		const struct pki_crl *crl = &pki->crls[i];

		if (!is_crl_of(crl, issuer))
			continue;
		if (gnutls_x509_crt_check_revocation(x509_crt(c), &crl->crl,
						     1) == 1)
			return refuse(R_CERT_REVOKED, "was revoked", c);
		any = true;
		fresh = fresh ||
			gnutls_x509_crl_get_next_update(crl->crl) >= check->now;
	}
	if (check->crl != PKI_CRL_STRICT || fresh)
		return good();
	return refuse(
		R_CERT_CRL,
		any ? "has an issuer whose CRL should have been replaced by now" :
		      "has an issuer without a CRL here",
		c);
}

static struct pki_verdict judge_crls(const struct pki *pki,
				     const struct path *p,
				     const struct pki_check *check)
{
	struct pki_verdict v = good();
	size_t i;

	for (i = 0;
	     i < p->trusted && v.reason == R_NONE && check->crl != PKI_CRL_NO;
	     i++)
		v = judge_crl(pki, p->v[i], p->v[i + 1], check);
	return v;
}

/* All ----------------------------------------------------------------------------------------- */

static struct pki_verdict judge_ca(const struct path *p, struct span ca)
{
	size_t i;

	for (i = p->n > 1; i < p->n && ca.n; i++)
		if (dn_equal(ca, x509_subject_der(p->v[i])))
			return good();
	return ca.n ? refuse(R_CERT_ISSUER,
			     "is not below the CA that the connection asks for",
			     p->v[0]) :
		      good();
}

struct pki_verdict pki_judge(const struct pki *pki, const struct x509 *c,
			     const struct pki_check *check)
{
	struct pki_verdict v;
	struct path p;

	if (!x509_key(c))
		return refuse(R_CERT_CHAIN, "has a key that IKE cannot use", c);
	v = build(pki, c, check, &p);
	if (v.reason == R_NONE)
		v = judge_times(&p, check->now);
	if (v.reason == R_NONE)
		v = judge_path(&p);
	if (v.reason == R_NONE)
		v = judge_usage(c);
	if (v.reason == R_NONE)
		v = judge_crls(pki, &p, check);
	if (v.reason == R_NONE)
		v = judge_ca(&p, check->ca);
	if (v.reason == R_NONE && check->id && !x509_has_id(c, check->id))
		v = refuse(R_CERT_ID, "does not name the identity of the peer",
			   c);
	return v;
}
