// SPDX-License-Identifier: GPL-2.0-or-later
/* options.c - the rows of options.def, and looking them up. */
#include "conf/options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"

#define V1 CONF_V1
#define V2 CONF_V2
#define NOW CONF_NOW

/* clang-format off */
static const struct conf_row rows[KW_COUNT] = {
#define OPT(sec, id, name, type, set, min, max, d1, d2, d3, since, status, change, note, help) \
	[KW_##id] = { SEC_##sec, name, CONF_##type, WORDS_##set, min, max, { d1, d2, d3 }, \
		      since, STATUS_##status, CHANGE_##change, note, help },
#include "conf/options.def"
#undef OPT
};

static const struct alias {
	enum conf_section section;
	enum conf_kw kw;
	const char *name;
	enum conf_type type;
	enum word_set words;
	enum conf_gen since;
} aliases[] = {
#define ALIAS(sec, id, name, type, set, since) \
	{ SEC_##sec, KW_##id, name, CONF_##type, WORDS_##set, since },
#include "conf/options.def"
#undef ALIAS
};

static const struct word {
	enum word_set set;
	const char *text;
	enum conf_gen since;
	enum conf_word word;
} words[] = {
#define WORD(set, id, text, since) { WORDS_##set, text, since, W_##set##_##id },
#include "conf/options.def"
#undef WORD
#define SPELL(set, id, text, in, since) { WORDS_##in, text, since, W_##set##_##id },
#include "conf/options.def"
#undef SPELL
};
/* clang-format on */

#define ALIASES (sizeof(aliases) / sizeof(aliases[0]))
#define WORDS (sizeof(words) / sizeof(words[0]))

/* All names of rows and aliases, sorted by section and name. */
static struct entry {
	enum conf_section section;
	const char *name;
	struct conf_name is;
} index_[KW_COUNT + ALIASES];
static size_t entries;

static int fold(char c)
{
	return c == '_' ? '-' : tolower((unsigned char)c);
}

static int compare_names(const char *a, const char *b)
{
	while (*a && fold(*a) == fold(*b)) {
		a++;
		b++;
	}
	return fold(*a) - fold(*b);
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	return compare_names(x->name, y->name);
}

static void add_entry(enum conf_section sec, const char *name,
		      struct conf_name is)
{
	index_[entries].section = sec;
	index_[entries].name = name;
	index_[entries++].is = is;
}

static void make_index(void)
{
	size_t i;

	for (i = 1; i < KW_COUNT; i++)
		add_entry(rows[i].section, rows[i].name,
			  (struct conf_name){ (enum conf_kw)i, SIDE_NONE,
					      rows[i].type, rows[i].words,
					      rows[i].since, false });
	for (i = 0; i < ALIASES; i++) {
		const struct alias *a = &aliases[i];
		const struct conf_row *row = &rows[a->kw];
		bool same = a->type == CONF_SAME;

		add_entry(a->section, a->name,
			  (struct conf_name){ a->kw, SIDE_NONE,
					      same ? row->type : a->type,
					      same ? row->words : a->words,
					      a->since, true });
	}
	qsort(index_, entries, sizeof(index_[0]), compare_entries);
}

const struct conf_row *options_row(enum conf_kw kw)
{
	return &rows[kw];
}

static struct conf_name look_up(enum conf_section sec, const char *name,
				bool exact)
{
	struct entry key = { .section = sec, .name = name }, *found;

	found = bsearch(&key, index_, entries, sizeof(index_[0]),
			compare_entries);
	if (!found || (exact && strcmp(found->name, name)))
		return (struct conf_name){ .kw = KW_NONE };
	return found->is;
}

struct conf_name options_find(enum conf_section sec, const char *name,
			      bool exact)
{
	struct conf_name is;
	bool left;

	if (!entries)
		make_index();
	is = look_up(sec, name, exact);
	if (is.kw != KW_NONE || sec != SEC_CONN)
		return is;
	left = !strncasecmp(name, "left", 4);
	if (!left && strncasecmp(name, "right", 5))
		return is;
	is = look_up(SEC_SIDE, name + (left ? 4 : 5), exact);
	is.side = left ? SIDE_LEFT : SIDE_RIGHT;
	return is;
}

static void offer_section(struct suggest *s, enum conf_section sec)
{
	static char names[2 * (KW_COUNT + ALIASES)][64]; /* with their sides */
	size_t i;

	for (i = 0; i < entries; i++) {
		const struct entry *e = &index_[i];

		if (e->section == sec)
			suggest_offer(s, e->name);
		if (sec != SEC_CONN || e->section != SEC_SIDE)
			continue;
		if (!names[2 * i][0]) {
			snprintf(names[2 * i], 64, "left%s", e->name);
			snprintf(names[2 * i + 1], 64, "right%s", e->name);
		}
		suggest_offer(s, names[2 * i]);
		suggest_offer(s, names[2 * i + 1]);
	}
}

const char *options_nearest(enum conf_section sec, const char *name,
			    enum conf_section *where)
{
	static const enum conf_section others[] = { SEC_CONN, SEC_SETUP,
						    SEC_CA };
	struct suggest s;
	size_t i;

	/* the right word in the wrong section is nearer than any other */
	for (i = 0; i < 3 && options_find(sec, name, false).kw == KW_NONE;
	     i++) {
		*where = others[i];
		if (options_find(others[i], name, false).kw != KW_NONE)
			return name;
	}
	*where = sec;
	suggest_begin(&s, name);
	offer_section(&s, sec);
	return s.best;
}

const char *options_name(enum conf_kw kw, enum conf_side side, char buf[64])
{
	snprintf(buf, 64, "%s%s",
		 side == SIDE_LEFT  ? "left" :
		 side == SIDE_RIGHT ? "right" :
				      "",
		 rows[kw].name ? rows[kw].name : "");
	return buf;
}

/* Words --------------------------------------------------------------------------------------- */

enum conf_word options_word(enum word_set set, const char *text,
			    enum conf_gen *since)
{
	size_t i;

	for (i = 0; set != WORDS_NONE && i < WORDS; i++) {
		if (words[i].set != set || strcasecmp(words[i].text, text))
			continue;
		*since = words[i].since;
		return words[i].word;
	}
	return W_NONE;
}

bool options_is_word(const char *text)
{
	size_t i;

	for (i = 0; i < WORDS; i++)
		if (!strcasecmp(words[i].text, text))
			return true;
	return false;
}

const char *options_word_text(enum conf_word word)
{
	return word ? words[word - 1].text : "";
}

unsigned int options_word_bit(enum conf_word word)
{
	unsigned int bit = 0;
	size_t i = word - 1;

	while (i > 0 && words[i - 1].set == words[word - 1].set) {
		bit++;
		i--;
	}
	return bit;
}

const char *options_words_text(enum word_set set, char *buf, size_t n)
{
	size_t i, len = 0, last = 0, own;

	for (i = 0; i < W_COUNT - 1; i++)
		if (words[i].set == set)
			last = i;
	/* an alias keyword has no WORD rows */
	for (own = last; !own && i < WORDS; i++)
		if (words[i].set == set)
			last = i;
	buf[0] = '\0';
	for (i = 0; i <= last && len < n; i++)
		if (words[i].set == set)
			len += (size_t)snprintf(buf + len, n - len, "%s%s",
						!len	  ? "" :
						i == last ? " or " :
							    ", ",
						words[i].text);
	return buf;
}

const char *options_words_nearest(enum word_set set, const char *text)
{
	struct suggest s;
	size_t i;

	suggest_begin(&s, text);
	for (i = 0; i < WORDS; i++)
		if (words[i].set == set)
			suggest_offer(&s, words[i].text);
	return s.best;
}
