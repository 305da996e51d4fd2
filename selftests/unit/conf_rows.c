// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ conf/ */
/*
 * conf_rows.c - the keywords of FreeS/WAN, row by row of its inventory: the default of 1.9x and that of 2, a value that
 * means something, and the nearest one that does not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/options.h"
#include "typed.h"

#define KEY "0x0103a0b63c14982374a4226c49474b50f56c0ca129e2c1f31540973e7298e085a46f"
#define TIME "expected a time"
#define BOOL "expected yes or no"

static const struct {
	const char *id;
	const char *one, *two; /* defaults, "-" for none */
	const char *line, *means; /* a line, and the value that it gives */
	const char *bad, *error; /* a line, and "column: text"; NULL: any text will do */
} rows[] = {
	/* config setup */
	{ "SET-01", "-", "%defaultroute", "interfaces=\"ipsec0=eth0 ipsec1=ppp0\"", "ipsec0=eth0 ipsec1=ppp0",
	  "interfaces=eth0", "13: expected ipsecN=DEVICE" },
	{ "MAG-01", "-", "%defaultroute", "interfaces=%defaultroute", "%defaultroute", "interfaces=%defaultrute",
	  "13: expected ipsecN=DEVICE" },
	{ "MAG-09", "-", "%defaultroute", "interfaces=%none", "-", "interfaces=%non", "13: expected ipsecN=DEVICE" },
	{ "SET-02", "no", "no", "forwardcontrol=yes", "yes", "forwardcontrol=auto", "17: " BOOL },
	{ "SET-03", "daemon.error", "daemon.error", "syslog=local1.info", "local1.info", NULL, NULL },
	{ "SET-04", "none", "none", "klipsdebug=\"tunnel tunnel-xmit spi\"", "tunnel+tunnel-xmit+spi", "klipsdebug=spy",
	  "13: expected none, all" },
	{ "SET-05", "none", "none", "plutodebug=\"raw crypt\"", "raw crypt", NULL, NULL },
	{ "SET-06", "-", "-", "dumpdir=/safe/directory", "/safe/directory", NULL, NULL },
	{ "SET-06", "-", "-", "dumpdir=", "-", NULL, NULL },
	{ "SET-07", "no", "-", "dump=yes", "yes", "dump=/var/tmp", "7: " BOOL },
	{ "SET-08", "-", "-", "manualstart=\"\"", "-", "manualstart=a/b", "14: expected names of connections" },
	{ "SET-09", "yes", "yes", "pluto=no", "no", "pluto=off-line", "8: " BOOL },
	{ "SET-10", "-", "%search", "plutoload=%search", "%search", "plutoload=%seach", "12: expected names of connections" },
	{ "SET-11", "-", "%search", "plutostart=%search", "%search", "plutostart=%all", "13: expected names of connections" },
	{ "MAG-08", "-", "%search", "plutostart=%search", "%search", "manualstart=%search", "14: expected names" },
	{ "SET-12", "yes", "no", "plutowait=no", "no", "plutowait=3", "12: " BOOL },
	{ "SET-13", "-", "-", "plutobackgroundload=yes", "yes", "plutobackgroundload=x", "22: " BOOL },
	{ "SET-14", "-", "-", "prepluto=\"/bin/true -x\"", "/bin/true -x", NULL, NULL },
	{ "SET-15", "-", "-", "postpluto=/bin/true", "/bin/true", NULL, NULL },
	{ "SET-16", "yes", "yes", "fragicmp=no", "no", "fragicmp=none", "11: " BOOL },
	{ "SET-17", "drop", "drop", "packetdefault=reject", "reject", "packetdefault=discard", "16: expected pass, drop or reject" },
	{ "SET-18", "no", "-", "no_eroute_pass=yes", "yes", "no_eroute_pass=pass", "17: " BOOL },
	{ "SET-19", "no", "-", "opportunistic=no", "no", "opportunistic=maybe", "16: " BOOL },
	{ "SET-20", "yes", "yes", "hidetos=no", "no", "hidetos=copy", "10: " BOOL },
	{ "SET-21", "no", "yes", "uniqueids=yes", "yes", "uniqueids=unique", "12: expected no, yes" },
	{ "SET-22", "-", "-", "overridemtu=1400", "1400", "overridemtu=70000", "14: expected 0 to 65535" },
	{ "SET-23", "-", "-", "myid=@west.example.org", "fqdn:west.example.org", "myid=%you", "7: unknown %word" },
	{ "SET-24", "-", "0", "rp_filter=2", "2", "rp_filter=3", "12: expected 0 to 2" },
	{ "SET-24", "-", "0", "rp_filter=%unchanged", "%unchanged", "rp_filter=%changed", "12: expected a number" },
	{ "SET-25", "-", "-", "plutoopts=\"--a --b\"", "--a --b", NULL, NULL },
	{ "SET-25", "-", "-", "plutostderrlog=/var/log/pluto", "/var/log/pluto", NULL, NULL },
	{ "SET-25", "-", "yes", "plutorestartoncrash=no", "no", "plutorestartoncrash=10", "22: " BOOL },
	{ "SET-26", "-", "-", "nat_traversal=yes", "yes", "nat_traversal=x", "16: " BOOL },
	{ "SET-26", "20s", "20s", "keep_alive=60", "60s", "keep_alive=1min", "13: " TIME },
	{ "SET-26", "-", "-", "virtual_private=%v4:10.0.0.0/8,%v4:!10.1.0.0/16", "%v4:10.0.0.0/8 %v4:!10.1.0.0/16", NULL, NULL },
	{ "SET-26", "-", "-", "strictcrlpolicy=yes", "yes", "strictcrlpolicy=uri", "18: expected no, yes or ifuri" },
	{ "SET-26", "-", "-", "crlcheckinterval=600", "600s", "crlcheckinterval=often", "19: " TIME },
	/* conn */
	{ "CON-01", "tunnel", "tunnel", "type=passthrough", "passthrough", "type=tunnle", "7: expected tunnel, transport" },
	{ "CON-01", "tunnel", "tunnel", "type=drop", "drop", "type=discard", "7: expected tunnel, transport" },
	{ "CON-02", "-", "-", "left=%defaultroute", "%defaultroute", "left=%default", "7: '%default': expected an address" },
	{ "MAG-02", "-", "-", "left=%any", "%any", "left=%an", "7: '%an': expected an address" },
	{ "MAG-04", "-", "-", "left=0.0.0.0", "%any", "left=0.0.0.0.0", "7: '0.0.0.0.0': expected an address" },
	{ "MAG-04", "-", "-", "left=0::0", "%any6", "left=0::0::0", "7: '0::0::0': expected an address" },
	{ "MAG-06", "-", "-", "left=%opportunistic", "%opportunistic", "left=%oportunistic", "7: '%oportunistic': expected" },
	{ "MAG-07", "-", "-", "left=%group", "%group", "left=%groups", "7: '%groups': expected an address" },
	{ "CON-03", "-", "-", "leftsubnet=10.0.0.0/255.255.0.0", "10.0.0.0/16", "leftsubnet=10.0.0.0/255.0.255.0",
	  "22: expected a prefix length" },
	{ "MAG-13", "-", "-", "leftsubnet=%default", "%default", "leftsubnet=%defaul", "13: '%defaul': expected an address" },
	{ "CON-04", "%direct", "%direct", "leftnexthop=10.44.55.66", "10.44.55.66/32", "leftnexthop=%direkt",
	  "14: '%direkt': expected an address" },
	{ "MAG-05", "%direct", "%direct", "leftnexthop=0.0.0.0", "%direct", "leftnexthop=%any", "14: '%any': expected an address" },
	{ "CON-05", "no", "no", "leftfirewall=yes", "yes", "leftfirewall=on-demand", "15: " BOOL },
	{ "CON-06", "ipsec _updown", "ipsec _updown", "leftupdown=\"/bin/x a b\"", "/bin/x a b", NULL, NULL },
	{ "SYN-28", "ipsec _updown", "ipsec _updown", "leftupdown=\"/bin/x; rm $HOME `id` $(id) 'a|b' > c\"",
	  "/bin/x; rm $HOME `id` $(id) 'a|b' > c", NULL, NULL },
	{ "AUT-01", "ike", "ike", "keyexchange=ike", "ike", "keyexchange=isakmp", "14: expected ike" },
	{ "AUT-02", "ignore", "ignore", "auto=route", "route", "auto=begin", "7: expected ignore, add" },
	{ "AUT-03", "esp", "esp", "auth=ah", "ah", "auth=both", "7: expected esp, ah" },
	{ "AUT-04", "secret", "rsasig", "authby=secret|rsasig", "secret+rsasig", "authby=secret|rsa-sig", "16: expected secret" },
	{ "AUT-05", "-", "-", "leftid=@good.example.com", "fqdn:good.example.com", "leftid=@", "9: expected a name after '@'" },
	{ "MAG-12", "-", "-", "leftid=%myid", "myid:%myid", "leftid=%yourid", "9: unknown %word" },
	{ "AUT-06", "-", "%dnsondemand", "leftrsasigkey=" KEY, "34 octets", "leftrsasigkey=0x0102a0b6", "16: this is no RSA key" },
	{ "VAL-11", "-", "%dnsondemand", "leftrsasigkey=" KEY, "34 octets", "leftrsasigkey=" KEY "00", "16: this is no RSA key: the modulus is even" },
	{ "VAL-11", "-", "%dnsondemand", "leftrsasigkey=" KEY, "34 octets", "leftrsasigkey=0x09", "16: this is no RSA key: it is shorter" },
	{ "MAG-11", "-", "%dnsondemand", "leftrsasigkey=%dns", "%dns", "leftrsasigkey=%dnss", "16: expected a public key" },
	{ "MAG-11", "-", "%dnsondemand", "leftrsasigkey=%dnsonload", "%dnsonload", NULL, NULL },
	{ "MAG-14", "-", "%dnsondemand", "leftrsasigkey=%cert", "%cert", "leftrsasigkey=%certs", "16: expected a public key" },
	{ "MAG-09", "-", "%dnsondemand", "leftrsasigkey=%none", "-", NULL, NULL },
	{ "AUT-07", "-", "-", "leftrsasigkey2=" KEY, "34 octets", "leftrsasigkey2=0x0102a0b6", "17: this is no RSA key" },
	{ "AUT-08", "yes", "yes", "pfs=no", "no", "pfs=modp1024", "6: " BOOL },
	{ "AUT-09", "28800s", "28800s", "keylife=24h", "86400s", "keylife=25h", "10: expected 1 to 86400 seconds" },
	{ "AUT-10", "3600s", "3600s", "ikelifetime=8h", "28800s", "ikelifetime=25h", "14: expected 1 to 86400 seconds" },
	{ "AUT-11", "yes", "yes", "rekey=no", "no", "rekey=always", "8: " BOOL },
	{ "AUT-12", "540s", "540s", "rekeystart=1.5m", "90s", "rekeymargin=1.5", "14: " TIME },
	{ "AUT-13", "100%", "100%", "rekeyfuzz=250%", "250%", "rekeyfuzz=100", "12: expected a percentage, nnn%" },
	{ "AUT-14", "3", "%forever", "keyingtries=0", "0", "keyingtries=-1", "14: expected a number" },
	{ "MAG-10", "3", "%forever", "keyingtries=%forever", "%forever", "keyingtries=%ever", "14: expected a number" },
	{ "AUT-15", "no", "no", "compress=yes", "yes", "compress=deflate", "11: " BOOL },
	{ "AUT-16", "yes", "no", "disablearrivalcheck=no", "no", "disablearrivalcheck=0x", "22: " BOOL },
	{ "AUT-17", "none", "none", "failureshunt=passthrough", "passthrough", "failureshunt=pass", "15: expected none" },
	{ "AUT-18", "-", "-", "ike=3des-md5-modp1024", "3des-cbc hmac-md5-96 modp1024 prfmd5", "ike=3des-md5-modp1023",
	  "15: unknown algorithm 'modp1023'" },
	{ "AUT-18", "-", "-", "esp=aes128-sha1", "aes-cbc/128 hmac-sha1-96", "esp=des-sha1", "6: unknown algorithm 'des'" },
	{ "AUT-18", "-", "-", "pfsgroup=modp1536", "modp1536", NULL, NULL },
	{ "AUT-19", "-", "-", "leftcert=west.pem", "west.pem", NULL, NULL },
	{ "AUT-19", "-", "-", "leftca=\"C=CH, CN=x\"", "C=CH, CN=x", NULL, NULL },
	{ "AUT-19", "-", "-", "leftsubnetwithin=10.0.0.0/8", "10.0.0.0/8", "leftsubnetwithin=10.0.0.0/8,11.0.0.0/8",
	  "30: the list is too long" },
	{ "AUT-19", "-", "-", "leftprotoport=17/1701", "[17/1701-1701]", "leftprotoport=17/65536", "16: expected PROTOCOL/PORT" },
	/* manual keys */
	{ "MAN-01", "-", "-", "spi=0x200", "512", "spi=0xff", "6: SPIs below 0x100 are reserved" },
	{ "MAN-02", "-", "-", "spibase=0x300", "768", "spibase=300x", "10: expected an SPI" },
	{ "MAN-03", "-", "-", "esp=3des-md5-96", "3des-cbc hmac-md5-96", "esp=3des-md5-97", NULL },
	{ "MAN-04", "-", "-", "espenckey=0x01234567_89abcdef", "8 octets", "espenckey=0x0123456", "12: the key's digits" },
	{ "MAN-05", "-", "-", "rightespauthkey=0x01234567", "4 octets", "rightespauthkey=01234567", "18: expected a key" },
	{ "MAN-06", "0", "0", "espreplay_window=64", "64", "espreplay_window=65", "19: expected 0 to 64" },
	{ "MAN-07", "-", "-", "leftespspi=0x201", "513", "leftespspi=0x1ffffffff", "13: expected an SPI" },
	{ "MAN-08", "-", "-", "ah=hmac-sha1-96", "hmac-sha1-96", "ah=3des-md5-96", "5: AH does not encrypt" },
	{ "MAN-09", "-", "-", "leftahkey=0s0123", "3 octets", "leftahkey=0s012", "12: the key's digits" },
	{ "MAN-10", "0", "0", "ahreplay_window=64", "64", "ahreplay_window=x", "18: expected a number" },
	{ "MAN-11", "-", "-", "rightahspi=0x202", "514", "rightahspi=0", "13: SPIs below 0x100" },
};

