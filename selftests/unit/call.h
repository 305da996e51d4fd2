/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * call.h - ipsecctl called as it is from a shell, in a folder of its own: for one test program, after the headers of
 * cmocka. It links all of daemon/ctl/ipsecctl/ but main.c, which is included here.
 */
#ifndef UNIT_CALL_H
#define UNIT_CALL_H

#include "folder.h"

int program_main(int argc, char **argv);
#define main program_main
#include "../../daemon/ctl/ipsecctl/main.c" /* NOLINT(bugprone-suspicious-include): the program itself */
#undef main

static char out[65536], err[8192];

/* The words of a command; $D is the folder of this test. Into out and err; returns the exit code. */
static int call(const char *command)
{
	char line[1024], *argv[40], *p, *save = NULL;
	int argc = 1, code, o, e;

	snprintf(line, sizeof(line), "%s", command);
	argv[0] = (char *)(uintptr_t) "ipsec";
	for (p = strtok_r(line, " ", &save); p;
	     p = strtok_r(NULL, " ", &save)) {
		argv[argc] = p;
		if (strstr(p, "$D")) { /* file:$D/x, too */
			char word[256];

			assert_int_equal(argc < 39, 1);
			snprintf(word, sizeof(word), "%.*s%s",
				 (int)(strstr(p, "$D") - p), p,
				 folder_path(strstr(p, "$D") + 3));
			argv[argc] = strdup(word);
		} else {
			argv[argc] = strdup(p);
		}
		argc++;
	}
	argv[argc] = NULL;
	o = folder_catch(STDOUT_FILENO, "out");
	e = folder_catch(STDERR_FILENO, "err");
	code = program_main(argc, argv);
	folder_release(STDOUT_FILENO, o);
	folder_release(STDERR_FILENO, e);
	folder_get("out", out, sizeof(out));
	folder_get("err", err, sizeof(err));
	for (argc = 1; argv[argc]; argc++)
		free(argv[argc]);
	return code;
}

#endif /* UNIT_CALL_H */
