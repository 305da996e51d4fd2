// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/net/orient.c daemon/net/ifaddr.c daemon/base/addr.c daemon/base/mem.c */
/* net_orient.c - which side of a conn is this host; addresses and routes out of messages of the kernel. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/orient.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct addr addr_of(const char *text)
{
	struct addr a = { .len = 0 };
	int n = addr_parse(text, a.b);

	assert_true(n > 0);
	a.len = (uint8_t)n;
	return a;
}

/* Hosts --------------------------------------------------------------------------------------- */

/* "eth0 10.0.0.1; eth0 ~10.0.0.2 (not usable); default eth0 10.0.0.254 [metric]; ..." */
static void make_host(struct iflist *list, const char *text)
{
	static struct iface_addr addrs[16];
	static struct ifroute routes[8];
	char copy[512], *part, *save = NULL;

	memset(list, 0, sizeof(*list));
	list->addr = addrs;
	list->route = routes;
	snprintf(copy, sizeof(copy), "%s", text);
	for (part = strtok_r(copy, ";", &save); part; part = strtok_r(NULL, ";", &save)) {
		char dev[16] = "", address[64] = "";
		unsigned int metric = 0;

		if (sscanf(part, " default %15s %63s %u", dev, address, &metric) >= 2) {
			struct ifroute *r = &routes[list->nroute++];

			memset(r, 0, sizeof(*r));
			r->gateway = addr_of(address);
			r->family_len = r->gateway.len;
			r->metric = metric;
			r->index = (uint32_t)dev[strlen(dev) - 1];
			memcpy(r->dev, dev, sizeof(r->dev));
		} else if (sscanf(part, " %15s %63s", dev, address) == 2) {
			struct iface_addr *a = &addrs[list->naddr++];

			memset(a, 0, sizeof(*a));
			a->unusable = address[0] == '~';
			a->addr = addr_of(address + a->unusable);
			a->loopback = !strcmp(dev, "lo");
			a->index = (uint32_t)dev[strlen(dev) - 1];
			memcpy(a->dev, dev, sizeof(a->dev));
		}
	}
	iflist_sort(list);
}

static struct orient_end make_end(const char *text)
{
	struct orient_end end = { .text = text };
	const char *known = strchr(text, '=');

	if (!strcmp(text, "%any"))
		end.kind = ORIENT_ANY;
	else if (!strcmp(text, "%defaultroute"))
		end.kind = ORIENT_DEFAULTROUTE;
	else if (known || !strcmp(text, "name"))
		end.kind = ORIENT_NAME;
	if (known)
		end.addr[end.naddr++] = addr_of(known + 1);
	if (end.kind == ORIENT_ADDR)
		end.addr[end.naddr++] = addr_of(text);
	return end;
}

#define WEST "lo 127.0.0.1; eth0 10.0.0.1; eth1 10.0.1.1; default eth0 10.0.0.254"
#define EAST "lo 127.0.0.1; eth0 11.0.0.1; eth1 11.0.1.1; default eth0 11.0.0.254"
#define SIX WEST "; eth0 2001:db8::1; default eth1 2001:db8::ff"

