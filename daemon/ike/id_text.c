// SPDX-License-Identifier: GPL-2.0-or-later
/* id_text.c - identities for people, as leftid= would have them. */
#include "ike/id.h"

#include <stdio.h>
#include <string.h>

#include "ike/id_priv.h"

const char *id_type_name(uint8_t type)
{
	static const struct {
		uint8_t type;
		const char *name;
	} names[] = { { ID_T_NONE, "none" },
		      { ID_T_IPV4, "IPv4 address" },
		      { ID_T_FQDN, "FQDN" },
		      { ID_T_RFC822, "e-mail address" },
		      { ID_T_IPV6, "IPv6 address" },
		      { ID_T_DN, "DN" },
		      { ID_T_GN, "general name" },
		      { ID_T_KEYID, "key id" },
		      { ID_T_NULL, "null" },
		      { ID_T_ANY, "any" } };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == type)
			return names[i].name;
	return "unknown";
}

static void hex(const char *prefix, struct span s, char *buf, size_t n)
{
	size_t i, used;

	snprintf(buf, n, "%s", prefix);
	used = strlen(prefix);
	for (i = 0; i < s.n && used + 2 < n; i++, used += 2)
		snprintf(buf + used, n - used, "%02x", s.p[i]);
}

/* What is not a printable ASCII character as \xNN: the octets are the peer's. */
static void name(const char *prefix, struct span s, char *buf, size_t n)
{
	size_t i, used;

	snprintf(buf, n, "%s", prefix);
	used = strlen(prefix);
	for (i = 0; i < s.n && used + 4 < n; i++) {
		bool plain = s.p[i] > ' ' && s.p[i] < 0x7f && s.p[i] != '\\';

		used += (size_t)(plain ? snprintf(buf + used, n - used, "%c",
						  s.p[i]) :
					 snprintf(buf + used, n - used,
						  "\\x%02x", s.p[i]));
	}
}

const char *id_text(const struct id *id, char *buf, size_t n)
{
	struct span s = id_octets(id);
	char text[ADDR_TEXT], number[24];

	if (!n)
		return buf;
	buf[0] = '\0';
	switch (id->type) {
	case ID_T_NONE:
		snprintf(buf, n, "nobody");
		break;
	case ID_T_ANY:
		snprintf(buf, n, "%%any");
		break;
	case ID_T_NULL:
		snprintf(buf, n, "%%null");
		break;
	case ID_T_IPV4:
	case ID_T_IPV6:
		snprintf(buf, n, "%s", addr_print(s.p, s.n, text));
		break;
	case ID_T_FQDN:
		name("@", s, buf, n);
		break;
	case ID_T_RFC822:
		name(memchr(s.p, '@', s.n) ? "" : "@@", s, buf, n);
		break;
	case ID_T_KEYID:
		hex("@#", s, buf, n);
		break;
	case ID_T_DN:
		if (!id_dn() || !id_dn()->to_text(s, buf, n))
			hex("DN ", s, buf, n);
		break;
	default: /* of the wire */
		snprintf(number, sizeof(number), "type %u ", id->type);
		hex(number, s, buf, n);
		break;
	}
	return buf;
}
