// SPDX-License-Identifier: GPL-2.0-or-later
/* check_conn.c - one connection: values that exclude each other, or cannot work together. */
#include "conf/check.h"

#include <string.h>

static enum conf_side other(enum conf_side side)
{
	return side == SIDE_LEFT ? SIDE_RIGHT : SIDE_LEFT;
}

static enum conf_word word_of(const struct conf_value *v)
{
	return v ? (enum conf_word)v->word : W_NONE;
}

static bool is_any(const struct conf_value *host)
{
	return word_of(host) == W_HOST_ANY || word_of(host) == W_HOST_ANY6;
}

/* Two values that may not stand together; the second is complained about. */
static void exclude(struct conf_conn *s, const struct conf_value *a,
		    const struct conf_value *b, enum conf_severity severity,
		    const char *text)
{
	struct conf_diag *d;

	if (!a || !b)
		return;
	d = check_say(s, b, severity, text);
	if (a->pos.line)
		d->other = check_pos(a);
}

/* Ends ----------------------------------------------------------------------------------------- */

/* VAL-02, VAL-03. false: there is nothing more to be judged. */
static bool check_hosts(struct conf_conn *s, const struct ends *e)
{
	enum conf_side side;

	for (side = SIDE_LEFT; side <= SIDE_RIGHT; side++) {
		if (e->host[side])
			continue;
		check_say(s, NULL, CONF_ERROR,
			  side == SIDE_LEFT ? "left= is missing" :
					      "right= is missing")
			->hint =
			"both ends of a connection need an address, a name or a %word";
		return false;
	}
	if (word_of(e->host[SIDE_LEFT]) == W_HOST_DEFAULTROUTE &&
	    word_of(e->host[SIDE_RIGHT]) == W_HOST_DEFAULTROUTE)
		exclude(s, e->host[SIDE_LEFT], e->host[SIDE_RIGHT], CONF_ERROR,
			"both ends are %defaultroute");
	else if (is_any(e->host[SIDE_LEFT]) && is_any(e->host[SIDE_RIGHT]))
		exclude(s, e->host[SIDE_LEFT], e->host[SIDE_RIGHT], CONF_ERROR,
			"both ends are %any");
	return true;
}

/* VAL-12: addresses of the two ends are of one family, and so are some of their networks. */
static bool families_meet(const struct conf_value *a,
			  const struct conf_value *b)
{
	size_t i, k;

	for (i = 0; i < a->u.ranges->n; i++)
		for (k = 0; k < b->u.ranges->n; k++)
			if (!a->u.ranges->v[i].len || !b->u.ranges->v[k].len ||
			    a->u.ranges->v[i].len == b->u.ranges->v[k].len)
				return true;
	return false;
}

static void check_families(struct conf_conn *s, const struct ends *e)
{
	if (!families_meet(e->host[SIDE_LEFT], e->host[SIDE_RIGHT]))
		exclude(s, e->host[SIDE_LEFT], e->host[SIDE_RIGHT], CONF_ERROR,
			"the ends are of different address families");
	if (e->subnet[SIDE_LEFT] && e->subnet[SIDE_RIGHT] &&
	    !families_meet(e->subnet[SIDE_LEFT], e->subnet[SIDE_RIGHT]))
		exclude(s, e->subnet[SIDE_LEFT], e->subnet[SIDE_RIGHT],
			CONF_ERROR,
			"the networks are of different address families");
}

/* VAL-05, VAL-06 */
static void check_nexthop(struct conf_conn *s, const struct ends *e,
			  enum conf_side side)
{
	const struct conf_value *hop = check_said(s, KW_NEXTHOP, side),
				*host = e->host[side];
	const struct conf_range *a = check_address(hop),
				*b = check_address(host);

	if (hop && !hop->word && word_of(host) == W_HOST_DEFAULTROUTE)
		exclude(s, host, hop, CONF_ERROR,
			"the next hop is overridden: that end is %defaultroute");
	if (a && b && a->len == b->len && !memcmp(a->first, b->first, a->len))
		exclude(s, host, hop, CONF_ERROR,
			"the next hop is the gateway itself");
}

/* VAL-01, VAL-07, MAG-06: what one side may have. */
static void check_side(struct conf_conn *s, const struct ends *e,
		       enum conf_side side)
{
	const struct conf_value *type = conf_get(s, KW_TYPE, SIDE_NONE),
				*net = e->subnet[side];
	const struct conf_value *firewall = check_said(s, KW_FIREWALL, side);
	enum conf_word host = word_of(e->host[side]);

