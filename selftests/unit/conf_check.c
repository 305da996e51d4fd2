// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ conf/ */
/* conf_check.c - what no single value can tell: every row has something that is right beside what is wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/local.h"

#define ENDS "\tleft=10.0.0.1\n\tright=11.0.0.1\n"
#define ENC "\tespenckey=0x0f2d4b6988a7c6e503214365870bcdef1122334455667788\n"
#define AUTH "\tespauthkey=0x102132435465768798a9bacbdcedfe0f\n"
#define MANUAL "\tesp=3des-md5-96\n" ENC AUTH
#define NETS(l, r) "\tauto=add\n\tleft=10.0.0.1\n\tright=11.0.0.1\n\tleftsubnet=" l "\n\trightsubnet=" r "\n"

static struct conf *parse(const char *text)
{
	return conf_parse(text, strlen(text), "f", NULL);
}

/* The complaint as "line:col: severity: text (other line)"; there must be at most one. */
static const char *only(const struct conf *c)
{
	static const char *const names[] = { "note", "warning", "error" };
	static char buf[700];
	size_t i, n = 0;

	buf[0] = '\0';
	for (i = 0; i < conf_diags(c); i++) {
		const struct conf_diag *d = conf_diag_at(c, i);

		if (d->severity == CONF_NOTE || !strncmp(d->text, "weak algorithms", 15))
			continue;
		snprintf(buf, sizeof(buf), "%u:%u: %s: %s (%u)", d->pos.line, d->pos.col, names[d->severity], d->text,
			 d->other.line);
		n++;
	}
	if (n > 1)
		strcat(buf, " and more");
	return buf;
}

