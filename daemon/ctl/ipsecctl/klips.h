/* SPDX-License-Identifier: GPL-2.0-or-later */
/* klips.h - what FreeS/WAN's kernel part listed, in its words, from what ours has. Pure. */
#ifndef IPSECCTL_KLIPS_H
#define IPSECCTL_KLIPS_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "route.h"
#include "state.h"

/* All that a view may look at. */
struct klips {
	const struct state *st;
	const struct routes *routes;
	uint64_t now; /* unix seconds */
	const char *host, *date; /* of look */
};

/* An SAID, "esp0x202@11.0.0.1"; text has room. Returns text. */
#define SAID_TEXT 80
const char *klips_said(const struct nfi_sa_msg *sa, char text[SAID_TEXT]);
/* "esp0x202@11.0.0.1", "esp.202@11.0.0.1" or "ah:202@fd00::1" into PROTO, SPI and DADDR. 0 or -EINVAL */
int klips_parse_said(const char *text, struct nfi_sa_msg *sa);
/*
 * "soft-bytes=1000,hard-addtime=3600", as spi --life has it, into lives of an SA. NULL, or what is wrong.
 */
const char *klips_parse_life(const char *text, struct nfi_sa_msg *sa);

/* Sort as the views print: policies by their selectors, SAs by their SAIDs. */
void klips_sort(struct state *st);

void klips_eroute(const struct klips *k, FILE *f); /* outbound policies, PRC-01 */
void klips_spi(const struct klips *k, FILE *f); /* SAs, PRC-02 */
void klips_spigrp(const struct klips *k, FILE *f); /* what is applied together, PRC-03 */
void klips_tncfg(const struct klips *k, FILE *f); /* devices, PRC-04 */
void klips_look(const struct klips *k, FILE *f); /* all of it on one page, CMD-37 */

/* The same as arrays; look is an object of them. The caller releases them. */
json_t *klips_eroute_json(const struct klips *k);
json_t *klips_spi_json(const struct klips *k);
json_t *klips_spigrp_json(const struct klips *k);
json_t *klips_tncfg_json(const struct klips *k);
json_t *klips_look_json(const struct klips *k);

/* For klips_json.c: the SAs of a policy or a group from the inside, NULL past the last. */
#define GROUP_MAX (NFI_TMPL_MAX + 1)
size_t klips_group(const struct state *st, const struct nfi_sp_msg *sp, const struct nfi_sa_msg *group[GROUP_MAX]);
size_t klips_group_of(const struct state *st, const struct nfi_sa_msg *sa, const struct nfi_sa_msg *group[GROUP_MAX]);
/* "ESP_3DES_HMAC_MD5". */
const char *klips_transform(const struct nfi_sa_msg *sa, char text[80]);
/* What becomes of a packet: "%pass", or the SAIDs. */
const char *klips_target(const struct state *st, const struct nfi_sp_msg *sp, char text[320]);
/* The routes that lead to peers, each once. */
size_t klips_routes(const struct klips *k, const struct route *found[64]);

#endif /* IPSECCTL_KLIPS_H */
