// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ conf/ */
/*
 * conf_import.c - swanctl.conf and wg-quick files as ipsec.conf. The configurations are those of strongSwan's test
 * scenarios, by their description; what comes out is compared, keyword by keyword, with an ipsec.conf of ours.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/import.h"
#include "conf/options.h"
#include "folder.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What import says that swanctl.conf takes for granted. */
#define PRESETS                                                                                             \
	"conn %default\n ikelifetime=246m\n salifetime=66m\n rekeymargin=6m\n keyingtries=1\n mobike=yes\n" \
	" dpdaction=clear\n leftsendcert=ifasked\n rightid=%any\n"
#define UNIQUE "config setup\n uniqueids=no\n"
#define UNIQUE_V1 "config setup\n uniqueids=no\n ikev1-policy=accept\n"

static char *printed(struct import *imp, void (*print)(const struct import *imp, FILE *out))
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	print(imp, f);
	fclose(f);
	return text;
}

static void print_notes(const struct import *imp, FILE *out)
{
	import_print_notes(imp, out, false);
}

static void print_json(const struct import *imp, FILE *out)
{
	import_print_notes(imp, out, true);
}

static struct import *import_text(const char *text)
{
	return import_parse(text, strlen(text), "swanctl.conf", IMPORT_GUESS);
}

/* Comparing ------------------------------------------------------------------------------------ */

static bool is_number(const struct conf_value *v)
{
	switch ((enum conf_type)v->type) {
	case CONF_BOOL:
	case CONF_INT:
	case CONF_BYTES:
	case CONF_TIME:
	case CONF_MSEC:
	case CONF_PERCENT:
	case CONF_DSCP:
	case CONF_FLAGS:
		return true;
	default:
		return false;
	}
}

static void compare_value(const char *where, const struct conf_value *a, const struct conf_value *b)
{
	char name[64];
	bool same = a->set == b->set && a->word == b->word &&
		    (!a->set || !is_number(a) || a->u.n == b->u.n) &&
		    (is_number(a) || a->word || !strcmp(a->text, b->text));

	if (!same)
		fail_msg("%s: %s is '%s', not '%s'", where,
			 options_name((enum conf_kw)a->kw, (enum conf_side)a->side, name), a->text,
			 b->text);
}

static void compare_section(const struct conf_conn *a, const struct conf_conn *b,
			    enum conf_section from, enum conf_section to)
{
	int kw;

	for (kw = KW_NONE + 1; kw < KW_COUNT; kw++) {
		enum conf_section sec = options_row((enum conf_kw)kw)->section;
		enum conf_side side = sec == SEC_SIDE ? SIDE_LEFT : SIDE_NONE;

		if (sec < from || sec > to)
			continue;
		for (; side <= (sec == SEC_SIDE ? SIDE_RIGHT : SIDE_NONE); side++)
			compare_value(conf_conn_name(a), conf_get(a, (enum conf_kw)kw, side),
				      conf_get(b, (enum conf_kw)kw, side));
	}
}

static void compare_confs(const struct conf *got, const struct conf *want)
{
	size_t i;
	int kw;

	assert_int_equal(conf_conns(got), conf_conns(want));
	assert_int_equal(conf_cas(got), conf_cas(want));
	for (i = 0; i < conf_conns(want); i++) {
		const struct conf_conn *w = conf_conn_at(want, i),
				       *g = conf_conn_find(got, conf_conn_name(w));

		if (!g)
			fail_msg("there is no conn '%s'", conf_conn_name(w));
		compare_section(g, w, SEC_CONN, SEC_SIDE);
	}
	for (i = 0; i < conf_cas(want); i++)
		compare_section(conf_ca_at(got, i), conf_ca_at(want, i), SEC_CA, SEC_CA);
	for (kw = KW_NONE + 1; kw < KW_COUNT; kw++)
		if (options_row((enum conf_kw)kw)->section == SEC_SETUP)
			compare_value("setup", conf_setup_get(got, (enum conf_kw)kw),
				      conf_setup_get(want, (enum conf_kw)kw));
}

static struct conf *parse(const char *text)
{
	struct conf *c = conf_parse(text, strlen(text), "result", NULL);

	if (conf_errors(c)) {
		fputs(text, stderr);
		conf_diag_print(c, stderr);
	}
	assert_int_equal(conf_errors(c), 0);
	return c;
}

static void check_equal(struct import *imp, const char *want)
{
	char *text = printed(imp, import_print);
	struct conf *got = parse(text), *wanted = parse(want);

	compare_confs(got, wanted);
	conf_free(got);
	conf_free(wanted);
	free(text);
}

static void check_notes(struct import *imp, const char *want)
{
	char *notes = printed(imp, print_notes);

	if (want && !strstr(notes, want))
		fail_msg("'%s' is not said, but:\n%s", want, notes);
	free(notes);
}

/* Scenarios ------------------------------------------------------------------------------------ */

struct scenario {
	const char *name;
	enum import_result result;
	const char *text, *want;
	const char *note; /* part of a complaint, NULL: any */
};

