// SPDX-License-Identifier: GPL-2.0-or-later
/* links: selftests/exchange/lib/world.c engine */
/*
 * ike_exchange.c - two engines, and a network that does to each datagram what the input says: lets it pass, loses,
 * doubles, delays or changes it; in between the input rekeys, deletes, injects octets of its own. Whatever happens,
 * the engines stay bounded, and all is given back.
 */
#include <stdlib.h>
#include <string.h>

#include "selftests/exchange/lib/world.h"
#include "ike/sa.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *p;
	size_t n;
};

static uint8_t next(struct input *in)
{
	if (!in->n)
		return 0;
	in->n--;
	return *in->p++;
}

static enum fate fate(struct world *w, unsigned int number, const struct ike_packet *packet)
{
	uint8_t b = next(w->arg);

	(void)number;
	(void)packet;
	return b < 250 ? FATE_PASS : (enum fate)(b - 250);
}

/* Octets as if the other end had sent them: with the SPIs of an IKE_SA, so that they get somewhere. */
static void inject(struct world *w, unsigned int side, struct input *in)
{
	uint8_t octets[300];
	size_t n = next(in);
	struct ike_sa *sa = w->side[side].ike->sas;

	n = n < in->n ? n : in->n;
	memcpy(octets, in->p, n);
	in->p += n;
	in->n -= n;
	if (sa && n >= 28) {
		memcpy(octets, sa->spi_i, 8);
		memcpy(octets + 8, sa->spi_r, 8);
		octets[24] = octets[25] = octets[26] = 0;
		octets[27] = (uint8_t)n;
	}
	if (n)
		world_inject(w, side, span_of(octets, n));
}

static void deed(struct world *w, struct input *in)
{
	uint8_t b = next(in);
	struct side *s = &w->side[b & 1];

	switch (b >> 1 & 7) {
	case 0:
		ike_up(s->ike, &s->conn[0]);
		break;
	case 1:
		ike_rekey(s->ike, "net", false);
		break;
	case 2:
		ike_rekey(s->ike, "net", true);
		break;
	case 3:
		ike_down(s->ike, "net");
		break;
	case 4:
		inject(w, b & 1, in);
		break;
	case 5:
		s->slow = !s->slow;
		break;
	case 6:
		world_answer(w, b & 1);
		break;
	default:
		s->refuse_installs = b >> 4;
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct world *w = world_new(1);

	w->fate = fate;
	w->arg = &in;
	for (unsigned int i = 0; i < 24 && in.n; i++) {
		deed(w, &in);
		world_run(w, next(&in) * 8);
		if (ike_count(w->side[WEST].ike) > 64 || ike_count(w->side[EAST].ike) > 64)
			abort();
	}
	world_free(w);
	return 0;
}
