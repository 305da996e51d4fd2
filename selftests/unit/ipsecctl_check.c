// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ daemon/net/ daemon/conn/manual.c daemon/conn/manual_sa.c daemon/conn/manual_policy.c daemon/conn/complain.c daemon/conn/place.c conf/ nl-proto/ daemon/ctl/ipsecctl/ daemon/ctl/client.c */
/*
 * ipsecctl_check.c - ipsecctl check on a host, which is a network namespace with 10.0.0.1 and 10.0.1.1: which end it is,
 * names, secrets.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "ctl/ipsecctl/ctl.h"
#include "folder.h"
#include "net/lookup.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define ENDS(l, r) "\tleft=" l "\n\tright=" r "\n"
#define GOOD "\"Vq8#tz!Lw2@pRx9$mKc4\""
#define NEITHER "warning: neither end is this host: "

static struct ctl ctl;
static char out[65536];

/* The verb with a file; what it prints is in out. */
static int run(const char *path)
{
	struct word list[] = { { "check", 0, 1 },
			       { (char *)(uintptr_t)path, 0, 2 } };
	struct words w = { .w = list, .n = 2, .at = 1 };
	int o = folder_catch(STDOUT_FILENO, "out"),
	    e = folder_catch(STDERR_FILENO, "out"), code;

	code = cmd_check(&ctl, NULL, &w);
	folder_release(STDERR_FILENO, e);
	folder_release(STDOUT_FILENO, o);
	folder_get("out", out, sizeof(out));
	return code;
}

static int run_text(const char *text)
{
	return run(folder_put("ipsec.conf", text));
}

/* Ends ---------------------------------------------------------------------------------------- */

static const struct {
	const char *id, *text, *says; /* says "": nothing */
	int code;
} ends[] = {
	{ "VAL-14", "conn a\n" ENDS("10.0.0.1", "11.0.0.1"), "", CTL_OK },
	{ "VAL-14", "conn a\n" ENDS("11.0.0.1", "10.0.1.1"), "", CTL_OK },
	{ "VAL-14", "conn a\n" ENDS("10.0.0.1", "%any"), "", CTL_OK },
	{ "VAL-14", "conn a\n" ENDS("10.0.0.9", "11.0.0.1"),
	  ":1:6: " NEITHER
	  "left=10.0.0.9 is no address of this host, right=11.0.0.1 is no address of this host; it has "
	  "10.0.0.1 (lo), 10.0.1.1 (lo)\n",
	  CTL_OK },
	{ "VAL-14", "conn a\n" ENDS("%any", "11.0.0.1"),
	  ":1:6: " NEITHER
	  "left=%any stands for peers only, right=11.0.0.1 is no address of this host",
	  CTL_OK },
	{ "ACC-07", "conn a\n" ENDS("%defaultroute", "11.0.0.1"),
	  ":1:6: " NEITHER
	  "left=%defaultroute finds no default route with an address of this host",
	  CTL_OK },
	{ "VAL-15", "conn a\n" ENDS("10.0.0.1", "10.0.1.1"),
	  ":3:2: error: both ends are addresses of this host\n", CTL_USAGE },
	{ "VAL-15", "conn a\n" ENDS("10.0.0.1", "10.0.0.1"),
	  ":3:2: error: both ends are addresses of this host\n", CTL_USAGE },
	{ "VAL-14", "conn a\n" ENDS("gw.example.com", "11.0.0.1"),
	  ":1:6: note: it is not known yet which end is this host: left=gw.example.com has no address, or none is known",
	  CTL_OK },
	{ "",
	  "conn a\n" ENDS("10.0.0.1",
			  "11.0.0.1") "\trightsubnet=10.0.1.128/25\n",
	  ":4:2: warning: the peer's network is part of a network of this host\n",
	  CTL_OK },
	{ "",
	  "conn a\n" ENDS("10.0.0.1", "11.0.0.1") "\trightsubnet=10.0.1.0/24\n",
	  ":4:2: warning: the peer's network is part of a network of this host\n",
	  CTL_OK },
	{ "",
	  "conn a\n" ENDS("10.0.0.1", "11.0.0.1") "\trightsubnet=10.0.0.0/8\n",
	  "", CTL_OK },
	{ "",
	  "conn a\n" ENDS("10.0.0.1", "11.0.0.1") "\tleftsubnet=10.0.1.0/24\n",
	  "", CTL_OK },
	/* what has errors already is not asked for */
	{ "", "conn a\n\tleft=10.0.0.9\n", ":1:6: error: right= is missing\n",
	  CTL_USAGE },
};

