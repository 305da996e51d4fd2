// SPDX-License-Identifier: GPL-2.0-only
/*
 * crypto.c - the transforms of algs.def over the kernel's crypto API; its only user.
 *
 * A cipher with a separate authentication is encrypt-then-MAC of our own rather than authencesn:
 * the cipher may be asynchronous, the MAC never is, and the high half of an extended sequence
 * number is simply fed to the MAC (RFC 4303 2.2.1). Asynchronous and synchronous completions run
 * the same functions.
 */
#include <crypto/aead.h>
#include <crypto/algapi.h>
#include <crypto/hash.h>
#include <crypto/skcipher.h>
#include <linux/in.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include "compat.h"
#include "crypto.h"

#define ESP_HDR 8
#define TAG_MAX 16 /* of an AEAD */
#define IV_MAX 16
#define SALT_MAX 4

struct nfi_xform {
	struct nfi_xform_geo geo;
	u8 esn, counter; /* bool: extended sequence numbers; IV is the sequence number under mask */
	u8 salt[SALT_MAX]; /* of AH with GMAC, where no template adds it */
	u64 mask; /* random, so that a key installed twice does not start with the same nonces */
	u32 jobsize; /* octets of a job with its request */
	struct crypto_aead *aead;
	struct crypto_skcipher *cipher;
	struct crypto_shash *mac;
};

/* One packet in flight. Freed by job_end() or, before it has begun, by nfi_ah_uncover(). */
struct job {
	const struct nfi_xform *xf; /* the SA is held by the journey, the transform by the SA */
	struct sk_buff *skb;
	struct nfi_then next;
	int (*finish)(struct job *job, int err); /* our half behind the request */
	unsigned int off, len; /* ESP: see crypto.h; AH: of the copy and of the ICV field */
	unsigned int size; /* octets of its memory */
	u8 *cover;
	struct scatterlist sg[4];
	/* from here on it is wiped */
	u8 iv[IV_MAX], tag[TAG_MAX];
	__be32 aad[5]; /* SPI, high, low, IV: RFC 4106 5 */
	u8 req[] CRYPTO_MINALIGN_ATTR;
};

struct enc_row {
	u16 value;
	u8 keys, salt, iv, block, icv, flags;
	const char *kernel, *missing, *legacy;
};

struct auth_row {
	u16 value;
	u8 keylen, icv, flags;
	const char *kernel, *missing, *legacy;
};

#define MISSING(kernel, module) "this kernel has no " kernel "; it would be in module " module
#define LEGACY(name) name " is legacy and needs the legacy flag of the SA"

static const struct enc_row enc_rows[] = {
#define NFI_ENC(id, val, name, kern, module, keybits, slt, ivlen, blk, icvlen, flg)                \
	{ .value = (val), .keys = (keybits), .salt = (slt), .iv = (ivlen), .block = (blk),         \
	  .icv = (icvlen), .flags = (flg), .kernel = (kern), .missing = MISSING(kern, module),     \
	  .legacy = LEGACY(name) },
#include "../nl-proto/algs.def"
#undef NFI_ENC
};

static const struct auth_row auth_rows[] = {
#define NFI_AUTH(id, val, name, kern, module, klen, icvlen, flg)                                   \
	{ .value = (val), .keylen = (klen), .icv = (icvlen), .flags = (flg), .kernel = (kern),     \
	  .missing = MISSING(kern, module), .legacy = LEGACY(name) },
#include "../nl-proto/algs.def"
#undef NFI_AUTH
};

static const struct enc_row *find_enc(u16 value)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(enc_rows); i++)
		if (enc_rows[i].value == value)
			return &enc_rows[i];
	return NULL;
}

static const struct auth_row *find_auth(u16 value)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(auth_rows); i++)
		if (auth_rows[i].value == value)
			return &auth_rows[i];
	return NULL;
}

/*
 * Jobs
 */

