// SPDX-License-Identifier: GPL-2.0-or-later
/* input.c - the journey of a datagram to its handler. Nothing changes before a message is authenticated. */
#include "ike/input.h"

#include <string.h>

#include "base/wr.h"
#include "ike/cookie.h"
#include "ike/exch.h"
#include "ike/notify.h"
#include "ike/output.h"
#include "ike/sa.h"
#include "ike/timers.h"

/* One line now and then of what anybody can make us say. */
static void complain(struct ike *ike, const struct ike_packet *packet, enum reason reason)
{
	struct log_about about = { .peer = packet->peer.addr, .port = packet->peer.port };
	uint32_t missed = 0;

	ike->dropped++;
	if (!log_rate_ok(&ike->noise, ike_now(ike), &missed))
		return;
	log_info(&about, reason, "message dropped (%u more were not shown)", missed);
}

static const struct ike_ver *version(const struct ike *ike, uint8_t major)
{
	for (const struct ike_ver *const *v = ike->set.versions; *v; v++)
		if ((*v)->major == major)
			return *v;
	return NULL;
}

/* Without an IKE_SA ---------------------------------------------------------------------------- */

static void answer(struct ike *ike, const struct ike_packet *packet, const struct msg_header *h, enum reason reason)
{
	struct pl_notify n = { .type = notify_of_reason(reason) };

	/* never an answer to an answer; and no more of them than lines of the log */
	complain(ike, packet, reason);
	if (!(h->flags & MSG_RESPONSE) && n.type && log_rate_ok(&ike->answers, ike_now(ike), &(uint32_t){ 0 }))
		output_stateless(ike, packet, h, &n);
}

/* Half-open IKE_SAs pile up: only who returns a cookie goes on. */
static bool may_begin(struct ike *ike, const struct ike_packet *packet, const struct ike_msg *msg)
{
	size_t n = sa_half_open(ike);
	uint8_t cookie[COOKIE_OCTETS];
	struct pl_notify notify = { .type = N_COOKIE, .data = span_of(cookie, sizeof(cookie)) };

	if (n >= ike->set.half_open_max) {
		complain(ike, packet, R_BUSY);
		return false;
	}
	if (n < ike->set.half_open_cookies || cookie_ok(ike, packet, msg))
		return true;
	if (!(msg->present & PL_BIT(PL_NONCE))) {
		complain(ike, packet, R_MISSING);
		return false;
	}
	cookie_make(ike, packet, msg, cookie);
	output_stateless(ike, packet, &msg->h, &notify);
	return false;
}

/* The SPI of the initiator as it is in the header. */
static void spi_octets(uint64_t spi, uint8_t b[8])
{
	struct wr w = wr_to(b, 8);

	wr_u64(&w, spi);
}

/* IKE_SA_INIT of a peer: the first octet of anything that we keep about it. */
static void first(struct ike *ike, const struct ike_packet *packet, const struct ike_ver *ver, struct ike_wire *wire)
{
	struct ike_msg msg;
	enum reason bad = msg_decode(span_of(wire->p, wire->n), &msg);
	uint8_t spi_i[8];
	struct ike_sa *sa;

	if (bad == R_NONE && wire->h.id)
		bad = R_MSGID;
	if (bad != R_NONE) {
		complain(ike, packet, bad);
		return;
	}
	spi_octets(wire->h.spi_i, spi_i);
	sa = sa_find_init(ike, packet, spi_i);
	if (sa) {
		if (sa->win.reply.n)
			output_repeat(sa);
		return;
	}
	if (!may_begin(ike, packet, &msg))
		return;
	sa = sa_new(ike, ver, false, NULL);
	sa_set_ends(sa, &packet->local, &packet->peer);
	sa_set_peer_spi(sa, spi_i);
	sa_set_half_open(sa);
	timers_half_open(sa);
	exch_run(sa, &msg);
}

/* Of an IKE_SA --------------------------------------------------------------------------------- */

static bool role_ok(const struct ike_sa *sa, const struct msg_header *h)
{
	/* the initiator's flag tells who sent it */
	return !(h->flags & MSG_INITIATOR) == sa->initiator;
}

