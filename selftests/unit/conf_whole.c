// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ conf/ */
/* conf_whole.c - options.def itself, merging, printing and reading back, comparing, and the examples. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/diff.h"
#include "conf/options.h"
#include "conf/show.h"
#include "folder.h"

#define ENDS "\tleft=10.0.0.1\n\tright=11.0.0.1\n"

static struct conf *parse(const char *text)
{
	return conf_parse(text, strlen(text), "f", NULL);
}

static const char *get(const struct conf *c, const char *conn, enum conf_kw kw, enum conf_side side)
{
	return conf_get(conf_conn_find(c, conn), kw, side)->text;
}

/* options.def ---------------------------------------------------------------------------------- */

/* Built-in defaults parse in every generation, notes stand where they must, names are found. */
static void test_table(void **state)
{
	static const char *const versions[] = { "version 1\nconfig setup\n", "version 2\n", "version 3\n" };
	enum conf_kw kw;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct conf *c = parse(versions[i]);

		assert_int_equal(conf_generation(c), i);
		for (kw = KW_NONE + 1; kw < KW_COUNT; kw++) {
			const struct conf_value *v = conf_setup_get(c, kw);

			if (v->bad)
				fail_msg("%s: its default '%s' does not parse", options_row(kw)->name, v->text);
			assert_int_equal(v->set, v->text[0] != '\0');
		}
		conf_free(c);
	}
	for (kw = KW_NONE + 1; kw < KW_COUNT; kw++) {
		const struct conf_row *row = options_row(kw);
		char name[64];

		if ((row->status == STATUS_DONE) != !row->note[0] || !row->help[0])
			fail_msg("%s: a note belongs to what is not done, help to everything", row->name);
		options_name(kw, row->section == SEC_SIDE ? SIDE_RIGHT : SIDE_NONE, name);
		assert_int_equal(options_find(row->section == SEC_SIDE ? SEC_CONN : row->section, name, true).kw, kw);
	}
	assert_int_equal(options_find(SEC_CONN, "leftsubnet", true).side, SIDE_LEFT);
	assert_int_equal(options_find(SEC_CONN, "mark_in", false).kw, KW_MARK_IN);
	assert_int_equal(options_find(SEC_CONN, "mark_in", true).kw, KW_NONE);
	assert_int_equal(options_find(SEC_SETUP, "leftsubnet", false).kw, KW_NONE);
	assert_int_equal(options_find(SEC_CONN, "", false).kw, KW_NONE);
}