/*
 * Most jobs are over before their packet goes on, so each CPU keeps one to use again: SPARE octets,
 * wiped. One that is taken in the meantime is a new one, and the one too many is freed.
 */
#define SPARE 1024
static DEFINE_PER_CPU(struct job *, spare);

static struct job *job_new(const struct nfi_xform *xf, struct sk_buff *skb, unsigned int extra)
{
	unsigned int size = xf->jobsize + extra;
	struct job *job = NULL;

	if (size <= SPARE) {
		job = this_cpu_xchg(spare, NULL);
		size = SPARE;
	}
	if (!job)
		job = kmalloc(size, GFP_ATOMIC);
	if (!job)
		return NULL;
	job->size = size;
	job->xf = xf;
	job->skb = skb;
	job->cover = (u8 *)job + xf->jobsize;
	nfi_cb(skb)->tmp = job;
	return job;
}

/* Requests hold key stream and one-time keys, so they are wiped; a copy of headers is no secret. */
static void job_free(struct job *job)
{
	nfi_cb(job->skb)->tmp = NULL;
	memzero_explicit((u8 *)job + offsetof(struct job, iv),
			 job->xf->jobsize - offsetof(struct job, iv));
	if (job->size == SPARE)
		job = this_cpu_xchg(spare, job);
	kfree(job);
}

/* The job is over: the packet goes on. */
static int job_end(struct job *job, int err)
{
	struct sk_buff *skb = job->skb;
	int (*then)(struct sk_buff *skb, int err) = job->next.then;

	job_free(job);
	return then(skb, err);
}

static void job_done(NFI_CRYPTO_REQ *base, int err)
{
	struct job *job = nfi_crypto_req_data(base);
	nfi_done_t done = job->next.done;
	struct sk_buff *skb = job->skb;

	if (err == -EINPROGRESS) /* left the backlog; we never enter one */
		return;
	local_bh_disable();
	rcu_read_lock();
	done(skb, job->finish(job, err));
	rcu_read_unlock();
	local_bh_enable();
}

/* What the crypto API returned for a request: over now, or job_done() will be called. */
static int job_ran(struct job *job, int err)
{
	return err == -EINPROGRESS ? err : job->finish(job, err);
}

static int out_error(struct sk_buff *skb, int err)
{
	return err ? nfi_fail(skb, NFI_DROP_OUT_CRYPTO, err) : 0;
}

static int in_error(struct sk_buff *skb, int err)
{
	if (!err)
		return 0;
	return nfi_fail(skb, err == -EBADMSG ? NFI_DROP_IN_AUTH : NFI_DROP_IN_CRYPTO, err);
}

/* Memory ran out before the job began. */
static int no_memory(struct sk_buff *skb, enum nfi_drop reason, const struct nfi_then *next)
{
	return next->then(skb, nfi_fail(skb, reason, -ENOMEM));
}

/*
 * Authentication
 */

static int mac(const struct nfi_xform *xf, const struct kvec *part, int parts, u64 seq, u8 *out)
{
	SHASH_DESC_ON_STACK(desc, xf->mac);
	__be32 high = cpu_to_be32(seq >> 32);
	int i, err;

	desc->tfm = xf->mac;
	err = crypto_shash_init(desc);
	for (i = 0; !err && i < parts; i++)
		err = crypto_shash_update(desc, part[i].iov_base, part[i].iov_len);
	if (!err && xf->esn)
		err = crypto_shash_update(desc, (u8 *)&high, sizeof(high));
	if (!err)
		err = crypto_shash_final(desc, out);
	shash_desc_zero(desc);
	return err;
}

/* Sign all of an ESP packet before its ICV. */
static int mac_put(const struct nfi_xform *xf, struct sk_buff *skb, unsigned int off,
		   unsigned int len)
{
	struct kvec part = { skb->data + off, len - xf->geo.icv };
	u8 icv[HASH_MAX_DIGESTSIZE];
	int err = mac(xf, &part, 1, nfi_cb(skb)->seq, icv);

	if (!err)
		memcpy(part.iov_base + part.iov_len, icv, xf->geo.icv);
	return err;
}

