// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lookup.c - names by getaddrinfo. It cannot be interrupted, so a process of its own asks, all names at once, sends the
 * answers as they come, and is killed when the time is over.
 */
#include "net/lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

#define LOOK_MS 5

/* Goes through the pipe in one piece. */
struct answer {
	uint32_t at;
	int error; /* EAI_* */
	size_t n;
	struct addr addr[LOOKUP_ADDRS];
};

/* The process that asks ----------------------------------------------------------------------- */

static void add_addr(struct answer *a, const struct sockaddr *sa)
{
	struct addr addr = { .len = 0 };
	size_t i;

	if (sa->sa_family == AF_INET) {
		addr.len = 4;
		memcpy(addr.b,
		       &((const struct sockaddr_in *)(const void *)sa)->sin_addr,
		       4);
	} else if (sa->sa_family == AF_INET6) {
		addr.len = 16;
		memcpy(addr.b,
		       &((const struct sockaddr_in6 *)(const void *)sa)
				->sin6_addr,
		       16);
	}
	for (i = 0; i < a->n; i++)
		if (!memcmp(&a->addr[i], &addr, sizeof(addr)))
			return;
	if (addr.len && a->n < LOOKUP_ADDRS)
		a->addr[a->n++] = addr;
}

static void send_answer(int fd, const struct gaicb *req, uint32_t at, int error)
{
	struct answer a;
	const struct addrinfo *ai;

	memset(&a, 0, sizeof(a));
	a.at = at;
	a.error = error;
	for (ai = error ? NULL : req->ar_result; ai; ai = ai->ai_next)
		add_addr(&a, ai->ai_addr);
	if (write(fd, &a, sizeof(a)) != (ssize_t)sizeof(a))
		_exit(1);
}

static void ask(int fd, const struct lookup *v, size_t n)
	__attribute__((noreturn));
static void ask(int fd, const struct lookup *v, size_t n)
{
	/* one answer an address, not one for each kind of socket */
	static const struct addrinfo hints = { .ai_socktype = SOCK_DGRAM };
	struct gaicb *req = mem_new(n * sizeof(*req)),
		     **list = mem_new(n * sizeof(struct gaicb *));
	size_t left = n, i;

	for (i = 0; i < n; i++) {
		req[i].ar_name = v[i].name;
		req[i].ar_request = &hints;
		list[i] = &req[i];
	}
	if (getaddrinfo_a(GAI_NOWAIT, list, (int)n, NULL))
		_exit(1);
	/* not by gai_suspend(): called again for what is left, it crashes in __gai_notify() now and then, seen with glibc 2.36 */
	while (left) {
		poll(NULL, 0, LOOK_MS);
		for (i = 0; i < n; i++) {
			int error = list[i] ? gai_error(list[i]) :
					      EAI_INPROGRESS;

			if (error == EAI_INPROGRESS)
				continue;
			send_answer(fd, list[i], (uint32_t)i, error);
			list[i] = NULL;
			left--;
		}
	}
	_exit(0);
}

/* The one that waits -------------------------------------------------------------------------- */

static const char *reason(int error)
{
	switch (error) {
	case 0:
	case EAI_NONAME:
	case EAI_NODATA:
		return "there is no such name, or it has no address";
	case EAI_AGAIN:
		return "no name server answers";
	default:
		return "it cannot be looked up";
	}
}

static void take(struct lookup *v, size_t n, const struct answer *a)
{
	struct lookup *l = a->at < n ? &v[a->at] : NULL;

	if (!l || a->n > LOOKUP_ADDRS)
		return;
	memcpy(l->addr, a->addr, sizeof(l->addr));
	l->n = a->n;
	l->why = a->n ? NULL : reason(a->error);
}

static void collect(int fd, struct lookup *v, size_t n, int ms)
{
	int64_t end = clock_ms() + ms, left;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct answer a;
	ssize_t got;

	while ((left = end - clock_ms()) > 0) {
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		got = read(fd, &a, sizeof(a));
		if (got < 0 && errno == EINTR)
			continue;
		if (got != (ssize_t)sizeof(a))
			return;
		take(v, n, &a);
	}
}

static void say_all(struct lookup *v, size_t n, const char *why)
{
	size_t i;

	for (i = 0; i < n; i++) {
		v[i].n = 0;
		v[i].why = why;
	}
}

void lookup_all(struct lookup *v, size_t n, int ms)
{
	int fd[2];
	pid_t pid;

	say_all(v, n, "there was no answer in time");
	if (!n)
		return;
	if (pipe2(fd, O_CLOEXEC)) {
		say_all(v, n, "it cannot be looked up");
		return;
	}
	pid = fork();
	if (!pid)
		ask(fd[1], v, n);
	close(fd[1]);
	if (pid < 0) {
		say_all(v, n, "it cannot be looked up");
	} else {
		collect(fd[0], v, n, ms);
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(fd[0]);
}
