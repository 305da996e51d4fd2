// SPDX-License-Identifier: GPL-2.0-or-later
/* udp.c - datagrams in and out, with the local address of each. */
#include "net/udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/errqueue.h>

#define IKE_PORT 500
#define NATT_PORT 4500
#define MARKER 4 /* octets of zero */
#define BURST 64 /* datagrams that are read before others have their turn */

union sockaddr_any {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

union pktinfo {
	struct in_pktinfo in;
	struct in6_pktinfo in6;
};

/* Addresses ----------------------------------------------------------------------------------- */

static socklen_t to_sockaddr(union sockaddr_any *to, const struct endpoint *from)
{
	memset(to, 0, sizeof(*to));
	if (from->addr.len == 4) {
		to->in.sin_family = AF_INET;
		to->in.sin_port = htons(from->port);
		memcpy(&to->in.sin_addr, from->addr.b, 4);
		return sizeof(to->in);
	}
	to->in6.sin6_family = AF_INET6;
	to->in6.sin6_port = htons(from->port);
	memcpy(&to->in6.sin6_addr, from->addr.b, 16);
	return sizeof(to->in6);
}

static bool from_sockaddr(struct endpoint *to, const union sockaddr_any *from)
{
	memset(to, 0, sizeof(*to));
	if (from->sa.sa_family == AF_INET) {
		to->addr.len = 4;
		to->port = ntohs(from->in.sin_port);
		memcpy(to->addr.b, &from->in.sin_addr, 4);
		return true;
	}
	if (from->sa.sa_family != AF_INET6)
		return false;
	to->addr.len = 16;
	to->port = ntohs(from->in6.sin6_port);
	memcpy(to->addr.b, &from->in6.sin6_addr, 16);
	return true;
}

static bool is_listened(const struct udp *udp, const struct addr *addr)
{
	size_t i;

	for (i = 0; i < udp->nlisten; i++)
		if (udp->listen[i].len == addr->len &&
		    !memcmp(udp->listen[i].b, addr->b, addr->len))
			return true;
	return !udp->nlisten;
}

/* Opening ------------------------------------------------------------------------------------- */

static int set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) ? -errno : 0;
}

/*
 * Messages are never larger than a path takes, or they are fragmented by IKE; one that is too large all the
 * same is fragmented by IP, and not lost, as it would be with path MTU discovery.
 */
static int set_options(const struct udp_sock *s, const struct udp_options *o)
{
	bool v4 = s->family_len == 4;
	int level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
	int err = v4 ? 0 : set(s->fd, level, IPV6_V6ONLY, 1);

	if (!err)
		err = set(s->fd, level, v4 ? IP_PKTINFO : IPV6_RECVPKTINFO, 1);
	if (!err)
		err = v4 ? set(s->fd, level, IP_MTU_DISCOVER, IP_PMTUDISC_DONT) :
			   set(s->fd, level, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT);
	if (!err && o->errors)
		err = set(s->fd, level, v4 ? IP_RECVERR : IPV6_RECVERR, 1);
	if (!err && o->bufsize)
		err = set(s->fd, SOL_SOCKET, SO_RCVBUF, o->bufsize);
	if (!err && o->bufsize)
		err = set(s->fd, SOL_SOCKET, SO_SNDBUF, o->bufsize);
	return err;
}

static int open_one(struct udp_sock *s, const struct udp_options *o)
{
	struct endpoint any = { .addr.len = s->family_len, .port = s->port };
	union sockaddr_any addr;
	socklen_t len = to_sockaddr(&addr, &any);
	int err;

	s->fd = socket(addr.sa.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0)
		return -errno;
	err = set_options(s, o);
	if (!err && bind(s->fd, &addr.sa, len))
		err = -errno;
	if (err) {
		close(s->fd);
		s->fd = -1;
	}
	return err;
}

static int fail(struct udp *udp, const struct udp_sock *s, int err, char *why, size_t n)
{
	const char *family = s->family_len == 4 ? "IPv4" : "IPv6";

	if (err == -EADDRINUSE)
		snprintf(why, n, "UDP port %u of %s is taken; is another IKE daemon running? see: ss -ulpn sport = %u",
			 s->port, family, s->port);
	else
		snprintf(why, n, "UDP port %u of %s: %s", s->port, family, strerror(-err));
	udp_close(udp);
	return err;
}

