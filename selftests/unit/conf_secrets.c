// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ conf/ */
/* conf_secrets.c - ipsec.secrets: what it may say, where errors are said to be, whose secret is found. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/secret.h"
#include "conf/secrets.h"
#include "memory.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define GOOD "\"Vq8#tz!Lw2@pRx9$mKc4\"" /* strong enough to be taken without a warning */
#define GOOD2 "\"Hn5%yB7^uJd3&sGf6*aZ\""
#define GOOD_TEXT "Vq8#tz!Lw2@pRx9$mKc4"
#define GOOD2_TEXT "Hn5%yB7^uJd3&sGf6*aZ"

/* An RSA key of 1024 bits, for tests only. */
#define RSA_NUMBERS RSA_M RSA_E RSA_D RSA_P RSA_Q RSA_1 RSA_2 RSA_C
#define RSA_FIELDS "	# RSA 1024 bits\n	#pubkey=0sAQ...\n" RSA_NUMBERS
#include "entries.h"
#include "rsa_key.h"

/* Notes --------------------------------------------------------------------------------------- */

static struct {
	enum secrets_severity severity;
	unsigned int line, column;
	char file[256], text[512], hint[256];
} notes[64];
static size_t nnotes;

static void take_note(void *arg, const struct secrets_note *note)
{
	(void)arg;
	if (nnotes == N(notes))
		return;
	notes[nnotes].severity = note->severity;
	notes[nnotes].line = note->line;
	notes[nnotes].column = note->column;
	snprintf(notes[nnotes].file, sizeof(notes[0].file), "%s", note->file);
	snprintf(notes[nnotes].text, sizeof(notes[0].text), "%s", note->text);
	snprintf(notes[nnotes++].hint, sizeof(notes[0].hint), "%s", note->hint ? note->hint : "");
}

static size_t count(enum secrets_severity severity)
{
	size_t n = 0, i;

	for (i = 0; i < nnotes; i++)
		n += notes[i].severity == severity;
	return n;
}

static void show_notes(void)
{
	size_t i;

	for (i = 0; i < nnotes; i++)
		print_message("# %s:%u:%u: %s (%s)\n", notes[i].file, notes[i].line, notes[i].column,
			      notes[i].text, notes[i].hint);
}

static size_t resolve(void *arg, const char *name, char (*out)[ADDR_TEXT], size_t max)
{
	(void)arg;
	assert_true(max >= 2);
	if (strcmp(name, "two.example.com") != 0)
		return 0;
	strcpy(out[0], "192.0.2.1");
	strcpy(out[1], "192.0.2.2");
	return 2;
}

static struct secrets *fresh(void)
{
	const struct secrets_env env = { .report = take_note, .resolve = resolve };

	nnotes = 0;
	return secrets_new(&env);
}

static struct secrets *parse(const char *text)
{
	struct secrets *s = fresh();
	size_t n = strlen(text);
	char *copy = malloc(n + 1); /* exactly: what reads beyond it is found */

	memcpy(copy, text, n + 1);
	secrets_parse(s, "f", copy, n);
	free(copy);
	return s;
}

/* Grammar ------------------------------------------------------------------------------------- */

