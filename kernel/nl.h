/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nl.h - what the netlink files (netlink, nldump, nlrow, describe, event, owner, exempt) share.
 */
#ifndef NFI_NL_H
#define NFI_NL_H

#include <net/genetlink.h>
#include "../nl-proto/nf_ipsec_msg.h"

struct nfi_net;
struct nfi_policy;
struct nfi_sa;

#define NFI_BIT(attr) (1ULL << (attr))

/* nlrow.c ------------------------------------------------------------------------------------- */

enum nfi_set {
	NFI_SET_SA,
	NFI_SET_SP,
	NFI_SET_TMPL,
	NFI_SET_NS,
	NFI_SET_EV,
	NFI_SET_STAT,
	NFI_SET_ALG,
	NFI_SET_INFO,
	__NFI_SET_MAX
};

/* What a command accepts in its nest, as bits of attributes. */
struct nfi_want {
	u64 need, may; /* may includes need */
};

/*
 * nfi_rows_get - check a nest and copy it into the (zeroed) struct of its set
 *
 * Strict: unknown attributes, wrong lengths, values out of range, attributes given twice and those
 * that are not wanted are refused, with text and the place in extack. Sets `has`. TMPL lists
 * included.
 */
int nfi_rows_get(enum nfi_set set, const struct nlattr *nest, const struct nfi_want *want,
		 void *msg, struct netlink_ext_ack *extack);

/* nfi_rows_mark - set the bit in `has` of each field that is not zero */
void nfi_rows_mark(enum nfi_set set, void *msg);

/*
 * nfi_rows_put - write the attributes that `has` names into a nest of its own, TMPL and DROPS lists
 * (nfi_sa_msg.drops) included. Returns -EMSGSIZE, and takes the nest back, when there is no room.
 */
int nfi_rows_put(struct sk_buff *skb, int type, enum nfi_set set, const void *msg);

/* nfi_rows_wipe - overwrite keys in the SA nests of a request */
void nfi_rows_wipe(const struct nlmsghdr *nlh);

/* describe.c ---------------------------------------------------------------------------------- */

/*
 * nfi_describe_sa, nfi_describe_sp - fill a zeroed struct for a reply or an event, `has` included
 *
 * Take no lock (an event may be raised under sa->lock), so counters of one SA may be of different
 * moments; nfi_describe_counters() under sa->lock makes them agree. Under RCU, or nn->lock held.
 */
void nfi_describe_sa(const struct nfi_sa *sa, struct nfi_sa_msg *msg);
void nfi_describe_counters(const struct nfi_sa *sa, struct nfi_sa_msg *msg);
void nfi_describe_sp(const struct nfi_policy *sp, struct nfi_sp_msg *msg);

/* the complete reply to a GET: counters that agree, MTU, drops, keys if asked. nn->lock held. */
void nfi_describe_sa_full(struct nfi_sa *sa, bool secrets, struct nfi_sa_msg *msg);

/* nldump.c ------------------------------------------------------------------------------------ */

/* what a dump and a flush may filter by */
#define NFI_SA_FILTER                                                                              \
	(NFI_BIT(NFI_SA_OWNER) | NFI_BIT(NFI_SA_EPOCH) | NFI_BIT(NFI_SA_DIR) |                     \
	 NFI_BIT(NFI_SA_SADDR) | NFI_BIT(NFI_SA_DADDR) | NFI_BIT(NFI_SA_PROTO) |                   \
	 NFI_BIT(NFI_SA_REQID))
#define NFI_SP_FILTER                                                                              \
	(NFI_BIT(NFI_SP_OWNER) | NFI_BIT(NFI_SP_EPOCH) | NFI_BIT(NFI_SP_DIR) |                     \
	 NFI_BIT(NFI_SP_REQID) | NFI_BIT(NFI_SP_ACTION) | NFI_BIT(NFI_SP_SRC) |                    \
	 NFI_BIT(NFI_SP_SRC_LEN) | NFI_BIT(NFI_SP_DST) | NFI_BIT(NFI_SP_DST_LEN))

int nfi_dump_sa_start(struct netlink_callback *cb);
int nfi_dump_sp_start(struct netlink_callback *cb);
int nfi_dump_stat_start(struct netlink_callback *cb);
int nfi_dump_alg_start(struct netlink_callback *cb);
int nfi_dump(struct sk_buff *skb, struct netlink_callback *cb);
int nfi_dump_done(struct netlink_callback *cb);

/* May the sender of this request see keys? 0, or -EPERM with text. */
int nfi_secrets_ok(struct sk_buff *skb, struct nlattr **attrs, struct netlink_ext_ack *extack);

/* netlink.c ----------------------------------------------------------------------------------- */

enum nfi_group { NFI_MC_ACQUIRE, NFI_MC_SA, NFI_MC_SP, NFI_MC_PEER };

extern struct genl_family nfi_genl_family;

/*
 * nfi_request_ok - may a request carry these flags (NLM_F_REQUEST, ACK and ECHO always)? Does no
 * top-level attribute come twice? 0, or -EINVAL with text.
 */
int nfi_request_ok(const struct nlmsghdr *nlh, u16 flags, struct netlink_ext_ack *extack);

/* the lists behind nn->nl; the struct exists from nfi_event_init() to nfi_event_exit() */
struct nfi_nl {
	spinlock_t lock; /* protects all of this; innermost, taken with interrupts off */
	struct list_head owners; /* owner.c */
	u32 nowners;
	struct list_head exempt; /* exempt.c; read under RCU */
	u32 nexempt;
	struct delayed_work sweep;
	struct nfi_net *nn;
};

/*
 * owner.c. claim: 0 (also when it is this socket's already), -EBUSY when it is another's, -ENOSPC,
 * -ENOMEM. release: all claims of a socket, or of the namespace with portid 0. portid: who claimed
 * this owner, 0 is nobody; any context.
 */
int nfi_owner_claim(struct nfi_net *nn, u64 owner, u32 portid);
void nfi_owner_release(struct nfi_net *nn, u32 portid);
u32 nfi_owner_portid(struct nfi_net *nn, u64 owner);

/* exempt.c */
int nfi_exempt_add(struct nfi_net *nn, int fd, struct netlink_ext_ack *extack);
u32 nfi_exempt_count(struct nfi_net *nn);
void nfi_exempt_init(struct nfi_nl *nl);
void nfi_exempt_stop(struct nfi_nl *nl); /* stop the sweep, let go of everything; may sleep */

#endif /* NFI_NL_H */