static void test_ends(void **state)
{
	size_t i;
	int code;

	(void)state;
	for (i = 0; i < N(ends); i++) {
		memset(&ctl, 0, sizeof(ctl));
		code = run_text(ends[i].text);
		if (code != ends[i].code ||
		    (ends[i].says[0] ? !strstr(out, ends[i].says) :
				       out[0] != '\0'))
			fail_msg("%s: case %zu: %d\n%s", ends[i].id, i, code,
				 out);
		/* the file may be of another host */
		ctl.option[FLAG_ELSEWHERE] = "";
		run_text(ends[i].text);
		if (strstr(out, "this host"))
			fail_msg("%s: case %zu: elsewhere\n%s", ends[i].id, i,
				 out);
	}
}

static void test_json(void **state)
{
	json_t *j, *d;

	(void)state;
	memset(&ctl, 0, sizeof(ctl));
	ctl.option[FLAG_JSON] = "";
	assert_int_equal(run_text("conn a\n" ENDS("10.0.0.1", "10.0.1.1")),
			 CTL_USAGE);
	j = json_loads(out, 0, NULL);
	assert_non_null(j);
	d = json_array_get(json_object_get(j, "diagnostics"), 0);
	assert_string_equal(json_string_value(json_object_get(d, "text")),
			    "both ends are addresses of this host");
	assert_string_equal(json_string_value(json_array_get(
				    json_object_get(j, "broken"), 0)),
			    "a");
	json_decref(j);
}

/* config show says which end it is. */
static void test_show(void **state)
{
	struct word list[] = { { "show", 0, 1 } };
	struct words w = { .w = list, .n = 1, .at = 1 };
	int o;
	json_t *j;

	(void)state;
	memset(&ctl, 0, sizeof(ctl));
	ctl.option[FLAG_FILE] = folder_put(
		"ipsec.conf",
		"conn a\n" ENDS("10.0.0.1", "11.0.0.1") "conn b\n" ENDS(
			"10.0.0.9", "11.0.0.1"));
	ctl.option[FLAG_EFFECTIVE] = "";
	o = folder_catch(STDOUT_FILENO, "out");
	assert_int_equal(cmd_config(&ctl, NULL, &w), CTL_OK);
	folder_release(STDOUT_FILENO, o);
	folder_get("out", out, sizeof(out));
	assert_non_null(
		strstr(out, "conn a\n\t# this host: left: 10.0.0.1 (lo)\n"));
	assert_non_null(strstr(
		out,
		"conn b\n\t# this host: neither end: left=10.0.0.9 is no address"));
	ctl.option[FLAG_JSON] = "";
	w.at = 1;
	o = folder_catch(STDOUT_FILENO, "out");
	assert_int_equal(cmd_config(&ctl, NULL, &w), CTL_OK);
	folder_release(STDOUT_FILENO, o);
	folder_get("out", out, sizeof(out));
	j = json_loads(out, 0, NULL);
	assert_string_equal(
		json_string_value(json_object_get(
			json_array_get(json_object_get(j, "sections"), 1),
			"here")),
		"left");
	json_decref(j);
}

/* Names --------------------------------------------------------------------------------------- */

