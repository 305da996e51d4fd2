// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ daemon/conn/manual.c daemon/conn/manual_sa.c daemon/conn/manual_policy.c daemon/conn/complain.c conf/ nl-proto/ daemon/ctl/ipsecctl/algs.c
 * daemon/ctl/ipsecctl/key.c daemon/ctl/ipsecctl/opts.c daemon/ctl/ipsecctl/opts_text.c daemon/ctl/ipsecctl/plan.c
 * daemon/ctl/ipsecctl/state.c daemon/ctl/ipsecctl/value.c daemon/ctl/ipsecctl/words.c
 */
/* ipsecctl_plan.c - the transactions of manual connections, and what tells that one is up already. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "conn/manual.h"
#include "ctl/ipsecctl/ctl.h"
#include "ctl/ipsecctl/plan.h"
#include "ctl/ipsecctl/state.h"

#define KEY "0x000102030405060708090a0b0c0d0e0f10111213"
#define KEY2 "0xf0f1f2f3f4f5f6f7f8f9fafbfcfdfeff00010203"
#define CONN                                                                                     \
	"conn we\n left=10.0.0.1\n right=11.0.0.1\n type=transport\n spi=0x200\n esp=aes-gcm-16\n" \
	" leftespenckey=" KEY "\n rightespenckey=" KEY2 "\n"

static struct manual m;

/* There is no kernel here. */
int ctl_open(struct ctl *ctl)
{
	(void)ctl;
	return CTL_NO_MODULE;
}

static int make(void **state)
{
	struct conf_opts o = { 0 };
	struct conf *c = conf_parse(CONN, strlen(CONN), "f", &o);
	struct manual_end end = { .me = SIDE_LEFT };

	(void)state;
	assert_int_equal(manual_make(&m, c, conf_conn_find(c, "we"), &end), 0);
	conf_free(c);
	return 0;
}

static int unmake(void **state)
{
	(void)state;
	manual_fini(&m);
	return 0;
}

/* The first words of each line, without the cookie. */
static void says(struct plan *p, const char *const *wanted)
{
	char *text = NULL, *line, *save = NULL, owner[32];
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	snprintf(owner, sizeof(owner), "%llu", (unsigned long long)manual_owner("we"));
	plan_print(p, f);
	fclose(f);
	/* a plan that is shown shows no key, and each line is of this connection */
	assert_null(strstr(text, "000102"));
	assert_null(strstr(text, "f0f1f2"));
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		assert_non_null(*wanted);
		if (strncmp(line, *wanted, strlen(*wanted)) != 0)
			fail_msg("'%s', wanted '%s'", line, *wanted);
		assert_non_null(strstr(line, owner));
		wanted++;
	}
	assert_null(*wanted);
	free(text);
	plan_fini(p);
}

/* MAN-12 in one transaction: what is there goes, SAs to the peer come first, then policies. */
static void test_plans(void **state)
{
	static const char *const up[] = { "policy flush owner",	  "sa flush owner",
					  "sa add out esp src 10.0.0.1 dst 11.0.0.1 spi 0x00000200",
					  "sa add in esp src 11.0.0.1 dst 10.0.0.1 spi 0x00000200",
					  "policy add out src 10.0.0.1/32", "policy add in src 11.0.0.1/32", NULL };
	static const char *const route[] = { "policy flush owner", "policy add out", "policy add in", NULL };
	static const char *const down[] = { "sa flush owner", "policy flush owner", NULL };
	static const char *const unroute[] = { "policy flush owner", NULL };
	struct plan p = { .n = 0 };

	(void)state;
	plan_up(&p, &m);
	says(&p, up);
	plan_route(&p, &m);
	says(&p, route);
	plan_down(&p, m.owner);
	says(&p, down);
	plan_unroute(&p, m.owner);
	says(&p, unroute);
}

/* LIF-06: down takes away only what passes; a flush without that word would open the way. */
static void test_down_is_closed(void **state)
{
	struct plan p = { .n = 0 };
	size_t i;

	(void)state;
	plan_down(&p, m.owner);
	for (i = 0; i < p.n; i++)
		if (p.v[i].cmd == NFI_CMD_SP_FLUSH)
			assert_int_equal(p.v[i].action, NFI_ACT_PASS);
	plan_fini(&p);
}

static void test_no_kernel(void **state)
{
	struct plan p = { .n = 0 };
	struct ctl ctl = { .nlp = NULL };

	(void)state;
	plan_up(&p, &m);
	assert_int_equal(plan_send(&ctl, &p, "we"), CTL_NO_MODULE);
	plan_fini(&p);
}

/* CMD-30: up again does nothing only if everything is the same. */
static void test_covers(void **state)
{
	struct nfi_sa_msg sa = m.sas[0];
	struct nfi_sp_msg sp = m.policies[0];

	(void)state;
	/* what the kernel adds does not matter */
	sa.id = 7;
	sa.packets = 9;
	nlp_mark(&sa, NFI_SA_ID);
	nlp_mark(&sa, NFI_SA_PACKETS);
	assert_true(state_covers(NLP_SA, &m.sas[0], &sa));
	sa.enc_key.b[3] ^= 1;
	assert_false(state_covers(NLP_SA, &m.sas[0], &sa));
	/* nor a key that it does not show */
	sa.has &= ~(1ULL << NFI_SA_ENC_KEY);
	assert_true(state_covers(NLP_SA, &m.sas[0], &sa));
	sa.spi = htonl(0x201);
	assert_false(state_covers(NLP_SA, &m.sas[0], &sa));
	sa = m.sas[0];
	sa.daddr.b[3]++;
	assert_false(state_covers(NLP_SA, &m.sas[0], &sa));
	sa = m.sas[0];
	strcpy(sa.name, "ew");
	assert_false(state_covers(NLP_SA, &m.sas[0], &sa));
	assert_true(state_covers(NLP_SP, &m.policies[0], &sp));
	sp.tmpl[0].mode = NFI_MODE_TUNNEL;
	assert_false(state_covers(NLP_SP, &m.policies[0], &sp));
	sp = m.policies[0];
	sp.ntmpl = 0;
	assert_false(state_covers(NLP_SP, &m.policies[0], &sp));
	sp = m.policies[0];
	sp.src_len = 31;
	assert_false(state_covers(NLP_SP, &m.policies[0], &sp));
}

static void test_owners(void **state)
{
	struct nfi_sa_msg sas[2] = { { .owner = 5 }, { .owner = manual_owner("b") } };
	struct nfi_sp_msg policies[3] = { { .owner = manual_owner("a") }, { .owner = manual_owner("b") }, { .owner = 0 } };
	struct state st = { .nsas = 2, .npolicies = 3, .sas = sas, .policies = policies };
	uint64_t *owners;

	(void)state;
	assert_int_equal(state_owners(&st, manual_owns, &owners), 2);
	assert_true(owners[0] < owners[1]);
	assert_true(owners[0] == manual_owner("a") || owners[0] == manual_owner("b"));
	free(owners);
	st.nsas = st.npolicies = 0;
	assert_int_equal(state_owners(&st, manual_owns, &owners), 0);
	free(owners);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plans),	  cmocka_unit_test(test_down_is_closed),
		cmocka_unit_test(test_no_kernel), cmocka_unit_test(test_covers),
		cmocka_unit_test(test_owners),
	};

	return cmocka_run_group_tests_name("ipsecctl_plan", tests, make, unmake);
}