static const struct {
	const char *id, *text;
	size_t entries;
} good[] = {
	{ "SEC-02", "", 0 },
	{ "SEC-06", "# nothing\n\t# at all\n   \n#", 0 },
	{ "SEC-03", ": PSK " GOOD "\n", 1 },
	{ "SEC-03", "10.0.0.1 11.0.0.1 : PSK " GOOD, 1 },
	{ "SEC-04", "10.0.0.1\n 11.0.0.1\n\t:\n PSK\n   " GOOD "\n", 1 },
	{ "SEC-05", "10.0.0.1 11.0.0.1: PSK " GOOD "\n", 1 },
	{ "SEC-05", "10.0.0.1 11.0.0.1:\n\tPSK " GOOD "\n", 1 },
	{ "SEC-05", "::1 2001:db8::1: PSK " GOOD "\n:: fe80:: : PSK " GOOD "\n", 2 },
	{ "SEC-06", "10.0.0.1 # us\n # them\n 11.0.0.1 : PSK " GOOD " # end\n", 1 },
	{ "SEC-07", "10.0.0.1 @west.example.com : PSK " GOOD "\n@a fred@example.com : PSK " GOOD "\n", 2 },
	{ "SEC-07 MAG-03", "%any 10.0.0.1 : PSK " GOOD "\n%any6 ::1 : PSK " GOOD "\n", 2 },
	{ "SEC-07", "two.example.com : PSK " GOOD "\n", 1 },
	{ "SEC-07", "\"C=CH, O=Strong, CN=west\" @east : PSK " GOOD "\n", 1 },
	{ "SEC-08", ": psk " GOOD "\n@a : Psk " GOOD "\n@b: pSK " GOOD "\n", 3 },
	{ "SEC-08", "10.0.0.1 11.0.0.1 : " GOOD "\n", 1 },
	{ "SEC-08", "10.0.0.1 11.0.0.1 " GOOD "\n", 1 },
	{ "SEC-08", GOOD "\n", 1 },
	{ "SEC-08", ": 0x0123456789abcdeffedcba9876543210\n", 1 },
	{ "SEC-09", ": PSK 0x01234567_89abcdef_fedcba98_76543210\n", 1 },
	{ "SEC-09", ": PSK 0saDnbGJvHkqPzkXr4mQe0sA==\n", 1 },
	{ "SEC-09", ": PSK 0tVq8#tz!Lw2@pRx9$mKc4\n", 1 },
	{ "SEC-09", ": PSK 'Vq8#tz!Lw2@p\"Rx9$mKc4'\n", 1 },
	{ "SEC-10", ": RSA {\n" RSA_FIELDS "\t}\n", 1 },
	{ "SEC-10", "@west: rsa\t{\n" RSA_FIELDS "\t}\n# do not change the indenting of that \"}\"\n", 1 },
	{ "SEC-13", "carol : XAUTH \"x\"\ncarol@example.com : EAP \"y\"\n: NTLM 0x00\n@a @b : PPK 0x01\n", 4 },
	{ "SEC-13", ": PIN %smartcard 1234\n@a : PIN %smartcard1@opensc:45 \"0042\"\n: BLISS key.der\n", 2 },
	{ "SEC-05", ": PSK " GOOD "\r\n@a : PSK " GOOD "\r\n", 2 },
};

/* SEC-13: what a smart card is called, and its PIN, are kept. */
static void test_card(void **state)
{
	struct secrets *s = parse("@west : PIN %smartcard1@opensc:45 1234\n");
	struct secrets_item item;

	(void)state;
	assert_true(secrets_item(s, 0, &item));
	assert_int_equal(item.kind, SECRETS_PIN);
	assert_string_equal(item.card, "%smartcard1@opensc:45");
	assert_int_equal(item.n, 4);
	assert_memory_equal(item.octets, "1234", 4);
	assert_int_equal(count(SECRETS_WARNING), 1);
	secrets_free(s);
	assert_int_equal(secret_in_use(), 0);
}

/* SEC-35: when a key was made, as rsasigkey says in its comment; of another comment nothing is believed. */
static void test_made(void **state)
{
	static const struct {
		const char *comment;
		int64_t made;
	} cases[] = {
		{ "\t# RSA 1024 bits   xy.example.com   Sat Apr 15 13:53:22 2000\n", 955806802 },
		{ "\t# RSA 1024 bits   xy   Fri Nov 24 16:12:00 UTC 2026\n", 1795536720 },
		{ "\t# RSA 1024 bits   xy   Sat Apr 15 2000\n", 0 },
		{ "\t# RSA 1024 bits   xy   Apr 15 13:53:22\n", 0 },
		{ "\t# RSA 1024 bits   xy   Apr 15 13:53:22 20001\n", 0 },
		{ "\t# RSA\n", 0 },
		{ "# RSA 1024 bits   xy   Sat Apr 15 13:53:22 2000\n", 0 },
		{ "\t# made   Sat Apr 15 13:53:22 2000\n", 0 },
		{ "", 0 },
	};
	struct secrets_item item;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		char text[4096];
		struct secrets *s;

		snprintf(text, sizeof(text), ": RSA {\n%s" RSA_NUMBERS "\t}\n@b : RSA {\n" RSA_NUMBERS "\t}\n", cases[i].comment);
		s = parse(text);
		assert_true(secrets_item(s, 0, &item));
		assert_int_equal(item.made, cases[i].made);
		assert_true(secrets_item(s, 1, &item));
		assert_int_equal(item.made, 0); /* it is not that of the key before */
		secrets_free(s);
	}
}

static void test_good(void **state)
{
	struct secrets *s;
	size_t i;

	(void)state;
	for (i = 0; i < N(good); i++) {
		s = parse(good[i].text);
		if (count(SECRETS_ERROR) || entries(s) != good[i].entries) {
			print_message("# %s: %s", good[i].id, good[i].text);
			show_notes();
		}
		assert_int_equal(count(SECRETS_ERROR), 0);
		assert_int_equal(entries(s), good[i].entries);
		secrets_free(s);
		assert_int_equal(secret_in_use(), 0);
	}
}

