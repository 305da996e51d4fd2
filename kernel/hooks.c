// SPDX-License-Identifier: GPL-2.0-only
/*
 * hooks.c - the only file that registers netfilter hooks; no logic. A namespace has the groups that
 * its objects need, and none when it is empty. Priorities: datapath.md 1.1.
 */
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>
#include "journey.h"
#include "netns.h"

static unsigned int hook_clear(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return nfi_input_clear(nfi_pernet_rcu(state->net), skb, state);
}

static unsigned int hook_taken(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return nfi_input_taken(nfi_pernet_rcu(state->net), skb, state);
}

static unsigned int hook_in(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return nfi_input(nfi_pernet_rcu(state->net), skb, state);
}

static unsigned int hook_bind(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return nfi_input_bind(nfi_pernet_rcu(state->net), skb);
}

static unsigned int hook_local_in(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	return nfi_input_filtered(nfi_pernet_rcu(state->net), skb, state);
}

static unsigned int hook_strip(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return nfi_input_strip(skb);
}

static unsigned int hook_out(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return nfi_output(nfi_pernet_rcu(state->net), skb, state, hook_out);
}

static unsigned int hook_natted(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return nfi_output_natted(nfi_pernet_rcu(state->net), skb, state, hook_natted);
}

static unsigned int hook_multicast(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	return nfi_output_multicast(nfi_pernet_rcu(state->net), skb, state);
}

static unsigned int hook_guard(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return nfi_output_guard(nfi_pernet_rcu(state->net), skb);
}

#define OP(fn, family, num, prio)                                                  \
	{                                                                          \
		.hook = (fn), .pf = (family), .hooknum = (num), .priority = (prio) \
	}
#define BOTH(fn, num, prio) \
	OP(fn, NFPROTO_IPV4, NF_INET_##num, prio), OP(fn, NFPROTO_IPV6, NF_INET_##num, prio)

static const struct nf_hook_ops ops_clear[] = {
	BOTH(hook_clear, PRE_ROUTING, NF_IP_PRI_CONNTRACK_DEFRAG + 1),
};

static const struct nf_hook_ops ops_bridge[] = {
	BOTH(hook_taken, LOCAL_IN, NF_IP_PRI_FIRST + 1),
	BOTH(hook_taken, FORWARD, NF_IP_PRI_FIRST + 1),
};

static const struct nf_hook_ops ops_in[] = {
	BOTH(hook_in, PRE_ROUTING, -250),
	BOTH(hook_bind, PRE_ROUTING, NF_IP_PRI_CONNTRACK + 1),
	BOTH(hook_local_in, LOCAL_IN, 90),
	BOTH(hook_strip, LOCAL_IN, INT_MAX),
};

static const struct nf_hook_ops ops_out[] = {
	BOTH(hook_out, POST_ROUTING, NF_IP_PRI_NAT_SRC - 1),
	BOTH(hook_natted, POST_ROUTING, NF_IP_PRI_NAT_SRC + 1),
};

static const struct nf_hook_ops ops_mcast[] = {
	BOTH(hook_multicast, FORWARD, NF_IP_PRI_MANGLE + 5),
	BOTH(hook_multicast, LOCAL_OUT, NF_IP_PRI_NAT_DST + 5),
};

static const struct group {
	u32 bit;
	const struct nf_hook_ops *ops;
	unsigned int n;
} groups[] = {
	/* the order of registration: what refuses comes before what opens */
	{ NFI_HOOKS_OUT, ops_out, ARRAY_SIZE(ops_out) },
	{ NFI_HOOKS_MCAST, ops_mcast, ARRAY_SIZE(ops_mcast) },
	{ NFI_HOOKS_BRIDGE, ops_bridge, ARRAY_SIZE(ops_bridge) },
	{ NFI_HOOKS_CLEAR, ops_clear, ARRAY_SIZE(ops_clear) },
	{ NFI_HOOKS_IN, ops_in, ARRAY_SIZE(ops_in) },
};

static u32 wanted(const struct nfi_net *nn)
{
	u32 want = 0;

	if (nfi_policy_any(nn, NFI_DIR_OUT) || nn->set.dflt == NFI_ACT_DROP)
		want |= NFI_HOOKS_OUT;
	if (nfi_policy_multicast(nn))
		want |= NFI_HOOKS_MCAST;
	if (nfi_policy_any(nn, NFI_DIR_IN) || nn->set.dflt == NFI_ACT_DROP || nn->sad.count)
		want |= NFI_HOOKS_CLEAR;
	if ((want & NFI_HOOKS_CLEAR) && READ_ONCE(nn->bridged))
		want |= NFI_HOOKS_BRIDGE;
	if (nn->sad.count)
		want |= NFI_HOOKS_IN;
	if (nn->set.guard)
		want |= NFI_HOOKS_GUARD;
	return want;
}

static int guard_add(struct nfi_net *nn, struct net_device *dev)
{
	struct nfi_guard *g = kzalloc(sizeof(*g), GFP_KERNEL);
	int err;

	if (!g)
		return -ENOMEM;
	g->dev = dev;
	g->ops.hook = hook_guard;
	g->ops.pf = NFPROTO_NETDEV;
	g->ops.hooknum = NF_NETDEV_EGRESS;
	g->ops.priority = INT_MIN;
	g->ops.dev = dev;
	err = nf_register_net_hook(nn->net, &g->ops);
	if (err) {
		kfree(g);
		return err;
	}
	list_add(&g->node, &nn->guards);
	return 0;
}

static void guard_del(struct nfi_net *nn, const struct net_device *dev)
{
	struct nfi_guard *g, *next;

	list_for_each_entry_safe(g, next, &nn->guards, node) {
		if (dev && g->dev != dev)
			continue;
		list_del(&g->node);
		nf_unregister_net_hook(nn->net, &g->ops);
		kfree_rcu(g, rcu);
	}
}

/*
 * The list of guards is protected by RTNL, and the setting is read under it: a device that comes
 * while the guard is being switched is seen by one side or by both, never by none.
 */
static int guard_switch(struct nfi_net *nn, bool on)
{
	struct net_device *dev;
	int err = 0;

	rtnl_lock();
	guard_del(nn, NULL);
	if (on) {
		for_each_netdev(nn->net, dev) {
			if (dev->flags & IFF_LOOPBACK)
				continue;
			err = guard_add(nn, dev);
			if (err)
				break;
		}
		if (err)
			guard_del(nn, NULL);
	}
	rtnl_unlock();
	return err;
}

static void guard_device(struct nfi_net *nn, struct net_device *dev, unsigned long event)
{
	if (event == NETDEV_REGISTER && READ_ONCE(nn->set.guard) && !(dev->flags & IFF_LOOPBACK)) {
		guard_del(nn, dev);
		if (guard_add(nn, dev))
			netdev_warn(dev,
				    "nf_ipsec: no memory for the egress guard of this device\n");
	}
	if (event == NETDEV_UNREGISTER)
		guard_del(nn, dev);
}

/* what holds a device lets it go before the kernel waits for it (datapath.md pitfall 21); RTNL */
static int device_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct nfi_net *nn = nfi_pernet(dev_net(dev));

	switch (event) {
	case NETDEV_DOWN:
	case NETDEV_UNREGISTER:
		nfi_route_flush_dev(nn, dev);
		nfi_trap_purge(nn, dev);
		break;
	case NETDEV_CHANGEMTU:
	case NETDEV_UP:
		nfi_route_flush_dev(nn, NULL);
		break;
	}
	guard_device(nn, dev, event);
	return NOTIFY_DONE;
}