static const struct {
	const char *id, *host, *left, *right;
	enum orient_side side;
	const char *me, *nexthop, *why;
} cases[] = {
	{ "ACC-04", WEST, "10.0.0.1", "11.0.0.1", ORIENT_LEFT, "10.0.0.1", "10.0.0.254", NULL },
	{ "ACC-04", EAST, "10.0.0.1", "11.0.0.1", ORIENT_RIGHT, "11.0.0.1", "11.0.0.254", NULL },
	{ "SYS-04", WEST, "10.0.1.1", "11.0.0.1", ORIENT_LEFT, "10.0.1.1", NULL, NULL }, /* any local address */
	{ "SYS-04", WEST, "11.0.0.1", "127.0.0.1", ORIENT_RIGHT, "127.0.0.1", NULL, NULL },
	{ "SYS-04", SIX, "2001:db8::1", "2001:db8::2", ORIENT_LEFT, "2001:db8::1", NULL, NULL },
	{ "SYS-04", WEST, "10.0.0.1", "%any", ORIENT_LEFT, "10.0.0.1", "10.0.0.254", NULL },
	{ "SYS-04", WEST, "%any", "10.0.0.1", ORIENT_RIGHT, "10.0.0.1", "10.0.0.254", NULL },
	{ "ACC-05 VAL-14", WEST, "12.0.0.1", "11.0.0.1", ORIENT_NEITHER, NULL, NULL,
	  "left=12.0.0.1 is no address of this host, right=11.0.0.1 is no address of this host; "
	  "it has 10.0.0.1 (eth0), 10.0.1.1 (eth1)" },
	{ "VAL-14", WEST, "%any", "11.0.0.1", ORIENT_NEITHER, NULL, NULL, "left=%any stands for peers only" },
	{ "VAL-14", WEST, "%any", "%any", ORIENT_NEITHER, NULL, NULL, "right=%any stands for peers only" },
	{ "VAL-14", "lo 127.0.0.1", "10.0.0.1", "%any", ORIENT_NEITHER, NULL, NULL, "none but for its own use" },
	{ "VAL-14", "", "10.0.0.1", "11.0.0.1", ORIENT_NEITHER, NULL, NULL, "none" },
	{ "VAL-14", WEST, "::ffff:10.0.0.1", "%any", ORIENT_NEITHER, NULL, NULL, "no address of this host" },
	{ "ACC-06 VAL-15", WEST, "10.0.0.1", "10.0.1.1", ORIENT_BOTH, NULL, NULL, "are both this host" },
	{ "VAL-15", WEST, "10.0.0.1", "10.0.0.1", ORIENT_BOTH, NULL, NULL, "are both this host" },
	{ "VAL-15", WEST, "%defaultroute", "10.0.1.1", ORIENT_BOTH, NULL, NULL, "left=%defaultroute and right=10.0.1.1" },
	{ "VAL-03", WEST, "%defaultroute", "%defaultroute", ORIENT_BOTH, NULL, NULL, "one of them has to be another" },
	/* by the default route */
	{ "MAG-01", WEST, "%defaultroute", "11.0.0.1", ORIENT_LEFT, "10.0.0.1", "10.0.0.254", NULL },
	{ "MAG-01", WEST, "11.0.0.1", "%defaultroute", ORIENT_RIGHT, "10.0.0.1", "10.0.0.254", NULL },
	{ "MAG-01", WEST, "%defaultroute", "%any", ORIENT_LEFT, "10.0.0.1", "10.0.0.254", NULL },
	{ "MAG-01", WEST, "%defaultroute", "name", ORIENT_LEFT, "10.0.0.1", "10.0.0.254", NULL },
	{ "ACC-08 VAL-04", "eth0 10.0.0.1", "%defaultroute", "11.0.0.1", ORIENT_NEITHER, NULL, NULL,
	  "left=%defaultroute finds no default route" },
	{ "ACC-08", "eth0 10.0.0.1; eth1 10.0.1.1; default eth0 10.0.0.254 200; default eth1 10.0.1.254 100",
	  "%defaultroute", "11.0.0.1", ORIENT_LEFT, "10.0.1.1", "10.0.1.254", NULL }, /* the least metric */
	{ "MAG-01", WEST, "%defaultroute", "2001:db8::2", ORIENT_NEITHER, NULL, NULL, "no default route" },
	{ "MAG-01", "eth0 10.0.0.1; default ppp1 10.9.9.9", "%defaultroute", "11.0.0.1", ORIENT_NEITHER, NULL, NULL,
	  "no default route with an address" },
	{ "MAG-01", "eth0 10.0.0.1; eth0 2001:db8::1; default eth0 2001:db8::ff", "%defaultroute", "2001:db8::2",
	  ORIENT_LEFT, "2001:db8::1", "2001:db8::ff", NULL },
	{ "MAG-01", "eth0 ~10.0.0.1; eth0 10.0.0.2; default eth0 10.0.0.254", "%defaultroute", "%any", ORIENT_LEFT,
	  "10.0.0.2", "10.0.0.254", NULL },
	/* names, and addresses that may come */
	{ "LIT-33", WEST, "west=10.0.0.1", "east=11.0.0.1", ORIENT_LEFT, "10.0.0.1", "10.0.0.254", NULL },
	{ "LIT-33", WEST, "west=10.0.0.1", "name", ORIENT_LEFT, "10.0.0.1", "10.0.0.254", NULL },
	{ "LIT-33", WEST, "name", "11.0.0.1", ORIENT_LATER, NULL, NULL, "left=name has no address" },
	{ "LIT-33", WEST, "a=12.0.0.1", "b=11.0.0.1", ORIENT_NEITHER, NULL, NULL, "has no address of this host" },
	{ "LIT-33", WEST, "west=10.0.0.1", "10.0.1.1", ORIENT_BOTH, NULL, NULL, "both" },
	{ "SYS-04", "eth0 ~2001:db8::1", "2001:db8::1", "2001:db8::2", ORIENT_LATER, NULL, NULL, "not usable yet" },
};

