// SPDX-License-Identifier: GPL-2.0-or-later
/* key_old.c - a key that rsasigkey has printed, of whatever age. */
#include "key_old.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/datum.h"
#include "base/secret.h"
#include "conf/keyfile.h"

#define OLD_MAX ((size_t)256 << 10) /* octets */

static void refuse(const char *path, const char *why, const char *hint)
{
	fprintf(stderr, "ipsecctl: %s %s%s%s\n", path, why, hint[0] ? "; " : "",
		hint);
}

/* All of standard input, and a zero behind it; NULL: said why. */
static char *read_stdin(void)
{
	char *text = secret_alloc(OLD_MAX + 1);
	size_t n = 0;
	ssize_t got = 1;

	while (got > 0 && n < OLD_MAX) {
		got = read(STDIN_FILENO, text + n, OLD_MAX - n);
		if (got > 0)
			n += (size_t)got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	text[n] = '\0';
	if (!got)
		return text;
	refuse("standard input",
	       got < 0 ? strerror(errno) : "has more than a key", "");
	secret_free(text);
	return NULL;
}

static char *read_text(const char *path)
{
	struct keyfile f;

	if (!strcmp(path, "-"))
		return read_stdin();
	if (!keyfile_read(&f, path, OLD_MAX))
		return f.text;
	refuse(path, f.why, f.hint);
	return NULL;
}

/* "Prime1: 0x..." into the number of that name, within the line. The first of a name counts. */
static void take_line(struct pkey_numbers *rsa, char *line)
{
	size_t i;
	int n;

	line += strspn(line, " \t");
	for (i = 0; i < PKEY_PARTS; i++) {
		size_t len = strlen(pkey_part_names[i]);
		char *value = line + len + 1;

		if (strncmp(line, pkey_part_names[i], len) != 0 ||
		    line[len] != ':' || rsa->part[i].n)
			continue;
		value += strspn(value, " \t");
		value[strcspn(value, " \t\r#")] = '\0';
		n = datum_prefix(value) ?
			    datum_decode(value, (uint8_t *)value,
					 strlen(value)) :
			    0;
		if (n > 0)
			rsa->part[i] = (struct pubkey_number){
				(uint8_t *)value, (size_t)n
			};
	}
}

static bool same(struct pubkey_number a, struct pubkey_number b)
{
	for (; a.n && !*a.p; a.n--)
		a.p++;
	return a.n == b.n && !memcmp(a.p, b.p, a.n);
}

static struct pkey *make_key(const struct pkey_numbers *rsa, const char **why)
{
	const struct pubkey_number *part = rsa->part;
	struct pkey *key;

	*why = "has no lines 'PublicExponent:', 'Prime1:' and 'Prime2:' with numbers";
	if (!part[PKEY_PUBLIC_EXPONENT].n || !part[PKEY_PRIME1].n ||
	    !part[PKEY_PRIME2].n)
		return NULL;
	key = pkey_from_primes(part[PKEY_PRIME1], part[PKEY_PRIME2],
			       part[PKEY_PUBLIC_EXPONENT], why);
	if (!key)
		*why = "holds numbers that make no key";
	if (!key || !part[PKEY_MODULUS].n ||
	    same(part[PKEY_MODULUS], pkey_numbers(key)->part[PKEY_MODULUS]))
		return key;
	*why = "holds a modulus that is not the product of its primes";
	pkey_free(key);
	return NULL;
}

struct pkey *key_old_read(const char *path)
{
	struct pkey_numbers rsa = { { { NULL, 0 } } };
	char *text = read_text(path), *line, *rest;
	struct pkey *key;
	const char *why;

	if (!text)
		return NULL;
	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		take_line(&rsa, line);
	key = make_key(&rsa, &why);
	if (!key)
		refuse(path, why, "");
	secret_free(text);
	return key;
}
