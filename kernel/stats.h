/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stats.h - counters per namespace: one per drop reason, and a few that are not drops.
 */
#ifndef NFI_STATS_H
#define NFI_STATS_H

#include <linux/percpu.h>
#include <linux/types.h>
#include "../nl-proto/nf_ipsec.h"

struct nfi_net;

/* counters that are not drops: id, name shown */
#define NFI_COUNTERS(x)                                                                       \
	x(OUT_PACKETS, "out-packets") x(OUT_BYTES, "out-bytes") x(IN_PACKETS, "in-packets")   \
		x(IN_BYTES, "in-bytes") x(OUT_PASS, "out-pass") x(HELD, "held")               \
			x(RELEASED, "released") x(REINJECTED, "reinjected") x(ASYNC, "async") \
				x(KEEPALIVE, "keepalive") x(UNKNOWN_SPI, "unknown-spi")       \
					x(CACHE_HIT, "cache-hit") x(CACHE_MISS, "cache-miss") \
						x(PMTU_SENT, "pmtu-sent")                     \
							x(FRAGMENTED, "fragmented")           \
								x(MSS_CLAMPED, "mss-clamped")

enum nfi_counter {
#define NFI_COUNTER(id, name) NFI_CNT_##id,
	NFI_COUNTERS(NFI_COUNTER)
#undef NFI_COUNTER
		__NFI_CNT_MAX
};

struct nfi_stats {
	u64 drop[__NFI_DROP_MAX];
	u64 count[__NFI_CNT_MAX];
};

/* Any context may interrupt an addition, and a reader on another CPU must not see half of one. */
#ifdef CONFIG_64BIT
#define nfi_counter_add(pcp, n) this_cpu_add(*(pcp), n)
#else
#define nfi_counter_add(pcp, n) atomic64_add(n, (atomic64_t *)raw_cpu_ptr(pcp))
#endif

/* nfi_drop_count - any context; nfi_count() is in netns.h */
void nfi_drop_count(struct nfi_net *nn, enum nfi_drop reason);

/* sums over all CPUs */
u64 nfi_stats_drop(const struct nfi_net *nn, enum nfi_drop reason);
u64 nfi_stats_count(const struct nfi_net *nn, enum nfi_counter c);

/* names, never NULL; text is the explanation */
const char *nfi_drop_name(enum nfi_drop reason);
const char *nfi_drop_text(enum nfi_drop reason);
const char *nfi_counter_name(enum nfi_counter c);

int nfi_stats_init(struct nfi_net *nn);
void nfi_stats_exit(struct nfi_net *nn);

#endif /* NFI_STATS_H */
