// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_import.c - a configuration of strongSwan or WireGuard as ipsec.conf. Touches neither files nor the kernel. */
#include "ctl.h"

#include <string.h>

#include "conf/import.h"

static enum import_from kind(const struct ctl *ctl)
{
	const char *from = ctl_value(ctl, FLAG_FROM);

	if (!from || !strcmp(from, "-"))
		return IMPORT_GUESS;
	return strcmp(from, "wg") ? IMPORT_SWANCTL : IMPORT_WG;
}

/* With -j the list of complaints is the result, else it goes beside it. */
static void print(const struct ctl *ctl, const struct import *imp)
{
	if (ctl->given & FLAG_JSON) {
		import_print_notes(imp, stdout, true);
		return;
	}
	if (ctl->given & FLAG_SECRETS)
		import_print_secrets(imp, stdout);
	else
		import_print(imp, stdout);
	import_print_notes(imp, stderr, false);
}

int cmd_import(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	static const int codes[] = {
		[IMPORT_WHOLE] = 0, [IMPORT_PART] = 1, [IMPORT_UNREADABLE] = 2
	};
	const char *name = words_next(w);
	struct import *imp;
	int code;

	(void)cmd;
	if (ctl->given & FLAG_TABLE) {
		import_print_table(stdout);
		return CTL_OK;
	}
	if (!name)
		words_fail(
			w, w->n,
			"expected the name of a file, or - for standard input");
	else if (words_peek(w))
		words_fail(w, w->at, "nothing is expected here");
	if (!name || words_peek(w)) {
		ctl_usage(w);
		return codes[IMPORT_UNREADABLE];
	}
	imp = import_load(name, kind(ctl));
	print(ctl, imp);
	code = codes[import_result(imp)];
	import_free(imp);
	return code;
}
