// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "zmemcg/births.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static void dates_in_order_stay(void **state)
{
	struct birth births[] = { { 30, 300, 2, false }, { 10, 100, 0, false }, { 20, 200, 1, false } };

	(void)state;
	births_settle(births, COUNT(births));
	for (size_t i = 0; i < COUNT(births); i++) {
		assert_int_equal(births[i].owner, i);
		assert_int_equal(births[i].date, 100 * (i + 1));
		assert_false(births[i].interpolated);
	}
}

static void what_has_no_date_lies_between_its_neighbours(void **state)
{
	struct birth births[] = {
		{ 10, 1000, 0, false }, { 11, NEVER, 0, false }, { 14, NEVER, 0, false },
		{ 20, 2000, 0, false },
	};

	(void)state;
	births_settle(births, COUNT(births));
	assert_int_equal(births[1].date, 1100);
	assert_int_equal(births[2].date, 1400);
	assert_true(births[1].interpolated && births[2].interpolated);
	assert_false(births[0].interpolated || births[3].interpolated);
}

static void with_one_neighbour_it_is_that_one_s_date(void **state)
{
	struct birth births[] = {
		{ 1, NEVER, 0, false }, { 2, 50, 0, false }, { 3, NEVER, 0, false },
	};

	(void)state;
	births_settle(births, COUNT(births));
	assert_int_equal(births[0].date, 50);
	assert_int_equal(births[2].date, 50);
	assert_true(births[0].interpolated && births[2].interpolated);
}

static void without_any_date_there_is_none(void **state)
{
	struct birth births[] = { { 1, NEVER, 0, false }, { 2, NEVER, 0, false } };

	(void)state;
	births_settle(births, COUNT(births));
	assert_true(births[0].date == NEVER && births[1].date == NEVER);
	assert_false(births[0].interpolated || births[1].interpolated);
	births_settle(NULL, 0);
}

static void a_date_that_moved_is_given_up_for_the_younger_ones(void **state)
{
	struct birth births[] = {
		{ 1, 100, 0, false }, { 2, 900, 0, false }, { 3, 200, 0, false }, { 4, 950, 0, false },
	};

	(void)state;
	births_settle(births, COUNT(births));
	assert_int_equal(births[1].date, 150);
	assert_true(births[1].interpolated);
	assert_int_equal(births[3].date, 950);	/* nobody is younger: at the latest */
	assert_false(births[3].interpolated);
}

static void a_second_more_is_no_move(void **state)
{
	struct birth births[] = { { 1, 100, 0, false }, { 2, 201, 0, false }, { 3, 200, 0, false } };

	(void)state;
	births_settle(births, COUNT(births));
	assert_int_equal(births[1].date, 201);
	assert_false(births[1].interpolated);
}

static void serial_numbers_of_damaged_memory_do_no_harm(void **state)
{
	struct birth births[] = {
		{ UINT64_MAX, 5, 0, false }, { 0, 3, 0, false }, { 7, NEVER, 0, false },
		{ 0, NEVER, 0, false }, { UINT64_MAX, NEVER, 0, false },
	};

	(void)state;
	births_settle(births, COUNT(births));
	for (size_t i = 0; i < COUNT(births); i++)
		assert_in_range(births[i].date, 3, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_in_order_stay),
		cmocka_unit_test(what_has_no_date_lies_between_its_neighbours),
		cmocka_unit_test(with_one_neighbour_it_is_that_one_s_date),
		cmocka_unit_test(without_any_date_there_is_none),
		cmocka_unit_test(a_date_that_moved_is_given_up_for_the_younger_ones),
		cmocka_unit_test(a_second_more_is_no_move),
		cmocka_unit_test(serial_numbers_of_damaged_memory_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
