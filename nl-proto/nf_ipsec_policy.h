/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nf_ipsec_policy.h - kernel side of nf_ipsec.def: for each nest what netlink shall accept
 * (nla_policy) and where an attribute lives in the struct of nf_ipsec_msg.h. Tables only;
 * kernel/nlrow.c walks them.
 */
#ifndef NF_IPSEC_POLICY_H
#define NF_IPSEC_POLICY_H

#include <linux/limits.h>
#include <linux/stddef.h>
#include <net/netlink.h>
#include "nf_ipsec_msg.h"

enum nfi_wire {
	NFI_WIRE_NONE, /* no such attribute, or a nest */
	NFI_WIRE_U8,
	NFI_WIRE_U16,
	NFI_WIRE_U32,
	NFI_WIRE_U64,
	NFI_WIRE_BE16,
	NFI_WIRE_BE32,
	NFI_WIRE_ADDR,
	NFI_WIRE_KEY,
	NFI_WIRE_STR,
};

/* One attribute; tables are indexed by its number. */
struct nfi_row {
	u8 wire; /* enum nfi_wire */
	u16 offset, size; /* of the field in the struct of the set */
};

/*
 * Every integer gets a range by pointer: the short form holds 16 signed bits only, not enough for
 * a U16, and does not take the big-endian types. Not const, because 6.1 does not take a const one.
 */
#define NFI_POLICY_INT(nla, lo, hi) {                                                              \
	.type = (nla),                                                                             \
	.validation_type = NLA_VALIDATE_RANGE_PTR,                                                 \
	.range = &(struct netlink_range_validation){ .min = (lo), .max = (hi) },                   \
}

#define NFI_POLICY_U8(lo, hi) NFI_POLICY_INT(NLA_U8, lo, hi)
#define NFI_POLICY_U16(lo, hi) NFI_POLICY_INT(NLA_U16, lo, hi)
#define NFI_POLICY_U32(lo, hi) NFI_POLICY_INT(NLA_U32, lo, hi)
#define NFI_POLICY_U64(lo, hi) NFI_POLICY_INT(NLA_U64, lo, hi)
#define NFI_POLICY_BE16(lo, hi) NFI_POLICY_INT(NLA_BE16, lo, hi)
#define NFI_POLICY_BE32(lo, hi) NFI_POLICY_INT(NLA_BE32, lo, hi)
#define NFI_POLICY_ADDR(lo, hi) NLA_POLICY_RANGE(NLA_BINARY, lo, hi)
#define NFI_POLICY_KEY(lo, hi) NLA_POLICY_RANGE(NLA_BINARY, lo, hi)
#define NFI_POLICY_STR(lo, hi) { .type = NLA_NUL_STRING, .len = (hi) }

/* clang-format off */
#define NFI_ROW(st, pre, a, t, f) [NFI_##pre##_##a] = {                                            \
	.wire = NFI_WIRE_##t,                                                                      \
	.offset = offsetof(struct st, f),                                                          \
	.size = sizeof_field(struct st, f),                                                        \
},

#define NFI_SA(a, t, f, lo, hi) [NFI_SA_##a] = NFI_POLICY_##t(lo, hi),
static const struct nla_policy nfi_sa_policy[NFI_SA_MAX + 1] = {
#include "nf_ipsec.def"
};

#undef NFI_SA

#define NFI_SA(a, t, f, lo, hi) NFI_ROW(nfi_sa_msg, SA, a, t, f)
static const struct nfi_row nfi_sa_rows[NFI_SA_MAX + 1] = {
#include "nf_ipsec.def"
};

#undef NFI_SA

#define NFI_SP(a, t, f, lo, hi) [NFI_SP_##a] = NFI_POLICY_##t(lo, hi),
static const struct nla_policy nfi_sp_policy[NFI_SP_MAX + 1] = {
#include "nf_ipsec.def"
	[NFI_SP_TMPL] = { .type = NLA_NESTED },
};

#undef NFI_SP

#define NFI_SP(a, t, f, lo, hi) NFI_ROW(nfi_sp_msg, SP, a, t, f)
static const struct nfi_row nfi_sp_rows[NFI_SP_MAX + 1] = {
#include "nf_ipsec.def"
};

#undef NFI_SP

#define NFI_TMPL(a, t, f, lo, hi) [NFI_TMPL_##a] = NFI_POLICY_##t(lo, hi),
static const struct nla_policy nfi_tmpl_policy[NFI_TMPL_ATTR_MAX + 1] = {
#include "nf_ipsec.def"
};

#undef NFI_TMPL

#define NFI_TMPL(a, t, f, lo, hi) NFI_ROW(nfi_tmpl_msg, TMPL, a, t, f)
static const struct nfi_row nfi_tmpl_rows[NFI_TMPL_ATTR_MAX + 1] = {
#include "nf_ipsec.def"
};

#undef NFI_TMPL

#define NFI_NS(a, t, f, lo, hi) [NFI_NS_##a] = NFI_POLICY_##t(lo, hi),
static const struct nla_policy nfi_ns_policy[NFI_NS_MAX + 1] = {
#include "nf_ipsec.def"
};

#undef NFI_NS

#define NFI_NS(a, t, f, lo, hi) NFI_ROW(nfi_ns_msg, NS, a, t, f)
static const struct nfi_row nfi_ns_rows[NFI_NS_MAX + 1] = {
#include "nf_ipsec.def"
};

#undef NFI_NS

/* the sets of replies and events have no policy: they are never read here */
#define NFI_EV(a, t, f, lo, hi) NFI_ROW(nfi_ev_msg, EV, a, t, f)
static const struct nfi_row nfi_ev_rows[NFI_EV_MAX + 1] = {
#include "nf_ipsec.def"
};

#undef NFI_EV

#define NFI_STAT(a, t, f, lo, hi) NFI_ROW(nfi_stat_msg, STAT, a, t, f)
static const struct nfi_row nfi_stat_rows[NFI_STAT_MAX + 1] = {
#include "nf_ipsec.def"
};

#undef NFI_STAT

#define NFI_ALG(a, t, f, lo, hi) NFI_ROW(nfi_alg_msg, ALG, a, t, f)
static const struct nfi_row nfi_alg_rows[NFI_ALG_ATTR_MAX + 1] = {
#include "nf_ipsec.def"
};

#undef NFI_ALG

#define NFI_INFO(a, t, f, lo, hi) NFI_ROW(nfi_info_msg, INFO, a, t, f)
static const struct nfi_row nfi_info_rows[NFI_INFO_MAX + 1] = {
#include "nf_ipsec.def"
};

#undef NFI_INFO
/* clang-format on */

#endif /* NF_IPSEC_POLICY_H */