static void test_names(void **state)
{
	(void)state;
	memset(&ctl, 0, sizeof(ctl));
	ctl.option[FLAG_RESOLVE] = "";
	assert_int_equal(run_text("conn a\n" ENDS("gw.test", "11.0.0.1")),
			 CTL_OK);
	assert_string_equal(out, "");
	assert_int_equal(run_text("conn a\n" ENDS("gw.test", "10.0.0.1")),
			 CTL_USAGE);
	assert_non_null(strstr(
		out, ":3:2: error: both ends are addresses of this host\n"));
	assert_int_equal(run_text("conn a\n" ENDS("far.test", "11.0.0.1")),
			 CTL_OK);
	assert_non_null(strstr(out, NEITHER
			       "left=far.test has no address of this host, "));
	/* each name once, however many connections have it */
	assert_int_equal(run_text("conn a\n" ENDS(
				 "10.0.0.1",
				 "none.test.") "conn b\n" ENDS("10.0.0.1",
							       "none.test.")),
			 CTL_OK);
	assert_non_null(strstr(out, ":3:8: warning: 'none.test.': "));
	assert_null(strstr(out, ":6:8: warning: 'none.test.'"));
	ctl.option[FLAG_RESOLVE] = NULL;
	assert_int_equal(run_text("conn a\n" ENDS("10.0.0.1", "none.test.")),
			 CTL_OK);
	assert_string_equal(out, "");
}

