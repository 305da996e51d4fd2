/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/mm.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_MM_H
#define SHIM_LINUX_MM_H

#include <linux/slab.h>

#endif /* SHIM_LINUX_MM_H */