	check_nexthop(s, e, side);
	if (type->word == W_TYPE_TRANSPORT && net && !net->word)
		exclude(s, type, net, CONF_ERROR,
			"transport mode has no networks behind its ends");
	if (firewall && firewall->u.n)
		exclude(s, firewall, check_said(s, KW_UPDOWN, side), CONF_ERROR,
			"an updown command takes the place of firewall=yes");
	if (host == W_HOST_OPPORTUNISTIC || host == W_HOST_OPPORTUNISTICGROUP ||
	    host == W_HOST_GROUP)
		exclude(s, e->host[side], net, CONF_ERROR,
			"the peer's network is found out, it may not be given");
	exclude(s, check_said(s, KW_ADDRESSPOOL, side),
		check_said(s, KW_SOURCEIP, side), CONF_WARNING,
		"addresspool and sourceip of one side");
}

static void check_ports(struct conf_conn *s)
{
	const struct conf_value *l = check_said(s, KW_PROTOPORT, SIDE_LEFT);
	const struct conf_value *r = check_said(s, KW_PROTOPORT, SIDE_RIGHT);

	if (l && r && l->u.ranges->v[0].proto != r->u.ranges->v[0].proto)
		exclude(s, l, r, CONF_ERROR,
			"the protocols of the two sides differ: no packet fits");
}

/* Authentication ------------------------------------------------------------------------------- */

static bool any_said(const struct conf_conn *s, const enum conf_kw *kw,
		     size_t n, enum conf_side side)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (check_said(s, kw[i], side))
			return true;
	return false;
}

/* VAL-08 was certain in 1.9x; today a key may come with a certificate. */
static void check_rsa(struct conf_conn *s, enum conf_side side)
{
	static const enum conf_kw sources[] = { KW_RSASIGKEY, KW_PUBKEY,
						KW_CERT, KW_CKAID, KW_CA };
	const struct conf_value *by = conf_get(s, KW_AUTHBY, SIDE_NONE);
	char text[64];

	if (s->c->gen != CONF_V1 || !conf_has(by, W_AUTHBY_RSASIG) ||
	    any_said(s, sources, sizeof(sources) / sizeof(sources[0]), side))
		return;
	snprintf(text, sizeof(text), "authby=rsasig needs %srsasigkey=",
		 side == SIDE_LEFT ? "left" : "right");
	check_say(s, NULL, CONF_ERROR, text)->hint =
		"a key as ipsec showhostkey prints it, or %dns";
}

/* VAL-09: a key of nobody in particular. */
static void check_nobody(struct conf_conn *s, const struct ends *e,
			 enum conf_side side)
{
	const struct conf_value *key = check_said(s, KW_RSASIGKEY, side),
				*id = check_said(s, KW_ID, side);

	if (key && !key->word && is_any(e->host[side]) &&
	    (!id || id->u.id->kind == ID_ANY))
		check_say(s, key, CONF_ERROR,
			  "an identity of %any cannot have an RSA key")
			->hint = "say whose key it is with leftid= or rightid=";
}

static void check_auth(struct conf_conn *s, const struct ends *e)
{
	const struct conf_value *by = check_said(s, KW_AUTHBY, SIDE_NONE);
	enum conf_side side;

	for (side = SIDE_LEFT; side <= SIDE_RIGHT; side++) {
		check_rsa(s, side);
		check_nobody(s, e, side);
		exclude(s, by, check_said(s, KW_AUTH_SIDE, side), CONF_WARNING,
			"takes the place of authby for that side");
		if (by && conf_has(by, W_AUTHBY_SECRET) &&
		    !(by->u.n & (by->u.n - 1)))
			exclude(s, by, check_said(s, KW_CERT, side),
				CONF_WARNING,
				"a certificate has no use with authby=secret");
	}
}

/* Times ---------------------------------------------------------------------------------------- */

/* The SA must live longer than the earliest moment at which it is replaced. */
static void check_life(struct conf_conn *s, enum conf_kw kw)
{
	const struct conf_value *life = conf_get(s, kw, SIDE_NONE),
				*margin =
					conf_get(s, KW_REKEYMARGIN, SIDE_NONE);
	const struct conf_value *fuzz = conf_get(s, KW_REKEYFUZZ, SIDE_NONE);
	bool chosen = check_said(s, KW_REKEYMARGIN, SIDE_NONE) ||
		      check_said(s, KW_REKEYFUZZ, SIDE_NONE);
	uint64_t need;

	if (!life->set || !margin->set || !fuzz->set ||
	    !(life->pos.line || margin->pos.line || fuzz->pos.line))
		return;
	need = margin->u.n + margin->u.n * fuzz->u.n / 100;
	if (need < life->u.n)
		return;
	check_say(
		s,
		life->pos.line	 ? life :
		margin->pos.line ? margin :
				   fuzz,
		chosen ? CONF_ERROR : CONF_WARNING,
		kw == KW_IKELIFETIME ?
			"ikelifetime is over before rekeymargin, enlarged by rekeyfuzz, begins" :
			"salifetime is over before rekeymargin, enlarged by rekeyfuzz, begins")
		->hint = arena_print(
		&s->c->arena,
		"a lifetime of more than %llu s, or a smaller rekeymargin",
		(unsigned long long)need / 1000);
}

