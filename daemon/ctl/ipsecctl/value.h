/* SPDX-License-Identifier: GPL-2.0-or-later */
/* value.h - numbers with units, ranges, prefixes: strict, nothing may follow. */
#ifndef IPSECCTL_VALUE_H
#define IPSECCTL_VALUE_H

#include <stdint.h>

#include "nf_ipsec_msg.h"

/* Each returns 0, -EINVAL (not of this form) or -ERANGE (does not fit), and stores only on success. */
int value_number(const char *text, uint64_t *v); /* decimal, 0x, no sign */
int value_unit(const char *text, const char *units, uint64_t *v);
int value_range(const char *text, uint64_t max, uint64_t *from, uint64_t *to); /* N or N-M */
int value_addr(const char *text, struct nfi_addr *addr);
int value_prefix(const char *text, struct nfi_addr *addr, uint8_t *plen); /* host bits must be 0 */

/* for value_unit */
#define UNITS_BYTES "b"
#define UNITS_COUNT "c"
#define UNITS_TIME "t"

#endif /* IPSECCTL_VALUE_H */
