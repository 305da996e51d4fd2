// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klips.c - the listings of FreeS/WAN's kernel part. There a tunnel was an SA of its own, "tun0x200@11.0.0.1"; here
 * it is the mode of the ESP or AH SA, so that it is shown as "tun@11.0.0.1", without a number that nobody has.
 */
#include "klips.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "algs.h"

static const char *addr_text(const struct nfi_addr *addr, char text[ADDR_TEXT])
{
	return addr_print(addr->b, addr->len, text);
}

static const char *prefix_text(const struct nfi_addr *addr, uint8_t plen,
			       char text[ADDR_TEXT])
{
	addr_text(addr, text);
	snprintf(text + strlen(text), ADDR_TEXT - strlen(text), "/%u", plen);
	return text;
}

/* SAIDs --------------------------------------------------------------------------------------- */

const char *klips_said(const struct nfi_sa_msg *sa, char text[SAID_TEXT])
{
	char addr[ADDR_TEXT];

	snprintf(text, SAID_TEXT, "%s0x%x@%s",
		 sa->proto == IPPROTO_AH ? "ah" : "esp", ntohl(sa->spi),
		 addr_text(&sa->daddr, addr));
	return text;
}

/* Order --------------------------------------------------------------------------------------- */

static int compare_addr(const struct nfi_addr *a, const struct nfi_addr *b)
{
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->b, b->b, a->len);
}

static int compare_policies(const void *a, const void *b)
{
	const struct nfi_sp_msg *x = a, *y = b;
	int d = compare_addr(&x->src, &y->src);

	if (!d)
		d = x->src_len - y->src_len;
	if (!d)
		d = compare_addr(&x->dst, &y->dst);
	if (!d)
		d = x->dst_len - y->dst_len;
	return d ? d : x->id < y->id ? -1 : x->id > y->id;
}

static int compare_sas(const void *a, const void *b)
{
	const struct nfi_sa_msg *x = a, *y = b;
	char p[SAID_TEXT], q[SAID_TEXT];
	int d = strcmp(klips_said(x, p), klips_said(y, q));

	return d ? d : x->id < y->id ? -1 : x->id > y->id;
}

void klips_sort(struct state *st)
{
	if (st->npolicies)
		qsort(st->policies, st->npolicies, sizeof(*st->policies),
		      compare_policies);
	if (st->nsas)
		qsort(st->sas, st->nsas, sizeof(*st->sas), compare_sas);
}

/* Groups -------------------------------------------------------------------------------------- */

size_t klips_group(const struct state *st, const struct nfi_sp_msg *sp,
		   const struct nfi_sa_msg *group[GROUP_MAX])
{
	size_t n;

	for (n = 0; n < sp->ntmpl; n++) {
		group[n] = state_sa_of(st, sp->dir, &sp->tmpl[n]);
		if (!group[n])
			return 0; /* one that is missing is as bad as all */
	}
	return n;
}

size_t klips_group_of(const struct state *st, const struct nfi_sa_msg *sa,
		      const struct nfi_sa_msg *group[GROUP_MAX])
{
	struct nfi_tmpl_msg esp = { .proto = IPPROTO_ESP, .reqid = sa->reqid };
	struct nfi_tmpl_msg ah = { .proto = IPPROTO_AH, .reqid = sa->reqid };
	const struct nfi_sa_msg *inner = state_sa_of(st, sa->dir, &esp),
				*outer = state_sa_of(st, sa->dir, &ah);
	size_t n = 0;

	/* a group is listed where its first SA is, and an SA that was replaced alone */
	if (sa != inner && sa != outer) {
		group[n++] = sa;
		return n;
	}
	if (inner && sa != inner)
		return 0;
	if (inner)
		group[n++] = inner;
	if (outer)
		group[n++] = outer;
	return n;
}

