// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_key_show.c - showhostkey: the public key of this host, in the forms that others read. */
#include "ctl.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/addr.h"
#include "base/mem.h"
#include "conf/secrets.h"
#include "keytext.h"

#define SECRETS "/etc/ipsec.secrets"
#define TXT_STRING 255 /* octets of one string of a TXT record */
#define PRECEDENCE 10 /* OE-30 */

static void tell(void *arg, const struct secrets_note *note)
{
	const struct ctl *ctl = arg;

	if (note->severity == SECRETS_WARNING && !ctl_has(ctl, FLAG_VERBOSE))
		return;
	fprintf(stderr, "ipsecctl: %s:", note->file);
	if (note->line)
		fprintf(stderr, "%u:%u:", note->line, note->column);
	fprintf(stderr, " %s%s%s\n", note->text, note->hint ? "; " : "",
		note->hint ? note->hint : "");
}

/* Gateways ------------------------------------------------------------------------------------ */

enum gateway_type {
	GATEWAY_NONE,
	GATEWAY_IPV4,
	GATEWAY_IPV6,
	GATEWAY_NAME,
	GATEWAY_BAD
}; /* RFC 4025 2.3 */

/* OE-26: an address other than that of nobody, or a name. */
static enum gateway_type gateway_type(const char *text)
{
	static const uint8_t zero[16];
	uint8_t b[16];
	int n = addr_parse(text, b);
	size_t i;

	if (n > 0 && !memcmp(b, zero, (size_t)n))
		return GATEWAY_BAD;
	if (n > 0)
		return n == 4 ? GATEWAY_IPV4 : GATEWAY_IPV6;
	for (i = 0; text[i]; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr("-._", text[i]))
			return GATEWAY_BAD;
	return i && i < 250 ? GATEWAY_NAME : GATEWAY_BAD;
}

/* Formats ------------------------------------------------------------------------------------- */

/* What IPSECKEY calls the algorithm: RFC 4025, 8005, 9373. */
static unsigned int ipseckey_algorithm(enum pubkey_type type)
{
	switch (type) {
	case PUBKEY_RSA:
		return 2;
	case PUBKEY_ECDSA:
		return 3;
	case PUBKEY_ED25519:
	case PUBKEY_ED448:
		break;
	}
	return 4;
}

static void print_ipseckey(const struct pubkey *pub, const char *host,
			   const char *gateway)
{
	enum gateway_type type = gateway ? gateway_type(gateway) : GATEWAY_NONE;
	char *key = keytext_base64(pub);
	bool dot = type == GATEWAY_NAME && gateway[strlen(gateway) - 1] != '.';

	printf("%s.\tIN\tIPSECKEY\t( %d %d %u %s%s %s )\n", host, PRECEDENCE,
	       (int)type, ipseckey_algorithm(pub->type),
	       gateway ? gateway : ".", dot ? "." : "", key);
	free(key);
}

/* OE-25, OE-27: strings of at most 255 octets, put together without anything between them. */
static void print_txt(const struct pubkey *pub, const char *host,
		      const char *gateway)
{
	char *key = keytext_base64(pub);
	const char *p = key;
	size_t room = TXT_STRING - 1; /* a blank before the key */

	printf("%s.\tIN\tTXT\t\"X-IPsec-Server(%d)=%s\" \" ", host, PRECEDENCE,
	       gateway);
	while (strlen(p) > room) {
		printf("%.*s\" \"", (int)room, p);
		p += room;
		room = TXT_STRING;
	}
	printf("%s\"\n", p);
	free(key);
}

static void print_key(const struct pubkey *pub, const char *host)
{
	char *key = keytext_base64(pub);

	/* flags: for a host, for authentication; protocol IPsec; algorithm RSA (OE-29) */
	printf("%s.\tIN\tKEY\t0x4200 4 1 %s\n", host, key);
	free(key);
}

/* The text between the first and the last line of PEM, in one piece. */
static char *pem_body(const char *pem)
{
	const char *p = strchr(pem, '\n');
	char *body = mem_text(p ? p : "", p ? strlen(p) : 0);
	char *to = body;

	for (p = body; *p && *p != '-'; p++)
		if (*p != '\n')
			*to++ = *p;
	*to = '\0';
	return body;
}

static void print_comment(const struct pubkey *pub, const char *lead)
{
	uint8_t digest[32];
	char id[PUBKEY_KEYID];
	size_t i;

	pubkey_fingerprint(pub, digest);
	printf("%s%s %u bits, key id %s, sha256:", lead,
	       pubkey_type_name(pub->type), pub->bits, pubkey_id(pub, id));
	for (i = 0; i < sizeof(digest); i++)
		printf("%02x", digest[i]);
}

static void print_side(const struct pubkey *pub, const char *side)
{
	char *key = keytext_base64(pub);
	char *pem = pubkey_to_pem(pub);
	char *body = pem_body(pem);

	print_comment(pub, "\t# ");
	if (pub->type == PUBKEY_RSA)
		printf("\n\t%srsasigkey=0s%s\n", side, key);
	else
		printf("\n\t%ssigkey=0s%s\n", side, body);
	free(body);
	free(pem);
	free(key);
}

static void print_list(const struct secrets *s)
{
	struct secrets_item item;
	size_t i, k;

	for (i = 0; secrets_item(s, i, &item); i++) {
		if (item.kind != SECRETS_KEY)
			continue;
		printf("%s:%u: ", item.file, item.line);
		print_comment(pkey_public(item.key), "");
		printf("%s", item.ids ? ", for" : "");
		for (k = 0; k < item.ids; k++)
			printf(" %s", secrets_item_id(s, i, k));
		printf("\n");
	}
}

