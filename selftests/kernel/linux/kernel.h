/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/kernel.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_KERNEL_H
#define SHIM_LINUX_KERNEL_H

#include <linux/types.h>

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/list.h>
#include <arpa/inet.h>

#define U8_MAX UINT8_MAX
#define U16_MAX UINT16_MAX
#define U32_MAX UINT32_MAX
#define cpu_to_be32(n) htonl(n)
#define min(a, b) ((a) < (b) ? (a) : (b))
#define min_t(type, a, b) min((type)(a), (type)(b))
#define swap(a, b) \
	do { \
		__typeof__(a) __tmp = (a); \
		(a) = (b); \
		(b) = __tmp; \
	} while (0)
#define struct_size(p, member, n) (sizeof(*(p)) + (n) * sizeof((p)->member[0]))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define roundup(n, unit) ((((n) + (unit) - 1) / (unit)) * (unit))

#endif /* SHIM_LINUX_KERNEL_H */
