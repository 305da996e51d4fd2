// SPDX-License-Identifier: GPL-2.0-or-later
/* drop.c - privileges, by libcap-ng. */
#include "base/drop.h"

#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

void drop_cores(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}

static int explain(int code, const char *what, char *why, size_t n)
{
	int err = errno ? -errno : -EPERM;

	snprintf(why, n, "%s: %s (%d)", what, strerror(-err), code);
	return err;
}

static int lock_down(char *why, size_t n)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return explain(0, "cannot give up getting more privileges", why, n);
	return 0;
}

int drop_privileges(const char *user, char *why, size_t n)
{
	/* cppcheck-suppress getpwnamCalled ; one thread */
	const struct passwd *pw = geteuid() ? NULL : getpwnam(user);
	int code;

	capng_clear(CAPNG_SELECT_BOTH);
	capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_NET_ADMIN);
	errno = 0;
	code = pw ? capng_change_id((int)pw->pw_uid, (int)pw->pw_gid,
				    CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING) :
		    capng_apply(CAPNG_SELECT_CAPS);
	if (code)
		return explain(code, "cannot drop privileges", why, n);
	return lock_down(why, n);
}

int drop_capabilities(char *why, size_t n)
{
	int code;

	capng_clear(CAPNG_SELECT_CAPS);
	errno = 0;
	code = capng_apply(CAPNG_SELECT_CAPS);
	if (code)
		return explain(code, "cannot drop capabilities", why, n);
	return lock_down(why, n);
}
