// SPDX-License-Identifier: GPL-2.0-only
/*
 * classify.c - tuple space search. Policies whose selectors have the same shape (prefix lengths,
 * protocol given or not, ...) share a mask; one hash probe for each mask finds the best policy
 * behind it. Port ranges are split into prefixes of 16 bits, so that any number of them costs at
 * most 17 shapes a side. Masks are tried in the order of the best rank they can still yield.
 *
 * Besides, a policy with ports has an entry that ignores them, and one with a protocol has an
 * entry that ignores it: those serve fragments that do not tell (RFC 4301 7). Such lookups use
 * other masks than normal ones ("level").
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include "policy.h"
#include "spd.h"

/* shapes of one direction and family; a lookup that hits nothing tries them all */
#define MASKS_MAX 2048

/* how much of the packet is known */
enum level { LEVEL_FULL, LEVEL_NO_PORTS, LEVEL_NO_PROTO };

struct shape {
	u32 mark_mask;
	u8 src_len, dst_len;
	u8 sport_len, dport_len; /* leading bits of the port that count */
	u8 proto; /* bool: the protocol counts */
	u8 levels; /* bit per enum level: lookups that use it */
	u8 pad[2];
};

struct mask {
	struct list_head node; /* nfi_shapes.masks */
	struct shape shape;
	struct nfi_rank bound; /* no policy behind it is better */
	u32 entries;
	struct rcu_head rcu;
};

/* what a packet reads of a mask, side by side in an array */
struct probe {
	struct nfi_rank bound;
	struct shape shape;
	const struct mask *mask; /* only to be told from others */
};

struct nfi_probes {
	struct rcu_head rcu;
	u32 n;
	struct probe v[];
};

struct tuple {
	const struct mask *mask;
	union nf_inet_addr src, dst;
	u32 mark;
	u16 sport, dport;
	u8 proto;
	u8 pad[7];
};

struct bucket {
	struct rhash_head node; /* nfi_spd.buckets */
	struct tuple key;
	struct mask *mask;
	struct list_head entries; /* best rank first, RCU */
	struct rcu_head rcu;
};

struct entry {
	struct list_head node; /* bucket.entries */
	struct nfi_policy *sp; /* outlives the entry: its base reference goes by RCU, too */
	struct bucket *bucket;
	struct list_head of_policy; /* nfi_policy.entries */
	struct rcu_head rcu;
};

static const struct rhashtable_params params = {
	.head_offset = offsetof(struct bucket, node),
	.key_offset = offsetof(struct bucket, key),
	.key_len = sizeof(struct tuple),
	.automatic_shrinking = true,
};

static u16 port_prefix(u16 port, u8 len)
{
	return len ? port & (0xffff << (16 - len)) : 0;
}

static struct nfi_shapes *shapes_of(struct nfi_spd *spd, u8 dir, u8 family)
{
	return &spd->shapes[dir == NFI_DIR_OUT][family == AF_INET6];
}

/*
 * The best rank that policies of this shape and priority can have: a piece of a range implies
 * that the range is at least as wide.
 */
static void shape_bound(const struct shape *shape, u32 prio, struct nfi_rank *bound)
{
	struct nfi_selector sel = {
		.src_len = shape->src_len,
		.dst_len = shape->dst_len,
		.proto = shape->proto || !(shape->levels & BIT(LEVEL_FULL)),
		.mark_mask = shape->mark_mask,
	};

	if (shape->levels & BIT(LEVEL_FULL)) {
		sel.sport_max = (0x10000 >> shape->sport_len) - 1;
		sel.dport_max = (0x10000 >> shape->dport_len) - 1;
	}
	nfi_selector_rank(&sel, prio, 0, bound);
}

