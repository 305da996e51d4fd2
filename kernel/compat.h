/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat.h - what differs between Linux 6.1 and 6.12; one block for each user.
 */
#ifndef NFI_COMPAT_H
#define NFI_COMPAT_H

#include <linux/version.h>

/*
 * Kernels may be built to clear each local variable. Those that each packet has and that are filled
 * at once are spared that, for the compiler cannot see it.
 */
#if defined(__has_attribute)
#if __has_attribute(__uninitialized__)
#define nfi_unset __attribute__((__uninitialized__))
#endif
#endif
#ifndef nfi_unset
#define nfi_unset
#endif

/* crypto.c: what a completion gets (6.3), unaligned accesses (6.12) */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#include <linux/crypto.h>
#define NFI_CRYPTO_REQ struct crypto_async_request
#define nfi_crypto_req_data(req) ((req)->data)
#else
#define NFI_CRYPTO_REQ void
#define nfi_crypto_req_data(req) (req)
#endif

/* output.c: skb_gso_segment() moved (6.6) */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#include <net/gso.h>
#endif

/* input.c: the UDP table per namespace (6.2), dummy devices (6.10) */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define nfi_udp_table(net) (&udp_table)
#else
#define nfi_udp_table(net) ((net)->ipv4.udp_table)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define nfi_alloc_dummy() nfi_dummy_new()
#define nfi_free_dummy(dev) kfree(dev)
#else
#define nfi_alloc_dummy() alloc_netdev_dummy(0)
#define nfi_free_dummy(dev) free_netdev(dev)
#endif

/* nldump.c: where a dump finds the attributes of its request (6.7) */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
#define nfi_dump_attrs(cb) (genl_dumpit_info(cb)->attrs)
#else
#define nfi_dump_attrs(cb) (genl_dumpit_info(cb)->info.attrs)
#endif

/* trace.h: a string is copied from where it was declared (6.10) */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define nfi_assign_str(dst, src) __assign_str(dst, src)
#else
#define nfi_assign_str(dst, src) __assign_str(dst)
#endif

#endif /* NFI_COMPAT_H */
