// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ conf/ */
/* conf_keys.c - files of ipsec.secrets: who may read them, files within files, files with keys, and what stays behind. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/secret.h"
#include "conf/keyfile.h"
#include "conf/secrets.h"
#include "entries.h"
#include "folder.h"
#include "memory.h"
#include "rsa_key.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define GOOD "\"Vq8#tz!Lw2@pRx9$mKc4\""

static struct secrets_note last; /* of an error */
static char last_text[512], last_hint[512], last_file[256];
static size_t nerrors, nwarnings;

static void take_note(void *arg, const struct secrets_note *note)
{
	(void)arg;
	if (note->severity == SECRETS_WARNING) {
		nwarnings++;
		return;
	}
	nerrors++;
	last = *note;
	snprintf(last_text, sizeof(last_text), "%s", note->text);
	snprintf(last_hint, sizeof(last_hint), "%s", note->hint ? note->hint : "");
	snprintf(last_file, sizeof(last_file), "%s", note->file);
}

static struct secrets *load(const char *name)
{
	const struct secrets_env env = { .report = take_note };
	struct secrets *s = secrets_new(&env);
	unsigned int errors;

	nerrors = nwarnings = 0;
	last_text[0] = last_hint[0] = '\0';
	errors = secrets_load(s, folder_path(name));
	assert_int_equal(errors, nerrors);
	return s;
}

static int run(const char *command)
{
	char line[1024];

	snprintf(line, sizeof(line), "cd %s && { %s ; } 2>/dev/null", folder, command);
	return system(line); /* NOLINT(cert-env33-c): fixed commands */
}

/* Who may read -------------------------------------------------------------------------------- */

static void test_modes(void **state)
{
	static const struct {
		const char *id;
		mode_t mode;
		bool good;
	} cases[] = {
		{ "SEC-34", 0600, true },  { "SEC-34", 0400, true },  { "SEC-34", 0700, true },
		{ "ACC-33", 0644, false }, { "ACC-33", 0640, false }, { "ACC-33", 0604, false },
		{ "ACC-33", 0620, false }, { "ACC-33", 0602, false }, { "ACC-33", 0601, false },
		{ "ACC-33", 0610, false }, { "ACC-33", 0666, false }, { "ACC-33", 0777, false },
	};
	struct secrets *s;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		folder_put_mode("m.secrets", "@a @b : PSK " GOOD "\n", cases[i].mode);
		s = load("m.secrets");
		assert_int_equal(nerrors, !cases[i].good);
		assert_int_equal(entries(s), cases[i].good);
		secrets_free(s);
		if (cases[i].good)
			continue;
		assert_int_equal(last.line, 0); /* the file, not a line in it */
		assert_string_equal(last_file, folder_path("m.secrets"));
		assert_non_null(strstr(last_hint, "chmod 600 /tmp/unit."));
	}
}

static void test_owner(void **state)
{
	struct secrets *s;

	(void)state;
	folder_put("o.secrets", "@a @b : PSK " GOOD "\n");
	if (geteuid() || chown(folder_path("o.secrets"), 12345, 12345)) {
		print_message("# SKIP only root can give a file away\n");
		skip();
	}
	s = load("o.secrets");
	assert_int_equal(nerrors, 1);
	assert_non_null(strstr(last_text, "user 12345"));
	assert_non_null(strstr(last_hint, "chown root"));
	assert_int_equal(entries(s), 0);
	secrets_free(s);
}

static void test_not_files(void **state)
{
	struct keyfile f;

	(void)state;
	assert_int_equal(mkdir(folder_path("d"), 0700), 0);
	assert_int_equal(mkfifo(folder_path("fifo"), 0600), 0);
	folder_put("big", "0123456789");
	assert_int_equal(keyfile_read(&f, folder_path("d"), 100), -EINVAL);
	assert_int_equal(keyfile_read(&f, folder_path("fifo"), 100), -EINVAL); /* and does not wait */
	assert_int_equal(keyfile_read(&f, folder_path("nothing"), 100), -ENOENT);
	assert_int_equal(keyfile_read(&f, folder_path("big"), 9), -EFBIG);
	assert_int_equal(keyfile_read(&f, "", 9), -ENOENT);
	assert_int_equal(keyfile_read(&f, folder_path("big"), 10), 0);
	assert_string_equal(f.text, "0123456789");
	secret_free(f.text);
	assert_int_equal(secret_in_use(), 0);
}

