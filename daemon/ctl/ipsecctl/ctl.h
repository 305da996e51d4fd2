/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ctl.h - what the verbs of ipsecctl share: the table of verbs, options, exit codes, refusals. */
#ifndef IPSECCTL_CTL_H
#define IPSECCTL_CTL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "nlp.h"
#include "words.h"

#define CTL_VERSION "0.1"

enum ctl_exit {
	CTL_OK,
	CTL_USAGE,
	CTL_FAILED = CTL_USAGE, /* of a command of FreeS/WAN, which knows no other */
	CTL_REFUSED,
	CTL_NONE,
	CTL_NO_MODULE,
	CTL_NO_DAEMON
};

/* clang-format off */
/* Options that begin with '-': flags.def. */
enum ctl_flag {
	FLAG_NONE,
#define FLAG(id, name, letter, arg, help) FLAG_##id,
#include "flags.def"
#undef FLAG
	FLAG_DASHES, /* no option, but of a command: its words may be written --word */
	FLAG_COUNTED
};
/* clang-format on */

/* One run of the program. */
struct ctl {
	struct nlp *nlp; /* ctl_open */
	const char *option[FLAG_COUNTED]; /* NULL: not given; "": given, has no argument */
};

static inline bool ctl_has(const struct ctl *ctl, enum ctl_flag flag)
{
	return ctl->option[flag];
}

/* What was given with an option, NULL if it was not. */
static inline const char *ctl_value(const struct ctl *ctl, enum ctl_flag flag)
{
	return ctl->option[flag];
}

/* A row of cmds.def. */
struct cmd {
	const char *group, *verb; /* verb NULL: the group alone is the command */
	enum nlp_set set;
	unsigned int use; /* USE_* of opts.h */
	int (*run)(struct ctl *ctl, const struct cmd *cmd, struct words *w);
	uint8_t nl; /* enum nfi_cmd */
	uint16_t nlflags;
	const uint8_t *flags; /* enum ctl_flag: those that may be given; ends with FLAG_NONE */
	const char *args, *help, *example;
};

extern const struct cmd ctl_cmds[]; /* ends with group NULL */
extern const struct cmd ctl_alone; /* options without a command */

/* The command at the cursor, stepping over its words; NULL and w->error. */
const struct cmd *ctl_find(struct words *w);

/* Whether the command may be given this option. */
bool ctl_takes(const struct cmd *cmd, enum ctl_flag flag);
/* Whether the words of commands of this group may have dashes before them. */
bool ctl_dashed(const char *group);

/* A command's functions return an exit code, having said on stderr why if it is not CTL_OK. */
int ctl_open(struct ctl *ctl);
int ctl_usage(const struct words *w); /* w->error */
/*
 * Say what the kernel refused; names the word of the attribute if it is among the words.
 * missing_ok: -ENOENT and -ESRCH mean that the object is not there, CTL_NONE.
 */
int ctl_refused(struct ctl *ctl, struct words *w, bool missing_ok);

int cmd_change(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_get(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_list(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_allocspi(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_load(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_dump(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_stats(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_algs(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_info(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_ns_get(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_ns_set(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_check(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_reload(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_config(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_import(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_manual(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_setup(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_eroute(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_spi(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_view(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_klipsdebug(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_later(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_monitor(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_ranbits(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_rsasigkey(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_newhostkey(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_exportkey(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_showhostkey(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_showdefaults(struct ctl *ctl, const struct cmd *cmd, struct words *w);

/* The listing of a command, text or JSON; used by eroute and spi when no words follow. */
int view_show(struct ctl *ctl, const char *group);

/* help.c: on stdout; cmd NULL: all commands. Completion returns false for an unknown shell. */
void help_print(const struct cmd *cmd);
bool help_completion(const char *shell);

/* flags.def; ends with name NULL. */
struct ctl_option {
	const char *name, *arg, *help; /* help NULL: accepted, and not advertised */
	char letter;
	enum ctl_flag flag;
};
extern const struct ctl_option ctl_options[];

#endif /* IPSECCTL_CTL_H */
