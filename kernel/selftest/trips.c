// SPDX-License-Identifier: GPL-2.0-only
/*
 * trips.c - every transform, mode and family: seal, open, compare; change one bit, cut, or send
 * noise and it must not open.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include "../crypto.h"
#include "../header.h"
#include "selftest.h"

#define LEN_MAX 2000
#define WIRE_MAX 2304

struct alg {
	u16 enc, auth;
	u8 enc_key, auth_key;
	u8 aead;
};

static const struct alg encs[] __initconst = {
#define NFI_ENC(id, value, name, kernel, module, keys, salt, iv, block, icv, flags)                \
	{ .enc = (value),                                                                          \
	  .enc_key = (keys) ? ((keys) & NFI_K256 ? 32 : 24) + (salt) : 0,                          \
	  .aead = (flags) & NFI_ALG_AEAD },
#include "../../nl-proto/algs.def"
#undef NFI_ENC
};

static const struct alg auths[] __initconst = {
#define NFI_AUTH(id, value, name, kernel, module, keylen, icv, flags)                              \
	{ .auth = (value), .auth_key = (keylen) },
#include "../../nl-proto/algs.def"
#undef NFI_AUTH
};

/* One packet's data, before and on the wire. */
struct trip {
	u8 family; /* inner; transport: the only one */
	u8 extra; /* octets of options or extension headers */
	u64 seq;
	unsigned int len, wire_len;
	unsigned int off, udp; /* of ESP or AH on the wire */
	u8 clear[LEN_MAX], wire[WIRE_MAX];
};

/* Options that AH must treat: record route and router alert; padding with one that may change. */
static const u8 v4_options[] __initconst = { 7, 7, 4, 1, 2, 3, 4, 148, 4, 0, 0, 0 };
static const u8 v6_options[] __initconst = {
	IPPROTO_DSTOPTS, 0, 0x3e, 4, 9, 9, 9, 9, /* hop-by-hop, may change */
	253, 0, 0x1e, 4, 8, 8, 8, 8, /* destination, may not */
};

static unsigned int __init head_len(const struct trip *t)
{
	return (t->family == AF_INET ? sizeof(struct iphdr) : sizeof(struct ipv6hdr)) + t->extra;
}

static void __init fill(struct trip *t)
{
	struct ipv6hdr *ip6 = (struct ipv6hdr *)t->clear;
	struct iphdr *iph = (struct iphdr *)t->clear;

	get_random_bytes(t->clear, t->len);
	if (t->family == AF_INET) {
		iph->version = 4;
		iph->ihl = head_len(t) / 4;
		iph->tot_len = htons(t->len);
		iph->frag_off = htons(IP_DF);
		iph->protocol = 253;
		memcpy(iph + 1, v4_options, t->extra);
		iph->tos |= INET_ECN_ECT_0;
		ip_send_check(iph);
	} else {
		ip6->version = 6;
		ip6->payload_len = htons(t->len - sizeof(*ip6));
		ip6->nexthdr = t->extra ? IPPROTO_HOPOPTS : 253;
		memcpy(ip6 + 1, v6_options, t->extra);
	}
}

static int __init seal(struct rig *rig, struct trip *t)
{
	struct sk_buff *skb = rig_skb(rig, t->clear, t->len);
	struct nfi_shape shape;
	int err;

	if (!skb)
		return -ENOMEM;
	skb_set_transport_header(skb, head_len(t));
	nfi_cb(skb)->seq = t->seq;
	nfi_cb(skb)->family = t->family;
	nfi_cb(skb)->nexthdr = 253;
	err = rig_run(rig, skb, true);
	nfi_header_shape(&rig->sa, &rig->ep, &shape);
	if (!err && !t->extra && !shape.tfc && skb->len != nfi_shape_sealed(&shape, t->len))
		err = -EBADE;
	if (!err && (skb->len > WIRE_MAX || nfi_cb(skb)->family != rig->outer ||
		     skb->data != skb_network_header(skb)))
		err = -EBADE;
	if (!err && rig->outer == AF_INET &&
	    (ip_fast_csum(skb->data, ip_hdr(skb)->ihl) || ntohs(ip_hdr(skb)->tot_len) != skb->len))
		err = -EBADE;
	if (!err) {
		t->wire_len = skb->len;
		t->udp = shape.udp ? skb_transport_offset(skb) : 0;
		t->off = skb_transport_offset(skb) + shape.udp;
		memcpy(t->wire, skb->data, skb->len);
	}
	kfree_skb(skb);
	return err;
}

