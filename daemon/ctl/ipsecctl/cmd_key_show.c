// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_key_show.c - showhostkey: the public key of this host, in the forms that others read. */
#include "ctl.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/addr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "conf/secrets.h"
#include "key_pick.h"
#include "keytext.h"

#define TXT_STRING 255 /* octets of one string of a TXT record */
#define PRECEDENCE 10 /* OE-30 */
#define OLD_DAYS 730 /* SEC-35 */

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

/* Two options of DHCP that WAVEsec has taken for itself, and the rest of a KEY record in the first. */
static void print_dhclient(const struct pubkey *pub)
{
	char *key = keytext_base64(pub);

	printf("option oe-key code 159 = string;\n"
	       "option oe-gateway code 160 = ip-address;\n"
	       "send oe-key = \"0x4200 4 1 %s\";\n",
	       key);
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

/* Days since then; 0: not even one, or nobody knows. */
static int days(int64_t made)
{
	int64_t now = (int64_t)(clock_unix_us() / 1000000);

	return made > 0 && made < now ? (int)((now - made) / 86400) : 0;
}

static void print_made(int64_t made)
{
	time_t at = (time_t)made;
	char date[32] = "";
	struct tm tm;

	if (!made || !gmtime_r(&at, &tm))
		return;
	strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	printf(", made %s%s", date,
	       days(made) > OLD_DAYS ? ", make another" : "");
}

static void print_list(const struct secrets *s)
{
	struct secrets_item item;
	size_t i, k;

	for (i = 0; secrets_item(s, i, &item); i++) {
		if (item.kind != SECRETS_KEY && item.kind != SECRETS_PIN)
			continue;
		printf("%s:%u: ", item.file, item.line);
		if (item.kind == SECRETS_PIN)
			printf("on a card, not used yet: %s", item.card);
		else
			print_comment(pkey_public(item.key), "");
		print_made(item.made);
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
			"ipsecctl: KEY and TXT records and --dhclient have no %s; --ipseckey has\n",
			pubkey_type_name(pub->type));
		return CTL_FAILED;
	} else if (ctl_has(ctl, FLAG_DHCLIENT)) {
		print_dhclient(pub);
	} else if (ctl_has(ctl, FLAG_TXT)) {
		print_txt(pub, host, ctl_value(ctl, FLAG_TXT));
	} else {
		print_key(pub, host);
	}
	return CTL_OK;
}

/* The command --------------------------------------------------------------------------------- */

static int show(const struct ctl *ctl, const struct secrets *s,
		const char *file)
{
	const struct secrets_item *item = key_pick(ctl, s, file);
	int code;

	if (!item)
		return CTL_FAILED;
	if (ctl_has(ctl, FLAG_LIST)) {
		print_list(s);
		return CTL_OK;
	}
	code = print_format(ctl, pkey_public(item->key));
	if (days(item->made) > OLD_DAYS)
		fprintf(stderr,
			"ipsecctl: this key is %d days old; 'ipsec newhostkey' makes another\n",
			days(item->made));
	return code;
}

static int check_txt(const char *txt, struct words *w)
{
	if (gateway_type(txt[0] == '@' ? txt + 1 : txt) == GATEWAY_BAD)
		return words_fail(
			w, w->n,
			"'%.64s': expected an address or @name after --txt",
			txt);
	if (txt[0] != '@' && gateway_type(txt) == GATEWAY_NAME)
		return words_fail(w, w->n,
				  "'%.64s': a name begins with '@' after --txt",
				  txt);
	return 0;
}

static size_t count_formats(const struct ctl *ctl)
{
	static const enum ctl_flag formats[] = { FLAG_LEFT,	FLAG_RIGHT,
						 FLAG_KEY,	FLAG_TXT,
						 FLAG_IPSECKEY, FLAG_DHCLIENT,
						 FLAG_PEM,	FLAG_LIST };
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
		return words_fail(
			w, w->n,
			"expected one of --left, --right, --key, --txt, --ipseckey, --dhclient, --pem, --list");
	if (gateway && !ctl_has(ctl, FLAG_IPSECKEY))
		return words_fail(w, w->n, "--gateway is for --ipseckey");
	if (gateway && gateway_type(gateway) == GATEWAY_BAD)
		return words_fail(
			w, w->n,
			"'%.64s': expected an address or a name after --gateway",
			gateway);
	return txt ? check_txt(txt, w) : 0;
}

int cmd_showhostkey(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	const char *file;
	struct secrets *s;
	int code;

	(void)cmd;
	if (check(ctl, w))
		return ctl_usage(w);
	s = key_secrets(ctl, &file);
	code = show(ctl, s, file);
	secrets_free(s);
	return code;
}
