// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_key_export.c - exportkey: a private key leaves this host, encrypted (SEC-33). */
#include "ctl.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "conf/keyfile.h"
#include "conf/secrets.h"
#include "key_pick.h"
#include "keytext.h"
#include "value.h"

#define PHRASE_MAX ((size_t)256)
#define PHRASE_LEAST 8 /* octets */
#define PHRASE_GOOD 80 /* bits, SEC-30 */

static int refuse(const char *where, const char *why, const char *hint)
{
	fprintf(stderr, "ipsecctl: the passphrase: %s %s%s%s\n", where, why,
		hint[0] ? "; " : "", hint);
	return CTL_FAILED;
}

/* The first line of a file that only its owner may read. */
static int from_file(const char *path, char *phrase)
{
	struct keyfile f;
	size_t n;

	if (keyfile_read(&f, path, PHRASE_MAX * 4))
		return refuse(path, f.why, f.hint);
	n = strcspn(f.text, "\r\n");
	if (n < PHRASE_MAX)
		memcpy(phrase, f.text, n);
	secret_free(f.text);
	return n < PHRASE_MAX ? CTL_OK : refuse(path, "is too long", "");
}

static int from_fd(const char *where, int fd, char *phrase)
{
	int n = secret_read_line(fd, phrase, PHRASE_MAX);

	if (n >= 0)
		return CTL_OK;
	return refuse(where, n == -ENODATA ? "has no line" : strerror(-n), "");
}

static int judge(const char *where, const char *phrase)
{
	if (strlen(phrase) < PHRASE_LEAST)
		return refuse(where, "is too short",
			      "make one: ipsec ranbits --continuous 128");
	if (secrets_bits(phrase, strlen(phrase)) < PHRASE_GOOD)
		fprintf(stderr,
			"ipsecctl: the passphrase is weak; a good one: ipsec ranbits --continuous 128\n");
	return CTL_OK;
}

static int read_phrase(const char *where, char *phrase)
{
	uint64_t fd;
	int code;

	if (!strncmp(where, "file:", 5))
		code = from_file(where + 5, phrase);
	else if (!strcmp(where, "-"))
		code = from_fd("standard input", STDIN_FILENO, phrase);
	else if (!strncmp(where, "fd:", 3) && !value_number(where + 3, &fd) &&
		 fd < 65536)
		code = from_fd(where, (int)fd, phrase);
	else /* which may be the passphrase itself: it is not repeated */
		code = refuse("expected file:PATH, fd:N or -, after",
			      "--passphrase", "");
	return code ? code : judge(where, phrase);
}

static int put(const struct secrets_item *item, const char *phrase,
	       const char *output)
{
	char *pem = pkey_to_pem(item->key, phrase);
	bool out = !strcmp(output, "-");
	int err = out ? keytext_write(STDOUT_FILENO, pem) :
			keytext_create(output, pem);

	secret_free(pem);
	if (!err && !out)
		fprintf(stderr,
			"ipsecctl: at the other host, in ipsec.secrets: %s : PKCS8 FILE \"PASSPHRASE\"\n",
			item->ids ? "ID" : "");
	if (err)
		fprintf(stderr, "ipsecctl: cannot write %s: %s\n", output,
			strerror(-err));
	return err ? CTL_FAILED : CTL_OK;
}

static int export(struct ctl *ctl, const char *phrase)
{
	const struct secrets_item *item;
	const char *file;
	struct secrets *s = key_secrets(ctl, &file);
	int code = CTL_FAILED;

	item = key_pick(ctl, s, file);
	if (item)
		code = put(item, phrase, ctl_value(ctl, FLAG_OUTPUT));
	secrets_free(s);
	return code;
}

int cmd_exportkey(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	char *phrase;
	int code;

	(void)cmd;
	if (words_peek(w))
		words_fail(w, w->at, "nothing is expected here");
	else if (!ctl_value(ctl, FLAG_OUTPUT))
		words_fail(w, w->n,
			   "expected --output FILE, as in --output west.pem");
	else if (!ctl_value(ctl, FLAG_PASSPHRASE))
		words_fail(
			w, w->n,
			"expected --passphrase file:PATH, fd:N or -: a key leaves this host only encrypted");
	if (w->error[0])
		return ctl_usage(w);
	phrase = secret_alloc(PHRASE_MAX + 1);
	code = read_phrase(ctl_value(ctl, FLAG_PASSPHRASE), phrase);
	if (code == CTL_OK)
		code = export(ctl, phrase);
	secret_free(phrase);
	return code;
}