static const struct scenario scenarios[] = {
	{ "net2net-psk", IMPORT_WHOLE,
	  "connections {\n gw-gw {\n  local_addrs = 192.168.0.1\n  remote_addrs = 192.168.0.2\n"
	  "  local {\n   auth = psk\n   id = moon.strongswan.org\n  }\n"
	  "  remote {\n   auth = psk\n   id = sun.strongswan.org\n  }\n"
	  "  children {\n   net-net {\n    local_ts = 10.1.0.0/16\n    remote_ts = 10.2.0.0/16\n"
	  "    updown = /usr/local/libexec/ipsec/_updown iptables\n    esp_proposals = aes128gcm128-x25519\n   }\n  }\n"
	  "  version = 2\n  mobike = no\n  proposals = aes128-sha256-x25519\n }\n}\n",
	  UNIQUE PRESETS
	  "conn net-net\n left=192.168.0.1\n right=192.168.0.2\n leftid=@moon.strongswan.org\n"
	  " rightid=@sun.strongswan.org\n leftauth=psk\n rightauth=psk\n leftsubnet=10.1.0.0/16\n"
	  " rightsubnet=10.2.0.0/16\n leftfirewall=yes\n esp=aes128gcm128-x25519!\n esn=no\n"
	  " keyexchange=ikev2\n mobike=no\n ike=aes128-sha256-x25519!\n auto=add\n",
	  NULL },
	{ "net2net-pubkey", IMPORT_WHOLE,
	  "connections { gw-gw {\n local_addrs = 192.168.0.1\n remote_addrs = 192.168.0.2\n version = 2\n"
	  " local {\n auth = pubkey\n id = moon\n pubkeys = moonPub.pem\n }\n"
	  " remote {\n auth = pubkey\n id = sun\n pubkeys = /etc/keys/sunPub.pem\n }\n"
	  " children { net-net {\n local_ts = 10.1.0.0/16\n remote_ts = 10.2.0.0/16\n start_action = trap\n } } } }\n",
	  UNIQUE PRESETS
	  "conn net-net\n left=192.168.0.1\n right=192.168.0.2\n leftid=@moon\n rightid=@sun\n"
	  " leftauth=pubkey\n rightauth=pubkey\n leftpubkey=/etc/swanctl/pubkey/moonPub.pem\n"
	  " rightpubkey=/etc/keys/sunPub.pem\n leftsubnet=10.1.0.0/16\n rightsubnet=10.2.0.0/16\n"
	  " keyexchange=ikev2\n auto=route\n",
	  NULL },
	{ "net2net-cert, limits of time, octets and packets", IMPORT_WHOLE,
	  "connections { gw-gw {\n local_addrs=192.168.0.1\n remote_addrs=192.168.0.2\n version=2\n mobike=no\n"
	  " reauth_time = 10800\n"
	  " local {\n auth=pubkey\n certs = moonCert.pem\n id = moon.strongswan.org\n }\n"
	  " remote {\n auth = pubkey\n id = \"C=CH, O=strongSwan, CN=sun\"\n revocation = ifuri\n }\n"
	  " children { net-net {\n local_ts=10.1.0.0/16\n remote_ts=10.2.0.0/16\n rekey_time = 5400\n"
	  " rekey_bytes = 500000000\n rekey_packets = 1000000\n } } } }\n",
	  "config setup\n uniqueids=no\n crl-strict=ifuri\n" PRESETS
	  "conn net-net\n left=192.168.0.1\n right=192.168.0.2\n leftauth=pubkey\n rightauth=pubkey\n"
	  " leftcert=/etc/swanctl/x509/moonCert.pem\n leftid=@moon.strongswan.org\n"
	  " rightid=\"C=CH, O=strongSwan, CN=sun\"\n leftsubnet=10.1.0.0/16\n rightsubnet=10.2.0.0/16\n"
	  " salifetime=5940\n rekeymargin=540\n rekeyfuzz=100%\n ikelifetime=11340\n reauth=yes\n"
	  " lifebytes=550000000\n marginbytes=50000000\n lifepackets=1100000\n marginpackets=100000\n"
	  " keyexchange=ikev2\n mobike=no\n auto=add\n",
	  NULL },
	{ "net2net-rekey", IMPORT_WHOLE,
	  "connections { a {\n remote_addrs = 192.168.0.2\n version = 2\n rekey_time = 30m\n"
	  " children { net {\n remote_ts = 10.2.0.0/16\n rekey_time = 10s\n rand_time = 0s\n life_time = 1m\n } } } }\n",
	  UNIQUE PRESETS
	  "conn net\n left=%defaultroute\n right=192.168.0.2\n rightsubnet=10.2.0.0/16\n"
	  " leftauth=pubkey\n rightauth=pubkey\n salifetime=60\n rekeymargin=50\n rekeyfuzz=0%\n"
	  " ikelifetime=1850\n keyexchange=ikev2\n auto=add\n",
	  NULL },
	{ "start-action-start, a domain name, two addresses", IMPORT_WHOLE,
	  "connections { home {\n remote_addrs = moon.strongswan.org, 10.9.9.9\n version = 2\n keyingtries = 0\n"
	  " children { alice {\n remote_ts = 10.1.0.10/32\n start_action = start\n close_action = start\n"
	  " dpd_action = restart\n } }\n dpd_delay = 60\n unique = replace\n } }\n",
	  "config setup\n uniqueids=yes\n" PRESETS
	  "conn alice\n left=%defaultroute\n right=moon.strongswan.org,10.9.9.9\n rightsubnet=10.1.0.10/32\n"
	  " leftauth=pubkey\n rightauth=pubkey\n keyingtries=0\n dpddelay=60\n dpdaction=restart\n"
	  " closeaction=restart\n keyexchange=ikev2\n auto=start\n",
	  NULL },
	{ "trap-any", IMPORT_WHOLE,
	  "connections { trap-any {\n remote_addrs = %any\n version = 2\n local {\n auth = psk\n id = 192.168.0.1\n }\n"
	  " remote {\n auth = psk\n }\n children { trap-any {\n remote_ts = 192.168.0.0/30\n mode = transport\n } } } }\n",
	  NULL, "transport mode has no networks behind its ends" },
	{ "protoport-trap", IMPORT_WHOLE,
	  "connections { home {\n local_addrs=192.168.0.100\n remote_addrs=192.168.0.1\n version=2\n children {\n"
	  " icmp {\n local_ts = dynamic[icmp]\n remote_ts = 10.1.0.0/16[icmp]\n start_action=trap\n }\n"
	  " ssh {\n local_ts = dynamic[tcp]\n remote_ts = 10.1.0.0/16[tcp/22]\n start_action=trap\n } } } }\n",
	  UNIQUE PRESETS
	  "conn home\n keyexchange=ikev2\n leftauth=pubkey\n rightauth=pubkey\n"
	  "conn icmp\n also=home\n left=192.168.0.100\n right=192.168.0.1\n leftprotoport=icmp\n"
	  " rightsubnet=10.1.0.0/16[icmp]\n auto=route\n"
	  "conn ssh\n also=home\n left=192.168.0.100\n right=192.168.0.1\n leftprotoport=tcp\n"
	  " rightsubnet=10.1.0.0/16[tcp/22]\n auto=route\n",
	  NULL },
	{ "shunt-manual-prio", IMPORT_WHOLE,
	  "connections { shunts { children {\n"
	  " drop-all {\n mode = drop\n local_ts = 0.0.0.0/0\n remote_ts = 0.0.0.0/0\n priority = 1000\n"
	  " start_action = trap\n }\n"
	  " pass-ssh {\n mode = pass\n local_ts = dynamic[tcp/22]\n remote_ts = 0.0.0.0/0[tcp]\n priority = 10\n"
	  " start_action = trap\n } } } }\n",
	  PRESETS
	  "conn drop-all\n left=%defaultroute\n right=%any\n type=drop\n authby=never\n leftsubnet=0.0.0.0/0\n"
	  " rightsubnet=0.0.0.0/0\n priority=1000\n auto=route\n"
	  "conn pass-ssh\n left=%defaultroute\n right=%any\n type=passthrough\n authby=never\n"
	  " leftprotoport=tcp/22\n rightsubnet=0.0.0.0/0[tcp]\n priority=10\n auto=route\n",
	  NULL },
	{ "dpd-trap, mobike, nat-rw", IMPORT_WHOLE,
	  "connections { home {\n remote_addrs=192.168.0.1\n version = 2\n vips = 0.0.0.0, ::\n dpd_delay = 10s\n"
	  " encap = yes\n local {\n auth = pubkey\n certs = carolCert.pem\n }\n remote {\n id = moon.strongswan.org\n }\n"
	  " children { nat-t {\n remote_ts = 10.1.0.0/16\n start_action = trap\n dpd_action = trap\n inactivity = 90\n"
	  " } } } }\n",
	  UNIQUE PRESETS
	  "conn nat-t\n left=%defaultroute\n right=192.168.0.1\n leftsourceip=%config4,%config6\n"
	  " leftauth=pubkey\n rightauth=pubkey\n leftcert=/etc/swanctl/x509/carolCert.pem\n"
	  " leftid=%fromcert\n rightid=@moon.strongswan.org\n dpddelay=10\n dpdaction=hold\n"
	  " inactivity=90\n encapsulation=yes\n rightsubnet=10.1.0.0/16\n keyexchange=ikev2\n auto=route\n",
	  NULL },
	{ "host2host-transport-nat", IMPORT_WHOLE,
	  "connections { nat-t {\n local_addrs = %any\n remote_addrs = 192.168.0.2\n version = 2\n"
	  " children { nat-t {\n mode = transport\n } } } }\n",
	  UNIQUE PRESETS
	  "conn nat-t\n left=%defaultroute\n right=192.168.0.2\n leftauth=pubkey\n rightauth=pubkey\n"
	  " type=transport\n keyexchange=ikev2\n auto=add\n",
	  NULL },
	{ "ip-two-pools-v4v6", IMPORT_WHOLE,
	  "connections { rw {\n local_addrs = 192.168.0.1\n pools = v4, v6\n version = 2\n"
	  " children { rw {\n local_ts = 10.1.0.0/16, fec1::/16\n } } } }\n"
	  "pools {\n v4 {\n addrs = 10.3.0.0/28\n dns = 10.1.0.20, 10.1.0.21\n }\n v6 {\n addrs = fec3::/120\n }\n}\n",
	  UNIQUE PRESETS
	  "conn rw\n left=192.168.0.1\n right=%any\n leftauth=pubkey\n rightauth=pubkey\n"
	  " rightaddresspool=10.3.0.0/28,fec3::/120\n rightdns=\"10.1.0.20, 10.1.0.21\"\n"
	  " leftsubnet=10.1.0.0/16,fec1::/16\n keyexchange=ikev2\n auto=add\n",
	  NULL },
	{ "rw-cert with a template and two connections", IMPORT_WHOLE,
	  "rw {\n version = 2\n local_addrs = 192.168.0.1\n send_cert = always\n"
	  " local {\n certs = moonCert.pem\n id = moon.strongswan.org\n }\n}\n"
	  "child {\n local_ts = 10.1.0.0/16\n}\n"
	  "connections {\n one : rw {\n remote {\n id = carol@strongswan.org\n }\n"
	  "  children { net : child { } } }\n"
	  " two : rw {\n send_cert =\n children { net : child {\n local_ts = 10.2.0.0/16 } } }\n}\n",
	  UNIQUE PRESETS
	  "conn net\n left=192.168.0.1\n right=%any\n leftauth=pubkey\n rightauth=pubkey\n"
	  " leftcert=/etc/swanctl/x509/moonCert.pem\n leftid=@moon.strongswan.org\n leftsendcert=always\n"
	  " rightid=carol@strongswan.org\n leftsubnet=10.1.0.0/16\n keyexchange=ikev2\n auto=add\n"
	  "conn two-net\n left=192.168.0.1\n right=%any\n leftauth=pubkey\n rightauth=pubkey\n"
	  " leftcert=/etc/swanctl/x509/moonCert.pem\n leftid=@moon.strongswan.org\n"
	  " leftsubnet=10.2.0.0/16\n keyexchange=ikev2\n auto=add\n",
	  NULL },
	{ "ocsp, authorities", IMPORT_WHOLE,
	  "authorities {\n strongswan {\n cacert = strongswanCert.pem\n ocsp_uris = http://ocsp.example:8880\n"
	  " crl_uris = http://a.example/1.crl, http://b.example/2.crl\n }\n}\n",
	  PRESETS
	  "ca strongswan\n cacert=/etc/swanctl/x509ca/strongswanCert.pem\n ocspuri=http://ocsp.example:8880\n"
	  " crluri=http://a.example/1.crl\n crluri2=http://b.example/2.crl\n auto=add\n",
	  NULL },
	{ "rw-eap-mschapv2-id-rsa", IMPORT_WHOLE,
	  "connections { rw-eap {\n local_addrs = 192.168.0.1\n version = 2\n"
	  " local {\n auth = pubkey\n certs = moonCert.pem\n id = moon.strongswan.org\n }\n"
	  " remote {\n auth = eap-mschapv2\n eap_id = %any\n }\n"
	  " children { rw-eap {\n local_ts = 10.1.0.0/16\n } } } }\n",
	  UNIQUE PRESETS
	  "conn rw-eap\n left=192.168.0.1\n right=%any\n leftauth=pubkey\n rightauth=eap-mschapv2\n"
	  " eap_identity=%any\n leftcert=/etc/swanctl/x509/moonCert.pem\n leftid=@moon.strongswan.org\n"
	  " leftsubnet=10.1.0.0/16\n keyexchange=ikev2\n auto=add\n",
	  NULL },
	{ "rw-cert-multi-ke", IMPORT_WHOLE,
	  "connections { home {\n remote_addrs = 192.168.0.1\n version = 2\n"
	  " proposals = aes256-sha256-x25519-ke1_mlkem768, aes256-sha256-x25519\n"
	  " children { home {\n esp_proposals = aes256-sha256-x25519-ke1_mlkem768\n } } } }\n",
	  UNIQUE PRESETS
	  "conn home\n left=%defaultroute\n right=192.168.0.1\n leftauth=pubkey\n rightauth=pubkey\n"
	  " ike=aes256-sha256-x25519-ke1_mlkem768,aes256-sha256-x25519!\n"
	  " esp=aes256-sha256-x25519-ke1_mlkem768!\n esn=no\n keyexchange=ikev2\n auto=add\n",
	  NULL },
	{ "rw-psk-ppk", IMPORT_PART,
	  "connections { home {\n remote_addrs = 192.168.0.1\n version = 2\n ppk_id = ppk1\n ppk_required = yes\n"
	  " local {\n auth = psk\n }\n remote {\n auth = psk\n }\n children { home {\n } } } }\n",
	  UNIQUE PRESETS
	  "conn home\n left=%defaultroute\n right=192.168.0.1\n leftauth=psk\n rightauth=psk\n ppk-ids=ppk1\n"
	  " ppk=insist\n keyexchange=ikev2\n auto=ignore\n",
	  "connections.home.ppk_required = yes is not carried: no PPK" },
	{ "per-cpu-sas", IMPORT_PART,
	  "connections { gw {\n remote_addrs = 192.168.0.2\n version = 2\n"
	  " children { net {\n remote_ts = 10.2.0.0/16\n per_cpu_sas = encap\n start_action = trap\n } } } }\n",
	  UNIQUE PRESETS
	  "conn net\n left=%defaultroute\n right=192.168.0.2\n leftauth=pubkey\n rightauth=pubkey\n"
	  " rightsubnet=10.2.0.0/16\n keyexchange=ikev2\n auto=route\n",
	  "per_cpu_sas = encap is not carried" },
	{ "frags-ipv6", IMPORT_WHOLE,
	  "connections { home {\n local_addrs = fec0::10\n remote_addrs = fec0::1\n version = 2\n fragmentation = yes\n"
	  " children { home {\n remote_ts = fec1::/16\n } } } }\n",
	  UNIQUE PRESETS
	  "conn home\n left=fec0::10\n right=fec0::1\n leftauth=pubkey\n rightauth=pubkey\n"
	  " rightsubnet=fec1::/16\n keyexchange=ikev2\n auto=add\n",
	  NULL },
	{ "net2net-ip6-in-ip4", IMPORT_WHOLE,
	  "connections { gw {\n local_addrs = 192.168.0.1\n remote_addrs = 192.168.0.2\n version = 2\n"
	  " children { net {\n local_ts = fec1::/16\n remote_ts = fec2::/16\n } } } }\n",
	  UNIQUE PRESETS
	  "conn net\n left=192.168.0.1\n right=192.168.0.2\n leftauth=pubkey\n rightauth=pubkey\n"
	  " leftsubnet=fec1::/16\n rightsubnet=fec2::/16\n keyexchange=ikev2\n auto=add\n",
	  NULL },
	{ "net2net-xfrmi", IMPORT_PART,
	  "connections { gw {\n local_addrs = 192.168.0.1\n remote_addrs = 192.168.0.2\n version = 2\n"
	  " children { net {\n local_ts = 0.0.0.0/0\n remote_ts = 0.0.0.0/0\n if_id_in = 1337\n if_id_out = 42\n"
	  " start_action = start\n } } } }\n",
	  UNIQUE PRESETS
	  "conn net\n left=192.168.0.1\n right=192.168.0.2\n leftauth=pubkey\n rightauth=pubkey\n"
	  " leftsubnet=0.0.0.0/0\n rightsubnet=0.0.0.0/0\n keyexchange=ikev2\n auto=ignore\n",
	  "if_id_in = 1337 is not carried" },
	{ "ikev1 net2net-psk, dpd-restart", IMPORT_WHOLE,
	  "connections { gw {\n local_addrs = 192.168.0.1\n remote_addrs = 192.168.0.2\n version = 1\n dpd_delay = 10\n"
	  " dpd_timeout = 45\n local {\n auth = psk\n id = moon\n }\n remote {\n auth = psk\n id = sun\n }\n"
	  " proposals = aes128-sha256-modp3072\n"
	  " children { net {\n local_ts=10.1.0.0/16\n remote_ts=10.2.0.0/16\n dpd_action=restart\n"
	  " esp_proposals = aes128-sha256\n } } } }\n",
	  UNIQUE_V1 PRESETS
	  "conn net\n left=192.168.0.1\n right=192.168.0.2\n leftauth=psk\n rightauth=psk\n leftid=@moon\n"
	  " rightid=@sun\n leftsubnet=10.1.0.0/16\n rightsubnet=10.2.0.0/16\n dpddelay=10\n dpdtimeout=45\n"
	  " dpdaction=restart\n ike=aes128-sha256-modp3072!\n esp=aes128-sha256!\n pfs=no\n esn=no\n"
	  " keyexchange=ikev1\n auto=add\n",
	  NULL },
	{ "ikev1 xauth-rsa", IMPORT_PART,
	  "connections { home {\n remote_addrs = 192.168.0.1\n version = 1\n"
	  " local-xauth {\n auth = xauth\n round = 2\n xauth_id = carol\n }\n"
	  " local-rsa {\n auth = pubkey\n round = 1\n certs = carolCert.pem\n }\n"
	  " remote {\n auth = pubkey\n id = moon\n }\n children { home {\n remote_ts = 10.1.0.0/16\n } } } }\n",
	  UNIQUE_V1 PRESETS
	  "conn home\n left=%defaultroute\n right=192.168.0.1\n leftauth=pubkey\n leftauth2=xauth\n"
	  " xauth_identity=carol\n rightauth=pubkey\n leftcert=/etc/swanctl/x509/carolCert.pem\n"
	  " leftid=%fromcert\n rightid=@moon\n rightsubnet=10.1.0.0/16\n keyexchange=ikev1\n auto=ignore\n",
	  "local-xauth.auth = xauth is not carried" },
	{ "rw-psk-aggressive", IMPORT_PART,
	  "connections { rw {\n local_addrs = 192.168.0.1\n version = 1\n aggressive = yes\n local {\n auth = psk\n }\n"
	  " remote {\n auth = psk\n }\n children { rw {\n } } } }\n",
	  UNIQUE_V1 PRESETS
	  "conn rw\n left=192.168.0.1\n right=%any\n leftauth=psk\n rightauth=psk\n aggressive=yes\n"
	  " keyexchange=ikev1\n auto=add\n",
	  "aggressive = yes is not carried: refused" },
	{ "ah, marks, padding, ports", IMPORT_WHOLE,
	  "connections { gw {\n local_addrs = 192.168.0.1\n remote_addrs = 192.168.0.2\n version = 2\n local_port = 4500\n"
	  " remote_port = 4501\n dscp = 101110\n pull = no\n children { net {\n ah_proposals = sha256-x25519\n"
	  " mark_in = 42/0xff\n mark_out = 0/0\n tfc_padding = mtu\n replay_window = 64\n reqid = 7\n policies = no\n"
	  " copy_dscp = yes\n policies_fwd_out = yes\n hostaccess = yes\n updown = /bin/x \"a \\\"b\\\"\" # comment\n } } } }\n",
	  UNIQUE PRESETS
	  "conn net\n left=192.168.0.1\n right=192.168.0.2\n leftauth=pubkey\n rightauth=pubkey\n"
	  " leftikeport=4500\n rightikeport=4501\n ikedscp=101110\n modeconfig=push\n auth=ah\n"
	  " ah=sha256-x25519!\n esn=no\n mark-in=42/0xff\n tfc=%mtu\n replay-window=64\n reqid=7\n"
	  " installpolicy=no\n decap-dscp=yes\n lefthostaccess=yes\n leftupdown=\"/bin/x a \\\"b\\\"\"\n"
	  " keyexchange=ikev2\n auto=add\n",
	  NULL },
};

