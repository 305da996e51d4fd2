// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ daemon/net/ daemon/conn/manual.c daemon/conn/manual_sa.c daemon/conn/manual_policy.c daemon/conn/complain.c daemon/conn/place.c conf/ nl-proto/ daemon/ctl/ipsecctl/ daemon/ctl/client.c */
/* ipsecctl_manual.c - manual --union, eroute and spi, called as the program is, as far as no kernel is needed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sched.h>

#include "call.h"
#include "ctl/ipsecctl/klips.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define LONG \
	"n1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
#define UNION "manual --config $D/f --iam 127.0.0.1 --showonly --union "
#define EROUTE "eroute --add --src 10.0.1.0/24 --dst 11.0.1.0/24 "
#define SPI \
	"spi --said esp0x250@11.0.0.1 --src 10.0.0.1 --esp aes-gcm-16 --dir out --enckey 0x0f2d4b6988a7c6e503214365870bcdef11223344 "

/* CMD-30, LIT-23: sections together, in any order, are one connection of one name. */
static void test_union(void **state)
{
	static char up[sizeof(out)];
	static const struct {
		const char *command, *said;
	} wrong[] = {
		{ UNION "--up ends keys nonsuch",
		  "did not find conn section 'nonsuch'" },
		{ UNION "--up ends keys twice",
		  "duplicated parameter 'left' in 'union.ends.keys.twice'" },
		{ UNION "--up ends", "neither esp= nor ah=" },
		{ UNION "--up ends 9keys",
		  "'9keys' is not the name of a section" },
		{ UNION "--up ends keys\n\ttype=pass",
		  "is not the name of a section" },
		{ UNION "--down " LONG " " LONG " " LONG,
		  "more than 255 octets together" },
	};
	size_t i;

	(void)state;
	folder_put(
		"f",
		"conn ends\n\tleft=127.0.0.1\n\tright=11.0.0.1\nconn keys\n\tspi=0x200\n\tah=hmac-sha1-96\n"
		"\tahkey=0x102132435465768798a9bacbdcedfe0f01020304\nconn twice\n\tleft=127.0.0.2\n");
	assert_int_equal(call(UNION "--up ends keys"), 0);
	assert_non_null(strstr(out, "# conn union.ends.keys: up\n"));
	assert_non_null(strstr(
		out,
		"sa add out ah src 127.0.0.1 dst 11.0.0.1 spi 0x00000200"));
	strcpy(up, out);
	assert_int_equal(call(UNION "--up keys ends"), 0);
	assert_string_equal(out, up);
	for (i = 0; i < N(wrong); i++) {
		int code = call(wrong[i].command);

		if (!code || !strstr(err, wrong[i].said))
			fail_msg("%s: %d, %s", wrong[i].command, code, err);
		assert_null(strstr(out, "sa add"));
		assert_null(strstr(err, "10213243"));
	}
}

