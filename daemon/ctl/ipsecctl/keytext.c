// SPDX-License-Identifier: GPL-2.0-or-later
/* keytext.c - keys as text. */
#include "keytext.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/datum.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"

const char *keytext_host(const char *given, char name[KEYTEXT_HOST])
{
	size_t i;

	if (given)
		snprintf(name, KEYTEXT_HOST, "%s", given);
	else if (gethostname(name, KEYTEXT_HOST))
		snprintf(name, KEYTEXT_HOST, "localhost");
	name[KEYTEXT_HOST - 1] = '\0';
	/* it goes into comments and records: no line end, no blank */
	for (i = 0; name[i]; i++)
		if (name[i] <= ' ' || name[i] > '~')
			name[i] = '?';
	return name;
}

char *keytext_base64(const struct pubkey *key)
{
	return datum_to_base64(key->b, key->n, mem_new(DATUM_BASE64(key->n)));
}

static void put_number(struct text *t, const char *name, struct pubkey_number v)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	text_add(t, "\t%s: 0x", name);
	for (i = 0; i < v.n; i++) {
		t->buf[t->n++] = digits[v.p[i] >> 4];
		t->buf[t->n++] = digits[v.p[i] & 15];
	}
	t->buf[t->n++] = '\n';
}

static void put_date(struct text *t)
{
	time_t now = (time_t)(clock_unix_us() / 1000000);
	char date[64] = "";
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(date, sizeof(date), "%a %b %d %H:%M:%S UTC %Y", &tm);
	text_add(t, "%s", date);
}

char *keytext_rsa(const struct pkey *key, const char *host, bool entry)
{
	const struct pkey_numbers *rsa = pkey_numbers(key);
	const struct pubkey *pub = pkey_public(key);
	char *base64 = keytext_base64(pub);
	struct text t = { .room = 2048 + strlen(base64) };
	size_t i;

	for (i = 0; i < PKEY_PARTS; i++)
		t.room += 2 * rsa->part[i].n + 32;
	t.buf = secret_alloc(t.room);
	text_add(&t, "%s\t# RSA %u bits   %s   ", entry ? ": RSA\t{\n" : "",
		 pub->bits, host);
	put_date(&t);
	text_add(
		&t,
		"\n\t# for signatures only, UNSAFE FOR ENCRYPTION\n\t#pubkey=0s%s\n",
		base64);
	for (i = 0; i < PKEY_PARTS; i++) {
		if (i == PKEY_PRIVATE_EXPONENT)
			text_add(&t,
				 "\t# everything after this point is secret\n");
		put_number(&t, pkey_part_names[i], rsa->part[i]);
	}
	if (entry)
		text_add(&t,
			 "\t}\n# do not change the indenting of that \"}\"\n");
	free(base64);
	return t.buf;
}

int keytext_write(int fd, const char *text)
{
	size_t n = strlen(text);

	while (n) {
		ssize_t did = write(fd, text, n);

		if (did < 0 && errno == EINTR)
			continue;
		if (did < 0)
			return -errno;
		text += did;
		n -= (size_t)did;
	}
	return 0;
}

int keytext_create(const char *path, const char *text)
{
	char temp[4096 + 16];
	int n = snprintf(temp, sizeof(temp), "%s.XXXXXX", path);
	int fd = n < 0 || (size_t)n >= sizeof(temp) ? -1 :
						      mkostemp(temp, O_CLOEXEC);
	int err;

	if (fd < 0)
		return errno ? -errno : -ENAMETOOLONG;
	err = keytext_write(fd, text);
	if (!err && fsync(fd))
		err = -errno;
	close(fd);
	if (!err && renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE))
		err = -errno;
	if (err)
		unlink(temp);
	return err;
}
