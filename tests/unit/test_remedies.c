// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "zmemcg/remedies.h"

static void one_action_frees_what_needs_it_alone(void **state)
{
	struct patient patients[] = {
		{ NEED(REMEDY_DROP_CACHES), SIZE_MAX, true },
		{ NEED(REMEDY_DROP_CACHES), SIZE_MAX, true },
		{ NEED(REMEDY_SWAPOFF), SIZE_MAX, true },
		{ NEED(REMEDY_DROP_CACHES) | NEED(REMEDY_SWAPOFF), SIZE_MAX, true },
		{ 0, SIZE_MAX, true },
	};
	const struct remedies found = remedies_count(patients, 5);

	(void)state;
	assert_int_equal(found.alone[REMEDY_DROP_CACHES], 2);
	assert_int_equal(found.alone[REMEDY_SWAPOFF], 1);
	assert_int_equal(found.together, 1);
	assert_int_equal(found.sets[NEED(REMEDY_DROP_CACHES) | NEED(REMEDY_SWAPOFF)], 1);
	assert_int_equal(found.going, 1);
}

static void what_nothing_frees_is_not_freed_by_more(void **state)
{
	struct patient patients[] = {
		{ NEED(REMEDY_DROP_CACHES) | NEED(REMEDY_NONE), SIZE_MAX, true },
	};
	const struct remedies found = remedies_count(patients, 1);

	(void)state;
	assert_int_equal(found.alone[REMEDY_NONE], 1);
	assert_int_equal(found.together, 0);
	assert_int_equal(found.alone[REMEDY_DROP_CACHES], 0);
}

static void a_parent_needs_what_its_children_need(void **state)
{
	struct patient patients[] = {
		{ 0, SIZE_MAX, true },			/* held by its child alone */
		{ NEED(REMEDY_TASK), 0, true },
		{ NEED(REMEDY_SWAPOFF), 1, true },
		{ 0, 2, true },
	};
	const struct remedies found = remedies_count(patients, 4);

	(void)state;
	assert_int_equal(found.going, 1);
	assert_int_equal(found.alone[REMEDY_SWAPOFF], 1);
	assert_int_equal(found.together, 2);
}

static void who_was_not_asked_for_counts_for_the_parent_alone(void **state)
{
	struct patient patients[] = {
		{ 0, SIZE_MAX, true },
		{ NEED(REMEDY_IPCRM), 0, false },
		{ NEED(REMEDY_NONE), SIZE_MAX, false },
	};
	const struct remedies found = remedies_count(patients, 3);

	(void)state;
	assert_int_equal(found.alone[REMEDY_IPCRM], 1);
	assert_int_equal(found.alone[REMEDY_NONE], 0);
	assert_int_equal(found.going + found.together, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_action_frees_what_needs_it_alone),
		cmocka_unit_test(what_nothing_frees_is_not_freed_by_more),
		cmocka_unit_test(a_parent_needs_what_its_children_need),
		cmocka_unit_test(who_was_not_asked_for_counts_for_the_parent_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
