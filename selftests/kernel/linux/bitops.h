/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/bitops.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_BITOPS_H
#define SHIM_LINUX_BITOPS_H

#include <linux/bits.h>

static inline int fls(unsigned int n)
{
	return n ? 32 - __builtin_clz(n) : 0;
}

static inline unsigned int hweight32(unsigned int n)
{
	return (unsigned int)__builtin_popcount(n);
}

#endif /* SHIM_LINUX_BITOPS_H */
