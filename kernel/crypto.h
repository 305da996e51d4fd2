/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crypto.h - the transforms of algs.def over the kernel's crypto API; the only user of it.
 */
#ifndef NFI_CRYPTO_H
#define NFI_CRYPTO_H

#include <linux/netlink.h>
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
 * nfi_seal, nfi_open - the cryptographic part for one packet
 *
 * esp.c and ah.c lay the packet out and call these; see crypto.c for the layout contract (owned
 * by the author of crypto.c: extend these declarations as needed).
 */

int nfi_crypto_init(void);
void nfi_crypto_exit(void);

#endif /* NFI_CRYPTO_H */
