// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ conf/ */
/* conf_value.c - texts of parameters into typed values. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/options.h"

/* A conn with one parameter of interest; other things that are wrong with it do not matter. */
static struct conf *with(const char *line, bool strict)
{
	struct conf_opts o = { .strict = strict };
	char text[1024];

	snprintf(text, sizeof(text), "conn a\n\t%s\n", line);
	return conf_parse(text, strlen(text), "f", &o);
}

static const struct conf_value *value(const struct conf *c, const char *line)
{
	char name[64];
	struct conf_name is;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, "="), line);
	is = options_find(SEC_CONN, name, false);
	assert_int_not_equal(is.kw, KW_NONE);
	return conf_get(conf_conn_at(c, 0), is.kw, is.side);
}

/* The complaint about the value, "col: text". */
static const char *complaint(const struct conf *c, enum conf_severity severity)
{
	static char buf[600];
	size_t i;

	for (i = 0; i < conf_diags(c); i++) {
		const struct conf_diag *d = conf_diag_at(c, i);

		if (d->pos.line != 2 || d->severity != severity)
			continue;
		snprintf(buf, sizeof(buf), "%u: %s", d->pos.col, d->text);
		return buf;
	}
	return "";
}

static void test_numbers(void **state)
{
	static const struct {
		const char *id, *line;
		uint64_t n;
	} cases[] = {
		{ "SYN-29", "keyingtries=0", 0 },
		{ "SYN-29", "keyingtries=12", 12 },
		{ "SYN-29", "mtu=0x5dc", 1500 },
		{ "SYN-30", "keylife=90", 90000 },
		{ "SYN-30", "keylife=90s", 90000 },
		{ "SYN-30", "keylife=1.5m", 90000 },
		{ "SYN-30", "keylife=0.25h", 900000 },
		{ "SYN-30", "keylife=1d", 86400000 },
		{ "SYN-30", "dpddelay=500ms", 500 },
		{ "SYN-30", "inactivity=1w", 604800000 },
		{ "AUT-09", "lifetime=8h", 28800000 },
		{ "AUT-10", "ikelifetime=24h", 86400000 },
		{ "AUT-12", "rekeystart=9m", 540000 },
		{ "AUT-13", "rekeyfuzz=250%", 250 },
		{ "SYN-31", "rekeyfuzz=0%", 0 },
		{ "AUT-14", "rekeytries=3", 3 },
		{ "MAN-01", "spi=0x200", 0x200 },
		{ "MAN-02", "spibase=0x210", 0x210 },
		{ "MAN-06", "espreplay_window=64", 64 },
		{ "", "replay-window=-1", UINT64_MAX },
		{ "", "replay_window=4096", 4096 },
		{ "", "lifebytes=4G", 4ULL << 30 },
		{ "", "ipsec-max-bytes=1KiB", 1024 },
		{ "", "retransmit-interval=250", 250 },
		{ "", "retransmit-interval=2s", 2000 },
		{ "", "ikedscp=101110", 46 },
		{ "VAL-10", "pfs=yes", 1 },
		{ "VAL-10", "pfs=no", 0 },
		{ "VAL-10", "pfs=ON", 1 },
		{ "VAL-10", "pfs=false", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf *c = with(cases[i].line, false);
		const struct conf_value *v = value(c, cases[i].line);

		if (!v->set || v->u.n != cases[i].n || complaint(c, CONF_ERROR)[0])
			fail_msg("%s: %s: %llu '%s'", cases[i].id, cases[i].line, (unsigned long long)v->u.n,
				 complaint(c, CONF_ERROR));
		conf_free(c);
	}
}

static const struct {
	const char *id, *line, *error;
	bool strict;
} refused[] = {
	{ "SYN-29", "keyingtries=-1", "14: expected a number", 0 },
	{ "SYN-29", "keyingtries=1x", "14: expected a number", 0 },
	{ "SYN-29", "keyingtries=99999999999999999999", "14: expected a number", 0 },
	{ "SYN-29", "mtu=65536", "6: expected 0 to 65535", 0 },
	{ "SYN-29", "mtu=0x", "6: expected a number", 0 },
	{ "SYN-30", "keylife=90x", "10: expected a time", 0 },
	{ "SYN-30", "keylife=", "", 0 },
	{ "SYN-30", "keylife=m", "10: expected a time", 0 },
	{ "SYN-30", "keylife=1.5", "10: expected a time", 0 },
	{ "SYN-30", "keylife=1.5s", "10: expected a time", 0 },
	{ "SYN-30", "keylife=1.m", "10: expected a time", 0 },
	{ "SYN-30", "keylife=.5h", "10: expected a time", 0 },
	{ "SYN-30", "keylife=1 h", "11: white space", 0 },
	{ "SYN-30", "keylife=1h30m", "10: expected a time", 0 },
	{ "SYN-30", "keylife=-1h", "10: expected a time", 0 },
	{ "SYN-30", "keylife=9999999999999h", "10: expected a time", 0 },
	{ "SYN-30", "keylife=1H", "10: expected a time", 0 },
	{ "SYN-30", "dpddelay=500ms", "11: expected a time", true },
	{ "SYN-30", "keylife=1w", "10: expected a time", true },
	{ "AUT-09", "keylife=25h", "10: expected 1 to 86400 seconds", 0 },
	{ "AUT-09", "keylife=0", "10: expected 1 to 86400 seconds", 0 },
	{ "BAD-15", "ikelifetime=86401s", "14: expected 1 to 86400 seconds", 0 },
	{ "SYN-31", "rekeyfuzz=100", "12: expected a percentage", 0 },
	{ "SYN-31", "rekeyfuzz=1.5%", "12: expected a percentage", 0 },
	{ "SYN-31", "rekeyfuzz=%", "12: expected a percentage", 0 },
	{ "SYN-31", "rekeyfuzz=100%%", "12: expected a percentage", 0 },
	{ "SYN-31", "rekeyfuzz=100000%", "12: expected 0 to 10000%", 0 },
	{ "VAL-10", "pfs=maybe", "6: expected yes or no", 0 },
	{ "VAL-10", "pfs=true", "6: expected yes or no", true },
	{ "VAL-10", "auth=espp", "7: expected esp, ah", 0 },
	{ "VAL-10", "keyexchange=ikev3", "14: expected ike, ikev1 or ikev2", 0 },
	{ "VAL-10", "authby=secret|rsa-sig", "16: expected secret", 0 },
	{ "VAL-10", "authby=|", "9: the list is empty", 0 },
	{ "VAL-10", "type=tunel", "7: expected tunnel", 0 },
	{ "AUT-02", "auto=Start!", "7: expected ignore", 0 },
	{ "AUT-17", "failureshunt=pass", "15: expected none", 0 },
	{ "", "ikev2=2", "8: expected yes", 0 },
	{ "", "leftsendcert=maybe", "15: expected never", 0 },
	{ "", "dpdaction=reboot", "12: expected none", 0 },
	{ "MAN-01", "spi=0xff", "6: SPIs below 0x100 are reserved", 0 },
	{ "MAN-01", "spi=0x1ffffffff", "6: expected an SPI", 0 },
	{ "MAN-01", "spi=512", "6: expected an SPI", true },
	{ "MAN-01", "spi=x", "6: expected an SPI", 0 },
	{ "MAN-06", "espreplay_window=65", "19: expected 0 to 64", 0 },
	{ "", "lifebytes=4X", "13: expected a number", 0 },
	{ "", "lifebytes=G", "12: expected a number", 0 },
	{ "", "lifebytes=99999999999999999999", "12: the number is too large", 0 },
	{ "", "lifebytes=99999999P", "12: the number is too large", 0 },
	{ "", "ikedscp=46", "10: expected six binary digits", 0 },
	{ "", "ikedscp=1011100", "10: expected six binary digits", 0 },
	{ "", "mark=0x10/0x0f", "7: the mark has bits", 0 },
	{ "", "mark=x", "7: expected a mark", 0 },
	{ "", "mark=0x10/", "7: expected a mark", 0 },
	{ "", "mark=0x1ffffffff", "7: expected a mark", 0 },
	{ "SYN-32", "left=10.0.0.256", "7: '10.0.0.256': expected an address", 0 },
	{ "SYN-32", "left=10.0.0", "7: '10.0.0': expected an address", 0 },
	{ "SYN-32", "left=10.0.0.1.2", "7: '10.0.0.1.2': expected an address", 0 },
	{ "SYN-32", "left=-host", "7: '-host': expected an address", 0 },
	{ "SYN-32", "left=a..b", "7: 'a..b': expected an address", 0 },
	{ "SYN-32", "left=a/b", "7: expected an address before", 0 },
	{ "SYN-32", "left=::g", "7: '::g': expected an address", 0 },
	{ "MAG-02", "left=%anny", "7: '%anny': expected", 0 },
	{ "MAG-01", "left=%defaultrout", "7: '%defaultrout': expected", 0 },
	{ "MAG-05", "leftnexthop=%directt", "14: '%directt': expected", 0 },
	{ "SYN-32", "leftnexthop=1.2.3.4,1.2.3.5", "22: the list is too long", 0 },
	{ "BAD-16", "leftsubnet=10.3.2.1.0/24", "13: expected an address before", 0 },
	{ "SYN-32", "leftsubnet=10.0.0.0/33", "22: expected a prefix length", 0 },
	{ "SYN-32", "leftsubnet=10.0.0.0/", "22: expected a prefix length", 0 },
	{ "SYN-32", "leftsubnet=10.0.0.0/255.0.255.0", "22: expected a prefix length", 0 },
	{ "SYN-32", "leftsubnet=10.0.0.0/ffff::", "22: expected a prefix length", 0 },
	{ "SYN-32", "leftsubnet=2001:db8::/129", "24: expected a prefix length", 0 },
	{ "SYN-32", "leftsubnet=10.0.0.9-10.0.0.1", "13: expected a range", 0 },
	{ "SYN-32", "leftsubnet=10.0.0.9-::1", "13: expected a range", 0 },
	{ "SYN-32", "leftsubnet=10.0.0.0/8,,x y", "26: white space", 0 },
	{ "SYN-32", "leftsubnet=10.0.0.0/8,300.0.0.0/8", "24: expected an address before", 0 },
	{ "SYN-32", "leftsubnet={}", "13: the list is empty", 0 },
	{ "", "leftsubnet=10.0.0.0/8[tcp/99999]", "23: expected [PROTOCOL/PORT]", 0 },
	{ "", "leftsubnet=10.0.0.0/8[tcp", "13: expected ']'", 0 },
	{ "MAG-07", "left=%groop", "7: '%groop': expected", 0 },
	{ "", "leftaddresspool=10.0.0.1", "", 0 },
	{ "", "leftaddresspool=pool", "18: 'pool': expected an address, a network", 0 },
	{ "", "leftdns=10.0.0.0/8", "10: '10.0.0.0/8': expected an address", 0 },
	{ "AUT-19", "leftprotoport=tcp/65536", "16: expected PROTOCOL/PORT", 0 },
	{ "AUT-19", "leftprotoport=tpc", "16: expected PROTOCOL/PORT", 0 },
	{ "AUT-19", "leftprotoport=256", "16: expected PROTOCOL/PORT", 0 },
	{ "AUT-19", "leftprotoport=tcp/90-80", "16: expected PROTOCOL/PORT", 0 },
	{ "AUT-19", "leftprotoport=gre/80", "16: expected PROTOCOL/PORT", 0 },
	{ "AUT-19", "leftprotoport=tcp/80/x", "16: expected PROTOCOL/PORT", 0 },
	{ "AUT-05", "leftid=@", "9: expected a name after '@'", 0 },
	{ "AUT-05", "leftid=@#12zz", "11: expected hexadecimal", 0 },
	{ "AUT-05", "leftid=@#", "11: expected hexadecimal", 0 },
	{ "AUT-05", "leftid=%mine", "9: unknown %word", 0 },
	{ "AUT-05", "leftid=10.0.0.0/8", "9: expected an address, a name", 0 },
	{ "AUT-05", "leftid=\"two words\"", "9: expected an address, a name", 0 },
	{ "SYN-33", "espenckey=0x123", "12: the key's digits", 0 },
	{ "SYN-33", "espenckey=0xzz", "12: the key's digits", 0 },
	{ "SYN-33", "espenckey=0x", "12: the key's digits", 0 },
	{ "SYN-33", "espenckey=0s!!!!", "12: the key's digits", 0 },
	{ "SYN-33", "espenckey=0t", "12: the key's digits", 0 },
	{ "SYN-33", "espenckey=deadbeef", "12: expected a key", 0 },
	{ "BAD-11", "espenkey=0x01", "2: unknown parameter", 0 },
	{ "AUT-06", "leftrsasigkey=%dnsonlaod", "16: expected a public key", 0 },
	{ "AUT-06", "leftrsasigkey=AQOF8tZ2", "16: expected a public key", 0 },
	{ "AUT-06", "leftrsasigkey=0xabc", "16: the key's digits", 0 },
	{ "", "leftauth=passwd", "11: expected pubkey", 0 },
};

static void test_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct conf *c = with(refused[i].line, refused[i].strict);
		const char *got = complaint(c, CONF_ERROR);

		if (strncmp(got, refused[i].error, strlen(refused[i].error)) != 0 || (!refused[i].error[0] && got[0]))
			fail_msg("%s: %s: '%s', expected '%s'", refused[i].id, refused[i].line, got, refused[i].error);
		assert_true(conf_conn_broken(conf_conn_at(c, 0)));
		conf_free(c);
	}
}

