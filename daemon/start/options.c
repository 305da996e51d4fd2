// SPDX-License-Identifier: GPL-2.0-or-later
/* options.c - the command line of ipsecd; words of pluto that have no meaning any more are accepted. */
#include "start/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#define VERSION "0.1"

enum { OPT_CONFIG = 256, OPT_SECRETS, OPT_RUN, OPT_FORK, OPT_JSON, OPT_TEST, OPT_ROOT, OPT_OLD };

static const struct option words[] = {
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "secrets", required_argument, NULL, OPT_SECRETS },
	{ "secretsfile", required_argument, NULL, OPT_SECRETS },
	{ "run", required_argument, NULL, OPT_RUN },
	{ "fork", no_argument, NULL, OPT_FORK },
	{ "nofork", no_argument, NULL, OPT_OLD },
	{ "foreground", no_argument, NULL, OPT_OLD },
	{ "stderrlog", no_argument, NULL, OPT_OLD },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "debug", no_argument, NULL, 'd' },
	{ "test", no_argument, NULL, OPT_TEST },
	{ "keep-root", no_argument, NULL, OPT_ROOT },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static void help(void)
{
	fputs("usage: ipsecd [OPTION...]\n"
	      "  --config FILE    instead of /etc/ipsec.conf\n"
	      "  --secrets FILE   instead of what secretsfile= says\n"
	      "  --run FOLDER     for socket and lock, instead of /run/ipsec\n"
	      "  --fork           go to the background once everything is open\n"
	      "  --json           log lines are JSON\n"
	      "  --debug          log everything\n"
	      "  --test           read the configuration, say what is wrong, end\n"
	      "  --keep-root      stay root, with CAP_NET_ADMIN alone\n"
	      "  --help, --version\n"
	      "--nofork, --foreground and --stderrlog are accepted: they are how it is.\n",
	      stdout);
}

bool options_parse(struct options *o, int argc, char **argv, int *code)
{
	const char *run = getenv("IPSEC_RUN");
	int c;

	*o = (struct options){ .config = "/etc/ipsec.conf",
			       .run = run && run[0] ? run : "/run/ipsec" };
	*code = 0;
	while ((c = getopt_long(argc, argv, "dhV", words, NULL)) >= 0) {
		switch (c) {
		case OPT_CONFIG:
			o->config = optarg;
			break;
		case OPT_SECRETS:
			o->secrets = optarg;
			break;
		case OPT_RUN:
			o->run = optarg;
			break;
		case OPT_FORK:
			o->fork = true;
			break;
		case OPT_JSON:
			o->json = true;
			break;
		case OPT_TEST:
			o->test = true;
			break;
		case OPT_ROOT:
			o->keep_root = true;
			break;
		case OPT_OLD:
			break;
		case 'd':
			o->debug = true;
			break;
		case 'h':
			help();
			return false;
		case 'V':
			puts("ipsecd " VERSION);
			return false;
		default: /* getopt has said what is wrong */
			*code = 1;
			return false;
		}
	}
	if (optind == argc)
		return true;
	fprintf(stderr, "ipsecd: '%s': expected an option; see ipsecd --help\n", argv[optind]);
	*code = 1;
	return false;
}
