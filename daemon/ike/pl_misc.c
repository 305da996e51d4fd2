// SPDX-License-Identifier: GPL-2.0-or-later
/* pl_misc.c - the payloads that are a few fields and octets, in the order of RFC 7296 3.4 to 3.16. */
#include "ike/msg.h"

#define NONCE_MIN 16
#define NONCE_MAX 256
#define EAP_HEADER 4
#define CP_TYPE 0x7fff /* the bit before is reserved */

/* Octets up to the end; some of them there have to be. */
static bool rest(struct rd *r, struct span *data)
{
	*data = rd_rest(r);
	return rd_done(r) && data->n;
}

bool pl_ke_read(struct rd *r, struct pl_ke *ke)
{
	ke->group = rd_u16(r);
	rd_skip(r, 2);
	return rest(r, &ke->data);
}

void pl_ke_write(struct msg_wr *m, const struct pl_ke *ke)
{
	size_t mark = msg_open(m, PL_KE);

	wr_u16(&m->w, ke->group);
	wr_u16(&m->w, 0);
	wr_span(&m->w, ke->data);
	msg_close(m, mark);
}

bool pl_nonce_read(struct rd *r, struct pl_nonce *nonce)
{
	return rest(r, &nonce->data) && nonce->data.n >= NONCE_MIN &&
	       nonce->data.n <= NONCE_MAX;
}

void pl_nonce_write(struct msg_wr *m, const struct pl_nonce *nonce)
{
	size_t mark = msg_open(m, PL_NONCE);

	if (nonce->data.n < NONCE_MIN || nonce->data.n > NONCE_MAX)
		wr_fail(&m->w);
	wr_span(&m->w, nonce->data);
	msg_close(m, mark);
}

bool pl_auth_read(struct rd *r, struct pl_auth *auth)
{
	auth->method = rd_u8(r);
	rd_skip(r, 3);
	return rest(r, &auth->data);
}

void pl_auth_write(struct msg_wr *m, const struct pl_auth *auth)
{
	size_t mark = msg_open(m, PL_AUTH);

	wr_u8(&m->w, auth->method);
	wr_zeros(&m->w, 3);
	wr_span(&m->w, auth->data);
	msg_close(m, mark);
}

bool pl_cert_read(struct rd *r, struct pl_cert *cert)
{
	cert->encoding = rd_u8(r);
	return rest(r, &cert->data);
}

void pl_cert_write(struct msg_wr *m, const struct pl_cert *cert)
{
	size_t mark = msg_open(m, PL_CERT);

	wr_u8(&m->w, cert->encoding);
	wr_span(&m->w, cert->data);
	msg_close(m, mark);
}

/* Without a CA any will do. */
bool pl_certreq_read(struct rd *r, struct pl_certreq *req)
{
	req->encoding = rd_u8(r);
	req->data = rd_rest(r);
	return rd_done(r);
}

void pl_certreq_write(struct msg_wr *m, const struct pl_certreq *req)
{
	size_t mark = msg_open(m, PL_CERTREQ);

	wr_u8(&m->w, req->encoding);
	wr_span(&m->w, req->data);
	msg_close(m, mark);
}

static bool spi_ok(size_t n)
{
	return n == 0 || n == 4 || n == 8;
}

bool pl_notify_read(struct rd *r, struct pl_notify *notify)
{
	uint8_t spi;

	notify->proto = rd_u8(r);
	spi = rd_u8(r);
	notify->type = rd_u16(r);
	notify->spi = rd_span(r, spi);
	notify->data = rd_rest(r);
	return rd_done(r) && spi_ok(spi);
}

void pl_notify_write(struct msg_wr *m, const struct pl_notify *notify)
{
	size_t mark = msg_open(m, PL_NOTIFY);

	if (!spi_ok(notify->spi.n))
		wr_fail(&m->w);
	wr_u8(&m->w, notify->proto);
	wr_u8(&m->w, (uint8_t)notify->spi.n);
	wr_u16(&m->w, notify->type);
	wr_span(&m->w, notify->spi);
	wr_span(&m->w, notify->data);
	msg_close(m, mark);
}

