// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_setup.c - setup start, stop, restart and status without a daemon: the module, and the connections that have
 * manual keys. Whether it was started is a file of /run for this network namespace, for the kernel may have
 * nothing of ours while IPsec "runs".
 */
#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bring.h"
#include "conn/manual.h"
#include "conns.h"
#include "setup.h"
#include "state.h"

#define RUN_DIR "/run/ipsec"

extern char **environ;

static int complain(const char *text)
{
	fprintf(stderr, "ipsecctl: setup: %s\n", text);
	return CTL_USAGE;
}

/* The mark ------------------------------------------------------------------------------------ */

static const char *mark_path(char buf[64])
{
	struct stat st;

	snprintf(buf, 64, RUN_DIR "/setup.%llu",
		 stat("/proc/self/ns/net", &st) ?
			 0ULL :
			 (unsigned long long)st.st_ino);
	return buf;
}

static bool is_marked(void)
{
	char path[64];

	return access(mark_path(path), F_OK) == 0;
}

/* Only one of two that start at once gets it. */
static int set_mark(void)
{
	char path[64];
	int fd;

	if (mkdir(RUN_DIR, 0755) && errno != EEXIST) {
		fprintf(stderr, "ipsecctl: setup: " RUN_DIR ": %s\n",
			strerror(errno));
		return CTL_REFUSED;
	}
	fd = open(mark_path(path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		  0644);
	if (fd >= 0) {
		close(fd);
		return CTL_OK;
	}
	if (errno == EEXIST)
		return complain(
			"IPsec is running already; 'ipsecctl setup restart' starts it again");
	fprintf(stderr, "ipsecctl: setup: %s: %s\n", path, strerror(errno));
	return CTL_REFUSED;
}

static void clear_mark(void)
{
	char path[64];

	unlink(mark_path(path));
}

/* The module ---------------------------------------------------------------------------------- */

static bool is_loaded(void)
{
	struct nlp *nlp;
	int err;

	nlp = nlp_open(&err);
	nlp_close(nlp);
	return nlp || err != -ENOENT;
}

static int load_module(void)
{
	static const char *const argv[] = { "modprobe", "nf_ipsec", NULL };
	int status = 0;
	pid_t pid;

	if (is_loaded())
		return CTL_OK;
	if (!posix_spawnp(&pid, argv[0], NULL, NULL,
			  (char *const *)(uintptr_t)argv, environ))
		waitpid(pid, &status, 0);
	if (is_loaded())
		return CTL_OK;
	complain(
		"the kernel module nf_ipsec cannot be loaded; 'modprobe nf_ipsec' says why");
	return CTL_NO_MODULE;
}

/* Verbs --------------------------------------------------------------------------------------- */

static bool is_listed(const struct conf *c, const char *name)
{
	const struct conf_value *v = conf_setup_get(c, KW_MANUALSTART);
	size_t i;

	for (i = 0; v->set && !v->bad && i < v->u.words->n; i++)
		if (!strcmp(v->u.words->v[i], name))
			return true;
	return false;
}

/* SET-08, AUT-02: what is to be brought up; one that fails does not keep the others down. */
static int bring_manuals(struct ctl *ctl, const struct conns *l)
{
	int code = CTL_OK;
	size_t i;

	for (i = 0; i < conf_conns(l->c); i++) {
		const struct conf_conn *conn = conf_conn_at(l->c, i);
		const char *name = conf_conn_name(conn);
		struct manual m;
		int one;

		if (conf_get(conn, KW_AUTO, SIDE_NONE)->word != W_AUTO_MANUAL &&
		    !is_listed(l->c, name))
			continue;
		if (!conns_find(l, name)) {
			code = CTL_USAGE;
			continue;
		}
		one = conns_manual(l, conn, &m);
		if (!one)
			one = bring_up(ctl, &m, name);
		manual_fini(&m);
		code = one ? one : code;
	}
	return code;
}

static int start(struct ctl *ctl, const char *file)
{
	struct conns l = { .file = file };
	int code = set_mark();

	if (code)
		return code;
	code = load_module();
	if (code) {
		clear_mark();
		return code;
	}
	conns_load(&l);
	code = bring_manuals(ctl, &l);
	conns_fini(&l);
	return code;
}

/* LIF-09: everything of ours is cleared. Stopped already: the same, and 1. */
static int stop(struct ctl *ctl)
{
	bool marked = is_marked();
	int code = is_loaded() ? bring_flush(ctl) : CTL_OK;

	if (code)
		return code;
	clear_mark();
	return marked ?
		       CTL_OK :
		       complain(
			       "IPsec was not running; what was left is cleared");
}

static void count_owned(const struct state *st, struct setup_status *s)
{
	uint64_t *owners;
	size_t i;

	for (i = 0; i < st->nsas; i++)
		s->sas += manual_owns(st->sas[i].owner);
	for (i = 0; i < st->npolicies; i++)
		s->policies += manual_owns(st->policies[i].owner);
	s->conns = state_owners(st, manual_owns, &owners);
	free(owners);
}

static int status(struct ctl *ctl)
{
	struct state_want all = { .has_owner = false };
	struct setup_status s = { .marked = is_marked(),
				  .loaded = is_loaded() };
	struct state st = { .nsas = 0 };
	int code = s.loaded ? state_read(ctl, &all, &st) : CTL_OK;

	if (!code)
		count_owned(&st, &s);
	state_fini(&st);
	if (code)
		return code;
	if (ctl_has(ctl, FLAG_JSON))
		return setup_json(&s, stdout) ? CTL_OK : CTL_USAGE;
	return setup_print(&s, stdout) ? CTL_OK : CTL_USAGE;
}

int cmd_setup(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	const char *file = NULL;
	int code;

	if (words_take(w, "config")) {
		file = words_next(w);
		if (!file)
			words_fail(w, w->n,
				   "expected the name of a file after config");
	} else if (words_peek(w)) {
		words_fail(w, w->at,
			   "nothing is expected here but config FILE");
	}
	if (w->error[0])
		return ctl_usage(w);
	if (!strcmp(cmd->verb, "status"))
		return status(ctl);
	if (geteuid() != 0)
		return complain("only root may do that");
	if (!strcmp(cmd->verb, "start"))
		return start(ctl, file);
	code = stop(ctl);
	if (!strcmp(cmd->verb, "restart"))
		return code > CTL_USAGE ? code : start(ctl, file);
	return code;
}
