/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * selftest.h - known answers and round trips of the transforms, run by
 * "insmod nf_ipsec.ko selftest=1" (seconds) or selftest=2 (minutes in an emulated machine).
 */
#ifndef NFI_SELFTEST_H
#define NFI_SELFTEST_H

#include "../netns.h"

/* nfi_selftest - 0, at once unless the module parameter asks for it; -EINVAL when a case fails */
int nfi_selftest(void);

/* One SA for both directions, with an endpoint; never in a table. */
struct rig {
	struct nfi_net *nn;
	struct nfi_sa_msg msg; /* proto, mode, algorithms, flags: filled by the test */
	struct nfi_sa sa;
	struct nfi_endpoint ep;
	u8 outer; /* AF_INET, AF_INET6 */
	bool full; /* every length, every mode spoilt */
	bool busy; /* run where the FPU is taken: crypto has to be asynchronous */
};

/* The transform of rig->msg and the SA around it; undo with rig_fini(). */
int rig_init(struct rig *rig);
void rig_fini(struct rig *rig);

/* Seal or open one packet, waiting for an asynchronous end. */
int rig_run(struct rig *rig, struct sk_buff *skb, bool seal);

/* A packet with this content, and room around it. */
struct sk_buff *rig_skb(struct rig *rig, const void *data, unsigned int len);

/* Packets that ended asynchronously so far. */
extern unsigned int rig_async;

int nfi_selftest_trips(struct rig *rig); /* trips.c */

#endif /* NFI_SELFTEST_H */
