/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/spinlock.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_SPINLOCK_H
#define SHIM_LINUX_SPINLOCK_H

typedef struct {
	int unused;
} spinlock_t;

#endif /* SHIM_LINUX_SPINLOCK_H */