/* Files within files -------------------------------------------------------------------------- */

static void test_include(void **state)
{
	struct secrets *s;
	struct secrets_item item;
	char text[128], name[16];
	unsigned int i;

	(void)state;
	assert_int_equal(mkdir(folder_path("secrets.d"), 0700), 0);
	folder_put("secrets.d/b.secrets", "@b : PSK " GOOD "\n");
	folder_put("secrets.d/a.secrets", "@a : PSK " GOOD "\n");
	folder_put("secrets.d/c.secrets", "@c PSK " GOOD "\n");
	folder_put("secrets.d/c.conf", "@d : PSK " GOOD "\n");
	folder_put_mode("main.secrets", "@first : PSK " GOOD "\ninclude secrets.d/*.secrets # all\ninclude none.*\n@last : PSK " GOOD "\n",
	    0600);
	s = load("main.secrets");
	assert_int_equal(entries(s), 4); /* SEC-11: relative to the file that includes, sorted */
	assert_string_equal(secrets_item_id(s, 1, 0), "@a");
	assert_string_equal(secrets_item_id(s, 2, 0), "@b");
	assert_true(secrets_item(s, 3, &item));
	assert_int_equal(item.line, 4);
	assert_string_equal(item.file, folder_path("main.secrets"));
	assert_int_equal(nerrors, 1);
	assert_string_equal(last_file, folder_path("secrets.d/c.secrets"));
	secrets_free(s);
	folder_put_mode("secrets.d/c.secrets", "@c : PSK " GOOD "\n", 0644);
	s = load("main.secrets");
	assert_int_equal(nerrors, 1); /* ACC-33 within files: said where it is included */
	assert_int_equal(last.line, 2);
	assert_int_equal(entries(s), 4);
	secrets_free(s);
	/* ACC-35: ten files below the first are right, eleven are too many */
	for (i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		snprintf(text, sizeof(text), "include n%u\n@n%u : PSK " GOOD "\n", i + 1, i);
		folder_put(name, i < 11 ? text : "@n11 : PSK " GOOD "\n");
	}
	s = load("n1");
	assert_int_equal(nerrors, 0);
	assert_int_equal(entries(s), 11);
	secrets_free(s);
	s = load("n0");
	assert_int_equal(nerrors, 1);
	assert_non_null(strstr(last_text, "10 files"));
	assert_string_equal(last_file, folder_path("n10"));
	assert_int_equal(entries(s), 11);
	secrets_free(s);
}

static void test_loop(void **state)
{
	struct secrets *s;

	(void)state;
	folder_put("l1", "@a : PSK " GOOD "\ninclude l2\n");
	folder_put("l2", "include l3\n@b : PSK " GOOD "\n");
	folder_put("l3", "@c : PSK " GOOD "\ninclude l*\n");
	s = load("l1"); /* ACC-35: the include of itself, of l1 and of l2, each said once */
	assert_int_equal(nerrors, 3);
	assert_non_null(strstr(last_text, "loop"));
	assert_int_equal(last.line, 2);
	assert_int_equal(entries(s), 3);
	secrets_free(s);
	assert_int_equal(symlink("l4", folder_path("l5")), 0);
	folder_put("l4", "include l5\n@a : PSK " GOOD "\n");
	s = load("l4"); /* another name is the same file */
	assert_int_equal(nerrors, 1);
	assert_int_equal(entries(s), 1);
	secrets_free(s);
	folder_put("l6", "include l*\n"); /* the same files again, from a branch: no loop, no harm */
	s = load("l[56]");
	assert_true(nerrors > 0);
	secrets_free(s);
}

/* Files with keys ----------------------------------------------------------------------------- */

