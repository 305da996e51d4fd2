/* SPDX-License-Identifier: GPL-2.0-or-later */
/* secrets.h - ipsec.secrets: read, and the secret for two identities found. Knows no IKE, does no I/O but files. */
#ifndef CONF_SECRETS_H
#define CONF_SECRETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "crypto/pkey.h"

enum secrets_severity {
	SECRETS_ERROR, /* an entry, or a file, was not taken */
	SECRETS_WARNING
};

/* What is wrong, where, and what to change (hint, may be NULL). Good until the function returns. */
struct secrets_note {
	enum secrets_severity severity;
	const char *file;
	unsigned int line, column; /* line 0: the whole file */
	const char *text, *hint;
};

/* No text that is handed over has a secret in it. */
typedef void secrets_report(void *arg, const struct secrets_note *note);
/* The addresses of a host name, as text; at most max. Returns how many. */
typedef size_t secrets_resolve(void *arg, const char *name,
			       char (*out)[ADDR_TEXT], size_t max);

/* What the reader needs from its owner; copied. */
struct secrets_env {
	secrets_report *report; /* NULL: nobody listens */
	secrets_resolve
		*resolve; /* NULL: host names are taken for themselves only */
	void *arg;
	const char *
		key_dir; /* NULL: ipsec.d/private beside the file that is loaded */
};

enum secrets_kind {
	SECRETS_PSK,
	SECRETS_KEY, /* a private key */
	SECRETS_EAP,
	SECRETS_XAUTH,
	SECRETS_NTLM,
	SECRETS_PPK, /* RFC 8784 */
	SECRETS_PIN, /* of a smart card; octets are the PIN */
};

/* One reading of the file. To read it again make a new one, and free the old one when nobody uses it. */
struct secrets;

struct secrets *secrets_new(const struct secrets_env *env);
void secrets_free(struct secrets *s); /* wipes */

/*
 * Read a file and what it includes, or with wildcards several. A file that others than its owner may
 * read or write, or whose owner is neither root nor the caller, is refused. Returns the number of
 * errors; what was right is there all the same.
 */
unsigned int secrets_load(struct secrets *s, const char *path);
/* The same from memory, which is changed and has one octet more than len; name is for the notes. */
unsigned int secrets_parse(struct secrets *s, const char *name, char *text,
			   size_t len);

/* Look-up -------------------------------------------------------------------------------------- */

enum secrets_answer {
	SECRETS_FOUND,
	SECRETS_NONE,
	SECRETS_CONFLICT, /* the two best entries are equally good and differ */
};

struct secrets_found {
	const uint8_t *octets; /* PSK; borrowed from s */
	size_t n;
	const struct pkey *key;
	const char *file,
		*rival_file; /* where it stands; of a conflict, both places */
	unsigned int line, rival_line;
	const char *me, *peer; /* as they were asked for */
};

/*
 * The secret for two identities, each an address, @name, user@name, %any or another form of an index;
 * peer NULL: one that is not known yet. The best entry names both, then us alone, then nobody; an
 * identity itself is better than %any or %any6, and that of the peer counts more than ours.
 */
enum secrets_answer secrets_find_psk(const struct secrets *s, const char *me,
				     const char *peer,
				     struct secrets_found *found);
/* A private key of a type; an entry of several indices needs only ours among them. */
enum secrets_answer secrets_find_key(const struct secrets *s, const char *me,
				     const char *peer, enum pubkey_type type,
				     struct secrets_found *found);
/* The private key that belongs to a public one, or NULL. */
const struct pkey *secrets_find_private(const struct secrets *s,
					const struct pubkey *pub);

/* A line for the log: which entry was taken, or what is missing and how to write it. Returns text. */
#define SECRETS_TEXT 512
const char *secrets_explain(enum secrets_answer answer,
			    const struct secrets_found *found,
			    char text[SECRETS_TEXT]);

/*
 * A gateway that lets in so many peers of unknown address by one secret: warns at its line if they are
 * more than one.
 */
void secrets_check_warriors(struct secrets *s, const char *me,
			    unsigned int warriors);

/* One entry after the other, from 0, in the order of the files; false when there are no more. */
struct secrets_item {
	enum secrets_kind kind;
	const struct pkey *key; /* SECRETS_KEY */
	const uint8_t *octets; /* the others */
	size_t n;
	const char *file;
	unsigned int line;
	size_t ids;
	const char *card; /* SECRETS_PIN: which key on which card, as it is written */
	int64_t made; /* SECRETS_KEY: seconds since 1970; 0: nobody knows */
};
bool secrets_item(const struct secrets *s, size_t i, struct secrets_item *item);
const char *secrets_item_id(const struct secrets *s, size_t i,
			    size_t id); /* as it is compared; NULL: no more */

/* Bits of entropy that someone who guesses would reckon with (SEC-30); below 80 a secret is weak. */
unsigned int secrets_bits(const void *p, size_t n);

#endif /* CONF_SECRETS_H */
