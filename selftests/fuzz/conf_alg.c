// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ conf/ */
/* conf_alg.c - any text as one value of each kind: proposals, networks, identities, ports, keys. */
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum conf_kw kws[] = { KW_IKE, KW_ESP, KW_AH, KW_SUBNET, KW_HOST, KW_ID, KW_PROTOPORT, KW_SALIFETIME,
					    KW_ESPENCKEY, KW_RSASIGKEY, KW_MARK, KW_SOURCEIP, KW_LIFEBYTES, KW_AUTHBY };
	char *text = malloc(size + 1);
	size_t i, k;

	memcpy(text, data, size);
	text[size] = '\0';
	for (i = 0; *text && i < sizeof(kws) / sizeof(kws[0]); i++) {
		struct arena a = { 0 };
		struct conf_value v = { .text = text };
		const struct conf_row *row = options_row(kws[i]);
		struct value val = { .arena = &a, .row = row, .type = row->type, .words = row->words,
				     .terse = size % 8, .v = &v };
		bool ok = value_parse(&val);

		if ((!ok && !val.text[0]) || val.at > strlen(text))
			abort();
		for (k = 0; ok && row->type == CONF_ESP && k < v.u.props->n; k++)
			if (!v.u.props->v[k].n)
				abort();
		arena_wipe(&a);
	}
	free(text);
	return 0;
}
