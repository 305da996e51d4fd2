// SPDX-License-Identifier: GPL-2.0-or-later
/* cookie.c - stateless cookies: a keyed hash of nonce, address and SPI. The key changes, the one before is good too. */
#include "ike/cookie.h"

#include <string.h>

#include "base/secret.h"
#include "crypto/hash.h"
#include "ike/env.h"
#include "ike/msg.h"
#include "ike/notify.h"
#include "ike/sa.h"

enum { KEY_MS = 60000 };

static void freshen(struct ike *ike)
{
	int64_t age = ike_now(ike) - ike->cookie_since;

	if (ike->cookie_number && age < KEY_MS)
		return;
	/* nobody has asked for longer than a key lives: the one before is too old as well */
	if (!ike->cookie_number || age >= (int64_t)2 * KEY_MS)
		ike->env->random(ike->env->arg, ike->cookie_key[0],
				 sizeof(ike->cookie_key[0]));
	memcpy(ike->cookie_key[1], ike->cookie_key[0],
	       sizeof(ike->cookie_key[0]));
	ike->env->random(ike->env->arg, ike->cookie_key[0],
			 sizeof(ike->cookie_key[0]));
	ike->cookie_number++;
	ike->cookie_since = ike_now(ike);
}

static void compute(const uint8_t key[32], const struct ike_packet *packet,
		    const struct ike_msg *msg, uint8_t digest[HASH_MAX])
{
	const uint8_t port[2] = { (uint8_t)(packet->peer.port >> 8),
				  (uint8_t)packet->peer.port };
	const struct span part[] = {
		span_of(key, 32),
		msg->nonce.data,
		span_of(packet->peer.addr.b, packet->peer.addr.len),
		span_of(port, sizeof(port)),
		span_of(packet->bytes.p, 8), /* the initiator's SPI */
	};

	hash_parts(HASH_SHA2_256, part, sizeof(part) / sizeof(part[0]), digest);
}

void cookie_make(struct ike *ike, const struct ike_packet *packet,
		 const struct ike_msg *msg, uint8_t cookie[COOKIE_OCTETS])
{
	uint8_t digest[HASH_MAX];

	freshen(ike);
	compute(ike->cookie_key[0], packet, msg, digest);
	cookie[0] = (uint8_t)ike->cookie_number;
	memcpy(cookie + 1, digest, COOKIE_OCTETS - 1);
}

bool cookie_ok(struct ike *ike, const struct ike_packet *packet,
	       const struct ike_msg *msg)
{
	const struct pl_notify *n = msg_notify(msg, N_COOKIE);
	uint8_t digest[HASH_MAX], behind;

	if (!n || n->data.n != COOKIE_OCTETS)
		return false;
	freshen(ike);
	behind = (uint8_t)(ike->cookie_number - n->data.p[0]);
	if (behind > 1)
		return false;
	compute(ike->cookie_key[behind], packet, msg, digest);
	return secret_equal(digest, n->data.p + 1, COOKIE_OCTETS - 1);
}
