// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ daemon/net/ daemon/conn/manual.c daemon/conn/manual_sa.c daemon/conn/manual_policy.c daemon/conn/complain.c daemon/conn/place.c conf/ nl-proto/ daemon/ctl/ipsecctl/ daemon/ctl/client.c */
/* ipsecctl_args.c - argv into words and options; each command takes its own options, and no others. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl/ipsecctl/args.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct args args;
static struct ctl ctl;
static char line[2048];

/* The words of a command, cut at blanks: what is left is "word word | name=value name". */
static const char *read_line(const char *command, char out[512])
{
	char *argv[128], *p, *save = NULL;
	const struct ctl_option *o;
	const struct cmd *cmd;
	int argc = 1;
	size_t i;

	snprintf(line, sizeof(line), "%s", command);
	argv[0] = line;
	for (p = strtok_r(line, " ", &save); p; p = strtok_r(NULL, " ", &save))
		argv[argc++] = p;
	argv[argc] = NULL;
	memset(&ctl, 0, sizeof(ctl));
	out[0] = '\0';
	if (args_split(&args, argc, argv))
		return args.w.error;
	for (i = 0; i < args.w.n; i++)
		sprintf(out + strlen(out), "%s ", args.w.w[i].text);
	sprintf(out + strlen(out), "|");
	cmd = args.w.n ? ctl_find(&args.w) : &ctl_alone;
	if (!cmd || args_take(&args, cmd, &ctl))
		return args.w.error;
	for (o = ctl_options; o->name; o++)
		if (ctl.option[o->flag])
			sprintf(out + strlen(out), " %s%s%s", o->name, o->arg ? "=" : "", ctl.option[o->flag]);
	return out;
}

static const struct {
	const char *command, *is;
} good[] = {
	{ "", "|" },
	{ "-h", "| help" },
	{ "--completion zsh", "| completion=zsh" },
	{ "check", "check |" },
	{ "check -j", "check | json" },
	{ "-j check", "check | json" },
	{ "--json --strict check f", "check f | json strict" },
	{ "check -", "check - |" },
	/* the argument of an option before the command is no command */
	{ "--file check config show", "config show | file=check" },
	{ "--file=check config show", "config show | file=check" },
	{ "-f sa config show x", "config show x | file=sa" },
	{ "config show --file a --file b", "config show | file=b" },
	{ "config show --file=", "config show | file=" },
	{ "config show --file --json", "config show | file=--json" },
	{ "import --from wg f", "import f | from=wg" },
	{ "monitor -c 1 sa", "monitor sa | count=1" },
	/* words with the dashes of FreeS/WAN, but for what the command takes as an option */
	{ "manual --up we", "manual up we |" },
	{ "eroute --src=10.0.1.0/24", "eroute src 10.0.1.0/24 |" },
	{ "eroute --json", "eroute | json" },
	{ "eroute --file", "eroute file |" },
	{ "--json eroute --add", "eroute add | json" },
	{ "spi --version", "spi | version" },
	{ "setup --status --json", "setup status | json" },
	{ "setup --status --file", "setup status file |" },
	{ "ranbits --quick --random /dev/random --rounds 3 8", "ranbits 8 | quick random=/dev/random rounds=3" },
};

