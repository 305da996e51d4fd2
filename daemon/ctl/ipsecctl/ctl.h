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

/* Options that begin with '-', as bits of ctl.given and cmd.flags. */
enum ctl_flag {
	FLAG_HELP = 1ULL << 0,
	FLAG_VERSION = 1ULL << 1,
	FLAG_JSON = 1ULL << 2,
	FLAG_CHECK = 1ULL << 3,
	FLAG_SECRETS = 1ULL << 4,
	FLAG_ALL = 1ULL << 5,
	FLAG_NONZERO = 1ULL << 6,
	FLAG_STAMP = 1ULL << 7,
	FLAG_COUNT = 1ULL << 8,
	FLAG_TIMEOUT = 1ULL << 9,
	FLAG_IPV4 = 1ULL << 10,
	FLAG_IPV6 = 1ULL << 11,
	FLAG_COMPLETION = 1ULL << 12,
	FLAG_STRICT = 1ULL << 13,
	FLAG_LENIENT = 1ULL << 14,
	FLAG_EFFECTIVE = 1ULL << 15,
	FLAG_FILE = 1ULL << 16,
	FLAG_BITS = 1ULL << 17,
	FLAG_TYPE = 1ULL << 18,
	FLAG_OUTPUT = 1ULL << 19,
	FLAG_ID = 1ULL << 20,
	FLAG_LEFT = 1ULL << 21,
	FLAG_RIGHT = 1ULL << 22,
	FLAG_TXT = 1ULL << 23,
	FLAG_KEY = 1ULL << 24,
	FLAG_IPSECKEY = 1ULL << 25,
	FLAG_GATEWAY = 1ULL << 26,
	FLAG_PEM = 1ULL << 27,
	FLAG_LIST = 1ULL << 28,
	FLAG_CONTINUOUS = 1ULL << 29,
	FLAG_BYTES = 1ULL << 30,
	FLAG_EXPONENT = 1ULL << 31,
	FLAG_HOSTNAME = 1ULL << 32,
	FLAG_FORCE = 1ULL << 33,
	FLAG_COMPAT = 1ULL << 34, /* of FreeS/WAN, without a meaning today */
	FLAG_VERBOSE = 1ULL << 35,
	FLAG_QUIET = 1ULL << 36,
	FLAG_FROM = 1ULL << 37,
	FLAG_TABLE = 1ULL << 38,
	FLAG_DASHES = 1ULL << 39, /* of a command: its words may be written --word */
};
#define FLAG_BITS_MAX 40

/* One run of the program. */
struct ctl {
	struct nlp *nlp; /* ctl_open */
	uint64_t given; /* enum ctl_flag */
	uint64_t count, timeout;
	const char *value[FLAG_BITS_MAX]; /* by the number of the bit; ctl_value */
};

/* What was given with an option, NULL if it was not. */
static inline const char *ctl_value(const struct ctl *ctl, enum ctl_flag flag)
{
	return ctl->value[__builtin_ctzll(flag)];
}

/* A row of cmds.def. */
struct cmd {
	const char *group, *verb; /* verb NULL: the group alone is the command */
	enum nlp_set set;
	unsigned int use; /* USE_* of opts.h */
	int (*run)(struct ctl *ctl, const struct cmd *cmd, struct words *w);
	uint8_t nl; /* enum nfi_cmd */
	uint16_t nlflags;
	uint64_t flags; /* enum ctl_flag: those that may be given */
	const char *args, *help, *example;
};

extern const struct cmd ctl_cmds[]; /* ends with group NULL */

/* The command at the cursor, stepping over its words; NULL and w->error. */
const struct cmd *ctl_find(struct words *w);

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
int cmd_config(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_import(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_manual(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_setup(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_eroute(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_spi(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_view(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_klipsdebug(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_daemon(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_auto(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_later(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_monitor(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_ranbits(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_rsasigkey(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_newhostkey(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_showhostkey(struct ctl *ctl, const struct cmd *cmd, struct words *w);
int cmd_showdefaults(struct ctl *ctl, const struct cmd *cmd, struct words *w);

/* The listing of a command, text or JSON; used by eroute and spi when no words follow. */
int view_show(struct ctl *ctl, const char *group);

/* help.c: on stdout; cmd NULL: all commands. Completion returns false for an unknown shell. */
void help_print(const struct cmd *cmd);
bool help_completion(const char *shell);

/* The option table, for main.c and help.c; ends with name NULL. */
struct ctl_option {
	const char *name, *arg, *help;
	char letter;
	enum ctl_flag flag;
};
extern const struct ctl_option ctl_options[];

#endif /* IPSECCTL_CTL_H */
