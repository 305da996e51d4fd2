// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_monitor.c - events, one a line. */
#include "ctl.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/suggest.h"
#include "opts.h"
#include "render.h"
#include "value.h"

static const struct {
	const char *word, *group;
} groups[] = {
	{ "acquire", NFI_GROUP_ACQUIRE },
	{ "sa", NFI_GROUP_SA },
	{ "policy", NFI_GROUP_SP },
	{ "sp", NFI_GROUP_SP },
	{ "peer", NFI_GROUP_PEER },
};

#define GROUPS (sizeof(groups) / sizeof(groups[0]))

struct monitor {
	struct ctl *ctl;
	uint64_t seen;
	uint64_t count, timeout; /* where it ends */
};

static const char *event_name(const struct nlp_msg *msg)
{
	switch (msg->cmd) {
	case NFI_CMD_ACQUIRE_NTF:
		return "acquire";
	case NFI_CMD_SA_NTF:
		return "sa";
	case NFI_CMD_SA_EXPIRE_NTF:
		return "expire";
	case NFI_CMD_SA_FIRST_NTF:
		return "first";
	case NFI_CMD_SA_ERROR_NTF:
		return "error";
	case NFI_CMD_SP_NTF:
		return "policy";
	case NFI_CMD_VIOLATION_NTF:
		return "violation";
	case NFI_CMD_MOVED_NTF:
		return "moved";
	case NFI_CMD_UNKNOWN_SPI_NTF:
		return "unknown-spi";
	default: /* of a newer kernel */
		return "other";
	}
}

static void print_set(enum nlp_set set, const void *obj, uint64_t only)
{
	const struct opt *o;
	char buf[OPT_TEXT];
	uint64_t seen = 0;

	for (o = opts; o->word; o++) {
		uint64_t bit = 1ULL << o->attr;

		if (o->set != set || !nlp_has(obj, o->attr) || seen & bit || !(only & bit))
			continue;
		seen |= bit;
		if (o->kind != OPT_VALUE)
			printf(" %s", o->word);
		printf(" %s", opts_text(o, obj, buf));
	}
}

#define BIT(attr) (1ULL << (attr))
#define SA_SHOWN \
	(BIT(NFI_SA_ID) | BIT(NFI_SA_DIR) | BIT(NFI_SA_PROTO) | BIT(NFI_SA_SADDR) | \
	 BIT(NFI_SA_DADDR) | BIT(NFI_SA_SPI) | BIT(NFI_SA_REQID) | BIT(NFI_SA_STATE) | \
	 BIT(NFI_SA_BYTES) | BIT(NFI_SA_PACKETS) | BIT(NFI_SA_OWNER) | BIT(NFI_SA_NAME))
#define SP_SHOWN \
	(BIT(NFI_SP_ID) | BIT(NFI_SP_DIR) | BIT(NFI_SP_SRC) | BIT(NFI_SP_DST) | \
	 BIT(NFI_SP_PROTO) | BIT(NFI_SP_ACTION) | BIT(NFI_SP_REQID) | BIT(NFI_SP_OWNER) | \
	 BIT(NFI_SP_NAME))

static void print_stamp(void)
{
	uint64_t now = clock_unix_us();
	time_t seconds = (time_t)(now / 1000000);
	struct tm tm;
	char text[32];

	localtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	printf("%s.%06u ", text, (unsigned int)(now % 1000000));
}

static void print_text(const struct monitor *m, const struct nlp_msg *msg)
{
	if (ctl_has(m->ctl, FLAG_STAMP))
		print_stamp();
	fputs(msg ? event_name(msg) : "lost", stdout);
	if (!msg) {
		puts(" some events: they came faster than they were read");
		return;
	}
	print_set(NLP_EV, &msg->ev, ~0ULL);
	if (msg->have & 1U << NFI_A_SA) {
		fputs(" sa", stdout);
		print_set(NLP_SA, &msg->sa, SA_SHOWN);
	}
	if (msg->have & 1U << NFI_A_SP) {
		fputs(" policy", stdout);
		print_set(NLP_SP, &msg->sp, SP_SHOWN);
	}
	putchar('\n');
}

