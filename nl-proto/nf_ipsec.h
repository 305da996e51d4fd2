/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * nf_ipsec.h - the generic-netlink protocol of nf_ipsec. This header is its manual.
 *
 * Family "nf_ipsec", version 1. Every command needs CAP_NET_ADMIN in the user namespace that owns
 * the network namespace of the socket, and acts on that namespace. Addresses and ports are in
 * network byte order, all other integers in host byte order. Unknown attributes, attributes of a
 * wrong length or outside their range, and combinations that make no sense are refused with
 * extended-ack text and, where one attribute is at fault, its offset.
 *
 * A request carries top-level attributes (enum nfi_attr); an object travels in a nest:
 *
 *   SA_NEW      NFI_A_SA{...} [TXN]           add an SA. NLM_F_REPLACE: one of the same daddr, spi, proto is
 *                                             replaced in the same step; without it -EEXIST. Echoed with
 *                                             NLM_F_ECHO as SA_NEW.
 *   SA_SET      NFI_A_SA{ID or key, ...}      change what can change of a live SA: SADDR, DADDR, ENCAP and its
 *                                             ports (endpoint move), lifetimes, SEQ (forward only), MARK, TFC
 *   SA_DEL      NFI_A_SA{ID | DADDR,SPI,PROTO} [TXN]
 *   SA_GET      do: NFI_A_SA{ID | DADDR,SPI,PROTO}; dump: NFI_A_SA{filter: OWNER EPOCH DIR MODE SADDR
 *               DADDR PROTO SPI REQID} all given must match; [SECRETS] keys are in the reply only with this
 *               flag and CAP_NET_ADMIN in the initial user namespace
 *   SA_FLUSH    NFI_A_SA{the same filter, EPOCH_BEFORE} [TXN]
 *   SA_ALLOCSPI NFI_A_SA{DADDR, PROTO, SPI_MIN, SPI_MAX, [OWNER]} -> NFI_A_SA{SPI}: random, free, reserved
 *               for 60 s against other SA_ALLOCSPI and for SA_NEW of the same owner
 *   SP_NEW      NFI_A_SP{...} [TXN]           add a policy; NLM_F_REPLACE replaces the one with equal
 *                                             direction, selectors and priority; held packets move over
 *   SP_DEL      NFI_A_SP{ID | DIR + selectors + PRIO} [TXN]
 *   SP_GET      do, and dump with filter: OWNER EPOCH DIR REQID ACTION
 *   SP_FLUSH    NFI_A_SP{the same filter, EPOCH_BEFORE} [TXN]
 *   TXN_BEGIN   -> NFI_A_TXN. One transaction a namespace at a time (-EBUSY). It belongs to the
 *               socket and is aborted when that closes, or after 30 s without a message.
 *   TXN_COMMIT  NFI_A_TXN: all that was done under it becomes visible to packets in one step
 *   TXN_ABORT   NFI_A_TXN
 *   NS_GET/SET  NFI_A_NS{...} settings of the namespace
 *   STATS_GET   dump: NFI_A_STAT{REASON, NAME, COUNT}... one message a counter
 *   ALG_GET     dump: NFI_A_ALG{...} one message an algorithm row, with what this kernel can do
 *   INFO_GET    -> NFI_A_INFO{...}
 *   SOCK_EXEMPT NFI_A_SOCK_FD: the UDP socket behind this descriptor of the caller bypasses policy both
 *               ways, until it is closed (IKE)
 *   OWNER_CLAIM NFI_A_OWNER: acquires of policies with this owner go to this socket only, until it closes
 *
 * Events (multicast, same nests as the GET reply plus NFI_A_EVENT{...}); every event carries
 * NFI_EV_SEQ, which counts up by one per namespace over all groups, so that who listens to all of them
 * notices what it lost:
 *   group "acquire": ACQUIRE_NTF    NFI_A_SP{ID, OWNER, REQID, TMPL...}, NFI_A_EVENT{SRC, DST, PROTO, SPORT, DPORT}
 *   group "sa":      SA_NTF         an SA was added, changed or deleted (NFI_EV_KIND)
 *                    SA_EXPIRE_NTF  NFI_EV_HARD 0 or 1, NFI_EV_KIND what ran out
 *                    SA_FIRST_NTF   first packet opened on an inbound SA
 *                    SA_ERROR_NTF   replay or authentication failures, NFI_EV_COUNT since the last event
 *   group "sp":      SP_NTF         a policy was added, changed or deleted
 *                    VIOLATION_NTF  NFI_EV_REASON and the flow; rate-limited, NFI_EV_COUNT
 *   group "peer":    MOVED_NTF      authenticated packet from a new address or port
 *                    UNKNOWN_SPI_NTF SRC, DST, SPI, PROTO; rate-limited, NFI_EV_COUNT
 *
 * An SA is named by (daddr, spi, proto) and by an ID that the kernel gives. A protecting policy names
 * its SAs by (reqid, proto): the newest live outbound SA of that pair is used. NFI_SP_TMPL
 * has a nest for each, types 1, 2, 3, from the innermost header outwards: { ESP } or { ESP, AH }.
 */
