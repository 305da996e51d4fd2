/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * udp.h - the sockets of IKE: ports 500 and 4500 of both families. Sealed packets never come this way: the
 * module takes them before a socket sees them, so only IKE has to be told apart on 4500.
 */
#ifndef NET_UDP_H
#define NET_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"
#include "base/span.h"

#define UDP_SOCKETS 4
#define UDP_LISTEN 64 /* addresses of listen= */
#define UDP_MAX 65507 /* octets of a datagram */

struct udp_sock {
	int fd; /* -1: this family is not there */
	uint8_t family_len; /* 4 or 16 */
	uint16_t port;
	bool marked; /* non-ESP marker before each message (RFC 3948 2.2) */
};

struct udp {
	struct udp_sock sock[UDP_SOCKETS];
	size_t nlisten; /* 0: any address of this host */
	struct addr listen[UDP_LISTEN];
	uint64_t received, sent, ignored, unsent;
};

struct udp_options {
	uint16_t port, natt_port; /* 0: 500, 4500 */
	int bufsize; /* octets; 0: as the system has it */
	bool errors; /* tell of ICMP errors */
};

/*
 * Open all. 0, or -errno and a sentence in why: a port is taken, or not one family is there. A
 * family that this kernel lacks is left out.
 */
int udp_open(struct udp *udp, const struct udp_options *o, char *why, size_t n);
void udp_close(struct udp *udp);

/* One datagram, without the marker, and with the address and the port that it was sent to. */
struct udp_msg {
	struct span bytes;
	struct endpoint local, peer;
};

/* Of what was sent to peer an ICMP error came back; error is an errno, as ECONNREFUSED. */
struct udp_error {
	struct endpoint peer;
	int error;
};

struct udp_handler {
	void (*message)(void *arg, const struct udp_msg *msg);
	void (*failed)(void *arg, const struct udp_error *error);
	void *arg;
};

/* Read what is there, a bounded number of datagrams, so that nobody keeps the loop for himself. */
void udp_read(struct udp *udp, const struct udp_sock *sock, const struct udp_handler *h);

/*
 * Send from local, whose port picks the socket and so the marker; without an address the kernel picks one.
 * Returns 0 or -errno; a full socket buffer counts as lost on the way, and is 0.
 */
int udp_send(struct udp *udp, const struct endpoint *local, const struct endpoint *peer,
	     struct span bytes);
/* One octet of 0xff from the port with markers, which keeps a NAT's mapping (RFC 3948 2.3). */
int udp_keepalive(struct udp *udp, const struct endpoint *local, const struct endpoint *peer);

#endif /* NET_UDP_H */