static void test_scenarios(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(scenarios); i++) {
		const struct scenario *s = &scenarios[i];
		struct import *imp = import_text(s->text);

		print_message("# %s\n", s->name);
		check_notes(imp, s->note);
		if (s->want) {
			if (import_result(imp) != s->result)
				import_print_notes(imp, stderr, false);
			assert_int_equal(import_result(imp), s->result);
			check_equal(imp, s->want);
		} else {
			assert_int_equal(import_result(imp), IMPORT_PART);
			check_equal(imp, UNIQUE PRESETS);
		}
		import_free(imp);
	}
}

/* Syntax --------------------------------------------------------------------------------------- */

#define OPEN8 "a { a { a { a { a { a { a { a { "

static void test_unreadable(void **state)
{
	static const struct {
		const char *text, *note;
	} cases[] = {
		{ "connections {\n a {\n", ":2:2: error: the section is not closed" },
		{ "connections {\n }\n}\n", ":3:1: error: a '}' without its '{'" },
		{ "connections\n a = b\n", ":2:2: error: expected '=' or '{'" },
		{ "a = \"b\nc\n", ":1:5: error: the quote is not closed" },
		{ "a {\n = 1\n}\n", ":2:2: error: expected a name" },
		{ "a, b {\n}\n", ":1:2: error: expected '=' or '{'" },
		{ "a : {\n}\n", ":1:5: error: expected the name of a section" },
		{ "\"a\" = b\n", ":1:1: error: expected a name" },
		{ "include\n", ":2:1: error: expected '=' or '{'" },
		{ "include conf.d/*.conf\n", ":1:9: error: no folder is known" },
		{ "connections { a : connections.b { }\n b : connections.a { children { c { } } } }\n",
		  "error: the section comes back to itself: 'connections." },
		{ "connections { a : connections.a { } }\n",
		  "error: the section comes back to itself" },
		{ "connections { a : none { } }\n",
		  ":1:19: error: there is no such section: 'none'" },
		{ OPEN8 OPEN8 OPEN8 OPEN8 "a {", "error: sections are nested more deeply" },
		{ "conn a\n left=1.2.3.4\n", "this is ipsec.conf already" },
		{ "[Peer\n", "unknown section" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct import *imp =
			import_parse(cases[i].text, strlen(cases[i].text), "x", IMPORT_GUESS);
		char *text = printed(imp, import_print),
		     *secrets = printed(imp, import_print_secrets);

		check_notes(imp, cases[i].note);
		assert_int_equal(import_result(imp), IMPORT_UNREADABLE);
		assert_string_equal(text, "");
		assert_string_equal(secrets, "");
		free(text);
		free(secrets);
		import_free(imp);
	}
}

static void test_zero(void **state)
{
	static const enum import_from kinds[] = { IMPORT_SWANCTL, IMPORT_WG };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++) {
		struct import *imp = import_parse("a = b\0c\n", 8, "x", kinds[i]);

		assert_int_equal(import_result(imp), IMPORT_UNREADABLE);
		check_notes(imp, "octets of zero");
		import_free(imp);
	}
}