static const struct {
	const char *id, *text;
	unsigned int line, column;
	const char *said;
} bad[] = {
	{ "SEC-13", ": PIN\n", 1, 3, "expected %smartcard" },
	{ "SEC-13", ": PIN 1234\n", 1, 7, "expected %smartcard" },
	{ "SEC-13", ": PIN %smartcard:45\n", 1, 7, "expected a secret" },
	{ "SEC-13", ": PIN %smartcard:45 %prompt\n", 1, 21, "nobody can be asked for a PIN" },
	{ "SEC-13", ": PIN %smartcard:45 1234 5\n", 1, 26, "nothing is expected behind the PIN" },
	{ "SEC-04", " 10.0.0.1 : PSK " GOOD "\n", 1, 2, "begins with a blank" },
	{ "SEC-04", "# c\n\t: PSK " GOOD "\n", 2, 2, "begins with a blank" },
	{ "SEC-04", "10.0.0.1\n", 1, 1, "expected ':'" },
	{ "SEC-03", "10.0.0.1 11.0.0.1 PSK " GOOD "\n", 1, 19, "expected ':' before 'PSK'" },
	{ "SEC-03", "RSA {\n" RSA_FIELDS "\t}\n", 1, 1, "expected ':' before 'RSA'" },
	{ "SEC-03", "10.0.0.1 11.0.0.1 :\n", 1, 19, "expected a secret" },
	{ "SEC-03", "@a : PSK\n", 1, 6, "expected a secret" },
	{ "SEC-05", "10.0.0.1 :PSK " GOOD "\n", 1, 10, "blank behind ':'" },
	{ "SEC-05", ":PSK " GOOD "\n", 1, 1, "blank behind ':'" },
	{ "SEC-07", "%defaultroute : PSK " GOOD "\n", 1, 1, "no index" },
	{ "SEC-07", "@ : PSK " GOOD "\n", 1, 1, "no index" },
	{ "SEC-07", "@@ : PSK " GOOD "\n", 1, 1, "no index" },
	{ "SEC-07", "@. : PSK " GOOD "\n", 1, 1, "no index" },
	{ "SEC-07", "... : PSK " GOOD "\n", 1, 1, "no index" },
	{ "SEC-07", "fred@ : PSK " GOOD "\n", 1, 1, "no index" },
	{ "SEC-07", "\"\" : PSK " GOOD "\n", 1, 1, "no index" },
	{ "SEC-08", ": PKS " GOOD "\n", 1, 3, "did you mean PSK?" },
	{ "SEC-08", ": RSAA {\n", 1, 3, "did you mean RSA?" },
	{ "SEC-08", ": opensesame\n", 1, 3, "expected PSK, RSA" },
	{ "SEC-09", ": PSK opensesame\n", 1, 7, "expected a secret" },
	{ "SEC-09", ": PSK \"opensesame\n", 1, 7, "not closed" },
	{ "SEC-09", ": PSK \"opensesame\n more\"\n", 1, 7, "not closed" },
	{ "SEC-09", ": PSK \"open\"sesame\n", 1, 7, "blank is missing" },
	{ "SEC-09", ": PSK 0xabc\n", 1, 7, "hexadecimal" },
	{ "SEC-09", ": PSK 0xopensesame\n", 1, 7, "hexadecimal" },
	{ "SEC-09", ": PSK 0sabc\n", 1, 7, "base64" },
	{ "SEC-09", ": PSK " GOOD " opensesame\n", 1, 30, "nothing is expected" },
	{ "SEC-09", ": PSK \"\"\n", 1, 1, "empty" },
	{ "SEC-09", ": PSK 0x\n", 1, 1, "empty" },
	{ "SEC-10", ": RSA\n", 1, 3, "expected the name of a file" },
	{ "SEC-10", ": RSA {\n\t}\n", 2, 2, "expected 'Modulus:'" },
	{ "SEC-10", ": RSA {\n" RSA_FIELDS "}\n", 12, 1, "'}' in column 1" },
	{ "SEC-10", ": RSA {\n" RSA_FIELDS "\n", 11, RSA_C_COLUMN, "expected '}'" },
	{ "SEC-10", ": RSA {\n" RSA_FIELDS "\t} x\n", 12, 4, "nothing is expected" },
	{ "SEC-10", ": RSA {\n" RSA_E RSA_M RSA_D RSA_P RSA_Q RSA_1 RSA_2 RSA_C "\t}\n", 2, 2,
	  "expected 'Modulus:' and not 'PublicExponent:'" },
	{ "SEC-10", ": RSA {\n" RSA_M RSA_E RSA_D RSA_P RSA_Q RSA_1 RSA_C RSA_2 "\t}\n", 8, 2,
	  "expected 'Exponent2:' and not 'Coefficient:'" },
	{ "SEC-10", ": RSA {\n\tModulus 0xc5\n\t}\n", 2, 2, "expected ':' after 'Modulus'" },
	{ "SEC-10", ": RSA {\n\tModulus : 0xc5\n\t}\n", 2, 2, "expected ':' after 'Modulus'" },
	{ "SEC-10", ": RSA {\n\tModulus: c5\n\t}\n", 2, 11, "expected a secret" },
	{ "SEC-10", ": RSA {\n\tModulus: 0xc5\n\tPublicExponent: 0x3\n\t}\n", 3, 18, "hexadecimal" },
	{ "SEC-10", ": RSA {\n" RSA_M RSA_E RSA_D RSA_P RSA_P RSA_1 RSA_2 RSA_C "\t}\n", 6, 2, "and not 'Prime1:'" },
	{ "SEC-10", ": RSA {\n" RSA_M "\tPublicExponent: 0x05\n" RSA_D RSA_P RSA_Q RSA_1 RSA_2 RSA_C "\t}\n", 1, 7,
	  "do not belong together" },
	{ "SEC-10", ": RSA {\n" RSA_M "\tPublicExponent: 0x04\n" RSA_D RSA_P RSA_Q RSA_1 RSA_2 RSA_C "\t}\n", 1, 7,
	  "exponent" },
	{ "SEC-04", "}\n", 1, 1, "'}' in column 1" },
	{ "SEC-11", "include\n", 1, 1, "expected one name" },
	{ "SEC-11", "include a b\n", 1, 11, "expected one name" },
	{ "SEC-11", "include /nonexistent/f\n", 1, 9, "cannot be read" },
	{ "SEC-13", ": RSA /nonexistent/key.pem\n", 1, 7, "cannot be read" },
	{ "SEC-13", ": ECDSA\n", 1, 3, "name of a file after ECDSA" },
	{ "SEC-13", ": PKCS8 k.pem %prompt\n", 1, 15, "nobody can be asked" },
	{ "SEC-13", ": PKCS8 k.pem \"a\" \"b\"\n", 1, 19, "nothing is expected" },
	{ "SEC-13", "carol : XAUTH opensesame\n", 1, 15, "expected a secret" },
	{ "SEC-32", "10.0.0.1 11.0.0.1 : PSK \"jxTR1lnmSjuj33n4W51uTnjT\"\n", 1, 1, "sample" },
	{ "SEC-32", ": PSK \"secret shared by two hosts\"\n", 1, 1, "sample" },
	{ "SEC-32", ": PSK 0sv+NkxY9LLZvwj4qCC2o/gGrWDF2d21jL\n", 1, 1, "sample" },
	{ "SEC-32", ": PSK 0sFpZAZqEN6Ti9sqt4ZP5EWcqx\n", 1, 1, "sample" },
};

