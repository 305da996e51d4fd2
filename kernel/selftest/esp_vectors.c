// SPDX-License-Identifier: GPL-2.0-only
/*
 * esp_vectors.c - whole ESP packets of the RFCs and of OpenSSL, opened and sealed by the module.
 */
#include <linux/completion.h>
#include <linux/ip.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <net/ip.h>
#include "../crypto.h"
#include "selftest.h"
#ifdef CONFIG_X86
#include <asm/fpu/api.h>
#else
#define kernel_fpu_begin()
#define kernel_fpu_end()
#endif

static uint selftest;
module_param(selftest, uint, 0);
MODULE_PARM_DESC(selftest, "check the transforms first, 1 quickly, 2 every length; a wrong one fails the load");

struct vector {
	char name[48];
	u16 enc;
	char key[137];
	u16 auth;
	char auth_key[137];
	u8 esn;
	u32 spi;
	u64 seq;
	u8 mode, nexthdr;
	char payload[185], esp[321];
};

static const struct vector vectors[] __initconst = {
#define NFI_VECTOR(...) { __VA_ARGS__ },
#include "vectors.def"
#undef NFI_VECTOR
};

/*
 * The rig
 */

unsigned int rig_async;
static DECLARE_COMPLETION(finished);
static int result;

static void done(struct sk_buff *skb, int err)
{
	result = err;
	complete(&finished);
}

int __init rig_run(struct rig *rig, struct sk_buff *skb, bool seal)
{
	bool ah = rig->sa.proto == IPPROTO_AH;
	int err;

	nfi_cb(skb)->sa = &rig->sa;
	reinit_completion(&finished);
	local_bh_disable();
	rcu_read_lock();
	if (rig->busy)
		kernel_fpu_begin();
	if (seal)
		err = ah ? nfi_ah_seal(skb, done) : nfi_esp_seal(skb, done);
	else
		err = ah ? nfi_ah_open(skb, done) : nfi_esp_open(skb, done);
	if (rig->busy)
		kernel_fpu_end();
	rcu_read_unlock();
	local_bh_enable();
	if (err != -EINPROGRESS)
		return err;
	wait_for_completion(&finished);
	rig_async++;
	return result;
}

int __init rig_init(struct rig *rig)
{
	struct nfi_sa *sa = &rig->sa;

	memset(sa, 0, sizeof(*sa));
	memset(&rig->ep, 0, sizeof(rig->ep));
	sa->proto = rig->msg.proto;
	sa->mode = rig->msg.mode;
	sa->flags = rig->msg.flags;
	sa->tfc = rig->msg.tfc;
	sa->spi = rig->msg.spi;
	sa->ttl = 64;
	sa->nn = rig->nn;
	rig->ep.family = rig->outer;
	rig->ep.encap = rig->msg.encap;
	rig->ep.sport = htons(4500);
	rig->ep.dport = htons(4501);
	memset(&rig->ep.saddr, 0x11, sizeof(rig->ep.saddr));
	memset(&rig->ep.daddr, 0x22, sizeof(rig->ep.daddr));
	RCU_INIT_POINTER(sa->ep, &rig->ep);
	sa->xf = nfi_xform_new(&rig->msg, NULL);
	return PTR_ERR_OR_ZERO(sa->xf);
}

void __init rig_fini(struct rig *rig)
{
	nfi_xform_free(rig->sa.xf);
	rig->sa.xf = NULL;
}

struct sk_buff *__init rig_skb(struct rig *rig, const void *data, unsigned int len)
{
	unsigned int head = 160, tail = 128 + rig->msg.tfc;
	struct sk_buff *skb = alloc_skb(head + len + tail, GFP_KERNEL);

	if (!skb)
		return NULL;
	skb_reserve(skb, head);
	skb_put_data(skb, data, len);
	skb_reset_network_header(skb);
	memset(skb->cb, 0, sizeof(skb->cb));
	return skb;
}

/*
 * Known answers
 */

static void __init unhex(struct nfi_key *key, const char *hex)
{
	key->len = strlen(hex) / 2;
	if (hex2bin(key->b, hex, key->len))
		key->len = 0;
}

/* An IPv4 header in front, as nfi_esp_open() wants it. */
static void __init put_header(u8 *packet, unsigned int len, u8 proto)
{
	struct iphdr *iph = (struct iphdr *)packet;

	memset(iph, 0, sizeof(*iph));
	iph->version = 4;
	iph->ihl = 5;
	iph->tot_len = htons(len);
	iph->ttl = 64;
	iph->protocol = proto;
	ip_send_check(iph);
}