/* Sections that take settings from each other, each from two: 2^60 ways. */
static void test_diamonds(void **state)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);
	struct import *imp;
	int i;

	(void)state;
	fprintf(f, "a0 : a1, b1 { }\n");
	for (i = 1; i < 30; i++)
		fprintf(f, "a%d : a%d, b%d { }\nb%d : a%d, b%d { }\n", i, i + 1, i + 1, i, i + 1,
			i + 1);
	fprintf(f,
		"a30 { version = 1\n}\nb30 { version = 2\n}\nconnections { c : a0 { children { d { } } } }\n");
	fclose(f);
	imp = import_text(text);
	assert_int_equal(import_result(imp), IMPORT_WHOLE);
	check_equal(
		imp, UNIQUE_V1 PRESETS
		"conn d\n left=%defaultroute\n right=%any\n leftauth=pubkey\n rightauth=pubkey\n"
		" keyexchange=ikev1\n auto=add\n");
	import_free(imp);
	free(text);
}

static void test_many_refs(void **state)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);
	struct import *imp;
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		fprintf(f, "a%d : a%d { }\n", i, i + 1);
	fprintf(f, "a100 { }\nconnections { c : a0 { children { d { } } } }\n");
	fclose(f);
	imp = import_text(text);
	assert_int_equal(import_result(imp), IMPORT_UNREADABLE);
	check_notes(imp, "more sections to take settings from than may be");
	import_free(imp);
	free(text);
}

