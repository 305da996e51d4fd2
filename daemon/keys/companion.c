// SPDX-License-Identifier: GPL-2.0-or-later
/* companion.c - secrets go in from the file, proofs come out; nothing else does. */
#include "keys/companion.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"
#include "conf/secrets.h"
#include "crypto/prf.h"
#include "keys/wire.h"

/* The file ------------------------------------------------------------------------------------ */

static void report(void *arg, const struct secrets_note *note)
{
	enum log_level level = note->severity == SECRETS_ERROR ? LOG_LVL_ERROR : LOG_LVL_WARN;

	(void)arg;
	if (note->line)
		log_say(NULL, level, R_NONE, "%s:%u:%u: %s%s%s", note->file, note->line,
			note->column, note->text, note->hint ? "; " : "",
			note->hint ? note->hint : "");
	else
		log_say(NULL, level, R_NONE, "%s: %s%s%s", note->file, note->text,
			note->hint ? "; " : "", note->hint ? note->hint : "");
}

unsigned int companion_load(struct companion *c)
{
	struct secrets_env env = { .report = report };
	struct secrets *s = secrets_new(&env);
	unsigned int errors = 0;

	if (access(c->path, F_OK))
		log_say(NULL, LOG_LVL_INFO, R_NONE, "%s: no such file: there are no secrets",
			c->path);
	else
		errors = secrets_load(s, c->path);
	secrets_free(c->secrets);
	c->secrets = s;
	return errors;
}

void companion_fini(struct companion *c)
{
	secrets_free(c->secrets);
	c->secrets = NULL;
}

/* Answers ------------------------------------------------------------------------------------- */

static void say(struct keys_answer *a, enum reason reason, const char *text)
{
	a->reason = reason;
	snprintf(a->text, sizeof(a->text), "%s", text);
}

/* RFC 7296 2.15 */
static void prove_psk(const struct companion *c, const struct keys_question *q,
		      struct keys_answer *a)
{
	static const char pad[] = "Key Pad for IKEv2";
	struct secrets_found found;
	enum secrets_answer answer;
	char text[SECRETS_TEXT];
	uint8_t key[PRF_MAX];
	struct span part = { (const uint8_t *)pad, sizeof(pad) - 1 };
	size_t n = prf_size(q->prf);

	if (!q->me || !n) {
		say(a, R_INTERNAL, "no identity, or a PRF that is not known");
		return;
	}
	answer = secrets_find_psk(c->secrets, q->me, q->peer, &found);
	say(a, answer == SECRETS_FOUND ? R_NONE : R_NO_SECRET,
	    secrets_explain(answer, &found, text));
	if (answer != SECRETS_FOUND)
		return;
	prf_parts(q->prf, (struct span){ found.octets, found.n }, &part, 1, key);
	prf_parts(q->prf, (struct span){ key, n }, &q->octets, 1, a->b);
	prf_parts(q->prf, (struct span){ key, n }, &q->octets_peer, 1, a->b + n);
	a->n = 2 * n;
	secret_wipe(key, sizeof(key));
}

static void sign(const struct companion *c, const struct keys_question *q, struct keys_answer *a)
{
	const struct pkey *key = q->key ? secrets_find_private(c->secrets, q->key) : NULL;
	const char *why = "";

	_Static_assert(sizeof(a->b) >= SIG_MAX, "any signature fits");
	if (!key) {
		say(a, R_NO_KEY, "ipsec.secrets has no private key for this public one");
		return;
	}
	a->n = sig_make(key, q->scheme, q->octets, a->b, &why);
	if (!a->n)
		say(a, R_NO_KEY, why);
}

static void show_public(const struct companion *c, const struct keys_question *q,
			struct keys_answer *a)
{
	struct secrets_found found;
	enum secrets_answer answer;
	const struct pubkey *key;
	char text[SECRETS_TEXT];

	if (!q->me) {
		say(a, R_INTERNAL, "no identity");
		return;
	}
	answer = secrets_find_key(c->secrets, q->me, q->peer, q->scheme.type, &found);
	say(a, answer == SECRETS_FOUND ? R_NONE : R_NO_KEY,
	    secrets_explain(answer, &found, text));
	if (answer != SECRETS_FOUND)
		return;
	key = pkey_public(found.key);
	a->bits = key->bits;
	a->n = key->n;
	memcpy(a->b, key->b, key->n);
}

void companion_answer(struct companion *c, const struct keys_question *q, struct keys_answer *a)
{
	memset(a, 0, sizeof(*a));
	a->ticket = q->ticket;
	switch (q->verb) {
	case KEYS_PSK:
		prove_psk(c, q, a);
		return;
	case KEYS_SIGN:
		sign(c, q, a);
		return;
	case KEYS_PUBLIC:
		show_public(c, q, a);
		return;
	case KEYS_RELOAD:
		a->errors = companion_load(c);
		return;
	}
	say(a, R_INTERNAL, "a question of another version");
}

/* The loop ------------------------------------------------------------------------------------ */

struct room {
	uint8_t wire[KEYS_WIRE];
	struct keys_asked asked;
	struct keys_answer answer;
};

/* false: the other end has gone. */
static bool serve(struct companion *c, int fd, struct room *r)
{
	ssize_t got = read(fd, r->wire, sizeof(r->wire));
	struct span out;

	if (got <= 0)
		return got < 0 && (errno == EINTR || errno == EAGAIN);
	if (!keys_question_read((struct span){ r->wire, (size_t)got }, &r->asked)) {
		log_error(NULL, R_INTERNAL, "the companion got a malformed question");
		return true;
	}
	companion_answer(c, &r->asked.q, &r->answer);
	out = keys_answer_write(&r->answer, r->wire, sizeof(r->wire));
	secret_wipe(&r->answer, sizeof(r->answer));
	if (out.n && write(fd, out.p, out.n) < 0 && errno != EINTR && errno != EAGAIN)
		return false;
	return true;
}

void companion_run(struct companion *c, const int fd[2])
{
	struct room *r = mem_new(sizeof(*r));
	bool on = true;

	while (on) {
		struct pollfd p[2] = { { .fd = fd[0], .events = POLLIN },
				       { .fd = fd[1], .events = POLLIN } };
		size_t i;

		if (poll(p, 2, -1) < 0 && errno != EINTR)
			break;
		for (i = 0; on && i < 2; i++)
			if (p[i].revents)
				on = serve(c, fd[i], r);
	}
	secret_wipe(r, sizeof(*r));
	free(r);
}
