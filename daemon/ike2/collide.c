// SPDX-License-Identifier: GPL-2.0-or-later
/* collide.c - the table of collisions. */
#include "ike2/collide.h"

#include "ike/sa.h"

/* clang-format off */
static const uint8_t table[COLLIDE_ASKS][COLLIDE_MINES] = {
#define A COLLIDE_ACCEPT
#define X COLLIDE_CROSSED
#define T COLLIDE_TEMPORARY
#define S COLLIDE_SILENT
	/* mine:	      nothing new rekey:same other delete:same other rekey-ike delete-ike */
	[ASK_NEW_CHILD]	   = { A,     A,  A,         A,    A,          A,    T,        T },
	[ASK_REKEY_CHILD]  = { A,     A,  X,         A,    T,          A,    T,        T },
	[ASK_REKEY_IKE]	   = { A,     T,  T,         T,    T,          T,    X,        T },
	[ASK_DELETE_CHILD] = { A,     A,  A,         A,    S,          A,    A,        A },
	[ASK_DELETE_IKE]   = { A,     A,  A,         A,    A,          A,    A,        A },
#undef A
#undef X
#undef T
#undef S
};
/* clang-format on */

enum collide collide_table(enum collide_ask ask, enum collide_mine mine)
{
	return table[ask][mine];
}

static enum collide_mine mine(const struct task *t, uint32_t child)
{
	if (!t || t->blocked)
		return MINE_NOTHING;
	switch (t->kind) {
	case TASK_DELETE_IKE:
		return MINE_DELETE_IKE;
	case TASK_DELETE_CHILD:
		return t->child == child ? MINE_DELETE_SAME : MINE_DELETE_OTHER;
	case TASK_DELETE_SPI:
		return MINE_DELETE_OTHER;
	case TASK_REKEY_IKE:
		return MINE_REKEY_IKE;
	case TASK_REKEY_CHILD:
		return t->child == child ? MINE_REKEY_SAME : MINE_REKEY_OTHER;
	case TASK_NEW_CHILD:
		return MINE_NEW_CHILD;
	case TASK_INIT:
	case TASK_AUTH:
	case TASK_LIVENESS:
	case TASK_KINDS:
		break;
	}
	return MINE_NOTHING;
}

enum collide collide_judge(const struct ike_sa *sa, enum collide_ask ask, uint32_t child)
{
	return collide_table(ask, mine(sa->win.active, child));
}