static int mac_check(const struct nfi_xform *xf, struct sk_buff *skb, unsigned int off,
		     unsigned int len)
{
	struct kvec part = { skb->data + off, len - xf->geo.icv };
	u8 icv[HASH_MAX_DIGESTSIZE];
	int err = mac(xf, &part, 1, nfi_cb(skb)->seq, icv);

	if (!err && crypto_memneq(part.iov_base + part.iov_len, icv, xf->geo.icv))
		err = -EBADMSG;
	return err;
}

/*
 * ESP
 */

/*
 * CBC wants what nobody can predict (RFC 3602 3), counter modes what never comes twice for a
 * key.
 */
static void put_iv(const struct nfi_xform *xf, u64 seq, u8 *iv)
{
	u64 random;
	int i;

	if (xf->counter) {
		put_unaligned_be64(seq ^ xf->mask, iv);
		return;
	}
	for (i = 0; i < xf->geo.iv; i += sizeof(random)) {
		random = get_random_u64();
		memcpy(iv + i, &random, sizeof(random));
	}
}

static int encrypted(struct job *job, int err)
{
	if (!err && job->xf->mac)
		err = mac_put(job->xf, job->skb, job->off, job->len);
	return job_end(job, out_error(job->skb, err));
}

static int decrypted(struct job *job, int err)
{
	return job_end(job, in_error(job->skb, err));
}

/*
 * RFC 4106 5: additional data are the ESP header (with the whole number if ESN), and for the API
 * the IV.
 */
static int aead_run(struct job *job, bool encrypt)
{
	const struct nfi_xform *xf = job->xf;
	struct aead_request *req = (void *)job->req;
	u8 *esp = job->skb->data + job->off;
	unsigned int head = ESP_HDR + xf->geo.iv;
	unsigned int text = job->len - head - (encrypt ? xf->geo.icv : 0);

	if (xf->esn) {
		memcpy(&job->aad[0], esp, 4);
		job->aad[1] = cpu_to_be32(nfi_cb(job->skb)->seq >> 32);
		memcpy(&job->aad[2], esp + 4, 4 + xf->geo.iv);
		sg_init_table(job->sg, 2);
		sg_set_buf(&job->sg[0], job->aad, head + 4);
		sg_set_buf(&job->sg[1], esp + head, job->len - head);
	} else {
		sg_init_one(job->sg, esp, job->len);
	}
	aead_request_set_tfm(req, xf->aead);
	aead_request_set_callback(req, 0, job_done, job);
	aead_request_set_ad(req, head + (xf->esn ? 4 : 0));
	aead_request_set_crypt(req, job->sg, job->sg, text, job->iv);
	return job_ran(job, encrypt ? crypto_aead_encrypt(req) : crypto_aead_decrypt(req));
}

static int cipher_run(struct job *job, bool encrypt)
{
	const struct nfi_xform *xf = job->xf;
	struct skcipher_request *req = (void *)job->req;
	unsigned int head = ESP_HDR + xf->geo.iv;
	unsigned int text = job->len - head - xf->geo.icv;

	sg_init_one(job->sg, job->skb->data + job->off + head, text);
	skcipher_request_set_tfm(req, xf->cipher);
	skcipher_request_set_callback(req, 0, job_done, job);
	skcipher_request_set_crypt(req, job->sg, job->sg, text, job->iv);
	return job_ran(job, encrypt ? crypto_skcipher_encrypt(req) : crypto_skcipher_decrypt(req));
}

