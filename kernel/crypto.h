/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crypto.h - the transforms of algs.def over the kernel's crypto API; the only user of it.
 */
#ifndef NFI_CRYPTO_H
#define NFI_CRYPTO_H

#include <linux/netlink.h>
#include <linux/types.h>
#include "packet.h"

struct nfi_xform;

/* What esp.c and ah.c need to know of a transform, all in octets. */
struct nfi_xform_geo {
	u8 iv; /* explicit IV in the packet */
	u8 icv; /* ICV at the end (ESP) or in the header (AH) */
	u8 block; /* padding granularity of the cipher, at least 1 */
	u8 aead; /* bool */
	u8 nullenc; /* bool: payload is not confidential */
};

/*
 * nfi_xform_new - a transform with its keys
 * @msg: proto, enc_alg, enc_key, auth_alg, auth_key, flags (ESN, LEGACY) are read
 *
 * ESP: AEAD alone, or cipher with authentication, or NULL with authentication (ESP without
 * integrity is refused, RFC 8221 4); AH: authentication or AES_GMAC alone. Key lengths are exact.
 * A kernel algorithm that is missing is named in extack with the module that would provide it.
 * May sleep. Returns the transform or ERR_PTR(-errno) with extack text.
 */
struct nfi_xform *nfi_xform_new(const struct nfi_sa_msg *msg, struct netlink_ext_ack *extack);

/* nfi_xform_free - wipe and free; NULL is fine. May sleep. */
void nfi_xform_free(struct nfi_xform *xf);

const struct nfi_xform_geo *nfi_xform_geo(const struct nfi_xform *xf);

/*
 * nfi_xform_driver - find what this kernel offers for a row of algs.def
 * @kind: 1 encryption, 2 authentication
 * Writes the driver's name, returns 0, or -ENOENT with text (which module) in buf. May sleep.
 */
int nfi_xform_driver(u8 kind, u16 value, char *buf, size_t len);

/*
 * The cryptographic part of one packet.
 *
 * All of these work in place on the linear, private data of skb; nfi_cb(skb)->seq is the
 * sequence number. They end in then(skb, err), on the synchronous and on the asynchronous path
 * alike: err is 0 or -errno with nfi_cb(skb)->drop set, and what it returns is what the packet
 * ends with. On the synchronous path that value is returned; else -EINPROGRESS is, and done(skb,
 * value) is called later, under rcu_read_lock with bottom halves disabled.
 */
struct nfi_then {
	int (*then)(struct sk_buff *skb, int err);
	nfi_done_t done;
};

/*
 * nfi_esp_encrypt, nfi_esp_decrypt
 *
 * skb->data + off: ESP header (8 octets, complete) | IV (filled in by encrypt) | payload,
 * padding, pad length, next header | ICV (room for it, filled in by encrypt). len is all of it.
 * decrypt: the caller made sure that the text is at least 2 octets and a multiple of geo->block;
 * integrity is checked before anything is decrypted.
 */
int nfi_esp_encrypt(const struct nfi_xform *xf, struct sk_buff *skb, unsigned int off,
		    unsigned int len, const struct nfi_then *next);
int nfi_esp_decrypt(const struct nfi_xform *xf, struct sk_buff *skb, unsigned int off,
		    unsigned int len, const struct nfi_then *next);

/*
 * AH: the ICV covers a doctored copy of the headers and then the rest of the packet as it is.
 *
 * nfi_ah_cover: memory for the copy of the first hlen octets of the packet, filled; NULL: none.
 * It lives until nfi_ah_sign or nfi_ah_verify end, or nfi_ah_uncover() frees it. icv: offset of
 * the ICV field (IV and tag with GMAC) from skb->data and in the copy, where it is zero.
 */
u8 *nfi_ah_cover(const struct nfi_xform *xf, struct sk_buff *skb, unsigned int hlen);
void nfi_ah_uncover(struct sk_buff *skb);
int nfi_ah_sign(const struct nfi_xform *xf, struct sk_buff *skb, unsigned int icv,
		const struct nfi_then *next);
int nfi_ah_verify(const struct nfi_xform *xf, struct sk_buff *skb, unsigned int icv,
		  const struct nfi_then *next);

/* For known answers only: the counter IV of packet seq becomes seq XOR mask. */
void nfi_xform_set_mask(struct nfi_xform *xf, u64 mask);

int nfi_crypto_init(void);
void nfi_crypto_exit(void);

#endif /* NFI_CRYPTO_H */
