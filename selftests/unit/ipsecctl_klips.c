// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ daemon/net/ daemon/conn/manual.c daemon/conn/manual_sa.c daemon/conn/manual_policy.c daemon/conn/complain.c daemon/conn/place.c conf/ nl-proto/ daemon/ctl/ipsecctl/ daemon/ctl/client.c */
/* ipsecctl_klips.c - the listings of FreeS/WAN from a given set of SAs, policies and routes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ipsecctl/klips.h"
#include "ctl/ipsecctl/setup.h"
#include "ctl/ipsecctl/value.h"

#define NOW 1000

static struct nfi_sa_msg sas[8];
static struct nfi_sp_msg policies[8];
static struct state st = { .sas = sas, .policies = policies };
static struct routes routes;
static struct klips k = { .st = &st, .routes = &routes, .now = NOW, .host = "west", .date = "Tue Nov 24 13:00:00 UTC 2026" };

static struct nfi_sa_msg *add_sa(uint8_t dir, const char *said, const char *src, uint32_t reqid)
{
	struct nfi_sa_msg *sa = &sas[st.nsas++];

	memset(sa, 0, sizeof(*sa));
	assert_int_equal(klips_parse_said(said, sa), 0);
	assert_int_equal(value_addr(src, &sa->saddr), 0);
	sa->id = (uint32_t)st.nsas;
	sa->dir = dir;
	sa->reqid = reqid;
	sa->mode = NFI_MODE_TUNNEL;
	sa->state = NFI_SA_VALID;
	nlp_mark(sa, NFI_SA_SPI);
	nlp_mark(sa, NFI_SA_DADDR);
	return sa;
}

static struct nfi_sp_msg *add_policy(uint8_t dir, const char *src, const char *dst, uint8_t action)
{
	struct nfi_sp_msg *sp = &policies[st.npolicies++];

	memset(sp, 0, sizeof(*sp));
	assert_int_equal(value_prefix(src, &sp->src, &sp->src_len), 0);
	assert_int_equal(value_prefix(dst, &sp->dst, &sp->dst_len), 0);
	sp->id = (uint32_t)st.npolicies;
	sp->dir = dir;
	sp->action = action;
	return sp;
}

static void add_tmpl(struct nfi_sp_msg *sp, uint8_t proto, uint32_t reqid)
{
	sp->tmpl[sp->ntmpl++] = (struct nfi_tmpl_msg){ .proto = proto, .reqid = reqid };
}

static int reset(void **state)
{
	(void)state;
	st.nsas = 0;
	st.npolicies = 0;
	route_fini(&routes);
	return 0;
}

static void says(void (*view)(const struct klips *, FILE *), const char *wanted)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	klips_sort(&st);
	view(&k, f);
	fclose(f);
	assert_string_equal(text, wanted);
	free(text);
}

static void read_routes(const char *text, void (*parse)(struct routes *, FILE *))
{
	char copy[2048];
	FILE *f;

	snprintf(copy, sizeof(copy), "%s", text);
	f = fmemopen(copy, strlen(copy), "r");
	parse(&routes, f);
	fclose(f);
}

/* LIT-17: what the seed's look showed on the gateway 10.0.0.1. */
static void sample(void)
{
	struct nfi_sa_msg *sa = add_sa(NFI_DIR_IN, "esp0x203@10.0.0.1", "11.0.0.1", 7);
	struct nfi_sp_msg *sp;

	sa->enc_alg = NFI_ENC_DES3_CBC;
	sa->auth_alg = NFI_AUTH_HMAC_MD5_96;
	sa->replay = 64;
	sa->seq = 40;
	sa->bytes = 4000;
	sa->packets = 40;
	sa->add_time = NOW - 133;
	sa->use_time = NOW - 12;
	sa->drops[NFI_DROP_IN_AUTH] = 2;
	sa->drops[NFI_DROP_IN_REPLAY] = 1;
	sa = add_sa(NFI_DIR_OUT, "esp0x202@11.0.0.1", "10.0.0.1", 7);
	sa->enc_alg = NFI_ENC_DES3_CBC;
	sa->auth_alg = NFI_AUTH_HMAC_MD5_96;
	sa->seq = 46;
	sa->bytes = 6256;
	sa->packets = 46;
	sa->hard_bytes = 10000;
	sa->add_time = NOW - 133;
	sa->mtu = 1404;
	sp = add_policy(NFI_DIR_IN, "11.0.1.0/24", "10.0.1.0/24", NFI_ACT_PROTECT);
	add_tmpl(sp, 50, 7);
	sp = add_policy(NFI_DIR_OUT, "10.0.1.0/24", "11.0.1.0/24", NFI_ACT_PROTECT);
	sp->packets = 46;
	add_tmpl(sp, 50, 7);
	routes.devices = calloc(1, sizeof(*routes.devices));
	routes.ndevices = 1;
	routes.devices[0] = (struct device){ "eth1", 1500 };
	read_routes("Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
		    "eth1\t00000000\tFE00000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
		    "eth1\t0000000B\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
		    "eth1\t0000000C\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n",
		    route_parse4);
}

