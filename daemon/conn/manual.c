// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * manual.c - a connection with keys of its own as SAs and policies. The same text means the two halves of one
 * connection at its two ends: left and right are fixed, what differs is which of them is me.
 *
 * FreeS/WAN gave a tunnel three SAs: tun, esp, ah. Here the mode is part of the ESP SA (or, without ESP, of the
 * AH SA), but tun keeps its number, so that the same file gives the same SPIs at a FreeS/WAN peer.
 */
#include "conn/manual_priv.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/secret.h"

#define OWNER_TAG 0x6d6bULL /* "mk", in the upper 16 bits */

/* Names --------------------------------------------------------------------------------------- */

uint64_t manual_owner(const char *name)
{
	uint64_t h = hash_text(name);

	return OWNER_TAG << 48 | ((h ^ h >> 48) & 0xffffffffffff);
}

bool manual_owns(uint64_t owner)
{
	return owner >> 48 == OWNER_TAG;
}

/* Numbers with the highest bit are ours: reqids of negotiated connections count up from 1. */
uint32_t manual_reqid(const char *name)
{
	uint64_t h = hash_text(name);

	return 0x80000000 | (uint32_t)(h ^ h >> 32);
}

/* Complaints ---------------------------------------------------------------------------------- */

int manual_fail(const struct maker *mk, const struct conf_value *v,
		const char *fmt, ...)
{
	struct conf_pos pos = v && v->pos.line ? v->pos :
						 conf_conn_pos(mk->conn);
	char *error = mk->m->error;
	va_list ap;
	int n;

	n = snprintf(error, sizeof(mk->m->error),
		     "%s:%u:%u: conn '%.64s': ", conf_file(mk->c, pos.file),
		     pos.line, pos.col, conf_conn_name(mk->conn));
	if (n < 0 || (size_t)n >= sizeof(mk->m->error))
		return -EINVAL;
	va_start(ap, fmt);
	vsnprintf(error + n, sizeof(mk->m->error) - (size_t)n, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

const struct conf_value *manual_said(const struct maker *mk, enum conf_kw kw,
				     enum conf_side side)
{
	const struct conf_value *v = conf_get(mk->conn, kw, side);

	return v->set && !v->bad ? v : NULL;
}

const char *manual_side(enum conf_side side)
{
	return side == SIDE_LEFT ? "left" : "right";
}

enum conf_side manual_opposite(enum conf_side side)
{
	return side == SIDE_LEFT ? SIDE_RIGHT : SIDE_LEFT;
}

void manual_name(const struct maker *mk, char name[NFI_NAME_MAX + 1])
{
	snprintf(name, NFI_NAME_MAX + 1, "%s", conf_conn_name(mk->conn));
}

/* Ends ---------------------------------------------------------------------------------------- */

void manual_copy_addr(struct nfi_addr *to, const struct conf_range *from)
{
	to->len = from->len;
	memcpy(to->b, from->first, from->len);
}

/* MAN-13: nobody finds out who the peer is. A shunt may do without hosts. */
static int find_host(struct maker *mk, enum conf_side side,
		     const struct manual_end *end)
{
	const struct conf_value *v = manual_said(mk, KW_HOST, side);
	const struct conf_range *r = v && v->u.ranges && v->u.ranges->n == 1 ?
					     &v->u.ranges->v[0] :
					     NULL;

	if (v && v->word == W_HOST_DEFAULTROUTE && side == end->me &&
	    end->addr.len)
		mk->host[side] = end->addr;
	else if (r && r->len && !r->word && !r->name && r->plen == r->len * 8)
		manual_copy_addr(&mk->host[side], r);
	if (mk->host[side].len ||
	    (mk->m->shunt && manual_said(mk, KW_SUBNET, side)))
		return 0;
	if (v && v->word == W_HOST_DEFAULTROUTE)
		return manual_fail(
			mk, v, "the address of %s=%%defaultroute is not known",
			manual_side(side));
	return manual_fail(mk, v,
			   "%s= must be an IP address: nothing is negotiated",
			   manual_side(side));
}

static int find_hosts(struct maker *mk, const struct manual_end *end)
{
	int err = find_host(mk, SIDE_LEFT, end);

	if (!err)
		err = find_host(mk, SIDE_RIGHT, end);
	if (err)
		return err;
	if (mk->host[SIDE_LEFT].len && mk->host[SIDE_RIGHT].len &&
	    mk->host[SIDE_LEFT].len != mk->host[SIDE_RIGHT].len)
		return manual_fail(
			mk, manual_said(mk, KW_HOST, SIDE_RIGHT),
			"left= and right= are of different address families");
	return 0;
}

/* Coordinator --------------------------------------------------------------------------------- */

int manual_make(struct manual *m, const struct conf *c,
		const struct conf_conn *conn, const struct manual_end *end)
{
	struct maker mk = { .m = m,
			    .c = c,
			    .conn = conn,
			    .me = end->me,
			    .peer = manual_opposite(end->me) };
	const struct conf_value *type = conf_get(conn, KW_TYPE, SIDE_NONE);
	int err;

	memset(m, 0, sizeof(*m));
	m->owner = manual_owner(conf_conn_name(conn));
	m->reqid = manual_reqid(conf_conn_name(conn));
	mk.type = (enum conf_word)type->word;
	m->shunt = mk.type == W_TYPE_PASSTHROUGH || mk.type == W_TYPE_DROP ||
		   mk.type == W_TYPE_REJECT;
	if (!m->shunt && mk.type != W_TYPE_TUNNEL &&
	    mk.type != W_TYPE_TRANSPORT)
		return manual_fail(
			&mk, type,
			"type=%s cannot be keyed by hand; use tunnel or transport",
			type->text);
	err = find_hosts(&mk, end);
	if (!err && !m->shunt)
		err = manual_sas(&mk);
	return err ? err : manual_policies(&mk);
}

void manual_fini(struct manual *m)
{
	free(m->policies);
	secret_wipe(m, sizeof(*m));
}
