// SPDX-License-Identifier: GPL-2.0-only
/*
 * policy.c - policies as objects: validation, generations, life and death (RFC 4301 4.4.1).
 *
 * References: a published policy has a base reference, which is given up a grace period after it
 * was unlinked; so whoever finds one under RCU may take a reference of his own. Templates hold
 * slots, a replaced policy holds its heir.
 */
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>
#include "netns.h"

#define HAS(msg, what) ((msg)->has & (1ULL << NFI_SP_##what))

#define EXIT_WAIT (30 * HZ)

static int refuse(struct netlink_ext_ack *extack, const char *text)
{
	if (extack)
		extack->_msg = text;
	return -EINVAL;
}

static int read_prefix(const struct nfi_addr *from, u8 len, union nf_inet_addr *to,
		       struct netlink_ext_ack *extack)
{
	u8 family = from->len == 4 ? AF_INET : AF_INET6;
	union nf_inet_addr clean;

	memset(to, 0, sizeof(*to));
	memcpy(to, from->b, from->len);
	if (len > from->len * 8)
		return refuse(extack, "prefix length is above 32 (IPv4) or 128 (IPv6)");
	nfi_prefix_apply(&clean, to, family, len);
	if (memcmp(&clean, to, sizeof(clean)))
		return refuse(extack, "bits behind the prefix length must be 0 in SRC and DST");
	return 0;
}

static int read_addresses(struct nfi_selector *sel, const struct nfi_sp_msg *msg,
			  struct netlink_ext_ack *extack)
{
	int err;

	if (!HAS(msg, SRC) || !HAS(msg, SRC_LEN) || !HAS(msg, DST) || !HAS(msg, DST_LEN))
		return refuse(extack, "a policy needs SRC, SRC_LEN, DST, DST_LEN (0 for any)");
	if (msg->src.len != msg->dst.len || (msg->src.len != 4 && msg->src.len != 16))
		return refuse(extack, "SRC and DST must be of one family");
	sel->family = msg->src.len == 4 ? AF_INET : AF_INET6;
	sel->src_len = msg->src_len;
	sel->dst_len = msg->dst_len;
	err = read_prefix(&msg->src, msg->src_len, &sel->src, extack);
	return err ?: read_prefix(&msg->dst, msg->dst_len, &sel->dst, extack);
}

static bool is_icmp(const struct nfi_selector *sel)
{
	return (sel->proto == IPPROTO_ICMP && sel->family == AF_INET) ||
	       (sel->proto == IPPROTO_ICMPV6 && sel->family == AF_INET6);
}

static bool any_port(u16 min, u16 max)
{
	return !min && max == U16_MAX;
}

/* ICMP type and code, mobility header type: octets */
static int check_types(const struct nfi_selector *sel, struct netlink_ext_ack *extack)
{
	bool any_type = any_port(sel->sport_min, sel->sport_max);
	bool any_code = any_port(sel->dport_min, sel->dport_max);

	if (!any_type && sel->sport_max > U8_MAX)
		return refuse(extack, "the type of ICMP or a mobility header is at most 255");
	if (!any_code && sel->proto == IPPROTO_MH)
		return refuse(extack, "a mobility header has a type (SPORT) only");
	if (!any_code && sel->dport_max > U8_MAX)
		return refuse(extack, "the code of ICMP is at most 255");
	if (!any_code && any_type)
		return refuse(extack, "an ICMP code (DPORT) needs a type (SPORT)");
	return 0;
}

static int check_ports(const struct nfi_selector *sel, struct netlink_ext_ack *extack)
{
	if (sel->sport_min > sel->sport_max || sel->dport_min > sel->dport_max)
		return refuse(extack, "port range is empty: the minimum is above the maximum");
	if (!nfi_selector_ports(sel))
		return 0;
	switch (sel->proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return 0;
	default:
		if (is_icmp(sel) || (sel->proto == IPPROTO_MH && sel->family == AF_INET6))
			return check_types(sel, extack);
		return refuse(extack,
			      "ports need PROTO tcp, udp, udplite, sctp, dccp, icmp(v6) or mh");
	}
}

