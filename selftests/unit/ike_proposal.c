// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * links: daemon/base/ daemon/crypto/ conf/ daemon/ike/proposal.c daemon/ike/offer.c daemon/ike/offer_text.c
 */
/* ike_proposal.c - offers made of the configuration and of defaults, choosing among those of stock peers, differences. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/diag.h"
#include "crypto/alg.h"
#include "ike/payload.h"

enum { PFS = 1, LEGACY = 2, ESN = 4, NO_ESN = 8 };

static const char *culprit;
static char buf[2048];

/* "ike=aes256-sha256-modp2048" as offer; "ike", "esp", "ah": the defaults. */
static enum reason make(const char *line, unsigned int flags, struct offer *o)
{
	struct offer_conf conf = {
		.proto = !strncmp(line, "ike", 3) ? IKE_PROTO_IKE :
			 !strncmp(line, "ah", 2)  ? IKE_PROTO_AH :
						    IKE_PROTO_ESP,
		.legacy = flags & LEGACY,
		.pfs = flags & PFS,
		.esn = flags & ESN    ? ESN_WANT_YES :
		       flags & NO_ESN ? ESN_WANT_NO :
					ESN_WANT_EITHER,
	};
	enum conf_kw kw = conf.proto == IKE_PROTO_IKE ? KW_IKE :
			  conf.proto == IKE_PROTO_AH  ? KW_AH :
							KW_ESP;
	char text[1024];
	struct conf *c = NULL;
	enum reason r;

	if (strchr(line, '=')) {
		snprintf(text, sizeof(text), "conn a\n\t%s\n", line);
		c = conf_parse(text, strlen(text), "f", NULL);
		if (!conf_get(conf_conn_at(c, 0), kw, SIDE_NONE)->set)
			fail_msg("%s: does not parse", line);
		conf.props =
			conf_get(conf_conn_at(c, 0), kw, SIDE_NONE)->u.props;
	}
	r = offer_from_conf(&conf, o, &culprit);
	if (c)
		conf_free(c);
	return r;
}

static void test_from_conf(void **state)
{
	static const struct {
		const char *line;
		unsigned int flags;
		const char *want;
	} cases[] = {
		{ "ike=aes256-sha256-modp2048", 0,
		  "aes256-sha256-modp2048-prfsha256" },
		{ "ike=aes128gcm16-prfsha384-ecp384!", 0,
		  "aes128gcm16-prfsha384-ecp384" },
		{ "ike=aes_gcm256-sha2_256;dh31", 0,
		  "aes256gcm16-x25519-prfsha256" },
		{ "esp=aes256gcm16", 0, "aes256gcm16-esn-noesn" },
		{ "esp=aes256gcm16", ESN, "aes256gcm16-esn" },
		{ "esp=aes256gcm16-noesn", 0, "aes256gcm16-noesn" },
		{ "esp=aes128-sha1-modp2048", PFS | NO_ESN,
		  "aes128-sha1-modp2048-noesn" },
		{ "esp=aes128-sha1-modp2048", NO_ESN, "aes128-sha1-noesn" },
		{ "esp=aes-sha1", NO_ESN, "aes256-aes128-sha1-noesn" },
		{ "esp=chacha20poly1305", NO_ESN, "chacha20-poly1305-noesn" },
		{ "esp=aes128", NO_ESN, "aes128-sha256-sha512-sha384-noesn" },
		{ "esp=3des-md5-96", LEGACY | NO_ESN,
		  "3des-md5-noesn" }, /* CON-: FreeS/WAN's own */
		{ "esp=3des-md5-96,aes128-sha1", NO_ESN, "aes128-sha1-noesn" },
		{ "ah=hmac-sha1-96", NO_ESN, "sha1-noesn" },
		{ "esp=null-sha256", NO_ESN, "null-sha256-noesn" },
		{ "esp", NO_ESN,
		  "aes256gcm16-aes128gcm16-noesn, aes256-aes128-sha256-sha512-sha384-noesn, chacha20-poly1305-noesn" },
		{ "ah", NO_ESN, "sha256-sha512-sha384-noesn" },
		{ "ike", 0,
		  "aes256gcm16-aes128gcm16-prfsha512-prfsha256-prfsha384-x25519-ecp256-ecp384-modp2048-modp3072-modp4096, "
		  "aes256-aes128-sha256-sha512-sha384-prfsha512-prfsha256-prfsha384-x25519-ecp256-ecp384-modp2048-"
		  "modp3072-modp4096, "
		  "chacha20-poly1305-prfsha512-prfsha256-prfsha384-x25519-ecp256-ecp384-modp2048-modp3072-modp4096" },
	};
	struct offer o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(make(cases[i].line, cases[i].flags, &o),
				 R_NONE);
		assert_string_equal(offer_text(&o, buf, sizeof(buf)),
				    cases[i].want);
	}
	assert_int_equal(make("esp", PFS, &o), R_NONE);
	assert_true(offer_has_group(&o, 31));
	assert_true(offer_has_group(&o, 0)); /* or none */
	assert_int_equal(offer_group(&o), 31);
}

