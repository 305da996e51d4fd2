// SPDX-License-Identifier: GPL-2.0-or-later
/* ctl.c - what the verbs share: the table of verbs, opening the kernel, and saying what it refused. */
#include "ctl.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

#include "base/suggest.h"
#include "opts.h"

#define USE_NONE 0

/* clang-format off */
#define FLAGS(...) (const uint8_t[]){ FLAG_HELP, FLAG_VERSION, ##__VA_ARGS__, FLAG_NONE }
const struct cmd ctl_cmds[] = {
#define CMD(group, verb, set, use, run, nl, nlflags, flags, args, help, example) \
	{ group, verb, NLP_##set, USE_##use, run, NFI_CMD_##nl, nlflags, flags, args, help, example },
#include "cmds.def"
#undef CMD
	{ 0 }
};

const struct cmd ctl_alone = { .group = "ipsecctl", .flags = FLAGS(FLAG_COMPLETION) };

const struct ctl_option ctl_options[] = {
#define FLAG(id, name, letter, arg, help) { name, arg, help, letter, FLAG_##id },
#include "flags.def"
#undef FLAG
	{ 0 }
};
/* clang-format on */

bool ctl_takes(const struct cmd *cmd, enum ctl_flag flag)
{
	const uint8_t *f;

	for (f = cmd->flags; *f != FLAG_NONE; f++)
		if (*f == flag)
			return true;
	return false;
}

static const struct cmd *no_verb(struct words *w, const char *group)
{
	const struct cmd *cmd;
	struct suggest s;

	suggest_begin(&s, words_peek(w) ? words_peek(w) : "");
	for (cmd = ctl_cmds; cmd->group; cmd++)
		if (!strcmp(cmd->group, group))
			suggest_offer(&s, cmd->verb);
	if (!words_peek(w))
		words_fail(w, w->n, "a verb is missing after '%s'; see ipsecctl --help", group);
	else if (s.best)
		words_fail(w, w->at, "'%s' has no such verb; did you mean '%s'?", group, s.best);
	else
		words_fail(w, w->at, "'%s' has no such verb; see ipsecctl --help", group);
	return NULL;
}

const struct cmd *ctl_find(struct words *w)
{
	const char *group = words_next(w);
	const char *verb = words_peek(w);
	const struct cmd *cmd;
	bool known = false;
	struct suggest s;

	if (!group) {
		words_fail(w, w->n, "a command is missing");
		return NULL;
	}
	for (cmd = ctl_cmds; cmd->group; cmd++) {
		if (strcmp(cmd->group, group))
			continue;
		known = true;
		if (cmd->verb && (!verb || strcmp(cmd->verb, verb)))
			continue;
		if (cmd->verb)
			words_next(w);
		return cmd;
	}
	if (known)
		return no_verb(w, group);
	suggest_begin(&s, group);
	for (cmd = ctl_cmds; cmd->group; cmd++)
		suggest_offer(&s, cmd->group);
	if (s.best)
		words_fail(w, w->at - 1, "unknown command; did you mean '%s'?", s.best);
	else
		words_fail(w, w->at - 1, "unknown command; see ipsecctl --help");
	return NULL;
}

bool ctl_dashed(const char *group)
{
	const struct cmd *cmd;

	for (cmd = ctl_cmds; cmd->group; cmd++)
		if (!strcmp(cmd->group, group) && ctl_takes(cmd, FLAG_DASHES))
			return true;
	return false;
}

int ctl_usage(const struct words *w)
{
	fprintf(stderr, "ipsecctl: %s\n", w->error);
	return CTL_USAGE;
}

int ctl_open(struct ctl *ctl)
{
	int err;

	if (ctl->nlp)
		return CTL_OK;
	ctl->nlp = nlp_open(&err);
	if (ctl->nlp)
		return CTL_OK;
	if (err == -ENOENT) {
		fprintf(stderr, "ipsecctl: the kernel module nf_ipsec is not loaded; try: modprobe nf_ipsec\n");
		return CTL_NO_MODULE;
	}
	fprintf(stderr, "ipsecctl: cannot talk to the kernel: %s\n", strerror(-err));
	return CTL_REFUSED;
}

/* Refusals ------------------------------------------------------------------------------------ */

/* Attributes that have no word of their own come with that of another. */
static uint16_t spoken(enum nlp_set set, uint16_t attr)
{
	static const struct {
		enum nlp_set set;
		uint16_t attr, with;
	} pairs[] = {
		{ NLP_SA, NFI_SA_ENC_KEY, NFI_SA_ENC_ALG },
		{ NLP_SA, NFI_SA_AUTH_KEY, NFI_SA_AUTH_ALG },
		{ NLP_SA, NFI_SA_ENCAP_SPORT, NFI_SA_ENCAP },
		{ NLP_SA, NFI_SA_ENCAP_DPORT, NFI_SA_ENCAP },
		{ NLP_SP, NFI_SP_SRC_LEN, NFI_SP_SRC },
		{ NLP_SP, NFI_SP_DST_LEN, NFI_SP_DST },
		{ NLP_SP, NFI_SP_SPORT_MAX, NFI_SP_SPORT_MIN },
		{ NLP_SP, NFI_SP_DPORT_MAX, NFI_SP_DPORT_MIN },
		{ NLP_SP, NFI_SP_MARK_MASK, NFI_SP_MARK },
	};
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i].set == set && pairs[i].attr == attr)
			return pairs[i].with;
	return attr;
}