/* "tun@11.0.0.1 esp0x202@11.0.0.1 ah0x204@11.0.0.1" */
static const char *group_text(const struct nfi_sa_msg *const *group, size_t n,
			      char *text, size_t size)
{
	char said[SAID_TEXT], addr[ADDR_TEXT];
	size_t i;

	text[0] = '\0';
	for (i = 0; i < n; i++) {
		if (group[i]->mode == NFI_MODE_TUNNEL)
			snprintf(text + strlen(text), size - strlen(text),
				 "%stun@%s", i ? " " : "",
				 addr_text(&group[i]->daddr, addr));
		snprintf(text + strlen(text), size - strlen(text), "%s%s",
			 text[0] ? " " : "", klips_said(group[i], said));
	}
	return text;
}

const char *klips_target(const struct state *st, const struct nfi_sp_msg *sp,
			 char text[320])
{
	const struct nfi_sa_msg *group[GROUP_MAX];
	size_t n = klips_group(st, sp, group);

	if (n)
		return group_text(group, n, text, 320);
	switch ((enum nfi_action)sp->action) {
	case NFI_ACT_PROTECT:
		return "%drop (no SA)";
	case NFI_ACT_PASS:
		return "%pass";
	case NFI_ACT_DROP:
		return "%drop";
	case NFI_ACT_REJECT:
		return "%reject";
	case NFI_ACT_TRAP:
		return "%trap";
	case NFI_ACT_HOLD:
		return "%hold";
	}
	return "%unknown";
}

/* Eroutes ------------------------------------------------------------------------------------- */

/* 10.0.1.0/24, and with a port 10.0.1.0/24:80 as in FreeS/WAN 2. */
static void side_text(const struct nfi_addr *net, uint8_t plen, uint16_t min,
		      uint16_t max, char text[ADDR_TEXT])
{
	prefix_text(net, plen, text);
	if (min == max && min)
		snprintf(text + strlen(text), ADDR_TEXT - strlen(text), ":%u",
			 min);
	else if (max && max - min < 65535)
		snprintf(text + strlen(text), ADDR_TEXT - strlen(text),
			 ":%u-%u", min, max);
}

static void print_eroute(const struct state *st, const struct nfi_sp_msg *sp,
			 FILE *f)
{
	char src[ADDR_TEXT], dst[ADDR_TEXT], target[320];

	side_text(&sp->src, sp->src_len, sp->sport_min, sp->sport_max, src);
	side_text(&sp->dst, sp->dst_len, sp->dport_min, sp->dport_max, dst);
	fprintf(f, "%-18s -> %-18s => %s", src, dst,
		klips_target(st, sp, target));
	if (sp->proto)
		fprintf(f, ":%u", sp->proto);
}

void klips_eroute(const struct klips *k, FILE *f)
{
	size_t i;

	for (i = 0; i < k->st->npolicies; i++) {
		const struct nfi_sp_msg *sp = &k->st->policies[i];

		if (sp->dir != NFI_DIR_OUT)
			continue;
		fprintf(f, "%-10llu ", (unsigned long long)sp->packets);
		print_eroute(k->st, sp, f);
		fputc('\n', f);
	}
}

/* SAs ----------------------------------------------------------------------------------------- */

/* clang-format off */
static const uint8_t ivs[256] = {
#define NFI_ENC(id, value, name, kernel, module, keys, salt, iv, block, icv, flags) [value] = iv,
#include "algs.def"
#undef NFI_ENC
};

static const char *const drops[] = {
#define NFI_DROP(id, value, name, text) [value] = name,
#include "drops.def"
#undef NFI_DROP
};
/* clang-format on */

/* "_3DES" of "3des-cbc", "_HMAC_MD5" of "hmac-md5-96". */
static void add_name(char *text, size_t size, const struct alg *alg)
{
	size_t n = strlen(text), len;

	if (!alg || !strcmp(alg->name, "null"))
		return;
	snprintf(text + n, size - n, "_%s", alg->name);
	len = strlen(text);
	if (len > 4 && !strcmp(text + len - 4, "-cbc"))
		text[len - 4] = '\0';
	else if (len > 3 && !strcmp(text + len - 3, "-96"))
		text[len - 3] = '\0';
	for (; text[n]; n++)
		text[n] = text[n] == '-' ?
				  '_' :
				  (char)toupper((unsigned char)text[n]);
}