static struct conf *with(const char *version, enum conf_section sec, const char *line)
{
	char text[1024];

	snprintf(text, sizeof(text), "%s%s\n%s\t%s\n", version, sec == SEC_SETUP ? "config setup" : "conn a",
		 version[0] ? "#" : "", line);
	return conf_parse(text, strlen(text), "f", NULL);
}

/* What the keyword of a line is. */
static struct conf_name name_of(const char *line, enum conf_section *sec)
{
	char name[64];
	struct conf_name is;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, "="), line);
	*sec = SEC_SETUP;
	is = options_find(SEC_SETUP, name, false);
	if (is.kw == KW_NONE) {
		*sec = SEC_CONN;
		is = options_find(SEC_CONN, name, false);
	}
	return is;
}

static const struct conf_value *get(const struct conf *c, const struct conf_name *is, enum conf_section sec)
{
	return sec == SEC_SETUP ? conf_setup_get(c, is->kw) : conf_get(conf_conn_at(c, 0), is->kw, is->side);
}

static size_t mistakes;

static void compare(size_t i, const char *what, const char *got, const char *want)
{
	if (!strcmp(got, want))
		return;
	print_message("# %s: %s: %s: '%s', expected '%s'\n", rows[i].id, rows[i].line, what, got, want);
	mistakes++;
}

