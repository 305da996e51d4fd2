// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * manual.c - a connection with keys of its own as SAs and policies. The same text means the two halves of one
 * connection at its two ends: left and right are fixed, what differs is which of them is me.
 *
 * FreeS/WAN gave a tunnel three SAs: tun, esp, ah. Here the mode is part of the ESP SA (or, without ESP, of the
 * AH SA), but tun keeps its number, so that the same file gives the same SPIs at a FreeS/WAN peer.
 */
#include "conn/manual.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/secret.h"
#include "nlp.h"

#define PAIRS_MAX 1024 /* of networks in one connection */
#define OWNER_TAG 0x6d6bULL /* "mk", in the upper 16 bits */

struct maker {
	struct manual *m;
	const struct conf *c;
	const struct conf_conn *conn;
	enum conf_side me, peer;
	enum conf_word type;
	struct nfi_addr host[3]; /* by side */
	const struct conf_alg *enc, *auth, *ah;
};

/* Names --------------------------------------------------------------------------------------- */

static uint64_t hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325; /* FNV-1a */

	for (; *text; text++)
		h = (h ^ (uint8_t)*text) * 0x100000001b3;
	return h;
}

uint64_t manual_owner(const char *name)
{
	uint64_t h = hash(name);

	return OWNER_TAG << 48 | ((h ^ h >> 48) & 0xffffffffffff);
}

bool manual_owns(uint64_t owner)
{
	return owner >> 48 == OWNER_TAG;
}

/* Numbers with the highest bit are ours: reqids of negotiated connections count up from 1. */
uint32_t manual_reqid(const char *name)
{
	uint64_t h = hash(name);

	return 0x80000000 | (uint32_t)(h ^ h >> 32);
}

/* Complaints ---------------------------------------------------------------------------------- */

