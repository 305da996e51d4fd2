// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ daemon/net/ daemon/conn/manual.c daemon/conn/manual_sa.c daemon/conn/manual_policy.c daemon/conn/complain.c daemon/conn/place.c conf/ nl-proto/ daemon/ctl/ipsecctl/ daemon/ctl/client.c */
/* conn_manual.c - what manual connections of ipsec.conf become, at both ends. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/diag.h"
#include "conn/manual.h"
#include "ctl/ipsecctl/opts.h"

#define K16 "0x000102030405060708090a0b0c0d0e0f"
#define K20 K16 "10111213"
#define K24 K16 "1011121314151617"
#define K32 K16 "101112131415161718191a1b1c1d1e1f"
#define L16 "0xf0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
#define L20 L16 "00010203"

#define ENDS "conn we\n left=10.0.0.1\n right=11.0.0.1\n"
#define NETS ENDS " leftsubnet=10.0.1.0/24\n rightsubnet=11.0.1.0/24\n"
#define KEYS3DES " esp=3des-md5-96\n espenckey=" K24 "\n espauthkey=" K16 "\n"
#define GCM " esp=aes-gcm-16\n leftespenckey=" L20 "\n rightespenckey=" K20 "\n"

/* What left sends is what right receives: the same words but for the first. */
#define OUT(what) "sa add out " what "\n"
#define IN(what) "sa add in " what "\n"
#define LR "src 10.0.0.1 dst 11.0.0.1 "
#define RL "src 11.0.0.1 dst 10.0.0.1 "
#define DES "enc 3des-cbc key " K24 " auth hmac-md5-96 key " K16
#define POLICIES(tmpl)                                                                        \
	"policy add out src 10.0.1.0/24 dst 11.0.1.0/24 " tmpl "\n"                            \
	"policy add in src 11.0.1.0/24 dst 10.0.1.0/24 " tmpl "\n"
#define RIGHT_POLICIES(tmpl)                                                                  \
	"policy add out src 11.0.1.0/24 dst 10.0.1.0/24 " tmpl "\n"                            \
	"policy add in src 10.0.1.0/24 dst 11.0.1.0/24 " tmpl "\n"
#define TUNNEL "protect esp reqid R mode tunnel"

static struct manual m;

/* Words that come from the name of the connection are the same everywhere: away with them. */
static void strip(const char *from, char *to)
{
	while (*from) {
		size_t n = strcspn(from + 1, " \n") + 1; /* a word with the blank before it */

		if (!strncmp(from, " owner ", 7) || !strncmp(from, " name ", 6)) {
			from += strcspn(from + 1, " ") + 1;
			from += strcspn(from + 1, " \n") + 1;
		} else if (!strncmp(from, " reqid ", 7)) {
			to += sprintf(to, " reqid R");
			from += 7 + strcspn(from + 7, " \n");
		} else if (!strncmp(from, " spi 0x00000", 12)) {
			to += sprintf(to, " spi 0x%.3s", from + 12);
			from += 15;
		} else {
			memcpy(to, from, n);
			to += n;
			from += n;
		}
	}
	*to = '\0';
}

static int make(const char *text, enum conf_side me, char out[8192])
{
	struct conf_opts o = { 0 };
	struct conf *c = conf_parse(text, strlen(text), "f", &o);
	struct manual_end end = { .me = me, .addr = { .len = 4, .v4 = htonl(0x0a000001) } };
	char *mem = NULL;
	size_t n = 0, i;
	FILE *f = open_memstream(&mem, &n);
	int err;

	assert_non_null(conf_conn_find(c, "we"));
	err = manual_make(&m, c, conf_conn_find(c, "we"), &end);
	for (i = 0; !err && i < m.nsas; i++)
		opts_line_sa(f, &m.sas[i], true);
	for (i = 0; !err && i < m.npolicies; i++)
		opts_line_sp(f, &m.policies[i]);
	fclose(f);
	strip(mem, out);
	free(mem);
	conf_free(c);
	return err;
}

