// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * links: daemon/ike/msg.c daemon/base/text.c daemon/ike/notify.c daemon/ike/pl_sa.c daemon/ike/pl_id.c daemon/ike/pl_ts.c
 * daemon/ike/pl_misc.c daemon/ike/offer.c daemon/ike/ts.c daemon/ike/id.c daemon/ike/id_text.c
 * daemon/crypto/alg.c daemon/base/rd.c daemon/base/wr.c daemon/base/addr.c daemon/base/secret.c
 */
/* ike_msg.c - whatever is read and can be written is read as the same; the writers are those of payloads.def. */
#include <stdlib.h>

#include "ike/msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t first[70000], second[70000];

#define pl_id_put(chain, type, x) pl_id_write(chain, type, x)
#define pl_ts_put(chain, type, x) pl_ts_write(chain, type, x)
#define pl_sa_put(chain, type, x) pl_sa_write(chain, x)
#define pl_ke_put(chain, type, x) pl_ke_write(chain, x)
#define pl_auth_put(chain, type, x) pl_auth_write(chain, x)
#define pl_nonce_put(chain, type, x) pl_nonce_write(chain, x)
#define pl_cp_put(chain, type, x) pl_cp_write(chain, x)
#define pl_eap_put(chain, type, x) pl_eap_write(chain, x)
#define pl_sk_put(chain, type, x) \
	wr_fail(&(chain)->w) /* ike2/sk.c writes these */
#define pl_skf_put(chain, type, x) wr_fail(&(chain)->w)

/* All that m has inside, in the order of payloads.def. */
static struct msg_wr write_all(const struct ike_msg *m, uint8_t *buf)
{
	struct msg_wr w = msg_begin_inner(buf, sizeof(first));
	unsigned int i;

	/* clang-format off */
#define PAYLOAD_ONE(id, type, name, what, field) \
	if (m->inner & PL_BIT(type)) \
		pl_##what##_put(&w, type, &m->field);
#define PAYLOAD_MANY(id, type, name, what, field, max) \
	for (i = 0; i < m->n##field; i++) \
		pl_##what##_write(&w, &m->field[i]);
#include "ike/payloads.def"
	/* clang-format on */
	return w;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ike_msg m, again;
	static char text[4096];
	struct msg_wr a, b;

	if (!size)
		return 0;
	if (msg_decode(span_of(data, size), &m) == R_NONE && m.aad.n > size)
		abort();
	msg_text(&m, text, sizeof(text));
	memset(&m, 0, sizeof(m));
	if (msg_decode_inner(&m, data[0], span_of(data + 1, size - 1)) !=
	    R_NONE)
		return 0;
	a = write_all(&m, first);
	if (a.w.failed) /* attributes or selectors that we do not know */
		return 0;
	memset(&again, 0, sizeof(again));
	if (msg_decode_inner(&again, a.first, wr_done(&a.w)) != R_NONE ||
	    again.inner != m.inner)
		abort();
	b = write_all(&again, second);
	if (b.w.failed || b.first != a.first ||
	    !span_equal(wr_done(&a.w), wr_done(&b.w)))
		abort();
	return 0;
}
