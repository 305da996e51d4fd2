/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/compiler.h - of the shim that lets pure files of kernel/ run in user space. */
#ifndef SHIM_LINUX_COMPILER_H
#define SHIM_LINUX_COMPILER_H

#define READ_ONCE(x) (x)
#define WRITE_ONCE(x, v) ((x) = (v))
#define likely(x) (x)
#define unlikely(x) (x)
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define BUILD_BUG_ON(cond) _Static_assert(!(cond), #cond)

#endif /* SHIM_LINUX_COMPILER_H */
