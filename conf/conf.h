/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf.h - ipsec.conf: read, merged, judged, compared. All dies with the struct conf. */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* clang-format off */
enum conf_kw { /* keywords, KW_SUBNET; an alias has the id of what it stands for */
	KW_NONE,
#define OPT(sec, id, name, type, set, min, max, d1, d2, d3, since, status, change, note, help) KW_##id,
#include "conf/options.def"
#undef OPT
	KW_COUNT
};

enum conf_word { /* words that are values, W_AUTO_START */
	W_NONE,
#define WORD(set, id, word, since) W_##set##_##id,
#include "conf/options.def"
#undef WORD
	W_COUNT
};
/* clang-format on */

enum conf_side { SIDE_NONE, SIDE_LEFT, SIDE_RIGHT };
enum conf_severity { CONF_NOTE, CONF_WARNING, CONF_ERROR };
enum conf_from { FROM_CONN, FROM_ALSO, FROM_DEFAULT, FROM_BUILTIN, FROM_NONE };
enum conf_gen { CONF_V1, CONF_V2, CONF_NOW }; /* generations of files: FreeS/WAN 1.9x, 2, today */

struct conf_pos {
	uint32_t file, line, col; /* from 1; line 0: nowhere */
};

/* One complaint. text and hint never hold key material. */
struct conf_diag {
	enum conf_severity severity;
	struct conf_pos pos, other; /* other: the second place, if any */
	const char *text, *hint; /* hint: what to change, or NULL */
};
/* Zero: the default of conf_load. More than this is one error. */
struct conf_limits {
	size_t bytes, includes, depth, sections, merged;
};

struct conf_opts {
	bool strict; /* the rules of 1.9x */
	bool lenient; /* unknown keywords and unquoted blanks are warnings */
	struct conf_limits limits;
	const char *root; /* folder for relative includes of conf_parse; NULL: it includes nothing */
};

/* Values -------------------------------------------------------------------------------------- */

enum conf_type {
	CONF_SAME, /* only of aliases */
	CONF_BOOL, CONF_INT, CONF_BYTES, CONF_TIME, CONF_MSEC, CONF_PERCENT, CONF_DSCP, CONF_SPI, /* u.n */
	CONF_ENUM, /* word */
	CONF_FLAGS, /* u.n, see conf_has */
	CONF_STRING, CONF_PATH, CONF_COMMAND, /* text */
	CONF_NAMES, CONF_WORDS, CONF_IFACES, /* u.words */
	CONF_AUTH, /* word is the method, u.words all of the text's rounds and constraints */
	CONF_HOST, CONF_SUBNETS, CONF_SOURCEIP, CONF_POOL, CONF_ADDRS, /* u.ranges */
	CONF_PROTOPORT, /* u.ranges, one without addresses */
	CONF_ID, /* u.id */
	CONF_PUBKEY, CONF_KEY, /* u.key, or word */
	CONF_MARK, /* u.mark */
	CONF_IKE, CONF_ESP, CONF_AH, /* u.props */
};

/* Addresses first to last, a name, or a %word; for networks also a protocol and ports. */
struct conf_range {
	enum conf_word word;
	const char *name; /* to be resolved, or %device */
	uint8_t first[16], last[16];
	uint8_t len; /* 4, 16; 0: not numeric */
	uint8_t plen; /* CONF_NO_PREFIX: not a prefix */
	bool not; /* !10.1.0.0/16 */
	uint8_t proto; /* 0: any */
	uint16_t port_min, port_max; /* ICMP: type */
};
#define CONF_NO_PREFIX 255

struct conf_ranges {
	size_t n;
	struct conf_range v[];
};

struct conf_words {
	size_t n;
	const char *v[];
};

enum conf_id_kind {
	ID_ADDR, ID_FQDN, ID_USER, ID_KEYID, ID_DN, ID_NAME, ID_ANY, ID_FROMCERT, ID_NULL, ID_MYID
};

struct conf_id {
	enum conf_id_kind kind;
	const char *text; /* without the leading @ */
	const uint8_t *b; /* ID_ADDR, ID_KEYID */
	size_t len;
};

struct conf_key {
	size_t len; /* octets; 0: text is a file's name */
	uint8_t b[];
};

struct conf_mark {
	uint32_t value, mask;
};

/* ALG_ADDKE1 and the six behind it: further key exchanges, RFC 9370. */
enum conf_alg_kind { ALG_ENC, ALG_AUTH, ALG_PRF, ALG_DH, ALG_ESN, ALG_ADDKE1 };

struct conf_alg {
	enum conf_alg_kind kind;
	uint16_t id; /* IKEv2 transform ID */
	uint16_t keybits; /* ENC; 0: any, or fixed */
	uint8_t nfi; /* value of algs.def; 0: IKE only */
	const char *name;
};

struct conf_proposal {
	size_t n;
	const struct conf_alg *v; /* several of one kind are alternatives */
};

struct conf_props {
	size_t n;
	bool only; /* ends with "!": nothing else is offered */
	struct conf_proposal v[];
};

struct conf_value {
	struct conf_pos pos; /* of the value */
	uint32_t name_col; /* of the keyword */
	uint32_t section; /* where it was written; private */
	uint16_t kw, word; /* enum conf_kw, conf_word */
	uint8_t side, type; /* enum conf_side, conf_type */
	bool set; /* false: nothing was said, or %none */
	bool bad; /* did not parse: the conns that use it are broken */
	const char *text; /* as written, without quotes; never NULL */
	union {
		uint64_t n; /* times in milliseconds */
		const struct conf_ranges *ranges;
		const struct conf_words *words;
		const struct conf_id *id;
		const struct conf_key *key;
		const struct conf_props *props;
		struct conf_mark mark;
	} u;
};

/* Loading ------------------------------------------------------------------------------------- */

struct conf;
struct conf_conn;

/* Never NULL; ask conf_errors. No such file: empty, with a note. "-": standard input. */
struct conf *conf_load(const char *path, const struct conf_opts *o);
/* The same from memory; name is what messages say. */
struct conf *conf_parse(const char *text, size_t n, const char *name, const struct conf_opts *o);
void conf_free(struct conf *c); /* wipes all texts */

enum conf_gen conf_generation(const struct conf *c);
const char *conf_file(const struct conf *c, uint32_t file);

/* Connections in the order of the files; %default is none of them. */
size_t conf_conns(const struct conf *c);
const struct conf_conn *conf_conn_at(const struct conf *c, size_t i);
const struct conf_conn *conf_conn_find(const struct conf *c, const char *name);
const char *conf_conn_name(const struct conf_conn *conn);
struct conf_pos conf_conn_pos(const struct conf_conn *conn);
bool conf_conn_broken(const struct conf_conn *conn); /* has an error, or is only for others to pull in */

/* The same for ca sections. */
size_t conf_cas(const struct conf *c);
const struct conf_conn *conf_ca_at(const struct conf *c, size_t i);

/* Own value over also= over %default over built-in; never NULL. SIDE_NONE for what has no sides. */
const struct conf_value *conf_get(const struct conf_conn *conn, enum conf_kw kw,
				  enum conf_side side);
const struct conf_value *conf_setup_get(const struct conf *c, enum conf_kw kw);
enum conf_from conf_from(const struct conf_conn *conn, const struct conf_value *v);
/* Whether a flag is among the value's. */
bool conf_has(const struct conf_value *v, enum conf_word flag);

#endif /* CONF_CONF_H */
