// SPDX-License-Identifier: GPL-2.0-or-later
/* identity.c - who we are and who the peer is: secrets, raw keys. Certificates are in certs.c. */
#include "ike2/identity.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/wr.h"
#include "ike/notify.h"
#include "ike/output.h"
#include "ike/sa.h"
#include "ike2/certs.h"
#include "ike2/keymat.h"

static struct id my_id(const struct ike_sa *sa)
{
	const struct ike_end *end = &sa->conn->local;

	return end->id && end->id->type != ID_T_ANY ? *end->id : id_of_addr(&sa->local.addr);
}

/* For asking who the peer is before it said so. */
static struct id peer_id(const struct ike_sa *sa)
{
	const struct ike_end *end = &sa->conn->peer;

	if (sa->peer_id)
		return *sa->peer_id;
	return end->id && end->id->type != ID_T_ANY ? *end->id : id_of_addr(&sa->peer.addr);
}

/* An ID payload without its generic header, as it goes into AUTH. */
static struct span id_body(const struct id *id, uint8_t *buf, size_t room)
{
	struct wr w = wr_to(buf, room);

	wr_u8(&w, id->type);
	wr_zeros(&w, 3);
	wr_span(&w, id_octets(id));
	return wr_done(&w);
}

/* The first message of one side: as initiator we kept ours, as responder the window has it. */
static struct span first_message(const struct ike_sa *sa, bool mine)
{
	const struct sealed *s = mine ? (sa->initiator ? &sa->init->sent : &sa->win.reply) : &sa->init->got;
	struct span octets;
	size_t at = 0;

	return sealed_next(s, &at, &octets) ? octets : span_of(NULL, 0);
}

static void octets_of(const struct ike_sa *sa, bool mine, struct span body, struct auth_octets *o)
{
	struct span ours = span_of(sa->init->nego->nonce, NEGO_NONCE);
	struct span theirs = span_of(sa->init->peer_nonce, sa->init->peer_nonce_n);
	const struct auth_input in = {
		.message = first_message(sa, mine),
		.nonce = mine ? theirs : ours,
		.id = body,
		.prf = sa->suite.prf,
		.sk_p = keymat_p(sa->keys, mine == sa->initiator),
	};

	auth_octets(o, &in);
}

/* Ours ----------------------------------------------------------------------------------------- */

static enum reason how_to_sign(const struct ike_sa *sa, struct auth_sign *how, const struct pubkey **key)
{
	const char *why = "";

	*key = sa->conn->local.nkeys ? &sa->conn->local.keys[0] : NULL;
	if (!*key)
		return R_NO_KEY;
	if (auth_choose(*key, sa->seen.hashes & AUTH_HASHES, true, how, &why))
		return R_NONE;
	log_warn(&sa->about, R_SIGNATURE_HASH, "no way to sign: %s", why);
	return R_SIGNATURE_HASH;
}

struct outcome identity_mine(struct ike_sa *sa, struct identity *me)
{
	bool psk = sa->conn->local.auth & IKE_AUTH_PSK, done = false;
	uint8_t body[ID_MAX + 4];
	const struct pubkey *key = NULL;
	struct auth_sign how;
	struct auth_octets o;
	struct id peer = peer_id(sa);
	struct proof_ask ask = { .of = PROOF_MINE, .local = &me->id, .peer = &peer, .octets = &o };
	struct span proof;
	enum reason bad = R_NONE;

	me->id = my_id(sa);
	octets_of(sa, true, id_body(&me->id, body, sizeof(body)), &o);
	if (!psk) {
		bad = how_to_sign(sa, &how, &key);
		ask.how = &how;
		ask.key = key;
	}
	if (bad == R_NONE)
		bad = proof_get(sa, &ask, &proof, &done);
	if (bad != R_NONE)
		return outcome_fatal(bad);
	if (!done)
		return (struct outcome){ V_SUSPEND, 0, R_NONE };
	if (psk) {
		me->auth = (struct pl_auth){ AUTH_PSK, proof };
		return V_NOTHING;
	}
	me->auth.method = how.method;
	me->auth.data = span_of(me->octets, auth_write(&how, proof, me->octets, sizeof(me->octets)));
	return me->auth.data.n ? V_NOTHING : outcome_fatal(R_INTERNAL);
}

/* The peer's ----------------------------------------------------------------------------------- */

static struct outcome refuse(const struct ike_sa *sa, const struct id *id, enum reason reason)
{
	char text[ID_TEXT];

	log_warn(&sa->about, reason, "%s is not believed: %s", id_text(id, text, sizeof(text)), reason_text(reason));
	return (struct outcome){ V_FATAL, notify_of_reason(R_WRONG_SECRET), reason };
}