static int read_ports(struct nfi_selector *sel, const struct nfi_sp_msg *msg,
		      struct netlink_ext_ack *extack)
{
	sel->sport_min = HAS(msg, SPORT_MIN) ? msg->sport_min : 0;
	sel->sport_max = HAS(msg, SPORT_MAX) ? msg->sport_max : U16_MAX;
	sel->dport_min = HAS(msg, DPORT_MIN) ? msg->dport_min : 0;
	sel->dport_max = HAS(msg, DPORT_MAX) ? msg->dport_max : U16_MAX;
	if (!HAS(msg, SPORT_MIN) != !HAS(msg, SPORT_MAX) ||
	    !HAS(msg, DPORT_MIN) != !HAS(msg, DPORT_MAX))
		return refuse(extack, "a port range needs its minimum and its maximum");
	return check_ports(sel, extack);
}

static int read_selector(struct nfi_selector *sel, const struct nfi_sp_msg *msg,
			 struct netlink_ext_ack *extack)
{
	int err = read_addresses(sel, msg, extack);

	if (err)
		return err;
	sel->proto = HAS(msg, PROTO) ? msg->proto : 0;
	sel->mark = HAS(msg, MARK) ? msg->mark : 0;
	sel->mark_mask = HAS(msg, MARK_MASK) ? msg->mark_mask : 0;
	if (sel->mark & ~sel->mark_mask)
		return refuse(extack, "MARK has bits that MARK_MASK ignores");
	if (sel->family == AF_INET6 &&
	    (sel->proto == IPPROTO_ROUTING || sel->proto == IPPROTO_FRAGMENT ||
	     sel->proto == IPPROTO_DSTOPTS))
		return refuse(extack, "PROTO must not be an IPv6 extension header");
	return read_ports(sel, msg, extack);
}

static u32 prio_of(const struct nfi_sp_msg *msg)
{
	return HAS(msg, PRIO) ? msg->prio : NFI_PRIO_AUTO;
}

/* does the action let packets through in clear? */
static bool lets_clear(const struct nfi_policy *sp)
{
	return sp->action == NFI_ACT_PASS || (sp->flags & NFI_SPF_OPTIONAL);
}

static bool wants_sa(const struct nfi_policy *sp)
{
	return sp->action == NFI_ACT_PROTECT || sp->action == NFI_ACT_TRAP ||
	       sp->action == NFI_ACT_HOLD;
}

static int check_action(const struct nfi_policy *sp, struct netlink_ext_ack *extack)
{
	bool in = sp->dir == NFI_DIR_IN;

	if (wants_sa(sp) && !sp->ntmpl)
		return refuse(extack, "actions protect, trap and hold need a TMPL");
	if (!wants_sa(sp) && sp->ntmpl)
		return refuse(extack, "actions pass, drop and reject have no TMPL");
	if (in && (sp->action == NFI_ACT_TRAP || sp->action == NFI_ACT_HOLD))
		return refuse(extack, "trap and hold are outbound only; use protect");
	if (in && (sp->flags & NFI_SPF_NAT_APPLY))
		return refuse(extack, "flag NAT_APPLY is for outbound policies");
	if (!in && (sp->flags & NFI_SPF_OPTIONAL))
		return refuse(extack, "flag OPTIONAL is for inbound policies");
	if (!wants_sa(sp) && sp->flags)
		return refuse(extack, "flags need action protect, trap or hold");
	return 0;
}

static int check_tmpl(const struct nfi_policy *sp, unsigned int i, struct netlink_ext_ack *extack)
{
	const struct nfi_tmpl *t = &sp->tmpl[i];

	if ((t->proto != IPPROTO_ESP && t->proto != IPPROTO_AH) || !t->mode || !t->reqid)
		return refuse(extack, "a TMPL needs PROTO (50 or 51), MODE and REQID");
	if (t->saddr.len && t->daddr.len && t->saddr.len != t->daddr.len)
		return refuse(extack, "SADDR and DADDR of a TMPL must be of one family");
	/* behind one IP header ESP may come once, and AH once in front of it (RFC 4301 4.3, 5.1) */
	if (i && t->mode == NFI_MODE_TRANSPORT &&
	    (t->proto != IPPROTO_AH || sp->tmpl[i - 1].proto != IPPROTO_ESP))
		return refuse(extack, "behind the first TMPL, transport mode must be AH over ESP");
	return 0;
}

