// SPDX-License-Identifier: GPL-2.0-or-later
/* check_weak.c - algorithms that are named, and should not be used any more; once at each place. */
#include <stdio.h>
#include <string.h>

#include "conf/check.h"

/* clang-format off */
static const struct weak {
	const char *alg, *name;
	enum conf_severity severity;
	const char *why;
} weak[] = {
#define IKE_WEAK(alg, name, severity, why) { alg, name, CONF_##severity, why },
#include "conf/ike_algs.def"
#undef IKE_WEAK
};
/* clang-format on */

#define NWEAK (sizeof(weak) / sizeof(weak[0]))

static const struct weak *find_weak(const struct conf_alg *alg)
{
	size_t i;

	for (i = 0; i < NWEAK; i++)
		if (!strcmp(weak[i].alg, alg->name))
			return &weak[i];
	return NULL;
}

/* One of each name; several rows may have the same. */
static void see(const struct weak *w, const struct weak **found, size_t *n)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (!strcmp(found[i]->name, w->name))
			return;
	found[(*n)++] = w;
}

static void check_value(struct conf *c, const struct conf_value *v)
{
	const struct weak *found[NWEAK], *worst = NULL;
	size_t n = 0, i, k;
	char text[256];

	for (i = 0; i < v->u.props->n; i++) {
		const struct conf_proposal *p = &v->u.props->v[i];

		for (k = 0; k < p->n; k++)
			if (find_weak(&p->v[k]))
				see(find_weak(&p->v[k]), found, &n);
	}
	text[0] = '\0';
	for (i = 0; i < n; i++) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? ", " : "", found[i]->name);
		if (!worst || found[i]->severity > worst->severity)
			worst = found[i];
	}
	if (worst)
		diag_add(&c->nobody, worst->severity, v->pos, "%s: %s; %s",
			 worst->severity == CONF_NOTE ? "old algorithms" : "weak algorithms", text, worst->why)
			->hint = v->type == CONF_IKE ? "ike=aes_gcm256-sha2_512-x25519, or aes256-sha2_256-modp2048" :
				 v->type == CONF_AH  ? "ah=sha2_256" :
						       "esp=aes_gcm256, or aes256-sha2_256";
}

void check_weak(struct conf *c)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < c->nsections && !diag_full(c); i++) {
		const struct conf_conn *s = c->sections[i];

		for (k = 0; k < s->nvalues; k++) {
			const struct conf_value *v = &s->values[k];

			if ((v->type == CONF_IKE || v->type == CONF_ESP || v->type == CONF_AH) && v->set && !v->bad &&
			    v->u.props)
				check_value(c, v);
		}
	}
}
