// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * spray.c - sends made-up and mangled IPsec packets into a device, as fast as it can.
 *
 * usage: spray DEV MAC PCAP COUNT SEED SPI KEY INNER-SRC INNER-DST
 *
 * PCAP holds valid packets (Ethernet), to be mangled. SPI (hex) and KEY (64 hex digits) are of an ESP tunnel
 * with NULL encryption and HMAC-SHA-256-128, so that rubbish with a good ICV is made, too; INNER-SRC and
 * INNER-DST are IPv4 addresses of its policy. IP headers are always sound, and none is a fragment: each packet
 * reaches the hooks. Prints how many of each kind were sent, and the sum.
 */
#define _GNU_SOURCE /* sendmmsg */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MTU 1500
#define BATCH 32
#define TEMPLATES 64

struct packet {
	unsigned int len; /* from the IP header on */
	unsigned char frame[ETH_HLEN + MTU];
};

static struct packet templates[TEMPLATES];
static unsigned int ntemplates;
static uint64_t state;

static uint32_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 16;
}

static uint32_t below(uint32_t n)
{
	return rnd() % n;
}

static void put16(unsigned char *p, uint32_t v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static void put32(unsigned char *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

static void fill(unsigned char *p, unsigned int n)
{
	while (n--)
		*p++ = rnd();
}

/* ---- SHA-256 (FIPS 180-4) and HMAC ---- */

static const uint32_t K[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

#define ROR(x, n) ((x) >> (n) | (x) << (32 - (n)))

static void block(uint32_t h[8], const unsigned char *p)
{
	uint32_t w[64], v[8], a, b;
	int i;

	for (i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | p[4 * i + 1] << 16 | p[4 * i + 2] << 8 | p[4 * i + 3];
	for (; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] + (ROR(w[i - 15], 7) ^ ROR(w[i - 15], 18) ^ w[i - 15] >> 3) +
		       (ROR(w[i - 2], 17) ^ ROR(w[i - 2], 19) ^ w[i - 2] >> 10);
	memcpy(v, h, sizeof(v));
	for (i = 0; i < 64; i++) {
		a = v[7] + (ROR(v[4], 6) ^ ROR(v[4], 11) ^ ROR(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) +
		    K[i] + w[i];
		b = (ROR(v[0], 2) ^ ROR(v[0], 13) ^ ROR(v[0], 22)) +
		    ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
		memmove(v + 1, v, 7 * sizeof(*v));
		v[4] += a;
		v[0] = a + b;
	}
	for (i = 0; i < 8; i++)
		h[i] += v[i];
}

static const uint32_t H0[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
				0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
static uint32_t ipad[8], opad[8];

static void hmac_key(const unsigned char *key)
{
	unsigned char in[64], out[64];
	int i;

	for (i = 0; i < 64; i++) {
		in[i] = (i < 32 ? key[i] : 0) ^ 0x36;
		out[i] = (i < 32 ? key[i] : 0) ^ 0x5c;
	}
	memcpy(ipad, H0, sizeof(ipad));
	memcpy(opad, H0, sizeof(opad));
	block(ipad, in);
	block(opad, out);
}

/* the rest of a message whose first 64 octets are in h; n < MTU */
static void finish(uint32_t h[8], const unsigned char *p, unsigned int n, unsigned char *out)
{
	unsigned char last[128] = { 0 };
	unsigned int rest, i;
	uint32_t bits = (64 + n) * 8;

	for (; n >= 64; n -= 64, p += 64)
		block(h, p);
	memcpy(last, p, n);
	last[n] = 0x80;
	rest = n < 56 ? 64 : 128;
	put32(last + rest - 4, bits);
	for (i = 0; i < rest; i += 64)
		block(h, last + i);
	for (i = 0; i < 8; i++)
		put32(out + 4 * i, h[i]);
}

static void hmac(const unsigned char *p, unsigned int n, unsigned char out[32])
{
	uint32_t h[8];

	memcpy(h, ipad, sizeof(h));
	finish(h, p, n, out);
	memcpy(h, opad, sizeof(h));
	finish(h, out, 32, out);
}

/* ---- IP ---- */

static void ip_sum(unsigned char *ip)
{
	unsigned int n = (ip[0] & 15) * 4, i;
	uint32_t sum = 0;

	put16(ip + 10, 0);
	for (i = 0; i < n; i += 2)
		sum += ip[i] << 8 | ip[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(ip + 10, ~sum);
}

static void ip_make(unsigned char *ip, const unsigned char *src, const unsigned char *dst, unsigned int proto,
		    unsigned int len)
{
	memset(ip, 0, 20);
	ip[0] = 0x45;
	put16(ip + 2, len);
	ip[8] = 64;
	ip[9] = proto;
	memcpy(ip + 12, src, 4);
	memcpy(ip + 16, dst, 4);
	ip_sum(ip);
}

static unsigned char *ip_of(struct packet *p)
{
	return p->frame + ETH_HLEN;
}

static unsigned int ip_len(struct packet *p)
{
	return ip_of(p)[0] >> 4 == 6 ? 40 : (ip_of(p)[0] & 15) * 4;
}

static void set_len(struct packet *p, unsigned int len)
{
	p->len = len;
	if (ip_of(p)[0] >> 4 == 6) {
		put16(ip_of(p) + 4, len - 40);
	} else {
		put16(ip_of(p) + 2, len);
		ip_sum(ip_of(p));
	}
}

/* where the SPI is; 0: none */
static unsigned int spi_at(struct packet *p)
{
	unsigned int proto = ip_of(p)[0] >> 4 == 6 ? ip_of(p)[6] : ip_of(p)[9];

	return ip_len(p) + (proto == 51 ? 4 : proto == 17 ? 8 : 0);
}

/* ---- kinds of packets ---- */

static uint32_t esp_spi, esp_seq = 1000000;
static unsigned char inner_src[4], inner_dst[4], outer_src[4], outer_dst[4];

static void any(struct packet *p)
{
	*p = templates[below(ntemplates)];
}

static void any4(struct packet *p)
{
	do
		any(p);
	while (ip_of(p)[0] >> 4 != 4);
}

static void flip(struct packet *p)
{
	unsigned int n = 1 + below(8), from = ip_len(p);

	while (n--)
		ip_of(p)[from + below(p->len - from)] = rnd();
}

static void k_replayed(struct packet *p)
{
	any(p);
}

static void k_flipped(struct packet *p)
{
	any(p);
	flip(p);
}

/* the number is new, so that it is the ICV that must notice */
static void k_numbered(struct packet *p)
{
	any(p);
	put32(ip_of(p) + spi_at(p) + 4, rnd() >> below(24));
	if (below(2))
		flip(p);
}

static void k_cut(struct packet *p)
{
	unsigned int from;

	any(p);
	from = ip_len(p);
	set_len(p, from + below(p->len - from));
}

static void k_stretched(struct packet *p)
{
	unsigned int n;

	any(p);
	n = below(MTU - p->len);
	fill(ip_of(p) + p->len, n);
	put32(ip_of(p) + spi_at(p) + 4, rnd());
	set_len(p, p->len + n);
}

static void k_unknown(struct packet *p)
{
	any(p);
	fill(ip_of(p) + spi_at(p), 4);
}

static void k_protocol(struct packet *p)
{
	any4(p);
	ip_of(p)[9] = rnd();
	if (below(2))
		flip(p);
	ip_sum(ip_of(p));
}

static void k_random(struct packet *p)
{
	static const unsigned char protos[] = { 50, 51, 17 };
	unsigned int n = below(200);

	any4(p);
	p->len = 20 + n;
	fill(ip_of(p) + 20, n);
	ip_make(ip_of(p), outer_src, outer_dst, protos[below(3)], p->len);
	if (n >= 12 && below(2))
		put32(ip_of(p) + spi_at(p), esp_spi);
	if (ip_of(p)[9] == 17 && n >= 4)
		put16(ip_of(p) + 22, 4500);
}

static void k_options(struct packet *p)
{
	unsigned int n;

	any4(p);
	n = 4 * (1 + below(10));
	if (p->len + n > MTU)
		n = 4;
	memmove(ip_of(p) + 20 + n, ip_of(p) + 20, p->len - 20);
	fill(ip_of(p) + 20, n);
	ip_of(p)[0] = 0x45 + n / 4;
	set_len(p, p->len + n);
}

/* ESP around what is already at ip + 28; n octets, with padding and trailer */
static void seal(struct packet *p, unsigned int n)
{
	unsigned char *ip = ip_of(p), icv[32];

	put32(ip + 20, esp_spi);
	put32(ip + 24, esp_seq++);
	hmac(ip + 20, 8 + n, icv);
	memcpy(ip + 28 + n, icv, 16);
	p->len = 28 + n + 16;
	ip_make(ip, outer_src, outer_dst, 50, p->len);
}

/* a good ICV around rubbish */
static void k_sealed_rubbish(struct packet *p)
{
	unsigned int n = 2 + below(150);
	unsigned char *in = ip_of(p) + 28;

	any4(p);
	fill(in, n);
	if (below(2)) {
		in[n - 2] = 0;
		if (below(2)) {
			in[n - 1] = below(2) ? 4 : 41;
			in[0] = (in[n - 1] == 4 ? 0x40 : 0x60) | (in[0] & 15);
		}
	}
	seal(p, n);
}

/* a good ICV around an IPv4 packet with a flaw, or none */
static void k_sealed_packet(struct packet *p)
{
	static const unsigned char protos[] = { 1, 6, 17, 50, 51, 132 };
	unsigned char *in = ip_of(p) + 28;
	unsigned int n = 20 + below(120), pad, i;

	any4(p);
	fill(in + 20, n - 20);
	ip_make(in, inner_src, below(8) ? inner_dst : outer_dst, below(8) ? protos[below(6)] : rnd(), n);
	if (in[9] == 50 || in[9] == 51) {
		if (n >= 32)
			put32(in + 20 + (in[9] == 51 ? 4 : 0), esp_spi);
	}
	if (!below(4))
		in[below(20)] = rnd();
	in[6] &= 0x40; /* a fragment would be kept for its others */
	in[7] = 0;
	if (below(8))
		ip_sum(in);
	pad = below(8) ? -(n + 2) & 3 : below(255);
	for (i = 0; i < pad; i++)
		in[n + i] = i + 1;
	in[n + pad] = pad;
	in[n + pad + 1] = 4;
	seal(p, n + pad + 2);
}

static const struct {
	const char *name;
	void (*make)(struct packet *p);
	unsigned int share; /* of 32 */
} kinds[] = {
	{ "replayed", k_replayed, 2 },	     { "flipped", k_flipped, 6 },
	{ "numbered", k_numbered, 5 },	     { "cut", k_cut, 4 },
	{ "stretched", k_stretched, 1 },     { "unknown", k_unknown, 3 },
	{ "protocol", k_protocol, 3 },	     { "random", k_random, 3 },
	{ "options", k_options, 2 },	     { "sealed-rubbish", k_sealed_rubbish, 1 },
	{ "sealed-packet", k_sealed_packet, 2 },
};

#define KINDS (sizeof(kinds) / sizeof(*kinds))

static unsigned int pick(void)
{
	unsigned int n = below(32), i;

	for (i = 0; n >= kinds[i].share; i++)
		n -= kinds[i].share;
	return i;
}

/* ---- in and out ---- */

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* little-endian pcap of Ethernet */
static void read_templates(const char *path, const unsigned char *header)
{
	unsigned char h[24];
	FILE *f = fopen(path, "r");
	uint32_t len;

	if (!f || fread(h, 24, 1, f) != 1)
		die(path);
	while (ntemplates < TEMPLATES && fread(h, 16, 1, f) == 1) {
		struct packet *p = &templates[ntemplates];

		memcpy(&len, h + 8, 4);
		if (len < ETH_HLEN + 40 || len > sizeof(p->frame) || fread(p->frame, len, 1, f) != 1)
			break;
		memcpy(p->frame, header, 12);
		p->len = len - ETH_HLEN;
		if (ip_of(p)[0] >> 4 == 4) {
			memcpy(outer_src, ip_of(p) + 12, 4);
			memcpy(outer_dst, ip_of(p) + 16, 4);
		}
		ntemplates++;
	}
	fclose(f);
	if (!ntemplates)
		die("no packets in the capture");
}

static int open_device(const char *dev)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(dev) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;

	if (fd < 0 || !ll.sll_ifindex || bind(fd, (struct sockaddr *)&ll, sizeof(ll)))
		die(dev);
	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one));
	return fd;
}

static void send_all(int fd, struct mmsghdr *m, unsigned int n)
{
	int done;

	while (n) {
		done = sendmmsg(fd, m, n, 0);
		if (done < 0)
			die("sendmmsg");
		m += done;
		n -= done;
	}
	sched_yield(); /* the receiver may be a thread by now */
}

static void spray(int fd, unsigned long count)
{
	static struct packet packets[BATCH];
	static struct mmsghdr m[BATCH];
	static struct iovec iov[BATCH];
	unsigned long sent[KINDS] = { 0 }, left = count;
	unsigned int i, n, kind;

	while (left) {
		n = left < BATCH ? left : BATCH;
		for (i = 0; i < n; i++) {
			kind = pick();
			kinds[kind].make(&packets[i]);
			packets[i].frame[12] = ip_of(&packets[i])[0] >> 4 == 6 ? 0x86 : 0x08;
			packets[i].frame[13] = ip_of(&packets[i])[0] >> 4 == 6 ? 0xdd : 0x00;
			iov[i].iov_base = packets[i].frame;
			iov[i].iov_len = ETH_HLEN + packets[i].len;
			m[i].msg_hdr.msg_iov = &iov[i];
			m[i].msg_hdr.msg_iovlen = 1;
			sent[kind]++;
		}
		send_all(fd, m, n);
		left -= n;
	}
	for (i = 0; i < KINDS; i++)
		printf("%s %lu\n", kinds[i].name, sent[i]);
	printf("sum %lu\n", count);
}

static void hex(const char *text, unsigned char *out, unsigned int n)
{
	unsigned int i, v;

	for (i = 0; i < n; i++) {
		if (sscanf(text + 2 * i, "%2x", &v) != 1)
			die("hex digits");
		out[i] = v;
	}
}

int main(int argc, char **argv)
{
	unsigned char key[32], header[12] = { 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0x99 };
	struct ether_addr *mac;

	if (argc != 10) {
		fprintf(stderr, "usage: spray DEV MAC PCAP COUNT SEED SPI KEY INNER-SRC INNER-DST\n");
		return 2;
	}
	mac = ether_aton(argv[2]);
	if (!mac)
		die(argv[2]);
	memcpy(header, mac, 6);
	read_templates(argv[3], header);
	state = strtoull(argv[5], NULL, 0) * 0x9e3779b97f4a7c15ull + 1;
	esp_spi = strtoul(argv[6], NULL, 16);
	hex(argv[7], key, sizeof(key));
	hmac_key(key);
	inet_pton(AF_INET, argv[8], inner_src);
	inet_pton(AF_INET, argv[9], inner_dst);
	spray(open_device(argv[1]), strtoul(argv[4], NULL, 0));
	return 0;
}
