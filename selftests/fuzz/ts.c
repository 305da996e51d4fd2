// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/ike/ts.c daemon/ike/ts_text.c daemon/base/text.c daemon/base/addr.c daemon/base/rd.c */
/* ts.c - narrowing gives what is in both, and no more; prefixes are the range, each once. */
#include <stdlib.h>

#include "base/rd.h"
#include "ike/ts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Small numbers, so that ranges meet. */
static struct ts_list list(struct rd *r)
{
	struct ts_list l = { .n = 0 };
	unsigned int n = rd_u8(r) % 8;

	while (n--) {
		uint8_t kind = rd_u8(r), a = rd_u8(r), b = rd_u8(r),
			p = rd_u8(r), q = rd_u8(r);
		struct ts ts = { .len = kind & 1 ? 4 : 16,
				 .proto = kind >> 1 & 3,
				 .port_min = p,
				 .port_max = q };

		ts.first[ts.len - 2] = a >> 4;
		ts.first[ts.len - 1] = a & 15;
		ts.last[ts.len - 2] = b >> 4;
		ts.last[ts.len - 1] = kind & 8 ? 255 : b & 15;
		ts.port_max = kind & 16 ? 65535 : ts.port_max;
		if (ts_valid(&ts))
			ts_list_add(&l, &ts);
	}
	return l;
}

static void split(const struct ts *ts)
{
	struct ts parts[254], both;
	size_t i, n = ts_split(ts, parts, 254);
	unsigned int plen;

	if (!n || n > 254)
		abort();
	for (i = 0; i < n; i++)
		if (!ts_is_prefix(&parts[i], &plen) ||
		    !ts_covers(ts, &parts[i]) ||
		    (i && ts_intersect(&parts[i - 1], &parts[i], &both)))
			abort();
	if (memcmp(parts[0].first, ts->first, ts->len) != 0 ||
	    memcmp(parts[n - 1].last, ts->last, ts->len) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[4096];
	struct rd r = rd_of(span_of(data, size));
	struct ts_list asked = list(&r), ours = list(&r), out;
	bool narrowed, again;
	unsigned int i;
	enum reason reason = ts_narrow(&asked, &ours, &out, &narrowed);

	for (i = 0; i < out.n; i++) {
		if (!ts_list_covers(&asked, &out.v[i]) ||
		    !ts_list_covers(&ours, &out.v[i]))
			abort();
		split(&out.v[i]);
	}
	if ((reason == R_NO_SELECTOR) != !out.n)
		abort();
	if (reason == R_NONE &&
	    (ts_accept(&asked, &out, &again) != R_NONE || again != narrowed))
		abort();
	ts_difference(&asked, &ours, "leftsubnet", text, sizeof(text));
	if (!text[0] != ts_list_equal(&asked, &ours))
		abort();
	ts_list_text(&out, text, (size > 0 ? data[0] : 0) + 1U);
	return 0;
}
