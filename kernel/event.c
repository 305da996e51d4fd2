// SPDX-License-Identifier: GPL-2.0-only
/*
 * event.c - what the module tells listeners: built only when somebody listens, limited in rate.
 *
 * Runs in any context, also under sa->lock or sp's, so it takes none of these and never sleeps.
 */
#include <linux/siphash.h>
#include <linux/slab.h>
#include "netns.h"
#include "nl.h"

/*
 * Rate limit. A slot remembers one peer and kind: when it was reported last, and how often it
 * happened since. A stranger takes the slot over whatever its age: somebody with many forged
 * addresses can only make us forget counts, and the total a second is bounded for each kind.
 */
#define SLOTS 256
#define TOTAL 100 /* events a second, namespace and kind */

enum limited { LIM_ERROR, LIM_VIOLATION, LIM_MOVED, LIM_UNKNOWN, __LIM_MAX };

struct peer {
	union nf_inet_addr addr;
	u32 what; /* reason, or id and port of an SA */
	u16 port;
	u16 kind; /* enum limited */
};

struct slot {
	u64 key; /* 0: free */
	u64 count; /* since the last report */
	unsigned long last; /* jiffies of the last report */
};

struct events {
	spinlock_t lock; /* protects all below but `secret`; innermost, taken with interrupts off */
	siphash_key_t secret;
	struct slot *slots; /* made by the first event */
	struct {
		unsigned long start; /* jiffies */
		u32 sent;
	} total[__LIM_MAX];
};

/* Is it time to report again? Sets *count to what happened since the last time. */
static bool admit(struct nfi_net *nn, const struct peer *peer, u64 *count)
{
	struct events *ev = nn->events;
	u64 key = siphash(peer, sizeof(*peer), &ev->secret) | 1;
	unsigned long flags;
	struct slot *s;
	bool ok = false;

	spin_lock_irqsave(&ev->lock, flags);
	if (!ev->slots)
		ev->slots = kcalloc(SLOTS, sizeof(*ev->slots), GFP_ATOMIC);
	if (!ev->slots)
		goto out;
	s = &ev->slots[key >> 32 & (SLOTS - 1)];
	if (s->key != key)
		*s = (struct slot){ .key = key, .last = jiffies - HZ };
	s->count += *count;
	if (time_before(jiffies, s->last + HZ))
		goto out;
	if (time_after_eq(jiffies, ev->total[peer->kind].start + HZ)) {
		ev->total[peer->kind].start = jiffies;
		ev->total[peer->kind].sent = 0;
	}
	if (ev->total[peer->kind].sent >= TOTAL)
		goto out;
	ev->total[peer->kind].sent++;
	*count = s->count;
	s->count = 0;
	s->last = jiffies;
	ok = true;
out:
	spin_unlock_irqrestore(&ev->lock, flags);
	return ok;
}

/* Messages ------------------------------------------------------------------------------------ */

static bool heard(struct nfi_net *nn, enum nfi_group group)
{
	return genl_has_listeners(&nfi_genl_family, nn->net, group) > 0;
}

/* sa and sp are the nests beside the event and may be NULL */
struct event {
	enum nfi_cmd cmd;
	enum nfi_group group;
	u32 portid; /* not 0: to this socket instead of the group */
	const struct nfi_sa_msg *sa;
	const struct nfi_sp_msg *sp;
	struct nfi_ev_msg ev;
};

static struct sk_buff *build(struct nfi_net *nn, struct event *e)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_ATOMIC);
	void *hdr;

	if (!skb)
		return NULL;
	hdr = genlmsg_put(skb, 0, 0, &nfi_genl_family, 0, e->cmd);
	if (!hdr || (e->sa && nfi_rows_put(skb, NFI_A_SA, NFI_SET_SA, e->sa)) ||
	    (e->sp && nfi_rows_put(skb, NFI_A_SP, NFI_SET_SP, e->sp)) ||
	    nfi_rows_put(skb, NFI_A_EVENT, NFI_SET_EV, &e->ev)) {
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, hdr);
	return skb;
}

