// SPDX-License-Identifier: GPL-2.0-or-later
/* klips_json.c - the listings of FreeS/WAN's kernel part as JSON: what the texts say, with a name for each thing. */
#include "klips.h"

#include <string.h>

#include "base/addr.h"
#include "render.h"

static json_t *said_json(const struct nfi_sa_msg *sa)
{
	char text[SAID_TEXT];

	return json_string(klips_said(sa, text));
}

static json_t *saids_json(const struct nfi_sa_msg *const *group, size_t n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, said_json(group[i]));
	return list;
}

json_t *klips_eroute_json(const struct klips *k)
{
	const struct nfi_sa_msg *group[GROUP_MAX];
	json_t *list = json_array(), *one;
	char target[320];
	size_t i;

	for (i = 0; i < k->st->npolicies; i++) {
		const struct nfi_sp_msg *sp = &k->st->policies[i];

		if (sp->dir != NFI_DIR_OUT)
			continue;
		one = render_object(NLP_SP, sp, false);
		json_object_set_new(
			one, "target",
			json_string(klips_target(k->st, sp, target)));
		json_object_set_new(one, "saids",
				    saids_json(group,
					       klips_group(k->st, sp, group)));
		json_array_append_new(list, one);
	}
	return list;
}

json_t *klips_spi_json(const struct klips *k)
{
	json_t *list = json_array(), *one;
	char text[80];
	size_t i;

	for (i = 0; i < k->st->nsas; i++) {
		one = render_object(NLP_SA, &k->st->sas[i], false);
		json_object_set_new(one, "said", said_json(&k->st->sas[i]));
		json_object_set_new(
			one, "transform",
			json_string(klips_transform(&k->st->sas[i], text)));
		json_array_append_new(list, one);
	}
	return list;
}

json_t *klips_spigrp_json(const struct klips *k)
{
	const struct nfi_sa_msg *group[GROUP_MAX];
	json_t *list = json_array();
	size_t i, n;

	for (i = 0; i < k->st->nsas; i++) {
		n = klips_group_of(k->st, &k->st->sas[i], group);
		if (n)
			json_array_append_new(list, saids_json(group, n));
	}
	return list;
}

json_t *klips_tncfg_json(const struct klips *k)
{
	json_t *list = json_array(), *one;
	size_t i;

	for (i = 0; i < k->routes->ndevices; i++) {
		one = json_object();
		json_object_set_new(one, "device",
				    json_string(k->routes->devices[i].name));
		json_object_set_new(one, "mtu",
				    json_integer(k->routes->devices[i].mtu));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *routes_json(const struct klips *k)
{
	const struct route *found[64];
	size_t n = klips_routes(k, found), i;
	json_t *list = json_array(), *one;
	char text[ADDR_TEXT];

	for (i = 0; i < n; i++) {
		one = json_object();
		addr_print(found[i]->dst.b, found[i]->dst.len, text);
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "/%u", found[i]->plen);
		json_object_set_new(one, "dst", json_string(text));
		if (found[i]->gw.len)
			json_object_set_new(one, "gateway",
					    json_string(addr_print(
						    found[i]->gw.b,
						    found[i]->gw.len, text)));
		json_object_set_new(one, "device", json_string(found[i]->dev));
		json_object_set_new(one, "mtu", json_integer(found[i]->mtu));
		json_array_append_new(list, one);
	}
	return list;
}

json_t *klips_look_json(const struct klips *k)
{
	json_t *json = json_object();

	json_object_set_new(json, "host", json_string(k->host));
	json_object_set_new(json, "time", json_integer((json_int_t)k->now));
	json_object_set_new(json, "eroutes", klips_eroute_json(k));
	json_object_set_new(json, "devices", klips_tncfg_json(k));
	json_object_set_new(json, "sas", klips_spi_json(k));
	json_object_set_new(json, "routes", routes_json(k));
	return json;
}
