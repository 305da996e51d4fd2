/* SPDX-License-Identifier: GPL-2.0-or-later */
/* timers.h - everything that happens because time passed; nobody else arms a timer. */
#ifndef IKE_TIMERS_H
#define IKE_TIMERS_H

#include <stdint.h>

struct child;
struct ike;
struct ike_sa;
struct task;

void timers_init(struct ike_sa *sa);
void timers_stop(struct ike_sa *sa);

/* What happened to an IKE_SA. */
void timers_half_open(struct ike_sa *sa);
void timers_established(struct ike_sa *sa);
void timers_sent(struct ike_sa *sa, struct task *task); /* once more, or for the first time */
void timers_answered(struct ike_sa *sa);
void timers_suspended(struct ike_sa *sa); /* the answer is there, but not ours to it */
void timers_queued(struct ike_sa *sa, int64_t not_before);
int64_t timers_retry(const struct ike *ike); /* when to ask again for what is not possible now */
void timers_rekey_failed(struct ike_sa *sa);
void timers_replaced(struct ike_sa *sa); /* whoever made the new one deletes it; but not for ever */
void timers_dead(struct ike_sa *sa);

/* What happened to a CHILD_SA. */
void timers_child_init(struct child *c);
void timers_child_stop(struct child *c);
void timers_child_made(struct child *c);
void timers_child_rekey_failed(struct child *c);
void timers_child_replaced(struct child *c);
void timers_child_linger(struct child *c);

#endif /* IKE_TIMERS_H */
