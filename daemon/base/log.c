// SPDX-License-Identifier: GPL-2.0-or-later
/* log.c - log lines: one formatter for text, another for JSON, over the same record. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"

#define BURST 20 /* lines of a rate at once */
#define INTERVAL_MS 3000 /* between lines afterwards */

static struct {
	log_sink *write;
	void *arg;
} sinks[LOG_SINKS];
static size_t nsinks;
static enum log_level threshold = LOG_LVL_INFO;

/* A character in UTF-8, to be compared as a number: its octets one after another. */
struct character {
	uint32_t v;
	size_t n; /* octets; 0: none */
};

static struct character character(const unsigned char *s)
{
	struct character c = { .v = s[0] };
	size_t i;

	c.n = s[0] < 0x80 ? 1 :
	      s[0] < 0xc2 ? 0 :
	      s[0] < 0xe0 ? 2 :
	      s[0] < 0xf0 ? 3 :
	      s[0] < 0xf5 ? 4 :
			    0;
	for (i = 1; i < c.n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return (struct character){ 0, 0 };
		c.v = c.v << 8 | s[i];
	}
	return c;
}

/* Octets of the character at text if it may stand as it is; 0: it is none, or does something. */
static size_t printable(const char *text)
{
	static const struct {
		uint32_t first, last;
	} refused[] = {
		{ 0x00, 0x1f },
		{ 0x7f, 0x7f }, /* controls */
		{ 0xc280, 0xc29f }, /* controls of Latin-1 */
		{ 0xe08080, 0xe09fbf }, /* longer than need be */
		{ 0xe280a8,
		  0xe280ae }, /* ends of lines, changes of direction */
		{ 0xe281a6, 0xe281a9 }, /* isolated changes of direction */
		{ 0xeda080, 0xedbfbf }, /* surrogates */
		{ 0xf0808080, 0xf08fbfbf }, /* longer than need be */
		{ 0xf4908080, 0xf4bfbfbf }, /* beyond Unicode */
	};
	struct character c = character((const unsigned char *)text);
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (c.v >= refused[i].first && c.v <= refused[i].last)
			return 0;
	return c.n;
}

/* What cannot be printed as \xNN, so that no peer writes lines of its own; whole characters, or "...". */
static void clean(const char *from, char *to, size_t room)
{
	size_t used = 0;

	while (*from) {
		size_t n = printable(from), need = n ? n : 4;

		if (used + need + 4 > room) { /* "..." and the zero */
			memcpy(to + used, "...", 3);
			used += 3;
			break;
		}
		if (n)
			memcpy(to + used, from, n);
		else
			snprintf(to + used, 5, "\\x%02x", (unsigned char)*from);
		used += need;
		from += n ? n : 1;
	}
	to[used] = '\0';
}

const char *log_level_name(enum log_level level)
{
	switch (level) {
	case LOG_LVL_ERROR:
		return "error";
	case LOG_LVL_WARN:
		return "warning";
	case LOG_LVL_NOTICE:
		return "notice";
	case LOG_LVL_INFO:
		return "info";
	case LOG_LVL_DEBUG:
		return "debug";
	}
	return "unknown";
}

/* Severity of syslog(3). */
static int syslog_level(enum log_level level)
{
	switch (level) {
	case LOG_LVL_ERROR:
		return 3;
	case LOG_LVL_WARN:
		return 4;
	case LOG_LVL_NOTICE:
		return 5;
	case LOG_LVL_INFO:
		return 6;
	case LOG_LVL_DEBUG:
		break;
	}
	return 7;
}

static void add_peer(struct text *o, const struct log_about *a)
{
	char text[ADDR_TEXT];

	addr_print(a->peer.b, a->peer.len, text);
	if (!a->port)
		text_add(o, "%s", text);
	else if (a->peer.len == 16)
		text_add(o, "[%s]:%u", text, a->port);
	else
		text_add(o, "%s:%u", text, a->port);
}

const char *log_text(const struct log_rec *rec, char *buf, size_t n)
{
	const struct log_about *a = &rec->about;
	struct text o = text_in(buf, n);
	char name[128];

	if (a->conn) {
		clean(a->conn, name, sizeof(name));
		text_add(&o, "%s", name);
		if (a->instance)
			text_add(&o, "[%u]", a->instance);
	}
	if (a->peer.len) {
		text_add(&o, "%s", o.n ? " " : "");
		add_peer(&o, a);
	}
	text_add(&o, "%s%s", o.n ? ": " : "", rec->text);
	if (rec->reason != R_NONE)
		text_add(&o, " [%s]", reason_name(rec->reason));
	return buf;
}

