/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ts.h - traffic selectors (RFC 7296 2.9, 3.13): ranges of addresses, a protocol, ports. All of it is pure. */
#ifndef IKE_TS_H
#define IKE_TS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/reason.h"

struct conf_range;

#define TS_MAX 64 /* selectors of one payload */
#define TS_TEXT 192 /* room for one as text */

/* Any port is 0 to 65535; OPAQUE, of fragments and the like, is 65535 to 0. For ICMP, type * 256 + code. */
struct ts {
	uint8_t len; /* 4, 16: octets of an address */
	uint8_t proto; /* 0: any */
	uint16_t port_min, port_max;
	uint8_t first[16], last[16]; /* the rest is zero */
};

struct ts_list {
	uint8_t n;
	uint8_t skipped; /* of kinds that we do not know, as labels */
	struct ts v[TS_MAX];
};

/* Everything of one address, or of a prefix (octets behind it are cleared). */
struct ts ts_host(const struct addr *a);
struct ts ts_prefix(const uint8_t *b, uint8_t len, unsigned int plen);
/* One packet's, for the first selector of an acquire; of ICMP port is type * 256 + code. */
struct ts ts_packet(const struct addr *a, uint8_t proto, uint16_t port);
/* What leftsubnet= and the like say. False: no numeric addresses, or one that is excluded. */
bool ts_from_range(const struct conf_range *r, struct ts *ts);
/* Only what leftprotoport= says: its protocol and ports instead of those of ts. */
void ts_set_upper(struct ts *ts, const struct conf_range *protoport);

bool ts_valid(
	const struct ts *
		ts); /* ranges are no longer than they should be and not empty */
bool ts_equal(const struct ts *a, const struct ts *b);
bool ts_covers(const struct ts *wide, const struct ts *narrow);
bool ts_intersect(const struct ts *a, const struct ts *b,
		  struct ts *out); /* false: nothing in common */
bool ts_is_host(const struct ts *ts,
		const struct addr *a); /* its addresses are that one */
bool ts_is_prefix(const struct ts *ts, unsigned int *plen);

/* An address range as prefixes for the kernel; returns how many there are, and writes up to max. 254 at most. */
size_t ts_split(const struct ts *ts, struct ts *out, size_t max);

/*
 * Protocol and ports of a kernel policy for packets from one to the other (nl-proto: of ICMP, the source port is the
 * type, the destination port the code). False: no packet is in both, or types and codes are no rectangle.
 */
struct ts_upper {
	uint8_t proto;
	uint16_t sport_min, sport_max, dport_min, dport_max;
};
bool ts_to_upper(const struct ts *from, const struct ts *to, struct ts_upper *upper);

bool ts_list_add(struct ts_list *l, const struct ts *ts); /* false: full */
bool ts_list_covers(const struct ts_list *l,
		    const struct ts *ts); /* one of it does */
bool ts_list_equal(const struct ts_list *a,
		   const struct ts_list *b); /* in any order */

/*
 * Responder: what both want. asked is what came, ours the configuration of that side. What is covered by
 * another is left out. A first selector that is a packet's (one host, and a second that covers it; RFC 7296
 * 2.9) is not repeated, but what is chosen has to cover it: otherwise R_TS_FIRST.
 * R_NONE; R_NO_SELECTOR: nothing in common. *narrowed: less than was asked for.
 */
enum reason ts_narrow(const struct ts_list *asked, const struct ts_list *ours,
		      struct ts_list *out, bool *narrowed);
/* Initiator: every one of the answer has to be covered by one that was sent. R_NONE, R_TS_BAD_ANSWER. */
enum reason ts_accept(const struct ts_list *sent, const struct ts_list *answer,
		      bool *narrowed);

/*
 * The next combination for a peer that takes one pair at a time: i counts from 0; false: no more. The
 * families of both agree.
 */
bool ts_pair(const struct ts_list *local, const struct ts_list *peer, size_t i,
	     struct ts *l, struct ts *p);

/*
 * Transport mode through NAT (RFC 7296 2.23.1): where a selector is the single address from, put to.
 * Returns how many were changed.
 */
unsigned int ts_replace(struct ts_list *l, const struct addr *from,
			const struct addr *to);

/* How much two lists have in common, to find the closest conn: 0 nothing, more is nearer. */
unsigned int ts_nearness(const struct ts_list *a, const struct ts_list *b);

/* "10.0.1.0/24", "10.0.1.1-10.0.1.9", "10.0.1.0/24[tcp/80]", "2001:db8::/32[udp]". Returns buf. */
const char *ts_text(const struct ts *ts, char *buf, size_t n);
const char *ts_list_text(const struct ts_list *l, char *buf,
			 size_t n); /* "10.0.1.0/24, 10.0.2.0/24" */
/*
 * For R_NO_SELECTOR, of one side, keyword "leftsubnet" as it is in our file: "peer asks for 10.0.3.0/24, ours
 * is leftsubnet=10.0.2.0/24: they differ in bit 24; make both the same". Nothing if both are the same.
 */
const char *ts_difference(const struct ts_list *asked,
			  const struct ts_list *ours, const char *keyword,
			  char *buf, size_t n);

#endif /* IKE_TS_H */