static void judge_good(size_t i)
{
	static const char *const versions[] = { "version 1\n", "version 2\n" };
	enum conf_section sec;
	struct conf_name is = name_of(rows[i].line, &sec);
	struct conf *c;
	size_t v;

	if (is.kw == KW_NONE)
		fail_msg("%s: no keyword in '%s'", rows[i].id, rows[i].line);
	for (v = 0; v < 2; v++) {
		c = with(versions[v], sec, rows[i].line);
		compare(i, versions[v], typed(get(c, &is, sec)), v ? rows[i].two : rows[i].one);
		conf_free(c);
	}
	c = with("", sec, rows[i].line);
	/* a value of 0 may be a word: what was given counts, not the built-in one */
	compare(i, "means", typed(get(c, &is, sec)), rows[i].means);
	conf_free(c);
}

/* VAL-10: what is wrong is said at its place; the section cannot be used. */
static void judge_bad(size_t i)
{
	enum conf_section sec;
	const struct conf_diag *d = NULL;
	struct conf *c;
	char got[700];
	size_t k;

	name_of(rows[i].bad, &sec);
	c = with("", sec, rows[i].bad);
	for (k = 0; k < conf_diags(c) && !d; k++)
		if (conf_diag_at(c, k)->severity == CONF_ERROR && conf_diag_at(c, k)->pos.line == 2)
			d = conf_diag_at(c, k);
	snprintf(got, sizeof(got), "%u: %s", d ? d->pos.col : 0, d ? d->text : "nothing");
	if (!d || (rows[i].error && strncmp(got, rows[i].error, strlen(rows[i].error)) != 0))
		compare(i, rows[i].bad, got, rows[i].error ? rows[i].error : "an error");
	if (sec == SEC_CONN)
		assert_true(conf_conn_broken(conf_conn_at(c, 0)));
	conf_free(c);
}

static void test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		judge_good(i);
		if (rows[i].bad)
			judge_bad(i);
	}
	assert_int_equal(mistakes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests_name("conf_rows", tests, NULL, NULL);
}
