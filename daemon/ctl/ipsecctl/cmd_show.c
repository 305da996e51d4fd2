// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_show.c - stats, algs, info and ns get. */
#include "ctl.h"

#include <inttypes.h>
#include <string.h>

#include "opts.h"
#include "render.h"
#include "request.h"

#define CELLS 8

static const struct column stats_columns[] = { { "COUNT", true },
					       { "REASON", false },
					       { "MEANING", false },
					       { NULL, false } };
static const struct column algs_columns[] = { { "KIND", false },   { "NAME", false },
					      { "KERNEL", false }, { "DRIVER", false },
					      { "FLAGS", false },  { "NOTE", false },
					      { NULL, false } };

struct shower {
	struct ctl *ctl;
	struct listing out;
};

static const char *drop_text(const struct nlp_stat_msg *stat)
{
	static const char *const texts[] = {
/* clang-format off */
#define NFI_DROP(id, value, name, text) [value] = text,
#include "drops.def"
#undef NFI_DROP
		/* clang-format on */
	};

	if (!nlp_has(stat, NFI_STAT_REASON) || stat->reason >= __NFI_DROP_MAX)
		return "";
	return texts[stat->reason];
}

static int take_stat(const struct nlp_msg *msg, void *arg)
{
	struct shower *s = arg;
	char count[24];
	const char *cells[CELLS];
	json_t *json;

	if (!msg) {
		listing_restart(&s->out);
		return 0;
	}
	if (!msg->stat.count && !ctl_has(s->ctl, FLAG_ALL))
		return 0;
	if (s->out.json) {
		json = json_object();
		render_fields(json, NLP_STAT, &msg->stat, false);
		json_object_set_new(json, "text", json_string(drop_text(&msg->stat)));
		listing_json(&s->out, json);
		return 0;
	}
	snprintf(count, sizeof(count), "%" PRIu64, msg->stat.count);
	cells[0] = count;
	cells[1] = msg->stat.name;
	cells[2] = drop_text(&msg->stat);
	listing_line(&s->out, cells);
	return 0;
}

static const struct {
	uint32_t bit;
	const char *name;
} alg_flags[] = {
	{ NFI_ALG_AEAD, "aead" },
	{ NFI_ALG_NULLENC, "no-encryption" },
	{ NFI_ALG_LEGACY, "legacy" },
	{ NFI_ALG_CTR, "counter" },
};

#define ALG_FLAGS (sizeof(alg_flags) / sizeof(alg_flags[0]))

static json_t *json_alg(const struct nlp_alg_msg *alg)
{
	json_t *json = json_object();
	json_t *flags = json_array();
	size_t i;

	render_fields(json, NLP_ALG, alg, false);
	json_object_set_new(json, "kind", json_string(alg->kind == 1 ? "enc" : "auth"));
	json_object_set_new(json, "available", json_boolean(nlp_has(alg, NFI_ALG_DRIVER)));
	for (i = 0; i < ALG_FLAGS; i++)
		if (alg->flags & alg_flags[i].bit)
			json_array_append_new(flags, json_string(alg_flags[i].name));
	json_object_set_new(json, "flags", flags);
	return json;
}

static int take_alg(const struct nlp_msg *msg, void *arg)
{
	struct shower *s = arg;
	const char *cells[CELLS];
	char flags[64] = "";
	size_t i;

	if (!msg) {
		listing_restart(&s->out);
		return 0;
	}
	if (s->out.json) {
		listing_json(&s->out, json_alg(&msg->alg));
		return 0;
	}
	for (i = 0; i < ALG_FLAGS; i++)
		if (msg->alg.flags & alg_flags[i].bit)
			snprintf(flags + strlen(flags), sizeof(flags) - strlen(flags), "%s%s",
				 flags[0] ? "," : "", alg_flags[i].name);
	cells[0] = msg->alg.kind == 1 ? "enc" : "auth";
	cells[1] = msg->alg.name;
	cells[2] = msg->alg.kernel;
	cells[3] = nlp_has(&msg->alg, NFI_ALG_DRIVER) ? msg->alg.driver : "-";
	cells[4] = flags;
	cells[5] = msg->alg.error;
	listing_line(&s->out, cells);
	return 0;
}

/* No words may follow; then a dump into a listing. */
static int show(struct ctl *ctl, const struct cmd *cmd, struct words *w,
		const struct column *columns, nlp_cb *cb)
{
	struct shower s = { .ctl = ctl };
	struct request r;
	int code;

	if (request_parse(&r, cmd, w))
		return ctl_usage(w);
	code = ctl_open(ctl);
	if (code)
		return code;
	if (listing_begin(&s.out, columns, ctl_has(ctl, FLAG_JSON))) {
		fprintf(stderr, "ipsecctl: no memory\n");
		return CTL_REFUSED;
	}
	if (nlp_dump(ctl->nlp, &r.req, cb, &s))
		code = ctl_refused(ctl, w, false);
	listing_end(&s.out, code != CTL_OK);
	return code;
}

int cmd_stats(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	return show(ctl, cmd, w, stats_columns, take_stat);
}

int cmd_algs(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	return show(ctl, cmd, w, algs_columns, take_alg);
}

/* One reply, one value a line. */
static int ask(struct ctl *ctl, const struct cmd *cmd, struct words *w, struct nlp_msg *reply)
{
	struct request r;
	int code;

	if (request_parse(&r, cmd, w))
		return ctl_usage(w);
	code = ctl_open(ctl);
	if (!code && nlp_call(ctl->nlp, &r.req, reply))
		code = ctl_refused(ctl, w, false);
	return code;
}

static void print_json(enum nlp_set set, const void *obj)
{
	json_t *json = json_object();

	render_fields(json, set, obj, false);
	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
}

static void print_info(const struct nlp_info_msg *info)
{
	printf("version    %s\nprotocol   %u\nsas        %u\npolicies   %u\n", info->version,
	       info->proto, info->sas, info->policies);
	printf("generation %" PRIu64 "\n", info->generation);
}

int cmd_info(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	struct nlp_msg reply = { 0 };
	int code = ask(ctl, cmd, w, &reply);

	if (!code && ctl_has(ctl, FLAG_JSON))
		print_json(NLP_INFO, &reply.info);
	else if (!code)
		print_info(&reply.info);
	return code;
}

int cmd_ns_get(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	struct nlp_msg reply = { 0 };
	int code = ask(ctl, cmd, w, &reply);
	char buf[OPT_TEXT];
	const struct opt *o;

	if (!code && ctl_has(ctl, FLAG_JSON))
		print_json(NLP_NS, &reply.ns);
	for (o = opts; !code && !ctl_has(ctl, FLAG_JSON) && o->word; o++)
		if (o->set == NLP_NS && nlp_has(&reply.ns, o->attr))
			printf("%-12s %s\n", o->word, opts_text(o, &reply.ns, buf));
	return code;
}