/* What is written in several ways is one thing. */
static void test_spellings(void **state)
{
	static const char *const texts[] = {
		"connections { a { version=2\n dscp=101110\n children { b { updown = \"x  y\" } } } }",
		"connections\n{\n a\n {\n  version = 2 # two\n  dscp = 101110\n  children { b {\n updown = \"x \\\n y\" } } } }\n",
		"connections { a { version = 1\n version = 2\r\n dscp = \"101110\"\r\n } }\n"
		"connections { a { children { b { updown = \"x\\ \" \"y\"\n } } } }\n",
		"connections.x { }\nconnections{a{version=2\ndscp=101110\nchildren{b{updown=\"x  y\"}}}}",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		struct import *imp = import_text(texts[i]);

		check_equal(
			imp, UNIQUE PRESETS
			"conn b\n left=%defaultroute\n right=%any\n leftauth=pubkey\n rightauth=pubkey\n"
			" ikedscp=101110\n leftupdown=\"x  y\"\n keyexchange=ikev2\n auto=add\n");
		import_free(imp);
	}
}

/* Losses --------------------------------------------------------------------------------------- */

/* A line of a connection, of its remote section, of its child; what is said, and whether the conn is held. */
static const struct loss {
	const char *conn, *remote, *child, *note;
	bool held;
} losses[] = {
	{ "dpd_dealy = 10", "", "", "did you mean 'dpd_delay'?", true },
	{ "dscp = 12", "", "",
	  ":3:2: warning: connections.a.dscp = 12 is not carried: expected six binary digits",
	  false },
	{ "mobike = maybe", "", "", "expected yes or no", false },
	{ "dpd_delay = 10y", "", "", "expected a time", false },
	{ "dpd_delay = 2d", "", "", "expected 0 to 86400 seconds", false },
	{ "version = 3", "", "", "expected 0, 1 or 2", true },
	{ "remote_addrs = 1.2.3.4.5", "", "", "addresses, names, networks or ranges",
	  true },
	{ "proposals = frob", "", "", "unknown algorithm 'frob'", true },
	{ "proposals = default, frob", "", "", "unknown algorithm 'frob'", false },
	{ "pools = none", "", "", "there is no pool 'none'", false },
	{ "if_id_in = 4", "", "", "there are no interfaces", true },
	{ "over_time = 4m", "", "", "one rekeymargin serves", false },
	{ "rekey_time = 0", "", "", "ends after a day", false },
	{ "rekey_time = 48h", "", "", "longer than a day", false },
	{ "unique = keep", "", "", NULL, false },
	{ "unique = often", "", "", "expected", false },
	{ "odd { }", "", "", "connections.a.odd is not carried: unknown section", true },
	{ "", "auth = frob", "", "remote.auth = frob is not carried", true },
	{ "", "id = \"ipv4:#0a000001\"", "", "the identity has no form in ipsec.conf",
	  true },
	{ "", "id = \"{1}:#0a\"", "", "the identity has no form in ipsec.conf", true },
	{ "", "cacerts = ca.pem", "", "rightca= and the name of the CA", true },
	{ "", "cacert1 { file = /x.pem\n }", "", "a CA is named", true },
	{ "", "cert1 { handle = 00\n }", "", "put the certificate into a file", true },
	{ "", "odd { }", "", "remote.odd is not carried: unknown section", true },
	{ "", "odd = 1", "", "remote.odd is not carried: unknown keyword", true },
	{ "", "groups = sales", "", "groups = sales is not carried: refused", true },
	{ "", "certs = \"a b.pem\"", "", "names of files may not have blanks", true },
	{ "remote2 { auth = psk\n }\n remote3 { auth = psk\n }", "", "",
	  "at most two rounds", true },
	{ "", "", "local_ts = 10.1.0.0", NULL, false },
	{ "", "", "local_ts = 10.1.0.0/33", "expected a prefix length", true },
	{ "", "", "remote_ts = 10.1.0.0/16[tcp/frob]", "expected [PROTOCOL/PORT]", true },
	{ "", "", "interface = eth0", "policies are for all devices", true },
	{ "", "", "mode = frob", "mode = frob is not carried: expected", true },
	{ "", "", "mode = iptfs", "iptfs is not carried: not used", false },
	{ "", "", "ipcomp = yes", "no compression", false },
	{ "", "", "label = system_u", "there are no labels", true },
	{ "", "", "start_action = frob", "unknown action", false },
	{ "", "", "mark_in = 0x100/0xff", "no packet fits", true },
	{ "", "", "set_mark_out = 1", "set the mark of ESP packets with nftables", false },
	{ "", "", "rekey_time = 10s\n rand_time = 20s",
	  "it would be replaced as soon as it is there", false },
	{ "", "", "rekey_time = 0", "rekey=no is for the IKE_SA, too", false },
	{ "", "", "updown = \"a\\nb\"", "one line of printable UTF-8", false },
	{ "", "", "updown = %none", "has no value for this", false },
	{ "", "", "sha256_96 = yes", "another hash", false },
};

