/* SPDX-License-Identifier: GPL-2.0-or-later */
/* import.h - configurations of strongSwan (swanctl.conf) and WireGuard (wg-quick) as ipsec.conf. */
#ifndef CONF_IMPORT_H
#define CONF_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum import_from { IMPORT_GUESS, IMPORT_SWANCTL, IMPORT_WG };
enum import_result {
	IMPORT_WHOLE, /* everything was carried */
	IMPORT_PART, /* something was not; a complaint says what */
	IMPORT_UNREADABLE, /* nothing is to be printed */
};

struct import;

/* Never NULL. "-" is standard input; the kind is guessed from the name, then from the text. */
struct import *import_load(const char *path, enum import_from from);
/* The same from memory: it includes nothing. name is what messages say, and may tell the kind. */
struct import *import_parse(const char *text, size_t n, const char *name, enum import_from from);
void import_free(struct import *imp); /* wipes all texts */

enum import_result import_result(const struct import *imp);
/* The ipsec.conf; conf_parse() reads it without an error. It has no secrets. Nothing if unreadable. */
void import_print(const struct import *imp, FILE *out);
/* The lines of ipsec.secrets. */
void import_print_secrets(const struct import *imp, FILE *out);
/* What was not carried, and why: file:line:column lines, or one JSON object. No secrets. */
void import_print_notes(const struct import *imp, FILE *out, bool json);
/* What becomes of each keyword, as the tables of Documentation/import.rst. */
void import_print_table(FILE *out);

#endif /* CONF_IMPORT_H */