static const struct {
	const char *id, *text, *says;
} conn_cases[] = {
	{ "VAL-01", "conn a\n" ENDS "\ttype=transport\n\tleftsubnet=10.0.0.0/8\n",
	  "5:2: error: transport mode has no networks behind its ends (4)" },
	{ "VAL-01", "conn a\n" ENDS "\trightsubnet=10.0.0.0/8\n\ttype=transport\n",
	  "4:2: error: transport mode has no networks behind its ends (5)" },
	{ "VAL-01", "conn a\n" ENDS "\ttype=transport\n", "" },
	{ "VAL-01", "conn a\n" ENDS "\ttype=transport\n\trightsubnet=vhost:%priv,%no\n", "" },
	{ "VAL-02", "conn a\n\tright=11.0.0.1\n", "1:6: error: left= is missing (0)" },
	{ "VAL-02", "conn a\n\tleft=10.0.0.1\n\tright=\n", "1:6: error: right= is missing (0)" },
	{ "VAL-02", "conn a\n\tauto=add\n", "1:6: error: left= is missing (0)" },
	{ "VAL-02", "conn a\n" ENDS "\talso=b\nconn b\n\tauto=add\n", "" },
	{ "VAL-03", "conn a\n\tleft=%defaultroute\n\tright=%defaultroute\n",
	  "3:2: error: both ends are %defaultroute (2)" },
	{ "MAG-02", "conn a\n\tleft=%any\n\tright=0.0.0.0\n", "3:2: error: both ends are %any (2)" },
	{ "MAG-02", "conn a\n\tleft=10.0.0.1\n\tright=%any\n\tauto=start\n",
	  "4:2: warning: the peer may be anywhere: nothing can be started (0)" },
	{ "MAG-02", "conn a\n\tleft=10.0.0.1\n\tright=%any\n\tauto=add\n", "" },
	{ "VAL-05", "conn a\n\tleft=%defaultroute\n\tright=11.0.0.1\n\tleftnexthop=10.0.0.254\n",
	  "4:2: error: the next hop is overridden: that end is %defaultroute (2)" },
	{ "VAL-05", "conn a\n\tleft=%defaultroute\n\tright=11.0.0.1\n\trightnexthop=11.0.0.254\n", "" },
	{ "VAL-06", "conn a\n" ENDS "\trightnexthop=11.0.0.1\n", "4:2: error: the next hop is the gateway itself (3)" },
	{ "VAL-06", "conn a\n" ENDS "\trightnexthop=11.0.0.2\n", "" },
	{ "VAL-07", "conn a\n" ENDS "\tleftfirewall=yes\n\tleftupdown=x\n",
	  "5:2: error: an updown command takes the place of firewall=yes (4)" },
	{ "VAL-07", "conn a\n" ENDS "\tleftfirewall=yes\n\trightupdown=x\n", "" },
	{ "VAL-07", "conn a\n" ENDS "\tleftfirewall=no\n\tleftupdown=x\n", "" },
	{ "VAL-08", "conn a\n" ENDS "\tauthby=rsasig\n\tleftrsasigkey=0x0103abcd\n",
	  "1:6: error: authby=rsasig needs rightrsasigkey= (0)" },
	{ "VAL-08", "conn a\n" ENDS "\tauthby=rsasig\n\tleftrsasigkey=0x0103abcd\n\trightrsasigkey=%dns\n", "" },
	{ "VAL-08", "version 3\nconn a\n" ENDS "\tauthby=rsasig\n", "" },
	{ "VAL-09", "conn a\n\tleft=10.0.0.1\n\tright=%any\n\trightrsasigkey=0x0103abcd\n",
	  "4:2: error: an identity of %any cannot have an RSA key (0)" },
	{ "VAL-09", "conn a\n\tleft=10.0.0.1\n\tright=%any\n\trightid=@x\n\trightrsasigkey=0x0103abcd\n", "" },
	{ "VAL-09", "conn a\n\tleft=10.0.0.1\n\tright=%any\n\trightrsasigkey=%dns\n", "" },
	{ "VAL-12", "conn a\n\tleft=10.0.0.1\n\tright=2001:db8::1\n",
	  "3:2: error: the ends are of different address families (2)" },
	{ "VAL-12", "conn a\n" ENDS "\tleftsubnet=10.0.0.0/8\n\trightsubnet=2001:db8::/32\n",
	  "5:2: error: the networks are of different address families (4)" },
	{ "VAL-12", "conn a\n\tleft=10.0.0.1\n\tright=gw.example.com\n", "" },
	{ "VAL-12", "conn a\n" ENDS "\tleftsubnet=2001:db8:1::/48\n\trightsubnet=2001:db8::/48,12.0.0.0/8\n", "" },
	{ "MAG-06", "conn a\n\tleft=%defaultroute\n\tright=%opportunistic\n\trightsubnet=10.0.0.0/8\n",
	  "4:2: error: the peer's network is found out, it may not be given (3)" },
	{ "MAG-06", "conn a\n\tleft=%defaultroute\n\tright=%opportunistic\n\tleftsubnet=10.0.0.0/8\n", "" },
	{ "AUT-09", "conn a\n" ENDS "\tkeylife=10m\n\trekeymargin=5m\n",
	  "4:2: error: salifetime is over before rekeymargin, enlarged by rekeyfuzz, begins (0)" },
	{ "AUT-09", "conn a\n" ENDS "\tkeylife=10m\n",
	  "4:2: warning: salifetime is over before rekeymargin, enlarged by rekeyfuzz, begins (0)" },
	{ "AUT-10", "conn a\n" ENDS "\tikelifetime=20m\n\trekeyfuzz=200%\n",
	  "4:2: error: ikelifetime is over before rekeymargin, enlarged by rekeyfuzz, begins (0)" },
	{ "AUT-13", "conn a\n" ENDS "\tkeylife=10m\n\trekeymargin=5m\n\trekeyfuzz=50%\n", "" },
	{ "AUT-11", "conn a\n" ENDS "\tkeylife=10m\n\trekeymargin=5m\n\trekey=no\n", "" },
	{ "ACC-22", "conn a\n" ENDS "\tkeylife=60s\n\trekeymargin=20s\n", "" },
	{ "", "conn a\n" ENDS "\tlifebytes=1G\n\tmarginbytes=1G\n",
	  "5:2: error: the margin is not smaller than the life (4)" },
	{ "", "conn a\n" ENDS "\tdpddelay=30\n\tdpdtimeout=30\n",
	  "5:2: warning: the peer is dead before it is asked: dpdtimeout is not above dpddelay (4)" },
	{ "", "conn a\n" ENDS "\tleftprotoport=tcp/80\n\trightprotoport=udp\n",
	  "5:2: error: the protocols of the two sides differ: no packet fits (4)" },
	{ "", "conn a\n" ENDS "\tmark=1\n\tmark-in=2\n",
	  "5:2: warning: takes the place of mark= for this direction (4)" },
	{ "AUT-04", "conn a\n" ENDS "\tauthby=secret\n\tleftcert=x\n",
	  "5:2: warning: a certificate has no use with authby=secret (4)" },
	{ "AUT-04", "conn a\n" ENDS "\tauthby=secret\n\tleftauth=psk\n",
	  "5:2: warning: takes the place of authby for that side (4)" },
	{ "AUT-02", "conn a\n" ENDS "\tauto=manual\n", "4:2: error: auto=manual without manual keys (0)" },
	{ "SYN-19", "conn a\n" ENDS "\talso=b\nconn b\n\ttype=transport\n\tleftsubnet=10.0.0.0/8\n",
	  "7:2: error: conn 'a': transport mode has no networks behind its ends (6)" },
	{ "", "conn a\n" ENDS "conn A\n" ENDS, "4:6: warning: 'A' and 'a' differ only in case (1)" },
	{ "SET-10", "config setup\n\tplutoload=b\nconn a\n" ENDS, "2:12: error: there is no conn 'b' (0)" },
};