int udp_open(struct udp *udp, const struct udp_options *o, char *why, size_t n)
{
	uint16_t port[2] = { o->port ? o->port : IKE_PORT,
			     o->natt_port ? o->natt_port : NATT_PORT };
	size_t i, missing = 0;
	int err = 0;

	for (i = 0; i < UDP_SOCKETS; i++)
		udp->sock[i] = (struct udp_sock){ .fd = -1,
						  .family_len = i & 1 ? 16 : 4,
						  .port = port[i / 2],
						  .marked = i / 2 == 1 };
	for (i = 0; i < UDP_SOCKETS; i++) {
		err = open_one(&udp->sock[i], o);
		/* a kernel without this family, or with it switched off */
		if (err == -EAFNOSUPPORT || err == -EADDRNOTAVAIL)
			missing++;
		else if (err)
			return fail(udp, &udp->sock[i], err, why, n);
	}
	return missing == UDP_SOCKETS ? fail(udp, &udp->sock[0], err, why, n) : 0;
}

void udp_close(struct udp *udp)
{
	size_t i;

	for (i = 0; i < UDP_SOCKETS; i++) {
		if (udp->sock[i].fd >= 0)
			close(udp->sock[i].fd);
		udp->sock[i].fd = -1;
	}
}

/* Reading ------------------------------------------------------------------------------------- */

/* The address that the datagram was sent to. */
static bool take_local(struct msghdr *m, const struct udp_sock *s, struct endpoint *local)
{
	struct cmsghdr *c;
	union pktinfo info;

	memset(local, 0, sizeof(*local));
	local->port = s->port;
	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&info.in, CMSG_DATA(c), sizeof(info.in));
			local->addr.len = 4;
			memcpy(local->addr.b, &info.in.ipi_addr, 4);
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info.in6, CMSG_DATA(c), sizeof(info.in6));
			local->addr.len = 16;
			memcpy(local->addr.b, &info.in6.ipi6_addr, 16);
		}
	}
	return local->addr.len != 0;
}

/* Without its marker; false: it is none of IKE, as a keepalive or a sealed packet that nobody wanted. */
static bool strip_marker(struct span *bytes, const struct udp_sock *s)
{
	static const uint8_t zero[MARKER];

	if (!s->marked)
		return bytes->n > 0;
	if (bytes->n <= MARKER || memcmp(bytes->p, zero, MARKER))
		return false;
	bytes->p += MARKER;
	bytes->n -= MARKER;
	return true;
}

static ssize_t receive(const struct udp_sock *s, struct msghdr *m, int flags)
{
	ssize_t n;

	do
		n = recvmsg(s->fd, m, flags);
	while (n < 0 && errno == EINTR);
	return n;
}

