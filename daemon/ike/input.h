/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input.h - what input.c hands to a version of the protocol. */
#ifndef IKE_INPUT_H
#define IKE_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "ike/msg.h"

/* A datagram, copied, so that it can be decrypted in place. */
struct ike_wire {
	uint8_t *p;
	size_t n;
	struct msg_header h;
};

#endif /* IKE_INPUT_H */
