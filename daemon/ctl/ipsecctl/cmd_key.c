// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_key.c - ranbits and rsasigkey: keys on standard output. */
#include "ctl.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "crypto/rand.h"
#include "key_new.h"
#include "key_old.h"
#include "keytext.h"
#include "value.h"

#define RANBITS_MAX 20000

/* What text of the octets takes: 0x, two digits each, an underscore after four. */
static char *as_text(const uint8_t *p, size_t n, bool underscores)
{
	char *text = secret_alloc(3 * n + 4);
	char *to = text;
	size_t i;

	to += sprintf(to, "0x");
	for (i = 0; i < n; i++)
		to += sprintf(to, "%s%02x",
			      underscores && i && i % 4 == 0 ? "_" : "", p[i]);
	sprintf(to, "\n");
	return text;
}

int cmd_ranbits(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	const char *word = words_next(w);
	uint64_t n, each = ctl_has(ctl, FLAG_BYTES) ? 8 : 1;
	uint8_t *p;
	char *text;
	int err;

	(void)cmd;
	if (!word)
		words_fail(
			w, w->n,
			"expected a number of bits; for a pre-shared key 256");
	else if (value_number(word, &n) || !n || n > RANBITS_MAX / each ||
		 n * each % 8)
		words_fail(
			w, w->at - 1,
			"expected a multiple of 8 from 8 to %d bits, or with --bytes 1 to %d octets",
			RANBITS_MAX, RANBITS_MAX / 8);
	else if (words_peek(w))
		words_fail(w, w->at, "nothing is expected here");
	else
		goto good;
	return ctl_usage(w);
good:
	n = n * each / 8;
	p = secret_alloc(n);
	rand_octets(p, n);
	text = as_text(p, n, !ctl_has(ctl, FLAG_CONTINUOUS));
	err = keytext_write(STDOUT_FILENO, text);
	secret_free(text);
	secret_free(p);
	if (err)
		fprintf(stderr, "ipsecctl: cannot write: %s\n", strerror(-err));
	return err ? CTL_FAILED : CTL_OK;
}

/* A size is for a new key only. 0, or -EINVAL with w->error. */
static int read_order(struct key_order *order, const struct ctl *ctl,
		      const char *old, struct words *w)
{
	if (!old)
		return key_order_read(order, ctl, w);
	if (words_peek(w) || ctl_has(ctl, FLAG_BITS) ||
	    ctl_has(ctl, FLAG_EXPONENT))
		return words_fail(
			w, words_peek(w) ? w->at : w->n,
			"--oldkey takes no size: it is that of the old key");
	return 0;
}

int cmd_rsasigkey(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	struct key_order order = { .type = PUBKEY_RSA, .bits_needed = true };
	const char *old = ctl_value(ctl, FLAG_OLDKEY);
	char host[KEYTEXT_HOST];
	struct pkey *key;
	char *text;
	int err;

	(void)cmd;
	if (read_order(&order, ctl, old, w))
		return ctl_usage(w);
	key = old ? key_old_read(old) : key_order_make(&order);
	if (!key)
		return CTL_FAILED;
	text = keytext_rsa(
		key, keytext_host(ctl_value(ctl, FLAG_HOSTNAME), host), false);
	err = keytext_write(STDOUT_FILENO, text);
	secret_free(text);
	pkey_free(key);
	if (err)
		fprintf(stderr, "ipsecctl: cannot write: %s\n", strerror(-err));
	return err ? CTL_FAILED : CTL_OK;
}
