/* SPDX-License-Identifier: GPL-2.0-or-later */
/* datum.h - octets as text, as in ipsec.conf and ipsec.secrets: 0x hexadecimal, 0s base64, 0t as it is. */
#ifndef BASE_DATUM_H
#define BASE_DATUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether text begins like a datum: 0x, 0s or 0t in either case. */
bool datum_prefix(const char *text);

/*
 * Decode a datum. Hexadecimal as in secret_from_hex; base64 in full groups of four, nothing between
 * them. Returns the octets written to out, which never are more than strlen(text); -EINVAL for
 * other text, -E2BIG for more than max octets. On failure out is wiped. out may be text itself.
 */
int datum_decode(const char *text, uint8_t *out, size_t max);
int datum_from_base64(const char *text, uint8_t *out, size_t max);

/* Base64 of n octets and a zero: out has room for DATUM_BASE64(n). Returns out. */
#define DATUM_BASE64(n) (((n) + 2) / 3 * 4 + 1)
char *datum_to_base64(const uint8_t *p, size_t n, char *out);

#endif /* BASE_DATUM_H */