static void test_conn(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(conn_cases) / sizeof(conn_cases[0]); i++) {
		struct conf *c = parse(conn_cases[i].text);

		if (strcmp(only(c), conn_cases[i].says) != 0)
			fail_msg("%s: case %zu: '%s', expected '%s'", conn_cases[i].id, i, only(c), conn_cases[i].says);
		conf_free(c);
	}
}

static void test_manual(void **state)
{
	static const struct {
		const char *id, *text, *says;
	} cases[] = {
		{ "MAN-01", "conn a\n" ENDS "\tspi=0x200\n" MANUAL, "" },
		{ "MAN-01", "conn a\n" ENDS "\tspi=0x200\n\tspibase=0x210\n" MANUAL, "5:2: error: spi and spibase (4)" },
		{ "MAN-02", "conn a\n" ENDS "\tspibase=0x211\n" MANUAL, "4:2: error: spibase must end in 0 (0)" },
		{ "LIT-25", "conn a\n" ENDS "\tspi=0x1000\n" MANUAL,
		  "4:2: warning: SPIs from 0x1000 are given to automatic connections (0)" },
		{ "MAN-03", "conn a\n" ENDS "\tspi=0x200\n\tesp=3des\n" ENC,
		  "5:2: warning: encryption without authentication is no protection (0)" },
		{ "MAN-04", "conn a\n" ENDS "\tspi=0x200\n\tesp=3des-md5-96\n" AUTH, "1:6: error: espenckey= is missing (0)" },
		{ "MAN-04", "conn a\n" ENDS "\tspi=0x200\n\tesp=3des-md5-96\n" AUTH "\tespenckey=0x0011\n",
		  "7:2: error: the key has the wrong length (0)" },
		{ "MAN-04", "conn a\n" ENDS "\tspi=0x200\n\tesp=3des-md5-96\n" AUTH "\tleftespenckey=0x0011\n",
		  "7:2: error: the key has the wrong length (0) and more" },
		{ "MAN-05", "conn a\n" ENDS "\tspi=0x200\n\tesp=3des-sha1-96\n" ENC AUTH,
		  "7:2: error: the key has the wrong length (0)" },
		{ "MAN-05", "conn a\n" ENDS "\tspi=0x200\n\tesp=3des-md5-96\n" ENC, "1:6: error: espauthkey= is missing (0)" },
		{ "LIT-24", "conn a\n" ENDS "\tspi=0x200\n\tah=hmac-sha1-96\n\tahkey=0x102132435465768798a9bacbdcedfe0f01020304\n", "" },
		{ "MAN-08", "conn a\n" ENDS "\tspi=0x200\n", "1:6: error: manual keys without esp= or ah= (0)" },
		{ "MAN-09", "conn a\n" ENDS "\tspi=0x200\n\tah=hmac-md5-96\n", "1:6: error: ahkey= is missing (0)" },
		{ "MAN-09", "conn a\n" ENDS "\tspi=0x200\n\tahkey=0x0102\n" MANUAL,
		  "5:2: error: ahkey= without an algorithm that takes it (0)" },
		{ "MAN-06", "conn a\n" ENDS "\tspi=0x200\n\tesp=null\n\tespreplay_window=64\n",
		  "6:2: error: a replay window without authentication (0) and more" },
		{ "MAN-13", "conn a\n\tleft=10.0.0.1\n\tright=%any\n\tspi=0x200\n" MANUAL,
		  "3:2: error: manual keys need the address of that end (0)" },
		{ "SEC-32", "conn a\n" ENDS "\tspi=0x200\n\tesp=3des-md5-96\n" AUTH
			    "\tespenckey=0x01234567_89abcdef_02468ace_13579bdf_12345678_9abcdef0\n",
		  "7:2: error: everybody knows this key (0)" },
		{ "LIT-23", "conn a\n" ENDS "\tspi=0x200\n\tesp=3des-md5-96\n" ENC
			    "\tespauthkey=0x12345678_9abcdef0_2468ace0_13579bdf\n",
		  "7:2: error: everybody knows this key (0)" },
		{ "SEC-32", "conn a\n" ENDS "\tspi=0x200\n\tesp=3des-md5-96\n" ENC
			    "\tespauthkey=0x00000000000000000000000000000000\n",
		  "7:2: error: everybody knows this key (0)" },
		{ "CON-01", "conn a\n" ENDS "\tspi=0x200\n\ttype=passthrough\n", "" },
		{ "", "conn a\n" ENDS "\tspi=0x200\n\tesp=aes128gcm16\n"
		      "\tespenckey=0x0f2d4b6988a7c6e503214365870bcdef11223344\n", "" },
		{ "", "conn a\n" ENDS "\tspi=0x200\n\tesp=aes256gcm16\n"
		      "\tespenckey=0x0f2d4b6988a7c6e503214365870bcdef11223344\n",
		  "6:2: error: the key has the wrong length (0)" },
		{ "MAN-01", "conn a\n" ENDS "\tspi=0x200\n" MANUAL "conn b\n" ENDS "\tspi=0x200\n" MANUAL,
		  "11:2: error: SPI 0x200 is that of conn 'a', too (4)" },
		{ "MAN-02", "conn a\n" ENDS "\tspibase=0x200\n" MANUAL "conn b\n" ENDS "\tspi=0x205\n" MANUAL,
		  "11:2: error: SPI 0x205 is that of conn 'a', too (4)" },
		{ "MAN-07", "conn a\n" ENDS "\tspi=0x200\n" MANUAL "conn b\n" ENDS "\tspi=0x201\n\tleftespspi=0x200\n" MANUAL,
		  "12:2: error: SPI 0x200 is that of conn 'a', too (4)" },
		{ "MAN-01", "conn a\n" ENDS "\tspi=0x200\n" MANUAL "conn b\n" ENDS "\tspi=0x201\n" MANUAL, "" },
		{ "MAN-01", "conn a\n" ENDS "\tspi=0x200\n" MANUAL "conn b\n\tleft=12.0.0.1\n\tright=13.0.0.1\n\tspi=0x200\n" MANUAL, "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf *c = parse(cases[i].text);

		if (strcmp(only(c), cases[i].says) != 0)
			fail_msg("%s: case %zu: '%s', expected '%s'", cases[i].id, i, only(c), cases[i].says);
		conf_free(c);
	}
}

static void test_overlap(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "conn a\n" NETS("10.1.0.0/16", "11.1.0.0/16") "conn b\n" NETS("10.1.0.0/16", "11.1.0.0/16"),
		  "7:6: warning: the networks of 'b' are those of 'a' (1)" },
		{ "conn a\n" NETS("10.1.0.0/16", "11.1.0.0/16") "conn b\n" NETS("10.2.0.0/16", "11.1.0.0/16"), "" },
		/* nested: the more specific one is meant */
		{ "conn a\n" NETS("10.0.0.0/8", "11.0.0.0/8") "conn b\n" NETS("10.1.0.0/16", "11.1.0.0/16"), "" },
		{ "conn a\n" NETS("10.0.0.0/8", "11.0.0.0/8") "conn b\n" NETS("10.0.0.0/8", "11.1.0.0/16"), "" },
		/* crossing: out and in differ */
		{ "conn a\n" NETS("10.0.0.0/8", "11.1.0.0/16") "conn b\n" NETS("10.1.0.0/16", "11.0.0.0/8"),
		  "7:6: warning: the networks of 'b' cross those of 'a' (1)" },
		/* the same gateways the other way round */
		{ "conn a\n" NETS("10.1.0.0/16", "11.1.0.0/16")
		  "conn b\n\tauto=add\n\tright=10.0.0.1\n\tleft=11.0.0.1\n\trightsubnet=10.1.0.0/16\n\tleftsubnet=11.1.0.0/16\n",
		  "7:6: warning: the networks of 'b' are those of 'a' (1)" },
		{ "conn a\n" NETS("10.1.0.0/16", "11.1.0.0/16") "\toverlapip=yes\n"
		  "conn b\n" NETS("10.1.0.0/16", "11.1.0.0/16"), "" },
		{ "conn a\n" NETS("10.1.0.0/16", "11.1.0.0/16") "\tmark=1\n"
		  "conn b\n" NETS("10.1.0.0/16", "11.1.0.0/16") "\tmark=2\n", "" },
		{ "conn a\n" NETS("10.1.0.0/16", "11.1.0.0/16") "\tleftprotoport=6/80\n\trightprotoport=6\n"
		  "conn b\n" NETS("10.1.0.0/16", "11.1.0.0/16") "\tleftprotoport=6/443\n\trightprotoport=6\n", "" },
		/* not loaded, not in the way */
		{ "conn a\n" ENDS "conn b\n" ENDS, "" },
		{ "conn a\n" ENDS "\tauto=add\nconn b\n" ENDS "\tauto=add\n",
		  "5:6: warning: the networks of 'b' are those of 'a' (1)" },
		{ "conn a\n" NETS("10.1.0.0/16,10.2.0.0/16", "11.1.0.0/16") "conn b\n" NETS("10.2.0.0/16", "11.1.0.0/16"),
		  "7:6: warning: the networks of 'b' are those of 'a' (1)" },
		/* unknown until they come */
		{ "conn a\n\tauto=add\n\tleft=10.0.0.1\n\tright=%any\n\trightid=@a\nconn b\n\tauto=add\n\tleft=10.0.0.1\n"
		  "\tright=%any\n\trightid=@b\n", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf *c = parse(cases[i].text);

		if (strcmp(only(c), cases[i].says) != 0)
			fail_msg("case %zu: '%s', expected '%s'", i, only(c), cases[i].says);
		conf_free(c);
	}
}

