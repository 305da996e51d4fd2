// SPDX-License-Identifier: GPL-2.0-or-later
/* links: selftests/exchange/lib/world.c engine */
/*
 * rows.c - the tables of exchanges: each row can be reached, each task has one builder, and
 * Documentation/exchanges.rst says what the rows say (EXCHANGES_RST=Documentation/exchanges.rst writes it anew).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ike/msg.h"
#include "ike/sa.h"
#include "ike2/ike2.h"

static const struct exch_row *row_at(size_t i)
{
	for (const struct exch_row *const *table = ike2_ver.tables; *table; table++)
		for (const struct exch_row *row = *table; row->name; row++)
			if (!i--)
				return row;
	return NULL;
}

static void rows_make_sense(void **state)
{
	const struct exch_row *row;

	(void)state;
	for (size_t i = 0; (row = row_at(i)); i++) {
		assert_non_null(row->run);
		assert_true(row->from && !(row->from & SA_BIT(SA_DEAD)));
		assert_int_equal(row->need & row->may, 0);
		assert_true(row->role == EXCH_RESPONSE || !row->build);
		/* a row behind one that takes everything of its kind is never found */
		for (size_t j = 0; j < i; j++) {
			const struct exch_row *before = row_at(j);

			assert_true(before->is || before->exchange != row->exchange || before->role != row->role ||
				    before->task != row->task || !(before->from & row->from));
		}
	}
	for (unsigned int task = 0; task < TASK_KINDS; task++)
		assert_non_null(exch_builder(&ike2_ver, task));
}

static void put_payloads(FILE *f, const char *word, uint64_t set)
{
	if (!set)
		return;
	fprintf(f, "   %s:", word);
	for (uint8_t type = 0; type < 64; type++)
		if (set & PL_BIT(type))
			fprintf(f, " %s", msg_payload_name(type));
	fprintf(f, "\n");
}

static char *print(void)
{
	const struct exch_row *row;
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	fprintf(f, ".. SPDX-License-Identifier: GPL-2.0-or-later\n\n==================\nExchanges of IKEv2\n==================\n\n");
	fprintf(f, "What ipsecd understands, as the rows of daemon/ike2/x_*.c say it: the first row that fits a message\n"
		   "handles it. Notify and Vendor ID payloads are welcome anywhere; other payloads that are not named\n"
		   "are refused. Requests that fit no row get INVALID_SYNTAX, responses that fit none are dropped.\n\n");
	for (size_t i = 0; (row = row_at(i)); i++) {
		fprintf(f, "%s\n   %s %s, in state", row->name, msg_exchange_name(row->exchange),
			row->role == EXCH_REQUEST ? "request" : "response");
		for (enum sa_state s = 0; s < SA_STATES; s++)
			if (row->from & SA_BIT(s))
				fprintf(f, " %s", sa_state_name(s));
		if (row->to != SA_SAME)
			fprintf(f, "; then %s", sa_state_name(row->to));
		fprintf(f, "\n\n");
		put_payloads(f, "needs", row->need);
		put_payloads(f, "may have", row->may);
		fprintf(f, "%s", row->need || row->may ? "\n" : "");
	}
	fclose(f);
	return text;
}

static void documented(void **state)
{
	const char *path = getenv("EXCHANGES_RST");
	char *text = print(), *old = calloc(1, 65536);
	FILE *f;

	(void)state;
	if (path) {
		f = fopen(path, "w");
		assert_non_null(f);
		fputs(text, f);
		fclose(f);
	}
	f = fopen("Documentation/exchanges.rst", "r");
	assert_non_null(f);
	assert_true(fread(old, 1, 65535, f) > 0);
	fclose(f);
	assert_string_equal(old, text);
	free(old);
	free(text);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(rows_make_sense), cmocka_unit_test(documented) };

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
