/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/in.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_IN_H
#define SHIM_LINUX_IN_H

#include <netinet/in.h>

#endif /* SHIM_LINUX_IN_H */