/* What is named and weak is said once, where it is written. */
static void test_weak(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "conn a\n" ENDS "\tike=3des-md5-modp1024\n", "4:6: 1: weak algorithms: 3DES, MD5, modp1024; " },
		{ "conn a\n" ENDS "\tesp=3des-sha1\n", "4:6: 1: weak algorithms: 3DES, SHA-1; " },
		{ "conn a\n" ENDS "\tike=aes256-sha1-modp1536\n", "4:6: 1: weak algorithms: SHA-1, modp1536; " },
		{ "conn a\n" ENDS "\tike=aes256-sha1-modp2048\n", "4:6: 0: old algorithms: SHA-1; " },
		{ "conn a\n" ENDS "\tphase2alg=aes128-sha1\n", "4:12: 0: old algorithms: SHA-1; " },
		{ "conn a\n" ENDS "\tesp=null-sha2_256\n", "4:6: 1: weak algorithms: null; nothing is encrypted" },
		{ "conn a\n" ENDS "\tike=aes256-sha2_256-modp2048s256\n", "4:6: 1: weak algorithms: modp2048s256; " },
		/* the second of two proposals counts, too */
		{ "conn a\n" ENDS "\tike=aes256-sha2_256-modp2048,aes128-sha2_256-modp768\n",
		  "4:6: 1: weak algorithms: modp768; " },
		{ "conn a\n" ENDS "\tike=aes256-sha2_256-x25519\n\tesp=aes_gcm128\n", "" },
		{ "conn %default\n\tesp=3des-sha1\nconn a\n" ENDS "conn b\n" ENDS, "2:6: 1: weak algorithms: 3DES, SHA-1; " },
		{ "conn a\n" ENDS "\tesp=des-md5\n", "4:6: 2: unknown algorithm 'des'" },
	};
	char text[700];
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf *c = parse(cases[i].text);
		size_t n = 0;

		text[0] = '\0';
		for (k = 0; k < conf_diags(c); k++) {
			const struct conf_diag *d = conf_diag_at(c, k);

			if (!strstr(d->text, "algorithm"))
				continue;
			snprintf(text, sizeof(text), "%u:%u: %d: %s", d->pos.line, d->pos.col, (int)d->severity, d->text);
			assert_non_null(d->hint);
			n++;
		}
		if (n > 1 || strncmp(text, cases[i].says, strlen(cases[i].says)) != 0 || !text[0] != !cases[i].says[0])
			fail_msg("case %zu: %zu: '%s'", i, n, text);
		conf_free(c);
	}
}

