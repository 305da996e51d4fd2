// SPDX-License-Identifier: GPL-2.0-or-later
/* links: kernel/flow.c kernel/selector.c */
/* flow.c - any octets as a packet: read step by step as from an skb, nothing beyond is touched. */
#include <linux/kernel.h>
#include <linux/socket.h>
#include <stdlib.h>
#include <string.h>
#include "selector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct nfi_flow *flow, u32 total)
{
	if (flow->thoff < 20 || ((flow->flags & NFI_FLOW_PORTS) && flow->thoff + 4u > total))
		abort();
	if (!(flow->flags & NFI_FLOW_PORTS) && (flow->sport || flow->dport))
		abort();
	if (flow->pad || flow->pad2 || flow->mark)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nfi_view view = { 0 };
	struct nfi_flow flow;
	int err, rounds = 0;
	u8 family, *copy;

	if (size < 2 || size > 70000)
		return 0;
	view.how = data[0] & 3;
	family = data[0] & 4 ? AF_INET6 : AF_INET;
	view.total = (u32)size - 1;
	do {
		copy = malloc(view.have + 1); /* exact, for the sanitizer; not empty */
		memcpy(copy, data + 1, view.have);
		view.p = copy;
		err = nfi_flow_read(&view, family, &flow);
		free(copy);
		if (err > 0 && ((u32)err <= view.have || (u32)err > view.total || ++rounds > 20))
			abort();
		view.have = err > 0 ? (u32)err : view.have;
	} while (err > 0);
	if (!err)
		check(&flow, view.total);
	return 0;
}
