// SPDX-License-Identifier: GPL-2.0-only
/*
 * tcguard.c - the egress guard as a classifier of tc. The kernel keeps netfilter away from what tc
 * and BPF programs redirect (skb->nf_skip_egress), but not the filters of the device it goes to:
 *
 *	tc qdisc add dev eth0 clsact
 *	tc filter add dev eth0 egress protocol all nf_ipsec
 *
 * It has no options, no handle but 1 and no state, so that nothing has to be locked. A device that
 * has it keeps the module in use: who asks for a guard does not want it to go silently.
 */
#include <linux/module.h>
#include <net/pkt_cls.h>
#include <net/sch_generic.h>
#include "journey.h"
#include "netns.h"

#define GUARD_HANDLE 1

static char present; /* its address says that the one filter is there */

static int guard_classify(struct sk_buff *skb, const struct tcf_proto *tp, struct tcf_result *res)
{
	if (skb_at_tc_ingress(skb) || !skb->dev || (skb->dev->flags & IFF_LOOPBACK))
		return TC_ACT_UNSPEC;
	if (nfi_output_guard(nfi_pernet_rcu(dev_net(skb->dev)), skb) == NF_ACCEPT)
		return TC_ACT_UNSPEC;
	return TC_ACT_SHOT;
}

static int guard_init(struct tcf_proto *tp)
{
	rcu_assign_pointer(tp->root, NULL);
	return 0;
}

static void guard_destroy(struct tcf_proto *tp, bool rtnl_held, struct netlink_ext_ack *extack)
{
}

static void *guard_get(struct tcf_proto *tp, u32 handle)
{
	return handle == GUARD_HANDLE ? rtnl_dereference(tp->root) : NULL;
}

static int guard_change(struct net *net, struct sk_buff *in, struct tcf_proto *tp,
			unsigned long base, u32 handle, struct nlattr **tca, void **arg, u32 flags,
			struct netlink_ext_ack *extack)
{
	if (tca[TCA_OPTIONS] && nla_len(tca[TCA_OPTIONS])) {
		NL_SET_ERR_MSG(extack, "nf_ipsec takes no options");
		return -EINVAL;
	}
	if (handle > GUARD_HANDLE) {
		NL_SET_ERR_MSG(extack, "the only handle of nf_ipsec is 1");
		return -EINVAL;
	}
	if (*arg || rtnl_dereference(tp->root)) {
		NL_SET_ERR_MSG(extack, "there is one already, and nothing that could be changed");
		return -EEXIST;
	}
	rcu_assign_pointer(tp->root, &present);
	*arg = &present;
	return 0;
}

static int guard_delete(struct tcf_proto *tp, void *arg, bool *last, bool rtnl_held,
			struct netlink_ext_ack *extack)
{
	rcu_assign_pointer(tp->root, NULL);
	*last = true;
	return 0;
}

static void guard_walk(struct tcf_proto *tp, struct tcf_walker *arg, bool rtnl_held)
{
	void *root = rtnl_dereference(tp->root);

	if (root)
		tc_cls_stats_dump(tp, arg, root);
}

static int guard_dump(struct net *net, struct tcf_proto *tp, void *fh, struct sk_buff *skb,
		      struct tcmsg *t, bool rtnl_held)
{
	if (fh)
		t->tcm_handle = GUARD_HANDLE;
	return skb->len;
}

static struct tcf_proto_ops guard_ops = {
	.kind = "nf_ipsec",
	.classify = guard_classify,
	.init = guard_init,
	.destroy = guard_destroy,
	.get = guard_get,
	.change = guard_change,
	.delete = guard_delete,
	.walk = guard_walk,
	.dump = guard_dump,
	.owner = THIS_MODULE,
};

int nfi_tcguard_init(void)
{
	return register_tcf_proto_ops(&guard_ops);
}

void nfi_tcguard_exit(void)
{
	unregister_tcf_proto_ops(&guard_ops);
}

MODULE_ALIAS("cls_nf_ipsec"); /* tc filter add loads us: Linux 6.1 */
MODULE_ALIAS("net-cls-nf_ipsec"); /* and 6.12 */
