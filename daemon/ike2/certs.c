// SPDX-License-Identifier: GPL-2.0-or-later
/* certs.c - X.509 in IKE_AUTH, judged by pki/. */
#include "ike2/certs.h"

#include "ike/id.h"
#include "ike/msg.h"
#include "ike/sa.h"
#include "pki/pki.h"
#include "pki/x509.h"

enum { CERTREQ_OCTETS = 20 * 100 };

struct chain {
	struct x509 *cert[MSG_CERTS];
	size_t n;
};

/* All that the peer sent and that can be read; the first is its own. */
static enum reason read_chain(const struct ike_msg *msg, struct chain *chain)
{
	const char *why;

	chain->n = 0;
	for (unsigned int i = 0; i < msg->ncert; i++) {
		if (msg->cert[i].encoding != CERTS_X509)
			continue;
		chain->cert[chain->n] = x509_from_der(msg->cert[i].data, &why);
		if (chain->cert[chain->n])
			chain->n++;
		else if (!chain->n)
			return R_CERT_BAD;
	}
	return chain->n ? R_NONE : R_NO_PUBKEY;
}

static void free_chain(struct chain *chain)
{
	for (size_t i = 0; i < chain->n; i++)
		x509_free(chain->cert[i]);
}

static enum reason judge(struct ike_sa *sa, const struct id *id, const struct chain *chain)
{
	const struct ike_env *env = sa->ike->env;
	const struct x509 *sent[MSG_CERTS];
	const struct x509_id name = { id->type, id_octets(id) };
	const struct pki_check check = {
		.now = env->unix_time(env->arg),
		.sent = sent,
		.nsent = chain->n - 1,
		.id = &name,
	};
	struct pki_verdict v;
	char names[400];

	for (size_t i = 1; i < chain->n; i++)
		sent[i - 1] = chain->cert[i];
	v = pki_judge(sa->conn->pki, chain->cert[0], &check);
	if (v.reason != R_NONE)
		log_warn(&sa->about, v.reason, "certificate \"%s\" (for %s): %s",
			 x509_subject(v.culprit ? v.culprit : chain->cert[0]),
			 x509_ids_text(chain->cert[0], names, sizeof(names)), v.detail ? v.detail : "");
	return v.reason;
}

struct outcome certs_check(struct ike_sa *sa, const struct id *id, const struct ike_msg *msg,
			   const struct auth_claim *claim, const struct auth_octets *o)
{
	struct chain chain;
	enum reason bad = read_chain(msg, &chain);

	if (bad == R_NONE)
		bad = judge(sa, id, &chain);
	if (bad == R_NONE && !x509_key(chain.cert[0]))
		bad = R_CERT_BAD;
	if (bad == R_NONE)
		bad = auth_check(x509_key(chain.cert[0]), claim, o, NULL);
	free_chain(&chain);
	return bad == R_NONE ? V_NOTHING : outcome_fatal(bad);
}

void certs_put_request(struct ike_sa *sa, struct msg_wr *w)
{
	uint8_t hashes[CERTREQ_OCTETS];
	struct pl_certreq req = { .encoding = CERTS_X509 };

	req.data = span_of(hashes, pki_certreq(sa->conn->pki, span_of(NULL, 0), hashes, sizeof(hashes)));
	pl_certreq_write(w, &req);
}
