/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/xarray.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_XARRAY_H
#define SHIM_LINUX_XARRAY_H

struct xarray {
	void *unused;
};

#endif /* SHIM_LINUX_XARRAY_H */
