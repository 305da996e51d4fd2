// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_eroute.c - eroute and spi as FreeS/WAN's scripts call them, as far as they have a meaning here: an eroute is
 * an outbound policy, its SAID an SA whose reqid the policy names.
 */
#include "ctl.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "conf/conf.h"
#include "conf/diag.h"
#include "conn/manual.h"
#include "conns.h"
#include "klips.h"
#include "plan.h"
#include "value.h"

#define MAKER "%eroute" /* no connection has a '%' in its name */

/* The words, as text. */
struct call {
	enum { CALL_NONE, CALL_ADD, CALL_REPLACE, CALL_DEL, CALL_CLEAR } what;
	const char *src, *dst, *said, *esp, *ah, *enckey, *authkey, *window,
		*edst, *spi, *proto, *dir, *mode, *life;
	const char *transport, *sport, *dport;
};

/* FreeS/WAN words that have one after them; NULL: it is of no importance. */
static const char **value_of(struct call *c, const char *word)
{
	static const char *ignored;
	const struct {
		const char *word;
		const char **to;
	} all[] = {
		{ "src", &c->src },
		{ "dst", &c->dst },
		{ "said", &c->said },
		{ "esp", &c->esp },
		{ "ah", &c->ah },
		{ "enckey", &c->enckey },
		{ "authkey", &c->authkey },
		{ "edst", &c->edst },
		{ "spi", &c->spi },
		{ "proto", &c->proto },
		{ "dir", &c->dir },
		{ "mode", &c->mode },
		{ "life", &c->life },
		{ "transport-proto", &c->transport },
		{ "src-port", &c->sport },
		{ "dst-port", &c->dport },
		{ "replay_window", &c->window },
		{ "af", &ignored },
		{ "eraf", &ignored },
		{ "label", &ignored },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!strcmp(word, all[i].word))
			return all[i].to;
	return NULL;
}

static bool take_verb(struct call *c, struct words *w)
{
	if (words_take(w, "add"))
		c->what = CALL_ADD;
	else if (words_take(w, "replace"))
		c->what = CALL_REPLACE;
	else if (words_take(w, "del"))
		c->what = CALL_DEL;
	else if (words_take(w, "clear"))
		c->what = CALL_CLEAR;
	else
		return false;
	return true;
}

/* What FreeS/WAN had and we have not: why, and what is instead. */
static const char *lost(const char *word)
{
	static const struct {
		const char *word, *why;
	} words[] = {
		{ "ip4", "a tunnel is no SA of its own: give the ESP or AH SA 'mode tunnel'" },
		{ "ip6", "a tunnel is no SA of its own: give the ESP or AH SA 'mode tunnel'" },
		{ "comp", "there is no compression" },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(word, words[i].word))
			return words[i].why;
	return NULL;
}

static int parse(struct call *c, struct words *w)
{
	while (words_peek(w)) {
		const char *word = words_peek(w), **to;

		if (take_verb(c, w))
			continue;
		if (lost(word))
			return words_fail(w, w->at, "%s", lost(word));
		to = value_of(c, word);
		if (!to)
			return words_fail(
				w, w->at,
				"unknown word; see ipsecctl --help, and 'sa add' and 'policy add' for what FreeS/WAN did not have");
		words_next(w);
		*to = words_next(w);
		if (!*to)
			return words_fail(w, w->n,
					  "expected a value after '%s'", word);
	}
	return 0;
}

static int complain(const char *text, const char *about)
{
	fprintf(stderr, "ipsecctl: %s%s%s%s\n", about ? "'" : "",
		about ? about : "", about ? "': " : "", text);
	return CTL_USAGE;
}

/* The SAID that is given, or put together from --edst, --spi and --proto; NULL: neither. */
#define SAID_ROOM 128
static const char *said_text(const struct call *c, char text[SAID_ROOM])
{
	if (c->said)
		return c->said;
	if (!c->edst || !c->spi)
		return NULL;
	snprintf(text, SAID_ROOM, "%s%s@%s",
		 c->proto ? c->proto :
		 c->ah	  ? "ah" :
			    "esp",
		 c->spi, c->edst);
	return text;
}

/* Policies ------------------------------------------------------------------------------------ */