static const struct good {
	const char *ids, *conf;
	const char *left, *right; /* NULL: not looked at */
} good[] = {
	{ "LIT-23 MAN-01 MAN-03..05", NETS " spi=0x200\n" KEYS3DES,
	  OUT("esp " LR "spi 0x200 reqid R mode tunnel " DES " legacy hidetos")
	  IN("esp " RL "spi 0x200 reqid R mode tunnel " DES " legacy replay 0") POLICIES(TUNNEL),
	  OUT("esp " RL "spi 0x200 reqid R mode tunnel " DES " legacy hidetos")
	  IN("esp " LR "spi 0x200 reqid R mode tunnel " DES " legacy replay 0") RIGHT_POLICIES(TUNNEL) },
	{ "MAN-02 ACC-53: tun 0 and 1, esp 2 and 3", NETS " spibase=0x300\n espreplay_window=64\n" GCM,
	  OUT("esp " LR "spi 0x302 reqid R mode tunnel enc aes-gcm-16 key " K20 " hidetos")
	  IN("esp " RL "spi 0x303 reqid R mode tunnel enc aes-gcm-16 key " L20 " replay 64") POLICIES(TUNNEL),
	  OUT("esp " RL "spi 0x303 reqid R mode tunnel enc aes-gcm-16 key " L20 " hidetos")
	  IN("esp " LR "spi 0x302 reqid R mode tunnel enc aes-gcm-16 key " K20 " replay 64") RIGHT_POLICIES(TUNNEL) },
	{ "MAN-02: without tun esp is 0 and 1", ENDS " type=transport\n spibase=0x300\n" GCM,
	  OUT("esp " LR "spi 0x300 reqid R mode transport enc aes-gcm-16 key " K20)
	  IN("esp " RL "spi 0x301 reqid R mode transport enc aes-gcm-16 key " L20 " replay 0")
	  "policy add out src 10.0.0.1/32 dst 11.0.0.1/32 protect esp reqid R mode transport\n"
	  "policy add in src 11.0.0.1/32 dst 10.0.0.1/32 protect esp reqid R mode transport\n", NULL },
	{ "MAN-07: leftespspi is of the SA to the left", NETS " spi=0x200\n leftespspi=0x777\n rightespspi=0x888\n" GCM,
	  OUT("esp " LR "spi 0x888 reqid R mode tunnel enc aes-gcm-16 key " K20 " hidetos")
	  IN("esp " RL "spi 0x777 reqid R mode tunnel enc aes-gcm-16 key " L20 " replay 0") POLICIES(TUNNEL), NULL },
	{ "MAN-08 ACC-55: AH only", NETS " spibase=0x400\n ah=hmac-sha1-96\n ahkey=" K20 "\n ahreplay_window=32\n",
	  OUT("ah " LR "spi 0x402 reqid R mode tunnel auth hmac-sha1-96 key " K20 " hidetos")
	  IN("ah " RL "spi 0x403 reqid R mode tunnel auth hmac-sha1-96 key " K20 " replay 32")
	  POLICIES("protect ah reqid R mode tunnel"), NULL },
	{ "MAN-09 MAN-11: AH around ESP", NETS " spibase=0x500\n ah=hmac-sha1-96\n leftahkey=" L20
	  "\n rightahkey=" K20 "\n leftahspi=0x999\n" GCM,
	  OUT("esp " LR "spi 0x502 reqid R mode tunnel enc aes-gcm-16 key " K20 " hidetos")
	  OUT("ah " LR "spi 0x504 reqid R mode transport auth hmac-sha1-96 key " K20)
	  IN("esp " RL "spi 0x503 reqid R mode tunnel enc aes-gcm-16 key " L20 " replay 0")
	  IN("ah " RL "spi 0x999 reqid R mode transport auth hmac-sha1-96 key " L20 " replay 0")
	  POLICIES("protect esp reqid R mode tunnel ah reqid R mode transport"), NULL },
	{ "MAN-02: AH and ESP without tun", ENDS " type=transport\n spibase=0x500\n ah=hmac-sha1-96\n ahkey=" K20 "\n" GCM,
	  OUT("esp " LR "spi 0x500 reqid R mode transport enc aes-gcm-16 key " K20)
	  OUT("ah " LR "spi 0x502 reqid R mode transport auth hmac-sha1-96 key " K20)
	  IN("esp " RL "spi 0x501 reqid R mode transport enc aes-gcm-16 key " L20 " replay 0")
	  IN("ah " RL "spi 0x503 reqid R mode transport auth hmac-sha1-96 key " K20 " replay 0")
	  "policy add out src 10.0.0.1/32 dst 11.0.0.1/32 protect esp reqid R mode transport ah reqid R mode transport\n"
	  "policy add in src 11.0.0.1/32 dst 10.0.0.1/32 protect esp reqid R mode transport ah reqid R mode transport\n",
	  NULL },
	{ "CRY-08: libreswan's spelling", ENDS " spi=0x200\n hidetos=no\n esp=aes256-sha2_256\n espenckey=" K32
	  "\n espauthkey=" K32 "\n", OUT("esp " LR "spi 0x200 reqid R mode tunnel enc aes-cbc key " K32
	  " auth hmac-sha2-256-128 key " K32 " hidetos")
	  IN("esp " RL "spi 0x200 reqid R mode tunnel enc aes-cbc key " K32 " auth hmac-sha2-256-128 key " K32 " replay 0")
	  "policy add out src 10.0.0.1/32 dst 11.0.0.1/32 " TUNNEL "\n"
	  "policy add in src 11.0.0.1/32 dst 10.0.0.1/32 " TUNNEL "\n", NULL },
	{ "CRY-08: strongSwan's spelling", ENDS " type=transport\n spi=0x200\n esp=aes128gcm16!\n leftespenckey=" L20
	  "\n rightespenckey=" K20 "\n",
	  OUT("esp " LR "spi 0x200 reqid R mode transport enc aes-gcm-16 key " K20)
	  IN("esp " RL "spi 0x200 reqid R mode transport enc aes-gcm-16 key " L20 " replay 0")
	  "policy add out src 10.0.0.1/32 dst 11.0.0.1/32 protect esp reqid R mode transport\n"
	  "policy add in src 11.0.0.1/32 dst 10.0.0.1/32 protect esp reqid R mode transport\n", NULL },
	{ "SET-20: hidetos=no", "config setup\n hidetos=no\n" ENDS " spi=0x200\n esp=null-sha1\n espauthkey=" K20 "\n",
	  OUT("esp " LR "spi 0x200 reqid R mode tunnel enc null auth hmac-sha1-96 key " K20)
	  IN("esp " RL "spi 0x200 reqid R mode tunnel enc null auth hmac-sha1-96 key " K20 " replay 0")
	  "policy add out src 10.0.0.1/32 dst 11.0.0.1/32 " TUNNEL "\n"
	  "policy add in src 11.0.0.1/32 dst 10.0.0.1/32 " TUNNEL "\n", NULL },
	{ "CON-01 ACC-92: passthrough", ENDS " type=passthrough\n leftsubnet=10.0.1.0/24\n rightsubnet=11.0.1.5/32\n",
	  "policy add out src 10.0.1.0/24 dst 11.0.1.5/32 pass\npolicy add in src 11.0.1.5/32 dst 10.0.1.0/24 pass\n",
	  "policy add out src 11.0.1.5/32 dst 10.0.1.0/24 pass\npolicy add in src 10.0.1.0/24 dst 11.0.1.5/32 pass\n" },
	{ "CON-01 ACC-92: drop", ENDS " type=drop\n leftsubnet=10.0.1.0/24\n rightsubnet=11.0.1.6/32\n",
	  "policy add out src 10.0.1.0/24 dst 11.0.1.6/32 drop\npolicy add in src 11.0.1.6/32 dst 10.0.1.0/24 drop\n", NULL },
	{ "CON-01 SHU-03: reject", ENDS " type=reject\n leftsubnet=10.0.1.0/24\n rightsubnet=11.0.1.6/32\n",
	  "policy add out src 10.0.1.0/24 dst 11.0.1.6/32 reject\npolicy add in src 11.0.1.6/32 dst 10.0.1.0/24 reject\n", NULL },
	{ "MAG-13: %default", ENDS " type=drop\n leftsubnet=10.0.1.0/24\n rightsubnet=%default\n",
	  "policy add out src 10.0.1.0/24 dst 0.0.0.0/0 drop\npolicy add in src 0.0.0.0/0 dst 10.0.1.0/24 drop\n", NULL },
	{ "lists of networks", ENDS " type=drop\n leftsubnet=10.0.1.0/24,fd00:1::/64\n rightsubnet=11.0.1.0/24,11.0.2.0/24,fd00:2::/64\n",
	  "policy add out src 10.0.1.0/24 dst 11.0.1.0/24 drop\npolicy add in src 11.0.1.0/24 dst 10.0.1.0/24 drop\n"
	  "policy add out src 10.0.1.0/24 dst 11.0.2.0/24 drop\npolicy add in src 11.0.2.0/24 dst 10.0.1.0/24 drop\n"
	  "policy add out src fd00:1::/64 dst fd00:2::/64 drop\npolicy add in src fd00:2::/64 dst fd00:1::/64 drop\n", NULL },
	{ "IPv6, which MAN-13 did not have", "conn we\n left=fd00::1\n right=fd00::2\n rightsubnet=%default\n spi=0x200\n" GCM,
	  OUT("esp src fd00::1 dst fd00::2 spi 0x200 reqid R mode tunnel enc aes-gcm-16 key " K20 " hidetos")
	  IN("esp src fd00::2 dst fd00::1 spi 0x200 reqid R mode tunnel enc aes-gcm-16 key " L20 " replay 0")
	  "policy add out src fd00::1/128 dst ::/0 " TUNNEL "\npolicy add in src ::/0 dst fd00::1/128 " TUNNEL "\n", NULL },
	{ "MAG-01: %defaultroute", "conn we\n left=%defaultroute\n right=11.0.0.1\n type=transport\n spi=0x200\n" GCM,
	  OUT("esp " LR "spi 0x200 reqid R mode transport enc aes-gcm-16 key " K20)
	  IN("esp " RL "spi 0x200 reqid R mode transport enc aes-gcm-16 key " L20 " replay 0")
	  "policy add out src 10.0.0.1/32 dst 11.0.0.1/32 protect esp reqid R mode transport\n"
	  "policy add in src 11.0.0.1/32 dst 10.0.0.1/32 protect esp reqid R mode transport\n", NULL },
	{ "AUT-19: protoport", ENDS " type=reject\n leftprotoport=tcp\n rightprotoport=tcp/80\n priority=7\n",
	  "policy add out src 10.0.0.1/32 dst 11.0.0.1/32 proto tcp dport 80 prio 7 reject\n"
	  "policy add in src 11.0.0.1/32 dst 10.0.0.1/32 proto tcp sport 80 prio 7 reject\n",
	  "policy add out src 11.0.0.1/32 dst 10.0.0.1/32 proto tcp sport 80 prio 7 reject\n"
	  "policy add in src 10.0.0.1/32 dst 11.0.0.1/32 proto tcp dport 80 prio 7 reject\n" },
	{ "AUT-19: ICMP types", ENDS " type=drop\n rightprotoport=icmp/8\n",
	  "policy add out src 10.0.0.1/32 dst 11.0.0.1/32 proto icmp icmp-type 8 drop\n"
	  "policy add in src 11.0.0.1/32 dst 10.0.0.1/32 proto icmp icmp-type 8 drop\n", NULL },
	{ "a shunt needs no gateways", "conn we\n left=%any\n right=0.0.0.0\n type=passthrough\n leftsubnet=10.0.0.0/8\n rightsubnet=10.0.0.0/8\n",
	  "policy add out src 10.0.0.0/8 dst 10.0.0.0/8 pass\npolicy add in src 10.0.0.0/8 dst 10.0.0.0/8 pass\n", NULL },
};

