// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ daemon/net/ daemon/conn/manual.c daemon/conn/manual_sa.c daemon/conn/manual_policy.c daemon/conn/complain.c daemon/conn/place.c conf/ nl-proto/ daemon/ctl/ipsecctl/ daemon/ctl/client.c */
/* ipsecctl_reload.c - ipsecctl reload --dry-run: what a changed file means for each connection. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>

#include "ctl/ipsecctl/ctl.h"
#include "folder.h"

#define ENDS "\tleft=10.0.0.1\n\tright=11.0.0.1\n"
#define A "conn a\n" ENDS

static struct ctl ctl;
static char out[65536];

static int run(const char *from, const char *to)
{
	char path[64];
	struct word list[] = { { "reload", 0, 1 }, { path, 0, 2 } };
	struct words w = { .w = list, .n = 2, .at = 1 };
	static const struct cmd cmd = { .group = "reload" };
	int o, e, code;

	ctl.option[FLAG_FROM] = folder_put("old.conf", from);
	snprintf(path, sizeof(path), "%s", folder_put("new.conf", to));
	o = folder_catch(STDOUT_FILENO, "out");
	e = folder_catch(STDERR_FILENO, "out");
	code = cmd_reload(&ctl, &cmd, &w);
	folder_release(STDERR_FILENO, e);
	folder_release(STDOUT_FILENO, o);
	folder_get("out", out, sizeof(out));
	return code;
}

static const struct {
	const char *id, *from, *to, *says;
} cases[] = {
	{ "SYN-12", A, A, "nothing changes\n" },
	{ "SYN-12", A, "# a comment\nconn a\n\tright=11.0.0.1\n\tleft=10.0.0.1\n", "nothing changes\n" },
	{ "", "", A, "conn a: new\n" },
	{ "", A, "", "conn a: removed, its SAs are deleted\n" },
	{ "AUT-14", A, A "\tkeyingtries=7\n", "conn a: nothing happens to its SAs (keyingtries)\n" },
	{ "CON-", A, A "\tleftsubnet=10.0.1.0/24\n", "conn a: new CHILD_SAs (leftsubnet)\n" },
	{ "AUT-05", A, A "\tleftid=@west\n", "conn a: from the beginning, with authentication (leftid)\n" },
	{ "AUT-05", A, A "\tleftid=@west\n\tkeyingtries=7\n\tleftsubnet=10.0.1.0/24\n", "conn a: from the beginning" },
	{ "", A, A "\tlef=x\n", "conn a: has errors, what runs goes on\n" },
	{ "", A "\tlef=x\n", A, "conn a: new\n" },
	/* the default of a keyword that all have */
	{ "", A "conn b\n" ENDS, "conn %default\n\trightid=@east\n" A "conn b\n" ENDS,
	  "conn a: from the beginning, with authentication (rightid)\nconn b: from the beginning" },
};

static void test_changes(void **state)
{
	size_t i;
	int code;

	(void)state;
	memset(&ctl, 0, sizeof(ctl));
	ctl.option[FLAG_DRY_RUN] = "";
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		code = run(cases[i].from, cases[i].to);
		if (code != (strstr(cases[i].to, "lef=") ? CTL_USAGE : CTL_OK) || !strstr(out, cases[i].says))
			fail_msg("%s: case %zu: %d\n%s", cases[i].id, i, code, out);
	}
}

static void test_json(void **state)
{
	json_t *j, *d;

	(void)state;
	memset(&ctl, 0, sizeof(ctl));
	ctl.option[FLAG_DRY_RUN] = ctl.option[FLAG_JSON] = "";
	assert_int_equal(run(A, A "\tleftid=@west\nconn b\n" ENDS), CTL_OK);
	j = json_loads(out, 0, NULL);
	assert_non_null(j);
	assert_int_equal(json_integer_value(json_object_get(j, "errors")), 0);
	assert_int_equal(json_array_size(json_object_get(j, "changes")), 2);
	d = json_array_get(json_object_get(j, "changes"), 0);
	assert_string_equal(json_string_value(json_object_get(d, "conn")), "a");
	assert_string_equal(json_string_value(json_object_get(d, "change")), "reauth");
	assert_string_equal(json_string_value(json_array_get(json_object_get(d, "keywords"), 0)), "leftid");
	assert_int_equal(json_integer_value(json_object_get(d, "more")), 0);
	json_decref(j);
}

static void test_without(void **state)
{
	(void)state;
	memset(&ctl, 0, sizeof(ctl));
	/* the real reload is the daemon's, and of the daemon's file */
	assert_int_equal(run(A, A), CTL_USAGE);
	assert_non_null(strstr(out, "with --dry-run only"));
}

/* No old file: nothing is compared with an empty one. */
static void test_no_old(void **state)
{
	char path[64];
	struct word list[] = { { "reload", 0, 1 } };
	struct words w = { .w = list, .n = 1, .at = 1 };

	(void)state;
	memset(&ctl, 0, sizeof(ctl));
	ctl.option[FLAG_DRY_RUN] = "";
	snprintf(path, sizeof(path), "%s", folder_path("nothing"));
	ctl.option[FLAG_FROM] = path;
	assert_int_equal(cmd_reload(&ctl, NULL, &w), CTL_USAGE);
	assert_non_null(strstr(w.error, "there is no such file to compare with"));
	assert_non_null(strstr(w.error, path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_without),
		cmocka_unit_test(test_no_old),
	};

	return cmocka_run_group_tests_name("ipsecctl_reload", tests, folder_make, folder_remove);
}
