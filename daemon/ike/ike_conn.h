/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ike_conn.h - what a connection is to the engine: read-only, made by conn/ from the configuration (or by a
 * test), and kept by it for as long as the engine has it (ike_env.conn_get, conn_put).
 *
 * One connection is one CHILD_SA (with several selectors), and says how the IKE_SA that carries it is made.
 * Connections of equal ends, identities and authentication share an IKE_SA.
 */
#ifndef IKE_IKE_CONN_H
#define IKE_IKE_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"
#include "base/span.h"

struct id; /* ike/id.h */
struct ts; /* ike/ts.h */
struct offer; /* ike/proposal.h: what is offered and accepted, best first */
struct pubkey; /* crypto/pubkey.h */
struct pki; /* pki/: CAs and CRLs that a certificate is judged by */

/* How an end proves who it is; bits, for several are accepted of the peer. */
enum ike_auth_how {
	IKE_AUTH_PSK = 1,
	IKE_AUTH_RSA = 2,
	IKE_AUTH_ECDSA = 4,
	IKE_AUTH_EDDSA = 8,
	IKE_AUTH_NULL = 16,
};

enum ike_sendcert { IKE_SENDCERT_NEVER, IKE_SENDCERT_ASKED, IKE_SENDCERT_ALWAYS };
enum ike_yesno { IKE_NO, IKE_YES, IKE_FORCE }; /* fragmentation, encapsulation (YES: as needed) */
enum ike_unique { IKE_UNIQUE_NO, IKE_UNIQUE_YES, IKE_UNIQUE_KEEP, IKE_UNIQUE_REPLACE };

struct ike_end {
	struct endpoint at; /* addr.len 0: any (then the peer always begins); port 0: 500 */
	const struct id *id; /* NULL: %any, whatever the peer says (of the local end: its address) */
	unsigned int auth; /* enum ike_auth_how; of the local end exactly one */
	size_t nkeys; /* local: the public key whose private one signs; peer: raw keys that are believed */
	const struct pubkey *keys;
	size_t ncerts; /* local: ours, then its issuers, in DER */
	const struct span *certs;
	size_t nts; /* what is protected on this side; none: the end itself, whatever its address */
	const struct ts *ts;
};

struct ike_life {
	int64_t ms, margin_ms; /* hard end of an SA; how long before it is replaced. ms 0: for ever */
	unsigned int fuzz; /* per cent: margin is made longer at random by up to this */
	uint64_t bytes, margin_bytes, packets, margin_packets; /* 0: no limit; CHILD_SAs only */
};

struct ike_conn {
	const char *name; /* unique; an instance of an %any connection has one of its own */
	uint32_t reqid; /* ties policies to SAs; given by conn/, kept over reloads */
	struct ike_end local, peer;
	const struct pki *pki; /* NULL: no certificate is believed */
	enum ike_sendcert sendcert;

	const struct offer *ike; /* IKE_SA */
	const struct offer *child; /* ESP or AH; a group in it means PFS when keys are renewed */
	bool transport; /* type=transport */
	bool narrowing; /* fewer selectors than configured are good enough for us */
	bool one_pair; /* one CHILD_SA for each pair of selectors, from the beginning */
	bool no_tfc; /* tell the peer not to pad (ESP_TFC_PADDING_NOT_SUPPORTED) */
	uint16_t replay_window;

	struct ike_life ike_life, child_life;
	bool rekey; /* replace SAs before they end; false: let them end */
	bool reauth; /* a new IKE_SA authenticates again, before the old one goes */
	unsigned int retransmit_ms, retransmit_total_ms; /* first interval, doubled each time; the end */
	int64_t liveness_ms; /* unanswered traffic for so long makes us ask; 0: never */
	enum ike_yesno fragmentation, encap;
	unsigned int fragment_size; /* largest IP packet with a fragment; 0: 1280 (IPv6), 576 (IPv4) */
	bool keepalive; /* one octet to 4500 when we are behind a NAT */
	bool initial_contact;
	enum ike_unique unique;
	bool mobike;
};

#endif /* IKE_IKE_CONN_H */
