// SPDX-License-Identifier: GPL-2.0-or-later
/* pl_id.c - identification payloads, RFC 7296 3.5. */
#include "ike/msg.h"

bool pl_id_read(struct rd *r, struct id *id)
{
	uint8_t type = rd_u8(r);

	rd_skip(r, 3);
	return id_from_octets(type, rd_rest(r), id) && rd_done(r);
}

void pl_id_write(struct msg_wr *m, enum pl_type type, const struct id *id)
{
	size_t mark = msg_open(m, type);

	if (id->type == ID_T_NONE || id->type == ID_T_ANY)
		wr_fail(&m->w);
	wr_u8(&m->w, id->type);
	wr_zeros(&m->w, 3);
	wr_span(&m->w, id_octets(id));
	msg_close(m, mark);
}
