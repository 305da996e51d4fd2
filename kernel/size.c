// SPDX-License-Identifier: GPL-2.0-only
/*
 * size.c - how long a sealed packet is, and how long a packet may be to fit; pure.
 */
#include <linux/kernel.h>
#include "size.h"

#define ESP_HDR 8u
#define ESP_TAIL 2u /* pad length, next header */
#define AH_HDR 12u

/* ESP ends on 4 octets at least (RFC 4303 2.4). Blocks are powers of two. */
static unsigned int granularity(const struct nfi_shape *s)
{
	return s->block > 4 ? s->block : 4;
}

static unsigned int round_to(unsigned int n, unsigned int unit)
{
	return (n + unit - 1) & ~(unit - 1);
}

unsigned int nfi_shape_pad(const struct nfi_shape *s, unsigned int payload)
{
	return round_to(payload + ESP_TAIL, granularity(s)) - payload - ESP_TAIL;
}

unsigned int nfi_shape_ah(const struct nfi_shape *s)
{
	return round_to(AH_HDR + s->iv + s->icv, s->ip == 40 ? 8 : 4);
}

unsigned int nfi_shape_front(const struct nfi_shape *s)
{
	return s->ah ? nfi_shape_ah(s) : s->udp + ESP_HDR + s->iv;
}

unsigned int nfi_shape_sealed(const struct nfi_shape *s, unsigned int len)
{
	unsigned int payload = s->tunnel ? len : len - s->ip;

	if (!s->ah)
		payload += nfi_shape_pad(s, payload) + ESP_TAIL + s->icv;
	return s->ip + nfi_shape_front(s) + payload;
}

unsigned int nfi_shape_mtu(const struct nfi_shape *s, unsigned int mtu)
{
	unsigned int fixed = s->ip + nfi_shape_front(s) + (s->ah ? 0 : s->icv);
	unsigned int room;

	if (mtu <= fixed)
		return 0;
	room = mtu - fixed;
	if (!s->ah) {
		room &= ~(granularity(s) - 1);
		if (room <= ESP_TAIL)
			return 0;
		room -= ESP_TAIL;
	}
	return s->tunnel ? room : room + s->ip;
}

unsigned int nfi_shape_tfc(const struct nfi_shape *s, unsigned int len, unsigned int mtu)
{
	unsigned int want, most;

	if (!s->tfc || !s->tunnel || s->ah)
		return 0;
	want = roundup(len, s->tfc);
	most = nfi_shape_mtu(s, mtu);
	if (want > most)
		want = most;
	return want > len ? want - len : 0;
}

void nfi_shape_room(const struct nfi_shape *s, unsigned int *head, unsigned int *tail)
{
	*head = (s->tunnel ? s->ip : 0) + nfi_shape_front(s);
	*tail = 0;
	if (s->ah)
		return;
	*tail = granularity(s) - 1 + ESP_TAIL + s->icv;
	if (s->tunnel && s->tfc)
		*tail += s->tfc - 1;
}
