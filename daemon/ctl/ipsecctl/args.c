// SPDX-License-Identifier: GPL-2.0-or-later
/* args.c - argv: words and options. Which options there are is a question of the command, which comes last. */
#include "args.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/suggest.h"

static int fail(struct args *a, int at, const char *text, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
static int fail(struct args *a, int at, const char *text, const char *fmt, ...)
{
	size_t size = sizeof(a->w.error);
	va_list ap;
	int n = snprintf(a->w.error, size, "word %d '%.48s': ", at, text);

	va_start(ap, fmt);
	vsnprintf(a->w.error + n, size - (size_t)n, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

/* Octets of an option without =value. */
static size_t length(const char *arg)
{
	return strcspn(arg, "=");
}

static bool is_named(const struct ctl_option *o, const char *arg)
{
	size_t n = length(arg);

	if (arg[1] == '-')
		return strlen(o->name) == n - 2 && !strncmp(o->name, arg + 2, n - 2);
	return n == 2 && o->letter && arg[1] == o->letter;
}

/* The option of a command; of any command if cmd is NULL. */
static const struct ctl_option *find(const struct cmd *cmd, const char *arg)
{
	const struct ctl_option *o;

	for (o = ctl_options; o->name; o++)
		if (is_named(o, arg) && (!cmd || ctl_takes(cmd, o->flag)))
			return o;
	return NULL;
}

/* Splitting ----------------------------------------------------------------------------------- */

/* Whether some command of FreeS/WAN of this name takes the option itself. */
static bool group_takes(const char *group, const char *arg)
{
	const struct cmd *cmd;

	for (cmd = ctl_cmds; cmd->group; cmd++)
		if (!strcmp(cmd->group, group) && find(cmd, arg))
			return true;
	return false;
}

/* ipsec manual --up we, ipsec eroute --src=10.0.1.0/24 */
static bool is_dashed_word(const struct args *a, const char *arg)
{
	return arg[1] == '-' && arg[2] && a->w.n && ctl_dashed(a->list[0].text) &&
	       !group_takes(a->list[0].text, arg);
}

static int add_word(struct args *a, char *text, int at)
{
	if (a->w.n == WORDS_MAX)
		return fail(a, at, text, "more than %d words", WORDS_MAX);
	a->list[a->w.n].text = text;
	a->list[a->w.n].line = 0;
	a->list[a->w.n++].column = (unsigned int)at;
	return 0;
}

static int add_dashed_word(struct args *a, char *arg, int at)
{
	char *value = strchr(arg, '=');
	int err;

	if (value)
		*value++ = '\0';
	err = add_word(a, arg + 2, at);
	return !err && value ? add_word(a, value, at) : err;
}

/* The option at argv[*at], moved over its value. */
static int add_option(struct args *a, char **argv, int *at)
{
	const struct ctl_option *o = find(NULL, argv[*at]);
	struct arg *option = &a->option[a->n];

	if (a->n == ARGS_OPTIONS)
		return fail(a, *at, argv[*at], "more than %d options", ARGS_OPTIONS);
	a->n++;
	option->text = argv[*at];
	option->at = *at;
	option->value = strchr(option->text, '=');
	if (option->value)
		option->value++;
	else if (o && o->arg && argv[*at + 1])
		option->value = argv[++*at];
	return 0;
}

int args_split(struct args *a, int argc, char **argv)
{
	int err = 0, i;

	memset(a, 0, offsetof(struct args, w.error));
	a->w.error[0] = '\0';
	a->w.w = a->list;
	for (i = 1; !err && i < argc; i++) {
		if (argv[i][0] != '-' || !argv[i][1])
			err = add_word(a, argv[i], i);
		else if (is_dashed_word(a, argv[i]))
			err = add_dashed_word(a, argv[i], i);
		else
			err = add_option(a, argv, &i);
	}
	return err;
}

/* Taking -------------------------------------------------------------------------------------- */

static const char *name_of(const struct cmd *cmd, char name[64])
{
	snprintf(name, 64, "%s%s%s", cmd->group, cmd->verb ? " " : "", cmd->verb ? cmd->verb : "");
	return name;
}

/* Names the nearest of the options of the command, or all of them. */
static int unknown(struct args *a, const struct arg *arg, const struct cmd *cmd)
{
	char word[SUGGEST_WORD], name[64], all[256] = "";
	const char *text = arg->text + strspn(arg->text, "-");
	const struct ctl_option *o;
	struct suggest s;

	snprintf(word, sizeof(word), "%.*s", (int)(length(text) < 40 ? length(text) : 40), text);
	suggest_begin(&s, word);
	for (o = ctl_options; o->name; o++) {
		if (!o->help || !ctl_takes(cmd, o->flag))
			continue;
		suggest_offer(&s, o->name);
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s--%s", all[0] ? ", " : "", o->name);
	}
	name_of(cmd, name);
	if (s.best)
		return fail(a, arg->at, arg->text, "'%s' has no such option; did you mean '--%s'?", name, s.best);
	return fail(a, arg->at, arg->text, "'%s' has no such option; it has %s", name, all);
}

int args_take(struct args *a, const struct cmd *cmd, struct ctl *ctl)
{
	size_t i;

	for (i = 0; i < a->n; i++) {
		const struct arg *arg = &a->option[i];
		const struct ctl_option *o = find(cmd, arg->text);

		if (!o)
			return unknown(a, arg, cmd);
		if (!o->arg != !arg->value)
			return fail(a, arg->at, arg->text, "expected %s after --%s", o->arg ? o->arg : "nothing",
				    o->name);
		ctl->option[o->flag] = o->arg ? arg->value : "";
	}
	return 0;
}
