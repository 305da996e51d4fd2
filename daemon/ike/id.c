// SPDX-License-Identifier: GPL-2.0-or-later
/* id.c - identities: of the configuration, as octets, compared. */
#include "ike/id.h"

#include <ctype.h>
#include <string.h>

#include "base/secret.h"
#include "conf/conf.h"
#include "ike/id_priv.h"

static const struct id_dn *dns;

void id_use_dn(const struct id_dn *dn)
{
	dns = dn;
}

const struct id_dn *id_dn(void)
{
	return dns;
}

static bool is_text(uint8_t type)
{
	return type == ID_T_FQDN || type == ID_T_RFC822;
}

/* A zero in a name would end it early for who takes it for a text. */
static bool octets_ok(uint8_t type, struct span s)
{
	switch (type) {
	case ID_T_IPV4:
		return s.n == 4;
	case ID_T_IPV6:
		return s.n == 16;
	case ID_T_FQDN:
	case ID_T_RFC822:
		return s.n && !memchr(s.p, '\0', s.n);
	case ID_T_NULL:
		return true;
	case ID_T_NONE:
	case ID_T_ANY:
		return false;
	default: /* of the wire, so anything may come */
		return s.n != 0;
	}
}

bool id_from_octets(uint8_t type, struct span octets, struct id *id)
{
	memset(id, 0, sizeof(*id));
	if (octets.n > ID_MAX || !octets_ok(type, octets))
		return false;
	id->type = type;
	id->len = (uint16_t)octets.n;
	if (octets.n)
		memcpy(id->b, octets.p, octets.n);
	return true;
}

struct id id_of_addr(const struct addr *a)
{
	struct id id = { .type = ID_T_NONE };

	if (a->len == 4 || a->len == 16)
		id_from_octets(a->len == 4 ? ID_T_IPV4 : ID_T_IPV6,
			       span_of(a->b, a->len), &id);
	return id;
}

struct span id_octets(const struct id *id)
{
	return span_of(id->b, id->len);
}

/* From the configuration ------------------------------------------------------------------------ */

static bool fail(struct id *id, const char **why, const char *text)
{
	memset(id, 0, sizeof(*id));
	*why = text;
	return false;
}

static bool from_name(uint8_t type, const char *text, struct id *id,
		      const char **why)
{
	return id_from_octets(type, span_text(text), id) ||
	       fail(id, why, "the identity is empty or too long");
}

static bool from_dn(const char *text, struct id *id, const char **why)
{
	uint8_t der[ID_MAX];
	size_t n;

	if (!dns)
		return fail(
			id, why,
			"distinguished names are not supported in this build");
	n = dns->from_text(text, der, sizeof(der), why);
	if (!n)
		return fail(id, why, *why);
	return id_from_octets(ID_T_DN, span_of(der, n), id) ||
	       fail(id, why, "the distinguished name is too long");
}

static bool from_addr(const struct addr *own, struct id *id, const char **why)
{
	*id = id_of_addr(own);
	return id->type != ID_T_NONE ||
	       fail(id, why, "the address of this end is not known yet");
}

bool id_from_conf(const struct conf_id *conf, const struct addr *own,
		  struct id *id, const char **why)
{
	if (!conf)
		return from_addr(own, id, why);
	switch (conf->kind) {
	case ID_ADDR:
		return id_from_octets(conf->len == 4 ? ID_T_IPV4 : ID_T_IPV6,
				      span_of(conf->b, conf->len), id) ||
		       fail(id, why, "expected an address");
	case ID_FQDN:
		return from_name(ID_T_FQDN, conf->text, id, why);
	case ID_USER:
		return from_name(ID_T_RFC822, conf->text, id, why);
	case ID_KEYID:
		return id_from_octets(ID_T_KEYID, span_of(conf->b, conf->len),
				      id) ||
		       fail(id, why, "the key id is empty or too long");
	case ID_DN:
		return from_dn(conf->text, id, why);
	case ID_ANY:
		memset(id, 0, sizeof(*id));
		id->type = ID_T_ANY;
		return true;
	case ID_NULL:
		return id_from_octets(ID_T_NULL, span_of(NULL, 0), id);
	case ID_NAME: /* FreeS/WAN looks it up: the identity is the address */
	case ID_MYID:
		return from_addr(own, id, why);
	case ID_FROMCERT:
		break;
	}
	return fail(
		id, why,
		"the identity is in the certificate, which is not read yet");
}