static const struct {
	const char *text, *said; /* NULL: good */
	enum pubkey_type type;
} key_files[] = {
	{ ": RSA rsa.pem\n", NULL, PUBKEY_RSA },
	{ ": RSA rsa.der\n", NULL, PUBKEY_RSA },
	{ ": RSA enc.pem \"sesame\"\n", NULL, PUBKEY_RSA },
	{ ": RSA enc.pem 0x736573616d65\n", NULL, PUBKEY_RSA },
	{ ": RSA \"rsa.pem\"\n", NULL, PUBKEY_RSA },
	{ "@west : ECDSA ec.pem\n", NULL, PUBKEY_ECDSA },
	{ ": PKCS8 ed.pem\n", NULL, PUBKEY_ED25519 },
	{ ": PKCS8 rsa.pem\n", NULL, PUBKEY_RSA },
	{ ": P12 ec.p12 \"sesame\"\n", NULL, PUBKEY_ECDSA },
	{ ": RSA ec.pem\n", "write ': ECDSA FILE'", 0 },
	{ ": ECDSA rsa.pem\n", "write ': RSA FILE'", 0 },
	{ ": RSA ed.pem\n", "write ': PKCS8 FILE'", 0 },
	{ ": RSA enc.pem\n", "no passphrase", 0 },
	{ ": RSA enc.pem \"wrong\"\n", "does not open", 0 },
	{ ": RSA enc.pem \"\"\n", "does not open", 0 },
	{ ": RSA enc.pem 0xzz\n", "neither text", 0 },
	{ ": P12 ec.p12\n", "no passphrase", 0 },
	{ ": P12 ec.p12 \"wrong\"\n", "does not open", 0 },
	{ ": P12 rsa.pem \"sesame\"\n", "not PKCS#12", 0 },
	{ ": RSA ec.crt\n", "certificate", 0 },
	{ ": RSA open.pem\n", "open to group or others", 0 },
	{ ": RSA none.pem\n", "No such file", 0 },
	{ ": RSA .\n", "not a regular file", 0 },
	{ ": RSA noise\n", "not a private key", 0 },
};

static void test_key_files(void **state)
{
	struct secrets *s;
	struct secrets_item item;
	size_t i;

	(void)state;
	if (run("openssl version")) {
		print_message("# SKIP no openssl\n");
		skip();
	}
	assert_int_equal(run("umask 077; mkdir -p ipsec.d/private; cd ipsec.d/private; openssl genrsa -out rsa.pem 2048;"
			     "openssl rsa -in rsa.pem -outform DER -out rsa.der;"
			     "openssl pkcs8 -topk8 -in rsa.pem -passout pass:sesame -out enc.pem;"
			     "openssl ecparam -name prime256v1 -genkey -noout -out ec.pem;"
			     "openssl genpkey -algorithm ed25519 -out ed.pem;"
			     "openssl req -x509 -key ec.pem -subj /CN=x -out ec.crt;"
			     "openssl pkcs12 -export -inkey ec.pem -in ec.crt -passout pass:sesame -out ec.p12;"
			     "cp rsa.pem open.pem; chmod 640 open.pem; echo noise >noise"), 0);
	for (i = 0; i < N(key_files); i++) {
		folder_put("k.secrets", key_files[i].text);
		s = load("k.secrets");
		if (nerrors != !!key_files[i].said)
			print_message("# %s# %s\n", key_files[i].text, last_text);
		assert_int_equal(nerrors, !!key_files[i].said);
		if (key_files[i].said) {
			assert_non_null(strstr(last_text, key_files[i].said));
			assert_int_equal(last.line, 1);
			assert_int_equal(entries(s), 0);
		} else {
			assert_true(secrets_item(s, 0, &item));
			assert_int_equal(pkey_public(item.key)->type, key_files[i].type);
			assert_int_equal(nwarnings, 0);
		}
		secrets_free(s);
		assert_int_equal(secret_in_use(), 0);
	}
}

/* SEC-12: what is read again is what the file says now; who still has the first reading keeps that. */
static void test_again(void **state)
{
	struct secrets *before, *after;
	struct secrets_found found;

	(void)state;
	folder_put("k.secrets", "@a @b : PSK " GOOD "\n");
	before = load("k.secrets");
	folder_put("k.secrets", "@a @b : PSK \"another#Secret!7Zq2@pRx9\"\n@a @c : PSK " GOOD "\n");
	after = load("k.secrets");
	assert_int_equal(secrets_find_psk(after, "@a", "@b", &found), SECRETS_FOUND);
	assert_memory_equal(found.octets, "another", 7);
	assert_int_equal(secrets_find_psk(after, "@a", "@c", &found), SECRETS_FOUND);
	secrets_free(after);
	assert_int_equal(secrets_find_psk(before, "@a", "@b", &found), SECRETS_FOUND);
	assert_memory_equal(found.octets, "Vq8#", 4);
	assert_int_equal(secrets_find_psk(before, "@a", "@c", &found), SECRETS_NONE);
	secrets_free(before);
	assert_int_equal(secret_in_use(), 0);
}

