/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notify.h - types of notifications, from notify.def; which reason is sent as which. */
#ifndef IKE_NOTIFY_H
#define IKE_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reason.h"

/* clang-format off */
enum notify {
	NOTIFY_NONE,
	N_NONE = NOTIFY_NONE, /* as reasons.def has it */
#define NOTIFY(id, value, rfc) N_##id = (value),
#include "ike/notify.def"
#undef NOTIFY
};
/* clang-format on */

#define NOTIFY_STATUS 16384 /* below are errors */

static inline bool notify_is_error(uint16_t type)
{
	return type < NOTIFY_STATUS;
}

/* "NO_PROPOSAL_CHOSEN", or "unknown". */
const char *notify_name(uint16_t type);
/* What tells the peer of a reason; NOTIFY_NONE: nothing does, or it must not be told. */
enum notify notify_of_reason(enum reason reason);
/* What an error of the peer means to us; R_PEER_ERROR for those without a meaning of their own. */
enum reason notify_reason(uint16_t type);

#endif /* IKE_NOTIFY_H */
