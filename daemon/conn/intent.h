/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * intent.h - "this connection should be up": the only place that tries again. Pure: it is told what happened and
 * what time it is, and says what to do and when to ask again.
 */
#ifndef CONN_INTENT_H
#define CONN_INTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reason.h"
#include "base/timer.h"

enum intent_state {
	INTENT_IDLE, /* nobody wants it up */
	INTENT_TRYING, /* the engine is at it */
	INTENT_WAITING, /* the last try failed; the next has its time */
	INTENT_UP,
};

/* What is to be done when an SA is gone that was not to go. AS_WANTED: nobody said. */
enum intent_end { INTENT_AS_WANTED, INTENT_CLEAR, INTENT_HOLD, INTENT_RESTART };

struct intent_rules {
	unsigned int tries; /* keyingtries; 0: for ever */
	bool keep; /* auto=start, keep: up again, even if the peer closed it */
	bool may_begin; /* the peer's address is known */
	enum intent_end dead, closed; /* dpdaction, closeaction */
};

struct intent {
	enum intent_state state;
	bool wanted; /* by a command, or by auto= */
	unsigned int failures; /* in a row */
	unsigned int children; /* CHILD_SAs that are up */
	enum reason last; /* why the last try failed, or it went down */
	int64_t since; /* of the state, ms */
	int64_t retry_at; /* WAITING */
	struct timer timer; /* the owner's: it is set to retry_at */
};

#define INTENT_FIRST_MS 1000 /* before the second try */
#define INTENT_LONGEST_MS 60000 /* between tries, of failures that may pass */
#define INTENT_FATAL_MS 300000 /* and of those that somebody has to cure */

/* What to do now. */
enum intent_do {
	INTENT_NOTHING,
	INTENT_BEGIN, /* have the engine bring it up */
	INTENT_WAIT, /* the timer is to be set to retry_at */
	INTENT_GIVE_UP, /* nobody tries any more: say so */
};

/* Somebody wants it up: a command, auto=, a packet that waits, an unknown SPI. lasting: until somebody says no. */
enum intent_do intent_want(struct intent *in, const struct intent_rules *r, bool lasting, int64_t now);
/* Nobody does. */
void intent_drop(struct intent *in, int64_t now);
/* A CHILD_SA came up, whoever began. */
void intent_up(struct intent *in, int64_t now);
/* A try failed. random: any number, for the jitter. */
enum intent_do intent_failed(struct intent *in, const struct intent_rules *r, enum reason reason, int64_t now,
			     uint32_t random);
/* A CHILD_SA went, for this reason; of several the last counts. */
enum intent_do intent_down(struct intent *in, const struct intent_rules *r, enum reason reason, int64_t now,
			   uint32_t random);
/* The timer fired, or something changed that may help: an address, a route, an unknown SPI of the peer. */
enum intent_do intent_retry(struct intent *in, const struct intent_rules *r, int64_t now);

const char *intent_state_name(enum intent_state state); /* "waiting" */

#endif /* CONN_INTENT_H */
