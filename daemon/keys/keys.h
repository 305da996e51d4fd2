/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keys.h - the companion that alone holds long-term secrets, from the daemon's side. The process that parses
 * what the network sends can ask for a proof, and never gets a secret.
 */
#ifndef KEYS_KEYS_H
#define KEYS_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "base/span.h"
#include "crypto/sig.h"

#define KEYS_ID 1100 /* octets of an identity as ipsec.secrets has it */
#define KEYS_OCTETS 70000 /* what is signed or authenticated: a datagram, a nonce, an identity */
#define KEYS_TEXT 512

enum keys_verb {
	KEYS_PSK = 1, /* prf(prf(secret, "Key Pad for IKEv2"), octets), RFC 7296 2.15 */
	KEYS_SIGN, /* by the private key of a public one */
	KEYS_PUBLIC, /* the public key of an identity's private one */
	KEYS_RELOAD, /* read ipsec.secrets again */
};

struct keys_question {
	uint64_t ticket;
	enum keys_verb verb;
	const char *me, *peer; /* PSK; me: PUBLIC, too */
	uint16_t prf; /* PSK */
	const struct pubkey *key; /* SIGN */
	struct sig_scheme scheme; /* SIGN; type: PUBLIC, too */
	struct span octets; /* PSK, SIGN: a digest, or of EdDSA the message */
	struct span octets_peer; /* PSK: what the peer proves */
};

struct keys_answer {
	uint64_t ticket;
	enum reason reason; /* R_NONE: done */
	uint32_t errors; /* RELOAD: of the file */
	size_t n;
	uint8_t b[PUBKEY_MAX]; /* SIGN; PSK: ours, then the peer's; PUBLIC: the key in DNS form */
	uint32_t bits; /* PUBLIC */
	char text[KEYS_TEXT]; /* which entry was taken, or what is missing; never a secret */
};

struct keys;

/* Fork it. It reads the file at once. NULL and a sentence in why: there are no processes left. */
struct keys *keys_start(const char *path, char *why, size_t n);
/* It ends by itself when nobody is left to ask it; NULL is fine. */
void keys_stop(struct keys *k);

/* Readable when an answer is there, or the companion has ended. */
int keys_fd(const struct keys *k);
/* The seam of the engine: jobs are answered later, by keys_read. */
struct sig_keeper *keys_keeper(struct keys *k);
/* Read the answers that are there, and call the done of their jobs. false: the companion has ended. */
bool keys_read(struct keys *k);

/* Ask and wait, a few seconds at most: for PUBLIC and RELOAD. false: no answer. */
bool keys_call(struct keys *k, const struct keys_question *q, struct keys_answer *a);

#endif /* KEYS_KEYS_H */