int nfi_esp_encrypt(const struct nfi_xform *xf, struct sk_buff *skb, unsigned int off,
		    unsigned int len, const struct nfi_then *next)
{
	u8 *iv = skb->data + off + ESP_HDR;
	struct job *job;

	if (!xf->aead && !xf->cipher)
		return next->then(skb, out_error(skb, mac_put(xf, skb, off, len)));
	job = job_new(xf, skb, 0);
	if (!job)
		return no_memory(skb, NFI_DROP_OUT_NO_MEMORY, next);
	job->next = *next;
	job->finish = encrypted;
	job->off = off;
	job->len = len;
	put_iv(xf, nfi_cb(skb)->seq, iv);
	memcpy(job->iv, iv, IV_MAX); /* of which it needs xf->geo.iv; ICV and trailer are behind */
	return xf->aead ? aead_run(job, true) : cipher_run(job, true);
}

int nfi_esp_decrypt(const struct nfi_xform *xf, struct sk_buff *skb, unsigned int off,
		    unsigned int len, const struct nfi_then *next)
{
	struct job *job;
	int err;

	if (xf->mac) {
		err = mac_check(xf, skb, off, len);
		if (err || !xf->cipher)
			return next->then(skb, in_error(skb, err));
	}
	job = job_new(xf, skb, 0);
	if (!job)
		return no_memory(skb, NFI_DROP_IN_NO_MEMORY, next);
	job->next = *next;
	job->finish = decrypted;
	job->off = off;
	job->len = len;
	memcpy(job->iv, skb->data + off + ESP_HDR, IV_MAX); /* see nfi_esp_encrypt() */
	return xf->aead ? aead_run(job, false) : cipher_run(job, false);
}

/*
 * AH
 */

u8 *nfi_ah_cover(const struct nfi_xform *xf, struct sk_buff *skb, unsigned int hlen)
{
	struct job *job = job_new(xf, skb, hlen);

	if (!job)
		return NULL;
	job->off = hlen;
	memcpy(job->cover, skb->data, hlen);
	return job->cover;
}

void nfi_ah_uncover(struct sk_buff *skb)
{
	job_free(nfi_cb(skb)->tmp);
}

static int signed_gmac(struct job *job, int err)
{
	if (!err)
		memcpy(job->skb->data + job->len + job->xf->geo.iv, job->tag, job->xf->geo.icv);
	return job_end(job, out_error(job->skb, err));
}

/*
 * RFC 4543 4: everything is additional data, nothing is text. The IV stands in front of the tag
 * in the ICV field, which is zero as a whole in what is covered; the IV is bound by the nonce.
 */
static int gmac_run(struct job *job, bool sign)
{
	const struct nfi_xform *xf = job->xf;
	struct aead_request *req = (void *)job->req;
	struct sk_buff *skb = job->skb;
	unsigned int rest = skb->len - job->off, n = 0;

	memcpy(job->iv, xf->salt, SALT_MAX);
	memcpy(job->iv + SALT_MAX, skb->data + job->len, xf->geo.iv);
	sg_init_table(job->sg, 2 + !!rest + xf->esn);
	sg_set_buf(&job->sg[n++], job->cover, job->off);
	if (rest)
		sg_set_buf(&job->sg[n++], skb->data + job->off, rest);
	if (xf->esn) {
		job->aad[0] = cpu_to_be32(nfi_cb(skb)->seq >> 32);
		sg_set_buf(&job->sg[n++], job->aad, 4);
	}
	sg_set_buf(&job->sg[n], job->tag, xf->geo.icv);

	aead_request_set_tfm(req, xf->aead);
	aead_request_set_callback(req, 0, job_done, job);
	aead_request_set_ad(req, skb->len + (xf->esn ? 4 : 0));
	aead_request_set_crypt(req, job->sg, job->sg, sign ? 0 : xf->geo.icv, job->iv);
	return job_ran(job, sign ? crypto_aead_encrypt(req) : crypto_aead_decrypt(req));
}

static int cover_mac(struct job *job, u8 *icv)
{
	struct sk_buff *skb = job->skb;
	struct kvec part[2] = {
		{ job->cover, job->off },
		{ skb->data + job->off, skb->len - job->off },
	};

	return mac(job->xf, part, ARRAY_SIZE(part), nfi_cb(skb)->seq, icv);
}

