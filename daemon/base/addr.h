/* SPDX-License-Identifier: GPL-2.0-or-later */
/* addr.h - IP addresses and prefixes as text; octets are in network order, the length is the family. */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ADDR_TEXT 64 /* room for any address or prefix as text */

struct addr {
	uint8_t len; /* 4, 16; 0: none */
	uint8_t b[16]; /* the rest is zero */
};

/* Parse a numeric IPv4 or IPv6 address. Returns 4 or 16 (octets written), or -EINVAL. */
int addr_parse(const char *text, uint8_t b[16]);

/* Write the address of len octets into text; len 0 gives "any". Returns text. */
const char *addr_print(const uint8_t *b, size_t len, char text[ADDR_TEXT]);

/* Whether all bits after the first plen are zero; a plen beyond the address is false. */
bool addr_is_prefix(const uint8_t *b, size_t len, unsigned int plen);

#endif /* BASE_ADDR_H */