/* Two keys for one name: a conn may tell them apart by the public key, so it is only said. */
static void test_two_keys(void **state)
{
	struct secrets_found found;
	struct secrets *s;

	(void)state;
	if (access(folder_path("ipsec.d/private/rsa.pem"), R_OK)) {
		print_message("# SKIP no openssl\n");
		skip();
	}
	folder_put("k.secrets", "@w : RSA rsa.pem\n@w @v : RSA {\n" RSA_M RSA_E RSA_D RSA_P RSA_Q RSA_1 RSA_2 RSA_C "\t}\n"
	    "@w : ECDSA ec.pem\n@w : PKCS8 rsa.pem\n");
	s = load("k.secrets");
	assert_int_equal(nerrors, 0);
	assert_int_equal(nwarnings, 2); /* this, and that one of them is small */
	assert_int_equal(secrets_find_key(s, "@w", NULL, PUBKEY_RSA, &found), SECRETS_CONFLICT);
	assert_int_equal(found.line + found.rival_line, 3);
	assert_int_equal(secrets_find_key(s, "@v", NULL, PUBKEY_RSA, &found), SECRETS_FOUND);
	assert_int_equal(secrets_find_key(s, "@w", NULL, PUBKEY_ECDSA, &found), SECRETS_FOUND);
	secrets_free(s);
}

/* What stays behind --------------------------------------------------------------------------- */

static uint8_t psk[20], prime[32];

/* The file is written without its secrets ever being whole in memory. */
static void write_masked(int fd, const uint8_t *masked, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		char two[2] = { hex[(masked[i] ^ MEMORY_MASK) >> 4], hex[(masked[i] ^ MEMORY_MASK) & 15] };

		assert_int_equal(write(fd, two, 2), 2);
	}
}

/* Secrets, octets as they are and as hexadecimal in the file, are nowhere after secrets_free. */
static void test_wiped(void **state)
{
	static const char rest[] = "\n@w : RSA {\n" RSA_M RSA_E RSA_D RSA_P RSA_Q RSA_1 RSA_2 RSA_C "\t}\n";
	const char *p = strstr(rest, "Prime1: 0x") + strlen("Prime1: 0x");
	uint8_t digits[40];
	struct secrets_found found;
	struct secrets *s;
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(psk); i++)
		psk[i] = (uint8_t)(i * 73 + 19) ^ MEMORY_MASK;
	for (i = 0; i < sizeof(prime); i++) {
		unsigned int v;

		assert_int_equal(sscanf(p + 2 * i, "%2x", &v), 1);
		prime[i] = (uint8_t)v ^ MEMORY_MASK;
	}
	folder_put("w.secrets", "@a @b : PSK 0x");
	fd = open(folder_path("w.secrets"), O_WRONLY | O_APPEND | O_CLOEXEC);
	write_masked(fd, psk, sizeof(psk));
	assert_int_equal(write(fd, rest, sizeof(rest) - 1), (ssize_t)sizeof(rest) - 1);
	close(fd);
	for (i = 0; i < sizeof(digits); i++) {
		unsigned int v = psk[i / 2] ^ MEMORY_MASK;

		digits[i] = (uint8_t)"0123456789abcdef"[i % 2 ? v & 15 : v >> 4] ^ MEMORY_MASK;
	}
	s = load("w.secrets");
	assert_int_equal(nerrors, 0);
	assert_int_equal(secrets_find_psk(s, "@a", "@b", &found), SECRETS_FOUND);
	assert_int_equal(memory_count(psk, sizeof(psk)), 1);
	assert_int_equal(memory_count(prime, sizeof(prime)), 1);
	assert_int_equal(memory_count(digits, sizeof(digits)), 0); /* the file itself, already */
	secrets_free(s);
	assert_int_equal(memory_count(psk, sizeof(psk)), 0);
	assert_int_equal(memory_count(prime, sizeof(prime)), 0);
	assert_int_equal(secret_in_use(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),	  cmocka_unit_test(test_owner),	   cmocka_unit_test(test_not_files),
		cmocka_unit_test(test_include),	  cmocka_unit_test(test_loop),	   cmocka_unit_test(test_key_files),
		cmocka_unit_test(test_two_keys), cmocka_unit_test(test_again),  cmocka_unit_test(test_wiped),
	};

	return cmocka_run_group_tests_name("conf_keys", tests, folder_make, folder_remove);
}
