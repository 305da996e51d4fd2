// SPDX-License-Identifier: GPL-2.0-or-later
/* server.c - clients of the control socket. Each sends a line, and is answered by lines up to one that says done. */
#include "ctl/server.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "conn/conns.h"
#include "ctl/verbs.h"
#include "ike/env.h"

#define CLIENTS_MAX 64
#define LINE_MAX_IN 4096 /* octets of a request */
#define OUT_MAX (64 << 20) /* octets that wait for a client to read them */
#define GROUP "ipsec" /* its members may control us */

struct ctl_client {
	struct ctl_client *next;
	struct ctl_server *server;
	int fd;
	struct loop_fd *watch;
	size_t nin;
	char in[LINE_MAX_IN];
	char *out;
	size_t nout, out_room;
	bool closing; /* once everything was written */
	bool busy; /* waits for events; the next request has to wait, too */
	const struct ctl_cmd *cmd;
	char name[256]; /* of the conn it waits for; "": all */
};

struct ctl_server {
	struct ctl_world world;
	int fd;
	struct loop_fd *watch;
	struct ctl_client *clients;
	unsigned int n;
};

static const struct ctl_cmd *find_cmd(const char *verb)
{
	const struct ctl_cmd *cmd;

	for (cmd = ctl_verbs; cmd->verb; cmd++)
		if (!strcmp(cmd->verb, verb))
			return cmd;
	return NULL;
}

/* Clients ------------------------------------------------------------------------------------- */

static void drop(struct ctl_client *c)
{
	struct ctl_client **at = &c->server->clients;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	c->server->n--;
	loop_del(c->watch);
	close(c->fd);
	free(c->out);
	free(c);
}

/* false: it was dropped. */
static bool flush_out(struct ctl_client *c)
{
	ssize_t put = 0;

	while (c->nout) {
		put = send(c->fd, c->out, c->nout, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (put <= 0)
			break;
		c->nout -= (size_t)put;
		memmove(c->out, c->out + put, c->nout);
	}
	if ((put < 0 && errno != EAGAIN && errno != EINTR) ||
	    (c->closing && !c->nout)) {
		drop(c);
		return false;
	}
	loop_change(c->watch, c->nout ? LOOP_READ | LOOP_WRITE : LOOP_READ);
	return true;
}

static void queue(struct ctl_client *c, const char *text, size_t n)
{
	if (c->nout + n > OUT_MAX) { /* it does not read */
		c->closing = true;
		return;
	}
	if (c->nout + n > c->out_room) {
		c->out_room = 2 * (c->nout + n);
		c->out = realloc(c->out, c->out_room);
		if (!c->out)
			mem_exhausted(c->out_room);
	}
	memcpy(c->out + c->nout, text, n);
	c->nout += n;
}

void ctl_say(struct ctl_client *c, json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT);

	if (!text)
		mem_exhausted(0);
	queue(c, text, strlen(text));
	queue(c, "\n", 1);
	free(text);
	json_decref(line);
}

static void put_text(json_t *o, const char *key, const char *text)
{
	if (text && text[0])
		json_object_set_new(o, key, json_string(text));
}

void ctl_done(struct ctl_client *c, unsigned int code, enum reason reason,
	      const char *text)
{
	json_t *o = json_object();
	const struct reason_row *row = reason_row(reason);

	json_object_set_new(o, "done", json_true());
	json_object_set_new(o, "code", json_integer(code));
	put_text(o, "text", text);
	if (reason) {
		put_text(o, "reason", row->name);
		put_text(o, "meaning", row->text);
		put_text(o, "cure", row->cure);
		put_text(o, "line", row->line);
	}
	c->busy = false;
	ctl_say(c, o);
}

/* Requests ------------------------------------------------------------------------------------ */

static void refuse(struct ctl_client *c, unsigned int code, const char *fmt,
		   ...) __attribute__((format(printf, 3, 4)));
static void refuse(struct ctl_client *c, unsigned int code, const char *fmt,
		   ...)
{
	char text[640];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ctl_done(c, code, R_NONE, text);
}

static bool has_conn(struct ctl_client *c, const struct ctl_call *call,
		     const struct ctl_cmd *cmd)
{
	const char *near;

	if (!cmd->conn || call->conn || cmd->run == ctl_add)
		return true;
	if (!call->name) {
		refuse(c, 30, "'%s' needs the name of a connection",
		       call->verb);
		return false;
	}
	near = conns_nearest(call->world->conns, call->name);
	refuse(c, 21, "there is no conn '%s' loaded%s%s%s", call->name,
	       near ? "; did you mean '" : "", near ? near : "",
	       near ? "'?" : "");
	return false;
}

static void call(struct ctl_client *c, const json_t *request)
{
	struct ctl_call k = { .world = &c->server->world,
			      .client = c,
			      .request = request };

	k.verb = json_string_value(json_object_get(request, "verb"));
	k.name = json_string_value(json_object_get(request, "conn"));
	c->cmd = k.verb ? find_cmd(k.verb) : NULL;
	if (!c->cmd) {
		refuse(c, 30,
		       k.verb ? "'%s' is no verb of this ipsecd" :
				"a verb is missing",
		       k.verb);
		return;
	}
	if (k.name && strlen(k.name) >= sizeof(c->name)) {
		refuse(c, 21, "a name of more than %zu octets",
		       sizeof(c->name) - 1);
		return;
	}
	if (k.name)
		k.conn = conns_find(k.world->conns, k.name);
	if (!has_conn(c, &k, c->cmd))
		return;
	snprintf(c->name, sizeof(c->name), "%s", k.name ? k.name : "");
	c->busy = c->cmd->run(&k);
}

