// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/text.c daemon/base/secret.c daemon/base/secret_heap.c daemon/base/mem.c daemon/base/datum.c daemon/base/rd.c
 * daemon/base/wr.c daemon/base/reason.c daemon/base/addr.c daemon/crypto/ daemon/ike/msg.c daemon/ike/notify.c
 * daemon/ike/pl_sa.c daemon/ike/pl_id.c daemon/ike/pl_ts.c daemon/ike/pl_misc.c daemon/ike/offer.c daemon/ike/ts.c
 * daemon/ike/id.c daemon/ike/id_text.c daemon/ike2/sk.c
 */
/* sk_open.c - any octets as an Encrypted payload, and under the right ICV; a refused one has not changed. */
#include <stdlib.h>
#include <string.h>

#include "ike2/sk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t suites[][3] = { { 20, 256, 0 }, { 28, 0, 0 }, { 12, 128, 12 }, { 13, 128, 14 }, { 3, 0, 1 } };
	struct aead_key k = { .sent = 0 };
	const char *why;
	struct span plain, aad = span_text("header");
	uint8_t *b = malloc(size + AEAD_ICV_MAX), *before = malloc(size + 1);
	size_t n;

	if (!size) {
		free(before);
		free(b);
		return 0;
	}
	if (!aead_suite(&k.suite, suites[*data % 5][0], suites[*data % 5][1], suites[*data % 5][2], &why))
		abort();
	n = --size;
	memcpy(b, data + 1, n);
	memcpy(before, b, n);
	if (sk_open(&k, aad, b, n, &plain) == R_NONE)
		abort(); /* nobody guesses an ICV */
	if (memcmp(b, before, n) != 0)
		abort();
	n = n < k.suite.iv ? 0 : (n - k.suite.iv) / k.suite.block * k.suite.block;
	if (n) {
		aead_seal(&k, aad, b + k.suite.iv, n);
		if (sk_open(&k, aad, b, k.suite.iv + n + k.suite.icv, &plain) == R_NONE && plain.n >= n)
			abort();
	}
	free(before);
	free(b);
	return 0;
}
