// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_import.c - a configuration of strongSwan or WireGuard as ipsec.conf. Touches neither files nor the kernel. */
#include "ctl.h"

#include <errno.h>
#include <string.h>

#include "conf/import.h"

static int read_kind(const char *said, enum import_from *kind)
{
	static const char *const kinds[] = { [IMPORT_GUESS] = "-", [IMPORT_SWANCTL] = "swanctl", [IMPORT_WG] = "wg" };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(said, kinds[i]))
			continue;
		*kind = (enum import_from)i;
		return 0;
	}
	return -EINVAL;
}

/* The words: a name in *name. */
static int read_words(const struct ctl *ctl, struct words *w, const char **name, enum import_from *kind)
{
	const char *said = ctl_value(ctl, FLAG_KIND);

	*name = words_next(w);
	if (said && read_kind(said, kind))
		return words_fail(w, w->n, "'%.32s': expected swanctl, wg or - after --from", said);
	if (!*name)
		return words_fail(w, w->n, "expected the name of a file, or - for standard input");
	return words_peek(w) ? words_fail(w, w->at, "nothing is expected here") : 0;
}

/* With -j the list of complaints is the result, else it goes beside it. */
static void print(const struct ctl *ctl, const struct import *imp)
{
	if (ctl_has(ctl, FLAG_JSON)) {
		import_print_notes(imp, stdout, true);
		return;
	}
	if (ctl_has(ctl, FLAG_SECRETS))
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
	enum import_from kind = IMPORT_GUESS;
	const char *name;
	struct import *imp;
	int code;

	(void)cmd;
	if (ctl_has(ctl, FLAG_TABLE)) {
		import_print_table(stdout);
		return CTL_OK;
	}
	if (read_words(ctl, w, &name, &kind)) {
		ctl_usage(w);
		return codes[IMPORT_UNREADABLE];
	}
	imp = import_load(name, kind);
	print(ctl, imp);
	code = codes[import_result(imp)];
	import_free(imp);
	return code;
}
