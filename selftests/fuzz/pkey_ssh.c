// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/secret.c daemon/base/secret_heap.c daemon/base/mem.c daemon/base/datum.c daemon/crypto/pkey_ssh.c */
/* pkey_ssh.c - any octets as a key of OpenSSH: in the PEM that they are in, and around them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/datum.h"
#include "base/mem.h"
#include "crypto/pkey_ssh.h"

static void import(const void *p, size_t n)
{
	gnutls_x509_privkey_t x;

	if (gnutls_x509_privkey_init(&x) < 0)
		abort();
	if (pkey_ssh_is(p, n))
		pkey_ssh_import(x, p, n);
	gnutls_x509_privkey_deinit(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char begin[] = "-----BEGIN OPENSSH PRIVATE KEY-----", end[] = "-----END OPENSSH PRIVATE KEY-----";
	size_t room = sizeof(begin) + sizeof(end) + DATUM_BASE64(n);
	char *pem = mem_new(room), *at;

	import(p, n);
	at = pem + snprintf(pem, room, "%s", begin);
	datum_to_base64(p, n, at);
	at += strlen(at);
	snprintf(at, (size_t)(pem + room - at), "%s", end);
	import(pem, strlen(pem));
	free(pem);
	return 0;
}