#define OUT_SA "esp0x202@11.0.0.1 ESP_3DES_HMAC_MD5: dir=out src=10.0.0.1 mode=tunnel policy=10.0.1.0/24->11.0.1.0/24" \
	" iv_bits=64bits seq=46 alen=96 aklen=128 eklen=192"                                                      \
	" life(c,s,h)=bytes(6256,0,10000)addtime(133,0,0)packets(46,0,0) mtu=1404\n"
#define IN_SA "esp0x203@10.0.0.1 ESP_3DES_HMAC_MD5: dir=in src=11.0.0.1 mode=tunnel policy=11.0.1.0/24->10.0.1.0/24" \
	" iv_bits=64bits ooowin=64 seq=40 ooo_errs=1 auth_errs=2 alen=96 aklen=128 eklen=192"                     \
	" life(c,s,h)=bytes(4000,0,0)addtime(133,0,0)usetime(12,0,0)packets(40,0,0)\n"

static void test_look(void **state)
{
	(void)state;
	sample();
	says(klips_look, "west Tue Nov 24 13:00:00 UTC 2026\n"
			 "10.0.1.0/24        -> 11.0.1.0/24        => tun@11.0.0.1 esp0x202@11.0.0.1 (46)\n"
			 "eth1            mtu=1500\n" OUT_SA IN_SA
			 "Destination        Gateway           MTU Iface\n"
			 "11.0.1.0/24        11.0.0.1         1404 esp0x202@11.0.0.1\n"
			 "11.0.0.0/24        *                1500 eth1\n");
}

static void test_parts(void **state)
{
	(void)state;
	sample();
	says(klips_eroute, "46         10.0.1.0/24        -> 11.0.1.0/24        => tun@11.0.0.1 esp0x202@11.0.0.1\n");
	says(klips_spi, OUT_SA IN_SA);
	says(klips_spigrp, "tun@11.0.0.1 esp0x202@11.0.0.1\ntun@10.0.0.1 esp0x203@10.0.0.1\n");
	says(klips_tncfg, "eth1            mtu=1500\n");
}

/* SHU-01..06, KRN-04, and FreeS/WAN 2's ports and protocols */
static void test_eroutes(void **state)
{
	struct nfi_sp_msg *sp;

	(void)state;
	add_policy(NFI_DIR_OUT, "10.0.1.0/24", "11.0.1.5/32", NFI_ACT_PASS);
	add_policy(NFI_DIR_OUT, "10.0.1.0/24", "11.0.1.6/32", NFI_ACT_DROP);
	add_policy(NFI_DIR_OUT, "10.0.1.0/24", "11.0.1.7/32", NFI_ACT_REJECT);
	add_tmpl(add_policy(NFI_DIR_OUT, "10.0.1.0/24", "11.0.1.8/32", NFI_ACT_TRAP), 50, 1);
	add_tmpl(add_policy(NFI_DIR_OUT, "10.0.1.0/24", "11.0.1.9/32", NFI_ACT_HOLD), 50, 1);
	add_tmpl(add_policy(NFI_DIR_OUT, "10.0.0.0/8", "fd00::/64", NFI_ACT_PROTECT), 50, 1);
	sp = add_policy(NFI_DIR_OUT, "fd00::1/128", "::/0", NFI_ACT_DROP);
	sp->proto = 6;
	sp->dport_min = sp->dport_max = 80;
	sp->sport_min = 1024;
	sp->sport_max = 65535;
	add_policy(NFI_DIR_IN, "1.0.0.0/8", "2.0.0.0/8", NFI_ACT_DROP);
	says(klips_eroute, "0          10.0.0.0/8         -> fd00::/64          => %drop (no SA)\n"
			   "0          10.0.1.0/24        -> 11.0.1.5/32        => %pass\n"
			   "0          10.0.1.0/24        -> 11.0.1.6/32        => %drop\n"
			   "0          10.0.1.0/24        -> 11.0.1.7/32        => %reject\n"
			   "0          10.0.1.0/24        -> 11.0.1.8/32        => %trap\n"
			   "0          10.0.1.0/24        -> 11.0.1.9/32        => %hold\n"
			   "0          fd00::1/128:1024-65535 -> ::/0:80            => %drop:6\n");
}

