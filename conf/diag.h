/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diag.h - what is wrong with a configuration, sorted by place. */
#ifndef CONF_DIAG_H
#define CONF_DIAG_H

#include "conf/conf.h"

size_t conf_errors(const struct conf *c);
size_t conf_diags(const struct conf *c);
/* Sorted by file, line, column. */
const struct conf_diag *conf_diag_at(const struct conf *c, size_t i);

/*
 * A complaint of the caller, behind the others until conf_diag_sort. conn is to blame for an error, NULL:
 * none. Texts are copied; hint may be NULL.
 */
void conf_complain(struct conf *c, const struct conf_conn *conn, const struct conf_diag *d);
/* The number of a file that only complaints are about. */
uint32_t conf_file_add(struct conf *c, const char *name);
void conf_diag_sort(struct conf *c); /* by file, line, column */

/*
 * "file:line:col: severity: text", the source line with a caret (not for lines with keys), the
 * hint.
 */
void conf_diag_print(const struct conf *c, FILE *out);
/* The same as a JSON object on one line; includes the names of broken conns. */
void conf_diag_json(const struct conf *c, FILE *out);
/* Only the complaints, of files that are no ipsec.conf. */
void conf_diag_list(const struct conf *c, FILE *out);

#endif /* CONF_DIAG_H */