/* The words of a template come after the action, the others before it. */
static bool is_action(const char *word)
{
	return !strcmp(word, "protect") || !strcmp(word, "trap") || !strcmp(word, "hold");
}

/* The number of the word that an attribute came from; w->n: none. */
static size_t locate(const struct words *w, const struct nlp_fail *f)
{
	uint16_t attr = spoken(f->set, f->attr);
	const struct opt *o;
	size_t from = 1, i;

	for (i = 0; f->set == NLP_TMPL && i < w->n; i++)
		if (is_action(w->w[i].text))
			from = i + 1;
	for (o = opts; o->word; o++) {
		if (o->set != f->set || o->attr != attr || !o->use)
			continue;
		for (i = from; i < w->n; i++)
			if (!strcmp(o->word, w->w[i].text))
				return i;
	}
	return w->n;
}

/* How the command line calls an attribute. */
static const char *call(const struct nlp_fail *f, char label[32])
{
	const struct opt *o = opts_find(f->set, spoken(f->set, f->attr));
	const struct nlp_row *row = nlp_row_find(f->set, f->attr);

	if (o)
		return o->word;
	if (f->set == NLP_SP && f->attr == NFI_SP_TMPL)
		return "template";
	return row ? nlp_row_label(row, label) : NULL;
}

int ctl_refused(struct ctl *ctl, struct words *w, bool missing_ok)
{
	const struct nlp_fail *f = nlp_failure(ctl->nlp);
	bool gone = f->error == -ENOENT || f->error == -ESRCH;
	char label[32];
	const char *name = f->set ? call(f, label) : NULL;
	const char *said = "the kernel refused";
	size_t at;

	if (missing_ok && gone && !f->text[0])
		said = "not found";
	else if (f->error == -EPERM)
		said = "not permitted (CAP_NET_ADMIN is needed)";
	at = name && !f->missing ? locate(w, f) : w->n;
	if (f->missing && name)
		words_fail(w, w->n, "%s: '%s' is missing: %s", said, name, f->text);
	else if (at < w->n)
		words_fail(w, at, "%s: %s", said, f->text);
	else if (name)
		words_fail(w, w->n, "%s %s: %s", said, name, f->text);
	else
		words_fail(w, w->n, "%s: %s", said, f->text);
	fprintf(stderr, "ipsecctl: %s\n", w->error);
	return missing_ok && gone ? CTL_NONE : CTL_REFUSED;
}
