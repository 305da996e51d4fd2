// SPDX-License-Identifier: GPL-2.0-or-later
/* links: */
/*
 * conf_size.c - files of any size and depth end in an error, in little time and memory. The program is run as users run
 * it, without sanitizers, under limits: 1 GiB of addresses, 10 s of a processor.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "folder.h"

#define PROGRAM "build/ipsecctl"
#define MEMORY (1UL << 30)
#define SECONDS 10
#define ALL_SECONDS 20 /* of all cases together, with a busy machine in mind */
#define MB (1UL << 20)

enum reads { CONF, SECRETS, SWANCTL, WG };

/* head, n times body (a %zu in it is the number of the repetition, from 0), tail */
static const struct {
	const char *name;
	enum reads reads;
	int code;
	const char *head, *body, *tail;
	size_t n;
	const char *says; /* on either output */
} cases[] = {
	/* 100 MB */
	{ "parameters", CONF, 1, "conn a\n", "\tkeyingtries=7\n", "", 100 * MB / 15, "duplicated parameter" },
	{ "secrets", SECRETS, 1, "", "@a @b : PSK \"Vq8#tz!Lw2@pRx9$mKc4\"\n", "", 100 * MB / 36, "octets" },
	{ "connections", SWANCTL, 1, "connections {\n", " c { local_addrs = 1.2.3.4 }\n", "}\n", 30 * MB / 29,
	  "connections.c is not carried" },
	{ "peers", WG, 2, "", "[Peer]\nPublicKey = x\n", "", 30 * MB / 21, "more than 50000 peers" },
	/* counts */
	{ "sections", CONF, 1, "", "conn c%zu\n", "", 1100000, "more sections than may be" },
	{ "includes", CONF, 1, "", "include nothing*\n", "", 1000000, "more files are included than may be" },
	{ "missing includes", CONF, 1, "", "include nothing\n", "", 1000000, "cannot read" },
	{ "includes of secrets", SECRETS, 1, "", "include nothing*\n", "", 900000, "files are included" },
	{ "identities", SECRETS, 1, "", "@a ", ": PSK \"x\"\n", 1000000, "1024" },
	/* depth */
	{ "also", CONF, 1, "", "conn c%zu\n\talso=d%zu\nconn d%zu\n\talso=c%zu\n", "", 10000, "" },
	{ "also, a chain", CONF, 1, "", "conn c%zu\n\talso=c1%zu\n", "", 10000, "" },
	{ "also, many", CONF, 1, "conn a\n", "\talso=c%zu\n", "", 10000, "" },
	{ "braces", SWANCTL, 2, "", "a {", "", 10000, "nested more deeply than may be" },
	{ "braces, many", SWANCTL, 2, "", "a {", "", 10 * MB, "nested more deeply than may be" },
	{ "braces of secrets", SECRETS, 1, ": RSA ", "{ ", "\n", 10000, "error" },
	/* one line of 50 MB */
	{ "value", CONF, 1, "conn a\n\tleft=", "1", "\n", 50 * MB, "the list is too long" },
	{ "name", CONF, 1, "conn ", "n", "\n", 5 * MB, "invalid section name" },
	{ "list", CONF, 1, "conn a\n\tleftsubnet=", "10.0.0.0/8,", "\n", 5 * MB, "the list is too long" },
	{ "secret", SECRETS, 1, "@a : PSK \"", "y", "\"\n", 50 * MB, "octets" },
	{ "line of swanctl", SWANCTL, 1, "connections { a { x = ", "y", "\n}}\n", 50 * MB, "not carried" },
	{ "line of wg", WG, 2, "[Peer]\nAllowedIPs = ", "y", "\n", 50 * MB, "the line is too long" },
};

/* The first number of a body is the repetition; all of them are the same. */
static void put_body(FILE *f, const char *body, size_t at)
{
	const char *p;

	for (p = body; *p; p++) {
		if (strncmp(p, "%zu", 3)) {
			putc(*p, f);
			continue;
		}
		fprintf(f, "%zu", at);
		p += 2;
	}
}