/* MAN-08, PRC-03: AH around ESP, AH alone; an SA that was replaced; one that is dead. */
static void test_groups(void **state)
{
	struct nfi_sp_msg *sp;
	struct nfi_sa_msg *sa;

	(void)state;
	add_sa(NFI_DIR_OUT, "esp0x302@11.0.0.1", "10.0.0.1", 1);
	add_sa(NFI_DIR_OUT, "ah0x304@11.0.0.1", "10.0.0.1", 1)->mode = NFI_MODE_TRANSPORT;
	sa = add_sa(NFI_DIR_OUT, "ah0x400@fd00::2", "fd00::1", 2);
	sa->mode = NFI_MODE_TRANSPORT;
	sa->auth_alg = NFI_AUTH_HMAC_SHA1_96;
	sa = add_sa(NFI_DIR_OUT, "esp0x1500@11.0.0.1", "10.0.0.1", 1); /* newer than 0x302 */
	sa->enc_alg = NFI_ENC_AES_GCM_16;
	sp = add_policy(NFI_DIR_OUT, "10.0.1.0/24", "11.0.1.0/24", NFI_ACT_PROTECT);
	add_tmpl(sp, 50, 1);
	add_tmpl(sp, 51, 1);
	says(klips_eroute, "0          10.0.1.0/24        -> 11.0.1.0/24        => tun@11.0.0.1 esp0x1500@11.0.0.1 ah0x304@11.0.0.1\n");
	says(klips_spigrp, "ah0x400@fd00::2\ntun@11.0.0.1 esp0x1500@11.0.0.1 ah0x304@11.0.0.1\ntun@11.0.0.1 esp0x302@11.0.0.1\n");
	sas[0].state = sas[1].state = sas[2].state = sas[3].state = NFI_SA_DEAD;
	says(klips_eroute, "0          10.0.1.0/24        -> 11.0.1.0/24        => %drop (no SA)\n");
}

static void test_transforms(void **state)
{
	static const struct {
		uint8_t proto;
		uint16_t enc, auth;
		const char *name;
	} cases[] = {
		{ 50, NFI_ENC_DES3_CBC, NFI_AUTH_HMAC_SHA1_96, "ESP_3DES_HMAC_SHA1" },
		{ 50, NFI_ENC_AES_CBC, NFI_AUTH_HMAC_SHA2_256_128, "ESP_AES_HMAC_SHA2_256_128" },
		{ 50, NFI_ENC_AES_GCM_16, 0, "ESP_AES_GCM_16" },
		{ 50, NFI_ENC_NULL, NFI_AUTH_HMAC_MD5_96, "ESP_HMAC_MD5" },
		{ 51, 0, NFI_AUTH_HMAC_MD5_96, "AH_HMAC_MD5" },
		{ 51, 0, 9999, "AH" },
	};
	char text[80];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nfi_sa_msg sa = { .proto = cases[i].proto, .enc_alg = cases[i].enc, .auth_alg = cases[i].auth };

		assert_string_equal(klips_transform(&sa, text), cases[i].name);
	}
}

/* PRC-10: both forms are read, one is written. */
static void test_saids(void **state)
{
	static const struct {
		const char *text, *said; /* NULL: refused */
	} cases[] = {
		{ "esp0x200@11.0.0.1", "esp0x200@11.0.0.1" },
		{ "esp.200@11.0.0.1", "esp0x200@11.0.0.1" },
		{ "ah:ffffffff@fd00::1", "ah0xffffffff@fd00::1" },
		{ "ah0x100@::1", "ah0x100@::1" },
		{ "esp0xff@11.0.0.1", NULL },
		{ "esp0x0@11.0.0.1", NULL },
		{ "esp0x@11.0.0.1", NULL },
		{ "esp200@11.0.0.1", NULL },
		{ "esp0x100000000@11.0.0.1", NULL },
		{ "esp0x-200@11.0.0.1", NULL },
		{ "esp. 200@11.0.0.1", NULL },
		{ "esp0x200", NULL },
		{ "esp0x200@", NULL },
		{ "esp0x200@11.0.0.1/32", NULL },
		{ "esp0x200@east", NULL },
		{ "tun0x200@11.0.0.1", NULL },
		{ "comp0x200@11.0.0.1", NULL },
		{ "@", NULL },
		{ "", NULL },
		{ "%drop", NULL },
	};
	char text[SAID_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nfi_sa_msg sa = { 0 };
		int err = klips_parse_said(cases[i].text, &sa);

		if (!err != !!cases[i].said)
			fail_msg("%s: %d", cases[i].text, err);
		if (!err)
			assert_string_equal(klips_said(&sa, text), cases[i].said);
	}
}

