// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/keys/ daemon/base/ daemon/crypto/ conf/ */
/* keys_wire.c - questions to the companion and its answers as octets, and the companion itself as a process. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/prf.h"
#include "keys/keys.h"
#include "keys/wire.h"

#define PRF_SHA256 5

static const uint8_t mine[] = "what I say", theirs[] = "what the peer says";

static const struct keys_question question = {
	.ticket = 0x1122334455667788,
	.verb = KEYS_PSK,
	.me = "@west",
	.peer = "192.0.2.1",
	.prf = PRF_SHA256,
	.octets = { mine, sizeof(mine) },
	.octets_peer = { theirs, sizeof(theirs) },
};

static void test_question_round_trip(void **state)
{
	static uint8_t wire[KEYS_WIRE];
	static struct keys_asked asked;
	struct span s = keys_question_write(&question, wire, sizeof(wire));

	(void)state;
	assert_true(s.n > 0);
	assert_true(keys_question_read(s, &asked));
	assert_true(asked.q.ticket == question.ticket);
	assert_int_equal(asked.q.verb, KEYS_PSK);
	assert_string_equal(asked.q.me, "@west");
	assert_string_equal(asked.q.peer, "192.0.2.1");
	assert_int_equal(asked.q.prf, PRF_SHA256);
	assert_null(asked.q.key);
	assert_true(span_equal(asked.q.octets, question.octets));
	assert_true(span_equal(asked.q.octets_peer, question.octets_peer));
}

static void test_cut_anywhere_is_refused(void **state)
{
	static uint8_t wire[KEYS_WIRE];
	static struct keys_asked asked;
	struct span s = keys_question_write(&question, wire, sizeof(wire));
	size_t n;

	(void)state;
	for (n = 0; n < s.n; n++)
		assert_false(keys_question_read(span_of(s.p, n), &asked));
	/* one octet too many */
	assert_false(keys_question_read(span_of(s.p, s.n + 1), &asked));
}

static void test_too_much_is_refused(void **state)
{
	static uint8_t wire[KEYS_WIRE], large[KEYS_OCTETS + 1];
	static char name[KEYS_ID + 2];
	struct keys_question q = question;

	(void)state;
	q.octets = span_of(large, sizeof(large));
	assert_int_equal(keys_question_write(&q, wire, sizeof(wire)).n, 0);
	q = question;
	memset(name, 'a', KEYS_ID + 1);
	q.me = name;
	assert_int_equal(keys_question_write(&q, wire, sizeof(wire)).n, 0);
	assert_int_equal(keys_question_write(&question, wire, 20).n, 0);
}

static void test_answer_round_trip(void **state)
{
	static struct keys_answer a, b;
	static uint8_t wire[KEYS_WIRE];
	struct span s;
	size_t n;

	(void)state;
	a = (struct keys_answer){ .ticket = 7, .reason = R_NO_SECRET, .errors = 3, .n = 5, .b = "12345", .text = "none" };
	s = keys_answer_write(&a, wire, sizeof(wire));
	assert_true(keys_answer_read(s, &b));
	assert_memory_equal(&a, &b, sizeof(a));
	for (n = 0; n < s.n; n++)
		assert_false(keys_answer_read(span_of(s.p, n), &b));
	a.reason = R_COUNT; /* of another version */
	s = keys_answer_write(&a, wire, sizeof(wire));
	assert_false(keys_answer_read(s, &b));
}

/* The process ---------------------------------------------------------------------------------- */

static const char secrets[] = "@west 192.0.2.1 : PSK 0x6a6b6c6d6e6f707172737475767778797a7b7c7d7e7f8081\n";

static struct keys *start(char path[32])
{
	struct keys *k;
	char why[256];
	int fd;