static void check_margin(struct conf_conn *s, enum conf_kw life,
			 enum conf_kw margin)
{
	const struct conf_value *l = check_said(s, life, SIDE_NONE),
				*m = check_said(s, margin, SIDE_NONE);

	if (l && m && m->u.n >= l->u.n)
		exclude(s, l, m, CONF_ERROR,
			"the margin is not smaller than the life");
}

static void check_times(struct conf_conn *s)
{
	const struct conf_value *delay = check_said(s, KW_DPDDELAY, SIDE_NONE);
	const struct conf_value *timeout =
		check_said(s, KW_DPDTIMEOUT, SIDE_NONE);

	if (conf_get(s, KW_REKEY, SIDE_NONE)->u.n) {
		check_life(s, KW_SALIFETIME);
		check_life(s, KW_IKELIFETIME);
	}
	check_margin(s, KW_LIFEBYTES, KW_MARGINBYTES);
	check_margin(s, KW_LIFEPACKETS, KW_MARGINPACKETS);
	if (delay && timeout && timeout->u.n && timeout->u.n <= delay->u.n)
		exclude(s, delay, timeout, CONF_WARNING,
			"the peer is dead before it is asked: dpdtimeout is not above dpddelay");
}

/*
 * What cannot be done ---------------------------------------------------------------------------
 */

static bool negotiates(const struct conf_conn *s)
{
	enum conf_word type =
		(enum conf_word)conf_get(s, KW_TYPE, SIDE_NONE)->word;

	return type != W_TYPE_PASSTHROUGH && type != W_TYPE_DROP &&
	       type != W_TYPE_REJECT;
}

static void check_start(struct conf_conn *s, const struct ends *e)
{
	const struct conf_value *at = check_said(s, KW_AUTO, SIDE_NONE);
	enum conf_side side;

	for (side = SIDE_LEFT; side <= SIDE_RIGHT; side++)
		if (word_of(at) == W_AUTO_START && is_any(e->host[side]) &&
		    !is_any(e->host[other(side)]))
			check_say(
				s, at, CONF_WARNING,
				"the peer may be anywhere: nothing can be started")
				->hint = "auto=add waits for the peer";
	if (word_of(at) == W_AUTO_MANUAL && negotiates(s) && !check_manual(s))
		check_say(s, at, CONF_ERROR, "auto=manual without manual keys")
			->hint = "spi= and keys are needed";
}

static void check_marks(struct conf_conn *s)
{
	const struct conf_value *mark = check_said(s, KW_MARK, SIDE_NONE);

	exclude(s, mark, check_said(s, KW_MARK_IN, SIDE_NONE), CONF_WARNING,
		"takes the place of mark= for this direction");
	exclude(s, mark, check_said(s, KW_MARK_OUT, SIDE_NONE), CONF_WARNING,
		"takes the place of mark= for this direction");
}

static void judge(struct conf_conn *s)
{
	struct ends e = check_ends(s);

	if (!check_hosts(s, &e) || s->broken)
		return;
	check_families(s, &e);
	check_side(s, &e, SIDE_LEFT);
	check_side(s, &e, SIDE_RIGHT);
	check_ports(s);
	check_marks(s);
	check_start(s, &e);
	if (!negotiates(s))
		return;
	if (check_manual(s)) {
		check_keys(s);
		return;
	}
	check_auth(s, &e);
	check_times(s);
}

static bool complete(const struct conf_conn *s)
{
	return check_said(s, KW_HOST, SIDE_LEFT) &&
	       check_said(s, KW_HOST, SIDE_RIGHT);
}

void check_conn(struct conf_conn *s)
{
	struct conf *c = s->c;
	size_t diags = c->ndiags, errors = c->nerrors, more = c->more;

	/* what is broken already would be complained about twice */
	if (s->broken)
		return;
	judge(s);
	if (!s->broken || !s->pulled || (check_wanted(s) && complete(s)))
		return;
	/*
	 * it need not work: others pull it in, and nobody asked for it, or auto= is for those
	 * others
	 */
	c->ndiags = diags;
	c->nerrors = errors;
	c->more = more;
	s->broken = false;
	s->part = true;
}
