/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/kernel.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_KERNEL_H
#define SHIM_LINUX_KERNEL_H

#include <linux/types.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define roundup(n, unit) ((((n) + (unit) - 1) / (unit)) * (unit))

#endif /* SHIM_LINUX_KERNEL_H */
