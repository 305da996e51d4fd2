// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ daemon/net/ daemon/conn/manual.c daemon/conn/manual_sa.c daemon/conn/manual_policy.c daemon/conn/complain.c daemon/conn/place.c conf/ nl-proto/ daemon/ctl/ipsecctl/ daemon/ctl/client.c */
/* ipsecctl_key.c - the tools for keys, called as the program is: ranbits, rsasigkey, newhostkey, showhostkey. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <dirent.h>
#include <sys/stat.h>

#include "base/datum.h"
#include "call.h"
#include "conf/secrets.h"
#include "rsa_key.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* Words that are wrong ------------------------------------------------------------------------ */

static const struct {
	const char *id, *command, *said;
} wrong[] = {
	{ "CMD-36", "ranbits", "expected a number of bits" },
	{ "CMD-36", "ranbits 0", "multiple of 8" },
	{ "CMD-36", "ranbits 7", "multiple of 8" },
	{ "CMD-36", "ranbits 20008", "20000" },
	{ "CMD-36", "ranbits --bytes 2501", "20000" },
	{ "CMD-36", "ranbits 18446744073709551615", "20000" },
	{ "CMD-36", "ranbits --bytes 2305843009213693952", "20000" },
	{ "CMD-36", "ranbits x", "multiple of 8" },
	{ "CMD-36", "ranbits 8 8", "nothing is expected" },
	{ "CMD-36", "ranbits --pem 8", "'ranbits' has no such option" },
	{ "CMD-34", "rsasigkey", "expected the number of bits" },
	{ "CMD-34", "rsasigkey 2047", "multiple of 16" },
	{ "CMD-34", "rsasigkey 2056", "multiple of 16" },
	{ "CMD-34", "rsasigkey 1024", "--force" },
	{ "CMD-34", "rsasigkey --force 496", "multiple of 16" },
	{ "CMD-34", "rsasigkey 20016", "20000" },
	{ "CMD-34", "rsasigkey --exponent 4 2048", "odd number" },
	{ "CMD-34", "rsasigkey --exponent 1 2048", "odd number" },
	{ "CMD-34", "rsasigkey --bits 2048 2048", "nothing is expected" },
	{ "CMD-35", "newhostkey", "expected --output" },
	{ "CMD-35", "newhostkey --output", "--output" },
	{ "CMD-35", "newhostkey --output - --type dsa", "rsa, ecdsa" },
	{ "CMD-35", "newhostkey --output - --type ecdsa --bits 255",
	  "256, 384 or 521" },
	{ "CMD-35", "newhostkey --output - --type ed25519 --bits 512",
	  "has 256 bits" },
	{ "CMD-35", "newhostkey --output - 2048", "nothing is expected" },
	{ "CMD-33", "showhostkey --left --right", "expected one of" },
	{ "CMD-33", "showhostkey --txt", "--txt" },
	{ "OE-26", "showhostkey --txt 0.0.0.0", "address or @name" },
	{ "OE-26", "showhostkey --txt ::", "address or @name" },
	{ "OE-26", "showhostkey --txt @", "address or @name" },
	{ "OE-26", "showhostkey --txt @a\"b", "address or @name" },
	{ "OE-26", "showhostkey --txt gw.example.com", "begins with '@'" },
	{ "OE-43", "showhostkey --ipseckey --gateway 0.0.0.0",
	  "address or a name" },
	{ "OE-43", "showhostkey --gateway 10.0.0.1", "is for --ipseckey" },
	{ "CMD-33", "showhostkey x", "nothing is expected" },
	{ "CMD-33", "showhostkey --file $D/none", "cannot be read" },
	{ "ACC-33", "showhostkey --file $D/open", "chmod 600" },
	{ "CMD-33", "showhostkey --file $D/psk", "newhostkey" },
	{ "CMD-33", "showhostkey --file $D/west --id @east",
	  "no private key of @east" },
	{ "CMD-33", "showhostkey --file $D/west --type ed25519",
	  "no private key" },
	{ "CMD-35", "newhostkey --output $D/open --type ed25519", "chmod 600" },
	{ "CMD-35", "newhostkey --output $D/none/x --type ed25519",
	  "cannot write" },
	{ "CMD-35", "newhostkey --output $D/. --type ed25519", "cannot write" },
	{ "CMD-34", "rsasigkey --oldkey $D/west 2048",
	  "--oldkey takes no size" },
	{ "CMD-34", "rsasigkey --oldkey $D/west --bits 2048",
	  "--oldkey takes no size" },
	{ "CMD-34", "rsasigkey --oldkey $D/none", "cannot be read" },
	{ "CMD-34", "rsasigkey --oldkey $D/open", "chmod 600" },
	{ "CMD-34", "rsasigkey --oldkey $D/psk", "has no lines" },
	{ "CMD-34", "rsasigkey --oldkey $D/half", "has no lines" },
	{ "CMD-34", "rsasigkey --oldkey $D/other",
	  "not the product of its primes" },
	{ "CMD-34", "rsasigkey --oldkey $D/even", "make no key" },
	{ "CMD-33", "showhostkey --dhclient --txt 10.0.0.1",
	  "expected one of" },
	{ "SEC-33", "exportkey --file $D/west", "expected --output" },
	{ "SEC-33", "exportkey --file $D/west --output -", "only encrypted" },
	{ "SEC-33",
	  "exportkey --file $D/west --output - --passphrase f9e09d529f3567bf",
	  "expected file:PATH" },
	{ "SEC-33",
	  "exportkey --file $D/west --output - --passphrase file:$D/none",
	  "cannot be read" },
	{ "SEC-33", "exportkey --file $D/west --output - --passphrase fd:99",
	  "Bad file descriptor" },
	{ "SEC-33", "exportkey x", "nothing is expected" },
	{ "CMD-32", "showdefaults x", "nothing is expected" },
};

