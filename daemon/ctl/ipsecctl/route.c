// SPDX-License-Identifier: GPL-2.0-or-later
/* route.c - routes and devices for listings. */
#include "route.h"

#include <net/if.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"

#define FLAG_UP 0x1
#define FLAG_GATEWAY 0x2
#define FLAG_REJECT 0x200

static uint32_t mtu_of(const struct routes *r, const char *dev)
{
	size_t i;

	for (i = 0; i < r->ndevices; i++)
		if (!strcmp(r->devices[i].name, dev))
			return r->devices[i].mtu;
	return 0;
}

static void add(struct routes *r, const struct route *one)
{
	r->v = arena_grow(r->v, &r->room, r->n, sizeof(*r->v));
	r->v[r->n] = *one;
	if (!one->mtu)
		r->v[r->n].mtu = mtu_of(r, one->dev);
	r->n++;
}

/* The numbers of /proc/net/route are words of memory as they are. */
void route_parse4(struct routes *r, FILE *f)
{
	unsigned int dst, gw, flags, mask;
	struct route one;
	char line[512];

	while (fgets(line, sizeof(line), f)) {
		memset(&one, 0, sizeof(one));
		if (sscanf(line, "%15s %8x %8x %4x %*d %*u %u %8x %u", one.dev, &dst, &gw, &flags, &one.metric, &mask,
			   &one.mtu) != 7 || !(flags & FLAG_UP) || flags & FLAG_REJECT)
			continue;
		one.dst.len = 4;
		one.dst.v4 = dst;
		one.plen = (uint8_t)__builtin_popcount(mask);
		if (flags & FLAG_GATEWAY) {
			one.gw.len = 4;
			one.gw.v4 = gw;
		}
		add(r, &one);
	}
}

static bool read_octets(const char *hex, uint8_t b[16])
{
	unsigned int v;
	size_t i;

	for (i = 0; i < 16; i++) {
		if (sscanf(hex + 2 * i, "%2x", &v) != 1)
			return false;
		b[i] = (uint8_t)v;
	}
	return true;
}

void route_parse6(struct routes *r, FILE *f)
{
	char line[512], dst[33], gw[33];
	unsigned int plen, flags;
	struct route one;

	while (fgets(line, sizeof(line), f)) {
		memset(&one, 0, sizeof(one));
		if (sscanf(line, "%32[0-9a-f] %2x %*32s %*x %32[0-9a-f] %8x %*x %*x %8x %15s", dst, &plen, gw, &one.metric,
			   &flags, one.dev) != 6 || strlen(dst) != 32 || strlen(gw) != 32)
			continue;
		if (!(flags & FLAG_UP) || flags & FLAG_REJECT || plen > 128)
			continue;
		if (!read_octets(dst, one.dst.b) || !read_octets(gw, one.gw.b))
			continue;
		one.dst.len = 16;
		one.gw.len = flags & FLAG_GATEWAY ? 16 : 0;
		one.plen = (uint8_t)plen;
		add(r, &one);
	}
}

/* Devices ------------------------------------------------------------------------------------- */

static void read_devices(struct routes *r)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct if_nameindex *list = if_nameindex(), *i;

	for (i = list; fd >= 0 && i && i->if_index; i++) {
		struct ifreq req = { .ifr_mtu = 0 };
		struct device *d;

		snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", i->if_name);
		if (ioctl(fd, SIOCGIFMTU, &req))
			continue;
		r->devices = arena_grow(r->devices, &r->devices_room, r->ndevices, sizeof(*r->devices));
		d = &r->devices[r->ndevices++];
		snprintf(d->name, sizeof(d->name), "%s", i->if_name);
		d->mtu = (uint32_t)req.ifr_mtu;
	}
	if (list)
		if_freenameindex(list);
	if (fd >= 0)
		close(fd);
}

static void read_file(struct routes *r, const char *name, void (*parse)(struct routes *, FILE *))
{
	FILE *f = fopen(name, "re");

	if (!f)
		return;
	parse(r, f);
	fclose(f);
}

void route_read(struct routes *r)
{
	memset(r, 0, sizeof(*r));
	read_devices(r);
	/* of this thread's namespace, whatever is mounted on /proc */
	read_file(r, "/proc/thread-self/net/route", route_parse4);
	read_file(r, "/proc/thread-self/net/ipv6_route", route_parse6);
}

void route_fini(struct routes *r)
{
	free(r->v);
	free(r->devices);
	memset(r, 0, sizeof(*r));
}

static bool leads_to(const struct route *r, const struct nfi_addr *to)
{
	unsigned int i;

	if (r->dst.len != to->len)
		return false;
	for (i = 0; i < r->plen; i++)
		if ((r->dst.b[i / 8] ^ to->b[i / 8]) & 0x80 >> i % 8)
			return false;
	return true;
}

const struct route *route_find(const struct routes *r, const struct nfi_addr *to)
{
	const struct route *best = NULL;
	size_t i;

	for (i = 0; i < r->n; i++) {
		const struct route *one = &r->v[i];

		if (!leads_to(one, to))
			continue;
		if (!best || one->plen > best->plen || (one->plen == best->plen && one->metric < best->metric))
			best = one;
	}
	return best;
}
