// SPDX-License-Identifier: GPL-2.0-or-later
/* check_secrets.c - ipsec.secrets, and the connections that need something out of it. */
#include "check_secrets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/secrets.h"
#include "here.h"

#define ME_MAX 256

/* Road warriors of one of our identities. */
struct warriors {
	char me[ME_MAX];
	unsigned int n;
};

struct compare {
	struct conf *c;
	const struct here *h;
	struct secrets *s;
	struct warriors *v;
	size_t n, room;
};

static void take_note(void *arg, const struct secrets_note *note)
{
	struct compare *x = arg;
	struct conf_diag d = { .severity = note->severity == SECRETS_ERROR ? CONF_ERROR : CONF_WARNING,
			       .pos = { conf_file_add(x->c, note->file), note->line, note->column },
			       .text = note->text,
			       .hint = note->hint };

	conf_complain(x->c, NULL, &d);
}

/* Identities ---------------------------------------------------------------------------------- */

static enum conf_side other(enum conf_side side)
{
	return side == SIDE_LEFT ? SIDE_RIGHT : SIDE_LEFT;
}

/* The identity of an end as ipsec.secrets has it: leftid, else left. NULL: not known before the peer speaks. */
static const char *identity(const struct conf_conn *conn, enum conf_side side, const struct oriented *me,
			    char text[ADDR_TEXT])
{
	const struct conf_value *id = conf_get(conn, KW_ID, side), *host = conf_get(conn, KW_HOST, side);

	if (id->set && id->u.id)
		return id->u.id->kind == ID_ANY || id->u.id->kind == ID_FROMCERT || id->u.id->kind == ID_MYID ||
				       id->u.id->kind == ID_NULL ?
			       NULL :
			       id->text;
	if (host->word == W_HOST_DEFAULTROUTE && me)
		return addr_print(me->me.b, me->me.len, text);
	return host->word ? NULL : host->text;
}

/* Whether that identity is one that a peer has to tell us. */
static bool is_stranger(const struct conf_conn *conn, enum conf_side side)
{
	const struct conf_value *host = conf_get(conn, KW_HOST, side);
	bool any = host->word == W_HOST_ANY || host->word == W_HOST_ANY6;

	/* in main mode of IKEv1 the secret is needed before the identity can be read (SEC-25) */
	return any && (!conf_get(conn, KW_ID, side)->set ||
		       conf_get(conn, KW_KEYEXCHANGE, SIDE_NONE)->word == W_KEYEXCHANGE_IKEV1);
}

/* Methods ------------------------------------------------------------------------------------- */

struct needs {
	bool psk, key;
};

static struct needs needs_of(const struct conf_conn *conn, enum conf_side me)
{
	static const enum conf_word keys[] = { W_AUTHBY_RSASIG,		W_AUTHBY_RSA_SHA1,	 W_AUTHBY_RSA_SHA2,
					       W_AUTHBY_RSA_SHA2_256,	W_AUTHBY_RSA_SHA2_384,	 W_AUTHBY_RSA_SHA2_512,
					       W_AUTHBY_ECDSA,		W_AUTHBY_ECDSA_SHA1,	 W_AUTHBY_ECDSA_SHA2_256,
					       W_AUTHBY_ECDSA_SHA2_384, W_AUTHBY_ECDSA_SHA2_512, W_AUTHBY_EDDSA,
					       W_AUTHBY_PUBKEY };
	const struct conf_value *by = conf_get(conn, KW_AUTHBY, SIDE_NONE), *auth = conf_get(conn, KW_AUTH_SIDE, me);
	struct needs needs = { .psk = conf_has(by, W_AUTHBY_SECRET) };
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		needs.key = needs.key || conf_has(by, keys[i]);
	if (!auth->set)
		return needs;
	needs.psk = auth->word == W_AUTH_PSK;
	needs.key = auth->word == W_AUTH_PUBKEY || auth->word == W_AUTH_RSA || auth->word == W_AUTH_ECDSA ||
		    auth->word == W_AUTH_EDDSA;
	return needs;
}

/* Keys that a certificate or an id names are not ours to find. */
static bool key_is_elsewhere(const struct conf_conn *conn, enum conf_side me)
{
	return conf_get(conn, KW_CERT, me)->set || conf_get(conn, KW_CKAID, me)->set;
}

static bool negotiates(const struct conf_conn *conn)
{
	enum conf_word type = (enum conf_word)conf_get(conn, KW_TYPE, SIDE_NONE)->word;

	return type != W_TYPE_PASSTHROUGH && type != W_TYPE_DROP && type != W_TYPE_REJECT &&
	       !conf_get(conn, KW_SPI, SIDE_NONE)->set && !conf_get(conn, KW_SPIBASE, SIDE_NONE)->set;
}

/* Connections --------------------------------------------------------------------------------- */