/* Each is one error, at its place; the good entry behind it is taken. */
static void test_bad(void **state)
{
	struct secrets *s;
	char text[8192];
	size_t i;

	(void)state;
	for (i = 0; i < N(bad); i++) {
		snprintf(text, sizeof(text), "%s@good : PSK " GOOD "\n", bad[i].text);
		s = parse(text);
		if (count(SECRETS_ERROR) != 1 || entries(s) != 1 || notes[0].line != bad[i].line ||
		    notes[0].column != bad[i].column || !strstr(notes[0].text, bad[i].said)) {
			print_message("# %s: %s", bad[i].id, bad[i].text);
			show_notes();
		}
		assert_int_equal(count(SECRETS_ERROR), 1);
		assert_int_equal(notes[0].line, bad[i].line);
		assert_int_equal(notes[0].column, bad[i].column);
		assert_non_null(strstr(notes[0].text, bad[i].said));
		assert_null(strstr(notes[0].text, "sesame")); /* no secret is repeated */
		assert_null(strstr(notes[0].hint, "sesame"));
		assert_int_equal(entries(s), 1);
		secrets_free(s);
		assert_int_equal(secret_in_use(), 0);
	}
}

static void test_zero_octet(void **state)
{
	static const char raw[] = ": PSK \"a\0b\"\n@a : PS\0K\n@good : PSK " GOOD "\n";
	char text[sizeof(raw)];
	struct secrets *s = fresh();

	(void)state;
	memcpy(text, raw, sizeof(raw));
	assert_int_equal(secrets_parse(s, "f", text, sizeof(raw) - 1), 2);
	assert_int_equal(entries(s), 1);
	secrets_free(s);
}

/* Whose secret -------------------------------------------------------------------------------- */

#define TIERS ": PSK \"none\"\n10.0.0.1 : PSK \"one\"\n10.0.0.1 11.0.0.1 : PSK \"two\"\n"

