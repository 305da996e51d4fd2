// SPDX-License-Identifier: GPL-2.0-or-later
/* rand.c - random octets. */
#include "crypto/rand.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

void rand_octets(void *p, size_t n)
{
	uint8_t *to = p;

	while (n) {
		ssize_t got = getrandom(to, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			perror("no random numbers");
			abort();
		}
		to += got;
		n -= (size_t)got;
	}
}