static const struct {
	const char *command, *said;
} wrong[] = {
	{ "check --jsn", "word 2 '--jsn': 'check' has no such option; did you mean '--json'?" },
	{ "--foo check", "word 1 '--foo': 'check' has no such option; it has --help, --version, --json, " },
	{ "--foo=bar check", "word 1 '--foo=bar': 'check' has no such option; it has " },
	{ "check --strct=1", "did you mean '--strict'?" },
	{ "check -x", "word 2 '-x': 'check' has no such option; it has " },
	{ "check -sj", "word 2 '-sj': 'check' has no such option; it has " },
	{ "check --", "word 2 '--': 'check' has no such option; it has " },
	{ "sa list --strict", "word 3 '--strict': 'sa list' has no such option; it has " },
	{ "check --completion bash", "word 2 '--completion': 'check' has no such option" },
	{ "--json", "word 1 '--json': 'ipsecctl' has no such option; it has --help, --version, --completion" },
	{ "--version=3", "word 1 '--version=3': expected nothing after --version" },
	{ "check --json=yes", "word 2 '--json=yes': expected nothing after --json" },
	{ "config show --file", "word 3 '--file': expected FILE after --file" },
	{ "monitor -c", "word 2 '-c': expected N after --count" },
	{ "import --from", "word 2 '--from': expected swanctl|wg|- after --from" },
	{ "import --table --files x", "word 3 '--files': 'import' has no such option" },
	{ "ranbits --rand 8", "word 2 '--rand': 'ranbits' has no such option" },
};

static void test_good(void **state)
{
	char out[512];
	size_t i;

	(void)state;
	for (i = 0; i < N(good); i++)
		assert_string_equal(read_line(good[i].command, out), good[i].is);
}

static void test_wrong(void **state)
{
	char out[512];
	size_t i;

	(void)state;
	for (i = 0; i < N(wrong); i++) {
		if (!strstr(read_line(wrong[i].command, out), wrong[i].said))
			fail_msg("%s: %s", wrong[i].command, read_line(wrong[i].command, out));
	}
}

static void test_too_many(void **state)
{
	char text[2048] = "check", out[512];
	size_t i;

	(void)state;
	for (i = 0; i < ARGS_OPTIONS; i++)
		memcpy(text + strlen(text), " -j", 4);
	assert_string_equal(read_line(text, out), "check | json");
	memcpy(text + strlen(text), " -j", 4);
	assert_string_equal(read_line(text, out), "word 66 '-j': more than 64 options");
}

/* What flags.def promises: of one name all have an argument or none, and no command has two of one name. */
static void test_tables(void **state)
{
	const struct ctl_option *o, *p;
	const struct cmd *cmd;
	bool used;

	(void)state;
	for (o = ctl_options; o->name; o++) {
		used = ctl_takes(&ctl_alone, o->flag);
		for (cmd = ctl_cmds; cmd->group; cmd++)
			used = used || ctl_takes(cmd, o->flag);
		if (!used)
			fail_msg("no command takes --%s", o->name);
		for (p = o + 1; p->name; p++) {
			if (strcmp(o->name, p->name))
				continue;
			assert_int_equal(!o->arg, !p->arg);
			for (cmd = ctl_cmds; cmd->group; cmd++)
				assert_false(ctl_takes(cmd, o->flag) && ctl_takes(cmd, p->flag));
		}
	}
}

/* The text that is on standard output. */
static char *printed(bool (*f)(const char *), const char *arg)
{
	static char text[65536];
	FILE *to = tmpfile();
	int saved = dup(STDOUT_FILENO);

	assert_non_null(to);
	fflush(stdout);
	dup2(fileno(to), STDOUT_FILENO);
	assert_true(f(arg));
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	rewind(to);
	text[fread(text, 1, sizeof(text) - 1, to)] = '\0';
	fclose(to);
	return text;
}

/* The files for shells are what the program prints. */
static void test_completion(void **state)
{
	static const char *const files[][2] = { { "bash", "Documentation/completion/ipsecctl.bash" },
						{ "zsh", "Documentation/completion/_ipsecctl" } };
	static char text[65536];
	size_t i;
	FILE *f;

	(void)state;
	for (i = 0; i < N(files); i++) {
		f = fopen(files[i][1], "r");
		if (!f)
			fail_msg("%s: run this from the top of the tree", files[i][1]);
		text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
		fclose(f);
		if (strcmp(printed(help_completion, files[i][0]), text))
			fail_msg("%s is old; write it with: ipsecctl --completion %s", files[i][1], files[i][0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_completion),
	};

	return cmocka_run_group_tests_name("ipsecctl_args", tests, NULL, NULL);
}