static const struct {
	const char *id, *text, *me, *peer;
	enum secrets_answer answer;
	const char *secret;
	unsigned int line;
} finds[] = {
	{ "SEC-20 ACC-30", TIERS, "10.0.0.1", "11.0.0.1", SECRETS_FOUND, "two", 3 },
	{ "SEC-26", TIERS, "11.0.0.1", "10.0.0.1", SECRETS_FOUND, "two", 3 },
	{ "SEC-20", TIERS, "10.0.0.1", "12.0.0.1", SECRETS_FOUND, "one", 2 },
	{ "SEC-20", TIERS, "12.0.0.1", "10.0.0.1", SECRETS_FOUND, "none", 1 },
	{ "SEC-20", TIERS, "10.0.0.1", NULL, SECRETS_FOUND, "one", 2 },
	{ "SEC-27", "10.0.0.1 11.0.0.1 : PSK \"x\"\n", "10.0.0.1", "12.0.0.1", SECRETS_NONE, NULL, 0 },
	{ "SEC-20", "11.0.0.1 : PSK \"x\"\n", "10.0.0.1", "11.0.0.1", SECRETS_NONE, NULL, 0 },
	{ "SEC-20", "10.0.0.1 11.0.0.1 : PSK \"x\"\n", "10.0.0.1", "10.0.0.1", SECRETS_NONE, NULL, 0 },
	{ "SEC-20", "10.0.0.1 11.0.0.1 : PSK \"x\"\n", "10.0.0.1", NULL, SECRETS_NONE, NULL, 0 },
	{ "SEC-20", "@a @b @c : PSK \"x\"\n", "@c", "@a", SECRETS_FOUND, "x", 1 },
	{ "SEC-20", "@a @b @c : PSK \"x\"\n", "@c", "@d", SECRETS_NONE, NULL, 0 },
	{ "SEC-20", "", "@c", "@d", SECRETS_NONE, NULL, 0 },
	{ "SEC-20", TIERS, "", "11.0.0.1", SECRETS_FOUND, "none", 1 },
	/* one that is not known yet, or has no line of its own */
	{ "SEC-23 SEC-25", "10.0.0.1 %any : PSK \"w\"\n", "10.0.0.1", "12.0.0.7", SECRETS_FOUND, "w", 1 },
	{ "SEC-24", "10.0.0.1 %any : PSK \"w\"\n", "10.0.0.1", "%any", SECRETS_FOUND, "w", 1 },
	{ "SEC-24", "10.0.0.1 %any : PSK \"w\"\n", "10.0.0.1", NULL, SECRETS_FOUND, "w", 1 },
	{ "SEC-07 LIT-21", "10.0.0.1 0.0.0.0 : PSK \"w\"\n", "10.0.0.1", NULL, SECRETS_FOUND, "w", 1 },
	{ "SEC-07", "10.0.0.1 %any : PSK \"w\"\n", "10.0.0.1", "0.0.0.0", SECRETS_FOUND, "w", 1 },
	{ "SEC-23", "10.0.0.1 %any : PSK \"w\"\n", "10.0.0.1", "2001:db8::7", SECRETS_NONE, NULL, 0 },
	{ "SEC-23", "::1 %any6 : PSK \"w\"\n", "::1", "2001:db8::7", SECRETS_FOUND, "w", 1 },
	{ "SEC-07", "::1 0::0 : PSK \"w\"\n", "::1", "2001:db8::7", SECRETS_FOUND, "w", 1 },
	{ "SEC-23", "::1 %any6 : PSK \"w\"\n", "::1", "12.0.0.7", SECRETS_NONE, NULL, 0 },
	{ "SEC-23", "::1 %any6 : PSK \"w\"\n", "::1", "%any", SECRETS_NONE, NULL, 0 },
	{ "SEC-23", "@gw %any : PSK \"w\"\n", "@gw", "@fred", SECRETS_FOUND, "w", 1 },
	{ "SEC-23", "10.0.0.1 %any : PSK \"w\"\n10.0.0.1 12.0.0.7 : PSK \"f\"\n", "10.0.0.1", "12.0.0.7",
	  SECRETS_FOUND, "f", 2 },
	{ "SEC-23", "10.0.0.1 %any : PSK \"w\"\n10.0.0.1 12.0.0.7 : PSK \"f\"\n", "10.0.0.1", "12.0.0.8",
	  SECRETS_FOUND, "w", 1 },
	{ "SEC-26", "10.0.0.1 %any : PSK \"w\"\n", "12.0.0.7", "10.0.0.1", SECRETS_FOUND, "w", 1 },
	{ "SEC-20", "10.0.0.1 %any : PSK \"a\"\n%any 11.0.0.1 : PSK \"b\"\n", "10.0.0.1", "11.0.0.1",
	  SECRETS_FOUND, "b", 2 },
	{ "SEC-20", "%any : PSK \"w\"\n: PSK \"n\"\n", "10.0.0.1", "11.0.0.1", SECRETS_FOUND, "w", 1 },
	{ "SEC-20", "%any : PSK \"w\"\n10.0.0.1 : PSK \"o\"\n", "10.0.0.1", "11.0.0.1", SECRETS_FOUND, "o", 2 },
	/* forms of one identity */
	{ "SEC-07", "@West.Example.COM @east : PSK \"x\"\n", "@west.example.com.", "@EAST", SECRETS_FOUND, "x", 1 },
	{ "SEC-07", "fred@Example.com @east : PSK \"x\"\n", "@east", "fred@example.COM", SECRETS_FOUND, "x", 1 },
	{ "SEC-07", "fred@example.com @east : PSK \"x\"\n", "@east", "Fred@example.com", SECRETS_NONE, NULL, 0 },
	{ "SEC-07", "@@fred@example.com @east : PSK \"x\"\n", "@east", "fred@example.com", SECRETS_FOUND, "x", 1 },
	{ "SEC-07", "2001:DB8:0:0::1 ::2 : PSK \"x\"\n", "2001:db8::1", "0::2", SECRETS_FOUND, "x", 1 },
	{ "SEC-07", "\"C=CH,  O=Strong , CN=w\" @east : PSK \"x\"\n", "c=ch, o=strong, cn=w", "@east",
	  SECRETS_FOUND, "x", 1 },
	{ "SEC-07", "two.example.com @east : PSK \"x\"\n", "192.0.2.2", "@east", SECRETS_FOUND, "x", 1 },
	{ "SEC-07", "two.example.com @east : PSK \"x\"\n", "@two.example.com", "@east", SECRETS_FOUND, "x", 1 },
	{ "SEC-07", "@two.example.com @east : PSK \"x\"\n", "192.0.2.2", "@east", SECRETS_NONE, NULL, 0 },
	{ "SEC-07", "@10.0.0.1 @east : PSK \"x\"\n", "10.0.0.1", "@east", SECRETS_NONE, NULL, 0 },
	/* equally good ones */
	{ "SEC-22", "@a @b : PSK \"x\"\n@b @a : PSK \"x\"\n", "@a", "@b", SECRETS_FOUND, "x", 1 },
	{ "SEC-22", "@a @b : PSK \"x\"\n@b @a : PSK \"y\"\n", "@a", "@b", SECRETS_CONFLICT, NULL, 1 },
	{ "SEC-22", "@a @b @c : PSK \"x\"\n@b @a : PSK \"y\"\n", "@a", "@b", SECRETS_CONFLICT, NULL, 1 },
	{ "SEC-22", "@a @b @c : PSK \"x\"\n@b @a : PSK \"y\"\n", "@a", "@c", SECRETS_FOUND, "x", 1 },
	{ "SEC-22", ": PSK \"x\"\n: PSK \"y\"\n", "@a", "@b", SECRETS_CONFLICT, NULL, 1 },
	{ "ACC-32", "@a 0.0.0.0 : PSK \"x\"\n@a %any : PSK \"y\"\n", "@a", NULL, SECRETS_CONFLICT, NULL, 1 },
	{ "ACC-32", "@a 0.0.0.0 : PSK \"x\"\n@a %any : PSK \"y\"\n", "@a", "12.0.0.7", SECRETS_CONFLICT, NULL, 1 },
	{ "ACC-32", "@a 0.0.0.0 : PSK \"x\"\n@a %any : PSK \"x\"\n", "@a", "12.0.0.7", SECRETS_FOUND, "x", 1 },
	/* others are no alternatives */
	{ "SEC-13", "@a : XAUTH \"x\"\n@a @b : EAP \"y\"\n", "@a", "@b", SECRETS_NONE, NULL, 0 },
};

