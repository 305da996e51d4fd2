// SPDX-License-Identifier: GPL-2.0-or-later
/* plan.c - the transactions of manual connections. */
#include "plan.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/secret.h"
#include "conn/manual.h"
#include "ctl.h"
#include "opts.h"

static void add(struct plan *p, struct step step)
{
	p->v = arena_grow(p->v, &p->room, p->n, sizeof(*p->v));
	p->v[p->n++] = step;
}

void plan_flush(struct plan *p, uint64_t owner)
{
	add(p, (struct step){ .cmd = NFI_CMD_SP_FLUSH, .owner = owner });
	add(p, (struct step){ .cmd = NFI_CMD_SA_FLUSH, .owner = owner });
}

static void add_policies(struct plan *p, const struct manual *m)
{
	size_t i;

	for (i = 0; i < m->npolicies; i++)
		add(p, (struct step){ .cmd = NFI_CMD_SP_NEW,
				      .sp = &m->policies[i] });
}

void plan_up(struct plan *p, const struct manual *m)
{
	size_t i;

	plan_flush(p, m->owner);
	for (i = 0; i < m->nsas; i++)
		add(p,
		    (struct step){ .cmd = NFI_CMD_SA_NEW, .sa = &m->sas[i] });
	add_policies(p, m);
}

void plan_route(struct plan *p, const struct manual *m)
{
	plan_unroute(p, m->owner);
	add_policies(p, m);
}

void plan_down(struct plan *p, uint64_t owner)
{
	add(p, (struct step){ .cmd = NFI_CMD_SA_FLUSH, .owner = owner });
	add(p, (struct step){ .cmd = NFI_CMD_SP_FLUSH,
			      .owner = owner,
			      .action = NFI_ACT_PASS });
}

void plan_unroute(struct plan *p, uint64_t owner)
{
	add(p, (struct step){ .cmd = NFI_CMD_SP_FLUSH, .owner = owner });
}

void plan_fini(struct plan *p)
{
	free(p->v);
	memset(p, 0, sizeof(*p));
}

/* Steps as requests --------------------------------------------------------------------------- */

struct filters {
	struct nfi_sa_msg sa;
	struct nfi_sp_msg sp;
};

/* The request of a step; its filter lives in f. */
static struct nlp_req request(const struct step *s, struct filters *f)
{
	struct nlp_req req = {
		.cmd = s->cmd, .in_txn = true, .sa = s->sa, .sp = s->sp
	};

	memset(f, 0, sizeof(*f));
	if (s->sa || s->sp) {
		req.flags = NLM_F_CREATE;
	} else if (s->cmd == NFI_CMD_SA_FLUSH) {
		f->sa.owner = s->owner;
		nlp_mark(&f->sa, NFI_SA_OWNER);
		req.sa = &f->sa;
	} else {
		f->sp.owner = s->owner;
		nlp_mark(&f->sp, NFI_SP_OWNER);
		f->sp.action = s->action;
		if (s->action)
			nlp_mark(&f->sp, NFI_SP_ACTION);
		req.sp = &f->sp;
	}
	return req;
}

static void print_step(const struct step *s, FILE *f)
{
	struct filters filters;
	struct nlp_req req = request(s, &filters);

	if (s->sa) {
		opts_line_sa(f, s->sa, false);
	} else if (s->sp) {
		opts_line_sp(f, s->sp);
	} else {
		fputs(req.sa ? "sa flush" : "policy flush", f);
		opts_print(f, req.sa ? NLP_SA : NLP_SP,
			   req.sa ? (const void *)req.sa : req.sp, false);
		fputc('\n', f);
	}
}

void plan_print(const struct plan *p, FILE *f)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		print_step(&p->v[i], f);
}

/* Name the step, which as a line of load says more than any prose. */
static int refused(struct ctl *ctl, const struct plan *p, const char *name)
{
	const struct nlp_fail *f = nlp_failure(ctl->nlp);

	fprintf(stderr, "ipsecctl: conn '%s': %s: %s\n", name,
		f->error == -EPERM ? "not permitted (CAP_NET_ADMIN is needed)" :
				     "the kernel refused",
		f->text[0] ? f->text : strerror(-f->error));
	if (f->error != -EPERM && f->index < p->n) {
		fputs("  ", stderr);
		print_step(&p->v[f->index], stderr);
	}
	fprintf(stderr, "ipsecctl: conn '%s': nothing was changed\n", name);
	return CTL_REFUSED;
}

int plan_send(struct ctl *ctl, const struct plan *p, const char *name)
{
	struct nlp_batch batch = { .buf = NULL };
	struct filters filters;
	struct nlp_fail fail;
	int code = ctl_open(ctl);
	size_t i;

	for (i = 0; !code && i < p->n; i++) {
		struct nlp_req req = request(&p->v[i], &filters);

		if (!nlp_batch_add(&batch, &req, &fail))
			continue;
		fprintf(stderr, "ipsecctl: conn '%s': %s\n", name, fail.text);
		code = CTL_REFUSED;
	}
	if (!code && nlp_batch_commit(ctl->nlp, &batch))
		code = refused(ctl, p, name);
	nlp_batch_free(&batch);
	return code;
}
