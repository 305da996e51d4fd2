// SPDX-License-Identifier: GPL-2.0-only
/*
 * exempt.c - UDP sockets that bypass policy: those of the IKE daemon, named one by one.
 *
 * An entry holds the struct sock (sock_hold), so its address cannot be reused while the entry
 * exists, and comparing pointers is enough on the packet path. That reference does not keep the
 * socket open: closing it orphans it at once, and packets no longer meet it. But it does keep the
 * namespace alive, so a sweep lets go of closed sockets within SWEEP; waiting for the next command
 * or for the end of the namespace would wait for ever.
 */
#include <linux/net.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <net/sock.h>
#include "netns.h"
#include "nl.h"

#define SWEEP (2 * HZ)
#define EXEMPT_MAX 64 /* sockets a namespace: each costs a comparison on the would-drop path */

struct exempt {
	struct list_head node;
	struct sock *sk;
	struct rcu_head rcu;
};

bool nfi_sock_exempt(const struct nfi_net *nn, const struct sock *sk)
{
	const struct nfi_nl *nl = nn->nl;
	const struct exempt *e;

	list_for_each_entry_rcu(e, &nl->exempt, node)
		if (e->sk == sk)
			return true;
	return false;
}

static void forget(struct nfi_nl *nl, struct exempt *e)
{
	lockdep_assert_held(&nl->lock);
	list_del_rcu(&e->node);
	nl->nexempt--;
}

/* Entries of closed sockets (or all) go; their references are dropped without the lock. */
static void sweep(struct nfi_nl *nl, bool all)
{
	struct exempt *e, *next, *gone[EXEMPT_MAX];
	int n = 0;

	spin_lock_irq(&nl->lock);
	list_for_each_entry_safe(e, next, &nl->exempt, node) {
		if (!all && !sock_flag(e->sk, SOCK_DEAD))
			continue;
		forget(nl, e);
		gone[n++] = e;
	}
	spin_unlock_irq(&nl->lock);

	while (n--) {
		sock_put(gone[n]->sk);
		kfree_rcu(gone[n], rcu);
	}
}

static void sweep_work(struct work_struct *work)
{
	struct nfi_nl *nl = container_of(to_delayed_work(work), struct nfi_nl, sweep);

	/* before the references go: with the last one the namespace may go, and waits for us */
	if (nfi_exempt_count(nl->nn))
		schedule_delayed_work(&nl->sweep, SWEEP);
	sweep(nl, false);
}

/* 0: added (or there already) */
static int add(struct nfi_nl *nl, struct sock *sk)
{
	struct exempt *e, *new = kmalloc(sizeof(*new), GFP_KERNEL);
	int err = 0;

	if (!new)
		return -ENOMEM;
	new->sk = sk;
	spin_lock_irq(&nl->lock);
	list_for_each_entry(e, &nl->exempt, node)
		if (e->sk == sk)
			err = -EALREADY;
	if (!err && nl->nexempt >= EXEMPT_MAX)
		err = -ENOSPC;
	if (!err) {
		sock_hold(sk);
		list_add_rcu(&new->node, &nl->exempt);
		nl->nexempt++;
	}
	spin_unlock_irq(&nl->lock);
	if (err)
		kfree(new);
	else
		schedule_delayed_work(&nl->sweep, SWEEP);
	return err == -EALREADY ? 0 : err;
}

static int check(const struct nfi_net *nn, const struct sock *sk, struct netlink_ext_ack *extack)
{
	if (!net_eq(sock_net(sk), nn->net)) {
		NL_SET_ERR_MSG(extack, "socket belongs to another network namespace");
		return -EXDEV;
	}
	if ((sk->sk_family != AF_INET && sk->sk_family != AF_INET6) || sk->sk_type != SOCK_DGRAM ||
	    sk->sk_protocol != IPPROTO_UDP) {
		NL_SET_ERR_MSG(extack, "only a UDP socket can be exempt");
		return -EOPNOTSUPP;
	}
	return 0;
}

/* Runs in the context of the task that sent the request: the descriptor is its own. */
int nfi_exempt_add(struct nfi_net *nn, int fd, struct netlink_ext_ack *extack)
{
	struct nfi_nl *nl = nn->nl;
	struct socket *sock;
	int err;

	sock = sockfd_lookup(fd, &err);
	if (!sock) {
		NL_SET_ERR_MSG(extack, "descriptor is not an open socket of the caller");
		return err;
	}
	err = check(nn, sock->sk, extack);
	if (!err) {
		sweep(nl, false);
		err = add(nl, sock->sk);
		if (err == -ENOSPC)
			NL_SET_ERR_MSG(extack, "too many exempt sockets in this namespace");
	}
	sockfd_put(sock);
	return err;
}

u32 nfi_exempt_count(struct nfi_net *nn)
{
	struct nfi_nl *nl = nn->nl;
	struct exempt *e;
	u32 n = 0;

	spin_lock_irq(&nl->lock);
	list_for_each_entry(e, &nl->exempt, node)
		n += !sock_flag(e->sk, SOCK_DEAD);
	spin_unlock_irq(&nl->lock);
	return n;
}

void nfi_exempt_init(struct nfi_nl *nl)
{
	INIT_LIST_HEAD(&nl->exempt);
	INIT_DELAYED_WORK(&nl->sweep, sweep_work);
}

void nfi_exempt_stop(struct nfi_nl *nl)
{
	cancel_delayed_work_sync(&nl->sweep);
	sweep(nl, true);
}