/* Keywords that the three families know, as their manuals list them. */
static void test_known(void **state)
{
	static const char *const conn[] = {
		"aaa_identity", "aggressive", "ah", "also", "auth", "authby", "auto", "closeaction", "compress",
		"dpdaction", "dpddelay", "dpdtimeout", "eap_identity", "esp", "forceencaps", "fragmentation", "ike",
		"ikedscp", "ikelifetime", "inactivity", "installpolicy", "keyexchange", "keyingtries", "keylife",
		"left", "leftallowany", "leftauth", "leftauth2", "leftca", "leftca2", "leftcert", "leftcert2",
		"leftcertpolicy", "leftdns", "leftfirewall", "leftgroups", "leftgroups2", "lefthostaccess", "leftid",
		"leftid2", "leftikeport", "leftprotoport", "leftrsasigkey", "leftsendcert", "leftsigkey",
		"leftsourceip", "leftsubnet", "leftupdown", "lifebytes", "lifepackets", "lifetime", "marginbytes",
		"marginpackets", "margintime", "mark", "mark_in", "mark_out", "me_peerid", "mediated_by", "mediation",
		"mobike", "modeconfig", "reauth", "rekey", "rekeyfuzz", "rekeymargin", "replay_window", "reqid",
		"sha256_96", "tfc", "type", "xauth", "xauth_identity",
		/* libreswan */
		"accept-redirect", "accept-redirect-to", "aggrmode", "alsoflip", "clientaddrfamily", "connaddrfamily",
		"connalias", "decap-dscp", "disablearrivalcheck", "dns-match-id", "encapsulation", "encap-dscp", "esn",
		"failureshunt", "fake-strongswan", "hostaddrfamily", "ignore-peer-dns", "ikepad", "ikev2",
		"initial-contact", "intermediate", "ipsec-interface", "ipsec-lifetime", "ipsec-max-bytes",
		"ipsec-max-packets", "leftaddresspool", "leftautheap", "leftcat", "leftckaid", "leftinterface-ip",
		"leftmodecfgclient", "leftmodecfgserver", "leftnexthop", "leftpubkey", "leftrsasigkey2", "leftsubnets",
		"leftsubnetwithin", "leftusername", "leftvti", "leftxauthclient", "leftxauthserver",
		"leftxauthusername", "mark-in", "mark-out", "metric", "modecfgbanner", "modecfgdns", "modecfgdns1",
		"modecfgdomains", "modecfgpull", "ms-dh-downgrade", "mtu", "narrowing", "nat-ikev1-method",
		"nat-keepalive", "negotiationshunt", "nflog", "nic-offload", "nm-configured", "nopmtudisc",
		"overlapip", "pam-authorize", "pfs", "phase2", "phase2alg", "policy-label", "ppk", "priority",
		"redirect-to", "remote-peer-type", "replay-window", "require-id-on-certificate",
		"retransmit-interval", "retransmit-timeout", "salifetime", "sec-label", "send-no-esp-tfc",
		"cisco-split", "clones", "ike-sa-init-full-transcript-auth", "ikev1-dpdtimeout", "iptfs",
		"iptfs-drop-time", "iptfs-fragmentation", "iptfs-init-delay", "iptfs-max-queue-size",
		"iptfs-packet-size", "iptfs-reorder-window", "leftecdsakey", "lefteddsakey", "leftgroundhog",
		"leftupdown-config", "nflog-group", "pfs-rekey-workaround", "ppk-ids",
		"reject-simultaneous-ike-auth", "send-esp-tfc-padding-not-supported", "session-resumption",
		"share-lease",
		"send-redirect", "send-vendorid", "sendca", "sha2-truncbug", "tcp-remoteport", "enable-tcp",
		"vti-interface", "vti-routing", "vti-shared", "xauthby", "xauthfail",
		/* FreeS/WAN: CON-, AUT-, MAN- */
		"ahkey", "ahreplay_window", "espauthkey", "espenckey", "espreplay_window", "leftahkey", "leftahspi",
		"leftespauthkey", "leftespenckey", "leftespspi", "pfsgroup", "rekeystart", "rekeytries", "rightahspi",
		"spi", "spibase",
	};
	static const char *const setup[] = {
		"cachecrls", "charondebug", "crlcheckinterval", "strictcrlpolicy", "uniqueids", "interfaces",
		"forwardcontrol", "syslog", "klipsdebug", "plutodebug", "dumpdir", "dump", "manualstart", "pluto",
		"plutoload", "plutostart", "plutowait", "plutobackgroundload", "prepluto", "postpluto", "fragicmp",
		"packetdefault", "no_eroute_pass", "opportunistic", "hidetos", "overridemtu", "myid", "rp_filter",
		"plutoopts", "plutostderrlog", "plutorestartoncrash", "nat_traversal", "keep_alive",
		"force_keepalive", "disable_port_floating", "virtual_private", "nocrsend", "ikev1-policy", "listen",
		"logfile", "ocsp-enable", "ocsp-uri", "protostack", "nssdir", "secretsfile", "ddos-mode",
		"dnssec-enable", "audit-log", "curl-timeout", "global-redirect", "nhelpers", "seccomp", "statsbin",
		"crl-timeout", "dns-resolver", "expire-lifetime", "expire-shunt-interval", "force-busy",
		"ipsec-interface-managed", "loglimit", "oe", "plutofork", "rundir", "xfrmlifetime",
	};
	static const char *const ca[] = { "auto", "cacert", "crluri", "crluri1", "crluri2", "ocspuri", "ocspuri1",
					  "ocspuri2", "certuribase" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(conn) / sizeof(conn[0]); i++)
		if (strncmp(conn[i], "also", 4) && options_find(SEC_CONN, conn[i], false).kw == KW_NONE)
			fail_msg("conn: %s is not known", conn[i]);
	for (i = 0; i < sizeof(setup) / sizeof(setup[0]); i++)
		if (options_find(SEC_SETUP, setup[i], false).kw == KW_NONE)
			fail_msg("config setup: %s is not known", setup[i]);
	for (i = 0; i < sizeof(ca) / sizeof(ca[0]); i++)
		if (options_find(SEC_CA, ca[i], false).kw == KW_NONE)
			fail_msg("ca: %s is not known", ca[i]);
}

/* Merging -------------------------------------------------------------------------------------- */

