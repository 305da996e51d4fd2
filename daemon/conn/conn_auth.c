// SPDX-License-Identifier: GPL-2.0-or-later
/* conn_auth.c - who the ends are, and how each proves it. */
#include <string.h>

#include "conn/conn_priv.h"
#include "crypto/sig.h"

#define ANY_SIGNATURE (IKE_AUTH_RSA | IKE_AUTH_ECDSA | IKE_AUTH_EDDSA)

/* Identities ---------------------------------------------------------------------------------- */

static const struct conf_id *id_said(const struct filler *f, enum conf_side side)
{
	const struct conf_value *v = filler_said(f, KW_ID, side);
	const struct conf_value *mine = conf_setup_get(f->c, KW_MYID);

	if (v && v->u.id && v->u.id->kind == ID_MYID)
		return mine->set && !mine->bad ? mine->u.id : NULL;
	return v ? v->u.id : NULL;
}

/* NULL: not known until the peer says it, or until there is an address. */
static int fill_id(struct filler *f, enum conf_side side, struct ike_end *end, struct id *room)
{
	const struct conf_id *said = id_said(f, side);
	const struct conf_value *v = filler_said(f, KW_ID, side);
	const char *why = "";

	end->id = NULL;
	if (!said && !end->at.addr.len)
		return 0;
	if (!id_from_conf(said, &end->at.addr, room, &why))
		return filler_fail(f, v, "%s", why);
	if (room->type != ID_T_NONE && room->type != ID_T_ANY)
		end->id = room;
	return 0;
}

/* Methods ------------------------------------------------------------------------------------- */

static unsigned int authby_of(const struct filler *f)
{
	static const struct {
		enum conf_word word;
		unsigned int how;
	} rows[] = {
		{ W_AUTHBY_SECRET, IKE_AUTH_PSK },
		{ W_AUTHBY_RSASIG, IKE_AUTH_RSA },
		{ W_AUTHBY_RSA_SHA1, IKE_AUTH_RSA },
		{ W_AUTHBY_RSA_SHA2, IKE_AUTH_RSA },
		{ W_AUTHBY_RSA_SHA2_256, IKE_AUTH_RSA },
		{ W_AUTHBY_RSA_SHA2_384, IKE_AUTH_RSA },
		{ W_AUTHBY_RSA_SHA2_512, IKE_AUTH_RSA },
		{ W_AUTHBY_ECDSA, IKE_AUTH_ECDSA },
		{ W_AUTHBY_ECDSA_SHA1, IKE_AUTH_ECDSA },
		{ W_AUTHBY_ECDSA_SHA2_256, IKE_AUTH_ECDSA },
		{ W_AUTHBY_ECDSA_SHA2_384, IKE_AUTH_ECDSA },
		{ W_AUTHBY_ECDSA_SHA2_512, IKE_AUTH_ECDSA },
		{ W_AUTHBY_EDDSA, IKE_AUTH_EDDSA },
		{ W_AUTHBY_PUBKEY, ANY_SIGNATURE },
		{ W_AUTHBY_NULL, IKE_AUTH_NULL },
	};
	const struct conf_value *v = conf_get(f->conf, KW_AUTHBY, SIDE_NONE);
	unsigned int how = 0;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (conf_has(v, rows[i].word))
			how |= rows[i].how;
	return how;
}

/* leftauth= in place of authby=; 0: a method that is none of IKEv2's without more. */
static unsigned int how_of(const struct filler *f, enum conf_side side)
{
	const struct conf_value *v = filler_said(f, KW_AUTH_SIDE, side);

	if (!v)
		return authby_of(f);
	switch ((enum conf_word)v->word) {
	case W_AUTH_PSK:
		return IKE_AUTH_PSK;
	case W_AUTH_PUBKEY:
		return ANY_SIGNATURE;
	case W_AUTH_RSA:
		return IKE_AUTH_RSA;
	case W_AUTH_ECDSA:
		return IKE_AUTH_ECDSA;
	case W_AUTH_EDDSA:
		return IKE_AUTH_EDDSA;
	case W_AUTH_NULL:
		return IKE_AUTH_NULL;
	case W_AUTH_ANY:
		return ANY_SIGNATURE | IKE_AUTH_PSK;
	default: /* EAP and the like */
		return 0;
	}
}

static unsigned int how_of_key(const struct pubkey *key)
{
	switch (key->type) {
	case PUBKEY_RSA:
		return IKE_AUTH_RSA;
	case PUBKEY_ECDSA:
		return IKE_AUTH_ECDSA;
	case PUBKEY_ED25519:
	case PUBKEY_ED448:
		break;
	}
	return IKE_AUTH_EDDSA;
}

/* Keys ---------------------------------------------------------------------------------------- */

#define KEYS_MAX 3 /* rsasigkey, rsasigkey2, pubkey */

