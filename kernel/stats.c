// SPDX-License-Identifier: GPL-2.0-only
/*
 * stats.c - counters of a namespace, per CPU; names of reasons; the tracepoint for drops.
 */
#include <linux/atomic.h>
#include "compat.h"
#include "netns.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static const struct {
	const char *name, *text;
} drops[__NFI_DROP_MAX] = {
#define NFI_DROP(id, value, nm, tx) [NFI_DROP_##id] = { .name = (nm), .text = (tx) },
#include "../nl-proto/drops.def"
#undef NFI_DROP
};

static const char *const counters[__NFI_CNT_MAX] = {
#define NFI_COUNTER(id, name) [NFI_CNT_##id] = name,
	NFI_COUNTERS(NFI_COUNTER)
#undef NFI_COUNTER
};

#ifdef CONFIG_64BIT
#define counter_read(p) READ_ONCE(*(p))
#else
#define counter_read(p) ((u64)atomic64_read((const atomic64_t *)(p)))
#endif

void nfi_drop_count(struct nfi_net *nn, enum nfi_drop reason)
{
	nfi_counter_add(&nn->stats->drop[reason], 1);
	trace_nfi_drop(nn->net->ns.inum, reason, drops[reason].name, drops[reason].text,
		       __builtin_return_address(0));
}

static u64 sum(const u64 __percpu *pcp)
{
	u64 total = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		total += counter_read(per_cpu_ptr(pcp, cpu));
	return total;
}

u64 nfi_stats_drop(const struct nfi_net *nn, enum nfi_drop reason)
{
	return sum(&nn->stats->drop[reason]);
}

u64 nfi_stats_count(const struct nfi_net *nn, enum nfi_counter c)
{
	return sum(&nn->stats->count[c]);
}

const char *nfi_drop_name(enum nfi_drop reason)
{
	return reason < __NFI_DROP_MAX ? drops[reason].name : "unknown";
}

const char *nfi_drop_text(enum nfi_drop reason)
{
	return reason < __NFI_DROP_MAX ? drops[reason].text : "unknown";
}

const char *nfi_counter_name(enum nfi_counter c)
{
	return c < __NFI_CNT_MAX ? counters[c] : "unknown";
}

int nfi_stats_init(struct nfi_net *nn)
{
	nn->stats = alloc_percpu(struct nfi_stats);
	return nn->stats ? 0 : -ENOMEM;
}

void nfi_stats_exit(struct nfi_net *nn)
{
	free_percpu(nn->stats);
}
