/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/string.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_STRING_H
#define SHIM_LINUX_STRING_H

#include <string.h>

#endif /* SHIM_LINUX_STRING_H */
