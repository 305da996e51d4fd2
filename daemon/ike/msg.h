/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * msg.h - a message of IKE: header and chain of payloads, decoded once into a struct of fixed size. Pure:
 * no memory, no log, no state. Works for what is outside of the encrypted payload and, in a second
 * call, for what was inside.
 */
#ifndef IKE_MSG_H
#define IKE_MSG_H

#include "base/reason.h"
#include "base/wr.h"
#include "ike/payload.h"

#define MSG_HEADER 28 /* octets */
#define MSG_MAX \
	65535 /* octets of a message, fragments put together; RFC 7296 2 asks for 3000 */
#define MSG_PAYLOADS 200 /* of any kind in one chain */

/* clang-format off */
enum msg_exchange {
#define EXCHANGE(id, value, name) MSG_##id = (value),
#include "ike/payloads.def"
#undef EXCHANGE
};
/* clang-format on */

enum {
	MSG_INITIATOR = 0x08,
	MSG_VERSION = 0x10,
	MSG_RESPONSE = 0x20
}; /* flags; version: a higher one is possible */

struct msg_header {
	uint64_t spi_i, spi_r;
	uint8_t next; /* first payload */
	uint8_t major, minor;
	uint8_t exchange; /* enum msg_exchange, or what the peer sent */
	uint8_t flags;
	uint32_t id;
	uint32_t length;
};

#define MSG_NOTIFIES 64
#define MSG_CERTS 16
#define MSG_CERTREQS 16
#define MSG_DELETES 8
#define MSG_VIDS 32

/* What is not in present (outside) or inner (inside of SK) is undefined or, of the counts, 0. */
struct ike_msg {
	struct msg_header h;
	uint64_t present, inner; /* PL_BIT of types */
	/* what is wrong, for the log and UNSUPPORTED_CRITICAL_PAYLOAD: a type, its offset, 0: none */
	struct {
		uint8_t type;
		size_t at; /* in the message, or in the inner octets */
	} bad;
	unsigned int skipped; /* unknown payloads that were not critical */

	struct offer sa;
	struct pl_ke ke;
	struct pl_nonce nonce;
	struct id idi, idr;
	struct span idi_body,
		idr_body; /* as they came: AUTH covers reserved octets, too */
	struct pl_auth auth;
	struct ts_list tsi, tsr;
	struct pl_cp cp;
	struct pl_eap eap;
	unsigned int nnotify, ncert, ncertreq, ndel, nvid;
	struct pl_notify notify[MSG_NOTIFIES];
	struct pl_cert cert[MSG_CERTS];
	struct pl_certreq certreq[MSG_CERTREQS];
	struct pl_delete del[MSG_DELETES];
	struct pl_vid vid[MSG_VIDS];

	/* The encrypted payload is the last; its next-payload field names the first inside. */
	struct pl_sk sk;
	struct pl_skf skf;
	uint8_t sk_next;
	struct span
		aad; /* from the header to what is before sk.data or skf.data */
};

/*
 * The header alone. R_NONE; R_SHORT: no header; R_LENGTH: length is not that of the datagram. The version
 * is not judged. No non-ESP marker in front.
 */
enum reason msg_header(struct span datagram, struct msg_header *h);

/*
 * Header and payloads. Every field of m is set. R_NONE; the above; R_MALFORMED: a payload that lies about its
 * length, makes no sense, is there twice or too often (m->bad); R_CRITICAL: a critical one that is
 * unknown (m->bad.type). What comes first counts.
 */
enum reason msg_decode(struct span datagram, struct ike_msg *m);

/* What SK held, beginning with type first (m->sk_next): added to m, seen in m->inner. plain has to stay. */
enum reason msg_decode_inner(struct ike_msg *m, uint8_t first,
			     struct span plain);

/* The first notification of that type; NULL: none. */
const struct pl_notify *msg_notify(const struct ike_msg *m, uint16_t type);
/* The first that is an error; NULL: none. */
const struct pl_notify *msg_error(const struct ike_msg *m);

/* "IKE_AUTH request 1 { IDi CERT AUTH SA TSi TSr N(INITIAL_CONTACT) }". Returns buf. */
const char *msg_text(const struct ike_msg *m, char *buf, size_t n);
const char *
msg_exchange_name(uint8_t exchange); /* "exchange 99" is "unknown" */
const char *msg_payload_name(uint8_t type); /* "unknown" */

/* Writing ------------------------------------------------------------------------------------- */

/* A chain of payloads, with or without a header before it. */
struct msg_wr {
	struct wr w;
	uint8_t first; /* type of the first payload */
	size_t next_at; /* where the type of the next goes; SIZE_MAX: into first */
	bool header;
};

/* A message in buf; h->next and h->length need no values. */
struct msg_wr msg_begin(void *buf, size_t room, const struct msg_header *h);
/* What is going to be inside of SK; its first type is w.first. */
struct msg_wr msg_begin_inner(void *buf, size_t room);
/* For pl_*.c and sk.c: a payload begins; the mark is for msg_close. */
size_t msg_open(struct msg_wr *w, uint8_t type);
void msg_close(struct msg_wr *w, size_t mark);
/* Complete lengths; the octets, or empty with p NULL if anything did not fit. */
struct span msg_end(struct msg_wr *w);

/* A notification about nothing in particular; data may be empty. */
void msg_put_notify(struct msg_wr *w, uint16_t type, struct span data);

#endif /* IKE_MSG_H */
