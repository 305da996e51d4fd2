/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proposal.h - what is offered for an SA (RFC 7296 3.3), and what both want. The same struct holds what a
 * message says, what the configuration says, and what is sent. All of it is pure.
 *
 * Of several proposals the responder takes the first of his own for which the peer offers one, and of each
 * transform type the first of his own that the peer offers, too: the order of the responder's configuration
 * counts, as with strongSwan. Only the key exchange group goes by the KE payload that came, if it is
 * acceptable, for that saves a round trip.
 */
#ifndef IKE_PROPOSAL_H
#define IKE_PROPOSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

struct conf_props;

/* Stock strongSwan sends 2 proposals of up to 45 transforms, Windows up to 18 proposals. */
#define OFFER_PROPOSALS 40
#define OFFER_TRANSFORMS 320 /* of all proposals together */

struct transform {
	uint8_t type; /* enum alg_type of crypto/alg.h, or what the peer sent */
	bool odd; /* has attributes that we do not know: never chosen, RFC 7296 3.3.6 */
	uint16_t id;
	uint16_t keybits; /* Key Length attribute; 0: not there */
};

struct proposal {
	uint8_t num; /* from 1 */
	uint8_t proto; /* enum ike_proto */
	uint8_t spi_len; /* 0, 4, 8 */
	uint8_t spi[8];
	uint16_t first, n; /* in offer.t */
};

struct offer {
	uint16_t nproposals, ntransforms;
	struct proposal p[OFFER_PROPOSALS];
	struct transform t[OFFER_TRANSFORMS];
};

/* What was chosen: one of each; the type's 0 (none, no ESN) for what the proposal has not. */
struct choice {
	uint8_t num, proto, spi_len;
	uint8_t spi[8]; /* of the peer */
	uint16_t encr, keybits; /* keybits 0: the cipher has one size */
	uint16_t prf, integ, ke;
	bool esn;
};

/* Where the offer is used. */
enum offer_use {
	OFFER_IKE, /* IKE_SA_INIT, rekeying an IKE_SA */
	OFFER_FIRST, /* the CHILD_SA of IKE_AUTH: never a group */
	OFFER_CHILD, /* CREATE_CHILD_SA: groups if there is to be PFS */
};

/* The beginning of an offer; proposals, then their transforms. False: full. */
void offer_init(struct offer *o);
bool offer_add(struct offer *o, uint8_t proto, const void *spi,
	       uint8_t spi_len);
bool offer_add_transform(struct offer *o, uint8_t type, uint16_t id,
			 uint16_t keybits);
/* Put the SPI into all proposals. Returns false for a length other than 0, 4 and 8. */
bool offer_set_spi(struct offer *o, const void *spi, uint8_t spi_len);

/* How a connection is configured: what its offers are made of. */
struct offer_conf {
	uint8_t proto; /* enum ike_proto */
	const struct conf_props
		*props; /* ike=, esp=, ah=; NULL: the defaults below */
	bool legacy; /* 3DES, MD5, groups 2 and 5 are allowed */
	bool pfs; /* CHILD_SAs: with a key exchange of their own */
	enum esn_want { ESN_WANT_EITHER, ESN_WANT_NO, ESN_WANT_YES } esn;
};
/*
 * Make the offer, best first, of what can be used. IKE and CHILD_SAs alike, as if for OFFER_CHILD: offer_for
 * takes away what a use does not need. R_NONE, or R_ALG_UNUSABLE with the name in culprit: nothing is left.
 *
 * Defaults: IKE AES-GCM-16 256 128, then AES-CBC with SHA2, then ChaCha20-Poly1305, PRF SHA2-512 256 384,
 * groups x25519 ecp256 ecp384 modp2048 3072 4096. ESP AES-GCM-16 256 128, AES-CBC with SHA2-256 512, ESN or not; with
 * PFS the same groups, or none, so that peers with either habit are content. AH SHA2-256 512.
 */
enum reason offer_from_conf(const struct offer_conf *conf, struct offer *o,
			    const char **culprit);
/* The proposals of all for one use. */
void offer_for(const struct offer *all, enum offer_use use, struct offer *o);
/* Put a group before the others of each proposal that has it: that of the IKE_SA is what most peers want. */
void offer_prefer_group(struct offer *o, uint16_t group);
/* The group to send a KE payload of: the first; 0: none. */
uint16_t offer_group(const struct offer *o);
bool offer_has_group(const struct offer *o, uint16_t group);

/*
 * Responder: choose. ours is offer_for the same use; group is that of the KE payload, or 0.
 * R_NONE; R_NO_PROPOSAL; R_GROUP: all is well but the group: send INVALID_KE_PAYLOAD with c->ke.
 */
enum reason proposal_choose(const struct offer *theirs,
			    const struct offer *ours, uint16_t group,
			    struct choice *c);
/* Of which transform types, as bits, the k-th of theirs and the i-th of ours have nothing in common. */
unsigned int proposal_differing(const struct offer *theirs, unsigned int k, const struct offer *ours, unsigned int i);
/*
 * Initiator: what the responder chose must be one proposal with one of each type of what was sent.
 * R_NONE; R_BAD_CHOICE.
 */
enum reason proposal_accept(const struct offer *sent, const struct offer *reply,
			    struct choice *c);
/* The answer to send: one proposal, with our SPI. */
void proposal_answer(const struct choice *c, const void *spi, uint8_t spi_len,
		     struct offer *o);
/* May a group be asked for by INVALID_KE_PAYLOAD: was it offered, and is it another than was sent? */
bool proposal_may_switch(const struct offer *sent, uint16_t sent_group,
			 uint16_t asked_group);

/* Texts, in the spelling of ipsec.conf; cut to fit. Return buf. */
const char *transform_name(uint8_t type, uint16_t id); /* "unknown" */
const char *choice_text(const struct choice *c, char *buf,
			size_t n); /* "aes256-gcm-16-prfsha512-x25519" */
const char *offer_text(const struct offer *o, char *buf,
		       size_t n); /* "aes256-..., aes128-..." */
/*
 * Why there is no proposal in common, as a sentence with the line to add:
 * "peer offers encryption 3des-cbc, we accept aes-gcm-16 256, aes-cbc 256; add esp=3des-sha1".
 */
const char *offer_difference(const struct offer *theirs,
			     const struct offer *ours, char *buf, size_t n);

#endif /* IKE_PROPOSAL_H */
