// SPDX-License-Identifier: GPL-2.0-or-later
/* client.c - the daemon's side of the companion. */
#include "keys/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/drop.h"
#include "base/mem.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/table.h"
#include "crypto/gmp_wipe.h"
#include "keys/companion.h"
#include "keys/wire.h"

#define CALL_MS 10000 /* reading PKCS#12 files takes its time */

/* A job that waits for its answer. */
struct waiting {
	struct table_node node;
	struct sig_job *job;
};

struct keys {
	struct sig_keeper keeper; /* the first */
	struct table jobs; /* by ticket */
	uint64_t tickets;
	pid_t pid;
	int fd, call_fd; /* answers that come later; answers that are waited for */
	uint64_t calls;
	uint8_t wire[KEYS_WIRE];
	struct keys_answer answer;
};

/* The child ----------------------------------------------------------------------------------- */

static void __attribute__((noreturn)) be_companion(const char *path, const int fd[2])
{
	struct companion c = { .path = path };
	char why[256];

	prctl(PR_SET_NAME, "ipsecd-keys");
	drop_cores();
	/* its files are its own user's; what it parses comes from the process that parses the network */
	if (drop_capabilities(why, sizeof(why)))
		log_warn(NULL, R_NONE, "%s", why);
	/* what the terminal or the service manager tells the daemon is not for us: it closes the socket */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	gmp_wipe_init();
	companion_load(&c);
	companion_run(&c, fd);
	companion_fini(&c);
	_exit(0);
}

