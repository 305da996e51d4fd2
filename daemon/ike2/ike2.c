// SPDX-License-Identifier: GPL-2.0-or-later
/* ike2.c - how messages of IKEv2 are opened and sealed, in one piece or in several. */
#include "ike2/ike2.h"

#include <string.h>

#include "ike/frag.h"
#include "ike/input.h"
#include "ike/output.h"
#include "ike/sa.h"
#include "ike2/keymat.h"
#include "ike2/proof.h"
#include "ike2/sk.h"

enum { UDP_IP4 = 20 + 8 + 4, UDP_IP6 = 40 + 8 + 4 }; /* headers, and the non-ESP marker */

/* Opening -------------------------------------------------------------------------------------- */

/* A part of a message: authenticated, and kept until all are there. */
static enum reason collect(struct ike_sa *sa, struct ike_msg *msg, struct span plain, bool *more)
{
	struct frag_part part = {
		.id = msg->h.id,
		.response = msg->h.flags & MSG_RESPONSE,
		.number = msg->skf.number,
		.total = msg->skf.total,
		.first = msg->sk_next,
		.plain = plain,
	};
	struct ike *ike = sa->ike;

	switch (frag_add(&sa->frags, &part)) {
	case FRAG_MORE:
		*more = true;
		return R_NONE;
	case FRAG_BAD:
		return R_EXCESS;
	case FRAG_WHOLE:
		break;
	}
	ike->inner = span_of(ike->in, 0);
	ike->inner.n = frag_take(&sa->frags, ike->in, &ike->inner_first);
	return msg_decode_inner(msg, ike->inner_first, ike->inner);
}

static enum reason open_protected(struct ike_sa *sa, struct ike_wire *wire, struct ike_msg *msg, bool *more)
{
	const struct aead_key *key = keymat_sender(sa->keys, !sa->initiator);
	bool whole = msg->present & PL_BIT(PL_SK);
	struct span data = whole ? msg->sk.data : msg->skf.data, plain;
	enum reason bad;

	if (!whole && !(msg->present & PL_BIT(PL_SKF)))
		return R_UNEXPECTED;
	bad = sk_open(key, msg->aad, wire->p + msg->aad.n, data.n, &plain);
	if (bad != R_NONE)
		return bad == R_MALFORMED ? R_INTEGRITY : bad;
	if (!whole)
		return collect(sa, msg, plain, more);
	sa->ike->inner = plain;
	sa->ike->inner_first = msg->sk_next;
	return msg_decode_inner(msg, msg->sk_next, plain);
}

static enum reason open_message(struct ike_sa *sa, struct ike_wire *wire, struct ike_msg *msg, bool *more)
{
	enum reason bad = msg_decode(span_of(wire->p, wire->n), msg);

	if (bad != R_NONE)
		return R_INTEGRITY; /* what cannot be taken apart is not authenticated either */
	if (wire->h.exchange == MSG_IKE_SA_INIT)
		return sa->state == SA_INIT_SENT ? R_NONE : R_UNEXPECTED;
	if (!sa->keys)
		return R_UNEXPECTED;
	return open_protected(sa, wire, msg, more);
}

/* Sealing -------------------------------------------------------------------------------------- */

static struct span seal_one(struct ike_sa *sa, const struct msg_header *h, const struct sk_part *part)
{
	struct ike *ike = sa->ike;
	struct msg_wr w = msg_begin(ike->wire, sizeof(ike->wire), h);

	return sk_seal(keymat_sender(sa->keys, sa->initiator), &w, part);
}

/* The octets of payloads that a datagram may have; 0: it is not to be cut. */
static size_t datagram_room(const struct ike_sa *sa)
{
	bool v6 = sa->peer.addr.len == 16;
	size_t ip = sa->conn->fragment_size ? sa->conn->fragment_size : v6 ? 1280 : 576;

	if (!sa->seen.fragments || sa->conn->fragmentation == IKE_NO)
		return 0;
	return ip - (v6 ? UDP_IP6 : UDP_IP4) - MSG_HEADER;
}

static void seal_parts(struct ike_sa *sa, const struct msg_header *h, const struct sk_part *whole, struct sealed *out)
{
	size_t room = sk_fragment_room(&keymat_sender(sa->keys, sa->initiator)->suite, datagram_room(sa));
	size_t total = room ? (whole->plain.n + room - 1) / room : 0;

	if (!total || total > FRAG_MAX)
		return;
	for (size_t i = 0; i < total; i++) {
		size_t left = whole->plain.n - i * room;
		struct sk_part part = {
			.plain = span_of(whole->plain.p + i * room, left < room ? left : room),
			.first = i ? 0 : whole->first,
			.number = (uint16_t)(i + 1),
			.total = (uint16_t)total,
		};
		struct span datagram = seal_one(sa, h, &part);

		if (datagram.p)
			sealed_add(out, datagram);
	}
}

static void seal(struct ike_sa *sa, const struct msg_header *h, struct ike_reply *reply, struct sealed *out)
{
	struct sk_part part = { .plain = msg_end(&reply->w), .first = reply->w.first };
	size_t room = datagram_room(sa);
	struct span datagram;

	/* nothing at all is a message, too */
	if (!part.plain.p && reply->w.w.failed)
		return;
	if (room && sk_size(&keymat_sender(sa->keys, sa->initiator)->suite, part.plain.n, false) > room) {
		seal_parts(sa, h, &part, out);
		return;
	}
	datagram = seal_one(sa, h, &part);
	if (datagram.p)
		sealed_add(out, datagram);
}

static void forget(struct ike_sa *sa)
{
	keymat_free(sa->keys);
	sa->keys = NULL;
	proof_free(sa);
}

static const struct exch_row *const tables[] = { x_init_rows, x_auth_rows, x_child_rows, x_rekey_rows, x_info_rows, NULL };

const struct ike_ver ike2_ver = {
	.major = 2,
	.tables = tables,
	.open = open_message,
	.seal = seal,
	.forget = forget,
};
