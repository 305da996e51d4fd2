// SPDX-License-Identifier: GPL-2.0-or-later
/* links: nl-proto/nlp_msg.c nl-proto/nlp_rows.c nl-proto/nlp_ack.c */
/* nlp_reply.c - any octets as a message of the kernel: decoded, and read as an extended ack. */
#include <libmnl/libmnl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nlp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct nlp_msg msg;
	struct nlp_fail fail = { 0 };
	struct nlmsghdr *nlh;

	if (size < NLMSG_HDRLEN || size > 65536)
		return 0;
	nlh = malloc(size);
	memcpy(nlh, data, size);
	nlh->nlmsg_len = (uint32_t)size;
	if (!nlp_decode(nlh, &msg) && msg.sp.ntmpl > NFI_TMPL_MAX)
		abort();
	nlh->nlmsg_type = data[0] & 1 ? NLMSG_ERROR : NLMSG_DONE;
	nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
	nlp_extack(nlh, nlh, &fail);
	if (memchr(fail.text, 0, sizeof(fail.text)) == NULL)
		abort();
	free(nlh);
	return 0;
}