/* The SA of an SAID among those of the kernel; it must be of the outbound direction. */
static int find_sa(struct ctl *ctl, const char *said, struct nfi_sa_msg *sa)
{
	struct state_want all = { .has_owner = false };
	struct nfi_sa_msg key = { .proto = 0 };
	struct state st;
	int code;
	size_t i;

	if (klips_parse_said(said, &key))
		return complain(
			"expected an SAID as esp0x200@11.0.0.1, or %pass, %drop or %reject; a tunnel is the mode of its esp or ah SA",
			said);
	code = state_read(ctl, &all, &st);
	for (i = 0; !code && i < st.nsas; i++)
		if (st.sas[i].proto == key.proto && st.sas[i].spi == key.spi &&
		    st.sas[i].daddr.len == key.daddr.len &&
		    !memcmp(st.sas[i].daddr.b, key.daddr.b, key.daddr.len))
			*sa = st.sas[i];
	state_fini(&st);
	if (!code && (!sa->id || sa->dir != NFI_DIR_OUT)) {
		complain(sa->id ? "is an inbound SA" : "there is no such SA",
			 said);
		return CTL_NONE;
	}
	return code;
}

static int set_target(struct ctl *ctl, const char *said, struct nfi_sp_msg *sp)
{
	static const struct {
		const char *word;
		uint8_t action;
	} shunts[] = { { "%pass", NFI_ACT_PASS },
		       { "%passthrough", NFI_ACT_PASS },
		       { "%passthrough4", NFI_ACT_PASS },
		       { "%passthrough6", NFI_ACT_PASS },
		       { "%drop", NFI_ACT_DROP },
		       { "%reject", NFI_ACT_REJECT } };
	struct nfi_sa_msg sa = { .id = 0 };
	size_t i;
	int code;

	nlp_mark(sp, NFI_SP_ACTION);
	for (i = 0; i < sizeof(shunts) / sizeof(shunts[0]); i++) {
		if (strcmp(said, shunts[i].word) != 0)
			continue;
		sp->action = shunts[i].action;
		return CTL_OK;
	}
	if (!strcmp(said, "%hold") || !strncmp(said, "%trap", 5))
		return complain(
			"a trap is of no use without the daemon, which it wakes up",
			said);
	code = find_sa(ctl, said, &sa);
	sp->action = NFI_ACT_PROTECT;
	sp->ntmpl = 1;
	sp->tmpl[0] = (struct nfi_tmpl_msg){ .proto = sa.proto,
					     .mode = sa.mode,
					     .reqid = sa.reqid };
	nlp_mark(&sp->tmpl[0], NFI_TMPL_PROTO);
	nlp_mark(&sp->tmpl[0], NFI_TMPL_MODE);
	nlp_mark(&sp->tmpl[0], NFI_TMPL_REQID);
	return code;
}

/* --transport-proto, --src-port and --dst-port of FreeS/WAN 2. */
static int set_ports(const struct call *c, struct nfi_sp_msg *sp)
{
	uint64_t proto = 0, sport = 0, dport = 0;

	if (!c->transport && !c->sport && !c->dport)
		return CTL_OK;
	if (!c->transport || value_number(c->transport, &proto) || proto > 255)
		return complain("transport-proto is needed: a number, 6 is TCP, 17 UDP",
				c->transport);
	if ((c->sport && (value_number(c->sport, &sport) || sport > 65535)) ||
	    (c->dport && (value_number(c->dport, &dport) || dport > 65535)))
		return complain("src-port and dst-port are numbers, 0 is any", NULL);
	sp->proto = (uint8_t)proto;
	sp->sport_min = sp->sport_max = (uint16_t)sport;
	sp->dport_min = sp->dport_max = (uint16_t)dport;
	nlp_mark(sp, NFI_SP_PROTO);
	if (sport) {
		nlp_mark(sp, NFI_SP_SPORT_MIN);
		nlp_mark(sp, NFI_SP_SPORT_MAX);
	}
	if (dport) {
		nlp_mark(sp, NFI_SP_DPORT_MIN);
		nlp_mark(sp, NFI_SP_DPORT_MAX);
	}
	return CTL_OK;
}

