/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/log2.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_LOG2_H
#define SHIM_LINUX_LOG2_H

static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	unsigned long power = 1;

	while (power < n)
		power *= 2;
	return power;
}

#endif /* SHIM_LINUX_LOG2_H */
