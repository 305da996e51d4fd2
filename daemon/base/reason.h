/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reason.h - why something was refused or ended: a value that decisions return. Log, JSON, counters, ipsecctl
 * why and the manual read the same table, reasons.def.
 */
#ifndef BASE_REASON_H
#define BASE_REASON_H

#include <stddef.h>

/* clang-format off */
enum reason {
	R_NONE, /* nothing to explain */
#define REASON(id, name, severity, notify, rc, text, cure, line) R_##id,
#include "base/reasons.def"
#undef REASON
	R_COUNT
};
/* clang-format on */

enum reason_severity {
	REASON_FATAL, /* stays so until somebody changes something: retrying is of little use */
	REASON_PASSING, /* may be gone next time: retry */
	REASON_NORMAL, /* how things end */
	REASON_HOSTILE, /* of what the network sends: drop, count */
};

struct reason_row {
	const char *name; /* "no-proposal" */
	enum reason_severity severity;
	unsigned int
		rc; /* result code of FreeS/WAN's whack, RC-xx; 0: none of its own */
	const char *text; /* one clause: "no proposal in common" */
	const char
		*cure; /* one sentence for who has to act; "" : nothing to do */
	const char *
		line; /* what to write into ipsec.conf, "esp=..."; "" : nothing */
};

/* Never NULL; R_NONE has the name "none". */
const struct reason_row *reason_row(enum reason reason);
const char *reason_name(enum reason reason);
const char *reason_text(enum reason reason);
/* R_COUNT: no such name. */
enum reason reason_find(const char *name);

#endif /* BASE_REASON_H */
