// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ daemon/net/ daemon/conn/manual.c daemon/conn/manual_sa.c daemon/conn/manual_policy.c daemon/conn/complain.c daemon/conn/place.c conf/ nl-proto/ daemon/ctl/ipsecctl/ daemon/ctl/client.c */
/* ipsecctl_load.c - any text as a file for load; keys from files are out of reach of the input. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ipsecctl/load.h"
#include "ctl/ipsecctl/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct words w;
	struct load l = { .name = "f", .from_stdin = true, .len = size };

	/* no opening of files, no reading of descriptors */
	if (memmem(data, size, "le:", 3) || memmem(data, size, "d:", 2) || memchr(data, '"', size))
		return 0;
	l.text = malloc(size + 1);
	memcpy(l.text, data, size);
	if (load_parse(&l, &w) && !strstr(w.error, "f:"))
		abort(); /* an error without its place */
	load_fini(&l);
	return 0;
}