/* A name server that never answers costs its time, and no more; other names are found meanwhile. */
static void test_silence(void **state)
{
	struct lookup v[] = { { .name = "none.test." },
			      { .name = "gw.test" },
			      { .name = "two.test" } };
	struct sockaddr_in sa = { .sin_family = AF_INET,
				  .sin_port = htons(53),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int64_t start = clock_ms(), took;
	struct lookup many[40];
	int i;

	(void)state;
	assert_int_equal(bind(s, (struct sockaddr *)&sa, sizeof(sa)), 0);
	lookup_all(v, 3, 3000); /* less than what the C library waits */
	took = clock_ms() - start;
	assert_true(took >= 2900 && took < 20000);
	assert_int_equal(v[0].n, 0);
	assert_string_equal(v[0].why, "there was no answer in time");
	assert_int_equal(v[1].n, 1);
	assert_null(v[1].why);
	assert_memory_equal(v[1].addr[0].b, "\x0a\x00\x00\x01", 4);
	assert_int_equal(v[2].n, 2);
	/* who asks lives to the end each time, whatever answers come meanwhile */
	for (i = 0; i < 40; i++)
		many[i].name = i ? "gw.test" : "none.test.";
	for (i = 0; i < 4; i++) {
		start = clock_ms();
		lookup_all(many, 40, 1000);
		assert_true(clock_ms() - start >= 1000);
		assert_int_equal(many[39].n, 1);
	}
	close(s);
}

/* Secrets ------------------------------------------------------------------------------------- */

#define PSK "conn %default\n\tauthby=secret\n"
#define WE PSK "conn we\n" ENDS("10.0.0.1", "11.0.0.1")
#define OUR_KEY \
	"0sAQPFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxQ==" /* nobody has the private one */
#define RSA                                                                \
	"conn we\n\tkeyexchange=ikev2\n\tauthby=rsasig\n" ENDS("10.0.0.1", \
							       "11.0.0.1")

static const struct {
	const char *id, *conf, *secrets, *says;
	int code;
} secrets[] = {
	{ "SEC-27", WE, "10.0.0.1 11.0.0.1 : PSK " GOOD "\n", "", CTL_OK },
	{ "SEC-26", WE, "11.0.0.1 10.0.0.1 : PSK " GOOD "\n", "", CTL_OK },
	{ "SEC-20", WE, ": PSK " GOOD "\n", "", CTL_OK },
	{ "SEC-27", WE, "10.0.0.1 11.0.0.2 : PSK " GOOD "\n",
	  "ipsec.conf:3:6: warning: no secret for 10.0.0.1 (us) and 11.0.0.1 (peer); ",
	  CTL_OK },
	{ "SEC-27", WE, "",
	  "warning: no secret for 10.0.0.1 (us) and 11.0.0.1 (peer); ",
	  CTL_OK },
	{ "SEC-27", WE "\tleftid=@west\n\trightid=@east\n",
	  "10.0.0.1 11.0.0.1 : PSK " GOOD "\n",
	  "warning: no secret for @west (us) and @east (peer); ", CTL_OK },
	{ "SEC-27", WE "\tleftid=@west\n\trightid=@east\n",
	  "@east @west : PSK " GOOD "\n", "", CTL_OK },
	{ "SEC-24", PSK "conn rw\n" ENDS("10.0.0.1", "%any"),
	  "10.0.0.1 %any : PSK " GOOD "\n", "", CTL_OK },
	{ "SEC-24", PSK "conn rw\n" ENDS("10.0.0.1", "%any"),
	  "10.0.0.1 11.0.0.1 : PSK " GOOD "\n",
	  "warning: no secret for 10.0.0.1 (us) and %any (peer); ", CTL_OK },
	/* SEC-31: one secret for all of unknown address */
	{ "SEC-25",
	  PSK "conn a\n" ENDS("10.0.0.1", "%any") "conn b\n" ENDS("10.0.0.1",
								  "%any"),
	  "10.0.0.1 %any : PSK " GOOD "\n",
	  "ipsec.secrets:1:1: warning: one secret for 2 peers of unknown address: each of them can pass for 10.0.0.1\n",
	  CTL_OK },
	{ "SEC-31",
	  PSK "conn a\n" ENDS("10.0.0.1", "%any") "conn b\n" ENDS("10.0.1.1",
								  "%any"),
	  "10.0.0.1 %any : PSK " GOOD
	  "\n10.0.1.1 %any : PSK \"Xq8#tz!Lw2@pRx9$mKc4\"\n",
	  "", CTL_OK },
	{ "SEC-31",
	  PSK "conn a\n" ENDS("10.0.0.1", "%any") "\trightid=@a\nconn b\n" ENDS(
		  "10.0.0.1", "%any") "\trightid=@b\n",
	  "10.0.0.1 @a : PSK " GOOD
	  "\n10.0.0.1 @b : PSK \"Xq8#tz!Lw2@pRx9$mKc4\"\n",
	  "", CTL_OK },
	{ "SEC-30", WE, "10.0.0.1 11.0.0.1 : PSK \"secret\"\n",
	  "ipsec.secrets:1:", CTL_OK },
	{ "ACC-34", WE, "10.0.0.1 11.0.0.1 : PSK " GOOD "\n@x : PSK \"\n",
	  "ipsec.secrets:2:10: error: ", CTL_USAGE },
	{ "AUT-04", RSA, "10.0.0.1 11.0.0.1 : PSK " GOOD "\n",
	  "ipsec.conf:1:6: warning: ipsec.secrets has no private key for 10.0.0.1 (us)\n",
	  CTL_OK },
	{ "AUT-04",
	  "conn we\n\tkeyexchange=ikev2\n\tauthby=secret|rsasig\n" ENDS(
		  "10.0.0.1", "11.0.0.1"),
	  "10.0.0.1 11.0.0.1 : PSK " GOOD "\n", "", CTL_OK },
	{ "AUT-19", RSA "\tleftcert=west.pem\n", "", "", CTL_OK },
	{ "AUT-06", RSA "\tleftrsasigkey=" OUR_KEY "\n",
	  "10.0.0.1 11.0.0.1 : PSK " GOOD "\n",
	  "ipsec.conf:6:16: warning: ipsec.secrets has no private key that belongs to this key of ours\n",
	  CTL_OK },
	{ "AUT-06",
	  "conn we\n\tkeyexchange=ikev2\n\tauthby=rsasig|secret\n" ENDS(
		  "10.0.0.1", "11.0.0.1") "\trightrsasigkey=" OUR_KEY "\n",
	  "",
	  "warning: ipsec.secrets has no private key for 10.0.0.1 (us), nor a secret",
	  CTL_OK },
	/* no IKE, no secret */
	{ "CON-", "conn we\n\ttype=drop\n" ENDS("10.0.0.1", "11.0.0.1"), "", "",
	  CTL_OK },
	/* an end that is not ours: nothing can be said */
	{ "SEC-27", PSK "conn we\n" ENDS("10.0.0.9", "11.0.0.1"), "", NEITHER,
	  CTL_OK },
};

static void test_secrets(void **state)
{
	size_t i;
	int code;

	(void)state;
	memset(&ctl, 0, sizeof(ctl));
	for (i = 0; i < N(secrets); i++) {
		folder_put("ipsec.secrets", secrets[i].secrets);
		code = run_text(secrets[i].conf);
		if (code != secrets[i].code ||
		    (secrets[i].says[0] ? !strstr(out, secrets[i].says) :
					  out[0] != '\0'))
			fail_msg("%s: case %zu: %d\n%s", secrets[i].id, i, code,
				 out);
		assert_null(strstr(out, "Vq8#"));
	}
}

/* Which file, and what is said when it cannot be read. */
static void test_secrets_file(void **state)
{
	char path[64];

	(void)state;
	memset(&ctl, 0, sizeof(ctl));
	snprintf(path, sizeof(path), "%s",
		 folder_put_mode("ipsec.secrets",
				 "10.0.0.1 11.0.0.1 : PSK " GOOD "\n", 0644));
	assert_int_equal(run_text(WE), CTL_USAGE); /* ACC-33 */
	assert_non_null(strstr(
		out,
		"ipsec.secrets: error: is open to group or others (mode 0644)\n"));
	assert_int_equal(chmod(path, 0), 0);
	if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS)) {
		assert_int_equal(run_text(WE), CTL_OK);
		assert_non_null(strstr(
			out,
			"ipsec.secrets: note: may not be read: secrets are not checked\n"));
	}
	unlink(path);
	assert_int_equal(run_text(WE), CTL_OK);
	assert_string_equal(out, "");
	ctl.option[FLAG_SECRETS_FILE] = path;
	assert_int_equal(run_text(WE), CTL_USAGE);
	assert_non_null(strstr(out, "ipsec.secrets: error: "));
	ctl.option[FLAG_SECRETS_FILE] = folder_put("other", ": PSK " GOOD "\n");
	assert_int_equal(run_text(WE), CTL_OK);
	assert_string_equal(out, "");
}