static void test_find(void **state)
{
	struct secrets_found found;
	struct secrets *s;
	size_t i;

	(void)state;
	for (i = 0; i < N(finds); i++) {
		enum secrets_answer answer;

		s = parse(finds[i].text);
		answer = secrets_find_psk(s, finds[i].me, finds[i].peer, &found);
		if (answer != finds[i].answer)
			print_message("# %s: %s", finds[i].id, finds[i].text);
		assert_int_equal(answer, finds[i].answer);
		if (finds[i].secret) {
			assert_int_equal(found.n, strlen(finds[i].secret));
			assert_memory_equal(found.octets, finds[i].secret, found.n);
		}
		assert_int_equal(found.line, finds[i].line);
		secrets_free(s);
	}
}

static void test_explain(void **state)
{
	char text[SECRETS_TEXT];
	struct secrets_found found;
	struct secrets *s = parse("@a @b : PSK \"x\"\n@b @a : PSK \"y\"\n@a @c : PSK \"z\"\n");

	(void)state;
	/* ACC-31: at load, with both lines */
	assert_int_equal(count(SECRETS_ERROR), 1);
	assert_int_equal(notes[2].line, 2);
	assert_non_null(strstr(notes[2].text, "f line 1"));
	secrets_explain(secrets_find_psk(s, "@a", "@b", &found), &found, text);
	assert_non_null(strstr(text, "f:1 and f:2"));
	secrets_explain(secrets_find_psk(s, "@a", "@c", &found), &found, text);
	assert_non_null(strstr(text, "f:3"));
	/* SEC-27, ACC-29: names both */
	secrets_explain(secrets_find_psk(s, "@a", "@d", &found), &found, text);
	assert_non_null(strstr(text, "@a @d : "));
	secrets_explain(secrets_find_psk(s, "@a", NULL, &found), &found, text);
	assert_non_null(strstr(text, "@a (us) and %any (peer)"));
	secrets_free(s);
}