/* RFC 7296 3.11: an IKE_SA is the one that the message belongs to; the others have SPIs of 4 octets. */
static bool delete_ok(const struct pl_delete *del)
{
	bool ike = del->proto == IKE_PROTO_IKE;

	return del->spis.n == (size_t)del->n * del->spi_size &&
	       (ike ? !del->spi_size && !del->n : del->spi_size == 4 && del->n);
}

bool pl_delete_read(struct rd *r, struct pl_delete *del)
{
	del->proto = rd_u8(r);
	del->spi_size = rd_u8(r);
	del->n = rd_u16(r);
	del->spis = rd_rest(r);
	return rd_done(r) && delete_ok(del);
}

void pl_delete_write(struct msg_wr *m, const struct pl_delete *del)
{
	size_t mark = msg_open(m, PL_DELETE);

	if (!delete_ok(del))
		wr_fail(&m->w);
	wr_u8(&m->w, del->proto);
	wr_u8(&m->w, del->spi_size);
	wr_u16(&m->w, del->n);
	wr_span(&m->w, del->spis);
	msg_close(m, mark);
}

bool pl_vid_read(struct rd *r, struct pl_vid *vid)
{
	vid->data = rd_rest(r);
	return rd_done(r);
}

void pl_vid_write(struct msg_wr *m, const struct pl_vid *vid)
{
	size_t mark = msg_open(m, PL_VID);

	wr_span(&m->w, vid->data);
	msg_close(m, mark);
}

bool pl_cp_read(struct rd *r, struct pl_cp *cp)
{
	cp->kind = rd_u8(r);
	cp->n = 0;
	rd_skip(r, 3);
	while (rd_left(r)) {
		struct pl_cp_attr *a;
		uint16_t length;

		if (cp->n == PL_CP_ATTRS)
			return false;
		a = &cp->attr[cp->n++];
		a->type = rd_u16(r) & CP_TYPE;
		length = rd_u16(r);
		a->value = rd_span(r, length);
	}
	return rd_done(r);
}

void pl_cp_write(struct msg_wr *m, const struct pl_cp *cp)
{
	size_t mark = msg_open(m, PL_CP);
	unsigned int i;

	wr_u8(&m->w, cp->kind);
	wr_zeros(&m->w, 3);
	if (cp->n > PL_CP_ATTRS)
		wr_fail(&m->w);
	for (i = 0; i < cp->n && !m->w.failed; i++) {
		size_t length;

		wr_u16(&m->w, cp->attr[i].type & CP_TYPE);
		length = wr_mark16(&m->w);
		wr_span(&m->w, cp->attr[i].value);
		wr_close16(&m->w, length, length + 2);
	}
	msg_close(m, mark);
}

static bool eap_ok(struct span data)
{
	struct rd r = rd_of(data);

	rd_skip(&r, 2);
	return rd_u16(&r) == data.n && data.n >= EAP_HEADER;
}

bool pl_eap_read(struct rd *r, struct pl_eap *eap)
{
	return rest(r, &eap->data) && eap_ok(eap->data);
}

void pl_eap_write(struct msg_wr *m, const struct pl_eap *eap)
{
	size_t mark = msg_open(m, PL_EAP);

	if (!eap_ok(eap->data))
		wr_fail(&m->w);
	wr_span(&m->w, eap->data);
	msg_close(m, mark);
}

bool pl_sk_read(struct rd *r, struct pl_sk *sk)
{
	return rest(r, &sk->data);
}

/* RFC 7383 2.5 */
bool pl_skf_read(struct rd *r, struct pl_skf *skf)
{
	skf->number = rd_u16(r);
	skf->total = rd_u16(r);
	return rest(r, &skf->data) && skf->number && skf->number <= skf->total;
}