static void print_json(const struct monitor *m, const struct nlp_msg *msg)
{
	json_t *json = json_object();

	json_object_set_new(json, "event", json_string(msg ? event_name(msg) : "lost"));
	if (ctl_has(m->ctl, FLAG_STAMP))
		json_object_set_new(json, "time",
				    json_real((double)clock_unix_us() / 1e6));
	if (msg)
		render_fields(json, NLP_EV, &msg->ev, false);
	if (msg && msg->have & 1U << NFI_A_SA)
		json_object_set_new(json, "sa", render_object(NLP_SA, &msg->sa, false));
	if (msg && msg->have & 1U << NFI_A_SP)
		json_object_set_new(json, "policy", render_object(NLP_SP, &msg->sp, false));
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(json);
}

static int take(const struct nlp_msg *msg, void *arg)
{
	struct monitor *m = arg;

	if (ctl_has(m->ctl, FLAG_JSON))
		print_json(m, msg);
	else
		print_text(m, msg);
	m->seen += msg != NULL;
	return ctl_has(m->ctl, FLAG_COUNT) && m->seen >= m->count;
}

static int join(struct ctl *ctl, const char *word, struct words *w)
{
	size_t i;

	for (i = 0; i < GROUPS; i++)
		if ((!word || !strcmp(groups[i].word, word)) && nlp_listen(ctl->nlp, groups[i].group))
			return ctl_refused(ctl, w, false);
	return CTL_OK;
}

static bool is_group(struct words *w)
{
	struct suggest s;
	size_t i;

	suggest_begin(&s, words_peek(w));
	for (i = 0; i < GROUPS; i++) {
		if (!strcmp(groups[i].word, words_peek(w)))
			return true;
		suggest_offer(&s, groups[i].word);
	}
	if (s.best)
		words_fail(w, w->at, "unknown group of events; did you mean '%s'?", s.best);
	else
		words_fail(w, w->at, "expected acquire, sa, policy or peer");
	return false;
}

static int join_all(struct ctl *ctl, struct words *w)
{
	size_t first = w->at;
	int code;

	for (; words_peek(w); words_next(w))
		if (!is_group(w))
			return ctl_usage(w);
	code = ctl_open(ctl);
	w->at = first;
	if (!code && !words_peek(w))
		return join(ctl, NULL, w);
	while (!code && words_peek(w))
		code = join(ctl, words_next(w), w);
	return code;
}

static int read_limits(struct monitor *m, struct words *w)
{
	const char *count = ctl_value(m->ctl, FLAG_COUNT), *timeout = ctl_value(m->ctl, FLAG_TIMEOUT);

	if (count && (value_number(count, &m->count) || !m->count))
		return words_fail(w, w->n, "'%.32s': expected a number from 1 after --count", count);
	if (timeout && (value_unit(timeout, UNITS_TIME, &m->timeout) || m->timeout >= 1000000))
		return words_fail(w, w->n, "'%.32s': expected a time, as in 30 or 5m, after --timeout", timeout);
	return 0;
}

int cmd_monitor(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	struct monitor m = { .ctl = ctl };
	int64_t end;
	int code = read_limits(&m, w) ? ctl_usage(w) : join_all(ctl, w);
	int err = 0;

	(void)cmd;
	end = clock_ms() + (int64_t)m.timeout * 1000;
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (!code && !err) {
		struct pollfd p = { .fd = nlp_fd(ctl->nlp), .events = POLLIN };
		int64_t left = ctl_has(ctl, FLAG_TIMEOUT) ? end - clock_ms() : -1;

		if (ctl_has(ctl, FLAG_TIMEOUT) && left <= 0)
			return ctl_has(ctl, FLAG_COUNT) ? CTL_NONE : CTL_OK;
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		err = nlp_events(ctl->nlp, take, &m);
		if (err == -ENOBUFS)
			err = take(NULL, &m);
		if (err == -EAGAIN || err == -EINTR)
			err = 0;
		if (err < 0)
			code = ctl_refused(ctl, w, false);
		if (ferror(stdout))
			break;
	}
	return code;
}
