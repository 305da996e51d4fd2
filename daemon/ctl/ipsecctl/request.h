/* SPDX-License-Identifier: GPL-2.0-or-later */
/* request.h - from the words of a command to a request for the kernel. */
#ifndef IPSECCTL_REQUEST_H
#define IPSECCTL_REQUEST_H

#include "nlp.h"

struct cmd;
struct words;

struct request {
	struct nlp_req req; /* points into this struct: do not copy */
	union {
		struct nfi_sa_msg sa;
		struct nfi_sp_msg sp;
		struct nfi_ns_msg ns;
	};
};

/*
 * Parse all the words left and check what is certain without the kernel. 0, or -EINVAL and
 * w->error. May hold keys: request_fini() in any case.
 */
int request_parse(struct request *r, const struct cmd *cmd, struct words *w);
void request_fini(struct request *r);

#endif /* IPSECCTL_REQUEST_H */
