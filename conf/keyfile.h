/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keyfile.h - files that hold secrets are read, if only their owner can do so. */
#ifndef CONF_KEYFILE_H
#define CONF_KEYFILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct keyfile {
	char *text; /* of secret_alloc, a zero behind it; the caller gives it to secret_free */
	size_t len;
	dev_t dev;
	ino_t ino;
	int64_t mtime; /* seconds since 1970 */
	char why[192],
		hint[320]; /* after a failure: "is readable by others...", "chmod 600 FILE" */
};

/* Read a whole file of at most max octets. Returns 0 or -errno, with why and hint set. */
int keyfile_read(struct keyfile *f, const char *path, size_t max);

#endif /* CONF_KEYFILE_H */
