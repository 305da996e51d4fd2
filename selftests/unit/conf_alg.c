// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ conf/ */
/* conf_alg.c - proposals in the spellings of FreeS/WAN, libreswan and strongSwan. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/diag.h"

static struct conf *with(const char *line)
{
	char text[1024];

	snprintf(text, sizeof(text), "conn a\n\t%s\n", line);
	return conf_parse(text, strlen(text), "f", NULL);
}

static enum conf_kw keyword(const char *line)
{
	return !strncmp(line, "ike=", 4) ? KW_IKE : !strncmp(line, "ah=", 3) ? KW_AH : KW_ESP;
}

/* "name/keybits#id ..., ..." of all proposals; '!' at the end if nothing else may be offered. */
static const char *last(const struct conf *c)
{
	return conf_diags(c) ? conf_diag_at(c, conf_diags(c) - 1)->text : "";
}

static const char *print(const struct conf_value *v)
{
	static char buf[2048];
	size_t i, k, n = 0;

	buf[0] = '\0';
	for (i = 0; v->set && i < v->u.props->n; i++) {
		const struct conf_proposal *p = &v->u.props->v[i];

		n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s", i ? ", " : "");
		for (k = 0; k < p->n; k++) {
			const struct conf_alg *a = &p->v[k];

			n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s%s", k ? " " : "", a->name);
			if (a->keybits)
				n += (size_t)snprintf(buf + n, sizeof(buf) - n, "/%u", a->keybits);
		}
	}
	if (v->set && v->u.props->only)
		strcat(buf, "!");
	return buf;
}

