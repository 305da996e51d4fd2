// SPDX-License-Identifier: GPL-2.0-or-later
/* dh.c - one key exchange, whatever its group. */
#include "crypto/dh.h"

#include "base/secret.h"
#include "crypto/alg.h"
#include "crypto/dh_priv.h"
#include "crypto/gmp_wipe.h"

struct dh {
	const struct dh_group *group;
	bool agreed;
	uint8_t *public, *shared; /* behind the private value */
	uint8_t secret[];
};

static const struct dh_group *find(uint16_t id)
{
	const struct dh_group *g = dh_x_find(id);

	g = g ? g : dh_ec_find(id);
	return g ? g : dh_modp_find(id);
}

struct dh *dh_new(uint16_t group)
{
	const struct dh_group *g = find(group);
	struct dh *dh;

	if (!g || !alg_usable(ALG_TYPE_KE, group, NULL))
		return NULL;
	gmp_wipe_init();
	dh = secret_alloc(sizeof(*dh) + g->secret + g->public + g->shared);
	dh->group = g;
	dh->public = dh->secret + g->secret;
	dh->shared = dh->public + g->public;
	g->make(g, dh->secret, dh->public);
	return dh;
}

void dh_free(struct dh *dh)
{
	secret_free(dh);
}

uint16_t dh_group(const struct dh *dh)
{
	return dh->group->id;
}

struct span dh_public(const struct dh *dh)
{
	return span_of(dh->public, dh->group->public);
}

size_t dh_size(uint16_t group)
{
	const struct dh_group *g = find(group);

	return g ? g->public : 0;
}

enum reason dh_agree(struct dh *dh, struct span peer, const char **detail)
{
	const struct dh_group *g = dh->group;

	*detail = "a private value was to be used twice";
	if (dh->agreed)
		return R_INTERNAL;
	*detail = "its length is not that of the group";
	if (peer.n != g->public)
		return R_WEAK_PUBLIC;
	*detail = g->agree(g, dh->secret, peer.p, dh->shared);
	if (*detail)
		return R_WEAK_PUBLIC;
	secret_wipe(dh->secret, g->secret);
	dh->agreed = true;
	return R_NONE;
}

struct span dh_shared(const struct dh *dh)
{
	return dh->agreed ? span_of(dh->shared, dh->group->shared) :
			    span_of(NULL, 0);
}
