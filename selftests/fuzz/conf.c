// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ conf/ */
/*
 * conf.c - any text as ipsec.conf; what is printed means the same; no complaint without its place.
 */
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/diff.h"
#include "conf/show.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count(const struct conf_delta *d, void *arg)
{
	*(size_t *)arg += d->kind != DELTA_BROKEN;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf_opts o = { .strict = data && *data == 's', .lenient = data && *data == 'l' };
	struct conf_show how = { .effective = size & 1, .secrets = true };
	struct conf *c = conf_parse((const char *)data, size, "f", &o), *again;
	char *text = NULL;
	size_t i, n, changed = 0;
	FILE *f = open_memstream(&text, &n);

	for (i = 0; i < conf_diags(c); i++)
		if (!conf_diag_at(c, i)->pos.line || !conf_diag_at(c, i)->text[0])
			abort();
	conf_diag_print(c, f);
	conf_diag_json(c, f);
	rewind(f);
	conf_show_text(c, &how, f);
	fclose(f);
	again = conf_parse(text, strlen(text), "again", NULL);
	/* 1.9x read some texts in another way than today's rules, which print them */
	conf_diff(c, again, count, &changed);
	if (!conf_errors(c) && !o.strict && (changed || conf_errors(again)))
		abort();
	conf_free(again);
	conf_free(c);
	free(text);
	return 0;
}