static void test_not_usable(void **state)
{
	static const struct {
		const char *line, *culprit;
	} cases[] = {
		{ "esp=3des-md5-96", "3des-cbc" },
		{ "ike=3des-sha1-modp2048", "3des-cbc" },
		{ "ike=aes128-sha1-modp1024", "modp1024" },
		{ "ike=aes128-md5-modp2048", "hmac-md5-96" },
		{ "ah=hmac-md5-96", "hmac-md5-96" },
	};
	struct offer o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(make(cases[i].line, 0, &o), R_ALG_UNUSABLE);
		assert_string_equal(culprit, cases[i].culprit);
		assert_int_equal(o.nproposals, 0);
		assert_int_equal(make(cases[i].line, LEGACY, &o), R_NONE);
	}
	alg_disable(ALG_TYPE_KE, 20, "test");
	assert_int_equal(make("ike=aes128-sha1-ecp384", 0, &o), R_ALG_UNUSABLE);
}

/* What stock peers send, peers.md 4.1 and 4.2; keys of the spelling are those of ike= and esp=. */
#define STRONGSWAN_IKE                                                                                                 \
	"ike=aes128-aes192-aes256-sha256-sha384-sha512-sha1-aesxcbc-prfsha256-prfsha384-prfsha512-prfaesxcbc-prfsha1-" \
	"x25519-x448-ecp256-ecp384-ecp521-modp3072-modp4096-modp6144-modp8192-modp2048,aes128gcm16-aes192gcm16-"       \
	"aes256gcm16-prfsha256-prfsha384-prfsha512-prfsha1-x25519-x448-ecp256-modp3072-modp2048"
#define LIBRESWAN_IKE                                                                                          \
	"ike=aes256gcm16-prfsha512-prfsha256-modp2048-modp3072-modp4096-modp8192-ecp256-ecp384-ecp521-x25519," \
	"aes128gcm16-prfsha512-prfsha256-modp2048-modp3072-modp4096-modp8192-ecp256-ecp384-ecp521-x25519,"     \
	"aes256-sha512-sha256-prfsha512-prfsha256-modp2048-x25519,aes128-sha512-sha256-prfsha512-prfsha256-modp2048"
#define STRONGSWAN_ESP \
	"esp=aes128gcm16-aes192gcm16-aes256gcm16-noesn,aes128-aes192-aes256-sha256-sha384-sha1-noesn"
#define LIBRESWAN_ESP \
	"esp=aes256gcm16-esn-noesn,aes128gcm16-esn-noesn,aes256-sha512-sha256-esn-noesn,aes128-sha512-sha256-esn-noesn"