static void complain(struct compare *x, const struct conf_conn *conn, struct conf_pos pos, const char *text,
		     const char *hint)
{
	struct conf_diag d = { .severity = CONF_WARNING, .pos = pos, .text = text, .hint = hint };

	conf_complain(x->c, conn, &d);
}

static bool has_key(const struct compare *x, const char *me, const char *peer)
{
	static const enum pubkey_type types[] = { PUBKEY_RSA, PUBKEY_ECDSA, PUBKEY_ED25519, PUBKEY_ED448 };
	struct secrets_found found;
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (secrets_find_key(x->s, me, peer, types[i], &found) != SECRETS_NONE)
			return true;
	return false;
}

/* leftrsasigkey= of our own end, without a private key that belongs to it */
static bool check_own_key(struct compare *x, const struct conf_conn *conn, enum conf_side me)
{
	static const enum conf_kw keywords[] = { KW_RSASIGKEY, KW_RSASIGKEY2 };
	size_t i;

	for (i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		const struct conf_value *v = conf_get(conn, keywords[i], me);
		struct pubkey pub;
		const char *why;

		if (!v->set || v->bad || v->word || pubkey_from_text(&pub, v->text, &why))
			continue;
		if (!secrets_find_private(x->s, &pub))
			complain(x, conn, v->pos, "ipsec.secrets has no private key that belongs to this key of ours",
				 "ipsec showhostkey --left prints the public key that belongs to it");
		return true;
	}
	return false;
}

static void count_warrior(struct compare *x, const char *me)
{
	x->v = mem_grow(x->v, x->n, &x->room, sizeof(*x->v));
	snprintf(x->v[x->n].me, sizeof(x->v[0].me), "%s", me);
	x->v[x->n++].n = 1;
}

static void compare_ends(struct compare *x, const struct conf_conn *conn, enum conf_side side, const char *me,
			 const char *peer)
{
	struct needs needs = needs_of(conn, side);
	struct secrets_found found;
	char text[SECRETS_TEXT];
	enum secrets_answer psk;

	if (needs.psk && is_stranger(conn, other(side)))
		count_warrior(x, me);
	psk = needs.psk ? secrets_find_psk(x->s, me, peer, &found) : SECRETS_NONE;
	/* a conflict was reported with its entries */
	if (needs.psk && !needs.key && psk == SECRETS_NONE)
		complain(x, conn, conf_conn_pos(conn), secrets_explain(psk, &found, text), NULL);
	if (!needs.key || psk != SECRETS_NONE || key_is_elsewhere(conn, side) || check_own_key(x, conn, side) ||
	    has_key(x, me, peer))
		return;
	snprintf(text, sizeof(text), "ipsec.secrets has no private key for %.128s (us)%s", me,
		 needs.psk ? ", nor a secret that is shared with the peer" : "");
	complain(x, conn, conf_conn_pos(conn), text, "ipsec newhostkey makes a key, or authby=secret");
}

static void compare_conn(struct compare *x, const struct conf_conn *conn)
{
	char ours[ADDR_TEXT], theirs[ADDR_TEXT];
	struct oriented o;
	enum conf_side side;
	const char *me, *peer;

	if (conf_conn_broken(conn) || !negotiates(conn))
		return;
	here_orient(x->h, conn, &o);
	if (o.side != ORIENT_LEFT && o.side != ORIENT_RIGHT)
		return;
	side = o.side == ORIENT_LEFT ? SIDE_LEFT : SIDE_RIGHT;
	me = identity(conn, side, &o, ours);
	peer = is_stranger(conn, other(side)) ? NULL : identity(conn, other(side), NULL, theirs);
	if (me)
		compare_ends(x, conn, side, me, peer);
}

/* Warriors ------------------------------------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct warriors *)a)->me, ((const struct warriors *)b)->me);
}

static void check_warriors(struct compare *x)
{
	unsigned int same = 1;
	size_t i;

	if (x->n)
		qsort(x->v, x->n, sizeof(*x->v), by_name);
	for (i = 0; i < x->n; i++) {
		if (i + 1 < x->n && !strcmp(x->v[i].me, x->v[i + 1].me)) {
			same++;
			continue;
		}
		secrets_check_warriors(x->s, x->v[i].me, same);
		same = 1;
	}
}

void check_secrets(struct conf *c, const struct here *h, const char *path)
{
	struct compare x = { .c = c, .h = h };
	const struct secrets_env env = { .report = take_note, .arg = &x };
	size_t i;

	x.s = secrets_new(&env);
	secrets_load(x.s, path);
	for (i = 0; h->local.here && i < conf_conns(c); i++)
		compare_conn(&x, conf_conn_at(c, i));
	check_warriors(&x);
	free(x.v);
	secrets_free(x.s);
}