static int __init open_vector(struct rig *rig, const struct vector *v, u8 *buf)
{
	unsigned int len = sizeof(struct iphdr) + strlen(v->esp) / 2;
	unsigned int want = strlen(v->payload) / 2, at;
	struct sk_buff *skb;
	int err;

	put_header(buf, len, IPPROTO_ESP);
	if (hex2bin(buf + sizeof(struct iphdr), v->esp, strlen(v->esp) / 2))
		return -EINVAL;
	skb = rig_skb(rig, buf, len);
	if (!skb)
		return -ENOMEM;
	nfi_cb(skb)->off = sizeof(struct iphdr);
	nfi_cb(skb)->seq = v->seq;
	nfi_cb(skb)->family = AF_INET;
	err = rig_run(rig, skb, false);
	at = v->mode == NFI_MODE_TUNNEL ? 0 : sizeof(struct iphdr);
	if (!err && hex2bin(buf, v->payload, want))
		err = -EINVAL;
	if (!err && (skb->len != at + want || memcmp(skb->data + at, buf, want) ||
		     nfi_cb(skb)->nexthdr != v->nexthdr))
		err = -EBADE;
	kfree_skb(skb);
	return err;
}

/* Counter IVs can be made to come out as in the vector; random ones cannot. */
static int __init seal_vector(struct rig *rig, const struct vector *v, u8 *buf)
{
	unsigned int at = v->mode == NFI_MODE_TUNNEL ? 0 : sizeof(struct iphdr);
	unsigned int n = strlen(v->payload) / 2, len = strlen(v->esp) / 2;
	struct sk_buff *skb;
	__be64 iv = 0;
	int err;

	if (nfi_xform_geo(rig->sa.xf)->iv > 8 || v->enc == NFI_ENC_DES3_CBC)
		return 0;
	if (hex2bin((u8 *)&iv, v->esp + 16, nfi_xform_geo(rig->sa.xf)->iv))
		return -EINVAL;
	nfi_xform_set_mask(rig->sa.xf, be64_to_cpu(iv) ^ v->seq);
	put_header(buf, at + n, v->nexthdr);
	if (hex2bin(buf + at, v->payload, n))
		return -EINVAL;
	skb = rig_skb(rig, buf, at + n);
	if (!skb)
		return -ENOMEM;
	skb_set_transport_header(skb, at);
	nfi_cb(skb)->seq = v->seq;
	nfi_cb(skb)->family = AF_INET;
	nfi_cb(skb)->nexthdr = v->nexthdr;
	err = rig_run(rig, skb, true);
	if (!err && hex2bin(buf, v->esp, len))
		err = -EINVAL;
	if (!err && (skb->len != sizeof(struct iphdr) + len ||
		     memcmp(skb->data + sizeof(struct iphdr), buf, len)))
		err = -EBADE;
	kfree_skb(skb);
	return err;
}

static int __init one_vector(struct rig *rig, const struct vector *v, u8 *buf)
{
	int err;

	memset(&rig->msg, 0, sizeof(rig->msg));
	rig->msg.proto = IPPROTO_ESP;
	rig->msg.mode = v->mode;
	rig->msg.enc_alg = v->enc;
	rig->msg.auth_alg = v->auth;
	rig->msg.spi = htonl(v->spi);
	rig->msg.flags = NFI_SAF_LEGACY | (v->esn ? NFI_SAF_ESN : 0);
	rig->outer = AF_INET;
	unhex(&rig->msg.enc_key, v->key);
	unhex(&rig->msg.auth_key, v->auth_key);
	err = rig_init(rig);
	if (err)
		return err;
	err = open_vector(rig, v, buf);
	if (!err)
		err = seal_vector(rig, v, buf);
	rig_fini(rig);
	return err;
}

static int __init known_answers(struct rig *rig)
{
	u8 *buf = kmalloc(2048, GFP_KERNEL);
	int i, err = 0, bad = 0;

	if (!buf)
		return -ENOMEM;
	for (i = 0; i < 2 * ARRAY_SIZE(vectors); i++) {
		const struct vector *v = &vectors[i / 2];

		rig->busy = i & 1;
		err = one_vector(rig, v, buf);
		if (err)
			bad++;
		if (err || !rig->busy)
			pr_info("nf_ipsec: selftest: %sok %s (%d)\n", err ? "not " : "", v->name,
				err);
	}
	kfree(buf);
	return bad ? -EINVAL : 0;
}

int __init nfi_selftest(void)
{
	struct rig *rig;
	int err;

	if (!selftest)
		return 0;
	rig = kzalloc(sizeof(*rig), GFP_KERNEL);
	if (rig)
		rig->nn = kzalloc(sizeof(*rig->nn), GFP_KERNEL);
	if (!rig || !rig->nn) {
		kfree(rig);
		return -ENOMEM;
	}
	rig->nn->net = &init_net;
	rig->full = selftest > 1;
	err = known_answers(rig);
	if (!err)
		err = nfi_selftest_trips(rig);
	pr_info("nf_ipsec: selftest: %s, %u packets were asynchronous\n",
		err ? "FAILED" : "passed", rig_async);
	kfree(rig->nn);
	kfree_sensitive(rig);
	return err;
}
