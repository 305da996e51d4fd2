/* SPDX-License-Identifier: GPL-2.0-or-later */
/* client.h - the asking side of the control socket. */
#ifndef CTL_CLIENT_H
#define CTL_CLIENT_H

#include <jansson.h>
#include <stddef.h>

/* The socket: IPSEC_RUN/ipsecd.sock, or that of /run/ipsec. Returns buf. */
const char *ctl_path(char *buf, size_t n);

/*
 * Ask, and call see for each line of the answer; what it returns but 0 ends it with that result. 0 after the line that says
 * done. timeout_ms -1: none. -ETIMEDOUT; -ECONNREFUSED and -ENOENT: no daemon; -EPROTO: no answer in JSON.
 */
typedef int ctl_see(void *arg, const json_t *line);
int ctl_ask(const json_t *request, int timeout_ms, ctl_see *see, void *arg);

#endif /* CTL_CLIENT_H */