#ifndef NF_IPSEC_UAPI_H
#define NF_IPSEC_UAPI_H

#include <linux/types.h>

#define NFI_GENL_NAME "nf_ipsec"
#define NFI_GENL_VERSION 1

#define NFI_GROUP_ACQUIRE "acquire"
#define NFI_GROUP_SA "sa"
#define NFI_GROUP_SP "sp"
#define NFI_GROUP_PEER "peer"

#define NFI_KEY_MAX 68 /* octets, key and salt */
#define NFI_NAME_MAX 32 /* octets of an object's name, without the terminating zero */
#define NFI_TMPL_MAX 3 /* SAs in a bundle */
#define NFI_REPLAY_MAX 4096 /* packets */
#define NFI_PRIO_AUTO 0x80000000u /* priority when none is given: order by specificity */

enum nfi_cmd {
	NFI_CMD_UNSPEC,
	NFI_CMD_INFO_GET,
	NFI_CMD_ALG_GET,
	NFI_CMD_NS_GET,
	NFI_CMD_NS_SET,
	NFI_CMD_SA_NEW,
	NFI_CMD_SA_SET,
	NFI_CMD_SA_DEL,
	NFI_CMD_SA_GET,
	NFI_CMD_SA_FLUSH,
	NFI_CMD_SA_ALLOCSPI,
	NFI_CMD_SP_NEW,
	NFI_CMD_SP_DEL,
	NFI_CMD_SP_GET,
	NFI_CMD_SP_FLUSH,
	NFI_CMD_TXN_BEGIN,
	NFI_CMD_TXN_COMMIT,
	NFI_CMD_TXN_ABORT,
	NFI_CMD_STATS_GET,
	NFI_CMD_SOCK_EXEMPT,
	NFI_CMD_OWNER_CLAIM,
	/* events */
	NFI_CMD_ACQUIRE_NTF,
	NFI_CMD_SA_NTF,
	NFI_CMD_SA_EXPIRE_NTF,
	NFI_CMD_SA_FIRST_NTF,
	NFI_CMD_SA_ERROR_NTF,
	NFI_CMD_SP_NTF,
	NFI_CMD_VIOLATION_NTF,
	NFI_CMD_MOVED_NTF,
	NFI_CMD_UNKNOWN_SPI_NTF,
	__NFI_CMD_MAX
};

#define NFI_CMD_MAX (__NFI_CMD_MAX - 1)

/* Top level of every message */
enum nfi_attr {
	NFI_A_UNSPEC,
	NFI_A_PAD,
	NFI_A_TXN, /* u32 */
	NFI_A_SA, /* nest, enum nfi_sa_attr */
	NFI_A_SP, /* nest, enum nfi_sp_attr */
	NFI_A_NS, /* nest, enum nfi_ns_attr */
	NFI_A_STAT, /* nest, enum nfi_stat_attr */
	NFI_A_ALG, /* nest, enum nfi_alg_attr */
	NFI_A_INFO, /* nest, enum nfi_info_attr */
	NFI_A_EVENT, /* nest, enum nfi_ev_attr */
	NFI_A_SECRETS, /* flag */
	NFI_A_SOCK_FD, /* u32 */
	NFI_A_OWNER, /* u64 */
	__NFI_A_MAX
};

#define NFI_A_MAX (__NFI_A_MAX - 1)

enum nfi_dir { NFI_DIR_IN = 1, NFI_DIR_OUT = 2 };

enum nfi_mode { NFI_MODE_TUNNEL = 1, NFI_MODE_TRANSPORT = 2 };

enum nfi_action {
	NFI_ACT_PROTECT = 1, /* seal with the SAs of TMPL; without one: drop */
	NFI_ACT_PASS = 2, /* in clear */
	NFI_ACT_DROP = 3, /* silently */
	NFI_ACT_REJECT = 4, /* with ICMP administratively prohibited */
	NFI_ACT_TRAP = 5, /* as PROTECT; without an SA: hold the packet, ask for one (acquire) */
	NFI_ACT_HOLD = 6, /* as TRAP, but without asking: negotiation is under way */
};