static void test_wrong(void **state)
{
	size_t i;

	(void)state;
	folder_put_mode(
		"open",
		": RSA {\n" RSA_M RSA_E RSA_D RSA_P RSA_Q RSA_1 RSA_2 RSA_C
		"\t}\n",
		0644);
	folder_put("psk", ": PSK \"Vq8#tz!Lw2@pRx9$mKc4\"\n");
	folder_put("west", "@west : RSA {\n" RSA_M RSA_E RSA_D RSA_P RSA_Q RSA_1
				   RSA_2 RSA_C "\t}\n");
	folder_put("half", RSA_M RSA_E RSA_P);
	folder_put("other", "\tModulus: 0x0f\n" RSA_E RSA_P RSA_Q);
	folder_put("even", RSA_E "\tPrime1: 0x10\n" RSA_Q);
	for (i = 0; i < N(wrong); i++) {
		int code = call(wrong[i].command);

		if (code != 1 || !strstr(err, wrong[i].said))
			print_message("# %s %s: %d, %s\n", wrong[i].id,
				      wrong[i].command, code, err);
		assert_int_equal(code, 1);
		assert_non_null(strstr(err, wrong[i].said));
		assert_string_equal(out, "");
		assert_null(strstr(err, "f9e09d529f3567bf")); /* of a prime */
	}
}

/* Keys that are made -------------------------------------------------------------------------- */

static void test_ranbits(void **state)
{
	static const struct {
		const char *command;
		size_t digits;
		bool underscores;
	} cases[] = {
		{ "ranbits 192", 48, true },
		{ "ranbits 128", 32, true },
		{ "ranbits --continuous 160", 40, false },
		{ "ranbits 160 --continuous --quick", 40, false },
		{ "ranbits --bytes 16", 32, true },
		{ "ranbits 8", 2, true },
		{ "ranbits 20000", 5000, true },
	};
	char before[sizeof(out)] = "";
	size_t i, k, digits;

	(void)state;
	for (i = 0; i < N(cases); i++) { /* ACC-58 */
		assert_int_equal(call(cases[i].command), 0);
		assert_memory_equal(out, "0x", 2);
		for (k = 2, digits = 0; out[k] != '\n'; k++) {
			bool here = cases[i].underscores && (k - 2) % 9 == 8;

			assert_int_equal(out[k] == '_', here);
			assert_true(here || (isxdigit((unsigned char)out[k]) &&
					     !isupper((unsigned char)out[k])));
			digits += !here;
		}
		assert_int_equal(digits, cases[i].digits);
		assert_int_equal(out[k + 1], '\0');
		assert_true(digits < 32 || strncmp(out, before, 20) != 0);
		memcpy(before, out, sizeof(out));
	}
}

