// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/secret.c daemon/base/secret_heap.c daemon/base/mem.c daemon/base/datum.c daemon/base/rd.c
 * daemon/base/wr.c daemon/base/reason.c daemon/crypto/ daemon/ike2/auth.c
 */
/* sig.c - any octets as AUTH of any method under a key of each kind, and as a public key: never accepted. */
#include <stdlib.h>

#include "ike2/auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct pubkey *key_of(size_t i)
{
	static struct pkey *keys[4];
	const char *why;

	if (!keys[0]) {
		keys[0] = pkey_generate(PUBKEY_RSA, 1024, 65537, &why);
		keys[1] = pkey_generate(PUBKEY_ECDSA, 256, 0, &why);
		keys[2] = pkey_generate(PUBKEY_ED25519, 256, 0, &why);
		keys[3] = pkey_generate(PUBKEY_ED448, 456, 0, &why);
	}
	return pkey_public(keys[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct auth_octets o = { .part = { span_text("octets") }, .n = 1 };
	struct auth_claim claim = { .hashes = AUTH_HASHES | AUTH_HASH(HASH_SHA1) };
	struct pubkey key;
	const char *why;
	size_t i;

	if (size < 2)
		return 0;
	sig_pubkey_from_spki(&key, span_of(data, size), &why);
	claim.method = data[0] % 16;
	claim.data = span_of(data + 1, size - 1);
	for (i = 0; i < 4; i++)
		if (auth_check(key_of(i), &claim, &o, NULL) == R_NONE)
			abort();
	return 0;
}