/* true: *key is one. A file or a %word is none here. */
static bool read_key(const struct conf_value *v, struct pubkey *key, const char **why)
{
	const struct conf_key *octets = v->word ? NULL : v->u.key;

	if (!octets || !octets->len)
		return false;
	if (v->kw == KW_PUBKEY)
		return !sig_pubkey_from_spki(key, span_of(octets->b, octets->len), why);
	return !pubkey_from_dns(key, octets->b, octets->len, why);
}

static int fill_keys(struct filler *f, enum conf_side side, struct ike_end *end)
{
	static const enum conf_kw kws[KEYS_MAX] = { KW_RSASIGKEY, KW_RSASIGKEY2, KW_PUBKEY };
	struct pubkey key, *keys = NULL;
	size_t i, n = 0;

	for (i = 0; i < KEYS_MAX; i++) {
		const struct conf_value *v = filler_said(f, kws[i], side);
		const char *why = NULL;

		memset(&key, 0, sizeof(key));
		if (!v || !read_key(v, &key, &why)) {
			if (why)
				return filler_fail(f, v, "%s", why);
			continue;
		}
		if (!keys)
			keys = arena_alloc(&f->conn->arena, KEYS_MAX * sizeof(*keys));
		keys[n++] = key;
	}
	end->keys = keys;
	end->nkeys = n;
	return 0;
}

/* The public half of a private key of ours, when the configuration does not show it. */
static void ask_key(struct filler *f, unsigned int how, struct ike_end *end)
{
	static const enum pubkey_type types[] = { PUBKEY_RSA, PUBKEY_ECDSA, PUBKEY_ED25519 };
	struct pubkey key;
	size_t i;

	if (end->nkeys || !end->id || !f->world->public_key)
		return;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		memset(&key, 0, sizeof(key));
		key.type = types[i];
		if (!(how & how_of_key(&key)) ||
		    !f->world->public_key(f->world->arg, end->id, types[i], &key))
			continue;
		end->keys = memcpy(arena_alloc(&f->conn->arena, sizeof(key)), &key, sizeof(key));
		end->nkeys = 1;
		return;
	}
}

/* Ends ---------------------------------------------------------------------------------------- */

/* Exactly one method is ours: by the key that there is, or the pre-shared one. */
static int fill_local(struct filler *f)
{
	struct ike_end *end = &f->conn->ike.local;
	unsigned int how = how_of(f, f->me);
	const struct conf_value *v = filler_said(f, KW_AUTHBY, SIDE_NONE);
	int err = how & ANY_SIGNATURE ? fill_keys(f, f->me, end) : 0;

	if (err)
		return err;
	if (how & ANY_SIGNATURE)
		ask_key(f, how, end);
	if (end->nkeys && how_of_key(&end->keys[0]) & how) {
		end->auth = how_of_key(&end->keys[0]);
		return 0;
	}
	end->nkeys = 0;
	end->auth = how & IKE_AUTH_PSK ? IKE_AUTH_PSK : how & IKE_AUTH_NULL ? IKE_AUTH_NULL : 0;
	if (end->auth)
		return 0;
	if (!how)
		return filler_fail(f, v, "this way to authenticate is not there in IKEv2 yet; use secret or rsasig");
	end->auth = how & IKE_AUTH_RSA ? IKE_AUTH_RSA : how & IKE_AUTH_ECDSA ? IKE_AUTH_ECDSA : IKE_AUTH_EDDSA;
	return filler_block(f, R_NO_KEY, v, "ipsec.secrets has no private key of this host; write authby=secret, or make one: ipsec newhostkey");
}

static int fill_peer(struct filler *f)
{
	struct ike_end *end = &f->conn->ike.peer;
	const struct conf_value *v = filler_said(f, KW_AUTHBY, SIDE_NONE);
	int err;

	end->auth = how_of(f, f->peer);
	if (!end->auth)
		return filler_fail(f, v, "this way to authenticate is not there in IKEv2 yet; use secret or rsasig");
	err = end->auth & ANY_SIGNATURE ? fill_keys(f, f->peer, end) : 0;
	if (!err && !end->nkeys && !(end->auth & ~ANY_SIGNATURE) && !f->conn->ike.pki)
		return filler_block(f, R_NO_PUBKEY, v, "the public key of the peer is missing: write %srsasigkey=",
				    f->peer == SIDE_LEFT ? "left" : "right");
	return err;
}

int conn_fill_auth(struct filler *f)
{
	struct conn *conn = f->conn;
	int err = fill_id(f, f->me, &conn->ike.local, &conn->local_id);

	if (!err)
		err = fill_id(f, f->peer, &conn->ike.peer, &conn->peer_id);
	if (!err)
		err = fill_local(f);
	return err ? err : fill_peer(f);
}