/* SEC-21: of several names of this host one is enough. */
static void test_find_key(void **state)
{
	struct secrets_found found;
	struct secrets *s = parse("@west @www.example.com 10.0.0.1 : RSA {\n" RSA_FIELDS "\t}\n");
	struct pubkey pub;
	const struct pkey *key;
	const char *why;

	(void)state;
	assert_int_equal(secrets_find_key(s, "@www.example.com", "@east", PUBKEY_RSA, &found), SECRETS_FOUND);
	key = found.key;
	assert_int_equal(pkey_public(key)->bits, 1024);
	assert_int_equal(secrets_find_key(s, "10.0.0.1", NULL, PUBKEY_RSA, &found), SECRETS_FOUND);
	assert_int_equal(secrets_find_key(s, "@east", "@west", PUBKEY_RSA, &found), SECRETS_NONE);
	assert_int_equal(secrets_find_key(s, "@west", "@east", PUBKEY_ED25519, &found), SECRETS_NONE);
	assert_int_equal(secrets_find_psk(s, "@west", "@east", &found), SECRETS_NONE);
	assert_int_equal(pubkey_from_text(&pub, RSA_PUBLIC, &why), 0);
	assert_ptr_equal(secrets_find_private(s, &pub), key);
	pub.b[pub.n - 1] ^= 2;
	assert_null(secrets_find_private(s, &pub));
	secrets_free(s);
}

/* Weak secrets -------------------------------------------------------------------------------- */

static void test_weak(void **state)
{
	static const struct {
		const char *id, *secret;
		bool weak;
	} cases[] = {
		{ "SEC-30", "\"x\"", true },
		{ "SEC-30", "\"password\"", true },
		{ "SEC-30", "\"Tr0ub4dor&3\"", true },
		{ "SEC-30", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", true },
		{ "SEC-30", "\"abcdefghijklmnopqrstuvwxyz0123456789\"", true },
		{ "SEC-30", "\"abababababababababababababababab\"", true },
		{ "SEC-30", "\"qazwqazwqazwqazwqazwqazwqazw\"", true },
		{ "SEC-30", "\"correct horse battery staple\"", true },
		{ "SEC-30", "\"12345678901234567890\"", true },
		{ "SEC-30", "0x0000000000000000000000000000000000000000", true },
		{ "SEC-30", "0x0123456789abcdef", true },
		{ "SEC-30", "\"ThisIsTheOfficeGateway2026\"", true },
		{ "SEC-30", GOOD, false },
		{ "SEC-30", "0x8f3a51c7d2e6094bb1785f23ac9de640", false },
		{ "SEC-30", "0sj1x2w5QZ9YbqkT4pXfHn0A==", false },
		{ "SEC-30", "\"8f3a51c7d2e6094bb1785f23ac9de640\"", false },
		{ "SEC-30", "\"R7xq2MvK9tZbW4nYc8Pd\"", false },
		{ "SEC-30", "\"thrice umbrella 7 copper vexing lagoon brisk anthem oxide plume\"", false },
	};
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		struct secrets *s;

		snprintf(text, sizeof(text), "@a @b : PSK %s\n", cases[i].secret);
		s = parse(text);
		if (count(SECRETS_WARNING) != cases[i].weak)
			print_message("# %s\n", text);
		assert_int_equal(count(SECRETS_ERROR), 0);
		assert_int_equal(count(SECRETS_WARNING), cases[i].weak);
		secrets_free(s);
	}
}