/* The host ------------------------------------------------------------------------------------ */

static int add_address(int s, const char *name, const char *addr)
{
	struct ifreq r = { .ifr_flags = 0 };
	struct sockaddr_in sa = { .sin_family = AF_INET };

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	inet_pton(AF_INET, addr, &sa.sin_addr);
	memcpy(&r.ifr_addr, &sa, sizeof(sa));
	if (ioctl(s, SIOCSIFADDR, &r))
		return -1;
	inet_pton(AF_INET, "255.255.255.0", &sa.sin_addr);
	memcpy(&r.ifr_netmask, &sa, sizeof(sa));
	return ioctl(s, SIOCSIFNETMASK, &r);
}

static int make_host(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int s, bad;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) &&
	    unshare(CLONE_NEWNET | CLONE_NEWNS))
		return -1;
	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bad = ioctl(s, SIOCSIFFLAGS, &lo) ||
	      add_address(s, "lo:1", "10.0.0.1") ||
	      add_address(s, "lo:2", "10.0.1.1");
	close(s);
	return bad ||
			       mount(folder_put(
					     "hosts",
					     "10.0.0.1 gw.test\n11.0.0.9 far.test\n10.0.0.1 two.test\n11.0.0.1 two.test\n"),
				     "/etc/hosts", NULL, MS_BIND, NULL) ||
			       mount(folder_put("resolv.conf",
						"nameserver 127.0.0.1\n"),
				     "/etc/resolv.conf", NULL, MS_BIND, NULL) ||
			       mount(folder_put("nsswitch.conf",
						"hosts: files dns\n"),
				     "/etc/nsswitch.conf", NULL, MS_BIND,
				     NULL) ?
		       -1 :
		       0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_secrets_file),
	};

	if (folder_make(NULL))
		return 1;
	if (make_host()) {
		printf("1..0 # SKIP no namespace may be made here: %s\n",
		       strerror(errno));
		return folder_remove(NULL);
	}
	return cmocka_run_group_tests_name("ipsecctl_check", tests, NULL,
					   folder_remove);
}
