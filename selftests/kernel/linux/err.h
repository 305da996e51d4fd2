/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/err.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_ERR_H
#define SHIM_LINUX_ERR_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

static inline void *ERR_PTR(long err)
{
	return (void *)(intptr_t)err;
}

static inline long PTR_ERR(const void *p)
{
	return (long)(intptr_t)p;
}

static inline bool IS_ERR(const void *p)
{
	return (uintptr_t)p >= (uintptr_t)-4095;
}

#endif /* SHIM_LINUX_ERR_H */
