// SPDX-License-Identifier: GPL-2.0-only
/*
 * lifetime.c - the time limits of all SAs of a namespace on one clock: a wheel of four levels of
 * 16 buckets (1, 16, 256, 4096 seconds), so that only what expires or changes level is touched.
 */
#include <linux/ktime.h>
#include <linux/timekeeping.h>
#include "sa_priv.h"

#define LEVEL_BITS 4
#define LEVEL_SIZE 16 /* 2^LEVEL_BITS */
#define LEVELS 4
#define NEVER U64_MAX

/* The clock keeps running in suspend: a key grows old there too. */
static u64 seconds(void)
{
	return ktime_get_boottime_seconds();
}

/* When a clock begins: rounded up, for nothing may expire early. */
static u64 beginning(void)
{
	return DIV_ROUND_UP_ULL(ktime_get_boottime_ns(), NSEC_PER_SEC);
}

static u64 deadline(u64 since, u64 limit)
{
	return since && limit ? since + limit : NEVER;
}

/* When must this SA be looked at next? sa->lock held. */
static u64 next_due(const struct nfi_sa *sa)
{
	const struct nfi_lifetime *l = &sa->life;
	const struct nfi_sa_clock *c = &sa->clock;
	u64 due = min(deadline(c->added, l->hard_add), deadline(c->used, l->hard_use));

	if (!(sa->expired & BIT(NFI_EV_ADD_TIME)))
		due = min(due, deadline(c->added, l->soft_add));
	if (!(sa->expired & BIT(NFI_EV_USE_TIME)))
		due = min(due, deadline(c->used, l->soft_use));
	return due;
}

static unsigned int level_shift(unsigned int level)
{
	return level * LEVEL_BITS;
}

static struct list_head *bucket(struct nfi_sad *sad, unsigned int level, u64 time)
{
	unsigned int i = (time >> level_shift(level)) & (LEVEL_SIZE - 1);

	return &sad->life_wheel[level * LEVEL_SIZE + i];
}

/* Wake the clock at this second; life_lock held. */
static void wake_at(struct nfi_net *nn, u64 time)
{
	u64 now = ktime_get_boottime_ns(), then = time * NSEC_PER_SEC;
	u64 delay = then > now ? nsecs_to_jiffies64(then - now) + 1 : 0;

	if (time >= nn->sad.life_wake || READ_ONCE(nn->dying))
		return;
	nn->sad.life_wake = time;
	mod_delayed_work(system_wq, &nn->sad.life_work, min_t(u64, delay, MAX_JIFFY_OFFSET));
}

/*
 * Put an SA where its time is; life_lock held. Returns the second when its bucket must be looked
 * at. Buckets hold what lies in the 16 units that follow life_now on their level.
 */
static u64 place(struct nfi_sad *sad, struct nfi_sa *sa)
{
	u64 time = sa->clock.due;
	unsigned int level = 0;

	if (time <= sad->life_now) {
		list_move_tail(&sa->life_node, &sad->life_due);
		return sad->life_now;
	}
	time = min(time, sad->life_now + (1U << level_shift(LEVELS)) - 1);
	while ((time - sad->life_now) >> level_shift(level + 1))
		level++;
	list_move_tail(&sa->life_node, bucket(sad, level, time));
	return time >> level_shift(level) << level_shift(level);
}

static void remove(struct nfi_sad *sad, struct nfi_sa *sa)
{
	if (list_empty(&sa->life_node))
		return;
	list_del_init(&sa->life_node);
	sad->life_count--;
}

/* (Re)start the clock of an SA; life_lock held. */
static void arm(struct nfi_sa *sa)
{
	struct nfi_sad *sad = &sa->nn->sad;
	bool dead;

	remove(sad, sa);
	spin_lock(&sa->lock);
	sa->clock.due = next_due(sa);
	dead = sa->dead;
	spin_unlock(&sa->lock);
	if (dead || sa->clock.due == NEVER)
		return;
	if (!sad->life_count++)
		sad->life_now = seconds();
	wake_at(sa->nn, place(sad, sa));
}

/* The first second after life_now in which a bucket must be looked at; life_lock held. */
static u64 next_tick(struct nfi_sad *sad)
{
	u64 tick = list_empty(&sad->life_due) ? NEVER : sad->life_now;
	unsigned int level, i;

	for (level = 0; level < LEVELS; level++) {
		u64 unit = sad->life_now >> level_shift(level);

		for (i = 1; i <= LEVEL_SIZE; i++) {
			u64 time = (unit + i) << level_shift(level);

			if (!list_empty(bucket(sad, level, time))) {
				tick = min(tick, time);
				break;
			}
		}
	}
	return tick;
}