/* About a value, or about the connection if v is NULL or nobody wrote it. */
static int fail(const struct maker *mk, const struct conf_value *v, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(const struct maker *mk, const struct conf_value *v, const char *fmt, ...)
{
	struct conf_pos pos = v && v->pos.line ? v->pos : conf_conn_pos(mk->conn);
	char *error = mk->m->error;
	va_list ap;
	int n;

	n = snprintf(error, sizeof(mk->m->error), "%s:%u:%u: conn '%.64s': ", conf_file(mk->c, pos.file),
		     pos.line, pos.col, conf_conn_name(mk->conn));
	if (n < 0 || (size_t)n >= sizeof(mk->m->error))
		return -EINVAL;
	va_start(ap, fmt);
	vsnprintf(error + n, sizeof(mk->m->error) - (size_t)n, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

static const struct conf_value *said(const struct maker *mk, enum conf_kw kw, enum conf_side side)
{
	const struct conf_value *v = conf_get(mk->conn, kw, side);

	return v->set && !v->bad ? v : NULL;
}

static const char *side_name(enum conf_side side)
{
	return side == SIDE_LEFT ? "left" : "right";
}

static enum conf_side opposite(enum conf_side side)
{
	return side == SIDE_LEFT ? SIDE_RIGHT : SIDE_LEFT;
}

/* Ends ---------------------------------------------------------------------------------------- */

static void copy_addr(struct nfi_addr *to, const struct conf_range *from)
{
	to->len = from->len;
	memcpy(to->b, from->first, from->len);
}

/* MAN-13: nobody finds out who the peer is. A shunt may do without hosts. */
static int find_host(struct maker *mk, enum conf_side side, const struct manual_end *end)
{
	const struct conf_value *v = said(mk, KW_HOST, side);
	const struct conf_range *r = v && v->u.ranges && v->u.ranges->n == 1 ? &v->u.ranges->v[0] : NULL;

	if (v && v->word == W_HOST_DEFAULTROUTE && side == end->me && end->addr.len)
		mk->host[side] = end->addr;
	else if (r && r->len && !r->word && !r->name && r->plen == r->len * 8)
		copy_addr(&mk->host[side], r);
	if (mk->host[side].len || (mk->m->shunt && said(mk, KW_SUBNET, side)))
		return 0;
	if (v && v->word == W_HOST_DEFAULTROUTE)
		return fail(mk, v, "the address of %s=%%defaultroute is not known", side_name(side));
	return fail(mk, v, "%s= must be an IP address: nothing is negotiated", side_name(side));
}

static int find_hosts(struct maker *mk, const struct manual_end *end)
{
	int err = find_host(mk, SIDE_LEFT, end);

	if (!err)
		err = find_host(mk, SIDE_RIGHT, end);
	if (err)
		return err;
	if (mk->host[SIDE_LEFT].len && mk->host[SIDE_RIGHT].len && mk->host[SIDE_LEFT].len != mk->host[SIDE_RIGHT].len)
		return fail(mk, said(mk, KW_HOST, SIDE_RIGHT), "left= and right= are of different address families");
	return 0;
}

/* Algorithms ---------------------------------------------------------------------------------- */

/* clang-format off */
static const struct { uint32_t flags; uint8_t icv; } encs[256] = {
#define NFI_ENC(id, value, name, kernel, module, keys, salt, iv, block, icv, flags) [value] = { flags, icv },
#include "algs.def"
#undef NFI_ENC
};
static const uint32_t auths[256] = {
#define NFI_AUTH(id, value, name, kernel, module, keylen, icv, flags) [value] = flags,
#include "algs.def"
#undef NFI_AUTH
};
/* clang-format on */

static bool is_legacy(const struct conf_alg *alg)
{
	return alg && (alg->kind == ALG_ENC ? encs[alg->nfi].flags : auths[alg->nfi]) & NFI_ALG_LEGACY;
}

/* The nonce is a number that the sender counts: under one key it must never come twice. */
static bool counts(const struct conf_alg *alg)
{
	return alg && encs[alg->nfi].flags & (NFI_ALG_AEAD | NFI_ALG_CTR);
}

/* Exactly one algorithm of a kind may stand there: *alg, or NULL for none. */
static int pick(const struct maker *mk, const struct conf_value *v, enum conf_alg_kind kind,
		const struct conf_alg **alg)
{
	const struct conf_proposal *p = &v->u.props->v[0];
	size_t i;

	*alg = NULL;
	for (i = 0; i < p->n; i++) {
		if (p->v[i].kind != kind)
			continue;
		if (*alg)
			return fail(mk, v, "'%s' offers a choice, manual keys need one algorithm", v->text);
		*alg = &p->v[i];
		if (!p->v[i].nfi)
			return fail(mk, v, "%s is for IKE only", p->v[i].name);
	}
	return 0;
}

static int pick_esp(struct maker *mk, const struct conf_value *v)
{
	int err = pick(mk, v, ALG_ENC, &mk->enc);

	if (!err)
		err = pick(mk, v, ALG_AUTH, &mk->auth);
	if (err)
		return err;
	if (!mk->enc)
		return fail(mk, v, "esp= names no encryption; to authenticate only: ah=, or esp=null-sha2_256");
	/* CMP-22: AH around it would do, but no peer of today wants that */
	if (!mk->auth && !encs[mk->enc->nfi].icv)
		return fail(mk, v, "esp=%s encrypts without authentication; use esp=%s-sha2_256 and espauthkey=",
			    v->text, v->text);
	return 0;
}

static int pick_algs(struct maker *mk)
{
	const struct conf_value *esp = said(mk, KW_ESP, SIDE_NONE), *ah = said(mk, KW_AH, SIDE_NONE);
	int err = 0;

	if (!esp && !ah)
		return fail(mk, NULL, "neither esp= nor ah=");
	if ((esp && esp->u.props->n != 1) || (ah && ah->u.props->n != 1))
		return fail(mk, esp ? esp : ah, "manual keys need one proposal, not a list");
	if (esp)
		err = pick_esp(mk, esp);
	if (!err && ah)
		err = pick(mk, ah, ALG_AUTH, &mk->ah);
	if (!err && ah && !mk->ah)
		return fail(mk, ah, "ah= names no authentication, as in ah=hmac-sha1-96");
	return err;
}

/* SAs ----------------------------------------------------------------------------------------- */

/*
 * MAN-01, 02, 07, 11: SPI of the SA towards a side. With spibase the SAs of a direction count by twos, in the order
 * tun, esp, ah of those that are there, from 0 to the right and from 1 to the left.
 */
static int find_spi(const struct maker *mk, enum conf_side to, bool ah, uint32_t *spi)
{
	const struct conf_value *own = said(mk, ah ? KW_AHSPI : KW_ESPSPI, to);
	const struct conf_value *one = said(mk, KW_SPI, SIDE_NONE), *base = said(mk, KW_SPIBASE, SIDE_NONE);
	uint32_t before = (mk->type == W_TYPE_TUNNEL) + (ah && mk->enc);

	if (own)
		*spi = (uint32_t)own->u.n;
	else if (one)
		*spi = (uint32_t)one->u.n;
	else if (base)
		*spi = (uint32_t)base->u.n + 2 * before + (to == SIDE_LEFT);
	else
		return fail(mk, NULL, "no manual keys: spi= or spibase= is missing");
	return 0;
}

/* The key for packets to a side. */
static int find_key(const struct maker *mk, enum conf_kw each, enum conf_kw both, enum conf_side to,
		    struct nfi_key *key)
{
	const struct conf_value *v = said(mk, each, to);

	if (!v)
		v = said(mk, both, SIDE_NONE);
	if (!v || !v->u.key || !v->u.key->len)
		return fail(mk, v, "no key for packets to %s", side_name(to));
	if (v->u.key->len > sizeof(key->b))
		return fail(mk, v, "the key is longer than %zu octets", sizeof(key->b));
	key->len = (uint16_t)v->u.key->len;
	memcpy(key->b, v->u.key->b, v->u.key->len);
	return 0;
}

static void name_object(const struct maker *mk, char *name)
{
	snprintf(name, NFI_NAME_MAX + 1, "%s", conf_conn_name(mk->conn));
}

/* What ESP and AH have in common. */
static struct nfi_sa_msg *start_sa(struct maker *mk, enum conf_side to, uint8_t proto)
{
	static const uint16_t set[] = { NFI_SA_DIR, NFI_SA_PROTO, NFI_SA_SADDR, NFI_SA_DADDR, NFI_SA_SPI,
					NFI_SA_REQID, NFI_SA_MODE, NFI_SA_OWNER, NFI_SA_NAME };
	struct nfi_sa_msg *sa = &mk->m->sas[mk->m->nsas++];
	bool inner = proto == IPPROTO_ESP || !mk->enc; /* AH around ESP has no header of its own to make */
	size_t i;

	for (i = 0; i < sizeof(set) / sizeof(set[0]); i++)
		nlp_mark(sa, set[i]);
	sa->dir = to == mk->me ? NFI_DIR_IN : NFI_DIR_OUT;
	sa->proto = proto;
	sa->saddr = mk->host[opposite(to)];
	sa->daddr = mk->host[to];
	sa->reqid = mk->m->reqid;
	sa->mode = inner && mk->type == W_TYPE_TUNNEL ? NFI_MODE_TUNNEL : NFI_MODE_TRANSPORT;
	sa->owner = mk->m->owner;
	name_object(mk, sa->name);
	/* SET-20 */
	if (sa->dir == NFI_DIR_OUT && sa->mode == NFI_MODE_TUNNEL && conf_setup_get(mk->c, KW_HIDETOS)->u.n) {
		sa->flags |= NFI_SAF_FIXED_DSCP;
		nlp_mark(sa, NFI_SA_FLAGS);
	}
	return sa;
}

static void allow_legacy(struct nfi_sa_msg *sa, const struct conf_alg *a, const struct conf_alg *b)
{
	if (!is_legacy(a) && !is_legacy(b))
		return;
	sa->flags |= NFI_SAF_LEGACY;
	nlp_mark(sa, NFI_SA_FLAGS);
}

/* MAN-06, MAN-10: 0 is no check. */
static void set_replay(const struct maker *mk, struct nfi_sa_msg *sa, enum conf_kw kw)
{
	if (sa->dir != NFI_DIR_IN)
		return;
	sa->replay = (uint32_t)conf_get(mk->conn, kw, SIDE_NONE)->u.n;
	nlp_mark(sa, NFI_SA_REPLAY);
}

static void set_auth(struct nfi_sa_msg *sa, const struct conf_alg *alg)
{
	sa->auth_alg = alg->nfi;
	nlp_mark(sa, NFI_SA_AUTH_ALG);
	nlp_mark(sa, NFI_SA_AUTH_KEY);
}

static int make_esp(struct maker *mk, enum conf_side to)
{
	struct nfi_sa_msg *sa = start_sa(mk, to, IPPROTO_ESP);
	uint32_t spi = 0;
	int err = find_spi(mk, to, false, &spi);

	sa->spi = htonl(spi);
	sa->enc_alg = mk->enc->nfi;
	nlp_mark(sa, NFI_SA_ENC_ALG);
	if (!err && mk->enc->nfi != NFI_ENC_NULL) {
		nlp_mark(sa, NFI_SA_ENC_KEY);
		err = find_key(mk, KW_ESPENCKEY_SIDE, KW_ESPENCKEY, to, &sa->enc_key);
	}
	if (!err && mk->auth) {
		set_auth(sa, mk->auth);
		err = find_key(mk, KW_ESPAUTHKEY_SIDE, KW_ESPAUTHKEY, to, &sa->auth_key);
	}
	allow_legacy(sa, mk->enc, mk->auth);
	set_replay(mk, sa, KW_ESPREPLAY);
	return err;
}

static int make_ah(struct maker *mk, enum conf_side to)
{
	struct nfi_sa_msg *sa = start_sa(mk, to, IPPROTO_AH);
	uint32_t spi = 0;
	int err = find_spi(mk, to, true, &spi);

	sa->spi = htonl(spi);
	set_auth(sa, mk->ah);
	if (!err)
		err = find_key(mk, KW_AHKEY_SIDE, KW_AHKEY, to, &sa->auth_key);
	allow_legacy(sa, mk->ah, NULL);
	set_replay(mk, sa, KW_AHREPLAY);
	return err;
}

static int make_direction(struct maker *mk, enum conf_side to)
{
	int err = mk->enc ? make_esp(mk, to) : 0;

	return !err && mk->ah ? make_ah(mk, to) : err;
}

static bool same_key(const struct nfi_sa_msg *a, const struct nfi_sa_msg *b)
{
	return a->enc_key.len == b->enc_key.len && !memcmp(a->enc_key.b, b->enc_key.b, a->enc_key.len);
}

static char *next_warning(struct maker *mk)
{
	return mk->m->warnings[mk->m->nwarnings++];
}

static void warn(struct maker *mk)
{
	const struct conf_alg *algs[] = { mk->enc, mk->auth, mk->ah };
	const char *name = conf_conn_name(mk->conn);
	char list[120] = "";
	size_t i;

	for (i = 0; i < 3; i++)
		if (is_legacy(algs[i]))
			snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", list[0] ? ", " : "",
				 algs[i]->name);
	if (list[0])
		snprintf(next_warning(mk), sizeof(mk->m->warnings[0]),
			 "conn '%.64s': legacy algorithms: %s; use aes-gcm-16 if the peer can", name, list);
	if (mk->m->nsas > 1 && counts(mk->enc) && same_key(&mk->m->sas[0], &mk->m->sas[mk->m->nsas / 2]))
		snprintf(next_warning(mk), sizeof(mk->m->warnings[0]),
			 "conn '%.64s': one key for both directions of %s: equal nonces would give it away; use leftespenckey= and rightespenckey=",
			 name, mk->enc->name);
}

static int make_sas(struct maker *mk)
{
	int err = pick_algs(mk);

	/* MAN-12: what leads to the peer comes first */
	if (!err)
		err = make_direction(mk, mk->peer);
	if (!err)
		err = make_direction(mk, mk->me);
	if (!err)
		warn(mk);
	return err;
}

/* Policies ------------------------------------------------------------------------------------ */

struct net {
	struct nfi_addr addr;
	uint8_t plen, proto;
	uint16_t port_min, port_max;
};

struct nets {
	size_t n, room;
	struct net *v;
};

static int add_net(const struct maker *mk, struct nets *list, const struct conf_value *v,
		   const struct conf_range *r)
{
	struct net net = { .proto = r->proto, .port_min = r->port_min, .port_max = r->port_max };
	uint8_t len = mk->host[SIDE_LEFT].len ? mk->host[SIDE_LEFT].len : mk->host[SIDE_RIGHT].len;

	if (r->word == W_SUBNET_DEFAULT) { /* MAG-13 */
		net.addr.len = len ? len : 4;
	} else if (r->word || r->name || r->not || !r->len) {
		return fail(mk, v, "networks of manual keys are plain, as in 10.0.1.0/24: nothing is negotiated");
	} else if (r->plen == CONF_NO_PREFIX) {
		return fail(mk, v, "a range that is no prefix; write it as several networks");
	} else {
		copy_addr(&net.addr, r);
		net.plen = r->plen;
	}
	list->v = arena_grow(list->v, &list->room, list->n, sizeof(*list->v));
	list->v[list->n++] = net;
	return 0;
}

/* SYS-02: without a subnet the gateway stands for itself. */
static int find_nets(const struct maker *mk, enum conf_side side, struct nets *list)
{
	const struct conf_value *v = mk->type == W_TYPE_TRANSPORT ? NULL : said(mk, KW_SUBNET, side);
	const struct conf_value *upper = said(mk, KW_PROTOPORT, side);
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

static void set_upper(struct nfi_sp_msg *sp, const struct net *from, const struct net *to)
{
	bool icmp, ports;

	sp->proto = from->proto ? from->proto : to->proto;
	if (!sp->proto)
		return;
	nlp_mark(sp, NFI_SP_PROTO);
	icmp = sp->proto == IPPROTO_ICMP || sp->proto == IPPROTO_ICMPV6;
	/* the type of ICMP is in the packet, whoever sends it */
	if (icmp && from->port_max - from->port_min > to->port_max - to->port_min)
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

static void add_tmpl(const struct maker *mk, struct nfi_sp_msg *sp, uint8_t proto)
{
	struct nfi_tmpl_msg *t = &sp->tmpl[sp->ntmpl++];

	t->proto = proto;
	t->reqid = mk->m->reqid;
	t->mode = sp->ntmpl == 1 && mk->type == W_TYPE_TUNNEL ? NFI_MODE_TUNNEL : NFI_MODE_TRANSPORT;
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

static void make_policy(struct maker *mk, uint8_t dir, const struct net *from, const struct net *to)
{
	static const uint16_t set[] = { NFI_SP_DIR, NFI_SP_ACTION, NFI_SP_SRC, NFI_SP_SRC_LEN, NFI_SP_DST,
					NFI_SP_DST_LEN, NFI_SP_OWNER, NFI_SP_NAME };
	const struct conf_value *prio = said(mk, KW_PRIORITY, SIDE_NONE);
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
	name_object(mk, sp->name);
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
static int pair_nets(struct maker *mk, const struct nets *mine, const struct nets *theirs)
{
	size_t i, k;

	if (mine->n * theirs->n > PAIRS_MAX)
		return fail(mk, said(mk, KW_SUBNET, mk->me), "more than %d pairs of networks", PAIRS_MAX);
	mk->m->policies = calloc(2 * mine->n * theirs->n + 1, sizeof(*mk->m->policies));
	if (!mk->m->policies)
		abort();
	for (i = 0; i < mine->n; i++) {
		for (k = 0; k < theirs->n; k++) {
			if (mine->v[i].addr.len != theirs->v[k].addr.len)
				continue;
			make_policy(mk, NFI_DIR_OUT, &mine->v[i], &theirs->v[k]);
			make_policy(mk, NFI_DIR_IN, &theirs->v[k], &mine->v[i]);
		}
	}
	if (!mk->m->npolicies)
		return fail(mk, NULL, "the networks of the two sides are of different address families");
	return 0;
}

static int make_policies(struct maker *mk)
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

/* Coordinator --------------------------------------------------------------------------------- */

int manual_make(struct manual *m, const struct conf *c, const struct conf_conn *conn,
		const struct manual_end *end)
{
	struct maker mk = { .m = m, .c = c, .conn = conn, .me = end->me, .peer = opposite(end->me) };
	const struct conf_value *type = conf_get(conn, KW_TYPE, SIDE_NONE);
	int err;

	memset(m, 0, sizeof(*m));
	m->owner = manual_owner(conf_conn_name(conn));
	m->reqid = manual_reqid(conf_conn_name(conn));
	mk.type = (enum conf_word)type->word;
	m->shunt = mk.type == W_TYPE_PASSTHROUGH || mk.type == W_TYPE_DROP || mk.type == W_TYPE_REJECT;
	if (!m->shunt && mk.type != W_TYPE_TUNNEL && mk.type != W_TYPE_TRANSPORT)
		return fail(&mk, type, "type=%s cannot be keyed by hand; use tunnel or transport", type->text);
	err = find_hosts(&mk, end);
	if (!err && !m->shunt)
		err = make_sas(&mk);
	return err ? err : make_policies(&mk);
}

void manual_fini(struct manual *m)
{
	free(m->policies);
	secret_wipe(m, sizeof(*m));
}
