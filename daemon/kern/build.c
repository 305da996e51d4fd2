// SPDX-License-Identifier: GPL-2.0-or-later
/* build.c - CHILD_SAs and selectors as SAs and policies; events as values. Pure. */
#include "kern/kern.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "ike/env.h"
#include "ike/ts.h"
#include "nlp.h"

#define OWNER_TAG 0x696bULL /* "ik", in the upper 16 bits */

/* Cookies ------------------------------------------------------------------------------------- */

uint64_t kern_owner(const char *name)
{
	uint64_t h = 0xcbf29ce484222325; /* FNV-1a */

	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 0x100000001b3;
	return OWNER_TAG << 48 | ((h ^ h >> 48) & 0xffffffffffff);
}

bool kern_owns(uint64_t owner)
{
	return owner >> 48 == OWNER_TAG;
}

/* SAs ----------------------------------------------------------------------------------------- */

static struct nfi_addr put_addr(const struct addr *a)
{
	struct nfi_addr to = { .len = a->len };

	memcpy(to.b, a->b, a->len);
	return to;
}

static void put_key(struct nfi_sa_msg *sa, struct nfi_key *key, uint16_t attr, struct span from)
{
	if (from.n > sizeof(key->b))
		return; /* no algorithm has one; the module refuses the SA without it */
	key->len = (uint16_t)from.n;
	if (from.n)
		memcpy(key->b, from.p, from.n);
	nlp_mark(sa, attr);
}

static void put_algs(const struct ike_child_info *c, bool inbound, struct nfi_sa_msg *sa)
{
	if (c->enc) {
		sa->enc_alg = c->enc;
		nlp_mark(sa, NFI_SA_ENC_ALG);
		put_key(sa, &sa->enc_key, NFI_SA_ENC_KEY, inbound ? c->enc_in : c->enc_out);
	}
	if (c->auth) {
		sa->auth_alg = c->auth;
		nlp_mark(sa, NFI_SA_AUTH_ALG);
		put_key(sa, &sa->auth_key, NFI_SA_AUTH_KEY, inbound ? c->auth_in : c->auth_out);
	}
}

static void put_ends(const struct ike_child_info *c, bool inbound, struct nfi_sa_msg *sa)
{
	const struct endpoint *from = inbound ? &c->peer : &c->local;
	const struct endpoint *to = inbound ? &c->local : &c->peer;

	sa->saddr = put_addr(&from->addr);
	sa->daddr = put_addr(&to->addr);
	nlp_mark(sa, NFI_SA_SADDR);
	nlp_mark(sa, NFI_SA_DADDR);
	if (!c->encap)
		return;
	sa->encap = NFI_ENCAP_UDP;
	sa->encap_sport = htons(from->port);
	sa->encap_dport = htons(to->port);
	nlp_mark(sa, NFI_SA_ENCAP);
	nlp_mark(sa, NFI_SA_ENCAP_SPORT);
	nlp_mark(sa, NFI_SA_ENCAP_DPORT);
}

static void put_limit(struct nfi_sa_msg *sa, __u64 *field, uint16_t attr, uint64_t value)
{
	if (!value)
		return;
	*field = value;
	nlp_mark(sa, attr);
}

static void put_limits(const struct kern_opts *o, struct nfi_sa_msg *sa)
{
	put_limit(sa, &sa->soft_bytes, NFI_SA_SOFT_BYTES, o->soft_bytes);
	put_limit(sa, &sa->hard_bytes, NFI_SA_HARD_BYTES, o->hard_bytes);
	put_limit(sa, &sa->soft_packets, NFI_SA_SOFT_PACKETS, o->soft_packets);
	put_limit(sa, &sa->hard_packets, NFI_SA_HARD_PACKETS, o->hard_packets);
	put_limit(sa, &sa->hard_add, NFI_SA_HARD_ADD, o->hard_s);
}

