// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/ daemon/crypto/ daemon/net/ daemon/conn/manual.c daemon/conn/manual_sa.c daemon/conn/manual_policy.c daemon/conn/complain.c daemon/conn/place.c conf/ nl-proto/ daemon/ctl/ipsecctl/ daemon/ctl/client.c */
/* ipsecctl_conf.c - ipsecctl check and config show: which file, what is printed, exit codes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/ipsecctl/ctl.h"
#include "folder.h"

#define GOOD "conn a\n\tleft=10.0.0.1\n\tright=11.0.0.1\n"
#define KEYS GOOD "\tspi=0x200\n\tah=hmac-md5-96\n\tahkey=0x102132435465768798a9bacbdcedfe0f\n"

static char file[64], out[65536];

static void put(const char *text)
{
	folder_put("ipsec.conf", text);
}

/* Run the command with at most one word; what it prints is in out. */
static int run(int (*cmd)(struct ctl *, const struct cmd *, struct words *), struct ctl *ctl, char *word)
{
	struct word list[] = { { "check", 0, 1 }, { word, 0, 2 } };
	struct words w = { .w = list, .n = word ? 2 : 1, .at = 1 };
	int old[2] = { folder_catch(STDOUT_FILENO, "out"), folder_catch(STDERR_FILENO, "out") }, code;

	code = cmd(ctl, NULL, &w);
	folder_release(STDOUT_FILENO, old[0]);
	folder_release(STDERR_FILENO, old[1]);
	folder_get("out", out, sizeof(out));
	return code;
}

static int set_up(void **state)
{
	if (folder_make(state))
		return -1;
	snprintf(file, sizeof(file), "%s", folder_path("ipsec.conf"));
	return 0;
}

static void test_check(void **state)
{
	struct ctl ctl = { .option[FLAG_ELSEWHERE] = "" };

	(void)state;
	put(GOOD);
	assert_int_equal(run(cmd_check, &ctl, file), CTL_OK);
	assert_string_equal(out, "");
	put(GOOD "\tlef=x\n");
	assert_int_equal(run(cmd_check, &ctl, file), CTL_USAGE);
	assert_non_null(strstr(out, "ipsec.conf:4:2: error: unknown parameter 'lef'\n"));
	/* warnings are fine */
	put(GOOD "\tkeylife=10m\n");
	assert_int_equal(run(cmd_check, &ctl, file), CTL_OK);
	assert_non_null(strstr(out, "warning"));
	ctl.option[FLAG_LENIENT] = "";
	put(GOOD "\tlef=x\n");
	assert_int_equal(run(cmd_check, &ctl, file), CTL_OK);
	ctl = (struct ctl){ .option[FLAG_STRICT] = "", .option[FLAG_ELSEWHERE] = "" };
	put("conn a\n\n\tleft=10.0.0.1\n");
	assert_int_equal(run(cmd_check, &ctl, file), CTL_USAGE);
}

/* SYN-24: IPSEC_CONFS names the folder; a missing file is empty and fine. */
static void test_which_file(void **state)
{
	struct ctl ctl = { .option[FLAG_ELSEWHERE] = "" };

	(void)state;
	put("foo\n");
	setenv("IPSEC_CONFS", folder, 1);
	assert_int_equal(run(cmd_check, &ctl, NULL), CTL_USAGE);
	assert_non_null(strstr(out, folder));
	unlink(file);
	assert_int_equal(run(cmd_check, &ctl, NULL), CTL_OK);
	assert_non_null(strstr(out, "note: there is no such file"));
	unsetenv("IPSEC_CONFS");
	put(GOOD);
}

static void test_json(void **state)
{
	struct ctl ctl = { .option[FLAG_JSON] = "", .option[FLAG_ELSEWHERE] = "" };
	json_t *j, *d;

	(void)state;
	put(GOOD "\tlef=\"\xc3\xa4\"\n");
	assert_int_equal(run(cmd_check, &ctl, file), CTL_USAGE);
	j = json_loads(out, 0, NULL);
	assert_non_null(j);
	assert_int_equal(json_integer_value(json_object_get(j, "errors")), 1);
	assert_string_equal(json_string_value(json_array_get(json_object_get(j, "broken"), 0)), "a");
	d = json_array_get(json_object_get(j, "diagnostics"), 0);
	assert_int_equal(json_integer_value(json_object_get(d, "line")), 4);
	assert_int_equal(json_integer_value(json_object_get(d, "column")), 2);
	assert_string_equal(json_string_value(json_object_get(d, "severity")), "error");
	json_decref(j);
}

static void test_show(void **state)
{
	struct ctl ctl = { .option[FLAG_FILE] = file, .option[FLAG_ELSEWHERE] = "" };
	json_t *j;

	(void)state;
	put(KEYS);
	assert_int_equal(run(cmd_config, &ctl, "a"), CTL_OK);
	assert_non_null(strstr(out, "\tahkey=(hidden)\n"));
	assert_int_equal(run(cmd_config, &ctl, "b"), CTL_NONE);
	assert_int_equal(run(cmd_config, &ctl, NULL), CTL_OK);
	assert_null(strstr(out, "built in"));
	ctl.option[FLAG_EFFECTIVE] = ctl.option[FLAG_SECRETS] = "";
	assert_int_equal(run(cmd_config, &ctl, "a"), CTL_OK);
	assert_non_null(strstr(out, "\tahkey=0x102132435465768798a9bacbdcedfe0f\n"));
	assert_non_null(strstr(out, "# type=tunnel (built in)\n"));
	ctl.option[FLAG_SECRETS] = NULL;
	ctl.option[FLAG_JSON] = "";
	assert_int_equal(run(cmd_config, &ctl, "a"), CTL_OK);
	assert_null(strstr(out, "10213243"));
	j = json_loads(out, 0, NULL);
	assert_int_equal(json_array_size(json_object_get(j, "sections")), 1);
	json_decref(j);
	put(GOOD "\tlef=x\n");
	ctl.option[FLAG_JSON] = ctl.option[FLAG_EFFECTIVE] = NULL;
	assert_int_equal(run(cmd_config, &ctl, NULL), CTL_USAGE);
	assert_non_null(strstr(out, "# has errors and is not loaded\nconn a\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_which_file),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_show),
	};

	return cmocka_run_group_tests_name("ipsecctl_conf", tests, set_up, folder_remove);
}
