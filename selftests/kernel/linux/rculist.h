/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/rculist.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_RCULIST_H
#define SHIM_LINUX_RCULIST_H

#include <linux/list.h>
#include <linux/rcupdate.h>

#define list_add_rcu(node, head) list_add(node, head)
#define list_del_rcu(node) list_del(node)
#define list_for_each_entry_rcu(pos, head, member) list_for_each_entry(pos, head, member)

#endif /* SHIM_LINUX_RCULIST_H */