static void test_precedence(void **state)
{
	struct conf *c = parse("conn %default\n\tauto=add\n\tpfs=no\n"
			       "conn a\n" ENDS "\talso=b\n\tleftid=@a\n"
			       "conn b\n\talso=c\n\tleftid=@b\n\trightid=@b\n\tpfs=yes\n"
			       "conn c\n\tleftid=@c\n\trightid=@c\n\tleftsubnet=10.0.0.0/8\n");
	const struct conf_conn *a = conf_conn_find(c, "a");

	(void)state;
	assert_int_equal(conf_errors(c), 0);
	assert_string_equal(get(c, "a", KW_ID, SIDE_LEFT), "@a");
	assert_string_equal(get(c, "a", KW_ID, SIDE_RIGHT), "@b");
	assert_string_equal(get(c, "a", KW_SUBNET, SIDE_LEFT), "10.0.0.0/8");
	assert_string_equal(get(c, "a", KW_PFS, SIDE_NONE), "yes");
	assert_string_equal(get(c, "a", KW_AUTO, SIDE_NONE), "add");
	assert_int_equal(conf_from(a, conf_get(a, KW_ID, SIDE_LEFT)), FROM_CONN);
	assert_int_equal(conf_from(a, conf_get(a, KW_ID, SIDE_RIGHT)), FROM_ALSO);
	assert_int_equal(conf_from(a, conf_get(a, KW_AUTO, SIDE_NONE)), FROM_DEFAULT);
	assert_int_equal(conf_from(a, conf_get(a, KW_REKEY, SIDE_NONE)), FROM_BUILTIN);
	assert_int_equal(conf_from(a, conf_get(a, KW_CERT, SIDE_LEFT)), FROM_NONE);
	/* b and c have no ends: something to pull in, no errors, and not to be loaded */
	assert_true(conf_conn_broken(conf_conn_find(c, "b")));
	assert_false(conf_conn_broken(a));
	conf_free(c);
}

/* SYN-19, CON-07: also=, diamonds; SYN-20, CON-08: alsoflip */
static void test_diamond(void **state)
{
	struct conf *c = parse("conn a\n" ENDS "\talso=b\n\talso=c\n"
			       "conn b\n\talso=d\nconn c\n\talso=d\nconn d\n\tleftid=@d\n");

	(void)state;
	assert_int_equal(conf_errors(c), 0);
	assert_string_equal(get(c, "a", KW_ID, SIDE_LEFT), "@d");
	conf_free(c);
	/* two that are equally near and differ */
	c = parse("conn a\n" ENDS "\talso=b\n\talso=c\nconn b\n\tleftid=@b\nconn c\n\tleftid=@c\n");
	assert_int_equal(conf_errors(c), 1);
	assert_string_equal(conf_diag_at(c, 0)->text, "duplicated parameter 'leftid' in 'a' after also=");
	assert_int_equal(conf_diag_at(c, 0)->pos.line, 9);
	assert_int_equal(conf_diag_at(c, 0)->other.line, 7);
	assert_true(conf_conn_broken(conf_conn_find(c, "a")));
	conf_free(c);
	/* two that are equally near and agree */
	c = parse("conn a\n" ENDS "\talso=b\n\talso=c\nconn b\n\tleftid=@x\nconn c\n\tleftid=@x\n");
	assert_int_equal(conf_errors(c), 0);
	conf_free(c);
	/* flipped twice is not flipped */
	c = parse("conn a\n\talsoflip=b\nconn b\n" ENDS "\talsoflip=c\n\tleftid=@b\nconn c\n\trightcert=x\n\tpfs=no\n");
	assert_int_equal(conf_errors(c), 0);
	assert_string_equal(get(c, "a", KW_HOST, SIDE_RIGHT), "10.0.0.1");
	assert_string_equal(get(c, "a", KW_ID, SIDE_RIGHT), "@b");
	assert_string_equal(get(c, "b", KW_CERT, SIDE_LEFT), "x");
	assert_string_equal(get(c, "a", KW_CERT, SIDE_RIGHT), "x");
	assert_string_equal(get(c, "a", KW_PFS, SIDE_NONE), "no");
	conf_free(c);
	/* both ways at once: the sides contradict each other */
	c = parse("conn a\n\talso=b\n\talsoflip=b\nconn b\n" ENDS);
	assert_int_equal(conf_errors(c), 2);
	conf_free(c);
}

