// SPDX-License-Identifier: GPL-2.0-or-later
/* route.c - routes and devices for listings. */
#include "route.h"

#include <ctype.h>
#include <errno.h>
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

/* Lines ---------------------------------------------------------------------------------------- */

#define FIELDS 12

/* The fields of a line, cut in place; how many. */
static size_t cut(char *line, char *field[FIELDS])
{
	char *save = NULL, *at = strtok_r(line, " \t\n", &save);
	size_t n;

	for (n = 0; at && n < FIELDS; n++) {
		field[n] = at;
		at = strtok_r(NULL, " \t\n", &save);
	}
	return n;
}

static bool read_number(const char *text, int base, uint32_t *v)
{
	unsigned long n;
	char *end;

	if (!isxdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	n = strtoul(text, &end, base);
	*v = (uint32_t)n;
	return !errno && !*end && n <= UINT32_MAX;
}

static bool read_octets(const char *hex, uint8_t b[16])
{
	char one[3] = "";
	uint32_t v;
	size_t i;

	if (strlen(hex) != 32)
		return false;
	for (i = 0; i < 16; i++) {
		memcpy(one, hex + 2 * i, 2);
		if (!read_number(one, 16, &v))
			return false;
		b[i] = (uint8_t)v;
	}
	return true;
}

/* Iface Destination Gateway Flags RefCnt Use Metric Mask MTU; addresses are words of memory as they are. */
static bool read_line4(char *const *field, struct route *r)
{
	uint32_t dst, gw, flags, mask;

	if (!read_number(field[1], 16, &dst) ||
	    !read_number(field[2], 16, &gw) ||
	    !read_number(field[3], 16, &flags) ||
	    !read_number(field[6], 10, &r->metric) ||
	    !read_number(field[7], 16, &mask) ||
	    !read_number(field[8], 10, &r->mtu))
		return false;
	r->dst.len = 4;
	r->dst.v4 = dst;
	r->gw.len = flags & FLAG_GATEWAY ? 4 : 0;
	r->gw.v4 = gw;
	r->plen = (uint8_t)__builtin_popcount(mask);
	snprintf(r->dev, sizeof(r->dev), "%s", field[0]);
	return flags & FLAG_UP && !(flags & FLAG_REJECT);
}

/* destination, length, source, length, next hop, metric, two counts, flags, device */
static bool read_line6(char *const *field, struct route *r)
{
	uint32_t plen, flags;

	if (!read_octets(field[0], r->dst.b) ||
	    !read_number(field[1], 16, &plen) || plen > 128 ||
	    !read_octets(field[4], r->gw.b) ||
	    !read_number(field[5], 16, &r->metric) ||
	    !read_number(field[8], 16, &flags))
		return false;
	r->dst.len = 16;
	r->gw.len = flags & FLAG_GATEWAY ? 16 : 0;
	r->plen = (uint8_t)plen;
	snprintf(r->dev, sizeof(r->dev), "%s", field[9]);
	return flags & FLAG_UP && !(flags & FLAG_REJECT);
}

static void parse(struct routes *r, FILE *f,
		  bool (*read_line)(char *const *, struct route *))
{
	char line[512], *field[FIELDS];
	struct route one;

	while (fgets(line, sizeof(line), f)) {
		memset(&one, 0, sizeof(one));
		if (cut(line, field) > 9 && read_line(field, &one))
			add(r, &one);
	}
}

void route_parse4(struct routes *r, FILE *f)
{
	parse(r, f, read_line4);
}

void route_parse6(struct routes *r, FILE *f)
{
	parse(r, f, read_line6);
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
		r->devices = arena_grow(r->devices, &r->devices_room,
					r->ndevices, sizeof(*r->devices));
		d = &r->devices[r->ndevices++];
		snprintf(d->name, sizeof(d->name), "%s", i->if_name);
		d->mtu = (uint32_t)req.ifr_mtu;
	}
	if (list)
		if_freenameindex(list);
	if (fd >= 0)
		close(fd);
}

static void read_file(struct routes *r, const char *name,
		      void (*take)(struct routes *, FILE *))
{
	FILE *f = fopen(name, "re");

	if (!f)
		return;
	take(r, f);
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

const struct route *route_find(const struct routes *r,
			       const struct nfi_addr *to)
{
	const struct route *best = NULL;
	size_t i;

	for (i = 0; i < r->n; i++) {
		const struct route *one = &r->v[i];

		if (!leads_to(one, to))
			continue;
		if (!best || one->plen > best->plen ||
		    (one->plen == best->plen && one->metric < best->metric))
			best = one;
	}
	return best;
}
