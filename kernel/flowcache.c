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
	struct nfi_flow flow; /* as struct flow_key says */
	struct nfi_policy *sp; /* NULL: no policy matches */
	unsigned long epoch;
};

struct nfi_flowcache {
	u64 keys[KEY_WORDS + 1];
	struct slot *cpu[]; /* used by its CPU alone, with bottom halves disabled */
};

/*
 * The key of a flow: its words, with the mark reduced to the bits that some policy asks for, the
 * direction in place of the padding, and without the offset.
 */
enum { SADDR = 0, DADDR = 4, MARK = 8, PORTS = 9, TAG = 10, OFFSET = 11 };

struct flow_key {
	const u32 *w; /* the flow's: addresses and ports are taken from there */
	u32 mark, tag;
	bool v4;
};

static void make_key(struct flow_key *key, const struct nfi_spd *spd, u8 dir,
		     const struct nfi_flow *flow)
{
	BUILD_BUG_ON(sizeof(*flow) != (OFFSET + 1) * sizeof(u32) || KEY_WORDS % 2);
	BUILD_BUG_ON(offsetof(struct nfi_flow, sport) != PORTS * sizeof(u32));
	BUILD_BUG_ON(offsetof(struct nfi_flow, pad) != TAG * sizeof(u32) + 3);
	key->w = (const u32 *)flow;
	key->mark = flow->mark & READ_ONCE(spd->mark_bits);
	key->tag = key->w[TAG];
	((u8 *)&key->tag)[3] = dir;
	key->v4 = flow->family == AF_INET;
}

/*
 * Multilinear hashing in pairs: with random keys two flows meet with probability 2^-32 whoever
 * chooses them, so nobody can aim at a slot; and it is a handful of multiplications.
 */
static u32 key_hash(const struct nfi_flowcache *cache, const struct flow_key *key)
{
	const u64 *k = cache->keys;
	const u32 *w = key->w;
	u64 h = k[KEY_WORDS] + (k[MARK] + key->mark) * (k[PORTS] + w[PORTS]) +
		(k[TAG] + key->tag) * k[OFFSET];
	unsigned int i;

	if (key->v4) /* of the addresses, one word each: the others are zero */
		return (h + (k[SADDR] + w[SADDR]) * (k[DADDR] + w[DADDR])) >> 32;
	for (i = 0; i < MARK; i += 2)
		h += (k[i] + w[i]) * (k[i + 1] + w[i + 1]);
	return h >> 32;
}

static bool has_key(const struct slot *slot, const struct flow_key *key)
{
	const u32 *s = (const u32 *)&slot->flow, *w = key->w;

	if (s[TAG] != key->tag || s[PORTS] != w[PORTS] || s[MARK] != key->mark ||
	    s[SADDR] != w[SADDR] || s[DADDR] != w[DADDR])
		return false;
	return key->v4 || !((s[1] ^ w[1]) | (s[2] ^ w[2]) | (s[3] ^ w[3]) | (s[5] ^ w[5]) |
			    (s[6] ^ w[6]) | (s[7] ^ w[7]));
}

static void set_key(struct slot *slot, const struct flow_key *key)
{
	u32 *s = (u32 *)&slot->flow;

	memcpy(s, key->w, MARK * sizeof(u32));
	s[MARK] = key->mark;
	s[PORTS] = key->w[PORTS];
	s[TAG] = key->tag;
	s[OFFSET] = 0;
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
	struct slot *slot;
	struct flow_key key nfi_unset;

	if (!READ_ONCE(spd->count[dir]))
		return NULL;
	epoch = smp_load_acquire(&spd->epoch); /* pairs with smp_store_release() in raise_epoch() */
	cache = rcu_dereference(spd->cache);
	if (unlikely(!cache))
		return classify_stable(nn, dir, flow, epoch);
	make_key(&key, spd, dir, flow);
	slot = &cache->cpu[smp_processor_id()][key_hash(cache, &key) % SLOTS];
	if (slot->epoch == epoch && has_key(slot, &key)) {
		nfi_count(nn, NFI_CNT_CACHE_HIT, 1);
		return slot->sp;
	}
	nfi_count(nn, NFI_CNT_CACHE_MISS, 1);
	slot->sp = classify_stable(nn, dir, flow, epoch);
	set_key(slot, &key);
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
