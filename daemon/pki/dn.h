/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dn.h - distinguished names: text of ipsec.conf, DER of ID payloads. */
#ifndef PKI_DN_H
#define PKI_DN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define DN_DER_MAX 512
#define DN_PARTS_MAX 32 /* attributes of one name */

/*
 * As leftid= has it into DER: "C=DE, O=Example, CN=west" or "/C=DE/O=Example/CN=west", in the order of
 * the certificate. Returns the octets written; 0 with a fixed text in *why.
 */
size_t dn_from_text(const char *text, uint8_t *der, size_t room,
		    const char **why);
/* The first of these forms, cut to fit; what is no text is #hexadecimal. False if der is no DN. */
bool dn_to_text(struct span der, char *text, size_t n);
/* Whether dn is what pattern says, attribute by attribute: case and superfluous blanks do not count, "*" is any value. */
bool dn_matches(struct span pattern, struct span dn);

/* The same, where "*" is only an asterisk: for names that somebody else made. */
bool dn_equal(struct span a, struct span b);

#endif /* PKI_DN_H */
