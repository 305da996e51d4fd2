// SPDX-License-Identifier: GPL-2.0-or-later
/* ifaddr.c - addresses and default routes, by rtnetlink. */
#include "net/ifaddr.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

#define GROUPS                                                   \
	(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | \
	 RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE)

/* Messages ------------------------------------------------------------------------------------ */

static void set_addr(struct addr *to, const struct nlattr *attr, size_t len)
{
	if (mnl_attr_get_payload_len(attr) != len)
		return;
	to->len = (uint8_t)len;
	memcpy(to->b, mnl_attr_get_payload(attr), len);
}

static size_t family_len(uint8_t family)
{
	return family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0;
}

struct by_type {
	const struct nlattr **attr;
	uint16_t max;
};

static int sort_attr(const struct nlattr *attr, void *arg)
{
	const struct by_type *to = arg;

	if (mnl_attr_get_type(attr) <= to->max)
		to->attr[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

/* The attributes of one message by their type; attr is cleared. */
static void by_type(const struct nlmsghdr *nlh, unsigned int head, const struct nlattr **attr, uint16_t max)
{
	mnl_attr_parse(nlh, head, sort_attr, &(struct by_type){ attr, max });
}

static uint32_t number(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) == sizeof(uint32_t) ?
		       mnl_attr_get_u32(attr) :
		       0;
}

/* Only the prefix is left. */
static void clear_host(struct addr *net, uint8_t plen)
{
	unsigned int i;

	for (i = plen; i < net->len * 8U; i++)
		net->b[i / 8] &= (uint8_t)~(0x80 >> i % 8);
}

static void take_addr(struct iflist *list, const struct nlmsghdr *nlh)
{
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr[IFA_FLAGS + 1] = { NULL };
	size_t len;
	struct iface_addr a = { .index = m->ifa_index };
	uint32_t flags;

	len = family_len(m->ifa_family);
	by_type(nlh, sizeof(*m), attr, IFA_FLAGS);
	/* of a point-to-point device IFA_ADDRESS is the other end */
	if (len && attr[IFA_LOCAL])
		set_addr(&a.addr, attr[IFA_LOCAL], len);
	else if (len && attr[IFA_ADDRESS])
		set_addr(&a.addr, attr[IFA_ADDRESS], len);
	if (!a.addr.len)
		return;
	a.net = a.addr;
	if (attr[IFA_ADDRESS])
		set_addr(&a.net, attr[IFA_ADDRESS], len);
	a.plen = m->ifa_prefixlen;
	clear_host(&a.net, a.plen);
	flags = attr[IFA_FLAGS] ? number(attr[IFA_FLAGS]) : m->ifa_flags;
	a.unusable = flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED) &&
		     !(flags & IFA_F_OPTIMISTIC);
	a.link = len == 16 && m->ifa_scope == RT_SCOPE_LINK;
	a.loopback = m->ifa_scope == RT_SCOPE_HOST;
	list->addr =
		mem_grow(list->addr, list->naddr, &list->addr_room, sizeof(a));
	list->addr[list->naddr++] = a;
}

static int take_gateway(const struct nlattr *attr, void *arg)
{
	struct ifroute *r = arg;

	if (mnl_attr_get_type(attr) == RTA_GATEWAY)
		set_addr(&r->gateway, attr, r->family_len);
	return MNL_CB_OK;
}

/* Of several next hops the first: they are alternatives. */
static void take_hop(struct ifroute *r, const struct nlattr *multipath)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(multipath);
	size_t len = mnl_attr_get_payload_len(multipath);

	if (len < sizeof(*hop) || hop->rtnh_len < sizeof(*hop) ||
	    hop->rtnh_len > len)
		return;
	r->index = (uint32_t)hop->rtnh_ifindex;
	mnl_attr_parse_payload(hop + 1, hop->rtnh_len - sizeof(*hop),
			       take_gateway, r);
}

