// SPDX-License-Identifier: GPL-2.0-only
/*
 * spi.c - SA_ALLOCSPI: random free SPIs, reserved for a while for the SA that is to come.
 */
#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/slab.h>
#include "sa_priv.h"

#define HAS(msg, attr) ((msg)->has & BIT_ULL(NFI_SA_##attr))
#define RESERVED_FOR (60 * HZ)
#define RANDOM_TRIES 64
#define SCAN_MAX 65536 /* SPIs tried one after another before giving up */

struct reservation {
	struct list_head node; /* sad->reserved */
	struct hlist_node hnode; /* sad->reserved_by_spi */
	unsigned long until; /* jiffies */
	u64 owner;
	struct nfi_addr daddr;
	__be32 spi;
	u8 proto;
};

static struct hlist_head *chain(struct nfi_sad *sad, __be32 spi)
{
	BUILD_BUG_ON(ARRAY_SIZE(sad->reserved_by_spi) != 64);
	return &sad->reserved_by_spi[hash_32((__force u32)spi, 6)];
}

static void release(struct reservation *res)
{
	list_del(&res->node);
	hlist_del(&res->hnode);
	kfree(res);
}

static void release_old(struct nfi_sad *sad)
{
	struct reservation *res, *next;

	list_for_each_entry_safe(res, next, &sad->reserved, node) {
		if (time_before(jiffies, res->until))
			break;
		release(res);
	}
}

static struct reservation *find(struct nfi_sad *sad, const struct nfi_addr *daddr, __be32 spi,
				u8 proto)
{
	struct reservation *res;

	release_old(sad);
	hlist_for_each_entry(res, chain(sad, spi), hnode)
		if (res->spi == spi && res->proto == proto && res->daddr.len == daddr->len &&
		    !memcmp(res->daddr.b, daddr->b, daddr->len))
			return res;
	return NULL;
}

bool nfi_spi_foreign(struct nfi_net *nn, const struct nfi_sa_msg *msg)
{
	struct reservation *res = find(&nn->sad, &msg->daddr, msg->spi, msg->proto);

	return res && res->owner != msg->owner;
}

void nfi_spi_consume(struct nfi_net *nn, const struct nfi_sa *sa)
{
	const struct nfi_endpoint *ep;
	struct reservation *res;
	struct nfi_addr daddr;

	if (list_empty(&nn->sad.reserved))
		return;
	rcu_read_lock();
	ep = rcu_dereference(sa->ep);
	daddr.len = ep->family == AF_INET ? 4 : 16;
	memcpy(daddr.b, &ep->daddr, daddr.len);
	rcu_read_unlock();
	res = find(&nn->sad, &daddr, sa->spi, sa->proto);
	if (res)
		release(res);
}

void nfi_spi_exit(struct nfi_net *nn)
{
	struct reservation *res, *next;

	list_for_each_entry_safe(res, next, &nn->sad.reserved, node)
		release(res);
}

static bool is_free(struct nfi_net *nn, const struct nfi_sa_msg *msg, __be32 spi)
{
	return !nfi_sa_named(nn, &msg->daddr, spi, msg->proto, NULL) &&
	       !find(&nn->sad, &msg->daddr, spi, msg->proto);
}

/* A free SPI from min on, count of them; 0: none found. */
static u32 choose(struct nfi_net *nn, const struct nfi_sa_msg *msg, u32 min, u64 count)
{
	u64 off = 0;
	u32 i;

	for (i = 0; i < RANDOM_TRIES; i++) {
		off = (get_random_u32() * count) >> 32;
		if (is_free(nn, msg, htonl(min + off)))
			return min + off;
	}
	for (i = 0; i < min_t(u64, count, SCAN_MAX); i++) {
		if (++off == count)
			off = 0;
		if (is_free(nn, msg, htonl(min + off)))
			return min + off;
		cond_resched();
	}
	return 0;
}

int nfi_sa_allocspi(struct nfi_net *nn, struct nfi_sa_msg *msg, struct netlink_ext_ack *extack)
{
	u32 min = HAS(msg, SPI_MIN) ? msg->spi_min : 256;
	u32 max = HAS(msg, SPI_MAX) ? msg->spi_max : U32_MAX;
	struct reservation *res;
	u32 spi;

	lockdep_assert_held(&nn->lock);
	if (!HAS(msg, DADDR) || !HAS(msg, PROTO)) {
		NL_SET_ERR_MSG(extack, "SA_ALLOCSPI needs DADDR and PROTO");
		return -EINVAL;
	}
	if (min < 256 || min > max) {
		NL_SET_ERR_MSG(extack, "SPI_MIN must be 256 or more and not above SPI_MAX");
		return -EINVAL;
	}
	spi = choose(nn, msg, min, (u64)max - min + 1);
	if (!spi) {
		NL_SET_ERR_MSG(extack, "no free SPI between SPI_MIN and SPI_MAX");
		return -ENOSPC;
	}
	res = kzalloc(sizeof(*res), GFP_KERNEL_ACCOUNT);
	if (!res) {
		NL_SET_ERR_MSG(extack, "out of memory");
		return -ENOMEM;
	}
	res->spi = htonl(spi);
	res->proto = msg->proto;
	res->owner = msg->owner;
	res->daddr = msg->daddr;
	res->until = jiffies + RESERVED_FOR;
	list_add_tail(&res->node, &nn->sad.reserved);
	hlist_add_head(&res->hnode, chain(&nn->sad, res->spi));
	msg->spi = res->spi;
	msg->has |= BIT_ULL(NFI_SA_SPI);
	return 0;
}