static void test_choose(void **state)
{
	static const struct {
		const char *theirs, *ours;
		unsigned int theirs_flags, ours_flags;
		uint16_t group;
		enum reason reason;
		const char *choice;
		uint8_t num;
	} cases[] = {
		{ STRONGSWAN_IKE, "ike", LEGACY, 0, 31, R_NONE,
		  "aes256gcm16-prfsha512-x25519", 2 },
		{ LIBRESWAN_IKE, "ike", LEGACY, 0, 14, R_NONE,
		  "aes256gcm16-prfsha512-modp2048", 1 },
		{ STRONGSWAN_ESP, "esp", 0, 0, 0, R_NONE, "aes256gcm16", 1 },
		{ STRONGSWAN_ESP, "esp", 0, PFS, 0, R_NONE, "aes256gcm16",
		  1 }, /* no PFS with strongSwan 5.9.8 */
		{ LIBRESWAN_ESP, "esp", 0, 0, 0, R_NONE, "aes256gcm16-esn", 1 },
		{ "esp=aes256gcm16-modp2048", "esp", PFS, PFS, 14, R_NONE,
		  "aes256gcm16-modp2048-esn", 1 },
		/* the order is ours */
		{ "ike=aes128-sha1-modp2048,aes256-sha256-modp2048",
		  "ike=aes256-sha256-modp2048,aes128-sha1-modp2048", 0, 0, 14,
		  R_NONE, "aes256-prfsha256-sha256-modp2048", 2 },
		/* but for the group that came, if it is good enough */
		{ "ike=aes128-sha1-modp2048-x25519",
		  "ike=aes128-sha1-x25519-modp2048", 0, 0, 14, R_NONE,
		  "aes128-prfsha1-sha1-modp2048", 1 },
		{ "ike=aes128-sha1-modp2048-x25519", "ike=aes128-sha1-x25519",
		  0, 0, 14, R_GROUP, "aes128-prfsha1-sha1-x25519", 1 },
		{ "ike=aes128-sha1-modp2048", "ike=aes128-sha1-modp2048", 0, 0,
		  0, R_GROUP, "aes128-prfsha1-sha1-modp2048", 1 },
		/* PFS: only one end insists */
		{ "esp=aes128-sha1-modp2048", "esp=aes128-sha1", PFS, 0, 14,
		  R_NO_PROPOSAL, "", 0 },
		{ "esp=aes128-sha1", "esp=aes128-sha1-modp2048", 0, PFS, 0,
		  R_NO_PROPOSAL, "", 0 },
		{ "esp=aes128-sha1-modp2048-modpnone", "esp=aes128-sha1", PFS,
		  0, 14, R_NONE, "aes128-sha1-esn", 1 },
		/* one kind differs */
		{ "ike=aes128-sha1-modp2048", "ike=aes256-sha1-modp2048", 0, 0,
		  14, R_NO_PROPOSAL, "", 0 },
		{ "ike=aes128-sha1-modp2048", "ike=aes128-sha256-modp2048", 0,
		  0, 14, R_NO_PROPOSAL, "", 0 },
		{ "ike=aes128-sha1-modp2048", "ike=aes128-sha1-modp3072", 0, 0,
		  14, R_NO_PROPOSAL, "", 0 },
		{ "ike=aes128gcm16-prfsha1-modp2048",
		  "ike=aes128gcm16-prfsha256-modp2048", 0, 0, 14, R_NO_PROPOSAL,
		  "", 0 },
		{ "esp=aes128gcm16", "esp=aes128gcm12", 0, 0, 0, R_NO_PROPOSAL,
		  "", 0 },
		{ "esp=aes128gcm16-esn", "esp=aes128gcm16-noesn", 0, 0, 0,
		  R_NO_PROPOSAL, "", 0 },
		{ "esp=aes128-sha1", "esp=aes128gcm16", 0, 0, 0, R_NO_PROPOSAL,
		  "", 0 },
		{ "ah=hmac-sha1-96", "esp=null-sha1", 0, 0, 0, R_NO_PROPOSAL,
		  "", 0 },
		/* halves of two proposals are no proposal */
		{ "esp=aes128-sha1,aes256-sha256", "esp=aes128-sha256", 0, 0, 0,
		  R_NO_PROPOSAL, "", 0 },
	};
	struct offer theirs, ours;
	struct choice c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		make(cases[i].theirs, cases[i].theirs_flags, &theirs);
		make(cases[i].ours, cases[i].ours_flags, &ours);
		if (proposal_choose(&theirs, &ours, cases[i].group, &c) !=
		    cases[i].reason)
			fail_msg("%s | %s", cases[i].theirs, cases[i].ours);
		assert_int_equal(c.num, cases[i].num);
		if (cases[i].num)
			assert_string_equal(choice_text(&c, buf, sizeof(buf)),
					    cases[i].choice);
	}
}

/* Key lengths, attributes and types that a configuration cannot say. */
static void test_choose_odd(void **state)
{
	struct offer theirs, ours;
	struct choice c;

	(void)state;
	make("esp=aes128-sha1", NO_ESN, &ours);
	theirs = ours;
	assert_int_equal(proposal_choose(&theirs, &ours, 0, &c), R_NONE);
	theirs.t[0].keybits = 0; /* AES without a length, RFC 7296 3.3.5 */
	assert_int_equal(proposal_choose(&theirs, &ours, 0, &c), R_NO_PROPOSAL);
	theirs = ours;
	theirs.t[0].odd = true;
	assert_int_equal(proposal_choose(&theirs, &ours, 0, &c), R_NO_PROPOSAL);
	theirs = ours;
	offer_add_transform(&theirs, 6, 1,
			    0); /* an additional key exchange of RFC 9370 */
	assert_int_equal(proposal_choose(&theirs, &ours, 0, &c), R_NO_PROPOSAL);
	theirs.t[theirs.ntransforms - 1].type = 0;
	assert_int_equal(proposal_choose(&theirs, &ours, 0, &c), R_NO_PROPOSAL);
	theirs = ours;
	theirs.p[0].n--; /* without ESN: none */
	assert_int_equal(proposal_choose(&theirs, &ours, 0, &c), R_NONE);
	assert_false(c.esn);
	theirs.p[0].n = 0;
	assert_int_equal(proposal_choose(&theirs, &ours, 0, &c), R_NO_PROPOSAL);
	theirs.nproposals = 0;
	assert_int_equal(proposal_choose(&theirs, &ours, 0, &c), R_NO_PROPOSAL);
	make("esp=chacha20poly1305", NO_ESN, &ours);
	theirs = ours;
	theirs.t[0].keybits = 256; /* superfluous, but true */
	assert_int_equal(proposal_choose(&theirs, &ours, 0, &c), R_NONE);
	make("ah=hmac-sha1-96", NO_ESN, &ours);
	theirs = ours;
	assert_int_equal(proposal_choose(&theirs, &ours, 0, &c), R_NONE);
	assert_int_equal(c.encr, 0);
	assert_int_equal(c.integ, 2);
}