static bool same_shape(const struct shape *a, const struct shape *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* Build the array for packets anew. On failure the old one stays: it lacks new masks only. */
static int shapes_publish(struct nfi_shapes *set)
{
	struct nfi_probes *old = rcu_dereference_protected(set->probes, true), *new = NULL;
	struct mask *mask;

	if (set->n) {
		new = kvmalloc(struct_size(new, v, set->n), GFP_KERNEL_ACCOUNT);
		if (!new)
			return -ENOMEM;
		new->n = 0;
		list_for_each_entry(mask, &set->masks, node) {
			new->v[new->n].bound = mask->bound;
			new->v[new->n].shape = mask->shape;
			new->v[new->n++].mask = mask;
		}
	}
	rcu_assign_pointer(set->probes, new);
	if (old)
		kvfree_rcu(old, rcu);
	return 0;
}

static void shapes_insert(struct nfi_shapes *set, struct mask *mask)
{
	struct mask *pos;

	list_for_each_entry(pos, &set->masks, node)
		if (nfi_rank_before(&mask->bound, &pos->bound))
			break;
	list_add_tail(&mask->node, &pos->node);
}

/* A better policy comes behind the mask: raise it before the policy can be seen. */
static int mask_improve(struct nfi_shapes *set, struct mask *mask, const struct nfi_rank *bound)
{
	struct nfi_rank old = mask->bound;
	int err;

	if (!nfi_rank_before(bound, &old))
		return 0;
	mask->bound = *bound;
	list_del(&mask->node);
	shapes_insert(set, mask);
	err = shapes_publish(set);
	if (!err)
		return 0;
	mask->bound = old;
	list_del(&mask->node);
	shapes_insert(set, mask);
	return err;
}

static struct mask *mask_find(struct nfi_shapes *set, const struct shape *shape)
{
	struct mask *mask;

	list_for_each_entry(mask, &set->masks, node)
		if (same_shape(&mask->shape, shape))
			return mask;
	return NULL;
}

/* Drop a mask that nothing uses. Without memory for the array it stays, and may be used again. */
static void mask_drop(struct nfi_shapes *set, struct mask *mask)
{
	list_del(&mask->node);
	set->n--;
	if (!shapes_publish(set)) {
		kfree_rcu(mask, rcu);
		return;
	}
	set->n++;
	shapes_insert(set, mask);
}

static struct mask *mask_get(struct nfi_shapes *set, const struct shape *shape, u32 prio)
{
	struct mask *mask = mask_find(set, shape);
	struct nfi_rank bound;
	int err;

	shape_bound(shape, prio, &bound);
	if (mask) {
		err = mask_improve(set, mask, &bound);
		return err ? ERR_PTR(err) : mask;
	}
	if (set->n >= MASKS_MAX)
		return ERR_PTR(-ENOSPC);
	mask = kzalloc(sizeof(*mask), GFP_KERNEL_ACCOUNT);
	if (!mask)
		return ERR_PTR(-ENOMEM);
	mask->shape = *shape;
	mask->bound = bound;
	shapes_insert(set, mask);
	set->n++;
	err = shapes_publish(set);
	if (!err)
		return mask;
	list_del(&mask->node);
	set->n--;
	kfree(mask);
	return ERR_PTR(err);
}

static struct bucket *bucket_get(struct nfi_spd *spd, const struct tuple *key, struct mask *mask)
{
	struct bucket *b = rhashtable_lookup_fast(&spd->buckets, key, params);
	int err;

	if (b)
		return b;
	b = kzalloc(sizeof(*b), GFP_KERNEL_ACCOUNT);
	if (!b)
		return ERR_PTR(-ENOMEM);
	b->key = *key;
	b->mask = mask;
	INIT_LIST_HEAD(&b->entries);
	err = rhashtable_insert_fast(&spd->buckets, &b->node, params);
	if (!err)
		return b;
	kfree(b);
	return ERR_PTR(err);
}

static void bucket_drop(struct nfi_spd *spd, struct bucket *b)
{
	rhashtable_remove_fast(&spd->buckets, &b->node, params);
	kfree_rcu(b, rcu);
}

static void make_key(struct tuple *key, const struct nfi_selector *sel, const struct shape *shape)
{
	memset(key, 0, sizeof(*key));
	key->src = sel->src;
	key->dst = sel->dst;
	key->mark = sel->mark;
	key->proto = shape->proto ? sel->proto : 0;
}

static int entry_add(struct nfi_spd *spd, struct nfi_policy *sp, const struct shape *shape,
		     struct tuple *key)
{
	struct nfi_shapes *set = shapes_of(spd, sp->dir, sp->sel.family);
	struct entry *e, *pos;
	struct bucket *b;
	struct mask *mask;

	mask = mask_get(set, shape, sp->prio);
	if (IS_ERR(mask))
		return PTR_ERR(mask);
	key->mask = mask;
	b = bucket_get(spd, key, mask);
	e = kmalloc(sizeof(*e), GFP_KERNEL_ACCOUNT);
	if (IS_ERR(b) || !e) {
		kfree(e);
		if (!IS_ERR(b) && list_empty(&b->entries))
			bucket_drop(spd, b);
		if (!mask->entries)
			mask_drop(set, mask);
		return IS_ERR(b) ? PTR_ERR(b) : -ENOMEM;
	}
	e->sp = sp;
	e->bucket = b;
	mask->entries++;
	list_add(&e->of_policy, &sp->entries);
	/* from the end: policies that are added in their order cost one step */
	list_for_each_entry_reverse(pos, &b->entries, node)
		if (!nfi_rank_before(&sp->rank, &pos->sp->rank))
			break;
	list_add_rcu(&e->node, &pos->node);
	return 0;
}

static void base_shape(const struct nfi_selector *sel, struct shape *shape)
{
	memset(shape, 0, sizeof(*shape));
	shape->mark_mask = sel->mark_mask;
	shape->src_len = sel->src_len;
	shape->dst_len = sel->dst_len;
	shape->proto = !!sel->proto;
	shape->levels = BIT(LEVEL_FULL);
	if (!nfi_selector_ports(sel))
		shape->levels |= BIT(LEVEL_NO_PORTS);
	if (!sel->proto)
		shape->levels |= BIT(LEVEL_NO_PROTO);
}

/* the entry for lookups that know less than the policy asks for */
static int add_blind(struct nfi_spd *spd, struct nfi_policy *sp, enum level level)
{
	struct shape shape;
	struct tuple key;

	base_shape(&sp->sel, &shape);
	shape.levels = BIT(level);
	shape.proto = level == LEVEL_NO_PORTS;
	make_key(&key, &sp->sel, &shape);
	return entry_add(spd, sp, &shape, &key);
}

static int add_piece(struct nfi_spd *spd, struct nfi_policy *sp, const struct nfi_pieces *s,
		     const struct nfi_pieces *d, unsigned int at)
{
	unsigned int si = at / d->n, di = at % d->n;
	struct shape shape;
	struct tuple key;

	base_shape(&sp->sel, &shape);
	shape.sport_len = s->v[si].len;
	shape.dport_len = d->v[di].len;
	make_key(&key, &sp->sel, &shape);
	key.sport = s->v[si].port;
	key.dport = d->v[di].port;
	return entry_add(spd, sp, &shape, &key);
}

static int add_all(struct nfi_spd *spd, struct nfi_policy *sp)
{
	const struct nfi_selector *sel = &sp->sel;
	struct nfi_pieces s, d;
	unsigned int i;
	int err = 0;

	nfi_range_split(sel->sport_min, sel->sport_max, &s);
	nfi_range_split(sel->dport_min, sel->dport_max, &d);
	for (i = 0; i < s.n * d.n && !err; i++)
		err = add_piece(spd, sp, &s, &d, i);
	if (!err && nfi_selector_ports(sel))
		err = add_blind(spd, sp, LEVEL_NO_PORTS);
	if (!err && sel->proto)
		err = add_blind(spd, sp, LEVEL_NO_PROTO);
	return err;
}

int nfi_classify_add(struct nfi_spd *spd, struct nfi_policy *sp, struct netlink_ext_ack *extack)
{
	int err;

	if (!spd->ready) {
		err = rhashtable_init(&spd->buckets, &params);
		if (err)
			return err;
		spd->ready = true;
	}
	nfi_selector_rank(&sp->sel, sp->prio, sp->id, &sp->rank);
	err = add_all(spd, sp);
	if (!err)
		return 0;
	nfi_classify_del(spd, sp);
	if (err == -ENOSPC)
		NL_SET_ERR_MSG(extack, "too many combinations of prefix lengths, ports and marks");
	else
		NL_SET_ERR_MSG(extack, "no memory for the policy");
	return err;
}

void nfi_classify_del(struct nfi_spd *spd, struct nfi_policy *sp)
{
	struct nfi_shapes *set = shapes_of(spd, sp->dir, sp->sel.family);
	struct entry *e, *next;
	struct bucket *b;
	struct mask *mask;

	list_for_each_entry_safe(e, next, &sp->entries, of_policy) {
		b = e->bucket;
		mask = b->mask;
		list_del_rcu(&e->node);
		list_del(&e->of_policy);
		kfree_rcu(e, rcu);
		if (list_empty(&b->entries))
			bucket_drop(spd, b);
		if (!--mask->entries)
			mask_drop(set, mask);
	}
}

static struct nfi_policy *first_active(const struct bucket *b, u8 gen)
{
	const struct entry *e;

	list_for_each_entry_rcu(e, &b->entries, node)
		if (!(READ_ONCE(e->sp->inactive) & gen))
			return e->sp;
	return NULL;
}

static struct nfi_policy *try_probe(struct nfi_spd *spd, const struct probe *probe,
				    const struct nfi_flow *flow, u8 gen)
{
	const struct shape *shape = &probe->shape;
	const struct bucket *b;
	struct tuple key;

	memset(&key, 0, sizeof(key));
	key.mask = probe->mask;
	nfi_prefix_apply(&key.src, &flow->saddr, flow->family, shape->src_len);
	nfi_prefix_apply(&key.dst, &flow->daddr, flow->family, shape->dst_len);
	key.mark = flow->mark & shape->mark_mask;
	key.sport = port_prefix(flow->sport, shape->sport_len);
	key.dport = port_prefix(flow->dport, shape->dport_len);
	key.proto = shape->proto ? flow->proto : 0;
	b = rhashtable_lookup(&spd->buckets, &key, params);
	return b ? first_active(b, gen) : NULL;
}

struct nfi_policy *nfi_classify(struct nfi_spd *spd, u8 dir, const struct nfi_flow *flow, u8 gen)
{
	const struct nfi_probes *probes =
		rcu_dereference(shapes_of(spd, dir, flow->family)->probes);
	struct nfi_policy *best = NULL, *sp;
	enum level level = LEVEL_FULL;
	u32 i;

	if (!probes)
		return NULL;
	if (flow->flags & NFI_FLOW_ANY_PROTO)
		level = LEVEL_NO_PROTO;
	else if (!(flow->flags & NFI_FLOW_PORTS))
		level = LEVEL_NO_PORTS;
	for (i = 0; i < probes->n; i++) {
		if (best && nfi_rank_before(&best->rank, &probes->v[i].bound))
			break;
		if (!(probes->v[i].shape.levels & BIT(level)))
			continue;
		sp = try_probe(spd, &probes->v[i], flow, gen);
		if (sp && (!best || nfi_rank_before(&sp->rank, &best->rank)))
			best = sp;
	}
	return best;
}

struct nfi_policy *nfi_classify_find(struct nfi_spd *spd, u8 dir, const struct nfi_selector *sel,
				     u32 prio, u8 gen)
{
	struct nfi_pieces s, d;
	const struct bucket *b;
	struct shape shape;
	struct entry *e;
	struct tuple key;

	if (!spd->ready)
		return NULL;
	nfi_range_split(sel->sport_min, sel->sport_max, &s);
	nfi_range_split(sel->dport_min, sel->dport_max, &d);
	base_shape(sel, &shape);
	shape.sport_len = s.v[0].len;
	shape.dport_len = d.v[0].len;
	make_key(&key, sel, &shape);
	key.sport = s.v[0].port;
	key.dport = d.v[0].port;
	key.mask = mask_find(shapes_of(spd, dir, sel->family), &shape);
	b = key.mask ? rhashtable_lookup_fast(&spd->buckets, &key, params) : NULL;
	if (!b)
		return NULL;
	list_for_each_entry(e, &b->entries, node)
		if (e->sp->prio == prio && !(e->sp->inactive & gen) &&
		    nfi_selector_equal(&e->sp->sel, sel))
			return e->sp;
	return NULL;
}

void nfi_classify_init(struct nfi_spd *spd)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		INIT_LIST_HEAD(&spd->shapes[i / 2][i % 2].masks);
}

void nfi_classify_exit(struct nfi_spd *spd)
{
	struct mask *mask, *next;
	struct nfi_shapes *set;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		set = &spd->shapes[i / 2][i % 2];
		list_for_each_entry_safe(mask, next, &set->masks, node)
			kfree(mask);
		kvfree(rcu_dereference_protected(set->probes, true));
	}
	if (spd->ready)
		rhashtable_destroy(&spd->buckets);
}