static const char *put_big(const char *head, const char *body, size_t n, const char *tail)
{
	static char block[1 << 16];
	const char *path = folder_put("big", "");
	size_t i, len = strlen(body), many = sizeof(block) / len;
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(head, f);
	for (i = 0; i < many; i++)
		memcpy(block + i * len, body, len); /* NOLINT(bugprone-not-null-terminated-result) */
	for (i = 0; i < n;) {
		if (strchr(body, '%')) {
			put_body(f, body, i++);
			continue;
		}
		many = n - i < many ? n - i : many;
		fwrite(block, len, many, f);
		i += many;
	}
	fputs(tail, f);
	assert_int_equal(fclose(f), 0);
	return path;
}

static void limit(int what, rlim_t most)
{
	struct rlimit r = { most, most };

	if (setrlimit(what, &r))
		_exit(99);
}

/* Run the program under limits; its outputs go into the file out. Its status as waitpid has it. */
static int run(enum reads reads, const char *path)
{
	const char *ok = folder_put("ok", "conn a\n\tleft=10.0.0.1\n\tright=11.0.0.1\n");
	int o = folder_catch(STDOUT_FILENO, "out"), e = folder_catch(STDERR_FILENO, "out"), status;
	pid_t pid = fork();

	if (!pid) {
		limit(RLIMIT_AS, MEMORY);
		limit(RLIMIT_CPU, SECONDS);
		limit(RLIMIT_CORE, 0);
		if (reads == CONF)
			execl(PROGRAM, PROGRAM, "check", "--elsewhere", path, NULL);
		else if (reads == SECRETS)
			execl(PROGRAM, PROGRAM, "check", "--elsewhere", "--secrets-file", path, ok, NULL);
		else
			execl(PROGRAM, PROGRAM, "import", "--from", reads == WG ? "wg" : "swanctl", path, NULL);
		_exit(98);
	}
	folder_release(STDERR_FILENO, e);
	folder_release(STDOUT_FILENO, o);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static bool said(const char *text)
{
	static char out[4 * MB];

	folder_get("out", out, sizeof(out));
	return strstr(out, text);
}

static void judge(const char *name, int status, int code, const char *says)
{
	if (!WIFEXITED(status))
		fail_msg("%s: ended by signal %d", name, WTERMSIG(status));
	if (WEXITSTATUS(status) != code)
		fail_msg("%s: exit status %d, expected %d", name, WEXITSTATUS(status), code);
	if (!said(says))
		fail_msg("%s: not said: %s", name, says);
}

static void test_size(void **state)
{
	struct rusage before, after;
	size_t i;

	(void)state;
	getrusage(RUSAGE_CHILDREN, &before);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *path = put_big(cases[i].head, cases[i].body, cases[i].n, cases[i].tail);

		judge(cases[i].name, run(cases[i].reads, path), cases[i].code, cases[i].says);
	}
	getrusage(RUSAGE_CHILDREN, &after);
	assert_true(after.ru_utime.tv_sec + after.ru_stime.tv_sec - before.ru_utime.tv_sec - before.ru_stime.tv_sec <
		    ALL_SECONDS);
}

/* Octets of zero end no text early, and are no part of it. */
static void test_zero(void **state)
{
	static const char text[] = "conn a\n\tleft=10.0.0.1\0\n\tright=11.0.0.1\n", other[] = "[Peer]\nAllowedIPs = \0\n";
	static const char *const says[] = { "unprintable", "error", "octets of zero", "octets of zero" };
	static const int codes[] = { 1, 1, 2, 2 };
	enum reads reads;

	(void)state;
	for (reads = CONF; reads <= WG; reads++) {
		const char *path = folder_put("zero", "");
		FILE *f = fopen(path, "we");

		assert_non_null(f);
		if (reads == CONF || reads == SECRETS)
			fwrite(text, 1, sizeof(text) - 1, f);
		else
			fwrite(other, 1, sizeof(other) - 1, f);
		fclose(f);
		judge("zero", run(reads, path), codes[reads], says[reads]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_zero),
	};

	if (access(PROGRAM, X_OK)) {
		printf("1..0 # SKIP " PROGRAM " is not there: run make, and this from the top of the tree\n");
		return 0;
	}
	return cmocka_run_group_tests_name("conf_size", tests, folder_make, folder_remove);
}
