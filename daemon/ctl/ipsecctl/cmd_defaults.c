// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_defaults.c - showdefaults: what %defaultroute stands for. */
#include "ctl.h"

#include <string.h>

#include "net/ifaddr.h"

/* The lines of FreeS/WAN. There is no ipsecN device today: the one of the route stands for it. */
static void print_route(const struct iflist *list, const struct ifroute *r)
{
	const struct addr *source = iflist_source(list, r);
	char text[ADDR_TEXT];

	printf("routephys=%s\nroutevirt=%s\n", r->dev, r->dev);
	printf("routeaddr=%s\n",
	       source ? addr_print(source->b, source->len, text) : "none");
	printf("routenexthop=%s\n",
	       r->gateway.len ? addr_print(r->gateway.b, r->gateway.len, text) :
				"%direct");
}

int cmd_showdefaults(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	bool v4 = ctl_has(ctl, FLAG_IPV4), v6 = ctl_has(ctl, FLAG_IPV6);
	struct iflist list;
	size_t i, n = 0;
	int err;

	(void)cmd;
	if (words_peek(w)) {
		words_fail(w, w->at, "nothing is expected here");
		return ctl_usage(w);
	}
	err = iflist_read(&list);
	if (err) {
		fprintf(stderr,
			"ipsecctl: cannot ask the kernel for its routes: %s\n",
			strerror(-err));
		return CTL_FAILED;
	}
	for (i = 0; i < list.nroute; i++) {
		if (v4 != v6 && list.route[i].family_len != (v4 ? 4 : 16))
			continue;
		if (n++)
			printf("\n");
		print_route(&list, &list.route[i]);
	}
	iflist_fini(&list);
	if (!n)
		fprintf(stderr,
			"ipsecctl: there is no default route; write addresses instead of %%defaultroute, or: ip route add default via ADDRESS\n");
	return n ? CTL_OK : CTL_FAILED;
}