static void take_line(struct ctl_client *c, const char *line, size_t n)
{
	json_error_t error;
	json_t *request = json_loadb(line, n, JSON_REJECT_DUPLICATES, &error);

	if (json_is_object(request))
		call(c, request);
	else
		refuse(c, 30, "a request is one object of JSON in a line: %s",
		       error.text);
	json_decref(request);
}

static void take_lines(struct ctl_client *c)
{
	char *end;

	while (!c->busy && !c->closing && (end = memchr(c->in, '\n', c->nin))) {
		size_t n = (size_t)(end - c->in);

		take_line(c, c->in, n);
		c->nin -= n + 1;
		memmove(c->in, end + 1, c->nin);
	}
	if (c->nin == sizeof(c->in) && !memchr(c->in, '\n', c->nin)) {
		refuse(c, 30, "a request has at most %d octets", LINE_MAX_IN);
		c->closing = true;
	}
}

/* A client that waits may still end; what it sends meanwhile stays in the socket when there is no room. */
static void on_client(void *arg)
{
	struct ctl_client *c = arg;
	ssize_t got = 0;

	if (c->nin < sizeof(c->in)) {
		got = recv(c->fd, c->in + c->nin, sizeof(c->in) - c->nin,
			   MSG_DONTWAIT);
		if (got == 0 ||
		    (got < 0 && errno != EAGAIN && errno != EINTR)) {
			drop(c);
			return;
		}
	}
	c->nin += got > 0 ? (size_t)got : 0;
	take_lines(c);
	flush_out(c);
}

static void greet(struct ctl_client *c)
{
	ctl_say(c, json_pack("{s:s, s:i}", "server", "ipsecd", "protocol",
			     CTL_PROTOCOL));
	flush_out(c);
}

static void on_server(void *arg)
{
	struct ctl_server *s = arg;
	int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ctl_client *c;

	if (fd < 0)
		return;
	if (s->n >= CLIENTS_MAX) {
		close(fd);
		return;
	}
	c = mem_new(sizeof(*c));
	c->server = s;
	c->fd = fd;
	c->watch = loop_add(s->world.loop, fd, LOOP_READ, on_client, c);
	c->next = s->clients;
	s->clients = c;
	s->n++;
	greet(c);
}

/* Events -------------------------------------------------------------------------------------- */

static bool concerns(const struct ctl_client *c, const struct conn *conn)
{
	return c->busy && (!c->name[0] || !strcmp(c->name, conn->ike.name));
}

void ctl_told(struct ctl_server *s, const struct conn *conn,
	      const struct ike_event *event)
{
	struct ctl_client *c, *next;
	unsigned int code;
	json_t *line = NULL;

	for (c = s->clients; c; c = next) {
		next = c->next;
		if (!concerns(c, conn))
			continue;
		if (!line)
			line = ctl_event(conn, event);
		ctl_say(c, json_incref(line));
		code = ctl_outcome(c->cmd->verb, conn, event);
		if (code)
			ctl_done(c, code, code == 4 ? R_NONE : event->reason,
				 json_string_value(
					 json_object_get(line, "text")));
		flush_out(c);
	}
	json_decref(line);
}

/* Start and end ------------------------------------------------------------------------------- */

/* Somebody who dies without removing his socket leaves one that refuses. */
static bool in_use(const struct sockaddr_un *addr)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool used = fd >= 0 &&
		    !connect(fd, (const struct sockaddr *)addr, sizeof(*addr));

	if (fd >= 0)
		close(fd);
	return used;
}

static int bind_at(int fd, const struct sockaddr_un *addr)
{
	/* cppcheck-suppress getgrnamCalled ; one thread */
	const struct group *g = getgrnam(GROUP);
	mode_t old;
	int err;

	if (in_use(addr))
		return -EADDRINUSE;
	unlink(addr->sun_path);
	old = umask(0177);
	err = bind(fd, (const struct sockaddr *)addr, sizeof(*addr)) ? -errno :
								       0;
	umask(old);
	if (!err && g && !chown(addr->sun_path, (uid_t)-1, g->gr_gid) &&
	    chmod(addr->sun_path, 0660))
		err = -errno;
	return err ? err : listen(fd, 16) ? -errno : 0;
}

int ctl_listen(const char *path, char *why, size_t n)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int err = fd < 0 ? -errno : 0;

	if (strlen(path) >= sizeof(addr.sun_path))
		err = -ENAMETOOLONG;
	else
		memcpy(addr.sun_path, path, strlen(path) + 1);
	if (!err)
		err = bind_at(fd, &addr);
	if (!err)
		return fd;
	if (err == -EADDRINUSE)
		snprintf(why, n, "%s: another ipsecd listens there", path);
	else
		snprintf(why, n, "%s: %s", path, strerror(-err));
	if (fd >= 0)
		close(fd);
	return err;
}

struct ctl_server *ctl_server_new(int fd, const struct ctl_world *world)
{
	struct ctl_server *s = mem_new(sizeof(*s));

	s->world = *world;
	s->fd = fd;
	s->watch = loop_add(world->loop, fd, LOOP_READ, on_server, s);
	return s;
}

void ctl_server_free(struct ctl_server *s)
{
	struct ctl_client *c, *next;

	if (!s)
		return;
	for (c = s->clients; c; c = next) {
		next = c->next;
		if (c->busy)
			ctl_done(c, 1, R_SHUTDOWN, "ipsecd ends");
		c->closing = true;
		if (flush_out(c))
			drop(c);
	}
	loop_del(s->watch);
	close(s->fd);
	free(s);
}