/* CMD-50 to CMD-54, MAG-15: what is wrong in the words is said before the kernel is asked, and no key is. */
static void test_words(void **state)
{
	static const struct {
		const char *command, *said;
	} wrong[] = {
		{ "eroute add", "src and dst are needed" },
		{ "eroute --src 10.0.1.0/24",
		  "expected add, replace, del or clear" },
		{ "eroute --add --src 10.0.1.1/24 --dst 11.0.1.0/24 --said %drop",
		  "expected a network" },
		{ EROUTE, "said is needed" },
		{ EROUTE "--edst 11.0.0.1 --proto esp", "said is needed" },
		{ EROUTE "--edst 11.0.0.1 --spi 0x200 --proto tun",
		  "expected an SAID" },
		{ EROUTE "--said %trap", "without the daemon" },
		{ EROUTE "--said %trapsubnet", "without the daemon" },
		{ EROUTE "--said %hold", "without the daemon" },
		{ EROUTE "--said %maybe", "expected an SAID" },
		{ EROUTE "--said %drop --dst-port 80",
		  "transport-proto is needed" },
		{ EROUTE "--said %drop --transport-proto tcp",
		  "transport-proto is needed" },
		{ EROUTE "--said %drop --transport-proto 256",
		  "transport-proto is needed" },
		{ EROUTE "--said %drop --transport-proto 6 --dst-port 65536",
		  "src-port and dst-port are numbers" },
		{ EROUTE "--said %drop --transport-proto 6 --src-port http",
		  "src-port and dst-port are numbers" },
		{ "eroute frobnicate", "unknown word" },
		{ "spi --said esp0x250@11.0.0.1", "src and one of esp and ah" },
		{ "spi --said esp0x50@11.0.0.1 --del", "expected an SAID" },
		{ "spi --ip4 --src 10.0.0.1", "mode tunnel" },
		{ "spi --ip6 --src 10.0.0.1", "mode tunnel" },
		{ "spi --comp deflate", "no compression" },
		{ SPI "--life soft-allocations=5",
		  "allocations are not counted" },
		{ SPI "--life soft-bytes", "expected soft- or hard-" },
		{ SPI "--life soft-bytes=", "above 0" },
		{ SPI "--life bytes=5", "expected soft- or hard-" },
		{ SPI "--life hard-bytes=0", "above 0" },
		{ SPI "--life hard-addtime=1h", "above 0" },
		{ SPI "--replay_window 65", "expected 0 to 64" },
		{ "spigrp --said esp0x250@11.0.0.1",
		  "a policy names what is applied together" },
		{ "tncfg --attach --virtual ipsec0 --physical eth0",
		  "there is no device ipsecN" },
		{ "klipsdebug --set spi", "there are no flags" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(wrong); i++) {
		int code = call(wrong[i].command);

		if (code != 1 || !strstr(err, wrong[i].said))
			fail_msg("%s: %d, %s", wrong[i].command, code, err);
		assert_null(strstr(err, "0f2d4b69"));
	}
}

/* MAG-16, too: what is right gets as far as the kernel, which may have no module; in a namespace of its own, if it has. */
static void test_kernel_asked(void **state)
{
	static const char *const right[] = {
		EROUTE "--eraf inet --said %passthrough4",
		EROUTE
		"--said %drop --transport-proto 6 --src-port 0 --dst-port 80",
		EROUTE "--af inet --edst 11.0.0.1 --spi 0x200 --proto esp",
		"eroute --replace --src=10.0.1.0/24 --dst=11.0.1.0/24 --said=esp.200@11.0.0.1",
		SPI "--life soft-bytes=1000,hard-addtime=3600",
	};
	size_t i;

	(void)state;
	if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
		print_message("# SKIP no namespace can be made\n");
		skip();
	}
	for (i = 0; i < N(right); i++)
		if (call(right[i]) == 1)
			fail_msg("%s: %s", right[i], err);
}

static void test_life(void **state)
{
	struct nfi_sa_msg sa = { .id = 0 };

	(void)state;
	assert_null(klips_parse_life(
		"soft-bytes=1,hard-bytes=2,soft-packets=3,hard-packets=4,soft-addtime=5,hard-addtime=6,"
		"soft-usetime=7,hard-usetime=0x8",
		&sa));
	assert_int_equal(sa.soft_bytes, 1);
	assert_int_equal(sa.hard_bytes, 2);
	assert_int_equal(sa.soft_packets, 3);
	assert_int_equal(sa.hard_packets, 4);
	assert_int_equal(sa.soft_add, 5);
	assert_int_equal(sa.hard_add, 6);
	assert_int_equal(sa.soft_use, 7);
	assert_int_equal(sa.hard_use, 8);
	assert_true(nlp_has(&sa, NFI_SA_SOFT_BYTES) &&
		    nlp_has(&sa, NFI_SA_HARD_USE));
	assert_false(nlp_has(&sa, NFI_SA_SPI));
	assert_non_null(
		klips_parse_life("soft-bytes=1000000000000000000000000", &sa));
	assert_non_null(klips_parse_life("soft-bytes=1;hard-bytes=2", &sa));
	assert_non_null(klips_parse_life(",", &sa));
	assert_null(klips_parse_life("", &sa));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_union),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_kernel_asked),
	};

	return cmocka_run_group_tests_name("ipsecctl_manual", tests,
					   folder_make, folder_remove);
}
