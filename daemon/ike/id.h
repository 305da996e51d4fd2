/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * id.h - who an end is: the identities of leftid=, of the ID payloads (RFC 7296 3.5), and whether one is the
 * other. An identity is a value; it owns its octets.
 */
#ifndef IKE_ID_H
#define IKE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/span.h"

struct conf_id;

#define ID_MAX 512 /* octets; a longer one of a peer is malformed */
#define ID_TEXT 1100 /* room for any as text */

enum id_type { /* of the wire; 0 is ours alone */
	       ID_T_NONE, /* none: nothing is known */
	       ID_T_IPV4 = 1,
	       ID_T_FQDN = 2,
	       ID_T_RFC822 = 3,
	       ID_T_IPV6 = 5,
	       ID_T_DN = 9, /* DER of a Name */
	       ID_T_GN = 10, /* DER of a GeneralName */
	       ID_T_KEYID = 11,
	       ID_T_NULL = 13, /* RFC 7619 */
	       ID_T_ANY = 255, /* %any of a configuration; never sent */
};

struct id {
	uint8_t type; /* enum id_type, or what the peer sent */
	uint16_t len;
	uint8_t b[ID_MAX];
};

/*
 * How DNs become text and DER: by GnuTLS, which the engine does not know. main.c (and tests) give it once;
 * until then a DN of the configuration is refused, and one of the peer is shown in hexadecimal.
 */
struct id_dn {
	size_t (*from_text)(const char *text, uint8_t *der, size_t room,
			    const char **why); /* 0: *why */
	bool (*to_text)(struct span der, char *text, size_t n);
	bool (*matches)(struct span pattern,
			struct span dn); /* "*" as a value of pattern is any */
};
void id_use_dn(const struct id_dn *dn);

/*
 * What the configuration says; of %myid, ID_NAME, %fromcert the caller has found out what it is, and passes
 * the address of the end (for no id at all: NULL conf) in own. False: not possible, with a fixed text in *why.
 */
bool id_from_conf(const struct conf_id *conf, const struct addr *own,
		  struct id *id, const char **why);
/* The same from text in the forms of leftid=, for tools and tests. */
bool id_from_text(const char *text, struct id *id, const char **why);
bool id_from_octets(uint8_t type, struct span octets,
		    struct id *id); /* false: too long, or no address */
struct id id_of_addr(const struct addr *a); /* len 0: ID_T_NONE */
struct span id_octets(const struct id *id);

/* The same identity, octet by octet; names of hosts in any case. */
bool id_equal(const struct id *a, const struct id *b);
/*
 * Whether an identity is what a configuration asks for: 0 no, otherwise the more the better: the same 4, a
 * DN, an @*.domain or a *@domain with wildcards 2, %any 1.
 */
unsigned int id_match(const struct id *want, const struct id *is);
/* As leftid= would have it: "@west.example.org", "192.0.2.1", "user@host", "C=DE, CN=west", "@#0a0b". Returns buf. */
const char *id_text(const struct id *id, char *buf, size_t n);
const char *id_type_name(uint8_t type); /* "FQDN", "unknown" */

#endif /* IKE_ID_H */
