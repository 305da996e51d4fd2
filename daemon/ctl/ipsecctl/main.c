// SPDX-License-Identifier: GPL-2.0-or-later
/* main.c - ipsecctl: options, and the way to the command. */
#include "ctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "value.h"

static const struct ctl_option *find_option(const char *arg, size_t n)
{
	const struct ctl_option *o;

	for (o = ctl_options; o->name; o++) {
		if (arg[1] == '-' && strlen(o->name) == n - 2 &&
		    !strncmp(o->name, arg + 2, n - 2))
			return o;
		if (arg[1] != '-' && n == 2 && o->letter && arg[1] == o->letter)
			return o;
	}
	return NULL;
}

static bool take_value(struct ctl *ctl, const struct ctl_option *o, const char *value)
{
	switch (o->flag) {
	case FLAG_COUNT:
		return !value_number(value, &ctl->count) && ctl->count;
	case FLAG_TIMEOUT:
		return !value_unit(value, UNITS_TIME, &ctl->timeout) &&
		       ctl->timeout < 1000000;
	case FLAG_FROM:
		ctl->value[__builtin_ctzll(o->flag)] = value;
		return !strcmp(value, "swanctl") || !strcmp(value, "wg") || !strcmp(value, "-");
	default:
		ctl->value[__builtin_ctzll(o->flag)] = value;
		return true;
	}
}

/* One option at argv[*i], moved over its value. */
static bool take_option(struct ctl *ctl, char **argv, int *i)
{
	const char *arg = argv[*i];
	const char *value = strchr(arg, '=');
	size_t n = value ? (size_t)(value - arg) : strlen(arg);
	const struct ctl_option *o = find_option(arg, n);

	if (!o) {
		fprintf(stderr, "ipsecctl: word %d '%s': unknown option; see ipsecctl --help\n",
			*i, arg);
		return false;
	}
	ctl->given |= o->flag;
	if (!o->arg && !value)
		return true;
	if (o->arg)
		value = value ? value + 1 : argv[*i + 1] ? argv[++*i] : NULL;
	if (o->arg && value && take_value(ctl, o, value))
		return true;
	fprintf(stderr, "ipsecctl: word %d '%s': expected %s after --%s\n", *i,
		value ? value : arg, o->arg ? o->arg : "nothing", o->name);
	return false;
}

static bool is_option(const char *arg)
{
	return arg[0] == '-' && arg[1];
}

static bool take_word(struct words *w, struct word *list, char *text, int i)
{
	if (w->n == WORDS_MAX) {
		fprintf(stderr, "ipsecctl: more than %d words\n", WORDS_MAX);
		return false;
	}
	list[w->n].text = text;
	list[w->n].line = 0;
	list[w->n++].column = (unsigned int)i;
	return true;
}

/* FreeS/WAN writes the words of its commands with dashes: ipsec manual --up we, --src=10.0.1.0/24. */
static bool is_dashed_word(const char *arg, const struct words *w, const struct word *list)
{
	return arg[1] == '-' && arg[2] && w->n && ctl_dashed(list[0].text) &&
	       !find_option(arg, strcspn(arg, "="));
}

static bool take_dashed_word(struct words *w, struct word *list, char *arg, int i)
{
	char *value = strchr(arg, '=');

	if (value)
		*value++ = '\0';
	return take_word(w, list, arg + 2, i) && (!value || take_word(w, list, value, i));
}

/* Split argv in options and words. */
static bool split(struct ctl *ctl, int argc, char **argv, struct word *list, struct words *w)
{
	bool ok = true;
	int i;

	for (i = 1; ok && i < argc; i++) {
		if (!is_option(argv[i]))
			ok = take_word(w, list, argv[i], i);
		else if (is_dashed_word(argv[i], w, list))
			ok = take_dashed_word(w, list, argv[i], i);
		else
			ok = take_option(ctl, argv, &i);
	}
	w->w = list;
	return ok;
}

static bool options_fit(const struct ctl *ctl, const struct cmd *cmd)
{
	uint64_t wrong = ctl->given & ~(cmd->flags | FLAG_HELP);
	const struct ctl_option *o;

	for (o = ctl_options; o->name; o++) {
		if (!(wrong & o->flag))
			continue;
		fprintf(stderr, "ipsecctl: option --%s has no place in '%s%s%s'\n", o->name,
			cmd->group, cmd->verb ? " " : "", cmd->verb ? cmd->verb : "");
		return false;
	}
	return true;
}

static int run(struct ctl *ctl, struct words *w)
{
	const struct cmd *cmd;

	if (ctl->given & FLAG_COMPLETION) {
		const char *shell = ctl_value(ctl, FLAG_COMPLETION);

		if (help_completion(shell))
			return CTL_OK;
		fprintf(stderr, "ipsecctl: '%s': expected bash or zsh after --completion\n",
			shell);
		return CTL_USAGE;
	}
	if (ctl->given & FLAG_VERSION) {
		printf("ipsecctl %s (protocol %d)\n", CTL_VERSION, NFI_GENL_VERSION);
		return CTL_OK;
	}
	if (!words_peek(w)) {
		help_print(NULL);
		return ctl->given & FLAG_HELP ? CTL_OK : CTL_USAGE;
	}
	cmd = ctl_find(w);
	if (!cmd)
		return ctl_usage(w);
	if (ctl->given & FLAG_HELP) {
		help_print(cmd);
		return CTL_OK;
	}
	if (!options_fit(ctl, cmd))
		return CTL_USAGE;
	return cmd->run(ctl, cmd, w);
}

int main(int argc, char **argv)
{
	struct word list[WORDS_MAX];
	struct words w = { .w = NULL };
	struct ctl ctl = { .nlp = NULL };
	int code = CTL_USAGE;

	if (split(&ctl, argc, argv, list, &w))
		code = run(&ctl, &w);
	nlp_close(ctl.nlp);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "ipsecctl: cannot write: %s\n", strerror(errno));
		return code ? code : CTL_REFUSED;
	}
	return code;
}
