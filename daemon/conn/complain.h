/* SPDX-License-Identifier: GPL-2.0-or-later */
/* complain.h - what is wrong with a connection: file:line:column, the connection, and a sentence. */
#ifndef CONN_COMPLAIN_H
#define CONN_COMPLAIN_H

#include <stdarg.h>
#include <stddef.h>

#include "conf/conf.h"

struct complaint {
	const struct conf *c;
	const struct conf_conn *conn;
	char *text;
	size_t room;
};

/* About a value, or about the connection if v is NULL or nobody wrote it. Returns -EINVAL. */
int complain(const struct complaint *to, const struct conf_value *v, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

#endif /* CONN_COMPLAIN_H */
