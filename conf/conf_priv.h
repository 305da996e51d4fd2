/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conf_priv.h - what the files of conf/ share: the struct conf, its files and sections,
 * complaints.
 */
#ifndef CONF_PRIV_H
#define CONF_PRIV_H

#include <sys/types.h>

#include "base/arena.h"
#include "conf/conf.h"
#include "conf/options.h"

struct source {
	const char *name;
	char *text; /* n octets and a zero; wiped at the end */
	size_t n;
	dev_t dev;
	ino_t ino;
	mode_t mode; /* 0: from memory */
	uid_t uid;
	struct conf_pos from; /* of the include */
	bool has_keys;
	bool hidden; /* messages do not show its lines */
	const char **lines; /* where each begins, once asked for */
	size_t nlines;
};

struct also {
	const char *name;
	struct conf_pos pos;
	bool flip;
	struct conf_conn *target; /* NULL: there is none */
};

/* An effective value: key is keyword and side, which alsoflip may have exchanged. */
struct ref {
	uint32_t key;
	const struct conf_value *v;
};

/* A section. */
struct conf_conn {
	const char *name;
	struct conf_pos pos;
	struct conf *c;
	uint32_t index;
	enum conf_section type;
	bool broken, preset,
		twice; /* preset: %default; twice: a second one of the name, ignored */
	bool part,
		pulled; /* part: incomplete, only for others to pull in; pulled: some do */
	uint32_t nvalues, nalsos, nrefs;
	uint64_t hash; /* of refs and their texts */
	uint32_t seen[2]; /* by which conn's merging, straight and flipped */
	uint8_t colour; /* of the search for cycles */
	const struct conf_value *values;
	struct also *alsos;
	const struct ref *refs; /* sorted by key */
};

/* What is done with the text of each file, included ones, too. */
struct reader {
	void (*parse)(struct conf *c, uint32_t file, void *with);
	void *with;
};

struct conf {
	struct arena arena;
	struct reader reader;
	struct conf_opts o;
	struct conf_limits left; /* what may still be read */
	enum conf_gen gen;
	bool said_version;
	struct conf_pos version;

	struct source *files;
	size_t nfiles, files_room;

	struct conf_conn **sections; /* in order */
	size_t nsections, sections_room;
	struct conf_conn **conns, **cas; /* those to be used, in order */
	size_t nconns, ncas;
	struct conf_conn **sorted; /* by type and name */
	struct conf_conn setup, defaults, ca_defaults; /* what their sections say together */
	struct conf_conn nobody; /* is to blame for what no section has done */

	struct conf_value builtin[KW_COUNT];

	struct conf_diag *diags;
	size_t ndiags, diags_room, nerrors;
	size_t more; /* complaints beyond DIAGS_MAX */
};

#define DIAGS_MAX 1000
#define REF_KEY(kw, side) ((uint32_t)(kw) << 2 | (uint32_t)(side))
#define REF_KW(key) ((enum conf_kw)((key) >> 2))
#define REF_SIDE(key) ((enum conf_side)((key)&3))

/* Collect a complaint; an error breaks the section, or nobody. The caller may add hint and other. */
struct conf_diag *diag_add(struct conf_conn *section, enum conf_severity severity,
			   struct conf_pos pos, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Whether more complaints are only counted: no work is to be put into them. */
bool diag_full(const struct conf *c);
/* Text of a file as a message may show it: short, printable, no keys. */
const char *diag_quote(const char *text, char buf[64]);

/* parse.c: a file's text into sections; load.c: files. */
void parse_text(struct conf *c, uint32_t file);
void load_include(struct conf *c, const char *pattern, struct conf_pos pos,
		  bool optional);
/*
 * Files of any syntax into a struct conf that only carries texts and complaints. err is 0 or -errno; nothing is said
 * yet about -ENOENT.
 */
struct conf *load_file(const char *path, const struct conf_opts *o, struct reader reader, int *err);
struct conf *load_text(const char *text, size_t n, const char *name, const struct conf_opts *o, struct reader reader);
/* dialect.c: note that something of this generation is used. */
void dialect_use(struct conf *c, enum conf_gen since);
void dialect_builtin(struct conf *c);
void merge_all(struct conf *c);
void check_all(struct conf *c);
/* The conn for a name, and the first section of its type and name. */
struct conf_conn *merge_find(const struct conf *c, enum conf_section type,
			     const char *name);
/* What a conn says itself, through also=, or in %default; NULL: nothing. */
const struct conf_value *merge_get(const struct conf_conn *conn,
				   enum conf_kw kw, enum conf_side side);

#endif /* CONF_PRIV_H */