/* What is on the wire, opened while somebody else holds a clone that must stay as it is. */
static int __init open(struct rig *rig, struct trip *t, unsigned int len, bool compare)
{
	struct sk_buff *skb = rig_skb(rig, t->wire, len), *clone;
	int err;

	clone = skb ? skb_clone(skb, GFP_KERNEL) : NULL;
	if (!clone) {
		kfree_skb(skb);
		return -ENOMEM;
	}
	nfi_cb(skb)->off = t->off;
	nfi_cb(skb)->udp = t->udp;
	nfi_cb(skb)->seq = t->seq;
	nfi_cb(skb)->family = rig->outer;
	err = rig_run(rig, skb, false);
	if (compare && !err && (skb->len < t->len || (skb->len > t->len && !rig->sa.tfc) ||
				memcmp(skb->data, t->clear, t->len)))
		err = -EBADE;
	if (memcmp(clone->data, t->wire, len))
		err = -EBADE;
	if (!compare && err && !nfi_cb(skb)->drop)
		err = 0; /* an error without a reason is as bad as none */
	kfree_skb(clone);
	kfree_skb(skb);
	return err;
}

static int __init there_and_back(struct rig *rig, struct trip *t, unsigned int len)
{
	int err;

	t->len = len;
	t->seq = rig->msg.flags & NFI_SAF_ESN ? get_random_u64() : get_random_u32();
	fill(t);
	err = seal(rig, t);
	return err ?: open(rig, t, t->wire_len, true);
}

/* Nothing that was touched may open: each octet from ESP or AH on, each length. */
static int __init spoil(struct rig *rig, struct trip *t)
{
	unsigned int i;
	u8 bit;

	/* AH covers the addresses too: from there on if they are all that is in between */
	i = t->off;
	if (rig->msg.proto == IPPROTO_AH && !t->extra)
		i = rig->outer == AF_INET ? offsetof(struct iphdr, saddr) :
					    offsetof(struct ipv6hdr, saddr);
	for (; i < t->wire_len; i++) {
		bit = 1 << (get_random_u8() & 7);
		t->wire[i] ^= bit;
		if (!open(rig, t, t->wire_len, false))
			return -EBADMSG;
		t->wire[i] ^= bit;
	}
	for (i = t->off + 8; i < t->wire_len; i++)
		if (!open(rig, t, i, false))
			return -EBADMSG;
	t->seq ^= 1ULL << 40; /* covered though not sent */
	if ((rig->msg.flags & NFI_SAF_ESN) && !open(rig, t, t->wire_len, false))
		return -EBADMSG;
	for (i = 0; i < 64; i++) {
		get_random_bytes(t->wire + t->off, t->wire_len - t->off);
		if (!open(rig, t, t->wire_len, false))
			return -EBADMSG;
	}
	return 0;
}

static int __init one_rig(struct rig *rig, struct trip *t, unsigned int step, bool hard)
{
	unsigned int len;
	int err = rig_init(rig);

	if (err)
		return err;
	for (len = head_len(t); !err && len <= LEN_MAX; len += step)
		err = there_and_back(rig, t, len);
	if (!err)
		err = there_and_back(rig, t, head_len(t) + 21);
	if (!err && hard)
		err = spoil(rig, t);
	if (err)
		pr_info("nf_ipsec: selftest: not ok %u/%u/%u mode %u outer %u inner %u flags %x len %u (%d)\n",
			rig->msg.proto, rig->msg.enc_alg, rig->msg.auth_alg, rig->msg.mode,
			rig->outer, t->family, rig->msg.flags, t->len, err);
	rig_fini(rig);
	cond_resched();
	return err;
}

/* All modes and families of one transform; every length once, else steps. */
static int __init one_alg(struct rig *rig, struct trip *t)
{
	unsigned int i, n = 0;
	int err = 0;

	for (i = 0; !err && i < 128; i++) {
		rig->msg.mode = i & 1 ? NFI_MODE_TRANSPORT : NFI_MODE_TUNNEL;
		rig->msg.flags = NFI_SAF_LEGACY | (i & 2 ? NFI_SAF_ESN : 0);
		rig->outer = i & 4 ? AF_INET6 : AF_INET;
		t->family = i & 8 ? AF_INET6 : AF_INET;
		t->extra = 0;
		if (i & 16)
			t->extra = t->family == AF_INET ? sizeof(v4_options) : sizeof(v6_options);
		rig->msg.encap = i & 32 ? NFI_ENCAP_UDP : NFI_ENCAP_NONE;
		rig->busy = i & 64;
		if ((i & 1) && rig->outer != t->family)
			continue;
		if (rig->msg.encap && rig->msg.proto == IPPROTO_AH)
			continue;
		rig->msg.tfc = i == 34 ? 100 : 0;
		if (rig->full)
			err = one_rig(rig, t, n++ ? 211 : 1, !(i & (16 | 64)));
		else
			err = one_rig(rig, t, n++ ? 977 : 61, !(i & ~3));
	}
	return err;
}

