/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/workqueue.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_WORKQUEUE_H
#define SHIM_LINUX_WORKQUEUE_H

struct work_struct {
	int unused;
};

struct delayed_work {
	struct work_struct work;
};

#endif /* SHIM_LINUX_WORKQUEUE_H */
