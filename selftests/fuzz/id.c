// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/ike/id.c daemon/ike/id_text.c daemon/base/addr.c daemon/base/secret.c daemon/base/rd.c */
/* id.c - an identity of the network is printable and itself; as text it is the same again, if it is a text at all. */
#include <stdlib.h>

#include "base/rd.h"
#include "ike/id.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool plain(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || s.p[i] == '\\')
			return false;
	return true;
}

static void check(const struct id *id)
{
	char text[ID_TEXT], small[9];
	const char *why = "", *p;
	struct id back;

	for (p = id_text(id, text, sizeof(text)); *p; p++)
		if (*p < ' ' || *p > '~')
			abort();
	id_text(id, small, sizeof(small));
	if (!id_equal(id, id) || id_match(id, id) != 4)
		abort();
	if (id->type == ID_T_IPV4 || id->type == ID_T_IPV6 ||
	    id->type == ID_T_KEYID ||
	    (id->type == ID_T_FQDN && plain(id_octets(id)) && id->b[0] != '#' &&
	     id->b[0] != '@'))
		if (!id_from_text(text, &back, &why) || !id_equal(id, &back))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rd r = rd_of(span_of(data, size));
	uint8_t type = rd_u8(&r);
	struct span a = rd_span(&r, rd_u8(&r)), b = rd_rest(&r);
	char text[600];
	const char *why = NULL;
	struct id x, y;

	if (id_from_octets(type, a, &x))
		check(&x);
	if (id_from_octets(type, b, &y))
		check(&y);
	if (x.type && y.type && id_equal(&x, &y) != id_equal(&y, &x))
		abort();
	if (size < sizeof(text)) {
		memcpy(text, data, size);
		text[size] = '\0';
		if (!id_from_text(text, &x, &why) && !why)
			abort();
	}
	return 0;
}