/* false: there is nothing more. */
static bool read_one(struct udp *udp, const struct udp_sock *s, const struct udp_handler *h)
{
	static uint8_t buf[UDP_MAX];
	_Alignas(struct cmsghdr) char control[256];
	union sockaddr_any peer;
	struct iovec iov = { buf, sizeof(buf) };
	struct msghdr m = { .msg_name = &peer,
			    .msg_namelen = sizeof(peer),
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct udp_msg msg;
	ssize_t got = receive(s, &m, 0);

	if (got < 0)
		return errno != EAGAIN; /* an ICMP error that waited; the queue has it too */
	udp->received++;
	msg.bytes = (struct span){ buf, (size_t)got };
	if (m.msg_flags & MSG_TRUNC || !from_sockaddr(&msg.peer, &peer) ||
	    !take_local(&m, s, &msg.local) || !is_listened(udp, &msg.local.addr) ||
	    !strip_marker(&msg.bytes, s)) {
		udp->ignored++;
		return true;
	}
	h->message(h->arg, &msg);
	return true;
}

/* false: there is nothing more. */
static bool read_error(const struct udp_sock *s, const struct udp_handler *h)
{
	uint8_t byte;
	_Alignas(struct cmsghdr) char control[512];
	union sockaddr_any peer;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_name = &peer,
			    .msg_namelen = sizeof(peer),
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct udp_error e = { .error = 0 };
	struct sock_extended_err ext;
	struct cmsghdr *c;

	if (receive(s, &m, MSG_ERRQUEUE) < 0)
		return false;
	for (c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		if ((c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_RECVERR) &&
		    (c->cmsg_level != IPPROTO_IPV6 || c->cmsg_type != IPV6_RECVERR))
			continue;
		memcpy(&ext, CMSG_DATA(c), sizeof(ext));
		e.error = (int)ext.ee_errno;
	}
	/* the name is where the datagram was to go; anybody can forge the error, so it is only a hint */
	if (e.error && h->failed && from_sockaddr(&e.peer, &peer))
		h->failed(h->arg, &e);
	return true;
}

void udp_read(struct udp *udp, const struct udp_sock *s, const struct udp_handler *h)
{
	unsigned int i;

	for (i = 0; i < BURST && read_error(s, h); i++)
		;
	for (i = 0; i < BURST && read_one(udp, s, h); i++)
		;
}

/* Sending ------------------------------------------------------------------------------------- */

static const struct udp_sock *find_sock(const struct udp *udp, const struct endpoint *local,
					uint8_t len)
{
	size_t i;

	for (i = 0; i < UDP_SOCKETS; i++)
		if (udp->sock[i].fd >= 0 && udp->sock[i].family_len == len &&
		    udp->sock[i].port == local->port)
			return &udp->sock[i];
	return NULL;
}

static void put_pktinfo(struct msghdr *m, const struct addr *local)
{
	bool v4 = local->len == 4;
	size_t n = v4 ? sizeof(struct in_pktinfo) : sizeof(struct in6_pktinfo);
	union pktinfo info;
	struct cmsghdr *c;

	memset(&info, 0, sizeof(info));
	if (v4)
		memcpy(&info.in.ipi_spec_dst, local->b, 4);
	else
		memcpy(&info.in6.ipi6_addr, local->b, 16);
	m->msg_controllen = CMSG_SPACE(n);
	c = CMSG_FIRSTHDR(m);
	c->cmsg_level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
	c->cmsg_type = v4 ? IP_PKTINFO : IPV6_PKTINFO;
	c->cmsg_len = CMSG_LEN(n);
	memcpy(CMSG_DATA(c), &info, n);
}

static int send_msg(struct udp *udp, const struct udp_sock *s, const struct msghdr *m)
{
	unsigned int i;

	/* an ICMP error about an earlier datagram is told once, instead of sending */
	for (i = 0; i < 3; i++) {
		if (sendmsg(s->fd, m, 0) >= 0) {
			udp->sent++;
			return 0;
		}
		if (errno != EINTR && errno != ECONNREFUSED && errno != EHOSTUNREACH)
			break;
	}
	udp->unsent++;
	return errno == EAGAIN || errno == ENOBUFS ? 0 : -errno;
}

static int send_parts(struct udp *udp, const struct endpoint *const ends[2], struct iovec *iov,
		      size_t niov)
{
	const struct endpoint *local = ends[0], *peer = ends[1];
	const struct udp_sock *s = find_sock(udp, local, peer->addr.len);
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in6_pktinfo))] = { 0 };
	union sockaddr_any to;
	struct msghdr m = { .msg_name = &to, .msg_iov = iov, .msg_iovlen = niov };

	if (!s || (local->addr.len && local->addr.len != peer->addr.len)) {
		udp->unsent++;
		return -EAFNOSUPPORT;
	}
	m.msg_namelen = to_sockaddr(&to, peer);
	if (local->addr.len) {
		m.msg_control = control;
		m.msg_controllen = sizeof(control);
		put_pktinfo(&m, &local->addr);
	}
	return send_msg(udp, s, &m);
}

/* iovec has no const, but is only read here. */
static struct iovec part(const uint8_t *p, size_t n)
{
	union {
		const void *in;
		void *out;
	} u = { .in = p };

	return (struct iovec){ u.out, n };
}

int udp_send(struct udp *udp, const struct endpoint *local, const struct endpoint *peer,
	     struct span bytes)
{
	static const uint8_t zero[MARKER];
	const struct endpoint *const ends[2] = { local, peer };
	const struct udp_sock *s = find_sock(udp, local, peer->addr.len);
	bool marked = s && s->marked;
	struct iovec iov[2] = { part(zero, MARKER), part(bytes.p, bytes.n) };

	return marked ? send_parts(udp, ends, iov, 2) : send_parts(udp, ends, iov + 1, 1);
}

int udp_keepalive(struct udp *udp, const struct endpoint *local, const struct endpoint *peer)
{
	static const uint8_t octet = 0xff;
	const struct endpoint *const ends[2] = { local, peer };
	struct iovec iov = part(&octet, 1);

	return send_parts(udp, ends, &iov, 1);
}
