// SPDX-License-Identifier: GPL-2.0-or-later
/* complain.c - complaints about connections. */
#include "conn/complain.h"

#include <errno.h>
#include <stdio.h>

int complain(const struct complaint *to, const struct conf_value *v, const char *fmt, va_list ap)
{
	struct conf_pos pos = v && v->pos.line ? v->pos : conf_conn_pos(to->conn);
	int n = snprintf(to->text, to->room, "%s:%u:%u: conn '%.64s': ", conf_file(to->c, pos.file),
			 pos.line, pos.col, conf_conn_name(to->conn));

	if (n >= 0 && (size_t)n < to->room)
		vsnprintf(to->text + n, to->room - (size_t)n, fmt, ap);
	return -EINVAL;
}