const char *klips_transform(const struct nfi_sa_msg *sa, char text[80])
{
	snprintf(text, 80, "%s", sa->proto == IPPROTO_AH ? "AH" : "ESP");
	add_name(text, 80, algs_by_value(true, sa->enc_alg));
	add_name(text, 80, algs_by_value(false, sa->auth_alg));
	return text;
}

/* The networks of a tunnel, by the first policy that uses the SA. */
static void print_policy(const struct state *st, const struct nfi_sa_msg *sa,
			 FILE *f)
{
	char src[ADDR_TEXT], dst[ADDR_TEXT];
	size_t i;

	for (i = 0; sa->mode == NFI_MODE_TUNNEL && i < st->npolicies; i++) {
		const struct nfi_sp_msg *sp = &st->policies[i];

		if (sp->dir != sa->dir || !sp->ntmpl ||
		    sp->tmpl[0].reqid != sa->reqid)
			continue;
		fprintf(f, " policy=%s->%s",
			prefix_text(&sp->src, sp->src_len, src),
			prefix_text(&sp->dst, sp->dst_len, dst));
		return;
	}
}

static void print_number(FILE *f, const char *name, uint64_t v)
{
	if (v)
		fprintf(f, " %s=%" PRIu64, name, v);
}

static uint64_t age(uint64_t now, uint64_t since)
{
	return since && now > since ? now - since : 0;
}

static void print_life(FILE *f, const char *name, uint64_t now, uint64_t soft,
		       uint64_t hard)
{
	if (now || soft || hard)
		fprintf(f, "%s(%" PRIu64 ",%" PRIu64 ",%" PRIu64 ")", name, now,
			soft, hard);
}

static void print_lives(const struct klips *k, const struct nfi_sa_msg *sa,
			FILE *f)
{
	fputs(" life(c,s,h)=", f);
	print_life(f, "bytes", sa->bytes, sa->soft_bytes, sa->hard_bytes);
	print_life(f, "addtime", age(k->now, sa->add_time), sa->soft_add,
		   sa->hard_add);
	print_life(f, "usetime", age(k->now, sa->use_time), sa->soft_use,
		   sa->hard_use);
	print_life(f, "packets", sa->packets, sa->soft_packets,
		   sa->hard_packets);
}

/* The names of KLIPS for what it counted; ours for the rest. */
static const char *error_name(uint32_t reason)
{
	switch (reason) {
	case NFI_DROP_IN_AUTH:
		return "auth_errs";
	case NFI_DROP_IN_REPLAY:
		return "ooo_errs";
	case NFI_DROP_IN_PADDING:
		return "encr_pad_errs";
	default:
		return drops[reason];
	}
}

/* The kernel keeps keys to itself; the length is known where there is only one. */
static unsigned int key_bits(const struct alg *enc)
{
	if (!enc)
		return 0;
	return enc->keys == NFI_K128 ? 128 :
	       enc->keys == NFI_K192 ? 192 :
	       enc->keys == NFI_K256 ? 256 :
				       0;
}

static void print_sa(const struct klips *k, const struct nfi_sa_msg *sa,
		     FILE *f)
{
	const struct alg *enc = algs_by_value(true, sa->enc_alg),
			 *auth = algs_by_value(false, sa->auth_alg);
	char said[SAID_TEXT], transform[80], src[ADDR_TEXT];
	uint32_t i;

	fprintf(f, "%s %s: dir=%s src=%s", klips_said(sa, said),
		klips_transform(sa, transform),
		sa->dir == NFI_DIR_IN ? "in" : "out",
		addr_text(&sa->saddr, src));
	fprintf(f, " mode=%s",
		sa->mode == NFI_MODE_TUNNEL ? "tunnel" : "transport");
	print_policy(k->st, sa, f);
	if (sa->enc_alg && ivs[sa->enc_alg & 0xff])
		fprintf(f, " iv_bits=%ubits", 8U * ivs[sa->enc_alg & 0xff]);
	print_number(f, "ooowin", sa->dir == NFI_DIR_IN ? sa->replay : 0);
	print_number(f, "seq", sa->seq);
	for (i = 0; i < __NFI_DROP_MAX; i++)
		print_number(f, error_name(i), sa->drops[i]);
	print_number(f, "alen",
		     auth ? 8U * auth->icv :
		     enc  ? 8U * enc->icv :
			    0);
	print_number(f, "aklen", auth ? 8U * auth->keylen : 0);
	print_number(f, "eklen", key_bits(enc));
	print_lives(k, sa, f);
	print_number(f, "mtu", sa->dir == NFI_DIR_OUT ? sa->mtu : 0);
	fputc('\n', f);
}