/* The number is taken first: a message that cannot be built leaves a gap, so loss is noticed. */
static int send(struct nfi_net *nn, struct event *e)
{
	struct sk_buff *skb;

	e->ev.seq = atomic64_inc_return(&nn->ev_seq);
	e->ev.has |= NFI_BIT(NFI_EV_SEQ);
	skb = build(nn, e);
	if (!skb)
		return -ENOMEM;
	if (e->portid)
		return genlmsg_unicast(nn->net, skb, e->portid);
	return genlmsg_multicast_netns(&nfi_genl_family, nn->net, skb, 0, e->group, GFP_ATOMIC);
}

static void send_sa(struct nfi_sa *sa, struct event *e)
{
	struct nfi_sa_msg *msg = kzalloc(sizeof(*msg), GFP_ATOMIC);

	if (msg) {
		rcu_read_lock();
		nfi_describe_sa(sa, msg);
		rcu_read_unlock();
	}
	e->sa = msg;
	send(sa->nn, e); /* without memory: the event alone, or a gap in the numbers */
	kfree(msg);
}

static void set_kind(struct event *e, enum nfi_ev_kind kind)
{
	e->ev.kind = kind;
	e->ev.has |= NFI_BIT(NFI_EV_KIND);
}

static void set_reason(struct event *e, enum nfi_drop reason, u64 count)
{
	e->ev.reason = reason;
	e->ev.count = count;
	e->ev.has |= NFI_BIT(NFI_EV_REASON) | NFI_BIT(NFI_EV_COUNT);
}

static void set_addr(struct nfi_addr *to, u8 family, const union nf_inet_addr *from)
{
	to->len = family == AF_INET ? 4 : 16;
	memcpy(to->b, from, to->len);
}

static void set_flow(struct event *e, const struct nfi_flow *flow)
{
	struct nfi_ev_msg *ev = &e->ev;

	set_addr(&ev->src, flow->family, &flow->saddr);
	set_addr(&ev->dst, flow->family, &flow->daddr);
	ev->proto = flow->proto;
	ev->mark = flow->mark;
	ev->has |= NFI_BIT(NFI_EV_SRC) | NFI_BIT(NFI_EV_DST) | NFI_BIT(NFI_EV_PROTO);
	if (flow->mark)
		ev->has |= NFI_BIT(NFI_EV_MARK);
	if (flow->flags & NFI_FLOW_PORTS) {
		ev->sport = htons(flow->sport);
		ev->dport = htons(flow->dport);
		ev->has |= NFI_BIT(NFI_EV_SPORT) | NFI_BIT(NFI_EV_DPORT);
	}
}

/* Group "sa" ---------------------------------------------------------------------------------- */

void nfi_event_sa(struct nfi_sa *sa, enum nfi_ev_kind kind)
{
	struct event e = { .cmd = NFI_CMD_SA_NTF, .group = NFI_MC_SA };

	if (!heard(sa->nn, NFI_MC_SA))
		return;
	set_kind(&e, kind);
	send_sa(sa, &e);
}

void nfi_event_expire(struct nfi_sa *sa, enum nfi_ev_kind kind, bool hard)
{
	struct event e = { .cmd = NFI_CMD_SA_EXPIRE_NTF, .group = NFI_MC_SA };

	if (!heard(sa->nn, NFI_MC_SA))
		return;
	set_kind(&e, kind);
	e.ev.hard = hard;
	e.ev.has |= NFI_BIT(NFI_EV_HARD);
	send_sa(sa, &e);
}

void nfi_event_first(struct nfi_sa *sa)
{
	struct event e = { .cmd = NFI_CMD_SA_FIRST_NTF, .group = NFI_MC_SA };

	if (heard(sa->nn, NFI_MC_SA))
		send_sa(sa, &e);
}

void nfi_event_error(struct nfi_sa *sa, enum nfi_drop reason, u64 count)
{
	struct event e = { .cmd = NFI_CMD_SA_ERROR_NTF, .group = NFI_MC_SA };
	struct peer peer = { .what = sa->id, .port = reason, .kind = LIM_ERROR };

	if (!heard(sa->nn, NFI_MC_SA) || !admit(sa->nn, &peer, &count))
		return;
	set_reason(&e, reason, count);
	send_sa(sa, &e);
}

/* Groups "acquire" and "sp" ------------------------------------------------------------------- */