static bool contains(const union nf_inet_addr *prefix, u8 len, u8 family,
		     const struct nfi_addr *addr)
{
	union nf_inet_addr a = {};

	if (addr->len != (family == AF_INET ? 4 : 16))
		return false;
	memcpy(&a, addr->b, addr->len);
	return nfi_prefix_match(prefix, len, &a, family);
}

/* Does the policy name the packets of its own tunnel? A wide one does not: they bypass it. */
static bool names_itself(const struct nfi_net *nn, const struct nfi_policy *sp,
			 const struct nfi_tmpl *t)
{
	const struct nfi_selector *sel = &sp->sel;
	u16 natt = nn->set.natt_port;

	if (sp->dir != NFI_DIR_OUT || t->mode != NFI_MODE_TUNNEL)
		return false;
	if (!contains(&sel->src, sel->src_len, sel->family, &t->saddr) ||
	    !contains(&sel->dst, sel->dst_len, sel->family, &t->daddr))
		return false;
	if (sel->proto == IPPROTO_UDP)
		return natt && sel->dport_min == natt && sel->dport_max == natt &&
		       sel->sport_min == natt && sel->sport_max == natt;
	return sel->proto == t->proto;
}

static int read_tmpls(struct nfi_policy *sp, const struct nfi_sp_msg *msg,
		      struct netlink_ext_ack *extack)
{
	unsigned int i;
	int err;

	if (msg->ntmpl > NFI_TMPL_MAX)
		return refuse(extack, "a policy has at most 3 TMPL");
	sp->ntmpl = msg->ntmpl;
	for (i = 0; i < sp->ntmpl; i++) {
		sp->tmpl[i].proto = msg->tmpl[i].proto;
		sp->tmpl[i].mode = msg->tmpl[i].mode;
		sp->tmpl[i].reqid = msg->tmpl[i].reqid;
		sp->tmpl[i].saddr = msg->tmpl[i].saddr;
		sp->tmpl[i].daddr = msg->tmpl[i].daddr;
		err = check_tmpl(sp, i, extack);
		if (err)
			return err;
		if (names_itself(sp->nn, sp, &sp->tmpl[i]))
			return refuse(extack, "policy selects the packets of its own tunnel");
	}
	return 0;
}

static int read_policy(struct nfi_policy *sp, const struct nfi_sp_msg *msg,
		       struct netlink_ext_ack *extack)
{
	int err;

	if (!HAS(msg, DIR) || !HAS(msg, ACTION))
		return refuse(extack, "a policy needs DIR and ACTION");
	sp->dir = msg->dir;
	sp->action = msg->action;
	sp->flags = HAS(msg, FLAGS) ? msg->flags : 0;
	sp->prio = prio_of(msg);
	sp->owner = HAS(msg, OWNER) ? msg->owner : 0;
	sp->epoch = HAS(msg, EPOCH) ? msg->epoch : 0;
	if (HAS(msg, NAME))
		strscpy(sp->name, msg->name, sizeof(sp->name));
	err = read_selector(&sp->sel, msg, extack);
	if (!err)
		err = read_tmpls(sp, msg, extack);
	return err ?: check_action(sp, extack);
}

static struct nfi_policy *policy_new(struct nfi_net *nn)
{
	struct nfi_policy *sp = kzalloc(sizeof(*sp), GFP_KERNEL_ACCOUNT);

	if (!sp)
		return NULL;
	sp->nn = nn;
	refcount_set(&sp->ref, 1);
	INIT_LIST_HEAD(&sp->txn_node);
	INIT_LIST_HEAD(&sp->entries);
	INIT_LIST_HEAD(&sp->hold_node);
	INIT_LIST_HEAD(&sp->touched_node);
	__skb_queue_head_init(&sp->hold);
	atomic_inc(&nn->spd.live);
	return sp;
}

static void policy_free(struct nfi_policy *sp)
{
	struct nfi_net *nn = sp->nn;
	unsigned int i;

	WARN_ON_ONCE(!skb_queue_empty(&sp->hold));
	for (i = 0; i < sp->ntmpl; i++)
		if (sp->tmpl[i].slot)
			nfi_slot_put(nn, sp->tmpl[i].slot);
	kfree(sp);
	if (atomic_dec_and_test(&nn->spd.live))
		wake_up_var(&nn->spd.live);
}

