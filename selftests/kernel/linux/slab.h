/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/slab.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_SLAB_H
#define SHIM_LINUX_SLAB_H

#include <stdlib.h>

#define GFP_KERNEL_ACCOUNT 0

/* tests set this to n: the n-th allocation from now on fails */
extern long shim_fail_alloc;

static inline void *kzalloc(size_t size, int gfp)
{
	(void)gfp;
	if (shim_fail_alloc > 0 && !--shim_fail_alloc)
		return NULL;
	return calloc(1, size);
}

#define kmalloc(size, gfp) kzalloc(size, gfp)
#define kvmalloc(size, gfp) kzalloc(size, gfp)
#define kfree(p) free(p)
#define kvfree(p) free(p)

#endif /* SHIM_LINUX_SLAB_H */
