// SPDX-License-Identifier: GPL-2.0-or-later
/* proof.c - jobs of the keys companion, for as long as an IKE_SA is being authenticated. */
#include "ike2/proof.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crypto/sig.h"
#include "ike/exch.h"
#include "ike/id.h"
#include "ike/sa.h"

struct job {
	struct sig_job sig;
	bool asked, pending;
	uint8_t *octets; /* heap: what is proved */
	struct sig_tbs tbs; /* of a signature */
	bool signs;
	char my_id[ID_TEXT], peer_id[ID_TEXT];
};

struct sa_proof {
	struct ike_sa *sa;
	bool matched;
	struct job job[2];
};

static struct sa_proof *proof_of(struct ike_sa *sa)
{
	if (!sa->proof) {
		sa->proof = mem_new(sizeof(*sa->proof));
		sa->proof->sa = sa;
	}
	return sa->proof;
}

static void answered(struct sig_job *sig)
{
	struct sa_proof *p = sig->arg;

	for (size_t i = 0; i < 2; i++)
		if (sig == &p->job[i].sig)
			p->job[i].pending = false;
	exch_resume(p->sa);
}

static struct span gather(struct job *j, const struct auth_octets *o)
{
	size_t n = 0, at = 0;

	for (size_t i = 0; i < o->n; i++)
		n += o->part[i].n;
	j->octets = mem_new(n);
	for (size_t i = 0; i < o->n; i++) {
		if (o->part[i].n)
			memcpy(j->octets + at, o->part[i].p, o->part[i].n);
		at += o->part[i].n;
	}
	return span_of(j->octets, n);
}

static void ask_once(struct ike_sa *sa, struct job *j, const struct proof_ask *ask)
{
	struct sig_keeper *keeper = sa->ike->env->keeper;

	j->asked = true;
	j->sig.arg = sa->proof;
	j->sig.done = answered;
	j->sig.my_id = id_text(ask->local, j->my_id, sizeof(j->my_id));
	j->sig.peer_id = id_text(ask->peer, j->peer_id, sizeof(j->peer_id));
	if (ask->how) {
		j->sig.what = SIG_JOB_SIGN;
		j->sig.key = ask->key;
		j->sig.scheme = ask->how->scheme;
		j->signs = true;
		sig_tbs_init(&j->tbs, ask->how->scheme.hash, ask->octets->part, ask->octets->n);
		j->sig.tbs = j->tbs.v;
	} else {
		j->sig.what = SIG_JOB_PSK;
		j->sig.prf = sa->suite.prf;
		j->sig.tbs = gather(j, ask->octets);
	}
	j->sig.answer = keeper->ask(keeper, &j->sig);
	j->pending = j->sig.answer == SIG_LATER;
}

enum reason proof_get(struct ike_sa *sa, const struct proof_ask *ask, struct span *proof, bool *done)
{
	struct job *j = &proof_of(sa)->job[ask->of];

	if (!j->asked)
		ask_once(sa, j, ask);
	*done = !j->pending;
	if (!*done)
		return R_NONE;
	if (j->sig.answer != SIG_DONE) {
		log_warn(&sa->about, R_NONE, "no proof for %s with %s: %s", j->my_id, j->peer_id,
			 j->sig.why ? j->sig.why : "no reason was given");
		return j->signs ? R_NO_KEY : R_NO_SECRET;
	}
	*proof = span_of(j->sig.out, j->sig.n);
	return R_NONE;
}

bool proof_matched(struct ike_sa *sa)
{
	return sa->proof && sa->proof->matched;
}

void proof_set_matched(struct ike_sa *sa)
{
	proof_of(sa)->matched = true;
}

void proof_free(struct ike_sa *sa)
{
	struct sig_keeper *keeper = sa->ike->env->keeper;

	if (!sa->proof)
		return;
	for (size_t i = 0; i < 2; i++) {
		struct job *j = &sa->proof->job[i];

		if (j->pending)
			keeper->forget(keeper, &j->sig);
		if (j->signs)
			sig_tbs_fini(&j->tbs);
		free(j->octets);
	}
	free(sa->proof);
	sa->proof = NULL;
}
