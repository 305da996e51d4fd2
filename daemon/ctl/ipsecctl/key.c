// SPDX-License-Identifier: GPL-2.0-or-later
/* key.c - key material from the command line, a file, a descriptor or standard input. */
#include "key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "algs.h"
#include "base/secret.h"
#include "nlp.h"
#include "words.h"

#define KEY_FORMS "0xHEX, file:PATH, fd:N or - (standard input)"
#define LINE_ROOM 512

/* What others could see in the process list becomes stars. */
static void hide(char *text)
{
	size_t n = strlen(text);

	secret_wipe(text, n);
	memset(text, '*', n < 3 ? n : 3);
}

static int decode(struct words *w, size_t at, const char *hex, struct nfi_key *key)
{
	int n = secret_from_hex(hex, key->b, sizeof(key->b));

	if (n == -E2BIG)
		return words_fail(w, at, "key is longer than %d octets", NFI_KEY_MAX);
	if (n < 0)
		return words_fail(w, at, "key is not an even number of hexadecimal digits");
	key->len = (uint16_t)n;
	return 0;
}

static int from_fd(struct words *w, size_t at, int fd, struct nfi_key *key)
{
	char line[LINE_ROOM];
	int n = secret_read_line(fd, line, sizeof(line));
	int err;

	if (n == -ENODATA)
		return words_fail(w, at, "no line with a key is left there");
	if (n == -E2BIG)
		return words_fail(w, at, "line with the key is too long");
	if (n < 0)
		return words_fail(w, at, "cannot read the key: %s", strerror(-n));
	err = decode(w, at, line, key);
	secret_wipe(line, sizeof(line));
	return err;
}

static int from_file(struct words *w, size_t at, const char *path, struct nfi_key *key)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return words_fail(w, at, "cannot open: %s", strerror(errno));
	err = from_fd(w, at, fd, key);
	close(fd);
	return err;
}

static int from_number(struct words *w, size_t at, const char *text, struct nfi_key *key)
{
	char *end;
	long fd;

	errno = 0;
	fd = strtol(text, &end, 10);
	if (errno || end == text || *end || fd < 0 || fd > 65535)
		return words_fail(w, at, "expected a descriptor, as in fd:3");
	return from_fd(w, at, (int)fd, key);
}

static int from_word(struct words *w, size_t at, char *text, struct nfi_key *key)
{
	int err;

	if (!strncmp(text, "0x", 2) || !strncmp(text, "0X", 2)) {
		err = decode(w, at, text, key);
		hide(text);
		if (err)
			return words_fail(w, at, "expected a key of whole octets in hexadecimal, at most %d",
					  NFI_KEY_MAX);
		return 0;
	}
	if (!strncmp(text, "file:", 5))
		return from_file(w, at, text + 5, key);
	if (!strncmp(text, "fd:", 3))
		return from_number(w, at, text + 3, key);
	if (!strcmp(text, "-") && w->stdin_taken)
		return words_fail(w, at, "standard input is the file being loaded; use file:PATH or fd:N");
	if (!strcmp(text, "-"))
		return from_fd(w, at, STDIN_FILENO, key);
	if (!strcmp(text, "hidden"))
		return words_fail(w, at, "the key was left out of this dump; make it with 'ipsecctl dump --secrets'");
	hide(text);
	return words_fail(w, at, "expected a key as " KEY_FORMS);
}

int key_parse(struct words *w, const struct alg *alg, bool enc, struct nfi_key *key)
{
	size_t at = w->at;
	char expect[96];
	int err;

	if (!words_next(w))
		return words_fail(w, at, "expected a key after 'key': " KEY_FORMS);
	err = from_word(w, at, w->w[at].text, key);
	if (!err && !algs_key_fits(alg, enc, key->len)) {
		algs_key_expect(alg, enc, expect, sizeof(expect));
		err = words_fail(w, at, "key of %u octets; %s needs %s", key->len,
				 alg->name, expect);
	}
	if (err)
		secret_wipe(key, sizeof(*key));
	return err;
}