static int __init with(struct rig *rig, struct trip *t, u8 proto, const struct alg *enc,
		       const struct alg *auth)
{
	memset(&rig->msg, 0, sizeof(rig->msg));
	rig->msg.proto = proto;
	rig->msg.spi = htonl(0x12345678);
	if (enc) {
		rig->msg.enc_alg = enc->enc;
		rig->msg.enc_key.len = enc->enc_key;
		get_random_bytes(rig->msg.enc_key.b, enc->enc_key);
	}
	if (auth) {
		rig->msg.auth_alg = auth->auth;
		rig->msg.auth_key.len = auth->auth_key;
		get_random_bytes(rig->msg.auth_key.b, auth->auth_key);
	}
	return one_alg(rig, t);
}

/* What must not become a transform. */
struct refusal {
	u8 proto, encap;
	u16 enc, auth, enc_key, auth_key;
	u32 flags;
};

static const struct refusal bad[] __initconst = {
	{ IPPROTO_ESP, 0, 0, 0, 0, 0, 0 },
	{ IPPROTO_ESP, 0, NFI_ENC_AES_CBC, 0, 16, 0, 0 },
	{ IPPROTO_ESP, 0, NFI_ENC_NULL, 0, 0, 0, 0 },
	{ IPPROTO_ESP, 0, NFI_ENC_NULL, NFI_AUTH_HMAC_SHA1_96, 16, 20, 0 },
	{ IPPROTO_ESP, 0, 0, NFI_AUTH_HMAC_SHA1_96, 0, 20, 0 },
	{ IPPROTO_ESP, 0, NFI_ENC_AES_GCM_16, NFI_AUTH_HMAC_SHA1_96, 20, 20, 0 },
	{ IPPROTO_ESP, 0, NFI_ENC_AES_GCM_16, 0, 16, 0, 0 },
	{ IPPROTO_ESP, 0, NFI_ENC_AES_GCM_16, 0, 21, 0, 0 },
	{ IPPROTO_ESP, 0, NFI_ENC_AES_GCM_16, 0, 0, 0, 0 },
	{ IPPROTO_ESP, 0, NFI_ENC_CHACHA20_POLY1305, 0, 20, 0, 0 },
	{ IPPROTO_ESP, 0, 9999, 0, 16, 0, 0 },
	{ IPPROTO_ESP, 0, NFI_ENC_AES_CBC, 9999, 16, 16, 0 },
	{ IPPROTO_ESP, 0, NFI_ENC_AES_CBC, NFI_AUTH_HMAC_SHA1_96, 16, 19, 0 },
	{ IPPROTO_ESP, 0, NFI_ENC_AES_CBC, NFI_AUTH_HMAC_MD5_96, 16, 16, 0 },
	{ IPPROTO_ESP, 0, NFI_ENC_DES3_CBC, NFI_AUTH_HMAC_SHA1_96, 24, 20, NFI_SAF_LEGACY },
	{ IPPROTO_AH, 0, 0, 0, 0, 0, 0 },
	{ IPPROTO_AH, 0, NFI_ENC_AES_GCM_16, 0, 20, 0, 0 },
	{ IPPROTO_AH, 0, NFI_ENC_AES_GMAC, NFI_AUTH_HMAC_SHA1_96, 20, 20, 0 },
	{ IPPROTO_AH, NFI_ENCAP_UDP, 0, NFI_AUTH_HMAC_SHA1_96, 0, 20, 0 },
};

static int __init refusals(struct rig *rig)
{
	struct nfi_xform *xf;
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct netlink_ext_ack extack = {};

		memset(&rig->msg, 0, sizeof(rig->msg));
		rig->msg.proto = bad[i].proto;
		rig->msg.encap = bad[i].encap;
		rig->msg.enc_alg = bad[i].enc;
		rig->msg.auth_alg = bad[i].auth;
		rig->msg.flags = bad[i].flags;
		rig->msg.enc_key.len = bad[i].enc_key;
		rig->msg.auth_key.len = bad[i].auth_key;
		xf = nfi_xform_new(&rig->msg, &extack);
		if (!IS_ERR(xf) || !extack._msg) {
			pr_info("nf_ipsec: selftest: not ok refusal %d\n", i);
			return -EINVAL;
		}
	}
	return 0;
}

int __init nfi_selftest_trips(struct rig *rig)
{
	struct trip *t = kzalloc(sizeof(*t), GFP_KERNEL);
	int e, a, err;

	if (!t)
		return -ENOMEM;
	err = refusals(rig);
	for (e = 0; !err && e < ARRAY_SIZE(encs); e++) {
		if (encs[e].enc == NFI_ENC_AES_GMAC)
			err = with(rig, t, IPPROTO_AH, &encs[e], NULL);
		if (!err && encs[e].aead)
			err = with(rig, t, IPPROTO_ESP, &encs[e], NULL);
		for (a = 0; !err && !encs[e].aead && a < ARRAY_SIZE(auths); a++)
			err = with(rig, t, IPPROTO_ESP, &encs[e], &auths[a]);
	}
	for (a = 0; !err && a < ARRAY_SIZE(auths); a++)
		err = with(rig, t, IPPROTO_AH, NULL, &auths[a]);
	kfree(t);
	return err;
}