static void test_accept(void **state)
{
	struct offer sent, reply;
	struct choice c, d;
	unsigned int i;

	(void)state;
	make(LIBRESWAN_ESP, 0, &sent);
	make("esp", 0, &reply);
	assert_int_equal(proposal_choose(&sent, &reply, 0, &c), R_NONE);
	proposal_answer(&c, "abcd", 4, &reply);
	assert_int_equal(proposal_accept(&sent, &reply, &d), R_NONE);
	assert_memory_equal(d.spi, "abcd", 4);
	memcpy(c.spi, d.spi, sizeof(c.spi));
	c.spi_len = 4;
	assert_memory_equal(&c, &d, sizeof(c));
	for (i = 0; i < reply.ntransforms;
	     i++) { /* each changed, taken away, doubled */
		struct offer bad = reply;

		bad.t[i].id ^= 1;
		if (bad.t[i].type != ALG_TYPE_ESN) /* both are offered */
			assert_int_equal(proposal_accept(&sent, &bad, &d),
					 R_BAD_CHOICE);
		bad = reply;
		bad.t[i].odd = true;
		assert_int_equal(proposal_accept(&sent, &bad, &d),
				 R_BAD_CHOICE);
		bad = reply;
		bad.t[i] = bad.t[i ? 0 : 1];
		assert_int_equal(proposal_accept(&sent, &bad, &d),
				 R_BAD_CHOICE);
		bad = reply;
		bad.t[i].type = 7;
		assert_int_equal(proposal_accept(&sent, &bad, &d),
				 R_BAD_CHOICE);
	}
	reply.t[0].keybits = 192;
	assert_int_equal(proposal_accept(&sent, &reply, &d), R_BAD_CHOICE);
	proposal_answer(&c, "abcd", 4, &reply);
	reply.p[0].num = 2; /* of AES-128 */
	assert_int_equal(proposal_accept(&sent, &reply, &d), R_BAD_CHOICE);
	reply.p[0].num = 9;
	assert_int_equal(proposal_accept(&sent, &reply, &d), R_BAD_CHOICE);
	proposal_answer(&c, "abcd", 4, &reply);
	reply.p[0].proto = IKE_PROTO_AH;
	assert_int_equal(proposal_accept(&sent, &reply, &d), R_BAD_CHOICE);
	assert_int_equal(proposal_accept(&sent, &sent, &d),
			 R_BAD_CHOICE); /* all of them */
	reply.nproposals = 0;
	assert_int_equal(proposal_accept(&sent, &reply, &d), R_BAD_CHOICE);
	/* a group was offered, or none: both are answers */
	make("esp=aes128-sha1-modp2048-modpnone", PFS | NO_ESN, &sent);
	make("esp=aes128-sha1", NO_ESN, &reply);
	assert_int_equal(proposal_accept(&sent, &reply, &d), R_NONE);
	make("esp=aes128-sha1-modp2048", PFS | NO_ESN, &sent);
	assert_int_equal(proposal_accept(&sent, &reply, &d), R_BAD_CHOICE);
}

