/* SPDX-License-Identifier: GPL-2.0-or-later */
/* server.h - the control socket of ipsecd: requests and answers are lines of JSON, see Documentation/control.rst. */
#ifndef CTL_SERVER_H
#define CTL_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#define CTL_PROTOCOL 1
#define CTL_SOCKET "/run/ipsec/ipsecd.sock"

struct conn;
struct conns;
struct conns_result;
struct ctl_server;
struct ike;
struct ike_event;
struct loop;

/* What the verbs act on; the functions are main's. */
struct ctl_world {
	struct loop *loop;
	struct conns *conns;
	struct ike *ike;
	void (*add)(void *arg, const char *name, struct conns_result *r);
	void (*reload)(void *arg, struct conns_result *r);
	void (*secrets)(void *arg, struct conns_result *r);
	void (*stop)(void *arg);
	void *arg;
};

/* A listening socket at path, in place of one that nobody listens on; -errno and a sentence in why. */
int ctl_listen(const char *path, char *why, size_t n);
/* fd is ours from now on. */
struct ctl_server *ctl_server_new(int fd, const struct ctl_world *world);
void ctl_server_free(struct ctl_server *s);

/* Something happened to a connection: who waits for it, or monitors, is told. */
void ctl_told(struct ctl_server *s, const struct conn *conn, const struct ike_event *event);

#endif /* CTL_SERVER_H */