static bool spis_ok(const struct ike_sa *sa, const struct msg_header *h)
{
	/* the responder's SPI is news in the first answer */
	return (h->spi_i == sa->about.spi_i || !sa->initiator) &&
	       (h->spi_r == sa->about.spi_r || (sa->initiator && !sa->about.spi_r)) &&
	       (sa->initiator || h->spi_i == sa->about.spi_i);
}

/*
 * An authenticated message came from elsewhere: a NAT changed its mind, or the peer floats to another
 * port. Answers go there (RFC 7296 2.23); who is not behind a NAT moves by MOBIKE only.
 */
static void follow(struct ike_sa *sa, const struct ike_packet *packet)
{
	bool new_peer = packet->peer.port != sa->peer.port ||
			memcmp(&packet->peer.addr, &sa->peer.addr, sizeof(sa->peer.addr)) != 0;
	bool new_port = packet->local.port != sa->local.port;

	if (!new_peer && !new_port)
		return;
	if (sa->state >= SA_ESTABLISHED && !sa->seen.nat_there)
		return;
	if (sa->state < SA_ESTABLISHED && sa->initiator)
		return;
	sa_move(sa, &packet->local, &packet->peer);
}

static void handle(struct ike_sa *sa, const struct ike_packet *packet, struct ike_wire *wire, bool repeat)
{
	struct ike_msg msg;
	bool more = false, response = wire->h.flags & MSG_RESPONSE;
	enum reason bad = sa->ver->open(sa, wire, &msg, &more);

	if (bad != R_NONE && bad != R_MALFORMED && bad != R_CRITICAL) {
		complain(sa->ike, packet, bad);
		return;
	}
	if (wire->h.exchange != MSG_IKE_SA_INIT)
		sa->last_in = ike_now(sa->ike);
	if (repeat) {
		/* of a message in parts the first stands for all, RFC 7383 2.6.1 */
		if (!more || msg.skf.number == 1)
			output_repeat(sa);
		return;
	}
	if (more)
		return;
	if (!response)
		follow(sa, packet);
	if (bad == R_NONE)
		exch_run(sa, &msg);
	else if (wire->h.exchange != MSG_IKE_SA_INIT)
		exch_refuse(sa, &msg, bad);
}

static void known(struct ike_sa *sa, const struct ike_packet *packet, struct ike_wire *wire)
{
	if (!role_ok(sa, &wire->h) || !spis_ok(sa, &wire->h)) {
		complain(sa->ike, packet, R_NO_SA);
		return;
	}
	switch (window_admit(&sa->win, wire->h.id, wire->h.flags & MSG_RESPONSE)) {
	case ADMIT_NEW:
		if (sa->state != SA_DEAD)
			handle(sa, packet, wire, false);
		break;
	case ADMIT_REPEAT:
		handle(sa, packet, wire, true);
		break;
	case ADMIT_STALE:
		sa->win.stale++;
		break;
	}
}

void ike_input(struct ike *ike, const struct ike_packet *packet)
{
	struct ike_wire wire = { .p = ike->in, .n = packet->bytes.n };
	const struct ike_ver *ver;
	struct ike_sa *sa;
	uint8_t spi[8];
	enum reason bad;

	if (packet->bytes.n <= 1 || packet->bytes.n > sizeof(ike->in))
		return; /* a NAT keepalive */
	memcpy(ike->in, packet->bytes.p, packet->bytes.n);
	bad = msg_header(span_of(wire.p, wire.n), &wire.h);
	if (bad != R_NONE) {
		complain(ike, packet, bad);
		return;
	}
	ver = version(ike, wire.h.major);
	if (!ver) {
		answer(ike, packet, &wire.h, R_VERSION);
		return;
	}
	ike->raw = span_of(wire.p, wire.n);
	ike->from = packet->peer;
	if (wire.h.exchange == MSG_IKE_SA_INIT && !wire.h.spi_r && !(wire.h.flags & MSG_RESPONSE)) {
		first(ike, packet, ver, &wire);
		return;
	}
	spi_octets(wire.h.flags & MSG_INITIATOR ? wire.h.spi_r : wire.h.spi_i, spi);
	sa = sa_find(ike, spi);
	if (sa && sa->ver == ver)
		known(sa, packet, &wire);
	else
		answer(ike, packet, &wire.h, R_NO_SA);
}