int nfi_ah_sign(const struct nfi_xform *xf, struct sk_buff *skb, unsigned int icv,
		const struct nfi_then *next)
{
	struct job *job = nfi_cb(skb)->tmp;
	u8 out[HASH_MAX_DIGESTSIZE];
	int err;

	job->next = *next;
	job->len = icv;
	if (xf->aead) {
		put_iv(xf, nfi_cb(skb)->seq, skb->data + icv);
		job->finish = signed_gmac;
		return gmac_run(job, true);
	}
	err = cover_mac(job, out);
	if (!err)
		memcpy(skb->data + icv, out, xf->geo.icv);
	return job_end(job, out_error(skb, err));
}

int nfi_ah_verify(const struct nfi_xform *xf, struct sk_buff *skb, unsigned int icv,
		  const struct nfi_then *next)
{
	struct job *job = nfi_cb(skb)->tmp;
	u8 out[HASH_MAX_DIGESTSIZE];
	int err;

	job->next = *next;
	job->len = icv;
	if (xf->aead) {
		memcpy(job->tag, skb->data + icv + xf->geo.iv, xf->geo.icv);
		job->finish = decrypted;
		return gmac_run(job, false);
	}
	err = cover_mac(job, out);
	if (!err && crypto_memneq(out, skb->data + icv, xf->geo.icv))
		err = -EBADMSG;
	return job_end(job, in_error(skb, err));
}

/*
 * Making and freeing transforms
 */

/* NL_SET_ERR_MSG() for a text that is not a literal but lives as long as the module. */
static int refuse(struct netlink_ext_ack *extack, const char *text, int err)
{
	if (extack)
		extack->_msg = text;
	return err;
}

static int check_combination(const struct nfi_sa_msg *msg, const struct enc_row *enc,
			     const struct auth_row *auth, struct netlink_ext_ack *extack)
{
	if (msg->enc_alg && !enc)
		return refuse(extack, "unknown encryption algorithm", -EINVAL);
	if (msg->auth_alg && !auth)
		return refuse(extack, "unknown authentication algorithm", -EINVAL);
	if (msg->proto == IPPROTO_AH) {
		if (msg->encap)
			return refuse(extack, "AH cannot be encapsulated in UDP", -EINVAL);
		if (enc && (auth || enc->value != NFI_ENC_AES_GMAC))
			return refuse(extack, "AH takes authentication or aes-gmac alone", -EINVAL);
		if (!enc && !auth)
			return refuse(extack, "AH needs an authentication algorithm", -EINVAL);
	} else {
		if (!enc)
			return refuse(extack, "ESP needs encryption, null for none", -EINVAL);
		if ((enc->flags & NFI_ALG_AEAD) && auth)
			return refuse(extack, "a combined mode takes no authentication", -EINVAL);
		if (!(enc->flags & NFI_ALG_AEAD) && !auth)
			return refuse(extack, "ESP without integrity is refused", -EINVAL);
	}
	return 0;
}

static int check_legacy(const struct nfi_sa_msg *msg, const struct enc_row *enc,
			const struct auth_row *auth, struct netlink_ext_ack *extack)
{
	if (msg->flags & NFI_SAF_LEGACY)
		return 0;
	if (enc && (enc->flags & NFI_ALG_LEGACY))
		return refuse(extack, enc->legacy, -EINVAL);
	if (auth && (auth->flags & NFI_ALG_LEGACY))
		return refuse(extack, auth->legacy, -EINVAL);
	return 0;
}

static int check_enc_key(const struct enc_row *row, const struct nfi_key *key,
			 struct netlink_ext_ack *extack)
{
	int len = key->len - row->salt;
	bool fits = (len == 16 && (row->keys & NFI_K128)) ||
		    (len == 24 && (row->keys & NFI_K192)) ||
		    (len == 32 && (row->keys & NFI_K256)) || (!key->len && !row->keys);

