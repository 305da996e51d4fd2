// SPDX-License-Identifier: GPL-2.0-or-later
/* loop.c - the only file that knows libev. */
#include "base/loop.h"

#include <ev.h>
#include <stdlib.h>

#include "base/mem.h"

#define SIGNALS 8

struct sig {
	struct ev_signal ev;
	loop_cb *cb;
	void *arg;
};

struct loop {
	struct ev_loop *ev;
	struct ev_timer timer;
	struct ev_prepare prepare;
	int64_t (*before)(void *arg);
	void *arg;
	unsigned int nsignals;
	struct sig sig[SIGNALS];
};

struct loop_fd {
	struct ev_io ev;
	struct loop *loop;
	loop_cb *cb;
	void *arg;
};

static void on_fd(struct ev_loop *ev, struct ev_io *io, int revents)
{
	struct loop_fd *w = io->data;

	(void)ev;
	(void)revents;
	w->cb(w->arg);
}

static void on_signal(struct ev_loop *ev, struct ev_signal *s, int revents)
{
	struct sig *sig = s->data;

	(void)ev;
	(void)revents;
	sig->cb(sig->arg);
}

/* That it fired is enough: what is due is done before the next wait. */
static void on_timer(struct ev_loop *ev, struct ev_timer *t, int revents)
{
	(void)ev;
	(void)t;
	(void)revents;
}

static void on_prepare(struct ev_loop *ev, struct ev_prepare *p, int revents)
{
	struct loop *l = p->data;
	int64_t ms = l->before ? l->before(l->arg) : -1;

	(void)revents;
	ev_timer_stop(ev, &l->timer);
	if (ms < 0)
		return;
	ev_now_update(ev);
	ev_timer_set(&l->timer, (double)ms / 1000, 0.);
	ev_timer_start(ev, &l->timer);
}

struct loop *loop_new(void)
{
	struct loop *l = mem_new(sizeof(*l));

	l->ev = ev_default_loop(EVFLAG_AUTO);
	if (!l->ev)
		mem_exhausted(sizeof(*l));
	ev_timer_init(&l->timer, on_timer, 0., 0.);
	ev_prepare_init(&l->prepare, on_prepare);
	l->prepare.data = l;
	ev_prepare_start(l->ev, &l->prepare);
	return l;
}

void loop_free(struct loop *l)
{
	unsigned int i;

	if (!l)
		return;
	for (i = 0; i < l->nsignals; i++)
		ev_signal_stop(l->ev, &l->sig[i].ev);
	ev_timer_stop(l->ev, &l->timer);
	ev_prepare_stop(l->ev, &l->prepare);
	ev_loop_destroy(l->ev);
	free(l);
}

static int events_of(unsigned int what)
{
	return (what & LOOP_READ ? EV_READ : 0) | (what & LOOP_WRITE ? EV_WRITE : 0);
}

struct loop_fd *loop_add(struct loop *l, int fd, unsigned int what, loop_cb *cb, void *arg)
{
	struct loop_fd *w = mem_new(sizeof(*w));

	w->loop = l;
	w->cb = cb;
	w->arg = arg;
	ev_io_init(&w->ev, on_fd, fd, events_of(what));
	w->ev.data = w;
	ev_io_start(l->ev, &w->ev);
	return w;
}

void loop_change(struct loop_fd *w, unsigned int what)
{
	int fd = w->ev.fd;

	ev_io_stop(w->loop->ev, &w->ev);
	ev_io_set(&w->ev, fd, events_of(what));
	ev_io_start(w->loop->ev, &w->ev);
}

void loop_del(struct loop_fd *w)
{
	if (!w)
		return;
	ev_io_stop(w->loop->ev, &w->ev); /* and is no longer pending */
	free(w);
}

void loop_signal(struct loop *l, int number, loop_cb *cb, void *arg)
{
	struct sig *s = &l->sig[l->nsignals];

	if (l->nsignals == SIGNALS)
		return;
	l->nsignals++;
	s->cb = cb;
	s->arg = arg;
	ev_signal_init(&s->ev, on_signal, number);
	s->ev.data = s;
	ev_signal_start(l->ev, &s->ev);
}

void loop_before(struct loop *l, int64_t (*cb)(void *arg), void *arg)
{
	l->before = cb;
	l->arg = arg;
}

void loop_run(struct loop *l)
{
	ev_run(l->ev, 0);
}

void loop_stop(struct loop *l)
{
	ev_break(l->ev, EVBREAK_ALL);
}