static void test_losses(void **state)
{
	char text[1024];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(losses); i++) {
		struct import *imp;
		struct conf *c;
		char *out;

		snprintf(
			text, sizeof(text),
			"connections { a {\n version = 2\n %s\n remote {\n %s\n }\n children { b {\n %s\n } } } }\n",
			losses[i].conn, losses[i].remote, losses[i].child);
		imp = import_text(text);
		check_notes(imp, losses[i].note);
		assert_int_equal(import_result(imp), losses[i].note ? IMPORT_PART : IMPORT_WHOLE);
		out = printed(imp, import_print);
		c = parse(out);
		assert_non_null(conf_conn_find(c, "b"));
		if ((conf_get(conf_conn_find(c, "b"), KW_AUTO, SIDE_NONE)->word == W_AUTO_IGNORE) !=
		    losses[i].held)
			fail_msg("case %zu: the conn is%s to be held", i,
				 losses[i].held ? "" : " not");
		conf_free(c);
		free(out);
		import_free(imp);
	}
}

static void test_names(void **state)
{
	struct import *imp = import_text(
		"connections { 1/2 { children { \xc3\xa4 { }\n b { } } }\n b { children { B { } } }\n"
		" c { children { b { } } } }\nconectons { }\n");
	char *text = printed(imp, import_print);
	struct conf *c = parse(text);
	size_t i;
	static const char *const names[] = { "c-1-2", "c---", "b", "b-B", "c-b" };

	(void)state;
	check_notes(imp, "conectons is not carried: nothing refers to it");
	assert_int_equal(conf_conns(c), COUNT(names)); /* the first is what others pull in */
	for (i = 0; i < COUNT(names); i++) {
		if (!conf_conn_find(c, names[i]))
			fail_msg("no conn %s in\n%s", names[i], text);
	}
	conf_free(c);
	free(text);
	import_free(imp);
}

