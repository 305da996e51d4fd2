// SPDX-License-Identifier: GPL-2.0-or-later
/* client.c - one request, and the lines that come back. */
#include "ctl/client.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

#define LINE_MAX_OUT (16 << 20) /* octets: a daemon that sends more in a line is none of ours */

struct client {
	int fd;
	int64_t end; /* -1: none */
	char *in;
	size_t n, room;
};

const char *ctl_path(char *buf, size_t n)
{
	const char *run = getenv("IPSEC_RUN");

	snprintf(buf, n, "%s/ipsecd.sock", run && run[0] ? run : "/run/ipsec");
	return buf;
}

static int open_socket(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, err;

	ctl_path(addr.sun_path, sizeof(addr.sun_path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (!connect(fd, (const struct sockaddr *)&addr, sizeof(addr)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static int send_request(int fd, const json_t *request)
{
	char *text = json_dumps(request, JSON_COMPACT);
	size_t n = text ? strlen(text) : 0, at = 0;
	ssize_t put = 0;

	if (!text)
		mem_exhausted(0);
	text[n++] = '\n'; /* in place of its zero */
	while (at < n && put >= 0) {
		put = send(fd, text + at, n - at, MSG_NOSIGNAL);
		at += put > 0 ? (size_t)put : 0;
	}
	free(text);
	return put < 0 ? -errno : 0;
}

/* More octets; 0 or -errno. */
static int fill(struct client *c)
{
	int64_t left = c->end < 0 ? -1 : c->end - clock_ms();
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	ssize_t got;

	if (c->end >= 0 && left <= 0)
		return -ETIMEDOUT;
	if (poll(&p, 1, (int)left) <= 0)
		return 0;
	if (c->n == LINE_MAX_OUT)
		return -EPROTO;
	if (c->n == c->room) {
		c->room = c->room ? 2 * c->room : 4096;
		c->in = realloc(c->in, c->room);
		if (!c->in)
			mem_exhausted(c->room);
	}
	got = recv(c->fd, c->in + c->n, c->room - c->n, 0);
	if (got == 0)
		return -ECONNRESET;
	if (got < 0)
		return errno == EINTR ? 0 : -errno;
	c->n += (size_t)got;
	return 0;
}

/* One line; *done: it was the last. */
static int take(const char *text, size_t n, ctl_see *see, void *arg, bool *done)
{
	json_t *line = json_loadb(text, n, 0, NULL);
	int result = -EPROTO;

	if (json_is_object(line)) {
		*done = json_is_true(json_object_get(line, "done"));
		result = json_object_get(line, "protocol") ? 0 : see(arg, line);
	}
	json_decref(line);
	return result;
}

static int read_lines(struct client *c, ctl_see *see, void *arg)
{
	bool done = false;
	int result = 0;
	char *end;

	while (!result && !done) {
		size_t n;

		end = c->n ? memchr(c->in, '\n', c->n) : NULL;
		if (!end) {
			result = fill(c);
			continue;
		}
		n = (size_t)(end - c->in);
		result = take(c->in, n, see, arg, &done);
		c->n -= n + 1;
		memmove(c->in, end + 1, c->n);
	}
	return result;
}

int ctl_ask(const json_t *request, int timeout_ms, ctl_see *see, void *arg)
{
	struct client c = { .fd = open_socket(),
			    .end = timeout_ms < 0 ? -1 : clock_ms() + timeout_ms };
	int result = c.fd < 0 ? c.fd : send_request(c.fd, request);

	if (!result)
		result = read_lines(&c, see, arg);
	if (c.fd >= 0)
		close(c.fd);
	free(c.in);
	return result;
}
