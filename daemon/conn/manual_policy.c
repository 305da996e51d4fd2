// SPDX-License-Identifier: GPL-2.0-or-later
/* manual_policy.c - the networks of a manual connection as policies. */
#include "conn/manual_priv.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "nlp.h"

#define PAIRS_MAX 1024 /* of networks in one connection */

struct net {
	struct nfi_addr addr;
	uint8_t plen, proto;
	uint16_t port_min, port_max;
};

struct nets {
	size_t n, room;
	struct net *v;
};

static int add_net(const struct maker *mk, struct nets *list,
		   const struct conf_value *v, const struct conf_range *r)
{
	struct net net = { .proto = r->proto,
			   .port_min = r->port_min,
			   .port_max = r->port_max };
	uint8_t len = mk->host[SIDE_LEFT].len ? mk->host[SIDE_LEFT].len :
						mk->host[SIDE_RIGHT].len;

	if (r->word == W_SUBNET_DEFAULT) { /* MAG-13 */
		net.addr.len = len ? len : 4;
	} else if (r->word || r->name || r->not || !r->len) {
		return manual_fail(
			mk, v,
			"networks of manual keys are plain, as in 10.0.1.0/24: nothing is negotiated");
	} else if (r->plen == CONF_NO_PREFIX) {
		return manual_fail(
			mk, v,
			"a range that is no prefix; write it as several networks");
	} else {
		manual_copy_addr(&net.addr, r);
		net.plen = r->plen;
	}
	list->v = arena_grow(list->v, &list->room, list->n, sizeof(*list->v));
	list->v[list->n++] = net;
	return 0;
}

/* SYS-02: without a subnet the gateway stands for itself. */
static int find_nets(const struct maker *mk, enum conf_side side,
		     struct nets *list)
{
	const struct conf_value *v = mk->type == W_TYPE_TRANSPORT ?
					     NULL :
					     manual_said(mk, KW_SUBNET, side);
	const struct conf_value *upper = manual_said(mk, KW_PROTOPORT, side);
	struct conf_range host = { .port_max = 65535 };
	size_t i;
	int err = 0;

	if (v && v->u.ranges) {
		for (i = 0; !err && i < v->u.ranges->n; i++)
			err = add_net(mk, list, v, &v->u.ranges->v[i]);
	} else {
		host.len = mk->host[side].len;
		host.plen = (uint8_t)(8 * host.len);
		memcpy(host.first, mk->host[side].b, host.len);
		err = add_net(mk, list, v, &host);
	}
	for (i = 0; upper && i < list->n; i++) {
		list->v[i].proto = upper->u.ranges->v[0].proto;
		list->v[i].port_min = upper->u.ranges->v[0].port_min;
		list->v[i].port_max = upper->u.ranges->v[0].port_max;
	}
	return err;
}

static void set_upper(struct nfi_sp_msg *sp, const struct net *from,
		      const struct net *to)
{
	bool icmp, ports;

	sp->proto = from->proto ? from->proto : to->proto;
	if (!sp->proto)
		return;
	nlp_mark(sp, NFI_SP_PROTO);
	icmp = sp->proto == IPPROTO_ICMP || sp->proto == IPPROTO_ICMPV6;
	/* the type of ICMP is in the packet, whoever sends it */
	if (icmp &&
	    from->port_max - from->port_min > to->port_max - to->port_min)
		from = to;
	ports = from->port_max - from->port_min < 65535;
	if (ports) {
		sp->sport_min = from->port_min;
		sp->sport_max = from->port_max;
		nlp_mark(sp, NFI_SP_SPORT_MIN);
		nlp_mark(sp, NFI_SP_SPORT_MAX);
	}
	ports = to->port_max - to->port_min < 65535;
	if (ports && !icmp) {
		sp->dport_min = to->port_min;
		sp->dport_max = to->port_max;
		nlp_mark(sp, NFI_SP_DPORT_MIN);
		nlp_mark(sp, NFI_SP_DPORT_MAX);
	}
}

