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
#include "base/mem.h"
#include "base/secret.h"
#include "crypto/gmp_wipe.h"
#include "keys/companion.h"
#include "keys/wire.h"

#define CALL_MS 10000 /* reading PKCS#12 files takes its time */

struct keys {
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

	prctl(PR_SET_NAME, "ipsecd-keys");
	/* no ptrace, no core */
	prctl(PR_SET_DUMPABLE, 0);
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
	while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
		;
	secret_wipe(k, sizeof(*k));
	free(k);
}

int keys_fd(const struct keys *k)
{
	return k->fd;
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

bool keys_ask(struct keys *k, const struct keys_question *q)
{
	return put(k, k->fd, q);
}

bool keys_read(struct keys *k, void (*take)(void *arg, const struct keys_answer *a), void *arg)
{
	ssize_t got;

	while ((got = recv(k->fd, k->wire, sizeof(k->wire), MSG_DONTWAIT)) > 0) {
		if (keys_answer_read((struct span){ k->wire, (size_t)got }, &k->answer))
			take(arg, &k->answer);
		secret_wipe(k->wire, (size_t)got);
		secret_wipe(&k->answer, sizeof(k->answer));
	}
	return got < 0 && (errno == EAGAIN || errno == EINTR);
}

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