	if (!fits)
		return refuse(extack, "wrong length of the encryption key (key and salt)", -EINVAL);
	if (row->value == NFI_ENC_DES3_CBC &&
	    (!crypto_memneq(key->b, key->b + 8, 8) ||
	     !crypto_memneq(key->b + 8, key->b + 16, 8)))
		return refuse(extack, "3des-cbc key has equal parts", -EINVAL);
	return 0;
}

static int no_tfm(const char *missing, int err, struct netlink_ext_ack *extack)
{
	return err == -ENOMEM ? err : refuse(extack, missing, err == -ENOENT ? -EOPNOTSUPP : err);
}

static int add_aead(struct nfi_xform *xf, const char *kernel, const struct enc_row *row,
		    const struct nfi_key *key, struct netlink_ext_ack *extack)
{
	/* The template of AH is not one of those that cut the salt off. */
	unsigned int cut = kernel == row->kernel ? 0 : row->salt;
	struct crypto_aead *tfm = crypto_alloc_aead(kernel, 0, 0);
	int err;

	if (IS_ERR(tfm))
		return no_tfm(row->missing, PTR_ERR(tfm), extack);
	xf->aead = tfm;
	err = crypto_aead_setkey(tfm, key->b, key->len - cut);
	if (!err)
		err = crypto_aead_setauthsize(tfm, row->icv);
	if (err)
		return refuse(extack, "kernel crypto refuses the key", err);
	memcpy(xf->salt, key->b + key->len - cut, cut);
	xf->jobsize += sizeof(struct aead_request) + crypto_aead_reqsize(tfm);
	return 0;
}

static int add_cipher(struct nfi_xform *xf, const struct enc_row *row, const struct nfi_key *key,
		      struct netlink_ext_ack *extack)
{
	struct crypto_skcipher *tfm = crypto_alloc_skcipher(row->kernel, 0, 0);
	int err;

	if (IS_ERR(tfm))
		return no_tfm(row->missing, PTR_ERR(tfm), extack);
	xf->cipher = tfm;
	err = crypto_skcipher_setkey(tfm, key->b, key->len);
	if (err)
		return refuse(extack, "kernel crypto refuses the encryption key", err);
	xf->jobsize += sizeof(struct skcipher_request) + crypto_skcipher_reqsize(tfm);
	return 0;
}

static int add_enc(struct nfi_xform *xf, const struct nfi_sa_msg *msg, const struct enc_row *row,
		   struct netlink_ext_ack *extack)
{
	const struct nfi_key *key = &msg->enc_key;
	int err = check_enc_key(row, key, extack);

	if (err)
		return err;
	xf->geo.iv = row->iv;
	xf->geo.block = row->block;
	xf->geo.aead = !!(row->flags & NFI_ALG_AEAD);
	xf->geo.nullenc = !!(row->flags & NFI_ALG_NULLENC);
	xf->counter = !!(row->flags & (NFI_ALG_AEAD | NFI_ALG_CTR));
	if (xf->geo.aead) {
		xf->geo.icv = row->icv;
		return add_aead(xf, msg->proto == IPPROTO_AH ? "gcm(aes)" : row->kernel, row, key,
				extack);
	}
	return row->value == NFI_ENC_NULL ? 0 : add_cipher(xf, row, key, extack);
}

static int add_auth(struct nfi_xform *xf, const struct nfi_key *key, const struct auth_row *row,
		    struct netlink_ext_ack *extack)
{
	struct crypto_shash *tfm;
	int err;

	if (key->len != row->keylen)
		return refuse(extack, "authentication key has a wrong length", -EINVAL);
	tfm = crypto_alloc_shash(row->kernel, 0, 0);
	if (IS_ERR(tfm))
		return no_tfm(row->missing, PTR_ERR(tfm), extack);
	xf->mac = tfm;
	xf->geo.icv = row->icv;
	err = crypto_shash_setkey(tfm, key->b, key->len);
	return err ? refuse(extack, "kernel crypto refuses the authentication key", err) : 0;
}