static int set_selector(const struct call *c, struct nfi_sp_msg *sp)
{
	static const uint16_t set[] = { NFI_SP_DIR, NFI_SP_SRC, NFI_SP_SRC_LEN,
					NFI_SP_DST, NFI_SP_DST_LEN };
	size_t i;

	if (!c->src || !c->dst)
		return complain(
			"src and dst are needed, as in: eroute --add --src 10.0.1.0/24 --dst 11.0.1.0/24 --said %drop",
			NULL);
	sp->dir = NFI_DIR_OUT;
	if (value_prefix(c->src, &sp->src, &sp->src_len))
		return complain("expected a network", c->src);
	if (value_prefix(c->dst, &sp->dst, &sp->dst_len))
		return complain("expected a network", c->dst);
	for (i = 0; i < sizeof(set) / sizeof(set[0]); i++)
		nlp_mark(sp, set[i]);
	return set_ports(c, sp);
}

static int request(struct ctl *ctl, const struct nlp_req *req, bool missing_ok)
{
	struct words none = { .w = NULL };
	int code = ctl_open(ctl);

	if (!code && nlp_call(ctl->nlp, req, NULL))
		code = ctl_refused(ctl, &none, missing_ok);
	return code;
}

static int clear(struct ctl *ctl, uint8_t cmd)
{
	struct plan p = { .n = 0 };
	struct step *s;
	int code;

	plan_flush(&p, manual_owner(MAKER));
	/* one of the two */
	for (s = p.v; s < p.v + p.n; s++)
		if (s->cmd == cmd)
			p.v[0] = *s;
	p.n = 1;
	code = plan_send(ctl, &p, MAKER);
	plan_fini(&p);
	return code;
}

static int change_eroute(struct ctl *ctl, const struct call *c)
{
	struct nfi_sp_msg sp = { .dir = 0 };
	struct nlp_req req = { .cmd = NFI_CMD_SP_NEW, .sp = &sp };
	char text[SAID_ROOM];
	const char *said = said_text(c, text);
	int code = set_selector(c, &sp);

	if (code)
		return code;
	if (c->what == CALL_DEL) {
		req.cmd = NFI_CMD_SP_DEL;
		return request(ctl, &req, true);
	}
	if (!said)
		return complain(
			"said is needed: an SAID, %pass, %drop or %reject; or edst, spi and proto",
			NULL);
	req.flags = c->what == CALL_REPLACE ? NLM_F_REPLACE | NLM_F_CREATE :
					      NLM_F_CREATE;
	sp.owner = manual_owner(MAKER);
	nlp_mark(&sp, NFI_SP_OWNER);
	code = set_target(ctl, said, &sp);
	return code ? code : request(ctl, &req, false);
}

int cmd_eroute(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	struct call c = { .what = CALL_NONE };

	if (!words_peek(w))
		return view_show(ctl, cmd->group);
	if (!parse(&c, w) && c.what == CALL_NONE)
		words_fail(w, w->n, "expected add, replace, del or clear");
	if (w->error[0])
		return ctl_usage(w);
	return c.what == CALL_CLEAR ? clear(ctl, NFI_CMD_SP_FLUSH) :
				      change_eroute(ctl, &c);
}

/* SAs ----------------------------------------------------------------------------------------- */

/* PROTO, SPI and DADDR from --said, or from --edst, --spi and --proto. */
static int name_sa(const struct call *c, struct nfi_sa_msg *sa)
{
	char text[SAID_ROOM];
	const char *said = said_text(c, text);

	if (!said)
		return complain("said is needed, as in: said esp0x200@11.0.0.1",
				NULL);
	if (klips_parse_said(said, sa))
		return complain("expected an SAID as esp0x200@11.0.0.1", said);
	return CTL_OK;
}

static bool is_plain(const char *text)
{
	return !text ||
	       (!text[strcspn(text, "\n\r\t \"#")] && strlen(text) < 200);
}

/* What an SA is, as a connection: its algorithms and keys are judged where those of ipsec.conf are. */
static struct conf *as_conf(const struct call *c, const struct nfi_sa_msg *sa)
{
	struct conf_opts o = { .strict = false };
	char text[2048], dst[ADDR_TEXT];
	int n = snprintf(text, sizeof(text),
			 "conn spi\n type=%s\n left=%s\n right=%s\n spi=0x%x\n",
			 c->mode ? c->mode : "transport", c->src,
			 addr_print(sa->daddr.b, sa->daddr.len, dst),
			 ntohl(sa->spi));
	struct conf *conf;