static void test_spellings(void **state)
{
	static const struct {
		const char *line, *proposals;
	} cases[] = {
		/* MAN-03, MAN-08: FreeS/WAN */
		{ "esp=3des", "3des-cbc" },
		{ "esp=3des-md5-96", "3des-cbc hmac-md5-96" },
		{ "esp=3des-sha1-96", "3des-cbc hmac-sha1-96" },
		{ "ah=hmac-md5-96", "hmac-md5-96" },
		{ "ah=hmac-sha1-96", "hmac-sha1-96" },
		{ "ike=3des-md5-modp1024", "3des-cbc hmac-md5-96 modp1024 prfmd5" },
		{ "ike=3des-sha-modp1536", "3des-cbc hmac-sha1-96 modp1536 prfsha1" },
		/* libreswan */
		{ "ike=aes256-sha2_256;modp2048", "aes-cbc/256 hmac-sha2-256-128 modp2048 prfsha256" },
		{ "ike=aes_gcm256-sha2_512;dh19", "aes-gcm-16/256 ecp256 prfsha512" },
		{ "ike=aes128-sha2_512+sha2_256-dh14+dh31",
		  "aes-cbc/128 hmac-sha2-512-256 hmac-sha2-256-128 modp2048 x25519 prfsha512 prfsha256" },
		{ "esp=aes_gcm256-null;modp2048", "aes-gcm-16/256 modp2048" },
		{ "esp=aes_gcm256-null", "aes-gcm-16/256" },
		{ "esp=aes_gcm-null", "aes-gcm-16" },
		{ "esp=aes_gcm_c-256-null", "aes-gcm-16/256" },
		{ "esp=aes_ccm_b256-null", "aes-ccm-12/256" },
		{ "esp=aes-sha1", "aes-cbc hmac-sha1-96" },
		{ "esp=aes-128-sha1", "aes-cbc/128 hmac-sha1-96" },
		{ "esp=aes128-sha1;modp1536", "aes-cbc/128 hmac-sha1-96 modp1536" },
		{ "phase2alg=aes256-sha2_512", "aes-cbc/256 hmac-sha2-512-256" },
		{ "esp=chacha20_poly1305-null", "chacha20-poly1305" },
		{ "esp=null_auth_aes_gmac256-null", "aes-gmac/256" },
		{ "esp=null-sha1", "null hmac-sha1-96" },
		{ "esp=aes_ctr256-sha2_256", "aes-ctr/256 hmac-sha2-256-128" },
		{ "ah=sha2_256", "hmac-sha2-256-128" },
		{ "ike=aes256", "aes-cbc/256" },
		/* strongSwan */
		{ "ike=aes256gcm16-prfsha384-ecp384,aes128-sha256-modp3072!",
		  "aes-gcm-16/256 prfsha384 ecp384, aes-cbc/128 hmac-sha2-256-128 modp3072 prfsha256!" },
		{ "ike=aes256-sha256-prfsha384-x25519", "aes-cbc/256 hmac-sha2-256-128 prfsha384 x25519" },
		{ "ike=aes128-aes256-sha256-sha1-modp2048-modp3072",
		  "aes-cbc/128 aes-cbc/256 hmac-sha2-256-128 hmac-sha1-96 modp2048 modp3072 prfsha256 prfsha1" },
		{ "ike=chacha20poly1305-prfsha256-curve25519", "chacha20-poly1305 prfsha256 x25519" },
		{ "esp=aes256gcm128", "aes-gcm-16/256" },
		{ "esp=aes128gcm16", "aes-gcm-16/128" },
		{ "esp=aes128gcm64-ecp256", "aes-gcm-8/128 ecp256" },
		{ "esp=aes192ccm12", "aes-ccm-12/192" },
		{ "esp=aes128gmac", "aes-gmac/128" },
		{ "esp=aes128ctr-sha256-esn-noesn", "aes-ctr/128 hmac-sha2-256-128 esn noesn" },
		{ "esp=aes128-aesxcbc", "aes-cbc/128 aes-xcbc-96" },
		{ "esp=aes128-sha256-modpnone", "aes-cbc/128 hmac-sha2-256-128 modpnone" },
		{ "ah=sha256-modp2048!", "hmac-sha2-256-128 modp2048!" },
		{ "ike=aes256-sha512-ecp512bp-mlkem768", "aes-cbc/256 hmac-sha2-512-256 ecp512bp mlkem768 prfsha512" },
		/* as ipsecctl prints them */
		{ "esp=aes-gcm-16-256", "aes-gcm-16/256" },
		{ "esp=aes-cbc-128-hmac-sha2-256-128", "aes-cbc/128 hmac-sha2-256-128" },
		{ "esp=3des-cbc-hmac-md5-96", "3des-cbc hmac-md5-96" },
		/* lists and letters */
		{ "esp=\"aes128-sha1, AES256-SHA2_256\"", "aes-cbc/128 hmac-sha1-96, aes-cbc/256 hmac-sha2-256-128" },
		{ "esp=aes128-aes128-sha1-sha1", "aes-cbc/128 hmac-sha1-96" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf *c = with(cases[i].line);
		const char *got = print(conf_get(conf_conn_at(c, 0), keyword(cases[i].line), SIDE_NONE));

		if (strcmp(got, cases[i].proposals) != 0)
			fail_msg("%s: '%s', expected '%s' (%s)", cases[i].line, got, cases[i].proposals, last(c));
		conf_free(c);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *line;
		uint32_t col;
		const char *error;
	} cases[] = {
		{ "esp=aes129-sha1", 6, "unknown algorithm 'aes129'" },
		{ "esp=aes512", 6, "unknown algorithm 'aes512'" },
		{ "esp=3des256", 6, "unknown algorithm '3des256'" },
		{ "esp=aes256-sah1", 13, "unknown algorithm 'sah1'" },
		{ "esp=aes256-sha2_257", 18, "unknown algorithm '257'" },
		{ "esp=aes256-sha1-modp2049", 18, "unknown algorithm 'modp2049'" },
		{ "esp=des-md5", 6, "unknown algorithm 'des'" },
		{ "esp=aes256--sha1", 13, "unknown algorithm ''" },
		{ "esp=-aes256", 6, "unknown algorithm ''" },
		{ "esp=!", 6, "the proposal has no encryption" },
		{ "esp=,", 6, "the list is empty" },
		{ "esp=sha1", 6, "the proposal has no encryption" },
		{ "esp=modp2048", 6, "the proposal has no encryption" },
		{ "esp=aes256gcm16-sha1", 6, "the cipher authenticates already" },
		{ "esp=aes256gcm16-aes256-sha1", 6, "ciphers with and without authentication" },
		{ "esp=aes256-sha1-prfsha1", 6, "a PRF is for IKE only" },
		{ "ike=sha256-modp2048", 6, "the proposal has no encryption" },
		{ "ike=aes256-sha256-modp2048,aes256-sha257-modp2048", 36, "unknown algorithm 'sha257'" },
		{ "ike=aes256!-sha256", 6, "unknown algorithm 'aes256!'" },
		{ "ike=aes256!,aes128", 6, "unknown algorithm 'aes256!'" },
		{ "ah=aes256-sha1", 5, "AH does not encrypt" },
		{ "ah=modp2048", 5, "AH needs an authentication" },
		{ "ah=null", 5, "AH does not encrypt" },
	};
	char line[2000] = "esp=aes128-sha1";
	struct conf *c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct conf_diag *d;

		c = with(cases[i].line);
		d = conf_diag_at(c, conf_diags(c) - 1);
		if (d->pos.line != 2 || d->pos.col != cases[i].col ||
		    strncmp(d->text, cases[i].error, strlen(cases[i].error)) != 0)
			fail_msg("%s: %u:%u '%s'", cases[i].line, d->pos.line, d->pos.col, d->text);
		conf_free(c);
	}
	while (strlen(line) < 900)
		strcat(line, ",aes128-sha1");
	c = with(line);
	assert_true(conf_errors(c) >= 1);
	assert_false(conf_get(conf_conn_at(c, 0), KW_ESP, SIDE_NONE)->set);
	conf_free(c);
}

/* IDs that go over the wire: IANA's for IKEv2, and those of algs.def for the module. */
static void test_numbers(void **state)
{
	struct conf *c = with("ike=aes256gcm16-prfsha384-ecp384");
	const struct conf_proposal *p = &conf_get(conf_conn_at(c, 0), KW_IKE, SIDE_NONE)->u.props->v[0];

	(void)state;
	assert_int_equal(p->v[0].id, 20);
	assert_int_equal(p->v[0].nfi, 1);
	assert_int_equal(p->v[1].kind, ALG_PRF);
	assert_int_equal(p->v[1].id, 6);
	assert_int_equal(p->v[2].kind, ALG_DH);
	assert_int_equal(p->v[2].id, 20);
	conf_free(c);
	c = with("esp=aes128-sha256");
	p = &conf_get(conf_conn_at(c, 0), KW_ESP, SIDE_NONE)->u.props->v[0];
	assert_int_equal(p->v[0].id, 12);
	assert_int_equal(p->v[0].nfi, 16);
	assert_int_equal(p->v[1].kind, ALG_AUTH);
	assert_int_equal(p->v[1].id, 12);
	assert_int_equal(p->v[1].nfi, 1);
	conf_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spellings),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests_name("conf_alg", tests, NULL, NULL);
}
