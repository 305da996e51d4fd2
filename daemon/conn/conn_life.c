// SPDX-License-Identifier: GPL-2.0-or-later
/* conn_life.c - algorithms, lifetimes and behaviour of a connection. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conn/conn_priv.h"
#include "conn/offers.h"
#include "ike/proposal.h"

/* Values -------------------------------------------------------------------------------------- */

static uint64_t number(const struct filler *f, enum conf_kw kw)
{
	const struct conf_value *v = filler_said(f, kw, SIDE_NONE);

	return v ? v->u.n : 0;
}

static bool yes(const struct filler *f, enum conf_kw kw)
{
	return number(f, kw) != 0;
}

static enum conf_word word(const struct filler *f, enum conf_kw kw)
{
	const struct conf_value *v = filler_said(f, kw, SIDE_NONE);

	return v ? (enum conf_word)v->word : W_NONE;
}

/* Algorithms ---------------------------------------------------------------------------------- */

static enum esn_want esn_of(const struct filler *f)
{
	enum conf_word w = word(f, KW_ESN);

	return w == W_ESN_NO ? ESN_WANT_NO : w == W_ESN_YES ? ESN_WANT_YES : ESN_WANT_EITHER;
}

static int make_offer(struct filler *f, const struct offer_conf *oc, const struct conf_value *v,
		      const struct offer **to)
{
	struct offer *o = mem_new(sizeof(*o));
	const char *culprit = "";
	enum reason reason = offer_from_conf(oc, o, &culprit);

	if (!reason)
		*to = offers_get(f->world->offers, o);
	free(o);
	return reason ? filler_fail(f, v, "%s: %s", reason_text(reason), culprit) : 0;
}

int conn_fill_algs(struct filler *f)
{
	const struct conf_value *ike = filler_said(f, KW_IKE, SIDE_NONE);
	const struct conf_value *esp = filler_said(f, KW_ESP, SIDE_NONE);
	const struct conf_value *ah = filler_said(f, KW_AH, SIDE_NONE);
	bool use_ah = (ah && !esp) || word(f, KW_AUTH) == W_PHASE2_AH;
	const struct conf_value *child = use_ah ? ah : esp;
	struct offer_conf first = { .proto = 1, .props = ike ? ike->u.props : NULL };
	struct offer_conf second = { .proto = use_ah ? 2 : 3,
				     .props = child ? child->u.props : NULL,
				     .pfs = yes(f, KW_PFS),
				     .esn = esn_of(f) };
	int err;

	f->conn->world_offers = f->world->offers;
	f->conn->proto = use_ah ? IPPROTO_AH : IPPROTO_ESP;
	err = make_offer(f, &first, ike, &f->conn->ike.ike);
	return err ? err : make_offer(f, &second, child, &f->conn->ike.child);
}

/* Lifetimes ----------------------------------------------------------------------------------- */

static struct ike_life life_of(const struct filler *f, enum conf_kw kw)
{
	struct ike_life life = { .ms = (int64_t)number(f, kw),
				 .margin_ms = (int64_t)number(f, KW_REKEYMARGIN),
				 .fuzz = (unsigned int)number(f, KW_REKEYFUZZ) };

	/* VAL: a margin with its fuzz that is as long as the life itself would rekey without end */
	if (life.margin_ms + life.margin_ms * life.fuzz / 100 > life.ms / 2) {
		life.fuzz = 100;
		life.margin_ms = life.ms / 4;
	}
	return life;
}

static uint64_t margin_of(uint64_t life, uint64_t margin)
{
	if (!life)
		return 0;
	return margin && margin < life ? margin : life / 10 + 1;
}

static void fill_lives(const struct filler *f, struct ike_conn *ike)
{
	ike->ike_life = life_of(f, KW_IKELIFETIME);
	ike->child_life = life_of(f, KW_SALIFETIME);
	ike->child_life.bytes = number(f, KW_LIFEBYTES);
	ike->child_life.packets = number(f, KW_LIFEPACKETS);
	ike->child_life.margin_bytes = margin_of(ike->child_life.bytes, number(f, KW_MARGINBYTES));
	ike->child_life.margin_packets =
		margin_of(ike->child_life.packets, number(f, KW_MARGINPACKETS));
	ike->rekey = yes(f, KW_REKEY);
	ike->reauth = yes(f, KW_REAUTH);
}

/* Behaviour ----------------------------------------------------------------------------------- */

static enum ike_yesno fragmentation_of(enum conf_word w)
{
	return w == W_FRAGMENTATION_NO ? IKE_NO : w == W_FRAGMENTATION_FORCE ? IKE_FORCE : IKE_YES;
}

static enum ike_yesno encap_of(enum conf_word w)
{
	return w == W_ENCAPSULATION_NO ? IKE_NO : w == W_ENCAPSULATION_YES ? IKE_FORCE : IKE_YES;
}