static struct notifier_block device_notifier = {
	.notifier_call = device_event,
	.priority = -10, /* after the FIB has dropped its routes */
};

int nfi_hooks_init(void)
{
	return register_netdevice_notifier(&device_notifier);
}

void nfi_hooks_exit(void)
{
	unregister_netdevice_notifier(&device_notifier);
}

static int switch_on(struct nfi_net *nn, const struct group *g)
{
	int err = nf_register_net_hooks(nn->net, g->ops, g->n);

	if (!err)
		WRITE_ONCE(nn->hooks, nn->hooks | g->bit);
	return err;
}

/* reassembly, without which later fragments have no ports (datapath.md 1.1) */
static int defrag_on(struct nfi_net *nn)
{
	int err;

	if (nn->defrag)
		return 0;
	err = nf_defrag_ipv4_enable(nn->net);
	if (err)
		return err;
	err = nf_defrag_ipv6_enable(nn->net);
	if (err) {
		nf_defrag_ipv4_disable(nn->net);
		return err;
	}
	nn->defrag = true;
	return 0;
}

static void defrag_off(struct nfi_net *nn)
{
	if (!nn->defrag)
		return;
	nf_defrag_ipv4_disable(nn->net);
	nf_defrag_ipv6_disable(nn->net);
	nn->defrag = false;
}

int nfi_hooks_update(struct nfi_net *nn)
{
	u32 want = nn->dying ? 0 : wanted(nn);
	int i, err;

	if ((want ^ nn->hooks) & NFI_HOOKS_GUARD) {
		err = guard_switch(nn, want & NFI_HOOKS_GUARD);
		if (err)
			return err;
		WRITE_ONCE(nn->hooks, nn->hooks ^ NFI_HOOKS_GUARD);
	}
	if (want) {
		err = defrag_on(nn);
		if (err)
			return err;
	}
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		if (!(want & ~nn->hooks & groups[i].bit))
			continue;
		err = switch_on(nn, &groups[i]);
		if (err)
			return err;
	}
	for (i = ARRAY_SIZE(groups) - 1; i >= 0; i--) {
		if (!(nn->hooks & ~want & groups[i].bit))
			continue;
		nf_unregister_net_hooks(nn->net, groups[i].ops, groups[i].n);
		WRITE_ONCE(nn->hooks, nn->hooks & ~groups[i].bit);
	}
	if (!want)
		defrag_off(nn);
	return 0;
}

static void bridge_work(struct work_struct *work)
{
	struct nfi_net *nn = container_of(work, struct nfi_net, bridge_work);

	mutex_lock(&nn->lock);
	nfi_hooks_update(nn); /* if it fails, the next packet asks again */
	mutex_unlock(&nn->lock);
}

void nfi_hooks_net_init(struct nfi_net *nn)
{
	INIT_LIST_HEAD(&nn->guards);
	INIT_WORK(&nn->bridge_work, bridge_work);
}

/* a grace period after pre_exit: no packet asks for the work any more */
void nfi_hooks_net_exit(struct nfi_net *nn)
{
	cancel_work_sync(&nn->bridge_work);
}

void nfi_hooks_pre_exit(struct nfi_net *nn)
{
	mutex_lock(&nn->lock);
	nn->dying = 1;
	nfi_hooks_update(nn);
	mutex_unlock(&nn->lock);
}
