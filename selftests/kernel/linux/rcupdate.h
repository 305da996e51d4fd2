/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/rcupdate.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_RCUPDATE_H
#define SHIM_LINUX_RCUPDATE_H

#include <linux/types.h>

/* one thread: what is given up is freed at once */
struct rcu_head {
	void *unused;
};

#define rcu_dereference(p) (p)
#define rcu_dereference_protected(p, c) (p)
#define rcu_access_pointer(p) (p)
#define rcu_assign_pointer(p, v) ((p) = (v))
#define kfree_rcu(p, member) free(p)
#define kvfree_rcu(p, member) free(p)

#endif /* SHIM_LINUX_RCUPDATE_H */