static int print_format(const struct ctl *ctl, const struct pubkey *pub)
{
	char host[KEYTEXT_HOST];
	char *pem;

	keytext_host(ctl_value(ctl, FLAG_HOSTNAME), host);
	if (ctl_has(ctl, FLAG_LEFT) || ctl_has(ctl, FLAG_RIGHT)) {
		print_side(pub, ctl_has(ctl, FLAG_LEFT) ? "left" : "right");
	} else if (ctl_has(ctl, FLAG_IPSECKEY)) {
		print_ipseckey(pub, host, ctl_value(ctl, FLAG_GATEWAY));
	} else if (ctl_has(ctl, FLAG_PEM)) {
		pem = pubkey_to_pem(pub);
		printf("%s", pem);
		free(pem);
	} else if (pub->type != PUBKEY_RSA) {
		fprintf(stderr,
			"ipsecctl: KEY and TXT records have no %s; --ipseckey has\n",
			pubkey_type_name(pub->type));
		return CTL_FAILED;
	} else if (ctl_has(ctl, FLAG_TXT)) {
		print_txt(pub, host, ctl_value(ctl, FLAG_TXT));
	} else {
		print_key(pub, host);
	}
	return CTL_OK;
}

/* Which key ----------------------------------------------------------------------------------- */

static bool type_fits(const struct ctl *ctl, enum pubkey_type type)
{
	const char *wanted = ctl_value(ctl, FLAG_TYPE);

	return !wanted || !strcasecmp(wanted, pubkey_type_name(type));
}

/* The first key without an index, else the first. */
static const struct pkey *first_key(const struct ctl *ctl,
				    const struct secrets *s)
{
	const struct pkey *key = NULL;
	struct secrets_item item;
	size_t i;

	for (i = 0; secrets_item(s, i, &item); i++) {
		if (item.kind != SECRETS_KEY ||
		    !type_fits(ctl, pkey_public(item.key)->type))
			continue;
		if (!item.ids)
			return item.key;
		key = key ? key : item.key;
	}
	return key;
}

static const struct pkey *key_of(const struct ctl *ctl, const struct secrets *s,
				 const char *id)
{
	static const enum pubkey_type types[] = { PUBKEY_RSA, PUBKEY_ECDSA,
						  PUBKEY_ED25519,
						  PUBKEY_ED448 };
	struct secrets_found found;
	char text[SECRETS_TEXT];
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		enum secrets_answer answer = SECRETS_NONE;

		if (type_fits(ctl, types[i]))
			answer =
				secrets_find_key(s, id, NULL, types[i], &found);
		if (answer == SECRETS_FOUND)
			return found.key;
		if (answer == SECRETS_CONFLICT)
			fprintf(stderr, "ipsecctl: %s\n",
				secrets_explain(answer, &found, text));
	}
	return NULL;
}

static int show(const struct ctl *ctl, const struct secrets *s,
		const char *file)
{
	const char *id = ctl_value(ctl, FLAG_ID);
	const struct pkey *key = id ? key_of(ctl, s, id) : first_key(ctl, s);

	if (key && ctl_has(ctl, FLAG_LIST))
		print_list(s);
	else if (key)
		return print_format(ctl, pkey_public(key));
	if (key)
		return CTL_OK;
	fprintf(stderr,
		"ipsecctl: no private key%s%s in %s; 'ipsec newhostkey --output %s' makes one\n",
		id ? " of " : "", id ? id : "", file, file);
	return CTL_FAILED;
}

static int check_txt(const char *txt, struct words *w)
{
	if (gateway_type(txt[0] == '@' ? txt + 1 : txt) == GATEWAY_BAD)
		return words_fail(w, w->n, "'%.64s': expected an address or @name after --txt", txt);
	if (txt[0] != '@' && gateway_type(txt) == GATEWAY_NAME)
		return words_fail(w, w->n, "'%.64s': a name begins with '@' after --txt", txt);
	return 0;
}

static size_t count_formats(const struct ctl *ctl)
{
	static const enum ctl_flag formats[] = { FLAG_LEFT, FLAG_RIGHT, FLAG_KEY, FLAG_TXT,
						 FLAG_IPSECKEY, FLAG_PEM, FLAG_LIST };
	size_t i, n = 0;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		n += ctl_has(ctl, formats[i]);
	return n;
}

static int check(const struct ctl *ctl, struct words *w)
{
	const char *txt = ctl_value(ctl, FLAG_TXT);
	const char *gateway = ctl_value(ctl, FLAG_GATEWAY);

	if (words_peek(w))
		return words_fail(w, w->at, "nothing is expected here");
	if (count_formats(ctl) > 1)
		return words_fail(w, w->n, "expected one of --left, --right, --key, --txt, --ipseckey, --pem, --list");
	if (gateway && !ctl_has(ctl, FLAG_IPSECKEY))
		return words_fail(w, w->n, "--gateway is for --ipseckey");
	if (gateway && gateway_type(gateway) == GATEWAY_BAD)
		return words_fail(w, w->n, "'%.64s': expected an address or a name after --gateway", gateway);
	return txt ? check_txt(txt, w) : 0;
}

int cmd_showhostkey(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	const char *file =
		ctl_value(ctl, FLAG_FILE) ? ctl_value(ctl, FLAG_FILE) : SECRETS;
	const struct secrets_env env = { .report = tell, .arg = ctl };
	struct secrets *s;
	int code;

	(void)cmd;
	if (check(ctl, w))
		return ctl_usage(w);
	s = secrets_new(&env);
	secrets_load(s, file);
	code = show(ctl, s, file);
	secrets_free(s);
	return code;
}