static struct outcome check_psk(struct ike_sa *sa, const struct id *id, const struct auth_claim *claim,
				const struct auth_octets *o)
{
	struct id me = my_id(sa);
	const struct proof_ask ask = { .of = PROOF_PEER, .local = &me, .peer = id, .octets = o };
	struct span expected;
	bool done = false;
	enum reason bad = proof_get(sa, &ask, &expected, &done);

	if (bad == R_NONE && !done)
		return (struct outcome){ V_SUSPEND, 0, R_NONE };
	if (bad == R_NONE)
		bad = auth_check_psk(claim, expected);
	return bad == R_NONE ? V_NOTHING : refuse(sa, id, bad);
}

static bool type_allowed(const struct ike_end *end, enum pubkey_type type)
{
	switch (type) {
	case PUBKEY_RSA:
		return end->auth & IKE_AUTH_RSA;
	case PUBKEY_ECDSA:
		return end->auth & IKE_AUTH_ECDSA;
	case PUBKEY_ED25519:
	case PUBKEY_ED448:
		break;
	}
	return end->auth & IKE_AUTH_EDDSA;
}

static struct outcome check_signature(struct ike_sa *sa, const struct id *id, const struct auth_claim *claim,
				      const struct auth_octets *o)
{
	const struct ike_end *end = &sa->conn->peer;
	enum reason bad = R_NO_PUBKEY;

	for (size_t i = 0; i < end->nkeys; i++) {
		if (!type_allowed(end, end->keys[i].type))
			continue;
		bad = auth_check(&end->keys[i], claim, o, NULL);
		if (bad == R_NONE)
			return V_NOTHING;
	}
	return refuse(sa, id, bad);
}

static bool method_ok(const struct ike_end *end, uint8_t method)
{
	const unsigned int signatures = IKE_AUTH_RSA | IKE_AUTH_ECDSA | IKE_AUTH_EDDSA;

	if (method == AUTH_PSK)
		return end->auth & IKE_AUTH_PSK;
	return method != AUTH_NULL && (end->auth & signatures);
}

struct outcome identity_check(struct ike_sa *sa, const struct id *id, const struct ike_msg *msg)
{
	const struct auth_claim claim = { msg->auth.method, msg->auth.data, AUTH_HASHES | AUTH_HASH(HASH_SHA1) };
	uint8_t body[ID_MAX + 4];
	struct auth_octets o;

	if (!method_ok(&sa->conn->peer, claim.method))
		return refuse(sa, id, R_WRONG_METHOD);
	octets_of(sa, false, id_body(id, body, sizeof(body)), &o);
	if (claim.method == AUTH_PSK)
		return check_psk(sa, id, &claim, &o);
	if (msg->ncert && sa->conn->pki)
		return certs_check(sa, id, msg, &claim, &o);
	return check_signature(sa, id, &claim, &o);
}

struct outcome identity_wrong(const struct ike_sa *sa, const struct id *id)
{
	char want[ID_TEXT], is[ID_TEXT];

	log_warn(&sa->about, R_WRONG_ID, "the peer is %s, not %s as configured", id_text(id, is, sizeof(is)),
		 id_text(sa->conn->peer.id, want, sizeof(want)));
	return outcome_fatal(R_WRONG_ID);
}

void identity_keep(struct ike_sa *sa, const struct id *id)
{
	if (!sa->peer_id)
		sa->peer_id = mem_new(sizeof(*sa->peer_id));
	*sa->peer_id = *id;
}

/* Certificates --------------------------------------------------------------------------------- */

void identity_put_certs(struct ike_sa *sa, struct msg_wr *w)
{
	const struct ike_conn *conn = sa->conn;
	bool asked = sa->init->certreq_any;

	if (conn->local.auth & IKE_AUTH_PSK || conn->sendcert == IKE_SENDCERT_NEVER ||
	    (conn->sendcert == IKE_SENDCERT_ASKED && !asked))
		return;
	for (size_t i = 0; i < conn->local.ncerts; i++) {
		const struct pl_cert cert = { CERTS_X509, conn->local.certs[i] };

		pl_cert_write(w, &cert);
	}
}

void identity_put_certreq(struct ike_sa *sa, struct msg_wr *w)
{
	if (!(sa->conn->peer.auth & IKE_AUTH_PSK) && sa->conn->pki)
		certs_put_request(sa, w);
}

void identity_see_certreq(struct ike_sa *sa, const struct ike_msg *msg)
{
	for (unsigned int i = 0; i < msg->ncertreq; i++)
		if (msg->certreq[i].encoding == CERTS_X509)
			sa->init->certreq_any = true;
}