static void test_cycles(void **state)
{
	struct conf *c = parse("conn a\n" ENDS "\talso=b\nconn b\n\talso=c\nconn c\n\talso=d\nconn d\n\talso=b\n"
			       "conn good\n" ENDS "conn e\n" ENDS "\talso=a\n");
	char *text = NULL;
	size_t n, i;
	FILE *f;

	(void)state;
	assert_int_equal(conf_errors(c), 1);
	assert_string_equal(conf_diag_at(c, 0)->text, "also= comes back to its section: b -> c -> d -> b");
	assert_int_equal(conf_diag_at(c, 0)->pos.line, 10);
	assert_true(conf_conn_broken(conf_conn_find(c, "a")));
	assert_true(conf_conn_broken(conf_conn_find(c, "e")));
	assert_false(conf_conn_broken(conf_conn_find(c, "good")));
	conf_free(c);
	/* a chain of a thousand is no cycle, but more than anybody means; it ends in time */
	f = open_memstream(&text, &n);
	assert_non_null(f);
	for (i = 0; i < 1000; i++)
		fprintf(f, "conn c%zu\n" ENDS "\talso=c%zu\n", i, i + 1);
	fprintf(f, "conn c1000\n" ENDS);
	fclose(f);
	c = conf_parse(text, n, "f", NULL);
	assert_true(conf_errors(c) > 900);
	assert_false(conf_conn_broken(conf_conn_find(c, "c995")));
	conf_free(c);
	free(text);
}

/* A value that is wrong breaks those that use it, and no others. */
static void test_broken(void **state)
{
	struct conf *c = parse("conn %default\n\tkeylife=never\n"
			       "conn a\n" ENDS "conn b\n" ENDS "\tkeylife=1h\n");

	(void)state;
	assert_int_equal(conf_errors(c), 1);
	assert_true(conf_conn_broken(conf_conn_find(c, "a")));
	assert_false(conf_conn_broken(conf_conn_find(c, "b")));
	conf_free(c);
	c = parse("conn %default\n\tkeylief=1h\nconn a\n" ENDS);
	assert_true(conf_conn_broken(conf_conn_find(c, "a")));
	conf_free(c);
	c = parse("config setup\n\tuniqueids=perhaps\nconn a\n" ENDS);
	assert_false(conf_conn_broken(conf_conn_find(c, "a")));
	conf_free(c);
}

/* Printing ------------------------------------------------------------------------------------- */

static char *show(const struct conf *c, bool effective, bool secrets)
{
	struct conf_show how = { .effective = effective, .secrets = secrets };
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	assert_non_null(f);
	conf_show_text(c, &how, f);
	fclose(f);
	return text;
}

static void count(const struct conf_delta *d, void *arg)
{
	(void)d;
	++*(size_t *)arg;
}

/* What is printed means the same, and is printed the same again. */
static void round_trip(const struct conf *c, const char *what)
{
	int effective;

	for (effective = 0; effective < 2; effective++) {
		char *text = show(c, effective, true), *again;
		struct conf *d = parse(text);
		size_t n = 0;

		conf_diff(c, d, count, &n);
		if (n || conf_errors(d) || conf_generation(c) != conf_generation(d))
			fail_msg("%s: %zu differences, %zu errors: %s\n%s", what, n, conf_errors(d),
				 conf_diags(d) ? conf_diag_at(d, 0)->text : "", text);
		again = show(d, effective, true);
		if (!effective)
			assert_string_equal(text, again);
		free(again);
		free(text);
		conf_free(d);
	}
}

static void test_show(void **state)
{
	static const char text[] = "config setup\n\tplutostderrlog=\"/var/log/a b\"\nconn %default\n\tikev2=never\n"
				   "conn a\n" ENDS "\talsoflip=b\n\tleftupdown=\"a \\\"b\\\" \\\\ #c\"\n\tkeylife=\n"
				   "\tmodecfgpull=no\n\tforceencaps=yes\n\trightcert=%none\n"
				   "conn b\n\tleftid=\"C=CH, CN=x\"\nca x\n\tcacert=y\n";
	static const char keys[] = "conn a\n" ENDS "\tspi=0x200\n\tah=hmac-md5-96\n"
				   "\tahkey=0x102132435465768798a9bacbdcedfe0f\n";
	struct conf *c = parse(text);
	char *out;

	(void)state;
	assert_int_equal(conf_errors(c), 0);
	round_trip(c, "show");
	conf_free(c);
	c = parse(keys);
	out = show(c, true, false);
	assert_non_null(strstr(out, "\tahkey=(hidden)\n"));
	assert_null(strstr(out, "10213243"));
	free(out);
	out = show(c, false, true);
	assert_non_null(strstr(out, "\tahkey=0x102132435465768798a9bacbdcedfe0f\n"));
	free(out);
	conf_free(c);
}