void klips_spi(const struct klips *k, FILE *f)
{
	size_t i;

	for (i = 0; i < k->st->nsas; i++)
		print_sa(k, &k->st->sas[i], f);
}

void klips_spigrp(const struct klips *k, FILE *f)
{
	const struct nfi_sa_msg *group[GROUP_MAX];
	char text[320];
	size_t i, n;

	for (i = 0; i < k->st->nsas; i++) {
		n = klips_group_of(k->st, &k->st->sas[i], group);
		if (n)
			fprintf(f, "%s\n",
				group_text(group, n, text, sizeof(text)));
	}
}

/* Devices and routes -------------------------------------------------------------------------- */

void klips_tncfg(const struct klips *k, FILE *f)
{
	size_t i;

	for (i = 0; i < k->routes->ndevices; i++)
		fprintf(f, "%-15s mtu=%u\n", k->routes->devices[i].name,
			k->routes->devices[i].mtu);
}

size_t klips_routes(const struct klips *k, const struct route *found[64])
{
	size_t n = 0, i, j;

	for (i = 0; i < k->st->nsas && n < 64; i++) {
		const struct nfi_sa_msg *sa = &k->st->sas[i];
		const struct route *r =
			sa->dir == NFI_DIR_OUT ?
				route_find(k->routes, &sa->daddr) :
				NULL;

		for (j = 0; r && j < n; j++)
			if (found[j] == r)
				r = NULL;
		if (r)
			found[n++] = r;
	}
	return n;
}

static void print_eroutes_of_look(const struct klips *k, FILE *f)
{
	size_t i;

	for (i = 0; i < k->st->npolicies; i++) {
		const struct nfi_sp_msg *sp = &k->st->policies[i];

		if (sp->dir != NFI_DIR_OUT)
			continue;
		print_eroute(k->st, sp, f);
		if (sp->packets)
			fprintf(f, " (%llu)", (unsigned long long)sp->packets);
		fputc('\n', f);
	}
}

/* What leads into a tunnel, with the room that a packet has there. */
static void print_tunnel_routes(const struct klips *k, FILE *f)
{
	const struct nfi_sa_msg *group[GROUP_MAX];
	char dst[ADDR_TEXT], gw[ADDR_TEXT], said[SAID_TEXT];
	size_t i;

	for (i = 0; i < k->st->npolicies; i++) {
		const struct nfi_sp_msg *sp = &k->st->policies[i];

		if (sp->dir != NFI_DIR_OUT || !klips_group(k->st, sp, group) ||
		    group[0]->mode != NFI_MODE_TUNNEL)
			continue;
		fprintf(f, "%-18s %-15s %5u %s\n",
			prefix_text(&sp->dst, sp->dst_len, dst),
			addr_text(&group[0]->daddr, gw), group[0]->mtu,
			klips_said(group[0], said));
	}
}

static void print_routes(const struct klips *k, FILE *f)
{
	const struct route *found[64];
	size_t n = klips_routes(k, found), i;
	char dst[ADDR_TEXT], gw[ADDR_TEXT];

	fprintf(f, "%-18s %-15s %5s %s\n", "Destination", "Gateway", "MTU",
		"Iface");
	print_tunnel_routes(k, f);
	for (i = 0; i < n; i++)
		fprintf(f, "%-18s %-15s %5u %s\n",
			prefix_text(&found[i]->dst, found[i]->plen, dst),
			found[i]->gw.len ? addr_text(&found[i]->gw, gw) : "*",
			found[i]->mtu, found[i]->dev);
}

void klips_look(const struct klips *k, FILE *f)
{
	fprintf(f, "%s %s\n", k->host, k->date);
	print_eroutes_of_look(k, f);
	klips_tncfg(k, f);
	klips_spi(k, f);
	print_routes(k, f);
}
