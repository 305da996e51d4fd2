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
 * "file:line:col: severity: text", the source line with a caret (not for lines with keys), the
 * hint.
 */
void conf_diag_print(const struct conf *c, FILE *out);
/* The same as a JSON object on one line; includes the names of broken conns. */
void conf_diag_json(const struct conf *c, FILE *out);
/* Only the complaints, of files that are no ipsec.conf. */
void conf_diag_list(const struct conf *c, FILE *out);

#endif /* CONF_DIAG_H */