/* text is clean: only the quote and the backslash are left to escape. */
static void add_json(struct text *o, const char *key, const char *text)
{
	text_add(o, ",\"%s\":\"", key);
	for (; *text; text++)
		text_add(o, *text == '"' || *text == '\\' ? "\\%c" : "%c",
			 *text);
	text_add(o, "\"");
}

const char *log_json(const struct log_rec *rec, char *buf, size_t n)
{
	const struct log_about *a = &rec->about;
	struct text o = text_in(buf, n);
	char text[ADDR_TEXT];
	char name[128];

	text_add(&o, "{\"time\":%llu.%06u",
		 (unsigned long long)(rec->unix_us / 1000000),
		 (unsigned int)(rec->unix_us % 1000000));
	add_json(&o, "level", log_level_name(rec->level));
	if (a->conn) {
		clean(a->conn, name, sizeof(name));
		add_json(&o, "conn", name);
	}
	if (a->instance)
		text_add(&o, ",\"instance\":%u", a->instance);
	if (a->peer.len)
		add_json(&o, "peer", addr_print(a->peer.b, a->peer.len, text));
	if (a->port)
		text_add(&o, ",\"port\":%u", a->port);
	if (a->spi_i || a->spi_r)
		text_add(&o, ",\"ike_spi\":\"%016llx_%016llx\"",
			 (unsigned long long)a->spi_i,
			 (unsigned long long)a->spi_r);
	if (a->spi)
		text_add(&o, ",\"spi\":\"%08x\"", a->spi);
	if (rec->reason != R_NONE)
		add_json(&o, "reason", reason_name(rec->reason));
	add_json(&o, "text", rec->text);
	text_add(&o, "}");
	return buf;
}

void log_to_text(void *arg, const struct log_rec *rec)
{
	time_t seconds = (time_t)(rec->unix_us / 1000000);
	char line[LOG_LINE_MAX], when[32] = "";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	fprintf(arg, "%s.%03uZ %s: %s\n", when,
		(unsigned int)(rec->unix_us / 1000 % 1000),
		log_level_name(rec->level), log_text(rec, line, sizeof(line)));
	fflush(arg);
}

void log_to_syslog(void *arg, const struct log_rec *rec)
{
	char line[LOG_LINE_MAX];

	fprintf(arg, "<%d>%s\n", syslog_level(rec->level),
		log_text(rec, line, sizeof(line)));
	fflush(arg);
}

void log_to_json(void *arg, const struct log_rec *rec)
{
	char line[LOG_LINE_MAX];

	fprintf(arg, "%s\n", log_json(rec, line, sizeof(line)));
	fflush(arg);
}

bool log_add(log_sink *sink, void *arg)
{
	if (nsinks == LOG_SINKS)
		return false;
	sinks[nsinks].write = sink;
	sinks[nsinks++].arg = arg;
	return true;
}

void log_del(log_sink *sink, void *arg)
{
	size_t i, n = 0;

	for (i = 0; i < nsinks; i++)
		if (sinks[i].write != sink || sinks[i].arg != arg)
			sinks[n++] = sinks[i];
	nsinks = n;
}

void log_threshold(enum log_level level)
{
	threshold = level;
}

bool log_wanted(const struct log_about *about, enum log_level level)
{
	return level <= threshold ||
	       (level == LOG_LVL_DEBUG && about && about->debug);
}

void log_say(const struct log_about *about, enum log_level level,
	     enum reason reason, const char *fmt, ...)
{
	char raw[LOG_TEXT_MAX], text[LOG_TEXT_MAX];
	struct log_rec rec = { .level = level, .reason = reason, .text = text };
	va_list args;
	size_t i;

	if (!log_wanted(about, level))
		return;
	va_start(args, fmt);
	vsnprintf(raw, sizeof(raw), fmt, args);
	va_end(args);
	clean(raw, text, sizeof(text));
	if (about)
		rec.about = *about;
	rec.unix_us = clock_unix_us();
	for (i = 0; i < nsinks; i++)
		sinks[i].write(sinks[i].arg, &rec);
	if (!nsinks)
		log_to_text(stderr, &rec);
}

bool log_rate_ok(struct log_rate *rate, int64_t now_ms, uint32_t *missed)
{
	int64_t full = rate->full_at > now_ms ? rate->full_at : now_ms;

	if (full - now_ms > (int64_t)(BURST - 1) * INTERVAL_MS) {
		rate->missed += rate->missed < UINT32_MAX;
		return false;
	}
	rate->full_at = full + INTERVAL_MS;
	*missed = rate->missed;
	rate->missed = 0;
	return true;
}
