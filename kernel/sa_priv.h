/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sa_priv.h - between sa.c, saconf.c, spi.c, slot.c and lifetime.c.
 */
#ifndef NFI_SA_PRIV_H
#define NFI_SA_PRIV_H

#include "netns.h"

#define NFI_SEQ_MAX(sa) ((sa)->flags & NFI_SAF_ESN ? U64_MAX : (u64)U32_MAX)

/* What an SA has run into: found under sa->lock, told after it is released. */
struct nfi_limits {
	u16 soft; /* bit per enum nfi_ev_kind */
	u8 hard; /* enum nfi_ev_kind, 0: none; sa->dead is set then */
	u8 first; /* bool: first packet */
};

/* sa.c. nfi_limits_judge: also sets the next watch marks; sa->lock held. _tell: no lock held */
void nfi_limits_judge(struct nfi_sa *sa, struct nfi_limits *lim);
void nfi_limits_tell(struct nfi_sa *sa, const struct nfi_limits *lim);
/* an unlinked SA with one reference, or an ERR_PTR; nn->lock held */
struct nfi_sa *nfi_sa_new(struct nfi_net *nn, const struct nfi_sa_msg *msg,
			  struct netlink_ext_ack *extack);
/* into and out of the tables; nn->lock held. Linking takes over the caller's reference. */
int nfi_sa_link(struct nfi_net *nn, struct nfi_sa *sa, struct netlink_ext_ack *extack);
void nfi_sa_unlink(struct nfi_sa *sa);
/* the SA of this name that active() accepts (NULL: any that is linked and alive); nn->lock held */
struct nfi_sa *nfi_sa_named(struct nfi_net *nn, const struct nfi_addr *daddr, __be32 spi, u8 proto,
			    bool (*active)(const struct nfi_net *nn, u8 inactive));
bool nfi_addr_eq(const struct nfi_addr *a, u8 family, const union nf_inet_addr *b);

/* saconf.c: is this key, with this number, safe to use beside or instead of the others? */
u64 nfi_key_hash(const struct nfi_sa_msg *msg);
void nfi_sa_inherit(struct nfi_sa *sa);
extern const struct rhashtable_params nfi_key_params;

/* endpoint.c: overwrite what the message has; returns what is wrong with the result, or NULL */
const char *nfi_endpoint_merge(struct nfi_endpoint *ep, const struct nfi_sa_msg *msg, u8 proto);
/* takes ep; sa->lock held */
void nfi_endpoint_replace(struct nfi_sa *sa, struct nfi_endpoint *ep);

/* spi.c, nn->lock held: reserved for somebody else? and: the reservation has served */
bool nfi_spi_foreign(struct nfi_net *nn, const struct nfi_sa_msg *msg);
void nfi_spi_consume(struct nfi_net *nn, const struct nfi_sa *sa);
void nfi_spi_exit(struct nfi_net *nn);

/* slot.c: any context */
int nfi_slot_init(struct nfi_net *nn);
void nfi_slot_exit(struct nfi_net *nn);
void nfi_slot_publish(struct nfi_sa *sa);
void nfi_slot_withdraw(struct nfi_sa *sa);
/* call fn for each live SA of (reqid, proto), sad->slot_lock held */
void nfi_slot_each(struct nfi_net *nn, u32 reqid, u8 proto,
		   void (*fn)(struct nfi_sa *sa, void *arg), void *arg);

/* lifetime.c: any context but for init and exit */
void nfi_life_init(struct nfi_net *nn);
void nfi_life_exit(struct nfi_net *nn); /* sync; sleeps */
void nfi_life_added(struct nfi_sa *sa); /* committed: the clock of add time runs from now */
void nfi_life_used(struct nfi_sa *sa); /* first packet: that of use time */
void nfi_life_changed(struct nfi_sa *sa); /* limits were set */
void nfi_life_stop(struct nfi_sa *sa);

#endif /* NFI_SA_PRIV_H */
