// SPDX-License-Identifier: GPL-2.0-or-later
/* nlp_rows.c - the rows of nf_ipsec.def as tables, and access to the fields they name. */
#include "nlp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#define U16_MAX 0xffffu
#define S32_MAX 0x7fffffff
#define U32_MAX 0xffffffffu
#define U64_MAX 0xffffffffffffffffull

#define SIZE_U8 1
#define SIZE_U16 2
#define SIZE_U32 4
#define SIZE_U64 8
#define SIZE_BE16 2
#define SIZE_BE32 4
#define SIZE_ADDR sizeof(struct nfi_addr)
#define SIZE_KEY sizeof(struct nfi_key)

/* clang-format off */
#define ROW(st, pre, a, t, f, lo, hi) { \
	.attr = NFI_##pre##_##a, .type = NLP_##t, .name = #a, \
	.offset = offsetof(struct st, f), .size = sizeof(((struct st *)0)->f), \
	.min = (lo), .max = (hi) },

#define NFI_SA(a, t, f, lo, hi) ROW(nfi_sa_msg, SA, a, t, f, lo, hi)
static const struct nlp_row sa_rows[] = {
#include "nf_ipsec.def"
};
#undef NFI_SA
#define NFI_SP(a, t, f, lo, hi) ROW(nfi_sp_msg, SP, a, t, f, lo, hi)
static const struct nlp_row sp_rows[] = {
#include "nf_ipsec.def"
};
#undef NFI_SP
#define NFI_TMPL(a, t, f, lo, hi) ROW(nfi_tmpl_msg, TMPL, a, t, f, lo, hi)
static const struct nlp_row tmpl_rows[] = {
#include "nf_ipsec.def"
};
#undef NFI_TMPL
#define NFI_NS(a, t, f, lo, hi) ROW(nfi_ns_msg, NS, a, t, f, lo, hi)
static const struct nlp_row ns_rows[] = {
#include "nf_ipsec.def"
};
#undef NFI_NS
#define NFI_EV(a, t, f, lo, hi) ROW(nfi_ev_msg, EV, a, t, f, lo, hi)
static const struct nlp_row ev_rows[] = {
#include "nf_ipsec.def"
};
#undef NFI_EV
#define NFI_STAT(a, t, f, lo, hi) ROW(nlp_stat_msg, STAT, a, t, f, lo, hi)
static const struct nlp_row stat_rows[] = {
#include "nf_ipsec.def"
};
#undef NFI_STAT
#define NFI_ALG(a, t, f, lo, hi) ROW(nlp_alg_msg, ALG, a, t, f, lo, hi)
static const struct nlp_row alg_rows[] = {
#include "nf_ipsec.def"
};
#undef NFI_ALG
#define NFI_INFO(a, t, f, lo, hi) ROW(nlp_info_msg, INFO, a, t, f, lo, hi)
static const struct nlp_row info_rows[] = {
#include "nf_ipsec.def"
};
#undef NFI_INFO
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const struct nlp_row *rows;
	size_t n;
	const char *name;
} sets[NLP_SETS] = {
	[NLP_NONE] = { NULL, 0, "" },
	[NLP_SA] = { sa_rows, COUNT(sa_rows), "sa" },
	[NLP_SP] = { sp_rows, COUNT(sp_rows), "sp" },
	[NLP_TMPL] = { tmpl_rows, COUNT(tmpl_rows), "tmpl" },
	[NLP_NS] = { ns_rows, COUNT(ns_rows), "ns" },
	[NLP_EV] = { ev_rows, COUNT(ev_rows), "event" },
	[NLP_STAT] = { stat_rows, COUNT(stat_rows), "stat" },
	[NLP_ALG] = { alg_rows, COUNT(alg_rows), "alg" },
	[NLP_INFO] = { info_rows, COUNT(info_rows), "info" },
};

const struct nlp_row *nlp_rows(enum nlp_set set, size_t *n)
{
	*n = sets[set].n;
	return sets[set].rows;
}

const char *nlp_set_name(enum nlp_set set)
{
	return sets[set].name;
}

const struct nlp_row *nlp_row_find(enum nlp_set set, uint16_t attr)
{
	size_t i;

	for (i = 0; i < sets[set].n; i++)
		if (sets[set].rows[i].attr == attr)
			return &sets[set].rows[i];
	return NULL;
}

const char *nlp_row_label(const struct nlp_row *row, char text[32])
{
	size_t i;

	for (i = 0; i < 31 && row->name[i]; i++) {
		char c = row->name[i];

		text[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	text[i] = '\0';
	return text;
}

/* Every struct of a set begins with `has`. */
bool nlp_has(const void *obj, uint16_t attr)
{
	uint64_t has;

	memcpy(&has, obj, sizeof(has));
	return attr < 64 && (has >> attr & 1);
}

void nlp_mark(void *obj, uint16_t attr)
{
	uint64_t has;

	memcpy(&has, obj, sizeof(has));
	has |= 1ULL << attr;
	memcpy(obj, &has, sizeof(has));
}

uint64_t nlp_row_get(const struct nlp_row *row, const void *obj)
{
	const uint8_t *p = (const uint8_t *)obj + row->offset;
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;

	switch (row->type) {
	case NLP_U8:
		return *p;
	case NLP_U16:
	case NLP_BE16:
		memcpy(&v16, p, sizeof(v16));
		return row->type == NLP_BE16 ? ntohs(v16) : v16;
	case NLP_U32:
	case NLP_BE32:
		memcpy(&v32, p, sizeof(v32));
		return row->type == NLP_BE32 ? ntohl(v32) : v32;
	case NLP_U64:
		memcpy(&v64, p, sizeof(v64));
		return v64;
	default:
		return 0;
	}
}

int nlp_row_set(const struct nlp_row *row, void *obj, uint64_t value)
{
	uint8_t *p = (uint8_t *)obj + row->offset;
	uint16_t v16 = (uint16_t)value;
	uint32_t v32 = (uint32_t)value;

	if (value < row->min || value > row->max)
		return -ERANGE;
	switch (row->type) {
	case NLP_U8:
		*p = (uint8_t)value;
		break;
	case NLP_U16:
	case NLP_BE16:
		if (row->type == NLP_BE16)
			v16 = htons(v16);
		memcpy(p, &v16, sizeof(v16));
		break;
	case NLP_U32:
	case NLP_BE32:
		if (row->type == NLP_BE32)
			v32 = htonl(v32);
		memcpy(p, &v32, sizeof(v32));
		break;
	case NLP_U64:
		memcpy(p, &value, sizeof(value));
		break;
	default:
		return -ERANGE;
	}
	nlp_mark(obj, row->attr);
	return 0;
}

enum nlp_set nlp_nest_set(uint16_t type)
{
	static const enum nlp_set nests[NFI_A_MAX + 1] = {
		[NFI_A_SA] = NLP_SA,	 [NFI_A_SP] = NLP_SP,
		[NFI_A_NS] = NLP_NS,	 [NFI_A_EVENT] = NLP_EV,
		[NFI_A_STAT] = NLP_STAT, [NFI_A_ALG] = NLP_ALG,
		[NFI_A_INFO] = NLP_INFO,
	};

	return type <= NFI_A_MAX ? nests[type] : NLP_NONE;
}
