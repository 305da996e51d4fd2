// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - module and namespace life: the order in which everything starts and stops.
 */
#include <linux/module.h>
#include <net/genetlink.h>
#include "netns.h"
#include "crypto.h"
#include "journey.h"
#include "selftest/selftest.h"

unsigned int nfi_net_id;

const struct nfi_up nfi_up = {
	.hooks_update = nfi_hooks_update,
	.released = nfi_output_released,
	.sa_mtu = nfi_sa_mtu,
};

static void defaults(struct nfi_settings *set)
{
	set->dflt = NFI_ACT_PASS;
	set->secpath = 1;
	set->mss = 1;
	set->natt_port = 4500;
	set->hold_packets = 64;
	set->hold_ms = 30000;
}

static int __net_init net_init(struct net *net)
{
	struct nfi_net *nn = nfi_pernet(net);
	int err;

	nn->net = net;
	mutex_init(&nn->lock);
	nfi_hooks_net_init(nn);
	defaults(&nn->set);
	nfi_txn_init(nn);

	err = nfi_stats_init(nn);
	if (err)
		return err;
	err = nfi_event_init(nn);
	if (err)
		goto err_event;
	err = nfi_sad_init(nn);
	if (err)
		goto err_sad;
	err = nfi_spd_init(nn);
	if (err)
		goto err_spd;
	err = nfi_trap_init(nn);
	if (err)
		goto err_trap;
	err = nfi_input_init(nn);
	if (err)
		goto err_input;
	return 0;

err_input:
	nfi_trap_pre_exit(nn);
err_trap:
	nfi_spd_pre_exit(nn);
	nfi_spd_exit(nn);
err_spd:
	nfi_sad_pre_exit(nn);
	nfi_sad_exit(nn);
err_sad:
	nfi_event_exit(nn);
err_event:
	nfi_stats_exit(nn);
	return err;
}

/*
 * Before the devices of the namespace go: no new packets, no new configuration, and no route that
 * holds a device (datapath.md pitfall 20). A grace period follows before net_exit().
 */
static void __net_exit net_pre_exit(struct net *net)
{
	struct nfi_net *nn = nfi_pernet(net);

	WRITE_ONCE(nn->dying, 1);
	nfi_netlink_pre_exit(nn);
	nfi_hooks_pre_exit(nn);
	nfi_trap_pre_exit(nn);
	nfi_spd_pre_exit(nn);
	nfi_sad_pre_exit(nn);
	nfi_route_flush_dev(nn, NULL);
}

static void __net_exit net_exit(struct net *net)
{
	struct nfi_net *nn = nfi_pernet(net);

	nfi_hooks_net_exit(nn);
	nfi_input_exit(nn);
	nfi_spd_exit(nn);
	nfi_sad_exit(nn);
	nfi_event_exit(nn);
	nfi_stats_exit(nn);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.pre_exit = net_pre_exit,
	.exit = net_exit,
	.id = &nfi_net_id,
	.size = sizeof(struct nfi_net),
};

static int __init nfi_init(void)
{
	int err;

	err = nfi_crypto_init();
	if (err)
		return err;
	err = nfi_selftest();
	if (err)
		goto err_net;
	err = register_pernet_subsys(&net_ops);
	if (err)
		goto err_net;
	err = nfi_hooks_init();
	if (err)
		goto err_hooks;
	err = nfi_input_register();
	if (err)
		goto err_input;
	err = nfi_tcguard_init();
	if (err)
		goto err_tcguard;
	err = nfi_netlink_init();
	if (err)
		goto err_netlink;
	return 0;

err_netlink:
	nfi_tcguard_exit();
err_tcguard:
	nfi_input_unregister();
err_input:
	nfi_hooks_exit();
err_hooks:
	unregister_pernet_subsys(&net_ops);
	nfi_secpath_exit();
err_net:
	nfi_crypto_exit();
	return err;
}

/*
 * The family goes first, so that nobody configures any more; then the ways in; then the namespaces
 * with all their objects; last the memory that is freed by RCU.
 */
static void __exit nfi_exit(void)
{
	nfi_netlink_exit();
	nfi_tcguard_exit();
	nfi_input_unregister();
	nfi_hooks_exit();
	unregister_pernet_subsys(&net_ops);
	nfi_sa_flush_work();
	nfi_secpath_exit();
	nfi_crypto_exit();
}

module_init(nfi_init);
module_exit(nfi_exit);
MODULE_DESCRIPTION("IPsec (ESP and AH) from netfilter hooks");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1");
MODULE_ALIAS_GENL_FAMILY(NFI_GENL_NAME);