enum nfi_encap { NFI_ENCAP_NONE = 0, NFI_ENCAP_UDP = 1 }; /* RFC 3948 */

enum nfi_df { NFI_DF_COPY = 0, NFI_DF_SET = 1, NFI_DF_CLEAR = 2 }; /* outer IPv4 header, tunnel mode */

enum nfi_sa_state { NFI_SA_VALID = 1, NFI_SA_SOFT = 2, NFI_SA_DEAD = 3 };

/* NFI_SA_FLAGS */
#define NFI_SAF_ESN 0x01 /* extended sequence numbers (RFC 4303 2.2.1) */
#define NFI_SAF_LEGACY 0x02 /* allow algorithms that are legacy */
#define NFI_SAF_FIXED_DSCP 0x04 /* outer DSCP is NFI_SA_DSCP instead of the inner one (hidetos) */
#define NFI_SAF_NO_ECN 0x08 /* RFC 6040 compatibility mode: outer Not-ECT */
#define NFI_SAF_DECAP_DSCP 0x10 /* copy the outer DSCP inwards when opening */
#define NFI_SAF_FOLLOW 0x20 /* follow an authenticated change of the peer's address or port */
#define NFI_SAF_FRAG_OUTER 0x40 /* fragment after sealing instead of before */
#define NFI_SAF_NO_PMTU 0x80 /* ignore path MTU discovery: fragment inner packets even with DF */
#define NFI_SAF_ANY_INNER 0x100 /* in: do not check inner addresses against policy (disablearrivalcheck) */
#define NFI_SAF_ALL 0x1ff

enum nfi_sa_attr {
	NFI_SA_UNSPEC,
	NFI_SA_PAD,
	NFI_SA_ID, /* u32, given by the kernel */
	NFI_SA_DIR, /* u8 enum nfi_dir */
	NFI_SA_SPI, /* be32, 256 and up */
	NFI_SA_PROTO, /* u8, 50 ESP or 51 AH */
	NFI_SA_MODE, /* u8 enum nfi_mode */
	NFI_SA_SADDR, /* 4 or 16 octets */
	NFI_SA_DADDR, /* 4 or 16 octets, same family */
	NFI_SA_REQID, /* u32, not 0 */
	NFI_SA_ENC_ALG, /* u16, algs.def */
	NFI_SA_ENC_KEY, /* octets, key then salt */
	NFI_SA_AUTH_ALG, /* u16, algs.def */
	NFI_SA_AUTH_KEY, /* octets */
	NFI_SA_FLAGS, /* u32 NFI_SAF_* */
	NFI_SA_REPLAY, /* u32 packets, 0 (no check) to NFI_REPLAY_MAX; default 64; inbound */
	NFI_SA_SEQ, /* u64: out, number of the last packet sent; in, highest seen */
	NFI_SA_ENCAP, /* u8 enum nfi_encap */
	NFI_SA_ENCAP_SPORT, /* be16: on the wire of this direction */
	NFI_SA_ENCAP_DPORT, /* be16 */
	NFI_SA_DF, /* u8 enum nfi_df */
	NFI_SA_DSCP, /* u8, 0 to 63 */
	NFI_SA_TTL, /* u8, outer TTL or hop limit; 0: the route's */
	NFI_SA_TFC, /* u16: pad tunnel payloads to a multiple of this many octets; 0: off (RFC 4303 2.7) */
	NFI_SA_MARK, /* u32: mark of the sealed packet for routing; 0: the inner packet's */
	NFI_SA_OIF, /* u32 ifindex: VRF or device for the outer route; 0: any */
	NFI_SA_MTU, /* u32, reply only: largest inner packet now */
	NFI_SA_SOFT_BYTES, /* u64; lifetimes: 0 or absent is without limit */
	NFI_SA_HARD_BYTES,
	NFI_SA_SOFT_PACKETS,
	NFI_SA_HARD_PACKETS,
	NFI_SA_SOFT_ADD, /* u64 seconds after the SA was added */
	NFI_SA_HARD_ADD,
	NFI_SA_SOFT_USE, /* u64 seconds after its first packet */
	NFI_SA_HARD_USE,
	NFI_SA_OWNER, /* u64 cookie */
	NFI_SA_EPOCH, /* u32 */
	NFI_SA_EPOCH_BEFORE, /* u32, filter: epoch less than this */
	NFI_SA_NAME, /* string, free text of the owner */
	NFI_SA_SPI_MIN, /* u32 host order, SA_ALLOCSPI */
	NFI_SA_SPI_MAX,
	NFI_SA_STATE, /* u8 enum nfi_sa_state, reply only; what follows also */
	NFI_SA_BYTES, /* u64 */
	NFI_SA_PACKETS, /* u64 */
	NFI_SA_ADD_TIME, /* u64 unix seconds */
	NFI_SA_USE_TIME, /* u64 unix seconds, 0: never used */
	NFI_SA_DROPS, /* nests of enum nfi_stat_attr, those that are not zero */
	__NFI_SA_MAX
};

