// SPDX-License-Identifier: GPL-2.0-or-later
/* main.c - ipsecctl: the way to the command. */
#include <errno.h>
#include <string.h>

#include "args.h"
#include "ctl.h"

static int complete(const char *shell)
{
	if (help_completion(shell))
		return CTL_OK;
	fprintf(stderr, "ipsecctl: '%s': expected bash or zsh after --completion\n", shell);
	return CTL_USAGE;
}

static int version(void)
{
	printf("ipsecctl %s (protocol %d)\n", CTL_VERSION, NFI_GENL_VERSION);
	return CTL_OK;
}

/* Without a command. */
static int run_alone(const struct ctl *ctl)
{
	if (ctl_has(ctl, FLAG_COMPLETION))
		return complete(ctl_value(ctl, FLAG_COMPLETION));
	help_print(NULL);
	return ctl_has(ctl, FLAG_HELP) ? CTL_OK : CTL_USAGE;
}

static int run(struct ctl *ctl, struct args *a)
{
	const struct cmd *cmd = a->w.n ? ctl_find(&a->w) : &ctl_alone;

	if (!cmd || args_take(a, cmd, ctl))
		return ctl_usage(&a->w);
	if (ctl_has(ctl, FLAG_VERSION))
		return version();
	if (cmd == &ctl_alone)
		return run_alone(ctl);
	if (!ctl_has(ctl, FLAG_HELP))
		return cmd->run(ctl, cmd, &a->w);
	help_print(cmd);
	return CTL_OK;
}

int main(int argc, char **argv)
{
	static struct args a;
	struct ctl ctl = { .nlp = NULL };
	int code = args_split(&a, argc, argv) ? ctl_usage(&a.w) : run(&ctl, &a);

	nlp_close(ctl.nlp);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "ipsecctl: cannot write: %s\n", strerror(errno));
		return code ? code : CTL_REFUSED;
	}
	return code;
}
