// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/secret.c daemon/base/secret_heap.c daemon/base/mem.c daemon/base/datum.c daemon/base/rd.c
 * daemon/base/wr.c daemon/base/reason.c daemon/base/arena.c daemon/base/addr.c daemon/crypto/ daemon/pki/
 */
/* x509.c - any octets as a certificate, a file of CAs or CRLs, a DN; nothing is believed by chance. */
#include <stdlib.h>
#include <string.h>

#include "pki/dn.h"
#include "pki/pki.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void as_dn(const uint8_t *data, size_t size)
{
	uint8_t der[DN_DER_MAX];
	char text[300], *in = memcpy(calloc(1, size + 1), data, size);
	const char *why;
	size_t n = dn_from_text(in, der, sizeof(der), &why);

	if (n && (!dn_equal(span_of(der, n), span_of(der, n)) || !dn_to_text(span_of(der, n), text, sizeof(text))))
		abort();
	dn_to_text(span_of(data, size), text, sizeof(text));
	free(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *why;
	struct x509 *c = x509_from_der(span_of(data, size), &why);
	struct pki *none = pki_new(), *some = pki_new();
	const struct pki_check check = { .now = 1780000000 };
	char text[300];

	pki_add_cas(some, span_of(data, size), &why);
	pki_add_crls(some, span_of(data, size), &why);
	as_dn(data, size);
	if (c) {
		const struct x509_id id = { 9, x509_subject_der(c) };

		x509_has_id(c, &id);
		x509_ids_text(c, text, sizeof(text));
		if (pki_judge(none, c, &check).reason == R_NONE)
			abort();
		pki_judge(some, c, &check);
	}
	x509_free(c);
	pki_free(none);
	pki_free(some);
	return 0;
}
