// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_list.c - SAs and policies: list, get, dump. */
#include "ctl.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "opts.h"
#include "render.h"
#include "request.h"

#define CELL 400
#define CELLS 16

static const struct column sa_columns[] = {
	{ "ID", true },	   { "DIR", false },  { "PROTO", false },   { "SPI", false },
	{ "MODE", false }, { "SRC", false },  { "DST", false },	    { "REQID", true },
	{ "ALGS", false }, { "STATE", false }, { "BYTES", true },   { "PACKETS", true },
	{ "AGE", true },   { "DROPS", true }, { "NAME", false },    { NULL, false },
};

static const struct column sp_columns[] = {
	{ "ID", true },	     { "DIR", false },	  { "SRC", false },  { "DST", false },
	{ "UPPER", false },  { "PRIO", true },	  { "ACTION", false }, { "SAS", false },
	{ "BYTES", true },   { "PACKETS", true }, { "USED", true },  { "HELD", true },
	{ "NAME", false },   { NULL, false },
};

/* Cells --------------------------------------------------------------------------------------- */

static const char *cell_attr(enum nlp_set set, uint16_t attr, const void *obj, char buf[CELL])
{
	buf[0] = '\0';
	if (nlp_has(obj, attr))
		opts_text(opts_find(set, attr), obj, buf);
	return buf;
}

/* "2h05m", "3d04h"; the two largest units. */
static const char *cell_age(uint64_t since, char buf[CELL])
{
	uint64_t now = clock_unix_us() / 1000000;
	uint64_t s = now > since ? now - since : 0;

	if (!since)
		snprintf(buf, CELL, "-");
	else if (s < 60)
		snprintf(buf, CELL, "%" PRIu64 "s", s);
	else if (s < 3600)
		snprintf(buf, CELL, "%" PRIu64 "m%02" PRIu64 "s", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, CELL, "%" PRIu64 "h%02" PRIu64 "m", s / 3600, s / 60 % 60);
	else
		snprintf(buf, CELL, "%" PRIu64 "d%02" PRIu64 "h", s / 86400, s / 3600 % 24);
	return buf;
}

static const char *cell_algs(const struct nfi_sa_msg *sa, char buf[CELL])
{
	char one[CELL];

	cell_attr(NLP_SA, NFI_SA_ENC_ALG, sa, buf);
	if (nlp_has(sa, NFI_SA_AUTH_ALG))
		snprintf(buf + strlen(buf), CELL - strlen(buf), "%s%.64s", buf[0] ? "+" : "",
			 cell_attr(NLP_SA, NFI_SA_AUTH_ALG, sa, one));
	return buf;
}

static const char *cell_drops(const struct nfi_sa_msg *sa, char buf[CELL])
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < __NFI_DROP_MAX; i++)
		sum += sa->drops[i];
	snprintf(buf, CELL, "%" PRIu64, sum);
	return buf;
}

static const char *cell_side(const struct nfi_sp_msg *sp, uint16_t attr, char buf[CELL])
{
	if (!nlp_has(sp, attr))
		return "any";
	return cell_attr(NLP_SP, attr, sp, buf);
}

/* "tcp 1024-2047:80", "icmp type 8"; as opts_print has it, without addresses. */
static const char *cell_upper(const struct nfi_sp_msg *sp, char buf[CELL])
{
	static const uint16_t keep[] = { NFI_SP_PROTO, NFI_SP_SPORT_MIN, NFI_SP_SPORT_MAX,
					 NFI_SP_DPORT_MIN, NFI_SP_DPORT_MAX, NFI_SP_MARK,
					 NFI_SP_MARK_MASK };
	struct nfi_sp_msg part = *sp;
	uint64_t mask = 0;
	FILE *f = fmemopen(buf, CELL, "w");
	size_t i;

	for (i = 0; i < sizeof(keep) / sizeof(keep[0]); i++)
		mask |= 1ULL << keep[i];
	part.has &= mask;
	buf[0] = '\0';
	if (!f)
		return buf;
	opts_print(f, NLP_SP, &part, false);
	fclose(f);
	if (!buf[0])
		return "any";
	return !strncmp(buf, " proto ", 7) ? buf + 7 : buf + 1;
}