void nfi_policy_put(struct nfi_policy *sp)
{
	struct nfi_policy *heir;

	/* a loop, not recursion: a transaction may have replaced the same policy many times */
	while (sp && refcount_dec_and_test(&sp->ref)) {
		heir = sp->heir;
		policy_free(sp);
		sp = heir;
	}
}

static void put_base(struct rcu_head *rcu)
{
	nfi_policy_put(container_of(rcu, struct nfi_policy, rcu));
}

static bool counts_multicast(const struct nfi_policy *sp)
{
	return sp->dir == NFI_DIR_OUT && sp->action != NFI_ACT_PASS &&
	       nfi_prefix_group(&sp->sel.dst, sp->sel.dst_len, sp->sel.family);
}

static int publish(struct nfi_policy *sp, struct netlink_ext_ack *extack)
{
	struct nfi_spd *spd = &sp->nn->spd;
	unsigned int i;
	int err;

	for (i = 0; i < sp->ntmpl && sp->dir == NFI_DIR_OUT; i++) {
		sp->tmpl[i].slot = nfi_slot_get(sp->nn, sp->tmpl[i].reqid, sp->tmpl[i].proto);
		if (!sp->tmpl[i].slot)
			return -ENOMEM;
	}
	nfi_flowcache_alloc(spd);
	err = xa_alloc_cyclic(&spd->ids, &sp->id, sp, XA_LIMIT(1, U32_MAX), &spd->next_id,
			      GFP_KERNEL_ACCOUNT);
	if (err < 0)
		return err;
	sp->inactive = nfi_gen_now(sp->nn);
	WRITE_ONCE(spd->mark_bits, spd->mark_bits | sp->sel.mark_mask);
	err = nfi_classify_add(spd, sp, extack);
	if (err) {
		xa_erase(&spd->ids, sp->id);
		return err;
	}
	WRITE_ONCE(spd->count[sp->dir], spd->count[sp->dir] + 1);
	if (counts_multicast(sp))
		WRITE_ONCE(spd->multicast, spd->multicast + 1);
	if (sp->flags & NFI_SPF_NAT_APPLY)
		WRITE_ONCE(spd->nat_apply, spd->nat_apply + 1);
	return 0;
}

static void unpublish(struct nfi_policy *sp, struct nfi_policy *heir)
{
	struct nfi_spd *spd = &sp->nn->spd;

	if (sp->dead)
		return;
	nfi_classify_del(spd, sp);
	xa_erase(&spd->ids, sp->id);
	WRITE_ONCE(spd->count[sp->dir], spd->count[sp->dir] - 1);
	if (counts_multicast(sp))
		WRITE_ONCE(spd->multicast, spd->multicast - 1);
	if (sp->flags & NFI_SPF_NAT_APPLY)
		WRITE_ONCE(spd->nat_apply, spd->nat_apply - 1);
	nfi_trap_orphan(sp, heir); /* marks it dead */
	call_rcu(&sp->rcu, put_base);
}

static void mark_deleted(struct nfi_policy *sp)
{
	WRITE_ONCE(sp->inactive, sp->inactive | nfi_gen_next(sp->nn));
	nfi_txn_del_policy(sp->nn, sp);
}

/* old goes in the same step as sp comes */
static void succeed(struct nfi_policy *sp, struct nfi_policy *old)
{
	bool seen = nfi_active(sp->nn, old->inactive);

	sp->covered = seen ? !lets_clear(old) : old->covered;
	nfi_policy_get(sp);
	old->heir = sp;
	mark_deleted(old);
}

int nfi_policy_add(struct nfi_net *nn, const struct nfi_sp_msg *msg, bool replace,
		   struct nfi_policy **res, struct netlink_ext_ack *extack)
{
	struct nfi_policy *sp, *old;
	int err;