static void test_routes(void **state)
{
	struct nfi_addr to;

	(void)state;
	read_routes("Iface Destination\n\nnonsense\n"
		    "eth0 0000000A 0100000A 0003 0 0 10 000000FF 0 0 0\n"
		    "eth1 0000000A 0100000A 0003 0 0 5 000000FF 1400 0 0\n"
		    "eth2 0001000A 00000000 0201 0 0 0 00FFFFFF 0 0 0\n",
		    route_parse4);
	read_routes("fd000000000000000000000000000000 40 00000000000000000000000000000000 00 "
		    "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
		    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
		    "fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth1\n"
		    "zz000000000000000000000000000000 00 00000000000000000000000000000000 00 "
		    "fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth9\n",
		    route_parse6);
	assert_int_equal(routes.n, 4); /* not what is unreachable, nor nonsense */
	value_addr("10.0.1.1", &to);
	assert_string_equal(route_find(&routes, &to)->dev, "eth1"); /* the lower metric */
	assert_int_equal(route_find(&routes, &to)->mtu, 1400);
	value_addr("11.0.1.1", &to);
	assert_null(route_find(&routes, &to));
	value_addr("fd00::7", &to);
	assert_string_equal(route_find(&routes, &to)->dev, "eth0");
	assert_int_equal(route_find(&routes, &to)->gw.len, 0);
	value_addr("2001:db8::1", &to);
	assert_string_equal(route_find(&routes, &to)->dev, "eth1");
	assert_int_equal(route_find(&routes, &to)->gw.len, 16);
}

/* What the text has, the JSON has. */
static void test_json(void **state)
{
	json_t *look, *one;

	(void)state;
	sample();
	klips_sort(&st);
	look = klips_look_json(&k);
	one = json_array_get(json_object_get(look, "eroutes"), 0);
	assert_int_equal(json_array_size(json_object_get(look, "eroutes")), 1);
	assert_string_equal(json_string_value(json_object_get(one, "target")), "tun@11.0.0.1 esp0x202@11.0.0.1");
	assert_string_equal(json_string_value(json_array_get(json_object_get(one, "saids"), 0)), "esp0x202@11.0.0.1");
	one = json_array_get(json_object_get(look, "sas"), 1);
	assert_string_equal(json_string_value(json_object_get(one, "said")), "esp0x203@10.0.0.1");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(one, "drops"), "in-auth")), 2);
	one = json_array_get(json_object_get(look, "routes"), 0);
	assert_string_equal(json_string_value(json_object_get(one, "dst")), "11.0.0.0/24");
	assert_int_equal(json_integer_value(json_object_get(one, "mtu")), 1500);
	json_decref(look);
	one = klips_spigrp_json(&k);
	assert_string_equal(json_string_value(json_array_get(json_array_get(one, 1), 0)), "esp0x203@10.0.0.1");
	json_decref(one);
}

/* CMD-31, ACC-51 */
static void test_setup(void **state)
{
	static const struct {
		struct setup_status s;
		bool fine;
		const char *text;
	} cases[] = {
		{ { .marked = false }, true, "IPsec stopped\n" },
		{ { .loaded = true }, true, "IPsec stopped\n" },
		{ { true, true, 4, 2, 1 }, true, "IPsec running\n1 manual connection, 4 SAs, 2 policies\n" },
		{ { true, true, 0, 0, 0 }, true, "IPsec running\n0 manual connections, 0 SAs, 0 policies\n" },
		{ { true, false, 0, 0, 0 }, false, "IPsec running\nbut...\nthe kernel module nf_ipsec is not loaded\n" },
		{ { false, true, 0, 1, 1 }, false,
		  "IPsec stopped\nbut...\nmanual connections are in the kernel; 'ipsecctl setup stop' clears them\n"
		  "1 manual connection, 0 SAs, 1 policy\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = NULL;
		size_t n = 0;
		FILE *f = open_memstream(&text, &n);

		assert_int_equal(setup_print(&cases[i].s, f), cases[i].fine);
		fclose(f);
		assert_string_equal(text, cases[i].text);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_look, reset),	cmocka_unit_test_setup(test_parts, reset),
		cmocka_unit_test_setup(test_eroutes, reset),	cmocka_unit_test_setup(test_groups, reset),
		cmocka_unit_test_setup(test_transforms, reset), cmocka_unit_test_setup(test_saids, reset),
		cmocka_unit_test_setup(test_routes, reset),	cmocka_unit_test_setup(test_json, reset),
		cmocka_unit_test_setup(test_setup, reset),
	};
	int failed = cmocka_run_group_tests_name("ipsecctl_klips", tests, NULL, NULL);

	route_fini(&routes);
	return failed;
}