static void test_groups(void **state)
{
	struct offer o;

	(void)state;
	make("ike", 0, &o);
	assert_int_equal(offer_group(&o), 31);
	assert_true(proposal_may_switch(&o, 31, 14));
	assert_false(proposal_may_switch(&o, 31, 31)); /* it was sent */
	assert_false(
		proposal_may_switch(&o, 31, 2)); /* not offered: no downgrade */
	assert_false(proposal_may_switch(&o, 31, 0));
	offer_prefer_group(&o, 15);
	assert_int_equal(offer_group(&o), 15);
	make("ike=aes128-sha256-x25519-ecp256-modp2048", 0, &o);
	offer_prefer_group(&o, 14);
	assert_string_equal(offer_text(&o, buf, sizeof(buf)),
			    "aes128-sha256-modp2048-x25519-ecp256-prfsha256");
	offer_prefer_group(&o, 5);
	assert_int_equal(offer_group(&o), 14);
	make("esp", PFS, &o);
	{
		struct offer first;

		offer_for(&o, OFFER_FIRST, &first);
		assert_int_equal(offer_group(&first), 0);
		assert_false(offer_has_group(&first, 0));
		assert_int_equal(first.nproposals, o.nproposals);
		offer_for(&o, OFFER_CHILD, &first);
		assert_int_equal(offer_group(&first), 31);
		assert_true(offer_set_spi(&first, "1234", 4));
		assert_memory_equal(first.p[2].spi, "1234", 4);
		assert_false(offer_set_spi(&first, "123", 3));
	}
}

/* ACC-87: what differs is named, with both values; what is to be added parses, and cures. */
static void test_difference(void **state)
{
	static const struct {
		const char *theirs, *ours;
		const char *want;
	} cases[] = {
		{ "esp=aes128-sha1-noesn", "esp=aes256gcm16-noesn",
		  "peer offers encryption aes128, we accept aes256gcm16; peer offers integrity sha1, we accept none; add "
		  "esp=aes128-sha1" },
		{ "ike=aes128-sha1-modp2048", "ike=aes128-sha1-modp3072",
		  "peer offers group modp2048, we accept modp3072; add ike=aes128-sha1-modp2048-prfsha1" },
		{ "ike=aes128-sha1-modp2048,aes256-sha1-modp3072",
		  "ike=aes128-sha256-prfsha1-modp3072,aes256-sha1-ecp256",
		  "peer offers group modp3072, we accept ecp256; add ike=aes256-sha1-modp3072-prfsha1" },
		{ "esp=aes128-sha1-esn", "esp=aes128-sha1-noesn",
		  "peer offers sequence numbers esn, we accept noesn; add esp=aes128-sha1" },
		{ "ah=hmac-sha1-96", "esp=aes128-sha1",
		  "the peer offers another protocol: one end has ah=, the other esp=" },
	};
	struct offer theirs, ours, both;
	struct choice c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *add;

		make(cases[i].theirs, PFS, &theirs);
		make(cases[i].ours, PFS, &ours);
		assert_int_equal(proposal_choose(&theirs, &ours, 0, &c),
				 R_NO_PROPOSAL);
		assert_string_equal(offer_difference(&theirs, &ours, buf,
						     sizeof(buf)),
				    cases[i].want);
		add = strstr(buf, "; add ");
		if (!add)
			continue;
		make(add + 6, PFS, &both);
		assert_int_not_equal(proposal_choose(&theirs, &both, 0, &c),
				     R_NO_PROPOSAL);
	}
	make("esp=aes128-sha1", 0, &ours);
	theirs = ours;
	theirs.t[0].id = 9999; /* nobody has that */
	offer_difference(&theirs, &ours, buf, sizeof(buf));
	assert_non_null(strstr(buf, "encryption type 1 id 9999"));
	assert_null(strstr(buf, "add "));
	assert_string_equal(offer_difference(&theirs, &ours, buf, 6),
			    "peer "); /* cut */
}

static void test_full(void **state)
{
	struct offer o;
	unsigned int i;

	(void)state;
	offer_init(&o);
	assert_false(offer_add_transform(&o, 1, 12, 128)); /* to no proposal */
	assert_false(offer_add(&o, 3, "123456789", 9));
	for (i = 0; i < OFFER_PROPOSALS; i++)
		assert_true(offer_add(&o, 3, NULL, 0));
	assert_false(offer_add(&o, 3, NULL, 0));
	for (i = 0; i < 255; i++)
		assert_true(offer_add_transform(&o, 1, 12, 128));
	assert_false(offer_add_transform(
		&o, 1, 12, 128)); /* 255 are as many as a proposal counts */
	offer_init(&o);
	for (i = 0; i < OFFER_TRANSFORMS; i++) {
		if (i % 100 == 0)
			assert_true(offer_add(&o, 3, NULL, 0));
		assert_true(offer_add_transform(&o, 1, 12, 128));
	}
	assert_false(offer_add_transform(&o, 1, 12, 128));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_conf),
		cmocka_unit_test(test_choose),
		cmocka_unit_test(test_choose_odd),
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_difference),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_not_usable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