static void take_ways(struct ifroute *r, const struct nlattr *const *attr)
{
	r->index = number(attr[RTA_OIF]);
	r->metric = number(attr[RTA_PRIORITY]);
	if (attr[RTA_GATEWAY])
		set_addr(&r->gateway, attr[RTA_GATEWAY], r->family_len);
	if (attr[RTA_PREFSRC])
		set_addr(&r->source, attr[RTA_PREFSRC], r->family_len);
	if (attr[RTA_MULTIPATH])
		take_hop(r, attr[RTA_MULTIPATH]);
}

static void take_route(struct iflist *list, const struct nlmsghdr *nlh)
{
	const struct rtmsg *m = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr[RTA_TABLE + 1] = { NULL };
	struct ifroute r = { .family_len = (uint8_t)family_len(m->rtm_family) };
	uint32_t table;

	by_type(nlh, sizeof(*m), attr, RTA_TABLE);
	table = attr[RTA_TABLE] ? number(attr[RTA_TABLE]) : m->rtm_table;
	if (!r.family_len || m->rtm_dst_len || m->rtm_src_len ||
	    m->rtm_type != RTN_UNICAST || table != RT_TABLE_MAIN)
		return;
	take_ways(&r, attr);
	list->route = mem_grow(list->route, list->nroute, &list->route_room,
			       sizeof(r));
	list->route[list->nroute++] = r;
}

/* The name of a device, for the addresses and routes that have come already. */
static void take_link(struct iflist *list, const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *m = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr[IFLA_IFNAME + 1] = { NULL };
	char name[IFADDR_DEV];
	size_t i;

	by_type(nlh, sizeof(*m), attr, IFLA_IFNAME);
	if (!attr[IFLA_IFNAME])
		return;
	snprintf(name, sizeof(name), "%.*s",
		 (int)mnl_attr_get_payload_len(attr[IFLA_IFNAME]),
		 mnl_attr_get_str(attr[IFLA_IFNAME]));
	for (i = 0; i < list->naddr; i++)
		if (list->addr[i].index == (uint32_t)m->ifi_index)
			memcpy(list->addr[i].dev, name, sizeof(name));
	for (i = 0; i < list->nroute; i++)
		if (list->route[i].index == (uint32_t)m->ifi_index)
			memcpy(list->route[i].dev, name, sizeof(name));
}

void iflist_take(struct iflist *list, const struct nlmsghdr *nlh)
{
	size_t n = mnl_nlmsg_get_payload_len(nlh);

	switch (nlh->nlmsg_type) {
	case RTM_NEWADDR:
		if (n >= sizeof(struct ifaddrmsg))
			take_addr(list, nlh);
		break;
	case RTM_NEWROUTE:
		if (n >= sizeof(struct rtmsg))
			take_route(list, nlh);
		break;
	case RTM_NEWLINK:
		if (n >= sizeof(struct ifinfomsg))
			take_link(list, nlh);
		break;
	default:
		break;
	}
}

static int compare(const void *a, const void *b)
{
	const struct ifroute *x = a, *y = b;

	if (x->family_len != y->family_len)
		return x->family_len < y->family_len ? -1 : 1;
	return x->metric < y->metric ? -1 : x->metric > y->metric;
}

void iflist_sort(struct iflist *list)
{
	if (list->nroute)
		qsort(list->route, list->nroute, sizeof(*list->route), compare);
}

void iflist_fini(struct iflist *list)
{
	free(list->addr);
	free(list->route);
	memset(list, 0, sizeof(*list));
}

const struct addr *iflist_source(const struct iflist *list,
				 const struct ifroute *route)
{
	size_t i;

	if (route->source.len)
		return &route->source;
	for (i = 0; i < list->naddr; i++) {
		const struct iface_addr *a = &list->addr[i];

		if (a->index == route->index &&
		    a->addr.len == route->family_len && !a->link &&
		    !a->unusable)
			return &a->addr;
	}
	return NULL;
}

/* The kernel ---------------------------------------------------------------------------------- */

