/* SPDX-License-Identifier: GPL-2.0-or-later */
/* natd.h - is there a NAT between the ends? RFC 7296 2.23. */
#ifndef IKE_NATD_H
#define IKE_NATD_H

#include <stdint.h>

struct ike_msg;
struct ike_sa;
struct msg_wr;

/* Both notifications, for a message from sa->local to sa->peer. */
void natd_put(struct msg_wr *w, const struct ike_sa *sa);
/* What those of a message from sa->peer to sa->local say, into sa->seen. */
void natd_check(struct ike_sa *sa, const struct ike_msg *msg);
/* After a NAT was found, or as the connection wants it: from now on by port 4500. */
void natd_float(struct ike_sa *sa);

#endif /* IKE_NATD_H */
