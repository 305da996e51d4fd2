/* SPDX-License-Identifier: GPL-2.0-or-later */
/* secret.h - key material: memory for it, reading, wiping. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Overwrite n octets at p; never optimised away. */
void secret_wipe(void *p, size_t n);

/*
 * Memory for secrets, zeroed: locked and left out of core dumps as far as the limits of the process
 * allow. Ends the program when there is none. secret_free wipes it; NULL is nothing to free.
 * Pages are kept for later secrets. For one thread.
 */
void *secret_alloc(size_t n);
void secret_free(void *p);
size_t secret_in_use(void); /* octets that are allocated now */

/* Whether two secrets of n octets are equal, in time that does not depend on them. */
bool secret_equal(const void *a, const void *b, size_t n);

/*
 * Decode hexadecimal text, with or without 0x; ':' and '_' between octets are skipped.
 * Returns the number of octets written to out; -EINVAL for other characters or an odd number
 * of digits, -E2BIG for more than max octets. On failure out is wiped.
 */
int secret_from_hex(const char *text, uint8_t *out, size_t max);

/* The same for base64, with or without padding; blanks are no part of it. */
int secret_from_base64(const char *text, uint8_t *out, size_t max);

/*
 * Read one line from fd, octet by octet so that the next line stays unread. Blanks at both ends and
 * the newline are removed. Returns the length; -ENODATA at end of file, -E2BIG when the line
 * does not fit (n counts the terminating zero), or -errno of read. On failure buf is wiped.
 */
int secret_read_line(int fd, char *buf, size_t n);

#endif /* BASE_SECRET_H */
