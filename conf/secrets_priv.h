/* SPDX-License-Identifier: GPL-2.0-or-later */
/* secrets_priv.h - the parts of ipsec.secrets among themselves. */
#ifndef CONF_SECRETS_PRIV_H
#define CONF_SECRETS_PRIV_H

#include "conf/secrets.h"

#define SECRETS_IDS \
	64 /* indices of one entry: all pairs of them are looked up */
#define SECRETS_ID 256 /* octets of an identity, with a zero */
#define SECRETS_WORDS 1024 /* of one entry */
#define SECRETS_DEPTH 10 /* files within files */
#define SECRETS_SIZE ((size_t)16 << 20) /* octets of all files */
#define SECRETS_KEY_FILES 1024
#define SECRETS_KEY_SIZE ((size_t)256 << 10) /* octets of a file with a key */
#define SECRETS_OCTETS ((size_t)8192) /* of a pre-shared key */
#define SECRETS_PAIRS ((size_t)4 << 20) /* of all entries */
#define SECRETS_FILES 4096 /* that are included */

/* Words --------------------------------------------------------------------------------------- */

struct token {
	char *text; /* within the file; made to end with a zero when its entry is complete */
	size_t len;
	unsigned int line, column;
	bool quoted;
	bool host; /* an index that may be looked up */
};

struct lex {
	char *p, *end;
	const char *line_start;
	const char *about; /* the last comment of rsasigkey, to the end of its line; NULL: none */
	unsigned int line;
	const char *error; /* of secrets_lex_next */
};

void secrets_lex_init(struct lex *lex, char *text, size_t len);
/* The next word. 1: here it is; 0: end of file; -1: lex->error at the place of the token. */
int secrets_lex_next(struct lex *lex, struct token *t);

/* Identities ---------------------------------------------------------------------------------- */

enum id_form {
	ID_ADDR4,
	ID_ADDR6,
	ID_ANY,
	ID_NAME,
	ID_HOST /* a name that might be looked up */
};

/* Write an identity as it is compared. -EINVAL: it is none, or too long; why says so. */
int id_canonical(const char *text, char out[SECRETS_ID], enum id_form *form,
		 const char **why);

/* Identities are compared by number; these two are always there. */
typedef uint32_t id_number;
#define ID_NOBODY 0u
#define ID_NUMBER_ANY 1u
#define ID_NUMBER_ANY6 2u
#define ID_UNKNOWN UINT32_MAX

struct id_table {
	char **text; /* by number */
	size_t n, room;
	id_number *slot; /* hash table, power of two, 0 is empty */
	size_t slots;
};

void ids_init(struct id_table *ids);
void ids_fini(struct id_table *ids);
id_number ids_add(struct id_table *ids, const char *canonical);
id_number ids_find(const struct id_table *ids,
		   const char *canonical); /* ID_UNKNOWN */

/* Entries ------------------------------------------------------------------------------------- */

struct entry {
	enum secrets_kind kind;
	const char *file; /* of s->files */
	unsigned int line, column;
	unsigned int nids;
	id_number *id; /* ascending, none twice */
	uint8_t *octets;
	size_t n;
	struct pkey *key;
	char *card; /* SECRETS_PIN */
	int64_t made; /* of the key; 0: unknown */
};

/* Who may be asked for together, or alone (a == b), or nobody; the first entry for them. */
struct pair {
	id_number a, b;
	unsigned int sort; /* pair_sort() */
	uint32_t entry, rival; /* rival: the first that differs; PAIR_NONE */
	uint32_t next; /* of the same hash */
};
#define PAIR_NONE UINT32_MAX

struct secrets {
	struct secrets_env env;
	char *key_dir;
	char **file; /* names */
	size_t nfiles, files_room;
	struct entry *entry;
	size_t n, room;
	struct id_table ids;
	struct pair *pair;
	size_t npairs, pairs_room;
	uint32_t *bucket; /* of pairs; power of two */
	size_t buckets;
	size_t octets; /* that were read */
	unsigned int includes, key_files;
	unsigned int errors;
};

/*
 * Take an entry over, into the index. The entry that stands for some of its identities already and has
 * another secret, or NULL. -ENOSPC in *err: there are too many; the entry was not taken.
 */
const struct entry *index_add(struct secrets *s, const struct entry *e,
			      int *err);
void entry_fini(struct entry *e);

/* Reading ------------------------------------------------------------------------------------- */

/* A file while it is being read. */
struct reading {
	struct secrets *s;
	const struct reading *up; /* the file that includes this one */
	unsigned int depth;
	uint64_t dev, ino;
	const char *file; /* its name, of s->files */
	struct lex lex;
	struct token ahead; /* first word of the next entry */
	int have; /* as of secrets_lex_next, about ahead */
	struct token *token; /* words of the entry */
	size_t n, room, at;
	unsigned int indices; /* of the entry */
	bool bad; /* some words of the entry are missing, which was reported */
};

/* Report at a word (NULL: the whole file). fail returns false. */
bool reading_fail(const struct reading *r, const struct token *at,
		  const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void reading_warn(const struct reading *r, const struct token *at,
		  const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

void reading_run(struct reading *r, char *text, size_t len);
void reading_advance(
	struct reading *r); /* ahead, and have, are of the next word */
/* The word at the cursor or NULL; the last word, for what is missing at the end. */
struct token *reading_peek(const struct reading *r);
struct token *reading_next(struct reading *r);
const struct token *reading_last(const struct reading *r);

/* secrets_file.c: files, and files within files. */
void file_load(struct secrets *s, const char *pattern, const struct reading *up,
	       const struct token *at);
const char *file_name(struct secrets *s,
		      const char *name); /* kept in s->files */

/* secrets_value.c: what follows a kind. Each reports and returns false if it is wrong. */
struct kind;
bool value_read(struct reading *r, const struct kind *kind, struct entry *e);

/* How a kind is called, and what follows it. */
enum value_form {
	VALUE_OCTETS,
	VALUE_RSA,
	VALUE_FILE,
	VALUE_PKCS12,
	VALUE_CARD,
	VALUE_SKIP
};
struct kind {
	const char *name;
	enum secrets_kind kind;
	enum value_form form;
	int type; /* enum pubkey_type that a key has to have; -1: any */
};
const struct kind *kind_find(const char *name);

/* secrets_age.c: when rsasigkey says in its comment that it made the key; 0: it does not. */
int64_t age_of_comment(const char *comment, const char *end);

/* secrets_weak.c: bits of entropy that someone who guesses would reckon with, and known samples. */
unsigned int weak_bits(const uint8_t *p, size_t n);
bool weak_sample(const uint8_t *p, size_t n);

#endif /* CONF_SECRETS_PRIV_H */