static void test_orient(void **state)
{
	struct iflist list;
	struct oriented out;
	char text[ADDR_TEXT];
	const char *hop;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		struct orient_end left = make_end(cases[i].left), right = make_end(cases[i].right);

		make_host(&list, cases[i].host);
		if (orient(&left, &right, &list, NULL, &out) != cases[i].side)
			print_message("# %s: %s %s: %d, %s\n", cases[i].id, cases[i].left, cases[i].right,
				      out.side, out.why);
		assert_int_equal(out.side, cases[i].side);
		if (cases[i].why) {
			if (!strstr(out.why, cases[i].why))
				print_message("# %s\n", out.why);
			assert_non_null(strstr(out.why, cases[i].why));
			assert_int_equal(out.me.len, 0);
			continue;
		}
		assert_string_equal(out.why, "");
		assert_string_equal(addr_print(out.me.b, out.me.len, text), cases[i].me);
		hop = cases[i].nexthop;
		hop = hop ? hop : "";
		assert_string_equal(out.nexthop.len ? addr_print(out.nexthop.b, out.nexthop.len, text) : "", hop);
	}
}

/* The route to the other end is better than the default route (ACC-08). */
static void test_via(void **state)
{
	struct orient_end left = make_end("%defaultroute"), right = make_end("11.0.0.1");
	struct ifroute via = { .family_len = 4, .dev = "eth1", .index = '1' };
	struct iflist list;
	struct oriented out;
	char text[ADDR_TEXT];

	(void)state;
	make_host(&list, WEST);
	via.gateway = addr_of("10.0.1.9");
	assert_int_equal(orient(&left, &right, &list, &via, &out), ORIENT_LEFT);
	assert_string_equal(addr_print(out.me.b, 4, text), "10.0.1.1");
	assert_string_equal(addr_print(out.nexthop.b, 4, text), "10.0.1.9");
	assert_string_equal(out.dev, "eth1");
	via.source = addr_of("10.0.0.1");
	assert_int_equal(orient(&left, &right, &list, &via, &out), ORIENT_LEFT);
	assert_string_equal(addr_print(out.me.b, 4, text), "10.0.0.1");
}

/* Reasons stay within their room, however many addresses there are. */
static void test_long(void **state)
{
	struct orient_end left = make_end("12.0.0.1"), right = make_end("11.0.0.1");
	struct iface_addr addrs[100];
	struct iflist list = { .addr = addrs, .naddr = N(addrs) };
	struct oriented out;
	size_t i;

	(void)state;
	memset(addrs, 0, sizeof(addrs));
	for (i = 0; i < N(addrs); i++) {
		addrs[i].addr = addr_of("2001:db8:1111:2222:3333:4444:5555:6666");
		memcpy(addrs[i].dev, "enp0s31f6.1234", 15);
	}
	assert_int_equal(orient(&left, &right, &list, NULL, &out), ORIENT_NEITHER);
	assert_string_equal(out.why + strlen(out.why) - 5, ", ...");
}

/* Messages ------------------------------------------------------------------------------------ */

static char buf[1024];

static struct nlmsghdr *message(uint16_t type, const void *head, size_t n)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = type;
	memcpy(mnl_nlmsg_put_extra_header(nlh, n), head, n);
	return nlh;
}

static void put_addr(struct nlmsghdr *nlh, uint16_t type, const char *text)
{
	struct addr a = addr_of(text);

	mnl_attr_put(nlh, type, a.len, a.b);
}