/* Secrets -------------------------------------------------------------------------------------- */

static void test_secrets(void **state)
{
	struct import *imp = import_text(
		"secrets {\n ike-1 {\n id-1 = moon.strongswan.org\n id-2 = 192.168.0.1\n secret = 0sv+NkxY9LLZvwj4qCC2o/gGrWDF2d21jL\n }\n"
		" ike { secret = \"say \\\"hush\\\"\"\n }\n"
		" eap-carol {\n id = carol\n secret = \"Ar3etTnp 01qlpOgb\"\n }\n"
		" ike-dn {\n id = \"C=CH, CN=sun\"\n secret = nevertold\n }\n"
		" rsa-x {\n file = key.pem\n secret = nevertold2\n }\n"
		" token { pin = 1234nevertold\n handle = 01\n }\n"
		" ppk { secret = nevertold3\n }\n psk { secret = nevertold4\n }\n ike-none { id = a\n }\n}\n");
	char *lines = printed(imp, import_print_secrets), *text = printed(imp, import_print),
	     *notes = printed(imp, print_notes);

	(void)state;
	assert_string_equal(
		lines, "@moon.strongswan.org 192.168.0.1 : PSK 0sv+NkxY9LLZvwj4qCC2o/gGrWDF2d21jL\n"
		       ": PSK 0x736179202268757368"
		       "22\n"
		       "carol : EAP \"Ar3etTnp 01qlpOgb\"\n"
		       ": RSA /etc/swanctl/rsa/key.pem \"nevertold2\"\n");
	assert_null(strstr(text, "nevertold"));
	assert_null(strstr(text, "PSK"));
	assert_null(strstr(text, "Ar3et"));
	assert_null(strstr(notes, "nevertold"));
	assert_non_null(strstr(text, "# the secrets (4): ipsecctl import --secrets"));
	check_notes(imp, "secrets.ike-dn is not carried");
	check_notes(imp, "secrets.token is not carried");
	check_notes(imp, "secrets.ppk is not carried");
	check_notes(imp, "secrets.psk is not carried: unknown kind of secret");
	check_notes(imp, "secrets.ike-none is not carried: it has no secret");
	free(lines);
	free(text);
	free(notes);
	import_free(imp);
}

/* A message about a line with a secret must not show the line. */
static void test_errors_hide(void **state)
{
	static const char *const texts[] = {
		"secrets { ike { secret = \"nevertold\n",
		"secrets { ike { secret = \"nevertold\nnevertold\" } } }\n",
		"secrets { ike { id = a secret = nevertold } } } \n",
		"[Interface]\nPrivateKey nevertold\n",
		"[Peer]\nPrivateKey = nevertold\nAllowedIPs = nevertold = x\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		struct import *imp = import_parse(texts[i], strlen(texts[i]), "x", IMPORT_GUESS);
		char *notes = printed(imp, print_notes);

		assert_int_not_equal(import_result(imp), IMPORT_WHOLE);
		if (i < 4)
			assert_null(strstr(notes, "nevertold"));
		free(notes);
		import_free(imp);
	}
}

