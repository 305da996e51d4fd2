// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ daemon/net/ daemon/conn/manual.c daemon/conn/manual_sa.c daemon/conn/manual_policy.c daemon/conn/complain.c daemon/conn/place.c conf/ nl-proto/ daemon/ctl/ipsecctl/ daemon/ctl/client.c */
/* ipsecctl_load.c - files of commands: what they become, and where errors are said to be. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <libmnl/libmnl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ipsecctl/load.h"
#include "ctl/ipsecctl/opts.h"
#include "ctl/ipsecctl/words.h"
#include "nlp.h"

#define K16 "0x000102030405060708090a0b0c0d0e0f"
#define K20 K16 "10111213"
#define K32 K16 "101112131415161718191a1b1c1d1e1f"
#define SA "sa add out esp src 10.0.0.1 dst 11.0.0.1 spi 0x1001 reqid 1 mode tunnel "
#define GCM "enc aes-gcm-16 key " K20
#define SP "policy add out src 10.0.1.0/24 dst 11.0.1.0/24 "

static struct words w;
static struct load l;

static int load(const char *text)
{
	memset(&l, 0, sizeof(l));
	l.name = "f";
	l.len = strlen(text);
	l.text = malloc(l.len + 1);
	memcpy(l.text, text, l.len + 1);
	return load_parse(&l, &w);
}

static void test_good(void **state)
{
	static const struct {
		const char *text;
		size_t requests;
	} cases[] = {
		{ "", 0 },
		{ "\n\n  # nothing\n", 0 },
		{ "# only a comment without an end", 0 },
		{ SA GCM, 1 },
		{ SA GCM "\n" SP "protect esp reqid 1 mode tunnel\n", 2 },
		{ "sa add \\\nout \\\n esp src ::1 dst ::2 spi 256 reqid 1 mode transport " GCM " # why\n", 1 },
		{ SA GCM " esn replay 0 seq 5 df set dscp 46 no-ecn tfc 128 mark 0x10 soft-bytes 1G "
		  "hard-bytes 2G soft-packets 1M soft-add 1h hard-add 8h owner 7 epoch 3 name \"a b\"\n", 1 },
		{ SA GCM " encap udp 4500 4500 follow ttl 64 frag-outer no-pmtu decap-dscp any-inner\n", 1 },
		{ SA "enc null auth sha256 key " K32, 1 },
		{ SA "enc aes key " K16 " auth sha1 key " K20, 1 },
		{ SA "legacy enc 3des key " K16 "1011121314151617 auth md5 key " K16, 1 },
		{ "sa add in ah src 10.0.0.1 dst 11.0.0.1 spi 1000 reqid 2 mode transport auth aes-cmac-96 key " K16, 1 },
		{ "sa flush\npolicy flush\n", 2 },
		{ "sa del id 5\nsa del dst 1.1.1.1 spi 0x500 esp\npolicy del id 7\n", 3 },
		{ "policy del in dst 10.0.0.0/8 prio 5", 1 },
		{ SP "proto tcp sport 1024-65535 dport 80 prio 7 nat-apply pass", 1 },
		{ SP "proto icmp icmp-type 8 code 0 reject", 1 },
		{ SP "mark 0x10/0xff icmp-errors trap ah reqid 9 mode transport", 1 },
		{ SP "hold esp reqid 1 mode tunnel src 1.1.1.1 dst 2.2.2.2 ah reqid 2 mode transport", 1 },
		{ "policy add in src ::/0 drop", 1 },
		{ "sa del id 5\r\n", 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (load(cases[i].text))
			fail_msg("%s\n -> %s", cases[i].text, w.error);
		assert_int_equal(l.batch.count, cases[i].requests);
		load_fini(&l);
	}
}

/* The error begins with its place, and contains a text. */
static const struct {
	const char *text, *place, *says;
} bad[] = {
	{ "sa", "f:1:3: ", "verb is missing" },
	{ "sa ad", "f:1:4: 'ad': ", "did you mean 'add'?" },
	{ "as add", "f:1:1: 'as': ", "did you mean 'sa'?" },
	{ "zzz", "f:1:1: 'zzz': ", "unknown command" },
	{ "\n\n  polcy add", "f:3:3: 'polcy': ", "did you mean 'policy'?" },
	{ "sa list", "f:1:1: ", "a transaction" },
	{ "sa set id 5 dst 1.2.3.4", "f:1:1: ", "a live SA at once" },
	{ "load x", "f:1:1: ", "a transaction" },
	{ "ns set default drop", "f:1:1: ", "a transaction" },
	{ SA, "f:1:", "'enc' is missing" },
	{ SA "enc", "f:1:", "after 'enc'" },
	{ SA "enc foo", "f:1:77: 'foo': ", "ipsecctl algs" },
	{ SA "enc aes-gcm-61 key 0x00", "f:1:77: 'aes-gcm-61': ", "did you mean 'aes-gcm-16'?" },
	{ SA "enc sha256", "f:1:77: 'sha256': ", "for 'auth'" },
	{ SA "auth aes-gcm-16", "f:1:78: 'aes-gcm-16': ", "for 'enc'" },
	{ SA "enc aes-gcm-16", "f:1:", "expected 'key KEY'" },
	{ SA "enc aes-gcm-16 key", "f:1:", "0xHEX, file:PATH" },
	{ SA "enc aes-gcm-16 key 0x0", "f:1:92: '***': ", "whole octets" },
	{ SA "enc aes-gcm-16 key 0x0g", "f:1:92: '***': ", "whole octets" },
	{ SA "enc aes-gcm-16 key " K16, "f:1:92: '***': ", "20 or 28 or 36 octets (the last 4" },
	{ SA "enc aes-gcm-16 key " K32 K32 K32, "f:1:92: '***': ", "at most 68" },
	{ SA "enc aes-gcm-16 key secret", "f:1:92: '***': ", "0xHEX" },
	{ SA "enc aes-gcm-16 key hidden", "f:1:92: 'hidden': ", "dump --secrets" },
	{ SA "enc aes-gcm-16 key file:/nonexistent/k", "f:1:92: ", "cannot open" },
	{ SA "enc aes-gcm-16 key fd:x", "f:1:92: ", "descriptor" },
	{ SA "enc aes-gcm-16 key fd:999", "f:1:92: ", "cannot read" },
	{ SA "enc null key 0x00 auth sha1 key " K20, "f:1:", "null needs no key" },
	{ SA GCM " auth sha1 key " K20, "f:1:", "leave 'auth' out" },
	{ SA "enc aes key " K16, "f:1:", "aes-cbc does not authenticate" },
	{ SA "enc aes key " K16 " auth sha1 key " K16, "f:1:", "hmac-sha1-96 needs 20 octets" },
	{ SA "enc aes key " K16 " auth md5 key " K16, "f:1:", "legacy" },
	{ SA GCM " spi 0x1002", "f:1:", "given twice" },
	{ SA GCM " in", "f:1:", "given twice" },
	{ SA GCM " esn esn", "f:1:", "given twice" },
	{ SA GCM " " K20, "f:1:", "'0x...': unknown word" },
	{ SA GCM " replya 32", "f:1:", "did you mean 'replay'?" },
	{ SA GCM " replay 4097", "f:1:", "outside 0 to 4096" },
	{ SA GCM " replay -1", "f:1:", "packets of the replay window" },
	{ SA GCM " dscp 64", "f:1:", "outside 0 to 63" },
	{ SA GCM " ttl 256", "f:1:", "outside 0 to 255" },
	{ SA GCM " soft-bytes 1X", "f:1:", "octets, as in" },
	{ SA GCM " soft-bytes 99999999999999999999", "f:1:", "octets, as in" },
	{ SA GCM " soft-bytes 99999999999T", "f:1:", "octets, as in" },
	{ SA GCM " soft-bytes 2G hard-bytes 1G", "f:1:", "'soft-bytes' is beyond" },
	{ SA GCM " soft-add 1w", "f:1:", "a time" },
	{ SA GCM " soft-add 9999999d", "f:1:", "outside 0 to 4294967295" },
	{ SA GCM " encap tcp 1 2", "f:1:", "udp SPORT DPORT" },
	{ SA GCM " encap udp 4500", "f:1:", "udp SPORT DPORT" },
	{ SA GCM " encap udp 4500 0", "f:1:", "outside 1 to 65535" },
	{ SA GCM " encap udp 4500 65536", "f:1:", "outside 1 to 65535" },
	{ SA GCM " oif nosuchdev0", "f:1:", "no network device" },
	{ SA GCM " df maybe", "f:1:", "copy, set or clear" },
	{ SA GCM " name 123456789012345678901234567890123", "f:1:", "1 to 32 octets" },
	{ SA GCM " name \"\"", "f:1:", "1 to 32 octets" },
	{ SA GCM " name \"a\nb\"", "f:1:", "quote is not closed" },
	{ SA GCM " min 5", "f:1:", "has no place in this command" },
	{ "sa add out esp src 10.0.0.1 dst ::1 spi 0x1001 reqid 1 mode tunnel " GCM, "f:1:", "different address families" },
	{ "sa add out esp src 10.0.0.1/32", "f:1:20: ", "an IPv4 or IPv6 address" },
	{ "sa add out esp src 10.0.0.1 dst 11.0.0.1 spi 255", "f:1:46: '255': ", "outside 256" },
	{ "sa add out esp src 10.0.0.1 dst 11.0.0.1 spi 0x", "f:1:46: '0x': ", "an SPI" },
	{ "sa add out esp src 10.0.0.1 dst 11.0.0.1 spi 0x1001 reqid 0", "f:1:59: '0': ", "outside 1" },
	{ "sa add esp src 10.0.0.1 dst 11.0.0.1 spi 0x1001 reqid 1 mode tunnel " GCM, "f:1:", "'in' or 'out' is missing" },
	{ "sa add out src 10.0.0.1 dst 11.0.0.1 spi 0x1001 reqid 1 mode tunnel " GCM, "f:1:", "'esp' or 'ah' is missing" },
	{ "sa add out ah src 10.0.0.1 dst 11.0.0.1 spi 0x1001 reqid 1 mode tunnel " GCM, "f:1:", "AH does not encrypt" },
	{ "sa del", "f:1:", "expected 'id N'" },
	{ "sa del dst 1.1.1.1", "f:1:", "'spi' is missing" },
	{ "sa del dst 1.1.1.1 spi 256", "f:1:", "'esp' or 'ah' is missing" },
	{ "sa del id 0", "f:1:11: '0': ", "outside 1" },
	{ "sa flush replay 1", "f:1:10: 'replay': ", "has no place" },
	{ "policy", "f:1:7: ", "verb is missing" },
	{ "policy add", "f:1:11: ", "'in' or 'out' is missing" },
	{ "policy add out", "f:1:15: ", "an action is missing" },
	{ "policy add out drop", "f:1:20: ", "'src' or 'dst' is missing" },
	{ SP, "f:1:", "an action is missing" },
	{ SP "protect", "f:1:", "a template is missing after 'protect'" },
	{ SP "protect reqid 1", "f:1:", "expected 'esp' or 'ah'" },
	{ SP "protect esp", "f:1:", "'reqid' is missing" },
	{ SP "protect esp reqid 1", "f:1:", "'mode' is missing" },
	{ SP "protect esp ah reqid 1 mode tunnel", "f:1:", "'reqid' is missing" },
	{ SP "protect esp reqid 1 mode tunnel foo", "f:1:", "unknown word" },
	{ SP "protect esp reqid 1 reqid 2 mode tunnel", "f:1:", "given twice" },
	{ SP "protect esp reqid 1 mode tunnel src 1.1.1.1 dst ::1", "f:1:", "different address families" },
	{ SP "protect esp reqid 1 mode tunnel esp reqid 1 mode tunnel esp reqid 1 mode tunnel esp", "f:1:", "more than 3" },
	{ SP "drop prio 5", "f:1:", "nothing may follow 'drop'" },
	{ SP "dorp", "f:1:", "did you mean 'drop'?" },
	{ SP "sport 80 drop", "f:1:", "need a 'proto'" },
	{ SP "proto gre dport 80 drop", "f:1:", "need a 'proto'" },
	{ SP "proto tpc dport 80 drop", "f:1:", "did you mean 'tcp'?" },
	{ SP "proto 256 drop", "f:1:", "outside 0 to 255" },
	{ SP "proto tcp dport 80-70 drop", "f:1:", "a port or a range" },
	{ SP "proto tcp dport 65536 drop", "f:1:", "a port or a range" },
	{ SP "proto tcp dport http drop", "f:1:", "a port or a range" },
	{ SP "proto icmp icmp-type 256 drop", "f:1:", "an ICMP type" },
	{ SP "proto icmp sport 300 drop", "f:1:", "at most 255" },
	{ SP "proto icmp code 0 drop", "f:1:", "needs an 'icmp-type'" },
	{ SP "mark 0x100/0xff drop", "f:1:", "outside its mask" },
	{ SP "mark x drop", "f:1:", "MARK/MASK" },
	{ SP "mark 0x1ffffffff drop", "f:1:", "outside" },
	{ "policy add out src 10.0.1.1/24", "f:1:20: ", "bits after it" },
	{ "policy add out src 10.0.1.0/33", "f:1:20: ", "too long" },
	{ "policy add out src 10.0.1.0/x", "f:1:20: ", "a prefix" },
	{ "policy add out src 10.0.1.0/", "f:1:20: ", "a prefix" },
	{ "policy add out src 10.0.0.0/8 dst ::/0 drop", "f:1:", "different address families" },
	{ "sa \x01", "f:1:4: ", "control character" },
	{ "sa flush\nsa \\\n  dle id 1\n", "f:3:3: 'dle': ", "did you mean 'del'?" },
	{ "sa flush\n# c\n\tsa flush x\n", "f:3:11: 'x': ", "unknown word" },
};