#define NFI_SA_MAX (__NFI_SA_MAX - 1)

/* NFI_SP_FLAGS */
#define NFI_SPF_NAT_APPLY 0x01 /* out: source NAT first; policy of the translated header seals */
#define NFI_SPF_ICMP_ERR 0x02 /* pass ICMP errors whose quoted packet belongs to the policy */
#define NFI_SPF_OPTIONAL 0x04 /* in, protect: clear packets are accepted too */
#define NFI_SPF_ALL 0x07

enum nfi_sp_attr {
	NFI_SP_UNSPEC,
	NFI_SP_PAD,
	NFI_SP_ID, /* u32, given by the kernel */
	NFI_SP_DIR, /* u8 enum nfi_dir */
	NFI_SP_ACTION, /* u8 enum nfi_action */
	NFI_SP_SRC, /* 4 or 16 octets; with SRC_LEN; host bits must be 0; src and dst as on the wire */
	NFI_SP_SRC_LEN, /* u8 prefix length */
	NFI_SP_DST,
	NFI_SP_DST_LEN,
	NFI_SP_PROTO, /* u8; 0 any */
	NFI_SP_SPORT_MIN, /* u16 host order; ICMP and ICMPv6: the type */
	NFI_SP_SPORT_MAX,
	NFI_SP_DPORT_MIN, /* u16 host order; ICMP and ICMPv6: the code */
	NFI_SP_DPORT_MAX,
	NFI_SP_MARK, /* u32: packet mark & MARK_MASK must equal this */
	NFI_SP_MARK_MASK, /* u32, 0: any mark */
	NFI_SP_PRIO, /* u32, lower is looked at first; default NFI_PRIO_AUTO */
	NFI_SP_FLAGS, /* u32 NFI_SPF_* */
	NFI_SP_REQID, /* u32: filter in dumps; in NEW it is in TMPL */
	NFI_SP_TMPL, /* nests of enum nfi_tmpl_attr, innermost first; PROTECT, TRAP, HOLD */
	NFI_SP_OWNER, /* u64 cookie */
	NFI_SP_EPOCH, /* u32 */
	NFI_SP_EPOCH_BEFORE, /* u32, filter */
	NFI_SP_NAME, /* string */
	NFI_SP_BYTES, /* u64, reply only; what follows also */
	NFI_SP_PACKETS, /* u64 */
	NFI_SP_USE_TIME, /* u64 unix seconds */
	NFI_SP_HELD, /* u32 packets held now */
	__NFI_SP_MAX
};

#define NFI_SP_MAX (__NFI_SP_MAX - 1)

enum nfi_tmpl_attr {
	NFI_TMPL_UNSPEC,
	NFI_TMPL_PROTO, /* u8, 50 or 51 */
	NFI_TMPL_MODE, /* u8 enum nfi_mode */
	NFI_TMPL_REQID, /* u32, not 0 */
	NFI_TMPL_SADDR, /* optional: outer addresses that an inbound SA must have */
	NFI_TMPL_DADDR,
	__NFI_TMPL_MAX
};

#define NFI_TMPL_ATTR_MAX (__NFI_TMPL_MAX - 1)

enum nfi_input { NFI_INPUT_FAST = 0, NFI_INPUT_FILTERED = 1 };

enum nfi_ns_attr {
	NFI_NS_UNSPEC,
	NFI_NS_PAD,
	NFI_NS_INPUT, /* u8 enum nfi_input */
	NFI_NS_DEFAULT, /* u8 NFI_ACT_PASS or NFI_ACT_DROP: what no policy matches */
	NFI_NS_SECPATH, /* u8 bool, default 1 */
	NFI_NS_TAP, /* u8 bool: opened packets pass taps, tc and nft ingress again */
	NFI_NS_TRACK, /* u8 bool: conntrack sees the sealed packets */
	NFI_NS_GUARD, /* u8 bool: clear packets are stopped at the driver too */
	NFI_NS_LOCKED, /* u8 bool: the module cannot be removed */
	NFI_NS_MSS, /* u8 bool: clamp TCP MSS of protected flows, default 1 */
	NFI_NS_HOLD_PACKETS, /* u32 per policy, default 64 */
	NFI_NS_HOLD_MS, /* u32, default 30000 */
	NFI_NS_NATT_PORT, /* u16 host order, default 4500; 0 closes it */
	NFI_NS_EXEMPT, /* u32, reply only: sockets that are exempt */
	__NFI_NS_MAX
};

