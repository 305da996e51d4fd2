/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * log.h - one line for one thing that happened, with what it is about as fields. Text of peers is made
 * printable here. Secrets have no business in any of it.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/reason.h"

/* The names are those of syslog; leaves do not log above debug. */
enum log_level {
	LOG_LVL_ERROR, /* the operator has to act */
	LOG_LVL_WARN, /* not expected, but handled */
	LOG_LVL_NOTICE, /* state change of a conn: one line for each */
	LOG_LVL_INFO, /* one line for an exchange */
	LOG_LVL_DEBUG, /* anything; per conn */
};

#define LOG_TEXT_MAX 1024 /* octets of a message; the rest is cut, with "..." */
#define LOG_LINE_MAX 8192 /* any record in any form fits */

/* What it is about; an object has one and keeps it up to date. Zero: not known. */
struct log_about {
	const char *conn; /* borrowed */
	uint32_t instance; /* of a conn with right=%any, from 1 */
	struct addr peer;
	uint16_t port;
	uint64_t spi_i, spi_r; /* of the IKE_SA */
	uint32_t spi; /* of the CHILD_SA, ours */
	bool debug; /* its debug lines are wanted */
};

struct log_rec {
	enum log_level level;
	enum reason reason; /* R_NONE: no refusal */
	struct log_about about;
	uint64_t unix_us; /* when */
	const char *text; /* printable, no newline */
};

/* Say it. about may be NULL. The text has no full stop, no newline, no name of conn or peer. */
void log_say(const struct log_about *about, enum log_level level,
	     enum reason reason, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
#define log_error(about, reason, ...) \
	log_say(about, LOG_LVL_ERROR, reason, __VA_ARGS__)
#define log_warn(about, reason, ...) \
	log_say(about, LOG_LVL_WARN, reason, __VA_ARGS__)
#define log_notice(about, reason, ...) \
	log_say(about, LOG_LVL_NOTICE, reason, __VA_ARGS__)
#define log_info(about, reason, ...) \
	log_say(about, LOG_LVL_INFO, reason, __VA_ARGS__)
#define log_debug(about, ...) log_say(about, LOG_LVL_DEBUG, R_NONE, __VA_ARGS__)

/* Where lines go. At most LOG_SINKS at a time; without any they are text on stderr. */
#define LOG_SINKS 4
typedef void log_sink(void *arg, const struct log_rec *rec);
bool log_add(log_sink *sink, void *arg); /* false: too many */
void log_del(log_sink *sink, void *arg);

/* Sinks to use: arg is a FILE *. Lines end with a newline and are flushed. */
log_sink log_to_text; /* time and level, as for a terminal or a file */
log_sink log_to_syslog; /* <N> and the text, as systemd reads it from stderr */
log_sink log_to_json; /* one object a line */

/* What is below is not said, except debug of an object whose debug is set. Default LOG_LVL_INFO. */
void log_threshold(enum log_level level);
/* Whether it would be said: for what is dear to compute. */
bool log_wanted(const struct log_about *about, enum log_level level);

const char *log_level_name(enum log_level level);
/* "west[2] 192.0.2.1:4500: text [no-proposal]", without time and level. Returns buf. */
const char *log_text(const struct log_rec *rec, char *buf, size_t n);
const char *log_json(const struct log_rec *rec, char *buf, size_t n);

/*
 * Lines that anybody can make us write: burst of them, then one every interval_ms. Zeroed it is full. False:
 * not now; *missed, of the next that is allowed, says how many were not.
 */
struct log_rate {
	int64_t full_at; /* milliseconds */
	uint32_t missed;
};
bool log_rate_ok(struct log_rate *rate, int64_t now_ms, uint32_t *missed);

#endif /* BASE_LOG_H */
