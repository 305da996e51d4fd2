/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cookie.h - when half-open IKE_SAs pile up, peers have to show that they get what we send. RFC 7296 2.6. */
#ifndef IKE_COOKIE_H
#define IKE_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

struct ike;
struct ike_msg;
struct ike_packet;

#define COOKIE_OCTETS 33 /* which key, and SHA2-256 */

/* Needs no memory of the peer. */
void cookie_make(struct ike *ike, const struct ike_packet *packet, const struct ike_msg *msg,
		 uint8_t cookie[COOKIE_OCTETS]);
/* Whether the message has the cookie that was made for it a short while ago. */
bool cookie_ok(struct ike *ike, const struct ike_packet *packet, const struct ike_msg *msg);

#endif /* IKE_COOKIE_H */
