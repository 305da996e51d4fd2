/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/math.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_MATH_H
#define SHIM_LINUX_MATH_H

#define DIV_ROUND_UP(n, unit) (((n) + (unit) - 1) / (unit))

#endif /* SHIM_LINUX_MATH_H */
