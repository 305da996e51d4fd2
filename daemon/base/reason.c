// SPDX-License-Identifier: GPL-2.0-or-later
/* reason.c - the table of reasons. */
#include "base/reason.h"

#include <string.h>

/* clang-format off */
static const struct reason_row rows[] = {
	{ "none", REASON_NORMAL, 0, "no reason", "", "" },
#define REASON(id, name, severity, notify, rc, text, cure, line) { name, REASON_##severity, rc, text, cure, line },
#include "base/reasons.def"
#undef REASON
};
/* clang-format on */

const struct reason_row *reason_row(enum reason reason)
{
	return &rows[reason < R_COUNT ? reason : R_NONE];
}

const char *reason_name(enum reason reason)
{
	return reason_row(reason)->name;
}

const char *reason_text(enum reason reason)
{
	return reason_row(reason)->text;
}

enum reason reason_find(const char *name)
{
	enum reason r = R_NONE;

	while (r < R_COUNT && strcmp(rows[r].name, name) != 0)
		r++;
	return r;
}
