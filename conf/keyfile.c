// SPDX-License-Identifier: GPL-2.0-or-later
/* keyfile.c - files that hold secrets. */
#include "conf/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"

static int refuse(struct keyfile *f, int err, const char *why)
{
	snprintf(f->why, sizeof(f->why), "%s", why);
	return err;
}

/* Judged on what was opened: a file that is changed for another meanwhile is of no use. */
static int judge(struct keyfile *f, const struct stat *st, const char *path,
		 size_t max)
{
	if (!S_ISREG(st->st_mode))
		return refuse(f, -EINVAL, "is not a regular file");
	if (st->st_uid != 0 && st->st_uid != geteuid()) {
		snprintf(f->why, sizeof(f->why),
			 "belongs to user %u, who could change it",
			 (unsigned int)st->st_uid);
		snprintf(f->hint, sizeof(f->hint),
			 "chown root %s && chmod 600 %s", path, path);
		return -EPERM;
	}
	if (st->st_mode & 077) {
		snprintf(f->why, sizeof(f->why),
			 "is open to group or others (mode %04o)",
			 (unsigned int)st->st_mode & 07777);
		snprintf(f->hint, sizeof(f->hint), "chmod 600 %s", path);
		return -EPERM;
	}
	if (st->st_size > (off_t)max) {
		snprintf(f->why, sizeof(f->why), "has more than %zu octets",
			 max);
		return -EFBIG;
	}
	return 0;
}

/* What is there now and no more: a file that grows meanwhile is cut. */
static int take(struct keyfile *f, int fd, size_t size)
{
	f->text = secret_alloc(size + 1);
	while (f->len < size) {
		ssize_t got = read(fd, f->text + f->len, size - f->len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			int err = -errno;

			secret_free(f->text);
			f->text = NULL;
			return refuse(f, err, strerror(-err));
		}
		if (got == 0)
			break;
		f->len += (size_t)got;
	}
	return 0;
}

int keyfile_read(struct keyfile *f, const char *path, size_t max)
{
	struct stat st;
	int fd, err;

	memset(f, 0, sizeof(*f));
	/* a pipe without a writer would have us wait */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st)) {
		err = -errno;
		snprintf(f->why, sizeof(f->why), "cannot be read: %s",
			 strerror(-err));
		if (fd >= 0)
			close(fd);
		return err;
	}
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	f->mtime = st.st_mtime;
	err = judge(f, &st, path, max);
	if (!err)
		err = take(f, fd, (size_t)st.st_size);
	close(fd);
	return err;
}
