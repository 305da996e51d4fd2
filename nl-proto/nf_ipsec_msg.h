/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * nf_ipsec_msg.h - decoded form of the nests of nf_ipsec.h, the same in the module and in user
 * space; nf_ipsec.def says which attribute fills which field. `has` has a bit (1ULL << attribute)
 * for every attribute that was present.
 */
#ifndef NF_IPSEC_MSG_H
#define NF_IPSEC_MSG_H

#include "nf_ipsec.h"

/* An address of either family; len is 0 (none), 4 or 16. Network byte order. */
struct nfi_addr {
	__u8 len;
	union {
		__be32 v4;
		__be32 w[4];
		__u8 b[16];
	};
};

struct nfi_key {
	__u16 len; /* octets; 0: none */
	__u8 b[NFI_KEY_MAX];
};

struct nfi_sa_msg {
	__u64 has;
	__u32 id;
	__be32 spi;
	__u8 dir, proto, mode, state;
	__u8 encap, df, dscp, ttl;
	__be16 encap_sport, encap_dport;
	__u16 enc_alg, auth_alg, tfc;
	__u32 reqid, flags, replay, mark, oif, mtu;
	__u32 epoch, epoch_before, spi_min, spi_max;
	__u64 seq, owner;
	__u64 soft_bytes, hard_bytes, soft_packets, hard_packets;
	__u64 soft_add, hard_add, soft_use, hard_use;
	__u64 bytes, packets, add_time, use_time;
	struct nfi_addr saddr, daddr;
	struct nfi_key enc_key, auth_key;
	char name[NFI_NAME_MAX + 1];
	__u64 drops[__NFI_DROP_MAX]; /* user space only */
};

struct nfi_tmpl_msg {
	__u64 has;
	__u8 proto, mode;
	__u32 reqid;
	struct nfi_addr saddr, daddr;
};

struct nfi_sp_msg {
	__u64 has;
	__u32 id;
	__u8 dir, action, proto, src_len, dst_len, ntmpl;
	__u16 sport_min, sport_max, dport_min, dport_max;
	__u32 mark, mark_mask, prio, flags, reqid;
	__u32 epoch, epoch_before, held;
	__u64 owner, bytes, packets, use_time;
	struct nfi_addr src, dst;
	struct nfi_tmpl_msg tmpl[NFI_TMPL_MAX];
	char name[NFI_NAME_MAX + 1];
};

struct nfi_ns_msg {
	__u64 has;
	__u8 input, dflt, secpath, tap, track, guard, locked, mss;
	__u16 natt_port;
	__u32 hold_packets, hold_ms, exempt;
};

struct nfi_ev_msg {
	__u64 has;
	__u64 seq, count;
	__u8 kind, hard, proto;
	__be16 sport, dport, old_sport;
	__be32 spi;
	__u32 reason, mark;
	struct nfi_addr src, dst, old_src;
};

struct nfi_stat_msg {
	__u64 has, count;
	__u32 reason;
	char name[64];
};

struct nfi_alg_msg {
	__u64 has;
	__u32 flags;
	__u16 value;
	__u8 kind;
	char name[64], kernel[128], driver[128], error[256];
};

struct nfi_info_msg {
	__u64 has, generation;
	__u32 proto, sas, policies;
	char version[64];
};

#endif /* NF_IPSEC_MSG_H */