static struct conf_range range(const char *first, const char *last)
{
	struct conf_range r = { .len = 4, .plen = CONF_NO_PREFIX };

	assert_int_equal(inet_pton(AF_INET, first, r.first), 1);
	assert_int_equal(inet_pton(AF_INET, last, r.last), 1);
	return r;
}

/* A host with the addresses 10.0.0.1 and 10.0.1.1. */
static enum conf_here here(void *arg, const struct conf_conn *conn, char why[CONF_WHY])
{
	static const char *const ours[] = { "10.0.0.1", "10.0.1.1", "%defaultroute" };
	const char *left = conf_get(conn, KW_HOST, SIDE_LEFT)->text;
	const char *right = conf_get(conn, KW_HOST, SIDE_RIGHT)->text;
	bool l = false, r = false;
	size_t i;

	assert_ptr_equal(arg, &conn_cases);
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		l = l || !strcmp(left, ours[i]);
		r = r || !strcmp(right, ours[i]);
	}
	snprintf(why, CONF_WHY, "because");
	if (l != r)
		return l ? HERE_LEFT : HERE_RIGHT;
	if (l)
		return HERE_BOTH;
	return strstr(left, "example") ? HERE_LATER : HERE_NEITHER;
}

/* ACC-05, ACC-06: which end is ours. */
static void test_local(void **state)
{
	static const struct {
		const char *id, *text, *says;
	} cases[] = {
		{ "VAL-14", "conn a\n\tleft=10.0.0.9\n\tright=11.0.0.1\n",
		  "1:6: warning: neither end is this host: because (0)" },
		{ "VAL-14", "conn a\n\tleft=%any\n\tright=11.0.0.1\n",
		  "1:6: warning: neither end is this host: because (0)" },
		{ "VAL-14", "conn a\n\tleft=%any\n", "1:6: error: right= is missing (0)" },
		{ "VAL-14", "conn a\n\tleft=10.0.0.1\n\tright=11.0.0.1\n", "" },
		{ "VAL-14", "conn a\n\tleft=11.0.0.1\n\tright=10.0.0.1\n", "" },
		{ "VAL-14", "conn a\n\tleft=%defaultroute\n\tright=11.0.0.1\n", "" },
		{ "VAL-14", "conn a\n\tleft=gw.example.com\n\tright=11.0.0.1\n", "" },
		{ "VAL-15", "conn a\n\tleft=10.0.0.1\n\tright=10.0.1.1\n",
		  "3:2: error: both ends are addresses of this host (2)" },
		{ "VAL-15", "conn a\n\tleft=10.0.1.1\n\tright=%defaultroute\n",
		  "3:2: error: both ends are addresses of this host (2)" },
		{ "", "conn a\n" ENDS "\trightsubnet=10.0.1.128/25\n",
		  "4:2: warning: the peer's network is part of a network of this host (0)" },
		{ "", "conn a\n" ENDS "\tleftsubnet=10.0.1.0/24\n\trightsubnet=0.0.0.0/0\n", "" },
	};
	const struct conf_range nets[] = { range("10.0.1.0", "10.0.1.255") };
	const struct conf_local local = { here, (void *)(uintptr_t)&conn_cases, 1, nets };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf *c = conf_parse(cases[i].text, strlen(cases[i].text), "f", NULL);

		conf_check_local(c, &local);
		if (strcmp(only(c), cases[i].says) != 0)
			fail_msg("%s: case %zu: '%s', expected '%s'", cases[i].id, i, only(c), cases[i].says);
		if (strstr(cases[i].text, "example"))
			assert_string_equal(conf_diag_at(c, 0)->text,
					    "it is not known yet which end is this host: because");
		conf_free(c);
	}
}

/* 3000 connections that all overlap, and 3000 of one name: time and complaints stay bounded. */
static void test_many(void **state)
{
	char *text = NULL;
	size_t n, i;
	FILE *f = open_memstream(&text, &n);
	clock_t start = clock();
	struct conf *c;

	(void)state;
	assert_non_null(f);
	for (i = 0; i < 3000; i++)
		fprintf(f, "conn c%zu\n%sconn same\n" ENDS "\tfoo%zu=1\n", i, NETS("10.0.0.0/8", "11.0.0.0/8"), i);
	fclose(f);
	c = conf_parse(text, n, "f", NULL);
	assert_int_equal(conf_conns(c), 3001);
	assert_true(conf_errors(c) > 5000);
	assert_true(conf_diags(c) <= 1000);
	assert_true(clock() - start < 20 * CLOCKS_PER_SEC);
	conf_free(c);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conn),  cmocka_unit_test(test_manual), cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_local), cmocka_unit_test(test_weak), cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("conf_check", tests, NULL, NULL);
}