static void test_rsasigkey(void **state)
{
	static char entry[sizeof(out) + 16];
	struct secrets *s;
	struct secrets_item item;
	const struct secrets_env env = { .report = NULL };
	struct pubkey_number e, m;
	struct pubkey pub;
	const char *why;
	char *mark;

	(void)state;
	assert_int_equal(
		call("rsasigkey --verbose --random /dev/urandom --rounds 30 --hostname west.example.com "
		     "--exponent 3 --force 1040"),
		0);
	assert_non_null(strstr(err, "1040 bits"));
	assert_non_null(strstr(out, "\t# RSA 1040 bits   west.example.com   "));
	/* LIT-22, LIT-34: between braces it is an entry, and the comment is the public key */
	snprintf(entry, sizeof(entry), ": RSA {\n%s\t}\n", out);
	s = secrets_new(&env);
	assert_int_equal(secrets_parse(s, "f", entry, strlen(entry)), 0);
	assert_true(secrets_item(s, 0, &item));
	mark = strstr(out, "#pubkey=0s");
	assert_non_null(mark);
	*strchr(mark, '\n') = '\0';
	assert_int_equal(
		pubkey_from_text(&pub, mark + strlen("#pubkey="), &why), 0);
	assert_true(pubkey_equal(&pub, pkey_public(item.key)));
	pubkey_rsa_numbers(&pub, &e, &m);
	assert_int_equal(e.n, 1);
	assert_int_equal(e.p[0], 3);
	assert_int_equal(m.n, 130);
	secrets_free(s);
	assert_int_equal(call("rsasigkey 2048"), 0);
	assert_non_null(strstr(out, "\n\tPublicExponent: 0x010001\n"));
	assert_string_equal(err, "");
}

/* CMD-34: an old key in today's form is the same key; what is not a line of it does not count. */
static void test_oldkey(void **state)
{
	struct pubkey want, pub;
	const char *why;
	char *mark;

	(void)state;
	folder_put("old", "# RSA 1024 bits, of old\nModulus 0x07\n" RSA_E
			  "\tnoise: 0x09\n" RSA_Q RSA_P "\tPrime1: 0x0b\n");
	assert_int_equal(
		call("rsasigkey --verbose --oldkey $D/old --hostname gw"), 0);
	assert_non_null(strstr(out, "\t# RSA 1024 bits   gw   "));
	assert_non_null(strstr(out, RSA_M));
	assert_non_null(strstr(out, RSA_P RSA_Q));
	assert_non_null(strstr(out, RSA_C));
	mark = strstr(out, "#pubkey=0s");
	assert_non_null(mark);
	*strchr(mark, '\n') = '\0';
	assert_int_equal(pubkey_from_text(&want, RSA_PUBLIC, &why), 0);
	assert_int_equal(
		pubkey_from_text(&pub, mark + strlen("#pubkey="), &why), 0);
	assert_true(pubkey_equal(&pub, &want));
}