static void test_words(void **state)
{
	static const struct {
		const char *id, *line;
		enum conf_word word;
	} cases[] = {
		{ "CON-01", "type=transport", W_TYPE_TRANSPORT },
		{ "CON-01", "type=pass", W_TYPE_PASSTHROUGH },
		{ "AUT-01", "keyexchange=ike", W_KEYEXCHANGE_IKE },
		{ "", "ikev2=insist", W_KEYEXCHANGE_IKEV2 },
		{ "", "ikev2=never", W_KEYEXCHANGE_IKEV1 },
		{ "", "ikev2=no", W_KEYEXCHANGE_IKEV1 },
		{ "", "ikev2=propose", W_KEYEXCHANGE_IKE },
		{ "AUT-02", "auto=route", W_AUTO_ROUTE },
		{ "AUT-02", "auto=ondemand", W_AUTO_ROUTE },
		{ "AUT-02", "auto=trap", W_AUTO_ROUTE },
		{ "AUT-02", "auto=up", W_AUTO_START },
		{ "AUT-02", "auto=manual", W_AUTO_MANUAL },
		{ "AUT-03", "phase2=ah", W_PHASE2_AH },
		{ "CON-02", "left=%any", W_HOST_ANY },
		{ "MAG-04", "left=0.0.0.0", W_HOST_ANY },
		{ "MAG-04", "left=0::0", W_HOST_ANY6 },
		{ "MAG-04", "leftnexthop=0.0.0.0", W_NEXTHOP_DIRECT },
		{ "MAG-01", "left=%defaultroute", W_HOST_DEFAULTROUTE },
		{ "MAG-05", "leftnexthop=%direct", W_NEXTHOP_DIRECT },
		{ "MAG-06", "right=%opportunistic", W_HOST_OPPORTUNISTIC },
		{ "MAG-07", "right=%opportunisticgroup", W_HOST_OPPORTUNISTICGROUP },
		{ "MAG-10", "keyingtries=%forever", W_FOREVER_YES },
		{ "MAG-11", "leftrsasigkey=%dnsondemand", W_RSASIGKEY_DNSONDEMAND },
		{ "MAG-14", "leftrsasigkey=%cert", W_RSASIGKEY_CERT },
		{ "AUT-17", "failureshunt=reject", W_FAILURESHUNT_REJECT },
		{ "", "negotiationshunt=hold", W_NEGOTIATIONSHUNT_HOLD },
		{ "", "forceencaps=yes", W_ENCAPSULATION_YES },
		{ "", "forceencaps=no", W_ENCAPSULATION_AUTO },
		{ "", "encapsulation=no", W_ENCAPSULATION_NO },
		{ "", "modecfgpull=no", W_MODECONFIG_PUSH },
		{ "", "dpdaction=restart_by_peer", W_DPDACTION_RESTART },
		{ "", "closeaction=trap", W_DPDACTION_HOLD },
		{ "", "leftsubnet=vhost:%priv,%no", W_SUBNET_PRIV },
		{ "", "leftsubnet=%dynamic", W_SUBNET_DYNAMIC },
		{ "", "leftsourceip=%config", W_SOURCEIP_CONFIG },
		{ "", "leftsourceip=%modeconfig", W_SOURCEIP_CONFIG },
		{ "", "leftauth=psk", W_AUTH_PSK },
		{ "", "leftauth=eap-mschapv2", W_AUTH_EAP },
		{ "", "leftauth=ike:rsa/pss-sha256", W_NONE },
		{ "", "leftauth=ike:rsa-sha256", W_AUTH_RSA },
		{ "", "leftauth=secret", W_AUTH_PSK },
		{ "", "mark=%unique", W_UNIQUE_BOTH },
		{ "", "tfc=%mtu", W_TFC_MTU },
		{ "", "fragmentation=force", W_FRAGMENTATION_FORCE },
		{ "", "leftsendcert=no", W_SENDCERT_NEVER },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf *c = with(cases[i].line, false);
		const struct conf_value *v = value(c, cases[i].line);

		if (v->word != cases[i].word && !(cases[i].word == W_NONE && !v->set))
			fail_msg("%s: %s: word %d '%s'", cases[i].id, cases[i].line, v->word, complaint(c, CONF_ERROR));
		conf_free(c);
	}
}

