// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_view.c - the listings of FreeS/WAN: look, eroute, spi, spigrp, tncfg, klipsdebug. */
#include "ctl.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "klips.h"
#include "route.h"
#include "state.h"

/* What a view is, and what to say of words that change something which is not there. */
static const struct view {
	const char *group;
	void (*text)(const struct klips *k, FILE *f);
	json_t *(*json)(const struct klips *k);
	bool kernel; /* needs the module */
	const char *note; /* before the text */
	const char *instead;
} views[] = {
	{ "look", klips_look, klips_look_json, true, NULL,
	  "look takes no words" },
	{ "eroute", klips_eroute, klips_eroute_json, true, NULL, NULL },
	{ "spi", klips_spi, klips_spi_json, true, NULL, NULL },
	{ "spigrp", klips_spigrp, klips_spigrp_json, true, NULL,
	  "SAs are not grouped one by one: a policy names what is applied together, as in 'ipsecctl policy add out ... protect esp reqid 1 mode tunnel ah reqid 1 mode transport'" },
	{ "tncfg", klips_tncfg, klips_tncfg_json, false,
	  "# no virtual devices: nf_ipsec takes packets on every device; these are there, with their MTU\n",
	  "there is no device ipsecN to attach or detach: policies alone say which packets are protected" },
	{ NULL, NULL, NULL, false, NULL, NULL },
};

static void print(const struct ctl *ctl, const struct view *v,
		  const struct klips *k)
{
	json_t *json;

	if (!ctl_has(ctl, FLAG_JSON)) {
		fputs(v->note ? v->note : "", stdout);
		v->text(k, stdout);
		return;
	}
	json = v->json(k);
	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
}

static int show(struct ctl *ctl, const struct view *v)
{
	struct state_want all = { .has_owner = false };
	struct state st = { .nsas = 0 };
	char host[256] = "", date[64] = "";
	struct routes routes;
	struct klips k = {
		.st = &st, .routes = &routes, .host = host, .date = date
	};
	int code = v->kernel ? state_read(ctl, &all, &st) : CTL_OK;
	time_t now = (time_t)(clock_unix_us() / 1000000);
	struct tm tm;

	k.now = (uint64_t)now;
	route_read(&routes);
	klips_sort(&st);
	gethostname(host, sizeof(host) - 1);
	if (localtime_r(&now, &tm))
		strftime(date, sizeof(date), "%a %b %e %H:%M:%S %Z %Y", &tm);
	if (!code)
		print(ctl, v, &k);
	route_fini(&routes);
	state_fini(&st);
	return code;
}

int view_show(struct ctl *ctl, const char *group)
{
	const struct view *v;

	for (v = views; v->group; v++)
		if (!strcmp(v->group, group))
			return show(ctl, v);
	return CTL_USAGE;
}

int cmd_view(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	const struct view *v = views;

	if (!words_peek(w))
		return view_show(ctl, cmd->group);
	while (v->group && strcmp(v->group, cmd->group) != 0)
		v++;
	words_fail(w, w->at, "%s",
		   v->instead ? v->instead : "nothing is expected here");
	return ctl_usage(w);
}

/* klipsdebug: there is nothing to be set, for nothing is hidden. */
int cmd_klipsdebug(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	if (words_peek(w)) {
		words_fail(
			w, w->at,
			"there are no flags to set or clear: each dropped packet is counted by reason (ipsecctl stats) and passes the tracepoint nf_ipsec:nfi_drop; what happens to SAs is told by ipsecctl monitor");
		return ctl_usage(w);
	}
	if (!ctl_has(ctl, FLAG_JSON))
		puts("# no flags: drops are counted by reason, below, and pass the tracepoint nf_ipsec:nfi_drop");
	return cmd_stats(ctl, cmd, w);
}

/* What only makes sense with a daemon says so, instead of being unknown. */
int cmd_later(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	(void)ctl;
	(void)w;
	fprintf(stderr,
		"ipsecctl: '%s' needs the daemon ipsecd, which is not part of this version; connections with manual keys: ipsecctl manual, ipsecctl setup\n",
		cmd->group);
	return CTL_NO_DAEMON;
}
