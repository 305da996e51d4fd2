/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unique.h - several IKE_SAs with one peer: INITIAL_CONTACT, uniqueids=, and two that crossed. */
#ifndef IKE_UNIQUE_H
#define IKE_UNIQUE_H

#include <stdbool.h>

struct id;
struct ike_sa;

/* Is there another established one with this identity of the peer? id NULL: that is not known, so yes. */
bool unique_others(const struct ike_sa *sa, const struct id *id);
/* Responder: uniqueids=keep refuses who is there already. */
bool unique_may(const struct ike_sa *sa);
/* The peer of sa is authenticated: end those that it makes superfluous. initial: the peer knows no other. */
void unique_established(struct ike_sa *sa, bool initial);

#endif /* IKE_UNIQUE_H */