/* Move the wheel on to this second: what begins now comes down from the higher levels. */
static void turn(struct nfi_sad *sad, u64 time)
{
	unsigned int level = LEVELS;
	struct nfi_sa *sa, *next;
	LIST_HEAD(moved);

	sad->life_now = time;
	while (level--) {
		if (time & ((1U << level_shift(level)) - 1))
			continue;
		list_splice_tail_init(bucket(sad, level, time), &moved);
	}
	list_for_each_entry_safe(sa, next, &moved, life_node)
		place(sad, sa);
}

/* The next SA whose time has come, with a reference. NULL: none. */
static struct nfi_sa *pop_due(struct nfi_sad *sad)
{
	u64 now = seconds(), tick;
	struct nfi_sa *sa;

	spin_lock_bh(&sad->life_lock);
	while (list_empty(&sad->life_due)) {
		tick = next_tick(sad);
		if (tick > now)
			break;
		turn(sad, tick);
	}
	sa = list_first_entry_or_null(&sad->life_due, struct nfi_sa, life_node);
	if (sa) {
		remove(sad, sa);
		nfi_sa_get(sa);
	}
	spin_unlock_bh(&sad->life_lock);
	return sa;
}

static void judge(struct nfi_sa *sa, struct nfi_limits *lim)
{
	const struct nfi_lifetime *l = &sa->life;
	const struct nfi_sa_clock *c = &sa->clock;
	u64 now = seconds();
	u16 soft = 0;

	if (now >= deadline(c->added, l->hard_add))
		lim->hard = NFI_EV_ADD_TIME;
	else if (now >= deadline(c->used, l->hard_use))
		lim->hard = NFI_EV_USE_TIME;
	if (now >= deadline(c->added, l->soft_add))
		soft |= BIT(NFI_EV_ADD_TIME);
	if (now >= deadline(c->used, l->soft_use))
		soft |= BIT(NFI_EV_USE_TIME);
	lim->soft = soft & ~sa->expired;
	sa->expired |= soft;
	if (lim->hard)
		WRITE_ONCE(sa->dead, 1);
}

static void expire(struct nfi_sa *sa)
{
	struct nfi_limits lim = {};

	spin_lock_bh(&sa->lock);
	if (!sa->dead)
		judge(sa, &lim);
	spin_unlock_bh(&sa->lock);
	nfi_limits_tell(sa, &lim);
	nfi_life_changed(sa);
}

static void life_work(struct work_struct *work)
{
	struct nfi_sad *sad = container_of(to_delayed_work(work), struct nfi_sad, life_work);
	struct nfi_net *nn = container_of(sad, struct nfi_net, sad);
	struct nfi_sa *sa;
	u64 tick;

	while (!READ_ONCE(nn->dying) && (sa = pop_due(sad))) {
		expire(sa);
		nfi_sa_put(sa);
		cond_resched();
	}
	spin_lock_bh(&sad->life_lock);
	sad->life_wake = NEVER;
	tick = next_tick(sad);
	if (tick != NEVER)
		wake_at(nn, tick);
	spin_unlock_bh(&sad->life_lock);
}

void nfi_life_added(struct nfi_sa *sa)
{
	spin_lock_bh(&sa->nn->sad.life_lock);
	sa->clock.added = beginning();
	arm(sa);
	spin_unlock_bh(&sa->nn->sad.life_lock);
}

void nfi_life_used(struct nfi_sa *sa)
{
	spin_lock_bh(&sa->nn->sad.life_lock);
	if (!sa->clock.used) {
		sa->clock.used = beginning();
		arm(sa);
	}
	spin_unlock_bh(&sa->nn->sad.life_lock);
}

void nfi_life_changed(struct nfi_sa *sa)
{
	spin_lock_bh(&sa->nn->sad.life_lock);
	arm(sa);
	spin_unlock_bh(&sa->nn->sad.life_lock);
}

void nfi_life_stop(struct nfi_sa *sa)
{
	spin_lock_bh(&sa->nn->sad.life_lock);
	remove(&sa->nn->sad, sa);
	spin_unlock_bh(&sa->nn->sad.life_lock);
}

void nfi_life_init(struct nfi_net *nn)
{
	struct nfi_sad *sad = &nn->sad;
	unsigned int i;

	spin_lock_init(&sad->life_lock);
	for (i = 0; i < ARRAY_SIZE(sad->life_wheel); i++)
		INIT_LIST_HEAD(&sad->life_wheel[i]);
	INIT_LIST_HEAD(&sad->life_due);
	INIT_DELAYED_WORK(&sad->life_work, life_work);
	sad->life_wake = NEVER;
	BUILD_BUG_ON(ARRAY_SIZE(sad->life_wheel) != LEVELS * LEVEL_SIZE);
}

void nfi_life_exit(struct nfi_net *nn)
{
	cancel_delayed_work_sync(&nn->sad.life_work);
}