/* Comparing ------------------------------------------------------------------------------------ */

struct seen {
	char text[256];
};

static void remember(const struct conf_delta *d, void *arg)
{
	static const char *const kinds[] = { "added", "removed", "broken", "none", "child", "rekey", "reauth" };
	struct seen *s = arg;
	size_t n = strlen(s->text);
	char name[64];

	n += (size_t)snprintf(s->text + n, sizeof(s->text) - n, "%s%s %s", n ? ", " : "", d->name, kinds[d->kind]);
	if (d->n)
		snprintf(s->text + n, sizeof(s->text) - n, " %s", options_name(d->v[0].kw, d->v[0].side, name));
}

static void test_diff(void **state)
{
	static const struct {
		const char *before, *after, *says;
	} cases[] = {
		{ "conn a\n" ENDS, "conn a\n" ENDS, "" },
		{ "conn a\n" ENDS, "\n# other lines\nconn a\n\tright=11.0.0.1\n\tleft=10.0.0.1\n", "" },
		{ "conn a\n" ENDS, "conn a\n" ENDS "conn b\n" ENDS, "b added" },
		{ "conn a\n" ENDS "conn b\n" ENDS, "conn b\n" ENDS, "a removed" },
		{ "conn a\n" ENDS, "conn b\n" ENDS, "a removed, b added" },
		{ "conn a\n" ENDS, "conn a\n" ENDS "\tauto=add\n", "a none auto" },
		{ "conn a\n" ENDS, "conn a\n" ENDS "\trekeymargin=10m\n", "a none rekeymargin" },
		{ "conn a\n" ENDS, "conn a\n" ENDS "\tleftsubnet=10.0.0.0/8\n", "a child leftsubnet" },
		{ "conn a\n" ENDS, "conn a\n" ENDS "\tikelifetime=2h\n", "a rekey ikelifetime" },
		{ "conn a\n" ENDS, "conn a\n" ENDS "\tleftid=@x\n", "a reauth leftid" },
		{ "conn a\n" ENDS, "conn a\n" ENDS "\tauto=add\n\tleftid=@x\n", "a reauth auto" },
		{ "conn a\n" ENDS, "conn a\n" ENDS "\tleftid=%nobody\n", "a broken" },
		{ "conn a\n" ENDS "\tleftid=%nobody\n", "conn a\n" ENDS, "a added" },
		/* another way to say it */
		{ "version 2\nconn a\n" ENDS "\tkeylife=1h\n", "version 2\nconn a\n" ENDS "\tlifetime=60m\n", "" },
		{ "conn a\n" ENDS "\tikev2=insist\n", "conn a\n" ENDS "\tkeyexchange=ikev2\n", "" },
		{ "conn a\n" ENDS "\tencapsulation=no\n", "conn a\n" ENDS "\tforceencaps=no\n", "a child encapsulation" },
		{ "conn a\n" ENDS "\tkeylife=1h\n", "conn a\n" ENDS "\talso=b\nconn b\n\tkeylife=1h\n", "" },
		{ "conn %default\n\tkeylife=1h\nconn a\n" ENDS, "conn %default\n\tkeylife=2h\nconn a\n" ENDS, "a child salifetime" },
		{ "conn %default\n\tkeylife=1h\nconn a\n" ENDS, "conn a\n" ENDS "\tkeylife=1h\n", "" },
		/* the generation changes defaults */
		{ "version 1\nconn a\n" ENDS "\tauthby=secret\n", "version 2\nconn a\n" ENDS "\tauthby=secret\n",
		  "a reauth leftrsasigkey" },
		{ "config setup\n\thidetos=yes\nconn a\n" ENDS, "config setup\n\thidetos=no\nconn a\n" ENDS, "a child hidetos" },
		{ "config setup\n\tuniqueids=yes\nconn a\n" ENDS, "config setup\n\tuniqueids=no\nconn a\n" ENDS, "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf *a = parse(cases[i].before), *b = parse(cases[i].after);
		struct seen s = { "" };

		conf_diff(a, b, remember, &s);
		if (strcmp(s.text, cases[i].says) != 0)
			fail_msg("case %zu: '%s', expected '%s'", i, s.text, cases[i].says);
		conf_free(a);
		conf_free(b);
	}
}

/* One of 10 000; the limit is for a program with sanitizers on a busy machine. */
static void test_diff_many(void **state)
{
	struct conf *c[2];
	struct seen s = { "" };
	clock_t start;
	size_t i, k;

	(void)state;
	for (k = 0; k < 2; k++) {
		char *text = NULL;
		size_t n;
		FILE *f = open_memstream(&text, &n);

		assert_non_null(f);
		for (i = 0; i < 10000; i++)
			fprintf(f, "conn c%zu\n" ENDS "\tleftid=@c%zu\n", i, k && i == 7777 ? i + 1 : i);
		fclose(f);
		c[k] = conf_parse(text, n, "f", NULL);
		free(text);
	}
	start = clock();
	assert_int_equal(conf_diff(c[0], c[1], remember, &s), 1);
	assert_true((clock() - start) * 1000 / CLOCKS_PER_SEC < 200);
	assert_string_equal(s.text, "c7777 reauth leftid");
	conf_free(c[0]);
	conf_free(c[1]);
}

/* Examples ------------------------------------------------------------------------------------- */

static void test_examples(void **state)
{
	glob_t g;
	size_t i, k, n = 0;

	(void)state;
	assert_int_equal(glob("conf/etc/examples/*.conf", 0, NULL, &g), 0);
	assert_true(g.gl_pathc >= 15);
	for (i = 0; i < g.gl_pathc; i++) {
		struct conf *c;

		if (strstr(g.gl_pathv[i], "manual.conf"))
			continue;
		c = conf_load(g.gl_pathv[i], NULL);
		for (k = 0; k < conf_diags(c); k++)
			if (conf_diag_at(c, k)->severity != CONF_NOTE)
				fail_msg("%s:%u: %s", g.gl_pathv[i], conf_diag_at(c, k)->pos.line, conf_diag_at(c, k)->text);
		assert_true(conf_conns(c) > 0);
		round_trip(c, g.gl_pathv[i]);
		n++;
		conf_free(c);
	}
	assert_true(n >= 14);
	globfree(&g);
	/* the one that is installed; what it includes is this machine's */
	{
		static const char text[] = "version 3\nconfig setup\n\tuniqueids=yes\n";
		struct conf_opts o = { .limits = { .includes = 1 } };
		struct conf *c = conf_load("conf/etc/ipsec.conf", &o), *d = parse(text);

		assert_int_equal(conf_generation(c), CONF_NOW);
		assert_string_equal(conf_setup_get(c, KW_UNIQUEIDS)->text, conf_setup_get(d, KW_UNIQUEIDS)->text);
		conf_free(c);
		conf_free(d);
	}
}

/* LIT-23: the keys are in a file of their own, of mode 0600. */
static void test_manual_example(void **state)
{
	char command[128];
	struct conf *c;

	(void)state;
	snprintf(command, sizeof(command), "cp conf/etc/examples/manual.conf %s", folder);
	assert_int_equal(system(command), 0);
	folder_put("ipsec.a.keys", "conn samplesep-keys\n\tspi=0x200\n\tesp=3des-md5-96\n"
				   "\tespenckey=0x0f2d4b6988a7c6e503214365870bcdef1122334455667788\n"
				   "\tespauthkey=0x102132435465768798a9bacbdcedfe0f\n");
	c = conf_load(folder_path("manual.conf"), NULL);
	assert_int_equal(conf_errors(c), 0);
	assert_false(conf_conn_broken(conf_conn_find(c, "samplesep")));
	assert_int_equal(conf_get(conf_conn_find(c, "samplesep"), KW_SPI, SIDE_NONE)->u.n, 0x200);
	conf_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),	  cmocka_unit_test(test_known),
		cmocka_unit_test(test_precedence), cmocka_unit_test(test_diamond),
		cmocka_unit_test(test_cycles),	  cmocka_unit_test(test_broken),
		cmocka_unit_test(test_show),	  cmocka_unit_test(test_diff),
		cmocka_unit_test(test_diff_many), cmocka_unit_test(test_examples),
		cmocka_unit_test(test_manual_example),
	};

	return cmocka_run_group_tests_name("conf_whole", tests, folder_make, folder_remove);
}