static void check_private(const char *name)
{
	struct stat st;

	assert_int_equal(stat(folder_path(name), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void test_newhostkey(void **state)
{
	struct dirent *d;
	DIR *files;
	size_t n = 0;

	(void)state;
	umask(0);
	assert_int_equal(
		call("newhostkey --output $D/h.secrets --bits 2048 --quiet"),
		0);
	assert_string_equal(err, "");
	check_private("h.secrets");
	assert_int_equal(
		call("newhostkey --output $D/h.secrets --type ed25519"), 0);
	assert_non_null(strstr(err, "was there"));
	assert_int_equal(
		call("newhostkey --output $D/h.secrets --type ed25519 --quiet"),
		0);
	assert_string_equal(err, "");
	assert_int_equal(
		call("newhostkey --output $D/h.secrets --type ecdsa --bits 521"),
		0);
	check_private("h.secrets");
	check_private("ipsec.d/private/hostkey-ed25519.pem");
	check_private("ipsec.d/private/hostkey-ed25519-2.pem");
	check_private("ipsec.d/private/hostkey-ecdsa.pem");
	assert_int_equal(call("showhostkey --file $D/h.secrets --list"), 0);
	assert_non_null(strstr(out, "RSA 2048 bits, key id AwEAA"));
	assert_non_null(strstr(out, "ECDSA 521 bits"));
	files = opendir(folder_path("ipsec.d/private"));
	assert_non_null(files);
	while ((d = readdir(files)))
		n += d->d_name[0] != '.';
	closedir(files);
	assert_int_equal(n, 3); /* no half of a file is left */
	/* a last line without its end stays one line */
	folder_put("cut", "@a : PSK \"Vq8#tz!Lw2@pRx9$mKc4\"");
	assert_int_equal(call("newhostkey --output $D/cut --type ed25519"), 0);
	folder_get("cut", out, sizeof(out));
	assert_string_equal(
		out,
		"@a : PSK \"Vq8#tz!Lw2@pRx9$mKc4\"\n: PKCS8 hostkey-ed25519-3.pem\n");
	assert_int_equal(call("newhostkey --output - --type ed25519"), 0);
	assert_memory_equal(out, "-----BEGIN PRIVATE KEY-----\n", 28);
	assert_int_equal(call("newhostkey --output - --bits 2048"), 0);
	assert_memory_equal(out, ": RSA\t{\n", 8);
}

/* Public keys --------------------------------------------------------------------------------- */

/* ACC-59: each form gives the same key again. */
static void test_showhostkey(void **state)
{
	static const struct {
		const char *id, *command, *before, *after;
	} cases[] = {
		{ "ACC-59", "showhostkey --left --file $D/west",
		  "\n\tleftrsasigkey=", "\n" },
		{ "ACC-59", "showhostkey --right --file $D/west --id @west",
		  "\n\trightrsasigkey=", "\n" },
		{ "OE-29", "showhostkey --file $D/west --hostname gw",
		  "gw.\tIN\tKEY\t0x4200 4 1 ", "\n" },
		{ "OE-29", "showhostkey --file $D/west --key --hostname gw",
		  "gw.\tIN\tKEY\t0x4200 4 1 ", "\n" },
		{ "OE-43", "showhostkey --file $D/west --ipseckey",
		  "\tIN\tIPSECKEY\t( 10 0 2 . ", " )\n" },
		{ "OE-43",
		  "showhostkey --file $D/west --ipseckey --gateway 10.0.0.1",
		  "( 10 1 2 10.0.0.1 ", " )\n" },
		{ "OE-43",
		  "showhostkey --file $D/west --ipseckey --gateway ::1",
		  "( 10 2 2 ::1 ", " )\n" },
		{ "OE-43",
		  "showhostkey --file $D/west --ipseckey --gateway a.example",
		  "( 10 3 2 a.example. ", " )\n" },
	};
	struct pubkey want, pub;
	const char *why;
	size_t i;

	(void)state;
	assert_int_equal(pubkey_from_text(&want, RSA_PUBLIC, &why), 0);
	for (i = 0; i < N(cases); i++) {
		char text[4096], *p;

		assert_int_equal(call(cases[i].command), 0);
		p = strstr(out, cases[i].before);
		assert_non_null(p);
		p += strlen(cases[i].before);
		snprintf(text, sizeof(text), "%s%.*s",
			 strncmp(p, "0s", 2) ? "0s" : "",
			 (int)(strstr(p, cases[i].after) - p), p);
		assert_int_equal(pubkey_from_text(&pub, text, &why), 0);
		assert_true(pubkey_equal(&pub, &want));
	}
}

/* OE-25, OE-27: strings of at most 255 octets; joined, attribute, gateway, a blank and the key. */
static void test_txt(void **state)
{
	static const char *const gateways[] = { "10.0.0.1", "2001:db8::1",
						"@gw.example.com" };
	char command[128], joined[4096], want[4096];
	size_t i;

	(void)state;
	assert_int_equal(call("newhostkey --output $D/txt --bits 4096 --quiet"),
			 0);
	assert_int_equal(call("showhostkey --file $D/txt --left"), 0);
	for (i = 0; i < N(gateways); i++) {
		char *p, *end, *key;
		size_t n = 0, strings = 0;

		assert_int_equal(call("showhostkey --file $D/txt --left"), 0);
		key = strstr(out, "=0s") + 3;
		snprintf(want, sizeof(want), "X-IPsec-Server(10)=%s %.*s",
			 gateways[i], (int)(strchr(key, '\n') - key), key);
		snprintf(command, sizeof(command),
			 "showhostkey --file $D/txt --txt %s", gateways[i]);
		assert_int_equal(call(command), 0);
		for (p = strchr(out, '"'); p; p = strchr(end + 1, '"')) {
			end = strchr(p + 1, '"');
			assert_non_null(end);
			assert_true(end - p - 1 <= 255);
			memcpy(joined + n, p + 1, (size_t)(end - p - 1));
			n += (size_t)(end - p - 1);
			strings++;
		}
		joined[n] = '\0';
		assert_string_equal(joined, want);
		assert_int_equal(strings, 4);
	}
}

static void test_other_types(void **state)
{
	(void)state;
	assert_int_equal(
		call("showhostkey --file $D/h.secrets --type ed25519 --ipseckey"),
		0);
	assert_non_null(strstr(out, "( 10 0 4 . "));
	assert_int_equal(
		call("showhostkey --file $D/h.secrets --type ecdsa --ipseckey"),
		0);
	assert_non_null(strstr(out, "( 10 0 3 . "));
	assert_int_equal(
		call("showhostkey --file $D/h.secrets --type ecdsa --left"), 0);
	assert_non_null(strstr(out, "\tleftsigkey=0sM"));
	assert_int_equal(call("showhostkey --file $D/h.secrets --pem"), 0);
	assert_memory_equal(out, "-----BEGIN PUBLIC KEY-----\n", 27);
	assert_int_equal(
		call("showhostkey --file $D/h.secrets --type ecdsa --key"), 1);
	assert_int_equal(
		call("showhostkey --file $D/h.secrets --type ecdsa --txt 10.0.0.1"),
		1);
	assert_non_null(strstr(err, "--ipseckey has"));
}

/* CMD-33: the rest of a KEY record as an option of DHCP. */
static void test_dhclient(void **state)
{
	(void)state;
	assert_int_equal(call("showhostkey --dhclient --file $D/west"), 0);
	assert_string_equal(
		out,
		"option oe-key code 159 = string;\noption oe-gateway code 160 = ip-address;\n"
		"send oe-key = \"0x4200 4 1 AQPtsMLjEpEmLqyqDzJsSnUPiOLtzYpKsCeiuUG7MEr0deXeQ0zxf5Cp39pppmApOJAVLiVmhn"
		"LfUdISgVSCqp/8ID"
		"r+qB4p9F4rttxCoyC4tN99LL83ELC1wnJJPtb9vKj6LzrbK0ZNtsoOPWLlSKvtnE4daf/0faSrPJsbmwglHw=="
		"\";\n");
	assert_int_equal(
		call("showhostkey --dhclient --file $D/h.secrets --type ecdsa"),
		1);
}

/* SEC-33: what is exported opens with the passphrase at another host, and with no other. */
static void test_exportkey(void **state)
{
	char left[4096];

	(void)state;
	folder_put("phrase", "0f1e2d3c4b5a69788796a5b4c3d2e1f0\nsecond line\n");
	folder_put("short", "0f1e\n");
	folder_put("weak", "aaaaaaaaaaaa\n");
	assert_int_equal(call("showhostkey --left --file $D/west"), 0);
	strcpy(left, out);
	assert_int_equal(
		call("exportkey --file $D/west --id @west --output $D/ipsec.d/private/west.pem --passphrase file:$D/phrase"),
		0);
	assert_non_null(strstr(err, ": PKCS8 FILE"));
	check_private("ipsec.d/private/west.pem");
	folder_get("ipsec.d/private/west.pem", out, sizeof(out));
	assert_memory_equal(out, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n", 38);
	folder_put(
		"there",
		"@west : PKCS8 west.pem \"0f1e2d3c4b5a69788796a5b4c3d2e1f0\"\n");
	assert_int_equal(call("showhostkey --left --file $D/there"), 0);
	assert_string_equal(out, left);
	folder_put(
		"there",
		"@west : PKCS8 west.pem \"0f1e2d3c4b5a69788796a5b4c3d2e1f1\"\n");
	assert_int_equal(call("showhostkey --left --file $D/there"), 1);
	assert_non_null(strstr(err, "does not open"));
	/* no file is overwritten */
	assert_int_equal(
		call("exportkey --file $D/west --output $D/phrase --passphrase file:$D/phrase"),
		1);
	assert_non_null(strstr(err, "File exists"));
	assert_int_equal(
		call("exportkey --file $D/west --output - --passphrase file:$D/short"),
		1);
	assert_non_null(strstr(err, "too short"));
	assert_int_equal(
		call("exportkey --file $D/west --output - --passphrase file:$D/weak"),
		0);
	assert_non_null(strstr(err, "is weak"));
	assert_memory_equal(out, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n", 38);
	chmod(folder_path("phrase"), 0644);
	assert_int_equal(
		call("exportkey --file $D/west --output - --passphrase file:$D/phrase"),
		1);
	assert_non_null(strstr(err, "chmod 600"));
}

/* SEC-35: the age of a key is said, from its comment or its file. */
static void test_age(void **state)
{
	static const struct timespec times[2] = { { 955806802, 0 },
						  { 955806802, 0 } };

	(void)state;
	folder_put(
		"aged",
		": RSA {\n\t# RSA 1024 bits   xy   Sat Apr 15 13:53:22 2000\n" RSA_M
			RSA_E RSA_D RSA_P RSA_Q RSA_1 RSA_2 RSA_C
		"\t}\n@c : PIN %smartcard:45 1234\n");
	assert_int_equal(call("showhostkey --list --file $D/aged"), 0);
	assert_non_null(strstr(out, ", made 2000-04-15, make another\n"));
	assert_non_null(strstr(
		out, ":12: on a card, not used yet: %smartcard:45, for @c\n"));
	assert_int_equal(call("showhostkey --left --file $D/aged"), 0);
	assert_non_null(
		strstr(err, "days old; 'ipsec newhostkey' makes another"));
	assert_int_equal(
		call("showhostkey --left --file $D/h.secrets --type ecdsa"), 0);
	assert_null(strstr(err, "days old"));
	assert_int_equal(
		utimensat(AT_FDCWD,
			  folder_path("ipsec.d/private/hostkey-ecdsa.pem"),
			  times, 0),
		0);
	assert_int_equal(
		call("showhostkey --left --file $D/h.secrets --type ecdsa"), 0);
	assert_non_null(strstr(err, "days old"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_ranbits),
		cmocka_unit_test(test_rsasigkey),
		cmocka_unit_test(test_newhostkey),
		cmocka_unit_test(test_showhostkey),
		cmocka_unit_test(test_txt),
		cmocka_unit_test(test_other_types),
		cmocka_unit_test(test_oldkey),
		cmocka_unit_test(test_dhclient),
		cmocka_unit_test(test_exportkey),
		cmocka_unit_test(test_age),
	};

	return cmocka_run_group_tests_name("ipsecctl_key", tests, folder_make,
					   folder_remove);
}