static void test_bad(void **state)
{
	size_t i, wrong = 0;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		bool refused = load(bad[i].text) != 0;

		if (!refused || strncmp(w.error, bad[i].place, strlen(bad[i].place)) ||
		    !strstr(w.error, bad[i].says)) {
			print_error("%s\n -> %s\n    not %s... %s\n", bad[i].text,
				    refused ? w.error : "accepted", bad[i].place, bad[i].says);
			wrong++;
		}
		/* what was a key is never said */
		assert_null(strstr(w.error, "000102"));
		load_fini(&l);
	}
	assert_int_equal(wrong, 0);
}

static void test_stdin_key(void **state)
{
	(void)state;
	memset(&l, 0, sizeof(l));
	l.name = "standard input";
	l.from_stdin = true;
	l.text = strdup(SA "enc aes-gcm-16 key -");
	l.len = strlen(l.text);
	assert_int_not_equal(load_parse(&l, &w), 0);
	assert_non_null(strstr(w.error, "being loaded"));
	load_fini(&l);
}

static void test_too_many_words(void **state)
{
	char text[4096] = "";
	int i;

	(void)state;
	for (i = 0; i < WORDS_MAX + 1; i++)
		strcat(text, "x ");
	assert_int_not_equal(load(text), 0);
	assert_non_null(strstr(w.error, "more than 256 words"));
	load_fini(&l);
}

