/* SPDX-License-Identifier: GPL-2.0-or-later */
/* endpoint.h - an address and a UDP port, in host order. */
#ifndef BASE_ENDPOINT_H
#define BASE_ENDPOINT_H

#include "base/addr.h"

struct endpoint {
	struct addr addr; /* len 0: not known, or any */
	uint16_t port; /* 0: not known, or any */
};

#endif /* BASE_ENDPOINT_H */
