// SPDX-License-Identifier: GPL-2.0-or-later
/* links: daemon/base/secret.c daemon/base/secret_heap.c daemon/base/mem.c daemon/base/datum.c daemon/base/rd.c
 * daemon/base/wr.c daemon/base/reason.c daemon/crypto/
 */
/* crypto_vectors.c - the vectors hold, and an algorithm that fails one is not used. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "crypto/aead.h"
#include "crypto/alg.h"
#include "crypto/dh.h"
#include "crypto/vectors.h"

static void tell(void *arg, const char *name, const char *source)
{
	(void)arg;
	print_error("%s fails the vector of %s\n", name, source);
}

static void test_all_hold(void **state)
{
	(void)state;
	assert_int_equal(vectors_run(tell, NULL), 0);
}

/* Each algorithm that IKE uses here has a vector: without one it could not be found to fail. */
static void test_all_have_one(void **state)
{
	static const struct {
		enum alg_type type;
		uint16_t id;
	} have[] = {
#define PRF_VECTOR(id, ...) { ALG_TYPE_PRF, id },
#define AEAD_VECTOR(id, bits, integ, ...) { ALG_TYPE_ENCR, id }, { ALG_TYPE_INTEG, integ },
#define DH_VECTOR(id, ...) { ALG_TYPE_KE, id },
#define MODP_VECTOR(id, ...) { ALG_TYPE_KE, id },
#include "crypto/vectors.def"
	};
	enum alg_type type;
	size_t i, k;

	(void)state;
	for (type = ALG_TYPE_ENCR; type <= ALG_TYPE_KE; type++) {
		const struct alg *a;

		for (i = 0; (a = alg_at(type, i)); i++) {
			bool found = !a->ike;

			for (k = 0; k < sizeof(have) / sizeof(have[0]); k++)
				found = found || (have[k].type == type && have[k].id == a->id);
			if (!found)
				print_error("%s has no vector\n", a->name);
			assert_true(found);
		}
	}
}

static void test_disabled(void **state)
{
	struct aead_suite s;
	const char *why = NULL;

	(void)state;
	assert_true(alg_usable(ALG_TYPE_KE, 31, &why));
	alg_disable(ALG_TYPE_KE, 31, "it is broken");
	assert_false(alg_usable(ALG_TYPE_KE, 31, &why));
	assert_string_equal(why, "it is broken");
	assert_null(dh_new(31));
	alg_disable(ALG_TYPE_KE, 31, NULL);
	assert_true(alg_usable(ALG_TYPE_KE, 31, &why));
	alg_disable(ALG_TYPE_ENCR, 20, "it is broken");
	assert_false(aead_suite(&s, 20, 256, 0, &why));
	assert_string_equal(why, "it is broken");
	alg_disable(ALG_TYPE_ENCR, 20, NULL);
}

static void test_facts(void **state)
{
	const struct alg *a = alg_find(ALG_TYPE_ENCR, 20);

	(void)state;
	assert_string_equal(a->name, "aes-gcm-16");
	assert_true(a->aead && a->variable && a->ike && !a->legacy);
	assert_int_equal(alg_encr_key(a, 256), 36);
	assert_int_equal(alg_encr_key(a, 0), 0); /* RFC 7296 3.3.5: the attribute has to be there */
	assert_int_equal(alg_encr_key(a, 512), 0);
	a = alg_find(ALG_TYPE_ENCR, 3);
	assert_true(a->legacy && a->ike && !a->variable);
	assert_int_equal(alg_encr_key(a, 0), 24);
	assert_int_equal(alg_encr_key(a, 192), 24);
	assert_int_equal(alg_encr_key(a, 128), 0);
	assert_int_equal(alg_encr_key(alg_find(ALG_TYPE_ENCR, 28), 0), 36);
	a = alg_find(ALG_TYPE_INTEG, 12);
	assert_true(a->key == 32 && a->icv == 16);
	assert_true(alg_find(ALG_TYPE_KE, 2)->legacy && alg_find(ALG_TYPE_INTEG, 1)->legacy);
	assert_false(alg_usable(ALG_TYPE_KE, 22, NULL)); /* RFC 8247 2.4: MUST NOT */
	assert_null(alg_find(ALG_TYPE_KE, 999));
	assert_false(alg_usable(ALG_TYPE_KE, 999, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_hold),
		cmocka_unit_test(test_all_have_one),
		cmocka_unit_test(test_disabled),
		cmocka_unit_test(test_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
