/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/netlink.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_NETLINK_H
#define SHIM_LINUX_NETLINK_H

#include <stddef.h>

struct netlink_ext_ack {
	const char *_msg;
};

#define NL_SET_ERR_MSG(extack, msg) \
	do { \
		struct netlink_ext_ack *__e = (extack); \
		if (__e) \
			__e->_msg = (msg); \
	} while (0)

#endif /* SHIM_LINUX_NETLINK_H */