static size_t differs(const struct good *g, enum conf_side me, const char *wanted)
{
	char out[8192];
	int err = make(g->conf, me, out);

	if (!err && !strcmp(out, wanted)) {
		manual_fini(&m);
		return 0;
	}
	print_error("%s, %s:\n%s\nwanted\n%s", g->ids, me == SIDE_LEFT ? "left" : "right",
		    err ? m.error : out, wanted);
	manual_fini(&m);
	return 1;
}

static void test_good(void **state)
{
	size_t i, wrong = 0;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		wrong += differs(&good[i], SIDE_LEFT, good[i].left);
		if (good[i].right)
			wrong += differs(&good[i], SIDE_RIGHT, good[i].right);
	}
	assert_int_equal(wrong, 0);
}

static const struct {
	const char *ids, *conf, *says;
} bad[] = {
	{ "MAN-01", NETS GCM, "spi= or spibase= is missing" },
	{ "MAN-08", NETS " spi=0x200\n", "f:1:6: conn 'we': neither esp= nor ah=" },
	{ "MAN-09", NETS " spi=0x200\n ah=hmac-md5-96\n", "no key for packets to right" },
	{ "MAN-04", NETS " spi=0x200\n esp=aes-gcm-16\n rightespenckey=" K20 "\n", "no key for packets to left" },
	{ "MAN-05", NETS " spi=0x200\n esp=aes128-sha1\n espenckey=" K16 "\n", "no key for packets to right" },
	{ "CMP-22 ACC-54", NETS " spi=0x200\n esp=3des\n espenckey=" K24 "\n", "f:7:6: conn 'we': esp=3des encrypts without authentication" },
	{ "CMP-22, with AH, too", NETS " spi=0x200\n esp=aes256\n espenckey=" K32 "\n ah=sha1\n ahkey=" K20 "\n", "without authentication" },
	{ "MAN-13", "conn we\n left=10.0.0.1\n right=%any\n spi=0x200\n" GCM, "right= must be an IP address" },
	{ "MAN-13", "conn we\n left=10.0.0.1\n right=east.example.com\n spi=0x200\n" GCM, "right= must be an IP address" },
	{ "MAN-13", "conn we\n left=10.0.0.1\n right=11.0.0.0/24\n spi=0x200\n" GCM, "right= must be an IP address" },
	{ "MAG-01", "conn we\n left=10.0.0.1\n right=%defaultroute\n spi=0x200\n" GCM, "right=%defaultroute is not known" },
	{ "VAL-12", "conn we\n left=10.0.0.1\n right=fd00::1\n spi=0x200\n" GCM, "different address families" },
	{ "VAL-12", ENDS " leftsubnet=10.0.1.0/24\n rightsubnet=fd00::/64\n spi=0x200\n" GCM, "networks of the two sides are of different" },
	{ "one algorithm", NETS " spi=0x200\n esp=aes128-sha1,3des-md5\n espenckey=" K16 "\n", "one proposal, not a list" },
	{ "one algorithm", NETS " spi=0x200\n esp=aes128-sha1+sha2_256\n espenckey=" K16 "\n", "offers a choice" },
	{ "type", NETS " type=beet\n spi=0x200\n" GCM, "cannot be keyed by hand" },
	{ "networks", ENDS " rightsubnet=11.0.1.1-11.0.1.7\n spi=0x200\n" GCM, "range that is no prefix" },
	{ "networks", ENDS " rightsubnet=vhost:%priv\n spi=0x200\n" GCM, "nothing is negotiated" },
	{ "a shunt of nowhere", "conn we\n left=10.0.0.1\n right=%any\n type=drop\n", "right= must be an IP address" },
};

