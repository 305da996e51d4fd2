// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ conf/ */
/* import.c - any text as swanctl.conf or a file of wg-quick; the ipsec.conf that comes out has no errors. */
#include <stdint.h>
#include <stdlib.h>

#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import *imp =
		import_parse((const char *)data, size, "f", IMPORT_GUESS);
	char *text = NULL, *more = NULL;
	size_t n, m;
	FILE *out = open_memstream(&text, &n),
	     *other = open_memstream(&more, &m);
	struct conf *c;

	import_print(imp, out);
	fclose(out);
	import_print_secrets(imp, other);
	import_print_notes(imp, other, size & 1);
	fclose(other);
	c = conf_parse(text, n, "f", NULL);
	if (conf_errors(c) || (import_result(imp) == IMPORT_UNREADABLE && n))
		abort();
	conf_free(c);
	import_free(imp);
	free(text);
	free(more);
	return 0;
}