static const char *cell_sas(const struct nfi_sp_msg *sp, char buf[CELL])
{
	size_t n = 0;
	unsigned int i;

	buf[0] = '\0';
	for (i = 0; i < sp->ntmpl && n < CELL - 64; i++) {
		const struct nfi_tmpl_msg *t = &sp->tmpl[i];
		const char *mode = opts_name(NLP_TMPL, NFI_TMPL_MODE, t->mode);

		n += (size_t)snprintf(buf + n, CELL - n, "%s%s/%u/%s", n ? " " : "",
				      t->proto == 51 ? "ah" : "esp", t->reqid,
				      mode ? mode : "?");
	}
	return buf;
}

static void line_sa(struct listing *l, const struct nfi_sa_msg *sa)
{
	static const uint16_t attrs[] = { NFI_SA_ID, NFI_SA_DIR, NFI_SA_PROTO, NFI_SA_SPI,
					  NFI_SA_MODE, NFI_SA_SADDR, NFI_SA_DADDR, NFI_SA_REQID };
	char text[CELLS][CELL];
	const char *cells[CELLS] = { 0 };
	size_t i;

	for (i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++)
		cells[i] = cell_attr(NLP_SA, attrs[i], sa, text[i]);
	cells[8] = cell_algs(sa, text[8]);
	cells[9] = cell_attr(NLP_SA, NFI_SA_STATE, sa, text[9]);
	cells[10] = cell_attr(NLP_SA, NFI_SA_BYTES, sa, text[10]);
	cells[11] = cell_attr(NLP_SA, NFI_SA_PACKETS, sa, text[11]);
	cells[12] = cell_age(sa->add_time, text[12]);
	cells[13] = cell_drops(sa, text[13]);
	cells[14] = sa->name;
	listing_line(l, cells);
}

static void line_sp(struct listing *l, const struct nfi_sp_msg *sp)
{
	char text[CELLS][CELL];
	const char *cells[CELLS] = { 0 };

	cells[0] = cell_attr(NLP_SP, NFI_SP_ID, sp, text[0]);
	cells[1] = cell_attr(NLP_SP, NFI_SP_DIR, sp, text[1]);
	cells[2] = cell_side(sp, NFI_SP_SRC, text[2]);
	cells[3] = cell_side(sp, NFI_SP_DST, text[3]);
	cells[4] = cell_upper(sp, text[4]);
	if (nlp_has(sp, NFI_SP_PRIO) && sp->prio == NFI_PRIO_AUTO)
		cells[5] = "auto";
	else
		cells[5] = cell_attr(NLP_SP, NFI_SP_PRIO, sp, text[5]);
	cells[6] = cell_attr(NLP_SP, NFI_SP_ACTION, sp, text[6]);
	cells[7] = cell_sas(sp, text[7]);
	cells[8] = cell_attr(NLP_SP, NFI_SP_BYTES, sp, text[8]);
	cells[9] = cell_attr(NLP_SP, NFI_SP_PACKETS, sp, text[9]);
	cells[10] = cell_age(sp->use_time, text[10]);
	cells[11] = cell_attr(NLP_SP, NFI_SP_HELD, sp, text[11]);
	cells[12] = sp->name;
	listing_line(l, cells);
}

/* Listing ------------------------------------------------------------------------------------- */

struct lister {
	struct ctl *ctl;
	enum nlp_set set;
	struct listing out;
};

static bool family_fits(const struct ctl *ctl, const struct nlp_msg *msg, enum nlp_set set)
{
	uint8_t len = set == NLP_SA ? msg->sa.daddr.len : msg->sp.dst.len;
	bool v4 = ctl_has(ctl, FLAG_IPV4), v6 = ctl_has(ctl, FLAG_IPV6);

	return v4 == v6 || len == 0 || len == (v4 ? 4 : 16);
}

static int take(const struct nlp_msg *msg, void *arg)
{
	struct lister *l = arg;
	const void *obj = l->set == NLP_SA ? (const void *)&msg->sa : &msg->sp;

	if (!msg) {
		listing_restart(&l->out);
		return 0;
	}
	if (!family_fits(l->ctl, msg, l->set))
		return 0;
	if (l->out.json)
		listing_json(&l->out, render_object(l->set, obj, ctl_has(l->ctl, FLAG_SECRETS)));
	else if (l->set == NLP_SA)
		line_sa(&l->out, obj);
	else
		line_sp(&l->out, obj);
	return 0;
}

