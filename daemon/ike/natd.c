// SPDX-License-Identifier: GPL-2.0-or-later
/* natd.c - hashes of addresses and ports tell whether a NAT changed them on the way. */
#include "ike/natd.h"

#include <string.h>

#include "base/wr.h"
#include "crypto/hash.h"
#include "ike/msg.h"
#include "ike/notify.h"
#include "ike/sa.h"

enum { HASH_OCTETS = 20, PORT_NATT = 4500 };

/* The SPIs are those of the message's header: in the first one that of the responder is zero. */
static void hash_of(uint64_t spi_i, uint64_t spi_r, const struct endpoint *e, uint8_t digest[HASH_MAX])
{
	uint8_t octets[8 + 8 + 16 + 2];
	struct wr w = wr_to(octets, sizeof(octets));
	struct span part;

	wr_u64(&w, spi_i);
	wr_u64(&w, spi_r);
	wr_copy(&w, e->addr.b, e->addr.len);
	wr_u16(&w, e->port);
	part = wr_done(&w);
	hash_parts(HASH_SHA1, &part, 1, digest);
}

void natd_put(struct msg_wr *w, const struct ike_sa *sa)
{
	uint8_t digest[HASH_MAX];

	hash_of(sa->about.spi_i, sa->about.spi_r, &sa->local, digest);
	/* no address has this hash, so the peer sees a NAT, and takes ESP in UDP */
	if (sa->conn && sa->conn->encap == IKE_FORCE)
		digest[0] ^= 1;
	msg_put_notify(w, N_NAT_DETECTION_SOURCE_IP, span_of(digest, HASH_OCTETS));
	hash_of(sa->about.spi_i, sa->about.spi_r, &sa->peer, digest);
	msg_put_notify(w, N_NAT_DETECTION_DESTINATION_IP, span_of(digest, HASH_OCTETS));
}

/* Are there notifications of the type, and is none of them the hash? A host may send several sources. */
static bool differs(const struct ike_msg *msg, uint16_t type, const uint8_t *digest)
{
	bool any = false;

	for (unsigned int i = 0; i < msg->nnotify; i++) {
		if (msg->notify[i].type != type)
			continue;
		if (span_equal(msg->notify[i].data, span_of(digest, HASH_OCTETS)))
			return false;
		any = true;
	}
	return any;
}

void natd_check(struct ike_sa *sa, const struct ike_msg *msg)
{
	uint8_t digest[HASH_MAX];

	hash_of(msg->h.spi_i, msg->h.spi_r, &sa->peer, digest);
	sa->seen.nat_there = differs(msg, N_NAT_DETECTION_SOURCE_IP, digest);
	hash_of(msg->h.spi_i, msg->h.spi_r, &sa->local, digest);
	sa->seen.nat_here = differs(msg, N_NAT_DETECTION_DESTINATION_IP, digest);
	sa->seen.natd = msg_notify(msg, N_NAT_DETECTION_SOURCE_IP) &&
			msg_notify(msg, N_NAT_DETECTION_DESTINATION_IP);
	if (sa->conn && sa->conn->encap == IKE_FORCE && sa->seen.natd)
		sa->seen.nat_here = true;
}

void natd_float(struct ike_sa *sa)
{
	struct endpoint local = sa->local, peer = sa->peer;

	if (!sa->seen.nat_here && !sa->seen.nat_there)
		return;
	/* ports that are configured stay as they are */
	if (local.port != 500 || peer.port != 500)
		return;
	local.port = peer.port = PORT_NATT;
	sa_set_ends(sa, &local, &peer);
}