	lockdep_assert_held(&nn->lock);
	sp = policy_new(nn);
	if (!sp)
		return -ENOMEM;
	err = read_policy(sp, msg, extack);
	if (err)
		goto fail;
	old = nfi_classify_find(&nn->spd, sp->dir, &sp->sel, sp->prio, nfi_gen_next(nn));
	if (old && !replace) {
		NL_SET_ERR_MSG(extack, "a policy with these DIR, selectors and PRIO exists");
		err = -EEXIST;
		goto fail;
	}
	err = publish(sp, extack);
	if (err)
		goto fail;
	nfi_txn_add_policy(nn, sp);
	if (old)
		succeed(sp, old);
	if (res)
		*res = sp;
	return 0;
fail:
	nfi_policy_put(sp);
	return err;
}

struct nfi_policy *nfi_policy_by_msg(struct nfi_net *nn, const struct nfi_sp_msg *msg)
{
	struct nfi_selector sel = {};
	struct nfi_policy *sp;

	lockdep_assert_held(&nn->lock);
	if (HAS(msg, ID)) {
		sp = xa_load(&nn->spd.ids, msg->id);
		return sp && nfi_active_next(nn, sp->inactive) ? sp : NULL;
	}
	if (!HAS(msg, DIR) || read_selector(&sel, msg, NULL))
		return NULL;
	return nfi_classify_find(&nn->spd, msg->dir, &sel, prio_of(msg), nfi_gen_next(nn));
}

int nfi_policy_del(struct nfi_net *nn, const struct nfi_sp_msg *msg, struct netlink_ext_ack *extack)
{
	struct nfi_policy *sp = nfi_policy_by_msg(nn, msg);
	struct nfi_selector sel = {};
	int err;

	if (sp) {
		mark_deleted(sp);
		return 0;
	}
	if (!HAS(msg, ID)) {
		if (!HAS(msg, DIR))
			return refuse(extack, "name the policy by ID, or DIR, selectors and PRIO");
		err = read_selector(&sel, msg, extack);
		if (err)
			return err;
	}
	NL_SET_ERR_MSG(extack, "no such policy");
	return -ENOENT;
}

static bool uses_reqid(const struct nfi_policy *sp, u32 reqid)
{
	unsigned int i;

	for (i = 0; i < sp->ntmpl; i++)
		if (sp->tmpl[i].reqid == reqid)
			return true;
	return false;
}

/* an address in a filter chooses the family, and with its length the very prefix */
static bool filter_prefix(const struct nfi_selector *sel, const union nf_inet_addr *addr, u8 len,
			  const struct nfi_addr *want, int want_len)
{
	if (want->len != (sel->family == AF_INET ? 4 : 16))
		return false;
	return want_len < 0 || (len == want_len && !memcmp(addr, want->b, want->len));
}

bool nfi_policy_filter(const struct nfi_policy *sp, const struct nfi_sp_msg *f)
{
	const struct nfi_selector *sel = &sp->sel;

	if ((HAS(f, OWNER) && sp->owner != f->owner) || (HAS(f, EPOCH) && sp->epoch != f->epoch) ||
	    (HAS(f, EPOCH_BEFORE) && sp->epoch >= f->epoch_before))
		return false;
	if ((HAS(f, DIR) && sp->dir != f->dir) || (HAS(f, ACTION) && sp->action != f->action) ||
	    (HAS(f, REQID) && !uses_reqid(sp, f->reqid)))
		return false;
	if (HAS(f, SRC) && !filter_prefix(sel, &sel->src, sel->src_len, &f->src,
					  HAS(f, SRC_LEN) ? f->src_len : -1))
		return false;
	return !HAS(f, DST) || filter_prefix(sel, &sel->dst, sel->dst_len, &f->dst,
					     HAS(f, DST_LEN) ? f->dst_len : -1);
}

int nfi_policy_flush(struct nfi_net *nn, const struct nfi_sp_msg *filter)
{
	struct nfi_policy *sp;
	unsigned long id;

	lockdep_assert_held(&nn->lock);
	xa_for_each(&nn->spd.ids, id, sp)
	{
		if (nfi_active_next(nn, sp->inactive) && nfi_policy_filter(sp, filter))
			mark_deleted(sp);
		cond_resched();
	}
	return 0;
}

