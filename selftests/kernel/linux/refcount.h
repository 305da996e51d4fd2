/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/refcount.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_REFCOUNT_H
#define SHIM_LINUX_REFCOUNT_H

typedef struct {
	int n;
} refcount_t;

static inline void refcount_inc(refcount_t *r)
{
	r->n++;
}

#endif /* SHIM_LINUX_REFCOUNT_H */
