// SPDX-License-Identifier: GPL-2.0-or-later
/* state.c - SAs and policies in arrays: compared, counted, found. */
#include "state.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

void state_fini(struct state *st)
{
	if (st->sas)
		secret_wipe(st->sas, st->room_sas * sizeof(*st->sas));
	free(st->sas);
	free(st->policies);
	memset(st, 0, sizeof(*st));
}

static int compare_owners(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

size_t state_owners(const struct state *st, bool (*test)(uint64_t owner),
		    uint64_t **owners)
{
	uint64_t *v = calloc(st->nsas + st->npolicies + 1, sizeof(*v));
	size_t n = 0, m = 0, i;

	if (!v)
		abort();
	for (i = 0; i < st->nsas; i++)
		if (test(st->sas[i].owner))
			v[n++] = st->sas[i].owner;
	for (i = 0; i < st->npolicies; i++)
		if (test(st->policies[i].owner))
			v[n++] = st->policies[i].owner;
	qsort(v, n, sizeof(*v), compare_owners);
	for (i = 0; i < n; i++)
		if (!i || v[i] != v[i - 1])
			v[m++] = v[i];
	*owners = v;
	return m;
}

/* Comparing ----------------------------------------------------------------------------------- */

static bool same_addr(const struct nfi_addr *a, const struct nfi_addr *b)
{
	return a->len == b->len && !memcmp(a->b, b->b, a->len);
}

static bool same_key(const struct nfi_key *a, const struct nfi_key *b)
{
	return a->len == b->len && !memcmp(a->b, b->b, a->len);
}

static bool same_field(const struct nlp_row *row, const void *want,
		       const void *have)
{
	const char *a = (const char *)want + row->offset,
		   *b = (const char *)have + row->offset;

	switch ((enum nlp_type)row->type) {
	case NLP_ADDR:
		return same_addr((const void *)a, (const void *)b);
	case NLP_KEY:
		return !nlp_has(have, row->attr) ||
		       same_key((const void *)a, (const void *)b);
	case NLP_STR:
		return !strcmp(a, b);
	case NLP_U8:
	case NLP_U16:
	case NLP_U32:
	case NLP_U64:
	case NLP_BE16:
	case NLP_BE32:
		break;
	}
	return nlp_row_get(row, want) == nlp_row_get(row, have);
}

static bool same_tmpls(const struct nfi_sp_msg *want,
		       const struct nfi_sp_msg *have)
{
	unsigned int i;

	if (want->ntmpl != have->ntmpl)
		return false;
	for (i = 0; i < want->ntmpl; i++)
		if (!state_covers(NLP_TMPL, &want->tmpl[i], &have->tmpl[i]))
			return false;
	return true;
}

bool state_covers(enum nlp_set set, const void *want, const void *have)
{
	size_t n, i;
	const struct nlp_row *rows = nlp_rows(set, &n);

	for (i = 0; i < n; i++)
		if (nlp_has(want, rows[i].attr) &&
		    !same_field(&rows[i], want, have))
			return false;
	return set != NLP_SP || same_tmpls(want, have);
}

const struct nfi_sa_msg *state_sa_of(const struct state *st, uint8_t dir,
				     const struct nfi_tmpl_msg *t)
{
	const struct nfi_sa_msg *newest = NULL;
	size_t i;

	for (i = 0; i < st->nsas; i++) {
		const struct nfi_sa_msg *sa = &st->sas[i];

		if (sa->dir == dir && sa->proto == t->proto &&
		    sa->reqid == t->reqid && sa->state != NFI_SA_DEAD &&
		    (!newest || sa->id > newest->id))
			newest = sa;
	}
	return newest;
}
