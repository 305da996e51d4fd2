// SPDX-License-Identifier: GPL-2.0-or-later
/* notify.c - names of notifications, and what they mean. */
#include "ike/notify.h"

/* clang-format off */
static const struct { uint16_t type; const char *name; } names[] = {
#define NOTIFY(id, value, rfc) { value, #id },
#include "ike/notify.def"
#undef NOTIFY
};

static const uint16_t told[] = {
	NOTIFY_NONE, /* R_NONE */
#define REASON(id, name, severity, notify, rc, text, cure, line) N_##notify,
#include "base/reasons.def"
#undef REASON
};
/* clang-format on */

const char *notify_name(uint16_t type)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == type)
			return names[i].name;
	return "unknown";
}

enum notify notify_of_reason(enum reason reason)
{
	return reason < R_COUNT ? (enum notify)told[reason] : NOTIFY_NONE;
}

enum reason notify_reason(uint16_t type)
{
	switch (type) {
	case N_NO_PROPOSAL_CHOSEN:
		return R_PEER_NO_PROPOSAL;
	case N_INVALID_KE_PAYLOAD:
		return R_GROUP;
	case N_AUTHENTICATION_FAILED:
		return R_PEER_AUTH;
	case N_TS_UNACCEPTABLE:
	case N_INVALID_SELECTORS:
		return R_PEER_NO_SELECTOR;
	case N_SINGLE_PAIR_REQUIRED:
		return R_ONE_PAIR;
	case N_NO_ADDITIONAL_SAS:
		return R_NO_MORE_CHILDREN;
	case N_INTERNAL_ADDRESS_FAILURE:
		return R_NO_ADDRESS;
	case N_FAILED_CP_REQUIRED:
		return R_CP_NEEDED;
	case N_TEMPORARY_FAILURE:
		return R_TEMPORARY;
	case N_CHILD_SA_NOT_FOUND:
		return R_NO_CHILD;
	case N_INVALID_SYNTAX:
	case N_UNSUPPORTED_CRITICAL_PAYLOAD:
		return R_PEER_SYNTAX;
	case N_INVALID_MAJOR_VERSION:
		return R_PEER_VERSION;
	case N_INVALID_IKE_SPI:
		return R_PEER_LOST;
	case N_UNEXPECTED_NAT_DETECTED:
		return R_NAT_REFUSED;
	default:
		return R_PEER_ERROR;
	}
}