static enum ike_unique unique_of(enum conf_word w)
{
	return w == W_UNIQUEIDS_NO || w == W_UNIQUEIDS_NEVER ? IKE_UNIQUE_NO :
	       w == W_UNIQUEIDS_KEEP			     ? IKE_UNIQUE_KEEP :
							       IKE_UNIQUE_YES;
}

static void fill_behaviour(const struct filler *f, struct ike_conn *ike)
{
	const struct conf_value *unique = conf_setup_get(f->c, KW_UNIQUEIDS);

	ike->transport = word(f, KW_TYPE) == W_TYPE_TRANSPORT;
	ike->narrowing = yes(f, KW_NARROWING);
	ike->no_tfc = yes(f, KW_SEND_NO_ESP_TFC);
	ike->retransmit_ms = (unsigned int)number(f, KW_RETRANSMIT_INTERVAL);
	ike->retransmit_total_ms = (unsigned int)number(f, KW_RETRANSMIT_TIMEOUT);
	ike->liveness_ms = (int64_t)number(f, KW_DPDDELAY);
	ike->fragmentation = fragmentation_of(word(f, KW_FRAGMENTATION));
	ike->encap = encap_of(word(f, KW_ENCAPSULATION));
	ike->keepalive = yes(f, KW_NAT_KEEPALIVE);
	ike->initial_contact = yes(f, KW_INITIAL_CONTACT);
	ike->mobike = yes(f, KW_MOBIKE);
	ike->unique = unique_of(unique->set && !unique->bad ? (enum conf_word)unique->word : W_NONE);
}

void conn_fill_life(struct filler *f)
{
	struct conn *conn = f->conn;

	fill_lives(f, &conn->ike);
	fill_behaviour(f, &conn->ike);
	conn->start = word(f, KW_AUTO);
	conn->dpdaction = word(f, KW_DPDACTION);
	conn->closeaction = word(f, KW_CLOSEACTION);
	conn->negotiationshunt = word(f, KW_NEGOTIATIONSHUNT);
	conn->failureshunt = word(f, KW_FAILURESHUNT);
	/* %forever is a word, and its number 0 */
	conn->keyingtries = (unsigned int)number(f, KW_KEYINGTRIES);
}

/* The kernel ---------------------------------------------------------------------------------- */

#define REPLAY_DEFAULT 128
#define GRACE_S 60 /* the daemon ends an SA; without it the kernel does, a little later */

static uint32_t flags_of(const struct filler *f)
{
	const struct conf_value *hide = conf_setup_get(f->c, KW_HIDETOS);
	const struct conf_value *copy = filler_said(f, KW_ENCAP_DSCP, SIDE_NONE);
	bool fixed = conf_from(f->conf, conf_get(f->conf, KW_ENCAP_DSCP, SIDE_NONE)) == FROM_BUILTIN ?
			     hide->set && !hide->bad && hide->u.n :
			     copy && !copy->u.n;

	return (fixed ? NFI_SAF_FIXED_DSCP : 0) |
	       (yes(f, KW_DECAP_DSCP) ? NFI_SAF_DECAP_DSCP : 0) |
	       (yes(f, KW_NOPMTUDISC) ? NFI_SAF_NO_PMTU : 0);
}

static void fill_limits(const struct ike_life *life, struct kern_opts *k)
{
	k->hard_bytes = life->bytes;
	k->soft_bytes = life->bytes ? life->bytes - life->margin_bytes : 0;
	k->hard_packets = life->packets;
	k->soft_packets = life->packets ? life->packets - life->margin_packets : 0;
	k->hard_s = life->ms ? (uint64_t)life->ms / 1000 + GRACE_S : 0;
}

void conn_fill_kern(struct filler *f)
{
	const struct conf_value *prio = filler_said(f, KW_PRIORITY, SIDE_NONE);
	const struct conf_value *window = filler_said(f, KW_REPLAY_WINDOW, SIDE_NONE);
	const struct conf_value *mark = filler_said(f, KW_MARK_OUT, SIDE_NONE);
	struct conn *conn = f->conn;
	struct kern_opts *k = &conn->kern;

	k->owner = kern_owner(conn->ike.name);
	k->epoch = f->world->epoch;
	k->reqid = (uint32_t)number(f, KW_REQID);
	k->sa_flags = flags_of(f);
	k->mark = mark ? mark->u.mark.value : 0;
	k->has_prio = prio != NULL;
	k->prio = prio ? (uint32_t)prio->u.n : 0;
	k->tfc = (uint16_t)number(f, KW_TFC);
	/* -1 is the default of some dialects */
	k->replay = window && (int64_t)window->u.n >= 0 ? (uint16_t)window->u.n : REPLAY_DEFAULT;
	conn->ike.replay_window = k->replay;
	fill_limits(&conn->ike.child_life, k);
	snprintf(k->name, sizeof(k->name), "%s", conn->ike.name);
}