static void take_addrs(struct iflist *list)
{
	struct ifaddrmsg ia = { .ifa_family = AF_INET, .ifa_index = 3 };
	struct nlmsghdr *nlh;

	nlh = message(RTM_NEWADDR, &ia, sizeof(ia)); /* point to point: ours is IFA_LOCAL */
	put_addr(nlh, IFA_ADDRESS, "10.9.9.9");
	put_addr(nlh, IFA_LOCAL, "10.0.0.1");
	iflist_take(list, nlh);
	nlh = message(RTM_NEWADDR, &ia, sizeof(ia)); /* of a wrong length */
	put_addr(nlh, IFA_LOCAL, "::1");
	iflist_take(list, nlh);
	nlh = message(RTM_NEWADDR, &ia, sizeof(ia)); /* of none */
	iflist_take(list, nlh);
	ia = (struct ifaddrmsg){ .ifa_family = AF_INET6, .ifa_index = 4, .ifa_scope = RT_SCOPE_LINK };
	nlh = message(RTM_NEWADDR, &ia, sizeof(ia));
	put_addr(nlh, IFA_ADDRESS, "fe80::1");
	mnl_attr_put_u32(nlh, IFA_FLAGS, IFA_F_TENTATIVE);
	iflist_take(list, nlh);
	nlh = message(RTM_NEWADDR, &ia, 4); /* cut off */
	iflist_take(list, nlh);
	ia.ifa_family = 77;
	nlh = message(RTM_NEWADDR, &ia, sizeof(ia));
	put_addr(nlh, IFA_ADDRESS, "fe80::2");
	iflist_take(list, nlh);
}

static void take_routes(struct iflist *list)
{
	struct rtmsg rt = { .rtm_family = AF_INET, .rtm_type = RTN_UNICAST, .rtm_table = RT_TABLE_MAIN };
	struct nlmsghdr *nlh;

	nlh = message(RTM_NEWROUTE, &rt, sizeof(rt));
	mnl_attr_put_u32(nlh, RTA_OIF, 3);
	mnl_attr_put_u32(nlh, RTA_PRIORITY, 200);
	put_addr(nlh, RTA_GATEWAY, "10.0.0.254");
	iflist_take(list, nlh);
	nlh = message(RTM_NEWROUTE, &rt, sizeof(rt));
	mnl_attr_put_u32(nlh, RTA_OIF, 3);
	mnl_attr_put_u32(nlh, RTA_PRIORITY, 100);
	iflist_take(list, nlh);
	rt.rtm_dst_len = 24; /* no default route */
	iflist_take(list, message(RTM_NEWROUTE, &rt, sizeof(rt)));
	rt.rtm_dst_len = 0;
	rt.rtm_type = RTN_BLACKHOLE;
	iflist_take(list, message(RTM_NEWROUTE, &rt, sizeof(rt)));
	rt.rtm_type = RTN_UNICAST;
	rt.rtm_table = 100; /* of another table */
	iflist_take(list, message(RTM_NEWROUTE, &rt, sizeof(rt)));
	iflist_take(list, message(RTM_NEWROUTE, &rt, 4));
	iflist_take(list, message(RTM_NEWNEIGH, &rt, sizeof(rt)));
}

static void test_messages(void **state)
{
	struct ifinfomsg link = { .ifi_index = 3 };
	struct iflist list = { .addr = NULL };
	struct nlmsghdr *nlh;
	char text[ADDR_TEXT];

	(void)state;
	take_addrs(&list);
	assert_int_equal(list.naddr, 2);
	assert_string_equal(addr_print(list.addr[0].addr.b, list.addr[0].addr.len, text), "10.0.0.1");
	assert_true(list.addr[1].link && list.addr[1].unusable);

	take_routes(&list);
	assert_int_equal(list.nroute, 2);
	iflist_sort(&list);
	assert_int_equal(list.route[0].metric, 100);
	assert_int_equal(list.route[0].gateway.len, 0);

	nlh = message(RTM_NEWLINK, &link, sizeof(link));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, "eth0");
	iflist_take(&list, nlh);
	assert_string_equal(list.addr[0].dev, "eth0");
	assert_string_equal(list.addr[1].dev, "");
	assert_string_equal(list.route[1].dev, "eth0");
	assert_ptr_equal(iflist_source(&list, &list.route[0]), &list.addr[0].addr);
	iflist_fini(&list);
}