/* Make all cached verdicts old; see flowcache.c for what the order is good for. */
static void raise_epoch(struct nfi_spd *spd)
{
	smp_store_release(&spd->epoch, spd->epoch + 1); /* the generation was switched before */
	smp_wmb(); /* what is unlinked goes after; pairs with smp_rmb() in classify_stable() */
}

static void begin_commit(struct nfi_spd *spd)
{
	if (spd->committing)
		return;
	spd->committing = true;
	raise_epoch(spd);
}

static void touch(struct nfi_policy *sp)
{
	nfi_policy_get(sp);
	list_add_tail(&sp->touched_node, &sp->nn->spd.touched);
}

/* the replacement that packets see now, if any */
static struct nfi_policy *live_heir(const struct nfi_policy *sp)
{
	struct nfi_policy *heir = sp->heir;

	while (heir && !nfi_active(heir->nn, heir->inactive))
		heir = heir->heir;
	return heir;
}

void nfi_policy_commit_add(struct nfi_policy *sp)
{
	begin_commit(&sp->nn->spd);
	WRITE_ONCE(sp->inactive, 0);
	if (!lets_clear(sp) && !sp->covered) {
		sp->fresh = 1;
		touch(sp);
	}
	nfi_event_sp(sp, NFI_EV_ADDED);
}

void nfi_policy_commit_del(struct nfi_policy *sp)
{
	bool never = sp->inactive == (nfi_gen_now(sp->nn) | nfi_gen_next(sp->nn));
	struct nfi_policy *heir = live_heir(sp);

	begin_commit(&sp->nn->spd);
	if (!never) {
		/* what passed may be another policy's now, and a conntrack knows it as passed */
		if (lets_clear(sp) && !heir)
			touch(sp);
		nfi_event_sp(sp, NFI_EV_DELETED);
	}
	unpublish(sp, heir);
}

void nfi_policy_abort_add(struct nfi_policy *sp)
{
	unpublish(sp, NULL);
}

void nfi_policy_abort_del(struct nfi_policy *sp)
{
	struct nfi_policy *heir = sp->heir;

	WRITE_ONCE(sp->inactive, sp->inactive & ~nfi_gen_next(sp->nn));
	sp->heir = NULL;
	nfi_policy_put(heir);
}

void nfi_policy_committed(struct nfi_net *nn)
{
	struct nfi_spd *spd = &nn->spd;

	lockdep_assert_held(&nn->lock);
	if (!spd->committing)
		return;
	raise_epoch(spd);
	spd->committing = false;
	nfi_purge(nn);
}

void nfi_policy_count(struct nfi_policy *sp, unsigned int len)
{
	time64_t now = ktime_get_real_seconds();

	atomic64_inc(&sp->packets);
	atomic64_add(len, &sp->bytes);
	if (READ_ONCE(sp->use_time) != now)
		WRITE_ONCE(sp->use_time, now);
}

bool nfi_policy_any(const struct nfi_net *nn, u8 dir)
{
	return READ_ONCE(nn->spd.count[dir]);
}

bool nfi_policy_multicast(const struct nfi_net *nn)
{
	return READ_ONCE(nn->spd.multicast);
}

int nfi_spd_init(struct nfi_net *nn)
{
	struct nfi_spd *spd = &nn->spd;

	nfi_classify_init(spd);
	spd->epoch = 1;
	xa_init_flags(&spd->ids, XA_FLAGS_ALLOC1);
	INIT_LIST_HEAD(&spd->touched);
	atomic_set(&spd->live, 0);
	return 0;
}

void nfi_spd_pre_exit(struct nfi_net *nn)
{
	struct nfi_policy *sp;
	unsigned long id;

	mutex_lock(&nn->lock);
	raise_epoch(&nn->spd);
	xa_for_each(&nn->spd.ids, id, sp)
	{
		unpublish(sp, NULL);
		cond_resched();
	}
	mutex_unlock(&nn->lock);
}

void nfi_spd_exit(struct nfi_net *nn)
{
	struct nfi_spd *spd = &nn->spd;

	/* base references go by RCU, those of journeys with their packets: crypto ends */
	WARN_ON_ONCE(!wait_var_event_timeout(&spd->live, !atomic_read(&spd->live), EXIT_WAIT));
	nfi_classify_exit(spd);
	nfi_flowcache_free(spd);
	xa_destroy(&spd->ids);
}
