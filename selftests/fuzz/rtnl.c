// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/net/ifaddr.c daemon/net/orient.c daemon/base/addr.c daemon/base/mem.c */
/* rtnl.c - any octets as messages of rtnetlink, and a conn that is oriented by them. */
#include <libmnl/libmnl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/orient.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct orient_end left = { .kind = ORIENT_DEFAULTROUTE, .text = "%defaultroute" };
	const struct orient_end right = { .text = "10.0.0.1", .addr = { { 4, { 10, 0, 0, 1 } } }, .naddr = 1 };
	struct iflist list = { .addr = NULL };
	struct oriented out;
	struct nlmsghdr *buf = malloc(size + 1), *nlh = buf;
	int left_over = (int)size;

	if (size)
		memcpy(buf, data, size);
	/* libmnl takes a length from 2 GiB for a negative one; the kernel sends none */
	for (; mnl_nlmsg_ok(nlh, left_over) && nlh->nlmsg_len <= size; nlh = mnl_nlmsg_next(nlh, &left_over))
		iflist_take(&list, nlh);
	iflist_sort(&list);
	if (orient(&left, &right, &list, NULL, &out) <= ORIENT_RIGHT ? !out.me.len : !out.why[0])
		abort();
	iflist_fini(&list);
	free(buf);
	return 0;
}
