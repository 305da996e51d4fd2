/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/types.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_TYPES_H
#define SHIM_LINUX_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t time64_t;

typedef struct {
	long long n;
} atomic64_t;

typedef struct {
	int n;
} atomic_t;

#define __rcu

#endif /* SHIM_LINUX_TYPES_H */
