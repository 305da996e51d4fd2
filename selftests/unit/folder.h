/* SPDX-License-Identifier: GPL-2.0-or-later */
/* folder.h - a folder for the files of a test, and what a function prints. cmocka.h is to be included before. */
#ifndef UNIT_FOLDER_H
#define UNIT_FOLDER_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/unit.XXXXXX";

/* The two functions of a group of tests. */
static inline int folder_make(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static inline int folder_remove(void **state)
{
	char line[64];

	(void)state;
	snprintf(line, sizeof(line), "rm -rf '%s'", folder);
	return system(line); /* NOLINT(cert-env33-c): a fixed command */
}

/* Good for the next seven calls. */
static inline const char *folder_path(const char *name)
{
	static char path[8][256];
	static unsigned int turn;
	char *p = path[turn++ % 8];

	snprintf(p, sizeof(path[0]), "%s/%s", folder, name);
	return p;
}

/* Write a file; returns its path. */
static inline const char *folder_put_mode(const char *name, const char *text, mode_t mode)
{
	const char *path = folder_path(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

static inline const char *folder_put(const char *name, const char *text)
{
	return folder_put_mode(name, text, 0600);
}

/* The beginning of a file, as far as there is room, into to. */
static inline void folder_get(const char *name, char *to, size_t room)
{
	int fd = open(folder_path(name), O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, to, room - 1);

	assert_true(n >= 0);
	to[n] = '\0';
	close(fd);
}

/*
 * From folder_catch on what is written to a descriptor goes into a file; returns the descriptor by which
 * folder_release undoes that.
 */
static inline int folder_catch(int fd, const char *name)
{
	int to = open(folder_path(name), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600), saved;

	assert_true(to >= 0);
	fflush(NULL);
	saved = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	dup2(to, fd);
	close(to);
	return saved;
}

static inline void folder_release(int fd, int saved)
{
	fflush(NULL);
	dup2(saved, fd);
	close(saved);
}

#endif /* UNIT_FOLDER_H */
