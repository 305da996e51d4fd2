// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ conf/ */
/* secrets.c - any octets as ipsec.secrets: notes have places, identities are found again, all is freed. */
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "conf/secrets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(void *arg, const struct secrets_note *note)
{
	if (!note->line || !note->column || !note->text[0] || strcmp(note->file, arg) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct secrets_env env = { .report = judge, .arg = (void *)"none/f", .key_dir = "none" };
	struct secrets *s = secrets_new(&env);
	struct secrets_found found;
	struct secrets_item item;
	char *text = memcpy(malloc(size + 1), data, size);

	if (!memchr(data, '/', size)) /* no file can be reached */
		secrets_parse(s, env.arg, text, size);
	free(text);
	for (size_t i = 0; secrets_item(s, i, &item); i++)
		if (item.kind == SECRETS_PSK && item.ids &&
		    secrets_find_psk(s, secrets_item_id(s, i, 0), secrets_item_id(s, i, 1), &found) == SECRETS_NONE)
			abort();
	secrets_free(s);
	if (secret_in_use())
		abort();
	return 0;
}