static int take_message(const struct nlmsghdr *nlh, void *arg)
{
	iflist_take(arg, nlh);
	return MNL_CB_OK;
}

static int dump(struct mnl_socket *nl, uint16_t type, uint32_t seq,
		struct iflist *list)
{
	static char buf[32768];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	ssize_t n;
	int go;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = seq;
	/* all headers begin with the family, and are zero behind it: of all families, all */
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	do {
		n = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (n < 0)
			return -errno;
		go = mnl_cb_run(buf, (size_t)n, seq, mnl_socket_get_portid(nl),
				take_message, list);
	} while (go > 0);
	return go < 0 ? -errno : 0;
}

int iflist_read(struct iflist *list)
{
	static const uint16_t types[] = { RTM_GETADDR, RTM_GETROUTE,
					  RTM_GETLINK };
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int err = 0;
	size_t i;

	memset(list, 0, sizeof(*list));
	if (!nl)
		return -errno;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		err = -errno;
	for (i = 0; !err && i < sizeof(types) / sizeof(types[0]); i++)
		err = dump(nl, types[i], (uint32_t)i + 1, list);
	mnl_socket_close(nl);
	if (err)
		iflist_fini(list);
	iflist_sort(list);
	return err;
}

/* The answer of the kernel to one question. */
static int take_answer(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *attr[RTA_TABLE + 1] = { NULL };
	struct ifroute *r = arg;

	if (nlh->nlmsg_type != RTM_NEWROUTE ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(struct rtmsg))
		return MNL_CB_OK;
	by_type(nlh, sizeof(struct rtmsg), attr, RTA_TABLE);
	take_ways(r, attr);
	return MNL_CB_OK;
}

static int ask(struct mnl_socket *nl, const struct addr *peer,
	       struct ifroute *route)
{
	char buf[8192];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtmsg *m;
	ssize_t n;

	nlh->nlmsg_type = RTM_GETROUTE;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nlh->nlmsg_seq = 1;
	m = mnl_nlmsg_put_extra_header(nlh, sizeof(*m));
	m->rtm_family = peer->len == 4 ? AF_INET : AF_INET6;
	m->rtm_dst_len = (unsigned char)(peer->len * 8);
	mnl_attr_put(nlh, RTA_DST, peer->len, peer->b);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	n = mnl_socket_recvfrom(nl, buf, sizeof(buf));
	if (n < 0 || mnl_cb_run(buf, (size_t)n, 1, mnl_socket_get_portid(nl),
				take_answer, route) < 0)
		return -errno;
	return 0;
}

int ifaddr_route_to(const struct iflist *list, const struct addr *peer,
		    struct ifroute *route)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int err;
	size_t i;

	memset(route, 0, sizeof(*route));
	route->family_len = peer->len;
	if (!nl)
		return -errno;
	err = mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0 ?
		      -errno :
		      ask(nl, peer, route);
	mnl_socket_close(nl);
	for (i = 0; i < list->naddr; i++)
		if (list->addr[i].index == route->index)
			memcpy(route->dev, list->addr[i].dev,
			       sizeof(route->dev));
	return err;
}

int ifaddr_watch(void)
{
	struct mnl_socket *nl =
		mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	int fd;

	if (!nl)
		return -errno;
	if (mnl_socket_bind(nl, GROUPS, MNL_SOCKET_AUTOPID) < 0) {
		fd = -errno;
	} else {
		/* the caller has a descriptor, and libmnl nothing that it would need */
		fd = fcntl(mnl_socket_get_fd(nl), F_DUPFD_CLOEXEC, 0);
		fd = fd < 0 ? -errno : fd;
	}
	mnl_socket_close(nl);
	return fd;
}

bool ifaddr_changed(int fd)
{
	char buf[8192];
	bool changed = false;
	ssize_t n;

	do {
		n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (n > 0 || (n < 0 && errno == ENOBUFS))
			changed = true;
	} while (n > 0 || (n < 0 && (errno == ENOBUFS || errno == EINTR)));
	return changed;
}
