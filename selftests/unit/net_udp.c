// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/net/udp.c daemon/base/addr.c */
/* net_udp.c - datagrams over the loopback device: markers, local addresses, ICMP errors, listen=. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/udp.h"

#define PORT 41500
#define NATT 41501

struct got {
	size_t n, errors;
	uint8_t bytes[64];
	size_t len;
	struct endpoint local, peer;
	int error;
};

static void on_message(void *arg, const struct udp_msg *msg)
{
	struct got *g = arg;

	g->n++;
	g->len = msg->bytes.n;
	memcpy(g->bytes, msg->bytes.p, g->len < sizeof(g->bytes) ? g->len : sizeof(g->bytes));
	g->local = msg->local;
	g->peer = msg->peer;
}

static void on_error(void *arg, const struct udp_error *e)
{
	struct got *g = arg;

	g->errors++;
	g->error = e->error;
	g->peer = e->peer;
}

static const struct udp_options options = { .port = PORT, .natt_port = NATT, .errors = true };
static struct udp udp;

static int up(void **state)
{
	char why[256];

	(void)state;
	memset(&udp, 0, sizeof(udp));
	return udp_open(&udp, &options, why, sizeof(why));
}

static int down(void **state)
{
	(void)state;
	udp_close(&udp);
	return 0;
}

static struct endpoint at(const char *text, uint16_t port)
{
	struct endpoint e = { .port = port };

	e.addr.len = (uint8_t)addr_parse(text, e.addr.b);
	return e;
}

static const struct udp_sock *sock_of(uint16_t port, uint8_t len)
{
	size_t i;

	for (i = 0; i < UDP_SOCKETS; i++)
		if (udp.sock[i].port == port && udp.sock[i].family_len == len)
			return &udp.sock[i];
	fail();
	return NULL;
}

static void read_all(struct got *g, uint16_t port, uint8_t len)
{
	const struct udp_sock *s = sock_of(port, len);
	struct udp_handler h = { on_message, on_error, g };
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	memset(g, 0, sizeof(*g));
	poll(&p, 1, 1000);
	udp_read(&udp, s, &h);
}

static int plain_socket(const char *text, uint16_t port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_int_equal(inet_pton(AF_INET, text, &sin.sin_addr), 1);
	assert_return_code(connect(fd, (struct sockaddr *)&sin, sizeof(sin)), errno);
	return fd;
}

static void test_address_that_was_asked(void **state)
{
	int fd = plain_socket("127.0.0.5", PORT);
	struct got g;
	char buf[8];

	(void)state;
	assert_int_equal(send(fd, "hello", 5, 0), 5);
	read_all(&g, PORT, 4);
	assert_int_equal(g.n, 1);
	assert_int_equal(g.len, 5);
	assert_memory_equal(g.bytes, "hello", 5);
	assert_memory_equal(g.local.addr.b, ((uint8_t[]){ 127, 0, 0, 5 }), 4);
	assert_int_equal(g.local.port, PORT);
	/* the connected socket takes nothing from any other address */
	assert_int_equal(udp_send(&udp, &g.local, &g.peer, (struct span){ (const uint8_t *)"yes", 3 }), 0);
	assert_int_equal(recv(fd, buf, sizeof(buf), MSG_DONTWAIT), 3);
	assert_memory_equal(buf, "yes", 3);
	close(fd);
}

