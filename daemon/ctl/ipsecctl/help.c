// SPDX-License-Identifier: GPL-2.0-or-later
/* help.c - what the tables say: help of the commands, completion for shells. */
#include "ctl.h"

#include <string.h>

#include "algs.h"
#include "opts.h"

/* Options without a meaning are accepted, and not advertised; those of no command are with all. */
static bool offered(const struct cmd *cmd, const struct ctl_option *o)
{
	return o->help && ctl_takes(cmd, o->flag) && (cmd == &ctl_alone || !ctl_takes(&ctl_alone, o->flag));
}

static void print_options(const struct cmd *cmd)
{
	const struct ctl_option *o;
	char name[40], letter[8];

	for (o = ctl_options; o->name; o++) {
		if (!offered(cmd, o))
			continue;
		snprintf(name, sizeof(name), "--%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
		if (o->letter)
			snprintf(letter, sizeof(letter), "-%c, ", o->letter);
		else
			snprintf(letter, sizeof(letter), "    ");
		printf("  %s%-22s %s\n", letter, name, o->help);
	}
}

static void print_all(void)
{
	const struct cmd *cmd;
	char name[32];

	puts("usage: ipsecctl [OPTION...] COMMAND [WORD...]\n\ncommands (ipsecctl COMMAND --help says more):");
	for (cmd = ctl_cmds; cmd->group; cmd++) {
		snprintf(name, sizeof(name), "%s%s%s", cmd->group, cmd->verb ? " " : "",
			 cmd->verb ? cmd->verb : "");
		printf("  %-15s %s\n", name, cmd->help);
	}
	puts("\noptions:");
	print_options(&ctl_alone);
	puts("\nexit codes: 0 done, 1 wrong words or a tool for keys failed, 2 the kernel refused,\n"
	     "3 not found, 4 the module nf_ipsec is not loaded, 5 the daemon is needed");
}

static void help_words(enum nlp_set set, unsigned int use)
{
	const struct opt *o;

	for (o = opts; o->word; o++)
		if (o->set == set && o->use & use)
			printf("  %-14s%s\n", o->word, o->expect);
}

void help_print(const struct cmd *cmd)
{
	if (!cmd) {
		print_all();
		return;
	}
	printf("usage: ipsecctl %s%s%s%s%s\n\n%s\n\n", cmd->group, cmd->verb ? " " : "",
	       cmd->verb ? cmd->verb : "", cmd->args[0] ? " " : "", cmd->args, cmd->help);
	if (cmd->set == NLP_SA || cmd->set == NLP_SP || cmd->set == NLP_NS)
		puts("words:");
	help_words(cmd->set, cmd->use);
	if (cmd->set == NLP_SP && cmd->use == USE_ADD) {
		puts("words of a template:");
		help_words(NLP_TMPL, USE_ADD);
	}
	if (cmd->use == USE_ADD && cmd->set == NLP_SA)
		puts("  key           0xHEX, file:PATH, fd:N, or - for a line of standard input;\n"
		     "                follows the algorithm; salt, if any, at its end");
	if (cmd->run == cmd_import)
		puts("Standard error says what was not carried, and what to do instead; with --json only\n"
		     "that is printed. With --secrets the lines of ipsec.secrets take the place of ipsec.conf.\n"
		     "Exit codes: 0 everything was carried, 1 not everything, 2 unreadable or wrong words.\n");
	print_options(cmd);
	printf("\nexample:\n  ipsecctl %s\n", cmd->example);
}

/* Completion ---------------------------------------------------------------------------------- */

/* Words of commands that are in no table. */
static const struct {
	int (*run)(struct ctl *ctl, const struct cmd *cmd, struct words *w);
	const char *words;
} own_words[] = {
	{ cmd_monitor, "acquire sa policy peer" },
	{ cmd_manual, "up down route unroute show showonly union config iam other" },
	{ cmd_setup, "config" },
	{ cmd_eroute, "add replace del clear src dst said edst spi proto transport-proto src-port dst-port" },
	{ cmd_spi, "del clear said src esp ah enckey authkey replay_window life mode dir" },
};

/* The words that may follow a command. */
static void print_words(const struct cmd *cmd)
{
	const struct opt *o;
	const struct ctl_option *c;
	size_t i;

	for (o = opts; o->word; o++)
		if (o->set == cmd->set && o->use & cmd->use)
			printf("%s ", o->word);
	if (cmd->set == NLP_SA && cmd->use == USE_ADD)
		printf("key ");
	if (cmd->set == NLP_SP && cmd->use == USE_ADD)
		printf("esp ah reqid mode ");
	for (i = 0; i < sizeof(own_words) / sizeof(own_words[0]); i++)
		if (cmd->run == own_words[i].run)
			printf("%s ", own_words[i].words);
	for (c = ctl_options; c->name; c++)
		if (offered(cmd, c))
			printf("--%s ", c->name);
	printf("--help");
}

static void print_names(const struct opt *o)
{
	const struct name *n;
	const struct alg *alg;
	size_t i;

	for (n = o->names; n && n->name; n++)
		printf("%s ", n->name);
	for (i = 0; (o->kind == OPT_ENC || o->kind == OPT_AUTH) &&
		    (alg = algs_at(o->kind == OPT_ENC, i));
	     i++)
		printf("%s ", alg->name);
	if (o->kind == OPT_BOOL)
		printf("on off ");
	if (o->kind == OPT_PROTO)
		printf("tcp udp icmp icmpv6 sctp ");
	if (o->kind == OPT_ENCAP)
		printf("udp ");
}

static bool has_names(const struct opt *o)
{
	return o->use && (o->names || o->kind == OPT_ENC || o->kind == OPT_AUTH ||
			  o->kind == OPT_BOOL || o->kind == OPT_PROTO || o->kind == OPT_ENCAP);
}

static bool named_before(const struct opt *o)
{
	const struct opt *p;

	for (p = opts; p < o; p++)
		if (has_names(p) && !strcmp(p->word, o->word))
			return true;
	return false;
}

/* case arms, the same in both shells: what follows the word before, then what follows the command */
static void print_arms(void)
{
	const struct cmd *cmd;
	const struct opt *o;

	puts("\tcase $before in");
	for (o = opts; o->word; o++) {
		if (!has_names(o) || named_before(o))
			continue;
		printf("\t%s) list='", o->word);
		print_names(o);
		puts("' ;;");
	}
	puts("\tesac\n\t[ -n \"$list\" ] || case $verb in");
	for (cmd = ctl_cmds; cmd->group; cmd++) {
		printf("\t'%s%s%s'*) list='", cmd->group, cmd->verb ? " " : "",
		       cmd->verb ? cmd->verb : "");
		print_words(cmd);
		puts("' ;;");
	}
}

/* What follows a group, or nothing. */
static void print_groups(void)
{
	const struct cmd *cmd, *prev = NULL, *v;

	for (cmd = ctl_cmds; cmd->group; prev = cmd, cmd++) {
		if (!cmd->verb || (prev && !strcmp(prev->group, cmd->group)))
			continue;
		printf("\t'%s '*) list='", cmd->group);
		for (v = cmd; v->group && !strcmp(v->group, cmd->group); v++)
			printf("%s ", v->verb);
		puts("' ;;");
	}
	printf("\t*) list='");
	for (prev = NULL, cmd = ctl_cmds; cmd->group; prev = cmd, cmd++)
		if (!prev || strcmp(prev->group, cmd->group))
			printf("%s ", cmd->group);
	puts("--help --version' ;;\n\tesac");
}

static void print_bash(void)
{
	puts("# SPDX-License-Identifier: GPL-2.0-or-later\n"
	     "# bash completion for ipsecctl, printed by: ipsecctl --completion bash\n"
	     "_ipsecctl() {\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} list=\n"
	     "\tlocal verb=\"${COMP_WORDS[*]:1:COMP_CWORD-1} \"\n"
	     "\tif [ \"$COMP_CWORD\" = 2 ] && [[ ${COMP_WORDS[1]} =~ ^(load|check|reload|import)$ ]]; then\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n\t\treturn\n\tfi");
	print_arms();
	print_groups();
	puts("\tmapfile -t COMPREPLY < <(compgen -W \"$list\" -- \"$cur\")\n}\n"
	     "complete -F _ipsecctl ipsecctl ipsec");
}

static void print_zsh(void)
{
	puts("#compdef ipsecctl ipsec\n"
	     "# SPDX-License-Identifier: GPL-2.0-or-later\n"
	     "# zsh completion for ipsecctl, printed by: ipsecctl --completion zsh\n"
	     "_ipsecctl() {\n"
	     "\tlocal before=${words[CURRENT-1]} verb=\"${words[2,CURRENT-1]} \"\n"
	     "\tif [[ $verb == 'load ' || $verb == 'check ' || $verb == 'reload ' || $verb == 'import ' ]]; then\n\t\t_files\n\t\treturn\n\tfi\n"
	     "\tlocal list=");
	print_arms();
	print_groups();
	puts("\tcompadd -- ${=list}\n}\n_ipsecctl \"$@\"");
}

bool help_completion(const char *shell)
{
	bool bash = !strcmp(shell, "bash");

	if (!bash && strcmp(shell, "zsh"))
		return false;
	if (bash)
		print_bash();
	else
		print_zsh();
	return true;
}
