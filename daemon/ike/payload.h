/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * payload.h - the payloads of IKEv2 as structs; each has its reader and its writer side by side in a file
 * pl_*.c. payloads.def lists them, msg.h walks chains of them.
 *
 * pl_x_read takes the body, behind the generic header, from a reader bounded to it; false: malformed. The
 * spans it fills in point into the message. pl_x_write appends the payload with its header to a chain of
 * msg.h; what cannot be written makes the writer fail.
 */
#ifndef IKE_PAYLOAD_H
#define IKE_PAYLOAD_H

#include "base/rd.h"
#include "ike/id.h"
#include "ike/proposal.h"
#include "ike/ts.h"

struct msg_wr;

/* clang-format off */
enum pl_type {
	PL_NONE,
#define PAYLOAD_ONE(id, type, name, what, field) PL_##id = (type),
#define PAYLOAD_MANY(id, type, name, what, field, max) PL_##id = (type),
#define PAYLOAD_SKIP(id, type, name) PL_##id = (type),
#include "ike/payloads.def"
#undef PAYLOAD_ONE
#undef PAYLOAD_MANY
#undef PAYLOAD_SKIP
};
/* clang-format on */

/* A set of payload types; all known ones are below 64. */
#define PL_BIT(type) (UINT64_C(1) << (type))

/* Protocol IDs of proposals, notifications and deletes. */
enum ike_proto { IKE_PROTO_NONE, IKE_PROTO_IKE, IKE_PROTO_AH, IKE_PROTO_ESP };

struct pl_ke {
	uint16_t group;
	struct span data;
};

struct pl_nonce {
	struct span data; /* 16 to 256 octets, RFC 7296 3.9 */
};

struct pl_auth {
	uint8_t method; /* RFC 7296 3.8: 2 shared key, 14 digital signature, ... */
	struct span data;
};

struct pl_cert {
	uint8_t encoding; /* 4: X.509 signature, 11 raw RSA, 12 hash and URL, 15 raw public key */
	struct span data;
};

struct pl_certreq {
	uint8_t encoding;
	struct span data; /* for X.509, SHA-1 hashes of 20 octets each */
};

struct pl_notify {
	uint8_t proto; /* enum ike_proto */
	uint16_t type; /* notify.h */
	struct span spi; /* 0, 4 or 8 octets */
	struct span data;
};

struct pl_delete {
	uint8_t proto;
	uint8_t spi_size; /* 4; 0 for an IKE_SA */
	uint16_t n;
	struct span spis; /* n of spi_size octets */
};

struct pl_vid {
	struct span data;
};

/* Configuration, RFC 7296 3.15. */
#define PL_CP_ATTRS 32
enum pl_cp_kind { PL_CP_REQUEST = 1, PL_CP_REPLY, PL_CP_SET, PL_CP_ACK };
struct pl_cp {
	uint8_t kind; /* enum pl_cp_kind, or what the peer sent */
	uint8_t n;
	struct pl_cp_attr {
		uint16_t type; /* 1: INTERNAL_IP4_ADDRESS, ... */
		struct span value;
	} attr[PL_CP_ATTRS];
};

struct pl_eap {
	struct span data; /* the EAP packet; its own length field agrees */
};

/* Not opened yet: initialisation vector to ICV. */
struct pl_sk {
	struct span data;
};

/* RFC 7383 2.5 */
struct pl_skf {
	uint16_t number, total; /* 1 <= number <= total */
	struct span data;
};

/* SA, IDi and IDr, TSi and TSr are the structs of proposal.h, id.h and ts.h. */
bool pl_sa_read(struct rd *r, struct offer *sa);
void pl_sa_write(struct msg_wr *w, const struct offer *sa);
bool pl_ke_read(struct rd *r, struct pl_ke *ke);
void pl_ke_write(struct msg_wr *w, const struct pl_ke *ke);
bool pl_nonce_read(struct rd *r, struct pl_nonce *nonce);
void pl_nonce_write(struct msg_wr *w, const struct pl_nonce *nonce);
bool pl_id_read(struct rd *r, struct id *id);
void pl_id_write(struct msg_wr *w, enum pl_type type,
		 const struct id *id); /* PL_IDI, PL_IDR */
bool pl_auth_read(struct rd *r, struct pl_auth *auth);
void pl_auth_write(struct msg_wr *w, const struct pl_auth *auth);
bool pl_cert_read(struct rd *r, struct pl_cert *cert);
void pl_cert_write(struct msg_wr *w, const struct pl_cert *cert);
bool pl_certreq_read(struct rd *r, struct pl_certreq *req);
void pl_certreq_write(struct msg_wr *w, const struct pl_certreq *req);
bool pl_ts_read(struct rd *r, struct ts_list *ts);
void pl_ts_write(struct msg_wr *w, enum pl_type type,
		 const struct ts_list *ts); /* PL_TSI, PL_TSR */
bool pl_notify_read(struct rd *r, struct pl_notify *notify);
void pl_notify_write(struct msg_wr *w, const struct pl_notify *notify);
bool pl_delete_read(struct rd *r, struct pl_delete *del);
void pl_delete_write(struct msg_wr *w, const struct pl_delete *del);
bool pl_vid_read(struct rd *r, struct pl_vid *vid);
void pl_vid_write(struct msg_wr *w, const struct pl_vid *vid);
bool pl_cp_read(struct rd *r, struct pl_cp *cp);
void pl_cp_write(struct msg_wr *w, const struct pl_cp *cp);
bool pl_eap_read(struct rd *r, struct pl_eap *eap);
void pl_eap_write(struct msg_wr *w, const struct pl_eap *eap);
bool pl_sk_read(struct rd *r, struct pl_sk *sk);
bool pl_skf_read(struct rd *r, struct pl_skf *skf);

#endif /* IKE_PAYLOAD_H */