int cmd_list(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	struct lister l = { .ctl = ctl, .set = cmd->set };
	struct request r;
	int code;

	if (request_parse(&r, cmd, w))
		return ctl_usage(w);
	r.req.secrets = ctl_has(ctl, FLAG_SECRETS);
	code = ctl_open(ctl);
	if (code)
		return code;
	if (listing_begin(&l.out, cmd->set == NLP_SA ? sa_columns : sp_columns,
			  ctl_has(ctl, FLAG_JSON))) {
		fprintf(stderr, "ipsecctl: no memory\n");
		return CTL_REFUSED;
	}
	if (nlp_dump(ctl->nlp, &r.req, take, &l))
		code = ctl_refused(ctl, w, false);
	listing_end(&l.out, code != CTL_OK);
	return code;
}

/* Commands that make the object again --------------------------------------------------------- */

/* What only replies have, one a line. */
static void print_replies(enum nlp_set set, const void *obj)
{
	const struct opt *o;
	char buf[OPT_TEXT];

	for (o = opts; o->word; o++)
		if (o->set == set && (!o->use || !strcmp(o->word, "id")) &&
		    nlp_has(obj, o->attr))
			printf("  %-8s %s\n", o->word, opts_text(o, obj, buf));
}

static void print_drops(const struct nfi_sa_msg *sa)
{
	static const char *const names[] = {
/* clang-format off */
#define NFI_DROP(id, value, name, text) [value] = name ": " text,
#include "drops.def"
#undef NFI_DROP
		/* clang-format on */
	};
	size_t i;

	for (i = 0; i < __NFI_DROP_MAX; i++)
		if (sa->drops[i])
			printf("  dropped  %llu %s\n", sa->drops[i], names[i]);
}

static void print_full(const struct ctl *ctl, enum nlp_set set, const struct nlp_msg *msg)
{
	bool secrets = ctl_has(ctl, FLAG_SECRETS);
	json_t *json;

	if (ctl_has(ctl, FLAG_JSON)) {
		json = render_object(set, set == NLP_SA ? (const void *)&msg->sa : &msg->sp,
				     secrets);
		json_dumpf(json, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(json);
	} else if (set == NLP_SA) {
		opts_line_sa(stdout, &msg->sa, secrets);
		print_replies(set, &msg->sa);
		print_drops(&msg->sa);
	} else {
		opts_line_sp(stdout, &msg->sp);
		print_replies(set, &msg->sp);
	}
}

int cmd_get(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	struct nlp_msg reply;
	struct request r;
	int code;

	if (request_parse(&r, cmd, w))
		return ctl_usage(w);
	r.req.secrets = ctl_has(ctl, FLAG_SECRETS);
	code = ctl_open(ctl);
	if (code)
		return code;
	if (nlp_call(ctl->nlp, &r.req, &reply))
		return ctl_refused(ctl, w, true);
	print_full(ctl, cmd->set, &reply);
	nlp_msg_wipe(&reply);
	return CTL_OK;
}

/* Dump ---------------------------------------------------------------------------------------- */

static int take_words(const struct nlp_msg *msg, void *arg)
{
	struct lister *l = arg;
	bool secrets = ctl_has(l->ctl, FLAG_SECRETS);

	if (!msg) {
		listing_restart(&l->out);
		return 0;
	}
	if (l->set == NLP_SP) {
		opts_line_sp(l->out.mem, &msg->sp);
		return 0;
	}
	if (!secrets)
		fputs("# key hidden: 'ipsecctl dump --secrets' has it\n", l->out.mem);
	opts_line_sa(l->out.mem, &msg->sa, secrets);
	return 0;
}

static int dump_set(struct ctl *ctl, enum nlp_set set, struct words *w)
{
	struct lister l = { .ctl = ctl, .set = set };
	struct nlp_req req = { .cmd = set == NLP_SA ? NFI_CMD_SA_GET : NFI_CMD_SP_GET };
	int code = CTL_OK;

	req.secrets = set == NLP_SA && ctl_has(ctl, FLAG_SECRETS);
	if (listing_begin(&l.out, NULL, false)) {
		fprintf(stderr, "ipsecctl: no memory\n");
		return CTL_REFUSED;
	}
	if (nlp_dump(ctl->nlp, &req, take_words, &l))
		code = ctl_refused(ctl, w, false);
	listing_end(&l.out, code != CTL_OK);
	return code;
}

int cmd_dump(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	int code;

	(void)cmd;
	if (words_peek(w)) {
		words_fail(w, w->at, "nothing is expected here");
		return ctl_usage(w);
	}
	code = ctl_open(ctl);
	if (code)
		return code;
	printf("# ipsecctl dump; 'ipsecctl load' reads it\n");
	code = dump_set(ctl, NLP_SA, w);
	return code ? code : dump_set(ctl, NLP_SP, w);
}
