// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * links: daemon/base/text.c daemon/ike/proposal.c daemon/ike/offer.c daemon/ike/offer_text.c daemon/ike/pl_sa.c daemon/ike/msg.c
 * daemon/ike/notify.c daemon/ike/pl_id.c daemon/ike/pl_ts.c daemon/ike/pl_misc.c daemon/ike/ts.c daemon/ike/id.c
 * daemon/crypto/alg.c daemon/base/rd.c daemon/base/wr.c daemon/base/addr.c daemon/base/secret.c
 */
/* proposal.c - what is chosen of an offer of the network is a choice that its sender accepts; the difference is a text. */
#include <stdlib.h>

#include "ike/msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct offer theirs, ours, answer;
	static char text[2048];
	struct offer_conf conf = { .pfs = true, .legacy = true };
	struct rd r = rd_of(span_of(data, size));
	struct choice c, d;
	const char *culprit;
	enum reason reason;
	uint16_t group;

	conf.proto = rd_u8(&r) % 3 + 1;
	group = rd_u8(&r);
	if (offer_from_conf(&conf, &ours, &culprit) != R_NONE)
		abort();
	if (!rd_ok(&r) || !pl_sa_read(&r, &theirs))
		return 0;
	reason = proposal_choose(&theirs, &ours, group, &c);
	offer_text(&theirs, text, sizeof(text));
	if (reason == R_NO_PROPOSAL) {
		if (!*offer_difference(&theirs, &ours, text, sizeof(text)))
			abort(); /* a refusal has words */
		return 0;
	}
	choice_text(&c, text, sizeof(text));
	if (reason == R_GROUP &&
	    (!c.ke || c.ke == group || !offer_has_group(&theirs, c.ke)))
		abort();
	proposal_answer(&c, c.spi, c.spi_len, &answer);
	if (proposal_accept(&theirs, &answer, &d) != R_NONE ||
	    d.encr != c.encr || d.ke != c.ke || d.esn != c.esn)
		abort();
	return 0;
}