static void send_sp(struct nfi_policy *sp, struct event *e)
{
	struct nfi_sp_msg *msg = kzalloc(sizeof(*msg), GFP_ATOMIC);

	if (msg)
		nfi_describe_sp(sp, msg);
	e->sp = msg;
	/* a claim whose socket has gone meanwhile: everybody may have it */
	if (send(sp->nn, e) == -ECONNREFUSED && e->portid) {
		e->portid = 0;
		send(sp->nn, e);
	}
	kfree(msg);
}

void nfi_event_sp(struct nfi_policy *sp, enum nfi_ev_kind kind)
{
	struct event e = { .cmd = NFI_CMD_SP_NTF, .group = NFI_MC_SP };

	if (!heard(sp->nn, NFI_MC_SP))
		return;
	set_kind(&e, kind);
	send_sp(sp, &e);
}

void nfi_event_acquire(struct nfi_policy *sp, const struct nfi_flow *flow)
{
	struct event e = { .cmd = NFI_CMD_ACQUIRE_NTF, .group = NFI_MC_ACQUIRE };

	e.portid = nfi_owner_portid(sp->nn, sp->owner);
	if (!e.portid && !heard(sp->nn, NFI_MC_ACQUIRE))
		return;
	set_flow(&e, flow);
	send_sp(sp, &e);
}

void nfi_event_violation(struct nfi_net *nn, enum nfi_drop reason, const struct nfi_flow *flow)
{
	struct event e = { .cmd = NFI_CMD_VIOLATION_NTF, .group = NFI_MC_SP };
	struct peer peer = { .addr = flow->saddr, .what = reason, .kind = LIM_VIOLATION };
	u64 count = 1;

	if (!heard(nn, NFI_MC_SP) || !admit(nn, &peer, &count))
		return;
	set_flow(&e, flow);
	set_reason(&e, reason, count);
	send(nn, &e);
}

/* Group "peer" -------------------------------------------------------------------------------- */

void nfi_event_moved(struct nfi_sa *sa, struct nfi_ev_msg *ev)
{
	struct event e = { .cmd = NFI_CMD_MOVED_NTF, .group = NFI_MC_PEER };
	struct peer peer = { .what = sa->id, .port = (__force u16)ev->sport, .kind = LIM_MOVED };
	u64 count = 1;

	memcpy(&peer.addr, ev->src.b, ev->src.len);
	if (!heard(sa->nn, NFI_MC_PEER) || !admit(sa->nn, &peer, &count))
		return;
	e.ev = *ev;
	e.ev.count = count;
	e.ev.has |= NFI_BIT(NFI_EV_COUNT);
	send_sa(sa, &e);
}

void nfi_event_unknown_spi(struct nfi_net *nn, const struct nfi_flow *flow, __be32 spi, u8 proto)
{
	struct event e = { .cmd = NFI_CMD_UNKNOWN_SPI_NTF, .group = NFI_MC_PEER };
	struct peer peer = { .addr = flow->saddr, .kind = LIM_UNKNOWN };
	u64 count = 1;

	if (!heard(nn, NFI_MC_PEER) || !admit(nn, &peer, &count))
		return;
	set_flow(&e, flow);
	e.ev.proto = proto;
	e.ev.spi = spi;
	e.ev.count = count;
	e.ev.has |= NFI_BIT(NFI_EV_SPI) | NFI_BIT(NFI_EV_COUNT);
	send(nn, &e);
}

/* Life ---------------------------------------------------------------------------------------- */

int nfi_event_init(struct nfi_net *nn)
{
	struct events *ev = kzalloc(sizeof(*ev), GFP_KERNEL);
	struct nfi_nl *nl = kzalloc(sizeof(*nl), GFP_KERNEL);

	if (!ev || !nl) {
		kfree(ev);
		kfree(nl);
		return -ENOMEM;
	}
	spin_lock_init(&ev->lock);
	get_random_bytes(&ev->secret, sizeof(ev->secret));
	nn->events = ev;

	spin_lock_init(&nl->lock);
	INIT_LIST_HEAD(&nl->owners);
	nfi_exempt_init(nl);
	nl->nn = nn;
	nn->nl = nl;
	return 0;
}

void nfi_event_exit(struct nfi_net *nn)
{
	struct events *ev = nn->events;

	kfree(ev->slots);
	kfree(ev);
	kfree(nn->nl);
}
