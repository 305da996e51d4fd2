/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/socket.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_SOCKET_H
#define SHIM_LINUX_SOCKET_H

#include_next <linux/socket.h>
#include <sys/socket.h>

#endif /* SHIM_LINUX_SOCKET_H */