struct nfi_xform *nfi_xform_new(const struct nfi_sa_msg *msg, struct netlink_ext_ack *extack)
{
	const struct enc_row *enc = find_enc(msg->enc_alg);
	const struct auth_row *auth = find_auth(msg->auth_alg);
	struct nfi_xform *xf;
	int err = check_combination(msg, enc, auth, extack);

	if (!err)
		err = check_legacy(msg, enc, auth, extack);
	if (err)
		return ERR_PTR(err);
	xf = kzalloc(sizeof(*xf), GFP_KERNEL);
	if (!xf)
		return ERR_PTR(-ENOMEM);
	xf->geo.block = 1;
	xf->esn = !!(msg->flags & NFI_SAF_ESN);
	xf->mask = get_random_u64();
	xf->jobsize = offsetof(struct job, req);
	if (enc)
		err = add_enc(xf, msg, enc, extack);
	if (!err && auth)
		err = add_auth(xf, &msg->auth_key, auth, extack);
	if (err) {
		nfi_xform_free(xf);
		return ERR_PTR(err);
	}
	return xf;
}

void nfi_xform_free(struct nfi_xform *xf)
{
	if (!xf)
		return;
	crypto_free_aead(xf->aead);
	crypto_free_skcipher(xf->cipher);
	crypto_free_shash(xf->mac);
	kfree_sensitive(xf);
}

const struct nfi_xform_geo *nfi_xform_geo(const struct nfi_xform *xf)
{
	return &xf->geo;
}

void nfi_xform_set_mask(struct nfi_xform *xf, u64 mask)
{
	xf->mask = mask;
}

/*
 * What this kernel can do
 */

static int enc_driver(const struct enc_row *row, char *buf, size_t len)
{
	struct crypto_skcipher *cipher;
	struct crypto_aead *aead;

	if (row->value == NFI_ENC_NULL) {
		strscpy(buf, "nf_ipsec", len);
		return 0;
	}
	if (row->flags & NFI_ALG_AEAD) {
		aead = crypto_alloc_aead(row->kernel, 0, 0);
		if (IS_ERR(aead))
			return PTR_ERR(aead);
		strscpy(buf, crypto_tfm_alg_driver_name(crypto_aead_tfm(aead)), len);
		crypto_free_aead(aead);
		return 0;
	}
	cipher = crypto_alloc_skcipher(row->kernel, 0, 0);
	if (IS_ERR(cipher))
		return PTR_ERR(cipher);
	strscpy(buf, crypto_tfm_alg_driver_name(crypto_skcipher_tfm(cipher)), len);
	crypto_free_skcipher(cipher);
	return 0;
}

static int auth_driver(const struct auth_row *row, char *buf, size_t len)
{
	struct crypto_shash *tfm = crypto_alloc_shash(row->kernel, 0, 0);

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	strscpy(buf, crypto_tfm_alg_driver_name(crypto_shash_tfm(tfm)), len);
	crypto_free_shash(tfm);
	return 0;
}

int nfi_xform_driver(u8 kind, u16 value, char *buf, size_t len)
{
	const struct enc_row *enc = kind == 1 ? find_enc(value) : NULL;
	const struct auth_row *auth = kind == 2 ? find_auth(value) : NULL;
	int err;

	if (!enc && !auth) {
		strscpy(buf, "no such algorithm", len);
		return -ENOENT;
	}
	err = enc ? enc_driver(enc, buf, len) : auth_driver(auth, buf, len);
	if (!err)
		return 0;
	strscpy(buf, enc ? enc->missing : auth->missing, len);
	return -ENOENT;
}

int nfi_crypto_init(void)
{
	return 0;
}

void nfi_crypto_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kfree(per_cpu(spare, cpu));
}

/*
 * The fast drivers are modules that nobody may have asked for yet; where there are none, this is
 * ignored.
 */
MODULE_SOFTDEP("pre: aesni_intel");