/* What concerns the packets that go out. */
static void put_outer(const struct kern_opts *o, struct nfi_sa_msg *sa)
{
	if (o->df) {
		sa->df = o->df;
		nlp_mark(sa, NFI_SA_DF);
	}
	if (o->sa_flags & NFI_SAF_FIXED_DSCP) {
		sa->dscp = o->dscp;
		nlp_mark(sa, NFI_SA_DSCP);
	}
	if (o->tfc) {
		sa->tfc = o->tfc;
		nlp_mark(sa, NFI_SA_TFC);
	}
	if (o->mark) {
		sa->mark = o->mark;
		nlp_mark(sa, NFI_SA_MARK);
	}
}

#define OUT_FLAGS (NFI_SAF_FIXED_DSCP | NFI_SAF_NO_ECN | NFI_SAF_FRAG_OUTER | NFI_SAF_NO_PMTU)
#define IN_FLAGS (NFI_SAF_DECAP_DSCP | NFI_SAF_ANY_INNER)

void kern_build_sa(const struct ike_child_info *c, const struct kern_opts *o, bool inbound,
		   struct nfi_sa_msg *sa)
{
	static const uint16_t always[] = { NFI_SA_DIR,	 NFI_SA_SPI,   NFI_SA_PROTO, NFI_SA_MODE,
					   NFI_SA_REQID, NFI_SA_FLAGS, NFI_SA_OWNER, NFI_SA_EPOCH };
	size_t i;