static void test_bad(void **state)
{
	size_t i, wrong = 0;
	char out[8192];

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int err = make(bad[i].conf, SIDE_LEFT, out);

		if (!err || !strstr(m.error, bad[i].says)) {
			print_error("%s: '%s', wanted '%s'\n", bad[i].ids, err ? m.error : out, bad[i].says);
			wrong++;
		}
		/* what is a key is never said */
		assert_null(strstr(m.error, "000102"));
		assert_null(strstr(m.error, "f0f1f2"));
		manual_fini(&m);
	}
	assert_int_equal(wrong, 0);
}

static void test_warnings(void **state)
{
	char out[8192];

	(void)state;
	assert_int_equal(make(NETS " spi=0x200\n" GCM, SIDE_LEFT, out), 0);
	assert_int_equal(m.nwarnings, 0);
	manual_fini(&m);
	assert_int_equal(make(NETS " spi=0x200\n" KEYS3DES, SIDE_LEFT, out), 0); /* DIF-05: one, for both */
	assert_int_equal(m.nwarnings, 1);
	assert_non_null(strstr(m.warnings[0], "legacy algorithms: 3des-cbc, hmac-md5-96"));
	manual_fini(&m);
	assert_int_equal(make(NETS " spi=0x200\n esp=aes-gcm-16\n espenckey=" K20 "\n", SIDE_RIGHT, out), 0);
	assert_int_equal(m.nwarnings, 1);
	assert_non_null(strstr(m.warnings[0], "one key for both directions of aes-gcm-16"));
	assert_null(strstr(m.warnings[0], "000102"));
	manual_fini(&m);
	assert_int_equal(make(NETS " spi=0x200\n esp=aes128-sha1\n espenckey=" K16 "\n espauthkey=" K20 "\n", SIDE_LEFT,
			      out), 0); /* a random IV may have one key */
	assert_int_equal(m.nwarnings, 0);
	manual_fini(&m);
}

