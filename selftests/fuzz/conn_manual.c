// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ daemon/conn/manual.c daemon/conn/manual_sa.c daemon/conn/manual_policy.c daemon/conn/complain.c conf/ nl-proto/ */
/* conn_manual.c - any ipsec.conf: what is made of its connections must be what the protocol takes. */
#include <stdlib.h>

#include "conf/conf.h"
#include "conn/manual.h"
#include "nlp.h"

static void encode(const struct nlp_req *req)
{
	static uint8_t buf[NLP_REQ_MAX];
	struct nlp_fail fail;

	if (nlp_encode(req, buf, sizeof(buf), &fail))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct conf_opts o = { .lenient = true };
	struct conf *c = conf_parse((const char *)data, n, "f", &o);
	struct manual_end end = { .addr = { .len = 4, .b = { 10, 0, 0, 1 } } };
	struct manual m;
	size_t i, k;

	for (i = 0; i < 2 * conf_conns(c); i++) {
		bool fine;

		if (conf_conn_broken(conf_conn_at(c, i / 2)))
			continue;
		end.me = i & 1 ? SIDE_LEFT : SIDE_RIGHT;
		fine = !manual_make(&m, c, conf_conn_at(c, i / 2), &end);
		for (k = 0; fine && k < m.nsas; k++)
			encode(&(struct nlp_req){ .cmd = NFI_CMD_SA_NEW, .sa = &m.sas[k] });
		for (k = 0; fine && k < m.npolicies; k++)
			encode(&(struct nlp_req){ .cmd = NFI_CMD_SP_NEW, .sp = &m.policies[k] });
		manual_fini(&m);
	}
	conf_free(c);
	return 0;
}