static int make_pairs(int pair[2][2])
{
	int flags = SOCK_SEQPACKET | SOCK_CLOEXEC, size = 4 * KEYS_WIRE, i;

	if (socketpair(AF_UNIX, flags, 0, pair[0]))
		return -errno;
	if (socketpair(AF_UNIX, flags, 0, pair[1])) {
		i = -errno;
		close(pair[0][0]);
		close(pair[0][1]);
		return i;
	}
	for (i = 0; i < 2; i++) {
		setsockopt(pair[i][0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
		setsockopt(pair[i][1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	}
	return 0;
}

/* Asking -------------------------------------------------------------------------------------- */

static bool put(struct keys *k, int fd, const struct keys_question *q)
{
	struct span s = keys_question_write(q, k->wire, sizeof(k->wire));
	ssize_t put;

	if (!s.n)
		return false;
	do
		put = send(fd, s.p, s.n, MSG_NOSIGNAL);
	while (put < 0 && errno == EINTR);
	return put == (ssize_t)s.n;
}

/* Jobs ---------------------------------------------------------------------------------------- */

static struct waiting *find(const struct keys *k, uint64_t ticket)
{
	struct table_node *node = table_first(&k->jobs, ticket);

	return node ? node->owner : NULL;
}

static void drop(struct keys *k, struct waiting *w)
{
	table_del(&k->jobs, &w->node);
	free(w);
}

static struct keys *keys_of(struct sig_keeper *keeper)
{
	return (struct keys *)keeper; /* its first member */
}

static enum sig_answer ask(struct sig_keeper *keeper, struct sig_job *job)
{
	struct keys *k = keys_of(keeper);
	struct keys_question q = { .ticket = ++k->tickets,
				   .verb = job->what == SIG_JOB_PSK ? KEYS_PSK : KEYS_SIGN,
				   .me = job->my_id,
				   .peer = job->peer_id,
				   .prf = job->prf,
				   .key = job->what == SIG_JOB_PSK ? NULL : job->key,
				   .scheme = job->scheme,
				   .octets = job->tbs,
				   .octets_peer = job->tbs_peer };
	struct waiting *w;

	if (job->what != SIG_JOB_PSK) {
		q.me = NULL;
		q.peer = NULL;
		q.octets_peer = (struct span){ .n = 0 };
	}
	if (!put(k, k->fd, &q)) {
		job->why = "the process that holds the secrets is not there, or has too much to do";
		return SIG_FAILED;
	}
	w = mem_new(sizeof(*w));
	w->job = job;
	table_add(&k->jobs, &w->node, q.ticket, w);
	return SIG_LATER;
}

/* There are as many as handshakes under way, so looking at all of them is cheap. */
static void forget(struct sig_keeper *keeper, struct sig_job *job)
{
	struct keys *k = keys_of(keeper);
	size_t i;

	for (i = 0; i < k->jobs.nbuckets; i++) {
		struct table_node *node;

		for (node = k->jobs.bucket[i]; node; node = node->next) {
			struct waiting *w = node->owner;

			if (w->job != job)
				continue;
			drop(k, w);
			return;
		}
	}
}

static void drop_jobs(struct keys *k)
{
	size_t i;

	for (i = 0; i < k->jobs.nbuckets; i++)
		while (k->jobs.bucket[i])
			drop(k, k->jobs.bucket[i]->owner);
	table_fini(&k->jobs);
}

/* An answer for a job that was forgotten finds nobody. */
static void deliver(struct keys *k, const struct keys_answer *a)
{
	struct waiting *w = find(k, a->ticket);
	struct sig_job *job = w ? w->job : NULL;
	size_t half = a->n / 2;

	if (!job)
		return;
	drop(k, w);
	job->answer = a->reason ? SIG_FAILED : SIG_DONE;
	job->why = a->reason ? reason_text(a->reason) : NULL;
	if (a->reason)
		log_warn(NULL, a->reason, "%s", a->text);
	if (job->what == SIG_JOB_PSK && half <= sizeof(job->out_peer)) {
		memcpy(job->out, a->b, half);
		memcpy(job->out_peer, a->b + half, half);
		job->n = half;
	} else if (a->n <= sizeof(job->out)) {
		memcpy(job->out, a->b, a->n);
		job->n = a->n;
	}
	job->done(job);
}

struct sig_keeper *keys_keeper(struct keys *k)
{
	return &k->keeper;
}

bool keys_read(struct keys *k)
{
	ssize_t got;

	while ((got = recv(k->fd, k->wire, sizeof(k->wire), MSG_DONTWAIT)) > 0) {
		bool fine = keys_answer_read((struct span){ k->wire, (size_t)got }, &k->answer);

		secret_wipe(k->wire, (size_t)got);
		if (fine)
			deliver(k, &k->answer);
		secret_wipe(&k->answer, sizeof(k->answer));
	}
	return got < 0 && (errno == EAGAIN || errno == EINTR);
}

/* Start and end ------------------------------------------------------------------------------- */

struct keys *keys_start(const char *path, char *why, size_t n)
{
	int pair[2][2], err = make_pairs(pair);
	struct keys *k;
	pid_t pid;

	if (err) {
		snprintf(why, n, "cannot make a socket for the companion: %s", strerror(-err));
		return NULL;
	}
	pid = fork();
	if (pid == 0) {
		close(pair[0][0]);
		close(pair[1][0]);
		be_companion(path, (const int[2]){ pair[0][1], pair[1][1] });
	}
	close(pair[0][1]);
	close(pair[1][1]);
	if (pid < 0) {
		snprintf(why, n, "cannot start the companion: %s", strerror(errno));
		close(pair[0][0]);
		close(pair[1][0]);
		return NULL;
	}
	k = mem_new(sizeof(*k));
	k->keeper = (struct sig_keeper){ .ask = ask, .forget = forget };
	k->pid = pid;
	k->fd = pair[0][0];
	k->call_fd = pair[1][0];
	fcntl(k->fd, F_SETFL, O_NONBLOCK);
	return k;
}

void keys_stop(struct keys *k)
{
	if (!k)
		return;
	close(k->fd);
	close(k->call_fd);
	drop_jobs(k);
	while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
		;
	secret_wipe(k, sizeof(*k));
	free(k);
}

int keys_fd(const struct keys *k)
{
	return k->fd;
}

/* Waiting ------------------------------------------------------------------------------------- */

/* false: not within the time. An answer to an older question is none to this one. */
static bool wait_for(struct keys *k, uint64_t ticket, struct keys_answer *a)
{
	int64_t end = clock_ms() + CALL_MS;
	int64_t left;

	while ((left = end - clock_ms()) > 0) {
		struct pollfd p = { .fd = k->call_fd, .events = POLLIN };
		ssize_t got;

		if (poll(&p, 1, (int)left) <= 0)
			continue;
		got = recv(k->call_fd, k->wire, sizeof(k->wire), MSG_DONTWAIT);
		if (got == 0)
			return false;
		if (got > 0 && keys_answer_read((struct span){ k->wire, (size_t)got }, a) &&
		    a->ticket == ticket)
			return true;
	}
	return false;
}

bool keys_call(struct keys *k, const struct keys_question *q, struct keys_answer *a)
{
	struct keys_question mine = *q;

	mine.ticket = ++k->calls;
	return put(k, k->call_fd, &mine) && wait_for(k, mine.ticket, a);
}