	memset(sa, 0, sizeof(*sa));
	for (i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		nlp_mark(sa, always[i]);
	sa->dir = inbound ? NFI_DIR_IN : NFI_DIR_OUT;
	sa->spi = htonl(inbound ? c->spi_in : c->spi_out);
	sa->proto = c->proto;
	sa->mode = c->transport ? NFI_MODE_TRANSPORT : NFI_MODE_TUNNEL;
	sa->reqid = o->reqid;
	sa->owner = o->owner;
	sa->epoch = o->epoch;
	/* what was negotiated was allowed: the engine has the legacy switch */
	sa->flags = (o->sa_flags & (inbound ? IN_FLAGS : OUT_FLAGS)) | NFI_SAF_LEGACY |
		    (c->esn ? NFI_SAF_ESN : 0);
	put_ends(c, inbound, sa);
	put_algs(c, inbound, sa);
	put_limits(o, sa);
	if (inbound) {
		sa->replay = o->replay;
		nlp_mark(sa, NFI_SA_REPLAY);
	} else {
		put_outer(o, sa);
	}
	if (o->name[0]) {
		memcpy(sa->name, o->name, sizeof(sa->name));
		nlp_mark(sa, NFI_SA_NAME);
	}
}

/* Policies ------------------------------------------------------------------------------------ */

#define SPLIT_MAX 256 /* prefixes of one range: 254 at most */

struct builder {
	const struct kern_route *r;
	const struct kern_opts *o;
	int (*add)(void *arg, const struct nfi_sp_msg *sp);
	void *arg;
	size_t n;
};

static bool is_icmp(uint8_t proto)
{
	return proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6;
}

static void put_range(struct nfi_sp_msg *sp, bool source, unsigned int min, unsigned int max)
{
	if (source) {
		sp->sport_min = (uint16_t)min;
		sp->sport_max = (uint16_t)max;
		nlp_mark(sp, NFI_SP_SPORT_MIN);
		nlp_mark(sp, NFI_SP_SPORT_MAX);
	} else {
		sp->dport_min = (uint16_t)min;
		sp->dport_max = (uint16_t)max;
		nlp_mark(sp, NFI_SP_DPORT_MIN);
		nlp_mark(sp, NFI_SP_DPORT_MAX);
	}
}

static bool any_port(const struct ts *ts)
{
	return ts->port_min == 0 && ts->port_max == 65535;
}

/* Type and code share the two octets of a port, on either side (RFC 7296 3.13.1). */
static void put_icmp(struct nfi_sp_msg *sp, const struct ts *ts)
{
	unsigned int type = ts->port_min >> 8, last = ts->port_max >> 8;

	put_range(sp, true, type, last);
	if (type == last && ((ts->port_min & 255) != 0 || (ts->port_max & 255) != 255))
		put_range(sp, false, ts->port_min & 255, ts->port_max & 255);
}

static void put_upper(struct nfi_sp_msg *sp, const struct ts *src, const struct ts *dst)
{
	sp->proto = src->proto ? src->proto : dst->proto;
	if (!sp->proto)
		return;
	nlp_mark(sp, NFI_SP_PROTO);
	if (is_icmp(sp->proto)) {
		const struct ts *ts = any_port(src) ? dst : src;

		if (!any_port(ts))
			put_icmp(sp, ts);
		return;
	}
	if (!any_port(src))
		put_range(sp, true, src->port_min, src->port_max);
	if (!any_port(dst))
		put_range(sp, false, dst->port_min, dst->port_max);
}

/* What an inbound policy does to packets that came in clear, or sealed. */
static uint8_t action_in(uint8_t out)
{
	switch ((enum nfi_action)out) {
	case NFI_ACT_PASS:
	case NFI_ACT_DROP:
		return out;
	case NFI_ACT_REJECT:
		return NFI_ACT_DROP;
	case NFI_ACT_PROTECT:
	case NFI_ACT_TRAP:
	case NFI_ACT_HOLD:
		break;
	}
	return NFI_ACT_PROTECT;
}

static void put_tmpl(const struct builder *b, struct nfi_sp_msg *sp)
{
	struct nfi_tmpl_msg *t = &sp->tmpl[0];

	sp->ntmpl = 1;
	t->proto = b->r->proto;
	t->mode = b->r->transport ? NFI_MODE_TRANSPORT : NFI_MODE_TUNNEL;
	t->reqid = b->o->reqid;
	nlp_mark(t, NFI_TMPL_PROTO);
	nlp_mark(t, NFI_TMPL_MODE);
	nlp_mark(t, NFI_TMPL_REQID);
}

/* A failure shunt stands in for protection, so it lets nothing in that was not asked for. */
static int add_one(struct builder *b, bool inbound, const struct ts *src, const struct ts *dst)
{
	static const uint16_t always[] = { NFI_SP_DIR, NFI_SP_ACTION,  NFI_SP_SRC,   NFI_SP_SRC_LEN,
					   NFI_SP_DST, NFI_SP_DST_LEN, NFI_SP_OWNER, NFI_SP_EPOCH };
	struct nfi_sp_msg sp = { .has = 0 };
	unsigned int src_len, dst_len;
	size_t i;

	if (b->n++ >= KERN_POLICIES_MAX)
		return -E2BIG;
	if (!ts_is_prefix(src, &src_len) || !ts_is_prefix(dst, &dst_len))
		return -EINVAL;
	for (i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		nlp_mark(&sp, always[i]);
	sp.dir = inbound ? NFI_DIR_IN : NFI_DIR_OUT;
	sp.action = inbound ? action_in(b->r->action) : b->r->action;
	sp.src = put_addr(&(struct addr){ .len = src->len });
	memcpy(sp.src.b, src->first, src->len);
	sp.src_len = (uint8_t)src_len;
	sp.dst = put_addr(&(struct addr){ .len = dst->len });
	memcpy(sp.dst.b, dst->first, dst->len);
	sp.dst_len = (uint8_t)dst_len;
	sp.owner = b->o->owner;
	sp.epoch = b->o->epoch;
	put_upper(&sp, src, dst);
	if (b->o->has_prio) {
		sp.prio = b->o->prio;
		nlp_mark(&sp, NFI_SP_PRIO);
	}
	if (b->o->name[0]) {
		memcpy(sp.name, b->o->name, sizeof(sp.name));
		nlp_mark(&sp, NFI_SP_NAME);
	}
	if (b->r->proto && sp.action != NFI_ACT_PASS && sp.action != NFI_ACT_DROP &&
	    sp.action != NFI_ACT_REJECT)
		put_tmpl(b, &sp);
	return b->add(b->arg, &sp);
}

static int add_pair(struct builder *b, const struct ts *local, const struct ts *peer)
{
	struct ts mine[SPLIT_MAX], theirs[SPLIT_MAX];
	size_t nmine = ts_split(local, mine, SPLIT_MAX), ntheirs = ts_split(peer, theirs, SPLIT_MAX);
	size_t i, k;
	int err = 0;

	for (i = 0; !err && i < nmine; i++) {
		for (k = 0; !err && k < ntheirs; k++) {
			err = add_one(b, false, &mine[i], &theirs[k]);
			if (!err)
				err = add_one(b, true, &theirs[k], &mine[i]);
		}
	}
	return err;
}

static bool fits(const struct ts *a, const struct ts *b)
{
	/* OPAQUE ports, 65535 to 0, are of no packet that we can tell from others */
	if (a->port_min > a->port_max || b->port_min > b->port_max)
		return false;
	return a->len == b->len && (!a->proto || !b->proto || a->proto == b->proto);
}

int kern_build_policies(const struct kern_route *r, const struct kern_opts *o,
			int (*add)(void *arg, const struct nfi_sp_msg *sp), void *arg)
{
	struct builder b = { .r = r, .o = o, .add = add, .arg = arg };
	size_t i, k;
	int err = 0;

	for (i = 0; !err && i < r->nlocal; i++)
		for (k = 0; !err && k < r->npeer; k++)
			if (fits(&r->local[i], &r->peer[k]))
				err = add_pair(&b, &r->local[i], &r->peer[k]);
	return !err && !b.n ? -ENOENT : err;
}

/* Events -------------------------------------------------------------------------------------- */

static struct endpoint get_endpoint(const struct nfi_addr *a, uint16_t port)
{
	struct endpoint e = { .port = ntohs(port) };

	e.addr.len = a->len;
	memcpy(e.addr.b, a->b, a->len);
	return e;
}

static bool take_sa(const struct nlp_msg *msg, struct kern_event *e)
{
	if (!(msg->have & 1U << NFI_A_SA) || !kern_owns(msg->sa.owner))
		return false;
	e->owner = msg->sa.owner;
	e->reqid = msg->sa.reqid;
	e->spi = ntohl(msg->sa.spi);
	e->proto = msg->sa.proto;
	e->inbound = msg->sa.dir == NFI_DIR_IN;
	memcpy(e->name, msg->sa.name, sizeof(e->name));
	return true;
}

static bool take_acquire(const struct nlp_msg *msg, struct kern_event *e)
{
	if (!(msg->have & 1U << NFI_A_SP) || !kern_owns(msg->sp.owner))
		return false;
	e->kind = KERN_ACQUIRE;
	e->owner = msg->sp.owner;
	e->reqid = msg->sp.ntmpl ? msg->sp.tmpl[0].reqid : msg->sp.reqid;
	e->proto = msg->ev.proto;
	memcpy(e->name, msg->sp.name, sizeof(e->name));
	return true;
}

bool kern_build_event(const struct nlp_msg *msg, struct kern_event *e)
{
	memset(e, 0, sizeof(*e));
	e->src = get_endpoint(&msg->ev.src, msg->ev.sport);
	e->dst = get_endpoint(&msg->ev.dst, msg->ev.dport);
	e->count = msg->ev.count;
	switch (msg->cmd) {
	case NFI_CMD_ACQUIRE_NTF:
		return take_acquire(msg, e);
	case NFI_CMD_SA_EXPIRE_NTF:
		e->kind = KERN_EXPIRE;
		e->hard = msg->ev.hard;
		return take_sa(msg, e);
	case NFI_CMD_SA_FIRST_NTF:
		e->kind = KERN_FIRST;
		return take_sa(msg, e);
	case NFI_CMD_MOVED_NTF:
		e->kind = KERN_MOVED;
		return take_sa(msg, e);
	case NFI_CMD_UNKNOWN_SPI_NTF:
		e->kind = KERN_UNKNOWN_SPI;
		e->spi = ntohl(msg->ev.spi);
		e->proto = msg->ev.proto;
		return e->src.addr.len != 0;
	default: /* of no interest, or of a newer kernel */
		return false;
	}
}