/* "first-last/plen proto ports|..." of the ranges. */
static const char *print_ranges(const struct conf_value *v)
{
	static char buf[1024];
	char a[64], b[64];
	size_t i, n = 0;

	buf[0] = '\0';
	for (i = 0; v->set && i < v->u.ranges->n; i++) {
		const struct conf_range *r = &v->u.ranges->v[i];
		int family = r->len == 4 ? AF_INET : AF_INET6;

		n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s", i ? " " : "");
		if (r->name)
			n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s", r->name);
		else if (r->word)
			n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s", options_word_text(r->word));
		else if (r->len)
			n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s-%s", inet_ntop(family, r->first, a, 64),
					      inet_ntop(family, r->last, b, 64));
		if (r->plen != CONF_NO_PREFIX)
			n += (size_t)snprintf(buf + n, sizeof(buf) - n, "/%u", r->plen);
		if (r->proto || r->port_min || r->port_max != 65535)
			n += (size_t)snprintf(buf + n, sizeof(buf) - n, "[%u:%u-%u]", r->proto, r->port_min, r->port_max);
	}
	return buf;
}

static void test_ranges(void **state)
{
	static const struct {
		const char *id, *line, *ranges;
	} cases[] = {
		{ "SYN-32", "left=10.0.0.1", "10.0.0.1-10.0.0.1/32" },
		{ "SYN-32", "left=2001:db8::1", "2001:db8::1-2001:db8::1/128" },
		{ "SYN-32", "left=gw.example.com", "gw.example.com" },
		{ "SYN-32", "left=gw", "gw" },
		{ "SYN-32", "left=3com.example", "3com.example" },
		{ "", "right=%peer.example.com", "%peer.example.com" },
		{ "", "left=%eth0", "%eth0" },
		{ "", "right=10.0.0.0/8,gw", "10.0.0.0-10.255.255.255/8 gw" },
		{ "CON-03", "leftsubnet=10.0.1.0/24", "10.0.1.0-10.0.1.255/24" },
		{ "CON-03", "leftsubnet=10.0.1.0/255.255.255.0", "10.0.1.0-10.0.1.255/24" },
		{ "CON-03", "leftsubnet=0.0.0.0/0", "0.0.0.0-255.255.255.255/0" },
		{ "CON-03", "leftsubnet=0/0", "0.0.0.0-255.255.255.255/0" },
		{ "MAG-13", "leftsubnet=%default", "%default" },
		{ "CON-03", "leftsubnet=10.1.2.3", "10.1.2.3-10.1.2.3/32" },
		{ "CON-03", "leftsubnet=2001:db8:1::/48", "2001:db8:1::-2001:db8:1:ffff:ffff:ffff:ffff:ffff/48" },
		{ "", "leftsubnet=10.0.0.0/8,11.0.0.0/8", "10.0.0.0-10.255.255.255/8 11.0.0.0-11.255.255.255/8" },
		{ "", "leftsubnets={10.0.0.0/8 11.0.0.0/8}", "10.0.0.0-10.255.255.255/8 11.0.0.0-11.255.255.255/8" },
		{ "", "leftsubnets={ 10.0.0.0/8, 11.0.0.0/8 }", "10.0.0.0-10.255.255.255/8 11.0.0.0-11.255.255.255/8" },
		{ "", "leftsubnet=10.0.0.0/8[tcp/80]", "10.0.0.0-10.255.255.255/8[6:80-80]" },
		{ "", "leftsubnet=%dynamic[17]", "%dynamic[17:0-65535]" },
		{ "", "leftaddresspool=10.9.0.1-10.9.0.254", "10.9.0.1-10.9.0.254" },
		{ "", "rightsourceip=10.9.0.0/24", "10.9.0.0-10.9.0.255/24" },
		{ "", "rightsourceip=%pool1", "%pool1" },
		{ "", "leftdns=10.0.0.53,2001:db8::53", "10.0.0.53-10.0.0.53/32 2001:db8::53-2001:db8::53/128" },
		{ "AUT-19", "leftprotoport=tcp/80", "[6:80-80]" },
		{ "AUT-19", "leftprotoport=17/%any", "[17:0-65535]" },
		{ "AUT-19", "leftprotoport=17/0", "[17:0-65535]" },
		{ "AUT-19", "leftprotoport=6/1024-65535", "[6:1024-65535]" },
		{ "AUT-19", "leftprotoport=icmp/8", "[1:8-8]" },
		{ "AUT-19", "leftprotoport=icmp/0", "[1:0-0]" },
		{ "AUT-19", "leftprotoport=udp/l2tp", "[17:1701-1701]" },
		{ "AUT-19", "leftprotoport=gre", "[47:0-65535]" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf *c = with(cases[i].line, false);
		const char *got = print_ranges(value(c, cases[i].line));

		if (strcmp(got, cases[i].ranges) != 0)
			fail_msg("%s: %s: '%s' '%s'", cases[i].id, cases[i].line, got, complaint(c, CONF_ERROR));
		conf_free(c);
	}
}

/* A network with bits behind its prefix is taken, but said. */
static void test_host_bits(void **state)
{
	struct conf *c = with("leftsubnet=10.0.1.7/24", false);

	(void)state;
	assert_string_equal(print_ranges(value(c, "leftsubnet")), "10.0.1.0-10.0.1.255/24");
	assert_string_equal(complaint(c, CONF_WARNING),
			    "13: the network has bits behind its prefix; they are taken as zero");
	assert_string_equal(conf_diag_at(c, 1)->hint, "10.0.1.0/24");
	conf_free(c);
}

static void test_ids(void **state)
{
	static const struct {
		const char *id, *line;
		enum conf_id_kind kind;
		const char *text;
		size_t len;
	} cases[] = {
		{ "LIT-33", "leftid=10.1.19.32", ID_ADDR, "10.1.19.32", 4 },
		{ "LIT-33", "leftid=2001:db8::1", ID_ADDR, "2001:db8::1", 16 },
		{ "LIT-33", "leftid=bad.example.com", ID_NAME, "bad.example.com", 0 },
		{ "LIT-33", "leftid=@good.example.com", ID_FQDN, "good.example.com", 0 },
		{ "LIT-33", "leftid=fred@example.com", ID_USER, "fred@example.com", 0 },
		{ "", "leftid=@@fred@example.com", ID_USER, "fred@example.com", 0 },
		{ "", "leftid=@#0a0b0c", ID_KEYID, "0a0b0c", 3 },
		{ "", "leftid=@[office 1]", ID_NAME, NULL, 0 },
		{ "", "leftid=\"@[office 1]\"", ID_KEYID, "office 1", 8 },
		{ "", "leftid=keyid:abc", ID_KEYID, "abc", 3 },
		{ "", "leftid=fqdn:west", ID_FQDN, "west", 0 },
		{ "", "leftid=\"C=CH, O=Example, CN=west\"", ID_DN, "C=CH, O=Example, CN=west", 0 },
		{ "", "leftid=C=CH, O=Example, CN=west", ID_DN, "C=CH, O=Example, CN=west", 0 },
		{ "", "leftid=/C=CH/CN=west", ID_DN, "/C=CH/CN=west", 0 },
		{ "", "leftid=%fromcert", ID_FROMCERT, "%fromcert", 0 },
		{ "", "leftid=%any", ID_ANY, "%any", 0 },
		{ "", "leftid=%null", ID_NULL, "%null", 0 },
		{ "MAG-12", "leftid=%myid", ID_MYID, "%myid", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf *c = with(cases[i].line, false);
		const struct conf_value *v = value(c, cases[i].line);

		bool right = !v->set;

		if (cases[i].text)
			right = v->set && v->u.id->kind == cases[i].kind && v->u.id->len == cases[i].len &&
				!strcmp(v->u.id->text, cases[i].text);
		if (!right)
			fail_msg("%s: %s: '%s'", cases[i].id, cases[i].line, complaint(c, CONF_ERROR));
		conf_free(c);
	}
}

static void test_keys(void **state)
{
	static const struct {
		const char *line;
		size_t len;
	} cases[] = {
		{ "espenckey=0x01234567_89abcdef_02468ace_13579bdf_12345678_9abcdef0", 24 },
		{ "espauthkey=0x12345678_9abcdef0_2468ace0_13579bdf", 16 },
		{ "espauthkey=0sEjRWeJq83vAkaKzgE1eb3w==", 16 },
		{ "espauthkey=0tabcdefghijklmnop", 16 },
		{ "leftrsasigkey=0sAQNJjkKlIk9nYyUkKK8=", 14 },
		{ "leftrsasigkey=0x0103abcd", 4 },
		{ "leftsigkey=west.pem", 0 },
		{ "leftsigkey=dns:0sAQNJjkKlIk9nYyUkKK8=", 14 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf *c = with(cases[i].line, false);
		const struct conf_value *v = value(c, cases[i].line);

		if (!v->set || v->u.key->len != cases[i].len)
			fail_msg("%s: '%s'", cases[i].line, complaint(c, CONF_ERROR));
		conf_free(c);
	}
}

static void test_marks_and_flags(void **state)
{
	struct conf *c = with("mark=0x10/0xff", false);
	const struct conf_value *v = value(c, "mark");

	(void)state;
	assert_int_equal(v->u.mark.value, 0x10);
	assert_int_equal(v->u.mark.mask, 0xff);
	conf_free(c);
	c = with("mark=16", false);
	assert_int_equal(value(c, "mark")->u.mark.mask, UINT32_MAX);
	conf_free(c);
	c = with("authby=secret|rsasig", false);
	v = value(c, "authby");
	assert_true(conf_has(v, W_AUTHBY_SECRET));
	assert_true(conf_has(v, W_AUTHBY_RSASIG));
	assert_false(conf_has(v, W_AUTHBY_NEVER));
	assert_false(conf_has(v, W_AUTHBY_ECDSA));
	conf_free(c);
	c = with("authby=ecdsa-sha2_256,rsa-sha2_512", false);
	assert_true(conf_has(value(c, "authby"), W_AUTHBY_ECDSA_SHA2_256));
	conf_free(c);
}

/* SET: config setup has the same types. */
static void test_setup(void **state)
{
	static const struct {
		const char *id, *line, *error;
	} cases[] = {
		{ "SET-01", "interfaces=%defaultroute", "" },
		{ "SET-01", "interfaces=\"ipsec0=eth0 ipsec1=ppp0\"", "" },
		{ "SET-01", "interfaces=\"%defaultroute ipsec1=eth0:1\"", "" },
		{ "SET-01", "interfaces=", "" },
		{ "SET-01", "interfaces=%none", "" },
		{ "SET-02", "forwardcontrol=no", "" },
		{ "SET-04", "klipsdebug=\"tunnel esp\"", "" },
		{ "SET-10", "plutoload=%search", "" },
		{ "SET-12", "plutowait=yes", "" },
		{ "SET-17", "packetdefault=reject", "" },
		{ "SET-21", "uniqueids=yes", "" },
		{ "SET-23", "myid=@west", "" },
		{ "SET-24", "rp_filter=%unchanged", "" },
		{ "SET-26", "virtual_private=%v4:10.0.0.0/8,%v4:!10.1.0.0/16", "" },
		{ "", "strictcrlpolicy=ifuri", "" },
		{ "", "uniqueids=keep", "" },
		{ "BAD-01", "interfaces=eth0", "13: expected ipsecN=DEVICE" },
		{ "SET-01", "interfaces=ipsec0=", "13: expected ipsecN=DEVICE" },
		{ "SET-01", "interfaces=ipsec10=eth0", "13: expected ipsecN=DEVICE" },
		{ "SET-01", "interfaces=ipsec0=a/b", "13: expected ipsecN=DEVICE" },
		{ "SET-01", "interfaces=ipsec0=averylongdevicename", "13: expected ipsecN=DEVICE" },
		{ "SET-01", "interfaces=\"ipsec0=eth0 eth1\"", "25: expected ipsecN=DEVICE" },
		{ "SET-04", "klipsdebug=tunel", "13: expected none, all" },
		{ "SET-08", "manualstart=\"1a\"", "14: expected names of connections" },
		{ "SET-10", "plutoload=%serach", "12: expected names of connections, or %search" },
		{ "SET-10", "plutoload=nosuch", "12: there is no conn 'nosuch'" },
		{ "SET-17", "packetdefault=deny", "16: expected pass, drop or reject" },
		{ "SET-21", "uniqueids=sometimes", "12: expected no, yes" },
		{ "SET-22", "overridemtu=big", "14: expected a number" },
		{ "SET-24", "rp_filter=3", "12: expected 0 to 2" },
		{ "", "ikev1-policy=maybe", "15: expected accept, drop or reject" },
		{ "", "nhelpers=-2", "11: expected a number" },
	};
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf *c;
		const char *got;

		snprintf(text, sizeof(text), "config setup\n\t%s\n", cases[i].line);
		c = conf_parse(text, strlen(text), "f", NULL);
		got = complaint(c, CONF_ERROR);
		if (strncmp(got, cases[i].error, strlen(cases[i].error)) != 0 || (!cases[i].error[0] && got[0]))
			fail_msg("%s: %s: '%s', expected '%s'", cases[i].id, cases[i].line, got, cases[i].error);
		conf_free(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),	  cmocka_unit_test(test_refused),
		cmocka_unit_test(test_words),	  cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_host_bits), cmocka_unit_test(test_ids),
		cmocka_unit_test(test_keys),	  cmocka_unit_test(test_marks_and_flags),
		cmocka_unit_test(test_setup),
	};

	return cmocka_run_group_tests_name("conf_value", tests, NULL, NULL);
}
