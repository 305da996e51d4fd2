/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * call.h - ipsecctl called as it is from a shell, in a folder of its own: for one test program, after the headers of
 * cmocka. It links all of daemon/ctl/ipsecctl/ but main.c, which is included here.
 */
#ifndef UNIT_CALL_H
#define UNIT_CALL_H

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int program_main(int argc, char **argv);
#define main program_main
#include "../../daemon/ctl/ipsecctl/main.c" /* NOLINT(bugprone-suspicious-include): the program itself */
#undef main

static char dir[] = "/tmp/ctl.XXXXXX";
static char out[65536], err[8192];

static const char *path_of(const char *name)
{
	static char path[2][128];
	static unsigned int turn;
	char *p = path[turn++ % 2];

	snprintf(p, sizeof(path[0]), "%s/%s", dir, name);
	return p;
}

static void slurp(const char *path, char *to, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, to, room - 1);

	assert_true(n >= 0);
	to[n] = '\0';
	close(fd);
}

static int redirect(int fd, const char *path, int *saved)
{
	int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(to >= 0);
	*saved = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	dup2(to, fd);
	close(to);
	return *saved;
}

/* The words of a command; $D is the folder of this test. Into out and err; returns the exit code. */
static int call(const char *command)
{
	char line[1024], name[128], *argv[40], *p, *save = NULL;
	int argc = 1, code, o, e;

	fflush(stdout);
	snprintf(line, sizeof(line), "%s", command);
	argv[0] = (char *)(uintptr_t)"ipsec";
	for (p = strtok_r(line, " ", &save); p; p = strtok_r(NULL, " ", &save)) {
		argv[argc] = p;
		if (strstr(p, "$D")) { /* file:$D/x, too */
			char word[256];

			assert_int_equal(argc < 39, 1);
			snprintf(word, sizeof(word), "%.*s%s", (int)(strstr(p, "$D") - p), p, path_of(strstr(p, "$D") + 3));
			argv[argc] = strdup(word);
		} else {
			argv[argc] = strdup(p);
		}
		argc++;
	}
	argv[argc] = NULL;
	snprintf(name, sizeof(name), "%s/out", dir);
	redirect(STDOUT_FILENO, name, &o);
	redirect(STDERR_FILENO, path_of("err"), &e);
	code = program_main(argc, argv);
	fflush(stdout);
	dup2(o, STDOUT_FILENO);
	dup2(e, STDERR_FILENO);
	close(o);
	close(e);
	slurp(path_of("out"), out, sizeof(out));
	slurp(path_of("err"), err, sizeof(err));
	for (argc = 1; argv[argc]; argc++)
		free(argv[argc]);
	return code;
}

static void put(const char *name, const char *text, mode_t mode)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static int call_set_up(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int call_tear_down(void **state)
{
	char line[64];

	(void)state;
	snprintf(line, sizeof(line), "rm -r %s", dir);
	return system(line); /* NOLINT(cert-env33-c) */
}

#endif /* UNIT_CALL_H */