#define NFI_NS_MAX (__NFI_NS_MAX - 1)

enum nfi_stat_attr {
	NFI_STAT_UNSPEC,
	NFI_STAT_PAD,
	NFI_STAT_REASON, /* u32, drops.def; absent for counters that are not drops */
	NFI_STAT_NAME, /* string */
	NFI_STAT_COUNT, /* u64 */
	__NFI_STAT_MAX
};

#define NFI_STAT_MAX (__NFI_STAT_MAX - 1)

enum nfi_alg_attr {
	NFI_ALG_UNSPEC,
	NFI_ALG_KIND, /* u8: 1 encryption, 2 authentication */
	NFI_ALG_VALUE, /* u16 */
	NFI_ALG_NAME, /* string */
	NFI_ALG_KERNEL, /* string: name in the kernel's crypto API */
	NFI_ALG_DRIVER, /* string: driver that was found; absent: this kernel cannot do it */
	NFI_ALG_ERROR, /* string: why not, and which module would provide it */
	NFI_ALG_FLAGS, /* u32 NFI_ALG_* of algs.def */
	__NFI_ALG_ATTR_MAX
};

#define NFI_ALG_ATTR_MAX (__NFI_ALG_ATTR_MAX - 1)

enum nfi_info_attr {
	NFI_INFO_UNSPEC,
	NFI_INFO_PAD,
	NFI_INFO_VERSION, /* string: of the module */
	NFI_INFO_PROTO, /* u32: NFI_GENL_VERSION */
	NFI_INFO_SAS, /* u32 in this namespace */
	NFI_INFO_POLICIES, /* u32 */
	NFI_INFO_GENERATION, /* u64: commits so far */
	__NFI_INFO_MAX
};

#define NFI_INFO_MAX (__NFI_INFO_MAX - 1)

enum nfi_ev_kind {
	NFI_EV_ADDED = 1,
	NFI_EV_CHANGED = 2,
	NFI_EV_DELETED = 3,
	NFI_EV_BYTES = 4,
	NFI_EV_PACKETS = 5,
	NFI_EV_ADD_TIME = 6,
	NFI_EV_USE_TIME = 7,
	NFI_EV_SEQUENCE = 8,
};

enum nfi_ev_attr {
	NFI_EV_UNSPEC,
	NFI_EV_PAD,
	NFI_EV_SEQ, /* u64 */
	NFI_EV_KIND, /* u8 enum nfi_ev_kind */
	NFI_EV_HARD, /* u8 bool */
	NFI_EV_REASON, /* u32 drops.def */
	NFI_EV_COUNT, /* u64 */
	NFI_EV_SRC, /* 4 or 16 octets */
	NFI_EV_DST,
	NFI_EV_PROTO, /* u8 */
	NFI_EV_SPORT, /* be16 */
	NFI_EV_DPORT, /* be16 */
	NFI_EV_SPI, /* be32 */
	NFI_EV_MARK, /* u32 */
	NFI_EV_OLD_SRC, /* 4 or 16 octets: MOVED_NTF, the peer's endpoint before */
	NFI_EV_OLD_SPORT, /* be16 */
	__NFI_EV_MAX
};

#define NFI_EV_MAX (__NFI_EV_MAX - 1)

/* enum nfi_drop: NFI_STAT_REASON */
enum nfi_drop {
#define NFI_DROP(id, value, name, text) NFI_DROP_##id = (value),
#include "drops.def"
#undef NFI_DROP
	__NFI_DROP_MAX
};

/* columns of algs.def */
#define NFI_K128 0x1
#define NFI_K192 0x2
#define NFI_K256 0x4

#define NFI_ALG_AEAD 0x1
#define NFI_ALG_NULLENC 0x2
#define NFI_ALG_LEGACY 0x4
#define NFI_ALG_CTR 0x8

enum nfi_enc {
	NFI_ENC_NONE,
#define NFI_ENC(id, value, name, kernel, module, keys, salt, iv, block, icv, flags) NFI_ENC_##id = (value),
#include "algs.def"
#undef NFI_ENC
};

enum nfi_auth {
	NFI_AUTH_NONE,
#define NFI_AUTH(id, value, name, kernel, module, keylen, icv, flags) NFI_AUTH_##id = (value),
#include "algs.def"
#undef NFI_AUTH
};

#endif /* NF_IPSEC_UAPI_H */
