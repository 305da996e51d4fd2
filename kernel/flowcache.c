// SPDX-License-Identifier: GPL-2.0-only
/*
 * flowcache.c - the lookup as packets see it: a direct-mapped cache for each CPU before the tuple
 * space, which also makes a commit one step.
 *
 * Why no stale policy is ever used. Epochs only grow, and every slot has the epoch that was read
 * before its lookup began. A commit switches nn->gen, raises the epoch, and only then unlinks
 * policies and gives up their base references by call_rcu(). A reader that finds slot and current
 * epoch equal has thus read the epoch before it was raised, within its RCU section; the grace
 * period of call_rcu() begins later and waits for that section: the policy is still there. A reader
 * that sees the new epoch finds all slots of the old one invalid. A lookup that ran while the
 * generation was switched may have missed what was just unlinked; it sees the epoch raised and
 * starts again (the unlinking is ordered behind the raise, its reading before the second look).
 */
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include "compat.h"
#include "netns.h"

#define SLOTS 1024 /* a CPU; 64 KiB */
#define KEY_WORDS (sizeof(struct nfi_flow) / sizeof(u32))

struct slot {
	struct nfi_flow flow; /* pad is the direction */
	struct nfi_policy *sp; /* NULL: no policy matches */
	unsigned long epoch;
};

struct nfi_flowcache {
	u64 keys[KEY_WORDS + 1];
	struct slot *cpu[]; /* used by its CPU alone, with bottom halves disabled */
};

/*
 * Multilinear hashing in pairs: with random keys two flows meet with probability 2^-32 whoever
 * chooses them, so nobody can aim at a slot; and it is a handful of multiplications.
 */
static u32 flow_hash(const struct nfi_flowcache *cache, const struct nfi_flow *flow)
{
	const u32 *w = (const u32 *)flow;
	u64 h = cache->keys[KEY_WORDS];
	unsigned int i;

	BUILD_BUG_ON(KEY_WORDS % 2 || sizeof(struct nfi_flow) != 48);
	BUILD_BUG_ON(offsetof(struct nfi_flow, mark) != 8 * sizeof(u32));
	for (i = 8; i < KEY_WORDS; i += 2)
		h += (cache->keys[i] + w[i]) * (cache->keys[i + 1] + w[i + 1]);
	if (flow->family == AF_INET) /* of the addresses, one word each: the others are zero */
		return (h + (cache->keys[0] + w[0]) * (cache->keys[4] + w[4])) >> 32;
	for (i = 0; i < 8; i += 2)
		h += (cache->keys[i] + w[i]) * (cache->keys[i + 1] + w[i + 1]);
	return h >> 32;
}

static bool same_flow(const struct nfi_flow *a, const struct nfi_flow *b)
{
	const u64 *x = (const u64 *)a, *y = (const u64 *)b;

	return !((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]) | (x[4] ^ y[4]) |
		 (x[5] ^ y[5]));
}

static struct nfi_policy *classify_stable(struct nfi_net *nn, u8 dir, const struct nfi_flow *flow,
					  unsigned long epoch)
{
	struct nfi_spd *spd = &nn->spd;
	struct nfi_policy *sp;
	u8 gen;

	for (;;) {
		/* one generation for the whole lookup; never older than the epoch */
		gen = 1 << READ_ONCE(nn->gen);
		sp = nfi_classify(spd, dir, flow, gen);
		smp_rmb(); /* pairs with smp_wmb() in raise_epoch() */
		/* the generation too: bits are cleared as soon as it was switched */
		if (likely(READ_ONCE(spd->epoch) == epoch && 1 << READ_ONCE(nn->gen) == gen))
			return sp;
		/* pairs with smp_store_release() in raise_epoch() */
		epoch = smp_load_acquire(&spd->epoch);
	}
}

struct nfi_policy *nfi_policy_lookup(struct nfi_net *nn, u8 dir, const struct nfi_flow *flow)
{
	struct nfi_spd *spd = &nn->spd;
	const struct nfi_flowcache *cache;
	unsigned long epoch;
	struct nfi_flow key __aligned(sizeof(u64)) nfi_unset;
	struct slot *slot;

	if (!READ_ONCE(spd->count[dir]))
		return NULL;
	epoch = smp_load_acquire(&spd->epoch); /* pairs with smp_store_release() in raise_epoch() */
	cache = rcu_dereference(spd->cache);
	if (unlikely(!cache))
		return classify_stable(nn, dir, flow, epoch);
	key = *flow;
	key.mark &= READ_ONCE(spd->mark_bits);
	key.pad = dir;
	key.thoff = 0;
	key.pad2 = 0;
	slot = &cache->cpu[smp_processor_id()][flow_hash(cache, &key) % SLOTS];
	if (slot->epoch == epoch && same_flow(&slot->flow, &key)) {
		nfi_count(nn, NFI_CNT_CACHE_HIT, 1);
		return slot->sp;
	}
	nfi_count(nn, NFI_CNT_CACHE_MISS, 1);
	slot->flow = key;
	slot->sp = classify_stable(nn, dir, flow, epoch);
	slot->epoch = epoch;
	return slot->sp;
}

void nfi_flowcache_alloc(struct nfi_spd *spd)
{
	struct nfi_flowcache *cache;
	unsigned int cpu;

	if (rcu_access_pointer(spd->cache))
		return;
	cache = kvzalloc(struct_size(cache, cpu, nr_cpu_ids), GFP_KERNEL_ACCOUNT);
	if (!cache)
		return;
	get_random_bytes(cache->keys, sizeof(cache->keys));
	for_each_possible_cpu(cpu) {
		cache->cpu[cpu] = kvzalloc_node(SLOTS * sizeof(struct slot), GFP_KERNEL_ACCOUNT,
						cpu_to_node(cpu));
		if (!cache->cpu[cpu])
			goto fail;
	}
	rcu_assign_pointer(spd->cache, cache);
	return;
fail:
	for_each_possible_cpu(cpu)
		kvfree(cache->cpu[cpu]);
	kvfree(cache);
}

void nfi_flowcache_free(struct nfi_spd *spd)
{
	struct nfi_flowcache *cache = rcu_dereference_protected(spd->cache, true);
	unsigned int cpu;

	if (!cache)
		return;
	for_each_possible_cpu(cpu)
		kvfree(cache->cpu[cpu]);
	kvfree(cache);
	RCU_INIT_POINTER(spd->cache, NULL);
}
