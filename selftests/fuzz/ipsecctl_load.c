// SPDX-License-Identifier: GPL-2.0-or-later
/* links: conf/check.c conf/check_conn.c conf/check_manual.c conf/check_overlap.c conf/diag.c conf/dialect.c
 * conf/keyfile.c conf/lex.c conf/load.c conf/merge.c conf/options.c conf/parse.c conf/secrets.c
 * conf/secrets_file.c conf/secrets_id.c conf/secrets_lex.c conf/secrets_read.c conf/secrets_value.c
 * conf/secrets_weak.c conf/value.c conf/value_addr.c conf/value_alg.c conf/value_id.c daemon/base/addr.c
 * daemon/base/arena.c daemon/base/clock.c daemon/base/datum.c daemon/base/mem.c daemon/base/secret.c
 * daemon/base/secret_heap.c daemon/base/suggest.c daemon/conn/manual.c daemon/conn/manual_policy.c daemon/conn/manual_sa.c daemon/crypto/gmp_wipe.c
 * daemon/crypto/pkey.c daemon/crypto/pkey_file.c daemon/crypto/pkey_new.c daemon/crypto/pubkey.c
 * daemon/crypto/rand.c daemon/ctl/ipsecctl/algs.c daemon/ctl/ipsecctl/bring.c
 * daemon/ctl/ipsecctl/cmd_change.c daemon/ctl/ipsecctl/cmd_defaults.c daemon/ctl/ipsecctl/cmd_eroute.c
 * daemon/ctl/ipsecctl/cmd_key.c daemon/ctl/ipsecctl/cmd_key_new.c daemon/ctl/ipsecctl/cmd_key_show.c
 * daemon/ctl/ipsecctl/cmd_list.c daemon/ctl/ipsecctl/cmd_load.c daemon/ctl/ipsecctl/cmd_manual.c
 * daemon/ctl/ipsecctl/cmd_monitor.c daemon/ctl/ipsecctl/cmd_setup.c daemon/ctl/ipsecctl/cmd_show.c
 * daemon/ctl/ipsecctl/cmd_view.c daemon/ctl/ipsecctl/conns.c daemon/ctl/ipsecctl/ctl.c
 * daemon/ctl/ipsecctl/help.c daemon/ctl/ipsecctl/key.c daemon/ctl/ipsecctl/key_new.c
 * daemon/ctl/ipsecctl/keytext.c daemon/ctl/ipsecctl/klips.c daemon/ctl/ipsecctl/klips_json.c
 * daemon/ctl/ipsecctl/load.c daemon/ctl/ipsecctl/opts.c daemon/ctl/ipsecctl/opts_text.c
 * daemon/ctl/ipsecctl/plan.c daemon/ctl/ipsecctl/render.c daemon/ctl/ipsecctl/request.c
 * daemon/ctl/ipsecctl/route.c daemon/ctl/ipsecctl/setup.c daemon/ctl/ipsecctl/state.c
 * daemon/ctl/ipsecctl/state_read.c daemon/ctl/ipsecctl/value.c daemon/ctl/ipsecctl/words.c
 * daemon/net/ifaddr.c daemon/net/orient.c nl-proto/nlp.c nl-proto/nlp_ack.c nl-proto/nlp_msg.c nl-proto/nlp_rows.c
 */
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
