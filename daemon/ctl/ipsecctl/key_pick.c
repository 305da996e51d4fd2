// SPDX-License-Identifier: GPL-2.0-or-later
/* key_pick.c - a private key of this host, as --file, --id and --type say. */
#include "key_pick.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "conf/secrets.h"
#include "ctl.h"

#define SECRETS "/etc/ipsec.secrets"

static void tell(void *arg, const struct secrets_note *note)
{
	const struct ctl *ctl = arg;

	if (note->severity == SECRETS_WARNING && !ctl_has(ctl, FLAG_VERBOSE))
		return;
	fprintf(stderr, "ipsecctl: %s:", note->file);
	if (note->line)
		fprintf(stderr, "%u:%u:", note->line, note->column);
	fprintf(stderr, " %s%s%s\n", note->text, note->hint ? "; " : "",
		note->hint ? note->hint : "");
}

static bool type_fits(const struct ctl *ctl, enum pubkey_type type)
{
	const char *wanted = ctl_value(ctl, FLAG_TYPE);

	return !wanted || !strcasecmp(wanted, pubkey_type_name(type));
}

/* The first key without an index, else the first. */
static bool first_key(const struct ctl *ctl, const struct secrets *s,
		      struct secrets_item *found)
{
	struct secrets_item item;
	bool any = false;
	size_t i;

	for (i = 0; secrets_item(s, i, &item); i++) {
		if (item.kind != SECRETS_KEY ||
		    !type_fits(ctl, pkey_public(item.key)->type))
			continue;
		if (!any || !item.ids)
			*found = item;
		any = true;
		if (!item.ids)
			break;
	}
	return any;
}

static const struct pkey *key_of(const struct ctl *ctl, const struct secrets *s,
				 const char *id)
{
	static const enum pubkey_type types[] = { PUBKEY_RSA, PUBKEY_ECDSA,
						  PUBKEY_ED25519,
						  PUBKEY_ED448 };
	struct secrets_found found;
	char text[SECRETS_TEXT];
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		enum secrets_answer answer = SECRETS_NONE;

		if (type_fits(ctl, types[i]))
			answer =
				secrets_find_key(s, id, NULL, types[i], &found);
		if (answer == SECRETS_FOUND)
			return found.key;
		if (answer == SECRETS_CONFLICT)
			fprintf(stderr, "ipsecctl: %s\n",
				secrets_explain(answer, &found, text));
	}
	return NULL;
}

/* The entry of a key. */
static bool entry_of(const struct secrets *s, const struct pkey *key,
		     struct secrets_item *item)
{
	size_t i;

	for (i = 0; key && secrets_item(s, i, item); i++)
		if (item->key == key)
			return true;
	return false;
}

struct secrets *key_secrets(struct ctl *ctl, const char **file)
{
	const struct secrets_env env = { .report = tell, .arg = ctl };
	struct secrets *s = secrets_new(&env);

	*file = ctl_value(ctl, FLAG_FILE) ? ctl_value(ctl, FLAG_FILE) : SECRETS;
	secrets_load(s, *file);
	return s;
}

const struct secrets_item *key_pick(const struct ctl *ctl,
				    const struct secrets *s, const char *file)
{
	static struct secrets_item item;
	const char *id = ctl_value(ctl, FLAG_ID);

	if (id ? entry_of(s, key_of(ctl, s, id), &item) :
		 first_key(ctl, s, &item))
		return &item;
	fprintf(stderr,
		"ipsecctl: no private key%s%s in %s; 'ipsec newhostkey --output %s' makes one\n",
		id ? " of " : "", id ? id : "", file, file);
	return NULL;
}