static void add_tmpl(const struct maker *mk, struct nfi_sp_msg *sp,
		     uint8_t proto)
{
	struct nfi_tmpl_msg *t = &sp->tmpl[sp->ntmpl++];

	t->proto = proto;
	t->reqid = mk->m->reqid;
	t->mode = sp->ntmpl == 1 && mk->type == W_TYPE_TUNNEL ?
			  NFI_MODE_TUNNEL :
			  NFI_MODE_TRANSPORT;
	nlp_mark(t, NFI_TMPL_PROTO);
	nlp_mark(t, NFI_TMPL_REQID);
	nlp_mark(t, NFI_TMPL_MODE);
}

static uint8_t action_of(enum conf_word type)
{
	return type == W_TYPE_PASSTHROUGH ? NFI_ACT_PASS :
	       type == W_TYPE_DROP	  ? NFI_ACT_DROP :
	       type == W_TYPE_REJECT	  ? NFI_ACT_REJECT :
					    NFI_ACT_PROTECT;
}

static void make_policy(struct maker *mk, uint8_t dir, const struct net *from,
			const struct net *to)
{
	static const uint16_t set[] = { NFI_SP_DIR,   NFI_SP_ACTION,
					NFI_SP_SRC,   NFI_SP_SRC_LEN,
					NFI_SP_DST,   NFI_SP_DST_LEN,
					NFI_SP_OWNER, NFI_SP_NAME };
	const struct conf_value *prio = manual_said(mk, KW_PRIORITY, SIDE_NONE);
	struct nfi_sp_msg *sp = &mk->m->policies[mk->m->npolicies++];
	size_t i;

	for (i = 0; i < sizeof(set) / sizeof(set[0]); i++)
		nlp_mark(sp, set[i]);
	sp->dir = dir;
	sp->action = action_of(mk->type);
	sp->src = from->addr;
	sp->src_len = from->plen;
	sp->dst = to->addr;
	sp->dst_len = to->plen;
	sp->owner = mk->m->owner;
	manual_name(mk, sp->name);
	set_upper(sp, from, to);
	if (prio) {
		sp->prio = (uint32_t)prio->u.n;
		nlp_mark(sp, NFI_SP_PRIO);
	}
	if (mk->enc)
		add_tmpl(mk, sp, IPPROTO_ESP);
	if (mk->ah)
		add_tmpl(mk, sp, IPPROTO_AH);
}

/* Every network of mine with every one of the peer, if they are of one family. */
static int pair_nets(struct maker *mk, const struct nets *mine,
		     const struct nets *theirs)
{
	size_t i, k;

	if (mine->n * theirs->n > PAIRS_MAX)
		return manual_fail(mk, manual_said(mk, KW_SUBNET, mk->me),
				   "more than %d pairs of networks", PAIRS_MAX);
	mk->m->policies =
		calloc(2 * mine->n * theirs->n + 1, sizeof(*mk->m->policies));
	if (!mk->m->policies)
		abort();
	for (i = 0; i < mine->n; i++) {
		for (k = 0; k < theirs->n; k++) {
			if (mine->v[i].addr.len != theirs->v[k].addr.len)
				continue;
			make_policy(mk, NFI_DIR_OUT, &mine->v[i],
				    &theirs->v[k]);
			make_policy(mk, NFI_DIR_IN, &theirs->v[k], &mine->v[i]);
		}
	}
	if (!mk->m->npolicies)
		return manual_fail(
			mk, NULL,
			"the networks of the two sides are of different address families");
	return 0;
}

int manual_policies(struct maker *mk)
{
	struct nets mine = { .n = 0 }, theirs = { .n = 0 };
	int err = find_nets(mk, mk->me, &mine);

	if (!err)
		err = find_nets(mk, mk->peer, &theirs);
	if (!err)
		err = pair_nets(mk, &mine, &theirs);
	free(mine.v);
	free(theirs.v);
	return err;
}