static bool from_key(const char *hex, struct id *id, const char **why)
{
	uint8_t b[ID_MAX];
	int n = secret_from_hex(hex, b, sizeof(b));

	if (n <= 0)
		return fail(id, why, "expected hexadecimal digits after @#");
	return id_from_octets(ID_T_KEYID, span_of(b, (size_t)n), id);
}

bool id_from_text(const char *text, struct id *id, const char **why)
{
	struct addr a = { .len = 0 };
	int n = addr_parse(text, a.b);

	if (n > 0) {
		a.len = (uint8_t)n;
		*id = id_of_addr(&a);
		return true;
	}
	if (!strcmp(text, "%any")) {
		memset(id, 0, sizeof(*id));
		id->type = ID_T_ANY;
		return true;
	}
	if (!strcmp(text, "%null"))
		return id_from_octets(ID_T_NULL, span_of(NULL, 0), id);
	if (!strncmp(text, "@#", 2))
		return from_key(text + 2, id, why);
	if (!strncmp(text, "@@", 2))
		return from_name(ID_T_RFC822, text + 2, id, why);
	if (text[0] == '@')
		return from_name(ID_T_FQDN, text + 1, id, why);
	if (strchr(text, '='))
		return from_dn(text, id, why);
	return from_name(strchr(text, '@') ? ID_T_RFC822 : ID_T_FQDN, text, id,
			 why);
}

/* Comparing ------------------------------------------------------------------------------------- */

static bool text_equal(struct span a, struct span b)
{
	size_t i;

	if (a.n != b.n)
		return false;
	for (i = 0; i < a.n; i++)
		if (tolower(a.p[i]) != tolower(b.p[i]))
			return false;
	return true;
}

/* Of an e-mail address only the part behind the last @ is a host. */
static struct span host_part(struct span s)
{
	size_t at = s.n;

	while (at && s.p[at - 1] != '@')
		at--;
	return span_of(s.p + at, s.n - at);
}

static bool mail_equal(struct span a, struct span b)
{
	struct span ha = host_part(a), hb = host_part(b);

	return text_equal(ha, hb) &&
	       span_equal(span_of(a.p, a.n - ha.n), span_of(b.p, b.n - hb.n));
}

bool id_equal(const struct id *a, const struct id *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == ID_T_FQDN)
		return text_equal(id_octets(a), id_octets(b));
	if (a->type == ID_T_RFC822)
		return mail_equal(id_octets(a), id_octets(b));
	if (a->type == ID_T_DN && dns)
		return dns->matches(id_octets(a), id_octets(b)) &&
		       dns->matches(id_octets(b), id_octets(a));
	return span_equal(id_octets(a), id_octets(b));
}

/* "*.example.org" stands for every name below, "*@example.org" for everybody there. */
static bool below(const struct id *want, const struct id *is)
{
	struct span w = id_octets(want), s = id_octets(is), tail;

	if (w.n < 3 || w.p[0] != '*' ||
	    w.p[1] != (want->type == ID_T_FQDN ? '.' : '@') || s.n < w.n)
		return false;
	tail = span_of(s.p + (s.n - (w.n - 1)), w.n - 1);
	return text_equal(span_of(w.p + 1, w.n - 1), tail);
}

unsigned int id_match(const struct id *want, const struct id *is)
{
	if (is->type == ID_T_NONE || is->type == ID_T_ANY)
		return 0;
	if (want->type == ID_T_ANY)
		return 1;
	if (id_equal(want, is))
		return 4;
	if (want->type != is->type)
		return 0;
	if (is_text(want->type) && below(want, is))
		return 2;
	return want->type == ID_T_DN && dns &&
			       dns->matches(id_octets(want), id_octets(is)) ?
		       2 :
		       0;
}