static void test_missing_file(void **state)
{
	(void)state;
	memset(&l, 0, sizeof(l));
	assert_true(load_read(&l, "/nonexistent/file") < 0);
	assert_true(load_read(&l, "/") < 0);
	load_fini(&l);
}

/* Print what was loaded, load what was printed: the same request. */
static void there_and_back(const char *text)
{
	static struct nlp_msg msg;
	char *out = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&out, &n);
	struct nlp_batch first;
	unsigned int i;

	assert_int_equal(load(text), 0);
	first = l.batch;
	memset(&l.batch, 0, sizeof(l.batch));
	load_fini(&l);
	assert_int_equal(nlp_decode((void *)first.buf, &msg), 0);
	if (msg.have & 1U << NFI_A_SA) {
		fputs("sa add", f);
		opts_print(f, NLP_SA, &msg.sa, true);
	} else {
		fputs("policy add", f);
		opts_print(f, NLP_SP, &msg.sp, true);
	}
	for (i = 0; i < msg.sp.ntmpl; i++)
		opts_print(f, NLP_TMPL, &msg.sp.tmpl[i], true);
	fclose(f);
	if (load(out))
		fail_msg("%s\n -> %s", out, w.error);
	assert_int_equal(l.batch.len, first.len);
	assert_memory_equal(l.batch.buf, first.buf, first.len);
	load_fini(&l);
	nlp_batch_free(&first);
	free(out);
}

