/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collide.h - what both ends ask of each other at the same moment, RFC 7296 2.25. */
#ifndef IKE2_COLLIDE_H
#define IKE2_COLLIDE_H

#include <stdint.h>

struct ike_sa;

/* What the peer asks. */
enum collide_ask { ASK_NEW_CHILD, ASK_REKEY_CHILD, ASK_REKEY_IKE, ASK_DELETE_CHILD, ASK_DELETE_IKE, COLLIDE_ASKS };

/* What we have asked and have no answer to. */
enum collide_mine {
	MINE_NOTHING,
	MINE_NEW_CHILD,
	MINE_REKEY_SAME, /* the child that the peer means */
	MINE_REKEY_OTHER,
	MINE_DELETE_SAME,
	MINE_DELETE_OTHER,
	MINE_REKEY_IKE,
	MINE_DELETE_IKE,
	COLLIDE_MINES
};

enum collide {
	COLLIDE_ACCEPT, /* as if nothing were under way */
	COLLIDE_CROSSED, /* do it; when our answer comes, the lowest nonce loses */
	COLLIDE_TEMPORARY, /* TEMPORARY_FAILURE */
	COLLIDE_SILENT, /* both delete the same: nothing to name in the answer */
};

enum collide collide_table(enum collide_ask ask, enum collide_mine mine);
/* The same for what this IKE_SA has under way; child: the id that the peer means, or 0. */
enum collide collide_judge(const struct ike_sa *sa, enum collide_ask ask, uint32_t child);

#endif /* IKE2_COLLIDE_H */