/* RTA_MULTIPATH: the first hop counts; one that is too long for its attribute does not. */
static void test_multipath(void **state)
{
	struct rtmsg rt = { .rtm_family = AF_INET, .rtm_type = RTN_UNICAST, .rtm_table = RT_TABLE_MAIN };
	struct iflist list = { .addr = NULL };
	struct nlmsghdr *nlh;
	struct {
		struct rtnexthop hop;
		struct nlattr attr;
		uint8_t gateway[4];
	} hop = { { .rtnh_len = sizeof(hop), .rtnh_ifindex = 9 }, { 8, RTA_GATEWAY }, { 10, 0, 0, 254 } };

	(void)state;
	nlh = message(RTM_NEWROUTE, &rt, sizeof(rt));
	mnl_attr_put(nlh, RTA_MULTIPATH, sizeof(hop), &hop);
	iflist_take(&list, nlh);
	hop.hop.rtnh_len = sizeof(hop) + 4;
	nlh = message(RTM_NEWROUTE, &rt, sizeof(rt));
	mnl_attr_put(nlh, RTA_MULTIPATH, sizeof(hop), &hop);
	iflist_take(&list, nlh);
	assert_int_equal(list.nroute, 2);
	assert_int_equal(list.route[0].index, 9);
	assert_memory_equal(list.route[0].gateway.b, hop.gateway, 4);
	assert_int_equal(list.route[1].index, 0);
	assert_int_equal(list.route[1].gateway.len, 0);
	iflist_fini(&list);
}

/* Whether lo going up is seen, and then found; 77: no namespace may be made here. */
static int watch_lo(void)
{
	const struct addr one = addr_of("127.0.0.1"), far = addr_of("11.0.0.1");
	struct ifreq lo = { .ifr_name = "lo" };
	struct pollfd wait;
	struct ifroute route;
	struct iflist list;
	int s, bad;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) && unshare(CLONE_NEWNET))
		return 77;
	wait = (struct pollfd){ .fd = ifaddr_watch(), .events = POLLIN };
	s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bad = wait.fd < 0 || ifaddr_changed(wait.fd) || iflist_read(&list) || list.naddr || list.nroute;
	iflist_fini(&list);
	lo.ifr_flags = IFF_UP;
	bad = bad || ioctl(s, SIOCSIFFLAGS, &lo) || poll(&wait, 1, 5000) != 1 || !ifaddr_changed(wait.fd);
	bad = bad || iflist_read(&list) || !list.naddr || strcmp(list.addr[0].dev, "lo") != 0 || !list.addr[0].loopback;
	bad = bad || ifaddr_route_to(&list, &one, &route) || strcmp(route.dev, "lo") != 0 || !route.source.len;
	bad = bad || ifaddr_route_to(&list, &far, &route) != -ENETUNREACH;
	iflist_fini(&list);
	return bad;
}

static void test_watch(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (!pid)
		_exit(watch_lo());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("# SKIP no namespace may be made here\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_kernel(void **state)
{
	struct addr one = addr_of("127.0.0.1");
	struct iflist list;
	bool found = false;
	size_t i;
	int err = iflist_read(&list);
	int fd;

	(void)state;
	if (err == -EPERM || err == -EPROTONOSUPPORT) {
		print_message("# SKIP no rtnetlink here: %s\n", strerror(-err));
		skip();
	}
	assert_int_equal(err, 0);
	for (i = 0; i < list.naddr; i++)
		if (!strcmp(list.addr[i].dev, "lo") && !memcmp(&list.addr[i].addr, &one, sizeof(one)))
			found = list.addr[i].loopback;
	assert_true(found || !list.naddr); /* a namespace whose lo is down has none */
	for (i = 0; i < list.nroute; i++)
		assert_true(list.route[i].dev[0]);
	iflist_fini(&list);
	fd = ifaddr_watch();
	assert_true(fd >= 0);
	assert_false(ifaddr_changed(fd));
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orient),	  cmocka_unit_test(test_via),	    cmocka_unit_test(test_long),
		cmocka_unit_test(test_messages), cmocka_unit_test(test_multipath), cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_watch),
	};

	return cmocka_run_group_tests_name("net_orient", tests, NULL, NULL);
}