static void test_markers(void **state)
{
	static const struct {
		const char *bytes;
		size_t n, len; /* len 0: not for us */
	} cases[] = {
		{ "\0\0\0\0ike", 7, 3 },
		{ "\0\0\0\0", 4, 0 }, /* nothing follows */
		{ "\0\0\0", 3, 0 },
		{ "\xff", 1, 0 }, /* keepalive */
		{ "\0\0\0\1esp", 7, 0 },
		{ "", 0, 0 },
	};
	int fd = plain_socket("127.0.0.1", NATT);
	struct got g;
	uint64_t ignored;
	uint8_t buf[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ignored = udp.ignored;
		assert_int_equal(send(fd, cases[i].bytes, cases[i].n, 0), cases[i].n);
		read_all(&g, NATT, 4);
		assert_int_equal(g.n, cases[i].len != 0);
		assert_int_equal(g.len, cases[i].len);
		assert_int_equal(udp.ignored - ignored, cases[i].len == 0);
	}
	assert_int_equal(send(fd, "\0\0\0\0ike", 7, 0), 7);
	read_all(&g, NATT, 4);
	assert_int_equal(udp_send(&udp, &g.local, &g.peer, (struct span){ (const uint8_t *)"ok", 2 }), 0);
	assert_int_equal(recv(fd, buf, sizeof(buf), MSG_DONTWAIT), 6);
	assert_memory_equal(buf, "\0\0\0\0ok", 6);
	assert_int_equal(udp_keepalive(&udp, &g.local, &g.peer), 0);
	assert_int_equal(recv(fd, buf, sizeof(buf), MSG_DONTWAIT), 1);
	assert_int_equal(buf[0], 0xff);
	close(fd);
}

static void test_nobody_there(void **state)
{
	struct endpoint local = at("127.0.0.1", PORT), peer = at("127.0.0.1", 9);
	struct got g;

	(void)state;
	assert_int_equal(udp_send(&udp, &local, &peer, (struct span){ (const uint8_t *)"x", 1 }), 0);
	read_all(&g, PORT, 4);
	assert_int_equal(g.n, 0);
	assert_int_equal(g.errors, 1);
	assert_int_equal(g.error, ECONNREFUSED);
	assert_int_equal(g.peer.port, 9);
	/* the error is no reason not to send the next one */
	assert_int_equal(udp_send(&udp, &local, &peer, (struct span){ (const uint8_t *)"x", 1 }), 0);
	assert_int_equal(udp_send(&udp, &local, &peer, (struct span){ (const uint8_t *)"x", 1 }), 0);
}

static void test_listen(void **state)
{
	int one = plain_socket("127.0.0.1", PORT), two = plain_socket("127.0.0.2", PORT);
	struct got g;

	(void)state;
	udp.nlisten = 1;
	udp.listen[0] = at("127.0.0.2", 0).addr;
	assert_int_equal(send(one, "no", 2, 0), 2);
	assert_int_equal(send(two, "yes", 3, 0), 3);
	read_all(&g, PORT, 4);
	assert_int_equal(g.n, 1);
	assert_int_equal(g.len, 3);
	close(one);
	close(two);
}

static void test_families_do_not_mix(void **state)
{
	struct endpoint four = at("127.0.0.1", PORT), six = at("::1", PORT), odd = at("127.0.0.1", 1);
	struct span x = { (const uint8_t *)"x", 1 };

	(void)state;
	assert_int_equal(udp_send(&udp, &four, &six, x), -EAFNOSUPPORT);
	assert_int_equal(udp_send(&udp, &odd, &four, x), -EAFNOSUPPORT);
}

static void test_port_that_is_taken(void **state)
{
	struct udp other = { .nlisten = 0 };
	char why[256];

	(void)state;
	assert_int_equal(udp_open(&other, &options, why, sizeof(why)), -EADDRINUSE);
	assert_non_null(strstr(why, "41500"));
	assert_non_null(strstr(why, "another IKE daemon"));
	assert_int_equal(other.sock[0].fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_address_that_was_asked, up, down),
		cmocka_unit_test_setup_teardown(test_markers, up, down),
		cmocka_unit_test_setup_teardown(test_nobody_there, up, down),
		cmocka_unit_test_setup_teardown(test_listen, up, down),
		cmocka_unit_test_setup_teardown(test_families_do_not_mix, up, down),
		cmocka_unit_test_setup_teardown(test_port_that_is_taken, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