	if (c->esp)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " esp=%s\n",
			      c->esp);
	if (c->esp && c->enckey)
		n += snprintf(text + n, sizeof(text) - (size_t)n,
			      " espenckey=%s\n", c->enckey);
	if (c->authkey)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " %s=%s\n",
			      c->ah ? "ahkey" : "espauthkey", c->authkey);
	if (c->ah)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " ah=%s\n",
			      c->ah);
	if (c->window)
		n += snprintf(text + n, sizeof(text) - (size_t)n,
			      " %sreplay_window=%s\n", c->ah ? "ah" : "esp",
			      c->window);
	conf = conf_parse(text, (size_t)n, "spi", &o);
	explicit_bzero(text, sizeof(text));
	return conf;
}

/* Which way it goes, if nobody says: to one of our addresses is in. */
static int find_direction(const struct call *c, const struct nfi_sa_msg *sa,
			  uint8_t *dir)
{
	if (c->dir && !strcmp(c->dir, "in"))
		*dir = NFI_DIR_IN;
	else if (c->dir && !strcmp(c->dir, "out"))
		*dir = NFI_DIR_OUT;
	else if (c->dir)
		return complain("expected in or out", c->dir);
	else
		*dir = conns_is_local(&sa->daddr) ? NFI_DIR_IN : NFI_DIR_OUT;
	return CTL_OK;
}

static int add_sa(struct ctl *ctl, const struct call *c,
		  const struct nfi_sa_msg *key)
{
	struct conf *conf = as_conf(c, key);
	struct manual_end end = { .me = SIDE_LEFT };
	const struct conf_conn *conn = conf_conn_find(conf, "spi");
	struct nlp_req req = { .cmd = NFI_CMD_SA_NEW, .flags = NLM_F_CREATE };
	struct manual m = { .nsas = 0 };
	const char *why = NULL;
	uint8_t dir = 0;
	int code = find_direction(c, key, &dir);

	/* left is the source: who receives is right */
	end.me = dir == NFI_DIR_IN ? SIDE_RIGHT : SIDE_LEFT;
	if (!code && (conf_errors(conf) || manual_make(&m, conf, conn, &end))) {
		conf_diag_print(conf, stderr);
		code = m.error[0] ? complain(m.error, NULL) : CTL_USAGE;
	}
	if (!code && c->life)
		why = klips_parse_life(c->life, &m.sas[dir == NFI_DIR_IN]);
	if (why)
		code = complain(why, c->life);
	if (!code) {
		req.sa = &m.sas[dir == NFI_DIR_IN];
		m.sas[dir == NFI_DIR_IN].owner = manual_owner(MAKER);
		m.sas[dir == NFI_DIR_IN].reqid = ntohl(key->spi);
		code = request(ctl, &req, false);
	}
	manual_fini(&m);
	conf_free(conf);
	return code;
}

static int change_spi(struct ctl *ctl, const struct call *c)
{
	struct nfi_sa_msg key = { .id = 0 };
	struct nlp_req del = { .cmd = NFI_CMD_SA_DEL, .sa = &key };
	const char *const texts[] = { c->src,	  c->esp,    c->ah,  c->enckey,
				      c->authkey, c->window, c->mode };
	int code = name_sa(c, &key);
	size_t i;

	if (code)
		return code;
	if (c->what == CALL_DEL) {
		nlp_mark(&key, NFI_SA_PROTO);
		nlp_mark(&key, NFI_SA_SPI);
		nlp_mark(&key, NFI_SA_DADDR);
		return request(ctl, &del, true);
	}
	if (!c->src || !c->esp == !c->ah ||
	    (c->ah != NULL) != (key.proto == IPPROTO_AH))
		return complain(
			"src and one of esp and ah, that of the SAID, are needed, as in: spi --said esp0x200@11.0.0.1 --src 10.0.0.1 --esp 3des-md5-96 --enckey KEY --authkey KEY",
			NULL);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!is_plain(texts[i]))
			return complain(
				"a value with blanks, quotes or line ends, or a very long one",
				NULL);
	return add_sa(ctl, c, &key);
}

int cmd_spi(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	struct call c = { .what = CALL_NONE };

	if (!words_peek(w))
		return view_show(ctl, cmd->group);
	if (parse(&c, w))
		return ctl_usage(w);
	return c.what == CALL_CLEAR ? clear(ctl, NFI_CMD_SA_FLUSH) :
				      change_spi(ctl, &c);
}