static void test_shared(void **state)
{
	struct secrets *s = parse("@a @b @c : PSK " GOOD "\n@gw %any : PSK " GOOD2 "\n@d @e : PSK " GOOD "\n");

	(void)state;
	assert_int_equal(nnotes, 1); /* SEC-31 */
	assert_int_equal(notes[0].line, 1);
	assert_non_null(strstr(notes[0].text, "3 identities"));
	secrets_check_warriors(s, "@gw", 1);
	secrets_check_warriors(s, "@a", 5);
	assert_int_equal(nnotes, 1);
	secrets_check_warriors(s, "@gw", 2);
	assert_int_equal(nnotes, 2);
	assert_int_equal(notes[1].line, 2);
	secrets_free(s);
	s = parse(": RSA {\n" RSA_FIELDS "\t}\n");
	assert_int_equal(count(SECRETS_WARNING), 1);
	assert_non_null(strstr(notes[0].text, "1024 bits is weak"));
	secrets_free(s);
}

/* Limits -------------------------------------------------------------------------------------- */

static void test_limits(void **state)
{
	size_t room = 100000, n = 0, i;
	char *text = malloc(room);
	struct secrets *s;

	(void)state;
	for (i = 0; i < 64; i++)
		n += (size_t)snprintf(text + n, room - n, "@h%zu ", i);
	snprintf(text + n, room - n, ": PSK " GOOD "\n");
	s = parse(text);
	assert_int_equal(count(SECRETS_ERROR), 0);
	secrets_free(s);
	snprintf(text + n, room - n, "@more : PSK " GOOD "\n");
	s = parse(text);
	assert_int_equal(count(SECRETS_ERROR), 1);
	assert_non_null(strstr(notes[0].text, "more than 64 indices"));
	secrets_free(s);

	for (i = 0; i < room - 1; i += 2) /* one entry of many words; said once, and the next is read */
		memcpy(text + i, "a ", 2);
	snprintf(text + 50000, room - 50000, "\n@good : PSK " GOOD "\n");
	s = parse(text);
	assert_int_equal(count(SECRETS_ERROR), 1);
	assert_non_null(strstr(notes[0].text, "more than 1024 words"));
	assert_int_equal(entries(s), 1);
	secrets_free(s);

	memset(text, 'a', room - 1); /* one word, as an index, a kind, a secret */
	text[room - 1] = '\0';
	s = parse(text);
	assert_int_equal(count(SECRETS_ERROR), 1);
	secrets_free(s);
	memcpy(text, ": PSK \"", 7);
	text[room - 2] = '"';
	s = parse(text);
	assert_int_equal(count(SECRETS_ERROR), 1);
	assert_non_null(strstr(notes[0].text, "at most 8192"));
	secrets_free(s);
	free(text);
}

/* 10 000 entries: linear, or this takes minutes. */
static void test_many(void **state)
{
	enum { ENTRIES = 10000 };
	size_t room = ENTRIES * 100, n = 0, i;
	char *text = malloc(room), peer[32];
	struct secrets_found found;
	struct secrets *s;
	clock_t began;

	(void)state;
	for (i = 0; i < ENTRIES; i++)
		n += (size_t)snprintf(text + n, room - n, "10.0.0.1 172.16.%zu.%zu : PSK \"%06zuq8#tz!Lw2@pRx9$mKc4\"\n",
				      i / 250, i % 250 + 1, i);
	s = fresh();
	began = clock();
	assert_int_equal(secrets_parse(s, "f", text, n), 0);
	assert_true(clock() - began < 5 * CLOCKS_PER_SEC); /* with sanitizers */
	assert_int_equal(entries(s), ENTRIES);
	for (i = 0; i < ENTRIES; i++) {
		snprintf(peer, sizeof(peer), "172.16.%zu.%zu", i / 250, i % 250 + 1);
		assert_int_equal(secrets_find_psk(s, "10.0.0.1", peer, &found), SECRETS_FOUND);
		assert_int_equal(found.line, i + 1);
	}
	secrets_free(s);
	/* the same identities, all different: each is a conflict, none is compared with all */
	for (n = 0, i = 0; i < ENTRIES; i++)
		n += (size_t)snprintf(text + n, room - n, "@a @b : PSK \"%06zuq8#tz!Lw2@pRx9$mKc4\"\n", i);
	s = fresh();
	assert_int_equal(secrets_parse(s, "f", text, n), ENTRIES - 1);
	secrets_free(s);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good), cmocka_unit_test(test_card), cmocka_unit_test(test_made),	 cmocka_unit_test(test_bad),	  cmocka_unit_test(test_zero_octet),
		cmocka_unit_test(test_find),	 cmocka_unit_test(test_explain), cmocka_unit_test(test_find_key),
		cmocka_unit_test(test_weak),	 cmocka_unit_test(test_shared),  cmocka_unit_test(test_limits),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("conf_secrets", tests, NULL, NULL);
}