/* The cookie is of the name: what up made is found again when the file has changed. */
static void test_owner(void **state)
{
	char out[8192];
	size_t i;

	(void)state;
	assert_int_equal(make(NETS " spi=0x200\n" GCM, SIDE_LEFT, out), 0);
	assert_int_equal(m.owner, manual_owner("we"));
	for (i = 0; i < m.nsas; i++)
		assert_int_equal(m.sas[i].owner, manual_owner("we"));
	for (i = 0; i < m.npolicies; i++)
		assert_int_equal(m.policies[i].owner, manual_owner("we"));
	assert_string_equal(m.sas[0].name, "we");
	manual_fini(&m);
	assert_int_not_equal(manual_owner("we"), manual_owner("ew"));
	assert_int_not_equal(manual_reqid("we"), manual_reqid("ew"));
	assert_true(manual_owns(manual_owner("we")));
	assert_false(manual_owns(0));
	assert_false(manual_owns(7));
}

static void test_many_networks(void **state)
{
	char *text = malloc(100000), *at = text, out[8192];
	int i;

	(void)state;
	at += sprintf(at, "%s type=drop\n leftsubnet=\"", ENDS);
	for (i = 0; i < 40; i++)
		at += sprintf(at, "%s10.%d.0.0/16", i ? "," : "", i);
	at += sprintf(at, "\"\n rightsubnet=\"");
	for (i = 0; i < 40; i++)
		at += sprintf(at, "%s11.%d.0.0/16", i ? "," : "", i);
	strcpy(at, "\"\n");
	assert_int_not_equal(make(text, SIDE_LEFT, out), 0);
	assert_non_null(strstr(m.error, "more than 1024 pairs"));
	manual_fini(&m);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),	 cmocka_unit_test(test_bad),
		cmocka_unit_test(test_warnings), cmocka_unit_test(test_owner),
		cmocka_unit_test(test_many_networks),
	};

	return cmocka_run_group_tests_name("conn_manual", tests, NULL, NULL);
}