static void test_print(void **state)
{
	(void)state;
	there_and_back(SA GCM);
	there_and_back(SA GCM " esn replay 0 seq 5 df set dscp 46 no-ecn tfc 128 mark 0x10 soft-bytes 1G "
		     "hard-packets 7 soft-add 1h hard-use 1d owner 7 epoch 3 name \"a b\" ttl 3");
	there_and_back(SA GCM " encap udp 4500 10000 follow hidetos frag-outer no-pmtu decap-dscp any-inner");
	there_and_back(SA "enc null auth sha256 key " K32);
	there_and_back(SA "enc aes key " K16 " auth aescmac key " K16);
	there_and_back("sa add in ah src ::1 dst ::2 spi 1000 reqid 2 mode transport legacy auth md5 key " K16);
	there_and_back(SP "proto udp sport 5-9 dport 53 prio 0 mark 1/0xf nat-apply name x pass");
	there_and_back(SP "proto icmp icmp-type 0 code 3 icmp-errors optional owner 1 epoch 2 drop");
	there_and_back(SP "proto 99 hold esp reqid 1 mode tunnel src 1.1.1.1 dst 2.2.2.2 ah reqid 2 mode transport");
	there_and_back("policy add in src ::/0 dst 2001:db8::/32 proto icmpv6 icmp-type 128-137 trap ah reqid 2 mode tunnel");
}

static void test_hidden(void **state)
{
	static struct nfi_sa_msg sa;
	char *out = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&out, &n);

	(void)state;
	sa.enc_alg = NFI_ENC_AES_GCM_16;
	sa.enc_key.len = 20;
	memset(sa.enc_key.b, 0xab, 20);
	nlp_mark(&sa, NFI_SA_ENC_ALG);
	nlp_mark(&sa, NFI_SA_ENC_KEY);
	opts_print(f, NLP_SA, &sa, false);
	fclose(f);
	assert_string_equal(out, " enc aes-gcm-16 key hidden");
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),	     cmocka_unit_test(test_bad),
		cmocka_unit_test(test_stdin_key),    cmocka_unit_test(test_too_many_words),
		cmocka_unit_test(test_missing_file), cmocka_unit_test(test_print),
		cmocka_unit_test(test_hidden),
	};

	return cmocka_run_group_tests_name("ipsecctl_load", tests, NULL, NULL);
}