/* WireGuard ------------------------------------------------------------------------------------ */

static void test_wg(void **state)
{
	const char *text =
		"# office\n[Interface]\nAddress = 10.200.100.8/24, fd00::8/64\nDNS = 10.200.100.1\n"
		"PrivateKey = oK56DE9Ue9zK76rAc8pBl6opph+1v36lm7cXXsQKrQM=\nMTU = 1420\nPostUp = iptables -A FORWARD\n"
		"\n[Peer]\nPublicKey = GtL7fZc/bLnqZldpVofMCD6hDjrK28SsdLxevJ+qtKU=\nAllowedIPs = 0.0.0.0/0, ::/0\n"
		"Endpoint = demo.wireguard.com:51820\nPersistentKeepalive = 25\n"
		"[peer]\nallowedips=10.0.0.9 # one\nEndpoint=[fd00::1]:51820\n[Peer]\nAllowedIPs = 10.9.0.0/16\nFrob = 1\n";
	struct import *imp =
		import_parse(text, strlen(text), "/etc/wireguard/wg0.conf", IMPORT_GUESS);
	char *out = printed(imp, import_print);

	(void)state;
	assert_int_equal(import_result(imp), IMPORT_PART);
	check_equal(
		imp,
		"conn wg0-peer1\n left=%defaultroute\n right=demo.wireguard.com\n dpddelay=25\n dpdaction=restart\n"
		" leftsourceip=10.200.100.8,fd00::8\n leftsubnet=10.200.100.8/32,fd00::8/128\n"
		" rightsubnet=0.0.0.0/0,::/0\n mtu=1420\n keyexchange=ikev2\n auto=ignore\n"
		"conn wg0-peer2\n left=%defaultroute\n right=fd00::1\n leftsourceip=10.200.100.8,fd00::8\n"
		" leftsubnet=10.200.100.8/32,fd00::8/128\n rightsubnet=10.0.0.9\n mtu=1420\n keyexchange=ikev2\n auto=ignore\n"
		"conn wg0-peer3\n left=%defaultroute\n right=%any\n leftsourceip=10.200.100.8,fd00::8\n"
		" leftsubnet=10.200.100.8/32,fd00::8/128\n rightsubnet=10.9.0.0/16\n mtu=1420\n keyexchange=ikev2\n auto=ignore\n");
	check_notes(imp, "wg0.conf:5:1: warning: PrivateKey is not carried");
	check_notes(imp, "ipsec newhostkey makes a key");
	check_notes(imp, "Frob is not carried: unknown keyword");
	assert_null(strstr(out, "oK56"));
	assert_null(strstr(out, "GtL7"));
	free(out);
	import_free(imp);
}

/* Files ---------------------------------------------------------------------------------------- */

static void test_includes(void **state)
{
	struct import *imp;

	(void)state;
	folder_put("swanctl.conf",
		"connections {\n a {\n version = 1\n include [12].conf\n }\n}\ninclude none*.conf\n");
	folder_put("1.conf", "version = 2\nchildren { b { priority = 1\n } }\n");
	folder_put("2.conf", "children { b { priority = 2\n frob = 1\n } }\n");
	folder_put("loop.conf", "include loop.conf\ninclude missing.conf\n");
	imp = import_load(folder_path("swanctl.conf"), IMPORT_GUESS);
	assert_int_equal(import_result(imp), IMPORT_PART);
	check_notes(imp, "2.conf:2:2: warning: connections.a.children.b.frob is not carried");
	check_equal(
		imp, UNIQUE PRESETS
		"conn b\n left=%defaultroute\n right=%any\n leftauth=pubkey\n rightauth=pubkey\n"
		" priority=2\n keyexchange=ikev2\n auto=ignore\n");
	import_free(imp);
	imp = import_load(folder_path("loop.conf"), IMPORT_GUESS);
	assert_int_equal(import_result(imp), IMPORT_UNREADABLE);
	check_notes(imp, "loop.conf:1:9: error: the file includes itself");
	check_notes(imp, "loop.conf:2:9: error: cannot read");
	import_free(imp);
	imp = import_load(folder_path("nothing.conf"), IMPORT_GUESS);
	assert_int_equal(import_result(imp), IMPORT_UNREADABLE);
	check_notes(imp, "there is no such file");
	import_free(imp);
}

static void test_json(void **state)
{
	struct import *imp = import_text("connections { a { children { b { } } }\n}\nc { }\n");
	char *text = printed(imp, print_json);

	(void)state;
	assert_string_equal(text,
			    "{\"errors\":0,\"more\":0,\"diagnostics\":[{\"file\":\"swanctl.conf\",\"line\":3,"
			    "\"column\":1,\"severity\":\"warning\",\"text\":\"c is not carried: nothing refers to it\","
			    "\"hint\":\"connections, secrets, pools and authorities are known\"}]}\n");
	free(text);
	import_free(imp);
}

/* Documentation/import.rst has the tables that the rows make. */
static void test_documentation(void **state)
{
	char *table = NULL, *doc;
	size_t n, got;
	FILE *f = open_memstream(&table, &n);

	(void)state;
	import_print_table(f);
	fclose(f);
	f = fopen("Documentation/import.rst", "r");
	assert_non_null(f);
	doc = calloc(1, 1 << 18);
	got = fread(doc, 1, (1 << 18) - 1, f);
	fclose(f);
	assert_true(got > n);
	if (!strstr(doc, table))
		fail_msg(
			"the tables of Documentation/import.rst are not those of ipsecctl import --table");
	free(doc);
	free(table);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scenarios),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_diamonds),
		cmocka_unit_test(test_many_refs),
		cmocka_unit_test(test_spellings),
		cmocka_unit_test(test_losses),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_errors_hide),
		cmocka_unit_test(test_wg),
		cmocka_unit_test(test_includes),
		cmocka_unit_test(test_json), cmocka_unit_test(test_documentation),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
