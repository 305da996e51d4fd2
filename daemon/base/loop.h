/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loop.h - waits for descriptors, signals and the next timer; everything else happens between. By libev. */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

enum loop_what { LOOP_READ = 1, LOOP_WRITE = 2 };

struct loop;
struct loop_fd; /* a descriptor that is watched */

typedef void loop_cb(void *arg);

struct loop *loop_new(void);
void loop_free(struct loop *l); /* all descriptors were taken out */

struct loop_fd *loop_add(struct loop *l, int fd, unsigned int what, loop_cb *cb, void *arg);
/* Other events, bits of enum loop_what. */
void loop_change(struct loop_fd *w, unsigned int what);
/* From within its own callback, too; the descriptor stays open. NULL is fine. */
void loop_del(struct loop_fd *w);
void loop_signal(struct loop *l, int number, loop_cb *cb, void *arg);
/* Called before each wait; returns how many milliseconds the wait may last, -1: any time. */
void loop_before(struct loop *l, int64_t (*cb)(void *arg), void *arg);

void loop_run(struct loop *l); /* until loop_stop */
void loop_stop(struct loop *l);

#endif /* BASE_LOOP_H */