	strcpy(path, "/tmp/keys-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, secrets, sizeof(secrets) - 1), sizeof(secrets) - 1);
	close(fd);
	k = keys_start(path, why, sizeof(why));
	assert_non_null(k);
	return k;
}

static unsigned int done_calls;

static void on_done(struct sig_job *job)
{
	(void)job;
	done_calls++;
}

static void wait_answers(struct keys *k, unsigned int calls)
{
	unsigned int i;

	for (i = 0; i < 100 && done_calls < calls; i++) {
		struct pollfd p = { .fd = keys_fd(k), .events = POLLIN };

		poll(&p, 1, 100);
		assert_true(keys_read(k));
	}
}

/* RFC 7296 2.15, computed here a second time from the secret that this process knows */
static void proof(struct span octets, uint8_t out[PRF_MAX])
{
	static const uint8_t secret[] = { 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70, 0x71,
					  0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79,
					  0x7a, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f, 0x80, 0x81 };
	struct span pad = span_text("Key Pad for IKEv2");
	uint8_t key[PRF_MAX];

	prf_parts(PRF_SHA256, span_of(secret, sizeof(secret)), &pad, 1, key);
	prf_parts(PRF_SHA256, span_of(key, prf_size(PRF_SHA256)), &octets, 1, out);
}

static void test_psk_through_the_process(void **state)
{
	static struct sig_job job, unknown, forgotten;
	uint8_t want[PRF_MAX];
	char path[32];
	struct keys *k = start(path);
	struct sig_keeper *keeper = keys_keeper(k);

	(void)state;
	done_calls = 0;
	job = (struct sig_job){ .what = SIG_JOB_PSK, .prf = PRF_SHA256, .my_id = "@west", .peer_id = "192.0.2.1", .tbs = question.octets, .tbs_peer = question.octets_peer, .done = on_done };
	unknown = job;
	unknown.my_id = "@nobody";
	unknown.peer_id = "@no-one";
	forgotten = job;
	assert_int_equal(keeper->ask(keeper, &job), SIG_LATER);
	assert_int_equal(keeper->ask(keeper, &forgotten), SIG_LATER);
	assert_int_equal(keeper->ask(keeper, &unknown), SIG_LATER);
	keeper->forget(keeper, &forgotten);
	wait_answers(k, 2);
	assert_int_equal(done_calls, 2); /* and not for the forgotten one */
	assert_int_equal(job.answer, SIG_DONE);
	assert_int_equal(job.n, prf_size(PRF_SHA256));
	proof(question.octets, want);
	assert_memory_equal(job.out, want, job.n);
	proof(question.octets_peer, want);
	assert_memory_equal(job.out_peer, want, job.n);
	assert_int_equal(unknown.answer, SIG_FAILED);
	assert_string_equal(unknown.why, reason_text(R_NO_SECRET));
	keys_stop(k);
	unlink(path);
}

static void test_reload_and_calls(void **state)
{
	struct keys_question q = { .verb = KEYS_RELOAD };
	static struct keys_answer a;
	char path[32];
	struct keys *k = start(path);
	FILE *f;

	(void)state;
	assert_true(keys_call(k, &q, &a));
	assert_int_equal(a.errors, 0);
	f = fopen(path, "a");
	fputs("@a : NOSUCH \"thing\"\n", f);
	fclose(f);
	assert_true(keys_call(k, &q, &a));
	assert_int_equal(a.errors, 1);
	q = (struct keys_question){ .verb = KEYS_PUBLIC, .me = "@west", .scheme.type = PUBKEY_RSA };
	assert_true(keys_call(k, &q, &a));
	assert_int_equal(a.reason, R_NO_KEY);
	/* no verb at all */
	q.verb = (enum keys_verb)99;
	assert_true(keys_call(k, &q, &a));
	assert_int_equal(a.reason, R_INTERNAL);
	keys_stop(k);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_question_round_trip),
		cmocka_unit_test(test_cut_anywhere_is_refused),
		cmocka_unit_test(test_too_much_is_refused),
		cmocka_unit_test(test_answer_round_trip),
		cmocka_unit_test(test_psk_through_the_process),
		cmocka_unit_test(test_reload_and_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
